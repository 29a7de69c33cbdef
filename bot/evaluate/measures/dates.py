"""Dates in English running text and table headings, as facts of three parts. Pure functions, linear time."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import pairwise

_NAMES = ("January February March April May June July August September October November December").split()
_SHORT = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
_NUMBERS = {name.lower()[:3]: number for number, name in enumerate(_NAMES, start=1)}
_LONG = "|".join([*_NAMES, *map(str.upper, _NAMES)])
_MONTH = rf"(?<!\w)(?P<month>{_LONG}|Sept|SEPT|{'|'.join([*_SHORT, *map(str.upper, _SHORT)])})\b\.?"
_DAY = (
    r"(?:0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th)?"
    r"(?![\w%]|[.:]\d|,\d{3}(?!\d)| (?:%|[mb]illion|thousand|per ?cent)\b)"
)
_YEAR = r"(?:1[5-9]|2[01])\d\d(?![\w%]|[.,]\d)"
_AND = r" (?:and|to|or|through|&) "
_DAYS = rf"(?P<days>{_DAY}(?:(?: ?[-–—] ?|{_AND}){_DAY})*)"
# "December 31, 2024 and 2023", and the same over the columns of a table
_YEARS = rf"(?P<years>{_YEAR}(?:(?:,? ?\|? ?|,? (?:and|or|to|&|compared (?:to|with)) ){_YEAR})*)"
_FORMS = [
    re.compile(form)
    for form in (
        r"(?<![\d-])(?P<year>\d{4})([-/])(?P<number>\d\d?)\2(?P<day>\d\d?)(?!\d)",
        r"(?<![\d./])(?P<first>\d\d?)([./])(?P<second>\d\d?)\2(?P<year>\d{4})(?!\d)",
        rf"{_MONTH} {_DAYS}(?: ?,? ?\|? ?){_YEARS}",
        rf"(?<!\w){_DAYS}(?: of | |-){_MONTH}(?:(?:,? | ?\| ?|-){_YEARS})?",
        rf"(?<![Ii]n ){_MONTH} (?P<days>{_DAY}(?: ?[-–—] ?{_DAY})*)",  # not "in March 12 people"
        rf"{_MONTH}(?:,? of |,? ?){_YEARS}",
        rf"(?<!\w)(?!May|MAY)(?P<month>{_LONG})\b",
        r"(?<!\w)(?P<month>(?:Jan|Feb|Apr|Aug|Sept?|Oct|Nov|Dec)\.)",
        r"(?i:\b(?:in|of|since|until|by|from|last|next|late|early|mid|before|after)[ -])(?P<month>May)\b",
    )
]
_JOIN = re.compile(r" ?(?:and|to|until|through|or|&|-|–|—) ?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Date:
    """A day, month or year as far as it is written; None where it is not."""

    day: int | None
    month: int | None
    year: int | None

    def is_held_by(self, other: Date) -> bool:
        """Whether every part of this date is that of the other: "March 2024" is held by "3 March 2024"."""
        pairs = zip(self._parts(), other._parts(), strict=True)
        return all(mine is None or mine == theirs for mine, theirs in pairs)

    def _parts(self) -> tuple[int | None, int | None, int | None]:
        return self.day, self.month, self.year


@dataclass(frozen=True, slots=True)
class DateMention:
    """A date where it stands, `span` half-open in characters; several readings where 3/4/2024 allows two."""

    readings: tuple[Date, ...]
    span: tuple[int, int]

    def is_held_by(self, dates: Collection[Date]) -> bool:
        """Whether any reading of it is held by any of the dates."""
        return any(reading.is_held_by(date) for reading in self.readings for date in dates)


def dates(text: str) -> list[DateMention]:
    """Read the dates of a text whose white space is single spaces, in order; a year alone is a number.

    "March 3 and 5, 2024" is two dates, "December 31, 2024 and 2023" too, and in "from 3 March to 5 April
    2024" both are of 2024. A month's name is one only with a capital.
    Example: "by 2024-03-03" -> 3 March 2024
    """
    matches: list[re.Match[str]] = []
    for form in _FORMS:
        for match in form.finditer(text):
            if all(match.end() <= other.start() or other.end() <= match.start() for other in matches):
                matches.append(match)
    matches.sort(key=lambda match: match.start())
    mentions = [mention for match in matches for mention in _mentions(match)]
    return _with_shared_years(text, mentions)


def _mentions(match: re.Match[str]) -> Iterator[DateMention]:
    parts = match.groupdict()
    if year := parts.get("year"):
        readings = tuple(_numeric(parts, int(year)))
        if readings:
            yield DateMention(readings, match.span())
        return
    month = _NUMBERS[parts["month"][:3].lower()]
    days: list[int | None] = [*map(int, re.findall(r"\d+", parts.get("days") or ""))] or [None]
    years: list[int | None] = [*map(int, re.findall(r"\d+", parts.get("years") or ""))] or [None]
    span = match.span() if "years" in parts or "days" in parts else match.span("month")
    for day in days:
        for written in years:
            yield DateMention((Date(day, month, written),), span)


def _numeric(parts: dict[str, str | None], year: int) -> Iterator[Date]:
    """Yield what figures alone can mean: year, month, day; or month and day in either order."""
    if parts.get("number"):
        orders = [(parts["day"], parts["number"])]
    else:
        orders = [(parts["first"], parts["second"]), (parts["second"], parts["first"])]
    for day, month in orders:
        if 1 <= int(day or 0) <= 31 and 1 <= int(month or 0) <= 12:
            yield Date(int(day or 0), int(month or 0), year)


def _with_shared_years(text: str, mentions: list[DateMention]) -> list[DateMention]:
    """Give a date without a year that of the one it is joined to: "from 3 March to 5 April 2024"."""
    shared = list(mentions)
    for i, (one, other) in reversed(list(enumerate(pairwise(mentions)))):
        year = shared[i + 1].readings[0].year
        joined = _JOIN.fullmatch(text[one.span[1] : other.span[0]])
        if joined and year and one.readings[0].year is None:
            shared[i] = DateMention((Date(one.readings[0].day, one.readings[0].month, year),), one.span)
    return shared
