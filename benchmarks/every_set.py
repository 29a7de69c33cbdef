"""Every public set under the default configuration: `python -m benchmarks.every_set [--write]`.

Three runs of `bot evaluate` a set: the fused search over all questions, the answers to a sample, and the
reranked hits of a larger one that holds it, all seeded. Answering reranks too, so its hits are taken over; it
is asked once more without the documents that answer ("left out"), when it should abstain.
Questions that the evidence's weights were fitted on are left out.
Runs lie in the user's cache folder and go on where they stopped; the table is of the runs that are finished,
so a set can be measured at a time (`--sets tatqa`) and all of them be written at the end (`--ask --write`).
"""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from benchmarks.answers import CACHE, fitted_on, home_of, take_in
from benchmarks.machine import command, machine, today, with_interval, write_result
from benchmarks.sets import SETS, QuestionSet
from bot.cli import parser, quiet_libraries
from bot.errors import BotError
from bot.evaluate.gold import read_gold
from bot.evaluate.run import evaluate, settings_of
from bot.evaluate.runs import Run, code_sha256
from bot.workspace import Workspace

RUNS = {
    "fused": ["--retrieval-only", "--no-rerank"],
    "answers": ["--leave-out"],
    "reranked": ["--retrieval-only"],
}
SHOWN = {
    "fused": ("R@5", "RR@10", "nDCG@10", "AP@10", "passage R@5", "passage RR@10"),
    "reranked": ("R@5", "RR@10", "nDCG@10", "AP@10", "passage R@5", "passage RR@10"),
    "answers": (
        "gold in 45 words", "F1", "ROUGE-L", "numeric match", "citation precision", "citation recall",
        "support precision", "support recall", "sentences cited", "quotes exact", "fabrication", "phrased",
        "abstained, answerable", "abstained, left out", "abstained, unanswerable",
        "accuracy given attempted", "AUROC", "AURC",
    ),
}  # fmt: skip
HEADS = {
    "fused": "Search alone: dense and lexical, fused, every question",
    "reranked": "Search with the reranker",
    "answers": "Answers",
}


def main() -> int:
    """Ask, print, and write with --write."""
    options = _options()
    quiet_libraries()
    sizes = {"fused": None, "reranked": options.reranked, "answers": options.answers}
    try:
        for name in options.sets:
            for kind in options.ask:
                run(SETS[name], kind, sizes[kind])
    except BotError as error:
        sys.stderr.write(f"benchmarks.every_set: {error}\n")
        return 2
    print(markdown := "\n".join(report(options.note)))
    if options.write:
        print(f"written to {write_result('every-set', markdown)}", file=sys.stderr)
    return 0


def run(chosen: QuestionSet, kind: str, limit: int | None) -> None:
    """Ask a set's questions in one of the RUNS; a finished run is only scored again."""
    workspace = Workspace(home_of(chosen), rerank=kind != "fused", rerank_limit_s=math.inf)
    take_in(chosen, workspace)
    sized = ["--limit", str(limit)] if limit else []
    options = evaluation(unfitted(chosen), folder_of(chosen, kind), chosen.name, *RUNS[kind], *sized)
    if kind == "reranked":
        _take_over_hits(chosen, workspace, options)
    evaluate(workspace, options)


def _take_over_hits(chosen: QuestionSet, workspace: Workspace, options: argparse.Namespace) -> None:
    """Enter the hits of the questions that were answered into the run that only reranks."""
    answered = folder_of(chosen, "answers") / "predictions.jsonl"
    if not answered.is_file():
        return
    settings = settings_of(options, workspace, gold_sha256=read_gold(Path(options.gold)).sha256)
    with Run.open(Path(options.out), settings) as run:
        for line in answered.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            if row["id"] not in run.predictions.ids and row["hits"]:
                run.predictions.add(_hits_of(row))


def _hits_of(row: dict[str, Any]) -> dict[str, Any]:
    """Return what a run that only reranks says of a question, from what answering it said."""
    seconds = {"total": row["timings_s"]["retrieve"] + row["timings_s"]["rerank"]}
    kept = {name: row[name] for name in ("id", "question", "standalone_question", "hits")}
    return kept | {"timings_s": seconds}


def evaluation(gold: Path, out: Path, collection: str, *typed: str) -> argparse.Namespace:
    """Return the options of `bot evaluate GOLD --collection NAME --out DIR ...`."""
    fixed = ["evaluate", str(gold), "--collection", collection, "--out", str(out)]
    return parser().parse_args([*fixed, *typed])


