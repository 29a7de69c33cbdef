"""What a file is: by its first bytes, with its suffix as a hint where the bytes leave a choice.

Decides only; decoding and reading come after. What we do not read is refused by its everyday name.
"""

from __future__ import annotations

import re
from enum import StrEnum
from pathlib import PurePath

from bot.errors import ParseError

EXPECTED = "give a PDF, HTML, DOCX, ODT, EPUB, RTF, Markdown or text file, or a .jsonl corpus"
_PDF_WITHIN = 1024  # bytes; readers accept that much junk before the header
_SNIFFED = 4096  # bytes
_TEXT_SUFFIXES = frozenset({".txt", ".text", ".md", ".markdown", ".jsonl", ".ndjson"})
_HTML_SUFFIXES = frozenset({".html", ".htm", ".xhtml"})
_PACKED_SUFFIXES = frozenset({".docx", ".docm", ".odt", ".epub"})
_BLANK = b"\xef\xbb\xbf \t\r\n"
_HTML_START = re.compile(rb"<!doctype\s+html|<html[\s>]|<head[\s>]|<body[\s>]", re.IGNORECASE)
_MAX_CONTROL_SHARE = 0.1  # text in any 8-bit encoding has next to none

_MAGIC = (
    (b"\x89PNG\r\n", "an image (PNG)"),
    (b"\xff\xd8\xff", "an image (JPEG)"),
    (b"GIF8", "an image (GIF)"),
    (b"II*\x00", "an image (TIFF)"),
    (b"MM\x00*", "an image (TIFF)"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard archive"),
    (b"\xfd7zXZ\x00", "an xz archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"Rar!\x1a\x07", "a RAR archive"),
    (b"SQLite format 3\x00", "an SQLite database"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90", "a program"),
    (b"%!PS", "a PostScript file"),
    (b"ID3", "a sound file"),
    (b"OggS", "a sound file"),
)
_ZIP = b"PK\x03\x04"
_OTHER_OFFICE = (b"xl/workbook.xml", b"ppt/presentation.xml")
_OTHER_OPEN = (b"opendocument.spreadsheet", b"opendocument.presentation", b"opendocument.graphics")
_IN_ZIP = (  # names of entries are stored as they are, so the kind shows without inflating anything
    (b"xl/workbook", "an Excel workbook (XLSX)"),
    (b"ppt/presentation", "a PowerPoint presentation (PPTX)"),
    (b"application/vnd.oasis.opendocument", "an OpenDocument file"),
)


class Kind(StrEnum):
    """The kinds of file that are read; the value is what a document's metadata says under "type"."""

    PDF = "pdf"
    HTML = "html"
    DOCX = "docx"
    ODT = "odt"
    EPUB = "epub"
    RTF = "rtf"
    MARKDOWN = "markdown"
    TEXT = "text"
    CORPUS = "jsonl"


_PACKED = (  # what shows a zipped kind; its own media type stands first in it, uncompressed
    (b"application/vnd.oasis.opendocument.text", Kind.ODT),
    (b"application/epub+zip", Kind.EPUB),
    (b"word/document", Kind.DOCX),
    (b"META-INF/container.xml", Kind.EPUB),
    (b"META-INF/manifest.xml", Kind.ODT),
)


def kind_of(payload: bytes, name: str) -> Kind:
    """Decide what a file is.

    Raises:
        ParseError: it is empty, blank, of a kind we do not read, or binary without a known beginning.
    """
    suffix = PurePath(name).suffix.lower()
    if not payload.strip(b"\x00 \t\r\n\f\v"):
        raise ParseError(f"{name} is empty: {EXPECTED}")
    if begins_as_pdf(payload) and suffix not in _TEXT_SUFFIXES | _HTML_SUFFIXES:
        return Kind.PDF
    if payload.startswith(b"%PDF-"):
        return Kind.PDF
    if packed := _packed_kind(payload):
        return packed
    if refused := _refused_as(payload):
        raise ParseError(f"{name} is {refused}, which is not read: {EXPECTED}")
    if suffix == ".pdf":
        raise ParseError(f"{name} is not a PDF, or a broken one: open it in a viewer and save it again")
    if suffix in _PACKED_SUFFIXES:
        raise ParseError(
            f"{name} is no {suffix[1:].upper()} file, or a broken one: open it and save it again"
        )
    if looks_binary(payload):
        raise ParseError(f"{name} looks binary, not like text: {EXPECTED}")
    return _kind_of_text(payload, name, suffix)


def begins_as_pdf(payload: bytes) -> bool:
    """Tell whether a PDF's header stands where readers look for it."""
    return b"%PDF-" in payload[:_PDF_WITHIN]


def looks_binary(payload: bytes) -> bool:
    """Tell whether bytes are no text in any encoding we know, by the share of control characters.

    UTF-16 and UTF-32 are full of NUL bytes: they pass by their byte order mark or by their regular pattern.
    """
    head = payload[:65536]
    if head.startswith((b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")) or wide_encoding(head):
        return False
    n_control = sum(head.count(bytes([code])) for code in (*range(7), *range(14, 27), *range(28, 32), 127))
    return n_control > _MAX_CONTROL_SHARE * len(head)


def wide_encoding(head: bytes) -> str | None:
    """Recognise UTF-16 or UTF-32 without a byte order mark by where its NUL bytes stand.

    Mostly-Latin text has its zeros in every second place (or in three of four), and nowhere else.
    """
    head = head[: len(head) // 4 * 4][:_SNIFFED]
    if len(head) < 16:
        return None
    n_units = len(head) // 4
    zeros = tuple(head[place::4].count(0) / n_units > 0.7 for place in range(4))
    free = tuple(head[place::4].count(0) / n_units < 0.05 for place in range(4))
    patterns = {
        "utf-16-le": (0, 1, 0, 1),
        "utf-16-be": (1, 0, 1, 0),
        "utf-32-le": (0, 1, 1, 1),
        "utf-32-be": (1, 1, 1, 0),
    }
    for encoding, pattern in patterns.items():
        if all(zeros[place] if zero else free[place] for place, zero in enumerate(pattern)):
            return encoding
    return None


def _packed_kind(payload: bytes) -> Kind | None:
    """Recognise a word processor's file, the zipped ones by their media type or the name of a part."""
    head = payload[:_SNIFFED]
    if head.lstrip(_BLANK).startswith(b"{\\rtf"):
        return Kind.RTF
    if not payload.startswith(_ZIP):  # asked first: what follows searches the whole file
        return None
    if any(mark in payload for mark in _OTHER_OFFICE) or any(mark in head for mark in _OTHER_OPEN):
        return None
    for part in (head, payload):  # what is embedded comes later
        if found := next((kind for mark, kind in _PACKED if mark in part), None):
            return found
    return None


def _refused_as(payload: bytes) -> str | None:
    """Name a kind of file that is not read, or None."""
    if payload.startswith((_ZIP, b"PK\x05\x06")):
        return next((words for mark, words in _IN_ZIP if mark in payload), "a zip archive")
    if payload.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        locked = "EncryptedPackage".encode("utf-16-le") in payload
        return "protected by a password (Office)" if locked else "an old Office document (DOC, XLS, PPT)"
    if payload[:4] == b"RIFF":
        return "an image (WEBP)" if payload[8:12] == b"WEBP" else "a sound or video file"
    if payload[4:8] == b"ftyp":
        return "a video or an image (MP4, HEIC)"
    return next((words for magic, words in _MAGIC if payload.startswith(magic)), None)


def _kind_of_text(payload: bytes, name: str, suffix: str) -> Kind:
    if suffix in (".jsonl", ".ndjson"):
        return Kind.CORPUS
    if suffix in (".md", ".markdown"):
        return Kind.MARKDOWN
    head = payload[:_SNIFFED].replace(b"\x00", b"")  # so that UTF-16 is recognised too
    if suffix in _HTML_SUFFIXES or (suffix not in _TEXT_SUFFIXES and _HTML_START.search(head)):
        return Kind.HTML
    if head.lstrip(_BLANK).startswith(b"<?xml"):
        raise ParseError(f"{name} is XML that is not a web page, which is not read: {EXPECTED}")
    return Kind.TEXT
