"""Answers against gold wordings: pure functions of plain strings, each with its source."""

from __future__ import annotations

import re
import string
from collections.abc import Iterable

_ARTICLES = re.compile(r"\b(a|an|the)\b")
_WITHOUT_PUNCTUATION = str.maketrans("", "", string.punctuation)


def normalize_answer(text: str) -> str:
    """Return a text in lower case without ASCII punctuation, articles and surplus white space.

    Source: Rajpurkar et al., SQuAD, EMNLP 2016, evaluation script (`normalize_answer`).
    Example: "The  Eiffel-Tower, a landmark" -> "eiffeltower landmark"
    """
    without = text.lower().translate(_WITHOUT_PUNCTUATION)
    return " ".join(_ARTICLES.sub(" ", without).split())


def contains_answer(text: str, answers: Iterable[str], *, n_words: int) -> bool:
    """Tell whether the first `n_words` words of a text hold any of the answers, normalised, as whole tokens.

    Words are runs of anything but white space. An answer of which nothing is left is never held.
    Source: Mallen et al., When Not to Trust Language Models, ACL 2023 (accuracy: a gold answer is a substring
    of the reply); the token boundaries and the limit of words are ours, so that length is no advantage.
    Example: "He was paid $5 million." holds "5 million", not "5 mill"
    """
    held = f" {normalize_answer(' '.join(text.split()[:n_words]))} "
    wanted = (normalize_answer(answer) for answer in answers)
    return any(answer and f" {answer} " in held for answer in wanted)
