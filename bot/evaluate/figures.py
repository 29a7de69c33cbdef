"""Scores of questions -> figures with intervals: of all questions, and of the questions of each type."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from bot.evaluate.measures.intervals import Figure, Statistic, bootstrap, quotients
from bot.evaluate.names import MEASURES
from bot.evaluate.scores import Columns


def figures(columns: Columns) -> dict[str, Figure]:
    """Return the figure of every measure that any question has a value for, in the order of MEASURES."""
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


def counts(columns: Columns) -> dict[str, float]:
    """Return how many units each measure's figure counts."""
    return dict(zip(columns.names, columns.wholes.sum(axis=0).tolist(), strict=True))


def statistic(columns: Columns, names: Sequence[str]) -> Statistic:
    """Return the statistic of the named measures, one column each."""
    taken = [columns.value(name) for name in names]
    parts, wholes = (np.array([pair[i] for pair in taken]).T for i in (0, 1))  # (n, m) each
    return quotients(parts, wholes)
