"""The page without a browser: what is escaped, cut, remembered, refused, and what `/ask` returns."""

from __future__ import annotations

import html
import json
import os
import re
import signal
import socket
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from page_driver import serving
from page_fakes import HOSTILE_TEXT, HOSTILE_TITLE, REPORT, FakeWorkspace

from bot.answer import MAX_QUESTION_CHARACTERS
from bot.datatypes import Status
from bot.errors import UsageError
from bot.web import serve
from bot.web.conversation import conversation_html
from bot.web.excerpt import excerpt, opening
from bot.web.markup import escape, tag
from bot.web.shield import amend
from bot.web.sources import quotation, sources_html
from bot.web.talk import FAULT, STOPPED, Stops, begin, converse, history

HERE = Path(__file__).resolve().parent
TAG = re.compile(r"<[^>]*>")


def words(fragment: str) -> str:
    """Read a fragment as a reader does: no tags, references resolved."""
    return html.unescape(TAG.sub("", fragment))


def asked(question: str, *, thread=(), workspace=None, collection="sample", stops=None):
    """Every thread that a question leads to, in order."""
    workspace = workspace or FakeWorkspace()
    return list(converse(workspace, begin(thread, question), collection=collection, stops=stops))


# The window around a citation


@given(st.text(max_size=400), st.data())
def test_the_parts_of_an_excerpt_are_one_slice_of_the_text(text, data):
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    around = data.draw(st.integers(0, 60))
    found = excerpt(text, start, end, characters=around)
    assert found.before + found.quote + found.after == text[found.start : found.end]
    assert found.quote == text[start:end]
    assert len(found.before) <= around
    assert len(found.after) <= around
    assert (found.cut_before, found.cut_after) == (found.start > 0, found.end < len(text))


def test_an_excerpt_is_cut_between_words():
    found = excerpt("one two three four", 8, 13, characters=6)
    assert (found.before, found.quote, found.after) == ("two ", "three", " four")
    assert (found.cut_before, found.cut_after) == (True, False)


def test_a_word_longer_than_the_window_is_cut_rather_than_lost():
    found = excerpt("x" * 50, 20, 30, characters=5)
    assert (found.before, found.after) == ("xxxxx", "xxxxx")
    assert opening("y" * 50, characters=5) == ("yyyyy", True)


@given(st.text(max_size=300))
@example("line one\r\n\tline two\n\n# three &amp; $x$ \\(y\\) `z` ![a](b)")
def test_escaped_text_reads_as_it_was_written(text):
    escaped = escape(text)
    assert html.unescape(escaped) == text.replace("\x00", "\ufffd")
    assert not re.search(r"[<>\n\r\t$`*_\[\]\\]", escaped)


def test_the_shown_context_is_exactly_the_slice_of_the_document():
    turn = asked("How many passengers?")[-1][-1]
    for source in turn.sources:
        body = re.search("<blockquote>(.*)</blockquote>", quotation(source)).group(1)
        shown = words(body.replace('<span class="bot-cut">…</span>', ""))
        assert shown == REPORT[source.excerpt.start : source.excerpt.end]
        marked = re.search("<mark>(.*)</mark>", body).group(1)
        assert words(marked) == source.citation.quote == REPORT[source.citation.start : source.citation.end]


# What arrives from outside stays text


def test_hostile_titles_text_and_questions_are_escaped():
    question = "hostile <script>alert(9)</script> ![x](https://foreign.example/) $a$"
    thread = asked(question)[-1]
    left, right = conversation_html(thread, collection="<b>c</b>"), sources_html(thread)
    for fragment in (left, right):
        assert not re.search(r"<(script|img|b|i|a|iframe|table)\b", fragment)
        assert "\n" not in fragment
    assert question in words(left)
    assert HOSTILE_TITLE in words(right)
    assert "<i>Item 1A</i>" in words(right)
    assert HOSTILE_TEXT in words(right)


def test_attributes_are_escaped():
    assert tag("p", css='a" onclick="b') == '<p class="a&quot; onclick=&quot;b"></p>'


# A conversation


