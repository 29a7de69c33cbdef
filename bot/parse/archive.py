"""The parts of a zipped document (DOCX, ODT, EPUB), inflated within bounds, never written anywhere.

Nothing that the archive says of itself is believed: bytes are counted while they are inflated, and an archive
whose entries overlap, leave its folder, come twice or need a password is refused before one is opened.
Archives within the archive stay closed.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Collection
from itertools import pairwise

from lxml import etree

from bot.errors import ParseError
from bot.parse.cleaning import one_line
from bot.parse.limits import MEGABYTE

MAX_ENTRIES = 2_000
MAX_INFLATED = 200 * MEGABYTE  # of all parts that are opened
MAX_RATIO = 100  # inflated to stored, of a part that is larger than
RATIO_FROM = 10 * MEGABYTE
_CHUNK = 1 << 16  # bytes
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ENCRYPTED = 0x1  # bit of an entry's flags
_LEAVES = re.compile(r"(?:^|[/\\])\.\.(?:[/\\]|$)|^[/\\]|^[A-Za-z]:|\\")
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    ValueError,
    OverflowError,
    RuntimeError,
    OSError,
    struct.error,
)


class Archive:
    """An opened archive; `read` gives a part's bytes, `tree` its XML. `name` is for messages.

    Raises:
        ParseError: it is broken, locked, or built to hurt.
    """

    def __init__(self, payload: bytes, name: str) -> None:
        self.name = name
        self._n_inflated = 0
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(payload))
        except _BROKEN as error:
            raise ParseError(
                f"{name} is a broken archive: open it in its program and save it again"
            ) from error
        self._entries = {entry.filename: entry for entry in self._zip.infolist()}
        self._check(self._zip.infolist())

    @property
    def names(self) -> Collection[str]:
        """The names of the parts, in the order of the archive."""
        return self._entries.keys()

    def read(self, part: str) -> bytes:
        """Inflate a part; b"" where there is none of that name.

        Raises:
            ParseError: it is broken, or inflates beyond the limits.
        """
        entry = self._entries.get(part)
        if entry is None:
            return b""
        if entry.compress_type not in _METHODS:
            raise ParseError(f"{self.name} is packed in a way that is not read: save it again")
        try:
            return self._inflated(entry)
        except _BROKEN as error:
            raise ParseError(
                f"{self.name} is broken in its part {one_line(part, max_characters=60)}: save it again"
            ) from error

    def tree(self, part: str) -> etree._Element | None:
        """Parse a part as XML, None where there is none of that name.

        Raises:
            ParseError: it is no XML, defines entities, or nests too deeply.
        """
        payload = self.read(part)
        return parse_xml(payload, self.name) if payload else None

    def _inflated(self, entry: zipfile.ZipInfo) -> bytes:
        pieces, n_bytes = [], 0
        with self._zip.open(entry) as stream:
            while chunk := stream.read(_CHUNK):
                n_bytes += len(chunk)
                self._n_inflated += len(chunk)
                dense = n_bytes > RATIO_FROM and n_bytes > MAX_RATIO * max(entry.compress_size, 1)
                if self._n_inflated > MAX_INFLATED or dense:
                    bounds = f"{MAX_INFLATED / MEGABYTE:,.0f} MB, or to more than {MAX_RATIO} times its size"
                    raise ParseError(f"{self.name} inflates to more than {bounds}: split it")
                pieces.append(chunk)
        return b"".join(pieces)

    def _check(self, entries: list[zipfile.ZipInfo]) -> None:
        if len(entries) > MAX_ENTRIES:
            raise ParseError(f"{self.name} has {len(entries):,} entries; at most {MAX_ENTRIES:,} are read")
        if any(entry.flag_bits & _ENCRYPTED for entry in entries):
            raise ParseError(f"{self.name} is protected by a password: save a copy without one")
        if any(_LEAVES.search(entry.filename) for entry in entries):
            raise ParseError(f"{self.name} has entries outside of its own folder, which is not read")
        if len(self._entries) < len(entries) or _overlap(entries):
            raise ParseError(f"{self.name} has entries that lie over each other, which is not read")


def _overlap(entries: list[zipfile.ZipInfo]) -> bool:
    """Tell whether two entries share stored bytes."""
    placed = sorted((entry.header_offset, entry.header_offset + entry.compress_size) for entry in entries)
    return any(end > start for (_, end), (start, _) in pairwise(placed))


def parse_xml(payload: bytes, name: str) -> etree._Element:
    """Parse XML without network, entities or files; nesting is bounded at 256 levels.

    Raises:
        ParseError: it is no XML, has a document type (the way in for entities), or nests too deeply.
    """
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        remove_comments=True,
        remove_pis=True,
        huge_tree=False,
    )
    try:
        root = etree.fromstring(payload, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        deep = "depth" in str(error).lower()
        why = "nests its elements too deeply" if deep else "holds XML that is broken or too large"
        raise ParseError(f"{name} {why} to be read: open it in its program and save it again") from error
    about = root.getroottree().docinfo
    if about.doctype or about.internalDTD is not None:
        raise ParseError(f"{name} holds XML with a document type (DOCTYPE), which is not read")
    return root


def local(element: etree._Element) -> str:
    """Return an element's name without its namespace, "" for what is no element: "{..}p" -> "p"."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def attribute(element: etree._Element | None, name: str) -> str:
    """Return an attribute by its local name, "" where there is none."""
    if element is None:
        return ""
    return next((value for key, value in element.attrib.items() if key.rpartition("}")[2] == name), "")


def child(element: etree._Element | None, *path: str) -> etree._Element | None:
    """Return the first child of that local name, then its child, and so on; None where one is missing."""
    for name in path:
        if element is not None:
            element = next((each for each in element if local(each) == name), None)
    return element
