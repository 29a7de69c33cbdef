"""DOCX: the words of a Word document in reading order, headings by their style, tables as rows.

Left out and counted is what Word does not print or nobody sees: deleted and hidden text, white letters on
paper, comments; left out too are field codes, and headers and footers, which repeat on every page. Notes
stand at the end. Macros, embedded files and links are never opened.
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
from bot.parse.colours import WHITE, Colour, colour
from bot.parse.draft import Block
from bot.parse.letters import TINY_POINTS, Look, parted
from bot.parse.limits import Limits
from bot.parse.office import (
    Count,
    Source,
    bold_headings,
    table_or_paragraphs,
    tightened,
    to_document,
)
from bot.parse.tables import MAX_SPAN, place

_MAIN = re.compile(
    r"wordprocessingml\.(?:document|template)\.main\+xml|word\.\w+\.macroEnabled\w*\.main\+xml"
)
_USUAL = "word/document.xml"
_NOTES = ("footnotes.xml", "endnotes.xml")
_UNPRINTED = frozenset("rPr pPr instrText delText delInstrText sectPr tblPr trPr tcPr".split())
_INSTEAD = {"tab": " ", "ptab": " ", "br": "\n", "cr": "\n", "noBreakHyphen": "\u2011"}
_BLOCKS = frozenset({"tbl", "txbxContent"})
_HEADING_NAME = re.compile(r"^heading ([1-6])$", re.IGNORECASE)
_OFF = ("0", "false", "off", "none")
_OUTLINES = frozenset({"outline", "shadow", "emboss", "imprint", "glow", "textOutline"})
_DELETED = frozenset({"del", "moveFrom"})
_MAX_STYLES_UP = 20  # a style may build on another, and a hostile one on itself

Found = Iterator[tuple[Block, bool]]  # a block, and whether it is an entry of a list


def read_docx(payload: bytes, name: str, limits: Limits) -> ParsedDocument:
    """Read a Word document. Its title is that of its properties, else its first heading.

    Raises:
        ParseError: it is broken, locked, without text, or passes a limit.
    """
    archive = Archive(payload, name)
    part = _main_part(archive)
    root = archive.tree(part)
    body = child(root, "body")
    if body is None:
        raise ParseError(f"{name} is no complete Word document: open it in Word and save it again")
    folder = part.rpartition("/")[0]
    styles = archive.tree(f"{folder}/styles.xml")
    reader = _Reader(_levels(styles), Count(name), _unseen_styles(styles))
    reader.n_shaded += child(root, "background") is not None  # of the whole page
    blocks = tightened(reader.blocks(body))
    for notes in _NOTES:
        blocks += tightened(reader.notes(archive.tree(f"{folder}/{notes}")))
    comments = archive.tree(f"{folder}/comments.xml")
    reader.count.n_hidden += sum(_has_words(each, "t") for each in (() if comments is None else comments))
    blocks = bold_headings(blocks, reader.bold)
    return to_document(
        Source(payload, name, "docx"), blocks, _about(archive), hidden_remark(reader.count.n_hidden)
    )


def _main_part(archive: Archive) -> str:
    """Return the name of the part that holds the text, as the list of contents has it."""
    contents = archive.tree("[Content_Types].xml")
    archive.tree("_rels/.rels")  # not used, but a hostile one is a reason to refuse
    for entry in () if contents is None else contents:
        named = attribute(entry, "PartName").lstrip("/")
        if _MAIN.search(attribute(entry, "ContentType")) and named in archive.names:
            return named
    return _USUAL


def _about(archive: Archive) -> dict[str, str]:
    """Return title, author and date of the document's properties."""
    properties = archive.tree("docProps/core.xml")
    names = {"title": "title", "creator": "author", "modified": "date", "created": "date"}
    about: dict[str, str] = {}
    for each in () if properties is None else properties:
        if (key := names.get(local(each))) and each.text:
            about[key] = about.get(key, each.text) if local(each) == "created" else each.text
    return about


