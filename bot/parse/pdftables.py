"""Tables of a PDF's page, by where their words stand: rows of figures, their columns, the heads over them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from bot.parse.pdflines import Line, Run, is_figure

_MIN_ROWS = 2
_MAX_COLUMNS = 40
_MAX_BETWEEN = 4  # lines without figures between two rows of one table: sub-headings, heads
_MAX_HEADS = 40  # lines over the first row that may head it
_FAR = 4.0  # heights of a letter: what is further apart is not of one table
_BESIDE = 0.5  # share of the lower of two lines that must lie beside the other for one row
_LABEL_SHARE = 0.5  # of the way to the first column, within which words that begin are a label
_OVER = 0.12  # share of a head, or of a column, that must stand over the other
_SLACK = 12.0  # points that a head may stand out to the left of its column
_MAX_HEAD_CHARACTERS = 60
_DIGIT_WIDTH = 0.45  # heights of a line, a little less than it is
_OPEN = (",", "-", "–", "—", "/", "(", " and", " or", " of", " the", " to", " in", " for", " from", " with")

_YEAR = re.compile(r"(?:19|20)\d\d")
_WHEN_OR_WHAT = re.compile(r"(?:19|20)\d\d|\b\d{1,2},|\bended\b|million|thousand|percent|%", re.IGNORECASE)
_SAYS_NOTHING = re.compile(r"\(?unaudited\)?", re.IGNORECASE)

Cell = tuple[Run, ...]
Interval = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Table:
    """The lines `start` to `end` of a page as rows of cells; the first cell of each row is its label."""

    start: int
    end: int
    rows: tuple[tuple[Cell, ...], ...]


def tables(runs: Sequence[Run]) -> Iterator[Table]:
    """Yield the tables of a page in the order of its lines; they do not overlap."""
    lines, i, above = list(_lines(runs)), 0, 0
    while i < len(lines):
        end = _body_end(lines, i)
        if end is None:
            i += 1
            continue
        body = lines[i:end]
        columns = _columns(body)
        if not 0 < len(columns) <= _MAX_COLUMNS:
            i = end
            continue
        place = _Place.of(*body)
        start = _heads_start(lines, above, i, place)
        rows = [*_head_rows(lines[start:i], columns, place), *_body_rows(body, columns, place)]
        yield Table(lines[start].start, lines[end - 1].end, tuple(rows))
        i = above = end


@dataclass(frozen=True, slots=True)
class _Row:
    """Lines `start` to `end` of a page that stand beside each other, as pieces from left to right."""

    start: int
    end: int
    parts: tuple[Run, ...]

    @property
    def left(self) -> float:
        return self.parts[0].line.left

    @property
    def right(self) -> float:
        return max(part.line.right for part in self.parts)

    @property
    def line(self) -> Line:
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
class _Place:
    """Where a table's labels begin, where its figures do, signs of currency included, and where it ends."""

    labels: float
    zone: float
    right: float

    @classmethod
    def of(cls, *lines: _Row) -> _Place:
        zone = min(part.line.left for line in lines if line.is_body for part in line.figures)
        return cls(min(line.left for line in lines), zone, max(line.right for line in lines))

    def with_row(self, line: _Row) -> _Place:
        other = _Place.of(line)
        return _Place(
            min(self.labels, other.labels), min(self.zone, other.zone), max(self.right, other.right)
        )

    @property
    def labels_end(self) -> float:
        """Words that begin left of this are a label."""
        return self.labels + _LABEL_SHARE * (self.zone - self.labels)


def _lines(runs: Sequence[Run]) -> Iterator[_Row]:
    """Yield the lines, those that go on beside each other to the right as one."""
    i = 0
    while i < len(runs):
        parts, end = list(runs[i].parts), i + 1
        while end < len(runs) and _goes_on(parts[-1].line, runs[end].parts[0].line):
            parts += runs[end].parts
            end += 1
        yield _Row(i, end, tuple(parts))
        i = end


def _goes_on(line: Line, following: Line) -> bool:
    beside = min(line.top, following.top) - max(line.bottom, following.bottom)
    return beside >= _BESIDE * min(line.height, following.height) and following.left >= line.right - 1


def _body_end(lines: Sequence[_Row], i: int) -> int | None:
    """Return where the body of the table that begins with line i ends, None if none begins there."""
    if not lines[i].is_body:
        return None
    place = _Place.of(lines[i])
    end, n_rows, n_between = i + 1, 1, 0  # n_between: lines since the last row
    for j in range(i + 1, len(lines)):
        line = lines[j]
        if not _follows(lines[j - 1], line):
            break
        if line.is_body:
            place = place.with_row(line)
            end, n_rows, n_between = j + 1, n_rows + 1, 0
        elif n_between == _MAX_BETWEEN or not _is_between(line, place) or _heads_anew(line, place):
            break
        else:
            n_between += 1
    return end if n_rows >= _MIN_ROWS else None


def _follows(above: _Row, line: _Row) -> bool:
    """Tell whether a line stands below another, not far."""
    distance = above.line.bottom - line.line.bottom
    return 0 < distance <= _FAR * max(above.line.height, line.line.height) + 2


def _is_between(line: _Row, place: _Place) -> bool:
    """Tell whether a line without figures may stand between two rows: a label or heads, and no text."""
    words = " ".join(part.line.text for part in line.parts)
    if len(line.parts) > 1 and len(words) > _MAX_HEAD_CHARACTERS and words.endswith((".", ":")):
        return False  # a line of text with wide gaps
    return all(part.line.right <= place.zone + _SLACK or _is_head(part, place) for part in line.parts)


