"""How far words support a claim, as a graded figure: for any claim, and for evidence of any length.

A logistic model over a few plain features, each of which may count in one direction only: a number, a
name or a negation of its own, a word turned into its opposite, and words that are not there at all lower
the figure. It reads no order and no grammar, so it is no proof: what is shown must also pass the strict
checks of `verify`. It needs no model, and a claim against a long document takes milliseconds.
The weights and where they come from are in `support.json`; `benchmarks/train_verifier.py` fits them.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from bot.facts import missing_names, missing_numbers, negations, numbers, stems
from bot.senses import reworded, turned_round
from bot.sentences import split_sentences

WEIGHTS = Path(__file__).with_name("support.json")
SIGNS = {  # each feature and the direction in which it may move the figure
    "missing_values": -1,  # numbers of the claim whose value the evidence lacks, at most MOST
    "missing_numbers": -1,  # those that it lacks in value and unit, at most MOST
    "missing_names": -1,  # capitalised words of the claim that it lacks, at most MOST
    "new_negation": -1,  # 1 where the claim has a negation and the nearest sentences have none
    "lost_negation": -1,  # 1 where the claim has none and the one sentence it repeats has
    "turned_round": -1,  # words of which the nearest sentences have the opposite only, at most MOST
    "reworded": 1,  # words of which they have another of the same sense, at most MOST
    "uncovered": -1,  # by how much the share of its stems that the evidence has falls short of COVERED
}
FEATURES = tuple(SIGNS)
MOST = 3  # a third wrong name says as much as a tenth
COVERED = 0.6  # of a paraphrase's stems; above it the share says little about its truth
REPEATED = 0.7  # share of a claim's stems from which on it repeats a sentence
N_NEAR = 3  # sentences of a long text that a claim is compared with


@dataclass(frozen=True, slots=True)
class SupportWeights:
    """A logistic model over FEATURES: p = 1 / (1 + exp(-(bias + weights . features)))."""

    bias: float
    weights: tuple[float, ...]
    provenance: str

    def probability(self, rows: np.ndarray) -> np.ndarray:
        """Return (n,) in [0, 1] for (n, len(FEATURES)) rows."""
        return 1.0 / (1.0 + np.exp(-(rows @ np.array(self.weights) + self.bias)))


class SupportVerifier:
    """Scores a claim against evidence with learned weights; from 0.5 on it counts as supported."""

    def __init__(self, weights: SupportWeights | None = None) -> None:
        self.weights = weights or load_weights()

    def support(self, claim: str, cited: str) -> float:
        """See `Verifier.support`; 0 for an empty claim or no evidence."""
        return self.support_by(claim, split_sentences(cited))

    def support_by(self, claim: str, sentences: Sequence[str]) -> float:
        """Return how far sentences together, of one document or of several, support a claim: [0, 1].

        Example: "The two firms settled" by ("Acme settled.", "Apex settled too.")
        """
        claim = " ".join(claim.split())
        held = [plain for sentence in sentences if (plain := " ".join(sentence.split()))]
        if not claim or not held:
            return 0.0
        if claim in held:
            return 1.0
        return float(self.weights.probability(features(claim, held)[None])[0])


def features(claim: str, sentences: Sequence[str]) -> np.ndarray:
    """Return (len(FEATURES),) float64 of a claim and the sentences of its evidence, at least one."""
    cited, chosen = " ".join(sentences), nearest(claim, sentences)
    near = " ".join(sentences[i] for i in sorted(chosen))
    values = {number.value for number in numbers(cited)}
    denies, closest = negations(claim) > 0, sentences[chosen[0]]
    counts = (
        sum(number.value not in values for number in numbers(claim)),
        len(missing_numbers(claim, cited)),
        len(missing_names(claim, cited)),
        denies and not negations(near),
        not denies and bool(negations(closest)) and covered(claim, closest) >= REPEATED,
        len(turned_round(claim, near)),
        len(reworded(claim, near)),
    )
    return np.array([*(min(MOST, int(n)) for n in counts), max(0.0, COVERED - covered(claim, cited))])


def nearest(claim: str, sentences: Sequence[str]) -> list[int]:
    """Return which N_NEAR sentences together have most of a claim's stems, the one with most first.

    A stem weighs log(1 + n / the number of the n sentences that have it).
    """
    stemmed = [set(stems(sentence)) for sentence in sentences]
    spread = Counter(stem for held in stemmed for stem in held)
    weight = {stem: math.log(1 + len(sentences) / n) for stem, n in spread.items()}
    left, chosen = set(stems(claim)), list[int]()
    while len(chosen) < min(N_NEAR, len(sentences)):
        rest = [i for i in range(len(sentences)) if i not in chosen]
        chosen.append(max(rest, key=lambda i: sum(weight[stem] for stem in stemmed[i] & left)))
        left -= stemmed[chosen[-1]]
    return chosen


def covered(claim: str, cited: str) -> float:
    """Return the share of a claim's stems that `cited` has: [0, 1]; 1 where it has no stems."""
    told, held = stems(claim), set(stems(cited))
    return sum(stem in held for stem in told) / len(told) if told else 1.0


@cache
def load_weights(path: Path = WEIGHTS) -> SupportWeights:
    """Read the weights; their features must be those of this module, in any order."""
    stored = json.loads(path.read_text(encoding="utf-8"))
    ordered = tuple(float(stored["weights"][name]) for name in FEATURES)
    return SupportWeights(float(stored["bias"]), ordered, stored["provenance"])
