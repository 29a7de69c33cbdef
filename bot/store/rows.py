"""Rows of the database as the plain types of `bot.datatypes`, and back. Statements that read, no more.

Every function takes a connection with a transaction open, so that what it returns is one snapshot.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from bot.datatypes import Collection, Document, DocumentSummary, EncoderIdentity, Fact, Passage, Section
from bot.errors import UnknownCollection, UnknownDocument
from bot.store.records import COLLECTION_NAME, DOC_ID_DIGITS, Loaded

VECTOR_DTYPE = np.dtype("<f4")  # as stored, whatever the machine
LEAST_PREFIX = 4
MOST_NAMED = 5
HEX_DIGITS = frozenset("0123456789abcdef")

COLLECTIONS = """
    SELECT c.id, c.name, c.encoder, c.fingerprint, c.n_dimensions,
           count(d.id), coalesce(sum(d.n_passages), 0), c.revision
    FROM collections c LEFT JOIN documents d ON d.collection_id = c.id
"""
SUMMARY = """
    SELECT doc_id, external_id, title, source, n_characters, n_passages, n_pages, added, metadata
    FROM documents
"""
DOCUMENT = """
    SELECT doc_id, external_id, title, source, text, page_starts, sections, metadata, added, n_passages
    FROM documents WHERE id = ?
"""
FACTS = """
    SELECT start, "end", concept, value, unit, period_start, period_end, scale, sign, decimals, dimensions
    FROM facts WHERE document_id = ? ORDER BY id
"""
PASSAGES = """
    SELECT p.id, p.document_id, p.start, p."end", p.page, p.section, p.search_text, p.vector
    FROM documents d JOIN passages p ON p.document_id = d.id WHERE d.collection_id = ?
"""


def collections(db: sqlite3.Connection) -> tuple[Collection, ...]:
    """Return all collections, by name."""
    return tuple(_collection(row) for row in db.execute(f"{COLLECTIONS} GROUP BY c.id ORDER BY c.name"))


def find_collection(db: sqlite3.Connection, name: str) -> tuple[int, Collection]:
    """Return a collection with the number of its row.

    Raises:
        UnknownCollection: there is none of that name; the message lists those there are.
    """
    row = db.execute(f"{COLLECTIONS} WHERE c.name = ? GROUP BY c.id", (name,)).fetchone()
    if row is None:
        raise UnknownCollection(_no_collection(db, name))
    return row[0], _collection(row)


def summaries(db: sqlite3.Connection, collection_id: int) -> tuple[DocumentSummary, ...]:
    """Return the documents of a collection, in the order in which their present versions came."""
    rows = db.execute(f"{SUMMARY} WHERE collection_id = ? ORDER BY id", (collection_id,))
    return tuple(_summary(row) for row in rows)


def summary(db: sqlite3.Connection, document: int) -> DocumentSummary:
    """Return one document, by the number of its row."""
    return _summary(db.execute(f"{SUMMARY} WHERE id = ?", (document,)).fetchone())


def full_document(db: sqlite3.Connection, document: int) -> Document:
    """Return one document with its text, by the number of its row."""
    row = db.execute(DOCUMENT, (document,)).fetchone()
    hidden = db.execute("SELECT n FROM hidden_facts WHERE document_id = ?", (document,)).fetchone()
    doc_id, external_id, title, source, text, page_starts, sections, metadata, added, n_passages = row
    return Document(
        doc_id=doc_id,
        external_id=external_id,
        title=title,
        source=source,
        text=text,
        page_starts=tuple(json.loads(page_starts)),
        sections=tuple(Section(*fields) for fields in json.loads(sections)),
        metadata=json.loads(metadata),
        added=added,
        n_passages=n_passages,
        facts=facts(db, document),
        n_hidden_facts=hidden[0] if hidden else 0,
    )


def facts(db: sqlite3.Connection, document: int) -> tuple[Fact, ...]:
    """Return the facts of a document, in order of place."""
    return tuple(map(fact_of, db.execute(FACTS, (document,))))


def fact_of(row: tuple) -> Fact:
    """Return the fact that `fact_row` made a row of."""
    start, end, concept, value, unit, since, until, scale, sign, decimals, dimensions = row
    of = tuple((axis, member) for axis, member in json.loads(dimensions)) if dimensions != "[]" else ()
    return Fact(concept, start, end, value, unit, since, until, scale, sign, decimals, of)


def fact_row(fact: Fact) -> tuple:
    """Return a fact as it is stored, for `facts` to read back."""
    return (
        fact.start, fact.end, fact.concept, fact.value, fact.unit, fact.period_start, fact.period_end,
        fact.scale, fact.sign, fact.decimals, json.dumps(fact.dimensions),
    )  # fmt: skip


def find_document(db: sqlite3.Connection, name: str, *, collection: Collection, collection_id: int) -> int:
    """Return the row of the one document that `name` means: the first of these readings that fits any.

    Its source; its whole doc_id; its external_id; 4 or more first digits of its doc_id; a path to its source.

    Raises:
        UnknownDocument: no reading fits, or the first that fits does not tell several documents apart.
    """
    for condition, value in _readings(name):
        rows = db.execute(
            f"SELECT id, doc_id FROM documents WHERE collection_id = ? AND {condition} ORDER BY id",  # noqa: S608
            (collection_id, value),
        ).fetchall()
        if len(rows) > 1:
            raise UnknownDocument(_ambiguous(name, collection, [doc_id for _, doc_id in rows]))
        if rows:
            return rows[0][0]
    raise UnknownDocument(
        f"no document {name!r} in collection {collection.name!r}, which has {collection.n_documents}: "
        f"give an external_id, a path or URL, or {LEAST_PREFIX} or more digits of a doc_id, "
        f"as `bot library list --collection {collection.name}` shows them"
    )


def load(db: sqlite3.Connection, name: str) -> Loaded:
    """Read a collection's passages and vectors.

    Raises:
        UnknownCollection: there is none of that name.
    """
    collection_id, collection = find_collection(db, name)
    documents = {
        row[0]: row[1:]
        for row in db.execute(
            "SELECT id, doc_id, external_id, title, source, text, metadata FROM documents "
            "WHERE collection_id = ?",
            (collection_id,),
        )
    }
    rows = sorted(db.execute(PASSAGES, (collection_id,)))  # by id; SQL would sort on disk, vectors and all
    vectors = np.frombuffer(b"".join(row[7] for row in rows), dtype=VECTOR_DTYPE)
    return Loaded(
        revision=collection.revision,
        passage_ids=np.array([row[0] for row in rows], dtype=np.int64),
        passages=tuple(_passage(row, documents) for row in rows),
        vectors=vectors.reshape(len(rows), collection.encoder.n_dimensions).astype(np.float32, copy=False),
        collection=collection,
        metadata={doc_id: json.loads(told) for doc_id, *_, told in documents.values()},
    )


def passage_ids(db: sqlite3.Connection, collection_id: int) -> np.ndarray:
    """Return the ids (n,) int64 of a collection's passages, ascending."""
    found = db.execute(
        "SELECT p.id FROM documents d JOIN passages p ON p.document_id = d.id "
        "WHERE d.collection_id = ? ORDER BY p.id",
        (collection_id,),
    )
    return np.array([row[0] for row in found], dtype=np.int64)


