"""ODT: the words of an OpenDocument text in reading order, headings as sections, tables as rows.

Left out and counted are comments, deleted and hidden text, and letters that nobody sees (`odtstyles.py`);
left out too are the values of form fields. Notes stand at the end. Linked sections, scripts and embedded
objects are never opened.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from lxml import etree

from bot.datatypes import ParsedDocument
from bot.errors import ParseError
from bot.parse.archive import Archive, attribute, child, local
from bot.parse.cleaning import hidden_remark
from bot.parse.draft import Block
from bot.parse.letters import Look, parted
from bot.parse.limits import Limits
from bot.parse.odtstyles import OdtStyles
from bot.parse.office import Count, Source, table_or_paragraphs, tightened, to_document
from bot.parse.tables import MAX_SPAN, place

_UNPRINTED = frozenset(
    "annotation-end forms sequence-decls variable-decls user-field-decls "
    "note-citation shapes bookmark-start event-listeners script desc title".split()
)
_INSTEAD = {"tab": " ", "line-break": "\n", "s": " "}
_APART = frozenset({"text-box", "table", "list"})  # blocks of their own within a paragraph
_COUNTED = frozenset({"annotation", "tracked-changes"})  # left out, and told if there are words in it
_BOXES = frozenset("frame text-box custom-shape rect ellipse circle polygon path g caption".split())
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
    styles = OdtStyles.of(archive.tree("content.xml"), archive.tree("styles.xml"))
    reader = _Reader(Count(name), styles)
    paper = Look(ground=styles.page)
    blocks = tightened(reader.blocks(text, paper))
    while reader.notes:
        blocks += tightened(reader.blocks(reader.notes.pop(0), paper))
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
class _Inline:
    """The words of a paragraph, and what stands in it as blocks of its own, with how letters look there."""

    parts: list[str] = field(default_factory=list)
    inner: list[tuple[etree._Element, Look]] = field(default_factory=list)
    n_unseen: int = 0  # pieces without letters that are seen in between
    is_in_unseen: bool = False
    is_raised: bool = False  # the letters before

    def put(self, text: str | None, look: Look) -> None:
        """Add words, or count them where nobody sees them."""
        if not text:
            return
        is_unseen = look.is_unseen
        if text.strip():
            self.n_unseen += is_unseen and not self.is_in_unseen
            self.is_in_unseen = is_unseen
        if not is_unseen:
            text = parted(text, is_raised=look.is_raised, after_raised=self.is_raised)
            self.parts.append(text.replace("\n", " "))
            self.is_raised = look.is_raised


@dataclass(slots=True)
class _Reader:
    """Walks a document's text; the parser has bounded its depth, so it may recur."""

    count: Count
    styles: OdtStyles
    notes: list[etree._Element] = field(default_factory=list)

    def blocks(self, container: etree._Element, look: Look, *, in_list: bool = False) -> Found:
        """Yield the blocks of a text, a list, a cell, a text box; `look`: of letters in it."""
        for element in container:
            name = local(element)
            if name in ("p", "h"):
                yield from self._paragraph(element, look, is_entry=in_list and name == "p")
            elif name == "table":
                yield from ((block, False) for block in self._table(element, look))
            elif name in _COUNTED:
                self._leave_out(element)
            elif name == "section" and _is_hidden_section(element):
                self.count.n_hidden += _has_words(element)
            elif name not in _UNPRINTED:
                within = self._within(element, look)
                yield from self.blocks(element, within, in_list=in_list or name == "list")

    def _within(self, element: etree._Element, look: Look) -> Look:
        """Return how letters look in an element; in a box, over a ground that is not known."""
        name, style = local(element), attribute(element, "style-name")
        if name in _BOXES:
            return Look(ground=None)
        if name == "a":
            look = replace(look, letters=None)  # links have a colour of their own
        if name in ("span", "a"):
            return self.styles.look("text", style, look) if style else look
        if name in ("section", "table", "table-row", "table-cell"):
            return replace(look, ground=self.styles.look(name, style, look).ground)
        return look

    def _leave_out(self, element: etree._Element) -> None:
        """Count a comment, or what was deleted while changes were tracked."""
        comments = [element] if local(element) == "annotation" else element.iter("{*}deletion")
        self.count.n_hidden += sum(map(_has_words, comments))

    def _paragraph(self, paragraph: etree._Element, look: Look, *, is_entry: bool) -> Found:
        look = self.styles.look("paragraph", attribute(paragraph, "style-name"), look)
        if any(_is_off(each) for each in paragraph.iter("{*}hidden-paragraph")):
            look = replace(look, is_hidden=True)
        inline = _Inline()
        self._gather(paragraph, look, inline)
        self.count.n_hidden += inline.n_unseen
        text = re.sub(r"[^\S\n]+", " ", "".join(inline.parts)).strip()
        outline = attribute(paragraph, "outline-level")
        level = min(int(outline), _MAX_LEVEL) if outline.isdecimal() and len(outline) < 3 else 1
        is_heading = local(paragraph) == "h" and text
        yield Block(" ".join(text.split()), max(level, 1)) if is_heading else Block(text), is_entry
        for element, within in inline.inner:
            if local(element) == "table":
                yield from ((block, False) for block in self._table(element, within))
            else:
                yield from self.blocks(element, within, in_list=local(element) == "list")

    def _gather(self, element: etree._Element, look: Look, inline: _Inline) -> None:
        inline.put(element.text, look)
        for each in element:
            name = local(each)
            if name == "note-body":
                self.notes.append(each)
            elif name in _INSTEAD:
                inline.parts.append(_INSTEAD[name])
            elif name in _APART:
                inline.inner.append((each, Look(ground=None if name == "text-box" else look.ground)))
            elif name in _COUNTED:
                self._leave_out(each)
            elif name == "hidden-text" and _is_off(each):
                self.count.n_hidden += 1
            elif name not in _UNPRINTED:
                self._gather(each, self._within(each, look), inline)
            inline.put(each.tail, look)

    def _table(self, table: etree._Element, look: Look) -> list[Block]:
        """Write a table; a template, or a style that is its cells' unless they say another, may colour it."""
        look = self._within(table, look)
        by_default = any(attribute(each, "default-cell-style-name") for each in table.iter())
        if by_default or attribute(table, "template-name"):
            look = replace(look, ground=None)
        return table_or_paragraphs(place(self._cells(row, look) for row in _rows(table)))

    def _cells(self, row: etree._Element, look: Look) -> list[tuple[str, int, int]]:
        """Return (words, columns, rows) of a row's cells; one covered by another has no words."""
        look = self._within(row, look)
        cells = []
        for cell in row:
            if local(cell) not in ("table-cell", "covered-table-cell"):
                continue
            within = self._within(cell, look)
            words = "\n".join(block.text for block, _ in self.blocks(cell, within) if block.text)
            cells += [(words, 1, 1)] * _number(cell, "number-columns-repeated")
        self.count.cells(len(cells))
        return cells


def _is_off(element: etree._Element) -> bool:
    """Tell whether a condition hides something, as the program left it when it wrote the file."""
    return attribute(element, "is-hidden") == "true"


def _is_hidden_section(section: etree._Element) -> bool:
    display = attribute(section, "display")
    return display == "none" or (display == "condition" and _is_off(section))


def _has_words(element: etree._Element) -> bool:
    """Tell whether paragraphs in an element hold words."""
    return any(words.strip() for each in element.iter("{*}p", "{*}h") for words in each.itertext())


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
