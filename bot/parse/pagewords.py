"""From a range of canonical text back to the characters of the printed page it was made from.

Canonical text is the page's own characters, with lines joined, hyphens at their ends resolved, invisible
characters dropped, cells parted by "|", and running heads left out at the page's edges. So both are squeezed
to the characters that no step touches; as a rule one then holds the other, and an offset in one tells the
offset in the other, however often the words are repeated. Where they differ (a text read by another version),
the words are looked for.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from bot.parse.cleaning import REPLACEMENT, is_invisible
from bot.parse.sheet import Range

_TOUCHED = frozenset({"Cc", "Cf", "Cs", "Cn", "Zs", "Zl", "Zp"})  # blank, invisible, unreadable
_WORD = re.compile(r"\S+")


@dataclass(frozen=True, slots=True)
class Squeezed:
    """The characters of a text that are compared, and where each of them stands in it."""

    text: str
    at: tuple[int, ...]

    def span(self, start: int, end: int) -> Range:
        """Turn a range of the whole text into one of the squeezed."""
        return bisect_left(self.at, start), bisect_left(self.at, end)


def squeeze(text: str) -> Squeezed:
    r"""Leave out blanks, hyphens, borders of cells and what cleaning drops or replaces.

    Example: "re-\nport 1" -> "report1", (0, 1, 4, 5, 6, 7, 9)
    """
    at = tuple(i for i, character in enumerate(text) if _is_compared(character))
    return Squeezed("".join(text[i] for i in at), at)


def _is_compared(character: str) -> bool:
    if (
        character in ("-", "|", REPLACEMENT) or character > "\uffff"
    ):  # beyond it, pages hold halves of characters
        return False
    if is_invisible(character):
        return False
    return unicodedata.category(character) not in _TOUCHED


def places(canonical: str, printed: str, ranges: Sequence[Range]) -> list[list[int]]:
    """Return, for each range of `canonical`, the offsets in `printed` of its characters; [] if not found."""
    ours, theirs = squeeze(canonical), squeeze(printed)
    found: list[list[int]] = []
    for start, end in ranges:
        first, last = ours.span(max(start, 0), end)
        if first >= last:
            found.append([])
        elif (place := _place(ours.text, theirs.text, first, last)) is not None:
            found.append(list(theirs.at[place : place + last - first]))
        else:
            found.append(list(_aligned(canonical, printed, start, end)))
    return found


def _place(ours: str, theirs: str, first: int, last: int) -> int | None:
    """Find `ours[first:last]` in `theirs`: of equal places, the one with as many before it."""
    if (edge := theirs.find(ours)) >= 0:
        return edge + first
    wanted = ours[first:last]
    places = list(_occurrences(wanted, theirs))
    n_before = sum(1 for place in _occurrences(wanted, ours) if place < first)
    return places[min(n_before, len(places) - 1)] if places else None


def _occurrences(wanted: str, text: str) -> Iterator[int]:
    place = text.find(wanted)
    while place >= 0:
        yield place
        place = text.find(wanted, place + 1)


def _aligned(canonical: str, printed: str, start: int, end: int) -> Iterator[int]:
    """Yield the offsets of the words that stand in the same order in both texts, no others."""
    ours, theirs = list(_WORD.finditer(canonical)), list(_WORD.finditer(printed))
    matcher = SequenceMatcher(None, [w[0] for w in ours], [w[0] for w in theirs], autojunk=False)
    for block in matcher.get_matching_blocks():
        for i in range(block.size):
            mine, word = ours[block.a + i], theirs[block.b + i]
            if mine.start() < end and start < mine.end():
                yield from range(word.start(), word.end())
