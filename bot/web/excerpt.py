"""The words of a citation in the text around them: document -> excerpt -> (sources) a card.

Plain text only; escaping is the business of `markup`. The three parts joined are always exactly one
slice of the document's text, so the marked words stand where they stand in the source.
"""

from __future__ import annotations

from dataclasses import dataclass

CONTEXT_CHARACTERS = 300  # on each side: about four lines of a card, enough to judge a quote by
CLOSEST_CHARACTERS = 420  # of a passage shown without a claim


@dataclass(frozen=True, slots=True)
class Excerpt:
    """`before + quote + after` is `text[start:end]` of its document; the flags say where it was cut."""

    before: str
    quote: str
    after: str
    start: int
    end: int
    cut_before: bool
    cut_after: bool


def excerpt(text: str, start: int, end: int, *, characters: int = CONTEXT_CHARACTERS) -> Excerpt:
    """Cut `text` around `[start, end)`, at most `characters` on each side, on word boundaries.

    Example: "one two three four", 8, 13, characters=5 -> "two " + "three" + " four", cut on the left
    """
    left = _word_start(text, max(0, start - characters), start)
    right = _word_end(text, min(len(text), end + characters), end)
    return Excerpt(
        before=text[left:start],
        quote=text[start:end],
        after=text[end:right],
        start=left,
        end=right,
        cut_before=left > 0,
        cut_after=right < len(text),
    )


def opening(text: str, *, characters: int = CLOSEST_CHARACTERS) -> tuple[str, bool]:
    """Return the first whole words of `text` within the limit, and whether anything was cut."""
    end = _word_end(text, min(len(text), characters), 0)
    return text[:end], end < len(text)


def _word_start(text: str, position: int, limit: int) -> int:
    """Move right to the start of a word; a word longer than the window is cut rather than lost."""
    if position == 0:
        return position
    i = position
    if not text[i - 1].isspace():
        while i < limit and not text[i].isspace():
            i += 1
    while i < limit and text[i].isspace():
        i += 1
    return i if i < limit else position


def _word_end(text: str, position: int, limit: int) -> int:
    """Move left to the end of a word; a word longer than the window is cut rather than lost."""
    if position == len(text):
        return position
    i = position
    if not text[i].isspace():
        while i > limit and not text[i - 1].isspace():
            i -= 1
    while i > limit and text[i - 1].isspace():
        i -= 1
    return i if i > limit else position
