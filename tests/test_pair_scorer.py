"""The trial of a cross-encoder: what is measured, and that the thing learns what it is shown."""

import numpy as np
import pytest
from safetensors import safe_open

from benchmarks import pair_scorer
from benchmarks.pair_scorer import (
    Asked,
    Pace,
    Pairs,
    PairScorer,
    _learn,
    _pool,
    best_of,
    gains,
    measured,
    read_adapter,
    write_adapter,
)
from bot.weights import encoder_folder, file_sha256

SENTENCES = ["The mill burnt down in 1871.", "The mill stands at the river.", "Bread is made of flour."]


def asked(name: str, kind: str, labels: list[bool], number: int = 0) -> Asked:
    document = f"{name}/{number}"
    cosines = np.linspace(0.9, 0.1, len(labels))
    read = SENTENCES[: len(labels)]
    return Asked(
        name,
        str(number),
        "When did the mill burn?",
        kind,
        document,
        document,
        read,
        cosines,
        np.array(labels),
    )


def test_the_best_sentence_and_its_confidence_are_measured_by_kind():
    questions = [
        asked("a", "given", [True, False]),
        asked("a", "given", [False, True], 1),
        asked("a", "unanswerable", [False, False], 2),
    ]
    logits = {q.key: np.array([2.0 - i, -1.0]) for i, q in enumerate(questions)}
    found = measured(questions, best_of(questions, logits), threshold=0.5)
    assert found["the best sentence answers"] == 0.5
    assert found["AUROC, unanswerable"] == 1.0
    assert found["abstained, given"] == 0.0
    assert found["abstained, unanswerable"] == 1.0
    assert np.isnan(found["AUROC, left out"])


def test_a_score_that_finds_what_the_other_misses_gains_in_every_resample():
    questions = [asked("a", "given", [True, False], i) for i in range(20)]
    wrong = {q.key: np.array([0.0, 1.0]) for q in questions}
    right = {q.key: np.array([1.0, 0.0]) for q in questions}
    lines = list(gains("a", questions, wrong, right))
    assert "a: the best sentence answers +1.000 [+1.000, +1.000], 20 places" in lines


def test_only_half_a_is_learned_from_and_nothing_without_a_sentence_that_answers():
    questions = [asked("a", "given", [i % 2 == 0, False], i) for i in range(40)]
    pool = _pool(questions)
    assert pool
    assert not any(q.is_tested for q in pool)
    assert all(q.labels.any() for q in pool)


@pytest.mark.weights
def test_the_scorer_learns_which_sentence_answers_and_is_stored_with_its_base(monkeypatch, tmp_path):
    monkeypatch.setattr(pair_scorer, "BATCH", 1)
    monkeypatch.setattr(pair_scorer, "WARM_UP", 1)
    question = asked("a", "given", [False, True, False])
    model = PairScorer()
    pairs = Pairs(model)

    def logits() -> np.ndarray:
        return pairs.logits([(question.question, text) for text in question.read]).detach().numpy()

    before = logits()
    assert before.argmax() != 2  # as alike as they are: bread has nothing to do with it
    _learn(model, pairs, [question] * 60, Pace(8.0), lambda: None)
    after = logits()
    assert after.argmax() == 1
    assert set(model.learned()) < set(model.state_dict())
    path = tmp_path / "adapter.safetensors"
    write_adapter(model, path)
    assert path.stat().st_size < 1_500_000
    with safe_open(path, "np") as stored:
        assert stored.metadata()["base_sha256"] == file_sha256(encoder_folder() / "model.safetensors")
        assert set(stored.keys()) == set(model.learned())
    again = PairScorer()
    read_adapter(again, path)
    again_logits = Pairs(again).logits([(question.question, text) for text in question.read])
    np.testing.assert_allclose(again_logits.detach().numpy(), after, atol=0.2)  # half precision
