"""The tables of `library.sqlite`, as a list of steps. Step n brings a database from version n - 1 to n.

To change the tables: append a step, never edit one that was released. A new database runs all steps, an
older one those it has not seen; `PRAGMA user_version` counts the steps done. Each is one transaction.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence

from bot.store.checks import OF_VERSION_2, document_checksum, old_document_checksum
from bot.store.transaction import transaction

# Tells our file from any other SQLite file: "CRBl" in ASCII.
APPLICATION_ID = 0x4352426C

STEP_1 = """
CREATE TABLE collections (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    name         TEXT NOT NULL UNIQUE,
    encoder      TEXT NOT NULL,
    fingerprint  TEXT NOT NULL,
    n_dimensions INTEGER NOT NULL,
    revision     INTEGER NOT NULL
);
CREATE TABLE originals (
    sha256 TEXT PRIMARY KEY,
    bytes  BLOB NOT NULL
);
-- Counts are stored: SQL's length() stops at a NUL character, which a text may hold.
CREATE TABLE documents (
    id              INTEGER PRIMARY KEY AUTOINCREMENT,
    collection_id   INTEGER NOT NULL REFERENCES collections (id),
    source          TEXT NOT NULL,
    doc_id          TEXT NOT NULL UNIQUE,
    external_id     TEXT NOT NULL,
    title           TEXT NOT NULL,
    sha256          TEXT NOT NULL,
    n_characters    INTEGER NOT NULL,
    n_passages      INTEGER NOT NULL,
    n_pages         INTEGER,
    added           TEXT NOT NULL,
    page_starts     TEXT NOT NULL,
    sections        TEXT NOT NULL,
    metadata        TEXT NOT NULL,
    checksum        TEXT NOT NULL,
    original_sha256 TEXT REFERENCES originals (sha256),
    text            TEXT NOT NULL,
    UNIQUE (collection_id, source)
);
CREATE INDEX documents_external_id ON documents (collection_id, external_id);
CREATE INDEX documents_original ON documents (original_sha256);
-- AUTOINCREMENT: an id in an index file must never come to mean another passage.
CREATE TABLE passages (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    document_id INTEGER NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
    start       INTEGER NOT NULL,
    "end"       INTEGER NOT NULL,
    page        INTEGER,
    section     TEXT,
    search_text TEXT NOT NULL,
    vector      BLOB NOT NULL
);
CREATE INDEX passages_document ON passages (document_id);
CREATE TABLE generations (
    collection_id INTEGER PRIMARY KEY REFERENCES collections (id),
    number        INTEGER NOT NULL,
    sha256        TEXT NOT NULL,
    high_water    INTEGER NOT NULL,
    n_passages    INTEGER NOT NULL,
    n_dimensions  INTEGER NOT NULL
);
"""

# Checksums over all of a document take the place of those over its text and vectors alone.
STEP_2 = """
CREATE TABLE checksums (
    document_id INTEGER PRIMARY KEY REFERENCES documents (id) ON DELETE CASCADE,
    sha256      TEXT NOT NULL
);
"""

# What inline XBRL says of the figures of a filing. A document without any has the checksum that it had.
STEP_3 = """
CREATE TABLE facts (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    document_id  INTEGER NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
    start        INTEGER NOT NULL,
    "end"        INTEGER NOT NULL,
    concept      TEXT NOT NULL,
    value        TEXT,
    unit         TEXT NOT NULL,
    period_start TEXT NOT NULL,
    period_end   TEXT NOT NULL,
    scale        INTEGER NOT NULL,
    sign         TEXT NOT NULL,
    decimals     TEXT NOT NULL,
    dimensions   TEXT NOT NULL
);
CREATE INDEX facts_document ON facts (document_id);
CREATE TABLE hidden_facts (
    document_id INTEGER PRIMARY KEY REFERENCES documents (id) ON DELETE CASCADE,
    n           INTEGER NOT NULL
);
"""


def first(db: sqlite3.Connection) -> None:
    """Make the tables of version 1."""
    _run(db, STEP_1)


def second(db: sqlite3.Connection) -> None:
    """Make `checksums`. A document whose old checksum does not fit gets none that could: it stays damaged."""
    _run(db, STEP_2)
    db.text_factory = bytes
    try:
        for (document,) in db.execute("SELECT id FROM documents").fetchall():
            row = db.execute("SELECT text, checksum FROM documents WHERE id = ?", (document,)).fetchone()
            vectors = db.execute("SELECT vector FROM passages WHERE document_id = ? ORDER BY id", (document,))
            fits = old_document_checksum(row[0], b"".join(vector for (vector,) in vectors)) == row[1].decode()
            kept = document_checksum(db, document, OF_VERSION_2) if fits else ""
            db.execute("INSERT INTO checksums VALUES (?, ?)", (document, kept))
    finally:
        db.text_factory = str
    _run(db, "ALTER TABLE documents DROP COLUMN checksum;\n")


def third(db: sqlite3.Connection) -> None:
    """Make the tables of facts; documents get theirs when they are read again."""
    _run(db, STEP_3)


Step = Callable[[sqlite3.Connection], None]
STEPS: tuple[Step, ...] = (first, second, third)
VERSION = len(STEPS)


def version_of(db: sqlite3.Connection) -> int:
    """Return how many steps a database has seen."""
    (version,) = db.execute("PRAGMA user_version").fetchone()
    return int(version)


def upgrade(db: sqlite3.Connection, steps: Sequence[Step] = STEPS) -> None:
    """Run the steps this database has not seen, all or none of them: a kill in between changes nothing."""
    version = version_of(db)
    if version == len(steps):
        return
    with transaction(db):
        for step in steps[version:]:
            step(db)
        db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        db.execute(f"PRAGMA user_version = {len(steps)}")


def _run(db: sqlite3.Connection, statements: str) -> None:
    # not executescript, which would first commit what is under way
    for statement in filter(str.strip, statements.split(";\n")):
        db.execute(statement)
