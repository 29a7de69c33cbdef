"""A table of a page's tree: is it a table or a way to lay out the page, and what do its cells say."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from lxml import etree

from bot.parse.draft import Block
from bot.parse.hidden import NEVER_SHOWN, is_hidden
from bot.parse.marks import FACT_TAGS, Mark, letters, marks_of, moved
from bot.parse.tables import MAX_SPAN, Cell, is_list, lines, place

MAX_CELL_CHARACTERS = 1_000  # a longer cell is a column of the page, not of a table
_ONLY_IN_LAYOUT = ("table", "h1", "h2", "h3", "ul", "ol", "pre", "article", "section", "main")
_INLINE = frozenset(
    "a abbr b bdi bdo big cite code del em font i ins mark q s small span strong strike u".split()
)
_BLANKS = re.compile(r"\s+")


def table_blocks(table: etree._Element) -> list[Block] | None:
    """Write a table as lines, its caption before them; None where it only lays out the page."""
    if next(table.iterdescendants(*_ONLY_IN_LAYOUT), None) is not None:
        return None
    rows = [_cells(tr) for tr in table.iter("tr") if not is_hidden(tr)]
    n_cells = sum(1 for cell in table.iter("td", "th") if not _has_hidden_row(cell) and not is_hidden(cell))
    if n_cells != sum(map(len, rows)) or any(
        len(cell.text) > MAX_CELL_CHARACTERS for row in rows for cell in row
    ):
        return None  # cells outside of rows, or columns of running text
    captions = [Block(cell_words(caption)[0]) for caption in table.iter("caption") if not is_hidden(caption)]
    blocks = grid_blocks(place([(cell.text, cell.n_columns, cell.n_rows) for cell in row] for row in rows))
    with_words = (row for row in rows if any(cell.text for cell in row))
    return captions + [replace(b, marks=_marks(row)) for b, row in zip(blocks, with_words, strict=True)]


def grid_blocks(grid: Sequence[Sequence[Cell]]) -> list[Block]:
    """Write the rows of a table as lines, those of a list that is laid out as one as its entries."""
    if is_list(grid):
        written = [" ".join(cell.text for cell in row if cell.text) for row in grid]
        return [Block(line, tight=i > 0) for i, line in enumerate(filter(None, written))]
    written = lines(grid)
    has_columns = any(" | " in line for line in written)
    return [Block(line, tight=has_columns and i > 0) for i, line in enumerate(written)]


@dataclass(frozen=True, slots=True)
class _PageCell:
    """The visible words of a cell, the tagged elements among them, and how far it reaches."""

    text: str
    marks: tuple[Mark, ...]
    n_columns: int
    n_rows: int


def _marks(row: Sequence[_PageCell]) -> tuple[Mark, ...]:
    """Return the marks of a row's cells, one after the other as they stand in its line."""
    return tuple(_marked(row)) if any(cell.marks for cell in row) else ()


def _marked(row: Sequence[_PageCell]) -> Iterator[Mark]:
    n_letters = 0
    for cell in row:
        yield from moved(cell.marks, n_letters)
        n_letters += len(letters(cell.text))


def cell_words(cell: etree._Element) -> tuple[str, tuple[Mark, ...]]:
    """Return the visible words of a cell on one line, and where tagged elements stand in them.

    Parts that stand apart in it are kept apart.
    """
    pieces: list[str] = []
    began: dict[etree._Element, int] = {}
    spans: list[tuple[etree._Element, int, int]] = []
    walker = etree.iterwalk(cell, events=("start", "end"))
    for event, element in walker:
        if event == "end":
            if element in began:
                spans.append((element, began[element], len(pieces)))
            if element is not cell:
                pieces.append(_border(element))
                pieces.append(element.tail or "")
        elif not isinstance(element.tag, str) or element.tag in NEVER_SHOWN or is_hidden(element):
            walker.skip_subtree()
        else:
            if element.tag in FACT_TAGS:
                began[element] = len(pieces)
            pieces.append(_border(element))
            pieces.append(element.text or "")
    return _BLANKS.sub(" ", "".join(pieces)).strip(), marks_of(pieces, spans)


def _border(element: etree._Element) -> str:
    """Return what separates an element from the words around it: nothing for inline tags, else a blank."""
    if element.tag == "sup":
        return " " if (element.text or "")[:1].isdigit() else ""
    return "" if element.tag in _INLINE or ":" in str(element.tag) or element.tag == "sub" else " "


def _cells(tr: etree._Element) -> list[_PageCell]:
    """Return a row's visible cells."""
    return [
        _PageCell(*cell_words(cell), _span(cell, "colspan"), _span(cell, "rowspan"))
        for cell in tr.iterchildren("td", "th")
        if not is_hidden(cell)
    ]


def _has_hidden_row(cell: etree._Element) -> bool:
    row = cell.getparent()
    return row is not None and row.tag == "tr" and is_hidden(row)


def _span(cell: etree._Element, name: str) -> int:
    """Return how many columns or rows a cell covers; 1 where it does not say so in plain digits."""
    written = cell.get(name, "1").strip()
    return (
        max(1, min(int(written), MAX_SPAN))
        if written.isascii() and written.isdigit() and len(written) < 6
        else 1
    )
