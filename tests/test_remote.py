"""A generator behind an address, against a server that fails in every way it can."""

from __future__ import annotations

import logging
import socket

import pytest
from core_fakes import evidence_of
from stub_server import (
    MODEL,
    cut_off,
    dripping,
    event,
    refuse,
    reply,
    silent,
    stream,
    stub_server,
    usage,
    whole,
)

from bot.datatypes import Message, Tokens
from bot.errors import BotError, ContextOverflow, ModelServerFailed, UsageError
from bot.event_stream import Delta, deltas
from bot.model_server import MAX_TRIES, Patience, server_model
from bot.phrase import Phraser
from bot.remote import DEFAULT_WINDOW, RemoteGenerator
from bot.verify import WordingVerifier
from bot.workspace import Workspace

KEY = "sk-canary-2f9c"
QUESTION = "When did the bridge open?"
MESSAGES = [Message("system", "Answer in one sentence."), Message("user", QUESTION)]
IMPATIENT = Patience(connect=0.5, silence=0.3, total=0.6)


def asked(script, *, key=KEY, messages=MESSAGES, patience=IMPATIENT, models=None):
    """Ask a server of these scripts once: the reply or the error, the server, the pauses made."""
    pauses = []
    with stub_server([script] if callable(script) else script, models=models) as server:
        generator = RemoteGenerator(
            server.setting, environment={"BOT_API_KEY": key}, patience=patience, sleep=pauses.append
        )
        try:
            said = "".join(generator.generate(messages, max_tokens=20))
        except BotError as error:
            said = error
    return said, server, pauses, generator


def test_a_streamed_reply_arrives_piece_by_piece():
    with stub_server([reply("It opened", " in", " 2019.")]) as server:
        generator = RemoteGenerator(server.setting)
        assert list(generator.generate(MESSAGES, max_tokens=20)) == ["It opened", " in", " 2019."]
    (body,) = server.bodies
    assert body["model"] == MODEL == generator.name
    assert body["messages"][1] == {"role": "user", "content": QUESTION}
    assert (body["max_tokens"], body["temperature"], body["stream"]) == (20, 0, True)


def test_a_server_that_does_not_stream_is_understood():
    said, _, _, generator = asked(whole("It opened in 2019."))
    assert said == "It opened in 2019."
    assert generator.tokens_used(MESSAGES, said) == Tokens(40, 5)


def test_an_empty_reply_is_a_reply_of_no_words():
    assert asked(reply())[0] == ""


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_server_that_is_busy_or_fails_once_is_asked_again(status):
    said, server, pauses, _ = asked([refuse(status), reply("yes")])
    assert (said, pauses, len(server.bodies)) == ("yes", [0.5], 2)


def test_the_server_says_how_long_to_wait():
    said, _, pauses, _ = asked([refuse(429, Retry_After="3"), reply("yes")])
    assert (said, pauses) == ("yes", [3.0])


def test_a_server_that_asks_for_too_much_patience_is_not_waited_for():
    said, server, pauses, _ = asked([refuse(429, "come back tomorrow", Retry_After="86400"), reply("yes")])
    assert str(said).endswith("/v1 answered 429: come back tomorrow")
    assert (pauses, len(server.bodies)) == ([], 1)


def test_a_server_that_fails_for_ever_is_asked_a_few_times():
    said, server, pauses, _ = asked(refuse(500, "out of memory"))
    assert isinstance(said, ModelServerFailed)
    assert str(said).endswith(f"/v1 answered 500 after {MAX_TRIES} tries: out of memory")
    assert (pauses, len(server.bodies)) == ([0.5, 1.0], MAX_TRIES)


@pytest.mark.parametrize(
    ("script", "line"),
    [
        (refuse(401, f"wrong key {KEY}"), "refused the key (401): put the right one in $BOT_API_KEY"),
        (
            refuse(404, "no such model"),
            "knows no model 'tiny', or no chat at this address (404): no such model",
        ),
        (refuse(400, f"no {KEY} here"), "answered 400: no *** here"),
        (refuse(302, "elsewhere", Location="http://127.0.0.1:9/"), "answered 302: elsewhere"),
        (silent(1.0), "said nothing for 0.3 s"),
        (silent(1.0, event("It opened")), "said nothing for 0.3 s"),
        (dripping(2.0), "was not done after 0.6 s"),
        (stream(event("It opened")), "cut its reply off: the connection ended before the reply did"),
        (stream(), "cut its reply off: the connection ended before the reply did"),
        (cut_off(event("It opened")), "cut its reply off (RemoteProtocolError)"),
        (stream(b"data: {'choices\n\n"), "sent what is no reply: an event that is no JSON"),
        (stream(b"data: [1, 2]\n\n"), "sent what is no reply: an event that is no JSON object"),
        (stream(b'data: {"choices": 7}\n\n'), "sent what is no reply: an event that is not of a chat"),
        (stream(b'data: {"error": "out of memory"}\n\n'), "sent what is no reply: an error: out of memory"),
        (stream(b"data: " + b"x" * 5_000_000), "sent more than 4,000,000 bytes"),
    ],
)
def test_every_failure_is_one_line_that_says_what_happened(script, line):
    said, server, _, _ = asked(script)
    address = server.setting.removesuffix(f"#{MODEL}")
    assert isinstance(said, ModelServerFailed)
    assert str(said) == f"the model server at {address} {line}"
    assert KEY not in str(said)


