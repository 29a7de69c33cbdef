"""What is asked and a table's lines -> the cells to reckon with, or nothing where any of them is not certain.

Which line is meant is for `lines` to say; a cell is taken by the period that its head names.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from bot.computed.expression import DIVIDES, Expression, divides_by_nothing
from bot.computed.figures import Figure, alike, figure_of
from bot.computed.grid import Cell, Line, Table
from bot.computed.lines import best_line, fit, words_of
from bot.computed.periods import Period, asked_periods, filled, is_range
from bot.computed.question import Asked, Operation
from bot.facts import stems

MAX_PERIODS = 6  # in one average or total
# Lines whose brackets mean below zero, while those around a cost mean that it is taken off.
_RESULT = re.compile(r"\b(?:income|profit|cash|earnings|results?|margin|ebit\w*)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Reckoned:
    """An expression, the cells of its terms in order, and what their lines are called.

    `fit` in [0, 1]: how far the words of the question and of the worst fitting line are the same.
    """

    expression: Expression
    cells: tuple[Cell, ...]
    labels: tuple[str, ...]
    fit: float


def reckoned(asked: Asked, question: str, table: Table) -> Reckoned | None:
    """Return the computation asked for with the cells of a table, None where anything is not certain."""
    if asked.operation is Operation.COUNT:
        return _counted(asked, question, table)
    found = (_of_two if len(asked.items) == 2 else _of_one)(asked, question, table)
    return found if found and _is_sound(found) else None


def _wanted(item: str, table: Table) -> frozenset[str]:
    """Return the words that a line should have: what names the document, as a company's name, is none."""
    labels = words_of(" ".join(line.name for line in table.lines))
    return words_of(item) - (words_of(table.document) - labels)


def _of_one(asked: Asked, question: str, table: Table) -> Reckoned | None:
    wanted, about = _wanted(asked.items[0], table), words_of(table.caption)
    line = best_line(table.lines, wanted, about)
    if not line or (asked.operation is Operation.TOTAL and "total" in wanted & words_of(line.label)):
        return None  # "total costs in 2018 and 2019" of a line of totals asks for two figures
    periods = _periods(asked.operation, question, table.lines)
    cells = [cell for period in reversed(periods) if (cell := _cell(line, period, question))]
    if not cells or len(cells) < len(periods) or not _one_kind(cells) or _means_others(wanted, line, cells):
        return None
    return _made(asked.operation, cells, (line.name,), fit(line, wanted, about))


def _means_others(wanted: frozenset[str], line: Line, cells: Sequence[Cell]) -> bool:
    """Tell whether words that the line lacks stand over cells of it that were not taken."""
    taken = words_of(" ".join([line.name, *(cell.head for cell in cells)]))
    return bool((wanted - taken) & words_of(" ".join(cell.head for cell in line.cells)))


def _counted(asked: Asked, question: str, table: Table) -> Reckoned | None:
    """Return the periods in which a thing exceeds a figure that is counted as its own are."""
    wanted, about = _wanted(asked.items[0], table), words_of(table.caption)
    line = best_line(table.lines, wanted, about)
    number, _, scale = asked.threshold.partition(" ")
    least = figure_of(number, scale=scale.lower())
    if not line or not least:
        return None
    periods = _periods(Operation.AVERAGE, question, table.lines)
    cells = [cell for period in reversed(periods) if (cell := _cell(line, period, question))]
    if len(cells) < max(2, len(periods)) or not all(_comparable(cell.figure, least) for cell in cells):
        return None
    over = tuple(cell for cell in cells if cell.figure.absolute > least.absolute)
    return _made(Operation.COUNT, over, (line.name,), fit(line, wanted, about)) if over else None


def _comparable(figure: Figure, least: Figure) -> bool:
    signs = {figure.currency, least.currency} - {""}
    return figure.percent == least.percent and bool(figure.scale) == bool(least.scale) and len(signs) <= 1


