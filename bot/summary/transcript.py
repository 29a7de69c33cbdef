"""Transcripts of what was said: turns, each a line with its speaker's label. Used by points."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal

from bot.facts import negations, numbers
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
_STUTTERS = re.compile(r"\b(\w+) ,? ?\1\b|(?<!['’.])\b(?![AaIO]\b)[a-zA-Z]\b(?![.'’])", re.IGNORECASE)
_BROKEN_OFF = re.compile(r"(?:\}|[-–—])\s*[.?!]?\s*$")
_OPENERS = re.compile(
    r"^(?:(?:yeah|yes|yep|okay|ok|oh|ah|well|right|alright|all right|so|then|and|but|now|no|sure|anyway"
    r"|actually|basically|i mean|you know)\b(?: ?,)? )+(?=\S)",
    re.IGNORECASE,
)
_TWICE = re.compile(r"\b((?!(?:that|had|very|so|no)\b)[^\W\d]+(?: [^\W\d]+)?)(?: ,? ?\1)+\b", re.IGNORECASE)
_BEGUN = re.compile(r"(?<!\S)(?![aAiI]\b)([^\W\d]) (?=\1)", re.IGNORECASE)  # "w with"
_NUMBER = (
    r"(?:\d[\d,.]*|zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|\w+ty|hundred"
    r"|thousand|[mb]illion)"
)
_SPLIT_NUMBER = re.compile(rf"\b{_NUMBER}\b[ ,]*(?:and )?\x00[ ,\x00]*(?:and )?{_NUMBER}\b", re.IGNORECASE)
MAX_STUTTERS = 2
MAX_MARKS = 1


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


def speaker_label(text: str, span: Span) -> str:
    """Return who says a turn, as it is shown before the words: "Ann :" -> "Ann: "."""
    return text[slice(*span)].replace(" :", ":") + " "


def is_fluent(text: str) -> bool:
    """Tell whether something was said more or less in one go: not broken off, hardly a word stuttered.

    A number that is broken by a sound is not: told without it "five hundred uh one thousand" is another.

    Example: "So we start with {disfmarker}" -> False, "We we can do the p the plan the d ." -> False
    """
    marks = _MARKS.findall(text)
    gaps = _HUMS.sub(" \x00 ", _MARKS.sub(" \x00 ", text))
    is_broken = len(marks) > MAX_MARKS or _BROKEN_OFF.search(text) or _SPLIT_NUMBER.search(gaps)
    return not is_broken and len(_STUTTERS.findall(_MARKS.sub("", text))) <= MAX_STUTTERS


def as_told(text: str) -> str:
    """Return what was said without a transcriber's marks, sounds that are no words, and empty openers.

    Nor with what is said twice running or begun and said again; an opener that denies what was said before
    stays.

    Example: "Okay , so uh {disfmarker} we we start w with this ." -> "We start with this ."
    """
    plain = " ".join(_HUMS.sub(" ", _MARKS.sub("", text)).split())
    once = _BEGUN.sub("", _TWICE.sub(r"\1", plain))
    plain = once if _values(once) == _values(plain) else plain  # "five hundred and five hundred and one"
    rest = _OPENERS.sub("", plain, count=1)
    rest = rest if negations(rest) == negations(plain) else plain
    return rest[:1].upper() + rest[1:]


def _values(text: str) -> list[Decimal]:
    return [number.value for number in numbers(text)]
