"""Markdown: the author's words as they read on the page, without the marks that lay them out.

Goes: heading hashes, emphasis, code ticks and fences, list bullets, quote signs, link targets, images,
HTML tags and comments, the rule under a table's head. Stays: every other character, list numbers, and the
lines inside code. A soft line end becomes a space, as a browser shows it. Not a full CommonMark reader.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from bot.datatypes import ParsedDocument
from bot.errors import ParseError
from bot.parse.cleaning import clean, one_line, remarks
from bot.parse.decoding import decode
from bot.parse.digest import sha256
from bot.parse.draft import Block, assemble
from bot.parse.limits import Limits
from bot.parse.markdown_inline import words
from bot.parse.titles import heading_line, sane_title, stem

_FRONT_MATTER_LINES = 100
_KEPT_FROM_FRONT_MATTER = ("author", "date", "url", "site")
_HIDDEN_ELEMENTS = ("script", "style", "template", "noscript")

_FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})")
_HASHES = re.compile(r"^ {0,3}(#{1,6})(?:[ \t]+|$)")
_CLOSING_HASHES = re.compile(r"(?:^|[ \t])#+[ \t]*$")
_UNDERLINE = re.compile(r"^ {0,3}(=+|-{2,})[ \t]*$")
_RULE = re.compile(r"^ {0,3}([-*_])(?:[ \t]*\1){2,}[ \t]*$")
_BULLET = re.compile(r"^[ \t]*[-*+][ \t]+(?:\[[ xX]\][ \t]+)?")
_NUMBER = re.compile(r"^[ \t]*\d{1,9}[.)][ \t]+")
_QUOTE = re.compile(r"^ {0,3}(?:>[ \t]?)+")
_TABLE_RULE = re.compile(r"^[ \t]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$")
_DEFINITION = re.compile(r"^ {0,3}\[[^\]^][^\]]{0,200}\]:[ \t]*\S+")

_CELL_BORDER = re.compile(r"(?<!\\)\|")


@dataclass(frozen=True, slots=True)
class _Line:
    """A source line, or several that form one paragraph; kind is heading, underline, entry, row or text."""

    kind: str
    parts: list[str]
    level: int = 0


def read_markdown(payload: bytes, name: str, limits: Limits) -> ParsedDocument:
    """Read a Markdown file. The title is the front matter's, else the first heading, else the stem.

    Raises:
        ParseError: it holds no words.
    """
    decoded = decode(payload)
    cleaned = clean(decoded.text)
    front, body = _front_matter(cleaned.text)
    text, sections = assemble(_blocks(body))
    if not text.strip():
        raise ParseError(
            f"{name} holds no text, only marks or white space: check that it is the file you meant"
        )
    first_heading = sections[0].title if sections else heading_line(text.split("\n", 1))
    return ParsedDocument(
        title=sane_title(front.get("title", "")) or one_line(first_heading) or stem(name),
        text=text,
        external_id=stem(name),
        sha256=sha256(payload),
        sections=sections,
        metadata={"type": "markdown", **{k: front[k] for k in _KEPT_FROM_FRONT_MATTER if front.get(k)}},
        warnings=(*decoded.warnings, *remarks([cleaned])),
    )


def _front_matter(text: str) -> tuple[dict[str, str], str]:
    """Split a leading `---` block of `key: value` lines from the text; values lose their quotes."""
    lines = text.split("\n", _FRONT_MATTER_LINES)
    if lines[0].rstrip() != "---":
        return {}, text
    end = next((i for i, line in enumerate(lines[1:-1], start=1) if line.rstrip() in ("---", "...")), None)
    if end is None or ":" not in "".join(lines[1:end]):
        return {}, text
    pairs = [line.partition(":") for line in lines[1:end] if not line.startswith((" ", "#", "-"))]
    front = {key.strip().lower(): one_line(value.strip().strip("\"'")) for key, _, value in pairs}
    return front, "\n".join(lines[end + 1 :])


def _without_spans(text: str, opening: str, closing: str) -> str:
    """Cut out every stretch from `opening` to `closing`, in one pass; an unclosed one stays."""
    lowered = text.lower()
    if len(lowered) != len(text):  # a few letters grow in lower case, and offsets would no longer agree
        lowered = text
    pieces, offset = [], 0
    while (start := lowered.find(opening, offset)) >= 0:
        end = lowered.find(closing, start + len(opening))
        if end < 0:
            break
        pieces.append(text[offset:start])
        offset = end + len(closing)
    return "".join([*pieces, text[offset:]])


def _segments(text: str) -> Iterator[tuple[bool, list[str]]]:
    """Cut the source at its code fences: (is code, lines), without the fences and without comments.

    Whichever opens first wins: a comment may hold a fence, and code may hold a comment's sign. A fence closes
    at one of the same sign and at least its length; an open one runs to the end.
    """
    fence, in_comment = "", False
    last_closing = text.count("\n", 0, max(text.rfind("-->"), 0))
    lines: list[str] = []
    for number, line in enumerate(text.split("\n")):
        if not fence:
            line, in_comment = _outside_comments(line, in_comment, may_open=number < last_closing)
        match = None if in_comment else _FENCE.match(line)
        opens = match is not None and not fence
        closes = (
            match is not None and fence and match[1].startswith(fence) and not line[match.end() :].strip()
        )
        if match is not None and (opens or closes):
            yield bool(fence), lines
            fence, lines = (match[1] if opens else ""), []
        else:
            lines.append(line)
    yield bool(fence), lines


def _outside_comments(line: str, in_comment: bool, *, may_open: bool) -> tuple[str, bool]:
    """Return what a line shows outside of comments, and whether one is still open at its end."""
    if in_comment:
        _, closing, line = line.partition("-->")
        if not closing:
            return "", True
    line = _without_spans(line, "<!--", "-->")
    shown, opening, _ = line.partition("<!--")
    return (shown, True) if opening and may_open else (line, False)


def _blocks(text: str) -> Iterator[Block]:
    """Yield the document's blocks in reading order, free of marks."""
    for is_code, lines in _segments(text):
        if is_code:
            yield Block("\n".join(lines).strip("\n"))
            continue
        shown = "\n".join(lines)
        for tag in _HIDDEN_ELEMENTS:
            shown = _without_spans(shown, f"<{tag}", f"</{tag}>")
        yield from _prose(_QUOTE.sub("", line) for line in shown.split("\n"))


