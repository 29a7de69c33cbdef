"""Evidence -> a shorter sentence that the language model chose or wrote, or nothing where none passes.

It sees one evidence sentence at a time. First it chooses among the forms that `shorten` proposes: the
shortest after which the question is as likely as after the whole. A generator that writes well enough may
then try words of its own. A verifier compares either with the evidence; what fails is dropped here and the
evidence itself is shown in its place.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.datatypes import Evidence, Message, Tokens
from bot.errors import ContextOverflow
from bot.generate import Generator
from bot.language_model import LanguageModel
from bot.left_out import note
from bot.likelihood import question_likelihoods
from bot.prompt import PromptTemplate
from bot.sentences import split_sentences
from bot.shorten import MAX_SHARE_OF_WORDS, forms
from bot.tables import is_table_row
from bot.verify import SUPPORTED, VETO, Verifier

NO_TOKENS = Tokens()
MIN_WORDS = 8  # a shorter sentence is quoted as it is: there is little to leave out
MAX_TOKENS = 64
# Of mean question log likelihood: what loses more may have been the answer.
MAX_LOST_NATS = 0.1  # of 0, .05, .1 and .15 the one with the best F1: benchmarks/phrasing.py
MAX_LOST_BY_TOLD_NATS = 0.5  # by leaving out what says nothing that the question does not say


@dataclass(frozen=True, slots=True)
class Phrasing:
    """What the generator made of a piece of evidence. `text` is None where the evidence is to be quoted."""

    text: str | None
    support: float = 0.0
    tokens: Tokens = NO_TOKENS


class Phraser:
    """Lets a language model shorten evidence and keeps what a verifier passes."""

    def __init__(
        self,
        generator: Generator,
        verifier: Verifier,
        *,
        scorer: LanguageModel | None = None,
        writes: bool = True,
        judge: Verifier | None = None,
        template: PromptTemplate | None = None,
    ) -> None:
        """Put the parts together.

        Args:
            generator: writes freely, if `writes`.
            verifier: passes or drops.
            scorer: chooses among proposed forms, and checks that what is written still answers. Without
                one nothing is proposed, and a phrasing may be true and yet lose the answer.
            writes: False for a model too small for it: it costs seconds and its words seldom pass.
            judge: gives the support of what passed, and may veto it. Without one that is the verifier's.
            template: the prompt for writing.
        """
        self.generator = generator
        self.verifier = verifier
        self.scorer = scorer
        self.writes = writes
        self.judge = judge
        self.template = template or PromptTemplate.load("phrase")

    def phrase(self, question: str, evidence: Evidence) -> Phrasing:
        """Return a shorter sentence that the evidence supports and that still answers, if there is one."""
        if len(evidence.text.split()) < MIN_WORDS or is_table_row(evidence.text):
            return Phrasing(None)
        chosen = self._chosen(question, evidence.text)
        if chosen.text is not None or not self.writes:
            return chosen
        return self._written(question, evidence)

    def phrase_row(self, question: str, whole: str, part: str) -> Phrasing:
        """Return a row's cells that the question asks for, if after them it is as likely as after the row."""
        if self.scorer is None:
            return Phrasing(None)
        short, long = question_likelihoods(self.scorer, question, [part, whole], kind="sentence")
        return Phrasing(part, 1.0) if short >= long - MAX_LOST_NATS else Phrasing(None)

    def _chosen(self, question: str, evidence: str) -> Phrasing:
        """Return the shortest form that passes and after which the question is as likely as it has to be."""
        if self.scorer is None:
            return Phrasing(None)
        text = " ".join(evidence.split())
        plain, shorter = forms(text, question)
        plain = plain if self._passes(plain, text) else text
        passing = [form for form in shorter if self._passes(form, text)]
        if plain == text and not passing:
            return Phrasing(None)
        *likelihoods, whole, bare = question_likelihoods(
            self.scorer, question, [*passing, text, plain], kind="sentence"
        )
        for form, likelihood in zip(passing, likelihoods, strict=True):
            if likelihood >= max(bare, whole - MAX_LOST_BY_TOLD_NATS) - MAX_LOST_NATS:
                return self._judged(Phrasing(form, self.verifier.support(form, text)), text)
        if plain != text and bare >= whole - MAX_LOST_BY_TOLD_NATS:
            return self._judged(Phrasing(plain, self.verifier.support(plain, text)), text)
        return Phrasing(None)

    def _passes(self, form: str, evidence: str) -> bool:
        return bool(form) and self.verifier.support(form, evidence) >= SUPPORTED

    def _written(self, question: str, evidence: Evidence) -> Phrasing:
        """Return the generator's first sentence about the evidence, if it passes."""
        n_words = len(evidence.text.split())
        messages = self.template.fill(question=question, evidence=" ".join(evidence.text.split()))
        try:
            reply = self._first_sentence(messages, evidence.text)
        except ContextOverflow:  # the sentence is quoted, and that it could not be read is shown
            n_tokens = self.generator.tokens_used(messages, "").prompt
            note(self.generator.name, "prompt", evidence.text, n_tokens)
            return Phrasing(None)
        tokens = self.generator.tokens_used(messages, reply)
        if not 0 < len(reply.split()) <= MAX_SHARE_OF_WORDS * n_words:
            return Phrasing(None, tokens=tokens)
        support = self.verifier.support(reply, evidence.text)
        shown = support >= SUPPORTED and self._still_answers(question, reply, evidence.text)
        return self._judged(Phrasing(reply if shown else None, support, tokens), evidence.text)

    def _judged(self, phrasing: Phrasing, evidence: str) -> Phrasing:
        """Return a phrasing with the judge's figure as its support, without its text where that is a veto."""
        if phrasing.text is None or self.judge is None:
            return phrasing
        support = self.judge.support(phrasing.text, evidence)
        return replace(phrasing, text=phrasing.text if support >= VETO else None, support=support)

    def _still_answers(self, question: str, reply: str, evidence: str) -> bool:
        """Tell whether the question is about as likely after the reply as after all of the evidence."""
        if self.scorer is None:
            return True
        short, whole = question_likelihoods(self.scorer, question, [reply, evidence], kind="sentence")
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
