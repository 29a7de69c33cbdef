"""Lines of a page that are drawn so that nobody sees them: white on white, transparent, or not drawn at all.

Letters in white, without colour, or in the mode that draws none are looked at on the drawn page: where the
area is of one shade, nothing is to be seen there. So white letters on a dark head stay, and so does the text
that was recognised behind the picture of a scanned page. A page is only drawn if it has such letters.
"""

from __future__ import annotations

import ctypes
from collections.abc import Sequence

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

Box = tuple[float, float, float, float]  # left, bottom, right, top in points

_MOST_PIXELS = 1_500  # of a side
_ONE_SHADE = 12  # of 255 between the lightest and the darkest: less is not seen
_WHITE = 245  # of 255, each of red, green and blue at least
_FAINT = 12  # of 255
_NOT_DRAWN = (pdfium_c.FPDF_TEXTRENDERMODE_INVISIBLE, pdfium_c.FPDF_TEXTRENDERMODE_CLIP)


def is_suspect(textpage: pdfium.PdfTextPage, index: int) -> bool:
    """Tell whether a letter is white, transparent, or of a mode that draws none."""
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    if pdfium_c.FPDFText_GetFillColor(textpage.raw, index, red, green, blue, alpha) and (
        alpha.value <= _FAINT or min(red.value, green.value, blue.value) >= _WHITE
    ):
        return True
    piece = pdfium_c.FPDFText_GetTextObject(textpage.raw, index)
    return bool(piece) and pdfium_c.FPDFTextObj_GetTextRenderMode(piece) in _NOT_DRAWN


def unseen(page: pdfium.PdfPage, boxes: Sequence[Box]) -> list[bool]:
    """Tell of each area of a page whether nothing is seen in it."""
    width, height = page.get_size()
    if not boxes or not 0 < max(width, height) < 20_000:
        return [False] * len(boxes)
    scale = min(2.0, _MOST_PIXELS / max(width, height))
    bitmap = page.render(scale=scale, grayscale=True, may_draw_forms=False, draw_annots=False)
    pixels = bytes(bitmap.buffer)
    found = [_is_one_shade(pixels, bitmap, _on_bitmap(page, box, bitmap)) for box in boxes]
    bitmap.close()
    return found


def _on_bitmap(page: pdfium.PdfPage, box: Box, bitmap: pdfium.PdfBitmap) -> tuple[int, int, int, int]:
    """Return an area in whole pixels, with the border: first and last column, first and last row."""
    left, bottom, right, top = box
    columns, rows = [], []
    for x, y in ((left, bottom), (right, top)):
        column, row = ctypes.c_int(), ctypes.c_int()
        pdfium_c.FPDF_PageToDevice(page.raw, 0, 0, bitmap.width, bitmap.height, 0, x, y, column, row)
        columns.append(column.value)
        rows.append(row.value)
    return min(columns), max(columns), min(rows), max(rows)


def _is_one_shade(pixels: bytes, bitmap: pdfium.PdfBitmap, area: tuple[int, int, int, int]) -> bool:
    first, last, top, bottom = area
    first, last = max(first, 0), min(last + 1, bitmap.width)
    darkest, lightest = 255, 0
    for row in range(max(top, 0), min(bottom + 1, bitmap.height)):
        line = pixels[row * bitmap.stride + first : row * bitmap.stride + last]
        if line:
            darkest, lightest = min(darkest, min(line)), max(lightest, max(line))
        if lightest - darkest > _ONE_SHADE:
            return False
    return True
