"""Answers as text and as JSON: whole outputs compared."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from core_fakes import hits_of

from bot.datatypes import Answer, Citation, Context, IngestOutcome, Sentence, Status, Timings, Tokens
from bot.render import answer_json, answer_lines, outcome_line, place

CITATION = Citation(
    1, "d1", "report", "Annual report", "/r.txt", 3, "Costs", 10, 25, "Sales | $5 | $4", 0.9,
    (Context("column", 0, 9, "Year | 19"),),
)  # fmt: skip
ANSWER = Answer(
    question="And sales?",
    standalone_question="What were costs? And sales?",
    kind="answer",
    sentences=(Sentence("Sales: $5.", (1,), 0.9, Status.QUOTED),),
    citations=(CITATION,),
    hits=tuple(hits_of("It sank.")),
    confidence=0.75,
    model="scripted",
    timings=Timings(1, 2, 3, 4, 5),
    tokens=Tokens(7, 8),
)
ABSTENTION = replace(
    ANSWER, kind="abstention", sentences=(), citations=(), reason="no_evidence", fixed_text="I could not."
)


def test_estimated_tokens_say_so():
    told = answer_json(replace(ANSWER, tokens=Tokens(7, 8, estimated=True)))
    assert told["tokens"] == {"prompt": 7, "generated": 8, "estimated": True}


def test_the_json_object_of_an_answer():
    assert answer_json(ANSWER) == {
        "question": "And sales?",
        "standalone_question": "What were costs? And sales?",
        "kind": "answer",
        "answer": "Sales: $5. [1]",
        "abstained": False,
        "reason": None,
        "confidence": 0.75,
        "sentences": [{"text": "Sales: $5.", "citations": [1], "support": 0.9, "status": "quoted"}],
        "citations": [
            {
                "marker": 1, "doc_id": "d1", "external_id": "report", "title": "Annual report",
                "source": "/r.txt", "page": 3, "section": "Costs", "start": 10, "end": 25,
                "quote": "Sales | $5 | $4", "support": 0.9,
                "context": [{"role": "column", "start": 0, "end": 9, "quote": "Year | 19"}],
                "about": "", "metadata": {},
                "facts": [],
            }
        ],
        "hits": [
            {
                "rank": 1, "doc_id": "doc1", "external_id": "doc1", "passage_id": "doc1:0-8", "score": 0.5,
                "stage": "fused", "start": 0, "end": 8,
            }
        ],
        "model": "scripted",
        "timings_s": {"load": 1, "retrieve": 2, "rerank": 3, "first_sentence": 4, "total": 5},
        "tokens": {"prompt": 7, "generated": 8},
        "left_out": [],
    }  # fmt: skip
    assert json.loads(json.dumps(answer_json(ANSWER))) == answer_json(ANSWER)


def test_an_abstention_has_its_line_its_reason_and_no_sentences():
    shown = answer_json(ABSTENTION)
    assert (shown["abstained"], shown["reason"], shown["answer"]) == (True, "no_evidence", "I could not.")
    assert shown["sentences"] == shown["citations"] == []
    assert len(shown["hits"]) == 1


def test_an_answer_as_text_shows_each_quote_with_its_place():
    assert answer_lines(ANSWER) == (
        "Sales: $5. [1]\n"
        "\n"
        "[1] Annual report, page 3, Costs\n"
        "    (Year | 19)\n"
        "    “Sales | $5 | $4”\n"
        "\n"
        "(understood as: What were costs? And sales?)"
    )


def test_a_cell_is_shown_as_text_with_the_words_that_say_what_it_is():
    context = (
        Context("caption", 0, 4, "Fees"), Context("unit", 5, 18, "(in millions)"),
        Context("column", 19, 23, "2018"), Context("row", 24, 29, "Yard:"),
        Context("row", 30, 35, "Sales"),
    )  # fmt: skip
    cell = replace(CITATION, quote="$4", context=context)
    assert answer_lines(replace(ANSWER, citations=(cell,))).split("\n")[2:7] == [
        "[1] Annual report, page 3, Costs",
        "    (Fees)",
        "    (Yard:)",
        "    “Sales, 2018: $4 (in millions)”",
        "",
    ]
    assert answer_json(replace(ANSWER, citations=(cell,)))["citations"][0]["quote"] == "$4"


def test_an_abstention_as_text_shows_where_it_looked():
    alone = replace(ABSTENTION, standalone_question=ABSTENTION.question)
    assert answer_lines(alone) == "I could not.\n\nClosest passages:\n  - : It sank."


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, "Annual report, page 3, Costs"),
        ({"page": None}, "Annual report, Costs"),
        ({"section": None, "page": None}, "Annual report"),
        ({"section": "Annual report"}, "Annual report, page 3"),
    ],
)
def test_a_place_is_title_page_and_section_where_there_are_any(changes, expected):
    assert place(replace(CITATION, **changes)) == expected


@pytest.mark.parametrize(
    ("outcome", "line"),
    [
        (IngestOutcome("/a.txt", "a", "d", "added", 9, 2), "added      /a.txt (2 passages)"),
        (IngestOutcome("/a.pdf", "a", "d", "replaced", 9, 2, 3), "replaced   /a.pdf (2 passages, 3 pages)"),
        (IngestOutcome("/a.txt", "a", "d", "unchanged"), "unchanged  /a.txt"),
        (
            IngestOutcome("/a.txt", "a", None, "refused", reason="it is empty"),
            "refused    /a.txt: it is empty",
        ),
        (
            IngestOutcome("/a.txt", "a", "d", "added", 9, 2, warnings=("one", "two")),
            "added      /a.txt (2 passages)\n           note: one\n           note: two",
        ),
    ],
)
def test_the_line_of_an_outcome(outcome, line):
    assert outcome_line(outcome) == line
