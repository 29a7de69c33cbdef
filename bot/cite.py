"""Evidence -> citations: the exact slice of the stored document, page, section, table header."""

from __future__ import annotations

from bot.chunk import page_of, section_of
from bot.datatypes import Citation, Context, Document, Evidence
from bot.tables import is_table_row, table_header_span


def cite(evidence: Evidence, document: Document, *, marker: int, support: float) -> Citation:
    """Tie a piece of evidence to the document as it is stored now.

    Page and section are those of the quoted words, not of the passage they were found in.

    Raises:
        ValueError: the document's text at that place is not the evidence; the caller read two versions.
    """
    start, end = evidence.start, evidence.end
    if document.text[start:end] != evidence.text:
        raise ValueError(f"{document.doc_id}[{start}:{end}] is not the evidence that was found there")
    section = section_of(start, document.sections)
    return Citation(
        marker=marker,
        doc_id=document.doc_id,
        external_id=document.external_id,
        title=document.title,
        source=document.source,
        page=page_of(start, document.page_starts),
        section=section.title if section else None,
        start=start,
        end=end,
        quote=evidence.text,
        support=support,
        context=_context(document.text, start, evidence.text),
    )


def cited_words(citation: Citation) -> str:
    """Return all the words a citation stands for: the context of a table's cell or row, then the quote."""
    return "\n".join([*(context.quote for context in citation.context), citation.quote])


def _context(text: str, start: int, quote: str) -> tuple[Context, ...]:
    span = table_header_span(text, start) if is_table_row(quote) else None
    return (Context("column", *span, text[slice(*span)]),) if span else ()
