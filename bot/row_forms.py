"""What is said of a table's row: the cells that a question asks for, and what the figures are counted in.

A row with five columns answers a question about one year with one figure, and "27.1" is little worth
without "(in millions)". Both are the document's own words: heads of columns, cells, the line of the unit.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from bot.cells import cells_of, has_digit, states_unit
from bot.facts import stems
from bot.periods import YEAR, dates, spans, years
from bot.tables import MAX_UNIT_WORDS, columns, is_table_row, told_row

Cell = tuple[str, str]  # the heads of its column, what it holds
Numbered = tuple[int, Cell]

HEADER_ROLES = ("column", "unit")  # of the rows that head a row of a table
MIN_SHARE_ASKED = 0.6  # of a head's words in the question, for its column to be asked for

_COMPARES = re.compile(
    r"\b(?:chang\w+|differ\w+|grow\w*|grew|increas\w+|decreas\w+|declin\w+|ris\w+|rose|fell|fall\w*|drop\w*"
    r"|more|less|higher|lower|highest|lowest|most|least|average|mean|total|sum|ratio|years|versus|vs|compar\w+"
    r"|trend|respective\w*|each|both|between)\b",
    re.IGNORECASE,
)
_BRACKETED = re.compile(r"\([^()]*\)")
_ENDS_BRACKETED = re.compile(r" \([^()]*\)$")
_SIGNS = re.compile(r"[\s,:]+")
_OWN_UNIT = re.compile(r"%|\b(?:per|shares?|ratio|rate|percent\w*|number|days|years|months)\b", re.IGNORECASE)
_SHARES = re.compile(r"%|\b(?:percent\w*|mix|growth|margins?|rates?|ratios?|shares? of)\b", re.IGNORECASE)
_ENDS = re.compile(r"\b(?:days|weeks|months|years)\s+end(?:ed|ing)?\b", re.IGNORECASE)  # a period: no unit


@dataclass(frozen=True, slots=True)
class Part:
    """Some cells of a row as they are told, and which: from 0, of its filled ones after the label."""

    text: str
    cells: tuple[int, ...]


def read_out(quote: str, context: Iterable[tuple[str, str]]) -> str:
    """Return a row of a table in one line, each cell after the heads of its column, the unit at the end.

    `context` is that of its citation, in order: (role, quote).
    """
    context = list(context)
    label, cells = columns(quote, _header(context))
    return _with_unit(label, cells, context)


def is_cell(quote: str, context: Iterable[tuple[str, str]]) -> bool:
    """Tell whether a quote is a single cell: it is no row, and its row's label is cited with it."""
    return not is_table_row(quote) and any(role == "row" for role, _ in context)


def read_out_cell(quote: str, context: Iterable[tuple[str, str]]) -> str:
    """Return a cell as `read_out` does a row that has no other: "Sales, 2019: $5 (in millions)".

    The last "row" of its context is its label, each "column" a head of it.
    """
    context = [(role, " ".join(words.split())) for role, words in context]
    label = [words for role, words in context if role == "row"][-1]
    head = " ".join(words for role, words in context if role == "column")
    over_all = [(role, words) for role, words in context if role != "column"]
    return _with_unit(label, [(head, " ".join(quote.split()))], over_all)


def asked(quote: str, context: Iterable[tuple[str, str]], question: str) -> Part | None:
    """Return a row with the cells that a question asks for, None where that is all of them or uncertain.

    Cells go by the years that the question names, then by the very days, by the length of time, and by the
    words of their heads. All stay where it compares and names no two years: "How did sales change in 2019?"
    needs the year before.

    Example: "Sales | $5 | $4" under "Year | 2019 | 2018", "What were sales in 2018?" -> "Sales, 2018: $4"
    """
    context = list(context)
    label, cells = columns(quote, _header(context))
    if len(cells) < 2 or not all(head for head, _ in cells):
        return None
    kept = _by_years(label, list(enumerate(cells)), question)
    if not _compares(label, question):
        kept = _by_time(_by_time(kept, question, dates), question, spans)
    kept = _by_words(label, kept, question)
    if not 0 < len(kept) < len(cells):
        return None
    return Part(_with_unit(label, [cell for _, cell in kept], context), tuple(i for i, _ in kept))


def holds_row(cited: str, part: str) -> bool:
    """Tell whether a row, or several of its cells, has every cell and the unit of a line that tells of it.

    `cited` is the row as it is read out, or each of the cells is, and in further lines what stands over it.
    """
    told, unit = _parted(part)
    held = set().union(*(_parted(line)[0] for line in cited.split("\n")))
    return unit.strip(" ()") in cited and bool(told) and told <= held