def sections_json(sections: Sequence[Section]) -> str:
    """Write sections as they are stored, for `full_document` to read back."""
    return json.dumps([(each.title, each.start, each.end, each.level, each.item) for each in sections])


def _collection(row: tuple) -> Collection:
    _, name, encoder, fingerprint, n_dimensions, n_documents, n_passages, revision = row
    return Collection(
        name, EncoderIdentity(encoder, fingerprint, n_dimensions), n_documents, n_passages, revision
    )


def _summary(row: tuple) -> DocumentSummary:
    *fields, metadata = row
    told = json.loads(metadata)
    listed = DocumentSummary(*fields)
    return replace(listed, type=str(told.get("type", "")), date=str(told.get("date", "")), metadata=told)


def _passage(row: tuple, documents: Mapping[int, tuple]) -> Passage:
    _, document, start, end, page, section, search_text, _ = row
    doc_id, external_id, title, source, text, _ = documents[document]
    return Passage(
        passage_id=f"{doc_id}:{start}-{end}",
        doc_id=doc_id,
        external_id=external_id,
        title=title,
        source=source,
        text=text[start:end],
        start=start,
        end=end,
        page=page,
        section=section,
        search_text=search_text,
    )


def _readings(name: str) -> list[tuple[str, str]]:
    digits = name.lower()
    readings = [("source = ?", name), ("doc_id = ?", digits), ("external_id = ?", name)]
    if LEAST_PREFIX <= len(digits) < DOC_ID_DIGITS and HEX_DIGITS.issuperset(digits):
        readings.append(("doc_id GLOB ? || '*'", digits))
    if name and "\0" not in name:
        readings.append(("source = ?", os.path.realpath(name)))
    return readings


def _ambiguous(name: str, collection: Collection, doc_ids: list[str]) -> str:
    more = f" and {len(doc_ids) - MOST_NAMED} more" if len(doc_ids) > MOST_NAMED else ""
    return (
        f"{name!r} means {len(doc_ids)} documents of collection {collection.name!r}: "
        f"{', '.join(doc_ids[:MOST_NAMED])}{more}; give one of these doc_ids"
    )


def _no_collection(db: sqlite3.Connection, name: str) -> str:
    names = [row[0] for row in db.execute("SELECT name FROM collections ORDER BY name")]
    there = f"there are: {', '.join(names)}" if names else "the library is empty"
    option = f" --collection {name}" if COLLECTION_NAME.fullmatch(name) else ""
    return f"no collection {name!r}; {there}. To add documents: bot ingest PATH{option}"
