"""The marks inside a Markdown paragraph: emphasis, links, code, tags, escapes. Their words stay."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import unescape

from bot.parse.cleaning import clean

# Bounded repeats: an opening mark without its partner costs a fixed number of steps, not the whole file.
_IMAGE = re.compile(r"!\[[^\]\n]{0,500}\](?:\([^)\n]{0,2000}\)|\[[^\]\n]{0,200}\])")
_LINK = re.compile(
    r"\[([^\[\]\n]{0,1000})\](?:\([^()\n]{0,2000}(?:\([^()\n]{0,200}\)[^()\n]{0,500})?\)|\[[^\]\n]{0,200}\])"
)
_AUTOLINK = re.compile(r"<((?:https?://|mailto:)[^\s<>]{1,2000})>")
_TAG = re.compile(r"</?[A-Za-z][A-Za-z0-9-]{0,30}(?:\s[^<>]{0,1000})?/?>")
_BREAK = re.compile(r"<br\s{0,5}/?>|(?: {2,}|\\)\n", re.IGNORECASE)
_STARS = re.compile(
    r"(?<![\d\\*])(\*{1,3})(?=[^\s*])([^*]{1,1000}?)(?<=[^\s\\])\1(?!\d)"
)  # 2*3*4 is a product
_UNDERSCORES = re.compile(r"(?<![\w\\])(_{1,3})(?=[^\s_])([^_]{1,1000}?)(?<=[^\s\\])\1(?!\w)")
_STRUCK = re.compile(r"~~(?=\S)([^~\n]{1,1000}?)~~")
_CODE = re.compile(r"(`{1,3})(?!`)([^`]{1,1000})\1(?!`)")
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")


def words(parts: Sequence[str]) -> str:
    """Take the inline marks out of a block. Code keeps its characters: it is put aside meanwhile."""
    text = "\n".join(part if part.endswith("  ") else part.rstrip() for part in parts)
    text = _BREAK.sub(
        "\v", text
    )  # cleaning left no vertical tab in the text, so it can stand for a hard break
    pieces = _CODE.split(text)  # prose, ticks, code, prose, ticks, code, ..., prose
    pieces[0::3] = [_without_marks(prose) for prose in pieces[0::3]]
    joined = "".join(piece for i, piece in enumerate(pieces) if i % 3 != 1)
    shown = "\n".join(" ".join(line.split()) for line in joined.split("\v")).strip()
    return clean(shown).text  # an entity may have stood for an invisible character


def _without_marks(prose: str) -> str:
    prose = _AUTOLINK.sub(r"\1", _LINK.sub(r"\1", _IMAGE.sub("", prose)))
    prose = _TAG.sub("", prose)
    for mark in (_STARS, _STARS, _UNDERSCORES, _UNDERSCORES):  # twice: bold inside italics
        prose = mark.sub(r"\2", prose)
    return unescape(_ESCAPED.sub(r"\1", _STRUCK.sub(r"\1", prose)))
