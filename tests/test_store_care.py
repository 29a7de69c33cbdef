"""What the store checks before it stores, what it keeps private, gives back and finds damaged."""

from __future__ import annotations

import stat
import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from store_samples import ENCODER, TEXT, D, parsed, put, spans, texts_of

from bot.errors import StoreBusy, StoreError
from bot.store import NewPassage, Store


@pytest.fixture
def store(tmp_path):
    return Store.open(tmp_path / "home")


@pytest.fixture
def filled(store):
    with store.writing() as writer:
        put(writer, TEXT, original=b"raw bytes")
    return store


def test_half_a_character_is_refused_and_nothing_is_stored(filled):
    with filled.writing() as writer, pytest.raises(StoreError, match=r"half a character \(U\+D83D at 3\)"):
        put(writer, "abc\ud83d", source="/half")
    assert texts_of(filled) == {"/a/report.txt": TEXT}
    with pytest.raises(StoreError, match="half a character"):
        filled.stored_sha256("default", "/name-\udcff")


def test_a_replacement_that_fails_half_way_leaves_the_old_version_whole(filled):
    broken = [*spans("new words"), NewPassage(0, 3, None, None, "half \ud83d")]
    with filled.writing() as writer:
        for collection in ("default", "second"):
            with pytest.raises(StoreError, match="half a character"):
                writer.put(
                    collection,
                    ENCODER,
                    parsed("new words"),
                    source="/a/report.txt",
                    original=b"new bytes",
                    passages=broken,
                    vectors=np.zeros((2, D), np.float32),
                )
    assert texts_of(filled) == {"/a/report.txt": TEXT}
    assert filled.original(filled.documents("default")[0].doc_id) == b"raw bytes"
    assert [each.name for each in filled.collections()] == ["default"]
    assert filled.revision("default") == 1
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
        "database: sound (its structure, and every reference from row to row)",
        "collection 'default': 1 documents with 4 passages, all whole "
        "(each text, place and vector against the checksum kept of it)",
        "collection 'default': no index file yet, one is not needed",
        "original files: 1, each as it was read (by its SHA-256)",
    )


@pytest.mark.parametrize(
    ("damage", "finding"),
    [
        (
            "UPDATE documents SET text = replace(text, 'nine', 'five')",
            "it is not what was stored",
        ),
        ("UPDATE passages SET vector = zeroblob(32) WHERE id = 2", "it is not what was stored"),
        ("UPDATE passages SET search_text = 'other' WHERE id = 2", "it is not what was stored"),
        ("UPDATE documents SET title = 'Another report'", "it is not what was stored"),
        ("UPDATE documents SET metadata = '{}'", "it is not what was stored"),
        ("UPDATE collections SET fingerprint = 'c'", "it is not what was stored"),
        ("UPDATE documents SET text = CAST(x'ff' || text AS TEXT)", "50 of its 49 characters are there"),
        ("DELETE FROM checksums", "it is not what was stored"),
        ("PRAGMA foreign_keys = OFF; DELETE FROM originals", "original files: 1 are gone"),
        ("UPDATE passages SET vector = zeroblob(31) WHERE id = 2", "a vector has not 8 dimensions"),
        ("UPDATE passages SET end = 1000 WHERE id = 4", "a passage lies outside its text"),
        ("DELETE FROM passages WHERE id = 4", "3 of its 4 passages are there"),
        ("UPDATE documents SET text = substr(text, 1, 9)", "9 of its 49 characters are there"),
        ("UPDATE originals SET bytes = x'00'", "original file"),
    ],
)
def test_verify_finds_what_is_not_as_it_was_stored(filled, damage, finding):
    with filled.writing() as writer:
        writer._db.executescript(damage)
    found = filled.verify()
    assert not found.ok
    assert any(finding in line for line in found.lines)
