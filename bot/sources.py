"""What a person names to be read: a file, a folder, an upload, a web address. From it to bytes and a name."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from bot.datatypes import ParsedDocument, RefusedRow, Upload
from bot.errors import ParseError
from bot.fetch import fetch, is_web_address, plain
from bot.parse import LIMITS

if TYPE_CHECKING:
    from bot.fetch.client import Fetched

LEADS_OUT = "is a link that leads out of its folder: name the file itself"
TO_FOLDER = "is a link to a folder, which is not followed: name that folder itself"
MOST_LEVELS = 100  # of folders in folders
TOO_DEEP = f"lies more than {MOST_LEVELS} folders deep: name it itself"
UPLOADED = "upload:"  # how the source of an upload begins; its name follows
Fetch = Callable[[str], "Fetched"]  # an address -> its page, or a FetchError


@dataclass(frozen=True, slots=True)
class Given:
    """The bytes of a file or page, the name to speak of it by, and what is known of it beside its bytes.

    Of a page `about` has "url", where it came from in the end, and "fetched", the day (UTC) as ISO date.
    """

    payload: bytes
    name: str
    about: Mapping[str, str] = field(default_factory=dict)

    def told(self, row: ParsedDocument | RefusedRow) -> ParsedDocument | RefusedRow:
        """Add to what a page says of itself where it was found, which is not for it to say.

        Its host is its site where it names none.
        """
        if not self.about or isinstance(row, RefusedRow):
            return row
        host = (urlsplit(self.about["url"]).hostname or "").removeprefix("www.")
        site = row.metadata.get("site") or host
        return replace(row, metadata={**row.metadata, "site": site, **self.about})


@dataclass(frozen=True, slots=True)
class Odd:
    """Something in a folder that is not read; `reason` follows on its name."""

    path: Path
    reason: str


def files(source: Upload | str | Path) -> Iterator[tuple[Upload | Path | str | Odd, str]]:
    """Yield each file of a source, folders walked, with its identity.

    That is an upload's name, a web address in its plain form, a path resolved.
    """
    if isinstance(source, Upload):
        yield source, f"{UPLOADED}{source.name}"
    elif isinstance(source, str) and is_web_address(source):
        yield source, plain(source)
    else:
        path = Path(source).expanduser()
        if not path.is_dir():
            yield path, os.path.realpath(path)  # `resolve` raises for a link to itself
            return
        for file in _walked(path):
            yield (file, str(file.path)) if isinstance(file, Odd) else (file, os.path.realpath(file))


def _walked(folder: Path) -> Iterator[Path | Odd]:
    """Yield the files in a folder and in those below it, in order of name, without hidden entries.

    One folder's names are held at a time, and no call is nested: neither many files nor a deep tree can hurt.
    A loop of mounted folders ends at `MOST_LEVELS`.
    """
    inside = Path(os.path.realpath(folder))
    waiting = [(str(folder), 0)]  # the next one last
    while waiting:
        path, level = waiting.pop()
        if level and os.path.islink(path):
            yield _of_link(Path(path), inside)
        elif not os.path.isdir(path):
            yield Path(path)
        elif level > MOST_LEVELS:
            yield Odd(Path(path), TOO_DEEP)
        else:
            try:
                names = sorted(os.listdir(path), reverse=True)
            except OSError as error:
                yield Odd(Path(path), f"cannot be opened ({error.strerror}): check its permissions")
                continue
            waiting += [(os.path.join(path, name), level + 1) for name in names if not name.startswith(".")]


def _of_link(link: Path, inside: Path) -> Path | Odd:
    """Take a link in a folder for what it leads to, if that is a file in there too."""
    if os.path.isdir(link):
        return Odd(link, TO_FOLDER)
    return link if Path(os.path.realpath(link)).is_relative_to(inside) else Odd(link, LEADS_OUT)


def read(source: Upload | Path | str | Odd, fetch: Fetch = fetch) -> Given:
    """Return what is read of a file, an upload or, where it is a string, a web address.

    Raises:
        ParseError: it does not exist, may not be read, is too large; FetchError: the page cannot be fetched.
    """
    if isinstance(source, Upload):
        return Given(source.payload, source.name)
    if isinstance(source, Odd):
        raise ParseError(f"{source.path.name} {source.reason}")
    if isinstance(source, str):
        page = fetch(source)
        today = datetime.now(UTC).date().isoformat()
        return Given(page.payload, page.name, {"url": page.url, "fetched": today})
    try:
        found = source.stat()
        if not stat.S_ISREG(found.st_mode):  # a pipe would be waited for, a device never ends
            raise ParseError(f"{source.name} is no plain file: give a file or a folder")
        if found.st_size > max(LIMITS.max_bytes, LIMITS.max_corpus_bytes):
            raise ParseError(f"{source.name} is larger than {LIMITS.max_corpus_bytes:,} bytes: split it")
        return Given(source.read_bytes(), source.name)
    except FileNotFoundError as error:
        raise ParseError(f"no such file or folder: {str(source)!r}; check the path") from error
    except OSError as error:
        raise ParseError(f"{source.name} cannot be read ({error.strerror}): check its permissions") from error
