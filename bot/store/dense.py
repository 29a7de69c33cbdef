"""Exact nearest passages by inner product. The only module that imports FAISS, and only when used.

An index is a copy of the vectors of one snapshot, never changed once it is made: searches of several
threads need no lock, and a newer snapshot gets an index of its own (`refresh`).
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import numpy as np

from bot.store.generations import DamagedGeneration, read_generation
from bot.store.records import Loaded

if TYPE_CHECKING:
    from bot.store.library import Store

LOG = logging.getLogger(__name__)


class DenseIndex:
    """Ranks the passages of one `Loaded` by the inner product of their vectors with a query's."""

    def __init__(self, index: Any) -> None:  # noqa: ANN401 - FAISS has no types
        """Use `open`. `index` is a FAISS IndexIDMap2 over an IndexFlatIP, from now on this object's."""
        self._index = index

    @classmethod
    def open(cls, store: Store, loaded: Loaded) -> DenseIndex:
        """Index exactly the passages of `loaded`: from the published file, or from the vectors themselves.

        A file that is damaged or missing is never used and never matters: a warning is logged, and the index
        is built from the database's vectors.
        """
        content = _published(store, loaded.collection.name)
        if content is None:
            return cls(_built(loaded))
        return cls(_aligned(_deserialized(content), loaded))

    def refresh(self, loaded: Loaded) -> DenseIndex:
        """Return the index of a newer snapshot. This one stays as it is, for searches under way."""
        import faiss

        return DenseIndex(_aligned(faiss.clone_index(self._index), loaded))

    def search(self, vector: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray]:
        """Find the k passages with the largest inner product, all of them where there are fewer.

        Args:
            vector: (d,) float32.
            k: 1 or more.

        Returns:
            Passage ids (k',) int64 and scores (k',) float32, higher is closer; best first, ties by id.
        """
        if k < 1:
            raise ValueError(f"k is {k}; expected 1 or more")
        if vector.shape != (self._index.d,) or not np.isfinite(vector).all():
            raise ValueError(
                f"a query of shape {vector.shape}; expected ({self._index.d},), all numbers finite"
            )
        k = min(k, self._index.ntotal)
        if k == 0:
            return np.empty(0, np.int64), np.empty(0, np.float32)
        ids, scores = self._with_ties(np.ascontiguousarray(vector[None], dtype=np.float32), k)
        order = np.lexsort((ids, -scores))[:k]
        return ids[order], scores[order]

    def _with_ties(self, query: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray]:
        # FAISS keeps any of the passages that tie for the last place, so fetch on until they are all there.
        fetched = min(k + 1, self._index.ntotal)
        while True:
            scores, ids = self._index.search(query, fetched)
            if fetched == self._index.ntotal or scores[0, fetched - 1] < scores[0, k - 1]:
                return ids[0], scores[0]
            fetched = min(2 * fetched, self._index.ntotal)


def serialized(loaded: Loaded) -> bytes:
    """Return the bytes of an index file of these passages."""
    import faiss

    return faiss.serialize_index(_built(loaded)).tobytes()


def ids_in(content: bytes) -> np.ndarray:
    """Return the passage ids (n,) int64 in an index file, of bytes whose hash was checked."""
    import faiss

    index = _deserialized(content)  # named, because its id_map lives no longer than it does
    return faiss.vector_to_array(index.id_map)


def _published(store: Store, collection: str) -> bytes | None:
    tried = None
    while (generation := store.generation(collection)) is not None:
        try:
            return read_generation(store.home, generation)
        except DamagedGeneration as damage:
            if generation == tried:
                LOG.warning(
                    "%s; the index was rebuilt from the database (`bot library rebuild` mends it)", damage
                )
                return None
            tried = generation  # a writer may just have replaced it: look once more what the database names
    return None


def _deserialized(content: bytes) -> Any:  # noqa: ANN401
    import faiss

    return faiss.deserialize_index(np.frombuffer(content, dtype=np.uint8))


def _built(loaded: Loaded) -> Any:  # noqa: ANN401
    import faiss

    index = faiss.IndexIDMap2(faiss.IndexFlatIP(loaded.collection.encoder.n_dimensions))
    index.add_with_ids(loaded.vectors, loaded.passage_ids)
    return index


def _aligned(index: Any, loaded: Loaded) -> Any:  # noqa: ANN401
    """Take out the passages that `loaded` has not, add those it has more. An id's vector never changes."""
    import faiss

    if index.d != loaded.collection.encoder.n_dimensions:
        return _built(loaded)  # the collection was emptied and filled with another encoder
    held = faiss.vector_to_array(index.id_map)
    gone = np.setdiff1d(held, loaded.passage_ids)
    if gone.size:
        index.remove_ids(gone)
    new = ~np.isin(loaded.passage_ids, held)
    if new.any():
        index.add_with_ids(loaded.vectors[new], loaded.passage_ids[new])
    return index
