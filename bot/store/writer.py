"""The one writer: puts whole documents in, takes them out, publishes index files."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from bot.datatypes import DocumentSummary, EncoderIdentity, NewPassage, ParsedDocument
from bot.store import changes, dense, generations, rows
from bot.store.checks import checked_spans, checked_vectors
from bot.store.database import DATABASE_FILE
from bot.store.explain import explained
from bot.store.records import checked_name, document_id
from bot.store.transaction import transaction


class Writer:
    """Changes to a library. Each is on the disk when its method returns. For one thread at a time."""

    def __init__(self, home: Path, db: sqlite3.Connection) -> None:
        """Use `Store.writing`, which holds the lock."""
        self.home = home
        self._db = db

    def put(
        self,
        collection: str,
        encoder: EncoderIdentity,
        parsed: ParsedDocument,
        *,
        source: str,
        original: bytes | None,
        passages: Sequence[NewPassage],
        vectors: np.ndarray,
        added: str | None = None,
    ) -> tuple[str, str]:
        """Store a document with its passages, or replace the version stored under the same source.

        Args:
            collection: made if missing. One without documents takes over `encoder`.
            encoder: which made `vectors`.
            parsed: as a parser gave it.
            source: with `collection`, the document's identity.
            original: the bytes it was parsed from, if they are to be kept; equal bytes are kept once.
            passages: spans of `parsed.text`.
            vectors: (n, d) float32, row i of `passages[i]`.
            added: when it first was, UTC, ISO 8601, of one that is moved from another home; None for now.

        Returns:
            The doc_id, and "added" or "replaced".

        Raises:
            UsageError: no collection may have that name.
            EncoderMismatch: the collection's documents were embedded with another encoder.
            StoreError: the disk is full or unwritable. Nothing was changed.
            ValueError: shapes, offsets or numbers that cannot be right, which is a bug of the caller.
        """
        checked_name(collection)
        checked_spans(parsed.text, passages, parsed.facts)
        stored = checked_vectors(vectors, n=len(passages), d=encoder.n_dimensions)
        doc_id = document_id(collection, source, parsed.sha256)
        with explained(self.home), transaction(self._db):
            collection_id = changes.claim_collection(self._db, collection, encoder)
            replaced = changes.delete_document(self._db, collection_id, source)
            kept = changes.keep_original(self._db, original)
            identity = (collection_id, doc_id, source)
            changes.insert_document(
                self._db,
                identity,
                parsed,
                passages=passages,
                vectors=stored,
                original_sha256=kept,
                added=added,
            )
            changes.grow_revision(self._db, collection_id)
        return doc_id, "replaced" if replaced else "added"

    def remove(self, collection: str, name: str) -> DocumentSummary:
        """Remove the document that `name` means, as in `Store.document`, and return what it was.

        Raises:
            UnknownCollection: there is no such collection.
            UnknownDocument: no document has that name, or several have.
        """
        with explained(self.home), transaction(self._db):
            collection_id, found = rows.find_collection(self._db, collection)
            document = rows.find_document(self._db, name, collection=found, collection_id=collection_id)
            summary = rows.summary(self._db, document)
            changes.delete_document(self._db, collection_id, summary.source)
            changes.grow_revision(self._db, collection_id)
        return summary

    def reembed(self, collection: str, encoder: EncoderIdentity, vectors: np.ndarray) -> None:
        """Give every passage of a collection a new vector, in one step; texts and doc_ids stay.

        Args:
            collection: the collection's name.
            encoder: which made `vectors`; from now on the collection's encoder.
            vectors: (n, d) float32, row i of passage i of `Store.load`, loaded while this writer is at work.

        Raises:
            UnknownCollection: there is no such collection.
            ValueError: another shape, or numbers that are not finite.
        """
        with explained(self.home), transaction(self._db):
            collection_id, _ = rows.find_collection(self._db, collection)
            passage_ids = rows.passage_ids(self._db, collection_id)
            stored = checked_vectors(vectors, n=len(passage_ids), d=encoder.n_dimensions)
            changes.replace_vectors(self._db, passage_ids.tolist(), stored)
            changes.set_encoder(self._db, collection_id, encoder)
            changes.keep_checksums(self._db, collection_id)
            changes.grow_revision(self._db, collection_id)

    def publish(self, collection: str) -> None:
        """Write the collection's vectors as a new index file and make it the current one.

        Readers never need it, they only start faster. A kill at any point leaves the old file current.

        Raises:
            UnknownCollection: there is no such collection.
        """
        with explained(self.home):
            loaded = rows.load(self._db, collection)
            collection_id, _ = rows.find_collection(self._db, collection)
            previous = generations.current_generation(self._db, collection_id)
            content = dense.serialized(loaded)
            generation = generations.successor(previous, collection_id, loaded, content)
            generations.write_generation(self.home, generation, content)
            with transaction(self._db):
                generations.point_to(self._db, generation)
            if previous:
                generations.remove_generation(self.home, previous)

    def compact(self) -> int:
        """Give the room of removed documents back to the disk; return the bytes freed.

        Rewrites the database, which takes as much free space as it is large. Also drops originals that no
        document needs and index files that were never published.
        """
        with explained(self.home):
            before = self._bytes()
            with transaction(self._db):
                self._db.execute(changes.DELETE_UNUSED_ORIGINALS)
            published = {each.file_name for each in generations.current_generations(self._db)}
            generations.remove_unpublished(self.home, published)
            self._db.execute("VACUUM")
            self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            return max(0, before - self._bytes())

    def _bytes(self) -> int:
        files = (self.home / DATABASE_FILE, self.home / f"{DATABASE_FILE}-wal")
        in_database = sum(path.stat().st_size for path in files if path.exists())
        return in_database + generations.generations_bytes(self.home)
