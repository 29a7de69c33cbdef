"""Who may ask: no login, no page for others; with one, nothing is served without it."""

from __future__ import annotations

import base64
import socket

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from page_driver import browsing, serving
from page_fakes import FakeWorkspace

from bot.cli import main
from bot.errors import UsageError
from bot.web import create_app, login, serve
from bot.web.login import MOST_TRIES, FailedTries, read_login

pytestmark = pytest.mark.slow

WRITTEN = "ann:correct horse"
ROUTES = (
    "/", "/config", "/theme.css", "/page/page.css", "/page/chat.js", "/reader/sample/norland-2023",
    "/gradio_api/info", "/gradio_api/startup-events", "/gradio_api/heartbeat/abc", "/gradio_api/file=/etc/x",
    "/gradio_api/queue/data?session_hash=abc", "/gradio_api/call/ask/abc", "/static/img/x.svg", "/nowhere",
    "/gradio_api/upload_progress?upload_id=1", "/manifest.json", "/robots.txt", "/login", "/monitoring",
)  # fmt: skip
POSTS = (
    "/gradio_api/upload", "/gradio_api/run/predict", "/gradio_api/queue/join", "/gradio_api/call/ask",
    "/gradio_api/cancel", "/gradio_api/reset", "/login",
)  # fmt: skip


def header(written: str, scheme: str = "Basic") -> str:
    return f"{scheme} {base64.b64encode(written.encode()).decode()}"


@pytest.fixture(scope="module")
def address():
    with serving(FakeWorkspace(), login=read_login({"BOT_LOGIN": WRITTEN})) as found:
        yield found


@pytest.fixture(autouse=True)
def at_once(monkeypatch):
    monkeypatch.setattr("bot.web.shield.DELAY_S", 0.0)
    monkeypatch.setattr("bot.web.shield.FailedTries.wait_s", lambda self, address: 0.0)


# What is set


def test_no_login_is_none_and_a_bad_one_is_refused_without_a_word_of_it():
    assert read_login({}) is None
    assert read_login({"BOT_LOGIN": ""}) is None
    for bad in ("ann", "ann:", ":longenough", "ann:1234567"):
        with pytest.raises(UsageError) as raised:
            read_login({"BOT_LOGIN": bad})
        told = '$BOT_LOGIN must be "name:password" with a password of 8 characters or more'
        assert str(raised.value) == told


def test_a_login_never_shows_its_password():
    assert "horse" not in repr(read_login({"BOT_LOGIN": WRITTEN}))


@given(st.text(max_size=40))
def test_only_the_very_name_and_password_pass(given_text):
    held = read_login({"BOT_LOGIN": WRITTEN})
    assert held.allows(header(given_text)) == (given_text == WRITTEN)
    assert not held.allows(given_text)


@pytest.mark.parametrize(
    "sent", ["", "Basic", "Basic =", "Basic é", header(WRITTEN, "Bearer"), header(WRITTEN)[:-2]]
)
def test_what_is_no_such_header_does_not_pass(sent):
    assert not read_login({"BOT_LOGIN": WRITTEN}).allows(sent)


def test_a_password_may_hold_colons_and_letters_of_any_language():
    assert read_login({"BOT_LOGIN": "ann:pass:wörter"}).allows(header("ann:pass:wörter", "basic"))


# Where it is asked for


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "example.org"])
def test_an_address_that_others_reach_needs_a_login(host, monkeypatch, capsys, tmp_path):
    monkeypatch.delenv("BOT_LOGIN", raising=False)
    assert main(["--home", str(tmp_path), "serve", "--host", host]) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err == (
        f'bot: others can reach {host}: set a login in the environment first, BOT_LOGIN="name:password" '
        "(there is no option for it, since options show in the list of processes)\n"
    )


def test_a_short_password_is_refused_on_this_machine_too(monkeypatch):
    monkeypatch.setenv("BOT_LOGIN", "ann:short")
    with pytest.raises(UsageError, match="8 characters or more"):
        serve(FakeWorkspace(), host="127.0.0.1", port=0, collection="sample", examples=())


