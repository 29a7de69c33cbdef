"""One page of a PDF drawn, with boxes over the words that are asked for. Runs inside the sandbox.

The boxes are those of the characters in the file, carried over by the page's own transformation, which
knows its rotation, its crop box and its unit.
"""

from __future__ import annotations

import ctypes
import math
from collections.abc import Iterator, Sequence
from itertools import islice

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from bot.errors import ParseError
from bot.parse.limits import Limits
from bot.parse.pagewords import places
from bot.parse.pdf import open_pdf
from bot.parse.pdflayout import in_reading_order
from bot.parse.pdfpages import visible_runs
from bot.parse.sheet import MAX_BOXES, MAX_PIXELS, MAX_SIDE, Box, Drawing, Range

WIDTH = 1_100  # pixels: legible at the width of the reader, on a screen of twice the density as well
_FINE = 1_000_000  # device units a side: PDFium hands back whole numbers, so much finer than pixels
_SAME_LINE = 0.5  # share of the smaller of two letters that must lie beside the other
_WIDE_GAP = 3.0  # heights of a letter: further apart are the cells of a table, which need not be level

Rectangle = tuple[float, float, float, float]  # left, bottom, right, top in points


def draw_page(
    payload: bytes, name: str, limits: Limits, *, page: int, text: str, ranges: Sequence[Range]
) -> Iterator[Drawing]:
    """Yield one drawing. For what is asked see `PageRequest`.

    Raises:
        ParseError: the file cannot be opened, has no such page, or the page is broken.
    """
    pdf = open_pdf(payload, name)
    if not 1 <= page <= len(pdf):
        raise ParseError(f"{name} has no page {page}: its pages are 1 to {len(pdf)}")
    try:
        sheet = pdf[page - 1]
        width, height = size_in_pixels(*sheet.get_size())
        boxes = tuple(islice(_boxes(sheet, text, ranges), MAX_BOXES))
        pixels = _render(sheet, width, height)
    except pdfium.PdfiumError as error:
        raise ParseError(f"page {page} of {name} is broken: open the file in a viewer") from error
    grey = pixels[0::3]
    if grey == pixels[1::3] == pixels[2::3]:
        yield Drawing(grey, width, height, 1, boxes)
    else:
        yield Drawing(pixels, width, height, 3, boxes)


def size_in_pixels(width: float, height: float) -> tuple[int, int]:
    """Say how large a page of `width` x `height` points is drawn, within the bounds of `sheet`.

    Example: 612, 792 -> 1100, 1423

    Raises:
        ParseError: the page has no size.
    """
    if not (0 < width < math.inf and 0 < height < math.inf):
        raise ParseError("the page has no size")
    area = math.sqrt(MAX_PIXELS / (width * height))
    scale = min(WIDTH / width, area, MAX_SIDE / max(width, height))
    return max(1, int(width * scale)), max(1, int(height * scale))


def _render(page: pdfium.PdfPage, width: int, height: int) -> bytes:
    """Draw a page on white: rows of red, green and blue."""
    bitmap = pdfium.PdfBitmap.new_native(width, height, pdfium_c.FPDFBitmap_BGR, rev_byteorder=True)
    bitmap.fill_rect((255, 255, 255, 255), 0, 0, width, height)
    flags = pdfium_c.FPDF_ANNOT | pdfium_c.FPDF_REVERSE_BYTE_ORDER
    pdfium_c.FPDF_RenderPageBitmap(bitmap, page, 0, 0, width, height, 0, flags)
    data, row = bytes(bitmap.buffer), width * 3
    if bitmap.stride == row:
        return data
    return b"".join(data[y * bitmap.stride : y * bitmap.stride + row] for y in range(height))


def _boxes(page: pdfium.PdfPage, text: str, ranges: Sequence[Range]) -> Iterator[Box]:
    """Yield a box for each line that holds words of a range, range by range."""
    textpage = page.get_textpage()
    printed: list[str] = []
    index_of: list[int] = []
    for run in in_reading_order(visible_runs(page, textpage)[0]):
        printed.append(run.characters + "\n")
        index_of += range(run.first, run.first + len(run.characters) + 1)  # the last is the line end's
    whole = "".join(printed)
    for number, found in enumerate(places(text, whole, ranges)):
        for line in _by_line(whole, found):
            letters = [textpage.get_charbox(index_of[i], loose=True) for i in line]
            for rectangle in _joined(letters):
                box = _on_page(page, rectangle, number)
                if box.width > 0 and box.height > 0:
                    yield box


def _by_line(text: str, offsets: Sequence[int]) -> Iterator[list[int]]:
    """Cut rising offsets where a line of the text ends between two of them."""
    line: list[int] = []
    for offset in offsets:
        if line and "\n" in text[line[-1] : offset]:
            yield line
            line = []
        line.append(offset)
    if line:
        yield line


def _joined(letters: Sequence[Rectangle]) -> Iterator[Rectangle]:
    """Join letters that follow each other, along the page or up it, into one rectangle."""
    joined, last = letters[0], letters[0]
    for letter in letters[1:]:
        if _beside(last, letter):
            left, bottom, right, top = joined
            joined = (
                min(left, letter[0]),
                min(bottom, letter[1]),
                max(right, letter[2]),
                max(top, letter[3]),
            )
        else:
            yield joined
            joined = letter
        last = letter
    yield joined


def _beside(one: Rectangle, other: Rectangle) -> bool:
    """Tell whether two letters follow each other in one line, level or upright."""
    return _follows(one, other, along=(0, 2), across=(1, 3)) or _follows(
        one, other, along=(1, 3), across=(0, 2)
    )


def _follows(one: Rectangle, other: Rectangle, *, along: Range, across: Range) -> bool:
    """Tell whether a line runs from a letter to the next; `along` and `across` are its two edges each."""
    low, high = across
    heights = one[high] - one[low], other[high] - other[low]
    beside = min(one[high], other[high]) - max(one[low], other[low])
    near, far = along
    gap = max(one[near], other[near]) - min(one[far], other[far])
    return beside >= _SAME_LINE * min(heights) and gap <= _WIDE_GAP * max(heights)


def _on_page(page: pdfium.PdfPage, rectangle: Rectangle, number: int) -> Box:
    """Carry a rectangle in points over to the page as it is seen, and cut it at the page's edges."""
    left, bottom, right, top = rectangle
    corners = [_seen(page, x, y) for x, y in ((left, bottom), (right, top))]
    (x0, x1), (y0, y1) = (sorted(min(max(v, 0.0), 1.0) for v in side) for side in zip(*corners, strict=True))
    return Box(x0, y0, round(x1 - x0, 6), round(y1 - y0, 6), number)


def _seen(page: pdfium.PdfPage, x: float, y: float) -> tuple[float, float]:
    """Say where a point of the page is seen, in fractions from the upper left corner."""
    across, down = ctypes.c_int(), ctypes.c_int()
    ok = pdfium_c.FPDF_PageToDevice(page, 0, 0, _FINE, _FINE, 0, x, y, across, down)
    if not ok:
        raise pdfium.PdfiumError("a point could not be placed")
    return across.value / _FINE, down.value / _FINE