def _periods(operation: Operation, question: str, lines: Sequence[Line]) -> Sequence[Period]:
    """Return the periods to reckon with, in the order of time; () where they are not certain.

    Where the question names none they are all years of the table, whether or not the line has a figure there.
    """
    heads = {cell.period for line in lines for cell in line.cells}
    known = sorted(period for period in heads if len(period) == 1)
    named = asked_periods(question, heads)
    compares = operation in (Operation.CHANGE, Operation.GROWTH)
    if compares:
        if not named:
            return known if len(known) == 2 else ()
        if len(named) == 1 and len(named[0]) == 1:
            named = ((named[0][0] - 1,), named[0])
        return named if len(named) == 2 else ()
    if not named and operation is Operation.AVERAGE:
        named = tuple(known)
    elif len(named) == 2 and is_range(question) and all(len(period) == 1 for period in named):
        named = filled(named)
    return named if 2 <= len(named) <= MAX_PERIODS else ()


def _cell(line: Line, period: Period, question: str) -> Cell | None:
    """Return the one cell of a period; of several the one whose head has most of the question's words."""
    found = [cell for cell in line.cells if cell.period == period]
    if len(found) > 1:
        told = frozenset(stems(question)) - words_of(line.label)
        shared = [len(told & frozenset(stems(cell.head))) for cell in found]
        found = [cell for cell, n in zip(found, shared, strict=True) if n == max(shared)]
    return found[0] if len(found) == 1 else None


def _one_kind(cells: Sequence[Cell]) -> bool:
    """Tell whether heads differ in their dates alone."""
    return len({words_of(cell.head) for cell in cells}) == 1


def _of_two(asked: Asked, question: str, table: Table) -> Reckoned | None:
    beside = words_of(table.caption) | words_of(asked.rest)
    wanted = [_wanted(item, table) for item in asked.items]
    one, other = (best_line(table.lines, words, beside) for words in wanted)
    if not one or not other or one == other:
        return None
    pair = _pair(one, other, question)
    if not pair:
        return None
    labels = (one.name, other.name)
    worst = min(fit(line, words, beside) for line, words in zip((one, other), wanted, strict=True))
    if asked.operation is Operation.CHANGE and abs(pair[0].figure.value) < abs(pair[1].figure.value):
        pair, labels = (pair[1], pair[0]), (labels[1], labels[0])
    return _made(asked.operation, pair, labels, worst)


def _pair(one: Line, other: Line, question: str) -> tuple[Cell, Cell] | None:
    """Return the cells of two lines in the period that a question names, or the only one that both have."""
    known = {cell.period for cell in (*one.cells, *other.cells)}
    named = asked_periods(question, known)
    if not named and len(known) == 1:
        named = tuple(known)
    if len(named) != 1:
        return None
    pair = _cell(one, named[0], question), _cell(other, named[0], question)
    return (pair[0], pair[1]) if pair[0] and pair[1] and pair[0].head == pair[1].head else None


def _made(
    operation: Operation, cells: Sequence[Cell], labels: tuple[str, ...], worst: float
) -> Reckoned | None:
    terms = tuple(cell.figure for cell in cells)
    if not alike(terms) or divides_by_nothing(operation, terms):
        return None
    return Reckoned(Expression(operation, terms), tuple(cells), labels, worst)


def _is_sound(found: Reckoned) -> bool:
    """Tell whether a result means one thing: no growth of a percentage, no ratio of a loss to a gain.

    Whether a cost in brackets that becomes larger rises or falls is nothing that a table says, nor whether
    one is added to other costs or taken off.
    """
    operation, terms = found.expression.operation, found.expression.terms
    signs_agree = all((one.value < 0) == (other.value < 0) for one, other in pairwise(terms))
    if operation in DIVIDES:
        of_percent = any(term.percent for term in terms) or any("%" in label for label in found.labels)
        return signs_agree and not of_percent
    if len(found.labels) == 2:
        return signs_agree
    rises = any(term.value >= 0 for term in terms) or _RESULT.search(found.labels[0])
    return operation is not Operation.CHANGE or bool(rises)
