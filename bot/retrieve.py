"""Question -> ranked passages of one collection: dense and lexical search, fused. Before rerank.

The collection is held in memory and read again when its revision has grown, so that a chat sees a
document as soon as it is committed, by whichever process.
"""

from __future__ import annotations

import copy
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from bot.about import fields_of
from bot.companies import mention_of
from bot.datatypes import Hit, Passage
from bot.embed import Encoder
from bot.fuse import convex_combination
from bot.lexical import LexicalIndex
from bot.named_rows import N_LOOKED_AT, named_best
from bot.store import DenseIndex, Loaded, Store, require_encoder
from bot.where import EVERYWHERE, Where

N_FROM_EACH = 100  # candidates of each search; fusing 100 or 1,000 gave the same first ten
N_CANDIDATES = 20
SAID_WEIGHT = 0.3  # of what was said before, to the question's 1: benchmarks/results/conversation.md
NAMED_ROW_GAIN = 0.5  # of what a score lacks to 1, for a passage with a row that the question names best
MIN_DOCUMENTS = 10  # the contract of `hits`: as many distinct documents, where the collection has them


@dataclass(frozen=True, eq=False)
class _Snapshot:
    """One committed state of a collection with its two indexes."""

    loaded: Loaded
    dense: DenseIndex
    lexical: LexicalIndex

    @cached_property
    def fields(self) -> Mapping[str, Mapping[str, str]]:
        """What each document can be chosen by, by its doc_id; only of documents that have passages."""
        titles = {passage.doc_id: passage.title for passage in self.loaded.passages}
        return {doc_id: fields_of(title, self.loaded.metadata[doc_id]) for doc_id, title in titles.items()}

    @cached_property
    def known(self) -> Mapping[str, Mapping[str, str]]:
        """The fields of each document, and as "name" its external_id."""
        names = {passage.doc_id: passage.external_id for passage in self.loaded.passages}
        return {doc_id: {**fields, "name": names[doc_id]} for doc_id, fields in self.fields.items()}


class _Held:
    """The collection as it was last read, shared by all that search in it or in a part of it."""

    def __init__(self) -> None:
        self.snapshot: _Snapshot | None = None
        self.lock = threading.Lock()


class Retriever:
    """Searches one collection, or the part of it that `within` gives. Safe to use from several threads."""

    def __init__(self, store: Store, encoder: Encoder, collection: str) -> None:
        self.store = store
        self.encoder = encoder
        self.collection = collection
        self._held = _Held()
        self._where = EVERYWHERE

    def within(self, where: Where) -> Retriever:
        """Return what searches only the documents that are meant, as if there were no others.

        Raises:
            UsageError: no document has such a field, or none has what is asked of it.
            UnknownCollection, EncoderMismatch: as `search`.
        """
        where.chosen(self.snapshot().fields, self.collection)
        narrowed = copy.copy(self)
        narrowed._where = where
        return narrowed

    def search(
        self,
        question: str,
        *,
        said: str = "",
        n_hits: int = N_CANDIDATES,
        hidden: frozenset[str] = frozenset(),
    ) -> list[Hit]:
        """Return the best `n_hits` passages, and after them the best of further documents, up to ten in all.

        Stage "fused", score in [0, 1]. An empty collection has no hits. The documents whose doc_ids are in
        `hidden` are passed over as if they were not there. `said`: what was said before the question, "" for
        nothing; passages like it are candidates too, and a score is then the weighed mean of both.

        Raises:
            UnknownCollection: there is no such collection.
            EncoderMismatch: it was embedded with another encoder.
        """
        snapshot = self.snapshot()
        passages = snapshot.loaded.passages
        if not passages:
            return []
        wanted = [_wanted(snapshot, self.encoder, text) for text in (question, said) if text]
        shown = self._shown(snapshot, hidden)
        n_from_each = N_FROM_EACH
        while True:
            rows, scores = _fused(snapshot, wanted, n_from_each=n_from_each, shown=shown)
            order = np.lexsort((rows, -scores))  # ties by age, so that a rerun gives the same list
            chosen = list(_with_enough_documents(rows[order].tolist(), passages, n_hits))
            n_documents = len({passages[row].doc_id for row in chosen})
            n_shown = len(passages) if shown is None else int(shown.sum())
            if n_documents >= MIN_DOCUMENTS or len(rows) >= n_shown or n_from_each >= len(passages):
                break
            n_from_each *= 4  # a few long documents filled the first places
        scores = _with_named_rows(question, passages, rows, scores)
        order = np.lexsort((rows, -scores))
        chosen = list(_with_enough_documents(rows[order].tolist(), passages, n_hits))
        score_of = dict(zip(rows.tolist(), scores.tolist(), strict=True))
        return ranked(((passages[row], score_of[row]) for row in chosen), stage="fused")

    def publishers(self) -> frozenset[str]:
        """Return who published the documents, as far as their metadata says so."""
        snapshot = self.snapshot()
        told = (each for doc_id, each in snapshot.loaded.metadata.items() if self._means(snapshot, doc_id))
        return frozenset(each["source"] for each in told if each.get("source"))

    def documents(self, *, hidden: frozenset[str] = frozenset()) -> dict[str, Mapping[str, str]]:
        """Return what is known of each document that `search` could find, by its doc_id.

        The fields of `bot/about.py`, and as "name" its external_id.
        """
        snapshot = self.snapshot()
        return {
            doc_id: known
            for doc_id, known in snapshot.known.items()
            if doc_id not in hidden and self._means(snapshot, doc_id)
        }

    def mentioning(self, companies: Sequence[str], doc_ids: Set[str]) -> frozenset[str]:
        """Return those of some documents whose text names one of the companies."""
        wanted = [mention_of(company) for company in companies]
        found: set[str] = set()
        for passage in self.snapshot().loaded.passages if doc_ids else ():
            if passage.doc_id in doc_ids and passage.doc_id not in found:
                found |= (
                    {passage.doc_id} if any(each.search(passage.search_text) for each in wanted) else set()
                )
        return frozenset(found)

    def texts(self, *, hidden: frozenset[str] = frozenset()) -> Iterator[str]:
        """Yield the searched text of every passage that `search` could find."""
        snapshot = self.snapshot()
        shown = self._shown(snapshot, hidden)
        passages = enumerate(snapshot.loaded.passages)
        return (passage.search_text for row, passage in passages if shown is None or shown[row])

    def snapshot(self) -> _Snapshot:
        """Return the collection as last committed, reading it again only where it has changed."""
        with self._held.lock:
            held = self._held.snapshot
            if held is None or self.store.revision(self.collection) != held.loaded.revision:
                held = self._read(held)
                self._held.snapshot = held
            return held

    def _shown(self, snapshot: _Snapshot, hidden: frozenset[str]) -> np.ndarray | None:
        """Return (n_passages,) bool, False for a passage to pass over; None shows all."""
        if not hidden and not self._where:
            return None
        admitted = {doc_id for doc_id in snapshot.fields if doc_id not in hidden}
        admitted = {doc_id for doc_id in admitted if self._means(snapshot, doc_id)}
        return np.array([passage.doc_id in admitted for passage in snapshot.loaded.passages])

    def _means(self, snapshot: _Snapshot, doc_id: str) -> bool:
        """Tell whether a document belongs to the part that is searched, judged by this very snapshot."""
        return not self._where or self._where.admits(snapshot.fields.get(doc_id, {}))

    def _read(self, held: _Snapshot | None) -> _Snapshot:
        loaded = self.store.load(self.collection)
        require_encoder(loaded.collection, self.encoder.identity)
        dense = held.dense.refresh(loaded) if held else DenseIndex.open(self.store, loaded)
        return _Snapshot(loaded, dense, LexicalIndex([p.search_text for p in loaded.passages]))


