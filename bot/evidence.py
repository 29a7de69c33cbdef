"""Hits -> the sentences that may answer the question, best first. After rerank, before phrase.

Each sentence of the best passages becomes a row of plain features and of the difference that the sentence
makes to the language model's state while it reads the question. A logistic model turns the row into the
probability that the sentence answers the question. For the few best, a second model reads question and
sentence together, `bot/pair_scorer.py`, and moves it. The same number picks the evidence and, for the best
sentence, is the confidence by which the bot answers or abstains.
The weights and where they come from are in `evidence.json`; `benchmarks/train_evidence.py` and
`benchmarks/join_evidence.py` fit them.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from bot.asked import lacks_kind, lacks_quantity, lacks_time
from bot.candidates import Candidate, candidates, row_label
from bot.datatypes import Evidence, Hit
from bot.embed import Encoder
from bot.facts import names, numbers, stems
from bot.language_model import LanguageModel
from bot.likelihood import question_readings
from bot.pair_scorer import PairScorer
from bot.tables import is_table_row

READ_TOGETHER = 6  # of the best: reading more changes nothing (benchmarks/results/evidence-scorers.md)
SHORTLIST = 24  # read by the language model: sentences of about 50 tokens, a second
WEIGHTS = Path(__file__).with_name("evidence.json")
FEATURES = (
    "likelihood_gain",  # nats a token by which the sentence makes the question likelier
    "cosine",  # of sentence and question
    "coverage",  # share of the question's stems that the sentence has
    "passage_coverage",  # share that its passage has, title and section included
    "missing_names",  # share of the question's names and numbers that the passage lacks
    "new_words",  # log of 1 + stems that the question does not have: what the sentence would tell
    "lead",  # score of its passage minus that of the best one: at most 0, in the unit of the last stage
    "lacks_kind",  # 1 where it has no name, time or number that could be what is asked for, else 0
    "is_row",  # 1 for a table's row, else 0
    "row_label",  # share of the stems of a row's label that the question has; 0 for prose
)


@dataclass(frozen=True, slots=True)
class Join:
    """How the logit of the features and that of question and sentence read together make one.

    logit = bias + plain x logit of the features + pair x logit of `PairScorer`, whose adapters have this
    SHA-256.
    """

    plain: float
    pair: float
    bias: float
    sha256: str


@dataclass(frozen=True, slots=True)
class Weights:
    """A logistic model: p = 1 / (1 + exp(-(bias + weights . features + state . difference))).

    `state`: (h,) for the language model's hidden state; () looks at the features alone. `join`: None where
    nothing else has a say.
    Source of the probe of a hidden state: Alain & Bengio, Understanding intermediate layers using linear
    classifier probes, 2016.
    """

    bias: float
    weights: tuple[float, ...]
    threshold: float
    provenance: str
    state: tuple[float, ...] = ()
    join: Join | None = None

    def probability(self, rows: np.ndarray) -> np.ndarray:
        """Return (n,) in [0, 1] for (n, len(FEATURES) + h) rows."""
        n = len(self.weights)
        logits = rows[:, :n] @ np.array(self.weights) + self.bias
        if self.state:
            logits = logits + rows[:, n:] @ np.array(self.state)
        return 1.0 / (1.0 + np.exp(-logits))


class EvidenceSelector:
    """Scores the sentences of hits with a language model, an encoder and the learned weights."""

    def __init__(
        self,
        model: LanguageModel,
        encoder: Encoder,
        weights: Weights | None = None,
        pairs: PairScorer | None = None,
    ) -> None:
        """Put the parts together; `pairs` has its say where the weights tell how much."""
        self.model = model
        self.encoder = encoder
        self.weights = weights or load_weights()
        self.pairs = pairs

    def select(self, question: str, hits: Sequence[Hit], *, n_read: int = SHORTLIST) -> list[Evidence]:
        """Return the sentences of the hits as evidence, best first; of many, the `n_read` nearest ones.

        Score: the probability in [0, 1] that it answers the question.
        """
        told = [
            c for c in candidates(hits)
            if not (lacks_quantity(question, c.text) or lacks_time(question, c.told))
        ]  # fmt: skip
        trial, cosines = self.shortlist(question, told, n_read)
        if not trial:
            return []
        scores = self.joined(
            question, trial, self.weights.probability(self.features(question, trial, cosines))
        )
        order = np.argsort(-scores, kind="stable")
        return [
            Evidence(c.hit.passage, c.start, c.end, c.text, float(scores[i]))
            for i, c in ((i, trial[i]) for i in order)
        ]

    def joined(self, question: str, trial: Sequence[Candidate], scores: np.ndarray) -> np.ndarray:
        """Return probabilities (n,) moved by what reading the READ_TOGETHER best with the question says.

        The others are moved as the worst of these, and stay below it.
        """
        join = self.weights.join
        if self.pairs is None or join is None:
            return scores
        best = np.argsort(-scores, kind="stable")[:READ_TOGETHER]
        told = self.pairs.logits(question, [trial[i].read for i in best])
        pair = np.full(len(scores), told.min())
        pair[best] = told
        sure = np.clip(scores, 1e-9, 1 - 1e-9)
        plain = np.log(sure) - np.log1p(-sure)
        moved = 1.0 / (1.0 + np.exp(-(join.bias + join.plain * plain + join.pair * pair)))
        others = np.setdiff1d(np.arange(len(scores)), best)
        moved[others] = np.minimum(moved[others], moved[best].min())
        return moved

    def shortlist(
        self, question: str, trial: Sequence[Candidate], n_read: int = SHORTLIST
    ) -> tuple[list[Candidate], np.ndarray]:
        """Return the `n_read` candidates nearest to the question, in their order, and their cosines (n,).

        Nearness is the cosine of sentence and question plus the share of the question's stems. The
        language model is too slow to read every row of a long table.
        """
        if not trial:
            return [], np.zeros(0)
        cosines = self.encoder.encode_passages([c.told for c in trial]) @ self.encoder.encode_query(question)
        asked = set(stems(question))
        shared = np.array([_share(asked & set(stems(c.told)), asked) for c in trial])
        kept = np.sort(np.argsort(-(cosines + shared), kind="stable")[:n_read])
        return [trial[i] for i in kept], cosines[kept]

    def features(self, question: str, trial: Sequence[Candidate], cosines: np.ndarray) -> np.ndarray:
        """Return (n, len(FEATURES) + h) float64, a row a candidate: FEATURES, then the state's difference.

        That is the model's state over the question after the sentence, minus that after nothing.
        `cosines`: (n,) as of `shortlist`.
        """
        readings = question_readings(self.model, question, [*(c.read for c in trial), ""], kind="sentence")
        gains = readings.likelihoods[:-1] - readings.likelihoods[-1]
        best = max(c.hit.score for c in trial)
        plain = np.array(
            [
                [gains[i], cosines[i], *_wording(question, c), c.hit.score - best, *_kind(question, c)]
                for i, c in enumerate(trial)
            ]
        )
        return np.hstack([plain, readings.states[:-1] - readings.states[-1]])


@cache
def load_weights(path: Path = WEIGHTS) -> Weights:
    """Read the weights; their features must be those of this module, in any order."""
    stored = json.loads(path.read_text(encoding="utf-8"))
    ordered = tuple(float(stored["weights"][name]) for name in FEATURES)
    state = tuple(float(value) for value in stored.get("state", ()))
    join = Join(**stored["join"]) if "join" in stored else None
    return Weights(
        float(stored["bias"]), ordered, float(stored["threshold"]), stored["provenance"], state, join
    )


def _wording(question: str, candidate: Candidate) -> list[float]:
    """Return the features from "coverage" to "new_words"."""
    asked, told = set(stems(question)), set(stems(candidate.told))
    around = set(stems(candidate.hit.passage.search_text))
    return [
        _share(asked & told, asked),
        _share(asked & around, asked),
        _missing_names(question, candidate.hit.passage.search_text),
        math.log1p(len(told - asked)),
    ]


def _kind(question: str, candidate: Candidate) -> list[float]:
    """Return the features from "lacks_kind" on."""
    is_row = is_table_row(candidate.text)
    label = set(stems(row_label(candidate.text))) if is_row else set()
    return [lacks_kind(question, candidate.told), is_row, _share(label & set(stems(question)), label)]


def _share(part: set[str], whole: set[str]) -> float:
    return len(part) / len(whole) if whole else 0.0


def _missing_names(question: str, text: str) -> float:
    """Return the share of the question's names (its first word aside) and numbers that a text lacks."""
    lower = text.lower()
    first = question.split(maxsplit=1)[0] if question.split() else ""
    wanted = [name.lower() for name in names(question) if name != first]
    lacking = [name for name in wanted if re.sub(r"['’]s$", "", name) not in lower]
    held = {number.value for number in numbers(text)}
    asked = numbers(question)
    n_lacking = len(lacking) + sum(number.value not in held for number in asked)
    return n_lacking / (len(wanted) + len(asked)) if wanted or asked else 0.0
