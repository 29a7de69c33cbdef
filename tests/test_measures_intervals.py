"""Means with intervals: worked examples, and what must always hold."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.evaluate.measures.intervals import (
    N_RESAMPLES,
    Figure,
    differences,
    mean,
    multiplicities,
    percentile,
    quotients,
    ratio,
    ratios,
)


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


def columns(*measures):
    """Return (n, m) float64 of m measures with n values each."""
    return np.array(measures, dtype=np.float64).T


def test_many_measures_at_once_are_each_as_alone():
    parts, wholes = columns([3, 1, 0], [1, 1, 0]), columns([4, 1, 2], [1, 1, 1])
    together = ratios(parts, wholes)
    assert together.figure(0, 7, "sentences") == ratio([3, 1, 0], [4, 1, 2], unit="sentences")
    assert together.figure(1, 3, "questions") == mean([1, 1, 0])


def test_a_measure_without_a_value_does_not_disturb_the_others():
    estimate = ratios(columns([0, 0], [1, 0]), columns([0, 0], [1, 1]))
    assert estimate.figure(0, 0, "quotes") == Figure(None, 0, "quotes")
    assert estimate.figure(1, 2, "questions") == mean([1, 0])


def test_every_resample_draws_as_many_questions_as_there_are():
    blocks = list(multiplicities(7))
    drawn = np.concatenate(blocks)
    assert drawn.shape == (N_RESAMPLES, 7)
    assert (drawn.sum(axis=1) == 7).all()
    assert (drawn >= 0).all()
    assert drawn.mean(axis=0) == pytest.approx(1.0, abs=0.15)


def test_a_paired_difference_of_runs_that_are_worse_on_every_question_alike_is_a_point():
    """.5 lower on each of four questions, easy or hard: -1/2 however they are drawn."""
    easy_and_hard, lower = [1, 1, 0.5, 0.5], [0.5, 0.5, 0, 0]
    ones = columns([1, 1, 1, 1])
    estimate = differences(quotients(columns(lower), ones), quotients(columns(easy_and_hard), ones), 4)
    assert estimate.figure(0, 4, "questions") == Figure(-0.5, 4, "questions", -0.5, -0.5)


def test_a_paired_difference_of_equal_runs_is_nothing():
    run = quotients(columns([3, 0, 1]), columns([4, 2, 1]))
    assert differences(run, run, 3).figure(0, 7, "sentences") == Figure(0.0, 7, "sentences", 0.0, 0.0)


def test_no_questions_have_no_figure():
    empty = np.zeros((0, 2))
    assert ratios(empty, empty).figure(1, 0, "questions") == Figure(None, 0, "questions")
