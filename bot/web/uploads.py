"""What Gradio stored of an upload: names with their folders, what is refused unread, and the bytes, once.

A file comes as Gradio's FileData, an object with these keys that matter here:

    path       where Gradio keeps it
    orig_name  its name as the browser gave it; library.js writes the path inside a dropped folder there
    mime_type  one of LEFT_BEHIND where library.js sent an empty stand-in instead of the file

A name is display text and identity, never a path to open. Beside them web addresses may be given, where the
page is served so that it fetches.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from gradio.utils import get_upload_folder

from bot.datatypes import IngestOutcome, Upload
from bot.errors import UsageError
from bot.sources import UPLOADED

ONE_FILE_LIMIT = "25mb"
ONE_FILE_BYTES = 25 * 1024 * 1024  # the same, as Gradio counts it
NAME_CHARACTERS = 400
MOST_ADDRESSES = 20  # at once
NO_FETCHING = (
    "this page fetches no web addresses: start it with bot serve --web-addresses, or with a login, "
    "or use bot ingest ADDRESS"
)
HIDDEN = "a hidden file (a part of its path begins with a dot): rename it to add it"
LEFT_BEHIND = {
    "application/x-too-large": "larger than 25 MB: split it, or add its path with bot ingest",
    "application/x-unreadable": "the browser could not read it: check its permissions",
    "application/x-no-files": "an empty folder: there is no file in it",
}


@dataclass(frozen=True, slots=True)
class Stored:
    """An uploaded file as Gradio keeps it; `reason` says why it is refused unread, "" where it is not."""

    name: str
    path: Path
    reason: str = ""

    @property
    def refusal(self) -> IngestOutcome:
        """The refusal as an ingest reports it."""
        stem = PurePosixPath(self.name).stem
        return IngestOutcome(f"{UPLOADED}{self.name}", stem, None, "refused", reason=self.reason)


def stored_files(files: Sequence[Any] | None) -> tuple[Stored, ...]:
    """Read FileData objects. What is no upload is left out, and what is gone, as after a second press.

    Checked here as well as by Gradio: these files are read and deleted.
    """
    uploads = Path(get_upload_folder()).resolve()
    found = (_stored(file) for file in files or () if isinstance(file, dict) and file.get("path"))
    return tuple(file for file in found if file.path.is_relative_to(uploads) and file.path.is_file())


def _stored(file: dict[str, Any]) -> Stored:
    path = Path(str(file["path"])).resolve()
    name = _name(str(file.get("orig_name") or "")) or path.name
    hidden = any(part.startswith(".") for part in PurePosixPath(name).parts)
    return Stored(name, path, LEFT_BEHIND.get(str(file.get("mime_type")), HIDDEN if hidden else ""))


def _name(given: str) -> str:
    """Tidy a relative path: "./reports//a.pdf" -> "reports/a.pdf", and so with Windows' separators."""
    parts = given.replace("\\", "/").split("/")
    return "/".join(part for part in parts if part not in {"", "."})[-NAME_CHARACTERS:]


def web_addresses(given: Sequence[str], *, allowed: bool) -> tuple[str, ...]:
    """Return the web addresses that somebody gave; whatever is none could be a path of this machine.

    Raises:
        UsageError: they are not allowed here, one is none, or they are too many at once.
    """
    addresses = tuple(filter(None, (str(each).strip() for each in given)))
    if addresses and not allowed:
        raise UsageError(NO_FETCHING)
    if len(addresses) > MOST_ADDRESSES:
        raise UsageError(f"{len(addresses)} web addresses at once: give at most {MOST_ADDRESSES}")
    for each in addresses:
        if not each.lower().startswith(("http://", "https://")):
            raise UsageError(f"{each[:80]!r} is no web address: one begins with http:// or https://")
    return addresses


def payloads(files: Sequence[Stored]) -> Iterator[Upload]:
    """Yield what is not refused, one file at a time: all of a folder may be more than memory holds."""
    for file in files:
        if not file.reason and file.path.is_file():
            yield Upload(file.name, file.path.read_bytes())


def discard(files: Sequence[Stored]) -> None:
    """Delete uploads from Gradio's folder: the library keeps its own copy.

    All at the end, since equal files of one name in two folders lie in one place there.
    """
    for file in files:
        file.path.unlink(missing_ok=True)
