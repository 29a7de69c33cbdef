"""The dense index ranks as plain arithmetic does, whatever happened to its file."""

from __future__ import annotations

import logging
import threading

import faiss
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from store_samples import ENCODER, D, parsed, put

from bot.datatypes import Collection, EncoderIdentity
from bot.store import DenseIndex, Loaded, NewPassage, Store

SEEDS = range(30)


def brute_force(loaded, query, k):
    """Rank by all inner products in double precision, best first, ties by id."""
    scores = loaded.vectors.astype(np.float64) @ query.astype(np.float64)
    order = np.lexsort((loaded.passage_ids, -scores))[:k]
    return loaded.passage_ids[order], scores[order]


def assert_ranks_like_brute_force(index, loaded, *, seed=0):
    for query in np.random.default_rng(seed).standard_normal((5, loaded.vectors.shape[1])).astype(np.float32):
        for k in (1, 3, 10, len(loaded.passages) + 5):
            ids, scores = index.search(query, k)
            want_ids, want_scores = brute_force(loaded, query, k)
            np.testing.assert_array_equal(ids, want_ids)
            np.testing.assert_allclose(scores, want_scores, rtol=1e-5, atol=1e-6)
            assert (ids.dtype, scores.dtype) == (np.int64, np.float32)


def put_vectors(writer, source, vectors, *, collection="default"):
    n, d = vectors.shape
    passages = [NewPassage(i, i + 1, None, None, "") for i in range(n)]
    encoder = ENCODER if d == D else EncoderIdentity("other size", "e" * 64, d)
    writer.put(
        collection, encoder, parsed("x" * n), source=source, original=None, passages=passages, vectors=vectors
    )


def some_vectors(seed, n=40, d=D):
    return np.random.default_rng(seed).standard_normal((n, d)).astype(np.float32)


@pytest.fixture
def store(tmp_path):
    store = Store.open(tmp_path / "home")
    with store.writing() as writer:
        for i in range(5):
            put_vectors(writer, f"/{i}", some_vectors(i))
        writer.publish("default")
    return store


def generation_file(store, collection="default"):
    return store.home / "generations" / store.generation(collection).file_name


def test_search_by_hand():
    """Query (1, 2) on (1, 0), (0, 1), (1, 1) with ids 5, 9, 7: scores 1, 2, 3."""
    loaded = loaded_of(np.array([[1, 0], [0, 1], [1, 1]], np.float32), ids=[5, 9, 7])
    ids, scores = open_without_file(loaded).search(np.array([1, 2], np.float32), k=2)
    assert ids.tolist() == [7, 9]
    assert scores.tolist() == [3.0, 2.0]


def loaded_of(vectors, ids):
    encoder = EncoderIdentity("hand", "0" * 64, vectors.shape[1])
    collection = Collection("default", encoder, 1, len(vectors), 1)
    return Loaded(1, np.array(ids, np.int64), (), vectors, collection)


def open_without_file(loaded):
    class NoFile:
        def generation(self, collection):
            return None

    return DenseIndex.open(NoFile(), loaded)


def test_ranks_like_brute_force_from_the_file_and_without_it(store):
    loaded = store.load("default")
    assert_ranks_like_brute_force(DenseIndex.open(store, loaded), loaded)
    assert_ranks_like_brute_force(open_without_file(loaded), loaded)


def test_ranks_like_brute_force_after_removals_replacements_and_additions(store):
    with store.writing() as writer:
        writer.remove("default", "/1")
        put_vectors(writer, "/3", some_vectors(33, n=7))
        put_vectors(writer, "/9", some_vectors(99))
    loaded = Store.open(store.home).load("default")
    assert len(loaded.passages) == 5 * 40 - 40 - 40 + 7 + 40
    assert_ranks_like_brute_force(DenseIndex.open(store, loaded), loaded)
    with store.writing() as writer:
        writer.publish("default")
    assert_ranks_like_brute_force(DenseIndex.open(store, loaded), loaded)


def test_refreshing_gives_the_newer_index_and_leaves_the_older_one_alone(store):
    old = store.load("default")
    index = DenseIndex.open(store, old)
    with store.writing() as writer:
        writer.remove("default", "/0")
        put_vectors(writer, "/5", some_vectors(5))
    new = store.load("default")
    assert_ranks_like_brute_force(index.refresh(new), new)
    assert_ranks_like_brute_force(index, old)


