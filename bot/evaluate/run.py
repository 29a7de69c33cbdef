"""The line of `evaluate`: gold -> sample -> ask each -> score each -> figures -> files -> metrics."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from functools import lru_cache
from pathlib import Path
from typing import Any

from bot.answer import checked_question
from bot.errors import UnknownDocument, UsageError
from bot.evaluate.bar import Watch, watched
from bot.evaluate.compare import comparison, read_other
from bot.evaluate.gates import failures, read_gates
from bot.evaluate.gold import GoldRow, read_gold, sample
from bot.evaluate.gold.files import gold_bytes, gold_lines
from bot.evaluate.leave_out import ask_without
from bot.evaluate.metrics import Costs, metrics
from bot.evaluate.names import PASSAGE
from bot.evaluate.predict import predict
from bot.evaluate.promises import TextOf
from bot.evaluate.rankings import judged
from bot.evaluate.relevance import Relevance
from bot.evaluate.report import write_report
from bot.evaluate.runs import Run, Settings, replacing
from bot.evaluate.score import score
from bot.evaluate.scored import Scored
from bot.evaluate.scores import Columns, read_scores
from bot.evaluate.trec import PASSAGE_QRELS, PASSAGE_RUN, QRELS, RUN, write_trec
from bot.where import where_of
from bot.workspace import Workspace

TEXTS_HELD = 64  # documents kept in memory while quotes are compared
SCORES = "scores.jsonl"
TREC_FILES = {"": (RUN, QRELS), PASSAGE: (PASSAGE_RUN, PASSAGE_QRELS)}


def evaluate(workspace: Workspace, options: argparse.Namespace, *, watch: Watch = watched) -> dict[str, Any]:
    """Ask a gold file's questions, keep the answers and their figures in `options.out`, return the metrics.

    A run that was interrupted goes on where it stopped when it is given the same folder. `watch` passes the
    questions on as they are asked: see `predict`. "gates" of the metrics has a line for each gate of
    `options.require` that was not passed.

    Raises:
        UsageError: the gold file, the limit, a gate, the run to compare with or the folder cannot be used, or
            the disk is full.
        StoreError: the collection is not there or was embedded with another encoder.
        ModelNotFound: weights are missing.
    """
    if options.leave_out and options.retrieval_only:
        raise UsageError("--leave-out looks at answers and --retrieval-only gives none: choose one of them")
    gold, out = read_gold(Path(options.gold)), Path(options.out)
    rows = sample(gold.rows, options.limit)
    checked_question(rows[0].question, k=options.k)
    gates = read_gates(options.require, kinds={row.kind for row in rows})
    settings = settings_of(options, workspace, gold_sha256=gold.sha256)
    other = read_other(Path(options.compare), gold_sha256=gold.sha256, out=out) if options.compare else None
    check_documents(rows, workspace, options.collection, path=Path(options.gold))
    with Run.open(out, settings) as run:
        predict(rows, workspace, settings, run, watch)
        left_out = ask_without(rows, workspace, settings, out) if options.leave_out else None
        try:
            columns, costs = score_all(rows, workspace, run, left_out=left_out or {})
            found = metrics(columns, costs, retrieval_only=settings.retrieval_only)
            found |= {"settings": asdict(settings), "gates": failures(gates, found)}
            if left_out is not None:
                found["left_out"] = {"n": len(left_out), "answered": [i for i in left_out if not left_out[i]]}
            if other:
                found["comparison"] = comparison(columns, asdict(settings), other)
            run.write("metrics.json", found)
            _report(run, rows, found, title=f"{Path(options.gold).name}, asked of {options.collection}")
        except OSError as error:
            raise UsageError(
                f"no room for the figures in {out} ({error.strerror}): the answers are kept; make room, "
                "then give the same command again"
            ) from error
    return found


def settings_of(options: argparse.Namespace, workspace: Workspace, *, gold_sha256: str) -> Settings:
    """Return the settings of the run that `options`, those of `bot evaluate`, ask for.

    Raises:
        UnknownCollection: there is none of that name.
        UsageError: a condition of `options.where` is none, or they hold of no document.
    """
    return Settings.of(
        workspace,
        gold_sha256=gold_sha256,
        collection=options.collection,
        k=options.k,
        retrieval_only=options.retrieval_only,
        where=where_of(options.where),
    )


def score_all(
    rows: Sequence[GoldRow], workspace: Workspace, run: Run, *, left_out: Mapping[str, bool]
) -> tuple[Columns, Costs]:
    """Score each prediction as it passes by; write `scores.jsonl` and the TREC files; return the scores."""
    collection, costs = run.settings.collection, Costs()
    relevance, text_of = relevance_of(workspace, collection), stored_texts(workspace, collection)
    with replacing(run.folder / SCORES) as draft, draft.open("w", encoding="utf-8") as stream:
        for scored in answered(rows, run):
            costs.add(scored)
            held = left_out.get(scored.gold.row_id)
            values = score(scored, relevance=relevance, text_of=text_of, left_out=held)
            stream.write(json.dumps(values.as_json(), ensure_ascii=False) + "\n")
    for prefix, (ranked, relevant) in TREC_FILES.items():
        each = ((s.gold.row_id, *judged(s, relevance)[prefix]) for s in answered(rows, run))
        write_trec(each, run=run.folder / ranked, qrels=run.folder / relevant)
    return Columns.of(read_scores(run.folder / SCORES)), costs


def answered(rows: Sequence[GoldRow], run: Run) -> Iterator[Scored]:
    """Yield the rows with their predictions, in the order asked; a run may hold more than these."""
    gold = {row.row_id: row for row in rows}
    for prediction in run.predictions:
        if row := gold.get(prediction["id"]):
            yield Scored(row, prediction)


def relevance_of(workspace: Workspace, collection: str) -> Relevance:
    """Return what can tell the relevant documents and passages of a collection."""
    passages = workspace.bot(collection).retriever.snapshot().loaded.passages
    return Relevance(passages, lambda doc_id: workspace.document(collection, doc_id))


def _report(run: Run, rows: Sequence[GoldRow], found: Mapping[str, Any], *, title: str) -> None:
    write_report(
        run.folder,
        title=title,
        metrics=found,
        scores=(each.as_json() for each in read_scores(run.folder / SCORES)),
        predictions=run.predictions,
        gold={row.row_id: row for row in rows},
        comparison=found.get("comparison"),
    )


def stored_texts(workspace: Workspace, collection: str) -> TextOf:
    """Return a function from a doc_id to the stored document's text, None where it is not stored."""

    @lru_cache(maxsize=TEXTS_HELD)
    def text_of(doc_id: str) -> str | None:
        try:
            return workspace.document(collection, doc_id).text
        except UnknownDocument:
            return None

    return text_of


def check_documents(rows: Sequence[GoldRow], workspace: Workspace, collection: str, *, path: Path) -> None:
    """Say on stderr how many of the documents that the rows of a gold file name are not stored.

    Raises:
        UsageError: none of them is.
    """
    held = {document.external_id for document in workspace.documents(collection)}
    wanted = dict.fromkeys(doc_id for row in rows for doc_id in row.documents)
    missing = [doc_id for doc_id in wanted if doc_id not in held]
    if not missing:
        return
    example = f"{missing[0]!r} of line {_line_of(missing[0], path)} for one"
    if len(missing) == len(wanted):
        raise UsageError(
            f"none of the {len(wanted)} documents that {path} names is in collection {collection!r} "
            f"({example}): is it another collection's gold file? Name that one, or ingest its documents"
        )
    sys.stderr.write(
        f"bot: {len(missing)} of the {len(wanted)} documents that {path} names are not in collection "
        f"{collection!r}, {example}: ingest them, or name the collection they are in\n"
    )


def _line_of(doc_id: str, path: Path) -> int:
    """Return the number of the first line of a gold file that names a document."""
    lines = gold_lines(gold_bytes(path), path)
    return next(line.number for line in lines if line.row and doc_id in line.row.documents)
