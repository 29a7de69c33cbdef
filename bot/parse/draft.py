"""A document under construction: blocks in reading order, then one text with its sections.

Paragraphs are separated by a blank line; the lines of one list or table ("tight" blocks) by a line end.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from bot.datatypes import Section
from bot.parse.marks import Mark


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, a heading (`level` 1 to 6, else 0) or a line; `tight`: follows on the line before.

    `marks`: which of its letters stand in tagged elements.
    """

    text: str
    level: int = 0
    tight: bool = False
    marks: tuple[Mark, ...] = ()


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
    end = 0
    for block, start in laid_out(blocks):
        separator = "" if not pieces else "\n" if block.tight else "\n\n"
        if block.level:
            headings.append(Heading(block.text, start, block.level))
        pieces.append(separator + block.text)
        end = start + len(block.text)
    return "".join(pieces), sections(headings, end)


def laid_out(blocks: Iterable[Block]) -> Iterator[tuple[Block, int]]:
    """Yield each block that has text with its offset in what `assemble` makes of them."""
    offset = 0
    for block in blocks:
        if block.text:
            offset += 0 if not offset else 1 if block.tight else 2
            yield block, offset
            offset += len(block.text)


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
