"""Small working stand-ins for the models, and short ways to passages, hits and documents.

They follow the protocols `Encoder`, `Reranker`, `Generator` and `Verifier` and hold to their contracts:
unit vectors, likelihoods of at most 0, ranks from 1. What they return can be worked out by hand.
"""

from __future__ import annotations

import json
import math
import re
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from bot.datatypes import (
    Answer,
    Document,
    EncoderIdentity,
    Evidence,
    Hit,
    IngestOutcome,
    Message,
    Passage,
    Section,
    Tokens,
    Upload,
)
from bot.evidence import FEATURES, Weights
from bot.ingest import ingest
from bot.language_model import Readings
from bot.sentences import sentence_spans

D = 16
HELD, STRANGE = math.log(0.5), math.log(0.05)  # what a word costs after a text that has it, or has it not
WORD = re.compile(r"\w+")


def words(text: str) -> list[str]:
    """Return the words of a text in small letters."""
    return WORD.findall(text.lower())


def number_of(word: str) -> int:
    """Give a word a number that is the same in every run."""
    return zlib.crc32(word.encode("utf-8", "surrogatepass"))


class HashEncoder:
    """Counts words in 16 boxes: texts of the same words are equal, those that share none mostly far apart.

    `n_words` is the most words it reads. `batches` keeps how many texts each call was given.
    """

    def __init__(self, *, n_words: int = 200, name: str = "hash") -> None:
        self.n_words = n_words
        self.identity = EncoderIdentity(name, f"{number_of(name):064x}", D)
        self.batches: list[int] = []

    def encode_passages(
        self, texts: Sequence[str], *, on_batch: Callable[[int], None] | None = None
    ) -> np.ndarray:
        """Return (n, 16) float32, rows of unit length."""
        self.batches.append(len(texts))
        if on_batch:
            on_batch(len(texts))
        return np.array([self.encode_query(text) for text in texts], np.float32).reshape(len(texts), D)

    def encode_query(self, text: str) -> np.ndarray:
        """Return (16,) float32 of unit length."""
        vector = np.zeros(D, np.float32)
        for word in words(text) or [""]:
            vector[number_of(word) % D] += 1
        return vector / np.linalg.norm(vector)

    def fits(self, text: str) -> bool:
        """Tell whether a text has at most `n_words` words."""
        return len(words(text)) <= self.n_words


class OverlapModel:
    """A language model to whom a question is likely where its words have been read before.

    `prefixes` keeps every batch of texts it was asked about, as token numbers.
    """

    name = "overlap"

    def __init__(self) -> None:
        self.prefixes: list[list[list[int]]] = []
        self.warmed = False

    def warm(self) -> None:
        """Remember that it was asked for."""
        self.warmed = True

    def token_ids(self, text: str) -> list[int]:
        """Return a number for each word."""
        return [number_of(word) for word in words(text)]

    def log_likelihoods(self, prefixes: Sequence[list[int]], continuation: list[int]) -> np.ndarray:
        """Return (n,) float64: the mean of log .5 for a token that the prefix has, log .05 for another."""
        self.prefixes.append([list(prefix) for prefix in prefixes])
        return np.array(
            [np.mean([HELD if t in set(p) else STRANGE for t in continuation] or [0.0]) for p in prefixes]
        )

    def read(self, prefixes: Sequence[list[int]], continuation: list[int]) -> Readings:
        """Return the likelihoods, and as states (n, 2): how many words were read before, and 1."""
        states = [[float(len(prefix)), 1.0] for prefix in prefixes]
        return Readings(self.log_likelihoods(prefixes, continuation), np.array(states, np.float32))


class ScriptedGenerator:
    """Gives its replies one after another, a word at a time, and keeps every prompt."""

    name = "scripted"

    def __init__(self, replies: Sequence[str] = ()) -> None:
        self.replies = list(replies)
        self.prompts: list[list[Message]] = []
        self.model = OverlapModel()

    def generate(
        self, messages: Sequence[Message], *, max_tokens: int, words_of: str | None = None
    ) -> Iterator[str]:
        """Yield the next reply in pieces, at most `max_tokens` of them; "" when there is none left.

        It says what its script has, whatever words it was to keep to.
        """
        self.prompts.append(list(messages))
        reply = self.replies.pop(0) if self.replies else ""
        yield from re.findall(r"\S+\s*", reply)[:max_tokens]

    def tokens_used(self, messages: Sequence[Message], reply: str) -> Tokens:
        """Count words."""
        return Tokens(sum(len(message.content.split()) for message in messages), len(reply.split()))

    def warm(self) -> None:
        """Be ready as it is."""


