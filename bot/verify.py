"""Is a claim supported by the words it cites? The `Verifier` seam, and checks of fact and wording behind it.

The checks are made to reject a true claim rather than pass a false one: what they reject is shown as
the evidence itself, so a wrong "no" costs brevity and a wrong "yes" would cost the promise.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Protocol

from bot.facts import hedges, missing_names, missing_numbers, negations, numbers, stems

SUPPORTED = 0.85  # the least support at which a phrased sentence is shown in place of its evidence
_COPIED_RUN = re.compile(r"\s+")


class Verifier(Protocol):
    """Anything that scores a claim against the words it cites."""

    def support(self, claim: str, cited: str) -> float:
        """Return how far `cited` supports `claim`, in [0, 1], higher is better."""
        ...


class WordingVerifier:
    """Supports a claim that is a shortening of its evidence and keeps its facts, negations and hedges."""

    def support(self, claim: str, cited: str) -> float:
        """See `Verifier.support`. Copied words have 1; a changed number, name, "not" or "may" gives 0.

        Otherwise it is the share of the claim's content words that the evidence has in the same order, so
        that "A sued B" does not pass for "B sued A".
        """
        if _one_space(claim) in _one_space(cited):
            return 1.0
        if contradictions(claim, cited):
            return 0.0
        return order_agreement(stems(claim), stems(cited))


def contradictions(claim: str, cited: str) -> list[str]:
    """Say, one phrase each, what a claim has and its cited words lack, or what it dropped; [] if nothing."""
    found = [f"number {number!r} is not in the cited words" for number in missing_numbers(claim, cited)]
    found += [f"name {name!r} is not in the cited words" for name in missing_names(claim, cited)]
    if negations(claim) != negations(cited):
        found.append("a negation was added or dropped")
    if dropped := hedges(cited) - hedges(claim):
        found.append(f"dropped {', '.join(sorted(dropped))}")
    if len(numbers(claim)) > len(numbers(cited)):
        found.append("a number is repeated")
    return found


def order_agreement(claim: Sequence[str], cited: Sequence[str]) -> float:
    """Return the longest common subsequence of two word lists as a share of the first: [0, 1]; 0 if empty.

    Example: (a, b, c) in (a, x, b) -> 2/3
    """
    if not claim:
        return 0.0
    row = [0] * (len(cited) + 1)
    for word in claim:
        previous = 0
        for j, other in enumerate(cited, start=1):
            previous, row[j] = row[j], previous + 1 if word == other else max(row[j], row[j - 1])
    return row[-1] / len(claim)


def _one_space(text: str) -> str:
    return _COPIED_RUN.sub(" ", text).strip()
