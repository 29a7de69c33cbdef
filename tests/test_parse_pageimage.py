"""Pages of a PDF as pictures: the boxes lie over the words, whichever way the page is turned."""

from __future__ import annotations

import io
import struct
import zlib

import pypdfium2 as pdfium
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pdf_samples import column, pdf_of
from pypdf import PdfReader, PdfWriter
from pypdf.generic import RectangleObject

from bot.errors import ParseError
from bot.parse import PageRequest, page_image, parse
from bot.parse.messages import BadMessage, to_drawing
from bot.parse.pageimage import size_in_pixels
from bot.parse.pagewords import places
from bot.parse.png import write_png
from bot.parse.sheet import MAX_PIXELS

TEXT = ("The lease ends in May.", "The rent is 400 crowns.", "The lease ends in May, they say.")
PDF = pdf_of(column("A page without much on it."), column(*TEXT))


def turned(payload: bytes, change) -> bytes:
    """Pass the pages of a PDF through a change of pypdf's."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(payload)))
    for page in writer.pages:
        change(page)
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


def drawn(payload: bytes, page: int, *words: str):
    """Draw a page of a document as it is parsed, with boxes over the last place of some words."""
    (document,) = parse(payload, "a.pdf")
    starts = (*document.page_starts, len(document.text))
    text = document.text[starts[page - 1] : starts[page]]
    ranges = [(text.rindex(word), text.rindex(word) + len(word)) for word in words]
    return page_image(payload, "a.pdf", PageRequest(page, text, ranges))


def pixels(png: bytes) -> tuple[int, int, list[bytes]]:
    """Read a picture of `write_png`: its width, its bytes a pixel, its rows."""
    width, height, _, kind = struct.unpack(">IIBB", png[16:26])
    n = 1 if kind == 0 else 3
    at = png.index(b"IDAT")
    (size,) = struct.unpack(">I", png[at - 4 : at])
    raw = zlib.decompress(png[at + 4 : at + 4 + size])
    return width, n, [raw[y * (width * n + 1) + 1 : (y + 1) * (width * n + 1)] for y in range(height)]


def ink(image, box) -> int:
    """Count the dark pixels in a box."""
    width, n, rows = pixels(image.png)
    left, right = int(box.left * width), int((box.left + box.width) * width)
    top, bottom = int(box.top * image.height), int((box.top + box.height) * image.height)
    return sum(value < 128 for row in rows[top:bottom] for value in row[left * n : right * n])


TURNS = {
    "as it is": lambda page: page,
    "a quarter": lambda page: page.rotate(90),
    "upside down": lambda page: page.rotate(180),
    "three quarters": lambda page: page.rotate(270),
    "cropped": lambda page: setattr(page, "cropbox", RectangleObject((30, 300, 560, 760))),
    "another origin": lambda page: setattr(page, "mediabox", RectangleObject((-100, -50, 600, 800))),
}


@pytest.mark.parametrize("name", TURNS)
def test_the_ink_of_a_page_that_has_one_line_is_in_its_box(name):
    payload = turned(pdf_of(column("Only these words.")), TURNS[name])
    image = drawn(payload, 1, "Only these words.")
    (box,) = image.boxes
    _, n, rows = pixels(image.png)
    inside, whole = ink(image, box), sum(value < 128 for row in rows for value in row)
    assert n == 1  # black and white is kept in grey
    assert inside > 0.97 * whole > 100


def test_words_that_are_repeated_are_boxed_where_they_are_meant():
    first, last = (drawn(PDF, 2, words).boxes for words in ("The lease ends in May.", "ends in May, they"))
    (above,), (below,) = first, last
    assert above.top < below.top
    assert below.left > above.left


def test_each_line_has_a_box_of_the_range_that_it_belongs_to():
    image = drawn(PDF, 2, "May.\nThe rent", "they say")
    assert [box.of for box in image.boxes] == [0, 0, 1]
    assert all(0 <= box.left <= box.left + box.width <= 1 for box in image.boxes)


def test_a_word_that_was_cut_at_a_line_end_is_boxed_on_both_lines():
    payload = pdf_of(
        column("Here is a harbour and a har-", "bour master at the gate.", "The harbour is old.")
    )
    image = drawn(payload, 1, "a harbour master")
    assert [box.of for box in image.boxes] == [0, 0]


def test_the_boxed_letters_read_back_are_the_words():
    image = drawn(PDF, 2, "400 crowns")
    (box,) = image.boxes
    page = pdfium.PdfDocument(PDF)[1]
    width, height = page.get_size()
    left, right = box.left * width, (box.left + box.width) * width
    top, bottom = height - box.top * height, height - (box.top + box.height) * height
    assert page.get_textpage().get_text_bounded(left, bottom, right, top).strip() == "400 crowns"


def test_the_cells_of_a_row_have_a_box_each_and_nothing_between_them_has():
    payload = pdf_of([(50, 700, 12, "Net sales"), (300, 701, 12, "63,355"), (450, 700, 12, "63,948")])
    image = drawn(payload, 1, "sales 63,355")
    sales, figure = image.boxes
    assert sales.left + sales.width < 0.2
    assert 0.49 < figure.left < figure.left + figure.width < 0.6


def test_words_that_run_up_the_page_are_in_one_box():
    upright = "12 0) Tj ET BT 0 1 -1 0 300 200 Tm (Upright words) Tj ET BT /F1 12 Tf 50 50 Td (x"
    image = drawn(pdf_of([(50, 700, 12, upright)]), 1, "Upright words")
    (box,) = image.boxes
    assert box.height > 2 * box.width
    assert ink(image, box) > 100


def test_words_that_are_not_the_page_s_are_boxed_as_far_as_they_are():
    image = page_image(
        PDF, "a.pdf", PageRequest(2, "The rent was 400 crowns. Nothing else.", [(0, 24), (25, 38)])
    )
    assert {box.of for box in image.boxes} == {0}
    assert all(ink(image, box) > 20 for box in image.boxes)


@pytest.mark.parametrize("page", [0, 3, -1])
def test_a_page_that_is_not_there_is_said_so(page):
    with pytest.raises(ParseError, match="has no page"):
        page_image(PDF, "a.pdf", PageRequest(page, "", []))


def test_a_broken_file_is_said_so():
    with pytest.raises(ParseError, match="broken PDF"):
        page_image(b"%PDF-1.4\nnothing", "a.pdf", PageRequest(1, "", []))


@pytest.mark.parametrize("size", [(612, 792), (14_400, 14_400), (3, 14_400), (14_400, 0.5), (1e9, 1e9)])
def test_a_page_of_any_size_is_drawn_within_bounds(size):
    width, height = size_in_pixels(*size)
    assert 1 <= width * height <= MAX_PIXELS


@given(st.text(alphabet="ab- \n", max_size=40), st.data())
def test_what_is_found_are_the_same_characters(printed, data):
    canonical = printed.replace("-\n", "").replace("\n", " ")
    start = data.draw(st.integers(0, len(canonical)))
    end = data.draw(st.integers(start, len(canonical)))
    (found,) = places(canonical, printed, [(start, end)])
    wanted = [character for character in canonical[start:end] if character in "ab"]
    assert [printed[i] for i in found] == wanted
    assert found == sorted(found)


def test_a_picture_is_a_png_that_reads_back():
    width, n, rows = pixels(write_png(bytes(range(24)), 4, 2, 3))
    assert (width, n, b"".join(rows)) == (4, 3, bytes(range(24)))


@pytest.mark.parametrize(
    "change",
    [{"kind": "document"}, {"size": [1, 1]}, {"size": [9_000, 1, 1]}, {"size": [2, 1, 1]},
     {"size": [1, 1, 2]}, {"pixels": "!"}, {"pixels": 5}, {"boxes": [[0.9, 0, 0.2, 0.1, 0]]},
     {"boxes": [[0, 0, 1, 1, 1]]},
     {"boxes": [[0, 0, "1", 1, 0]]}, {"boxes": [[0, 0, 1, 1, 0]] * 3_000}],
)  # fmt: skip
def test_a_drawing_that_passes_its_bounds_is_not_believed(change):
    good = {"kind": "drawing", "size": [1, 1, 1], "pixels": "AA==", "boxes": [[0.0, 0.0, 1.0, 1.0, 0]]}
    assert to_drawing(good, 1).pixels == b"\0"
    with pytest.raises(BadMessage):
        to_drawing({**good, **change}, 1)
