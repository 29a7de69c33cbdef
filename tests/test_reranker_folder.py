"""A cross-encoder of the user's own as reranker: the order is the model's, and the evidence stays ours."""

from __future__ import annotations

import json
import shutil

import numpy as np
import pair_models
import pytest
from core_fakes import hits_of

from bot import cli
from bot.errors import ModelNotFound, ModelRefused
from bot.left_out import Cuts
from bot.model_rows import model_rows
from bot.models import Choice, Models
from bot.pair_model import PairModel
from bot.rerank import CrossEncoderReranker
from bot.speeds import pairing
from bot.weights import reranker_folder

QUESTION = "Who owns the ferry?"
TEXTS = ("Anna owns it", "the ferry sank", "nobody owns the old mill", "the ferry of Anna", "who sank it")
MARKER = "was-here"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    words = f"{QUESTION} {' '.join(TEXTS)}".replace("?", " ?").split()
    return pair_models.written(tmp_path_factory.mktemp("models") / "tiny-ce", words, labels=["relevance"])


@pytest.fixture
def model(folder):
    return PairModel(folder, str(folder))


def scored_by_the_library(folder, texts):
    """Return logits as sentence-transformers itself gives them."""
    import torch
    from sentence_transformers import CrossEncoder

    judge = CrossEncoder(str(folder), local_files_only=True, device="cpu", activation_fn=torch.nn.Identity())
    return judge.predict([(QUESTION, text) for text in texts])


def test_the_order_is_the_one_that_sentence_transformers_gives(folder, model):
    logits = scored_by_the_library(folder, TEXTS)
    assert np.ptp(logits) > 0.01  # it does tell them apart
    found = CrossEncoderReranker(model).rerank(QUESTION, hits_of(*TEXTS))
    expected = np.argsort(-logits)
    assert [hit.passage.text for hit in found] == [TEXTS[i] for i in expected]
    assert [hit.score for hit in found] == pytest.approx(
        [-np.log1p(np.exp(-logits[i])) for i in expected], abs=1e-5
    )
    assert {(hit.stage, hit.score < 0) for hit in found} == {("reranked", True)}


def test_a_folder_that_sentence_transformers_saved_is_read_alike(folder, model, tmp_path):
    from sentence_transformers import CrossEncoder

    CrossEncoder(str(folder), local_files_only=True, device="cpu").save_pretrained(str(tmp_path))
    saved = PairModel(reranker_folder(str(tmp_path)), str(tmp_path))
    pairs = [(QUESTION, text) for text in TEXTS]
    np.testing.assert_allclose(saved.read(pairs)[0], model.read(pairs)[0], atol=1e-6)


def test_a_score_does_not_depend_on_what_is_read_beside_it(model):
    pairs = [(QUESTION, text) for text in TEXTS]
    together = model.read(pairs)[0]
    np.testing.assert_allclose(together, [model.read([pair])[0][0] for pair in pairs], atol=1e-5)


def test_those_after_the_first_or_too_late_keep_their_place(model):
    hits = hits_of(*TEXTS)
    found = CrossEncoderReranker(model, n_reranked=2).rerank(QUESTION, hits)
    assert found[2:] == hits[2:]
    assert CrossEncoderReranker(model, time_limit_s=-1).rerank(QUESTION, hits) == hits
    assert CrossEncoderReranker(model).rerank(QUESTION, []) == []


def test_a_passage_beyond_its_window_is_counted(model):
    long, cuts = "the ferry sank " * 30, Cuts()
    with cuts.noting():
        CrossEncoderReranker(model).rerank(QUESTION, hits_of(long, "the ferry sank"))
    (left_out,) = cuts.total()
    n_read = len(model.tokenizer(QUESTION, long)["input_ids"])
    assert (left_out.reader, left_out.what, left_out.n_texts) == ("tiny-ce", "passage", 1)
    assert left_out.n_tokens == n_read - 64


def test_a_model_that_says_several_things_is_no_reranker(tmp_path):
    pair_models.written(tmp_path, ["a"], labels=["no", "yes"])
    with pytest.raises(ModelRefused, match="has 2 labels: expected a cross-encoder with one output"):
        CrossEncoderReranker(PairModel(tmp_path, str(tmp_path))).warm()


