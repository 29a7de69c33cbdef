"""How likely a question is after a text: the one score behind reranking and the choice of evidence."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from bot.language_model import LanguageModel, Readings
from bot.left_out import note

PASSAGE_TOKENS = 320  # of the scoring model: a passage of 180 cl100k tokens with its title is shorter
QUESTION_TOKENS = 128  # a longer question is judged by its beginning: bounds the time for pasted text


def question_likelihoods(
    model: LanguageModel, question: str, texts: Sequence[str], *, kind: str = "passage"
) -> np.ndarray:
    """Return (n,) float64: mean log p(question | text), at most 0, higher is better."""
    return question_readings(model, question, texts, kind=kind).likelihoods


def question_readings(
    model: LanguageModel, question: str, texts: Sequence[str], *, kind: str = "passage"
) -> Readings:
    """Return what the model makes of a question after each text. What is longer is noted in `left_out`.

    Plain continuation rather than the model's chat template, whose turns cost tokens in every passage.
    `kind`: what the texts are, "passage" or "sentence".
    """
    ending = model.token_ids("\n\nQuestion:")
    prefixes = [_cut(model, text, PASSAGE_TOKENS, kind) + ending for text in texts]
    return model.read(prefixes, _cut(model, f" {question}", QUESTION_TOKENS, "question"))


def _cut(model: LanguageModel, text: str, n_tokens: int, kind: str) -> list[int]:
    """Return the first tokens of a text."""
    ids = model.token_ids(text)
    note(model.name, kind, text, len(ids) - n_tokens)
    return ids[:n_tokens]
