"""Tables of a web page to lines of text: one row a line, cells joined by " | ".

Filings lay numbers out over several cells ("$", "1,496", ")") and keep columns apart with empty ones. Cells
that are only a currency sign, a bracket or a per cent sign join their number; cells that overlap in the grid
form one column; a column without any words vanishes. An empty cell of a column that has words stays empty.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

MAX_SPAN = 100  # columns; more is a slip or an attack, and no table that is read has them
_BEFORE_NUMBER = re.compile(r"^(?:[A-Z]{0,3}[$€£¥₹]|\(|[A-Z]{0,3}[$€£¥₹]\s?\()$")
_AFTER_NUMBER = re.compile(r"^(?:\)\s?%?|%\s?\)?|\)?\s?(?:x|bps|pts?)\.?)$")
_NUMBER_START = re.compile(r"^[(\-–—.\d]")
_NUMBER_END = re.compile(r"[\d)%–—-]$")
_MARKER = re.compile(
    r"^(?:[•·●◦▪■□☐☒✓–—*o-]|\(?[0-9]{1,3}[.)]|\(?[A-Za-z][.)]|\(?[ivxIVX]{1,5}[.)]"
    r"|(?i:item)\s\d{1,2}[A-K]?[.:])$"
)


@dataclass(frozen=True, slots=True)
class Cell:
    """The words of a cell and the grid columns it covers, half-open."""

    text: str
    start: int
    end: int


def place(rows: Iterable[Sequence[tuple[str, int, int]]]) -> list[list[Cell]]:
    """Put cells, given as (text, colspan, rowspan), into a grid; a cell over several rows keeps its columns.

    Example: [[("a", 2, 1), ("b", 1, 1)]] -> [[Cell("a", 0, 2), Cell("b", 2, 3)]]
    """
    taken: dict[int, int] = {}  # column -> rows below this one that a cell above still covers
    grid = []
    for row in rows:
        cells, column, covered = [], 0, {c: n - 1 for c, n in taken.items() if n > 1}
        for text, n_columns, n_rows in row:
            while taken.get(column, 0) > 0:
                column += 1
            end = column + max(1, min(n_columns, MAX_SPAN))
            cells.append(Cell(text, column, end))
            if n_rows > 1:
                covered |= dict.fromkeys(range(column, end), n_rows - 1)
            column = end
        taken = covered
        grid.append(cells)
    return grid


def lines(grid: Sequence[Sequence[Cell]]) -> list[str]:
    """Write each row that has words as a line.

    Example: ("Sales", "$", "5") over ("Cost", "", "3") -> ["Sales | $5", "Cost | 3"]
    """
    rows = [merge_signs([cell for cell in row if cell.text]) for row in grid]
    columns = find_columns([cell for row in rows for cell in row])
    return [_line(row, columns) for row in rows if row]


def is_list(grid: Sequence[Sequence[Cell]]) -> bool:
    """Tell whether a table only lays out a list: in every row a bullet or a number, then its words."""
    rows = [[cell for cell in row if cell.text] for row in grid]
    rows = [row for row in rows if row]
    return bool(rows) and all(len(row) == 2 and _MARKER.match(row[0].text) for row in rows)


def merge_signs(cells: Sequence[Cell]) -> list[Cell]:
    """Join a sign that stands alone in its cell to the number it belongs to; `cells` have words."""
    merged: list[Cell] = []
    for cell in cells:
        before = merged[-1] if merged else None
        joins = before is not None and (
            (_BEFORE_NUMBER.match(before.text) and _NUMBER_START.match(cell.text))
            or (_AFTER_NUMBER.match(cell.text) and _NUMBER_END.search(before.text))
        )
        if before is not None and joins:
            merged[-1] = Cell(before.text + cell.text, before.start, cell.end)
        else:
            merged.append(cell)
    return merged


def find_columns(cells: Iterable[Cell]) -> list[tuple[int, int]]:
    """Find the columns that hold words: disjoint, in order. Narrow cells decide, wide ones only span.

    A cell over several columns already found (a common header) makes none; one that overlaps a single
    column widens it (a number with and without the cell of its currency sign).
    """
    columns: list[tuple[int, int]] = []
    for start, end in sorted({(c.start, c.end) for c in cells}, key=lambda span: (span[1] - span[0], span)):
        over = [column for column in columns if column[0] < end and start < column[1]]
        if not over:
            columns.append((start, end))
        elif len(over) == 1:
            columns[columns.index(over[0])] = (min(start, over[0][0]), max(end, over[0][1]))
    return sorted(columns)


def _line(row: Sequence[Cell], columns: Sequence[tuple[int, int]]) -> str:
    """Write a row: each cell in the first column it covers, two in one column side by side."""
    written = [""] * len(columns)
    for cell in row:
        i = next(i for i, (start, end) in enumerate(columns) if cell.start < end and start < cell.end)
        written[i] = f"{written[i]} {cell.text}".strip()
    return " | ".join(written).rstrip(" ")
