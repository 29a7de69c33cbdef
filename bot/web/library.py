"""The library tab: what is in a collection, and what became of the files just added, as HTML.

Also the folding of ingest events into a small frozen report, so that the page shows progress by file.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from bot.datatypes import DocumentSummary, IngestOutcome, IngestProgress, Upload
from bot.errors import BotError
from bot.web.markup import block, plural, tag, text_tag
from bot.web.talk import FAULT
from bot.web.workspace_like import WorkspaceLike

SHOWN_OUTCOMES = 60  # a corpus file may hold thousands of rows; the counts above them stay true
SHOWN_DOCUMENTS = 300
STAGE_WORDS = {"parsing": "Reading", "embedding": "Indexing", "storing": "Saving"}

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Report:
    """How far an ingest is. `running` has one entry for each source at work, in order of arrival."""

    outcomes: tuple[IngestOutcome, ...] = ()
    running: tuple[IngestProgress, ...] = ()
    notice: str = ""
    done: bool = False


def add(workspace: WorkspaceLike, uploads: Sequence[Upload], *, collection: str) -> Iterator[Report]:
    """Ingest uploads, yielding the report after each event and once more when all is done."""
    report = Report(running=tuple(IngestProgress(upload.name, "waiting", 0, 0) for upload in uploads))
    yield report
    try:
        for event in workspace.ingest(uploads, collection=collection):
            report = _advance(report, event)
            yield report
    except BotError as error:
        report = replace(report, notice=str(error))
    except Exception:
        logger.exception("ingesting failed")
        report = replace(report, notice=FAULT)
    yield replace(report, running=(), done=True)


def _advance(report: Report, event: IngestProgress | IngestOutcome) -> Report:
    """Fold one event into the report; an outcome ends the progress of its source."""
    name = shown_name(event.source)
    others = tuple(at_work for at_work in report.running if shown_name(at_work.source) != name)
    if isinstance(event, IngestOutcome):
        return replace(report, outcomes=(*report.outcomes, event), running=others)
    if len(others) == len(report.running):
        return replace(report, running=(*others, event))
    moved = (event if shown_name(at_work.source) == name else at_work for at_work in report.running)
    return replace(report, running=tuple(moved))


def shown_name(source: str) -> str:
    """Shorten a source to what a reader knows it by: "upload:a.pdf" -> "a.pdf"."""
    return source.removeprefix("upload:").replace("\\", "/").rsplit("/", 1)[-1] or source


def report_html(report: Report) -> str:
    """Render counts, the files at work, then outcomes, refused ones first."""
    refused_first = sorted(report.outcomes, key=lambda outcome: outcome.status != "refused")
    rows = [_progress_row(event) for event in report.running]
    rows += [_outcome_row(outcome) for outcome in refused_first[:SHOWN_OUTCOMES]]
    more = len(report.outcomes) - SHOWN_OUTCOMES
    return tag("div", block(
        text_tag("p", report.notice, css="bot-notice"),
        text_tag("p", _counts(report), css="bot-counts"),
        tag("ul", block(*rows), css="bot-rows") if rows else "",
        text_tag("p", f"and {plural(more, 'document')} more", css="bot-small") if more > 0 else "",
    ), css="bot-report")  # fmt: skip


def _counts(report: Report) -> str:
    counts = Counter(outcome.status for outcome in report.outcomes)
    order = ("added", "replaced", "unchanged", "refused")
    return ", ".join(f"{counts[status]:,} {status}" for status in order if counts[status])


def _progress_row(event: IngestProgress) -> str:
    """Render a file at work: what is being done, and how much of it, in whole passages."""
    stage = STAGE_WORDS.get(event.stage, event.stage.capitalize())
    much = f"{stage}, {event.done:,} of {event.total:,} passages" if event.total else stage
    return _row(shown_name(event.source), "working", much)


def _outcome_row(outcome: IngestOutcome) -> str:
    """Render what became of a document: the reason of a refusal, or the extent of a success."""
    told = [outcome.reason or ""]
    if outcome.status in {"added", "replaced"}:
        pages = plural(outcome.pages, "page") if outcome.pages else ""
        told = [", ".join(filter(None, (pages, plural(outcome.passages, "passage"))))]
    name = shown_name(outcome.source) if outcome.source else outcome.external_id
    return _row(name, outcome.status, ". ".join(filter(None, (*told, *outcome.warnings))))


def _row(name: str, status: str, detail: str) -> str:
    badge = text_tag("span", status, css=f"bot-badge {status}")
    told = text_tag("span", detail, css="bot-detail")
    return tag("li", block(text_tag("span", name, css="bot-name"), badge, told))


def documents_html(documents: Sequence[DocumentSummary]) -> str:
    """List a collection's documents by title, or say that there are none."""
    if not documents:
        return tag("div", text_tag("p", "No documents here yet."), css="bot-nothing")
    listed = sorted(documents, key=lambda document: document.title.casefold())[:SHOWN_DOCUMENTS]
    more = len(documents) - len(listed)
    return tag("div", block(
        text_tag("h3", plural(len(documents), "document")),
        tag("ul", block(*(_document_row(document) for document in listed)), css="bot-documents"),
        text_tag("p", f"and {plural(more, 'document')} more", css="bot-small") if more else "",
    ), css="bot-listed")  # fmt: skip


def _document_row(document: DocumentSummary) -> str:
    extent = plural(document.pages, "page") if document.pages else plural(document.characters, "character")
    title = text_tag("span", document.title or document.external_id, css="bot-name")
    detail = " · ".join((shown_name(document.source), extent, document.added[:10]))
    return tag("li", block(title, text_tag("span", detail, css="bot-detail")))
