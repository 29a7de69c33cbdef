"""Rankings against what is relevant: worked examples, and what must always hold."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.evaluate.measures.retrieval import recall_at, reciprocal_rank_at


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
