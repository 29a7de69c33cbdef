"""Figures with 95 % percentile bootstrap intervals over questions, seeded.

A resample of n questions is a row of n multiplicities: how often each question was drawn. A statistic is a
function of such rows, so that means, differences and areas under curves are resampled in the same way, many
measures at once. The same values always have the same interval.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

N_RESAMPLES = 1_000
SEED = 0
LEVEL = 0.95
BLOCK = 100  # resamples in memory at a time: 100 x 3,000 questions are 2.4 MB
DIGITS = 12  # of a figure: fewer than what the order of adding up can change

# (b, n) multiplicities -> (b, m): m values for each of b resamples, nan where one is not defined
Statistic = Callable[[np.ndarray], np.ndarray]


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


@dataclass(frozen=True, slots=True)
class Estimate:
    """A statistic's values and the ends of their 95 % intervals, each (m,) float64; nan where undefined."""

    values: np.ndarray
    low: np.ndarray
    high: np.ndarray

    def figure(self, i: int, n: float, unit: str) -> Figure:
        """Return the i-th value as a Figure of `n` units."""
        if not n or np.isnan(self.values[i]):
            return Figure(None, 0, unit)
        value, low, high = (round(float(a[i]), DIGITS) for a in (self.values, self.low, self.high))
        return Figure(value, round(n), unit, low, high)


def bootstrap(statistic: Statistic, n: int) -> Estimate:
    """Return the values of a statistic of n questions with intervals; resamples without a value are left out.

    Whole questions are resampled, not sentences, because the sentences of one answer stand or fall together.
    Where every question has the same value the interval is that point: it says nothing then of what the
    questions not asked would show.
    Source: Efron & Tibshirani, An Introduction to the Bootstrap, 1993, chapters 8 (units), 13 (percentile).
    """
    values = statistic(np.ones((1, n)))[0]
    drawn = np.concatenate([statistic(block) for block in multiplicities(n)])  # (N_RESAMPLES, m)
    low, high = np.full((2, len(values)), np.nan)
    known = ~np.isnan(values)
    if known.any():
        low[known], high[known] = np.nanquantile(drawn[:, known], [(1 - LEVEL) / 2, (1 + LEVEL) / 2], axis=0)
    return Estimate(values, low, high)


def multiplicities(n: int) -> Iterator[np.ndarray]:
    """Yield N_RESAMPLES seeded resamples of n questions in blocks of (BLOCK, n) float64; a row's sum is n."""
    generator = np.random.default_rng(SEED)
    rows = np.repeat(np.arange(BLOCK), n) * n
    for _ in range(N_RESAMPLES // BLOCK):
        drawn = generator.integers(0, max(n, 1), size=BLOCK * n)
        yield np.bincount(rows + drawn, minlength=BLOCK * n).reshape(BLOCK, n).astype(np.float64)


def quotients(parts: np.ndarray, wholes: np.ndarray) -> Statistic:
    """Return the statistic sum(parts) / sum(wholes), (n, m) each; nan where the wholes add up to 0."""

    def statistic(weights: np.ndarray) -> np.ndarray:
        sums = weights @ wholes  # (b, m)
        return np.divide(weights @ parts, sums, out=np.full_like(sums, np.nan), where=sums > 0)

    return statistic


def ratios(parts: np.ndarray, wholes: np.ndarray) -> Estimate:
    """Return sum(parts) / sum(wholes) of m measures, (n, m) float64 each; a row is one question.

    With 3 of 4 sentences cited in one answer and 1 of 1 in another: parts (3, 1), wholes (4, 1) -> 4/5.
    """
    return bootstrap(quotients(parts, wholes), len(parts))


def differences(one: Statistic, other: Statistic, n: int) -> Estimate:
    """Return a statistic of one run less that of another over the same n questions, in the same order.

    Both are resampled together, so that what is hard for both does not widen the interval.
    Source: Efron & Tibshirani 1993, chapter 8; Koehn, Statistical Significance Tests for Machine Translation
    Evaluation, EMNLP 2004 (paired bootstrap).
    Example: one of parts (1, 0) and other of parts (1, 1), each of wholes (1, 1) -> 1/2 - 1 = -1/2
    """
    return bootstrap(lambda weights: one(weights) - other(weights), n)


def ratio(parts: Sequence[float], wholes: Sequence[float], *, unit: str) -> Figure:
    """Return sum(parts) / sum(wholes) with its interval; each position is one question. See `ratios`."""
    part, whole = (np.asarray(values, dtype=np.float64).reshape(-1, 1) for values in (parts, wholes))
    return ratios(part, whole).figure(0, float(whole.sum()), unit)


def mean(values: Sequence[float], *, unit: str = "questions") -> Figure:
    """Return the mean of one value a question, with its interval. See `ratios`."""
    return ratio(values, np.ones(len(values)).tolist(), unit=unit)


def percentile(values: Sequence[float], percent: float) -> float | None:
    """Return the value below which `percent` of 100 of the values lie, between two of them interpolated.

    None where there are no values. Source: numpy.percentile, method "linear" (Hyndman & Fan 1996, type 7).
    Example: (1, 2, 3, 4) at 50 -> 2.5
    """
    return float(np.percentile(np.asarray(values, dtype=np.float64), percent)) if len(values) else None
