"""A summary of one session as it is made: workspace events -> `Work` -> HTML. No HTML here, no Gradio.

It is a turn like a question's, so that it waits in the same line and is stopped in the same way.
"""

from __future__ import annotations

import logging
from collections.abc import Generator, Sequence
from dataclasses import dataclass, replace

from bot.datatypes import Document
from bot.errors import BotError
from bot.summary.datatypes import Length, Summary, SummaryProgress
from bot.web.choices import meant
from bot.web.excerpt import excerpt
from bot.web.faults import log_fault
from bot.web.line import Line
from bot.web.talk import FAULT, STOPPED, Source, Stops, Turn
from bot.web.waiting import seated
from bot.web.workspace_like import WorkspaceLike
from bot.where import chosen

NUMBER = 0  # of the turn: those of the chat count from 1
STAGES = {
    "reading": "Reading document {done} of {total}",
    "weighing": "Weighing section {done} of {total}",
    "writing": "Choosing and checking sentences",
}

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SummaryOrder:
    """What is to be summarised: doc_ids of a collection, () for all of it; how long, and about what.

    `where`: conditions on these documents, as `bot.web.choices.meant` reads them; "" for all of them.
    """

    collection: str
    names: tuple[str, ...]
    length: Length
    focus: str
    where: str = ""


@dataclass(frozen=True, slots=True)
class Work:
    """The turn of a summary, and the summary once it is there."""

    turn: Turn
    summary: Summary | None = None


def begin(line: Line) -> Work:
    """Take a place in the line; where there is none, the work has ended with the reason."""
    return Work(seated(Turn(NUMBER, ""), line))


def summarize(
    workspace: WorkspaceLike, work: Work, order: SummaryOrder, *, stops: Stops
) -> Generator[Work, None, None]:
    """Make the summary, yielding the work after each step. Faults are told as in `talk.converse`."""
    turn = work.turn
    try:
        for event in workspace.summarize(
            documents_of(workspace, order), length=order.length, focus=order.focus
        ):
            if (shown := stops.heard(turn)) is not None:
                if shown:
                    yield Work(replace(turn, busy=False, notice=STOPPED))
                return
            if isinstance(event, Summary):
                yield _done(turn, event)
                return
            turn = replace(turn, status=_status(event))
            yield Work(turn)
    except BotError as error:
        yield Work(replace(turn, busy=False, notice=str(error)))
    except Exception:
        log_fault(logger, "summarising failed")
        yield Work(replace(turn, busy=False, notice=FAULT))


def documents_of(workspace: WorkspaceLike, order: SummaryOrder) -> Sequence[Document]:
    """Return the documents of an order: of the collection only, never a path.

    Raises:
        UnknownCollection, UnknownDocument: it names what is not there.
        UsageError: its conditions hold of none of them, or are none.
    """
    where, collection = meant(order.where), order.collection
    if order.names:
        return chosen([workspace.document(collection, name) for name in order.names], where, collection)
    listed = chosen(workspace.documents(collection), where, collection)
    return [workspace.document(collection, each.doc_id) for each in listed]


def _done(turn: Turn, summary: Summary) -> Work:
    texts = {document.doc_id: document.text for document in summary.documents}
    sources = tuple(Source(c, excerpt(texts[c.doc_id], c.start, c.end)) for c in summary.citations)
    turn = replace(turn, busy=False, sentences=summary.sentences, sources=sources)
    return Work(turn, summary)


def _status(event: SummaryProgress) -> str:
    done = min(event.done + 1, event.total)
    return STAGES.get(event.stage, event.stage).format(done=done, total=event.total)
