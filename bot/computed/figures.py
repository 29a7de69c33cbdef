"""Cells of tables as figures to reckon with: value, sign, and what they are counted in. Pure functions.

A cell that is not one figure and nothing else, such as a dash, is none: a nil that is not written cannot be
cited.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

_CURRENCY = r"(?:(?:US|NZ|HK|[ACS])?\$|[€£¥₹])"
_MINUS = "-−–—"
_CELL = re.compile(
    rf"(?P<symbol>{_CURRENCY})?\s*(?P<sign>[{_MINUS}(]\s*)?(?P<inner>{_CURRENCY})?\s*"
    r"(?P<digits>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+)"
    r"\s*(?P<percent>%)?\s*(?P<closed>\))?\s*(?P<late>%)?(?:\s*(?:\(\w{1,2}\)|\*))?"
)
_SCALES = {
    "thousand": re.compile(r"(?<![’'])\bthousands?\b|(?<![\d,])000s?\b|[$€£¥₹]k\b", re.IGNORECASE),
    "million": re.compile(r"(?<![’'])\bmillions?\b|[$€£¥₹]mn?\b", re.IGNORECASE),
    "billion": re.compile(r"(?<![’'])\bbillions?\b|[$€£¥₹]bn?\b", re.IGNORECASE),
}

_FACTORS = {"": 1, "thousand": 10**3, "million": 10**6, "billion": 10**9}


@dataclass(frozen=True, slots=True)
class Figure:
    """A number as printed in a cell: "$(4.5)" in a table "in millions" is -4.5, "$", "million", "".

    `scale`: "", "thousand", "million" or "billion", what the table's unit says it is counted in.
    `percent`: whether a percent sign stands in the cell.
    """

    value: Decimal
    currency: str = ""
    scale: str = ""
    percent: bool = False

    def __str__(self) -> str:
        """Return it as it is shown: "−$4.5 million", "12%"."""
        return written(self.value, self)

    @property
    def absolute(self) -> Decimal:
        """What it comes to, its scale counted in."""
        return self.value * _FACTORS[self.scale]


def written(value: Decimal, like: Figure) -> str:
    """Return a value with thousands separators and a minus sign, in the currency and scale of a figure.

    Example: -1234.50 like "$5 million" -> "−$1,234.50 million"
    """
    sign = "−" if value < 0 else ""
    behind = "%" if like.percent else f" {like.scale}" if like.scale else ""
    return f"{sign}{like.currency}{abs(value):,f}{behind}"


def figure_of(cell: str, *, scale: str = "") -> Figure | None:
    """Read a cell, None where it is not one figure; a percentage has no scale.

    Example: "$ (1,452.4)" -> -1452.4 "$"
    """
    found = _CELL.fullmatch(cell.strip())
    if not found or ((found["sign"] or "").strip() == "(") != bool(found["closed"]):
        return None
    value = Decimal(found["digits"].replace(",", ""))
    percent = bool(found["percent"] or found["late"])
    currency = found["symbol"] or found["inner"] or ""
    return Figure(-value if found["sign"] else value, currency, "" if percent else scale, percent)


def scale_of(unit: str) -> str | None:
    """Return the scale that the words of a unit state, "" for none, None where they state several.

    Example: "(in thousands, except per share amounts)" -> "thousand"
    """
    found = [name for name, words in _SCALES.items() if words.search(unit)]
    return None if len(found) > 1 else found[0] if found else ""


def alike(figures: Sequence[Figure]) -> bool:
    """Tell whether figures are counted in the same, a currency sign that a column names but once aside."""
    signs = {figure.currency for figure in figures} - {""}
    return len({(figure.scale, figure.percent) for figure in figures}) == 1 and len(signs) <= 1
