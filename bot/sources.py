"""What a person names to be read: a file, a folder, an upload, a web address. From it to bytes and a name."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from bot.datatypes import ParsedDocument, RefusedRow, Upload
from bot.errors import ParseError
from bot.fetch import Fetched, fetch, is_web_address, plain
from bot.parse import LIMITS

UPLOADED = "upload:"  # how the source of an upload begins; its name follows
Fetch = Callable[[str], Fetched]  # an address -> its page, or a FetchError


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


def files(source: Upload | str | Path) -> Iterator[tuple[Upload | Path | str, str]]:
    """Yield each file of a source, folders walked, with its identity.

    That is an upload's name, a web address in its plain form, a path resolved.
    """
    if isinstance(source, Upload):
        yield source, f"{UPLOADED}{source.name}"
    elif isinstance(source, str) and is_web_address(source):
        yield source, plain(source)
    else:
        path = Path(source).expanduser()
        for file in _walked(path) if path.is_dir() else [path]:
            yield file, str(file.resolve())


def _walked(folder: Path) -> Sequence[Path]:
    found = (path for path in folder.rglob("*") if path.is_file())
    return sorted(p for p in found if not any(q.startswith(".") for q in p.relative_to(folder).parts))


def read(source: Upload | Path | str, fetch: Fetch = fetch) -> Given:
    """Return what is read of a file, an upload or, where it is a string, a web address.

    Raises:
        ParseError: it does not exist, may not be read, is too large; FetchError: the page cannot be fetched.
    """
    if isinstance(source, Upload):
        return Given(source.payload, source.name)
    if isinstance(source, str):
        page = fetch(source)
        today = datetime.now(UTC).date().isoformat()
        return Given(page.payload, page.name, {"url": page.url, "fetched": today})
    try:
        if source.stat().st_size > max(LIMITS.max_bytes, LIMITS.max_corpus_bytes):
            raise ParseError(f"{source.name} is larger than {LIMITS.max_corpus_bytes:,} bytes: split it")
        return Given(source.read_bytes(), source.name)
    except FileNotFoundError as error:
        raise ParseError(f"no such file or folder: {str(source)!r}; check the path") from error
    except OSError as error:
        raise ParseError(f"{source.name} cannot be read ({error.strerror}): check its permissions") from error