def ranked(scored: Iterable[tuple[Passage, float]], *, stage: str) -> list[Hit]:
    """Turn passages in the order given into hits of rank 1, 2, 3 and so on."""
    return [Hit(passage, float(score), rank, stage) for rank, (passage, score) in enumerate(scored, start=1)]


def _with_named_rows(
    question: str, passages: Sequence[Passage], rows: np.ndarray, scores: np.ndarray
) -> np.ndarray:
    """Return scores (n,), higher for the passages that have a row of a table which the question names."""
    best = np.lexsort((rows, -scores))[:N_LOOKED_AT]
    named = named_best(question, ranked(((passages[rows[i]], scores[i]) for i in best), stage="fused"))
    lifted = scores.copy()
    lifted[best[named]] += NAMED_ROW_GAIN * (1.0 - scores[best[named]])
    return lifted


def _wanted(snapshot: _Snapshot, encoder: Encoder, text: str) -> tuple[np.ndarray, np.ndarray]:
    """Return what a text is searched by: its vector (d,) and BM25 of every passage (n_passages,)."""
    return encoder.encode_query(text), snapshot.lexical.scores(text)


def _fused(
    snapshot: _Snapshot,
    wanted: Sequence[tuple[np.ndarray, np.ndarray]],
    *,
    n_from_each: int,
    shown: np.ndarray | None = None,
) -> tuple[np.ndarray, np.ndarray]:
    """Return candidate rows (n,) int64 and their fused scores (n,) float32, in no order.

    `wanted`: the question, and what was said before it. `shown`: (n_passages,) bool, False for a passage
    to pass over; None shows all.
    """
    loaded = snapshot.loaded
    n_fetched = n_from_each if shown is None else n_from_each + int((~shown).sum())
    found = [_candidates(snapshot, query, lexical, n_fetched) for query, lexical in wanted]
    rows = np.unique(np.concatenate(found))
    rows = rows if shown is None else rows[shown[rows]]
    fused = [convex_combination(loaded.vectors[rows] @ query, lexical[rows]) for query, lexical in wanted]
    return rows, fused[0] if len(fused) == 1 else (fused[0] + SAID_WEIGHT * fused[1]) / (1 + SAID_WEIGHT)


def _candidates(snapshot: _Snapshot, query: np.ndarray, lexical: np.ndarray, n: int) -> np.ndarray:
    """Return the rows of the best `n` of each search, sorted."""
    found, _ = snapshot.dense.search(query, n)
    best_lexical = np.argsort(-lexical, kind="stable")[:n]
    return np.union1d(np.searchsorted(snapshot.loaded.passage_ids, found), best_lexical)


def _with_enough_documents(order: Sequence[int], passages: Sequence[Passage], n_hits: int) -> Iterator[int]:
    documents: set[str] = set()
    for position, row in enumerate(order):
        doc_id = passages[row].doc_id
        if position < n_hits or (doc_id not in documents and len(documents) < MIN_DOCUMENTS):
            documents.add(doc_id)
            yield row
