"""What must hold of a document before it is stored, and the checksum that tells whether it still does."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable, Sequence
from itertools import chain

import numpy as np

from bot.datatypes import Fact, NewPassage
from bot.store.rows import VECTOR_DTYPE

DOCUMENT_BYTES = """
    SELECT CAST(c.name AS BLOB), CAST(c.fingerprint AS BLOB), c.n_dimensions,
           CAST(d.source AS BLOB), CAST(d.doc_id AS BLOB), CAST(d.external_id AS BLOB), CAST(d.title AS BLOB),
           CAST(d.sha256 AS BLOB), d.n_characters, d.n_passages, d.n_pages, CAST(d.added AS BLOB),
           CAST(d.page_starts AS BLOB), CAST(d.sections AS BLOB), CAST(d.metadata AS BLOB),
           CAST(d.original_sha256 AS BLOB), CAST(d.text AS BLOB)
    FROM documents d JOIN collections c ON c.id = d.collection_id WHERE d.id = ?
"""
PASSAGE_BYTES = """
    SELECT start, "end", page, CAST(section AS BLOB), CAST(search_text AS BLOB), vector
    FROM passages WHERE document_id = ? ORDER BY id
"""
FACT_BYTES = """
    SELECT start, "end", CAST(concept AS BLOB), CAST(value AS BLOB), CAST(unit AS BLOB),
           CAST(period_start AS BLOB), CAST(period_end AS BLOB), scale, CAST(sign AS BLOB),
           CAST(decimals AS BLOB), CAST(dimensions AS BLOB)
    FROM facts WHERE document_id = ? ORDER BY id
"""
HIDDEN_FACT_BYTES = "SELECT n FROM hidden_facts WHERE document_id = ?"
OF_VERSION_2 = (DOCUMENT_BYTES, PASSAGE_BYTES)


def checked_spans(text: str, passages: Sequence[NewPassage], facts: Sequence[Fact] = ()) -> None:
    """Check that every passage and every fact is a stretch of the text, at least one character long.

    Raises:
        ValueError: one is not.
    """
    by_kind: dict[str, Sequence[NewPassage | Fact]] = {"passage": passages, "fact": facts}
    for kind, spans in by_kind.items():
        for number, span in enumerate(spans):
            if not 0 <= span.start < span.end <= len(text):
                raise ValueError(
                    f"{kind} {number} is [{span.start}, {span.end}) of a text of {len(text)} characters; "
                    "expected 0 <= start < end <= length"
                )


def checked_vectors(vectors: np.ndarray, *, n: int, d: int) -> np.ndarray:
    """Return vectors (n, d) float32 as they are stored.

    Raises:
        ValueError: another shape, or a number that is not finite.
    """
    if vectors.shape != (n, d):
        raise ValueError(f"vectors have shape {vectors.shape}; expected {(n, d)}: a row for each passage")
    with np.errstate(over="ignore"):  # what overflows is infinite, and refused below
        stored = np.ascontiguousarray(vectors, dtype=VECTOR_DTYPE)
    if not np.isfinite(stored).all():
        rows = np.flatnonzero(~np.isfinite(stored).all(axis=1))
        raise ValueError(f"vectors of passages {rows[:5].tolist()} hold numbers that are not finite")
    return stored


def document_checksum(
    db: sqlite3.Connection,
    document: int,
    statements: Sequence[str] = (*OF_VERSION_2, FACT_BYTES, HIDDEN_FACT_BYTES),
) -> str:
    """SHA-256, in hex, over all that is stored of a document: SQLite itself does not notice changed bytes.

    That is its own row but for the original, which has a hash already; the encoder's fingerprint; its
    passages with their vectors, and its facts, in order. Texts are read as bytes, so that damaged ones can be
    read as well.
    """
    return checksum_of(*(db.execute(statement, (document,)) for statement in statements))


def checksum_of(*rows: Iterable[tuple]) -> str:
    """Return the checksum of a document by all its rows, table by table, texts as bytes."""
    digest = hashlib.sha256()
    for row in chain.from_iterable(rows):
        for value in row:
            content = value if isinstance(value, bytes) else repr(value).encode()
            digest.update(b"%d:" % len(content))
            digest.update(content)
    return digest.hexdigest()


def old_document_checksum(text: bytes, vectors: bytes) -> str:
    """Return what version 1 of the schema kept: SHA-256 over text and vectors alone."""
    digest = hashlib.sha256(text)
    digest.update(vectors)
    return digest.hexdigest()