def _prose(lines: Iterable[str]) -> Iterator[Block]:
    """Group lines at blank lines, rules and link definitions."""
    group: list[str] = []
    for line in lines:
        underlines = group and _UNDERLINE.match(line)
        if not line.strip() or _DEFINITION.match(line) or (_RULE.match(line) and not underlines):
            yield from _group(group)
            group = []
        else:
            group.append(line)
    yield from _group(group)


def _group(lines: Sequence[str]) -> Iterator[Block]:
    """Read lines that stand together: text joins what is above it, entries and rows stay lines."""
    merged: list[_Line] = []
    for line in _classified(lines):
        above = merged[-1].kind if merged else ""
        if line.kind == "text" and above in ("text", "entry"):
            merged[-1].parts.extend(line.parts)
        elif line.kind == "underline" and above == "text":
            merged[-1] = _Line("heading", merged[-1].parts, line.level)
        elif line.kind != "underline":
            merged.append(line)
    above = ""
    for line in merged:
        is_row = line.kind == "row"
        text = " | ".join(words([cell]) for cell in line.parts) if is_row else words(line.parts)
        yield Block(text, line.level, tight=line.kind == above and above in ("entry", "row"))
        above = line.kind


def _classified(lines: Sequence[str]) -> Iterator[_Line]:
    """Say of each line what it is; a table starts where the line below is its rule."""
    in_table = False
    for line, below in zip(lines, [*lines[1:], ""], strict=False):
        starts_table = "|" in line and _is_table_rule(below) and not _is_table_rule(line)
        in_table = starts_table or (in_table and "|" in line)
        if in_table:
            yield from () if _is_table_rule(line) else (_Line("row", _cells(line)),)
        elif hashes := _HASHES.match(line):
            title = _CLOSING_HASHES.sub("", line[hashes.end() :])
            yield _Line("heading", [title], len(hashes[1]))
        elif underline := _UNDERLINE.match(line):
            yield _Line("underline", [], 1 if underline[1][0] == "=" else 2)
        elif bullet := _BULLET.match(line):
            yield _Line("entry", [line[bullet.end() :]])
        else:
            yield _Line("entry" if _NUMBER.match(line) else "text", [line])


def _is_table_rule(line: str) -> bool:
    return "|" in line and "-" in line and _TABLE_RULE.match(line) is not None


def _cells(line: str) -> list[str]:
    """Return the cells of a table row: "| a | b |" -> ["a", "b"]."""
    bare = line.strip().removeprefix("|")
    if bare.endswith("|") and not bare.endswith("\\|"):
        bare = bare[:-1]
    return [cell.strip() for cell in _CELL_BORDER.split(bare)]
