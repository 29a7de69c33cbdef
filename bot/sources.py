"""What a person names to be read: a file, a folder, an upload, a web address. From it to bytes and a name."""

from __future__ import annotations

import stat
from collections.abc import Callable, Iterator, Mapping, Sequence
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
            yield path, str(path.resolve())
            return
        inside = path.resolve()
        for file in _walked(path):
            leads_out = file.is_symlink() and not file.resolve().is_relative_to(inside)
            yield (Odd(file, LEADS_OUT), str(file)) if leads_out else (file, str(file.resolve()))


def _walked(folder: Path) -> Sequence[Path]:
    """Return all in a folder that is no folder itself, in order of name, without hidden entries."""
    found = (path for path in folder.rglob("*") if not path.is_dir())
    return sorted(p for p in found if not any(q.startswith(".") for q in p.relative_to(folder).parts))


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
