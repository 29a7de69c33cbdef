"""Where tagged elements stand in text that is still being laid out: counted in letters, not in characters.

Laying a page out changes white space and puts bars between cells, and leaves every other character in its
order. So a place that is counted without these holds through all of it, and is found again in the text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from lxml import etree

from bot.parse.cleaning import clean

FACT_TAGS = frozenset({"ix:nonfraction", "ix:nonnumeric"})
MAX_LETTERS = 2_000  # what is longer is no figure; also bounds what tags around tags could take
_PASSED_OVER = re.compile(r"[\s|]+")


@dataclass(frozen=True, slots=True)
class Mark:
    """An element whose words are letters `[first, last)` of a block; `shown` is these words as they came."""

    element: etree._Element
    first: int
    last: int
    shown: str


def letters(text: str) -> str:
    """Return what counts of a text: all but white space, bars and what cleaning drops."""
    if text.isascii() and text.isprintable():  # nearly all of a filing: nothing there to be cleaned
        return text.replace(" ", "").replace("|", "")
    return _PASSED_OVER.sub("", clean(text).text)


def marks_of(parts: Sequence[str], spans: Sequence[tuple[etree._Element, int, int]]) -> tuple[Mark, ...]:
    """Return the marks of elements that cover `parts[first:last]` of the parts of a block, the short ones."""
    if not spans:
        return ()
    counted = [0]
    for part in parts:
        counted.append(counted[-1] + len(letters(part)))
    return tuple(
        Mark(element, counted[first], counted[last], "".join(parts[first:last]))
        for element, first, last in spans
        if counted[last] - counted[first] <= MAX_LETTERS
    )


def moved(marks: Sequence[Mark], n_letters: int) -> tuple[Mark, ...]:
    """Return marks that stand so many letters further on."""
    return tuple(replace(m, first=m.first + n_letters, last=m.last + n_letters) for m in marks)


def places(text: str) -> list[int]:
    """Return the offset of each letter of a block's text."""
    return [i for i, character in enumerate(text) if not (character.isspace() or character == "|")]
