"""A section -> the sentences of it that may be in a summary, with their offsets. After sections."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from bot.datatypes import Document, Section
from bot.sentences import sentence_spans
from bot.summary.datatypes import Point, Span
from bot.summary.standing import may_do, opener_end, points_back, stands_alone
from bot.summary.transcript import is_transcript, turns, without_hums
from bot.verify import SUPPORTED, WordingVerifier

_LIST_MARK = re.compile(r"(?:[-*•–▪◦●]|\(?\d{1,3}[.)]|\(?[a-z][.)])\s+(?=[A-Z])")
_VERIFIER = WordingVerifier()


def points_of(document: Document, sections: Sequence[Section], *, first_place: int = 0) -> list[Point]:
    """Return the sentences of a document that stand alone; where none does, those that may do; or [].

    `first_place` is the index of the document's first section among those of all documents.
    """
    spoken = is_transcript(document.text)
    strict: list[Point] = []
    loose: list[Point] = []
    # a loose one is of use only while no sentence stands alone
    for place, section in enumerate(sections, start=first_place):
        for speaker, span in _spans(document.text, section, spoken=spoken):
            point, stands = _point(document, place, span, speaker)
            if stands:
                strict.append(point)
            elif not strict and may_do(point.plain):
                loose.append(point)
    return _told_once(strict or loose)


def _spans(text: str, section: Section, *, spoken: bool) -> Iterator[tuple[Span | None, Span]]:
    if not spoken:
        yield from ((None, span) for span in sentence_spans(text, section.start, section.end))
        return
    for label, (start, end) in turns(text, section.start, section.end):
        yield from ((label, span) for span in sentence_spans(text, start, end))


def _point(document: Document, place: int, span: Span, speaker: Span | None) -> tuple[Point, bool]:
    """Return a sentence as it would be shown, and whether it stands alone so."""
    start, end = span
    if mark := _LIST_MARK.match(document.text, start, end):
        start = mark.end()
    text = document.text[start:end]
    line = " ".join(text.split())
    plain = _plain(line, spoken=speaker is not None)
    stands = stands_alone(plain) and plain.strip(".") != document.title.strip(".")
    return Point(document, place, start, end, text, plain, speaker), stands


def _plain(line: str, *, spoken: bool) -> str:
    """Return a sentence without its opener and hums, where the verifier passes that; else the line."""
    plain = without_hums(line) if spoken else line
    cut = opener_end(plain)
    rest = plain[cut : cut + 1].upper() + plain[cut + 1 :]
    if cut and not points_back(rest):
        plain = rest
    return plain if plain == line or _VERIFIER.support(plain, line) >= SUPPORTED else line


def _told_once(points: Sequence[Point]) -> list[Point]:
    """Leave out what a document says again word for word, such as a running head."""
    return list({point.plain.casefold(): point for point in reversed(points)}.values())[::-1]
