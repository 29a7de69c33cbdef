"""Hits -> the sentences that may answer the question, best first. After rerank, before phrase.

Each sentence of the best passages becomes a row of plain features, and a logistic model of a dozen
weights turns the row into the probability that the sentence answers the question. The same number picks
the evidence and, for the best sentence, is the confidence by which the bot answers or abstains.
The weights and where they come from are in `evidence.json`; `benchmarks/train_evidence.py` fits them.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from bot.datatypes import Evidence, Hit
from bot.embed import Encoder
from bot.facts import names, numbers, stems
from bot.language_model import LanguageModel
from bot.likelihood import question_likelihoods
from bot.sentences import sentence_spans
from bot.tables import is_table_row, table_header

MAX_SENTENCES = 40  # of all passages together: bounds the time for long tables and for a large -k
WEIGHTS = Path(__file__).with_name("evidence.json")
FEATURES = (
    "likelihood_gain",  # nats a token by which the sentence makes the question likelier
    "passage_gain",  # the same of its whole passage
    "cosine",  # of sentence and question
    "coverage",  # share of the question's stems that the sentence has
    "passage_coverage",  # share that its passage has, title and section included
    "missing_names",  # share of the question's names and numbers that the passage lacks
    "has_answer_type",  # 1 if the question asks for a date, number or name and the sentence has a new one
    "lacks_answer_type",  # 1 if it asks for one and the sentence has none
    "new_words",  # log of 1 + stems that the question does not have: what the sentence would tell
    "is_heading",  # 1 if it is short and ends without a mark
    "points_back",  # 1 if it opens with a pronoun or a connective: its subject is in an earlier sentence
    "rank",  # 1 / rank of its passage
)
_ASKS_DATE = re.compile(r"\b(?:when|(?:what|which) (?:year|date|day|month|time|century|decade))\b", re.I)
_ASKS_NUMBER = re.compile(
    r"\bhow (?:many|much|long|old|far|high|large|big|tall|often|fast|deep)\b|\bwhat (?:percent\w*|number"
    r"|share|proportion|amount|sum|price)\b",
    re.I,
)
_ASKS_NAME = re.compile(r"\b(?:who|whom|whose|where|which (?:person|company|city|country|place))\b", re.I)
_POINTS_BACK = re.compile(
    r"[\"'“‘]?(?:it|its|he|his|she|her|they|their|this|that|these|those|such|however|moreover|additionally"
    r"|also|but|and|then|instead|therefore|thus|nevertheless|meanwhile)\b",
    re.I,
)
_DATE = re.compile(
    r"\b(?:1\d{3}|20\d{2}|\d{3,4}s|january|february|march|april|may|june|july|august|september|october"
    r"|november|december|(?:mon|tues|wednes|thurs|fri|satur|sun)day|century|year|today|yesterday"
    r"|spring|summer|autumn|winter)s?\b",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence on trial: where it is, and what is read of it.

    `read` has the title, and where the sentence cannot be understood alone the sentence before it or
    its table's first row.
    """

    hit: Hit
    start: int
    end: int
    text: str
    read: str


@dataclass(frozen=True, slots=True)
class Weights:
    """A logistic model over FEATURES: p = 1 / (1 + exp(-(bias + weights . features)))."""

    bias: float
    weights: tuple[float, ...]
    threshold: float
    provenance: str

    def probability(self, rows: np.ndarray) -> np.ndarray:
        """Return (n,) in [0, 1] for (n, len(FEATURES)) rows."""
        return 1.0 / (1.0 + np.exp(-(rows @ np.array(self.weights) + self.bias)))


class EvidenceSelector:
    """Scores the sentences of hits with a language model, an encoder and the learned weights."""

    def __init__(self, model: LanguageModel, encoder: Encoder, weights: Weights | None = None) -> None:
        self.model = model
        self.encoder = encoder
        self.weights = weights or load_weights()

    def select(self, question: str, hits: Sequence[Hit]) -> list[Evidence]:
        """Return the sentences of the hits as evidence, best first; of many, the first MAX_SENTENCES.

        Score: the probability in [0, 1] that it answers the question.
        """
        trial = candidates(hits)
        if not trial:
            return []
        scores = self.weights.probability(self.features(question, trial))
        order = np.argsort(-scores, kind="stable")
        return [
            Evidence(c.hit.passage, c.start, c.end, c.text, float(scores[i]))
            for i, c in ((i, trial[i]) for i in order)
        ]

    def features(self, question: str, trial: Sequence[Candidate]) -> np.ndarray:
        """Return (n, len(FEATURES)) float64, one row a candidate."""
        hits = list({c.hit.passage.passage_id: c.hit for c in trial}.values())
        read = [*(c.read for c in trial), *(hit.passage.search_text for hit in hits), ""]
        likelihoods = question_likelihoods(self.model, question, read)
        gains = likelihoods - likelihoods[-1]
        passage_gain = {
            hit.passage.passage_id: gain for hit, gain in zip(hits, gains[len(trial) : -1], strict=True)
        }
        cosines = self.encoder.encode_passages([c.text for c in trial]) @ self.encoder.encode_query(question)
        return np.array(
            [
                [gains[i], passage_gain[c.hit.passage.passage_id], cosines[i], *_wording(question, c)]
                for i, c in enumerate(trial)
            ]
        )


def candidates(hits: Sequence[Hit]) -> list[Candidate]:
    """Return the sentences of the hits, in order of hit and place."""
    return [candidate for hit in hits for candidate in _sentences(hit)][:MAX_SENTENCES]


@cache
def load_weights(path: Path = WEIGHTS) -> Weights:
    """Read the weights; their features must be those of this module, in any order."""
    stored = json.loads(path.read_text(encoding="utf-8"))
    ordered = tuple(float(stored["weights"][name]) for name in FEATURES)
    return Weights(float(stored["bias"]), ordered, float(stored["threshold"]), stored["provenance"])


def _sentences(hit: Hit) -> Iterator[Candidate]:
    passage = hit.passage
    before = ""
    for start, end in sentence_spans(passage.text):
        text = passage.text[start:end]
        lead = before if _POINTS_BACK.match(text) else ""
        if is_table_row(text):
            lead = table_header(passage.text, start)
        read = "\n".join(part for part in (passage.title, lead, text) if part)
        before = text
        yield Candidate(hit, passage.start + start, passage.start + end, text, read)


def _wording(question: str, candidate: Candidate) -> list[float]:
    """Return the features from "coverage" on."""
    asked, told = set(stems(question)), set(stems(candidate.text))
    around = set(stems(candidate.hit.passage.search_text))
    type_found = _answer_type_found(question, candidate.text)
    return [
        _share(asked & told, asked),
        _share(asked & around, asked),
        _missing_names(question, candidate.hit.passage.search_text),
        float(type_found is True),
        float(type_found is False),
        math.log1p(len(told - asked)),
        float(len(candidate.text) < 90 and candidate.text[-1:] not in ".!?”\"'’)…"),
        float(bool(_POINTS_BACK.match(candidate.text))),
        1.0 / candidate.hit.rank,
    ]


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


def _answer_type_found(question: str, text: str) -> bool | None:
    """Tell whether a text has what the question asks for; None where that cannot be told."""
    if _ASKS_DATE.search(question):
        return bool(_DATE.search(text))
    if _ASKS_NUMBER.search(question):
        known = {number.value for number in numbers(question)}
        return any(number.value not in known for number in numbers(text))
    if _ASKS_NAME.search(question):
        known_names = {name.lower() for name in names(question)}
        return any(name.lower() not in known_names for name in names(text))
    return None
