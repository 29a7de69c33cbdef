"""Bytes to characters, with a remark whenever the encoding had to be guessed or bytes made no sense.

Order: byte order mark, then an escape-based encoding the page declares, UTF-8, what the page declares, UTF-8
with a few broken bytes, a guess. Declared UTF-7 and UTF-16 are never believed (they hide markup).
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from charset_normalizer import from_bytes

from bot.parse.cleaning import REPLACEMENT, counted
from bot.parse.kinds import wide_encoding

MARKS = (  # the longer mark first: UTF-32-LE begins with the mark of UTF-16-LE
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_DECLARED = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?\s*([A-Za-z0-9_:.-]{2,40})""", re.IGNORECASE)
_DECLARED_WITHIN = 2048  # bytes; browsers look at 1,024
_DISBELIEVED = ("utf-7", "utf-16", "utf-32", "unicode", "idna", "punycode", "raw", "undefined")
_AS_BROWSERS_READ = {"iso8859-1": "cp1252", "ascii": "cp1252", "shift_jis": "cp932", "gb2312": "gb18030"}
_ASCII = re.compile("[\x00-\x7f]+")
_GUESSED_FROM = 65_536  # bytes
_FALLBACK = "cp1252"  # never fails as latin text; what most undeclared western files are


@dataclass(frozen=True, slots=True)
class Decoded:
    """Characters, the encoding that gave them, and remarks where it was a guess or some bytes were lost."""

    text: str
    encoding: str
    warnings: tuple[str, ...] = ()


def decode(payload: bytes, *, declares: bool = False) -> Decoded:
    """Decode a file's bytes; never fails. `declares`: the format may state its own encoding (HTML)."""
    for mark, encoding in MARKS:
        if payload.startswith(mark):
            return _with_replacements(payload[len(mark) :], encoding)
    if wide := wide_encoding(payload):
        return _with_replacements(payload, wide)
    declared = _declared(payload) if declares else None
    first = [declared] if declared and b"\x1b" in payload else []  # ISO-2022-JP is valid UTF-8, and wrong
    for encoding in [*first, "utf-8", *([declared] if declared else [])]:
        try:
            return Decoded(payload.decode(encoding), encoding)
        except (UnicodeError, LookupError):
            continue
    return _guess(payload, declared)


def _declared(payload: bytes) -> str | None:
    """Return the codec of the encoding a page declares, as browsers understand its name."""
    match = _DECLARED.search(payload[:_DECLARED_WITHIN])
    return known_codec(match[1].decode("ascii")) if match else None


def known_codec(declared: str) -> str | None:
    """Return the codec that browsers take for an encoding's name, None for one unknown or not believed."""
    try:
        codec = codecs.lookup(declared).name
    except LookupError:
        return None
    if codec.startswith(_DISBELIEVED) or not codecs.lookup(codec)._is_text_encoding:
        return None
    return _AS_BROWSERS_READ.get(codec, codec)


def _guess(payload: bytes, declared: str | None) -> Decoded:
    """Decode bytes that fit neither UTF-8 nor what they declare."""
    as_utf8 = payload.decode("utf-8", errors="replace")
    n_broken = as_utf8.count(REPLACEMENT)
    n_multibyte = len(_ASCII.sub("", as_utf8)) - n_broken
    if n_multibyte > 2 * n_broken:  # UTF-8 with a few bad spots: in another encoding most would be bad
        return _with_replacements(payload, "utf-8")
    if declared:
        return _with_replacements(payload, declared)
    best = from_bytes(payload[:_GUESSED_FROM]).best()
    encoding = best.encoding if best is not None else _FALLBACK
    decoded = _with_replacements(payload, encoding)
    remark = f"not UTF-8 and no encoding declared: read as {encoding}, a guess"
    return Decoded(decoded.text, encoding, (remark, *decoded.warnings))


def _with_replacements(payload: bytes, encoding: str) -> Decoded:
    """Decode, with U+FFFD where bytes make no sense, and say how many such spots there are."""
    text = payload.decode(encoding, errors="replace")
    try:
        payload.decode(encoding)
    except UnicodeError:
        spot = counted(text.count(REPLACEMENT), "spot")
        return Decoded(
            text, encoding, (f"{spot} of bytes that are not {encoding}: replaced by {REPLACEMENT}",)
        )
    return Decoded(text, encoding)
