"""Dates as documents write them, as ISO: "June 30, 1999", "30 June 1999", "6/30/1999", "19990630"."""

from __future__ import annotations

import re
from datetime import date

_MONTHS = "january february march april may june july august september october november december".split()
DATE = (
    r"(?:(?P<month>[A-Z][a-z]{2,8}|[A-Z]{3,9})\.?\s+(?P<day>\d{1,2})(?:st|nd|rd|th)?,?\s+(?P<year>\d{4})"
    r"|(?P<day2>\d{1,2})\s+(?P<month2>[A-Z][a-z]{2,8}),?\s+(?P<year2>\d{4})"
    r"|(?P<month3>\d{1,2})/(?P<day3>\d{1,2})/(?P<year3>\d{4})"
    r"|(?P<year4>\d{4})-?(?P<month4>\d{2})-?(?P<day4>\d{2}))(?!\d)"
)


def iso_date(written: str) -> str:
    """Return the first date as ISO, "" where there is none: "June 30, 1999" or "19990630" -> "1999-06-30"."""
    match = re.search(DATE, written)
    return iso(match) if match else ""


def iso(match: re.Match[str]) -> str:
    """Return the date that `DATE` found, "" where the calendar has no such day."""
    found = match.groupdict()
    year, month, day = (
        next(filter(None, (found.get(f"{name}{i}") for i in ("", 2, 3, 4))), "0")
        for name in ("year", "month", "day")
    )
    number = int(month) if month.isdigit() else _month(month)
    try:
        return date(int(year), number, int(day)).isoformat()
    except ValueError:
        return ""


def _month(name: str) -> int:
    """Return a month's number, 0 where it is none: "Sept" -> 9."""
    return next((i for i, month in enumerate(_MONTHS, 1) if month.startswith(name.lower())), 0)
