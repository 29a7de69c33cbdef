"""Means with intervals: worked examples, and what must always hold."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.evaluate.measures.intervals import Figure, mean, percentile, ratio


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
