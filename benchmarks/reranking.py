"""How many hits should the language model read? `python -m benchmarks.reranking [--n 60] [--write]`.

Document-level R@5 and RR@10 of the answerable questions of the public sets, and the seconds spent, after
the search alone, after the order by best sentence, and after query likelihood of the first 3, 5, 10 and 20.
Every question goes through all of them in one run: the 20 are scored in steps, and each step is timed.
With `--read` and no number the language model reads none, so that whole sets are soon measured.
"""

from __future__ import annotations

import argparse
import math
import random
import sys
import time
from collections.abc import Sequence

import numpy as np

from benchmarks.answers import home_of, take_in
from benchmarks.machine import command, machine, today, write_result
from benchmarks.sets import SETS
from bot.best_sentence import BestSentenceReranker
from bot.cli import quiet_libraries
from bot.conversation import standalone_question
from bot.datatypes import Hit
from bot.evaluate.gold import GoldRow, read_gold
from bot.evaluate.measures.intervals import mean
from bot.evaluate.measures.retrieval import recall_at, reciprocal_rank_at
from bot.likelihood import question_likelihoods
from bot.rerank import N_RERANKED, SEARCH_WEIGHT
from bot.workspace import Workspace

NAMES = ("squad2", "clapnq", "tatqa", "multihop_rag_500", "mtrag_un")
READ = [3, 5, 10, 20]
SEED = 17
Figures = dict[str, tuple[float, float, float]]  # stage -> R@5, RR@10, seconds


def main() -> None:
    """Measure, print, and write with --write."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.reranking", description=__doc__)
    parser.add_argument("--n", type=int, default=60, help="questions of a set, a seeded sample")
    parser.add_argument("--sets", nargs="+", default=list(NAMES), choices=sorted(SETS), metavar="NAME")
    parser.add_argument("--read", nargs="*", type=int, default=READ, metavar="N", help="hits, rising")
    parser.add_argument("--write", action="store_true", help="write a file of benchmarks/results")
    options = parser.parse_args()
    quiet_libraries()
    found = {name: measured(name, options.n, options.read) for name in options.sets}
    stages = ["search", "best sentence", *(f"likelihood of {n}" for n in options.read)]
    chosen = f"likelihood of {N_RERANKED}" if N_RERANKED in options.read else stages[-1]
    lines = [
        "# How many hits the language model reads" if options.read else "# The order by best sentence", "",
        f"`{command('benchmarks.reranking')}`, {today()}, {machine()}.", "",
        "R@5 / RR@10 by document and, in the last column, the seconds of all stages up to this one at the",
        f"median of all questions. The product reads {N_RERANKED}. Sets: benchmarks/data.md.", "",
        "| | " + " | ".join(f"{name} (n={len(rows)})" for name, rows in found.items()) + " | s, p50 |",
        "|---|" + "---|" * (len(found) + 1),
        *(_line(stage, found) for stage in stages),
        "", f"Paired difference from “{chosen}”, R@5 then RR@10, 95 % bootstrap intervals:", "",
        "| | " + " | ".join(found) + " |",
        "|---|" + "---|" * len(found),
        *(_differences(stage, found, chosen) for stage in stages if stage != chosen),
    ]  # fmt: skip
    print(text := "\n".join(lines) + "\n")
    if options.write:
        written = write_result("reranking" if options.read else "best-sentence", text)
        print(f"written to {written}", file=sys.stderr)


def measured(name: str, n: int, read: Sequence[int]) -> list[Figures]:
    """Ask a seeded sample of a set's questions."""
    chosen = SETS[name]
    workspace = Workspace(home_of(chosen), rerank_limit_s=math.inf)
    take_in(chosen, workspace)
    workspace.warm()
    rows = [row for row in read_gold(chosen.folder / "gold.jsonl").rows if row.answerable and row.evidence]
    rows = random.Random(SEED).sample(rows, min(n, len(rows)))
    figures = []
    for i, row in enumerate(rows, start=1):
        figures.append(_asked(row, workspace, name, read))
        sys.stderr.write(f"\r{name} {i}/{len(rows)} ")
    return figures


def _asked(row: GoldRow, workspace: Workspace, collection: str, read: Sequence[int]) -> Figures:
    question = standalone_question(row.question, row.history)
    relevant = {evidence.doc_id for evidence in row.evidence}
    started = time.perf_counter()

    def figures(hits: Sequence[Hit]) -> tuple[float, float, float]:
        ranked = list(dict.fromkeys(hit.passage.external_id for hit in hits))
        scores = recall_at(5, ranked, relevant), reciprocal_rank_at(10, ranked, relevant)
        return *scores, time.perf_counter() - started

    hits = workspace.bot(collection).retriever.search(question)
    found = {"search": figures(hits)}
    hits = BestSentenceReranker(workspace.models.remembering).rerank(question, hits)
    found["best sentence"] = figures(hits)
    likelihoods = np.zeros(0)
    for n in read:
        texts = [hit.passage.search_text for hit in hits[len(likelihoods) : n]]
        fresh = question_likelihoods(workspace.models.scorer, question, texts)
        likelihoods = np.concatenate([likelihoods, fresh])
        scores = likelihoods + SEARCH_WEIGHT * np.array([hit.score for hit in hits[: len(likelihoods)]])
        order = np.argsort(-scores, kind="stable")
        found[f"likelihood of {n}"] = figures([*(hits[i] for i in order), *hits[len(order) :]])
    return found


def _line(stage: str, found: dict[str, list[Figures]]) -> str:
    cells = []
    for rows in found.values():
        recall, rank = (np.mean([row[stage][i] for row in rows]) for i in (0, 1))
        cells.append(f"{recall:.3f} / {rank:.3f}")
    seconds = np.median([row[stage][2] for rows in found.values() for row in rows])
    return f"| {stage} | " + " | ".join(cells) + f" | {seconds:.2f} |"


def _differences(stage: str, found: dict[str, list[Figures]], chosen: str) -> str:
    cells = []
    for rows in found.values():
        base = [row[chosen] for row in rows]
        both = [mean([row[stage][i] - own[i] for row, own in zip(rows, base, strict=True)]) for i in (0, 1)]
        cells.append("; ".join(f"{d.mean:+.3f} [{d.low:+.3f}, {d.high:+.3f}]" for d in both))
    return f"| {stage} | " + " | ".join(cells) + " |"


if __name__ == "__main__":
    main()
