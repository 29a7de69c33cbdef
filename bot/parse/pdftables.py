"""Tables of a PDF's page, by where their words stand: rows of figures, their columns, the heads over them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.parse.pdfcolumns import SLACK, Cell, Interval, Place, Row, columns_of, row_of, spread
from bot.parse.pdflines import Line, Run

_MIN_ROWS = 2
_MAX_COLUMNS = 40
_MAX_BETWEEN = 4  # lines without figures between two rows of one table: sub-headings, heads
_MAX_HEADS = 40  # lines over the first row that may head it
_FAR = 4.0  # heights of a letter: what is further apart is not of one table
_BESIDE = 0.5  # share of the lower of two lines that must lie beside the other for one row
_MAX_HEAD_CHARACTERS = 60
_OPEN = (",", "-", "–", "—", "/", "(", " and", " or", " of", " the", " to", " in", " for", " from", " with")

_WHEN_OR_WHAT = re.compile(r"(?:19|20)\d\d|\b\d{1,2},|\bended\b|million|thousand|percent|%", re.IGNORECASE)
_SAYS_NOTHING = re.compile(r"\(?unaudited\)?", re.IGNORECASE)


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
        columns = columns_of(body)
        if not 0 < len(columns) <= _MAX_COLUMNS:
            i = end
            continue
        place = Place.of(*body)
        start = _heads_start(lines, above, i, place)
        rows = [*_head_rows(lines[start:i], columns, place), *_body_rows(body, columns, place)]
        yield Table(lines[start].start, lines[end - 1].end, tuple(rows))
        i = above = end


def _lines(runs: Sequence[Run]) -> Iterator[Row]:
    """Yield the lines, those that go on beside each other to the right as one."""
    i = 0
    while i < len(runs):
        parts, end = list(runs[i].parts), i + 1
        while end < len(runs) and _goes_on(parts[-1].line, runs[end].parts[0].line):
            parts += runs[end].parts
            end += 1
        yield Row(i, end, tuple(parts))
        i = end


def _goes_on(line: Line, following: Line) -> bool:
    beside = min(line.top, following.top) - max(line.bottom, following.bottom)
    return beside >= _BESIDE * min(line.height, following.height) and following.left >= line.right - 1


def _body_end(lines: Sequence[Row], i: int) -> int | None:
    """Return where the body of the table that begins with line i ends, None if none begins there."""
    if not lines[i].is_body:
        return None
    place = Place.of(lines[i])
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


def _follows(above: Row, line: Row) -> bool:
    """Tell whether a line stands below another, not far."""
    distance = above.line.bottom - line.line.bottom
    return 0 < distance <= _FAR * max(above.line.height, line.line.height) + 2


def _is_between(line: Row, place: Place) -> bool:
    """Tell whether a line without figures may stand between two rows: a label or heads, and no text."""
    words = " ".join(part.line.text for part in line.parts)
    if len(line.parts) > 1 and len(words) > _MAX_HEAD_CHARACTERS and words.endswith((".", ":")):
        return False  # a line of text with wide gaps
    return all(part.line.right <= place.zone + SLACK or _is_head(part, place) for part in line.parts)


def _is_title(parts: Sequence[Run], place: Place) -> bool:
    """Tell whether pieces are one that is centred over the whole table, and no period or unit."""
    words = parts[0].line
    apart = abs(words.left + words.right - place.labels - place.right) / 2
    return len(parts) == 1 and apart < SLACK and not _WHEN_OR_WHAT.search(words.text)


def _heads_anew(line: Row, place: Place) -> bool:
    """Tell whether a line holds heads of several columns: what is below it is another table."""
    return sum(_is_head(part, place) for part in line.parts) > 1


def _is_head(part: Run, place: Place) -> bool:
    """Tell whether a piece may stand over columns of figures: it begins right of the labels, and is short."""
    line = part.line
    over = line.left >= place.labels_end and line.right >= place.zone - SLACK
    return over and len(line.text) <= _MAX_HEAD_CHARACTERS


def _heads_start(lines: Sequence[Row], above: int, first: int, place: Place) -> int:
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


def _head_rows(lines: Sequence[Row], columns: Sequence[Interval], place: Place) -> Iterator[tuple[Cell, ...]]:
    """Yield a row for each height at which heads stand, from the top down."""
    parts = sorted((part for line in lines for part in line.parts), key=lambda part: -part.line.bottom)
    bands: list[list[Run]] = []
    for part in parts:
        first = bands[-1][0].line if bands else part.line
        if bands and first.bottom - part.line.bottom <= 0.6 * min(first.height, part.line.height):
            bands[-1].append(part)
        else:
            bands.append([part])
    rows = [row_of(band, columns, place, n_label=int(_is_title(band, place))) for band in bands]
    is_full = False
    for i in range(len(rows) - 1, -1, -1):
        if is_full:
            rows[i] = spread(rows[i])
        is_full = is_full or all(rows[i][1:])
    yield from rows


def _body_rows(body: Sequence[Row], columns: Sequence[Interval], place: Place) -> Iterator[tuple[Cell, ...]]:
    """Yield a row for each line, one label that goes over two lines as one."""
    label: tuple[Run, ...] = ()
    for i, line in enumerate(body):
        if i + 1 < len(body) and len(line.parts) == 1 and _is_cut_label(line, body[i + 1]):
            label += line.parts
            continue
        yield row_of((*label, *line.parts), columns, place, n_label=len(label))
        label = ()


def _is_cut_label(line: Row, following: Row) -> bool:
    """Tell whether a label goes on in the next line: it ends in the middle, or that begins there."""
    text, begins = line.parts[0].line.text, following.parts[0].line.text
    apart = line.line.bottom - following.line.bottom
    near = apart <= 1.6 * line.line.height
    return near and not text.endswith(":") and (begins[:1].islower() or text.endswith(_OPEN))
