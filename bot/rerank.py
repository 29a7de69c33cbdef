"""Hits -> hits in a better order. The `Reranker` seam, and query likelihood behind it. After fuse."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

import numpy as np

from bot.datatypes import Hit
from bot.language_model import LanguageModel
from bot.likelihood import question_likelihoods

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
        likelihoods = self._likelihoods(question, hits[: self.n_reranked])
        scored = hits[: len(likelihoods)]
        scores = likelihoods + SEARCH_WEIGHT * np.array([hit.score for hit in scored])
        order = np.argsort(-scores, kind="stable")
        first = [replace(scored[i], score=float(scores[i]), stage="reranked") for i in order]
        return [replace(hit, rank=rank) for rank, hit in enumerate([*first, *hits[len(scored) :]], start=1)]

    def _likelihoods(self, question: str, hits: Sequence[Hit]) -> np.ndarray:
        """Score hits in order until the time is up: (m,) mean natural-log probabilities, m <= len(hits)."""
        deadline = time.monotonic() + self.time_limit_s
        values: list[np.ndarray] = [np.zeros(0)]
        for first in range(0, len(hits), PASSAGES_BETWEEN_CLOCK_READS):
            if time.monotonic() > deadline:
                break
            texts = [hit.passage.search_text for hit in hits[first : first + PASSAGES_BETWEEN_CLOCK_READS]]
            values.append(question_likelihoods(self.model, question, texts))
        return np.concatenate(values)
