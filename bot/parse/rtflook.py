r"""How a rich text's letters look: the control words that set their size, colour and ground.

Follows the RTF 1.9.1 specification. In doubt a ground is not known: a row of a table with colours, a cell
within a cell, a box, a page with a background or with shapes that lie under its words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any

from bot.parse.colours import WHITE, Colour, is_seen
from bot.parse.letters import Look

_NOT_PAPER = re.compile(rb"\\background\b|\\shpfblwtxt1")
_STYLED_TABLES = re.compile(rb"\\tscell(?:cbpat|bg|shdng)")
_HIDING = frozenset({"v", "deleted", "mvf"})
_RAISING = {"super": True, "up": True, "sub": False, "dn": False, "nosupersub": False}
_OUTLINES = frozenset({"outl", "shad", "embo", "impr"})
_NUMBERS = {
    "fs": "half_points", "cf": "letters", "chcbpat": "shade", "highlight": "highlight", "cb": "behind",
    "cbpat": "paragraph", "chshdng": "pattern", "shading": "paragraph_pattern",
}  # fmt: skip
_USUAL = 24  # half points


@dataclass(frozen=True, slots=True)
class Written:
    r"""What control words set until their group ends; colours are places in the \colortbl, 0: none of it."""

    half_points: int = _USUAL
    letters: int = 0
    shade: int = 0
    highlight: int = 0
    behind: int = 0  # which some programs show and others do not
    pattern: int = 0
    paragraph: int = 0
    paragraph_pattern: int = 0
    is_hidden: bool = False
    is_outlined: bool = False
    is_raised: bool = False
    n_tables: int = 0  # cells in each other that the words are in
    is_in_box: bool = False


class Looks:
    """The colours of a document, and the ground of its pages and of the row that is written."""

    def __init__(self, payload: bytes) -> None:
        self._page: Colour | None = None if _NOT_PAPER.search(payload) else WHITE
        self._has_styled_tables = _STYLED_TABLES.search(payload) is not None
        self._colours: list[Colour | None] = []
        self._parts: dict[str, int] = {}  # red, green and blue of the colour that is being defined
        self._row: Colour | None = None
        self._looked: tuple[Written | None, Look] = None, Look()  # the last that was asked for

    def define(self, word: str, number: int | None) -> None:
        """Follow a control word of the table of colours."""
        self._parts[word] = min(max(number or 0, 0), 255)

    def end_colours(self, n: int) -> None:
        """End a colour, `n` times; one without red, green and blue is the automatic one."""
        self._looked = None, Look()
        for _ in range(n):
            red, green, blue = (self._parts.get(part, 0) for part in ("red", "green", "blue"))
            is_said = any(part in self._parts for part in ("red", "green", "blue"))
            self._colours.append((red, green, blue, 1.0) if is_said else None)
            self._parts = {}

    def follow(self, written: Written, word: str, number: int | None) -> Written:
        """Return what is set after a control word of the text, an unchanged one if it sets no look."""
        if word in _NUMBERS:
            usual = _USUAL if word == "fs" else 0
            return _with(written, _NUMBERS[word], usual if number is None else number)
        if word in _HIDING:
            return _with(written, "is_hidden", number != 0)
        if word in _OUTLINES:
            return _with(written, "is_outlined", number != 0)
        if word in _RAISING:
            return _with(written, "is_raised", _RAISING[word] and number != 0)
        if word.startswith("chbg"):  # lines as a ground
            return replace(written, pattern=1)
        if word.startswith("bg"):
            return replace(written, paragraph_pattern=1)
        if word in ("plain", "pard", "intbl", "itap", "shptxt"):
            return _laid_out(written, word, number)
        if word.startswith(("tr", "cl")):
            self._looked = None, Look()
            self._follow_row(word, number)
        return written

    def look(self, written: Written) -> Look:
        """Return how letters look."""
        if self._looked[0] is not written:
            self._looked = written, self._look(written)
        return self._looked[1]

    def _look(self, written: Written) -> Look:
        letters = self._colour(written.letters)
        ground = self._page
        if written.n_tables:
            ground = self._row if written.n_tables == 1 and not self._has_styled_tables else None
        if written.is_in_box:
            ground = None
        for colour in (written.paragraph, written.shade, written.highlight):
            if colour:
                ground = self._colour(colour)
        behind = self._colour(written.behind)
        if written.pattern or written.paragraph_pattern or (behind and letters and is_seen(letters, behind)):
            ground = None
        return Look(
            letters,
            ground,
            points=written.half_points / 2,
            is_hidden=written.is_hidden,
            is_outlined=written.is_outlined,
            is_raised=written.is_raised,
        )

    def _colour(self, place: int) -> Colour | None:
        return self._colours[place] if 0 < place < len(self._colours) else None

    def _follow_row(self, word: str, number: int | None) -> None:
        """Follow what a row says of its cells before their words: white is paper, another colour unknown."""
        if word == "trowd":
            self._row = self._page
        elif word in ("clcbpat", "trcbpat", "clcbpatraw") and number:
            colour = self._colour(number)
            if colour is None or is_seen(colour, WHITE):
                self._row = None
        elif word.startswith(("clbg", "trbg")) or (word in ("clshdng", "clshdngraw", "trshdng") and number):
            self._row = None


def _with(written: Written, name: str, value: int) -> Written:
    """Return what is set after a word; itself where that changes nothing, as most words do."""
    if getattr(written, name) == value:
        return written
    said: dict[str, Any] = {name: value}
    return replace(written, **said)


def _laid_out(written: Written, word: str, number: int | None) -> Written:
    """Return what is left after the end of a look, or at the beginning of a cell or a box."""
    if word == "plain":
        kept = written
        return Written(
            paragraph=kept.paragraph,
            paragraph_pattern=kept.paragraph_pattern,
            n_tables=kept.n_tables,
            is_in_box=kept.is_in_box,
        )
    if word == "pard":
        return replace(written, paragraph=0, paragraph_pattern=0, n_tables=0)
    if word == "shptxt":
        return replace(written, is_in_box=True)
    return replace(written, n_tables=max(written.n_tables, 1) if word == "intbl" else max(number or 0, 0))
