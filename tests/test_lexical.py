"""BM25: the formula by hand, and the edges: nothing indexed, nothing known."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.lexical import K1, B, LexicalIndex

TEXTS = ["ferry harbour", "ferry ferry storm", "tunnel rock schist storm"]


def bm25(n_in_text, n_words, n_texts_with):
    """Lucene's BM25 of one word among TEXTS: idf x tf / (tf + k1 (1 - b + b length / mean length))."""
    idf = math.log(1 + (len(TEXTS) - n_texts_with + 0.5) / (n_texts_with + 0.5))
    mean = sum(len(text.split()) for text in TEXTS) / len(TEXTS)
    return idf * n_in_text / (n_in_text + K1 * (1 - B + B * n_words / mean))


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("ferry", [bm25(1, 2, 2), bm25(2, 3, 2), 0.0]),
        ("storm ferry", [bm25(1, 2, 2), bm25(2, 3, 2) + bm25(1, 3, 2), bm25(1, 4, 2)]),
        ("The FERRIES?", [bm25(1, 2, 2), bm25(2, 3, 2), 0.0]),  # stemmed, letter case and stop words aside
        ("submarine", [0.0, 0.0, 0.0]),
        ("", [0.0, 0.0, 0.0]),
        ("the of and", [0.0, 0.0, 0.0]),
    ],
)
def test_scores_are_those_of_the_formula(question, expected):
    assert LexicalIndex(TEXTS).scores(question) == pytest.approx(expected, abs=1e-5)


@pytest.mark.parametrize("texts", [[], [""], ["", "..."], ["the of"]])
def test_an_index_of_nothing_scores_nothing(texts):
    scores = LexicalIndex(texts).scores("ferry")
    assert scores.dtype == np.float32
    assert scores.tolist() == [0.0] * len(texts)


def test_a_number_with_separators_is_one_word():
    index = LexicalIndex(["revenue 1,496.5 million", "revenue 1,496 million and 5 more", "496.5"])
    assert int(index.scores("1,496.5").argmax()) == 0
    assert np.count_nonzero(index.scores("1,496.5")) == 1


WORDS = st.lists(st.sampled_from("ferry storm rock tunnel paid".split()), min_size=1, max_size=6).map(
    " ".join
)


@settings(max_examples=30)
@given(st.lists(WORDS, min_size=1, max_size=6), WORDS)
def test_a_score_is_at_least_nothing_and_positive_where_a_word_is_shared(texts, question):
    scores = LexicalIndex(texts).scores(question)
    assert scores.shape == (len(texts),)
    shares = [bool(set(text.split()) & set(question.split())) for text in texts]
    assert [bool(score > 0) for score in scores] == shares
