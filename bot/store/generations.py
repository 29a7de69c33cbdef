"""Index files: immutable, named by the database, used only when their SHA-256 is the recorded one.

FAISS itself does not notice damage (a third of files with eight flipped bits loaded and answered wrongly),
so what is loaded is exactly the bytes that were hashed. The row in the database is the only commit point:
a file no row names was never published.
"""

from __future__ import annotations

import hashlib
import re
import sqlite3
from pathlib import Path

from bot.store.files import make_private_folder, write_durably
from bot.store.records import Generation, Loaded

FOLDER = "generations"
GENERATIONS = "SELECT collection_id, number, sha256, high_water, n_passages, n_dimensions FROM generations"
OUR_FILES = re.compile(r"\d+-\d+\.faiss(\.tmp)?")


class DamagedGeneration(Exception):
    """The file is missing or not what was published. No harm: the vectors are in the database."""


def read_generation(home: Path, generation: Generation) -> bytes:
    """Return the bytes of an index file, checked.

    Raises:
        DamagedGeneration: it is missing, unreadable, or its SHA-256 is not the recorded one.
    """
    path = home / FOLDER / generation.file_name
    try:
        content = path.read_bytes()
    except OSError as error:
        raise DamagedGeneration(f"{path} cannot be read ({error.strerror})") from error
    if hashlib.sha256(content).hexdigest() != generation.sha256:
        raise DamagedGeneration(f"{path} is damaged (its SHA-256 is not the recorded one)")
    return content


def write_generation(home: Path, generation: Generation, content: bytes) -> None:
    """Put an index file in its place, on the disk for good; no reader looks at it before its row is there."""
    make_private_folder(home / FOLDER)
    write_durably(home / FOLDER / generation.file_name, content)


def remove_generation(home: Path, generation: Generation) -> None:
    """Remove a superseded file. A reader that has it open keeps its bytes; others look up the new name."""
    (home / FOLDER / generation.file_name).unlink(missing_ok=True)


def remove_unpublished(home: Path, published: set[str]) -> None:
    """Remove index files that no row names, as a killed writer leaves them; never a file that is not ours."""
    for path in _files(home):
        if path.name not in published:
            path.unlink(missing_ok=True)


def generations_bytes(home: Path) -> int:
    """Count the bytes that the index files take."""
    return sum(path.stat().st_size for path in _files(home))


def current_generations(db: sqlite3.Connection) -> tuple[Generation, ...]:
    """Return what the database says are the index files, at most one for a collection."""
    return tuple(Generation(*row) for row in db.execute(GENERATIONS))


def current_generation(db: sqlite3.Connection, collection_id: int) -> Generation | None:
    """Return what the database says is the collection's index file; None before the first."""
    row = db.execute(f"{GENERATIONS} WHERE collection_id = ?", (collection_id,)).fetchone()
    return Generation(*row) if row else None


def successor(previous: Generation | None, collection_id: int, loaded: Loaded, content: bytes) -> Generation:
    """Describe the index file that follows `previous`; numbers only grow, so no name is used twice."""
    return Generation(
        collection_id=collection_id,
        number=previous.number + 1 if previous else 1,
        sha256=hashlib.sha256(content).hexdigest(),
        high_water=int(loaded.passage_ids[-1]) if loaded.passages else 0,
        n_passages=len(loaded.passages),
        n_dimensions=loaded.collection.encoder.n_dimensions,
    )


def point_to(db: sqlite3.Connection, generation: Generation) -> None:
    """Make `generation` the collection's index file."""
    db.execute(
        "INSERT OR REPLACE INTO generations VALUES (?, ?, ?, ?, ?, ?)",
        (
            generation.collection_id,
            generation.number,
            generation.sha256,
            generation.high_water,
            generation.n_passages,
            generation.n_dimensions,
        ),
    )


def _files(home: Path) -> list[Path]:
    folder = home / FOLDER
    return [path for path in folder.iterdir() if OUR_FILES.fullmatch(path.name)] if folder.is_dir() else []
