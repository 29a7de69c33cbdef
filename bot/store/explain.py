"""Turn what SQLite and the file system raise into one line that says what to do. Bugs of ours pass."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.errors import StoreBusy, StoreError

PRIMARY_CODE = 0xFF  # SQLite's extended result codes keep the kind of error in their lowest byte

FULL = "no space is left on the disk of {home}; nothing was changed: free some space there and try again"
UNWRITABLE = (
    "cannot write to {home} ({reason}); nothing was changed: make the folder writable, "
    "or choose another with --home"
)
UNUSABLE = (
    "cannot use {home} ({reason}); nothing was changed: check the folder and its permissions, "
    "or choose another with --home"
)
DAMAGED = (
    "{home}/library.sqlite is damaged ({reason}); nothing was changed: see what can be saved "
    "with `bot library verify` and save it with `bot library rescue --to NEWHOME`, or put a backup in its "
    "place"
)
UNREADABLE = (
    "{home}/library.sqlite is damaged ({reason}) and cannot be opened; nothing was changed: put a backup in "
    "its place, or try `bot library rescue --to NEWHOME`"
)
LOCKED = "{home}/library.sqlite is locked by another program; close whatever has it open and try again"
FAULTY = "the disk failed at {home} ({reason}); check the disk and its free space, then try again"
TOO_BIG = (
    "the document is too large for one row of the library in {home} ({reason}); split the file and try again"
)
UNDECODABLE = "Could not decode to UTF-8"

BY_SQLITE_CODE = {
    sqlite3.SQLITE_FULL: FULL,
    sqlite3.SQLITE_READONLY: UNWRITABLE,
    sqlite3.SQLITE_PERM: UNUSABLE,
    sqlite3.SQLITE_CANTOPEN: UNUSABLE,
    sqlite3.SQLITE_CORRUPT: DAMAGED,
    sqlite3.SQLITE_NOTADB: UNREADABLE,
    sqlite3.SQLITE_BUSY: LOCKED,
    sqlite3.SQLITE_LOCKED: LOCKED,
    sqlite3.SQLITE_PROTOCOL: LOCKED,
    sqlite3.SQLITE_IOERR: FAULTY,
    sqlite3.SQLITE_TOOBIG: TOO_BIG,
}
BY_ERRNO = {errno.ENOSPC: FULL, errno.EDQUOT: FULL, errno.EIO: FAULTY, errno.EROFS: UNWRITABLE}


@contextmanager
def explained(home: Path) -> Iterator[None]:
    """Raise a StoreError for trouble with the disk, the database or unstorable text met inside the block."""
    try:
        yield
    except sqlite3.Error as error:
        if str(error).startswith(UNDECODABLE):  # its message quotes the document
            raise StoreError(DAMAGED.format(home=home, reason="a text is not UTF-8 any more")) from None
        template = BY_SQLITE_CODE.get(getattr(error, "sqlite_errorcode", 0) & PRIMARY_CODE)
        if template is None:  # a wrong statement or a broken constraint is our mistake
            raise
        kind = StoreBusy if template is LOCKED else StoreError
        raise kind(template.format(home=home, reason=error)) from error
    except UnicodeEncodeError as error:
        character = f"U+{ord(error.object[error.start]):04X} at {error.start}"
        raise StoreError(
            f"half a character ({character}) cannot be stored as text; rename or re-save the source as UTF-8"
        ) from error
    except OSError as error:
        template = BY_ERRNO.get(error.errno or 0, UNUSABLE)
        raise StoreError(template.format(home=home, reason=error.strerror or error)) from error
