"""Which articles a question names: by publisher, by date, as "another article". Pure functions, before parts.

A publisher is one that the collection knows, or a name in a place where only a publisher stands ("an
article by X", "a Herald report"). A word of the collection's publishers in small letters is just a word.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from bot.facts import MONTHS

NEAR = 45  # characters within which a date, or a word like "reported", belongs to a publisher

ARTICLE = (
    r"(?:articles?|reports?|pieces?|stor(?:y|ies)|reviews?|coverage|guides?|posts?|columns?|interviews?"
    r"|editorials?|essays?|write-?ups?|reporting)"
)
TELLS = (
    r"(?:says?|said|tells?|told|writes?|wrote|(?:report|suggest|claim|indicat|stat|describ|discuss|alleg|highlight|mention|cover|detail|featur|attribut"
    r"|credit|portray|present|publish|quot|not|announc|confirm|explain|argu|depict|imply|impli|outlin"
    r"|recommend|focus)(?:e|s|es|ed|ing)?)"
)
NAME = r"[A-Z][\w&’'.-]*(?: (?:of )?[A-Z][\w&’'.-]*){0,5}"
_MONTHS = [month.lower() for month in MONTHS]
_MONTH = "|".join(rf"{month}|{month[:3]}\.?" for month in _MONTHS)
DATE = re.compile(
    rf"\b(?P<y1>\d{{4}})-(?P<m1>\d\d)-(?P<d1>\d\d)\b"
    rf"|\b(?P<m2>{_MONTH}) (?P<d2>\d{{1,2}})(?:st|nd|rd|th)?(?!\d)(?:,? (?P<y2>\d{{4}}))?"
    rf"|\b(?P<d3>\d{{1,2}})(?:st|nd|rd|th)? (?P<m3>{_MONTH})(?![a-z])(?:,? (?P<y3>\d{{4}}))?",
    re.IGNORECASE,
)
_NOT_ON_THAT_DAY = re.compile(r"\b(?:before|after|since|until|than)\s+$", re.IGNORECASE)
_BY_SOMEBODY = re.compile(
    rf"\b(?:(?:{ARTICLE}|another|information|reported|mentioned|discussed|presented|covered|described|noted)"
    rf"(?: both)? (?:by|from|in)|as per) (?:an? |the )?(?P<name>(?:The )?{NAME})"
)
_SOMEBODYS = re.compile(rf"\b(?:[Aa]n?|[Tt]he|another) (?P<name>{NAME}) {ARTICLE}\b")
_ANOTHER = re.compile(
    r"\b(?:another|(?:the|their|its|an?) (?:second|other|subsequent|later|former|latter|earlier|following))"
    rf"\b(?: [\w’'.-]+){{0,4}}? {ARTICLE}\b|\bthe (?:one|other)(?= (?:from|on|published|highlighting)\b)"
    r"|\bwhile also(?= \w+ing\b)|\bthe same (?:source|publisher|publication|outlet|paper|site)\b"
)
_LONGER_NAME = re.compile(r" (?:\d|of [A-Z]|(?:Inc|Corp|Ltd|Group|Awards?|Prize)\b)")  # "Fortune 500"
_NEAR_ARTICLE = re.compile(rf"\b{ARTICLE}\b", re.IGNORECASE)
_NEAR_TELLS = re.compile(rf"\b(?:{TELLS}|according to|as per)\b", re.IGNORECASE)
_NEXT_CLAUSE = re.compile(r"\b(?:while|whereas|and then)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Day:
    """A date as a question gives it; year is None where it does not say."""

    year: int | None
    month: int
    day: int

    def is_of(self, stamp: str) -> bool:
        """Tell whether an ISO date or time, as in a document's metadata, is of this day."""
        same_day = stamp[4:10] == f"-{self.month:02d}-{self.day:02d}"
        return same_day and (self.year is None or stamp[:4] == f"{self.year:04d}")


@dataclass(frozen=True, slots=True)
class Mention:
    """An article where a question names it: `question[start:end]`.

    `sources`: its publishers as the collection spells them (several sections of one paper), or else `name`,
    its publisher as the question spells it. Neither: a date or "another article" alone.
    """

    start: int
    end: int
    sources: tuple[str, ...] = ()
    name: str = ""
    date: Day | None = None

    @property
    def has_publisher(self) -> bool:
        """True where it says whose article it is."""
        return bool(self.sources or self.name)


