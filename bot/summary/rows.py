"""The rows of a company's result: sales and net income, as its statement has them. After sections.

Reports give their most wanted figures in tables alone. A row is taken only where it is certain what each of
its figures is of: heads that line up with the cells, and the unit. What is shown is the row as it is read out
in answers, with its heads, caption and unit cited as its context.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from bot.cite import shown
from bot.datatypes import Citation, Document, Section
from bot.summary.datatypes import Point
from bot.summary.wording import cited
from bot.tables import is_table_row

MAX_WORDS = 40
_SALES = re.compile(r"(?:total )?(?:net )?(?:sales|revenues?)(?:, net)?$", re.IGNORECASE)
_INCOME = re.compile(
    r"net (?:income|earnings|loss|profit|\(loss\) income|income \(loss\))$|profit for the (?:year|period)$",
    re.IGNORECASE,
)
_LINE = re.compile(r"[^\n]+")
_SCALE = re.compile(r"\b(?:millions?|thousands?|billions?)\b", re.IGNORECASE)
_FIGURES = re.compile(r"\d[\d,.]*\d")


def result_rows(document: Document, sections: Sequence[Section], *, first_place: int = 0) -> list[Point]:
    """Return the first certain row of sales and of net income, none, one or two, in order of the text."""
    found: list[Point] = []
    wanted = [_SALES, _INCOME]
    for label, start, end in _rows(document.text):
        kind = next((kind for kind in wanted if kind.fullmatch(label)), None)
        if kind and (point := _certain(document, sections, first_place, (start, end))):
            found.append(point)
            wanted.remove(kind)
        if not wanted:
            break
    return found


def _rows(text: str) -> Iterator[tuple[str, int, int]]:
    """Yield the label and the span of each row of a table."""
    for line in _LINE.finditer(text):
        if is_table_row(line[0]):
            yield line[0].split("|")[0].strip(" :"), *line.span()


def _certain(
    document: Document, sections: Sequence[Section], first_place: int, span: tuple[int, int]
) -> Point | None:
    """Return a row as it is shown, None where its heads or its unit are not certain."""
    start, end = span
    place = next(i for i, s in enumerate(sections, start=first_place) if s.start <= start < s.end)
    row = Point(document, place, start, end, document.text[start:end], "")
    citation = cited(row, marker=1, support=1.0)
    told = _with_unit(shown(citation), citation)
    is_headed = any(part.role == "column" for part in citation.context) and ": " in told
    figures = [figure for figure in _FIGURES.findall(told) if not re.fullmatch(r"(?:19|20)\d\d", figure)]
    if not (is_headed and _SCALE.search(told) and len(figures) > 1 and len(told.split()) <= MAX_WORDS):
        return None
    return Point(document, place, start, end, row.text, told)


def _with_unit(told: str, citation: Citation) -> str:
    """Add the unit of the table, where the row as it is read out does not have it."""
    stated = [part.quote for part in citation.context if part.role in {"unit", "caption"}]
    units = [" ".join(cell.split()).strip("() ") for words in stated for cell in words.split("|")]
    unit = next((cell for cell in units if _SCALE.search(cell)), "")
    return told if _SCALE.search(told) or not unit else f"{told} ({unit})"
