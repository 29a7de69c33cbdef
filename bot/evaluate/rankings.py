"""The hits of a question against what is relevant, document by document and passage by passage."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from functools import partial

from bot.evaluate.measures.retrieval import (
    average_precision_at,
    ndcg_at,
    precision_at,
    recall_at,
    reciprocal_rank_at,
)
from bot.evaluate.names import PASSAGE
from bot.evaluate.relevance import Relevance
from bot.evaluate.scored import Scored
from bot.evaluate.scores import Value

RETRIEVAL: dict[str, Callable[[Iterable[str], Collection[str]], float]] = {
    "R@1": partial(recall_at, 1),
    "R@5": partial(recall_at, 5),
    "R@10": partial(recall_at, 10),
    "P@5": partial(precision_at, 5),
    "nDCG@10": partial(ndcg_at, 10),
    "RR@10": partial(reciprocal_rank_at, 10),
    "AP@10": partial(average_precision_at, 10),
}


def judged(scored: Scored, relevance: Relevance) -> dict[str, tuple[list[str], frozenset[str]]]:
    """Return the ranked ids and the relevant ones: of documents under "", of passages under PASSAGE.

    Nothing is relevant to a question without an answer, nor among passages where not all evidence is found.
    """
    gold, hits = scored.gold, scored.prediction["hits"]
    documents = relevance.documents(gold) if gold.answerable else frozenset()
    passages = (relevance.passages(gold) if gold.answerable else None) or frozenset()
    return {
        "": ([hit["external_id"] for hit in hits], documents),
        PASSAGE: ([hit["passage_id"] for hit in hits], passages),
    }


def retrieval_values(scored: Scored, relevance: Relevance) -> dict[str, Value]:
    """Measure the hits against what is relevant, documents and passages; nothing where nothing is."""
    return {
        prefix + name: (measure(ranked, relevant), 1.0)
        for prefix, (ranked, relevant) in judged(scored, relevance).items()
        if relevant
        for name, measure in RETRIEVAL.items()
    }
