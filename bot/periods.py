"""The times that a text names: years, days, and how many months figures are of. Pure functions."""

from __future__ import annotations

import re

from bot.dates import DATE, iso

MONTHS_OF_WEEKS = {13: 3, 26: 6, 39: 9, 52: 12, 53: 12}

YEAR = re.compile(r"(?<![\d$])(?<!\d[.,])((?:19|20)\d\d)(?![.,]?\d)|\b[CF]Y ?'?(\d\d)(?!\d)", re.IGNORECASE)

_COUNTS = {
    "three": 3, "six": 6, "nine": 9, "twelve": 12, "thirteen": 13, "twenty-six": 26, "thirty-nine": 39,
    "fifty-two": 52, "fifty-three": 53,
}  # fmt: skip
_COUNT = "|".join(sorted((word.replace("-", "[- ]") for word in _COUNTS), key=len, reverse=True))
_SPAN = re.compile(
    rf"\b(?P<n>\d\d?|{_COUNT})"
    r"[- ](?:fiscal )?(?P<unit>month|week)s?\b|\b(?P<quarter>quarter(?:ly)?|Q[1-4])\b"
    r"|\b(?P<year>(?:fiscal|full|whole) years?|years? ended)\b",
    re.IGNORECASE,
)
_DATE = re.compile(DATE)


def years(text: str) -> set[int]:
    """Return the years that a text names: "FY19 and 2018" -> {2019, 2018}."""
    return {int(long) if long else 2000 + int(short) for long, short in YEAR.findall(text)}


def dates(text: str) -> set[str]:
    """Return the days that a text names, as ISO: "June 30, 2018 and 2017" -> {"2018-06-30"}."""
    return {day for match in _DATE.finditer(text) if (day := iso(match))}


def spans(text: str) -> set[int]:
    """Return how many months the times last that a text names: 3, 6, 9 or 12.

    Example: "Thirty-Nine Weeks Ended", "the second quarter" -> {9}, {3}
    """
    found = set()
    for match in _SPAN.finditer(text):
        if match["n"]:
            n = _COUNTS.get(match["n"].lower().replace(" ", "-")) or int(match["n"])
            found.add(n if match["unit"].lower() == "month" else MONTHS_OF_WEEKS.get(n, 0))
        else:
            found.add(3 if match["quarter"] else 12)
    return found & {3, 6, 9, 12}
