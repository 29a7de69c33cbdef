"""Answers over a public question set, in Markdown: `python -m benchmarks.answers --set squad2 --n 200`.

The same code as `bot evaluate` asks a seeded sample of questions. Quoting alone is measured on the same
answers: the evidence is chosen before anything is phrased, so putting each phrased sentence's quote in its
place gives what the bot says without a generator. Home and predictions lie in the user's cache folder; an
interrupted run goes on where it stopped, and nothing made by other code or settings is reused.
"""

from __future__ import annotations

import argparse
import hashlib
import math
import shutil
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import bot
from benchmarks.machine import command, machine, today, with_interval, write_result
from benchmarks.sets import SETS, QuestionSet
from bot.cli import quiet_libraries
from bot.datatypes import IngestOutcome
from bot.errors import BotError
from bot.evaluate.gold import GoldRow, read_gold, sample
from bot.evaluate.metrics import Costs, metrics
from bot.evaluate.names import GOLD_IN_WORDS
from bot.evaluate.predict import predict
from bot.evaluate.promises import quoting_alone
from bot.evaluate.run import answered, relevance_of, stored_texts
from bot.evaluate.runs import Run, Settings
from bot.evaluate.score import score
from bot.evaluate.scored import Scored
from bot.evaluate.scores import Columns
from bot.progress import ingest_bars
from bot.selection import DEFAULT_K
from bot.weights import BUNDLED_GENERATOR, cache_folder
from bot.workspace import Workspace

PACKAGE = Path(bot.__file__).parent
# What a stored collection depends on: it is made anew when any of it changes.
INGESTING = (
    "parse",
    "store",
    "byline.py",
    "captions.py",
    "captions.py",
    "cells.py",
    "chunk.py",
    "embed.py",
    "ingest.py",
    "sentences.py",
    "tables.py",
    "tokens.py",
)
FITTED_ON = Path(__file__).parent / "fitted_on.txt"
CACHE = cache_folder() / "benchmarks"
SHOWN = (
    "R@5", "R@10", "RR@10", GOLD_IN_WORDS, "abstained, answerable",
    "abstained, unanswerable", "sentences cited", "quotes exact", "phrased", "quoted", "computed",
)  # fmt: skip
Metrics = dict[str, Any]


def main() -> int:
    """Measure, print, and write with --write."""
    options = _options()
    quiet_libraries()
    try:
        markdown = report(options)
    except BotError as error:
        sys.stderr.write(f"benchmarks.answers: {error}\n")
        return 2
    print(markdown)
    if options.write:
        print(f"written to {write_result(f'{options.set}-answers', markdown)}", file=sys.stderr)
    return 0


def report(options: argparse.Namespace) -> str:
    """Return the Markdown block of a measurement.

    Raises:
        BotError: the set is not there, or the models are not.
    """
    chosen = SETS[options.set]
    gold = read_gold(chosen.folder / "gold.jsonl")
    used = fitted_on(chosen.name)
    rows = [row for row in gold.rows if row.row_id not in used and (row.answerable or not options.answerable)]
    sampled = sample(rows, options.n, seed=options.seed)
    workspace = _workspace(chosen, options)
    settings = Settings.of(
        workspace, gold_sha256=gold.sha256, collection=chosen.name, k=DEFAULT_K, retrieval_only=False
    )
    scored = asked(sampled, workspace, settings, fresh=options.fresh)
    columns = {_how(options): measured(scored, workspace, chosen.name)}
    if not options.quote_only:
        quoted = [replace(row, prediction=quoting_alone(row.prediction)) for row in scored]
        columns["quoting alone"] = measured(quoted, workspace, chosen.name)
    return "\n".join([*_head(chosen, options, _models(workspace), columns), "", *_table(columns), ""])


def asked(
    rows: Sequence[GoldRow], workspace: Workspace, settings: Settings, *, fresh: bool = False
) -> list[Scored]:
    """Ask the rows, except those asked before with the very same settings and code unless `fresh`."""
    named = hashlib.sha256(repr(asdict(settings)).encode()).hexdigest()[:12]
    folder = CACHE / "runs" / f"{settings.collection}-{named}"
    if fresh:
        shutil.rmtree(folder, ignore_errors=True)
    with Run.open(folder, settings) as run:
        predict(rows, workspace, settings, run)
        return list(answered(rows, run))


def measured(scored: Sequence[Scored], workspace: Workspace, collection: str) -> Metrics:
    """Return the figures of answers."""
    relevance, text_of, costs = (
        relevance_of(workspace, collection),
        stored_texts(workspace, collection),
        Costs(),
    )
    for one in scored:
        costs.add(one)
    scores = [score(one, relevance=relevance, text_of=text_of) for one in scored]
    return metrics(Columns.of(scores), costs, retrieval_only=False)


def fitted_on(name: str) -> frozenset[str]:
    """Return the ids of a set's questions that the weights of the evidence were fitted on.

    They are listed in FITTED_ON, one "<set>/<id>" a line; none are known where there is no such file.
    """
    if not FITTED_ON.is_file():
        return frozenset()
    listed = (line.partition("/") for line in FITTED_ON.read_text(encoding="utf-8").splitlines())
    return frozenset(row_id for listed_name, _, row_id in listed if listed_name == name)


