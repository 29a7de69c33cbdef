"""Knowing when not to answer: confusion, F1, AUROC, risk and coverage, accuracy given attempted.

Arrays of n questions: `answerable`, `abstained`, `right` are (n,) bool, `confidence` is (n,) float64, higher
is surer. `right` is whether an answer given to an answerable question is right; it is not read where the bot
abstained, nor where the question is unanswerable: any answer to that is wrong. `weights` are (b, n) float64
multiplicities, row by row a resample of the questions, as `bot.evaluate.measures.intervals.multiplicities`
yields them; the values are (b,) float64, nan where a measure is not defined.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from bot.evaluate.measures.intervals import Statistic

NAMES = ("abstention F1", "AUROC", "AURC", "accuracy given attempted")


@dataclass(frozen=True, slots=True)
class Questions:
    """What became of n questions; see the module for the arrays."""

    answerable: np.ndarray
    abstained: np.ndarray
    right: np.ndarray
    confidence: np.ndarray

    @classmethod
    def from_rows(cls, rows: Iterable[tuple[bool, bool, bool, float]]) -> Questions:
        """Take (answerable, abstained, right, confidence) of each question.

        Raises:
            ValueError: a confidence is not a finite number.
        """
        table = np.array([*rows], dtype=np.float64).reshape(-1, 4)
        if not np.isfinite(table).all():
            raise ValueError("every question needs a confidence that is a finite number")
        answerable, abstained, right = table[:, :3].astype(bool).T
        return cls(answerable, abstained, right, table[:, 3])

    @property
    def answered_right(self) -> np.ndarray:
        """(n,) bool: answered, answerable and right."""
        return ~self.abstained & self.answerable & self.right


@dataclass(frozen=True, slots=True)
class Confusion:
    """How many questions were answered and how many not, and whether that was right."""

    answered_right: int
    answered_wrong: int
    abstained_rightly: int
    abstained_wrongly: int


def confusion(questions: Questions) -> Confusion:
    """Count the four outcomes. Abstaining is right where a question is unanswerable."""
    right, abstained = questions.answered_right, questions.abstained
    return Confusion(
        answered_right=int(right.sum()),
        answered_wrong=int((~abstained & ~right).sum()),
        abstained_rightly=int((abstained & ~questions.answerable).sum()),
        abstained_wrongly=int((abstained & questions.answerable).sum()),
    )


def abstention_statistic(questions: Questions) -> Statistic:
    """Return the measures of NAMES as one statistic, (b, n) multiplicities -> (b, 4), for a bootstrap."""

    def statistic(weights: np.ndarray) -> np.ndarray:
        values = (
            abstention_f1(questions.answerable, questions.abstained, weights),
            auroc(questions.confidence, questions.answerable, weights),
            aurc(questions, weights),
            accuracy_given_attempted(questions, weights),
        )
        return np.stack(values, axis=1)

    return statistic


def abstention_f1(answerable: np.ndarray, abstained: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """F1 of abstaining as a way to find the unanswerable questions: 2 TP / (2 TP + FP + FN), in [0, 1].

    TP: abstained, unanswerable; FP: abstained, answerable; FN: answered, unanswerable. Higher is better; nan
    without unanswerable questions. Source: van Rijsbergen, Information Retrieval, 1979, chapter 7.
    Example: abstained on 2 unanswerable and 1 answerable, answered 1 unanswerable -> 4 / (4 + 1 + 1)
    """
    n_abstained, n_unanswerable = weights @ abstained.astype(float), weights @ (~answerable).astype(float)
    n_found = weights @ (abstained & ~answerable).astype(float)
    return _quotient(2 * n_found, np.where(n_unanswerable > 0, n_abstained + n_unanswerable, 0.0))


def auroc(confidence: np.ndarray, positive: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Return how probably a positive question has more confidence than another one, a tie counting half.

    In [0, 1]; .5 is a coin's. With `answerable` as positive: does the confidence tell what can be answered?
    nan where all questions are positive, or none. Source: the Mann-Whitney U over the number of pairs; Hanley
    & McNeil, The meaning and use of the area under a ROC curve, Radiology 1982.
    Example: positive .9 and .5, others .5 and .1 -> (1 + 1 + 1/2 + 1) / 4
    """
    order, starts = _groups(confidence)
    n_positive = _sums(np.where(positive, weights, 0.0)[:, order], starts)  # (b, groups), lowest first
    n_other = _sums(np.where(positive, 0.0, weights)[:, order], starts)
    below = np.cumsum(n_other, axis=1) - n_other
    won = (n_positive * (below + n_other / 2)).sum(axis=1)
    return _quotient(won, n_positive.sum(axis=1) * n_other.sum(axis=1))


