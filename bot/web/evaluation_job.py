"""The evaluation at work on this server: one at a time, in a thread of its own, whoever looks at it.

It outlives the page that began it. Each of its questions waits for its turn at the models (`bot.turns`), so
the chat goes on; a stop is heard before the next question, and what was answered is kept.
"""

from __future__ import annotations

import logging
import secrets
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from bot.errors import BotError, UsageError
from bot.evaluate.gold import GoldRow, sample
from bot.evaluate.gold.sets import gold_file, read_named
from bot.web.faults import log_fault
from bot.web.talk import FAULT
from bot.web.workspace_like import WorkspaceLike

LOOK_S = 0.4  # how often one who follows a run looks at it

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be evaluated. `limit`: questions to ask, None for all; `gold` is the name of a set."""

    gold: str
    collection: str
    limit: int | None = None
    retrieval_only: bool = False


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is. `done` of `total` questions have been asked, `fresh` of them since it was begun.

    `finished` is the name of the run once its figures are there, `notice` the line of an error or of a stop.
    Seconds are those of `time.monotonic`.
    """

    order: Order
    total: int
    done: int = 0
    fresh: int = 0
    question: str = ""
    since_s: float = 0.0
    now_s: float = 0.0
    busy: bool = True
    stopping: bool = False
    notice: str = ""
    finished: str = ""
    token: str = field(default_factory=lambda: secrets.token_hex(8))  # of this beginning of a run

    @property
    def seconds_left(self) -> float | None:
        """About how long it takes from here; None before the first question is answered."""
        if not self.fresh:
            return None
        return (self.now_s - self.since_s) / self.fresh * (self.total - self.done)


class _Stopped(Exception):
    """Raised between two questions, once a stop was wished."""


class Evaluator:
    """Begins runs, stops them, and says how far they are. Safe to call from any thread."""

    def __init__(self, workspace: WorkspaceLike) -> None:
        self.workspace = workspace
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._progress: Progress | None = None

    @property
    def progress(self) -> Progress | None:
        """The run at work, or the last one; None before the first."""
        return self._progress

    def begin(self, order: Order) -> Progress:
        """Begin a run, or go on with the one of the same settings that was interrupted.

        Raises:
            UsageError: another is at work, or the gold set or the limit cannot be used.
        """
        rows = read_named(gold_file(self.workspace.home, order.gold), order.gold)
        total = len(sample(rows, order.limit))
        with self._lock:
            if self._progress and self._progress.busy:
                raise UsageError("an evaluation is running already: wait for its end, or stop it")
            begun = self._progress = Progress(order, total)
            self._thread = threading.Thread(target=self._run, args=(order,), name="evaluate", daemon=True)
            self._thread.start()
        return begun

    def stop(self) -> Progress | None:
        """Wish for the end of the run before its next question."""
        with self._lock:
            if self._progress and self._progress.busy:
                self._progress = replace(self._progress, stopping=True)
            return self._progress

    def follow(self) -> Iterator[Progress]:
        """Yield how far the run is whenever that has changed, until it has ended; nothing without one."""
        seen = None
        while (now := self._progress) is not None:
            if now is not seen:
                yield now
                seen = now
            if not now.busy:
                return
            time.sleep(LOOK_S)

    def finish(self, order: Order) -> str:
        """Run to the end and return the name of the run.

        Raises:
            UsageError: see `begin`; or it was stopped, or could not be done.
        """
        self.begin(order)
        *_, last = self.follow()
        if not last.finished:
            raise UsageError(last.notice)
        return last.finished

    def _run(self, order: Order) -> None:
        try:
            folder = self.workspace.evaluate(
                gold_file(self.workspace.home, order.gold), collection=order.collection, limit=order.limit,
                retrieval_only=order.retrieval_only, watch=self._watch,
            )  # fmt: skip
            self._change(busy=False, finished=folder.name, question="")
        except _Stopped:
            self._change(
                busy=False, notice="Stopped. Run it again with the same settings to go on from here."
            )
        except BotError as error:
            self._change(busy=False, notice=str(error))
        except Exception:
            log_fault(logger, "evaluating failed")
            self._change(busy=False, notice=FAULT)

    def _watch(self, rows: Sequence[GoldRow], _label: str) -> Iterator[GoldRow]:
        """Pass the questions on, each as it is asked: see `bot.evaluate.predict`."""
        assert self._progress is not None
        earlier = self._progress.total - len(rows)
        for fresh, row in enumerate(rows):
            if self._progress.stopping:
                raise _Stopped
            now_s = time.monotonic()
            since_s = self._progress.since_s if fresh else now_s
            self._change(
                done=earlier + fresh, fresh=fresh, question=row.question, since_s=since_s, now_s=now_s
            )
            yield row
        self._change(done=earlier + len(rows), question="")

    def _change(self, **fields: object) -> None:
        with self._lock:
            assert self._progress is not None
            self._progress = replace(self._progress, **fields)  # type: ignore[arg-type]
