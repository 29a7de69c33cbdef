"""Which words turn each other round and which mean about the same: "rose" and "fell", "rose" and "grew".

A short list of our own, `opposites.txt`: each line has two groups of words, and a word of one group says the
opposite of a word of the other. Words of a group are near in meaning, no more. Pure functions.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from bot.facts import stem_words

LIST = Path(__file__).with_name("opposites.txt")
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")


def turned_round(claim: str, cited: str) -> list[str]:
    """Return the stems of `claim` that `cited` lacks while it has an opposite of them and nothing like them.

    Example: "Sales rose", "Sales fell sharply" -> ["rose"]
    """
    return _found(claim, cited)[0]


def reworded(claim: str, cited: str) -> list[str]:
    """Return the stems of `claim` that `cited` lacks while it has a word of about that meaning.

    Example: "Sales grew", "Sales increased" -> ["grew"]
    """
    return _found(claim, cited)[1]


def opposites(word: str) -> list[str]:
    """Return the words of the list that say the opposite of a word given in small letters, sorted."""
    stem = stem_words([word])[0]
    return sorted({turned for group, other in _lines() if stem in stem_words(group) for turned in other})


def _found(claim: str, cited: str) -> tuple[list[str], list[str]]:
    told, held = _stems(claim), _stems(cited)
    turned, same = [], []
    for group, other in _groups():
        for stem in sorted((told & group) - held):
            if held & group:
                same.append(stem)
            elif held & other:
                turned.append(stem)
    return turned, same


def _stems(text: str) -> frozenset[str]:
    return frozenset(stem_words([word.lower() for word in _WORD.findall(text)]))


@cache
def _groups() -> tuple[tuple[frozenset[str], frozenset[str]], ...]:
    """Return (a group, its opposite) for every group of the list, as stems."""
    return tuple((frozenset(stem_words(a)), frozenset(stem_words(b))) for a, b in _lines())


@cache
def _lines() -> tuple[tuple[list[str], list[str]], ...]:
    """Return (a group, its opposite) for every group of the list, as words."""
    lines = [line.split("|") for line in LIST.read_text(encoding="utf-8").splitlines()]
    return tuple((group.split(), other.split()) for a, b in lines for group, other in ((a, b), (b, a)))
