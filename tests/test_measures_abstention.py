"""Abstention: worked examples, brute-force oracles, bounds, ties, and what a bootstrap needs."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.evaluate.measures.abstention import (
    NAMES,
    Confusion,
    Questions,
    abstention_f1,
    abstention_statistic,
    accuracy_given_attempted,
    aurc,
    auroc,
    confusion,
    risk_coverage,
)
from bot.evaluate.measures.intervals import bootstrap


def once(n):
    """Every question once: the weights of no resampling."""
    return np.ones((1, n))


EXAMPLE = Questions.from_rows(
    [
        (True, False, True, 0.9),
        (True, False, False, 0.8),
        (True, False, True, 0.7),
        (False, False, True, 0.6),  # an answer to what has none is wrong, whatever `right` says
        (True, True, True, 0.3),
        (False, True, False, 0.5),
        (False, True, False, 0.1),
    ]
)


def test_the_example_by_hand():
    """Four answered, two of them right; three abstained, two of them rightly.

    F1: TP 2, FP 1, FN 1 -> 4/6. AUROC: answerable .9 .8 .7 .3 against .6 .5 .1: 3 + 3 + 3 + 1 of 12 pairs.
    Risks 0/1, 1/2, 1/3, 2/4 -> AURC (0 + 1/2 + 1/3 + 1/2) / 4 = 1/3. Accuracy given attempted 2/4.
    """
    assert confusion(EXAMPLE) == Confusion(2, 2, 2, 1)
    assert abstention_statistic(EXAMPLE)(once(7))[0] == pytest.approx([4 / 6, 10 / 12, 1 / 3, 2 / 4])
    assert np.array(risk_coverage(EXAMPLE)) == pytest.approx(
        np.array([(1 / 7, 0, 0.9), (2 / 7, 1 / 2, 0.8), (3 / 7, 1 / 3, 0.7), (4 / 7, 1 / 2, 0.6)])
    )


def test_tied_answers_are_given_together():
    """Right and wrong at .9, right at .5: risk 1/2 for both at .9, 1/3 at .5 -> (1/2 + 1/2 + 1/3) / 3."""
    tied = Questions.from_rows(
        [(True, False, True, 0.9), (True, False, False, 0.9), (True, False, True, 0.5)]
    )
    assert risk_coverage(tied) == [(2 / 3, 1 / 2, 0.9), (1, 1 / 3, 0.5)]
    assert aurc(tied, once(3))[0] == pytest.approx(4 / 9)


def test_a_tie_is_half_a_win():
    """Positive .9 and .5 against .5 and .1: won, won, tied, won."""
    confidence, positive = np.array([0.9, 0.5, 0.5, 0.1]), np.array([True, True, False, False])
    assert auroc(confidence, positive, once(4))[0] == 3.5 / 4
    assert auroc(np.full(4, 0.5), positive, once(4))[0] == 0.5


@pytest.mark.parametrize(
    ("rows", "undefined"),
    [
        ((), set(NAMES)),
        (((True, False, True, 0.9),), {"abstention F1", "AUROC"}),  # nothing unanswerable
        (((True, True, False, 0.9),), set(NAMES)),
        (((False, True, False, 0.9),), {"AUROC", "AURC", "accuracy given attempted"}),
        (((False, True, False, 0.9), (True, True, False, 0.9)), {"AURC", "accuracy given attempted"}),
    ],
)
def test_a_measure_without_its_class_is_not_defined(rows, undefined):
    values = abstention_statistic(Questions.from_rows(rows))(once(len(rows)))[0]
    assert {name for name, value in zip(NAMES, values, strict=True) if np.isnan(value)} == undefined
    assert risk_coverage(Questions.from_rows(rows)) == [] or "AURC" not in undefined


def test_what_has_no_number_for_a_confidence_is_refused():
    with pytest.raises(ValueError, match="finite"):
        Questions.from_rows([(True, False, True, float("nan"))])


ROWS = st.lists(st.tuples(st.booleans(), st.booleans(), st.booleans(), st.sampled_from([0, 0.2, 0.5, 0.9])))


@given(ROWS)
def test_the_confusion_counts_every_question_once(rows):
    counts = confusion(Questions.from_rows(rows))
    assert sum((counts.answered_right, counts.answered_wrong)) == sum(not row[1] for row in rows)
    assert sum((counts.abstained_rightly, counts.abstained_wrongly)) == sum(row[1] for row in rows)


@given(ROWS)
def test_auroc_is_the_share_of_pairs_won(rows):
    asked = Questions.from_rows(rows)
    pairs = [(p[3] > q[3]) + (p[3] == q[3]) / 2 for p in rows for q in rows if p[0] and not q[0]]
    expected = np.mean(pairs) if pairs else np.nan
    assert auroc(asked.confidence, asked.answerable, once(len(rows)))[0] == pytest.approx(
        expected, nan_ok=True
    )


@given(ROWS)
def test_aurc_is_the_mean_of_plainly_counted_risks(rows):
    answered = [(row[0] and row[2], row[3]) for row in rows if not row[1]]
    risks = []
    for _, threshold in answered:
        given_out = [is_right for is_right, confidence in answered if confidence >= threshold]
        risks.append(given_out.count(False) / len(given_out))
    expected = np.mean(risks) if risks else np.nan
    assert aurc(Questions.from_rows(rows), once(len(rows)))[0] == pytest.approx(expected, nan_ok=True)


@given(ROWS)
def test_f1_and_accuracy_are_plain_counts(rows):
    asked, n = Questions.from_rows(rows), once(len(rows))
    found = sum(not row[0] and row[1] for row in rows)
    n_abstained, n_unanswerable = sum(row[1] for row in rows), sum(not row[0] for row in rows)
    f1 = 2 * found / (n_abstained + n_unanswerable) if n_unanswerable else np.nan
    assert abstention_f1(asked.answerable, asked.abstained, n)[0] == pytest.approx(f1, nan_ok=True)
    right = [row[0] and row[2] for row in rows if not row[1]]
    accuracy = np.mean(right) if right else np.nan
    assert accuracy_given_attempted(asked, n)[0] == pytest.approx(accuracy, nan_ok=True)


@given(ROWS, st.data())
def test_multiplicities_are_questions_repeated(rows, data):
    times = data.draw(st.lists(st.integers(0, 3), min_size=len(rows), max_size=len(rows)))
    repeated = Questions.from_rows((row for row, k in zip(rows, times, strict=True) for _ in range(k)))
    weighted = abstention_statistic(Questions.from_rows(rows))(np.array([times], dtype=float).reshape(1, -1))
    plain = abstention_statistic(repeated)(once(sum(times)))
    np.testing.assert_allclose(weighted, plain, atol=1e-12)


@given(ROWS, st.permutations(range(8)))
def test_bounds_and_order(rows, order):
    asked = Questions.from_rows(rows)
    values = abstention_statistic(asked)(once(len(rows)))[0]
    assert np.isnan(values).any() or ((values >= 0) & (values <= 1)).all()
    shuffled = [rows[i] for i in order if i < len(rows)] + rows[8:]
    np.testing.assert_allclose(
        abstention_statistic(Questions.from_rows(shuffled))(once(len(rows)))[0], values
    )
    squared = Questions.from_rows(
        (*row[:3], row[3] ** 2) for row in rows
    )  # only the order of confidences counts
    np.testing.assert_allclose(abstention_statistic(squared)(once(len(rows)))[0], values)
    points = risk_coverage(asked)
    assert all(one[0] < two[0] and one[2] > two[2] for one, two in pairwise(points))
    if points:
        assert points[-1][0] == pytest.approx(sum(not row[1] for row in rows) / len(rows))
        assert points[-1][1] == pytest.approx(1 - values[3])


@given(ROWS.filter(bool))
def test_turning_the_confidence_turns_auroc(rows):
    asked, n = Questions.from_rows(rows), once(len(rows))
    one = auroc(asked.confidence, asked.answerable, n)
    np.testing.assert_allclose(auroc(-asked.confidence, asked.answerable, n), 1 - one)


def test_the_intervals_hold_their_values():
    generator = np.random.default_rng(3)
    answerable = generator.random(300) < 0.7
    confidence = np.round(generator.normal(answerable, 1.0), 1)
    asked = Questions(answerable, confidence < 0, generator.random(300) < 0.8, confidence)
    estimate = bootstrap(abstention_statistic(asked), 300)
    assert estimate.values.shape == (4,)
    assert (estimate.low <= estimate.values).all()
    assert (estimate.values <= estimate.high).all()
    assert (estimate.high - estimate.low < 0.2).all()
