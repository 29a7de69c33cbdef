"""Where weights are looked for, what is refused, and that a conversion appears whole or not at all."""

from __future__ import annotations

import hashlib

import pytest

from bot import weights
from bot.errors import ModelNotFound, ModelRefused
from bot.weights import (
    BUNDLED_ENCODER,
    BUNDLED_GENERATOR,
    cache_folder,
    convert,
    encoder_folder,
    file_sha256,
    generator_folder,
)


@pytest.fixture
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("BOT_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


def test_a_file_is_hashed_in_pieces(tmp_path):
    path = tmp_path / "large"
    path.write_bytes(b"x" * (2**20 + 7))
    assert file_sha256(path) == hashlib.sha256(b"x" * (2**20 + 7)).hexdigest()


def test_the_cache_is_where_the_user_says(cache):
    assert cache_folder() == cache


@pytest.mark.parametrize(
    ("find", "role", "bundled"),
    [(encoder_folder, "encoder", BUNDLED_ENCODER), (generator_folder, "model", BUNDLED_GENERATOR)],
)
def test_an_unknown_model_is_named_with_what_was_expected(find, role, bundled):
    with pytest.raises(ModelNotFound) as caught:
        find("no-such-model")
    assert str(caught.value).startswith(f"no {role} 'no-such-model': expected '{bundled}'")


def test_a_missing_gguf_file_is_named():
    with pytest.raises(ModelNotFound, match=r"no such file: 'nowhere\.gguf'; give the path of a \.gguf file"):
        generator_folder("nowhere.gguf")


@pytest.mark.parametrize("find", [encoder_folder, generator_folder])
def test_a_folder_of_pickled_weights_is_refused(find, tmp_path):
    (tmp_path / "pytorch_model.bin").write_bytes(b"pickle")
    with pytest.raises(ModelRefused, match=r"holds no \.safetensors file; pickled weights are never loaded"):
        find(str(tmp_path))


@pytest.mark.parametrize("find", [encoder_folder, generator_folder])
def test_a_local_folder_of_safetensors_is_taken_as_it_is(find, tmp_path):
    (tmp_path / "model.safetensors").touch()
    assert find(str(tmp_path)) == tmp_path


def test_missing_bundled_weights_say_what_to_run():
    with pytest.raises(ModelNotFound) as caught:
        weights._package_folder("no_such_package", "MiniLM")
    assert str(caught.value) == (
        "the bundled weights of MiniLM are not installed (package no_such_package): run `make setup`"
    )


def test_a_converted_model_is_taken_from_the_cache_by_the_hash_of_its_source(cache, tmp_path):
    gguf = tmp_path / "tiny.gguf"
    gguf.write_bytes(b"weights")
    folder = cache / f"tiny-{hashlib.sha256(b'weights').hexdigest()[:16]}-v{weights.CONVERSION_VERSION}"
    folder.mkdir(parents=True)
    (folder / "config.json").write_text("{}")
    assert convert(gguf) == generator_folder(str(gguf)) == folder


@pytest.mark.slow
def test_a_conversion_that_fails_leaves_nothing_behind(cache, tmp_path):
    gguf = tmp_path / "broken.gguf"
    gguf.write_bytes(b"no weights")
    with pytest.raises(ModelRefused, match=r"broken\.gguf' could not be read as a GGUF model: "):
        convert(gguf)
    assert list(cache.iterdir()) == []


@pytest.mark.weights
def test_the_bundled_models_are_safetensors_in_local_folders():
    for folder in (encoder_folder(), generator_folder()):
        assert list(folder.glob("*.safetensors"))
        assert not [path for path in folder.rglob("*") if path.suffix in {".bin", ".pt", ".pkl", ".py"}]
