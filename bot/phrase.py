"""Evidence -> a short sentence in the generator's words, or nothing where its words do not pass.

The generator sees one evidence sentence at a time and may only shorten it; a verifier compares what it
wrote with that sentence. What fails is dropped here and the evidence itself is shown in its place.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.datatypes import Evidence, Message, Tokens
from bot.generate import Generator
from bot.language_model import LanguageModel
from bot.likelihood import question_likelihoods
from bot.prompt import PromptTemplate
from bot.sentences import split_sentences
from bot.tables import is_table_row
from bot.verify import SUPPORTED, Verifier

NO_TOKENS = Tokens()
MIN_WORDS = 14  # a shorter sentence is quoted as it is: there is little to leave out
MAX_TOKENS = 64
MAX_LOST_NATS = 0.05  # of mean question log likelihood; what leaves the answer out costs more than it saves
MAX_SHARE_OF_WORDS = 0.9  # a phrasing that is hardly shorter than its evidence is not worth its risk


@dataclass(frozen=True, slots=True)
class Phrasing:
    """What the generator made of a piece of evidence. `text` is None where the evidence is to be quoted."""

    text: str | None
    support: float = 0.0
    tokens: Tokens = NO_TOKENS


class Phraser:
    """Lets a generator shorten evidence and keeps what a verifier passes."""

    def __init__(
        self,
        generator: Generator,
        verifier: Verifier,
        *,
        scorer: LanguageModel | None = None,
        template: PromptTemplate | None = None,
    ) -> None:
        """Put the parts together; without `scorer` a phrasing may be true and yet lose the answer."""
        self.generator = generator
        self.verifier = verifier
        self.scorer = scorer
        self.template = template or PromptTemplate.load("phrase")

    def phrase(self, question: str, evidence: Evidence) -> Phrasing:
        """Return the generator's first sentence about the evidence, if the evidence supports it."""
        n_words = len(evidence.text.split())
        if n_words < MIN_WORDS or is_table_row(evidence.text):
            return Phrasing(None)
        messages = self.template.fill(question=question, evidence=" ".join(evidence.text.split()))
        reply = self._first_sentence(messages, evidence.text)
        tokens = Tokens(
            sum(self.generator.count_tokens(message.content) for message in messages),
            self.generator.count_tokens(reply),
        )
        if not 0 < len(reply.split()) <= MAX_SHARE_OF_WORDS * n_words:
            return Phrasing(None, tokens=tokens)
        support = self.verifier.support(reply, evidence.text)
        shown = support >= SUPPORTED and self._still_answers(question, reply, evidence.text)
        return Phrasing(reply if shown else None, support, tokens)

    def _still_answers(self, question: str, reply: str, evidence: str) -> bool:
        """Tell whether the question is about as likely after the reply as after all of the evidence."""
        if self.scorer is None:
            return True
        short, whole = question_likelihoods(self.scorer, question, [reply, evidence])
        return bool(short >= whole - MAX_LOST_NATS)

    def _first_sentence(self, messages: list[Message], evidence: str) -> str:
        """Return the first whole sentence of the reply and stop listening; "" where it was cut off."""
        reply = ""
        for piece in self.generator.generate(messages, max_tokens=MAX_TOKENS, words_of=evidence):
            reply += piece
            if len(split_sentences(f"{reply} X")) > 1:  # the mark before the X ends a sentence
                break
        sentences = split_sentences(reply)
        return sentences[0] if sentences and sentences[0][-1] in ".!?”\"'’)" else ""
