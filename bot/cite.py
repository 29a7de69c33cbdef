"""Evidence -> citations: the exact slice of the stored document, page, section, what heads a table's row.

A row of a table of which all cells are said is cited as a row. Where some are said, each of them is a
citation of its own, with its row's label and its column's heads: even cells side by side have other heads.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from bot import row_forms
from bot.about import about
from bot.captions import captions
from bot.cell_places import PlacedCell, placed_cells
from bot.chunk import page_of, section_of
from bot.datatypes import Citation, Context, Document, Evidence
from bot.table_notes import note_context
from bot.tables import Row, is_table_row, only_states_unit, row_at
from bot.tagged import facts_within

_BULLET = re.compile(r"^[•·●◦▪■□➢✓\uf0b7] (?=\S)")


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
        about=about(document.metadata),
        facts=facts_within(document.facts, start, end),
    )


def cite_cells(row: Citation, document: Document, cells: Sequence[int]) -> tuple[Citation, ...]:
    """Cite single cells of a row that is cited whole: their slices, each under the next marker.

    Where it is not certain what heads a cell there are none to cite, and the row itself is returned.

    Args:
        row: of a table, with all that stands over it.
        document: as the row was cited from.
        cells: some of the row's filled cells after its label, counted from 0.
    """
    found = row_at(document.text, row.start)
    if found is None:
        return (row,)
    placed = placed_cells(document.text, found, cells)
    return tuple(
        replace(
            row,
            marker=row.marker + i,
            start=cell.start,
            end=cell.end,
            quote=document.text[cell.start : cell.end],
            context=_with_notes(document.text, found, cell),
            facts=facts_within(document.facts, cell.start, cell.end),
        )
        for i, cell in enumerate(placed)
    ) or (row,)


def _with_notes(text: str, row: Row, cell: PlacedCell) -> tuple[Context, ...]:
    """Return what a cell is read under, and the notes that it, its label or its heads point at."""
    label = [context.quote for context in cell.context if context.role == "row"][-1]
    over = [context.quote for context in cell.context if context.role != "row"]
    of_row = f"{label} | {text[cell.start : cell.end]}"
    return (*cell.context, *note_context(text, row.end, [of_row, *over]))


def cited_words(citation: Citation) -> str:
    """Return all the words a citation stands for: the context of a table's cell or row, then the quote."""
    return "\n".join([*(context.quote for context in citation.context), citation.quote])


def shown(citation: Citation) -> str:
    """Return the words of a citation as they are shown where nothing is phrased."""
    return read_out(citation.quote, _words(citation))


def told(citation: Citation) -> str:
    """Return the exact words of a citation; of a cell, which says nothing alone, as `shown` reads it out."""
    return shown(citation) if is_cell(citation) else citation.quote


def asked(citation: Citation, question: str) -> row_forms.Part | None:
    """Return the cells of a cited row of a table that a question asks for, None where that is all."""
    if not is_table_row(citation.quote):
        return None
    return row_forms.asked(citation.quote, _words(citation), question)


def is_cell(citation: Citation) -> bool:
    """Tell whether a citation is of a single cell of a table."""
    return row_forms.is_cell(citation.quote, _words(citation))


def is_of_table(citation: Citation) -> bool:
    """Tell whether a citation is of a row of a table or of a cell."""
    return is_table_row(citation.quote) or is_cell(citation)


def read_out(quote: str, context: Iterable[tuple[str, str]]) -> str:
    """Return a quote in one line, without a list's bullet; a table's cells each after its heads.

    `context` is that of its citation, in order: (role, quote). Example: "$5" -> "Sales, 2019: $5"
    """
    context = list(context)
    if is_table_row(quote):
        return row_forms.read_out(quote, context)
    if row_forms.is_cell(quote, context):
        return row_forms.read_out_cell(quote, context)
    return _BULLET.sub("", " ".join(quote.split()))


def _words(citation: Citation) -> list[tuple[str, str]]:
    return [(context.role, context.quote) for context in citation.context]


def _context(text: str, start: int, quote: str) -> tuple[Context, ...]:
    """Return what stands over a row of a table, and its notes below it, in the order of the text.

    Of a row that is quoted in part, the heads are left out: which cells they head is not certain.
    """
    row = row_at(text, start) if is_table_row(quote) else None
    if row is None:
        return ()
    caption, unit = captions(text, row.table)
    spans = {"caption": caption, "unit": unit, "row": row.head.subheading}
    found = [Context(role, *span, text[slice(*span)]) for role, span in spans.items() if span]
    is_whole = text[row.start : row.end].strip() == quote.strip()
    for span in row.head.rows if is_whole else ():
        words = text[slice(*span)]
        found.append(Context("unit" if only_states_unit(words) else "column", *span, words))
    found += note_context(text, row.end, [quote, *(context.quote for context in found)])
    return tuple(sorted(found, key=lambda context: context.start))