def aurc(questions: Questions, weights: np.ndarray) -> np.ndarray:
    """Return the area under the risk-coverage curve: the mean risk over the coverages reached, in [0, 1].

    It is the mean over the answered questions of the risk at the threshold that is the question's own
    confidence, so that tied questions share the risk at which all of them are answered. Questions on which
    the bot abstained have no answer to judge: the curve ends where the bot stopped, and the mean is over that
    part. Lower is better; nan where nothing was answered.
    Source: Geifman & El-Yaniv, Selective Classification for Deep Neural Networks, NeurIPS 2017; El-Yaniv &
    Wiener, JMLR 2010. They have no ties and no abstentions; those rules are ours.
    Example: right .9, wrong .8, right .7 -> risks 0, 1/2, 1/3, mean 5/18
    """
    n_answered, n_wrong, _ = _answered_by_confidence(questions, weights)
    risks = _quotient(np.cumsum(n_wrong, axis=1), np.cumsum(n_answered, axis=1))
    return _quotient((np.nan_to_num(risks) * n_answered).sum(axis=1), n_answered.sum(axis=1))


def risk_coverage(questions: Questions) -> list[tuple[float, float, float]]:
    """Return (coverage, risk, threshold) for each confidence of an answer, by falling threshold.

    At a threshold every answer of at least that confidence is given. Coverage: their share of all questions.
    Risk: the share of them that is wrong. [] where nothing was answered. Source: as `aurc`.
    Example: right .9, wrong .8, abstained .1 -> (1/3, 0, .9), (2/3, 1/2, .8)
    """
    n = len(questions.confidence)
    counts = _answered_by_confidence(questions, np.ones((1, n)))
    n_answered, n_wrong = np.cumsum(counts[0][0]), np.cumsum(counts[1][0])
    points = zip(n_answered / max(n, 1), _quotient(n_wrong, n_answered), counts[2], strict=True)
    return [(float(coverage), float(risk), float(threshold)) for coverage, risk, threshold in points]


def accuracy_given_attempted(questions: Questions, weights: np.ndarray) -> np.ndarray:
    """Return the share of the answers given that are right, in [0, 1]; nan where nothing was answered.

    An answer to an unanswerable question is wrong. Source: Wei et al., Measuring short-form factuality in
    large language models (SimpleQA), arXiv:2411.04368, 2024 ("correct given attempted").
    """
    return _quotient(
        weights @ questions.answered_right.astype(float), weights @ (~questions.abstained).astype(float)
    )


def _answered_by_confidence(
    questions: Questions, weights: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the number of answers and of wrong ones of each confidence, (b, groups), and it, (groups,).

    Highest first.
    """
    answered = np.flatnonzero(~questions.abstained)
    order, starts = _groups(-questions.confidence[answered])
    sorted_weights = weights[:, answered[order]]
    wrong = ~questions.answered_right[answered[order]]
    thresholds = questions.confidence[answered[order]][starts]
    return _sums(sorted_weights, starts), _sums(sorted_weights * wrong, starts), thresholds


def _groups(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the order that sorts values, lowest first, and where in it each distinct value starts."""
    order = np.argsort(values, kind="stable")
    _, starts = np.unique(values[order], return_index=True)
    return order, starts


def _sums(columns: np.ndarray, starts: np.ndarray) -> np.ndarray:
    """Return the sums of (b, n) columns from each start to the next: (b, groups)."""
    if not len(starts):
        return np.zeros((len(columns), 0))
    return np.add.reduceat(columns, starts, axis=1)


def _quotient(parts: np.ndarray, wholes: np.ndarray) -> np.ndarray:
    return np.divide(parts, wholes, out=np.full(np.shape(wholes), np.nan), where=wholes > 0)
