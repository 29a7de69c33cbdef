"""The tables of `library.sqlite`, as a list of steps. Step n brings a database from version n - 1 to n.

To change the tables: append a step, never edit one that was released. A new database runs all steps, an
older one those it has not seen; `PRAGMA user_version` counts the steps done. Each is one transaction.
"""

from __future__ import annotations

import sqlite3

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

STEPS = (STEP_1,)
VERSION = len(STEPS)


def upgrade(db: sqlite3.Connection) -> None:
    """Run the steps this database has not seen. A kill in between leaves a whole, older version."""
    (version,) = db.execute("PRAGMA user_version").fetchone()
    for number, step in enumerate(STEPS[version:], start=version + 1):
        db.executescript(
            f"BEGIN IMMEDIATE; {step} PRAGMA application_id = {APPLICATION_ID}; "
            f"PRAGMA user_version = {number}; COMMIT;"
        )
