"""Citations: the exact slice, where it is, and the row that heads it."""

from __future__ import annotations

import pytest
from core_fakes import document, evidence_of
from hypothesis import given
from hypothesis import strategies as st

from bot.cite import cite, cited_words, shown
from bot.datatypes import Section
from bot.sentences import sentence_spans

TEXT = "Sales\n\nYear | 2019 | 2018\nSales | $5 | $4\n\nRisks\n\nThe ship may sink. It is old."
SECTIONS = (Section("Sales", 0, TEXT.index("Risks")), Section("Risks", TEXT.index("Risks"), len(TEXT)))


def cited(quote, *, text=TEXT, **of):
    return cite(evidence_of(text, quote), document(text, **of), marker=3, support=0.9)


def test_a_citation_is_the_slice_with_its_document_page_and_section():
    citation = cited("The ship may sink.", sections=SECTIONS, pages=(0, TEXT.index("Risks")))
    assert (citation.marker, citation.support, citation.doc_id) == (3, 0.9, "report")
    assert (citation.title, citation.source) == ("Report", "/report.txt")
    assert TEXT[citation.start : citation.end] == citation.quote == "The ship may sink."
    assert (citation.page, citation.section, citation.context) == (2, "Risks", ())


def test_the_page_and_section_are_those_of_the_quote_not_of_its_passage():
    citation = cited("It is old.", sections=SECTIONS, pages=(0, TEXT.index("It is")))
    assert (citation.page, citation.section) == (2, "Risks")


def test_outside_pages_and_sections_there_are_none():
    citation = cited("It is old.")
    assert (citation.page, citation.section) == (None, None)


def test_a_table_row_is_cited_with_its_caption_and_the_row_that_heads_it():
    citation = cited("Sales | $5 | $4")
    assert [(context.role, context.quote) for context in citation.context] == [
        ("caption", "Sales"), ("column", "Year | 2019 | 2018"),
    ]  # fmt: skip
    assert cited_words(citation) == "Sales\nYear | 2019 | 2018\nSales | $5 | $4"
    assert shown(citation) == "Sales: 2019 $5; 2018 $4"
    assert [context.role for context in cited("Year | 2019 | 2018").context] == ["caption"]


def test_a_row_of_a_filing_has_caption_unit_columns_and_sub_heading_each_an_exact_slice():
    text = (
        "The harbour is old. Fees consist of the following:\n\n(Dollars in thousands)\n\n"
        " |  | Years ended May 31, | \n | 2019 | 2018 | 2017\n |  | (audited) | \n"
        "Moorings: |  |  | \nBoats | $5 | $4 | $3"
    )
    citation = cited("Boats | $5 | $4 | $3", text=text)
    assert [(context.role, context.quote.strip()) for context in citation.context] == [
        ("caption", "Fees consist of the following:"),
        ("unit", "(Dollars in thousands)"),
        ("column", "|  | Years ended May 31, |"),
        ("column", "| 2019 | 2018 | 2017"),
        ("column", "|  | (audited) |"),
        ("row", "Moorings: |  |  |"),
    ]
    assert all(text[context.start : context.end] == context.quote for context in citation.context)
    assert shown(citation) == "Boats: 2019 $5; 2018 $4; 2017 $3 (Dollars in thousands)"


@pytest.mark.parametrize("quote", ["of boats | $5 | $4", "Sales of boats | $5 |", "$5 | $4 | $3"])
def test_a_row_that_is_quoted_in_part_has_no_heads(quote):
    text = "Fees\n\nYear | 2019 | 2018 | 2017\nSales of boats | $5 | $4 | $3"
    citation = cited(quote, text=text)
    assert [context.role for context in citation.context] == ["caption"]
    assert "20" not in shown(citation)


def test_a_header_row_that_only_states_the_unit_is_cited_as_that():
    text = "Fees\n\n | 2019 | 2018\n | (in millions) | \nBoats | $5 | $4"
    assert [context.role for context in cited("Boats | $5 | $4", text=text).context] == [
        "caption", "column", "unit",
    ]  # fmt: skip


def test_a_sentence_is_cited_without_context_and_shown_in_one_line():
    citation = cited("The ship\nmay sink.", text="The ship\nmay sink.")
    assert (citation.context, shown(citation)) == ((), "The ship may sink.")


def test_a_document_that_has_changed_since_is_an_error_of_the_caller():
    with pytest.raises(ValueError, match=r"report\[.*\] is not the evidence that was found there"):
        cite(evidence_of(TEXT, "It is old."), document(TEXT.replace("old", "new")), marker=1, support=1.0)


@given(
    st.lists(
        st.sampled_from(["Year | 2019", "A | 5", "It sank. ", "\n", "\n\n", "- a", "Inc. "]), max_size=20
    )
)
def test_every_sentence_of_any_text_can_be_cited_and_every_context_is_a_slice(parts):
    text = "\n".join(parts)
    for start, end in sentence_spans(text):
        evidence = evidence_of(text, text[start:end])
        citation = cite(evidence, document(text), marker=1, support=1.0)
        for piece in (citation, *citation.context):
            assert text[piece.start : piece.end] == piece.quote
