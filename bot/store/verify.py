"""Check a whole library: what is stored against its own checksums, the index files against the database."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from bot.datatypes import Collection
from bot.store import rows
from bot.store.checks import document_checksum
from bot.store.dense import ids_in
from bot.store.generations import DamagedGeneration, current_generation, read_generation
from bot.store.records import Verification

MEND = (
    "put a backup in its place, or `bot library rescue --to NEWHOME` copies what is whole into a new library"
)
DOCUMENT = """
    SELECT d.text, d.n_characters, d.n_passages, c.sha256
    FROM documents d LEFT JOIN checksums c ON c.document_id = d.id WHERE d.id = ?
"""
MISSING_ORIGINALS = """
    SELECT count(*) FROM documents WHERE original_sha256 IS NOT NULL
    AND original_sha256 NOT IN (SELECT sha256 FROM originals)
"""
Finding = tuple[bool, str]  # whether it is as it should be, and the line that says so


def verification(db: sqlite3.Connection, home: Path) -> Verification:
    """Check everything in one snapshot of the database.

    Returns:
        A line for what is sound as well as for what is not, with what was checked; `ok` is False if any line
        needs attention. Of a damaged database it says which documents are whole still.
    """
    db.text_factory = _readable
    findings = [*_file_findings(db)]
    try:
        for collection in rows.collections(db):
            findings += [*_document_findings(db, collection), _index_finding(db, home, collection)]
        findings += _original_findings(db)
    except sqlite3.DatabaseError as error:
        findings.append((False, f"database: not all of it can be read ({error}); {MEND}"))
    return Verification(ok=all(sound for sound, _ in findings), lines=tuple(line for _, line in findings))


def _readable(stored: bytes) -> str:
    return stored.decode("utf-8", "replace")  # damaged text is for the checksums to find


def _file_findings(db: sqlite3.Connection) -> Iterator[Finding]:
    try:
        faults = [row[0] for row in db.execute("PRAGMA integrity_check(5)") if row[0] != "ok"]
        found = db.execute("PRAGMA foreign_key_check").fetchmany(5)
        faults += [f"a row of {row[0]} refers to nothing" for row in found]
    except sqlite3.DatabaseError as error:
        faults = [str(error)]
    for fault in faults:
        yield False, f"database: damaged: {' '.join(fault.split())}; {MEND}"
    if not faults:
        yield True, "database: sound (its structure, and every reference from row to row)"


def _document_findings(db: sqlite3.Connection, collection: Collection) -> Iterator[Finding]:
    collection_id, _ = rows.find_collection(db, collection.name)
    name = f"collection {collection.name!r}"
    # not by an index, which may be what is damaged
    listed = db.execute("SELECT id FROM documents NOT INDEXED WHERE collection_id = ?", (collection_id,))
    documents = [row_id for (row_id,) in listed]
    faults = {row_id: _fault(db, row_id, collection.encoder.n_dimensions) for row_id in documents}
    damaged = {row_id: fault for row_id, fault in faults.items() if fault}
    for row_id, fault in damaged.items():
        yield (
            False,
            f"{name}: document {_named(db, row_id)} is damaged: {fault}; remove it and ingest it again",
        )
    if damaged:
        n_whole = len(documents) - len(damaged)
        yield (
            False,
            f"{name}: {n_whole} of {len(documents)} documents are whole and can be saved: "
            "`bot library rescue --to NEWHOME` copies them into a new library",
        )
        return
    yield (
        True,
        f"{name}: {collection.n_documents} documents with {collection.n_passages} passages, all whole "
        "(each text, place and vector against the checksum kept of it)",
    )


def _named(db: sqlite3.Connection, row_id: int) -> str:
    try:
        doc_id, source = db.execute("SELECT doc_id, source FROM documents WHERE id = ?", (row_id,)).fetchone()
    except (sqlite3.DatabaseError, TypeError):
        return f"number {row_id}"
    return f"{doc_id} ({source})"


def _fault(db: sqlite3.Connection, row_id: int, n_dimensions: int) -> str | None:
    try:
        return _document_fault(db, row_id, n_dimensions)
    except (sqlite3.DatabaseError, TypeError) as error:  # TypeError: a column of a damaged row is of no kind
        return f"it cannot be read ({type(error).__name__})"


def _document_fault(db: sqlite3.Connection, row_id: int, n_dimensions: int) -> str | None:
    text, n_characters, n_passages, kept = db.execute(DOCUMENT, (row_id,)).fetchone()
    spans = db.execute(
        'SELECT start, "end", vector FROM passages WHERE document_id = ? ORDER BY id', (row_id,)
    ).fetchall()
    if len(spans) != n_passages:
        return f"{len(spans)} of its {n_passages} passages are there"
    if len(text) != n_characters:
        return f"{len(text)} of its {n_characters} characters are there"
    if not all(0 <= start < end <= len(text) for start, end, _ in spans):
        return "a passage lies outside its text"
    if any(len(vector) != n_dimensions * rows.VECTOR_DTYPE.itemsize for _, _, vector in spans):
        return f"a vector has not {n_dimensions} dimensions"
    if document_checksum(db, row_id) != kept:
        return "it is not what was stored"
    return None


def _original_findings(db: sqlite3.Connection) -> Iterator[Finding]:
    n, n_damaged = 0, 0
    for sha256, content in db.execute("SELECT sha256, bytes FROM originals"):
        n += 1
        if not isinstance(content, bytes) or hashlib.sha256(content).hexdigest() != sha256:
            n_damaged += 1
            yield False, f"original file {sha256[:16]} is damaged; ingest it again from its source"
    missing = db.execute(MISSING_ORIGINALS).fetchone()[0]
    if missing:
        yield False, f"original files: {missing} are gone; ingest their documents again"
    elif n and not n_damaged:
        yield True, f"original files: {n}, each as it was read (by its SHA-256)"


def _index_finding(db: sqlite3.Connection, home: Path, collection: Collection) -> Finding:
    collection_id, _ = rows.find_collection(db, collection.name)
    name = f"collection {collection.name!r}"
    mend = f"answers do not suffer; `bot library rebuild --collection {collection.name}` writes it anew"
    generation = current_generation(db, collection_id)
    if generation is None:
        return True, f"{name}: no index file yet, one is not needed"
    try:
        held = ids_in(read_generation(home, generation))
    except DamagedGeneration as damage:
        return False, f"{name}: index file {damage}; {mend}"
    stored = rows.passage_ids(db, collection_id)
    covered = stored[stored <= generation.high_water]
    if not np.isin(covered, held).all() or (held > generation.high_water).any():
        return False, f"{name}: index file {generation.file_name} does not fit the database; {mend}"
    n_new, n_gone = len(stored) - len(covered), len(held) - len(covered)
    if n_new or n_gone:
        return (
            True,
            f"{name}: index file sound (by its SHA-256); {n_new} newer and {n_gone} removed passages are "
            "applied on opening",
        )
    return True, f"{name}: index file sound, with every passage (by its SHA-256 and their numbers)"
