"""Columns of a table on a PDF's page: where its figures stand, and which of them a word stands over."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from bot.parse.pdflines import Line, Run, is_figure

SLACK = 12.0  # points that a head may stand out to the left of its column
_LABEL_SHARE = 0.5  # of the way to the first column, within which words that begin are a label
_OVER = 0.12  # share of a head, or of a column, that must stand over the other
_DIGIT_WIDTH = 0.45  # heights of a line, a little less than it is
_YEAR = re.compile(r"(?:19|20)\d\d")

Cell = tuple[Run, ...]
Interval = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Row:
    """Lines `start` to `end` of a page that stand beside each other, as pieces from left to right."""

    start: int
    end: int
    parts: tuple[Run, ...]

    @property
    def left(self) -> float:
        """Where its first piece begins."""
        return self.parts[0].line.left

    @property
    def right(self) -> float:
        """Where its last piece ends."""
        return max(part.line.right for part in self.parts)

    @property
    def line(self) -> Line:
        """Words and box of its first piece."""
        return self.parts[0].line

    @property
    def figures(self) -> tuple[Run, ...]:
        """The figures right of the first piece, which is the label, or a figure that others follow."""
        return tuple(part for part in self.parts[1:] if is_figure(part.line.text))

    @property
    def is_body(self) -> bool:
        """Whether it holds figures, years alone being heads of columns."""
        return not all(_YEAR.fullmatch(part.line.text) for part in self.figures)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a table's labels begin, where its figures do, signs of currency included, and where it ends."""

    labels: float
    zone: float
    right: float

    @classmethod
    def of(cls, *lines: Row) -> Place:
        """Return the place of rows, at least one of which has figures."""
        zone = min(part.line.left for line in lines if line.is_body for part in line.figures)
        return cls(min(line.left for line in lines), zone, max(line.right for line in lines))

    def with_row(self, line: Row) -> Place:
        """Return the place that takes in one more row of figures."""
        other = Place.of(line)
        return Place(min(self.labels, other.labels), min(self.zone, other.zone), max(self.right, other.right))

    @property
    def labels_end(self) -> float:
        """Words that begin left of this are a label."""
        return self.labels + _LABEL_SHARE * (self.zone - self.labels)


def columns_of(body: Sequence[Row]) -> list[Interval]:
    """Return the columns from left to right: where the figures of some row stand, joined.

    A column that has dashes for nothing alone counts where there are two of them or more.
    """
    figures = [part for row in body if row.is_body for part in row.figures]
    parts = [part for part in figures if any(map(str.isdigit, part.line.text))]
    joined = _joined((_digits_left(part), part.line.right) for part in parts)
    if not joined:
        return []
    dashes = [(_digits_left(part), part.line.right) for part in figures if part not in parts]
    apart = [one for one in dashes if not any(one[0] < right and left < one[1] for left, right in joined)]
    alone = [one for one in _joined(apart) if sum(one[0] <= right <= one[1] for _, right in apart) > 1]
    return sorted([*joined, *alone])


def _joined(intervals: Iterable[Interval]) -> list[Interval]:
    """Join intervals that overlap."""
    joined: list[Interval] = []
    for left, right in sorted(intervals):
        if joined and left < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], right))
        else:
            joined.append((left, right))
    return joined


def _digits_left(part: Run) -> float:
    """Return about where the digits of a figure begin: a sign of currency may stand far to the left."""
    figure = part.line.text.lstrip("$€£¥ ")
    return max(part.line.left, part.line.right - _DIGIT_WIDTH * part.line.height * len(figure))


def row_of(
    parts: Sequence[Run], columns: Sequence[Interval], place: Place, *, n_label: int = 0
) -> tuple[Cell, ...]:
    """Put pieces into the columns they stand in, those left of all columns into the label's."""
    cells: list[list[Run]] = [[] for _ in range(len(columns) + 1)]
    notes = any(_is_amount(part.line) for part in parts)
    for i, part in sorted(enumerate(parts), key=lambda pair: (pair[0] >= n_label, pair[1].line.left)):
        cells[0 if i < n_label else _column_of(part, columns, place, notes=notes)].append(part)
    return tuple(map(tuple, cells))


def _column_of(part: Run, columns: Sequence[Interval], place: Place, *, notes: bool) -> int:
    """Return the column of a piece: 0 for a label, else the first that it stands over, or the nearest.

    `notes`: whether words left of all columns are of the label, as in a row of figures; heads never are.
    """
    line = part.line
    if line.left < place.labels_end:
        return 0
    if _is_amount(line):
        return 1 + min(range(len(columns)), key=lambda i: abs(columns[i][1] - line.right))
    for i in _below(line, columns):
        return 1 + i
    return 0 if notes and line.right <= columns[0][0] else 1 + _nearest(line, columns)


def _is_amount(line: Line) -> bool:
    return is_figure(line.text) and not _YEAR.fullmatch(line.text)


def _nearest(line: Line, columns: Sequence[Interval]) -> int:
    return min(range(len(columns)), key=lambda i: max(columns[i][0] - line.right, line.left - columns[i][1]))


def _below(line: Line, columns: Sequence[Interval]) -> Iterator[int]:
    """Yield the columns that a head stands over; each reaches from the one on its left to its own right."""
    left = 2 * columns[0][0] - columns[0][1] - SLACK
    for i, (_, right) in enumerate(columns):
        over = min(line.right, right) - max(line.left, left)
        if over >= _OVER * min(line.right - line.left, right - left):
            yield i
        left = right


def spread(row: tuple[Cell, ...]) -> tuple[Cell, ...]:
    """Put heads that stand over the last columns of their groups, over a full row, over the first ones."""
    n, at = len(row) - 1, [i for i, cell in enumerate(row[1:]) if cell]
    if len(at) < 2 or n % len(at) or len(at) == n:
        return row
    step = n // len(at)
    if at != [at[0] + k * step for k in range(len(at))] or not 0 < at[0] < step:
        return row
    return (row[0], *(row[1 + at[i // step]] if i % step == 0 else () for i in range(n)))
