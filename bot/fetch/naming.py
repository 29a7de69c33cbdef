"""What to call a fetched page, and what its server says of it as far as that is believed.

What a page is, its bytes tell (`bot.parse.kinds`): a server's word for it is used to refuse early, and to
find out in which encoding text is, which bytes do not always tell.
"""

from __future__ import annotations

import codecs
import re
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from bot.parse.decoding import MARKS, known_codec

_REFUSED_TYPES = re.compile(
    r"(?:image|audio|video|font|model)/[\w.+-]+|text/(?:css|javascript|calendar|csv)"
    r"|application/(?:json|ld\+json|javascript|x-javascript|wasm|zip|gzip|x-tar|x-7z-compressed|vnd\.rar)(?![\w.+-])"
)
_TEXT_TYPES = ("text/", "application/xhtml+xml")
_CHARSET = re.compile(r"""charset\s*=\s*["']?([A-Za-z0-9_:.-]{2,40})""", re.IGNORECASE)
_MARKUP = re.compile(rb"\s*(?:<[a-z!?])", re.IGNORECASE)
_MARKDOWN = (".md", ".markdown")
_PACKED = (b"PK\x03\x04", b"%PDF-", b"{\\rtf")
MAX_NAME_CHARACTERS = 120


def refused_type(content_type: str) -> str:
    """Return the kind of content that a server announces where it is never a page, "" where it may be."""
    match = _REFUSED_TYPES.match(content_type.strip().lower())
    return match[0] if match else ""


def with_its_encoding(payload: bytes, content_type: str) -> bytes:
    """Return text that its server says is in another encoding than UTF-8 in UTF-8, with a mark.

    So that the bytes that are kept can be read again without their server. A mark of their own comes first,
    as in browsers; UTF-8 is taken for what it is.
    """
    match = _CHARSET.search(content_type)
    if match is None or not content_type.lower().startswith(_TEXT_TYPES):
        return payload
    codec = known_codec(match[1])
    if codec in (None, "utf-8") or payload.startswith((*(mark for mark, _ in MARKS), *_PACKED)):
        return payload
    try:
        payload.decode("utf-8")
        if b"\x1b" not in payload:  # ISO-2022-JP is valid UTF-8, and wrong
            return payload
    except UnicodeError:
        pass
    assert codec is not None
    return codecs.BOM_UTF8 + payload.decode(codec, errors="replace").encode()


def page_name(url: str, payload: bytes) -> str:
    """Return a file's name for a page: "https://a.example/2024/the-suit/?p=1" -> "the-suit.html".

    Its suffix is a hint for the parser, by what the bytes begin with and not by what the address ends with.
    """
    parts = urlsplit(url)
    last = PurePosixPath(unquote(parts.path)).name.replace("\\", "/").rpartition("/")[2].strip()
    stem = PurePosixPath(last).stem if "." in last else last
    stem = (stem or parts.hostname or "page").strip(". ")[:MAX_NAME_CHARACTERS]
    if not stem.isprintable() or not stem:
        stem = parts.hostname or "page"
    if _MARKUP.match(payload[:1024].removeprefix(codecs.BOM_UTF8)):
        return f"{stem}.html"
    suffix = PurePosixPath(last).suffix.lower()
    is_text = not payload.startswith(_PACKED)
    return f"{stem}.md" if suffix in _MARKDOWN and is_text else stem.replace(".", "-")
