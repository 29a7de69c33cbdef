"""A document -> sections that follow one another and cover all of its text. First stage of a summary.

They are cut at the parser's headings; where there are hardly any, the text is cut into even stretches. A
heading that comes again and again (a running head) and one with hardly a word below it start no section.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence

from bot.datatypes import Document, Section

MAX_SECTIONS = 40  # of one document: what a reader of the coverage can take in
MIN_WORDS = 40  # below a heading: else it joins the section before it
MIN_HEADED = 3  # fewer sections than this by headings: the text is cut evenly
STRETCH_WORDS = 150  # of an even stretch, or more in a long text
MAX_STRETCHES = 24
MAX_REPEATED = 2  # a heading that comes more often is a running head
MAX_LEVEL = 99
_WORD = re.compile(r"\S+")
_BREAK = re.compile(r"\n")


def cover(document: Document) -> tuple[Section, ...]:
    """Return sections from 0 to the end of the text without gap or overlap; () for an empty text."""
    if not document.text.strip():
        return ()
    starts = [match.start() for match in _WORD.finditer(document.text)]
    headed = _headed(document, starts)
    return headed if len(headed) >= MIN_HEADED else _even(document.text, starts)


def _headed(document: Document, words: Sequence[int]) -> tuple[Section, ...]:
    """Cut at headings that have words below them, of too many at the highest and those of most words."""
    titles = Counter(section.title for section in document.sections)
    cuts = [s for s in _in_order(document) if titles[s.title] <= MAX_REPEATED]
    kept: list[Section] = []
    for section, end in zip(cuts, _ends(cuts, document.text), strict=False):
        if _n_words(words, section.start, end) >= MIN_WORDS:
            kept.append(section)
    if len(kept) > MAX_SECTIONS:
        weight = {id(s): e - s.start for s, e in zip(kept, _ends(kept, document.text), strict=True)}
        best = sorted(kept, key=lambda s: (s.level, -weight[id(s)]))[:MAX_SECTIONS]
        kept = sorted(best, key=lambda s: s.start)
    return _spanning(kept, document.text)


def _in_order(document: Document) -> list[Section]:
    """Return one section for each place where any starts, the innermost, which has the nearest heading."""
    found: dict[int, Section] = {}
    for section in sorted(document.sections, key=lambda s: (s.start, s.level)):
        found[section.start] = section
    return list(found.values())


def _spanning(kept: Sequence[Section], text: str) -> tuple[Section, ...]:
    """Stretch each section to the start of the next one, the first to the start of the text."""
    starts = [0, *(section.start for section in kept[1:])]
    ends = _ends(kept, text)
    return tuple(
        Section(" ".join(section.title.split()), start, end, section.level, section.item)
        for section, start, end in zip(kept, starts, ends, strict=False)
    )


def _ends(kept: Sequence[Section], text: str) -> list[int]:
    return [*(section.start for section in kept[1:]), len(text)]


def _even(text: str, words: Sequence[int]) -> tuple[Section, ...]:
    """Cut a text into stretches of about as many words, at line ends where there is one near."""
    n = max(1, min(MAX_STRETCHES, round(len(words) / STRETCH_WORDS)))
    targets = [words[len(words) * i // n] for i in range(1, n)]
    cuts = sorted({_near_line(text, target, len(text) // (4 * n)) for target in targets} - {0, len(text)})
    ends = [*cuts, len(text)]
    starts = [0, *cuts]
    return tuple(
        Section(f"part {i} of {len(ends)}", start, end)
        for i, (start, end) in enumerate(zip(starts, ends, strict=True), start=1)
    )


def _near_line(text: str, target: int, reach: int) -> int:
    """Return the start of the line nearest to a place, the place itself where none is within reach."""
    lines = [match.end() for match in _BREAK.finditer(text, max(0, target - reach), target + reach)]
    return min(lines, key=lambda cut: abs(cut - target), default=target)


def _n_words(words: Sequence[int], start: int, end: int) -> int:
    return bisect_left(words, end) - bisect_left(words, start)
