"""What documents, collections and encoders are called by, and what a wrong name is answered with."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest
from store_samples import ENCODER, OTHER_ENCODER, D, put, texts_of

from bot.datatypes import EncoderIdentity
from bot.errors import EncoderMismatch, UnknownCollection, UnknownDocument, UsageError
from bot.store import Store, document_id

TEXT = "Revenue grew by nine percent in the year to March"


@pytest.fixture
def store(tmp_path):
    return Store.open(tmp_path / "home")


@pytest.fixture
def filled(store):
    with store.writing() as writer:
        put(writer, TEXT, original=b"raw bytes")
    return store


def test_document_id_is_sixteen_digits_of_sha256_over_the_three_with_nul_between():
    expected = hashlib.sha256(b"default\0/a/b.txt\0" + b"0" * 64).hexdigest()[:16]
    assert document_id("default", "/a/b.txt", "0" * 64) == expected


def test_document_id_keeps_its_parts_apart():
    assert document_id("a", "bc", "0") != document_id("ab", "c", "0")


@pytest.mark.parametrize("call", ["report", "/a/report.txt", "doc_id", "prefix", "PREFIX"])
def test_a_document_answers_to_each_of_its_names(filled, call):
    doc_id = filled.documents("default")[0].doc_id
    name = {"doc_id": doc_id, "prefix": doc_id[:4], "PREFIX": doc_id[:6].upper()}.get(call, call)
    assert filled.document("default", name).doc_id == doc_id


def test_a_document_answers_to_a_relative_path(store, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with store.writing() as writer:
        put(writer, TEXT, source=str(tmp_path.resolve() / "notes" / "a.txt"))
    assert store.document("default", "notes/a.txt").text == TEXT


@pytest.mark.parametrize(
    "name", ["", "rep", "abc", "/a/report", "zzzz", "a\0b", "%", "____", "????", "[a-f]*"]
)
def test_a_name_that_fits_no_document_is_refused_with_the_command_that_lists_them(filled, name):
    with pytest.raises(UnknownDocument) as raised:
        filled.document("default", name)
    assert str(raised.value) == (
        f"no document {name!r} in collection 'default', which has 1: give an external_id, a path "
        "or URL, or 4 or more digits of a doc_id, as `bot library list --collection default` shows them"
    )


def test_an_ambiguous_name_lists_five_doc_ids(store):
    with store.writing() as writer:
        doc_ids = [put(writer, TEXT, source=f"/{i}", external_id="same")[0] for i in range(7)]
        with pytest.raises(UnknownDocument) as raised:
            writer.remove("default", "same")
    assert str(raised.value) == (
        f"'same' means 7 documents of collection 'default': {', '.join(doc_ids[:5])} and 2 more; "
        "give one of these doc_ids"
    )
    assert len(store.documents("default")) == 7


def test_an_exact_source_wins_over_an_external_id_of_the_same_letters(store):
    with store.writing() as writer:
        put(writer, "by source", source="name")
        put(writer, "by external id", source="/else", external_id="name")
    assert store.document("default", "name").text == "by source"


def test_an_unknown_collection_names_those_there_are_and_the_command(filled):
    with pytest.raises(UnknownCollection) as raised:
        filled.collection("finance")
    assert str(raised.value) == (
        "no collection 'finance'; there are: default. To add documents: bot ingest PATH --collection finance"
    )


@pytest.mark.parametrize("name", ["", "a b", "../x", "a/b", "x" * 65, "a\n", "naïve", "a\0"])
def test_a_collection_cannot_have_just_any_name(store, name):
    with (
        store.writing() as writer,
        pytest.raises(UsageError, match=r"a collection cannot be called .* use 1 to 64"),
    ):
        put(writer, TEXT, collection=name)
    assert store.collections() == ()


@pytest.mark.parametrize("name", ["default", "annual-reports.2024", "A_b", "..", "x" * 64])
def test_collection_names_never_become_paths(store, name):
    with store.writing() as writer:
        put(writer, TEXT, collection=name)
        writer.publish(name)
    assert sorted(path.name for path in (store.home / "generations").iterdir()) == ["1-1.faiss"]


def test_another_encoder_is_refused_by_its_fingerprint_even_of_the_same_size(filled):
    with filled.writing() as writer, pytest.raises(EncoderMismatch) as raised:
        put(writer, "new words", encoder=OTHER_ENCODER, source="/other")
    assert str(raised.value) == (
        "collection 'default' was embedded with 'tiny' (8 d, fingerprint aaaaaaaaaaaa); the encoder in use "
        "is 'other' (8 d, fingerprint bbbbbbbbbbbb). Go back to the first (--encoder tiny), or embed the "
        "collection anew: bot library rebuild --collection default --encoder other"
    )
    assert texts_of(filled) == {"/a/report.txt": TEXT}
    assert filled.collection("default").encoder == ENCODER


def test_an_empty_collection_takes_another_encoder(filled):
    larger = EncoderIdentity("large", "c" * 64, 16)
    with filled.writing() as writer:
        writer.publish("default")
        writer.remove("default", "report")
        put(writer, TEXT, encoder=larger)
    assert filled.collection("default").encoder == larger
    assert filled.load("default").vectors.shape == (4, 16)
    assert filled.verify().ok


def test_reembedding_changes_vectors_and_encoder_and_nothing_else(filled):
    before = filled.load("default")
    doubled = np.concatenate((before.vectors, -before.vectors), axis=1)
    with filled.writing() as writer:
        writer.reembed("default", EncoderIdentity("double", "d" * 64, 2 * D), doubled)
    after = filled.load("default")
    assert after.passages == before.passages
    np.testing.assert_array_equal(after.vectors, doubled)
    assert after.passage_ids.min() > before.passage_ids.max()
    assert after.collection.encoder.name == "double"
    assert after.revision > before.revision
    assert filled.verify().ok