def folder_of(chosen: QuestionSet, kind: str) -> Path:
    """Return the folder of a run by the present code; another version's is another one."""
    return CACHE / "every_set" / code_sha256()[:12] / f"{chosen.name}-{kind}"


def unfitted(chosen: QuestionSet) -> Path:
    """Write a set's gold file without the questions that the weights were fitted on; return its path."""
    used = fitted_on(chosen.name)
    lines = (chosen.folder / "gold.jsonl").read_text(encoding="utf-8").splitlines()
    kept = [line for line in lines if json.loads(line)["id"] not in used]
    path = CACHE / "gold" / f"{chosen.name}.jsonl"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(kept) + "\n", encoding="utf-8")
    return path


def report(note: str = "") -> Iterator[str]:
    """Yield the lines of a Markdown report of all runs of the present code that are finished.

    `note`: how it was measured, where that differs from one set after the other on an idle machine.
    """
    yield "# Every set, default configuration"
    yield ""
    yield f"- machine: {machine()}"
    yield f"- command: `{command('benchmarks.every_set')}`; the runs before it are those of the same code"
    yield f"- date: {today()}"
    yield "- data: parts of public sets, each with its source, licence and how it was converted in ../data.md"
    yield "- 95 % percentile bootstrap intervals over questions, 1,000 resamples, seeded; n is in brackets"
    yield "- of squad2 and clapnq the questions that the evidence's weights were fitted on are left out"
    yield "- multihop_rag_500 holds only the evidence sentences of each article (28 words at the median)"
    if note:
        yield f"- note: {note}"
    yield "- tatqa's passage figures are of the questions whose evidence has a quote: text, not tables"
    for kind, names in SHOWN.items():
        found = {name: read for name in SETS if (read := _metrics(folder_of(SETS[name], kind)))}
        if found:
            yield from ("", f"## {HEADS[kind]}", "", *_table(found, names))


def _table(found: dict[str, dict[str, Any]], names: Sequence[str]) -> Iterator[str]:
    """Yield a row for each measure and a column for each set."""
    yield "| | " + " | ".join(f"{name} ({each['n']:,})" for name, each in found.items()) + " |"
    yield "|---|" + "---|" * len(found)
    for name in names:
        cells = [_cell(each["measures"].get(name), each) for each in found.values()]
        if any(cells):
            yield f"| {name} | " + " | ".join(cells) + " |"
    for stage in ("total", "first_sentence", "rerank", "retrieve"):
        seconds = [each["seconds"].get(stage) for each in found.values()]
        if any(seconds):
            cells = [f"{s['p50']:.2f} ({s['p95']:.2f})" if s and s["n"] else "" for s in seconds]
            yield f"| seconds, {stage.replace('_', ' ')}, p50 (p95) | " + " | ".join(cells) + " |"
    if words := [each.get("words") for each in found.values() if each.get("words")]:
        cells = [f"{w['median']:.0f} ({w['p90']:.0f})" if w["n"] else "" for w in words]
        yield "| words in an answer, median (p90) | " + " | ".join(cells) + " |"


def _cell(figure: dict[str, Any] | None, found: dict[str, Any]) -> str:
    if not figure or not figure["n"]:
        return ""
    n = f" ({figure['n']:,})" if figure["n"] != found["n"] else ""
    return f"{with_interval(figure)}{n}"


def _metrics(folder: Path) -> dict[str, Any] | None:
    path = folder / "metrics.json"
    return json.loads(path.read_bytes()) if path.is_file() else None


def _options() -> argparse.Namespace:
    own = argparse.ArgumentParser(prog="python -m benchmarks.every_set", description=__doc__)
    own.add_argument("--sets", nargs="+", choices=SETS, default=list(SETS), metavar="NAME")
    own.add_argument("--ask", nargs="*", choices=RUNS, default=list(RUNS), help="which runs; none: the table")
    own.add_argument("--reranked", type=int, default=300, metavar="N", help="questions of a set")
    own.add_argument("--answers", type=int, default=100, metavar="N", help="questions of a set")
    own.add_argument("--note", default="", metavar="TEXT", help="how it was measured, for the report")
    own.add_argument("--write", action="store_true", help="write benchmarks/results/every-set.md")
    return own.parse_args()


if __name__ == "__main__":
    raise SystemExit(main())
