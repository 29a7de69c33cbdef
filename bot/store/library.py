"""The library as a reader sees it: every call reads one committed state, whole documents only."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

from bot.datatypes import Collection, Document, DocumentSummary, Passage
from bot.errors import StoreError
from bot.store import rows
from bot.store.database import open_for_writing, reading
from bot.store.explain import explained
from bot.store.files import make_private_folder
from bot.store.generations import current_generation
from bot.store.lock import locked
from bot.store.records import Generation, Loaded, Verification
from bot.store.schema import VERSION, version_of
from bot.store.verify import verification
from bot.store.writer import Writer

LOCK_FILE = "library.lock"


class Store:
    """The documents, passages and vectors under one home folder.

    A home that does not exist is an empty library; only `writing` creates it. Threads and processes may share
    a home freely: each call opens its own connection, sees one snapshot and waits for no writer.
    """

    def __init__(self, home: Path) -> None:
        """Use `open`, which also checks what is there."""
        self.home = home

    @classmethod
    def open(cls, home: Path) -> Store:
        """Look at the library in `home` without creating anything.

        One of an older release is brought up to date first, in one transaction, with a backup beside it.

        Raises:
            StoreError: `home` is no folder, or its database is another program's, a newer one's or damaged.
        """
        store = cls(Path(home))
        with explained(store.home):
            if store.home.exists() and not store.home.is_dir():
                raise StoreError(f"{store.home} is a file; give a folder for the library with --home")
        with store._reading() as db:
            is_older = version_of(db) < VERSION
        if is_older:
            with store.writing():  # which upgrades
                pass
        return store

    @contextmanager
    def writing(self, *, wait_s: float = 10.0) -> Iterator[Writer]:
        """Be the one writer of this home for the length of the block; home and database are made if missing.

        What `Writer.put` and `Writer.remove` did stays done, also when the block is left by an exception.

        Raises:
            StoreBusy: another writer still works after `wait_s` seconds; the message has its process id.
            StoreError: the home cannot be written to.
        """
        with ExitStack() as stack:
            with explained(self.home):
                make_private_folder(self.home)
                stack.enter_context(locked(self.home / LOCK_FILE, wait_s=wait_s))
                db = stack.enter_context(closing(open_for_writing(self.home)))
            yield Writer(self.home, db)

    def collections(self) -> tuple[Collection, ...]:
        """Return all collections, by name."""
        with self._reading() as db:
            return rows.collections(db)

    def collection(self, name: str) -> Collection:
        """Return a collection.

        Raises:
            UnknownCollection: there is none of that name; the message lists those there are.
        """
        with self._reading() as db:
            return rows.find_collection(db, name)[1]

    def revision(self, collection: str) -> int:
        """Return a number that grows with every change of a collection; 0 while there is none. Cheap."""
        with self._reading() as db:
            row = db.execute("SELECT revision FROM collections WHERE name = ?", (collection,)).fetchone()
            return row[0] if row else 0

    def stored_sha256(self, collection: str, source: str) -> str | None:
        """Return the hash of the bytes a stored source was parsed from; None if it is not stored."""
        with self._reading() as db:
            row = db.execute(
                "SELECT d.sha256 FROM documents d JOIN collections c ON c.id = d.collection_id "
                "WHERE c.name = ? AND d.source = ?",
                (collection, source),
            ).fetchone()
            return row[0] if row else None

    def documents(self, collection: str) -> tuple[DocumentSummary, ...]:
        """Return the documents of a collection, in the order in which their present versions came.

        Raises:
            UnknownCollection: there is none of that name.
        """
        with self._reading() as db:
            return rows.summaries(db, rows.find_collection(db, collection)[0])

    def document(self, collection: str, name: str) -> Document:
        """Return the document that `name` means: external_id, source, path, or 4 or more digits of a doc_id.

        Raises:
            UnknownCollection: there is no such collection.
            UnknownDocument: no document has that name, or several; the message then lists up to 5 doc_ids.
        """
        with self._reading() as db:
            collection_id, found = rows.find_collection(db, collection)
            document = rows.find_document(db, name, collection=found, collection_id=collection_id)
            return rows.full_document(db, document)

    def original(self, doc_id: str) -> bytes | None:
        """Return the bytes a document was parsed from; None if they were not kept or it does not exist."""
        with self._reading() as db:
            row = db.execute(
                "SELECT o.bytes FROM documents d JOIN originals o ON o.sha256 = d.original_sha256 "
                "WHERE d.doc_id = ?",
                (doc_id,),
            ).fetchone()
            return row[0] if row else None

    def load(self, collection: str) -> Loaded:
        """Read a collection's passages, their ids and vectors in one snapshot.

        Raises:
            UnknownCollection: there is none of that name.
        """
        with self._reading() as db:
            return rows.load(db, collection)

    def passages(self, collection: str) -> tuple[Passage, ...]:
        """Return the passages of a collection, by their ids. Raises UnknownCollection."""
        return self.load(collection).passages

    def generation(self, collection: str) -> Generation | None:
        """Return what the collection's index file is and must hold; None before the first."""
        with self._reading() as db:
            return current_generation(db, rows.find_collection(db, collection)[0])

    def verify(self) -> Verification:
        """Check the database, every passage, vector and original, and every index file. Reads it all."""
        try:
            with self._reading() as db:
                return verification(db, self.home)
        except StoreError as error:  # damaged beyond reading is a finding too
            return Verification(ok=False, lines=(str(error),))

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        with explained(self.home), reading(self.home) as db:
            yield db
