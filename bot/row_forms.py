"""What is said of a table's row: the cells that a question asks for, and what the figures are counted in.

A row with five columns answers a question about one year with one figure, and "27.1" is little worth
without "(in millions)". Both are the document's own words: heads of columns, cells, the line of the unit.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from bot.cells import cells_of, has_digit, states_unit
from bot.facts import stems
from bot.tables import MAX_UNIT_WORDS, columns, told_row

Cell = tuple[str, str]  # the heads of its column, what it holds

HEADER_ROLES = ("column", "unit")  # of the rows that head a row of a table
MIN_SHARE_ASKED = 0.6  # of a head's words in the question, for its column to be asked for

_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d)|\b[CF]Y ?'?(\d\d)(?!\d)", re.IGNORECASE)
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


def read_out(quote: str, context: Iterable[tuple[str, str]]) -> str:
    """Return a row of a table in one line, each cell after the heads of its column, the unit at the end.

    `context` is that of its citation, in order: (role, quote).
    """
    context = list(context)
    label, cells = columns(quote, _header(context))
    return _with_unit(label, cells, context)


def asked(quote: str, context: Iterable[tuple[str, str]], question: str) -> str | None:
    """Return a row with the cells that a question asks for, None where that is all of them or uncertain.

    Cells go by the years that the question names, then by the words of their heads. All stay where it
    compares and names no two years: "How did sales change in 2019?" needs the year before.

    Example: "Sales | $5 | $4" under "Year | 2019 | 2018", "What were sales in 2018?" -> "Sales, 2018: $4"
    """
    context = list(context)
    label, cells = columns(quote, _header(context))
    if len(cells) < 2 or not all(head for head, _ in cells):
        return None
    kept = _by_words(label, _by_years(label, cells, question), question)
    return _with_unit(label, kept, context) if 0 < len(kept) < len(cells) else None


def holds_row(cited: str, part: str) -> bool:
    """Tell whether a row has every cell, and its table the unit, of a line that tells of it.

    `cited` is the row as it is read out, and in further lines what stands over it.
    """
    whole, _, over = cited.partition("\n")
    (told, unit), (held, _) = _parted(part), _parted(whole)
    return unit.strip(" ()") in f"{whole}\n{over}" and bool(told) and told <= held


def _parted(line: str) -> tuple[set[str], str]:
    """Return what is told of each column, each with the label, as bare words; and the unit behind or ""."""
    found = _ENDS_BRACKETED.search(line)
    unit = found[0] if found and states_unit(found[0]) else ""
    label, _, cells = line.removesuffix(unit).partition(": ")
    return {_SIGNS.sub(" ", f"{label} {cell}") for cell in cells.split("; ")} if cells else set(), unit


def _by_years(label: str, cells: Sequence[Cell], question: str) -> Sequence[Cell]:
    wanted = _years(question)
    own = set(label.lower().split())  # "total" in "What were total sales in 2019?" asks for no sum
    compares = any(word.lower() not in own for word in _COMPARES.findall(question))
    if not wanted or (len(wanted) < 2 and compares):
        return cells
    if not wanted <= {year for head, _ in cells for year in _years(head)}:
        return cells
    return [(head, cell) for head, cell in cells if wanted & _years(head)]


def _by_words(label: str, cells: Sequence[Cell], question: str) -> Sequence[Cell]:
    told = set(stems(question)) - set(stems(label))
    words = [set(stems(_YEAR.sub(" ", head))) for head, _ in cells]
    shares = [len(own & told) / len(own) if own else 0.0 for own in words]
    if max(shares) < MIN_SHARE_ASKED or not any(share == 0.0 for share in shares):
        return cells
    return [cell for cell, share in zip(cells, shares, strict=True) if share > 0.0]


def _years(text: str) -> set[int]:
    """Return the years that a text names: "FY19 and 2018" -> {2019, 2018}."""
    return {int(long) if long else 2000 + int(short) for long, short in _YEAR.findall(text)}


def _header(context: Sequence[tuple[str, str]]) -> list[str]:
    return [words for role, words in context if role in HEADER_ROLES]


def _with_unit(label: str, cells: Sequence[Cell], context: Sequence[tuple[str, str]]) -> str:
    told, unit = told_row(label, cells), unit_of(context)
    if len(cells) == 1 and label and cells[0][0]:
        told = f"{label}, {cells[0][0]}: {cells[0][1]}"
    figures = [f"{head} {cell}" for head, cell in cells if has_digit(cell) and "%" not in f"{head}{cell}"]
    is_counted_so = figures and not any(map(counts_itself, [label, *figures]))
    return f"{told} {unit}" if unit and is_counted_so else told


def counts_itself(words: str) -> bool:
    """Tell whether a label or a head says what its figures are counted in: "per share", "Number of days"."""
    return states_unit(words) or bool(_OWN_UNIT.search(words))


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
