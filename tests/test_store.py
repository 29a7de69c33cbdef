"""What is put into the store comes out as it was, whole, and only what is there comes out."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing

import numpy as np
import pytest
from store_samples import ENCODER, FACTS, TEXT, D, parsed, put, texts_of, vector_of

from bot.errors import UnknownCollection
from bot.store import Store, document_id


@pytest.fixture
def store(tmp_path):
    return Store.open(tmp_path / "home")


@pytest.fixture
def filled(store):
    with store.writing() as writer:
        put(writer, TEXT, original=b"raw bytes")
    return store


def test_a_home_that_does_not_exist_reads_as_empty_and_is_not_created(store):
    assert store.collections() == ()
    assert store.stored_sha256("default", "/a") is None
    assert store.revision("default") == 0
    assert store.original("0" * 16) is None
    assert store.verify().ok
    with pytest.raises(UnknownCollection, match="the library is empty"):
        store.load("default")
    assert not store.home.exists()


def test_reading_a_home_without_a_library_leaves_it_empty(tmp_path):
    assert Store.open(tmp_path).collections() == ()
    assert list(tmp_path.iterdir()) == []


def test_a_document_comes_out_as_it_went_in(filled):
    document = filled.document("default", "report")
    want = parsed(TEXT)
    assert (document.text, document.title, document.external_id) == (want.text, want.title, want.external_id)
    assert (document.page_starts, document.sections) == (want.page_starts, want.sections)
    assert document.metadata == want.metadata
    assert document.doc_id == document_id("default", "/a/report.txt", want.sha256)
    assert document.n_passages == 4
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00", document.added)
    assert filled.stored_sha256("default", "/a/report.txt") == want.sha256
    assert filled.original(document.doc_id) == b"raw bytes"


def test_facts_come_out_as_they_went_in_and_go_with_their_document(store):
    with store.writing() as writer:
        put(writer, TEXT, facts=FACTS)
        put(writer, "no facts here", source="/b")
    found = store.document("default", "/a/report.txt")
    assert (found.facts, found.n_hidden_facts) == (FACTS, 2)
    assert store.document("default", "/b").facts == ()
    with store.writing() as writer:
        put(writer, TEXT, facts=FACTS[:1])
        writer.remove("default", "/b")
    assert store.document("default", "/a/report.txt").facts == FACTS[:1]
    with store.writing() as writer:
        writer.remove("default", "/a/report.txt")
    with closing(sqlite3.connect(store.home / "library.sqlite")) as db:
        for table in ("facts", "hidden_facts"):
            assert db.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)
    assert store.verify().ok


def test_every_passage_is_its_slice_of_the_text_and_has_its_vector(filled):
    loaded = filled.load("default")
    assert [p.text for p in loaded.passages] == ["Revenue grew by", "nine percent in", "the year to", "March"]
    for passage, vector in zip(loaded.passages, loaded.vectors, strict=True):
        assert TEXT[passage.start : passage.end] == passage.text
        assert passage.passage_id == f"{passage.doc_id}:{passage.start}-{passage.end}"
        assert (passage.page, passage.section) == (1, "Body")
        assert passage.search_text == f"title {passage.text}"
        np.testing.assert_array_equal(vector, vector_of(passage.text))
    assert loaded.vectors.dtype == np.float32
    assert loaded.passage_ids.dtype == np.int64
    assert filled.passages("default") == loaded.passages


def test_summary_counts_characters_passages_and_pages(filled):
    (summary,) = filled.documents("default")
    assert (summary.characters, summary.passages, summary.pages) == (len(TEXT), 4, 1)
    assert filled.collection("default").n_passages == 4
    assert filled.collection("default").encoder == ENCODER


def test_other_bytes_under_the_same_source_replace_the_old_version_whole(filled):
    old_ids = set(filled.load("default").passage_ids.tolist())
    with filled.writing() as writer:
        doc_id, status = put(writer, "Entirely new words", original=b"new bytes")
    loaded = filled.load("default")
    assert status == "replaced"
    assert [passage.text for passage in loaded.passages] == ["Entirely new words"]
    assert old_ids.isdisjoint(loaded.passage_ids.tolist())
    assert filled.original(doc_id) == b"new bytes"
    assert filled.original(document_id("default", "/a/report.txt", parsed(TEXT).sha256)) is None


def test_the_same_version_may_be_put_again(filled):
    with filled.writing() as writer:
        assert put(writer, TEXT, original=b"raw bytes")[1] == "replaced"
    assert texts_of(filled) == {"/a/report.txt": TEXT}
    assert filled.original(filled.documents("default")[0].doc_id) == b"raw bytes"


def test_equal_texts_under_two_sources_are_two_documents(filled):
    with filled.writing() as writer:
        assert put(writer, TEXT, source="/b")[1] == "added"
    assert texts_of(filled) == {"/a/report.txt": TEXT, "/b": TEXT}


def test_the_same_source_in_two_collections_is_two_documents(filled):
    with filled.writing() as writer:
        put(writer, "Other words", collection="second")
        writer.remove("second", "report")
    assert texts_of(filled) == {"/a/report.txt": TEXT}
    assert filled.documents("second") == ()


def test_an_original_goes_with_the_last_document_that_needs_it(filled):
    with filled.writing() as writer:
        twin, _ = put(writer, TEXT, source="/twin", original=b"raw bytes")
        writer.remove("default", "/a/report.txt")
        assert filled.original(twin) == b"raw bytes"
        writer.remove("default", twin)
    assert b"raw bytes" not in _table(filled, "SELECT bytes FROM originals")


def _table(store, statement):
    with store._reading() as db:
        return [row[0] for row in db.execute(statement)]


def test_the_revision_grows_with_every_change_and_with_nothing_else(filled):
    seen = [filled.revision("default")]
    with filled.writing() as writer:
        for change in (lambda: put(writer, "one", source="/1"), lambda: writer.remove("default", "/1")):
            change()
            seen.append(filled.revision("default"))
        writer.publish("default")
        writer.compact()
    assert seen == sorted(set(seen))
    assert filled.revision("default") == seen[-1] == filled.load("default").revision


def test_a_document_without_passages_and_one_without_pages_are_documents(store):
    with store.writing() as writer:
        put(writer, "")
    assert store.load("default").vectors.shape == (0, D)
    assert store.document("default", "report").text == ""


@pytest.mark.parametrize(
    "text", ["before\0after", "\ufeffmark", "a\u2028b \U0001f600 \u0301", "' \" % _ --; DROP"]
)
def test_unusual_characters_come_back_unchanged(store, text):
    with store.writing() as writer:
        put(writer, text, source=text, external_id=text)
    document = store.document("default", text)
    assert (document.text, document.source, document.external_id) == (text, text, text)
    assert store.documents("default")[0].characters == len(text)
    assert "".join(p.text for p in store.passages("default")).replace(" ", "") == text.replace(" ", "")
    assert store.verify().ok
