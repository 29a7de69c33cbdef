"""A JSON Lines file that grows by whole lines: what is in it stays, whatever stops the run."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from bot.errors import UsageError

Row = dict[str, Any]


class Lines:
    """Rows with an "id" each, on disk and not in memory. One process at a time may hold a file open."""

    def __init__(self, path: Path) -> None:
        """Open a file, or start one; a last line that a kill cut off is taken off.

        Raises:
            UsageError: a line is no row with an id, or another process has the file open.
            OSError: it cannot be opened.
        """
        self.path = path
        self._stream = path.open("ab", buffering=0)
        try:
            _lock(self._stream.fileno(), path)
            self.ids = self._read_ids()
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Lines:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __iter__(self) -> Iterator[Row]:
        """Yield the rows, oldest first, one in memory at a time."""
        with self.path.open("rb") as stream:
            for line in stream:
                yield json.loads(line)

    def add(self, row: Mapping[str, Any]) -> None:
        """Add a row; it is in the file when this returns, and no part of it when this raises.

        Raises:
            UsageError: the file cannot grow, as on a full disk.
        """
        line = json.dumps(row, ensure_ascii=False).encode("utf-8", "surrogatepass") + b"\n"
        end = os.fstat(self._stream.fileno()).st_size
        try:
            while line:  # an unbuffered write may take a part only
                line = line[self._stream.write(line) :]
        except OSError as error:
            os.truncate(self.path, end)
            raise UsageError(
                f"{self.path} cannot grow ({error.strerror}): {len(self.ids):,} rows are kept; make room, "
                "then give the same command again"
            ) from error
        self.ids.add(row["id"])

    def close(self) -> None:
        """Let go of the file."""
        self._stream.close()

    def _read_ids(self) -> set[str]:
        ids, end = set(), 0
        with self.path.open("rb") as stream:
            for number, line in enumerate(stream, start=1):
                if not line.endswith(b"\n"):
                    os.truncate(self.path, end)
                    break
                end += len(line)
                ids.add(_id(line, f"{self.path} line {number}"))
        return ids


def _id(line: bytes, place: str) -> str:
    try:
        row_id = json.loads(line)["id"]
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise UsageError(f"{place} is not a row of a run: choose another --out") from error
    if not isinstance(row_id, str):
        raise UsageError(f"{place} has no id: choose another --out")
    return row_id


def _lock(descriptor: int, path: Path) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise UsageError(f"another run is writing to {path}: wait for it, or choose another --out") from error