def mentions(question: str, sources: Iterable[str]) -> list[Mention]:
    """Return the articles that a question names, in order, each with a publisher; [] if it names none.

    `sources`: the publishers of the collection's documents; where there are none nothing is an article.
    """
    known = sorted(set(sources))
    found = list(_known(question, known))
    for each in _somebodys(question) if known else ():
        if not _overlaps(each, found):
            found.append(each)
    found += [each for each in _others(question) if not _overlaps(each, found)]
    found += [each for each in _dates(question) if not _overlaps(each, found)]
    return _joined(question, sorted(found, key=lambda each: each.start))


def aliases(source: str) -> tuple[str, ...]:
    """Return how a publisher may be written: whole, without its section, without ".com".

    Example: "Courier.com - Sport" -> ("Courier.com - Sport", "Courier.com", "Courier")
    """
    head = re.split(r" [|–-] |: | \(", source)[0]
    short = re.sub(r"\.(?:com|org|net)$", "", head)
    return tuple(dict.fromkeys(name for name in (source, head, short) if len(name) > 2))


def stands_by_an_article(question: str, mention: Mention) -> bool:
    """Tell whether a publisher stands near "article", "reported" or the like: it is meant as a publisher."""
    around = question[max(0, mention.start - NEAR) : mention.end + NEAR]
    return bool(_NEAR_ARTICLE.search(around) or (mention.sources and _NEAR_TELLS.search(around)))


def _known(question: str, sources: Sequence[str]) -> list[Mention]:
    asked = question.lower()
    meant: dict[str, list[str]] = {}
    for source in sources:
        for alias in aliases(source):
            for name in {alias.lower(), alias.lower().removeprefix("the ")}:
                if name in asked:
                    meant.setdefault(name, []).append(source)
    found: list[Mention] = []
    for name in sorted(meant, key=len, reverse=True):
        for match in re.finditer(rf"(?<!\w){re.escape(name)}(?!\w)", question, re.IGNORECASE):
            mention = Mention(*match.span(), sources=tuple(dict.fromkeys(meant[name])))
            is_word = match.group()[0].islower() or _LONGER_NAME.match(question, match.end())
            if not is_word and not _overlaps(mention, found):
                found.append(mention)
    return found


def _somebodys(question: str) -> Iterator[Mention]:
    for pattern in (_SOMEBODYS, _BY_SOMEBODY):
        for match in pattern.finditer(question):
            name = re.sub(r"['’]s$", "", match["name"])
            if name.split()[0].lower() not in _MONTHS:
                yield Mention(match.start("name"), match.start("name") + len(name), name=name)


def _others(question: str) -> Iterator[Mention]:
    return (Mention(*match.span()) for match in _ANOTHER.finditer(question))


def _dates(question: str) -> Iterator[Mention]:
    for match in DATE.finditer(question):
        if not _NOT_ON_THAT_DAY.search(question[: match.start()]):
            told = {group[0]: text for group, text in match.groupdict().items() if text}
            year = int(told["y"]) if "y" in told else None
            yield Mention(*match.span(), date=Day(year, _month(told["m"]), int(told["d"])))


def _month(written: str) -> int:
    if written.isdigit():
        return int(written)
    return [month[:3] for month in _MONTHS].index(written.lower()[:3]) + 1


def _overlaps(mention: Mention, others: Iterable[Mention]) -> bool:
    return any(mention.start < other.end and other.start < mention.end for other in others)


def _joined(question: str, found: Sequence[Mention]) -> list[Mention]:
    """Join what stands for one article; a date or "another article" alone is the publisher's before it."""
    joined: list[Mention] = []
    for mention in found:
        both = _as_one(question, joined[-1], mention) if joined else None
        joined[-1:] = [both] if both else [*joined[-1:], mention]
    for i, (before, mention) in enumerate(pairwise(joined), start=1):
        if not mention.has_publisher:
            joined[i] = replace(mention, sources=before.sources, name=before.name)
    return [mention for mention in joined if mention.has_publisher]


def _as_one(question: str, last: Mention, mention: Mention) -> Mention | None:
    """Return the one article that two neighbours stand for, None if they are two."""
    gap = question[last.end : mention.start]
    is_near = len(gap) < NEAR
    if mention.date and not last.date and not _NEXT_CLAUSE.search(gap):
        return replace(last, date=mention.date, end=mention.end if is_near else last.end)
    if mention.has_publisher and not last.has_publisher and is_near:
        return replace(last, end=mention.end, sources=mention.sources, name=mention.name)
    return None
