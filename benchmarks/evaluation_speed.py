"""How much an evaluation costs beside the search it measures: `python -m benchmarks.evaluation_speed`.

All questions of SQuAD 2.0's part, hits alone, no reranker, twice in one process: the search of each question
in a bare loop, and `bot evaluate --retrieval-only --no-rerank` with everything it keeps, scores, resamples
and writes, the report included. Memory is read at a third, two thirds and the end of the asking, and after.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks.answers import home_of, take_in
from benchmarks.every_set import evaluation
from benchmarks.machine import command, machine, today, write_result
from benchmarks.sets import SETS, QuestionSet
from bot.cli import quiet_libraries
from bot.conversation import History
from bot.datatypes import Hit
from bot.errors import BotError
from bot.evaluate.gold import GoldRow, read_gold, sample
from bot.evaluate.run import evaluate
from bot.workspace import Workspace

LEAST = 0.8  # of the search's speed


class WatchedWorkspace(Workspace):
    """A workspace that reads this process's memory after certain searches: `megabytes` by how many."""

    n_searched: int
    megabytes: dict[int, float]

    def watch(self, *counts: int) -> None:
        """Count searches from 0, and read the memory after so many."""
        self.n_searched, self.megabytes = 0, dict.fromkeys(counts, 0.0)

    def retrieve(self, question: str, *, collection: str, history: History = ()) -> list[Hit]:
        """See `Workspace.retrieve`."""
        hits = super().retrieve(question, collection=collection, history=history)
        self.n_searched += 1
        if self.n_searched in self.megabytes:
            self.megabytes[self.n_searched] = resident_megabytes()
        return hits


def main() -> int:
    """Measure, print, and write with --write."""
    own = argparse.ArgumentParser(prog="python -m benchmarks.evaluation_speed", description=__doc__)
    own.add_argument("--limit", type=int, metavar="N", help="a seeded sample of N questions")
    own.add_argument("--write", action="store_true", help="write benchmarks/results/evaluation-speed.md")
    options = own.parse_args()
    quiet_libraries()
    try:
        markdown = "\n".join(report(SETS["squad2"], options.limit))
    except BotError as error:
        sys.stderr.write(f"benchmarks.evaluation_speed: {error}\n")
        return 2
    print(markdown)
    if options.write:
        print(f"written to {write_result('evaluation-speed', markdown)}", file=sys.stderr)
    return 0


def report(chosen: QuestionSet, limit: int | None) -> list[str]:
    """Return a measurement in Markdown."""
    path = chosen.folder / "gold.jsonl"
    rows = sample(read_gold(path).rows, limit)
    workspace = WatchedWorkspace(home_of(chosen), rerank=False, phrase=False)
    take_in(chosen, workspace)
    n, thirds = len(rows), (len(rows) // 3, 2 * len(rows) // 3, len(rows))
    workspace.watch()
    workspace.retrieve(rows[0].question, collection=chosen.name)
    before_s = searched_s(rows, workspace, chosen.name)
    workspace.watch(*thirds)
    with tempfile.TemporaryDirectory() as out:
        started = time.perf_counter()
        typed = ["--retrieval-only", "--no-rerank", *(["--limit", str(limit)] if limit else [])]
        evaluate(workspace, evaluation(path, Path(out), chosen.name, *typed))
        whole_s = time.perf_counter() - started
    memory, after_all = workspace.megabytes, resident_megabytes()
    search_s = (before_s + searched_s(rows, workspace, chosen.name)) / 2
    return [
        "# Evaluation beside the search it measures", "",
        f"- data: part of {chosen.title}, {chosen.url}, licence {chosen.licence}; {n:,} questions",
        f"- machine: {machine()}",
        f"- command: `{command('benchmarks.evaluation_speed')}`",
        f"- date: {today()}", "",
        "One process, no reranker, hits alone. The search alone is timed before and after the evaluation;",
        "its seconds are the mean of both. All that is kept, scored, resampled and written is in the",
        "evaluation's.", "",
        "| figure | value |", "|---|---|",
        f"| search alone, questions a second | {n / search_s:.1f} ({search_s:.1f} s) |",
        f"| evaluation, questions a second | {n / whole_s:.1f} ({whole_s:.1f} s) |",
        f"| evaluation's speed, to the search's (goal: at least {LEAST}) | {search_s / whole_s:.2f} |",
        *(f"| memory after {count:,} questions | {value:.0f} MB |" for count, value in memory.items()),
        f"| memory after scoring and the report | {after_all:.0f} MB |", "",
    ]  # fmt: skip


def searched_s(rows: Sequence[GoldRow], workspace: Workspace, collection: str) -> float:
    """Return the seconds that the search of every question takes in a bare loop."""
    started = time.perf_counter()
    for row in rows:
        workspace.retrieve(row.question, collection=collection, history=row.history)
    return time.perf_counter() - started


def resident_megabytes() -> float:
    """Return how much memory this process holds now, as Linux tells it."""
    n_pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return n_pages * os.sysconf("SC_PAGE_SIZE") / 1e6


if __name__ == "__main__":
    raise SystemExit(main())
