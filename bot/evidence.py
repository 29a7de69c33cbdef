"""Hits -> the sentences that may answer the question, best first. After rerank, before phrase.

Each sentence of the best passages becomes a row of plain features, and a logistic model of seven
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

MAX_SENTENCES = 120  # of all passages together: bounds the work for text of very short lines
SHORTLIST = 14  # read by the language model: sentences of about 50 tokens, one second
WEIGHTS = Path(__file__).with_name("evidence.json")
FEATURES = (
    "likelihood_gain",  # nats a token by which the sentence makes the question likelier
    "cosine",  # of sentence and question
    "coverage",  # share of the question's stems that the sentence has
    "passage_coverage",  # share that its passage has, title and section included
    "missing_names",  # share of the question's names and numbers that the passage lacks
    "new_words",  # log of 1 + stems that the question does not have: what the sentence would tell
    "lead",  # score of its passage minus that of the best one: at most 0, in the unit of the last stage
)
MIN_WORDS = 4  # a shorter line without a figure is a byline, a label or a heading
_ASKS_QUANTITY = re.compile(r"\bhow (?:many|much)\b|\bwhat (?:percent\w*|number)\b", re.I)
_QUANTITY = re.compile(
    r"\b(?:half|most|none|no|several|few|all|both|many|dozens|hundreds|thousands|millions|billions|majority"
    r"|minority|quarter|third|twice|doubl\w+|tripl\w+|nothing|free|one|single|pair|couple)\b",
    re.I,
)
_POINTS_BACK = re.compile(
    r"[\"'“‘]?(?:it|its|he|his|she|her|they|their|this|that|these|those|such|however|moreover|additionally"
    r"|also|but|and|then|instead|therefore|thus|nevertheless|meanwhile)\b",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence on trial: where it is, and what is read of it.

    `read` has the title, and where the sentence cannot be understood alone the sentence before it or
    its table's first row. `told` is what it says by itself, which of a table's row is all of `read`.
    """

    hit: Hit
    start: int
    end: int
    text: str
    read: str

    @property
    def told(self) -> str:
        """The words whose likeness to the question counts."""
        return self.read if is_table_row(self.text) else self.text


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
        """Return the sentences of the hits as evidence, best first; of many, the SHORTLIST nearest ones.

        Score: the probability in [0, 1] that it answers the question.
        """
        told = [c for c in candidates(hits) if not _lacks_quantity(question, c.text)]
        trial = self.shortlist(question, told)
        if not trial:
            return []
        scores = self.weights.probability(self.features(question, trial))
        order = np.argsort(-scores, kind="stable")
        return [
            Evidence(c.hit.passage, c.start, c.end, c.text, float(scores[i]))
            for i, c in ((i, trial[i]) for i in order)
        ]

    def shortlist(self, question: str, trial: Sequence[Candidate]) -> list[Candidate]:
        """Return the SHORTLIST candidates nearest to the question by cosine and shared words, in their order.

        The language model is too slow to read every row of a long table.
        """
        if len(trial) <= SHORTLIST:
            return list(trial)
        asked = set(stems(question))
        cosines = self.encoder.encode_passages([c.read for c in trial]) @ self.encoder.encode_query(question)
        shared = np.array([_share(asked & set(stems(c.told)), asked) for c in trial])
        nearest = np.argsort(-(cosines + shared), kind="stable")[:SHORTLIST]
        return [trial[i] for i in sorted(nearest)]

    def features(self, question: str, trial: Sequence[Candidate]) -> np.ndarray:
        """Return (n, len(FEATURES)) float64, one row a candidate."""
        likelihoods = question_likelihoods(self.model, question, [*(c.read for c in trial), ""])
        gains = likelihoods[:-1] - likelihoods[-1]
        cosines = self.encoder.encode_passages([c.told for c in trial]) @ self.encoder.encode_query(question)
        best = max(c.hit.score for c in trial)
        return np.array(
            [[gains[i], cosines[i], *_wording(question, c), c.hit.score - best] for i, c in enumerate(trial)]
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
        if text in {passage.section, passage.title} or _is_label(text):
            continue  # it names what follows and states nothing
        lead = before if _POINTS_BACK.match(text) else ""
        if is_table_row(text):
            lead = table_header(passage.text, start)
        read = "\n".join(part for part in (passage.title, lead, text) if part)
        before = text
        yield Candidate(hit, passage.start + start, passage.start + end, text, read)


def _wording(question: str, candidate: Candidate) -> list[float]:
    """Return the features from "coverage" on."""
    asked, told = set(stems(question)), set(stems(candidate.told))
    around = set(stems(candidate.hit.passage.search_text))
    return [
        _share(asked & told, asked),
        _share(asked & around, asked),
        _missing_names(question, candidate.hit.passage.search_text),
        math.log1p(len(told - asked)),
    ]


def _is_label(text: str) -> bool:
    short = len(text.split()) < MIN_WORDS and text[-1:] not in ".!?”\"'’"
    return short and not any(character.isdigit() for character in text)


def _lacks_quantity(question: str, text: str) -> bool:
    """Tell whether a question asks how many and a text has no number, in digits or in words."""
    return bool(_ASKS_QUANTITY.search(question)) and not (numbers(text) or _QUANTITY.search(text))


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
