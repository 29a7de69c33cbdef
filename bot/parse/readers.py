"""From a file's bytes to its documents, inside the sandbox: one reader for each kind of file."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from bot.datatypes import ParsedDocument, RefusedRow
from bot.errors import ParseError
from bot.parse.corpus import read_corpus
from bot.parse.docx import read_docx
from bot.parse.epub import read_epub
from bot.parse.kinds import Kind, kind_of
from bot.parse.limits import MEGABYTE, Limits
from bot.parse.markdown import read_markdown
from bot.parse.odt import read_odt
from bot.parse.pdf import read_pdf
from bot.parse.plain import read_text
from bot.parse.rtf import read_rtf
from bot.parse.webpage import read_html

_READERS: dict[Kind, Callable[[bytes, str, Limits], ParsedDocument]] = {
    Kind.PDF: read_pdf,
    Kind.HTML: read_html,
    Kind.DOCX: read_docx,
    Kind.ODT: read_odt,
    Kind.EPUB: read_epub,
    Kind.RTF: read_rtf,
    Kind.MARKDOWN: read_markdown,
    Kind.TEXT: read_text,
}


def read(payload: bytes, name: str, limits: Limits) -> Iterator[ParsedDocument | RefusedRow]:
    """Yield the one document of a file, or each row of a corpus.

    Raises:
        ParseError: the file cannot be read, or passes one of the limits.
    """
    kind = kind_of(payload, name)
    if kind is Kind.CORPUS:
        yield from read_corpus(payload, name, limits)
        return
    if len(payload) > limits.max_bytes:
        given_mb, most_mb = len(payload) / MEGABYTE, limits.max_bytes / MEGABYTE
        raise ParseError(f"{name} has {given_mb:,.1f} MB; at most {most_mb:,.0f} MB are read: split it")
    document = _READERS[kind](payload, name, limits)
    if len(document.text) > limits.max_characters:
        given, most = len(document.text), limits.max_characters
        raise ParseError(f"{name} holds {given:,} characters; at most {most:,} are read: split it")
    yield document
