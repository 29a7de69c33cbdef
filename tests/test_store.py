"""The contracts of the store: what is put in comes out, whole, under every name it may be called by."""

from __future__ import annotations

import hashlib
import re
import stat
import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from store_samples import ENCODER, OTHER_ENCODER, D, parsed, put, spans, texts_of, vector_of

from bot.datatypes import EncoderIdentity
from bot.errors import EncoderMismatch, StoreBusy, StoreError, UnknownCollection, UnknownDocument, UsageError
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


def test_half_a_character_is_refused_and_nothing_is_stored(filled):
    with filled.writing() as writer, pytest.raises(StoreError, match=r"half a character \(U\+D83D at 3\)"):
        put(writer, "abc\ud83d", source="/half")
    assert texts_of(filled) == {"/a/report.txt": TEXT}
    with pytest.raises(StoreError, match="half a character"):
        filled.stored_sha256("default", "/name-\udcff")


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
        "is 'other' (8 d, fingerprint bbbbbbbbbbbb). Go back to the first, or embed the collection anew: "
        "bot library rebuild --collection default"
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


@pytest.mark.parametrize("shape", [(3, D), (4, D + 1), (4,), (0, D)])
def test_vectors_of_the_wrong_shape_are_refused_naming_both_shapes(filled, shape):
    with (
        filled.writing() as writer,
        pytest.raises(ValueError, match=r"vectors have shape .*; expected \(4, 8\)"),
    ):
        writer.put(
            "default",
            ENCODER,
            parsed(TEXT),
            source="/x",
            original=None,
            passages=spans(TEXT),
            vectors=np.zeros(shape),
        )
    assert len(filled.documents("default")) == 1


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf, 1e39])
def test_vectors_that_are_not_finite_are_refused_naming_the_passage(filled, bad):
    vectors = np.zeros((4, D))
    vectors[2, 5] = bad
    with filled.writing() as writer, pytest.raises(ValueError, match=r"vectors of passages \[2\]"):
        writer.put(
            "default",
            ENCODER,
            parsed(TEXT),
            source="/x",
            original=None,
            passages=spans(TEXT),
            vectors=vectors,
        )


@pytest.mark.parametrize(("start", "end"), [(-1, 3), (3, 3), (5, 4), (0, len(TEXT) + 1)])
def test_spans_outside_the_text_are_refused(filled, start, end):
    (first, *_) = spans(TEXT)
    wrong = type(first)(start, end, None, None, "")
    with filled.writing() as writer, pytest.raises(ValueError, match="passage 0 is"):
        writer.put(
            "default",
            ENCODER,
            parsed(TEXT),
            source="/x",
            original=None,
            passages=[wrong],
            vectors=np.zeros((1, D)),
        )


def test_what_was_put_before_the_caller_failed_stays(store):
    with store.writing() as writer:
        put(writer, TEXT)
        with pytest.raises(ValueError, match="vectors have shape"):
            writer.reembed("default", ENCODER, np.zeros((1, 1)))
    with pytest.raises(KeyError), store.writing() as writer:
        raise KeyError(put(writer, "Second text", source="/b"))
    assert texts_of(store) == {"/a/report.txt": TEXT, "/b": "Second text"}
    with store.writing(wait_s=0) as writer:  # and the lock is free again
        writer.remove("default", "/b")


def test_trouble_of_the_caller_is_not_taken_for_trouble_of_the_store(store):
    with pytest.raises(FileNotFoundError), store.writing():
        raise FileNotFoundError("a file of the caller")


def test_only_the_owner_may_read_what_is_stored(filled):
    with filled.writing() as writer:
        writer.publish("default")
        log = filled.home / "library.sqlite-wal"
        assert stat.S_IMODE(log.stat().st_mode) == 0o600
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in filled.home.rglob("*")}
    assert stat.S_IMODE(filled.home.stat().st_mode) == 0o700
    assert modes == {"library.sqlite": 0o600, "library.lock": 0o600, "generations": 0o700, "1-1.faiss": 0o600}


def test_compacting_frees_what_removed_documents_held(filled):
    with filled.writing() as writer:
        put(writer, "soon gone", source="/big", original=bytes(range(256)) * 8000)
        writer.publish("default")
        stray = filled.home / "generations" / "1-99.faiss.tmp"
        foreign = filled.home / "generations" / "notes.txt"
        stray.write_bytes(b"left by a killed writer")
        foreign.write_bytes(b"not ours")
        writer.remove("default", "/big")
        assert writer.compact() > 2_000_000
    assert (filled.home / "library.sqlite").stat().st_size < 200_000
    assert not stray.exists()
    assert foreign.exists()
    assert texts_of(filled) == {"/a/report.txt": TEXT}
    assert filled.verify().ok


def test_a_second_writer_in_the_same_process_is_refused_too(filled):
    with (
        filled.writing(),
        pytest.raises(StoreBusy, match="is being written to by process"),
        filled.writing(wait_s=0),
    ):
        pass


def test_many_threads_may_read_one_store_while_another_writes(filled):
    stop = threading.Event()

    def read():
        lengths = set()
        while not stop.is_set():
            loaded = filled.load("default")
            lengths.add(
                (len(loaded.passages), len(loaded.vectors), filled.collection("default").n_documents >= 1)
            )
        return lengths

    with ThreadPoolExecutor(4) as pool:
        readers = [pool.submit(read) for _ in range(4)]
        try:
            with filled.writing() as writer:
                for i in range(15):
                    put(writer, TEXT, source=f"/{i % 3}")
        finally:
            stop.set()
        for reader in readers:
            assert all(n == m and n % 4 == 0 and some for n, m, some in reader.result())


def test_verify_says_in_plain_lines_what_is_sound(filled):
    assert filled.verify().lines == (
        "database: sound",
        "collection 'default': 1 documents with 4 passages, all whole",
        "collection 'default': no index file yet, one is not needed",
    )


@pytest.mark.parametrize(
    ("damage", "finding"),
    [
        (
            "UPDATE documents SET text = replace(text, 'nine', 'five')",
            "text or vectors are not what was stored",
        ),
        ("UPDATE passages SET vector = zeroblob(32) WHERE id = 2", "text or vectors are not what was stored"),
        ("UPDATE passages SET vector = zeroblob(31) WHERE id = 2", "a vector has not 8 dimensions"),
        ("UPDATE passages SET end = 1000 WHERE id = 4", "a passage lies outside its text"),
        ("DELETE FROM passages WHERE id = 4", "3 of its 4 passages are there"),
        ("UPDATE documents SET text = substr(text, 1, 9)", "9 of its 49 characters are there"),
        ("UPDATE originals SET bytes = x'00'", "original file"),
    ],
)
def test_verify_finds_what_is_not_as_it_was_stored(filled, damage, finding):
    with filled.writing() as writer:
        writer._db.execute(damage)
    found = filled.verify()
    assert not found.ok
    assert any(finding in line for line in found.lines)
