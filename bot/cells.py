"""Cells of a table: which are figures, which name a period or a unit and so head a column of figures."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

_YEAR = re.compile(r"(?:FY|CY|F)? ?(?:19|20)\d\d(?: ?(?:\(\w{1,2}\)|\*))?", re.IGNORECASE)
_HOLDS_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_FIGURE = re.compile(
    r"(?:USD|EUR|GBP|CHF|RMB|JPY|INR|(?:US|NZ|HK|[ACS])(?=\$))?[($€£¥₹\s−–—-]{0,8}(?:[.,]?\d[\d.,]*|(?<=[−–—-])|n/?a|nil)"
    r"[)\s%x*]{0,6}(?:(?:bps|pts?)\.?|thousand|million|billion|percent)?\s?(?:\(\w{1,2}\))?",
    re.IGNORECASE,
)
_MONTHS = "jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec"
_PERIOD = re.compile(
    rf"(?:\b(?:years?|months?|weeks?|quarters?|periods?|fiscal|ended|ending|as (?:of|at))\b"
    rf"|\b(?:{_MONTHS})[a-z]*\.? \d|\b\d\d? (?:{_MONTHS}))",
    re.IGNORECASE,
)
_DURATION = re.compile(  # "5 years", "3 to 5 years": as a rule what a row tells, not what heads it
    r"\D{0,3}\d[\d.]*(?: ?(?:[-–—]|to) ?\d[\d.]*)?\+? ?(?:years?|months?|weeks?|quarters?)", re.IGNORECASE
)
_UNIT = re.compile(
    r"\b(?:thousands?|millions?|billions?|000s?|percent(?:age)?)\b|[$€£¥₹][’']?000"
    r"|^(?:[A-Z]{0,3}[$€£¥₹][mkb]?n?|%)$",
    re.IGNORECASE,
)


def states_unit(words: str) -> bool:
    """Tell whether a heading says what figures are counted in: "(in thousands)", "US$000"."""
    return _UNIT.search(words) is not None


def is_unit(cell: str) -> bool:
    """Tell whether a cell states a unit and no period or figure with it: "(in millions)", "£m"."""
    return states_unit(cell) and not is_dated(cell) and not has_digit(_UNIT.sub("", cell))


def is_figure(cell: str) -> bool:
    """Tell whether a cell is a figure, or a sign for none, and not a year: "$ 1,452.4", "(3)%", "—"."""
    return not is_year(cell) and _FIGURE.fullmatch(cell) is not None


def is_year(cell: str) -> bool:
    """Tell whether a cell is a year and nothing else: "2019", "FY2019", "2019 (a)"."""
    return _YEAR.fullmatch(cell) is not None


def is_dated(cell: str) -> bool:
    """Tell whether a cell names a period or a day: "2019", "Three months ended", "2017 in millions"."""
    if _DURATION.fullmatch(cell):
        return False
    named = _PERIOD.search(cell) or (states_unit(cell) and _HOLDS_YEAR.search(cell))
    return is_year(cell) or bool(named)


def names_when(cell: str) -> bool:
    """Tell whether a cell names a period or a day with its year: "2019", "June 30, 2019"."""
    return is_year(cell) or (is_dated(cell) and _HOLDS_YEAR.search(cell) is not None)


def has_digit(cell: str) -> bool:
    """Tell whether a cell holds a digit."""
    return any(map(str.isdigit, cell))


def heads_columns(cells: Sequence[str]) -> bool:
    """Tell whether the first cell of a header row heads a column as the others do: "2019 | 2018", "£m | %".

    "Year ended June 30, | 2019 | 2018" is no such row: its first cell is a label.
    """
    if all(map(names_when, cells)):
        return len(set(map(is_year, cells))) == 1
    return all(is_unit(cell) and len(cell.split()) == 1 and "(" not in cell for cell in cells)


def cells_of(row: str, *, framed: bool) -> list[str]:
    """Return the cells of a row; a bar at its edge stands beside an empty cell unless it is a frame."""
    bare = row.strip().removeprefix("|").removesuffix("|") if framed else row
    return [" ".join(cell.split()) for cell in bare.split("|")]


def spread(cells: Sequence[str], *, over_full: bool) -> Sequence[str]:
    """Give each of the columns that a head spans the head; as they stand where spans are not certain."""
    at = [i for i, cell in enumerate(cells) if cell]
    n_each, left_over = divmod(len(cells), len(at))
    even = not left_over and over_full and all(b - a == n_each for a, b in pairwise(at))
    if even and at[0] in {0, (n_each - 1) // 2}:  # written in the first or the middle column
        return [cells[at[i // n_each]] for i in range(len(cells))]
    in_place = at[0] == 0 or all(cells[at[0] :])
    return cells if in_place else [""] * len(cells)
