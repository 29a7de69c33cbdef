"""The pages of a PDF in the reader: the picture, its boxes, other pages, and the text where there is none."""

from __future__ import annotations

import re

import httpx
import pytest
from page_driver import serving
from page_fakes import FakeWorkspace, stored
from pdf_samples import column, grid, pdf_of

from bot.parse import page_image, parse
from bot.web.sheets import Sheets

PDF = pdf_of(column("A note on boats", "They float."), column("The lease ends in May."))


@pytest.fixture(scope="module")
def workspace():
    made = FakeWorkspace()
    (parsed,) = parse(PDF, "boats.pdf")
    for name, original in (("boats", PDF), ("lost", None), ("broken", b"%PDF-1.4 no more than that")):
        document = stored(name, "Boats", parsed.text, pages=parsed.page_starts)
        made.library["sample"][name] = document
        if original:
            made.originals[document.doc_id] = original
    return made


@pytest.fixture(scope="module")
def address(workspace):
    with serving(workspace) as found:
        yield found


def get(address, workspace, name, tail="", **query) -> httpx.Response:
    """Ask for a fragment, or for a picture."""
    doc_id = workspace.library["sample"][name].doc_id
    return httpx.get(f"{address}/reader/sample/{doc_id}{tail}", params=query, trust_env=False)


def lease(workspace) -> dict[str, int]:
    start = workspace.library["sample"]["boats"].text.index("The lease")
    return {"start": start, "end": start + 9}


def test_a_pdf_is_shown_as_the_page_of_the_quote_with_a_box_over_it(address, workspace):
    shown = get(address, workspace, "boats", **lease(workspace)).text
    assert 'alt="Page 2 of 2"' in shown
    assert shown.count('class="bot-box quote"') == 1
    assert 'class="bot-more-page page-1"' in shown
    assert "page-3" not in shown
    (source,) = re.findall('src="([^"]+)"', shown)
    picture = httpx.get(f"{address}/{source}", trust_env=False)
    assert picture.headers["content-type"] == "image/png"
    assert picture.content.startswith(b"\x89PNG")


def test_a_cell_of_a_table_is_boxed_with_its_row_and_head_and_told_in_words():
    payload = pdf_of(
        [
            *column("Sales of the yard"),
            *grid(("", "2019", "2018"), ("Boats", "5,120", "4,075"), ("Oars", "9", "8")),
        ]
    )
    made = FakeWorkspace()
    (parsed,) = parse(payload, "yard.pdf")
    assert "Boats | 5,120 | 4,075" in parsed.text
    made.library["sample"]["yard"] = document = stored("yard", "Yard", parsed.text, pages=parsed.page_starts)
    made.originals[document.doc_id] = payload
    start, head, label = (parsed.text.index(words) for words in ("4,075", "2018", "Boats"))
    beside = f"{head}_{head + 4}_column-{label}_{label + 5}_row"
    with serving(made) as address:
        shown = get(address, made, "yard", start=start, end=start + 5, beside=beside).text
    assert shown.count('class="bot-box quote cell"') == 1
    assert re.findall('class="bot-box beside" style="[^"]+" title="([^"]+)"', shown) == ["Column", "Row"]
    assert '<figcaption class="bot-unseen">Marked: 4,075; Column: 2018; Row: Boats</figcaption>' in shown
    lefts = [float(left) for left in re.findall(r'class="bot-box[^"]*" style="left:([\d.]+)%', shown)]
    assert abs(lefts[0] - lefts[1]) < 2 < abs(lefts[0] - lefts[2])  # under its head, right of its label


def test_another_page_is_shown_without_boxes_and_the_text_with_marks(address, workspace):
    first = get(address, workspace, "boats", page=1, **lease(workspace)).text
    assert ('alt="Page 1 of 2"' in first, "bot-box" in first) == (True, False)
    text = get(address, workspace, "boats", view="text", **lease(workspace)).text
    assert '<mark class="quote">The lease</mark>' in text
    assert 'class="bot-view-page"' in text


def test_a_pdf_of_which_no_file_is_kept_is_shown_as_text(address, workspace):
    shown = get(address, workspace, "lost", **lease(workspace)).text
    assert '<mark class="quote">The lease</mark>' in shown
    assert "bot-view-page" not in shown
    assert get(address, workspace, "lost", "/page/1.png").status_code == 404


def test_a_pdf_that_cannot_be_drawn_is_shown_as_text_with_the_reason(address, workspace):
    shown = get(address, workspace, "broken", **lease(workspace)).text
    assert "Shown as text: Boats is a broken PDF" in shown
    assert '<mark class="quote">The lease</mark>' in shown


@pytest.mark.parametrize("tail", ["/page/0.png", "/page/3.png", "/page/-1.png", "/page/99999999999.png"])
def test_a_page_that_is_not_there_is_not_found(address, workspace, tail):
    assert get(address, workspace, "boats", tail).status_code == 404


@pytest.mark.parametrize("name", ["boats", "broken"])
@pytest.mark.parametrize("view", ["", "text", "page"])
def test_a_further_part_of_the_text_is_that_text_alone(address, workspace, name, view):
    shown = get(address, workspace, name, first=0, last=20, view=view, **lease(workspace)).text
    assert shown.startswith('<p class="bot-page-number">Page 1</p><p>A note on boats')
    assert not any(part in shown for part in ("bot-sheet", "bot-view-page", "Shown as text"))


def test_a_quote_over_two_pages_is_boxed_on_each(address, workspace):
    text = workspace.library["sample"]["boats"].text
    over = {"start": text.index("float"), "end": text.index("lease") + 5}
    for page in (1, 2):
        shown = get(address, workspace, "boats", page=page, **over).text
        assert (f'alt="Page {page} of 2"' in shown, shown.count("bot-box quote")) == (True, 1)


def test_a_page_is_drawn_once_for_its_boxes_and_its_picture(workspace, monkeypatch):
    pages = []

    def counted(payload, name, request):
        pages.append(request.page)
        return page_image(payload, name, request)

    monkeypatch.setattr("bot.web.sheets.page_image", counted)
    sheets, document = Sheets(workspace), workspace.library["sample"]["boats"]
    shown = sheets.sheet(document, 2, ()).image.png
    assert sheets.picture(document, 2) == shown
    assert pages == [2]