def test_sentences_stream_in_one_by_one_and_the_answer_ends_the_turn():
    steps = [thread[-1] for thread in asked("How many passengers?")]
    assert [step.status for step in steps[:2]] == ["Searching 3 documents", "Reading 10 passages"]
    assert [len(step.sentences) for step in steps] == [0, 0, 1, 2, 2]
    assert [len(step.sources) for step in steps] == [0, 0, 1, 2, 2]
    assert [step.busy for step in steps] == [True, True, True, True, False]


def test_a_quoted_sentence_that_opens_with_a_quotation_mark_gets_no_second_one():
    thread = asked("passengers")
    spoken = replace(thread[-1][-1].sentences[0], text="“Nobody saw it,” she said.", status=Status.QUOTED)
    turn = replace(thread[-1][-1], sentences=(spoken,))
    assert 'class="bot-sentence quoted bare"' in conversation_html((turn,), collection="sample")


def test_each_kind_of_sentence_is_told_apart_and_carries_its_markers():
    left = conversation_html(asked("passengers")[-1], collection="sample")
    assert left.count('class="bot-sentence quoted"') == 1
    assert left.count('class="bot-sentence phrased"') == 1
    assert 'class="bot-marker turn-1 cite-2"' in left
    assert "1 quoted, 1 phrased · 2 sources · 2.4 s · scripted" in words(left)


def test_a_summary_has_a_paragraph_for_each_document_and_an_answer_one_alone():
    turn = asked("passengers")[-1][-1]
    sentence, source = turn.sentences[0], turn.sources[0]
    of_two = [
        replace(source, citation=replace(source.citation, marker=n, doc_id=f"doc {n > 2}"))
        for n in range(1, 6)
    ]
    told = tuple(replace(sentence, citations=(n,)) for n in range(1, 6))
    for n_told, n_paragraphs in ((4, 1), (5, 2)):
        shown = replace(turn, sentences=told[:n_told], sources=tuple(of_two))
        assert conversation_html((shown,), collection="sample").count('class="bot-said"') == n_paragraphs


def test_a_follow_up_carries_the_history_and_shows_how_it_was_understood():
    workspace = FakeWorkspace()
    first = asked("How many passengers?", workspace=workspace)[-1]
    second = asked("And the cost?", workspace=workspace, thread=first)[-1]
    assert workspace.histories[1] == history(first)
    assert workspace.histories[1][0] == ("user", "How many passengers?")
    assert workspace.histories[1][1][0] == "agent"
    assert "Understood as: And the cost? (after 1 earlier)" in words(
        conversation_html(second, collection="sample")
    )
    assert "Understood as" not in words(conversation_html(first, collection="sample"))


def test_an_abstention_gives_a_reason_and_the_closest_passages_without_a_claim():
    thread = asked("Who owns the moon?")[-1]
    left, right = conversation_html(thread, collection="sample"), sources_html(thread)
    assert "I could not find this in your documents." in words(left)
    assert "No passage answers this well enough to quote it." in words(left)
    assert right.count("bot-card closest") == 3
    assert "<mark>" not in right
    assert "Norland Ferries carried 4.1 million" in words(right)


def test_a_greeting_has_neither_sources_nor_small_print():
    thread = asked("hello")[-1]
    left = conversation_html(thread, collection="sample")
    assert words(left) == "helloHello. Ask me about the documents here.Ask again"
    assert "bot-card" not in sources_html(thread)


def test_a_bot_error_is_one_line_on_the_page():
    thread = asked("passengers", collection="<nowhere>")[-1]
    line = "no collection '<nowhere>'; there are: sample, empty"
    assert thread[-1].notice == line
    assert line in words(conversation_html(thread, collection="sample"))


def test_a_fault_of_ours_is_logged_but_never_shown(caplog):
    thread = asked("crash")[-1]
    assert (thread[-1].notice, thread[-1].busy) == (FAULT, False)
    assert "secret" in caplog.text
    assert "secret" not in conversation_html(thread, collection="sample")


def test_stop_keeps_the_checked_sentences_and_ends_the_turn():
    stops, seen = Stops(), []
    for thread in converse(FakeWorkspace(), begin((), "passengers"), collection="sample", stops=stops):
        seen.append(thread)
        if len(thread[-1].sentences) == 1 and thread[-1].busy:
            stops.stop(thread)
    assert (seen[-1][-1].notice, seen[-1][-1].busy, len(seen[-1][-1].sentences)) == (STOPPED, False, 1)


