"""A page of a PDF as a picture with boxes over words: the types, and the bounds that both sides keep to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

MAX_PIXELS = 4_000_000  # of a picture: a page of any size costs at most 12 MB
MAX_SIDE = 8_000  # pixels
MAX_BOXES = 2_000
MAX_RANGES = 50

Range = tuple[int, int]  # [start, end) of a text


@dataclass(frozen=True, slots=True)
class Box:
    """A part of a page, in fractions of its width and height, `left` and `top` from the upper left corner.

    `of` says which of the ranges that were asked for stands in it: 0 for the first.
    """

    left: float
    top: float
    width: float
    height: float
    of: int = 0


@dataclass(frozen=True, slots=True)
class Drawing:
    """What the drawing process makes of a page: bare pixels and boxes.

    `pixels` are rows from top to bottom without padding, `n_channels` bytes each: 1 for grey, 3 for red,
    green and blue. Bare, so that no picture file from a process that read a hostile PDF is passed on.
    """

    pixels: bytes
    width: int
    height: int
    n_channels: int
    boxes: tuple[Box, ...]


@dataclass(frozen=True, slots=True)
class PageImage:
    """A page to be shown: a PNG of `width` x `height` pixels, and boxes over the words of each range."""

    png: bytes
    width: int
    height: int
    boxes: tuple[Box, ...]


@dataclass(frozen=True, slots=True)
class PageRequest:
    """Which page to draw (`page` counts from 1), and which words of it to box.

    `text` is the page's part of the document's canonical text; `ranges` are offsets in it, and what
    reaches over its ends is cut off there.
    """

    page: int
    text: str
    ranges: Sequence[Range]
