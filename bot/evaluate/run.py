"""The line of `evaluate`: gold -> sample -> ask each -> predictions.jsonl -> metrics.json -> table."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from functools import lru_cache
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from bot.answer import checked_question
from bot.conversation import standalone_question
from bot.datatypes import Answer, Timings
from bot.errors import UnknownDocument
from bot.evaluate.gold import GoldRow, read_gold, sample
from bot.evaluate.runs import Prediction, Run, Settings
from bot.evaluate.score import Scored, TextOf, metrics
from bot.render import answer_json
from bot.workspace import Workspace

ESTIMATE_S = 300.0  # the time left is estimated from this many last seconds: questions differ
TEXTS_HELD = 64  # documents kept in memory while quotes are compared


def evaluate(workspace: Workspace, options: argparse.Namespace) -> dict[str, Any]:
    """Ask a gold file's questions, keep the answers in `options.out`, and return the metrics.

    A run that was interrupted goes on where it stopped when it is given the same folder.

    Raises:
        UsageError: the gold file, the limit or the folder cannot be used; see `read_gold` and `Run.open`.
        StoreError: the collection is not there or was embedded with another encoder.
        ModelNotFound: weights are missing.
    """
    gold = read_gold(Path(options.gold))
    rows = sample(gold.rows, options.limit)
    checked_question(rows[0].question, k=options.k)
    settings = Settings.of(
        workspace,
        gold_sha256=gold.sha256,
        collection=options.collection,
        k=options.k,
        retrieval_only=options.retrieval_only,
    )
    _warn_of_missing(rows, workspace, options.collection)
    run = Run.open(Path(options.out), settings)
    predict(rows, workspace, settings, run)
    scored = [Scored(row, run.predictions[row.row_id]) for row in rows]
    found = metrics(
        scored, text_of=stored_texts(workspace, options.collection), retrieval_only=settings.retrieval_only
    )
    found |= {"settings": asdict(settings)}
    run.write("metrics.json", found)
    return found


def predict(rows: Sequence[GoldRow], workspace: Workspace, settings: Settings, run: Run) -> None:
    """Ask every question that the run has no prediction for yet, and add each to it as it comes."""
    left = [row for row in rows if row.row_id not in run.predictions]
    if left:
        _warm(workspace, settings)
    for row in _with_bar(left):
        run.add({"id": row.row_id} | _asked(row, workspace, settings))


def stored_texts(workspace: Workspace, collection: str) -> TextOf:
    """Return a function from a doc_id to the stored document's text, None where it is not stored."""

    @lru_cache(maxsize=TEXTS_HELD)
    def text_of(doc_id: str) -> str | None:
        try:
            return workspace.document(collection, doc_id).text
        except UnknownDocument:
            return None

    return text_of


def table(found: Mapping[str, Any]) -> str:
    """Return metrics as lines of plain text: a mean with its interval, or a count, on each."""
    lines = [f"{'':<26}{'mean':>7}   95 % interval", *_mean_lines(found), *_answer_lines(found)]
    for stage, seconds in found["seconds"].items():
        if seconds["n"]:
            name, value = f"seconds, {stage.replace('_', ' ')}", seconds["p50"]
            lines.append(f"{name:<26}{value:>7.2f}   median of {seconds['n']:,}; p95 {seconds['p95']:.2f}")
    lines += [f"{kind}: {', '.join(ids)}" for kind, ids in found.get("broken", {}).items() if ids]
    return "\n".join([*lines, f"{found['n']:,} questions, {found['n_answerable']:,} of them answerable"])


def _mean_lines(found: Mapping[str, Any]) -> Iterator[str]:
    for name, figure in found["measures"].items():
        if figure["n"]:
            interval = f"[{figure['low']:.3f}, {figure['high']:.3f}]"
            yield f"{name:<26}{figure['mean']:>7.3f}   {interval}  {figure['n']:,} {figure['unit']}"


def _answer_lines(found: Mapping[str, Any]) -> Iterator[str]:
    words, made_up = found.get("answer_words"), found.get("fabricated_numbers")
    if words and words["n"]:
        value = words["median"]
        yield f"{'words in an answer':<26}{value:>7.0f}   median of {words['n']:,}; p90 {words['p90']:.0f}"
    if made_up:
        yield f"{'numbers made up':<26}{made_up['count']:>7}   in {made_up['n_sentences']:,} sentences"


def _warm(workspace: Workspace, settings: Settings) -> None:
    """Load what the first question would load, so that its seconds are like the others'."""
    workspace.bot(settings.collection).retriever.snapshot()
    if not settings.retrieval_only:
        workspace.warm()
        return
    workspace.encoder.encode_query("warm")
    if workspace.rerank:
        workspace.scorer.warm()


def _asked(row: GoldRow, workspace: Workspace, settings: Settings) -> Prediction:
    if settings.retrieval_only:
        return _hits_only(row, workspace, settings.collection)
    answer = workspace.ask(row.question, collection=settings.collection, history=row.history, k=settings.k)
    return answer_json(answer)


def _hits_only(row: GoldRow, workspace: Workspace, collection: str) -> Prediction:
    started = time.perf_counter()
    hits = workspace.retrieve(row.question, collection=collection, history=row.history)
    answer = Answer(
        question=row.question,
        standalone_question=standalone_question(row.question, row.history),
        kind="retrieval",
        sentences=(),
        citations=(),
        hits=tuple(hits),
        confidence=0.0,
        model="",
        timings=Timings(total=time.perf_counter() - started),
    )
    shown = answer_json(answer)
    total = {"total": shown["timings_s"]["total"]}
    return {name: shown[name] for name in ("question", "standalone_question", "hits")} | {"timings_s": total}


def _with_bar(rows: Sequence[GoldRow]) -> Iterator[GoldRow]:
    """Yield rows while a bar on stderr, if that is a terminal, shows how many are done and the time left."""
    console = Console(stderr=True)
    columns = (TextColumn("questions"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    bar = Progress(
        *columns,
        console=console,
        transient=True,
        disable=not console.is_terminal,
        speed_estimate_period=ESTIMATE_S,
    )
    with bar:
        yield from bar.track(rows, total=len(rows))


def _warn_of_missing(rows: Sequence[GoldRow], workspace: Workspace, collection: str) -> None:
    held = {document.external_id for document in workspace.documents(collection)}
    wanted = {doc_id for row in rows for doc_id in row.documents}
    if missing := sorted(wanted - held):
        n_missing = f"{len(missing)} of the {len(wanted)} documents"
        sys.stderr.write(
            f"bot: {n_missing} that the gold rows name are not in collection "
            f"{collection!r}, {missing[0]!r} for one: ingest them, or name the collection they are in\n"
        )
