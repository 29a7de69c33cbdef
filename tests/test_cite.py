"""Citations: the exact slice, where it is, and the row that heads it."""

from __future__ import annotations

import pytest
from core_fakes import document, evidence_of
from hypothesis import given
from hypothesis import strategies as st

from bot.cite import cite, cited_words
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


def test_a_table_row_is_cited_with_the_row_that_heads_it():
    citation = cited("Sales | $5 | $4")
    (context,) = citation.context
    assert (context.role, context.quote) == ("column", "Year | 2019 | 2018")
    assert TEXT[context.start : context.end] == context.quote
    assert cited_words(citation) == "Year | 2019 | 2018\nSales | $5 | $4"
    assert cited("Year | 2019 | 2018").context == ()


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
