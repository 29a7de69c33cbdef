"""Connections to `library.sqlite`: created whole, checked to be ours, one for each reading or writing.

Reading opens a connection for every call and closes it again (0.3 ms). So any number of threads may share a
`Store`, no connection outlives a fork, and a library that another process creates later is simply found.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from bot.errors import StoreError
from bot.store.files import make_private_file, rename_durably, sync_file
from bot.store.schema import APPLICATION_ID, VERSION, upgrade, version_of

DATABASE_FILE = "library.sqlite"
BUSY_TIMEOUT_S = 10.0
# The file through which SQLite shares its log could not be made or grown, as on a full disk.
NO_SHARED_MEMORY = (
    sqlite3.SQLITE_IOERR_SHMOPEN,
    sqlite3.SQLITE_IOERR_SHMSIZE,
    sqlite3.SQLITE_IOERR_SHMMAP,
)


@contextmanager
def reading(home: Path) -> Iterator[sqlite3.Connection]:
    """Yield a connection that sees one unchanging snapshot; that of an empty library when there is none.

    Raises:
        StoreError: the file is another program's, a newer version's, or no database at all.
    """
    path = home / DATABASE_FILE
    with closing(_connect_to_read(path) if path.exists() else _empty()) as db:
        db.execute("PRAGMA query_only = ON")
        db.execute("BEGIN")
        _refuse_strangers(db, path)
        yield db


def open_for_writing(home: Path) -> sqlite3.Connection:
    """Open the library, creating or upgrading it when needed. Call it with the writer's lock held.

    Raises:
        StoreError: as `reading`, or the file system cannot hold a write-ahead log.
    """
    path = home / DATABASE_FILE
    if not path.exists():
        _create(path)
    db = _connect(path, "mode=rw")
    try:
        _refuse_strangers(db, path)
        _prepare_for_writing(db, home)
        _back_up_older(db, home)
        upgrade(db)
    except BaseException:
        db.close()
        raise
    return db


def _back_up_older(db: sqlite3.Connection, home: Path) -> None:
    """Keep a copy of a database of an older version beside it, before it is changed: library.v1.sqlite."""
    version = version_of(db)
    if version == VERSION:
        return
    draft = home / f"library.v{version}.new"
    draft.unlink(missing_ok=True)  # of a writer that was killed
    make_private_file(draft)
    db.execute("VACUUM INTO ?", (str(draft),))
    sync_file(draft)
    rename_durably(draft, home / f"library.v{version}.sqlite")


def _connect(path: Path, mode: str) -> sqlite3.Connection:
    return sqlite3.connect(
        f"{path.absolute().as_uri()}?{mode}",
        uri=True,
        timeout=BUSY_TIMEOUT_S,
        isolation_level=None,
        check_same_thread=False,  # a web page may carry one piece of work from thread to thread
    )


def _connect_to_read(path: Path) -> sqlite3.Connection:
    """Connect, on a full disk as well: where the file beside it cannot be made, by locking others out."""
    db = _connect(path, _reading_mode(path))
    try:
        db.execute("PRAGMA schema_version")  # the first look at the file
    except sqlite3.Error as error:
        db.close()
        if getattr(error, "sqlite_errorcode", 0) not in NO_SHARED_MEMORY:
            raise
        db = _connect(path, "mode=rw")
        db.execute("PRAGMA locking_mode = EXCLUSIVE")  # the log's index is then in this process's memory
    return db


def _reading_mode(path: Path) -> str:
    # SQLite shares a write-ahead log through a file beside the database. On a read-only disk it can make
    # none, and needs none: where no log is left either, nothing can change under us.
    if os.access(path.parent, os.W_OK) and os.access(path, os.W_OK):
        return "mode=rw"
    return "mode=ro" if _beside(path, "-wal").exists() else "mode=ro&immutable=1"


def _empty() -> sqlite3.Connection:
    db = sqlite3.connect(":memory:", isolation_level=None)
    upgrade(db)
    return db


def _create(path: Path) -> None:
    """Build the empty database under another name, so that its own name never stands for half of it."""
    draft = path.with_suffix(".new")
    leftovers = (draft, _beside(draft, "-journal"), _beside(path, "-wal"), _beside(path, "-shm"))
    for leftover in leftovers:  # a log without its database would be replayed into the new one
        leftover.unlink(missing_ok=True)
    make_private_file(draft)
    with closing(_connect(draft, "mode=rw")) as db:
        db.execute("PRAGMA synchronous = FULL")
        upgrade(db)
    rename_durably(draft, path)


def _prepare_for_writing(db: sqlite3.Connection, home: Path) -> None:
    (mode,) = db.execute("PRAGMA journal_mode = WAL").fetchone()
    if mode != "wal":
        raise StoreError(
            f"the disk of {home} cannot hold a write-ahead log (journal mode is {mode!r}); "
            "choose a folder on a local disk with --home"
        )
    db.execute("PRAGMA synchronous = FULL")
    db.execute("PRAGMA foreign_keys = ON")
    db.execute("PRAGMA trusted_schema = OFF")


def _refuse_strangers(db: sqlite3.Connection, path: Path) -> None:
    (application_id,) = db.execute("PRAGMA application_id").fetchone()
    if application_id != APPLICATION_ID:
        raise StoreError(
            f"{path} belongs to another program (its application id is {application_id:#x}, not "
            f"{APPLICATION_ID:#x}); move it away, or choose another folder with --home"
        )
    version = version_of(db)
    if version > VERSION:
        raise StoreError(
            f"{path} was written by a newer release (version {version}; this one knows up to {VERSION}); "
            "update this program, or choose another folder with --home"
        )


def _beside(path: Path, ending: str) -> Path:
    return path.with_name(path.name + ending)
