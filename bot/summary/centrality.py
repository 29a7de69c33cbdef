"""How central each sentence or section is among others: a power iteration over their likeness."""

from __future__ import annotations

import numpy as np

DAMPING = 0.85  # Brin & Page 1998
N_ITERATIONS = 30  # .85 ** 30 < .01 of the start is left
MIN_COSINE = 0.2  # what is less alike does not recommend one another


def centrality(vectors: np.ndarray) -> np.ndarray:
    """Return (n,) float64 that adds up to 1, higher is more central, for (n, d) rows of unit length.

    The stationary distribution of a walk that goes from a row to another by their cosine, and with
    1 - DAMPING anywhere. One row has 1, no rows none.
    Source: Erkan & Radev, LexRank, JAIR 2004 (continuous LexRank), over sentence vectors in place of tf-idf.
    """
    n = len(vectors)
    if n == 0:
        return np.zeros(0)
    alike = vectors.astype(np.float64) @ vectors.astype(np.float64).T  # (n, n)
    alike[alike < MIN_COSINE] = 0.0
    np.fill_diagonal(alike, 0.0)
    sums = alike.sum(axis=1, keepdims=True)
    steps = np.divide(alike, sums, out=np.full_like(alike, 1 / n), where=sums > 0)
    rank = np.full(n, 1 / n)
    for _ in range(N_ITERATIONS):
        rank = (1 - DAMPING) / n + DAMPING * rank @ steps
    return rank / rank.sum()


def standardized(values: np.ndarray) -> np.ndarray:
    """Return (n,) values with mean 0 and standard deviation 1; all 0 where they do not differ."""
    spread = values.std() if len(values) else 0.0
    return (values - values.mean()) / spread if spread > 1e-9 else np.zeros(len(values))
