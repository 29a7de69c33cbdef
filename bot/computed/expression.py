"""Figures and an operation -> the expression as shown, with its result; and back again. Pure functions.

Nothing is ever evaluated as text: reading back finds the figures, reckons anew and compares what would be
written, so that a wrong result is no expression at all.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Context, Decimal, localcontext

from bot.computed.figures import Figure, figure_of, written
from bot.computed.question import Operation

N_DECIMALS = 2  # of averages, ratios and percentages
PRECISION = Context(prec=60, rounding=ROUND_HALF_UP)
_FIGURE = re.compile(
    r"(?P<digits>−?(?:[A-Z]{0,2}\$|[€£¥₹])?\d[\d,]*(?:\.\d+)?%?)(?: (?P<scale>thousand|million|billion)\b)?"
)
_POINTS = " percentage points"
ROUNDED = " (rounded)"
_EXACT = (Operation.CHANGE, Operation.TOTAL, Operation.COUNT)
DIVIDES = (Operation.GROWTH, Operation.RATIO, Operation.SHARE)  # the first term by the second


@dataclass(frozen=True, slots=True)
class Expression:
    """An operation on figures that are counted alike, in the order in which they are written.

    CHANGE, GROWTH: the later, the earlier. RATIO, SHARE: the part, the whole. COUNT: those that count.
    """

    operation: Operation
    terms: tuple[Figure, ...]

    @property
    def value(self) -> Decimal:
        """The exact result, or with 60 digits; a percentage as 12.5.

        Raises:
            ZeroDivisionError: a ratio to nothing.
        """
        values = [term.value for term in self.terms]
        with localcontext(PRECISION):
            if self.operation is Operation.TOTAL:
                return sum(values, Decimal())
            if self.operation is Operation.AVERAGE:
                return sum(values, Decimal()) / len(values)
            if self.operation is Operation.COUNT:
                return Decimal(len(values))
            one, other = values
            if self.operation is Operation.CHANGE:
                return one - other
            if not other:
                raise ZeroDivisionError("a ratio to nothing")
            part = one - other if self.operation is Operation.GROWTH else one
            return part / other * (1 if self.operation is Operation.RATIO else 100)

    @property
    def text(self) -> str:
        """The expression and its result: "$3 million − $1 million = $2 million", "1 / 3 ≈ 0.33 (rounded)"."""
        value = self.value
        shown = value if self.operation in _EXACT else _rounded(value)
        sign, behind = ("=", "") if shown == value else ("≈", ROUNDED)
        return f"{self._left()} {sign} {self._result(shown)}{behind}"

    def _left(self) -> str:
        terms = [str(term) for term in self.terms]
        if self.operation is Operation.COUNT:
            return f"count of {'; '.join(terms)}"
        inner = [terms[0], *(f"({term})" if term.startswith("−") else term for term in terms[1:])]
        if self.operation is Operation.TOTAL:
            return " + ".join(inner)
        if self.operation is Operation.AVERAGE:
            return f"({' + '.join(inner)}) / {len(terms)}"
        if self.operation is Operation.CHANGE:
            return " − ".join(inner)
        return (
            f"({' − '.join(inner)}) / {inner[1]}" if self.operation is Operation.GROWTH else " / ".join(inner)
        )

    def _result(self, value: Decimal) -> str:
        if self.operation in (Operation.RATIO, Operation.COUNT):
            return written(value, Figure(value))
        if self.operation in (Operation.GROWTH, Operation.SHARE):
            return written(value, Figure(value, percent=True))
        like = next((term for term in self.terms if term.currency), self.terms[0])
        if self.operation is Operation.CHANGE and like.percent:
            return written(value, replace(like, percent=False)) + _POINTS
        return written(value, like)


def divides_by_nothing(operation: Operation, terms: Sequence[Figure]) -> bool:
    """Tell whether it is a ratio to nothing, which has no result."""
    return operation in DIVIDES and not terms[1].value


def result_of(text: str) -> str:
    """Return what stands behind the sign of an expression: "1 / 3 ≈ 0.33 (rounded)" -> "0.33"."""
    return re.split(r" [=≈] ", text)[-1].removesuffix(ROUNDED)


def read_back(text: str) -> Expression | None:
    """Return the expression that is written so, result and all; None if none is.

    Example: "$3 − $1 = $2" -> CHANGE of $3, $1; "$3 − $1 = $4" -> None
    """
    figures = _figures(re.split(r" [=≈] ", text)[0])
    for operation in Operation:
        terms = _terms(operation, figures)
        if terms and not divides_by_nothing(operation, terms):
            made = Expression(operation, tuple(terms))
            if made.text == text:
                return made
    return None


def _terms(operation: Operation, figures: Sequence[Figure]) -> Sequence[Figure]:
    """Return the terms of an expression of which these are the figures: of an average without the count."""
    if operation in (Operation.TOTAL, Operation.COUNT):
        return figures
    if operation is Operation.AVERAGE:
        return figures[:-1]
    n_written = 3 if operation is Operation.GROWTH else 2
    return figures[:2] if len(figures) == n_written else ()


def _figures(text: str) -> list[Figure]:
    read = (figure_of(found["digits"], scale=found["scale"] or "") for found in _FIGURE.finditer(text))
    return [figure for figure in read if figure]


def _rounded(value: Decimal) -> Decimal:
    """Return a value with N_DECIMALS, more where nothing would be left; no noughts at its end."""
    with localcontext(PRECISION) as context:
        shown = value.quantize(Decimal(1).scaleb(-N_DECIMALS))
        if value and not shown:
            context.prec = N_DECIMALS
            shown = +value
        return shown.quantize(Decimal(1)) if shown == shown.to_integral_value() else shown.normalize()
