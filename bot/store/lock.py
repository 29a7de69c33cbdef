"""One writer at a time, by a lock of the operating system on a file.

The lock belongs to the process, not to the file's existence: a writer that is killed leaves the file
behind and the lock free. What the file holds, the process id, only serves the message of those who wait.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from bot.errors import StoreBusy
from bot.store.files import PRIVATE_FILE

POLL_S = 0.05
NAME_BYTES = 20


@contextmanager
def locked(path: Path, *, wait_s: float) -> Iterator[None]:
    """Hold the lock on `path`, which is created when missing, for as long as the block runs.

    Raises:
        StoreBusy: another writer, of this process or another, still held it after `wait_s` seconds.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, PRIVATE_FILE)
    try:
        _acquire(descriptor, path, wait_s)
        _name_holder(descriptor, str(os.getpid()))
        try:
            yield
        finally:
            with suppress(OSError):  # it only serves the message of those who wait
                _name_holder(descriptor, "")
            # Explicitly: a forked child may still share the descriptor, and closing ours would not free it.
            fcntl.flock(descriptor, fcntl.LOCK_UN)
    finally:
        os.close(descriptor)


def _acquire(descriptor: int, path: Path, wait_s: float) -> None:
    deadline = time.monotonic() + wait_s
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            if time.monotonic() >= deadline:
                raise StoreBusy(_busy(descriptor, path, wait_s)) from None
        time.sleep(POLL_S)


def _name_holder(descriptor: int, name: str) -> None:
    os.pwrite(descriptor, name.ljust(NAME_BYTES).encode(), 0)  # in one go: nobody reads half a number


def _holder(descriptor: int) -> str:
    return os.pread(descriptor, NAME_BYTES, 0).decode("ascii", "replace").strip()


def _busy(descriptor: int, path: Path, wait_s: float) -> str:
    holder = _holder(descriptor)
    if not holder:  # it has the lock since a moment ago, and is about to say so
        time.sleep(POLL_S)
        holder = _holder(descriptor)
    who = f"process {holder}" if holder.isdigit() else "another process"
    return (
        f"the library in {path.parent} is being written to by {who} (waited {wait_s:g} s); "
        "try again when it has finished"
    )
