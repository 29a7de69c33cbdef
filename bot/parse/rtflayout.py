r"""Paragraphs and tables of a rich text while they are written: what \par, \cell and \row end."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from bot.parse.draft import Block
from bot.parse.office import Count, table_or_paragraphs
from bot.parse.rtfwords import PARAGRAPHS
from bot.parse.tables import Cell


@dataclass(slots=True)
class Paragraph:
    """A paragraph under construction."""

    parts: list[str] = field(default_factory=list)
    style: int = 0
    level: int = 0
    all_bold: bool = True
    in_table: bool = False


class Layout:
    """Gathers words into blocks. `styles` are the levels of the styles that are headings'."""

    def __init__(self, count: Count) -> None:
        self.blocks: list[Block] = []
        self.bold: set[str] = set()
        self.styles: dict[int, int] = {}
        self.paragraph = Paragraph()
        self._count = count
        self._cells: list[str] = []
        self._edges: list[int] = []
        self._rows: list[list[Cell]] = []

    def put(self, text: str, *, bold: bool) -> None:
        """Add words to the paragraph."""
        self.paragraph.parts.append(text)
        self.paragraph.all_bold &= bold or not text.strip()

    def follow(self, word: str, number: int | None) -> None:
        """Follow a control word that lays out a paragraph or a table; others change nothing."""
        if word in PARAGRAPHS:
            self._end_paragraph()
        elif word == "pard":
            self.paragraph.style = self.paragraph.level = 0
            self.paragraph.in_table = False
        elif word == "intbl":
            self.paragraph.in_table = True
        elif word == "s":
            self.paragraph.style = number or 0
        elif word == "outlinelevel" and number is not None and 0 <= number < 6:
            self.paragraph.level = number + 1
        elif word == "trowd":
            self._edges = []
        elif word == "cellx":
            self._edges.append(number or 0)
        elif word == "cell":
            self._end_cell()
        elif word == "row":
            self._end_row()

    def finish(self) -> None:
        """Write what the end of the file leaves open."""
        if self._cells:
            self._end_cell()
            self._end_row()
        self.paragraph.in_table = False
        self._end_paragraph()
        self._end_table()

    def _end_paragraph(self) -> None:
        paragraph = self.paragraph
        if paragraph.in_table:  # a line within a cell
            paragraph.parts.append("\n")
            return
        text = tidy("".join(paragraph.parts))
        if text:
            self._end_table()
            level = self.styles.get(paragraph.style, 0) or paragraph.level
            self.blocks.append(Block(" ".join(text.split()), level) if level else Block(text))
            if paragraph.all_bold:
                self.bold.add(text)
        self.paragraph = Paragraph([], paragraph.style, paragraph.level)

    def _end_cell(self) -> None:
        self._cells.append(tidy("".join(self.paragraph.parts)))
        self.paragraph = replace(self.paragraph, parts=[], all_bold=True)

    def _end_row(self) -> None:
        """Write a row; its cells end at the edges that the row announced, in order."""
        if not self._cells:
            return
        edges = [edge for edge, before in zip(self._edges, [-1, *self._edges], strict=False) if edge > before]
        if len(edges) < len(self._cells) or len(edges) < len(self._edges):
            edges = [*range(1, len(self._cells) + 1)]
        starts = [min(0, edges[0] - 1), *edges]
        self._rows.append([Cell(*cell) for cell in zip(self._cells, starts, edges, strict=False)])
        self._count.cells(len(self._cells))
        self._cells = []

    def _end_table(self) -> None:
        if self._rows:
            self.blocks += table_or_paragraphs(self._rows)
            self._rows = []


def tidy(text: str) -> str:
    """Collapse blanks within lines and drop empty ends."""
    lines = (line.strip() for line in re.sub(r"[ \t]+", " ", text).split("\n"))
    return "\n".join(lines).strip()
