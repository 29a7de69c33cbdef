"""ODT: the words of an OpenDocument text in reading order, headings as sections, tables as rows.

Left out are comments, deleted text, hidden sections and the values of form fields; notes stand at the end.
Linked sections, scripts and embedded objects are never opened.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from bot.datatypes import ParsedDocument
from bot.errors import ParseError
from bot.parse.archive import Archive, attribute, child, local
from bot.parse.cleaning import hidden_remark
from bot.parse.draft import Block
from bot.parse.limits import Limits
from bot.parse.office import Count, Source, table_or_paragraphs, tightened, to_document
from bot.parse.tables import MAX_SPAN, place

_UNPRINTED = frozenset(
    "annotation annotation-end tracked-changes forms sequence-decls variable-decls user-field-decls "
    "note-citation shapes bookmark-start event-listeners script desc title".split()
)
_INSTEAD = {"tab": " ", "line-break": "\n", "s": " "}
_APART = frozenset({"text-box", "table", "note-body", "list"})  # blocks of their own within a paragraph
_ABOUT = {
    "title": "title",
    "initial-creator": "author",
    "creator": "author",
    "creation-date": "date",
    "date": "date",
}
_OF_OTHERS = ("creator", "creation-date")  # told only where the likes of it are not
_MAX_LEVEL = 6

Found = Iterator[tuple[Block, bool]]  # a block, and whether it is an entry of a list


def read_odt(payload: bytes, name: str, limits: Limits) -> ParsedDocument:
    """Read an OpenDocument text. Its title is that of its properties, else its first heading.

    Raises:
        ParseError: it is broken, locked, without text, or passes a limit.
    """
    archive = Archive(payload, name)
    manifest = archive.tree("META-INF/manifest.xml")
    if manifest is not None and any(local(each) == "encryption-data" for each in manifest.iter()):
        raise ParseError(f"{name} is protected by a password: save a copy without one")
    text = child(archive.tree("content.xml"), "body", "text")
    if text is None:
        raise ParseError(f"{name} is no complete OpenDocument text: open it in its program and save it again")
    reader = _Reader(Count(name))
    blocks = tightened(reader.blocks(text))
    while reader.notes:
        blocks += tightened(reader.blocks(reader.notes.pop(0)))
    source = Source(payload, name, "odt")
    return to_document(source, blocks, _about(archive), hidden_remark(reader.count.n_hidden))


def _about(archive: Archive) -> dict[str, str]:
    """Return title, author and date of the properties: who began it, and when it was last changed."""
    properties = child(archive.tree("meta.xml"), "meta")
    about: dict[str, str] = {}
    for each in () if properties is None else properties:
        if (key := _ABOUT.get(local(each))) and each.text:
            about[key] = about.get(key, each.text) if local(each) in _OF_OTHERS else each.text
    return about


@dataclass(slots=True)
class _Reader:
    """Walks a document's text; the parser has bounded its depth, so it may recur."""

    count: Count
    notes: list[etree._Element] = field(default_factory=list)

    def blocks(self, container: etree._Element, *, in_list: bool = False) -> Found:
        """Yield the blocks of a text, a list, a cell, a text box."""
        for element in container:
            name = local(element)
            if name in ("p", "h"):
                yield from self._paragraph(element, is_entry=in_list and name == "p")
            elif name == "table":
                yield from ((block, False) for block in self._table(element))
            elif name == "section" and attribute(element, "display") == "none":
                self.count.n_hidden += any(words.strip() for words in element.itertext())
            elif name not in _UNPRINTED:
                yield from self.blocks(element, in_list=in_list or name == "list")

    def _paragraph(self, paragraph: etree._Element, *, is_entry: bool) -> Found:
        parts: list[str] = []
        inner: list[etree._Element] = []
        self._gather(paragraph, parts, inner)
        text = re.sub(r"[^\S\n]+", " ", "".join(parts)).strip()
        outline = attribute(paragraph, "outline-level")
        level = min(int(outline), _MAX_LEVEL) if outline.isdecimal() and len(outline) < 3 else 1
        is_heading = local(paragraph) == "h" and text
        yield Block(" ".join(text.split()), max(level, 1)) if is_heading else Block(text), is_entry
        for element in inner:
            if local(element) == "table":
                yield from ((block, False) for block in self._table(element))
            else:
                yield from self.blocks(element, in_list=local(element) == "list")

    def _gather(self, element: etree._Element, parts: list[str], inner: list[etree._Element]) -> None:
        parts.append((element.text or "").replace("\n", " "))
        for each in element:
            name = local(each)
            if name == "note-body":
                self.notes.append(each)
            elif name in _INSTEAD:
                parts.append(_INSTEAD[name])
            elif name in _APART:
                inner.append(each)
            elif name == "hidden-text":
                self.count.n_hidden += 1
            elif name not in _UNPRINTED:
                self._gather(each, parts, inner)
            parts.append((each.tail or "").replace("\n", " "))

    def _table(self, table: etree._Element) -> list[Block]:
        return table_or_paragraphs(place(self._cells(row) for row in _rows(table)))

    def _cells(self, row: etree._Element) -> list[tuple[str, int, int]]:
        """Return (words, columns, rows) of a row's cells; one covered by another has no words."""
        cells = []
        for cell in row:
            if local(cell) not in ("table-cell", "covered-table-cell"):
                continue
            words = "\n".join(block.text for block, _ in self.blocks(cell) if block.text)
            cells += [(words, 1, 1)] * _number(cell, "number-columns-repeated")
        self.count.cells(len(cells))
        return cells


def _rows(element: etree._Element) -> Iterator[etree._Element]:
    """Yield a table's rows, not those of tables in its cells; an empty row that is repeated comes once."""
    for each in element:
        if local(each) == "table-row":
            has_words = any(words.strip() for words in each.itertext())
            for _ in range(_number(each, "number-rows-repeated") if has_words else 1):
                yield each
        elif local(each) in ("table-header-rows", "table-row-group", "table-rows"):
            yield from _rows(each)


def _number(element: etree._Element, name: str) -> int:
    """Return how often a cell or row is repeated; at most `MAX_SPAN`."""
    written = attribute(element, name)
    return min(int(written), MAX_SPAN) if written.isdecimal() and len(written) < 6 and int(written) else 1
