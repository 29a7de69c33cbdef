"""Pages of a PDF to look at: document, page, marks -> picture and boxes (in the sandbox) -> HTML.

The pictures are kept for a while, those of the last few pages: the fragment with the boxes and the picture
itself are two requests of one press.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

from bot.datatypes import Document
from bot.errors import ParseError
from bot.parse import PageImage, PageRequest, page_image
from bot.parse.kinds import begins_as_pdf
from bot.parse.sheet import MAX_RANGES, Box
from bot.web.markup import block, escape, tag, text_tag
from bot.web.reader import Mark, legend, titled
from bot.web.workspace_like import WorkspaceLike

KEPT_PICTURES = 16
AT_ONCE = 4  # drawing processes: a press of many readers must not start as many
KEPT_ANSWERS = 256  # documents of which it is known whether they have pages to be drawn


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page, counted from 1, as drawn; `marks` has the mark of each range that its boxes are of."""

    page: int
    image: PageImage
    marks: tuple[Mark, ...]


class Sheets:
    """Draws pages of the documents of a workspace. Safe to use from several threads."""

    def __init__(self, workspace: WorkspaceLike) -> None:
        self._workspace = workspace
        self._pictures: OrderedDict[tuple[str, int], bytes] = OrderedDict()
        self._is_pdf: OrderedDict[str, bool] = OrderedDict()
        self._lock = threading.Lock()
        self._turns = threading.BoundedSemaphore(AT_ONCE)

    def has(self, document: Document) -> bool:
        """Tell whether a document is a PDF of which the file was kept."""
        if not document.page_starts:
            return False
        with self._lock:
            known = self._is_pdf.get(document.doc_id)
        if known is None:
            original = self._workspace.original(document.doc_id)
            known = original is not None and begins_as_pdf(original)
            self._keep(self._is_pdf, document.doc_id, known, KEPT_ANSWERS)
        return known

    def sheet(self, document: Document, page: int, marks: Sequence[Mark]) -> Sheet:
        """Draw a page, counted from 1, with boxes over its part of the marks.

        Raises:
            ParseError: there is no such page, no file, or it cannot be drawn.
        """
        first, last = _extent(document, page)
        here = [m for m in marks if m.start < last and first < m.end][:MAX_RANGES]
        ranges = [(max(m.start, first) - first, min(m.end, last) - first) for m in here]
        image = self._drawn(document, PageRequest(page, document.text[first:last], ranges))
        self._keep(self._pictures, (document.doc_id, page), image.png, KEPT_PICTURES)
        return Sheet(page, image, tuple(here))

    def picture(self, document: Document, page: int) -> bytes:
        """Return a page as a PNG.

        Raises:
            ParseError: there is no such page, no file, or it cannot be drawn.
        """
        key = (document.doc_id, page)
        with self._lock:
            known = self._pictures.get(key)
            if known is not None:
                self._pictures.move_to_end(key)
        return known if known is not None else self.sheet(document, page, ()).image.png

    def _drawn(self, document: Document, request: PageRequest) -> PageImage:
        original = self._workspace.original(document.doc_id) if self.has(document) else None
        if original is None:
            raise ParseError(f"{document.title} has no pages that can be drawn")
        with self._turns:
            return page_image(original, document.title, request)

    def _keep(self, kept: OrderedDict, key: object, value: object, most: int) -> None:
        with self._lock:
            kept[key] = value
            kept.move_to_end(key)
            while len(kept) > most:
                kept.popitem(last=False)


def _extent(document: Document, page: int) -> tuple[int, int]:
    """Return where the text of a page begins and ends."""
    starts = (*document.page_starts, len(document.text))
    if not 1 <= page <= len(document.page_starts):
        raise ParseError(f"{document.title} has no page {page}")
    return starts[page - 1], starts[page]


def sheet_html(sheet: Sheet, document: Document, *, collection: str) -> str:
    """Render a page with its boxes, and what leads to other pages and to the text."""
    page, image, n = sheet.page, sheet.image, len(document.page_starts)
    picture = (
        f'<img src="./reader/{escape(quote(collection, safe=""))}/{escape(document.doc_id)}/page/{page}.png" '
        f'alt="Page {page} of {n}" width="{image.width}" height="{image.height}">'
    )
    boxes = [_box(box, sheet.marks[box.of]) for box in image.boxes]
    leads = [
        _lead("Previous page", page - 1) if page > 1 else "",
        text_tag("span", f"Page {page} of {n}"),
        _lead("Next page", page + 1) if page < n else "",
        text_tag("button", "Text", css="bot-view-text", type="button"),
    ]
    figure = tag("figure", block(picture, *boxes, _caption(sheet, document)), css="bot-sheet")
    return block(tag("div", block(*leads), css="bot-sheet-bar"), legend(sheet.marks), figure)


def _box(box: Box, mark: Mark) -> str:
    at = f"left:{box.left:.4%};top:{box.top:.4%};width:{box.width:.4%};height:{box.height:.4%}"
    return tag("span", css=f"bot-box {mark.kind}", style=at, **titled(mark))


def _caption(sheet: Sheet, document: Document) -> str:
    """Say what is boxed on a page, for whoever does not see it: "Marked: $5; Column: 2019"."""
    boxed = {box.of for box in sheet.image.boxes}
    words = [
        f"{mark.title or 'Marked'}: {' '.join(document.text[mark.start : mark.end].split())}"
        for i, mark in enumerate(sheet.marks)
        if i in boxed
    ]
    return text_tag("figcaption", "; ".join(words), css="bot-unseen")


def _lead(label: str, page: int) -> str:
    return text_tag("button", label, css=f"bot-more-page page-{page}", type="button")
