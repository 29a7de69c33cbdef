"""Question and sentence read together: what that changes, how it is stored, and that it can be learned."""

from dataclasses import replace

import numpy as np
import pytest
from core_fakes import HashEncoder, OverlapModel, hits_of, weighed
from safetensors import safe_open
from safetensors.numpy import save_file

from benchmarks import pair_scorer
from benchmarks.pair_scorer import (
    Asked,
    Pace,
    _learn,
    _pool,
    best_of,
    gains,
    measured,
    write_adapter,
)
from bot import evidence
from bot.errors import ModelRefused
from bot.evidence import EvidenceSelector, Join, load_weights
from bot.left_out import Cuts
from bot.pair_scorer import ADAPTER, MAX_TOKENS, PairNetwork, Pairs, PairScorer, read_adapter
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
    model = PairNetwork()
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
    again = PairNetwork()
    read_adapter(again, path)
    again_logits = Pairs(again).logits([(question.question, text) for text in question.read])
    np.testing.assert_allclose(again_logits.detach().numpy(), after, atol=0.2)  # half precision


class Scripted:
    """Gives each sentence the score it is told, and remembers which it was asked for."""

    def __init__(self, scores: dict[str, float]) -> None:
        self.scores, self.read = scores, []

    def logits(self, question, texts):
        """Return the scores of the last lines."""
        self.read = [text.rpartition("\n")[2] for text in texts]
        return np.array([self.scores.get(text, -5.0) for text in self.read])


TEXT = "The mill burnt down in 1871. The mill stands at the river. Bread is made of flour."


def selected(pairs, join):
    weights = replace(weighed(coverage=2.0, bias=-2.0), join=join)
    selector = EvidenceSelector(OverlapModel(), HashEncoder(), weights, pairs=pairs)
    return {e.text: e.score for e in selector.select("When did the mill burn down?", hits_of(TEXT))}


def test_what_is_read_together_moves_the_score_by_the_weights_of_the_join():
    plain = selected(None, None)
    join = Join(plain=0.5, pair=1.0, bias=0.25, sha256="")
    scores = dict(zip(SENTENCES, (1.0, -1.0, 4.0), strict=True))
    for text, score in selected(Scripted(scores), join).items():
        logit = np.log(plain[text] / (1 - plain[text]))
        assert score == pytest.approx(1 / (1 + np.exp(-(0.25 + 0.5 * logit + scores[text]))))


def test_without_a_join_or_a_scorer_nothing_moves():
    assert selected(Scripted({}), None) == selected(None, Join(1.0, 1.0, 0.0, "")) == selected(None, None)


def test_only_the_best_are_read_together_and_the_others_stay_below_them(monkeypatch):
    monkeypatch.setattr(evidence, "READ_TOGETHER", 1)
    pairs = Scripted({SENTENCES[0]: -9.0})
    found = selected(pairs, Join(1.0, 1.0, 0.0, ""))
    assert pairs.read == SENTENCES[:1]
    assert next(iter(found)) == SENTENCES[0]
    assert max(found.values()) == found[SENTENCES[0]] < 0.01


@pytest.mark.weights
def test_the_adapters_in_use_are_those_that_the_join_was_fitted_with():
    assert load_weights().join.sha256 == file_sha256(ADAPTER)


@pytest.mark.weights
def test_the_sentence_that_answers_scores_highest():
    logits = PairScorer().logits("When did the mill burn down?", SENTENCES)
    assert logits.argmax() == 0
    assert PairScorer().logits("When?", []).shape == (0,)


@pytest.mark.weights
def test_a_sentence_scores_the_same_alone_and_among_others():
    scorer = PairScorer()
    together = scorer.logits("When did the mill burn down?", SENTENCES)
    alone = [scorer.logits("When did the mill burn down?", [text])[0] for text in SENTENCES]
    np.testing.assert_allclose(alone, together, atol=1e-3)


@pytest.mark.weights
def test_what_is_too_long_to_be_read_is_noted():
    cuts = Cuts()
    with cuts.noting():
        PairScorer().logits("When?", ["mill " * (MAX_TOKENS + 100), "The mill burnt."])
    (cut,) = cuts.total()
    assert (cut.what, cut.n_texts) == ("question with passage", 1)
    assert cut.n_tokens > 90


@pytest.mark.weights
@pytest.mark.parametrize("damage", ["gone", "empty", "cut", "base", "less"])
def test_adapters_that_do_not_belong_here_are_refused_in_one_line(damage, tmp_path):
    path = tmp_path / "adapter.safetensors"
    whole = ADAPTER.read_bytes()
    if damage == "empty":
        path.write_bytes(b"")
    elif damage == "cut":
        path.write_bytes(whole[: len(whole) // 2])
    elif damage in {"base", "less"}:
        with safe_open(ADAPTER, "np") as stored:
            tensors = {name: stored.get_tensor(name) for name in list(stored.keys())[damage == "less" :]}
            base = "0" * 64 if damage == "base" else stored.metadata()["base_sha256"]
        save_file(tensors, path, metadata={"base_sha256": base})
    with pytest.raises(ModelRefused, match=r"adapter\.safetensors .*(again|make setup)") as refused:
        PairScorer(path).warm()
    assert "\n" not in str(refused.value)
