"""What the readers of word processors' files share: blocks, a title and metadata to a document."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.datatypes import ParsedDocument
from bot.errors import ParseError
from bot.parse.cleaning import clean, one_line, remarks
from bot.parse.digest import sha256
from bot.parse.draft import Block, assemble
from bot.parse.filing import about_filing, filing_title
from bot.parse.items import BELOW, with_items
from bot.parse.pagetable import MAX_CELL_CHARACTERS, grid_blocks
from bot.parse.tables import Cell
from bot.parse.titles import heading_line, looks_like_heading, sane_title, stem

MAX_CELLS = 200_000  # of all tables of a document
_DAY = re.compile(r"^\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True, slots=True)
class Source:
    """The file that a document is made from: its bytes, name and `bot.parse.kinds.Kind`."""

    payload: bytes
    name: str
    kind: str


@dataclass(slots=True)
class Count:
    """What a reader counts while it walks: hidden parts that were left out, and cells against their bound."""

    name: str
    n_hidden: int = 0
    n_cells: int = 0

    def cells(self, n: int) -> None:
        """Count cells of a table.

        Raises:
            ParseError: the document has more than `MAX_CELLS`.
        """
        self.n_cells += n
        if self.n_cells > MAX_CELLS:
            raise ParseError(f"{self.name} has more than {MAX_CELLS:,} cells in tables: split it")


def to_document(
    source: Source, blocks: Iterable[Block], about: Mapping[str, str], warnings: Sequence[str] = ()
) -> ParsedDocument:
    """Make a document of blocks; `about` may hold "title", "author", "date" (ISO, time and all).

    Raises:
        ParseError: the blocks hold no words.
    """
    cleaned = [(block, clean(block.text)) for block in blocks]
    text, sections = assemble(replace(block, text=words.text) for block, words in cleaned)
    if not text.strip():
        raise ParseError(f"{source.name} holds no text, only pictures or nothing: check that it is whole")
    filing = about_filing(text, "", {})
    if filing:
        sections = with_items(text, sections, filing["form"])
    first = sections[0].title if sections else heading_line(text.splitlines()[:100])
    titles = (filing_title(filing), sane_title(about.get("title", "")), sane_title(first))
    return ParsedDocument(
        title=next(filter(None, titles), stem(source.name)),
        text=text,
        external_id=stem(source.name),
        sha256=sha256(source.payload),
        sections=sections,
        metadata={"type": source.kind, **_told(about), **filing},
        warnings=(*warnings, *remarks(words for _, words in cleaned)),
    )


def _told(about: Mapping[str, str]) -> dict[str, str]:
    """Return author and date, the date without its time of day."""
    told = {"author": one_line(about.get("author", "")), "date": ""}
    if day := _DAY.match(about.get("date", "").strip()):
        told["date"] = day[0]
    return {key: value for key, value in told.items() if value}


def table_or_paragraphs(grid: Sequence[Sequence[Cell]]) -> list[Block]:
    """Write a table as rows; one whose cells are columns of running text as their paragraphs."""
    if any(len(cell.text) > MAX_CELL_CHARACTERS for row in grid for cell in row):
        return [Block(cell.text) for row in grid for cell in row]
    single = [[replace(cell, text=" ".join(cell.text.split())) for cell in row] for row in grid]
    return grid_blocks(single)


def bold_headings(blocks: Sequence[Block], bold: Collection[str]) -> list[Block]:
    """Take short bold paragraphs for headings in a document without any; `bold` has their words."""
    if any(block.level for block in blocks):
        return list(blocks)
    return [
        replace(block, level=BELOW)
        if block.text in bold and not block.tight and looks_like_heading(block.text)
        else block
        for block in blocks
    ]


def tightened(blocks: Iterable[tuple[Block, bool]]) -> list[Block]:
    """Put the entries of a list, marked True, on lines that follow each other."""
    written: list[Block] = []
    above = False
    for block, is_entry in blocks:
        if block.text.strip():
            written.append(replace(block, tight=True) if is_entry and above else block)
            above = is_entry
    return written
