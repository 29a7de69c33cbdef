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

Finding = tuple[bool, str]  # whether it is as it should be, and the line that says so


def verification(db: sqlite3.Connection, home: Path) -> Verification:
    """Check everything in one snapshot of the database.

    Returns:
        A line for what is sound as well as for what is not; `ok` is False if any line needs attention.
    """
    findings = [*_file_findings(db)]
    if all(sound for sound, _ in findings):
        for collection in rows.collections(db):
            findings += [*_document_findings(db, collection), _index_finding(db, home, collection)]
        findings += _original_findings(db)
    return Verification(ok=all(sound for sound, _ in findings), lines=tuple(line for _, line in findings))


def _file_findings(db: sqlite3.Connection) -> Iterator[Finding]:
    faults = [row[0] for row in db.execute("PRAGMA quick_check(5)") if row[0] != "ok"]
    faults += [f"a row of {row[0]} refers to nothing" for row in db.execute("PRAGMA foreign_key_check")][:5]
    for fault in faults:
        yield (
            False,
            f"database: damaged: {fault}; put a backup in its place, or move it away and ingest again",
        )
    if not faults:
        yield True, "database: sound"


def _document_findings(db: sqlite3.Connection, collection: Collection) -> Iterator[Finding]:
    collection_id, _ = rows.find_collection(db, collection.name)
    sound = True
    for document in db.execute(
        "SELECT id, doc_id, source, text, n_characters, n_passages, checksum FROM documents "
        "WHERE collection_id = ?",
        (collection_id,),
    ):
        fault = _document_fault(db, document, collection.encoder.n_dimensions)
        if fault:
            sound = False
            yield (
                False,
                (
                    f"collection {collection.name!r}: document {document[1]} ({document[2]}) "
                    f"is damaged: {fault}; remove it and ingest it again"
                ),
            )
    if sound:
        yield (
            True,
            (
                f"collection {collection.name!r}: {collection.n_documents} documents with "
                f"{collection.n_passages} passages, all whole"
            ),
        )


def _document_fault(db: sqlite3.Connection, document: tuple, n_dimensions: int) -> str | None:
    row_id, _, _, text, n_characters, n_passages, checksum = document
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
    if document_checksum(text, b"".join(vector for _, _, vector in spans)) != checksum:
        return "text or vectors are not what was stored"
    return None


def _original_findings(db: sqlite3.Connection) -> Iterator[Finding]:
    for sha256, content in db.execute("SELECT sha256, bytes FROM originals"):
        if hashlib.sha256(content).hexdigest() != sha256:
            yield False, f"original file {sha256[:16]} is damaged; ingest it again from its source"


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
            f"{name}: index file sound; {n_new} newer and {n_gone} removed passages are applied on opening",
        )
    return True, f"{name}: index file sound, with every passage"
