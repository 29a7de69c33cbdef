"""What one question has come to so far: hits, sentences, citations, seconds. `bot/answer.py` fills it."""

from __future__ import annotations

import time
from dataclasses import dataclass

from bot.datatypes import Answer, Citation, CitedSentence, Hit, Sentence, Timings, Tokens
from bot.left_out import Cuts

NO_TOKENS = Tokens()


@dataclass
class Turn:
    """What one question has come to so far; `answer` turns it into the frozen result."""

    question: str
    standalone: str
    model: str
    hits: tuple[Hit, ...] = ()
    sentences: tuple[Sentence, ...] = ()
    citations: tuple[Citation, ...] = ()
    tokens: Tokens = NO_TOKENS
    retrieved_s: float = 0.0
    reranked_s: float = 0.0
    first_sentence_s: float = 0.0

    def __post_init__(self) -> None:
        self._started = time.perf_counter()
        self.cuts = Cuts()

    def elapsed_s(self) -> float:
        """Seconds since the question was put."""
        return time.perf_counter() - self._started

    def count(self, tokens: Tokens) -> None:
        """Add what the generator read and wrote."""
        self.tokens += tokens

    def add(self, cited: CitedSentence) -> CitedSentence:
        """Take a checked sentence in, and return it."""
        self.first_sentence_s = self.first_sentence_s or self.elapsed_s()
        self.sentences += (cited.sentence,)
        self.citations += cited.citations
        return cited

    def answer(
        self, kind: str, *, confidence: float = 0.0, reason: str | None = None, fixed_text: str = ""
    ) -> Answer:
        """Return the frozen result of all that was added."""
        timings = Timings(
            retrieve=self.retrieved_s,
            rerank=max(0.0, self.reranked_s - self.retrieved_s),
            first_sentence=self.first_sentence_s,
            total=self.elapsed_s(),
        )
        return Answer(
            question=self.question,
            standalone_question=self.standalone,
            kind=kind,
            sentences=self.sentences,
            citations=self.citations,
            hits=self.hits,
            confidence=confidence,
            model=self.model,
            reason=reason,
            fixed_text=fixed_text,
            timings=timings,
            tokens=self.tokens,
            left_out=self.cuts.total(),
        )
