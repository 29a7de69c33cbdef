"""Citation precision and recall, against gold spans and as ALCE has them, on cases worked out by hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.evaluate.measures.citations import (
    citation_precision,
    citation_recall,
    support_precision,
    support_recall,
)
from bot.verify import WordingVerifier


@pytest.mark.parametrize(
    ("cited", "gold", "recall", "precision"),
    [
        ([("d", 0, 5)], [("d", 4, 9)], (1, 1), (1, 1)),  # one character is enough
        ([("d", 0, 5)], [("d", 5, 9)], (0, 1), (0, 1)),  # touching is not overlapping
        ([("d", 0, 5)], [("e", 0, 5)], (0, 1), (0, 1)),  # another document
        ([("d", 0, 99)], [("d", 4, 9), ("d", 20, 30)], (2, 2), (1, 1)),  # one slice holds both
        ([("d", 0, 5), ("d", 6, 8)], [("d", 0, 9)], (1, 1), (2, 2)),  # two slices of one
        ([("d", 0, 5), ("e", 0, 5)], [("d", 0, 9), ("f", 0, 9)], (1, 2), (1, 2)),
        ([("d", 0, 5), ("d", 0, 5)], [("d", 0, 9), ("d", 0, 9)], (1, 1), (1, 1)),  # the same once
        ([("d", 3, 3)], [("d", 0, 9)], (0, 1), (0, 1)),  # nothing is cited by an empty slice
        ([], [("d", 0, 9)], (0, 1), (0, 0)),
        ([("d", 0, 5)], [], (0, 0), (0, 1)),
        ([], [], (0, 0), (0, 0)),
    ],
)
def test_slices_are_compared_with_gold_spans(cited, gold, recall, precision):
    assert citation_recall(cited, gold) == recall
    assert citation_precision(cited, gold) == precision


SPANS = st.lists(
    st.tuples(st.sampled_from("dé"), st.integers(0, 9), st.integers(0, 9)).map(
        lambda span: (span[0], min(span[1:]), max(span[1:]))
    ),
    max_size=5,
)


@given(SPANS, SPANS)
def test_precision_of_one_is_recall_of_the_other(cited, gold):
    part, whole = citation_recall(cited, gold)
    assert (part, whole) == citation_precision(gold, cited)
    assert 0 <= part <= whole == len(set(gold))


@given(SPANS, SPANS, SPANS)
def test_more_citations_never_lower_recall(cited, more, gold):
    assert citation_recall(cited, gold)[0] <= citation_recall([*cited, *more], gold)[0]


def holds(claim: str, cited: str) -> float:
    """Support a claim, a set of letters, by the share of its letters that the cited words have."""
    return len(set(claim) & set(cited)) / len(set(claim))


@pytest.mark.parametrize(
    ("claim", "cited", "recall", "precision"),
    [
        # The paper's case: [1] has all; [2] a part that the others have too, so it is beside the point; [3]
        # has nothing. Without [1] there is no support, without [2] or [3] there still is.
        ("ab", ["ab", "a", "z"], (1, 1), (1, 3)),
        ("ab", ["a", "b"], (1, 1), (2, 2)),  # neither alone, both together: both are needed
        ("abc", ["ab", "bc", "b"], (1, 1), (2, 3)),  # the third adds nothing
        ("ab", ["a", "z"], (0, 1), (0, 2)),  # not supported: none of its citations counts
        ("ab", ["ab"], (1, 1), (1, 1)),
        ("ab", ["ab", "ab"], (1, 1), (2, 2)),  # each alone supports it
        ("ab", [], (0, 1), (0, 0)),
    ],
)
def test_support_is_counted_as_in_alce(claim, cited, recall, precision):
    assert support_recall([(claim, cited)], holds, threshold=1.0) == recall
    assert support_precision([(claim, cited)], holds, threshold=1.0) == precision


def test_the_counts_of_an_answer_are_sums_over_its_sentences():
    """One sentence of two is supported; of three citations its one is to the point."""
    answer = [("ab", ["ab"]), ("cd", ["c", "z"])]
    assert support_recall(answer, holds, threshold=1.0) == (1, 2)
    assert support_precision(answer, holds, threshold=1.0) == (1, 3)
    assert support_recall([], holds) == support_precision([], holds) == (0, 0)


def test_the_threshold_is_the_least_support():
    assert support_recall([("abcd", ["abc"])], holds, threshold=0.75) == (1, 1)
    assert support_recall([("abcd", ["abc"])], holds, threshold=0.76) == (0, 1)


def test_the_verifier_of_the_bot_fits():
    sentences = [
        ("The boat sank.", ["In May the boat sank."]),
        ("The boat sank in June.", ["The boat sank."]),
    ]
    assert support_recall(sentences, WordingVerifier().support) == (1, 2)
    assert support_precision(sentences, WordingVerifier().support) == (1, 2)


LETTERS = st.text("abcß", min_size=1, max_size=3)


@given(st.lists(st.tuples(LETTERS, st.lists(LETTERS, max_size=4)), max_size=4), st.floats(0.1, 1))
def test_counts_stay_within_their_wholes(sentences, threshold):
    recall = support_recall(sentences, holds, threshold=threshold)
    precision = support_precision(sentences, holds, threshold=threshold)
    assert 0 <= recall[0] <= recall[1] == len(sentences)
    assert 0 <= precision[0] <= precision[1] == sum(len(cited) for _, cited in sentences)
    assert bool(precision[0]) <= bool(recall[0])


@given(st.lists(st.tuples(LETTERS, LETTERS), max_size=4))
def test_one_citation_each_makes_precision_recall(pairs):
    sentences = [(claim, [cited]) for claim, cited in pairs]
    assert support_recall(sentences, holds) == support_precision(sentences, holds)
