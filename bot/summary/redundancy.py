"""How far two sentences say the same: bigram Jaccard. Pure functions."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise

from bot.facts import jaccard

MAX_JACCARD = 0.5  # two sentences of one summary stay below it
_WORD = re.compile(r"\w+")
Bigrams = frozenset[tuple[str, str]]


def bigrams(text: str) -> Bigrams:
    """Return the pairs of neighbouring words, in small letters; of a single word that word twice."""
    words = _WORD.findall(text.lower())
    return frozenset(pairwise(words)) or frozenset((word, word) for word in words)


def says_again(one: Bigrams, others: Iterable[Bigrams]) -> bool:
    """Tell whether a sentence is too like any of others."""
    return any(jaccard(one, other) >= MAX_JACCARD for other in others)