def test_a_server_that_is_not_there_is_said_to_be_so():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{taken.getsockname()[1]}/v1"
        with pytest.raises(ModelServerFailed) as raised:
            RemoteGenerator(f"{address}#tiny").warm()
    assert str(raised.value) == (
        f"the model server at {address} refused the connection: is it running, and at this address?"
    )


def test_the_key_goes_to_the_server_and_into_no_log(caplog):
    caplog.set_level(logging.DEBUG)
    said, server, _, _ = asked([refuse(500, f"with {KEY}"), reply("yes")])
    assert said == "yes"
    assert {each["Authorization"] for each in server.headers} == {f"Bearer {KEY}"}
    assert caplog.text
    for word in (KEY, "bridge", "one sentence"):
        assert word not in caplog.text


def test_without_a_key_none_is_sent():
    _, server, _, _ = asked(reply("yes"), key="")
    assert not any("Authorization" in each for each in server.headers)


def test_tokens_are_those_the_server_reports():
    said, _, _, generator = asked(reply("yes", counted=usage(31, 1)))
    assert generator.tokens_used(MESSAGES, said) == Tokens(31, 1)


def test_tokens_that_the_server_does_not_report_are_an_estimate_and_marked_as_one():
    said, _, _, generator = asked(reply("yes"))
    assert generator.tokens_used(MESSAGES, said).estimated


def test_a_prompt_that_is_too_long_is_never_sent():
    said, server, _, _ = asked(reply("yes"), messages=[Message("user", "word " * DEFAULT_WINDOW)])
    assert isinstance(said, ContextOverflow)
    assert f"reads {DEFAULT_WINDOW} in all" in str(said)
    assert server.bodies == []


@pytest.mark.parametrize("stated", [{"max_model_len": 9_000}, {"meta": {"n_ctx_train": 9_000}}])
def test_the_window_is_the_one_the_server_states(stated):
    models = {"data": [{"id": "another", "max_model_len": 5}, {"id": MODEL, **stated}]}
    said, _, _, generator = asked(reply("yes"), models=models)
    assert (said, generator.window_tokens) == ("yes", 9_000)


@pytest.mark.parametrize("models", [{"data": 7}, {"data": [{"id": MODEL, "max_model_len": "?"}]}, {"x": 1}])
def test_a_window_that_is_not_stated_is_a_small_one(models):
    assert asked(reply("yes"), models=models)[3].window_tokens == DEFAULT_WINDOW


def test_a_prompt_that_the_server_cut_is_noticed():
    long = [Message("user", "word " * 1_000)]
    said, _, _, _ = asked(reply("yes", counted=usage(256, 1)), messages=long)
    assert isinstance(said, ContextOverflow)
    assert "the server cut the prompt" in str(said)


def test_a_server_that_says_the_prompt_is_too_long_is_believed():
    said, _, _, _ = asked(refuse(400, "maximum context length is 10 tokens"))
    assert isinstance(said, ContextOverflow)


@pytest.mark.parametrize(
    ("setting", "complaint"),
    [
        ("http://localhost:8000/v1", "# and the model's name"),
        ("http://#name", "# and the model's name"),
        ("https://host/v1?key=1#name", "# and the model's name"),
        ("http://me:secret@host/v1#name", "put it in \\$BOT_API_KEY instead"),
    ],
)
def test_an_address_that_cannot_be_meant_is_refused(setting, complaint):
    with pytest.raises(UsageError, match=complaint) as raised:
        server_model(setting)
    assert "secret" not in str(raised.value)


def test_a_name_may_hold_slashes():
    assert server_model("HTTP://h:1/v1/#org/model:7b").name == "org/model:7b"
    assert server_model("HTTP://h:1/v1/#org/model:7b").address == "http://h:1/v1"


def test_a_character_may_be_split_between_two_pieces():
    content = event("é", finish="stop").replace(b"\\u00e9", "é".encode())
    for cut in range(len(content)):
        assert list(deltas([content[:cut], content[cut:]])) == [Delta("é", ends=True)]


def test_what_a_server_writes_is_checked_like_any_other_writing():
    text = (
        "The old bridge of Vik, built by hand, was opened to cars on 3 June 2019 after many years of delay."
    )
    true, false = (
        "The bridge of Vik was opened on 3 June 2019.",
        "The bridge of Vik was opened on 8 June 2019.",
    )
    with stub_server([reply(*true.split(" ")), reply(false), reply(true)]) as server:
        phraser = Phraser(RemoteGenerator(server.setting), WordingVerifier())
        shown = [phraser.phrase(QUESTION, evidence_of(text, text)).text for _ in range(3)]
    assert shown == [None, None, true]


def test_a_workspace_asks_the_server_and_leaves_the_second_opinion_out(tmp_path):
    with stub_server([reply("yes")]) as server:
        workspace = Workspace(tmp_path, model=server.setting)
        assert workspace.model_name == MODEL
        assert isinstance(workspace.models.generator, RemoteGenerator)
        assert workspace.models.opinion() is None
        (generator, *_) = workspace.models_in_use()
    assert generator.name == MODEL
    assert "which reads every prompt" in generator.detail


def test_a_conversation_is_counted_once(monkeypatch):
    counted = []
    monkeypatch.setattr("bot.remote.count_tokens", lambda text: counted.append(text) or len(text.split()))
    for script in (whole("It opened in 2019."), reply("It opened in 2019.")):
        counted.clear()
        said, _, _, generator = asked(script)
        generator.tokens_used(MESSAGES, said)
        assert counted.count(QUESTION) == 1