def test_a_cleared_conversation_hears_no_more_of_its_answer():
    stops, seen = Stops(), []
    for thread in converse(FakeWorkspace(), begin((), "passengers"), collection="sample", stops=stops):
        seen.append(thread)
        stops.forget(thread)
    assert len(seen) == 1


def test_an_empty_question_and_one_asked_too_early_change_nothing():
    assert begin((), " \n ") == ()
    assert len(begin((), "x" * 5000)[0].question) == MAX_QUESTION_CHARACTERS + 1  # to be refused
    thread = begin((), "first")
    assert begin(thread, "second") is thread


class ForgetfulWorkspace(FakeWorkspace):
    """Documents are replaced between the answer and the look at its sources."""

    def document(self, collection, name):
        """Find the document, with other words in it when it is asked for by its doc_id."""
        found = super().document(collection, name)
        return replace(found, text="Other words.") if name == found.doc_id else found


def test_a_document_replaced_meanwhile_leaves_the_quote_without_its_surroundings():
    thread = asked("passengers", workspace=ForgetfulWorkspace())[-1]
    assert [source.excerpt for source in thread[-1].sources] == [None, None]
    right = words(sources_html(thread))
    assert thread[-1].sources[0].citation.quote in right
    assert "was replaced; these were its words" in right
    assert "Other words" not in right


# The server


@pytest.fixture(scope="module")
def address():
    with serving(FakeWorkspace(), examples=("</script><script>alert(1)</script>",)) as found:
        yield found


def call(address: str, *inputs: object, api: str = "ask") -> tuple[str, object]:
    """Call an endpoint as the HTTP API has it: post, then read the event and its JSON."""
    base = f"{address}/gradio_api/call/{api}"
    posted = httpx.post(base, json={"data": list(inputs)}, trust_env=False)
    posted.raise_for_status()
    body = httpx.get(f"{base}/{posted.json()['event_id']}", timeout=30, trust_env=False).text
    event, *_ = re.findall("^event: (.*)$", body, re.MULTILINE)[-1:]
    return event, json.loads(re.findall("^data: (.*)$", body, re.MULTILINE)[-1])


def test_ask_returns_the_object_of_the_contract(address):
    event, (answer,) = call(address, "How many passengers?", "sample")
    assert event == "complete"
    assert set(answer) == {
        "question", "standalone_question", "kind", "answer", "abstained", "reason", "confidence",
        "sentences", "citations", "hits", "model", "timings_s", "tokens", "left_out",
    }  # fmt: skip
    assert answer["answer"].endswith("[1] The board expects 4.3 million in 2024. [2]")
    for citation in answer["citations"]:
        assert REPORT[citation["start"] : citation["end"]] == citation["quote"]


def test_ask_tells_what_is_wrong_in_one_line(address):
    event, error = call(address, "How many passengers?", "nowhere")
    assert event == "error"
    assert error["error"] == "no collection 'nowhere'; there are: sample, empty"
    event, error = call(address, "crash", "sample")
    assert event == "error"
    assert "secret" not in json.dumps(error)


def test_ask_of_some_documents(address):
    event, (answer,) = call(address, "Who are the owls?", "sample", "title=norland")
    assert event == "complete"
    assert {hit["external_id"] for hit in answer["hits"]} == {"norland-2023"}
    event, error = call(address, "Who?", "sample", "firm=norland")
    assert event == "error"
    assert error["error"].startswith("no document of 'sample' has a field 'firm'; there are: ")
    event, error = call(address, "Who?", "sample", "title=norland" + " " * 300 + "; title=tunnel")
    assert event == "error"
    assert error["error"].startswith("the conditions on documents have 327 characters, at most 300 are read")
    event, error = call(address)  # nothing can be asked without a question
    assert event == "error"


def test_the_question_box_holds_what_is_refused_and_cuts_nothing_that_is_read(address):
    config = httpx.get(f"{address}/config", trust_env=False).json()
    lengths = {part["props"].get("elem_id"): part["props"].get("max_length") for part in config["components"]}
    assert lengths["bot-question"] == MAX_QUESTION_CHARACTERS + 1


