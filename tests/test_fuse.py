"""Fusion: a convex combination of scores, each as a share of the best of its kind."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.fuse import convex_combination, share_of_best

SCORES = st.lists(st.tuples(st.floats(-1, 1, width=32), st.floats(0, 50, width=32)), min_size=1, max_size=20)


@pytest.mark.parametrize(
    ("dense", "lexical", "weight", "expected"),
    [
        ([0.8, 0.4], [0.0, 6.0], 0.5, [0.5, 0.75]),
        ([0.8, 0.4], [0.0, 6.0], 0.0, [1.0, 0.5]),
        ([0.8, 0.4], [0.0, 6.0], 1.0, [0.0, 1.0]),
        ([-0.2, 0.5], [0.0, 0.0], 0.5, [0.0, 0.5]),  # a negative cosine counts as 0, no lexical match too
        ([-0.2, -0.5], [0.0, 0.0], 0.5, [0.0, 0.0]),
    ],
)
def test_fused_scores_by_hand(dense, lexical, weight, expected):
    fused = convex_combination(np.array(dense), np.array(lexical), lexical_weight=weight)
    assert fused == pytest.approx(expected)


def test_nothing_fuses_to_nothing():
    assert convex_combination(np.zeros(0), np.zeros(0)).shape == (0,)


@given(SCORES, st.floats(0, 1))
def test_fused_scores_are_shares_and_agree_with_both_sides_where_they_agree(pairs, weight):
    dense, lexical = np.array(pairs, dtype=np.float64).T
    fused = convex_combination(dense, lexical, lexical_weight=weight)
    assert ((fused >= 0) & (fused <= 1 + 1e-9)).all()
    for i in range(len(pairs)):
        worse = (dense <= dense[i]) & (lexical <= lexical[i])
        assert (fused[worse] <= fused[i] + 1e-9).all()


def test_the_share_of_the_best_is_between_0_and_1():
    assert share_of_best(np.array([3.0, 6.0, -1.0])).tolist() == [0.5, 1.0, 0.0]
    assert share_of_best(np.array([-3.0, -1.0])).tolist() == [0.0, 0.0]
    assert share_of_best(np.zeros(0)).shape == (0,)
