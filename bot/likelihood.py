"""How likely a question is after a text: the one score behind reranking and the choice of evidence."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from bot.language_model import LanguageModel, Readings

PASSAGE_TOKENS = 320  # of the scoring model: a passage of 180 cl100k tokens with its title is shorter
QUESTION_TOKENS = 128  # a longer question is judged by its beginning: bounds the time for pasted text


def question_likelihoods(model: LanguageModel, question: str, texts: Sequence[str]) -> np.ndarray:
    """Return (n,) float64: mean log p(question | text), at most 0, higher is better."""
    return question_readings(model, question, texts).likelihoods


def question_readings(model: LanguageModel, question: str, texts: Sequence[str]) -> Readings:
    """Return what the model makes of a question after each text.

    Plain continuation rather than the model's chat template, whose turns cost tokens in every passage.
    """
    ending = model.token_ids("\n\nQuestion:")
    prefixes = [model.token_ids(text)[:PASSAGE_TOKENS] + ending for text in texts]
    return model.read(prefixes, model.token_ids(" " + question)[:QUESTION_TOKENS])
