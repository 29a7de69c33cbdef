"""Gates: `--require 'R@5>=0.9'` -> what of it a run falls short of. Read before anything is asked."""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.errors import UsageError
from bot.evaluate.names import MEASURES

OPERATORS = {">=": operator.ge, "<=": operator.le, "==": operator.eq, ">": operator.gt, "<": operator.lt}
_GATE = re.compile(r"\s*(?:(?P<kind>[^<>=]+):)?(?P<name>[^:<>=]+?)\s*(?P<sign>[<>=]+)\s*(?P<bound>\S+)\s*")
_FORM = "expected NAME, one of >= <= > < ==, and a number, as in 'R@5>=0.9' or 'fabrication==0'"


@dataclass(frozen=True, slots=True)
class Gate:
    """A bound on a measure's figure; `kind` is the type of question it is over, None for all of them."""

    text: str
    kind: str | None
    name: str
    sign: str
    bound: float


def read_gates(texts: Iterable[str], *, kinds: Collection[str]) -> tuple[Gate, ...]:
    """Read gates as typed: NAME SIGN NUMBER, with TYPE: before NAME for the questions of one type.

    Raises:
        UsageError: one is not of that form, or names a measure or type that there is not.
    """
    return tuple(_gate(text, kinds) for text in texts)


def failures(gates: Iterable[Gate], metrics: Mapping[str, Any]) -> list[str]:
    """Return a line for each gate that a run's metrics do not pass; one without a value does not."""
    return [line for gate in gates if (line := _failure(gate, metrics))]


def _gate(text: str, kinds: Collection[str]) -> Gate:
    found = _GATE.fullmatch(text)
    if not found or found["sign"] not in OPERATORS or (bound := _number(found["bound"])) is None:
        raise UsageError(f"--require {text!r} is not a gate: {_FORM}")
    kind, name = found["kind"] and found["kind"].strip(), found["name"].strip()
    if name not in MEASURES:
        raise UsageError(
            f"--require {text!r}: no measure is called {name!r}; there are {', '.join(MEASURES)}"
        )
    if kind is not None and kind not in kinds:
        raise UsageError(f"--require {text!r}: no question asked is of type {kind!r}; there are "
                         f"{', '.join(sorted(kinds))}")  # fmt: skip
    return Gate(text, kind, name, found["sign"], bound)


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _failure(gate: Gate, metrics: Mapping[str, Any]) -> str | None:
    figures = metrics["measures"] if gate.kind is None else metrics["types"].get(gate.kind, {})
    figure = figures.get(gate.name)
    if figure is None or not figure["n"]:
        return f"{gate.text}: no value, this run does not measure {gate.name}"
    if OPERATORS[gate.sign](figure["mean"], gate.bound):
        return None
    interval = f"[{figure['low']:.3f}, {figure['high']:.3f}]"
    return f"{gate.text}: it is {figure['mean']:.6g} {interval}, over {figure['n']:,} {figure['unit']}"
