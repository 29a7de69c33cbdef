"""Means of one value a question, with 95 % percentile bootstrap intervals over questions, seeded.

The same values always have the same interval.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

N_RESAMPLES = 1_000
SEED = 0
LEVEL = 0.95


@dataclass(frozen=True, slots=True)
class Figure:
    """A mean with what it is a mean of.

    `n` counts `unit`s ("questions", "sentences", ...); with n = 0 the rest is None.
    `low`, `high`: the ends of the 95 % interval.
    """

    mean: float | None
    n: int
    unit: str
    low: float | None = None
    high: float | None = None


def ratio(parts: Sequence[float], wholes: Sequence[float], *, unit: str) -> Figure:
    """Return sum(parts) / sum(wholes) with its interval; each position is one question, which is resampled.

    With 3 of 4 sentences cited in one answer and 1 of 1 in another: parts (3, 1), wholes (4, 1) -> 4/5.
    Resampling questions, not sentences, because the sentences of one answer stand or fall together.
    Where every question has the same ratio the interval is that point: it says nothing then of what the
    questions not asked would show.
    Source: Efron & Tibshirani, An Introduction to the Bootstrap, 1993, chapters 8 (units), 13 (percentile).
    """
    part, whole = np.asarray(parts, dtype=np.float64), np.asarray(wholes, dtype=np.float64)  # (n,), (n,)
    if not whole.sum():
        return Figure(None, 0, unit)
    drawn = np.random.default_rng(SEED).integers(0, len(whole), size=(N_RESAMPLES, len(whole)))
    sums = whole[drawn].sum(axis=1)  # (N_RESAMPLES,)
    values = part[drawn].sum(axis=1)[sums > 0] / sums[sums > 0]
    low, high = np.quantile(values, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Figure(float(part.sum() / whole.sum()), int(whole.sum()), unit, float(low), float(high))


def mean(values: Sequence[float], *, unit: str = "questions") -> Figure:
    """Return the mean of one value a question, with its interval. See `ratio`."""
    return ratio(values, np.ones(len(values)).tolist(), unit=unit)


def percentile(values: Sequence[float], percent: float) -> float | None:
    """Return the value below which `percent` of 100 of the values lie, between two of them interpolated.

    None where there are no values. Source: numpy.percentile, method "linear" (Hyndman & Fan 1996, type 7).
    Example: (1, 2, 3, 4) at 50 -> 2.5
    """
    return float(np.percentile(np.asarray(values, dtype=np.float64), percent)) if len(values) else None