def _levels(styles: etree._Element | None) -> dict[str, int]:
    """Return the level of each style that is a heading's, by its id."""
    found: dict[str, int] = {}
    above: dict[str, str] = {}
    for style in () if styles is None else styles:
        name, style_id = attribute(child(style, "name"), "val"), attribute(style, "styleId")
        outline = attribute(child(style, "pPr", "outlineLvl"), "val")
        if match := _HEADING_NAME.match(name):
            found[style_id] = int(match[1])
        elif name.lower() == "title":
            found[style_id] = 1
        elif outline in tuple("012345"):
            found[style_id] = int(outline) + 1
        else:
            above[style_id] = attribute(child(style, "basedOn"), "val")
    for style_id, up in above.items():
        for _ in range(_MAX_STYLES_UP):
            if up in found or up not in above:
                break
            up = above[up]
        if up in found:
            found[style_id] = found[up]
    return found


def _unseen_styles(styles: etree._Element | None) -> frozenset[str]:
    """Return the ids of the styles whose letters are hidden."""
    found = () if styles is None else styles
    return frozenset(attribute(style, "styleId") for style in found if _is_on(child(style, "rPr", "vanish")))


@dataclass(slots=True)
class _Inline:
    """The words of a paragraph, and what stands in it as blocks of its own."""

    parts: list[str] = field(default_factory=list)
    inner: list[etree._Element] = field(default_factory=list)
    all_bold: bool = True
    is_raised: bool = False  # the letters before


@dataclass(slots=True)
class _Reader:
    """Walks a document's body; the parser has bounded its depth, so it may recur."""

    levels: dict[str, int]
    count: Count
    unseen: frozenset[str] = frozenset()
    n_shaded: int = 0  # open elements whose ground may be of another colour than paper
    bold: set[str] = field(default_factory=set)

    def blocks(self, container: etree._Element) -> Found:
        """Yield the blocks of a body, a cell, a text box."""
        for element in container:
            name = local(element)
            if name == "p":
                yield from self._paragraph(element)
            elif name == "tbl":
                yield from ((block, False) for block in self._table(element))
            elif name == "AlternateContent":
                yield from self.blocks(_alternative(element))
            elif name in _DELETED:
                self.count.n_hidden += _has_words(element, "delText", "t")
            elif name not in _UNPRINTED:
                yield from self.blocks(element)

    def notes(self, root: etree._Element | None) -> Found:
        """Yield the foot- or endnotes; those with a type are the rules between text and notes."""
        for note in () if root is None else root:
            if not attribute(note, "type"):
                yield from self.blocks(note)

    def _paragraph(self, paragraph: etree._Element) -> Found:
        inline = _Inline()
        self._gather(paragraph, inline)
        text = re.sub(r"[^\S\n]+", " ", "".join(inline.parts)).strip()
        properties = child(paragraph, "pPr")
        level = self._level(properties)
        if inline.all_bold and text:
            self.bold.add(text)
        text = " ".join(text.split()) if level else text
        yield Block(text, level if text else 0), not level and child(properties, "numPr") is not None
        for element in inline.inner:
            if local(element) == "tbl":
                yield from ((block, False) for block in self._table(element))
            else:
                self.n_shaded += 1
                yield from self.blocks(element)
                self.n_shaded -= 1

    def _level(self, properties: etree._Element | None) -> int:
        outline = attribute(child(properties, "outlineLvl"), "val")
        if outline in tuple("012345"):
            return int(outline) + 1
        return self.levels.get(attribute(child(properties, "pStyle"), "val"), 0)

    def _gather(self, element: etree._Element, inline: _Inline) -> None:
        for each in element:
            name = local(each)
            if name == "t":
                is_raised = attribute(child(each.getparent(), "rPr", "vertAlign"), "val") == "superscript"
                inline.parts.append(
                    parted(each.text or "", is_raised=is_raised, after_raised=inline.is_raised)
                )
                inline.is_raised = is_raised
                inline.all_bold &= (
                    _is_on(child(each.getparent(), "rPr", "b")) or not (each.text or "").strip()
                )
            elif name in _INSTEAD:
                inline.parts.append(_INSTEAD[name])
            elif name in _BLOCKS:
                inline.inner.append(each)
            elif name == "AlternateContent":
                self._gather(_alternative(each), inline)
            elif name in _DELETED:
                self.count.n_hidden += _has_words(each, "delText", "t")
            elif name == "r" and self._is_unseen(child(each, "rPr"), element):
                self.count.n_hidden += any(
                    (words.text or "").strip() for words in each if local(words) == "t"
                )
            elif name not in _UNPRINTED:
                self._gather(each, inline)

    def _is_unseen(self, properties: etree._Element | None, paragraph: etree._Element) -> bool:
        """Tell whether letters are hidden, of no size, or in the colour of their ground, if that is known."""
        if properties is None:
            return False
        size = attribute(child(properties, "sz"), "val")  # in half points
        ground = None if self.n_shaded else WHITE
        ground = _shade(child(paragraph, "pPr", "shd"), ground)
        ground = _shade(child(properties, "shd"), ground)
        look = Look(
            letters=colour(attribute(child(properties, "color"), "val")),
            ground=None if child(properties, "highlight") is not None else ground,
            points=int(size) / 2 if size.isdecimal() and len(size) < 5 else TINY_POINTS + 1,
            is_hidden=_is_on(child(properties, "vanish"))
            or attribute(child(properties, "rStyle"), "val") in self.unseen,
            is_outlined=any(local(each) in _OUTLINES for each in properties),
        )
        return look.is_unseen

    def _table(self, table: etree._Element) -> list[Block]:
        self.n_shaded += 1  # heads of tables are often white on a colour that a style sheet sets
        try:
            return table_or_paragraphs(place(self._cells(row) for row in _rows(table)))
        finally:
            self.n_shaded -= 1

    def _cells(self, row: etree._Element) -> list[tuple[str, int, int]]:
        """Return (words, columns, rows) of a row's cells; one that goes on from above has no words."""
        cells = []
        for cell in _inside(row, "tc"):
            span = attribute(child(cell, "tcPr", "gridSpan"), "val")
            n_columns = int(span) if span.isdecimal() and len(span) < 4 else 1
            merged = child(cell, "tcPr", "vMerge")
            goes_on = merged is not None and attribute(merged, "val") != "restart"
            words = "" if goes_on else "\n".join(block.text for block, _ in self.blocks(cell) if block.text)
            cells.append((words, min(n_columns, MAX_SPAN), 1))
        self.count.cells(len(cells))
        return cells


