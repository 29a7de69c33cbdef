"""A computation with its cells -> the cited sentence that is shown, and the check of one that was shown.

Example: "Total sales, change from 2018 to 2019: $1,496.5 million − $1,202.9 million = $293.6 million"
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache

from bot.cite import cite, cite_cells
from bot.computed.expression import Expression, read_back
from bot.computed.grid import Cell
from bot.computed.operands import Reckoned
from bot.computed.question import Operation
from bot.computed.tables import DocumentOf, certain
from bot.datatypes import Citation, CitedSentence, Document, Evidence, Sentence, Status

_OF_TWO = {
    Operation.CHANGE: "less",
    Operation.TOTAL: "plus",
    Operation.RATIO: "to",
    Operation.SHARE: "as a percentage of",
}


def computed(
    question: str, evidence: Sequence[Evidence], document_of: DocumentOf, *, marker: int
) -> CitedSentence | None:
    """Answer a question that asks for a computation from the tables around the evidence.

    Args:
        question: standing alone.
        evidence: at least one, best first.
        document_of: doc_id -> the stored document.
        marker: of the first citation, 1 or more.

    Returns:
        a sentence that cites each cell it takes a figure from; None where nothing is asked to be reckoned, or
        any of it is not certain.
    """
    document_of = cache(document_of)  # each document is read once
    made = certain(question, evidence, document_of)
    return _cited(made, evidence[0], document_of(evidence[0].passage.doc_id), marker) if made else None


def parted(text: str) -> tuple[str, Expression | None]:
    """Return what a computed sentence is about, and its expression; None where its result is wrong."""
    about, _, written = text.rpartition(": ")
    return about, read_back(written)


def _cited(made: Reckoned, near: Evidence, document: Document, marker: int) -> CitedSentence:
    citations: list[Citation] = []
    for row in dict.fromkeys(cell.row for cell in made.cells):
        cells = list(dict.fromkeys(cell.nth for cell in made.cells if cell.row == row))
        piece = _piece(near, document, *row)
        whole = cite(piece, document, marker=marker + len(citations), support=1.0)
        citations += cite_cells(whole, document, cells)
    markers = tuple(citation.marker for citation in citations)
    return CitedSentence(Sentence(worded(made), markers, 1.0, Status.COMPUTED), tuple(citations))


def _piece(near: Evidence, document: Document, start: int, end: int) -> Evidence:
    """Return a row as evidence, without white space at its ends."""
    row = document.text[start:end]
    start += len(row) - len(row.lstrip())
    return Evidence(near.passage, start, start + len(row.strip()), row.strip(), near.score)


def worded(made: Reckoned) -> str:
    """Return a computation in words: what of, over which periods, and the expression with its result."""
    return f"{', '.join(_about(made))}: {made.expression.text}"


def _about(made: Reckoned) -> Iterator[str]:
    labels = made.labels
    if len(labels) == 2:
        yield f"{labels[0]} {_OF_TWO[made.expression.operation]} {labels[1]}"
        yield made.cells[0].head
        return
    yield labels[0]
    yield _over(made.expression.operation, made.cells)


def _over(operation: Operation, cells: Sequence[Cell]) -> str:
    heads = [cell.head for cell in cells]
    if operation in (Operation.CHANGE, Operation.GROWTH):
        named = "percentage change" if operation is Operation.GROWTH else "change"
        return f"{named} from {heads[1]} to {heads[0]}"
    if operation is Operation.COUNT:
        return f"over the figure asked for in {_listed(heads)}"
    return f"{operation.value} of {_listed(heads)}"


def _listed(heads: Sequence[str]) -> str:
    """Return heads as "2019, 2018 and 2017"."""
    return f"{', '.join(heads[:-1])} and {heads[-1]}" if len(heads) > 1 else heads[0]
