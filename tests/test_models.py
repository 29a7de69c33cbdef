"""What `bot models` lists, the speeds it measures and keeps, and an encoder of the user's own."""

from __future__ import annotations

import json
import shutil

import numpy as np
import pytest

from bot import cli
from bot.embed import SentenceTransformerEncoder, stated_prefixes
from bot.errors import ModelRefused
from bot.model_rows import model_rows, row_line
from bot.speeds import with_speeds
from bot.weights import encoder_folder


@pytest.fixture
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("BOT_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def folder(tmp_path):
    """Make a small encoder's folder: settings, and weights that nothing here loads."""
    made = tmp_path / "tiny-e5"
    made.mkdir()
    (made / "model.safetensors").write_bytes(bytes(3_000_000))
    (made / "tokenizer.json").write_text("{}")
    (made / "README.md").write_text("---\nlicense: mit\n---\n")
    (made / "config.json").write_text('{"hidden_size": 384, "max_position_embeddings": 512}')
    return made


def rows_of(folder):
    """Return the rows of an encoder and of what has no folder."""
    return [
        {"role": "encoder", "folder": str(folder), "megabytes": 3},
        {"role": "verifier", "folder": None, "megabytes": 0},
    ]


def with_prompts(folder, prompts):
    (folder / "config_sentence_transformers.json").write_text(json.dumps({"prompts": prompts}))
    return folder


@pytest.mark.weights
def test_a_row_says_what_a_folder_is_takes_and_reads(folder):
    (row,) = [row for row in model_rows(encoder=str(folder)) if row["role"] == "encoder"]
    assert (row["name"], row["licence"], row["megabytes"]) == ("tiny-e5", "mit", 3)
    assert (row["dimensions"], row["context_tokens"], row["installed"]) == (384, 512, True)
    assert row_line({**row, "speed": 41.6, "speed_unit": "passages embedded/s"}) == (
        "encoder    tiny-e5                  mit             3 MB  "
        "384 dimensions, 512 tokens, 42 passages embedded/s, search"
    )


@pytest.mark.weights
def test_a_missing_model_says_so_in_its_row(tmp_path):
    rows = model_rows("nonesuch", encoder=str(tmp_path))
    assert [row["installed"] for row in rows if row["role"] in ("generator", "encoder")] == [False, False]
    assert "no model 'nonesuch'" in rows[0]["detail"]


@pytest.mark.weights
def test_a_model_on_a_server_is_not_asked_for_its_row():
    row = model_rows("http://localhost:1/v1#name")[0]
    assert (row["name"], row["detail"]) == (
        "name",
        "on the server http://localhost:1/v1, which was not asked",
    )


def test_a_speed_is_measured_once_and_kept(cache, folder):
    measured, told = [], []
    measures = {"encoder": ("passages/s", lambda path: measured.append(path) or 12.34)}
    rows = rows_of(folder)
    for anew in (False, False, True):
        shown = with_speeds(rows, anew=anew, tell=told.append, measures=measures)
    assert [(row["speed"], row["speed_unit"]) for row in shown] == [(12.3, "passages/s"), (None, None)]
    assert measured == [folder, folder]
    assert told == ["measuring the encoder ...\n"] * 2
    assert [path.name for path in cache.iterdir()] == ["speeds.json"]


def test_a_damaged_file_of_speeds_is_measured_anew(cache, folder):
    cache.mkdir()
    (cache / "speeds.json").write_text("[")
    measures = {"encoder": ("passages/s", lambda path: 5.0)}
    rows = with_speeds(rows_of(folder), anew=False, tell=lambda _: None, measures=measures)
    assert [row["speed"] for row in rows] == [5.0, None]


@pytest.mark.parametrize(
    ("prompts", "prefixes"),
    [
        ({"query": "query: ", "document": "passage: "}, ("query: ", "passage: ")),
        ({"query": "query: ", "passage": "passage: "}, ("query: ", "passage: ")),
        ({"query": "", "document": ""}, ("", "")),
        ({}, ("", "")),
        (None, ("", "")),
        (7, ("", "")),
    ],
)
def test_prefixes_are_those_the_folder_states(folder, prompts, prefixes):
    assert stated_prefixes(with_prompts(folder, prompts)) == prefixes
    encoder = SentenceTransformerEncoder(str(folder))
    assert (encoder.query_prefix, encoder.passage_prefix) == prefixes


def test_a_folder_that_is_no_encoder_is_refused(folder):
    with pytest.raises(ModelRefused, match="could not be read as an encoder"):
        _ = SentenceTransformerEncoder(str(folder)).model
    (folder / "tokenizer.json").unlink()
    with pytest.raises(
        ModelRefused, match=r"has no tokenizer\.json: expected a sentence-transformers folder"
    ):
        SentenceTransformerEncoder(str(folder))


@pytest.mark.weights
def test_a_stated_prefix_is_put_once(tmp_path):
    copied = tmp_path / "encoder"
    shutil.copytree(encoder_folder(), copied)
    with_prompts(copied, {"query": "query: ", "document": "passage: "})
    plain, prefixed = SentenceTransformerEncoder(), SentenceTransformerEncoder(str(copied))
    np.testing.assert_allclose(prefixed.encode_query("owls"), plain.encode_query("query: owls"), atol=1e-5)
    np.testing.assert_allclose(
        prefixed.encode_passages(["owls"])[0], plain.encode_query("passage: owls"), atol=1e-5
    )
    assert prefixed.identity.fingerprint != plain.identity.fingerprint


@pytest.mark.weights
def test_a_collection_of_one_encoder_is_refused_to_another_until_it_is_embedded_anew(tmp_path, capsys):
    """Ingest with the bundled one, ask with a copy that wants prefixes; the line says what helps."""
    copied, home = tmp_path / "copy", tmp_path / "home"
    shutil.copytree(encoder_folder(), copied)
    with_prompts(copied, {"query": "query: ", "document": "passage: "})
    (tmp_path / "owls.txt").write_text("In 2021 the rangers counted 312 owls in the northern woods.")
    options = ["--home", str(home), "--encoder", str(copied)]
    question = ["ask", "How many owls were counted?", *options]
    assert cli.main(["ingest", str(tmp_path / "owls.txt"), "--home", str(home)]) == 0
    assert cli.main(question) == 2
    command = f"bot library rebuild --collection default --encoder {copied}"
    assert command in capsys.readouterr().err
    assert cli.main(["library", "rebuild", *options]) == 0
    assert cli.main(question) == 0
    assert "312 owls" in capsys.readouterr().out
    assert cli.main(["ask", "How many owls?", "--home", str(home)]) == 2