def _parted(line: str) -> tuple[set[str], str]:
    """Return what is told of each column, each with the label, as bare words; and the unit behind or ""."""
    found = _ENDS_BRACKETED.search(line)
    unit = found[0] if found and states_unit(found[0].strip(" ()")) else ""
    first, *others = line.removesuffix(unit).split("; ")
    label, colon, cell = first.rpartition(": ")  # "Less: interest: 2019 $5; 2018 $4"
    return {_SIGNS.sub(" ", f"{label} {each}") for each in (cell, *others)} if colon else set(), unit


def _by_years(label: str, cells: Sequence[Numbered], question: str) -> Sequence[Numbered]:
    wanted = years(question)
    if not wanted or (len(wanted) < 2 and _compares(label, question)):
        return cells
    if not wanted <= {year for _, (head, _) in cells for year in years(head)}:
        return cells
    return [(i, cell) for i, cell in cells if wanted & years(cell[0])]


def _by_time(
    cells: Sequence[Numbered], question: str, times: Callable[[str], set[Any]]
) -> Sequence[Numbered]:
    """Return the cells whose heads have a time that the question names, all of them where a head has none."""
    wanted, held = times(question), [times(head) for _, (head, _) in cells]
    if not all(held) or not any(wanted & of for of in held):
        return cells
    return [each for each, of in zip(cells, held, strict=True) if wanted & of]


def _compares(label: str, question: str) -> bool:
    own = set(label.lower().split())  # "total" in "What were total sales in 2019?" asks for no sum
    return any(word.lower() not in own for word in _COMPARES.findall(question))


def _by_words(label: str, cells: Sequence[Numbered], question: str) -> Sequence[Numbered]:
    told = set(stems(question)) - set(stems(label))
    words = [set(stems(YEAR.sub(" ", head))) for _, (head, _) in cells]
    shares = [len(own & told) / len(own) if own else 0.0 for own in words]
    if max(shares) < MIN_SHARE_ASKED or not any(share == 0.0 for share in shares):
        return cells
    return [each for each, share in zip(cells, shares, strict=True) if share > 0.0]


def _header(context: Sequence[tuple[str, str]]) -> list[str]:
    """Return the header rows over a row; a line of units above the table is none of them."""
    return [words for role, words in context if role in HEADER_ROLES and is_table_row(words)]


def _with_unit(label: str, cells: Sequence[Cell], context: Sequence[tuple[str, str]]) -> str:
    told, unit = told_row(label, cells), unit_of(context)
    if len(cells) == 1 and label and cells[0][0]:
        told = f"{label}, {cells[0][0]}: {cells[0][1]}"
    figures = [f"{head} {cell}" for head, cell in cells if has_digit(cell) and "%" not in f"{head}{cell}"]
    groups = [words for role, words in context if role == "row" and " ".join(words.split()) != label]
    is_counted_so = figures and not (any(map(counts_itself, [label, *figures])) or _of_shares(groups))
    return f"{told} {unit}" if unit and is_counted_so else told


def _of_shares(groups: Sequence[str]) -> bool:
    """Tell whether a heading in a table says that the rows below it are shares: "Net sales mix:"."""
    return any(_SHARES.search(words) for words in groups)


def counts_itself(words: str) -> bool:
    """Tell whether a label or a head says what its figures are counted in: "per share", "Number of days"."""
    return states_unit(words) or bool(_OWN_UNIT.search(_ENDS.sub(" ", words)))


def unit_of(context: Sequence[tuple[str, str]]) -> str:
    """Return what figures are counted in, in brackets: "(in millions)"; "" where nothing says so.

    What stands nearest to the row counts: a header row, then a line of units, then a caption with brackets.
    """
    for role, words in reversed(context):
        if role in HEADER_ROLES and (unit := _in_brackets(words, is_head=role == "column")):
            return unit
        if role == "caption" and (unit := _only_unit(_BRACKETED.findall(words))):
            return unit
    return ""


def _in_brackets(words: str, *, is_head: bool) -> str:
    line = words.strip()
    cells = cells_of(line, framed=line.startswith("|") and line.endswith("|"))
    stated = list({cell for cell in (cells[:1] if is_head else cells) if states_unit(cell)})
    if len(stated) != 1:
        return ""
    return _only_unit(_BRACKETED.findall(stated[0])) or _only_unit([f"({stated[0]})"])


def _only_unit(bracketed: Sequence[str]) -> str:
    """Return the pair of brackets that states a unit, if exactly one does and it is short."""
    found = [
        words
        for words in bracketed
        if states_unit(words.strip("() ")) and len(words.split()) <= MAX_UNIT_WORDS
    ]
    return " ".join(found[0].split()) if len(found) == 1 else ""