class OverlapReranker:
    """Orders hits by how many of the question's words they hold."""

    def rerank(self, question: str, hits: Sequence[Hit]) -> list[Hit]:
        """See `bot.rerank.Reranker`."""
        asked = set(words(question))
        scored = [
            replace(hit, score=float(len(asked & set(words(hit.passage.text)))), stage="reranked")
            for hit in hits
        ]
        scored.sort(key=lambda hit: -hit.score)
        return [replace(hit, rank=rank) for rank, hit in enumerate(scored, start=1)]


class DictVerifier:
    """Knows the support of each claim; of any other it is `otherwise`."""

    def __init__(self, supports: dict[str, float] | None = None, *, otherwise: float = 0.0) -> None:
        self.supports = supports or {}
        self.otherwise = otherwise
        self.seen: list[tuple[str, str]] = []

    def support(self, claim: str, cited: str) -> float:
        """Look the claim up."""
        self.seen.append((claim, cited))
        return self.supports.get(claim, self.otherwise)


class StillPairs:
    """Reads question and sentence together and has nothing to say."""

    def warm(self) -> None:
        """Load nothing."""

    def logits(self, question: str, texts: Sequence[str]) -> np.ndarray:
        """Return zeros (n,)."""
        return np.zeros(len(texts))


def weighed(
    *, bias: float = 0.0, threshold: float = 0.5, state: tuple[float, ...] = (), **weights: float
) -> Weights:
    """Make evidence weights of the named features and of the model's state, all others 0."""
    assert weights.keys() <= set(FEATURES)
    return Weights(bias, tuple(weights.get(name, 0.0) for name in FEATURES), threshold, "by hand", state)


def passage(text: str, *, name: str = "report", start: int = 0, title: str = "", head: str = "") -> Passage:
    """Make a passage of the document `name`; `head` goes before its text in what is searched."""
    search_text = "\n".join(part for part in (title, head, text) if part)
    end = start + len(text)
    return Passage(
        f"{name}:{start}-{end}", name, name, title, f"/{name}.txt", text, start, end, None, None, search_text
    )


def hits_of(*texts: str, score: float = 0.5) -> list[Hit]:
    """Make one hit for each text, each of a document of its own, in order."""
    return [
        Hit(passage(text, name=f"doc{rank}"), score, rank, "fused")
        for rank, text in enumerate(texts, start=1)
    ]


def document(text: str, *, name: str = "report", sections: Sequence[Section] = (), pages=()) -> Document:
    """Make a document as the store would return it."""
    return Document(
        name, name, name.title(), f"/{name}.txt", text, tuple(pages), tuple(sections), {}, "2024-01-01", 1
    )


def evidence_of(text: str, quote: str, *, name: str = "report", score: float = 0.9) -> Evidence:
    """Make evidence of a quote where it first stands in a text."""
    start = text.index(quote)
    return Evidence(passage(text, name=name), start, start + len(quote), quote, score)


def ingested(store, encoder, texts: dict[str, str], *, collection: str = "default") -> list[IngestOutcome]:
    """Take texts into a collection as uploads, `{name: text}`; return what became of each."""
    uploads = [Upload(name, text.encode()) for name, text in texts.items()]
    events = ingest(uploads, store=store, encoder=encoder, collection=collection)
    return [event for event in events if isinstance(event, IngestOutcome)]


def corpus_of(folder: Path, rows: Iterable[dict[str, object]]) -> Path:
    """Write a JSONL corpus of rows into a folder; return its path."""
    path = folder / "rows.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)))
    return path


def assert_cited_exactly(answer: Answer, text_of: Callable[[str], str]) -> None:
    """Check what every answer promises: markers 1..n that resolve, and quotes that are the stored words."""
    assert [citation.marker for citation in answer.citations] == list(range(1, len(answer.citations) + 1))
    assert {m for sentence in answer.sentences for m in sentence.citations} == {
        citation.marker for citation in answer.citations
    }
    assert all(sentence.citations for sentence in answer.sentences)
    for citation in answer.citations:
        for words_of in (citation, *citation.context):
            assert text_of(citation.doc_id)[words_of.start : words_of.end] == words_of.quote


def sentences_of(text: str) -> list[str]:
    """Return the sentences of a text as the bot cuts it."""
    return [text[start:end] for start, end in sentence_spans(text)]
