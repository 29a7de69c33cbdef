"""What can be saved of a damaged library: each document as it was stored, or at least the file it came from.

The damaged home is only read: all work is on a copy. A row is looked for by its number, so that a damaged
page costs what is on it and no more; what the table has lost, its indexes may still have. Nothing is taken
for whole that does not match its checksum, so that no guess made on the way can bring a wrong word in.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
from functools import cached_property
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np

from bot.datatypes import EncoderIdentity, NewPassage, ParsedDocument, Section
from bot.errors import StoreError
from bot.store.checks import FACT_BYTES, HIDDEN_FACT_BYTES, checksum_of
from bot.store.database import DATABASE_FILE
from bot.store.explain import explained
from bot.store.records import COLLECTION_NAME, document_id
from bot.store.rows import VECTOR_DTYPE, fact_of
from bot.store.schema import VERSION, upgrade, version_of

DOCUMENT = """
    SELECT collection_id, source, doc_id, external_id, title, sha256, n_characters, n_passages, n_pages,
           added, page_starts, sections, metadata, original_sha256, text
    FROM documents WHERE id = ?
"""
PASSAGE = 'SELECT start, "end", page, section, search_text, vector'
# What indexes hold of a document, by its number; each is a copy beside the table.
INDEXES = {
    "source": "SELECT id, collection_id, source FROM documents ORDER BY collection_id, source",
    "doc_id": "SELECT id, doc_id FROM documents ORDER BY doc_id",
    "original": "SELECT id, original_sha256 FROM documents ORDER BY original_sha256",
}
UNINDEXED_FACT_BYTES = FACT_BYTES.replace("FROM facts", "FROM facts NOT INDEXED")  # where that is damaged
LEAST_ROW_BYTES = 16  # bounds what a damaged count of rows may have us look for
Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Salvaged:
    """A document of the damaged library, as far as it can be read.

    `parsed` is None unless all that was stored of it matches its checksum. `original`: the bytes of its file,
    by their own SHA-256, None where they were not kept or are damaged. `source` is "" where it is lost.
    `passages`, `vectors` (n, d) float32 and `added` belong to `parsed`.
    """

    name: str
    collection: str
    encoder: EncoderIdentity
    source: str
    original: bytes | None
    parsed: ParsedDocument | None = None
    passages: tuple[NewPassage, ...] = ()
    vectors: np.ndarray | None = None
    added: str = ""
    about: Mapping[str, str] = field(default_factory=dict)  # metadata of one that is read again, if readable
    lacks_original: bool = False  # one was kept, and is damaged


def salvage(home: Path, work: Path, *, encoder: EncoderIdentity, collection: str) -> Iterator[Salvaged]:
    """Yield every document that there are traces of, in the order in which they were stored.

    Args:
        home: the damaged library; nothing in it is changed.
        work: an empty folder with room for a copy of its database.
        encoder: taken for a collection's where the record of that is damaged.
        collection: likewise its name.

    Raises:
        StoreError: there is no database, or nothing in it can be read.
    """
    path = work / DATABASE_FILE
    for ending in ("", "-wal"):
        with explained(work), suppress(FileNotFoundError):
            shutil.copyfile(home / f"{DATABASE_FILE}{ending}", f"{path}{ending}")
    if not path.exists():
        raise StoreError(f"there is no {DATABASE_FILE} in {home}: give the damaged library with --home")
    with closing(_opened(path)) as db:
        yield from _Wreck(db, encoder, collection, path.stat().st_size).documents()


def _opened(path: Path) -> sqlite3.Connection:
    """Open the copy; where its first page is damaged, with that of a new library in its place."""
    for attempt in (_read_schema, _with_new_first_page):
        with suppress(sqlite3.DatabaseError):
            db = attempt(path)
            db.text_factory = bytes
            return db
    raise StoreError(
        f"nothing in this {DATABASE_FILE} can be read: put a backup in its place, or ingest the files again"
    )


def _read_schema(path: Path) -> sqlite3.Connection:
    db = sqlite3.connect(path, isolation_level=None)
    try:
        if version_of(db) != VERSION:
            upgrade(db)
        db.execute("SELECT count(*) FROM sqlite_schema, documents WHERE documents.id = 0").fetchone()
    except BaseException:
        db.close()
        raise
    return db


def _with_new_first_page(path: Path) -> sqlite3.Connection:
    """Put the first page of a new library into a copy: where the tables begin is the same in both.

    Unless it was compacted, which moves them; then the checksums will not match, and nothing is found.
    """
    draft = path.with_name("new.sqlite")
    with closing(sqlite3.connect(draft, isolation_level=None)) as new:
        upgrade(new)
    page = bytearray(draft.read_bytes()[:4096])
    page[18:20] = b"\x01\x01"  # no log is to be replayed
    page[92:96] = b"\0\0\0\0"  # so that the number of pages is taken from the file's size
    path.with_name(f"{path.name}-wal").unlink(missing_ok=True)
    with path.open("r+b") as stream:
        stream.write(page)
    return _read_schema(path)


class _Wreck:
    """A damaged database, read row by row; what cannot be read is as if it were not there."""

    def __init__(self, db: sqlite3.Connection, encoder: EncoderIdentity, name: str, n_bytes: int) -> None:
        self.db = db
        self.encoder = encoder
        self.name = name
        self.most_rows = n_bytes // LEAST_ROW_BYTES

    def documents(self) -> Iterator[Salvaged]:
        for number in self._numbers("documents", {*self.indexed["source"], *self.indexed["doc_id"]}):
            row = self._one(DOCUMENT, number)
            if row is None and number not in self.indexed["source"] and number not in self.indexed["doc_id"]:
                continue  # a number that was given to a document removed since
            yield self._whole(number, row) or self._damaged(number, row)

    @cached_property
    def collections(self) -> dict[int, tuple[str, EncoderIdentity]]:
        """Names and encoders of the collections, as far as they make sense."""
        found = {}
        for number in self._numbers("collections"):
            row = self._one(
                "SELECT name, encoder, fingerprint, n_dimensions FROM collections WHERE id = ?", number
            )
            with suppress(AttributeError, TypeError, ValueError):
                name, encoder, fingerprint, n_dimensions = row or ()
                if COLLECTION_NAME.fullmatch(name.decode()) and isinstance(n_dimensions, int):
                    identity = EncoderIdentity(encoder.decode(), fingerprint.decode(), n_dimensions)
                    found[number] = (name.decode(), identity)
        return found

    @cached_property
    def indexed(self) -> dict[str, dict[int, Row]]:
        """What each of INDEXES says of documents, by their numbers."""
        return {name: {row[0]: row[1:] for row in self._rows(INDEXES[name])} for name in INDEXES}

    @cached_property
    def passages(self) -> dict[int, list[Row]]:
        """All passages by the numbers of their documents, read one by one: where an index is damaged."""
        found: dict[int, list[Row]] = {}
        for number in self._numbers("passages"):
            row = self._one(f"{PASSAGE}, document_id FROM passages WHERE id = ?", number)
            if row is not None:
                found.setdefault(row[-1], []).append(row[:-1])
        return found

    def _whole(self, number: int, row: Row | None) -> Salvaged | None:
        """Return a document all of which matches its checksum."""
        kept = self._one("SELECT sha256 FROM checksums WHERE document_id = ?", number)
        if row is None or kept is None or not isinstance(kept[0], bytes):
            return None
        hidden = list(self._rows(HIDDEN_FACT_BYTES, number))
        by_index = list(self._rows(f"{PASSAGE} FROM passages WHERE document_id = {number} ORDER BY id"))
        for passages_of, fact_bytes in product(
            (lambda: by_index, lambda: self.passages.get(number, [])), (FACT_BYTES, UNINDEXED_FACT_BYTES)
        ):
            passages, facts = passages_of(), list(self._rows(fact_bytes, number))
            for name, encoder in self._candidates(row[0]):
                head = (name.encode(), encoder.fingerprint.encode(), encoder.n_dimensions)
                found = checksum_of([(*head, *row[1:])], passages, facts, hidden)
                if found == kept[0].decode("ascii", "replace"):
                    return self._salvaged(name, encoder, row, passages, facts, hidden)
        return None

    def _candidates(self, collection_id: object) -> list[tuple[str, EncoderIdentity]]:
        """Return the collections that a document may have been in, the one recorded first."""
        recorded = self.collections.get(collection_id) if isinstance(collection_id, int) else None
        return [*([recorded] if recorded else []), (self.name, self.encoder)]

    def _salvaged(
        self,
        collection: str,
        encoder: EncoderIdentity,
        row: Row,
        passages: Sequence[Row],
        facts: Sequence[Row],
        hidden: Sequence[Row],
    ) -> Salvaged:
        _, source, _, external_id, title, sha256, *_, added, starts, sections, metadata, kept, text = row
        parsed = ParsedDocument(
            title=title.decode(),
            text=text.decode(),
            external_id=external_id.decode(),
            sha256=sha256.decode(),
            page_starts=tuple(json.loads(starts)),
            sections=tuple(Section(*fields) for fields in json.loads(sections)),
            metadata=json.loads(metadata),
            facts=tuple(fact_of(tuple(map(_as_text, fact))) for fact in facts),
            n_hidden_facts=sum(n for (n,) in hidden),
        )
        spans = [
            NewPassage(start, end, page, None if section is None else section.decode(), searched.decode())
            for start, end, page, section, searched, _ in passages
        ]
        original = self._original(kept)
        vectors = np.frombuffer(b"".join(each[-1] for each in passages), VECTOR_DTYPE)
        return Salvaged(
            name=source.decode(),
            collection=collection,
            encoder=encoder,
            source=source.decode(),
            original=original,
            lacks_original=kept is not None and original is None,
            parsed=parsed,
            passages=tuple(spans),
            vectors=vectors.reshape(len(spans), encoder.n_dimensions).astype(np.float32),
            added=added.decode(),
        )

    def _damaged(self, number: int, row: Row | None) -> Salvaged:
        """Return what is known of a document that is not whole: its name, and its file if that is whole."""
        table = {"source": row[:2], "doc_id": row[2:3], "original": row[13:14]} if row else {}
        told = {name: [self.indexed[name].get(number), table.get(name)] for name in INDEXES}
        doc_ids = {each[0] for each in told["doc_id"] if each}
        for place in filter(None, told["source"]):
            for original in filter(None, told["original"]):
                content = self._original(original[0])
                for name, encoder in self._candidates(place[0]):
                    source = _text(place[1])
                    if content and _doc_id(name, source, content) in doc_ids:
                        return Salvaged(source, name, encoder, source, content, about=_about(row))
        named = next((_text(each[1]) for each in told["source"] if each), "") or f"number {number}"
        (name, encoder), *_ = self._candidates(next((each[0] for each in told["source"] if each), None))
        return Salvaged(named, name, encoder, "", None)

    def _original(self, sha256: object) -> bytes | None:
        """Return the bytes of an original if they are what they were."""
        if not isinstance(sha256, bytes):
            return None
        for table in ("originals", "originals NOT INDEXED"):
            for (content,) in self._rows(f"SELECT bytes FROM {table} WHERE sha256 = ?", _text(sha256)):  # noqa: S608
                if isinstance(content, bytes) and hashlib.sha256(content).hexdigest().encode() == sha256:
                    return content
        return None

    def _numbers(self, table: str, more: Iterable[int] = ()) -> Iterator[int]:
        """Yield the numbers that rows of a table may have: all ever given, `more`, and those that it lists.

        Once each and none kept: a damaged count may allow very many.
        """
        listed = {row[0] for row in self._rows(f"SELECT id FROM {table} NOT INDEXED")}  # noqa: S608
        (given,) = next(self._rows("SELECT seq FROM sqlite_sequence WHERE name = ?", table), (0,))
        most = min(given, self.most_rows) if isinstance(given, int) else 0
        yield from range(1, most + 1)
        yield from sorted(
            each for each in {*listed, *more} if isinstance(each, int) and not 1 <= each <= most
        )

    def _one(self, statement: str, number: int) -> Row | None:
        return next(self._rows(statement, number), None)

    def _rows(self, statement: str, *values: object) -> Iterator[Row]:
        """Yield rows up to the first that cannot be read."""
        with suppress(sqlite3.DatabaseError):
            yield from self.db.execute(statement, values)


def _about(row: Row | None) -> dict[str, str]:
    """Return the metadata of a row, which no checksum speaks for: {} where it is none."""
    with suppress(ValueError, TypeError):
        told = json.loads(row[12]) if row else {}
        if isinstance(told, dict) and all(isinstance(value, str) for value in told.values()):
            return told
    return {}


def _as_text(stored: object) -> object:
    return stored.decode() if isinstance(stored, bytes) else stored


def _text(stored: object) -> str:
    return stored.decode("utf-8", "replace") if isinstance(stored, bytes) else ""


def _doc_id(collection: str, source: str, content: bytes) -> bytes:
    return document_id(collection, source, hashlib.sha256(content).hexdigest()).encode()
