"""A document under construction: blocks in reading order, then one text with its sections.

Paragraphs are separated by a blank line; the lines of one list or table ("tight" blocks) by a line end.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.datatypes import Section


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, a heading (`level` 1 to 6, else 0) or a line; `tight`: follows on the line before."""

    text: str
    level: int = 0
    tight: bool = False


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading as it stands in the text: `start` is the offset of its own words."""

    title: str
    start: int
    level: int
    item: str | None = None  # of a filing: "1A"


def assemble(blocks: Iterable[Block]) -> tuple[str, tuple[Section, ...]]:
    r"""Join blocks into text and find where each heading's section begins and ends.

    Example: [Block("Risks", level=1), Block("None.")] -> "Risks\n\nNone.", (Section("Risks", 0, 12),)
    """
    pieces: list[str] = []
    headings: list[Heading] = []
    offset = 0
    for block in blocks:
        if not block.text:
            continue
        separator = "" if not pieces else "\n" if block.tight else "\n\n"
        offset += len(separator)
        if block.level:
            headings.append(Heading(block.text, offset, block.level))
        pieces.append(separator + block.text)
        offset += len(block.text)
    return "".join(pieces), sections(headings, offset)


def sections(headings: Sequence[Heading], n_characters: int) -> tuple[Section, ...]:
    """Close each section at the next heading of its level or above, the last ones at the end of the text.

    `headings` are in order of `start`. One pass: each heading is opened and closed once.
    """
    ends = [n_characters] * len(headings)
    still_open: list[int] = []
    for i, heading in enumerate(headings):
        while still_open and headings[still_open[-1]].level >= heading.level:
            ends[still_open.pop()] = heading.start
        still_open.append(i)
    return tuple(
        Section(" ".join(heading.title.split()), heading.start, end, heading.level, heading.item)
        for heading, end in zip(headings, ends, strict=True)
    )
