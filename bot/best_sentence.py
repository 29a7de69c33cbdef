"""Hits in the order of their best sentence: one sentence answers a question, a passage is what holds it.

A quick reranker over the fused hits, before the language model reads the first of them. A passage of
several topics has a vector and a BM25 score between them; its best sentence says how near it comes.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from bot.candidates import Candidate, candidates
from bot.datatypes import Hit
from bot.embed import Encoder
from bot.fuse import share_of_best
from bot.lexical import LexicalIndex
from bot.rerank import ordered

N_HITS = 20
N_ENCODED = 3  # sentences of a hit that are worth a vector: those that share most with the question
LEXICAL_WEIGHT, DENSE_WEIGHT = 0.1, 0.3  # of the best sentence; the rest is the fused score's
# benchmarks/results/best-sentence.md has what they bring on five public sets


class BestSentenceReranker:
    """Orders hits by their fused score and the best of their sentences, by words and by meaning.

    score = (1 - LEXICAL_WEIGHT - DENSE_WEIGHT) x score of the stage before
            + LEXICAL_WEIGHT x best BM25 of a sentence, as share of the best of all hits
            + DENSE_WEIGHT x best cosine of a sentence, likewise
    BM25 is over the sentences of these hits alone, so that a word they all have says little.

    Source: the sentence as unit of a document's relevance, Yilmaz et al., Cross-Domain Modeling of
    Sentence-Level Evidence for Document Retrieval, EMNLP 2019.
    """

    def __init__(self, encoder: Encoder, *, n_hits: int = N_HITS) -> None:
        self.encoder = encoder
        self.n_hits = n_hits

    def rerank(self, question: str, hits: Sequence[Hit]) -> list[Hit]:
        """See `Reranker.rerank`; stage "best sentence". Those after the first `n_hits` keep their place."""
        scored = hits[: self.n_hits]
        if not scored:
            return list(hits)
        sentences = [(row, c) for row, hit in enumerate(scored) for c in candidates([hit])]
        rows = np.array([row for row, _ in sentences], dtype=int)
        lexical = LexicalIndex([c.told for _, c in sentences]).scores(question)
        chosen = _best_of_each(rows, lexical, len(scored))
        scores = (1 - LEXICAL_WEIGHT - DENSE_WEIGHT) * np.array([hit.score for hit in scored])
        scores = scores + LEXICAL_WEIGHT * share_of_best(_best(lexical, rows, len(scored)))
        cosines = self._cosines(question, [sentences[i][1] for i in chosen])
        scores = scores + DENSE_WEIGHT * share_of_best(_best(cosines, rows[chosen], len(scored)))
        return ordered(hits, scores, stage="best sentence")

    def _cosines(self, question: str, chosen: Sequence[Candidate]) -> np.ndarray:
        if not chosen:
            return np.zeros(0)
        return self.encoder.encode_passages([c.told for c in chosen]) @ self.encoder.encode_query(question)


def _best_of_each(rows: np.ndarray, scores: np.ndarray, n_rows: int) -> np.ndarray:
    """Return the positions of the N_ENCODED best scores of each row, in the order they stand in."""
    order = np.argsort(-scores, kind="stable")
    kept = [order[rows[order] == row][:N_ENCODED] for row in range(n_rows)]
    return np.sort(np.concatenate([*kept, np.zeros(0, dtype=int)]))


def _best(scores: np.ndarray, rows: np.ndarray, n_rows: int) -> np.ndarray:
    """Return (n_rows,): the highest score of each row, 0 where it has none above 0."""
    best = np.zeros(n_rows)
    np.maximum.at(best, rows, scores)
    return best
