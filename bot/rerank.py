"""Hits -> hits in a better order. The `Reranker` seam; query likelihood, or a cross-encoder. After fuse.

The choice of evidence that follows has features of its own from the bundled language model, whichever of
the two is set: a reranker gives the order of the passages and, by its scores, how far each is behind.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Protocol

import numpy as np

from bot.datatypes import Hit
from bot.errors import ModelRefused
from bot.language_model import LanguageModel
from bot.left_out import note
from bot.likelihood import question_likelihoods
from bot.pair_model import PairModel

N_RERANKED = 10  # benchmarks/results/reranking.md has 3, 5, 10 and 20
SEARCH_WEIGHT = 3.0  # nats of question likelihood that a whole point of the score before is worth
TIME_LIMIT_S = 6.0  # a person never waits longer for reranking than this, and about one batch more
PASSAGES_BETWEEN_CLOCK_READS = 4


class Reranker(Protocol):
    """Anything that puts hits in a better order."""

    def rerank(self, question: str, hits: Sequence[Hit]) -> list[Hit]:
        """Return the same hits, best first, ranks counted anew; stage "reranked" for those it scored."""
        ...


class InTurn:
    """Rerankers one after another: a quick one may choose what a slow one reads."""

    def __init__(self, *rerankers: Reranker) -> None:
        self.rerankers = rerankers

    def rerank(self, question: str, hits: Sequence[Hit]) -> list[Hit]:
        """See `Reranker.rerank`."""
        found = list(hits)
        for reranker in self.rerankers:
            found = reranker.rerank(question, found)
        return found


class QueryLikelihoodReranker:
    """Orders hits by how likely a language model finds the question after reading the passage.

    score = mean log p(question token | passage, question so far) + SEARCH_WEIGHT x score of the stage before
    Source: Ponte & Croft, SIGIR 1998 (query likelihood); Sachan et al., Improving Passage Retrieval with
    Zero-Shot Question Generation, EMNLP 2022.
    """

    def __init__(
        self, model: LanguageModel, *, n_reranked: int = N_RERANKED, time_limit_s: float = TIME_LIMIT_S
    ) -> None:
        self.model = model
        self.n_reranked = n_reranked
        self.time_limit_s = time_limit_s

    def rerank(self, question: str, hits: Sequence[Hit]) -> list[Hit]:
        """See `Reranker.rerank`. Those after the first `n_reranked`, or over the time limit, keep theirs."""
        first = hits[: self.n_reranked]
        likelihoods = in_time(
            [hit.passage.search_text for hit in first],
            lambda texts: question_likelihoods(self.model, question, texts),
            limit_s=self.time_limit_s,
        )
        before = np.array([hit.score for hit in hits[: len(likelihoods)]])
        return ordered(hits, likelihoods + SEARCH_WEIGHT * before)


class CrossEncoderReranker:
    """Orders hits by a model folder of the user's that was trained to say how relevant a passage is.

    score = log sigmoid(logit), the natural-log probability that the passage is relevant: at most 0, and in
    the unit of query likelihood. It is the model's own order; the search before it has no part in it.
    Source: Nogueira & Cho, Passage Re-ranking with BERT, 2019, https://arxiv.org/abs/1901.04085
    """

    def __init__(
        self, model: PairModel, *, n_reranked: int = N_RERANKED, time_limit_s: float = TIME_LIMIT_S
    ) -> None:
        self.model = model
        self.n_reranked = n_reranked
        self.time_limit_s = time_limit_s

    def rerank(self, question: str, hits: Sequence[Hit]) -> list[Hit]:
        """See `Reranker.rerank`. Those after the first `n_reranked`, or over the time limit, keep theirs."""
        texts = [hit.passage.search_text for hit in hits[: self.n_reranked]]
        logits = in_time(texts, lambda some: self._logits(question, some), limit_s=self.time_limit_s)
        return ordered(hits, -np.logaddexp(0.0, -logits))

    def warm(self) -> None:
        """Load the model.

        Raises:
            ModelRefused: it is damaged, or does not say one thing of a pair.
        """
        self.model.warm()
        n_labels = self.model.n_labels
        if n_labels != 1:
            raise ModelRefused(
                f"{self.model.name!r} has {n_labels} labels: expected a cross-encoder with one output, how "
                "relevant a passage is to a question"
            )

    def _logits(self, question: str, texts: Sequence[str]) -> np.ndarray:
        self.warm()
        logits, unread = self.model.read([(question, text) for text in texts])
        both = self.model.n_tokens(question) > self.model.max_tokens // 2  # the longer one is cut
        for text, n_unread in zip(texts, unread, strict=True):
            note(self.model.label, "question with passage" if both else "passage", text, n_unread)
        return logits[:, 0]


def in_time(
    texts: Sequence[str], score: Callable[[Sequence[str]], np.ndarray], *, limit_s: float
) -> np.ndarray:
    """Score texts in order, a few at a time, until the seconds are up: (m,) float64, m <= len(texts)."""
    deadline = time.monotonic() + limit_s
    values: list[np.ndarray] = [np.zeros(0)]
    for first in range(0, len(texts), PASSAGES_BETWEEN_CLOCK_READS):
        if time.monotonic() > deadline:
            break
        values.append(score(texts[first : first + PASSAGES_BETWEEN_CLOCK_READS]))
    return np.concatenate(values)


def ordered(hits: Sequence[Hit], scores: np.ndarray, *, stage: str = "reranked") -> list[Hit]:
    """Return hits of which the first m were given (m,) scores: these best first, the others after them."""
    order = np.argsort(-scores, kind="stable")
    first = [replace(hits[i], score=float(scores[i]), stage=stage) for i in order]
    return in_one_list(first, hits[len(scores) :])


def in_one_list(first: Sequence[Hit], others: Sequence[Hit]) -> list[Hit]:
    """Return hits and others after them, ranks counted through from 1."""
    return [replace(hit, rank=rank) for rank, hit in enumerate([*first, *others], start=1)]
