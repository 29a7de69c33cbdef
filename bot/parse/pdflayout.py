"""A page's lines in reading order: paragraphs, columns side by side, and tables with their cells.

A PDF knows no tables. Lines with figures right of a gap, one below the other, are the rows of one; figures
that stand over each other are a column of it; words over the columns are its heads. Its rows are written as
everywhere else in canonical text: cells joined by " | ", an empty one where a column has nothing. What is no
table for certain stays lines.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from bot.parse.pdflines import Run, is_figure, paragraphs, usual_distance
from bot.parse.pdftables import Table, tables

_MIN_SIDE_CHARACTERS = 15  # of a line on either side of a gutter, at the median
_MIN_SIDE_LINES = 4


def page_text(runs: Sequence[Run]) -> str:
    """Return a page's text: paragraphs and tables, a blank line between them."""
    return "\n\n".join(block.text for block in blocks(runs) if block.text)


def in_reading_order(runs: Sequence[Run]) -> list[Run]:
    """Return the pieces of a page's lines in the order in which `page_text` has them."""
    return [run for block in blocks(runs) for run in block.runs]


@dataclass(frozen=True, slots=True)
class Block:
    """Lines that follow each other on the page, with their text and in the order of it."""

    text: str
    runs: tuple[Run, ...]


def blocks(runs: Sequence[Run]) -> list[Block]:
    """Cut a page into blocks: tables, and what stands between them."""
    usual = usual_distance([run.line for run in runs])
    found: list[Block] = []
    start = 0
    for table in tables(runs):
        found += _prose(runs[start : table.start], usual)
        found.append(_of_table(table))
        start = table.end
    return [*found, *_prose(runs[start:], usual)]


def _of_table(table: Table) -> Block:
    lines = [" | ".join(" ".join(run.line.text for run in cell) for cell in row) for row in table.rows]
    lines = [line.rstrip() for line in lines]
    return Block("\n".join(lines), tuple(run for row in table.rows for cell in row for run in cell))


def _prose(runs: Sequence[Run], usual: float) -> Iterator[Block]:
    if runs:
        ordered = tuple(_column_by_column(runs))
        yield Block(paragraphs([run.line for run in ordered], usual), ordered)


def _column_by_column(runs: Sequence[Run]) -> Iterator[Run]:
    """Yield lines that run across a gutter side by side: first all left of it, then all right of it."""
    i = 0
    while i < len(runs):
        end = _gutter_end(runs, i)
        if end - i >= _MIN_SIDE_LINES and _are_sentences(runs[i:end]):
            for side in (0, 1):
                yield from (run.pieces[side] for run in runs[i:end])
        else:
            yield from runs[i:end]
        i = end


def _gutter_end(runs: Sequence[Run], i: int) -> int:
    """Return where the lines end that have their gap over each other's and begin alike right of it."""
    end, left, right = i, 0.0, float("inf")
    while end < len(runs) and _is_split(runs[end]):
        one, other = (piece.line for piece in runs[end].pieces)
        left, right = max(left, one.right), min(right, other.left)
        if left >= right or (end > i and abs(runs[i].pieces[1].line.left - other.left) > other.height):
            break
        end += 1
    return max(end, i + 1)


def _is_split(run: Run) -> bool:
    return len(run.pieces) == 2 and not any(is_figure(piece.line.text) for piece in run.pieces)


def _are_sentences(runs: Sequence[Run]) -> bool:
    """Tell whether both sides hold running text rather than the cells of a list."""
    for side in (0, 1):
        lengths = sorted(len(run.pieces[side].line.text) for run in runs)
        if lengths[len(lengths) // 2] < _MIN_SIDE_CHARACTERS:
            return False
    lower = [
        b.pieces[0].line.text[:1].islower() or b.pieces[1].line.text[:1].islower() for _, b in pairwise(runs)
    ]
    return 3 * sum(lower) >= len(lower)