def test_only_the_named_endpoints_are_offered_each_with_its_description(address):
    listed = httpx.get(f"{address}/gradio_api/info", trust_env=False).json()
    names = ["/ask", "/summarize", "/collections", "/documents", "/document", "/ingest"]
    names += ["/fetch", "/remove"]
    assert list(listed["named_endpoints"]) == [*names, "/evaluate", "/evaluations"]
    assert all(endpoint["description"] for endpoint in listed["named_endpoints"].values())
    assert listed["unnamed_endpoints"] == {}


def test_the_page_names_no_foreign_host_and_carries_the_policy(address):
    answer = httpx.get(address, trust_env=False)
    policy = answer.headers["content-security-policy"]
    nonce = re.search("'nonce-([^']+)'", policy).group(1)
    assert "unsafe-eval" not in policy
    assert "script-src 'self' 'nonce-" in policy
    loaded = re.findall(r'(?:src|href|content)="(https?:)?//', answer.text)
    assert loaded == []
    scripts = re.findall("<script[^>]*>", answer.text)
    assert scripts
    assert all(f'nonce="{nonce}"' in script or ".js" in script for script in scripts)
    assert "alert(1)</script>" not in answer.text
    styles, scripts = ("page", "library", "settings", "evaluation"), ("common", "chat", "reader", "library")
    for name in (*(f"{each}.css" for each in styles), *(f"{each}.js" for each in (*scripts, "evaluation"))):
        assert httpx.get(f"{address}/page/{name}", trust_env=False).status_code == 200
    theme = httpx.get(f"{address}/theme.css", trust_env=False).text
    assert "//fonts" not in theme


def test_a_foreign_name_and_a_foreign_page_are_refused(address):
    assert httpx.get(address, headers={"host": "evil.example"}, trust_env=False).status_code == 403
    headers = {"origin": "https://evil.example"}
    for path in ("/gradio_api/upload", "/gradio_api/call/ask", "/gradio_api/queue/join"):
        assert httpx.post(address + path, headers=headers, trust_env=False).status_code == 403
    same = httpx.post(f"{address}/gradio_api/call/ask", headers={"origin": address}, trust_env=False)
    assert same.status_code != 403


@pytest.mark.parametrize("path", ["pyproject.toml", "bot/errors.py", "indexes/README.md", "../etc/passwd"])
def test_no_file_of_the_machine_is_served(address, path):
    answer = httpx.get(f"{address}/gradio_api/file={path}", trust_env=False)
    assert answer.status_code in {403, 404}


def test_an_upload_over_the_limit_is_refused(address):
    files = {"files": ("big.txt", b"x" * (26 * 1024 * 1024))}
    answer = httpx.post(f"{address}/gradio_api/upload", files=files, timeout=60, trust_env=False)
    assert answer.status_code == 413


def test_amending_a_page_touches_tags_only():
    page = b'<head><meta property="og:image" content="https://x/"><script>1</script></head>\\u003cscript>'
    assert b"og:image" not in amend(page, nonce="n")
    assert amend(page, nonce="n").count(b'nonce="n"') == 1


def test_a_port_in_use_is_said_in_one_line(capsys):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(UsageError) as raised:
            serve(FakeWorkspace(), host="127.0.0.1", port=port, collection="sample", examples=())
    message = f"port {port} is in use: stop the other program or choose another with --port"
    assert str(raised.value) == message
    assert capsys.readouterr().out == ""


def test_an_address_of_another_machine_is_refused(monkeypatch):
    monkeypatch.setenv("BOT_LOGIN", "ann:correct horse")
    with pytest.raises(UsageError, match=r"cannot listen on 192\.0\.2\.1, port 7861 .*--host"):
        serve(FakeWorkspace(), host="192.0.2.1", port=7861, collection="sample", examples=())


@pytest.mark.slow
def test_serve_says_its_address_once_ready_and_stops_without_a_word():
    script = (
        "from page_fakes import FakeWorkspace; from bot.web import serve;"
        "serve(FakeWorkspace(), host='127.0.0.1', port=0, collection='sample', examples=())"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(HERE), str(HERE.parent)])}
    with subprocess.Popen(
        [sys.executable, "-c", script],
        env=environment,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        address = process.stdout.readline().strip()
        assert httpx.get(address, trust_env=False).status_code == 200
        with httpx.stream("GET", f"{address}/gradio_api/heartbeat/abc", trust_env=False) as open_page:
            assert open_page.status_code == 200
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=60)
    assert (process.returncode, out, err) == (0, "", "")
