"""Two scores of the same passages -> one. After search, before rerank."""

from __future__ import annotations

import numpy as np

LEXICAL_WEIGHT = 0.5  # benchmarks/results/fusion.md: flat from .4 to .6 on five public sets


def convex_combination(
    dense: np.ndarray, lexical: np.ndarray, *, lexical_weight: float = LEXICAL_WEIGHT
) -> np.ndarray:
    """Add dense and lexical scores, each divided by the best of its kind: (n,) in [0, 1], higher is better.

    Unlike reciprocal ranks this keeps how far apart the scores are, so a passage that only one side finds
    convincing is not outvoted. A cosine below 0 counts as 0, so does everything where nothing is positive.

    Args:
        dense: (n,) cosine of question and passage.
        lexical: (n,) BM25 of the same passages, at least 0.
        lexical_weight: share of the lexical score, in [0, 1].

    Source: Bruch, Gai & Ingber, An Analysis of Fusion Functions for Hybrid Retrieval, TOIS 2023.
    Example: dense (.8, .4), lexical (0, 6) -> (.5, .75)
    """
    return (1 - lexical_weight) * share_of_best(dense) + lexical_weight * share_of_best(lexical)


def share_of_best(scores: np.ndarray) -> np.ndarray:
    """Return (n,) in [0, 1]: each score divided by the best; those below 0, or all if none is above, are 0.

    Example: (3, 6, -1) -> (.5, 1, 0)
    """
    best = float(scores.max(initial=0.0))
    return np.clip(scores, 0.0, None) / best if best > 0 else np.zeros_like(scores)
