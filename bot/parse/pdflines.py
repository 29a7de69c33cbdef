"""A page's lines, with where they stand on it, and their joining into paragraphs.

PDF knows glyphs and places, not paragraphs. Two lines belong together when they follow each other at the
page's usual distance, in letters of one size, and the first was full: the next line's first word would
not have fitted into it. Lines of a table are never joined. Lengths are in points, y grows upwards.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

HYPHEN = "\x02"  # stands for a hyphen at a line's end until the whole document's words are known
_SAME_SIZE = 1.2  # ratio of letter heights up to which two lines are of one paragraph
_WIDER_GAP = 1.35  # ratio to the page's usual line distance above which a new paragraph begins
_NEIGHBOURS = 8  # lines looked at on both sides to find the right margin of a column
_MIN_PROSE_CHARACTERS = 60  # shorter lines ended on purpose are a label or an address, not a paragraph
_NUMBER = re.compile(r"^[($€£¥—–-]*\d[\d.,/]*[)%]*$|^[—–$€£¥%)-]+$")
_HEADING = re.compile(r"^(?:Item|ITEM|Part|PART)\s+[\dIVX]")
_BULLET = re.compile(
    rf"{_HEADING.pattern}|^(?:(?:[•·●◦▪■□❑➢✓\uf0b7\uf0a7–—-]|\(?\d{1, 3}[.)]|\([a-z]{1, 4}\))\s)"
)
_OPEN = (",", " and", " or", " of", " the", " to", " in", " for", " from", " with")
_CLOSED = (".", "!", "?", ":", ";", "”", '"', "。")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a page: its words and its box."""

    text: str
    left: float
    right: float
    bottom: float
    top: float

    @property
    def height(self) -> float:
        """Height of its letters."""
        return max(self.top - self.bottom, 0.1)


@dataclass(frozen=True, slots=True)
class Run:
    """A line of a page with the characters as the file has them: number `first` and those after it.

    `pieces` are what stands between its wide gaps, () where it has none.
    """

    first: int
    characters: str
    line: Line
    pieces: tuple[Run, ...] = ()

    @property
    def parts(self) -> tuple[Run, ...]:
        """The pieces, or the line itself where it is of one piece."""
        return self.pieces or (self,)


def paragraphs(lines: Sequence[Line], usual: float | None = None) -> str:
    """Join lines: a blank in a paragraph, a line end in a table, a blank line between.

    `usual` is the usual distance of the page's lines, that of these lines where it is not given.
    """
    if not lines:
        return ""
    usual = usual_distance(lines) if usual is None else usual
    pieces = [lines[0].text]
    for i in range(1, len(lines)):
        separator = _separator(lines, i, usual)
        if separator == " " and pieces[-1].endswith(HYPHEN):
            separator = ""
        pieces += [separator, lines[i].text]
    return "".join(pieces)


def is_figure(words: str) -> bool:
    """Tell whether words are a figure with its signs, or a dash for none: "$ (1,202)", "5 %", "—"."""
    return all(map(_NUMBER.match, words.split()))


def is_row(text: str) -> bool:
    """Tell whether a line is a row of a table: two figures or more, and few words beside them."""
    words = text.split()
    n_figures = sum(1 for word in words if _NUMBER.match(word))
    return n_figures >= 2 and n_figures >= 0.3 * len(words)


def _separator(lines: Sequence[Line], i: int, usual: float) -> str:
    """Decide what stands between line i - 1 and line i."""
    above, line = lines[i - 1], lines[i]
    rows = is_row(above.text), is_row(line.text)
    if _stands_apart(above, line, usual):
        goes_on = not any(rows) and line.bottom > above.bottom and _is_open(above, line)  # the next column
        return " " if goes_on else "\n\n"
    if all(rows):
        return "\n"
    if any(rows):
        prose = lines[i if rows[0] else i - 1].text
        return "\n\n" if len(prose) > 1.5 * _MIN_PROSE_CHARACTERS and prose.endswith(_CLOSED) else "\n"
    if _HEADING.match(above.text) and line.text.endswith(".") and len(line.text) < _MIN_PROSE_CHARACTERS:
        return "\n\n"  # "None."
    if _are_centred(above, line) and not above.text.endswith((HYPHEN, *_OPEN)):
        return "\n"
    if not _BULLET.match(line.text) and (above.text.endswith(HYPHEN) or _was_full(lines, i)):
        return " "
    if line.text[:1].islower() and not above.text.endswith(_CLOSED):
        return " "
    return "\n\n" if max(len(above.text), len(line.text)) >= _MIN_PROSE_CHARACTERS else "\n"


def usual_distance(lines: Sequence[Line]) -> float:
    """Return the median distance of a page's lines, or infinity where no two follow each other."""
    pairs = pairwise(lines)
    distances = [above.bottom - line.bottom for above, line in pairs if _same_size(above, line)]
    return median([d for d in distances if d > 0] or [float("inf")])


def _same_size(above: Line, line: Line) -> bool:
    smaller, larger = sorted((above.height, line.height))
    return larger <= _SAME_SIZE * smaller or larger - smaller < 2.5  # a line without tall letters is lower


def _stands_apart(above: Line, line: Line, usual: float) -> bool:
    """Tell whether a line is in another column, in letters of another size, or further down than usual."""
    distance = above.bottom - line.bottom
    if distance < -0.5 * line.height or not _same_size(above, line):
        return True
    usual = min(usual, 2.2 * max(above.height, line.height))
    return distance > _WIDER_GAP * usual


def _is_open(above: Line, line: Line) -> bool:
    """Tell whether a sentence plainly runs on from the foot of a column to the head of the next."""
    return line.text[:1].islower() and not above.text.endswith(_CLOSED)


def _are_centred(above: Line, line: Line) -> bool:
    """Tell whether two lines stand over each other by their middles: a title, not a paragraph."""
    apart = abs(above.left - line.left)
    return apart > line.height and abs(above.left + above.right - line.left - line.right) < 0.2 * apart


def _was_full(lines: Sequence[Line], i: int) -> bool:
    """Tell whether the first word of line i would not have fitted at the end of the line above it."""
    above, line = lines[i - 1], lines[i]
    heading = _HEADING.match(above.text)  # beside it are the shortest of lines: "None."
    column = lines if heading else lines[max(0, i - _NEIGHBOURS) : i + _NEIGHBOURS]
    margin = max(
        (near.right for near in column if near.left < above.right and above.left < near.right), default=0.0
    )
    first_word = line.text.split(maxsplit=1)[0] if line.text.strip() else ""
    per_character = (line.right - line.left) / max(len(line.text), 1)
    return above.right + (len(first_word) + 1) * per_character > margin
