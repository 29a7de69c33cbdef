"""A cross-encoder folder as verifier: found by its labels, read as safetensors only, refused in one line."""

from __future__ import annotations

import json
import shutil

import pair_models
import pytest

from bot import cli
from bot.cross_encoder import CrossEncoderVerifier, entailment_index
from bot.errors import ModelNotFound, ModelRefused
from bot.support import SupportVerifier
from bot.workspace import Workspace

pytestmark = pytest.mark.slow

LABELS = ("contradiction", "neutral", "entailment")
CITED = "The ferry of Vik sank on 3 June 2019 and nobody drowned."
CLAIM = "The ferry sank in 2019."


def written(folder, *, labels=LABELS, pickled=False):
    """Write a tiny classification model that knows the words of the claim and what it cites."""
    known = f"{CITED} {CLAIM}".replace(".", " .").split()
    return pair_models.written(folder, known, labels=labels, pickled=pickled)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return written(tmp_path_factory.mktemp("nli"))


def test_support_is_the_probability_of_entailment(folder):
    import torch

    verifier = CrossEncoderVerifier(str(folder))
    support = verifier.support(CLAIM, CITED)
    pair = verifier.model.tokenizer(CITED, CLAIM, return_tensors="pt")
    with torch.inference_mode():
        expected = verifier.model.model(**pair).logits[0].softmax(-1)[2]
    assert support == pytest.approx(float(expected), abs=1e-6)
    assert 0.0 < support < 1.0
    assert verifier.support("", CITED) == 0.0


def test_long_evidence_is_cut_and_the_claim_is_not(folder):
    verifier = CrossEncoderVerifier(str(folder))
    assert verifier.support(CLAIM, " ".join([CITED] * 50)) == verifier.support(CLAIM, " ".join([CITED] * 60))


@pytest.mark.parametrize(
    ("labels", "index"),
    [
        (LABELS, 2),
        (("ENTAILMENT", "NEUTRAL", "CONTRADICTION"), 0),
        (("not_entailment", "entailment"), 1),
    ],
)
def test_entailment_is_found_by_its_name(tmp_path, labels, index):
    (tmp_path / "config.json").write_text(json.dumps({"id2label": dict(enumerate(labels))}))
    assert entailment_index(tmp_path) == index


@pytest.mark.parametrize("labels", [("LABEL_0", "LABEL_1"), ("not_entailment", "neutral")])
def test_a_folder_without_an_entailment_label_is_refused(tmp_path, labels):
    (tmp_path / "config.json").write_text(json.dumps({"id2label": dict(enumerate(labels))}))
    with pytest.raises(ModelRefused, match=f"has the labels {labels[0]!r}.*expected exactly one that says"):
        entailment_index(tmp_path)


@pytest.mark.parametrize("config", ["{", "[]", "{}", '{"id2label": 3}', '{"id2label": {"x": "entailment"}}'])
def test_a_folder_whose_settings_say_no_labels_is_refused(tmp_path, config):
    (tmp_path / "config.json").write_text(config)
    with pytest.raises(ModelRefused, match=r"has no config\.json with an id2label"):
        entailment_index(tmp_path)


def test_a_missing_folder_is_named():
    with pytest.raises(ModelNotFound, match="no verifier 'nowhere': expected a local folder"):
        CrossEncoderVerifier("nowhere")


def test_pickled_weights_are_refused(tmp_path):
    written(tmp_path, pickled=True)
    with pytest.raises(ModelRefused, match=r"holds no \.safetensors file"):
        CrossEncoderVerifier(str(tmp_path))


def test_a_folder_without_a_trained_head_is_refused(folder, tmp_path):
    from safetensors.numpy import load_file, save_file

    shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
    weights = load_file(folder / "model.safetensors")
    kept = {name: array for name, array in weights.items() if not name.startswith("classifier")}
    save_file(kept, tmp_path / "model.safetensors", metadata={"format": "pt"})
    with pytest.raises(
        ModelRefused, match=r"lacks classifier\.bias, classifier\.weight: expected a model trained"
    ):
        CrossEncoderVerifier(str(tmp_path)).warm()


@pytest.mark.parametrize(
    ("file", "part"), [("model.safetensors", "weights"), ("tokenizer.json", "tokenizer")]
)
def test_damaged_files_are_one_line(folder, tmp_path, file, part):
    shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
    (tmp_path / file).write_bytes(b"nothing of the kind")
    with pytest.raises(ModelRefused, match=f"^the {part} in .* could not be read: [^\n]*$"):
        CrossEncoderVerifier(str(tmp_path)).warm()


def test_it_takes_the_place_of_the_bundled_verifier(folder, tmp_path):
    assert isinstance(Workspace(tmp_path).models.verifier, SupportVerifier)
    chosen = Workspace(tmp_path, verifier=str(folder)).models.verifier
    assert isinstance(chosen, CrossEncoderVerifier)


def test_a_wrong_folder_is_one_line_on_the_command_line(tmp_path, capsys):
    assert cli.main(["--home", str(tmp_path), "ask", "Why?", "--verifier", "nowhere"]) == 2
    assert capsys.readouterr().err.startswith("bot: no verifier 'nowhere': expected a local folder")
