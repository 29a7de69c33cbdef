"""Statements that write, the counterpart of `rows`. Each runs inside a transaction that `Writer` opened."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Sequence
from datetime import UTC, datetime

import numpy as np

from bot.datatypes import EncoderIdentity, NewPassage, ParsedDocument
from bot.store.checks import document_checksum
from bot.store.records import require_encoder
from bot.store.rows import fact_row, find_collection, sections_json

INSERT_DOCUMENT = """
    INSERT INTO documents (
        collection_id, doc_id, source, external_id, title, sha256, n_characters, n_passages, n_pages,
        added, page_starts, sections, metadata, original_sha256, text
    ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
INSERT_PASSAGE = """
    INSERT INTO passages (document_id, start, "end", page, section, search_text, vector)
    VALUES (?, ?, ?, ?, ?, ?, ?)
"""
INSERT_FACT = """
    INSERT INTO facts (
        document_id, start, "end", concept, value, unit, period_start, period_end, scale, sign, decimals,
        dimensions
    ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
COPY_PASSAGE = """
    INSERT INTO passages (document_id, start, "end", page, section, search_text, vector)
    SELECT document_id, start, "end", page, section, search_text, ? FROM passages WHERE id = ?
"""
DELETE_UNUSED_ORIGINALS = """
    DELETE FROM originals WHERE NOT EXISTS
        (SELECT 1 FROM documents WHERE original_sha256 = originals.sha256)
"""


def claim_collection(db: sqlite3.Connection, name: str, encoder: EncoderIdentity) -> int:
    """Return the row of a collection for vectors of `encoder`, made or taken over when it has no documents.

    Raises:
        EncoderMismatch: it has documents, embedded with another encoder.
    """
    db.execute(
        "INSERT OR IGNORE INTO collections (name, encoder, fingerprint, n_dimensions, revision) "
        "VALUES (?, ?, ?, ?, 0)",
        (name, encoder.name, encoder.fingerprint, encoder.n_dimensions),
    )
    collection_id, found = find_collection(db, name)
    require_encoder(found, encoder)
    set_encoder(db, collection_id, encoder)
    return collection_id


def set_encoder(db: sqlite3.Connection, collection_id: int, encoder: EncoderIdentity) -> None:
    """Record which encoder made a collection's vectors."""
    db.execute(
        "UPDATE collections SET encoder = ?, fingerprint = ?, n_dimensions = ? WHERE id = ?",
        (encoder.name, encoder.fingerprint, encoder.n_dimensions, collection_id),
    )


def grow_revision(db: sqlite3.Connection, collection_id: int) -> None:
    """Let readers see that the collection changed."""
    db.execute("UPDATE collections SET revision = revision + 1 WHERE id = ?", (collection_id,))


def keep_original(db: sqlite3.Connection, original: bytes | None) -> str | None:
    """Store the bytes of a source, once however many documents need them; return their SHA-256."""
    if original is None:
        return None
    sha256 = hashlib.sha256(original).hexdigest()
    db.execute("INSERT OR IGNORE INTO originals VALUES (?, ?)", (sha256, original))
    return sha256


def insert_document(
    db: sqlite3.Connection,
    identity: tuple[int, str, str],
    parsed: ParsedDocument,
    *,
    passages: Sequence[NewPassage],
    vectors: np.ndarray,
    original_sha256: str | None,
    added: str | None = None,
) -> None:
    """Insert a document, its passages and their vectors. `identity`: collection's row, doc_id, source.

    `added`: when that was, UTC, ISO 8601; None for now.
    """
    values = (
        parsed.external_id,
        parsed.title,
        parsed.sha256,
        len(parsed.text),
        len(passages),
        len(parsed.page_starts) or None,
        added or datetime.now(UTC).isoformat(timespec="seconds"),
        json.dumps(parsed.page_starts),
        sections_json(parsed.sections),
        json.dumps(dict(parsed.metadata)),
        original_sha256,
        parsed.text,
    )
    document = db.execute(INSERT_DOCUMENT, (*identity, *values)).lastrowid
    spans = zip(passages, vectors, strict=True)
    db.executemany(
        INSERT_PASSAGE,
        [(document, p.start, p.end, p.page, p.section, p.search_text, v.tobytes()) for p, v in spans],
    )
    db.executemany(INSERT_FACT, [(document, *fact_row(fact)) for fact in parsed.facts])
    if parsed.n_hidden_facts:
        db.execute("INSERT INTO hidden_facts VALUES (?, ?)", (document, parsed.n_hidden_facts))
    keep_checksum(db, int(document or 0))


def keep_checksum(db: sqlite3.Connection, document: int) -> None:
    """Write down the checksum of a document as it is stored now."""
    db.execute("INSERT OR REPLACE INTO checksums VALUES (?, ?)", (document, document_checksum(db, document)))


def keep_checksums(db: sqlite3.Connection, collection_id: int) -> None:
    """Write down the checksum of every document of a collection."""
    found = db.execute("SELECT id FROM documents WHERE collection_id = ?", (collection_id,)).fetchall()
    for (document,) in found:
        keep_checksum(db, document)


def delete_document(db: sqlite3.Connection, collection_id: int, source: str) -> bool:
    """Delete a document with all that only it needs; False if there is none of that source."""
    row = db.execute(
        "SELECT id, original_sha256 FROM documents WHERE collection_id = ? AND source = ?",
        (collection_id, source),
    ).fetchone()
    if row is None:
        return False
    document, original_sha256 = row
    db.execute("DELETE FROM documents WHERE id = ?", (document,))  # its passages and facts go with it
    db.execute(f"{DELETE_UNUSED_ORIGINALS} AND sha256 = ?", (original_sha256,))
    return True


def replace_vectors(db: sqlite3.Connection, passage_ids: Sequence[int], vectors: np.ndarray) -> None:
    """Give all passages of a collection new vectors and, since an id names one vector for ever, new ids."""
    numbered = zip(passage_ids, vectors, strict=True)
    db.executemany(COPY_PASSAGE, [(vector.tobytes(), passage_id) for passage_id, vector in numbered])
    db.executemany("DELETE FROM passages WHERE id = ?", [(passage_id,) for passage_id in passage_ids])
