"""What is known of a document, in the few words that stand with each citation."""

from __future__ import annotations

from dataclasses import replace

import pytest
from core_fakes import document, evidence_of
from test_render import CITATION

from bot.about import NOTHING_KNOWN, About, about, fields_of, headed
from bot.cite import cite
from bot.render import citation_json, place

APPLE = {
    "type": "html",
    "company": "Apple Inc.",
    "form": "10-K",
    "period": "2023-09-30",
    "filed": "2023-11-03",
}
STORY = {"type": "jsonl", "source": "The Verge", "date": "2023-11-01T08:00:00Z", "author": "A. Writer"}


@pytest.mark.parametrize(
    ("metadata", "line"),
    [
        (APPLE, "Apple Inc., 10-K, year to 2023-09-30"),
        (APPLE | {"form": "10-Q/A"}, "Apple Inc., 10-Q/A, quarter to 2023-09-30"),
        (APPLE | {"form": "8-K"}, "Apple Inc., 8-K, 2023-09-30"),
        ({"form": "10-K"}, "10-K"),
        (STORY, "The Verge, 2023-11-01"),
        ({"site": "Pier Post", "date": "1 November 2023"}, "Pier Post, 2023-11-01"),
        ({"date": "last week"}, "last week"),
        ({"type": "text"}, ""),
    ],
)
def test_a_document_is_described_in_a_few_words(metadata, line):
    assert about(metadata).line == line


def test_a_filing_is_of_the_day_it_was_filed_else_of_the_end_of_its_period():
    assert fields_of("T", APPLE)["date"] == "2023-11-03"
    assert (
        fields_of("T", {name: value for name, value in APPLE.items() if name != "filed"})["date"]
        == "2023-09-30"
    )
    assert fields_of("", STORY)["publisher"] == "The Verge"
    assert fields_of("", {"Category": "sport"}) == {"category": "sport"}


def test_what_the_title_says_is_not_said_again():
    known = about(APPLE)
    assert headed("Apple Inc. 10-K 2023-09-30", known) == (known.line, "")
    assert headed("Annual report", known) == ("Annual report", known.line)
    assert headed("", about(STORY)) == ("The Verge, 2023-11-01", "")
    assert headed("", NOTHING_KNOWN) == ("", "")


def test_a_citation_says_whose_document_it_is():
    text = "Sales rose. Costs fell."
    stored = replace(document(text), metadata=APPLE)
    citation = cite(evidence_of(text, "Costs fell."), stored, marker=1, support=1.0)
    assert citation.about == About("Apple Inc.", "10-K", "2023-09-30", "2023-11-03")
    assert place(citation) == "Report, Apple Inc., 10-K, year to 2023-09-30"
    told = citation_json(citation)
    assert told["about"] == "Apple Inc., 10-K, year to 2023-09-30"
    assert told["metadata"] == {
        "company": "Apple Inc.", "form": "10-K", "period": "2023-09-30", "filed": "2023-11-03",
    }  # fmt: skip
    assert place(CITATION) == "Annual report, page 3, Costs"
