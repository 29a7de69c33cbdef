"""A section -> the sentences of it that may be in a summary, with their offsets. After sections."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from bot.datatypes import Document, Section
from bot.sentences import sentence_spans
from bot.summary.datatypes import Point, Span
from bot.summary.headings import weight_of
from bot.summary.standing import leans, may_do, opener_end, points_back, stands_alone
from bot.summary.transcript import as_told, is_fluent, is_transcript, turns
from bot.verify import SUPPORTED, WordingVerifier

_LIST_MARK = re.compile(r"(?:[-*•–▪◦●]|\(?\d{1,3}[.)]|\(?[a-z][.)])\s+(?=[A-Z])")
_ITEM = re.compile(r"^(?:(?:part|item|note|section) )?[\dIVX]+[A-Z]?[.:–—-]* +", re.IGNORECASE)
_VERIFIER = WordingVerifier()


def points_of(document: Document, sections: Sequence[Section], *, first_place: int = 0) -> list[Point]:
    """Return the sentences of a document that stand alone or lean on one that does, in order.

    Where none stands alone, those that may do; or []. `first_place` is the index of the document's first
    section among those of all documents.
    """
    spoken = is_transcript(document.text)
    titles = {_bare(title) for title in (document.title, *(each.title for each in document.sections))}
    strict: list[Point] = []
    loose: list[Point] = []
    for place, section in enumerate(sections, start=first_place):
        before: Point | None = None  # if it is kept, for the next one to lean on
        heading = weight_of(document, section)
        for speaker, span in _spans(document.text, section, spoken=spoken):
            point = replace(_point(document, place, span, speaker), heading=heading)
            if _bare(point.plain) in titles:
                before = None
                continue
            before = _standing(point, before)
            if before:
                strict.append(before)
            elif not strict and may_do(point.plain):  # of use only while no sentence stands alone
                loose.append(point)
    return _told_once(strict or loose)


def _standing(point: Point, before: Point | None) -> Point | None:
    """Return a point that stands alone, or one that leans on the point before it, else None."""
    if point.speaker and not is_fluent(point.text):
        return None
    if stands_alone(point.plain):
        return point
    if before and leans(point.plain) and _follows(before, point):
        return replace(point, after=before.start)
    return None


def _follows(before: Point, point: Point) -> bool:
    """Tell whether nothing but white space in the same paragraph, by the same speaker, is between two."""
    between = point.document.text[before.end : point.start]
    return not between.strip() and "\n" not in between and before.speaker == point.speaker


def _spans(text: str, section: Section, *, spoken: bool) -> Iterator[tuple[Span | None, Span]]:
    if not spoken:
        yield from ((None, span) for span in sentence_spans(text, section.start, section.end))
        return
    for label, (start, end) in turns(text, section.start, section.end):
        yield from ((label, span) for span in sentence_spans(text, start, end))


def _point(document: Document, place: int, span: Span, speaker: Span | None) -> Point:
    """Return a sentence as it would be shown."""
    start, end = span
    if mark := _LIST_MARK.match(document.text, start, end):
        start = mark.end()
    text = document.text[start:end]
    line = " ".join(text.split())
    return Point(document, place, start, end, text, _plain(line, spoken=speaker is not None), speaker)


def _plain(line: str, *, spoken: bool) -> str:
    """Return a sentence without its opener and hums; an opener goes where the verifier passes that."""
    told = as_told(line) if spoken else line
    cut = opener_end(told)
    rest = told[cut : cut + 1].upper() + told[cut + 1 :]
    if cut and not points_back(rest) and _VERIFIER.support(rest, told) >= SUPPORTED:
        return rest
    return told


def _bare(title: str) -> str:
    """Return a heading without the number of its Item and marks: "Item 2. Properties." -> "properties"."""
    return _ITEM.sub("", " ".join(title.split())).strip(" .:").casefold()


def _told_once(points: Sequence[Point]) -> list[Point]:
    """Leave out what a document says again word for word, such as a running head."""
    return list({point.plain.casefold(): point for point in reversed(points)}.values())[::-1]
