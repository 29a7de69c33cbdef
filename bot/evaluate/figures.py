"""Scores of questions -> figures with intervals: of all questions, and of the questions of each type."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from bot.evaluate.measures.abstention import Questions, abstention_f1, aurc, auroc, confusion, risk_coverage
from bot.evaluate.measures.intervals import Figure, Statistic, bootstrap, quotients
from bot.evaluate.names import ACCURACY, MEASURES
from bot.evaluate.scores import Columns

OF_SETS = ("abstention F1", "AUROC", "AURC")  # not a sum over questions


def figures(columns: Columns) -> dict[str, Figure]:
    """Return the figure of every measure that has a value for these questions, in the order of MEASURES."""
    n = counts(columns)
    names = [name for name in MEASURES if n.get(name)]
    estimate = bootstrap(statistic(columns, names), len(columns.ids))
    made = {name: estimate.figure(i, n[name], MEASURES[name].unit) for i, name in enumerate(names)}
    return {name: figure for name, figure in made.items() if figure.n}


def figures_by_type(columns: Columns) -> dict[str, dict[str, Figure]]:
    """Return the figures of the questions of each type, the most frequent type first."""
    kinds, n = np.unique(columns.kinds.astype(str), return_counts=True)
    return {
        str(kinds[i]): figures(columns.where(columns.kinds == kinds[i]))
        for i in np.argsort(-n, kind="stable")
    }


def abstention(columns: Columns, found: dict[str, Figure]) -> dict[str, Any]:
    """Return the four outcomes, the figures of the confidence, and risk over coverage as plain values."""
    questions, judged = _questions(columns)
    named = {"f1": "abstention F1", "auroc": "AUROC", "aurc": "AURC", ACCURACY: ACCURACY}
    of_sets = {key: asdict(found[name]) for key, name in named.items() if name in found}
    known = Questions(*(array[judged] for array in asdict(questions).values()))
    return asdict(confusion(known)) | of_sets | {"curve": [list(point) for point in risk_coverage(known)]}


def counts(columns: Columns) -> dict[str, float]:
    """Return how many units the figure of each measure is over; there may be none of that name."""
    n = dict(zip(columns.names, columns.wholes.sum(axis=0).tolist(), strict=True))
    if columns.has_answers:
        n |= {"abstention F1": len(columns.ids), "AUROC": len(columns.ids), "AURC": n.get(ACCURACY, 0.0)}
    return n


def statistic(columns: Columns, names: Sequence[str]) -> Statistic:
    """Return the named measures as one statistic, (b, n) multiplicities -> (b, m)."""
    taken = [columns.value(name) for name in names]
    parts, wholes = (
        np.array([pair[i] for pair in taken]).reshape(len(names), len(columns.ids)).T for i in (0, 1)
    )
    sums, sets = quotients(parts, wholes), [name for name in names if name in OF_SETS]
    if not sets:
        return sums
    questions, judged = _questions(columns)

    def both(weights: np.ndarray) -> np.ndarray:
        values = sums(weights)  # (b, m), nan where a measure is one of a set
        of_sets = {
            "abstention F1": lambda: abstention_f1(questions.answerable, questions.abstained, weights),
            "AUROC": lambda: auroc(questions.confidence, questions.answerable, weights),
            "AURC": lambda: aurc(questions, weights * judged),
        }
        for name in sets:
            values[:, list(names).index(name)] = of_sets[name]()
        return values

    return both


def _questions(columns: Columns) -> tuple[Questions, np.ndarray]:
    """Return what became of the questions, and which of them can be judged, (n,) bool.

    An answer to an answerable question without gold wordings is neither right nor wrong.
    """
    right, known = columns.value(ACCURACY)
    questions = Questions(columns.answerable, columns.abstained, right > 0, columns.confidence)
    return questions, columns.abstained | (known > 0)
