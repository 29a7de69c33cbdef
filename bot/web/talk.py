"""A conversation of one session: turns that grow while an answer arrives. No HTML, no Gradio.

workspace events -> turns -> (`conversation`, `sources`) HTML -> page. Threads are frozen: each step of the
stream makes a new one. Stopping is a wish that the stream hears between two steps: cancelling it from
outside would free the models' place in the queue while the step at work still uses them.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Generator
from dataclasses import dataclass, field, replace

from bot.answer import MAX_QUESTION_CHARACTERS
from bot.datatypes import Answer, Citation, CitedSentence, Hit, Sentence, Stage
from bot.errors import BotError
from bot.web.choices import Choices, meant
from bot.web.excerpt import Excerpt, excerpt
from bot.web.faults import log_fault
from bot.web.workspace_like import WorkspaceLike

HISTORY_TURNS = 6  # what a follow-up question may refer back to
KEPT_TURNS = 40  # of a conversation on the page; older ones fall off the top
CLOSEST_HITS = 3
STOPPED = "Stopped."
FAULT = "Something went wrong here, not with your question. The terminal has the details."

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Source:
    """A citation with its words in place; `excerpt` is None where the document is gone or was replaced."""

    citation: Citation
    excerpt: Excerpt | None


@dataclass(frozen=True, slots=True)
class Turn:
    """A question and what is known of its answer. `number` counts from 1 and never changes.

    `status` is the stage at work while `busy`; `notice` is the line of an error or of a stop. `where`: the
    conditions on documents, as typed.
    """

    number: int
    question: str
    status: str = "Waiting for a free moment"
    busy: bool = True
    sentences: tuple[Sentence, ...] = ()
    sources: tuple[Source, ...] = ()
    closest: tuple[Hit, ...] = ()
    answer: Answer | None = None
    notice: str = ""
    where: str = ""
    token: str = field(default_factory=lambda: secrets.token_hex(8))  # unique among all sessions


Thread = tuple[Turn, ...]


def is_busy(thread: Thread) -> bool:
    """Tell whether the last question still waits for the end of its answer."""
    return bool(thread) and thread[-1].busy


def begin(thread: Thread, question: str) -> Thread:
    """Add a question; an empty one, or one asked while another is at work, changes nothing."""
    question = question.strip()[: MAX_QUESTION_CHARACTERS + 1]  # a longer one is refused, not cut in silence
    if not question or is_busy(thread):
        return thread
    number = thread[-1].number + 1 if thread else 1
    return (*thread, Turn(number, question))[-KEPT_TURNS:]


class Stops:
    """Wishes to end a turn early, from any thread of the server to the stream at work on it."""

    def __init__(self) -> None:
        self._wishes: dict[str, bool] = {}

    def stop(self, thread: Thread) -> None:
        """End the last turn at its next step, and leave what was shown of it."""
        if is_busy(thread):
            self._wishes[thread[-1].token] = True

    def forget(self, thread: Thread) -> None:
        """End the last turn at its next step without a trace, since its thread was cleared."""
        if is_busy(thread):
            self._wishes[thread[-1].token] = False

    def heard(self, turn: Turn) -> bool | None:
        """Return None where nothing was wished, else whether the end is to be shown."""
        return self._wishes.pop(turn.token, None)


def history(thread: Thread) -> tuple[tuple[str, str], ...]:
    """Return the finished turns as (role, text), oldest first, the last few only."""
    said = [turn for turn in thread if turn.answer is not None][-HISTORY_TURNS:]
    pairs = [(("user", turn.question), ("agent", turn.answer.text)) for turn in said if turn.answer]
    return tuple(line for pair in pairs for line in pair)


def converse(
    workspace: WorkspaceLike,
    thread: Thread,
    *,
    collection: str,
    stops: Stops | None = None,
    choices: Choices | None = None,
) -> Generator[Thread, None, None]:
    """Answer the last question of the thread, yielding the thread after each step.

    Nothing is yielded where no question waits. A BotError becomes the turn's notice; any other fault
    is logged with its traceback, and the page says so without it. A stopped turn keeps the sentences
    shown so far: each was checked before it was shown.
    """
    if not is_busy(thread):
        return
    earlier, turn = thread[:-1], thread[-1]
    stops, choices = stops or Stops(), choices or Choices()
    turn = replace(turn, where=choices.where)
    try:
        events = workspace.stream(
            turn.question, collection=collection, history=history(earlier), k=choices.k,
            threshold=choices.threshold, where=meant(choices.where),
        )  # fmt: skip
        for event in events:
            if (shown := stops.heard(turn)) is not None:
                if shown:
                    yield (*earlier, replace(turn, busy=False, notice=STOPPED))
                return
            turn = _advance(workspace, turn, event, collection=collection)
            yield (*earlier, turn)
    except BotError as error:
        turn = replace(turn, notice=str(error))
    except Exception:
        log_fault(logger, "answering failed")
        turn = replace(turn, notice=FAULT)
    if turn.busy:
        yield (*earlier, replace(turn, busy=False))


def vote(workspace: WorkspaceLike, thread: Thread, number: str, *, is_right: bool, collection: str) -> None:
    """Keep what a reader thinks of the answer of the turn of that number; of no such turn, nothing.

    Raises:
        UsageError: it cannot be written down.
    """
    for i, turn in enumerate(thread):
        if str(turn.number) == number and turn.answer is not None:
            earlier = history(thread[:i])
            workspace.vote(turn.answer, is_right=is_right, collection=collection, history=earlier)


def _advance(
    workspace: WorkspaceLike, turn: Turn, event: Stage | CitedSentence | Answer, *, collection: str
) -> Turn:
    """Fold one event into the turn. The whole answer, last, is the authority over what was streamed."""
    if isinstance(event, Stage):
        return replace(turn, status=event.text)
    if isinstance(event, CitedSentence):
        sources = _located(workspace, turn.sources, event.citations, collection=collection)
        return replace(turn, sentences=(*turn.sentences, event.sentence), sources=sources)
    return replace(
        turn,
        busy=False,
        answer=event,
        sentences=event.sentences,
        sources=_located(workspace, (), event.citations, collection=collection, known=turn.sources),
        closest=event.hits[:CLOSEST_HITS] if event.abstained else (),
    )


def _located(
    workspace: WorkspaceLike,
    sources: tuple[Source, ...],
    citations: tuple[Citation, ...],
    *,
    collection: str,
    known: tuple[Source, ...] = (),
) -> tuple[Source, ...]:
    """Add the citations not yet among the sources, each with its words in place, by marker."""
    at_hand = {source.citation: source for source in (*known, *sources)}
    shown = {source.citation.marker for source in sources}
    new = [citation for citation in citations if citation.marker not in shown]
    added = [at_hand.get(citation) or _locate(workspace, citation, collection) for citation in new]
    return tuple(sorted((*sources, *added), key=lambda source: source.citation.marker))


def _locate(workspace: WorkspaceLike, citation: Citation, collection: str) -> Source:
    """Read the document of a citation and cut the excerpt around its words."""
    try:
        document = workspace.document(collection, citation.doc_id)
    except BotError:
        return Source(citation, None)
    if document.text[citation.start : citation.end] != citation.quote:
        return Source(citation, None)
    return Source(citation, excerpt(document.text, citation.start, citation.end))