def _is_title(parts: Sequence[Run], place: _Place) -> bool:
    """Tell whether pieces are one that is centred over the whole table, and no period or unit."""
    words = parts[0].line
    apart = abs(words.left + words.right - place.labels - place.right) / 2
    return len(parts) == 1 and apart < _SLACK and not _WHEN_OR_WHAT.search(words.text)


def _heads_anew(line: _Row, place: _Place) -> bool:
    """Tell whether a line holds heads of several columns: what is below it is another table."""
    return sum(_is_head(part, place) for part in line.parts) > 1


def _is_head(part: Run, place: _Place) -> bool:
    """Tell whether a piece may stand over columns of figures: it begins right of the labels, and is short."""
    line = part.line
    over = line.left >= place.labels_end and line.right >= place.zone - _SLACK
    return over and len(line.text) <= _MAX_HEAD_CHARACTERS


def _columns(body: Sequence[_Row]) -> list[Interval]:
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


def _heads_start(lines: Sequence[_Row], above: int, first: int, place: _Place) -> int:
    """Return where the heads over line `first` begin, going up while lines stand over the columns."""
    start, top = first, lines[first].line.bottom
    for i in range(first - 1, max(above - 1, first - 1 - _MAX_HEADS), -1):
        line = lines[i]
        is_near = line.line.bottom <= top + _FAR * max(line.line.height, 6)
        is_title = _is_title(line.parts, place)
        if not is_near or not _is_between(line, place) or line.is_body or (is_title and start < first):
            break
        top = max(top, line.line.bottom)
        if not is_title and any(_is_head(part, place) and _says_something(part) for part in line.parts):
            start = i
    return start


def _says_something(part: Run) -> bool:
    return not _SAYS_NOTHING.fullmatch(part.line.text)


def _head_rows(
    lines: Sequence[_Row], columns: Sequence[Interval], place: _Place
) -> Iterator[tuple[Cell, ...]]:
    """Yield a row for each height at which heads stand, from the top down."""
    parts = sorted((part for line in lines for part in line.parts), key=lambda part: -part.line.bottom)
    bands: list[list[Run]] = []
    for part in parts:
        first = bands[-1][0].line if bands else part.line
        if bands and first.bottom - part.line.bottom <= 0.6 * min(first.height, part.line.height):
            bands[-1].append(part)
        else:
            bands.append([part])
    rows = [_row(band, columns, place, n_label=int(_is_title(band, place))) for band in bands]
    is_full = False
    for i in range(len(rows) - 1, -1, -1):
        if is_full:
            rows[i] = _spread(rows[i])
        is_full = is_full or all(rows[i][1:])
    yield from rows


def _spread(row: tuple[Cell, ...]) -> tuple[Cell, ...]:
    """Put heads that stand over the last columns of their groups, over a full row, over the first ones."""
    n, at = len(row) - 1, [i for i, cell in enumerate(row[1:]) if cell]
    if len(at) < 2 or n % len(at) or len(at) == n:
        return row
    step = n // len(at)
    if at != [at[0] + k * step for k in range(len(at))] or not 0 < at[0] < step:
        return row
    return (row[0], *(row[1 + at[i // step]] if i % step == 0 else () for i in range(n)))


def _body_rows(
    body: Sequence[_Row], columns: Sequence[Interval], place: _Place
) -> Iterator[tuple[Cell, ...]]:
    """Yield a row for each line, one label that goes over two lines as one."""
    label: tuple[Run, ...] = ()
    for i, line in enumerate(body):
        if i + 1 < len(body) and len(line.parts) == 1 and _is_cut_label(line, body[i + 1]):
            label += line.parts
            continue
        yield _row((*label, *line.parts), columns, place, n_label=len(label))
        label = ()


def _is_cut_label(line: _Row, following: _Row) -> bool:
    """Tell whether a label goes on in the next line: it ends in the middle, or that begins there."""
    text, begins = line.parts[0].line.text, following.parts[0].line.text
    apart = line.line.bottom - following.line.bottom
    near = apart <= 1.6 * line.line.height
    return near and not text.endswith(":") and (begins[:1].islower() or text.endswith(_OPEN))


def _row(
    parts: Sequence[Run], columns: Sequence[Interval], place: _Place, *, n_label: int = 0
) -> tuple[Cell, ...]:
    """Put pieces into the columns they stand in, those left of all columns into the label's."""
    cells: list[list[Run]] = [[] for _ in range(len(columns) + 1)]
    for i, part in sorted(enumerate(parts), key=lambda pair: (pair[0] >= n_label, pair[1].line.left)):
        cells[0 if i < n_label else _column_of(part, columns, place)].append(part)
    return tuple(map(tuple, cells))


def _column_of(part: Run, columns: Sequence[Interval], place: _Place) -> int:
    """Return the column of a piece: 0 for a label, else the first that it stands over, or the nearest."""
    line = part.line
    if line.left < place.labels_end:
        return 0
    if is_figure(line.text) and not _YEAR.fullmatch(line.text):
        return 1 + min(range(len(columns)), key=lambda i: abs(columns[i][1] - line.right))
    return 1 + next(_below(line, columns), len(columns) - 1)


def _below(line: Line, columns: Sequence[Interval]) -> Iterator[int]:
    """Yield the columns that a head stands over; each reaches from the one on its left to its own right."""
    left = 2 * columns[0][0] - columns[0][1] - _SLACK
    for i, (_, right) in enumerate(columns):
        over = min(line.right, right) - max(line.left, left)
        if over >= _OVER * min(line.right - line.left, right - left):
            yield i
        left = right