def _rows(table: etree._Element) -> Iterator[etree._Element]:
    return _inside(table, "tr")


def _inside(element: etree._Element, name: str) -> Iterator[etree._Element]:
    """Yield the elements of a name below, through content controls but not into the next such."""
    for each in element:
        if local(each) == name:
            yield each
        elif local(each) in ("sdt", "sdtContent", "customXml", "ins", "smartTag"):
            yield from _inside(each, name)


def _alternative(element: etree._Element) -> etree._Element:
    """Return the one of several forms of the same content that Word of today shows."""
    choice = child(element, "Choice")
    fallback = child(element, "Fallback")
    chosen = choice if choice is not None else fallback
    return element if chosen is None else chosen


def _shade(shade: etree._Element | None, above: Colour | None) -> Colour | None:
    """Return the ground that a shade makes: a plain colour, none of its own, or one that is not known."""
    if shade is None:
        return above
    fill = attribute(shade, "fill")
    if attribute(shade, "val") not in ("clear", "nil", "") or attribute(shade, "themeFill"):
        return None
    return above if fill in ("", "auto") else colour(fill)


def _has_words(element: etree._Element, *names: str) -> bool:
    """Tell whether there are words in the elements of these names, as Word has them in "t"."""
    return any((each.text or "").strip() for name in names for each in element.iter(f"{{*}}{name}"))


def _is_on(switch: etree._Element | None) -> bool:
    return switch is not None and attribute(switch, "val").lower() not in _OFF
