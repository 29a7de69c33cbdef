"""Model folders that would run code when they are loaded: refused with the reason, and nothing runs."""

from __future__ import annotations

import json
import pickle
import shutil
from pathlib import Path

import pytest

from bot.cross_encoder import CrossEncoderVerifier
from bot.embed import SentenceTransformerEncoder
from bot.errors import ModelRefused
from bot.language_model import LanguageModel
from bot.safe_folder import require_safe
from bot.weights import encoder_folder, generator_folder, verifier_folder

ROLES = pytest.mark.parametrize("find", [encoder_folder, generator_folder, verifier_folder])
MODULES = [{"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"}]


class Trap:
    """Pickled, it creates a file as soon as it is loaded."""

    def __init__(self, marker):
        self.marker = marker

    def __reduce__(self):
        return Path.touch, (self.marker,)


@pytest.fixture
def marker(tmp_path):
    return tmp_path / "code-has-run"


@pytest.fixture
def folder(tmp_path):
    """Make a folder that all three roles take."""
    made = tmp_path / "model"
    made.mkdir()
    (made / "model.safetensors").write_bytes(b"weights")
    write(made / "config.json", {"id2label": {"0": "entailment", "1": "other"}})
    write(made / "modules.json", MODULES)
    return made


def write(path, settings):
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(settings))


def set_trap(path, marker):
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(pickle.dumps(Trap(marker)))


def test_the_trap_works(tmp_path, marker):
    set_trap(tmp_path / "trap.bin", marker)
    pickle.loads((tmp_path / "trap.bin").read_bytes())
    assert marker.exists()


@ROLES
def test_a_folder_of_weights_and_settings_is_taken(find, folder):
    assert find(str(folder)) == folder


@ROLES
@pytest.mark.parametrize("name", ["pytorch_model.bin", "model.pt", "weights.PKL", "last.ckpt"])
def test_pickled_weights_alone_are_refused_and_not_loaded(find, folder, marker, name):
    (folder / "model.safetensors").unlink()
    set_trap(folder / name, marker)
    with pytest.raises(ModelRefused, match=r"holds no \.safetensors file; pickled weights are never loaded"):
        find(str(folder))
    assert not marker.exists()


@ROLES
def test_a_pickle_of_one_layer_in_a_folder_of_its_own_is_refused(find, folder, marker):
    set_trap(folder / "2_Dense" / "pytorch_model.bin", marker)
    with pytest.raises(ModelRefused) as raised:
        find(str(folder))
    assert str(raised.value) == (
        f"{str(folder)!r} has the pickle 2_Dense/pytorch_model.bin without .safetensors beside it; a pickle "
        "can run code as it is loaded: convert it first"
    )
    assert not marker.exists()


@ROLES
@pytest.mark.parametrize("file", ["config.json", "tokenizer_config.json", "0_Transformer/config.json"])
def test_settings_that_name_code_are_refused(find, folder, file):
    write(folder / file, {"auto_map": {"AutoModel": "modeling_evil.Evil"}})
    with pytest.raises(ModelRefused) as raised:
        find(str(folder))
    assert str(raised.value) == (
        f"{str(folder)!r} has 'auto_map' in {file}: it wants to run code of its own, which is never loaded; "
        "use a model that transformers knows"
    )


@ROLES
def test_a_module_that_is_not_sentence_transformers_own_is_refused(find, folder):
    write(folder / "modules.json", [*MODULES, {"idx": 1, "path": "", "type": "evil.Module"}])
    with pytest.raises(ModelRefused, match=r"wants a module of the kind 'evil\.Module' in modules\.json"):
        find(str(folder))


@pytest.mark.parametrize("content", [b"{", b"[1, 2]", b"[" * 100_000, b"\xff", b"null"])
def test_damaged_settings_are_for_their_reader_to_complain_of(folder, content):
    (folder / "config.json").write_bytes(content)
    assert require_safe(folder, "m") == folder


@pytest.mark.parametrize(
    "load",
    [
        lambda name: SentenceTransformerEncoder(name),
        lambda name: CrossEncoderVerifier(name),
    ],
    ids=["encoder", "cross-encoder"],
)
def test_the_models_themselves_refuse_before_they_load(load, folder, marker):
    set_trap(folder / "pytorch_model.bin", marker)
    write(folder / "config.json", {"auto_map": {"AutoModel": "evil.Evil"}})
    with pytest.raises(ModelRefused):
        load(str(folder))
    assert not marker.exists()


@pytest.mark.weights
def test_a_pickle_beside_safetensors_is_never_read(tmp_path, marker):
    """The bundled models with a trap beside their weights are loaded for real, and it does not go off."""
    for find, load in (
        (encoder_folder, lambda name: SentenceTransformerEncoder(name).encode_query("hello")),
        (generator_folder, lambda name: LanguageModel(generator_folder(name), "copy").warm()),
    ):
        copied = tmp_path / find.__name__
        shutil.copytree(find(), copied)
        for name in ("pytorch_model.bin", "training_args.bin"):
            set_trap(copied / name, marker)
        load(str(copied))
    assert not marker.exists()


@pytest.mark.weights
def test_code_beside_a_folder_is_not_imported(tmp_path, marker):
    copied = tmp_path / "encoder"
    shutil.copytree(encoder_folder(), copied)
    (copied / "modeling_evil.py").write_text(f"open({str(marker)!r}, 'w')\n")
    SentenceTransformerEncoder(str(copied)).encode_query("hello")
    write(copied / "modules.json", [{"idx": 0, "name": "0", "path": "", "type": "modeling_evil.Evil"}])
    with pytest.raises(ModelRefused):
        SentenceTransformerEncoder(str(copied))
    assert not marker.exists()
