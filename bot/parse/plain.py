"""Plain text: verbatim but for line ends and for characters nobody can see. Of a filing, its Items too."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice

from bot.datatypes import ParsedDocument
from bot.errors import ParseError
from bot.parse.cleaning import clean, remarks
from bot.parse.decoding import decode
from bot.parse.digest import sha256
from bot.parse.filing import about_filing, filing_title
from bot.parse.items import with_items
from bot.parse.limits import Limits
from bot.parse.submission import documents, is_marked_up, is_submission, without_layout
from bot.parse.titles import heading_line, stem
from bot.parse.webpage import read_markup


def read_text(payload: bytes, name: str, limits: Limits) -> ParsedDocument:
    """Read a text file. Its first line is the title where it looks like one, else the name's stem is.

    A filing is called by its company, form and period. Of one as EDGAR keeps it the documents are read, as
    pages where they are pages.

    Raises:
        ParseError: there is nothing in it but white space.
    """
    decoded = decode(payload)
    words = decoded.text
    if is_submission(words):
        words = documents(words)
        if is_marked_up(words):
            return read_markup(replace(decoded, text=words), payload, name, header=decoded.text)
        words = without_layout(words)
    cleaned = clean(words)
    if not cleaned.text.strip():
        raise ParseError(f"{name} holds no text, only white space: check that it is the file you meant")
    filing = about_filing(cleaned.text, decoded.text, {})
    first_line = heading_line(islice(cleaned.text.splitlines(), 100))
    return ParsedDocument(
        title=filing_title(filing) or first_line or stem(name),
        text=cleaned.text,
        external_id=stem(name),
        sha256=sha256(payload),
        sections=with_items(cleaned.text, (), filing["form"]) if filing else (),
        metadata={"type": "text", **filing},
        warnings=(*decoded.warnings, *remarks([cleaned])),
    )
