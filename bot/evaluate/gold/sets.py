"""The gold sets of a home: the sample questions, the files of `home/gold`, and taking in one more.

A set is known by its name and looked up in a list: a name is never made into a path.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from bot.errors import UsageError
from bot.evaluate.gold.files import read_gold
from bot.evaluate.gold.rows import GoldRow
from bot.feedback import FOLDER
from bot.samples import GOLD

SAMPLE = "sample questions"
KINDS = (".jsonl", ".csv")
STEM_CHARACTERS = 60
_UNFIT = re.compile(r"[^\w.-]+")


@dataclass(frozen=True, slots=True)
class Counts:
    """What a gold set holds: questions, those of them without an answer, and those that nobody has read."""

    n: int
    n_unanswerable: int
    n_unread: int


def gold_sets(home: Path) -> dict[str, Path]:
    """Return name -> file, the sample questions first, the others by name."""
    folder = home / FOLDER
    found = sorted(path for path in folder.glob("*") if path.suffix.lower() in KINDS and path.is_file())
    return {SAMPLE: GOLD, **{path.name: path for path in found}}


def gold_file(home: Path, name: str) -> Path:
    """Return the file of a gold set.

    Raises:
        UsageError: there is none of that name.
    """
    known = gold_sets(home)
    if name not in known:
        raise UsageError(f"no gold set {name!r}; there are: {', '.join(known)}")
    return known[name]


def counts(home: Path, name: str) -> Counts:
    """Count what a gold set holds.

    Raises:
        UsageError: there is none of that name, or a line is no gold row; the message says which.
    """
    rows = read_named(gold_file(home, name), name)
    return Counts(
        len(rows), sum(not row.answerable for row in rows), sum(not row.reviewed for row in rows)
    )  # fmt: skip


def read_named(path: Path, name: str) -> tuple[GoldRow, ...]:
    """Return the rows of a gold file; its errors name the set, not the place on this machine.

    Raises:
        UsageError: a line is no gold row.
    """
    try:
        return read_gold(path).rows
    except UsageError as error:
        raise UsageError(str(error).replace(str(path), name)) from error


def add_gold(home: Path, name: str, source: Path) -> str:
    """Copy a gold file into the home, under a name of its own, and return that name.

    Raises:
        UsageError: it is no gold file, or cannot be written.
    """
    suffix = Path(name).suffix.lower()
    if suffix not in KINDS:
        raise UsageError(f"{Path(name).name!r} is no gold file: give a .jsonl or .csv file of questions")
    read_named(source, Path(name).name)
    stem = _UNFIT.sub("-", Path(name).stem).strip("-.")[:STEM_CHARACTERS] or "gold"
    payload, folder = source.read_bytes(), home / FOLDER
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return _written(folder, stem, suffix, payload)
    except OSError as error:
        raise UsageError(f"{folder} cannot take the file ({error.strerror}): free some room") from error


def _written(folder: Path, stem: str, suffix: str, payload: bytes) -> str:
    """Write under the first free name; a file of the same bytes under a name that was tried is that file."""
    for number in range(1, 10_000):
        path = folder / f"{stem}{'' if number == 1 else f'-{number}'}{suffix}"
        try:
            with path.open("xb") as stream:
                stream.write(payload)
        except FileExistsError:
            if path.is_file() and path.read_bytes() == payload:
                return path.name
        else:
            return path.name
    raise UsageError(f"there are ten thousand gold sets called {stem!r}: rename yours")
