"""The summary tab without a browser: its states, what it shows as HTML, and its endpoint over HTTP."""

from __future__ import annotations

import json

import pytest
from page_driver import serving
from page_fakes import ARTICLE, HOSTILE_TITLE, FakeWorkspace
from test_library_tab import call

from bot.summary.datatypes import Length
from bot.web.line import Line
from bot.web.summary import summary_html, summary_sources_html
from bot.web.summing import SummaryOrder, begin, summarize
from bot.web.talk import FAULT, STOPPED, Stops


def states(workspace, *, names=(), collection="sample", length=Length.MEDIUM, focus="", stops=None):
    order = SummaryOrder(collection, tuple(names), length, focus)
    return summarize(workspace, begin(Line(4)), order, stops=stops or Stops())


def last(workspace, **wanted):
    *_, work = states(workspace, **wanted)
    return work


def test_a_summary_grows_from_its_stages_to_its_sentences():
    *steps, work = states(FakeWorkspace(), names=["tunnel"])
    assert steps[0].turn.status == "Reading document 1 of 1"
    assert all(step.turn.busy and step.summary is None for step in steps)
    assert not work.turn.busy
    assert work.turn.sentences == work.summary.sentences
    assert all(source.excerpt for source in work.turn.sources)
    assert all(ARTICLE[c.start : c.end] == c.quote for c in work.summary.citations)


def test_no_names_mean_the_whole_collection():
    work = last(FakeWorkspace(), length=Length.LONG)
    assert {document.external_id for document in work.summary.documents} == {
        "norland-2023",
        "tunnel",
        "hostile",
    }


def test_only_documents_of_the_collection_can_be_named():
    assert "no document '/etc/hostname'" in last(FakeWorkspace(), names=["/etc/hostname"]).turn.notice
    assert "no sentences to summarise" in last(FakeWorkspace(), collection="empty").turn.notice
    assert "no collection 'nowhere'" in last(FakeWorkspace(), collection="nowhere").turn.notice


def test_a_wish_to_stop_ends_it_at_the_next_step_and_a_cleared_one_without_a_trace():
    stops = Stops()
    steps = states(FakeWorkspace(), stops=stops)
    stops.stop((next(steps).turn,))
    assert [step.turn.notice for step in steps] == [STOPPED]
    steps = states(FakeWorkspace(), stops=stops)
    stops.forget((next(steps).turn,))
    assert list(steps) == []


def test_a_fault_of_ours_is_told_without_its_words(caplog):
    work = last(FakeWorkspace(), focus="crash")
    assert work.turn.notice == FAULT
    assert "secret" not in summary_html(work, bullets=False)


def test_where_there_is_no_room_it_says_so():
    line = Line(0)
    line.join("one")
    assert begin(line).turn.notice.startswith("Busy")


def test_each_sentence_stands_with_its_markers_under_its_document():
    work = last(FakeWorkspace(), length=Length.LONG)
    html = summary_html(work, bullets=False)
    assert html.count("bot-marker") == len(work.summary.citations)
    assert html.count("bot-of") >= 2
    assert "What it covers" in html
    assert summary_sources_html(work).count("<article") == len(work.summary.citations)
    assert "<ul" in summary_html(work, bullets=True)


def test_titles_and_words_of_documents_stay_text():
    work = last(FakeWorkspace(), names=["hostile"], length=Length.LONG)
    for html in (summary_html(work, bullets=False), summary_sources_html(work)):
        assert "<script" not in html
        assert "<img" not in html
    assert HOSTILE_TITLE not in summary_html(last(FakeWorkspace()), bullets=False)


def test_before_the_first_summary_it_is_said_what_there_will_be():
    assert "what the summary leaves out" in summary_html(None, bullets=False)


# The endpoint


@pytest.fixture(scope="module")
def address():
    with serving(FakeWorkspace()) as found:
        yield found


def test_a_summary_over_http_is_the_object_of_the_command_line(address):
    event, (told,) = call(address, "summarize", ["tunnel"], "sample", "medium", "")
    assert event == "complete"
    assert {"summary", "sentences", "citations", "coverage", "agreements", "differences"} <= set(told)
    assert all(ARTICLE[c["start"] : c["end"]] == c["quote"] for c in told["citations"])


@pytest.mark.parametrize(
    ("inputs", "line"),
    [
        ((["/etc/hostname"], "sample", "medium", ""), "no document '/etc/hostname'"),
        (([], "nowhere", "medium", ""), "no collection 'nowhere'"),
        (([], "sample", "short", "", "title=" + "x" * 300), "conditions on documents have 306 characters"),
        (([], "sample", "endless", ""), "no length 'endless': give short, medium, long"),
    ],
)
def test_what_cannot_be_summed_up_over_http_is_one_line(address, inputs, line):
    event, error = call(address, "summarize", *inputs)
    assert event == "error"
    assert line in error["error"]
    assert "secret" not in json.dumps(error)
