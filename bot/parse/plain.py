"""Plain text: verbatim but for line ends and for characters nobody can see."""

from __future__ import annotations

from itertools import islice

from bot.datatypes import ParsedDocument
from bot.errors import ParseError
from bot.parse.cleaning import clean, remarks
from bot.parse.decoding import decode
from bot.parse.digest import sha256
from bot.parse.limits import Limits
from bot.parse.titles import heading_line, stem


def read_text(payload: bytes, name: str, limits: Limits) -> ParsedDocument:
    """Read a text file. Its first line is the title where it looks like one, else the name's stem is.

    Raises:
        ParseError: there is nothing in it but white space.
    """
    decoded = decode(payload)
    cleaned = clean(decoded.text)
    if not cleaned.text.strip():
        raise ParseError(f"{name} holds no text, only white space: check that it is the file you meant")
    return ParsedDocument(
        title=heading_line(islice(cleaned.text.splitlines(), 100)) or stem(name),
        text=cleaned.text,
        external_id=stem(name),
        sha256=sha256(payload),
        metadata={"type": "text"},
        warnings=(*decoded.warnings, *remarks([cleaned])),
    )
