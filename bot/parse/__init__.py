"""Files to documents: text, pages, PDFs, word processors' files, corpora, each in a process of its own.

In the line: after fetch, before chunk. Knows nothing of collections, passages or models, and never reads a
file system or a network: bytes in, `ParsedDocument`s out. A hostile file can cost its own reading, with one
line that says why, and nothing else. The pages of a PDF are drawn there too, for `page_image`.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.datatypes import ParsedDocument, RefusedRow
from bot.errors import ParseError
from bot.parse.cleaning import one_line
from bot.parse.limits import DRAWING, LIMITS, MEGABYTE, Limits
from bot.parse.png import write_png
from bot.parse.sandbox import SHARED
from bot.parse.sheet import Box, PageImage, PageRequest

__all__ = ["DRAWING", "LIMITS", "Box", "Limits", "PageImage", "PageRequest", "page_image", "parse"]


def parse(payload: bytes, name: str, *, limits: Limits = LIMITS) -> Iterator[ParsedDocument | RefusedRow]:
    """Read one file: a document, or the documents and refused rows of a corpus, each as soon as it is read.

    Args:
        payload: the file's bytes.
        name: what to call it in messages; its suffix is a hint at the kind, its stem the `external_id`.
        limits: bounds on size, time and memory.

    Raises:
        ParseError: on the first step of the iteration, or later where reading a corpus had to be stopped:
            the file is empty, binary, protected, broken, without text, of an unread kind, or too large.
    """
    name = one_line(name) or "the file"
    most = max(limits.max_bytes, limits.max_corpus_bytes)
    if not payload:
        raise ParseError(f"{name} is empty (0 bytes): check that it was saved or downloaded completely")
    if len(payload) > most:  # not worth a process; the bound for a single document is checked in there
        given = len(payload) / MEGABYTE
        raise ParseError(f"{name} has {given:,.1f} MB; at most {most / MEGABYTE:,.0f} MB are read: split it")
    yield from SHARED.read(payload, name, limits)


def page_image(payload: bytes, name: str, request: PageRequest, *, limits: Limits = DRAWING) -> PageImage:
    """Draw a page of a PDF, with boxes over the words of each range that is asked for.

    Args:
        payload: the PDF's bytes, as they were given to `parse`.
        name: what to call it in messages.
        request: the page, its canonical text, and the ranges of that text.
        limits: bounds on size, time and memory.

    Raises:
        ParseError: the file is broken or too large, has no such page, or drawing it passed a limit.
    """
    name = one_line(name) or "the file"
    if len(payload) > limits.max_bytes:
        given, most = len(payload) / MEGABYTE, limits.max_bytes / MEGABYTE
        raise ParseError(f"{name} has {given:,.1f} MB; pages of at most {most:,.0f} MB are drawn")
    found = SHARED.draw(payload, name, limits, request)
    png = write_png(found.pixels, found.width, found.height, found.n_channels)
    return PageImage(png, found.width, found.height, found.boxes)
