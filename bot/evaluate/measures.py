"""The measures: pure functions of plain values, each with its source. They know nothing of files or models.

Every share and mean lies in [0, 1] and higher is better unless its name says otherwise. Intervals are
95 % percentile bootstrap intervals over questions, seeded, so that the same run gives the same interval.
"""

from __future__ import annotations

import re
import string
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

N_RESAMPLES = 1_000
SEED = 0
LEVEL = 0.95
_ARTICLES = re.compile(r"\b(a|an|the)\b")
_WITHOUT_PUNCTUATION = str.maketrans("", "", string.punctuation)


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


def normalize_answer(text: str) -> str:
    """Return a text in lower case without ASCII punctuation, articles and surplus white space.

    Source: Rajpurkar et al., SQuAD, EMNLP 2016, evaluation script (`normalize_answer`).
    Example: "The  Eiffel-Tower, a landmark" -> "eiffeltower landmark"
    """
    without = text.lower().translate(_WITHOUT_PUNCTUATION)
    return " ".join(_ARTICLES.sub(" ", without).split())


def contains_answer(text: str, answers: Iterable[str], *, n_words: int) -> bool:
    """Tell whether the first `n_words` words of a text hold any of the answers, normalised, as whole tokens.

    Words are runs of anything but white space. An answer of which nothing is left is never held.
    Source: Mallen et al., When Not to Trust Language Models, ACL 2023 (accuracy: a gold answer is a substring
    of the reply); the token boundaries and the limit of words are ours, so that length is no advantage.
    Example: "He was paid $5 million." holds "5 million", not "5 mill"
    """
    held = f" {normalize_answer(' '.join(text.split()[:n_words]))} "
    wanted = (normalize_answer(answer) for answer in answers)
    return any(answer and f" {answer} " in held for answer in wanted)


def recall_at(k: int, ranked: Iterable[str], relevant: Collection[str]) -> float:
    """R@k: the share of the relevant documents among the first `k` distinct ones of a ranking, in [0, 1].

    Source: Manning, Raghavan & Schütze, Introduction to Information Retrieval, 2008, section 8.4.
    Example: k=2, ranked (a, a, b, c), relevant {b, c} -> 1/2

    Raises:
        ValueError: nothing is relevant, so that there is nothing to recall.
    """
    if not relevant:
        raise ValueError("recall is not defined where nothing is relevant")
    return len(set(_first(k, ranked)) & set(relevant)) / len(set(relevant))


def reciprocal_rank_at(k: int, ranked: Iterable[str], relevant: Collection[str]) -> float:
    """RR@k: 1 / rank of the first relevant document among the first `k` distinct ones; 0 if there is none.

    Source: Voorhees, The TREC-8 Question Answering Track Report, 1999.
    Example: k=10, ranked (a, a, b), relevant {b} -> 1/2
    """
    for rank, document in enumerate(_first(k, ranked), start=1):
        if document in relevant:
            return 1.0 / rank
    return 0.0


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


def _first(k: int, ranked: Iterable[str]) -> list[str]:
    """Return the first `k` distinct documents of a ranking: several passages of one count once."""
    return list(dict.fromkeys(ranked))[:k]
