"""Rankings against what is relevant: pure functions of identifiers, each with its source.

All take `k`, the cutoff; `ranked`, identifiers by rank, best first, of which a repeated one counts once, at
its first place; and `relevant`. All are in [0, 1], higher is better, and 0 where no relevant one is among the
first `k`. Where nothing is relevant none is defined: they raise ValueError, and a mean leaves such questions
out. Relevance is binary. Values equal those of trec_eval (in ir-measures R@k, P@k, nDCG@k, RR@k, AP@k).
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable
from itertools import islice


def recall_at(k: int, ranked: Iterable[str], relevant: Collection[str]) -> float:
    """R@k: the share of what is relevant that is among the first `k` of a ranking.

    Source: Manning, Raghavan & Schütze, Introduction to Information Retrieval, 2008, section 8.4.
    Example: k=2, ranked (a, a, b, c), relevant {b, c} -> 1/2

    Raises:
        ValueError: nothing is relevant.
    """
    return sum(_found(k, ranked, relevant)) / len(set(relevant))


def precision_at(k: int, ranked: Iterable[str], relevant: Collection[str]) -> float:
    """P@k: how many of the first `k` of a ranking are relevant, divided by `k` also where it is shorter.

    Source: Manning, Raghavan & Schütze, Introduction to Information Retrieval, 2008, section 8.4.
    Example: k=4, ranked (a, b), relevant {b, c} -> 1/4

    Raises:
        ValueError: nothing is relevant.
    """
    return sum(_found(k, ranked, relevant)) / k


def ndcg_at(k: int, ranked: Iterable[str], relevant: Collection[str]) -> float:
    """nDCG@k: the sum of 1 / log2(rank + 1) over the relevant, divided by that of the best ranking there is.

    The best ranking has min(k, number of relevant) relevant ones at its top.
    Source: Järvelin & Kekäläinen, Cumulated gain-based evaluation of IR techniques, ACM TOIS 2002, with
    binary gains and the discount of trec_eval (`ndcg_cut`).
    Example: k=10, ranked (a, b), relevant {b} -> (1 / log2 3) / (1 / log2 2) = 0.631

    Raises:
        ValueError: nothing is relevant.
    """
    found = _found(k, ranked, relevant)
    return _discounted(found) / _discounted([True] * min(k, len(set(relevant))))


def reciprocal_rank_at(k: int, ranked: Iterable[str], relevant: Collection[str]) -> float:
    """RR@k: 1 / rank of the first relevant one among the first `k`.

    Source: Voorhees, The TREC-8 Question Answering Track Report, 1999.
    Example: k=10, ranked (a, a, b), relevant {b} -> 1/2

    Raises:
        ValueError: nothing is relevant.
    """
    found = _found(k, ranked, relevant)
    return 1 / (found.index(True) + 1) if any(found) else 0.0


def average_precision_at(k: int, ranked: Iterable[str], relevant: Collection[str]) -> float:
    """AP@k: the precision at the rank of each relevant one up to `k`, summed and divided by all relevant.

    Source: Buckley & Voorhees, Evaluating Evaluation Measure Stability, SIGIR 2000; cut at `k` as trec_eval
    does it (`map_cut`).
    Example: k=10, ranked (a, b, c), relevant {a, c, d} -> (1/1 + 2/3) / 3 = 5/9

    Raises:
        ValueError: nothing is relevant.
    """
    found = _found(k, ranked, relevant)
    precisions = [sum(found[:rank]) / rank for rank, hit in enumerate(found, start=1) if hit]
    return sum(precisions) / len(set(relevant))


def _found(k: int, ranked: Iterable[str], relevant: Collection[str]) -> list[bool]:
    """Tell for each of the first `k` distinct ones of a ranking whether it is relevant."""
    if not relevant:
        raise ValueError("no measure of a ranking is defined where nothing is relevant")
    return [each in relevant for each in islice(dict.fromkeys(ranked), k)]


def _discounted(found: Iterable[bool]) -> float:
    return sum(hit / math.log2(rank + 1) for rank, hit in enumerate(found, start=1))