def test_an_older_snapshot_is_served_from_a_newer_file(store):
    old = store.load("default")
    with store.writing() as writer:
        writer.remove("default", "/0")
        put_vectors(writer, "/5", some_vectors(5))
        writer.publish("default")
    assert_ranks_like_brute_force(DenseIndex.open(store, old), old)


def test_new_vectors_are_never_mixed_with_those_of_the_old_file(store):
    index, old = DenseIndex.open(store, store.load("default")), store.load("default")
    with store.writing() as writer:
        writer.reembed("default", ENCODER, -old.vectors)
    new = store.load("default")
    assert_ranks_like_brute_force(DenseIndex.open(store, new), new)
    assert_ranks_like_brute_force(index.refresh(new), new)
    with store.writing() as writer:
        writer.reembed("default", EncoderIdentity("half", "d" * 64, D // 2), new.vectors[:, : D // 2])
    half = store.load("default")
    assert_ranks_like_brute_force(DenseIndex.open(store, half), half)
    assert_ranks_like_brute_force(index.refresh(half), half)


def test_an_emptied_collection_gives_nothing(store):
    with store.writing() as writer:
        for i in range(5):
            writer.remove("default", f"/{i}")
        for _ in range(2):
            ids, scores = DenseIndex.open(store, store.load("default")).search(np.ones(D, np.float32), 10)
            assert (ids.shape, scores.shape) == ((0,), (0,))
            writer.publish("default")
    assert store.verify().ok


@settings(deadline=None, max_examples=60)
@given(
    values=st.lists(st.tuples(st.integers(-2, 2), st.integers(-2, 2)), min_size=1, max_size=40),
    query=st.tuples(st.integers(-2, 2), st.integers(-2, 2)),
    k=st.integers(1, 45),
    seed=st.integers(0, 5),
)
def test_equal_scores_come_in_the_order_of_their_ids_at_any_k(values, query, k, seed):
    """Small whole numbers: inner products are exact in float32, so ties are true ties."""
    ids = np.random.default_rng(seed).permutation(len(values)) + 1
    loaded = loaded_of(np.array(values, np.float32), ids)
    found, scores = open_without_file(loaded).search(np.array(query, np.float32), k)
    want, want_scores = brute_force(loaded, np.array(query), k)
    assert found.tolist() == want.tolist()
    assert scores.tolist() == want_scores.tolist()


def test_many_equal_vectors_tie_by_id_beyond_what_faiss_promises():
    vectors = np.repeat(some_vectors(1, n=1, d=384), 500, axis=0)
    ids, _ = open_without_file(loaded_of(vectors, np.arange(500)[::-1])).search(vectors[0], 120)
    assert ids.tolist() == list(range(120))


@pytest.mark.parametrize(
    ("query", "k", "complaint"),
    [
        (np.zeros(D + 1, np.float32), 5, r"a query of shape \(9,\); expected \(8,\)"),
        (np.zeros((1, D), np.float32), 5, "a query of shape"),
        (np.full(D, np.nan, np.float32), 5, "all numbers finite"),
        (np.zeros(D, np.float32), 0, "k is 0; expected 1 or more"),
    ],
)
def test_a_query_that_cannot_be_meant_is_refused(store, query, k, complaint):
    index = DenseIndex.open(store, store.load("default"))
    with pytest.raises(ValueError, match=complaint):
        index.search(query, k)


def damaged_bits(content, rng):
    noisy = bytearray(content)
    for position in rng.choice(8 * len(noisy), 8, replace=False):
        noisy[position // 8] ^= 1 << (position % 8)
    return bytes(noisy)


def truncated(content, rng):
    return content[: rng.integers(len(content))]


def zeroed_page(content, rng):
    start = int(rng.integers(len(content) - 1024))
    return content[:start] + bytes(1024) + content[start + 1024 :]


@pytest.mark.parametrize("damage", [damaged_bits, truncated, zeroed_page])
def test_a_damaged_file_is_noticed_and_changes_no_answer(store, damage, caplog):
    path, loaded = generation_file(store), store.load("default")
    sound = path.read_bytes()
    for seed in SEEDS:
        path.write_bytes(damage(sound, np.random.default_rng(seed)))
        caplog.clear()
        with caplog.at_level(logging.WARNING):
            index = DenseIndex.open(store, loaded)
        assert_ranks_like_brute_force(index, loaded, seed=seed)
        assert "is damaged (its SHA-256 is not the recorded one); the index was rebuilt" in caplog.text
        assert not store.verify().ok
        assert path.exists()


def test_bare_faiss_would_have_used_such_a_file():
    """Why the hash is there: one flipped bit, and other vectors are loaded without complaint."""
    index = faiss.IndexIDMap2(faiss.IndexFlatIP(D))
    index.add_with_ids(some_vectors(0), np.arange(40))
    sound = faiss.serialize_index(index)
    noisy = sound.copy()
    noisy[len(noisy) // 2] ^= 0x40
    loaded = faiss.deserialize_index(noisy)
    assert loaded.ntotal == 40
    assert not np.array_equal(index.index.reconstruct_n(0, 40), loaded.index.reconstruct_n(0, 40))


def test_a_file_swapped_with_another_collections_is_noticed(store, caplog):
    with store.writing() as writer:
        for i in range(5):
            put_vectors(writer, f"/{i}", some_vectors(50 + i), collection="second")
        writer.publish("second")
    one, two = generation_file(store), generation_file(store, "second")
    content = one.read_bytes(), two.read_bytes()
    one.write_bytes(content[1])
    two.write_bytes(content[0])
    for name in ("default", "second"):
        loaded = store.load(name)
        assert_ranks_like_brute_force(DenseIndex.open(store, loaded), loaded)
    assert caplog.text.count("is damaged") == 2
    assert not store.verify().ok


def test_a_missing_file_is_noticed_and_the_next_publishing_mends_it(store, caplog):
    generation_file(store).unlink()
    loaded = store.load("default")
    assert_ranks_like_brute_force(DenseIndex.open(store, loaded), loaded)
    assert "1-1.faiss cannot be read (No such file or directory)" in caplog.text
    assert "`bot library rebuild --collection default` writes it anew" in " ".join(store.verify().lines)
    with store.writing() as writer:
        writer.publish("default")
    assert store.verify().ok


def test_an_old_file_put_back_in_place_of_the_new_one_is_noticed(store, caplog):
    old = generation_file(store).read_bytes()
    with store.writing() as writer:
        put_vectors(writer, "/1", some_vectors(11))
        writer.publish("default")
    generation_file(store).write_bytes(old)
    loaded = store.load("default")
    assert_ranks_like_brute_force(DenseIndex.open(store, loaded), loaded)
    assert "is damaged" in caplog.text


def test_publishing_leaves_one_file_which_verify_calls_sound(store):
    with store.writing() as writer:
        put_vectors(writer, "/9", some_vectors(9))
        line = (
            "collection 'default': index file sound (by its SHA-256); 40 newer and 0 removed passages are "
            "applied on opening"
        )
        assert line in store.verify().lines
        writer.publish("default")
    assert [path.name for path in (store.home / "generations").iterdir()] == ["1-2.faiss"]
    line = "collection 'default': index file sound, with every passage (by its SHA-256 and their numbers)"
    assert line in store.verify().lines


def test_a_reader_whose_file_is_superseded_while_it_opens_finds_the_new_one(store, caplog):
    class Late:
        """A reader that looked the file up just before a writer published anew."""

        home = store.home

        def __init__(self):
            self.answers = [store.generation("default")]
            with store.writing() as writer:
                writer.publish("default")

        def generation(self, collection):
            return self.answers.pop() if self.answers else store.generation(collection)

    loaded = store.load("default")
    assert_ranks_like_brute_force(DenseIndex.open(Late(), loaded), loaded)
    assert caplog.text == ""


def test_threads_may_search_one_index_at_the_same_time(store):
    loaded = store.load("default")
    index, failures = DenseIndex.open(store, loaded), []

    def search(seed):
        try:
            assert_ranks_like_brute_force(index, loaded, seed=seed)
        except AssertionError as failure:
            failures.append(failure)

    threads = [threading.Thread(target=search, args=(seed,)) for seed in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def test_two_stores_share_what_the_samples_put(tmp_path):
    with Store.open(tmp_path).writing() as writer:
        put(writer, "one two three four")
        writer.publish("default")
    other = Store.open(tmp_path)
    loaded = other.load("default")
    assert_ranks_like_brute_force(DenseIndex.open(other, loaded), loaded)
