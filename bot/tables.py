"""Tables in canonical text: one row a line, cells joined by " | ". Which rows head which, how one reads.

A table opens with header rows: its first row, rows without a label, rows of years. A row with a label and
nothing else is a sub-heading for the rows below it. `bot/captions.py` has what stands outside the table.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

MAX_HEADER_ROWS = 6  # of one table; the deepest in filings have five
MAX_HEADER_ROW_CHARACTERS = 2_000  # a longer line heads nothing
MAX_UNIT_WORDS = 8  # "(in thousands, except per share amounts)"
MAX_LABEL_WORDS = 15  # a longer first cell that stands alone is a paragraph laid out in a table

_YEAR = re.compile(r"(?:FY|CY|F)? ?(?:19|20)\d\d(?: ?(?:\(\w{1,2}\)|\*))?", re.IGNORECASE)
_FIGURE = re.compile(
    r"(?:USD|EUR|GBP|CHF|RMB|JPY|INR|(?:US|NZ|HK|[ACS])(?=\$))?[($€£¥₹\s−–—-]{0,8}(?:[.,]?\d[\d.,]*|(?<=[−–—-])|n/?a|nil)"
    r"[)\s%x*]{0,6}(?:(?:bps|pts?)\.?)?\s?(?:\(\w{1,2}\))?",
    re.IGNORECASE,
)
_MONTHS = "jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec"
_PERIOD = re.compile(
    rf"(?:\b(?:years?|months?|weeks?|quarters?|periods?|fiscal|ended|ending|as (?:of|at))\b"
    rf"|\b(?:{_MONTHS})[a-z]*\.? \d|\b\d\d? (?:{_MONTHS}))",
    re.IGNORECASE,
)
_UNIT = re.compile(
    r"\b(?:thousands?|millions?|billions?|000s?|percent(?:age)?)\b|[$€£¥₹][’']?000"
    r"|^(?:[A-Z]{0,3}[$€£¥₹][mkb]?n?|%)$",
    re.IGNORECASE,
)

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
    """Yield the rows of all tables from `start` on, the beginning of a line, in one pass of linear time."""
    state, table = _State(), -1
    for line_start, line_end in _lines(text, start):
        line = text[line_start:line_end]
        if not is_table_row(line):
            table = -1
            continue
        if table < 0:
            state, table = _State(), line_start
        kind = state.take(line, (line_start, line_end))
        above = Head(tuple(span for span in state.head.rows if span[1] < line_start))
        yield Row(line_start, line_end, table, kind, state.head if kind == "body" else above)


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
    framed = all(line.startswith("|") and line.endswith("|") for line in map(str.strip, (row, *header)))
    first, *rest = _cells(row, framed=framed)
    heads = column_heads([_cells(line, framed=framed) for line in header], len(rest)) if rest else []
    pairs = zip(heads, rest, strict=True) if heads else (("", cell) for cell in rest)
    told = "; ".join(f"{head} {cell}".strip() for head, cell in pairs if cell)
    return f"{first}: {told}" if first and told else first or told


def column_heads(header: Sequence[Sequence[str]], n: int) -> list[str]:
    """Return the heads of `n` columns after the label's, those of several rows joined; [] if uncertain.

    A head alone in its row spans an unknown number of columns and is left out; of several, each spans the
    same number if they stand at equal distances over a row that is full. Uncertain are: another number of
    cells; a label that is a figure ("2019 | 2018" heads two columns, the first of which is missing); two
    columns of the same year or other number.
    """
    lines: list[Sequence[str]] = []
    for cells in reversed(header):
        shifted = len(cells) == n and cells[0] != ""
        heads = cells if shifted else cells[1:]
        if sum(map(bool, heads)) < min(2, n):
            continue
        if len(heads) != n or (not shifted and cells[0][:1].isdigit()):
            return []
        lines.insert(0, _spread(heads, over_full=any(all(line) for line in lines)))
    joined = [" ".join(cell for cell in column if cell) for column in zip(*lines, strict=True)]
    named = [head for head in joined if any(map(str.isdigit, head))]
    return joined if len(set(named)) == len(named) else []


class _State:
    """What has been read of a table so far."""

    def __init__(self) -> None:
        self.head = Head()
        self.has_body = False
        self.has_columns = False  # a header row with more than its label
        self.may_be_labelled = True  # the next header row may have a label: none yet, no row of years

    def take(self, line: str, span: Span) -> str:
        cells = _cells(line, framed=line.startswith("|") and line.endswith("|"))
        label, filled = cells[0], [cell for cell in cells[1:] if cell]
        if not filled or self._is_title(label, filled):
            return self._take_label(label or "".join(filled), span)
        too_long = len(line) > MAX_HEADER_ROW_CHARACTERS
        if too_long or not self._is_header(label, filled):
            self._take_body(label)
            return "body"
        if self.has_body and not all(map(_UNIT.search, filled)):
            self.head, self.has_body = Head(), False  # further down new heads replace the old ones
        self._add(span)
        self.has_columns = True
        self.may_be_labelled = self.may_be_labelled and not label and sum(map(_is_year, filled)) < 2
        return "header"

    def _is_title(self, label: str, filled: Sequence[str]) -> bool:
        """Tell whether words alone in a row further down, under no label, name the rows below it."""
        alone = self.has_body and not label and len(filled) == 1
        return alone and not (_is_figure(filled[0]) or _UNIT.search(filled[0]) or _PERIOD.search(filled[0]))

    def _is_header(self, label: str, filled: Sequence[str]) -> bool:
        if any(map(_is_figure, filled)):
            return False
        dated = all(_is_year(cell) or _PERIOD.search(cell) for cell in filled)
        if not label:
            return not self.has_body or dated or all(map(_UNIT.search, filled))
        if dated and (_PERIOD.search(label) or _UNIT.search(label)):
            return True
        return not self.has_body and self.may_be_labelled

    def _take_label(self, label: str, span: Span) -> str:
        if len(label.split()) > MAX_LABEL_WORDS or label.endswith("."):
            self._take_body(label)
            return "body"
        if self.has_columns or self.has_body:
            self.head = replace(self.head, subheading=span if label else None)
            return "subheading"
        self._add(span)
        return "header"

    def _take_body(self, label: str) -> None:
        """Go on below the header. Labels that no columns followed were no header, the last a sub-heading."""
        if not self.has_columns and self.head.rows:
            self.head = Head((), self.head.rows[-1])
        self.has_body = True
        self.has_columns = True
        if label.lower().startswith("total"):  # it closes what a sub-heading opened, and may be of more
            self.head = replace(self.head, subheading=None)

    def _add(self, span: Span) -> None:
        self.head = Head((*self.head.rows, span)[-MAX_HEADER_ROWS:])


def states_unit(words: str) -> bool:
    """Tell whether a heading says what figures are counted in: "(in thousands)", "US$000"."""
    return _UNIT.search(words) is not None


def only_states_unit(row: str) -> bool:
    """Tell whether a header row says what figures are counted in and nothing else: " | (in millions) | "."""
    filled = [cell for cell in _cells(row, framed=False) if cell]
    return bool(filled) and all(len(cell.split()) <= MAX_UNIT_WORDS and states_unit(cell) for cell in filled)


def _is_figure(cell: str) -> bool:
    return not _is_year(cell) and _FIGURE.fullmatch(cell) is not None


def _is_year(cell: str) -> bool:
    return _YEAR.fullmatch(cell) is not None


def _spread(cells: Sequence[str], *, over_full: bool) -> Sequence[str]:
    """Give each of the columns that a head spans the head; as they stand where spans are not certain."""
    at = [i for i, cell in enumerate(cells) if cell]
    n_each, left_over = divmod(len(cells), len(at))
    even = not left_over and over_full and all(b - a == n_each for a, b in pairwise(at))
    if even and at[0] in {0, (n_each - 1) // 2}:  # written in the first or the middle column
        return [cells[at[i // n_each]] for i in range(len(cells))]
    in_place = at[0] == 0 or all(cells[at[0] :])
    return cells if in_place else [""] * len(cells)


def _cells(row: str, *, framed: bool) -> list[str]:
    """Return the cells of a row; a bar at its edge stands beside an empty cell unless it is a frame."""
    bare = row.strip().removeprefix("|").removesuffix("|") if framed else row
    return [" ".join(cell.split()) for cell in bare.split("|")]


def _lines(text: str, start: int) -> Iterator[Span]:
    while start < len(text):
        end = _line_end(text, start)
        yield start, end
        start = end + 1


def _line_end(text: str, start: int) -> int:
    end = text.find("\n", start)
    return len(text) if end < 0 else end
