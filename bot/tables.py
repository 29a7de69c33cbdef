"""Tables in canonical text: one row a line, cells joined by " | ". Which rows head which, how one reads.

A table opens with header rows: its first row, rows without a label, rows of years. A row with a label and
nothing else is a sub-heading for the rows below it. `bot/captions.py` has what stands outside the table.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from bot.cells import (
    cells_of,
    has_digit,
    heads_columns,
    is_dated,
    is_figure,
    is_unit,
    is_year,
    names_when,
    spread,
    states_unit,
)

MAX_HEADER_ROWS = 6  # of one table; the deepest in filings have five
MAX_HEADER_ROW_CHARACTERS = 2_000  # a longer line heads nothing
MAX_UNIT_WORDS = 8  # "(in thousands, except per share amounts)"
MAX_LABEL_WORDS = 15  # a longer first cell that stands alone is a paragraph laid out in a table

_CLOSES_GROUP = re.compile(
    r"(?:sub-?totals?|net|consolidated|group|grand|sum|overall|all|combined|less)\b", re.IGNORECASE
)
_TOTAL = re.compile("total", re.IGNORECASE)

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Head:
    """What heads a row: its table's header rows from the top down, and the sub-heading over it, if any."""

    rows: tuple[Span, ...] = ()
    subheading: Span | None = None

    @property
    def spans(self) -> tuple[Span, ...]:
        """All of it, in reading order."""
        return (*self.rows, self.subheading) if self.subheading else self.rows


@dataclass(frozen=True, slots=True)
class Row:
    """A line `text[start:end]` of the table that starts at `table`; kind "header", "subheading" or "body"."""

    start: int
    end: int
    table: int
    kind: str
    head: Head


def is_table_row(line: str) -> bool:
    """Tell whether a line is a table's row in canonical text: cells joined by " | "."""
    return " | " in line or line.startswith("| ") or line.endswith(" |")


def rows(text: str, start: int = 0) -> Iterator[Row]:
    """Yield the rows of all tables from `start` on, the beginning of a line, in linear time."""
    table: list[Span] = []
    for span in _lines(text, start):
        if is_table_row(text[slice(*span)]):
            table.append(span)
        elif table:
            yield from _rows_of(text, table)
            table = []
    yield from _rows_of(text, table)


def row_at(text: str, place: int) -> Row | None:
    """Return the row of a table that holds a character offset, None where that is in no table."""
    start = text.rfind("\n", 0, place) + 1
    end = _line_end(text, place)
    if not is_table_row(text[start:end]):
        return None
    top = start
    while top > 0:
        previous = text.rfind("\n", 0, top - 1) + 1
        if not is_table_row(text[previous : top - 1]):
            break
        top = previous
    return next(row for row in rows(text, top) if row.end >= place)


def read_row(row: str, header: Sequence[str]) -> str:
    """Return a table row as a line to be read, each cell after the heads of its column.

    Where it is not certain which head belongs to which figure, cells are only set apart by semicolons.
    `header` has the lines of its header rows, from the top down.

    Example: "Sales | $5 | $4" under ["Year | 2019 | 2018"] -> "Sales: 2019 $5; 2018 $4"
    """
    return told_row(*columns(row, header))


def columns(row: str, header: Sequence[str]) -> tuple[str, list[tuple[str, str]]]:
    """Return a row's label and its filled cells, each with the heads of its column; all "" if uncertain.

    Example: "Sales | $5 | " under ["Year | 2019 | 2018"] -> "Sales", [("2019", "$5")]
    """
    label, *rest = cells_of(row, framed=_is_framed(row, header))
    heads = heads_over(row, header) or [""] * len(rest)
    return label, [(head, cell) for head, cell in zip(heads, rest, strict=True) if cell]


def told_row(label: str, cells: Sequence[tuple[str, str]]) -> str:
    """Return a label and cells with their heads in one line: "Sales: 2019 $5; 2018 $4"."""
    told = "; ".join(f"{head} {cell}".strip() for head, cell in cells)
    return f"{label}: {told}" if label and told else label or told


def heads_over(row: str, header: Sequence[str]) -> list[str]:
    """Return the head of each cell of a row after its label, as `read_row` reads it; [] if uncertain."""
    framed = _is_framed(row, header)
    n = len(cells_of(row, framed=framed)) - 1
    return column_heads([cells_of(line, framed=framed) for line in header], n) if n else []


def _is_framed(row: str, header: Sequence[str]) -> bool:
    return all(line.startswith("|") and line.endswith("|") for line in map(str.strip, (row, *header)))


def column_heads(header: Sequence[Sequence[str]], n: int) -> list[str]:
    """Return the heads of `n` columns after the label's, those of several rows joined; [] if uncertain.

    A head alone in its row spans an unknown number of columns and is left out; of several, each spans the
    same number if they stand at equal distances over a row that is full. Uncertain are: another number of
    cells; a label that is a figure ("2019 | 2018" heads two columns, the first of which is missing); two
    columns of the same year or other number. The first cell heads a column, and not the labels, only where
    all cells are years or units.
    """
    lines: list[Sequence[str]] = []
    for cells in reversed(header):
        no_label = heads_columns(cells)
        shifted = no_label and len(cells) == n
        heads = cells if shifted else cells[1:]
        if sum(map(bool, heads)) < min(2, n):
            continue
        if len(heads) != n or (not shifted and (no_label or cells[0][:1].isdigit())):
            return []
        lines.insert(0, spread(heads, over_full=any(all(line) for line in lines)))
    joined = [" ".join(cell for cell in column if cell) for column in zip(*lines, strict=True)]
    named = [head for head in joined if any(map(str.isdigit, head))]
    return joined if len(set(named)) == len(named) else []


