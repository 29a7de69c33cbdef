"""Hits -> the sentences on trial as evidence, each with what must be read to understand it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.captions import caption_line, captions
from bot.datatypes import Hit, Passage
from bot.sentences import sentence_spans
from bot.tables import Row, is_table_row, read_row, rows

MAX_SENTENCES = 120  # of all passages together: bounds the work for text of very short lines
MIN_WORDS = 4  # a shorter line without a figure is a byline, a label or a heading
HEADING_WORDS = 15  # a longer paragraph without a full stop is no heading
_PARAGRAPH_ENDS = re.compile(r"[ \t\r]*\n[ \t\r]*\n")
_SAYS_WHAT_FOLLOWS = re.compile(r"\bas follows?\.?$|^The following tables?\b", re.IGNORECASE)
_POINTS_BACK = re.compile(
    r"[\"'“‘]?(?:it|its|he|his|she|her|they|their|this|that|these|those|such|however|moreover|additionally"
    r"|also|but|and|then|instead|therefore|thus|nevertheless|meanwhile)\b",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence on trial: where it is, and what is read of it.

    `read` has the title, and where the sentence cannot be understood alone the sentence before it or
    what heads its row of a table. `told` is what it says by itself, which of a table's row is all of `read`.
    """

    hit: Hit
    start: int
    end: int
    text: str
    read: str

    @property
    def told(self) -> str:
        """The words whose likeness to the question counts."""
        return self.read if is_table_row(self.text) else self.text


def candidates(hits: Sequence[Hit]) -> list[Candidate]:
    """Return the sentences of the hits, in order of hit and place."""
    return [candidate for hit in hits for candidate in _sentences(hit)][:MAX_SENTENCES]


def _sentences(hit: Hit) -> Iterator[Candidate]:
    passage = hit.passage
    table = _Table(passage)
    before = ""
    for start, end in sentence_spans(passage.text):
        text = passage.text[start:end]
        if (
            text in {passage.section, passage.title}
            or _is_label(text)
            or _is_heading(passage.text, start, end)
            or _announces(text)
        ):
            continue  # it names what follows and states nothing
        told = f"{before}\n{text}" if before and _POINTS_BACK.match(text) else text
        if row := table.row_at(start):
            if table.heads_others(row) or not row_label(text) or _is_lone_label(text):
                continue  # a header or a sub-heading, or figures that nothing names
            told = table.read(row)
        read = "\n".join(part for part in (passage.title, told) if part)
        before = text
        yield Candidate(hit, passage.start + start, passage.start + end, text, read)


class _Table:
    """The rows of a passage's tables, the first under what stands before a passage that starts inside it."""

    def __init__(self, passage: Passage) -> None:
        self.names = {passage.title, passage.section}
        heads = _heads_of(passage)
        self.n_before = len(heads)
        self.text = heads + passage.text
        self.rows = {row.start: row for row in rows(self.text)}

    def row_at(self, start: int) -> Row | None:
        """Return the row that starts at an offset of the passage, white space aside."""
        return self.rows.get(self.text.rfind("\n", 0, self.n_before + start) + 1)

    def heads_others(self, row: Row) -> bool:
        """Tell whether a row states nothing, but says what those below it are; a single row states itself."""
        return row.kind != "body" and any(
            other.table == row.table and other != row for other in self.rows.values()
        )

    def read(self, row: Row) -> str:
        """Return caption, section, sub-heading and header rows where there are any, and the row read out."""
        header = [self.text[slice(*span)] for span in row.head.rows]
        told = read_row(self.text[row.start : row.end], header)
        heads = [" ".join(self.text[slice(*span)].replace("|", " ").split()) for span in row.head.spans]
        caption = caption_line(self.text, captions(self.text, row.table))
        return "\n".join([*(head for head in (caption, *heads) if head and head not in self.names), told])


def _heads_of(passage: Passage) -> str:
    """Return what `chunk` put over a passage that starts inside a table: the lines below the blank one."""
    above = passage.search_text.removesuffix(passage.text)
    names, _, heads = above.rpartition("\n\n")
    return heads if names or not (passage.title or passage.section) else ""


def _announces(text: str) -> bool:
    """Tell whether a short line only says what comes after it: "Debts consist of the following:"."""
    short = len(text.split()) <= HEADING_WORDS and not any(character.isdigit() for character in text)
    return short and (text.endswith(":") or bool(_SAYS_WHAT_FOLLOWS.search(text)))


def row_label(text: str) -> str:
    """Return the first cell of a table's row, which says what the row is about."""
    row = text.strip()
    row = row.strip("|") if row.endswith("|") else row  # Markdown frames its rows
    return row.partition("|")[0].strip()


def _is_label(text: str) -> bool:
    short = len(text.split()) < MIN_WORDS and text[-1:] not in ".!?”\"'’"
    return short and not any(character.isdigit() for character in text)


def _is_lone_label(row: str) -> bool:
    """Tell whether a row has one cell alone, and that no sentence: "| Three Months Ended June 30 |  |"."""
    cells = [cell.strip() for cell in row.split("|") if cell.strip()]
    return len(cells) == 1 and len(cells[0].split()) <= HEADING_WORDS and cells[0][-1:] not in ".!?”\"'’)"


def _is_heading(text: str, start: int, end: int) -> bool:
    """Tell whether `text[start:end]` is a short paragraph before another, without stop, colon or figure."""
    line = text[start:end]
    alone = (not start or text[:start].endswith("\n")) and _PARAGRAPH_ENDS.match(text, end)
    short = len(line.split()) <= HEADING_WORDS and line[-1:] not in ".!?”\"'’)"
    return bool(alone) and short and ":" not in line and not any(character.isdigit() for character in line)
