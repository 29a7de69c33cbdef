"""Where documents are about a focus: under a heading, around a sentence, nowhere."""

from __future__ import annotations

import numpy as np
import pytest
from core_fakes import HashEncoder
from summary_samples import document, report
from test_summary import summed, texts

from bot.datatypes import Document, Section
from bot.errors import NothingAbout
from bot.facts import stems
from bot.summary.about import holding, under_headings
from bot.summary.points import points_of
from bot.summary.sections import cover
from bot.summary.summarizer import Summarizer
from bot.summary.wording import Wording

PARTS = {
    "Item 1. Business": (
        "The mill grinds oats for the whole valley. It employs ninety people. Four of its six wheels turn."
    ),
    "Item 1A. Risk Factors": (
        "A dry summer would stop the wheels of the mill for weeks. The bank may call in its loan of 1998."
        " Most of the oats come from a single farm near Orrin."
    ),
    "Revenue": "Sales are booked when a sack leaves the yard. Returns are booked in June. Cash is preferred.",
}


def filing(title: str = "Orrin Mills Inc. 10-K") -> Document:
    text, sections = "", []
    for heading, told in PARTS.items():
        start = len(text)
        text += f"{heading}\n\n{told}\n\n"
        sections.append(
            Section(
                heading, start, len(text), item=heading.split()[1].strip(".") if "Item" in heading else None
            )
        )
    return document(text, sections=sections, title=title, name="filing")


def points(*documents):
    return [point for each in documents for point in points_of(each, cover(each))]


@pytest.mark.parametrize(
    "focus", ["risk factors", "the main risks", "Orrin Mills's risk factors", "its business risks"]
)
def test_a_focus_that_names_a_part_is_that_part(focus):
    found = under_headings(points(filing()), focus)
    assert {point.plain.split()[0] for point in found} == {"A", "The", "Most"}
    assert all("mill grinds" not in point.plain for point in found)


@pytest.mark.parametrize("focus", ["revenue", "dry summers", "Orrin Mills", "oats"])
def test_other_words_name_no_part(focus):
    assert under_headings(points(filing()), focus) == []


def test_a_document_holds_a_focus_near_a_sentence_or_by_its_words():
    both = points(filing(), report())
    ids = [point.document.doc_id for point in both]
    own = [stems(point.plain) for point in both]
    far = np.zeros(len(both))
    assert holding(both, own, far, stems("savings bank failed")) == {report().doc_id}
    assert holding(both, own, far, stems("moon landing")) == set()
    near = far.copy()
    near[0] = 0.9
    assert holding(both, own, near, stems("moon landing")) == {ids[0]}


class _FarEncoder(HashEncoder):
    """Finds no sentence near to any question: words alone decide."""

    def encode_query(self, text: str) -> np.ndarray:
        return 0.0 * super().encode_query(text)


def by_words(documents, focus):
    return Summarizer(encoder=_FarEncoder(), scorer=None, wording=Wording()).summarize(documents, focus=focus)


def test_what_no_document_holds_is_not_summed_up():
    with pytest.raises(NothingAbout, match=r"found nothing in any of the 2 documents about 'moon landing'"):
        by_words([report(), filing()], "moon landing")


def test_documents_that_do_not_hold_the_focus_are_left_out():
    summary = by_words([filing(), report()], "the savings bank that failed")
    assert {citation.doc_id for citation in summary.citations} == {report().doc_id}
    assert any("savings bank" in text for text in texts(summary))
    assert summary.nearness == 0.0


def test_a_part_is_summed_up_whole_and_its_nearness_is_certain():
    summary = summed([filing()], focus="risk factors")
    assert summary.nearness == 1.0
    start = filing().text.index("Item 1A")
    assert summary.citations
    assert all(citation.start > start for citation in summary.citations)
