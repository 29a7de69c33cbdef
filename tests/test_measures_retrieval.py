"""Rankings against what is relevant: worked examples, and what must always hold. See also test_trec."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.evaluate.measures.retrieval import (
    average_precision_at,
    ndcg_at,
    precision_at,
    recall_at,
    reciprocal_rank_at,
)

ALL = (recall_at, precision_at, ndcg_at, reciprocal_rank_at, average_precision_at)


def test_recall_counts_distinct_documents():
    """Of the relevant b and c the first two distinct documents, a and b, hold one: 1/2."""
    assert recall_at(2, ["a", "a", "b", "c"], {"b", "c"}) == 1 / 2
    assert recall_at(3, ["a", "a", "b", "c"], {"b", "c"}) == 1
    assert recall_at(5, [], {"b"}) == 0


def test_precision_divides_by_k_also_where_fewer_were_found():
    """Two of three are relevant; of five places that is 2/5, and of the first two one, 1/2."""
    assert precision_at(5, ["a", "a", "b", "c"], {"b", "c"}) == 2 / 5
    assert precision_at(2, ["a", "a", "b", "c"], {"b", "c"}) == 1 / 2


def test_ndcg_of_a_ranking_worked_by_hand():
    """Ranked a, b, c with b, c and d relevant: gained 1/log2(3) + 1/log2(4) = .6309 + .5 = 1.1309.

    At 10 the best is three at the top, 1 + .6309 + .5 = 2.1309; at 2 it is two, 1.6309, and .6309 is gained.
    """
    third = 1 / math.log2(3)
    assert ndcg_at(10, ["a", "b", "b", "c"], {"b", "c", "d"}) == pytest.approx((third + 0.5) / (1.5 + third))
    assert ndcg_at(2, ["a", "b", "c"], {"b", "c", "d"}) == pytest.approx(third / (1 + third))
    assert ndcg_at(10, ["d", "c", "b"], {"b", "c", "d"}) == 1


def test_reciprocal_rank_counts_distinct_documents():
    assert reciprocal_rank_at(10, ["a", "a", "b"], {"b"}) == 1 / 2
    assert reciprocal_rank_at(10, ["b", "a"], {"a", "b"}) == 1
    assert reciprocal_rank_at(2, ["a", "b", "c"], {"c"}) == 0


def test_average_precision_of_a_ranking_worked_by_hand():
    """Ranked a, b, c with a, c, d relevant: precision 1/1 at a, 2/3 at c, none at d: (1 + 2/3) / 3 = 5/9."""
    assert average_precision_at(10, ["a", "a", "b", "c"], {"a", "c", "d"}) == pytest.approx(5 / 9)
    assert average_precision_at(2, ["a", "b", "c"], {"a", "c", "d"}) == pytest.approx(1 / 3)


@pytest.mark.parametrize("measure", ALL)
def test_no_measure_is_defined_where_nothing_is_relevant(measure):
    with pytest.raises(ValueError, match="nothing is relevant"):
        measure(5, ["a"], set())


@pytest.mark.parametrize("measure", ALL)
def test_a_ranking_without_a_relevant_one_is_worth_nothing(measure):
    assert measure(5, [], {"a"}) == 0
    assert measure(2, ["b", "c", "a"], {"a"}) == 0


@given(
    st.lists(st.sampled_from("abcdefgh"), max_size=12),
    st.sets(st.sampled_from("abcdefgh"), min_size=1),
    st.integers(1, 10),
)
def test_measures_stay_in_range_and_see_neither_repetitions_nor_what_is_behind_k(ranked, relevant, k):
    first = list(dict.fromkeys(ranked))[:k]
    for measure in ALL:
        value = measure(k, ranked, relevant)
        assert 0 <= value <= 1 + 1e-12
        assert value == measure(k, first, list(relevant))
        assert (value > 0) == bool(set(first) & relevant)
    best = [*sorted(relevant), *ranked]
    assert ndcg_at(k, best, relevant) == pytest.approx(1)
    assert reciprocal_rank_at(k, best, relevant) == 1
