"""Hits -> the sentences on trial as evidence, each with what must be read to understand it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.datatypes import Hit, Passage
from bot.sentences import sentence_spans
from bot.tables import is_table_row, table_header

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
    its table's first row. `told` is what it says by itself, which of a table's row is all of `read`.
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
        lead = before if _POINTS_BACK.match(text) else ""
        if is_table_row(text):
            lead = _header(passage, start)
            if (not lead and _is_above_row(passage.text, end)) or not _row_label(text):
                continue  # the header itself, or its second line: figures that nothing names
        read = "\n".join(part for part in (passage.title, lead, text) if part)
        before = text
        yield Candidate(hit, passage.start + start, passage.start + end, text, read)


def _header(passage: Passage, start: int) -> str:
    """Return the first row of the table of a row; it stands above a passage that starts half way in one."""
    above = len(passage.search_text) - len(passage.text)
    if above < 0 or not passage.search_text.endswith(passage.text):
        return table_header(passage.text, start)
    return table_header(passage.search_text, above + start)


def _is_above_row(text: str, end: int) -> bool:
    below = text[end:].partition("\n")[2].partition("\n")[0]
    return is_table_row(below)


def _announces(text: str) -> bool:
    """Tell whether a short line only says what comes after it: "Debts consist of the following:"."""
    short = len(text.split()) <= HEADING_WORDS and not any(character.isdigit() for character in text)
    return short and (text.endswith(":") or bool(_SAYS_WHAT_FOLLOWS.search(text)))


def _row_label(text: str) -> str:
    """Return the first cell of a table's row, which says what the row is about."""
    row = text.strip()
    row = row.strip("|") if row.endswith("|") else row  # Markdown frames its rows
    return row.partition("|")[0].strip()


def _is_label(text: str) -> bool:
    short = len(text.split()) < MIN_WORDS and text[-1:] not in ".!?”\"'’"
    return short and not any(character.isdigit() for character in text)


def _is_heading(text: str, start: int, end: int) -> bool:
    """Tell whether `text[start:end]` is a short paragraph before another, without stop, colon or figure."""
    line = text[start:end]
    alone = (not start or text[:start].endswith("\n")) and _PARAGRAPH_ENDS.match(text, end)
    short = len(line.split()) <= HEADING_WORDS and line[-1:] not in ".!?”\"'’)"
    return bool(alone) and short and ":" not in line and not any(character.isdigit() for character in line)
