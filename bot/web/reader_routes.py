"""The routes from which reader.js takes a document: its text, marked, or its page, drawn with boxes.

    GET /reader/COLLECTION/DOC_ID?start=10&end=20&beside=0_4_row&view=page a fragment of HTML
    GET /reader/COLLECTION/DOC_ID/page/N.png                               the picture of a page

A fragment, not a page: what is fetched is put into the reader of our own page, under its content policy.
A PDF is shown as its pages, drawn in the sandbox from the file that is kept; everything else, and a PDF
that cannot be drawn, as text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, FastAPI
from fastapi.responses import HTMLResponse, PlainTextResponse, Response

from bot.chunk import page_of
from bot.datatypes import Document
from bot.errors import BotError, ParseError
from bot.web.markup import block, text_tag
from bot.web.reader import (
    BESIDE,
    CELL,
    WINDOW_CHARACTERS,
    Mark,
    document_html,
    fills_cell,
    legend,
    window_around,
)
from bot.web.sheets import Sheets, sheet_html
from bot.web.sources import CONTEXT_NAMES
from bot.web.workspace_like import WorkspaceLike

MAX_BESIDE = 40  # ranges: what a row or a cell is cited with
_RANGE = re.compile(r"([0-9]{1,12})_([0-9]{1,12})(?:_([a-z]+))?")
PICTURE_HEADERS = {"Cache-Control": "private, max-age=3600"}  # a doc_id is one version of a document


@dataclass(frozen=True, slots=True)
class Wanted:
    """What of a document is to be shown; see the module. `first` and `last` are a window of the text."""

    start: int = 0
    end: int = 0
    near: bool = False
    beside: str = ""
    first: int = -1
    last: int = -1
    view: str = ""
    page: int = 0

    def marks(self, text: str) -> list[Mark]:
        """Return the marked ranges of a text, the quote first."""
        n = len(text)
        start, end = _range(self.start, self.end, n)
        kind = "near" if self.near else CELL if fills_cell(text, start, end) else "quote"
        quote = [Mark(start, end, kind)] if end > start else []
        return quote + [Mark(*_range(a, b, n), BESIDE, title) for a, b, title in _beside(self.beside)]

    @property
    def is_window(self) -> bool:
        """Tell whether a part of the text is asked for, to be put beside another part of it."""
        return 0 <= self.first < self.last

    def window(self, text: str) -> tuple[int, int]:
        """Return the part of a text that is asked for, or that the quote stands in."""
        n = len(text)
        if self.is_window:
            return _range(self.first, min(self.last, self.first + 2 * WINDOW_CHARACTERS), n)
        return window_around(text, *_range(self.start, self.end, n))


def add_reader(app: FastAPI, workspace: WorkspaceLike) -> None:
    """Add the routes to an application."""
    sheets = Sheets(workspace)

    @app.get("/reader/{collection}/{doc_id}")
    def read(collection: str, doc_id: str, wanted: Annotated[Wanted, Depends()]) -> Response:
        try:
            document = workspace.document(collection, doc_id)
        except BotError as error:
            return PlainTextResponse(str(error), status_code=404)
        return HTMLResponse(_shown(sheets, document, wanted, collection=collection))

    @app.get("/reader/{collection}/{doc_id}/page/{page}.png")
    def picture(collection: str, doc_id: str, page: int) -> Response:
        try:
            png = sheets.picture(workspace.document(collection, doc_id), page)
        except BotError as error:
            return PlainTextResponse(str(error), status_code=404)
        return Response(png, media_type="image/png", headers=PICTURE_HEADERS)


def _shown(sheets: Sheets, document: Document, wanted: Wanted, *, collection: str) -> str:
    marks, note = wanted.marks(document.text), ""
    has_pages = not wanted.is_window and sheets.has(document)
    if has_pages and wanted.view != "text":
        page = wanted.page or page_of(_first(marks, wanted.start), document.page_starts) or 1
        try:
            return sheet_html(sheets.sheet(document, page, marks), document, collection=collection)
        except ParseError as error:
            has_pages, note = False, text_tag("p", f"Shown as text: {error}", css="bot-caveat")
    to_pages = text_tag("button", "Page", css="bot-view-page", type="button") if has_pages else ""
    said = "" if wanted.is_window else legend(marks)
    return block(note, to_pages, said, document_html(document, wanted.window(document.text), marks))


def _first(marks: Sequence[Mark], otherwise: int) -> int:
    return marks[0].start if marks else max(otherwise, 0)


def _range(start: int, end: int, n: int) -> tuple[int, int]:
    start = min(max(start, 0), n)
    return start, min(max(end, start), n)


def _beside(written: str) -> list[tuple[int, int, str]]:
    """Read "0_4-9_12_row" -> [(0, 4, ""), (9, 12, "Row")]; what is no range is left out."""
    found = [_RANGE.fullmatch(part) for part in written.split("-")[:MAX_BESIDE]]
    return [(int(r[1]), int(r[2]), CONTEXT_NAMES.get(r[3] or "", "")) for r in found if r]