def test_a_missing_or_unsafe_folder_is_refused_before_anything_is_loaded(folder, tmp_path):
    with pytest.raises(ModelNotFound, match="no reranker 'nowhere': expected 'query-likelihood' or a local"):
        Models(Choice(reranker="nowhere"))
    shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
    settings = json.loads((tmp_path / "config.json").read_text())
    (tmp_path / "evil.py").write_text(f"open({str(tmp_path / MARKER)!r}, 'w')\n")
    (tmp_path / "config.json").write_text(json.dumps(settings | {"auto_map": {"AutoModel": "evil.Evil"}}))
    with pytest.raises(ModelRefused, match="wants to run code of its own"):
        Models(Choice(reranker=str(tmp_path)))
    assert not (tmp_path / MARKER).exists()
    pickled = pair_models.written(tmp_path / "pickled", ["a"], labels=["relevance"], pickled=True)
    with pytest.raises(ModelRefused, match=r"holds no \.safetensors file"):
        Models(Choice(reranker=str(pickled)))
    assert Models(Choice(reranker="nowhere", rerank=False)).reranker(time_limit_s=1) is None


def test_it_is_named_with_its_size_and_speed(folder):
    (row,) = [row for row in model_rows(reranker=str(folder)) if row["role"] == "reranker"]
    assert (row["name"], row["detail"], row["installed"]) == ("tiny-ce", "cross-encoder", True)
    assert (row["dimensions"], row["context_tokens"]) == (16, 64)
    assert pairing(folder) > 0


@pytest.mark.weights
def test_it_orders_the_hits_of_an_answer_and_the_evidence_is_chosen_as_ever(folder, tmp_path, capsys):
    for i, text in enumerate(("The ferry of Vik is owned by Anna Holm.", "The old mill sank into the fen.")):
        (tmp_path / f"{i}.txt").write_text(text)
    home = ["--home", str(tmp_path / "home"), "--json"]
    assert cli.main(["ingest", str(tmp_path / "0.txt"), str(tmp_path / "1.txt"), *home]) == 0
    capsys.readouterr()
    own = ["--reranker", str(folder)]
    assert cli.main(["ask", "Who owns the ferry of Vik?", *home, *own]) == 0
    answer = json.loads(capsys.readouterr().out)
    scores = [hit["score"] for hit in answer["hits"]]
    texts = [
        f"{hit['external_id']}\n\n{(tmp_path / hit['external_id']).with_suffix('.txt').read_text()}"
        for hit in answer["hits"]
    ]
    assert scores == sorted(scores, reverse=True)
    assert len(texts) == 2
    assert {hit["stage"] for hit in answer["hits"]} == {"reranked"}
    assert answer["citations"][0]["quote"] == "The ferry of Vik is owned by Anna Holm."
    models = Models(Choice(reranker=str(folder)))
    assert models.made_with != Models(Choice()).made_with
    models.load()
    (_, reranker, *_) = models.in_use()
    assert (reranker.name, reranker.n_bytes > 0, reranker.load_s > 0) == ("tiny-ce", True, True)


def test_a_tokenizer_without_padding_is_refused_when_it_is_loaded(folder, tmp_path):
    shutil.copytree(folder, tmp_path / "ce")
    settings = json.loads((tmp_path / "ce" / "tokenizer_config.json").read_text())
    settings["pad_token"] = None
    (tmp_path / "ce" / "tokenizer_config.json").write_text(json.dumps(settings))
    (tmp_path / "ce" / "special_tokens_map.json").unlink(missing_ok=True)
    with pytest.raises(ModelRefused, match="has no pad_token"):
        PairModel(tmp_path / "ce", "ce").warm()


def test_positions_that_count_on_from_the_paddings_are_not_texts(folder, monkeypatch):
    import torch

    model = PairModel(folder, "ce")
    table = model.model.bert.embeddings.position_embeddings
    assert (model.max_tokens, table.padding_idx) == (64, None)
    counted = PairModel(folder, "ce")
    counted.model.bert.embeddings.position_embeddings = torch.nn.Embedding(64, 16, padding_idx=1)  # RoBERTa's
    assert counted.max_tokens == 62


def test_a_long_question_is_said_to_be_cut(model):
    cuts = Cuts()
    with cuts.noting():
        CrossEncoderReranker(model).rerank("ferry " * 90, hits_of("the ferry"))
    assert [row.what for row in cuts.total()] == ["question with passage"]
