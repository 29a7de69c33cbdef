"""Ask each question of a run that has no prediction yet, and keep what the bot says as it comes."""

from __future__ import annotations

import time
from collections.abc import Sequence

from bot.conversation import standalone_question
from bot.datatypes import Answer, Timings
from bot.evaluate.bar import Watch, watched
from bot.evaluate.gold import GoldRow
from bot.evaluate.runs import Prediction, Run, Settings
from bot.render import answer_json
from bot.where import where_in
from bot.workspace import Workspace


def predict(
    rows: Sequence[GoldRow], workspace: Workspace, settings: Settings, run: Run, watch: Watch = watched
) -> None:
    """Ask every question that the run has no prediction for yet; each is on disk before the next is asked.

    `watch` passes the questions on, each as it is about to be asked; what it raises ends the run there.

    Raises:
        UsageError: the folder cannot take more, as on a full disk; what is in it stays.
    """
    left = [row for row in rows if row.row_id not in run.predictions.ids]
    if left:
        _warm(workspace, settings)
    for row in watch(left, "questions"):
        run.predictions.add({"id": row.row_id} | _asked(row, workspace, settings))


def _warm(workspace: Workspace, settings: Settings) -> None:
    """Load what the first question would load, so that its seconds are like the others'."""
    workspace.bot(settings.collection).retriever.snapshot()
    if not settings.retrieval_only:
        workspace.warm()
        return
    with workspace.turns.taken():
        workspace.models.load_for_search()


def _asked(row: GoldRow, workspace: Workspace, settings: Settings) -> Prediction:
    if settings.retrieval_only:
        return _hits_only(row, workspace, settings)
    answer = workspace.ask(
        row.question,
        collection=settings.collection,
        history=row.history,
        k=settings.k,
        where=where_in(settings.where),
    )
    return answer_json(answer)


def _hits_only(row: GoldRow, workspace: Workspace, settings: Settings) -> Prediction:
    bot = workspace.bot(settings.collection).within(where_in(settings.where))
    with workspace.turns.taken():  # what is waited for another's question is no cost of this one
        started = time.perf_counter()
        hits = bot.retrieve(row.question, history=row.history)
        seconds = time.perf_counter() - started
    answer = Answer(
        question=row.question,
        standalone_question=standalone_question(row.question, row.history),
        kind="retrieval",
        sentences=(),
        citations=(),
        hits=tuple(hits),
        confidence=0.0,
        model="",
        timings=Timings(total=seconds),
    )
    shown = answer_json(answer)
    total = {"total": shown["timings_s"]["total"]}
    return {name: shown[name] for name in ("question", "standalone_question", "hits")} | {"timings_s": total}