def home_of(chosen: QuestionSet) -> Path:
    """Return a home of the set that is named by the corpus and by the code that takes it in."""
    corpus = chosen.folder / chosen.corpus
    files = [path for name in INGESTING for path in _files(PACKAGE / name) if path.suffix == ".py"]
    digest = hashlib.sha256()
    for path in [*files, *_files(corpus)]:
        digest.update(f"{path.name} {hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return CACHE / "homes" / f"{chosen.name}-{digest.hexdigest()[:12]}"


def take_in(chosen: QuestionSet, workspace: Workspace) -> None:
    """Ingest the set's corpus; documents that are in already stay.

    Raises:
        BotError: a document was refused.
    """
    with ingest_bars() as show:
        for event in workspace.ingest([chosen.folder / chosen.corpus], collection=chosen.name):
            show(event)
            if isinstance(event, IngestOutcome) and event.status == "refused":
                raise BotError(f"{event.source} was refused: {event.reason}")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.answers", description=__doc__)
    parser.add_argument("--set", choices=SETS, default="squad2")
    parser.add_argument("--n", type=int, default=200, metavar="N", help="questions to ask")
    parser.add_argument("--answerable", action="store_true", help="only questions that have an answer")
    parser.add_argument("--seed", type=int, default=7, help="of the sample")
    parser.add_argument("--model", default=BUNDLED_GENERATOR, metavar="M", help="generator")
    parser.add_argument("--quote-only", action="store_true", help="quote every sentence, phrase none")
    parser.add_argument("--no-rerank", action="store_true", help="stop retrieval at the fusion")
    parser.add_argument("--fresh", action="store_true", help="ask anew what was asked before")
    parser.add_argument("--write", action="store_true", help="write benchmarks/results/<set>-answers.md")
    return parser.parse_args()


def _workspace(chosen: QuestionSet, options: argparse.Namespace) -> Workspace:
    workspace = Workspace(
        home_of(chosen),
        model=options.model,
        rerank=not options.no_rerank,
        rerank_limit_s=math.inf,
        phrase=not options.quote_only,
    )
    take_in(chosen, workspace)
    return workspace


def _files(path: Path) -> list[Path]:
    return sorted(found for found in path.rglob("*") if found.is_file()) if path.is_dir() else [path]


def _models(workspace: Workspace) -> str:
    encoder = Path(workspace.encoder_setting).name
    phrasing = f"{workspace.model_name} phrases" if workspace.models.choice.phrase else "nothing is phrased"
    scoring = "reranks and chooses" if workspace.models.choice.rerank else "chooses, nothing is reranked"
    return f"{encoder} searches, {BUNDLED_GENERATOR} {scoring}, {phrasing}"


def _how(options: argparse.Namespace) -> str:
    return "quoting alone" if options.quote_only else "as the bot answers"


def _head(
    chosen: QuestionSet, options: argparse.Namespace, models: str, columns: Mapping[str, Metrics]
) -> Iterator[str]:
    found = next(iter(columns.values()))
    yield f"# Answers over {chosen.title}"
    yield ""
    yield f"- questions: {found['n']:,}, {found['n_answerable']:,} of them answerable; seed {options.seed}"
    yield f"- data: part of {chosen.title}, {chosen.url}, licence {chosen.licence}; see ../data.md"
    yield f"- note: {chosen.note}"
    if used := fitted_on(chosen.name):
        yield f"- left out: the {len(used):,} questions of the set that the evidence's weights were fitted on"
    yield f"- models: {models}"
    yield f"- machine: {machine()}"
    yield f"- command: `{command('benchmarks.answers')}`"
    yield f"- date: {today()}"
    yield ""
    yield "Intervals are 95 % percentile bootstrap intervals over questions (1,000 resamples, seeded)."
    if len(columns) > 1:
        yield "Quoting alone is the same run with each phrased sentence replaced by the words it cites."


def _table(columns: Mapping[str, Metrics]) -> Iterator[str]:
    found = list(columns.values())
    yield "| figure | " + " | ".join(f"{name} | n" for name in columns) + " |"
    yield "|---|" + "---|---|" * len(columns)
    for name in (name for name in SHOWN if name in found[0]["measures"]):
        yield _line(name, [_mean(column["measures"].get(name)) for column in found])
    yield _line("words in an answer, median (p90)", [_words(column) for column in found])
    yield _line("sentences with something made up", [_made_up(column) for column in found])
    for stage, seconds in found[0]["seconds"].items():  # the other column comes from the same run
        name = f"seconds, {stage.replace('_', ' ')}, median (p95)"
        yield _line(name, [_seconds(seconds), *[("", "")] * (len(found) - 1)])


def _line(name: str, cells: Sequence[tuple[str, str]]) -> str:
    return f"| {name} | " + " | ".join(f"{value} | {n}" for value, n in cells) + " |"


def _mean(figure: Mapping[str, Any] | None) -> tuple[str, str]:
    if figure is None:
        return "-", "0"
    return with_interval(figure), f"{figure['n']:,} {figure['unit']}"


def _words(found: Metrics) -> tuple[str, str]:
    words = found["words"]
    return (f"{words['median']:.0f} ({words['p90']:.0f})" if words["n"] else "-"), f"{words['n']:,} answers"


def _made_up(found: Metrics) -> tuple[str, str]:
    made_up = found["fabricated"]
    return f"{made_up['count']:,}", f"{made_up['n_sentences']:,} sentences"


def _seconds(seconds: Mapping[str, Any]) -> tuple[str, str]:
    if not seconds["n"]:
        return "-", "0 questions"
    return f"{seconds['p50']:.2f} ({seconds['p95']:.2f})", f"{seconds['n']:,} questions"


if __name__ == "__main__":
    raise SystemExit(main())
