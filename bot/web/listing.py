"""What is in a collection, as a table: one row for each document, with what can be done to it.

library.js filters and sorts the rendered rows, and takes the presses; it knows a row's document by the
class `doc-<id>`, and the columns by theirs.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.about import about, fields_of, headed
from bot.datatypes import DocumentSummary
from bot.web.library import shown_name
from bot.web.markup import block, plural, tag, text_tag

SHOWN_DOCUMENTS = 2_000  # rows: what a browser still filters while one types
DATE_CHARACTERS = 24
KIND_WORDS = {
    "pdf": "PDF", "html": "HTML", "docx": "Word", "odt": "OpenDocument", "epub": "EPUB", "rtf": "RTF",
    "markdown": "Markdown", "text": "Text", "jsonl": "Corpus row",
}  # fmt: skip
COLUMNS = (
    ("title", "Title"), ("type", "Type"), ("date", "Date"), ("pages", "Pages"),
    ("passages", "Passages"), ("size", "Characters"),
)  # fmt: skip
ACTIONS = (("bot-doc-read", "Read"), ("bot-doc-again", "Read again"), ("bot-doc-remove", "Remove"))
_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}(?=T|\s|$)")


def documents_html(documents: Sequence[DocumentSummary], *, collection: str) -> str:
    """List a collection's documents by title, or teach how to add the first."""
    if not documents:
        return _nothing(collection)
    listed = sorted(documents, key=lambda document: shown_title(document).casefold())[:SHOWN_DOCUMENTS]
    more = len(documents) - len(listed)
    unlisted = f"and {plural(more, 'document')} more, which neither this list nor its search reaches"
    return tag("div", block(
        _table(listed, caption=f"{plural(len(documents), 'document')} in “{collection}”"),
        tag("p", "Nothing matches.", css="bot-no-match"),
        text_tag("p", unlisted, css="bot-small") if more else "",
    ), css="bot-listed")  # fmt: skip


def _nothing(collection: str) -> str:
    """Say what a collection is for, to one who sees it empty."""
    steps = (
        "Drop articles or filings here, or whole folders of them: PDF, HTML, Word, EPUB, text.",
        "Press “Add files”. Each is read, cut into passages and indexed on this machine.",
        "Ask in the Chat tab. Every sentence of an answer shows the words that it rests on.",
    )
    return tag("div", block(
        text_tag("h3", f"Nothing in “{collection}” yet"),
        tag("ol", block(*(text_tag("li", step) for step in steps)), css="bot-steps"),
    ), css="bot-nothing")  # fmt: skip


def _table(documents: Sequence[DocumentSummary], *, caption: str) -> str:
    heads = (
        tag("th", text_tag("button", label, css="bot-sort", type="button"), css=f"bot-{name}", scope="col")
        for name, label in COLUMNS
    )
    last = tag("th", text_tag("span", "Actions", css="bot-unseen"), css="bot-row-actions", scope="col")
    return tag("table", block(
        tag("caption", block(text_tag("span", caption), tag("span", "", css="bot-matching", role="status"))),
        tag("thead", tag("tr", block(*heads, last))),
        tag("tbody", block(*(_row(document) for document in documents))),
    ), css="bot-documents")  # fmt: skip


def _row(document: DocumentSummary) -> str:
    _, known = headed(document.title, about(document.metadata))
    detail = " · ".join(filter(None, (shown_name(document.source), known)))
    title = block(
        text_tag("span", shown_title(document), css="bot-name"), text_tag("span", detail, css="bot-detail")
    )
    pages = f"{document.pages:,}" if document.pages else "–"
    buttons = (text_tag("button", label, css=css, type="button") for css, label in ACTIONS)
    return tag("tr", block(
        tag("th", title, css="bot-title", scope="row"),
        text_tag("td", kind_words(document), css="bot-type"),
        _date_cell(document),
        text_tag("td", pages, css="bot-pages" if document.pages else "bot-pages none"),
        text_tag("td", f"{document.passages:,}", css="bot-passages"),
        text_tag("td", f"{document.characters:,}", css="bot-size"),
        tag("td", block(*buttons), css="bot-row-actions"),
    ), css=f"bot-document doc-{document.doc_id}")  # fmt: skip


def _date_cell(document: DocumentSummary) -> str:
    """Show the document's own date, of a filing the day it was filed or is of; or the day it was added."""
    if date := document.date or fields_of("", document.metadata).get("date"):
        return text_tag("td", _day(date), css="bot-date")
    added = block(text_tag("span", "added ", css="bot-added"), text_tag("span", document.added[:10]))
    return tag("td", added, css="bot-date added")


def _day(date: str) -> str:
    """Leave the time of day out of an ISO date; another writing is shown as it is, cut where it is long."""
    found = _ISO_DAY.match(date)
    return found.group() if found else date[:DATE_CHARACTERS]


def shown_title(document: DocumentSummary) -> str:
    """Return what to call a document."""
    return document.title or document.external_id


def kind_words(document: DocumentSummary) -> str:
    """Say what a document was read from; a row may have a type of its own, so its source comes first."""
    if document.source.endswith(f"#{document.external_id}"):
        return KIND_WORDS["jsonl"]
    if document.source.startswith(("https://", "http://")):
        return "Web page"
    return KIND_WORDS.get(document.type, document.type.capitalize()[:DATE_CHARACTERS] or "–")
