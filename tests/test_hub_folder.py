"""A model named by its hub id, from a cache of the hub's own form: with its pooling, dimensions, prefixes."""

from __future__ import annotations

import json

import numpy as np
import pair_models
import pytest

from bot.embed import SentenceTransformerEncoder
from bot.errors import ModelNotFound, ModelRefused
from bot.weights import encoder_folder, generator_folder, reranker_folder, verifier_folder

TEXTS = ["the ferry sank", "Anna owns the old mill", "owls"]
REVISION = "0123456789abcdef0123456789abcdef01234567"


@pytest.fixture
def hub(tmp_path, monkeypatch):
    """Be offline, with an empty cache; return a function: id -> the folder of its snapshot."""
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "hub"))

    def snapshot(name):
        held = tmp_path / "hub" / f"models--{name.replace('/', '--')}"
        (held / "refs").mkdir(parents=True)
        (held / "refs" / "main").write_text(REVISION)
        (held / "snapshots" / REVISION).mkdir(parents=True)
        return held / "snapshots" / REVISION

    return snapshot


def write_encoder(folder, made_in, *, pooling, n_dimensions=None):
    """Write a tiny encoder with a prefix, one that pools as told and may have a dense layer after it."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer import modules

    bert = pair_models.written(made_in / "bert", " ".join(TEXTS).split(), labels=["x"])
    parts = [modules.Transformer(str(bert)), modules.Pooling(16, pooling_mode=pooling)]
    parts += [modules.Dense(16, n_dimensions)] if n_dimensions else []
    prompts = {"query": "Anna ", "document": "owls "}
    SentenceTransformer(modules=parts, prompts=prompts, device="cpu").save(str(folder))


@pytest.mark.parametrize(("pooling", "n_dimensions"), [("mean", None), ("cls", None), ("max", 6)])
def test_an_encoder_by_hub_id_gives_what_sentence_transformers_gives(hub, tmp_path, pooling, n_dimensions):
    from sentence_transformers import SentenceTransformer

    folder = hub("owner/tiny")
    write_encoder(folder, tmp_path, pooling=pooling, n_dimensions=n_dimensions)
    encoder = SentenceTransformerEncoder("owner/tiny")
    assert (encoder.folder, encoder.identity.name) == (folder, "owner/tiny")
    assert encoder.identity.n_dimensions == (n_dimensions or 16)
    own = SentenceTransformer(str(folder), device="cpu", local_files_only=True)
    of_documents = own.encode(TEXTS, prompt_name="document", normalize_embeddings=True)
    np.testing.assert_allclose(encoder.encode_passages(TEXTS), of_documents, atol=1e-5)
    of_query = own.encode(TEXTS[0], prompt_name="query", normalize_embeddings=True)
    np.testing.assert_allclose(encoder.encode_query(TEXTS[0]), of_query, atol=1e-5)


def test_fingerprints_tell_poolings_apart(hub, tmp_path):
    found = set()
    for pooling in ("mean", "cls"):
        write_encoder(hub(f"owner/{pooling}"), tmp_path, pooling=pooling)
        found.add(SentenceTransformerEncoder(f"owner/{pooling}").identity.fingerprint)
    assert len(found) == 2


@pytest.mark.parametrize("find", [encoder_folder, generator_folder, reranker_folder, verifier_folder])
def test_every_role_takes_a_hub_id_and_refuses_what_could_run_code(hub, find):
    folder = hub("owner/any")
    (folder / "model.safetensors").write_bytes(b"")
    assert find("owner/any") == folder
    (folder / "config.json").write_text(json.dumps({"auto_map": {"AutoModel": "evil.Evil"}}))
    with pytest.raises(ModelRefused, match="wants to run code of its own"):
        find("owner/any")
    with pytest.raises(ModelNotFound, match="'owner/other' is neither a folder here nor could it be had"):
        find("owner/other")
