"""The routes from which reader.js takes a document: its text, marked, as a fragment of HTML.

    GET /reader/COLLECTION/DOC_ID?start=10&end=20&beside=0_4&first=0&last=400

A fragment, not a page: what is fetched is put into the reader of our own page, under its content policy.
"""

from __future__ import annotations

from fastapi import FastAPI
from fastapi.responses import HTMLResponse, PlainTextResponse, Response

from bot.errors import BotError
from bot.web.reader import WINDOW_CHARACTERS, Mark, document_html, window_around
from bot.web.workspace_like import WorkspaceLike

MAX_BESIDE = 40  # ranges: what stands over a cited row


def add_reader(app: FastAPI, workspace: WorkspaceLike) -> None:
    """Add the routes to an application."""

    @app.get("/reader/{collection}/{doc_id}")
    def read(
        collection: str,
        doc_id: str,
        start: int = 0,
        end: int = 0,
        near: bool = False,
        beside: str = "",
        first: int = -1,
        last: int = -1,
    ) -> Response:
        try:
            document = workspace.document(collection, doc_id)
        except BotError as error:
            return PlainTextResponse(str(error), status_code=404)
        n = len(document.text)
        start, end = _range(start, end, n)
        marks = [Mark(start, end, "near" if near else "quote")] if end > start else []
        marks += [Mark(*_range(*pair, n), "beside") for pair in _pairs(beside)]
        last = min(last, first + 2 * WINDOW_CHARACTERS)
        window = _range(first, last, n) if 0 <= first < last else window_around(document.text, start, end)
        return HTMLResponse(document_html(document, window, marks))


def _range(start: int, end: int, n: int) -> tuple[int, int]:
    start = min(max(start, 0), n)
    return start, min(max(end, start), n)


def _pairs(beside: str) -> list[tuple[int, int]]:
    """Read "0_4-9_12" -> [(0, 4), (9, 12)]; what is no range is left out."""
    pairs = [part.split("_") for part in beside.split("-")[:MAX_BESIDE]]
    return [(int(a), int(b)) for a, b in (p for p in pairs if len(p) == 2) if a.isdecimal() and b.isdecimal()]
