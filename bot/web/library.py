"""What becomes of the files being added, as HTML, and the folding of ingest events into a small report.

The list of what is in a collection is `listing.py`.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from bot.datatypes import IngestOutcome, IngestProgress, Upload
from bot.errors import BotError
from bot.fetch import plain
from bot.sources import UPLOADED
from bot.web.faults import log_fault
from bot.web.markup import block, plural, tag, text_tag
from bot.web.talk import FAULT
from bot.web.uploads import Stored, discard, payloads
from bot.web.workspace_like import WorkspaceLike

SHOWN_OUTCOMES = 60  # a corpus file may hold thousands of rows; the counts above them stay true
SHOWN_RUNNING = 6  # of a folder's files, those at work and the next ones
STAGE_WORDS = {"fetching": "Fetching", "parsing": "Reading", "embedding": "Indexing", "storing": "Saving"}
Event = IngestProgress | IngestOutcome

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Report:
    """How far an ingest is. `running` has one entry for each source at work, in order of arrival.

    `notice` is what could not be done, `told` what was, each one line. `begun`: False where nothing was
    tried, and the files are still there.
    """

    outcomes: tuple[IngestOutcome, ...] = ()
    running: tuple[IngestProgress, ...] = ()
    notice: str = ""
    told: str = ""
    done: bool = False
    begun: bool = True


def add(
    workspace: WorkspaceLike, files: Sequence[Stored], addresses: Sequence[str] = (), *, collection: str
) -> Iterator[Report]:
    """Ingest uploads and web addresses, yielding the report after each event and once more when all is done.

    What is refused unread is reported first. All files are gone from Gradio's folder afterwards.
    """
    refused = tuple(file.refusal for file in files if file.reason)
    named = [*(UPLOADED + file.name for file in files if not file.reason), *map(plain, addresses)]
    report = Report(outcomes=refused, running=tuple(IngestProgress(name, "waiting", 0, 0) for name in named))
    sources: Iterable[Upload | str] = chain(payloads(files), addresses)
    try:
        yield from _followed(report, lambda: workspace.ingest(sources, collection=collection))
    finally:
        discard(files)


def again(workspace: WorkspaceLike, *, collection: str, name: str) -> Iterator[Report]:
    """Read a stored document again, yielding the report as `add` does."""
    yield from _followed(Report(), lambda: workspace.again(collection, name))


def remove(workspace: WorkspaceLike, *, collection: str, name: str) -> Iterator[Report]:
    """Take a document out and say so, or say why not."""
    try:
        gone = workspace.remove(collection, name)
    except BotError as error:
        yield Report(notice=str(error), done=True)
    except Exception:
        log_fault(logger, "removing failed")
        yield Report(notice=FAULT, done=True)
    else:
        yield Report(told=f"Removed “{gone.title or gone.external_id}”.", done=True)


def _followed(report: Report, begin: Callable[[], Iterator[Event]]) -> Iterator[Report]:
    """Fold events into a report, yielding it at each; what goes wrong ends it with a notice."""
    yield report
    try:
        for event in begin():
            report = _advance(report, event)
            yield report
    except BotError as error:
        report = replace(report, notice=str(error))
    except Exception:
        log_fault(logger, "ingesting failed")
        report = replace(report, notice=FAULT)
    yield replace(report, running=(), done=True)


def _advance(report: Report, event: Event) -> Report:
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
    """Shorten a source to what a reader knows it by: the name of a file, of an upload with its folders.

    Example: "/home/x/a.pdf" -> "a.pdf", "upload:2023/a.pdf" -> "2023/a.pdf"
    """
    if source.startswith(UPLOADED):
        return source.removeprefix(UPLOADED)
    return source if "://" in source else source.replace("\\", "/").rsplit("/", 1)[-1] or source


def report_html(report: Report) -> str:
    """Render counts, the files at work, then outcomes, refused ones first."""
    refused_first = sorted(report.outcomes, key=lambda outcome: outcome.status != "refused")
    rows = [_progress_row(event) for event in report.running[:SHOWN_RUNNING]]
    rows += [_outcome_row(outcome) for outcome in refused_first[:SHOWN_OUTCOMES]]
    more = len(report.outcomes) - SHOWN_OUTCOMES
    return tag("div", block(
        text_tag("p", report.notice, css="bot-notice"),
        text_tag("p", report.told or _counts(report), css="bot-counts"),
        tag("ul", block(*rows), css="bot-rows") if rows else "",
        text_tag("p", f"and {plural(more, 'document')} more", css="bot-small") if more > 0 else "",
    ), css="bot-report")  # fmt: skip


def _counts(report: Report) -> str:
    counts = Counter(outcome.status for outcome in report.outcomes)
    order = ("added", "replaced", "unchanged", "refused")
    told = [f"{counts[status]:,} {status}" for status in order if counts[status]]
    to_go = [f"{len(report.running):,} to go"] if report.running else []
    return ", ".join(told + to_go)


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