def test_with_a_login_the_page_is_served_to_others(monkeypatch):
    monkeypatch.setenv("BOT_LOGIN", WRITTEN)
    with socket.create_server(("0.0.0.0", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(UsageError, match="is in use"):  # so it came as far as taking the port
            serve(FakeWorkspace(), host="0.0.0.0", port=port, collection="sample", examples=())


# What is served


@pytest.mark.parametrize("path", ROUTES)
def test_without_the_login_nothing_is_served(address, path):
    for headers in ({}, {"authorization": header("ann:wrong horse")}, {"authorization": "Bearer x"}):
        answer = httpx.get(address + path, headers=headers, trust_env=False)
        assert (answer.status_code, answer.text) == (401, "A name and a password are needed.")
        assert answer.headers["www-authenticate"].startswith("Basic realm=")
        assert httpx.head(address + path, headers=headers, trust_env=False).status_code == 401


@pytest.mark.parametrize("path", POSTS)
def test_without_the_login_nothing_is_taken(address, path):
    answer = httpx.post(address + path, json={"data": []}, trust_env=False)
    assert answer.status_code == 401


def test_with_the_login_all_of_it_is_there(address):
    with httpx.Client(base_url=address, auth=("ann", "correct horse"), trust_env=False, timeout=30) as client:
        for path in ("/", "/config", "/page/page.css", "/gradio_api/info"):
            assert client.get(path).status_code == 200
        document = client.get("/reader/sample/norland-2023")
        assert "Norland Ferries" in document.text
        files = {"files": ("note.txt", b"a note")}
        assert client.post("/gradio_api/upload", files=files).status_code == 200
        posted = client.post("/gradio_api/call/ask", json={"data": ["passengers", "sample"]}).json()
        assert "4.1 million" in client.get(f"/gradio_api/call/ask/{posted['event_id']}").text


def test_every_route_of_the_application_is_behind_it():
    """No middleware, mount or route may stand in front of the shield."""
    app = create_app(FakeWorkspace(), collection="sample", examples=())
    assert [middleware.cls.__name__ for middleware in app.user_middleware] == ["Shield"]


def test_a_websocket_gets_nothing(address):
    with httpx.Client(base_url=address, trust_env=False) as client:
        headers = {
            "connection": "Upgrade", "upgrade": "websocket", "sec-websocket-version": "13",
            "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
        }  # fmt: skip
        assert client.get("/gradio_api/queue/join", headers=headers).status_code in {401, 403, 500}


# Guessing


def test_failed_tries_of_an_address_are_counted_and_end_after_a_while(monkeypatch):
    monkeypatch.undo()
    clock = [1000.0]
    monkeypatch.setattr(login.time, "monotonic", lambda: clock[0])
    tries = FailedTries()
    for _ in range(MOST_TRIES - 1):
        tries.add("192.0.2.1")
    assert tries.wait_s("192.0.2.1") == 0
    tries.add("192.0.2.1")
    assert tries.wait_s("192.0.2.1") == 60
    assert tries.wait_s("192.0.2.2") == 0
    clock[0] += 61
    assert tries.wait_s("192.0.2.1") == 0


def test_addresses_are_forgotten_rather_than_kept_without_end(monkeypatch):
    monkeypatch.setattr(login, "KEPT_ADDRESSES", 3)
    tries = FailedTries()
    for i in range(10):
        tries.add(str(i))
    assert list(tries._failed) == ["7", "8", "9"]


def test_after_too_many_failed_tries_not_even_the_right_one_passes(monkeypatch):
    monkeypatch.undo()
    monkeypatch.setattr("bot.web.shield.DELAY_S", 0.0)
    with serving(FakeWorkspace(), login=read_login({"BOT_LOGIN": WRITTEN})) as own:
        for _ in range(3 * MOST_TRIES):  # asking without any is no try
            assert httpx.get(f"{own}/config", trust_env=False).status_code == 401
        for i in range(MOST_TRIES):
            answer = httpx.get(f"{own}/config", auth=("ann", f"guess {i}"), trust_env=False)
            assert answer.status_code == 401
        answer = httpx.get(f"{own}/config", auth=("ann", "correct horse"), trust_env=False)
        assert answer.status_code == 429
        assert 0 < int(answer.headers["retry-after"]) <= 60


def test_a_failed_try_takes_a_while(monkeypatch):
    monkeypatch.undo()
    with serving(FakeWorkspace(), login=read_login({"BOT_LOGIN": WRITTEN})) as own:
        answer = httpx.get(f"{own}/config", auth=("ann", "guess"), trust_env=False)
    assert answer.elapsed.total_seconds() >= 0.5


@pytest.mark.browser
def test_a_browser_that_gave_the_login_can_use_the_page(address):
    with browsing() as page:
        page.chrome.get(address.replace("//", "//ann:correct%20horse@") + "/page/page.css")
        page.open(address)
        page.ask("How many passengers?")
        page.wait_for(".bot-small")
        assert page.complaints() == []
