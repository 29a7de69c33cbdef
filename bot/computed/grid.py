"""A table of canonical text as lines of cells that can be reckoned with. After `bot/tables.py`.

A line is a row with its label, each cell under the heads of its column; in a table whose rows are the
periods it is a column, each cell beside its row's label. Rows whose heads are not certain are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from bot.captions import captions
from bot.cells import states_unit
from bot.computed.figures import Figure, figure_of, scale_of
from bot.computed.periods import Period, period_of
from bot.datatypes import Document
from bot.row_forms import counts_itself, unit_of
from bot.tables import Row, Span, columns, only_states_unit, rows

_BRACKETS = re.compile(r"\([^()]*\)")


@dataclass(frozen=True, slots=True)
class Cell:
    """A figure, the head it stands under without units, and its row: the span `text[start:end]`.

    `nth` of the row's filled cells after the label it is, from 0.
    """

    head: str
    figure: Figure
    row: Span
    nth: int

    @property
    def period(self) -> Period:
        """The years that its head names."""
        return period_of(self.head)


@dataclass(frozen=True, slots=True)
class Line:
    """Cells that tell of one thing: its label, and what stands over it, "" for nothing."""

    label: str
    group: str
    cells: tuple[Cell, ...]

    @property
    def name(self) -> str:
        """Its label, what stands over it in brackets: "Other (Deferred tax assets)"."""
        label, group = self.label.rstrip(" :"), self.group.rstrip(" :")
        return f"{label} ({group})" if group else label


@dataclass(frozen=True, slots=True)
class Table:
    """The lines of a table, its caption ("" for none), and the words that name the document it is in."""

    lines: tuple[Line, ...]
    caption: str
    document: str


def table_of(document: Document, start: int) -> Table:
    """Return the table that starts at an offset of a document."""
    caption, _ = captions(document.text, start)
    named = " ".join([document.title, *document.metadata.values()])
    told = document.text[slice(*caption)] if caption else ""
    return Table(tuple(lines_of(document.text, start)), told, named)


def lines_of(text: str, table: int) -> list[Line]:
    """Return the lines of the table that starts at an offset of a document's text, [] if it has no figures.

    Periods run along the lines where the heads of the columns or else the labels of the rows name any.
    """
    found = list(_rows(text, table))
    dated = any(cell.period for line in found for cell in line.cells)
    turned = _turned(found)
    return turned if not dated and any(cell.period for line in turned for cell in line.cells) else found


def _rows(text: str, table: int) -> Iterator[Line]:
    spans = zip(("caption", "unit"), captions(text, table), strict=True)
    over = [(role, text[slice(*span)]) for role, span in spans if span]
    for row in rows(text, table):
        if row.table != table:
            return
        if row.kind == "body" and (line := _line(text, row, over)):
            yield line


def _line(text: str, row: Row, over: Sequence[tuple[str, str]]) -> Line | None:
    """Return a row with a label, certain heads and at least one figure of a known scale; None for another.

    `over`: what stands over the whole table, as (role, words) from the top down.
    """
    heads = [text[slice(*span)] for span in row.head.rows]
    label, cells = columns(text[row.start : row.end], heads)
    if not label or not all(head for head, _ in cells):
        return None
    context = [*over, *(("unit" if only_states_unit(words) else "column", words) for words in heads)]
    found = tuple(_cells(label, cells, unit_of(context), (row.start, row.end)))
    subheading = text[slice(*row.head.subheading)] if row.head.subheading else ""
    group = "" if states_unit(subheading) else " ".join(subheading.replace("|", " ").split())
    return Line(label, group, found) if found else None


def _cells(label: str, cells: Sequence[tuple[str, str]], unit: str, row: Span) -> Iterator[Cell]:
    for nth, (head, cell) in enumerate(cells):
        scale = _scale(label, head, unit)
        if scale is not None and (figure := figure_of(cell, scale=scale)):
            yield Cell(_bare(head), figure, row, nth)


def _scale(label: str, head: str, unit: str) -> str | None:
    """Return the scale that is stated nearest to a cell, "" for none, None where it is not certain."""
    for words in (head, label):
        if states_unit(words):
            return scale_of(words)
    return "" if counts_itself(label) or counts_itself(head) else scale_of(unit)


def _bare(head: str) -> str:
    """Return a head without its unit: "2019 £m" -> "2019"."""
    head = _BRACKETS.sub(lambda found: "" if states_unit(found[0].strip("() ")) else found[0], head)
    return " ".join(word for word in head.split() if not states_unit(word)) or head


def _turned(lines: Sequence[Line]) -> list[Line]:
    """Return columns for rows."""
    heads = dict.fromkeys(cell.head for line in lines for cell in line.cells)
    return [
        Line(head, "", tuple(replace(cell, head=line.label)
                             for line in lines for cell in line.cells if cell.head == head))
        for head in heads
    ]  # fmt: skip
