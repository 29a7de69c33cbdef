"""The one form of characters that canonical text has, whatever the source was.

Line ends: CR LF, CR, vertical tab, form feed, NEL, U+2028 and U+2029 become one line feed each. Invisible
characters (zero width, soft hyphen, bidirectional controls, tags, variation selectors) are dropped: they
carry no word, yet hide text from the eye and words from the search. Other control characters (NUL among
them), lone surrogates and noncharacters become U+FFFD, so that a broken spot stays visible. Everything else
is left alone: no-break spaces, letters in any composition, the C1 controls of text that was once decoded
wrongly.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

REPLACEMENT = "\ufffd"
_LINE_END = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\U0001d173-\U0001d17a\U000e0000-\U000e01ef]"
)
_UNREADABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_BLANKS = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Cleaned:
    """Clean text, and how many characters were dropped as invisible or replaced as unreadable."""

    text: str
    n_invisible: int = 0
    n_unreadable: int = 0


def clean(text: str) -> Cleaned:
    r"""Bring text into canonical form; idempotent.

    Example: "net\u200b sales\r\n\x00" -> "net sales\n\ufffd", 1 invisible, 1 unreadable
    """
    text = _LINE_END.sub("\n", text)
    text, n_invisible = _INVISIBLE.subn("", text)
    text, n_unreadable = _UNREADABLE.subn(REPLACEMENT, text)
    return Cleaned(text, n_invisible, n_unreadable)


def is_invisible(character: str) -> bool:
    """Tell whether a character is one of those that are dropped."""
    return _INVISIBLE.fullmatch(character) is not None


def one_line(text: str, *, max_characters: int = 300) -> str:
    """Clean text, collapse its white space and cut it: for titles and metadata."""
    return _BLANKS.sub(" ", clean(text[: 8 * max_characters]).text).strip()[:max_characters].strip()


def remarks(cleaned: Iterable[Cleaned]) -> tuple[str, ...]:
    """Say what cleaning took away or replaced, one line each; () where there was nothing."""
    pieces = list(cleaned)
    n_invisible = sum(piece.n_invisible for piece in pieces)
    n_unreadable = sum(piece.n_unreadable for piece in pieces)
    lines = []
    if n_invisible:
        lines.append(f"stripped {counted(n_invisible, 'invisible character')}")
    if n_unreadable:
        lines.append(f"replaced {counted(n_unreadable, 'unreadable character')} by {REPLACEMENT}")
    return tuple(lines)


def hidden_remark(n_hidden: int) -> tuple[str, ...]:
    """Say how many hidden parts were left out, () for none."""
    return (f"left out {counted(n_hidden, 'hidden part')}",) if n_hidden else ()


def counted(n: int, noun: str) -> str:
    """Write a number with its noun: 1, "page" -> "1 page"; 1200, "page" -> "1,200 pages"."""
    return f"{n:,} {noun}" if n == 1 else f"{n:,} {noun}s"
