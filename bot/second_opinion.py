"""Does a passage state the answer? A larger generator is asked too, and its view moves the confidence.

After evidence, before phrase. The bundled model is too small to be asked: what it says is near to chance
(benchmarks/results/near-misses.md). Its view counts by how sure it is, not by the word that it would write.
"""

from __future__ import annotations

import math

import numpy as np

from bot.datatypes import Message
from bot.errors import ContextOverflow
from bot.language_model import LanguageModel
from bot.left_out import note
from bot.prompt import PromptTemplate

WEIGHT = 0.5  # of its log odds beside those of the evidence's own
MOST_NATS = 4.0  # of its log odds that count: it is often surer than it is right
YES, NO = ("Yes", "yes"), ("No", "no")


class SecondOpinion:
    """Asks a language model whether a text states the answer to a question."""

    def __init__(self, model: LanguageModel, template: PromptTemplate | None = None) -> None:
        self.model = model
        self.template = template or PromptTemplate.load("stated")

    def confidence(self, confidence: float, question: str, text: str) -> float:
        """Return a confidence in [0, 1] moved by the model's view of the text the evidence is from.

        logit(p) + WEIGHT x log odds that the model says yes, the latter within MOST_NATS of 0.
        """
        if not 0 < confidence < 1:
            return confidence
        try:
            said = self.log_odds(question, text)
        except ContextOverflow:  # it cannot read so much, and so has no opinion
            note(self.model.name, "prompt", text, len(self.model.chat_ids(self._messages(question, text))))
            return confidence
        log_odds = float(np.clip(said, -MOST_NATS, MOST_NATS))
        logit = math.log(confidence / (1 - confidence)) + WEIGHT * log_odds
        return 1 / (1 + math.exp(-logit))

    def log_odds(self, question: str, text: str) -> float:
        """Return the natural log of P(yes) / P(no) as the first word of the reply.

        Raises:
            ContextOverflow: question and text do not fit the model's window.
        """
        prompt = self.model.chat_ids(self._messages(question, text))
        log_p = self.model.next_token(prompt)
        said_yes, said_no = (
            np.logaddexp.reduce([log_p[self.model.token_ids(word)[0]] for word in words])
            for words in (YES, NO)
        )
        return float(said_yes - said_no)

    def _messages(self, question: str, text: str) -> list[Message]:
        return self.template.fill(question=question, text=text)
