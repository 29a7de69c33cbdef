"""Measures: each by worked examples that can be checked by hand, and by what must always hold."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.evaluate.measures import (
    Figure,
    contains_answer,
    mean,
    normalize_answer,
    percentile,
    ratio,
    recall_at,
    reciprocal_rank_at,
)


@pytest.mark.parametrize(
    ("text", "normalized"),
    [
        ("The  Eiffel-Tower, a landmark", "eiffeltower landmark"),
        ("An apple; the theatre.", "apple theatre"),  # "the" in "theatre" is no article
        ("$1,200.50", "120050"),
        ("“quoted”", "“quoted”"),  # only ASCII marks go, as in the script this follows
        ("The a an", ""),
        ("", ""),
    ],
)
def test_an_answer_is_normalized_as_squad_does(text, normalized):
    assert normalize_answer(text) == normalized


@pytest.mark.parametrize(
    ("text", "answers", "held"),
    [
        ("He was paid $5 million.", ["5 million"], True),
        ("He was paid $5 million.", ["5 mill"], False),  # not at the end of a token
        ("He was paid $15 million.", ["5 million"], False),  # not at its beginning
        ("The Dunlin runs on Thursday.", ["Wren", "the dunlin"], True),
        ("It was the end.", ["the"], False),  # nothing is left of that answer
        ("It was the end.", [], False),
        ("", ["x"], False),
    ],
)
def test_a_text_holds_an_answer_on_token_boundaries(text, answers, held):
    assert contains_answer(text, answers, n_words=45) is held


def test_only_the_first_words_are_read():
    text = "one two three four five"
    assert contains_answer(text, ["four"], n_words=4)
    assert not contains_answer(text, ["four"], n_words=3)
    assert not contains_answer(text, ["four five"], n_words=4)


def test_recall_counts_distinct_documents():
    """Of the relevant b and c the first two distinct documents, a and b, hold one: 1/2."""
    assert recall_at(2, ["a", "a", "b", "c"], {"b", "c"}) == 1 / 2
    assert recall_at(3, ["a", "a", "b", "c"], {"b", "c"}) == 1
    assert recall_at(5, [], {"b"}) == 0


def test_recall_of_nothing_is_refused():
    with pytest.raises(ValueError, match="nothing is relevant"):
        recall_at(5, ["a"], set())


def test_reciprocal_rank_counts_distinct_documents():
    assert reciprocal_rank_at(10, ["a", "a", "b"], {"b"}) == 1 / 2
    assert reciprocal_rank_at(10, ["b", "a"], {"a", "b"}) == 1
    assert reciprocal_rank_at(2, ["a", "b", "c"], {"c"}) == 0


def test_a_ratio_is_the_sum_of_parts_over_the_sum_of_wholes():
    """3 of 4 sentences and 1 of 1: 4/5, not the mean of 3/4 and 1. Resampling gives 3/4, 4/5 or 1."""
    figure = ratio([3, 1], [4, 1], unit="sentences")
    assert figure == Figure(mean=4 / 5, n=5, unit="sentences", low=3 / 4, high=1.0)


def test_a_ratio_of_nothing_has_no_value():
    assert ratio([], [], unit="quotes") == Figure(None, 0, "quotes")
    assert ratio([0, 0], [0, 0], unit="quotes") == Figure(None, 0, "quotes")


def test_questions_without_a_sentence_do_not_break_the_interval():
    figure = ratio([0, 0, 0, 1], [0, 0, 0, 1], unit="sentences")
    assert (figure.mean, figure.low, figure.high) == (1.0, 1.0, 1.0)


def test_the_interval_of_a_share_is_near_the_normal_one():
    """60 of 100: .6 +- 1.96 x sqrt(.6 x .4 / 100) = .504 to .696."""
    figure = mean([1.0] * 60 + [0.0] * 40)
    half = 1.96 * math.sqrt(0.6 * 0.4 / 100)
    assert figure.mean == pytest.approx(0.6)
    assert figure.low == pytest.approx(0.6 - half, abs=0.02)
    assert figure.high == pytest.approx(0.6 + half, abs=0.02)


def test_the_same_values_have_the_same_interval():
    values = np.random.default_rng(3).random(50).tolist()
    assert mean(values) == mean(values)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=30))
def test_an_interval_lies_within_the_values_and_around_most_of_them(values):
    figure = mean(values)
    assert min(values) - 1e-9 <= figure.low <= figure.high <= max(values) + 1e-9
    assert figure.n == len(values)


def test_a_percentile_is_interpolated():
    assert percentile([1, 2, 3, 4], 50) == 2.5
    assert percentile([4, 1], 100) == 4
    assert percentile([], 50) is None


@given(
    st.lists(st.sampled_from("abcdefgh"), max_size=12),
    st.sets(st.sampled_from("abcdefgh"), min_size=1),
    st.integers(1, 10),
)
def test_ranked_measures_agree_with_a_plain_count(ranked, relevant, k):
    distinct = []
    for document in ranked:
        if document not in distinct:
            distinct.append(document)
    found = [document in relevant for document in distinct[:k]]
    assert recall_at(k, ranked, relevant) == sum(found) / len(relevant)
    expected = 1 / (found.index(True) + 1) if any(found) else 0
    assert reciprocal_rank_at(k, ranked, relevant) == expected
