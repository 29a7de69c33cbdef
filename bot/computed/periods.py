"""Which periods a question or a table's head names: tuples of years. Pure functions.

"2019" is (2019,), "FY18" (2018,), "2018/19" and the two years of a comparison (2018, 2019).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

Period = tuple[int, ...]

_YEAR = r"(?:(?<!\d)(?:19|20)\d\d(?!\d)|\b(?:FY|CY|F) ?['’]?\d\d(?!\d))"
_ONE = re.compile(_YEAR, re.IGNORECASE)
_JOINED = re.compile(rf"{_YEAR}(?:\s?[/–—-]\s?(?:{_YEAR}|\d\d(?!\d)))?", re.IGNORECASE)
_SECOND = re.compile(r"[/–—-]\s?(\d\d)$")
_RANGE = re.compile(rf"(?:between|from)\b[^?]*?{_YEAR}\s*(?:and|to|through)\b", re.IGNORECASE)
_THROUGH = re.compile(rf"{_YEAR}\s*(?:to|through|[–—-])\s*(?:the )?(?:\w+ )?{_YEAR}", re.IGNORECASE)


def period_of(head: str) -> Period:
    """Return all years that a head names, in its order, () for none: "2019 over 2018" -> (2019, 2018)."""
    return tuple(year for found in _JOINED.finditer(head) for year in _years(found[0]))


def asked_periods(question: str, known: Iterable[Period]) -> tuple[Period, ...]:
    """Return the periods that a question names, in the order of time, each once.

    Two years joined by a dash or a stroke are one period where a head of the table has the two, else two.

    Example: "from 2020 to 2021-2022" where (2021, 2022) is known -> (2020,), (2021, 2022)
    """
    heads, found = set(known), set[Period]()
    for joined in _JOINED.finditer(question):
        years = _years(joined[0])
        found |= {years} if years in heads else {(year,) for year in years}
    return tuple(sorted(found))


def is_range(question: str) -> bool:
    """Tell whether the years between two that a question names are meant too: "from 2017 to 2019"."""
    return bool(_RANGE.search(question) or _THROUGH.search(question))


def filled(periods: Sequence[Period]) -> tuple[Period, ...]:
    """Return single years with all those between the first and the last."""
    return tuple((year,) for year in range(periods[0][0], periods[-1][-1] + 1))


def without_periods(text: str) -> str:
    """Return a text without its years."""
    return _JOINED.sub(" ", text)


def _years(written: str) -> Period:
    years = [int(digits) if len(digits) == 4 else 2000 + int(digits) for digits in
             (re.sub(r"\D", "", found) for found in _ONE.findall(written))]  # fmt: skip
    short = _SECOND.search(written)
    if short and len(years) == 1:
        years.append(years[0] // 100 * 100 + int(short[1]))
    return tuple(years)