def _rows_of(text: str, lines: Sequence[Span]) -> Iterator[Row]:
    """Yield the rows of one table; where it has words alone, no row is certain to head the others."""
    state, found = _State(), []
    for span in lines:
        kind = state.take(text[slice(*span)], span)
        above = Head(tuple(row for row in state.head.rows if row[1] < span[0]))
        found.append(Row(*span, lines[0][0], kind, state.head if kind == "body" else above))
    for row in found:
        yield row if state.is_certain else replace(row, head=replace(row.head, rows=()))


class _State:
    """What has been read of a table so far."""

    def __init__(self) -> None:
        self.head = Head()
        self.has_body = False
        self.has_columns = False  # a header row with more than its label
        self.may_be_labelled = True  # the next header row may have a label: none yet, no row of years
        self.all_dated = True  # all heads of columns are periods or units
        self.is_spanned = False  # the last header row has periods over several columns each
        self.is_group_empty = True  # no row stands below the sub-heading yet
        self.is_certain = False  # there is a figure, or heads without a label

    def take(self, line: str, span: Span) -> str:
        cells = cells_of(line, framed=line.startswith("|") and line.endswith("|"))
        label, filled = cells[0], [cell for cell in cells[1:] if cell]
        self.is_certain |= any(is_figure(cell) and has_digit(cell) for cell in filled)
        if not filled or self._is_title(label, filled):
            return self._take_label(label or "".join(filled), span)
        too_long = len(line) > MAX_HEADER_ROW_CHARACTERS
        if too_long or not self._is_header(label, filled):
            if self._may_change_heads(label, filled):
                self.head = Head((), self.head.subheading)
            self._take_body(label)
            return "body"
        if self.has_body and not all(map(is_unit, filled)):  # further down new heads replace the old ones
            self.head, self.has_body, self.all_dated = Head(), False, True
        self._add(span)
        self.has_columns = True
        self.all_dated = self.all_dated and all(is_dated(cell) or is_unit(cell) for cell in filled)
        self.is_certain |= not label
        self.is_spanned = any(map(is_dated, filled)) and "" in cells[1:]
        self.may_be_labelled = self.may_be_labelled and not label and sum(map(is_year, filled)) < 2
        return "header"

    def _is_title(self, label: str, filled: Sequence[str]) -> bool:
        """Tell whether words alone in a row further down, under no label, name the rows below it."""
        alone = self.has_body and not label and len(filled) == 1
        return alone and not (is_figure(filled[0]) or states_unit(filled[0]) or is_dated(filled[0]))

    def _is_header(self, label: str, filled: Sequence[str]) -> bool:
        if any(map(is_figure, filled)):
            return False
        dated, units = all(map(is_dated, filled)), all(map(is_unit, filled))
        if not label:
            most_dated = is_dated(filled[0]) and 2 * sum(map(is_dated, filled)) >= len(filled)
            return not self.has_body or most_dated or units
        labelled_when = is_dated(label) or states_unit(label)
        if dated and labelled_when:
            return True
        if self.has_columns and all(map(names_when, filled)):
            # Under words years may be what the rows tell of ("Due | 2031 | 2032"), under years they head
            sure = self.head.rows and self.all_dated and (len(filled) > 1 or not self.has_body)
            return bool(sure) and (self.has_body or self.may_be_labelled)
        may_head = not self.has_columns or self.is_spanned or labelled_when or units
        return not self.has_body and self.may_be_labelled and may_head

    def _may_change_heads(self, label: str, filled: Sequence[str]) -> bool:
        """Tell whether a row that is not certain to head those below it may do so."""
        if any(map(is_figure, filled)) or not self.has_columns:
            return False
        worded = self.has_body and not label and not any(map(has_digit, filled))
        return worded or (any(map(names_when, filled)) and (len(filled) > 1 or self.all_dated))

    def _take_label(self, label: str, span: Span) -> str:
        if len(label.split()) > MAX_LABEL_WORDS or label.endswith("."):
            self._take_body(label)
            return "body"
        if self.has_columns or self.has_body:
            self.head, self.is_group_empty = replace(self.head, subheading=span if label else None), True
            return "subheading"
        self._add(span)
        return "header"

    def _take_body(self, label: str) -> None:
        """Go on below the header. Labels that no columns followed were no header, the last a sub-heading."""
        if not self.has_columns and self.head.rows:
            self.head = Head((), self.head.rows[-1])
        self.has_body = True
        self.has_columns = True
        if _TOTAL.match(label) or (not self.is_group_empty and _CLOSES_GROUP.match(label)):
            self.head = replace(self.head, subheading=None)  # and what follows may be of more than the group
        self.is_group_empty = False

    def _add(self, span: Span) -> None:
        self.head = Head((*self.head.rows, span)[-MAX_HEADER_ROWS:])


def only_states_unit(row: str) -> bool:
    """Tell whether a header row says what figures are counted in and nothing else: " | (in millions) | "."""
    filled = [cell for cell in cells_of(row, framed=False) if cell]
    return bool(filled) and all(len(cell.split()) <= MAX_UNIT_WORDS and states_unit(cell) for cell in filled)


def _lines(text: str, start: int) -> Iterator[Span]:
    while start < len(text):
        end = _line_end(text, start)
        yield start, end
        start = end + 1


def _line_end(text: str, start: int) -> int:
    end = text.find("\n", start)
    return len(text) if end < 0 else end
