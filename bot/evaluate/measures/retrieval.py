"""Rankings against what is relevant: pure functions of identifiers, each with its source."""

from __future__ import annotations

from collections.abc import Collection, Iterable


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


def _first(k: int, ranked: Iterable[str]) -> list[str]:
    """Return the first `k` distinct documents of a ranking: several passages of one count once."""
    return list(dict.fromkeys(ranked))[:k]
