"""Transcripts of what was said: turns, each a line with its speaker's label. Used by points."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from bot.summary.datatypes import Span

MIN_TURNS = 6
MIN_SHARE = 0.6  # of the lines that have to open with a label
LOOKED_AT_CHARACTERS = 50_000
_TURN = re.compile(r"^(?P<label>[A-Z][\w.'’-]*(?: [\w.'’-]+){0,4} ?:) +(?=\S)", re.MULTILINE)
_LINE = re.compile(r"[^\n]*\S[^\n]*")
_MARKS = re.compile(r"\s?\{[a-z_ ]{2,20}\}")  # of a transcriber: {disfmarker}, {vocalsound}
_HUMS = re.compile(
    r"(?:(?<=\s)|^)(?:uh|um|uhm|umm|erm|er|hmm|mm|mhm|mm-hmm)(?: ?,)?(?:\s|(?=[.?!]))", re.IGNORECASE
)


def is_transcript(text: str) -> bool:
    """Tell whether most lines open with a label, and labels come again."""
    start = text[:LOOKED_AT_CHARACTERS]
    n_lines = sum(1 for _ in _LINE.finditer(start))
    labels = Counter(match["label"] for match in _TURN.finditer(start))
    return labels.total() >= max(MIN_TURNS, MIN_SHARE * n_lines) and len(labels) < labels.total() / 2


def turns(text: str, start: int, end: int) -> Iterator[tuple[Span | None, Span]]:
    """Yield each line of `text[start:end]` as the span of its label, if it has one, and that of its words."""
    for line in _LINE.finditer(text, start, end):
        match = _TURN.match(text, line.start(), line.end())
        label = match.span("label") if match else None
        yield label, (match.end() if match else line.start(), line.end())


def without_hums(text: str) -> str:
    """Return what was said without a transcriber's marks and sounds that are no words.

    Example: "So uh {disfmarker} we start ." -> "So we start ."
    """
    return " ".join(_HUMS.sub(" ", _MARKS.sub("", text)).split())
