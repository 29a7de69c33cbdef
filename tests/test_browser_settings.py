"""The settings tab and the line of questions in a real browser."""

from __future__ import annotations

import time

import httpx
import pytest
from page_driver import browsing, serving
from page_fakes import FakeWorkspace

from bot.selection import DEFAULT_K
from bot.web import page as page_module

pytestmark = pytest.mark.browser


def set_number(page, slider: str, value: str) -> None:
    from selenium.webdriver.common.keys import Keys

    box = page.one(f"{slider} input[type=number]")
    box.send_keys(Keys.CONTROL + "a")
    box.send_keys(value + Keys.TAB)


@pytest.mark.parametrize("width", [1280, 390])
def test_the_chat_can_be_narrowed_to_some_documents(width):
    from selenium.webdriver.common.keys import Keys

    workspace = FakeWorkspace()
    with serving(workspace) as address, browsing(width=width, height=860) as page:
        page.open(address)
        page.tab("Settings")
        page.wait_until(lambda: "Fields in" in " ".join(page.texts(".bot-meant")), "no fields are told")
        page.one("#bot-where :is(input, textarea)").send_keys("compny=Norland" + Keys.TAB)
        page.wait_until(
            lambda: "has a field 'compny'" in " ".join(page.texts(".bot-meant")), "the slip is not told"
        )
        assert page.overflow() == 0
        page.shoot(f"where-slip-{width}")
        page.one("#bot-where :is(input, textarea)").send_keys(Keys.CONTROL + "a")
        page.one("#bot-where :is(input, textarea)").send_keys("title=Norland" + Keys.ENTER)
        page.wait_until(lambda: "1 of " in " ".join(page.texts(".bot-meant")), "it is not told how many")
        page.tab("Chat")
        page.ask("How many passengers?")
        page.wait_for(".bot-small")
        assert "Only documents where title=Norland" in page.texts(".bot-understood")[0]
        assert str(workspace.wheres[-1]) == "title=Norland"
        assert page.overflow() == 0
        page.shoot(f"where-chat-{width}")
        page.tab("Settings")
        page.press("#bot-reset")
        page.wait_until(lambda: "Fields in" in " ".join(page.texts(".bot-meant")), "it was not reset")


def number(page, slider: str) -> str:
    return page.one(f"{slider} input[type=number]").get_property("value")


@pytest.mark.parametrize(
    ("width", "dark"), [(1280, False), (1280, True), (390, False), (390, True)],
    ids=["wide-light", "wide-dark", "narrow-light", "narrow-dark"],
)  # fmt: skip
def test_what_is_set_counts_from_the_next_question_on(width, dark):
    workspace = FakeWorkspace()
    with serving(workspace) as address, browsing(width=width, height=860, dark=dark) as page:
        page.open(address)
        page.tab("Settings")
        page.wait_for(".bot-model", count=4)
        page.wait_until(
            lambda: number(page, "#bot-threshold") == "0.21", "not the collection's own threshold"
        )
        assert number(page, "#bot-k") == str(DEFAULT_K)
        assert "Nothing asked" in page.texts(".bot-costs")[0]
        assert page.overflow() == 0
        page.shoot(f"settings-{width}-{'dark' if dark else 'light'}")
        set_number(page, "#bot-k", "12")
        set_number(page, "#bot-threshold", "0.4")
        page.wait_until(lambda: "Set here" in page.texts(".bot-provenance")[0], "the threshold was not taken")
        page.tab("Chat")
        page.ask("How many passengers?")
        page.wait_for(".bot-small")
        page.tab("Settings")
        page.wait_until(lambda: "Median of 1 answer" in page.texts(".bot-costs")[0], "no seconds are shown")
        page.press("#bot-reset")
        page.wait_until(lambda: number(page, "#bot-threshold") == "0.21", "it was not reset")
        page.tab("Chat")
        page.ask("How many passengers?")
        page.wait_for(".bot-small", count=2)
        page.shoot(f"settings-chat-{width}-{'dark' if dark else 'light'}")
        assert workspace.chosen == [(12, 0.4), (DEFAULT_K, None)]
        assert page.foreign_requests() == []
        assert page.complaints() == []


def test_who_waits_sees_how_many_are_ahead_and_can_stop_at_once():
    with serving(FakeWorkspace(pause_s=1.0)) as address, browsing() as one, browsing() as other:
        for page in (one, other):
            page.open(address)
        one.ask("How many passengers?")
        one.wait_for(".bot-status")
        other.ask("What would it cost?")
        other.wait_until(lambda: other.texts(".bot-status") == ["Waiting, 1 ahead of you"], "not told")
        other.shoot("waiting")
        started = time.monotonic()
        other.press("#bot-stop")
        other.wait_for(".bot-notice")
        assert time.monotonic() - started < 1
        assert one.all(".bot-small") == []
        one.wait_for(".bot-small")
        assert one.texts(".bot-question") == ["How many passengers?"]
        assert other.texts(".bot-question") == ["What would it cost?"]


def test_where_there_is_no_room_the_conversation_says_so_and_asking_again_works(monkeypatch):
    monkeypatch.setattr(page_module, "QUEUE_LENGTH", 1)
    with serving(FakeWorkspace(pause_s=0.8)) as address, browsing() as page:
        page.open(address)
        for _ in range(2):
            question = {"data": ["How many passengers?", "sample"]}
            httpx.post(f"{address}/gradio_api/call/ask", json=question, trust_env=False).raise_for_status()
        page.ask("How many passengers?")
        page.wait_for(".bot-notice", timeout_s=2)
        assert page.texts(".bot-notice") == ["Busy: 1 question is waiting. Ask again in a moment."]
        page.wait_for("#bot-send")
        assert page.all(".bot-status") == []
        page.shoot("busy")
        page.wait_until(lambda: _asked_again(page), "there is still no room")
        assert page.complaints() == []


def _asked_again(page) -> bool:
    """Press "Ask again" under the last turn; tell whether it has an answer."""
    if page.all(".bot-small"):
        return True
    if not page.all(".bot-status"):
        page.all(".bot-act.again")[-1].click()
        time.sleep(0.5)
    return False
