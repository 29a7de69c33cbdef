"""Where cells of a table's row stand, and the words that they are read under: spans of the text.

After `bot/tables.py`, which decides which words head which cell, and before cite. Here those words are found
in the text again; where that does not lead to the same ones there are no places: a cell of which that is not
certain is never cited.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.captions import captions
from bot.cells import cells_of, heads_columns, spread, states_unit
from bot.datatypes import Context
from bot.tables import MAX_UNIT_WORDS, Row, Span, columns

Place = tuple[int, int]  # of a head: its header row from the top, the cell in it from the left


@dataclass(frozen=True, slots=True)
class PlacedCell:
    """A cell, `text[start:end]`, and what it is read under, in the order of the text.

    `context`: the sub-heading over its row and, last, its row's label as "row"; each head over its column as
    "column"; what stands over all of the table as "unit" or "caption". That is the lines above it, and of its
    header rows what heads the labels ("Years ended May 31,") or columns of which the number is not known.
    """

    start: int
    end: int
    context: tuple[Context, ...]


def placed_cells(text: str, row: Row, wanted: Sequence[int]) -> list[PlacedCell]:
    """Return some of the filled cells after a row's label, counted from 0 as `bot.tables.columns` tells them.

    [] where the label is missing or the heads are not certain.
    """
    line, header = text[row.start : row.end], [text[slice(*span)] for span in row.head.rows]
    label, told = columns(line, header)
    if not label or not all(head for head, _ in told):
        return []
    framed = all(each.startswith("|") and each.endswith("|") for each in map(str.strip, (line, *header)))
    own, *cells = cell_spans(text, (row.start, row.end), framed=framed)
    grid = [cell_spans(text, span, framed=framed) for span in row.head.rows]
    heads = _heads_over(header, len(cells), framed=framed)
    filled = [
        (cell, [grid[i][j] for i, j in places])
        for cell, places in zip(cells, heads, strict=True)
        if cell[0] < cell[1]
    ]
    if [(_words(text, over), _words(text, [cell])) for cell, over in filled] != told:
        return []
    over_all = [Context("row", *own, text[slice(*own)]), *_over_all(text, row, grid, heads)]
    return [_placed(text, *filled[i], over_all) for i in wanted]


def cell_spans(text: str, line: Span, *, framed: bool) -> list[Span]:
    """Return the spans of a row's cells without white space at their ends, as `bot.cells.cells_of` cuts it.

    Example: "Sales | $5 | " -> [(0, 5), (8, 10), (13, 13)]
    """
    start, end = line
    if framed:
        row = text[start:end]
        start += len(row) - len(row.lstrip()) + 1
        end -= len(row) - len(row.rstrip()) + 1
    found = []
    for part in text[start:end].split("|"):
        first = start + len(part) - len(part.lstrip())
        found.append((first, first + len(part.strip())))
        start += len(part) + 1
    return found


def _placed(text: str, cell: Span, heads: Sequence[Span], over_all: Sequence[Context]) -> PlacedCell:
    found = [*over_all, *(Context("column", *span, text[slice(*span)]) for span in heads)]
    return PlacedCell(*cell, tuple(sorted(found, key=lambda context: context.start)))


def _words(text: str, spans: Sequence[Span]) -> str:
    return " ".join(word for span in spans for word in text[slice(*span)].split())


def _heads_over(header: Sequence[str], n: int, *, framed: bool) -> list[list[Place]]:
    """Return the heads over each of `n` columns, top down, as `bot.tables.column_heads` joins their words.

    None where its rows do not fit.
    """
    lines: list[Sequence[str]] = []
    for i in reversed(range(len(header))):
        cells = cells_of(header[i], framed=framed)
        first = 0 if heads_columns(cells) and len(cells) == n else 1
        marks = [f"{i} {j}" if cells[j] else "" for j in range(first, len(cells))]
        if sum(map(bool, marks)) < min(2, n):
            continue
        if len(marks) != n:
            lines = []
            break
        lines.insert(0, spread(marks, over_full=any(all(line) for line in lines)))
    return [[_place(line[k]) for line in lines if line[k]] for k in range(n)]


def _place(mark: str) -> Place:
    row, _, cell = mark.partition(" ")
    return int(row), int(cell)


def _over_all(
    text: str, row: Row, grid: Sequence[Sequence[Span]], heads: Sequence[Sequence[Place]]
) -> Iterator[Context]:
    """Yield what stands over all of a table or a group of its rows: what heads no column for certain."""
    for role, found in zip(("caption", "unit"), captions(text, row.table), strict=True):
        if found:
            yield Context(role, *found, text[slice(*found)])
    for span in cell_spans(text, row.head.subheading, framed=False) if row.head.subheading else ():
        if span[0] < span[1]:
            yield Context("row", *span, text[slice(*span)])
    taken = {place for places in heads for place in places}
    for i, spans in enumerate(grid):
        for j, span in enumerate(spans):
            if span[0] < span[1] and (i, j) not in taken:
                words = text[slice(*span)]
                is_unit = states_unit(words) and len(words.split()) <= MAX_UNIT_WORDS
                yield Context("unit" if is_unit else "caption", *span, words)
