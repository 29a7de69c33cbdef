r"""The marks of an RTF file: groups, control words, bytes. Knows nothing of what they mean.

Example: rb"{\b caf\'e9}" -> open, word "b" without a number, text b"caf", text b"\xe9", close
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_MARK = re.compile(
    rb"\\([a-zA-Z]{1,32})(-?\d{1,10})?[ ]?|\\'([0-9a-fA-F]{2})|\\([^a-zA-Z])|([{}])"
    rb"|[\r\n\x00]+|([^\\{}\r\n\x00]+)"
)


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark: "open", "close", "word" (a control word or sign), or "text" with its bytes.

    `number` is a control word's, None where it has none.
    """

    kind: str
    word: str = ""
    number: int | None = None
    text: bytes = b""


OPEN, CLOSE = Mark("open"), Mark("close")


def marks(payload: bytes) -> Iterator[Mark]:
    r"""Yield the marks in order; the bytes that \bin announces are passed over, a lone backslash is."""
    at = 0
    while at < len(payload):
        match = _MARK.match(payload, at)
        if match is None:
            at += 1
            continue
        at = match.end()
        word, number, byte, sign, brace, text = match.groups()
        if word is not None:
            value = int(number) if number else None
            if word == b"bin":
                at += max(value or 0, 0)
            yield Mark("word", word.decode("ascii"), value)
        elif byte is not None:
            yield Mark("text", text=bytes([int(byte, 16)]))
        elif sign is not None:
            yield Mark("word", sign.decode("latin-1"))
        elif brace is not None:
            yield OPEN if brace == b"{" else CLOSE
        elif text is not None:
            yield Mark("text", text=text)
