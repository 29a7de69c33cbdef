"""A sentence -> the dates, amounts, counts and people in it that a question can ask for. Pure functions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.facts import numbers
from bot.tables import is_table_row

MIN_WORDS, MAX_WORDS = 7, 40  # of a sentence that is asked about
_MONTH = "January|February|March|April|May|June|July|August|September|October|November|December"
_DATE = re.compile(
    rf"\b(?:\d{{1,2}} (?:{_MONTH})(?: \d{{4}})?|(?:{_MONTH}) \d{{1,2}}(?:, \d{{4}})?|(?:{_MONTH}) \d{{4}}"
    r"|(?<=\b[Ii]n )(?:1[5-9]|20)\d\d)\b(?! \d)"
)
TITLE = (
    r"(?:Mr|Mrs|Ms|Dr|Sir|Dame|Lord|Lady|Professor|Captain|Colonel|General|Judge|Justice|Councillor|Senator"
    r"|Mayor|Chief|Detective|Inspector|President|Minister)\.?"
)
_NO_NAME = "The|An?|In|On|At|By|For|From|Some|All|Each|Every|When|While|After|Before"
NAME = (
    rf"(?!(?:{_NO_NAME}) )(?:{TITLE} )*[A-Z][\w-]+(?:['’][A-Z][\w-]+)?"
    r"(?: (?:(?:de|von|van) )?[A-Z][\w'’-]*\w)+"
)
_NAME = re.compile(rf"\b{NAME}")
# A sentence that points back at another one cannot be asked about alone.
_POINTS_BACK = re.compile(
    r"(?:It|He|She|They|This|That|These|Those|Its|His|Her|Hers|Their|We|Our|I|My|You"
    r"|Of (?:those|these|its|them)|Such|Here|There|Another|Both"
    r"|The (?:first|second|latter|former|others?|sum|rest|same))\b"
)


@dataclass(frozen=True, slots=True)
class Fact:
    """A stretch `[start, end)` of a sentence to ask for; kind is "date", "year", "amount", "percent", "count"
    or "person".
    """  # noqa: D205 - one sentence, too long for a line

    start: int
    end: int
    kind: str


def stands_alone(sentence: str) -> bool:
    """Tell whether a sentence of running text, of a fair length, can be read without the one before."""
    if is_table_row(sentence) or not sentence.endswith((".", ".”", '."')):
        return False
    return MIN_WORDS <= len(sentence.split()) <= MAX_WORDS and not _POINTS_BACK.match(sentence)


def facts(sentence: str) -> list[Fact]:
    """Return what can be asked for, in order; numbers only where they are written in digits.

    Example: "Ada Quill paid $3 on 2 May." -> person, amount, date
    """
    dates = [Fact(*match.span(), _date_kind(match.group())) for match in _DATE.finditer(sentence)]
    people = [Fact(*match.span(), "person") for match in _NAME.finditer(sentence) if _is_person(match)]
    figures = [fact for fact in _figures(sentence) if not any(_overlap(fact, date) for date in dates)]
    return sorted([*dates, *people, *figures], key=lambda fact: fact.start)


def _figures(sentence: str) -> Iterator[Fact]:
    for number in numbers(sentence):
        start, end = number.span
        written = sentence[start:end].rstrip()
        if not re.search(r"\d", written) or re.match(r"[\d:.\-–]|st\b|am\b|pm\b", sentence[end:].rstrip(".")):
            continue  # a time, a score, a range, part of a name
        kind = {"%": "percent", "": "count"}.get(number.kind, "amount" if number.kind in "$€£¥₹" else "")
        if kind and (kind != "count" or _counts(sentence, start, start + len(written))):
            yield Fact(start, start + len(written), kind)


def _counts(sentence: str, start: int, end: int) -> bool:
    """Tell whether a bare number stands before what it counts, and is not the end of something else."""
    return not sentence[:start].endswith(("-", "–", ":", ".")) and bool(
        re.match(r" [a-z]{2}", sentence[end:])
    )


def _is_person(name: re.Match[str]) -> bool:
    """Tell a person from a place or a firm by a title, an age, a "who" or a word of speech beside it."""
    before, after = name.string[: name.start()], name.string[name.end() :]
    beside = re.match(
        r",? (?:who\b|\d\d,|(?:said|says|wrote|argued|warned|called)\b|(?:the|an?) [a-z])", after
    )
    told = re.search(r"\b(?:said|says|(?:The|the|[A-Z][\w ]+['’]s) [a-z ]{3,40},) $", before)
    return bool(re.match(TITLE, name.group()) or beside or told)


def _date_kind(date: str) -> str:
    return "year" if date.isdigit() else "date"


def _overlap(fact: Fact, other: Fact) -> bool:
    return fact.start < other.end and other.start < fact.end
