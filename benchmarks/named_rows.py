"""Search with and without a lift for rows that a question names: `python -m benchmarks.named_rows [--write]`.

Document-level R@5 and RR@10 of TAT-QA's answerable questions, search alone, the same questions both ways. It
is the set with the tables; elsewhere few questions name a year and a row.
"""

from __future__ import annotations

import argparse
import random
import sys
from pathlib import Path

from benchmarks.answers import home_of, take_in
from benchmarks.machine import command, machine, today, write_result
from benchmarks.sets import SETS
from bot import retrieve
from bot.cli import quiet_libraries
from bot.evaluate.gold import GoldRow, read_gold
from bot.evaluate.measures.intervals import mean
from bot.evaluate.measures.retrieval import recall_at, reciprocal_rank_at
from bot.workspace import Workspace

NAME = "tatqa"
SEED = 7
MEASURES = ("R@5", "RR@10")
Scores = list[tuple[float, float]]  # one of each of MEASURES for a question


def main() -> None:
    """Measure, print, and write with --write."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.named_rows", description=__doc__)
    parser.add_argument("--n", type=int, default=400, help="questions, a seeded sample")
    parser.add_argument("--home", type=Path, help="a home that has the set (default: in the cache folder)")
    parser.add_argument("--write", action="store_true", help="write benchmarks/results/named-rows.md")
    options = parser.parse_args()
    quiet_libraries()
    chosen = SETS[NAME]
    workspace = Workspace(options.home or home_of(chosen))
    take_in(chosen, workspace)
    rows = [row for row in read_gold(chosen.folder / "gold.jsonl").rows if row.answerable and row.evidence]
    rows = random.Random(SEED).sample(rows, min(options.n, len(rows)))
    lifted = searched(workspace, rows)
    retrieve.NAMED_ROW_GAIN = 0.0
    print(text := "\n".join(_report(searched(workspace, rows), lifted)) + "\n")
    if options.write:
        print(f"written to {write_result('named-rows', text)}", file=sys.stderr)


def searched(workspace: Workspace, rows: list[GoldRow]) -> Scores:
    """Return what a search for each question's documents comes to."""
    retriever = workspace.bot(NAME).retriever
    scores = []
    for row in rows:
        relevant = {evidence.doc_id for evidence in row.evidence}
        ranked = list(dict.fromkeys(hit.passage.external_id for hit in retriever.search(row.question)))
        scores.append((recall_at(5, ranked, relevant), reciprocal_rank_at(10, ranked, relevant)))
    return scores


def _report(plain: Scores, lifted: Scores) -> list[str]:
    gains = [(b[0] - a[0], b[1] - a[1]) for a, b in zip(plain, lifted, strict=True)]
    return [
        "# A lift for rows of tables that a question names", "",
        f"`{command('benchmarks.named_rows')}`, {today()}, {machine()}.", "",
        f"TAT-QA, {len(plain)} answerable questions (seed {SEED}), by document, search alone, with 95 %",
        "bootstrap intervals; the gain is of the same questions.", "",
        "| | without | with | gain |",
        "|---|---|---|---|",
        *(
            f"| {name} | {_shown(plain, i)} | {_shown(lifted, i)} | {_shown(gains, i)} |"
            for i, name in enumerate(MEASURES)
        ),
    ]  # fmt: skip


def _shown(scores: Scores, i: int) -> str:
    value = mean([each[i] for each in scores])
    return f"{value.mean:.3f} [{value.low:.3f}, {value.high:.3f}]"


if __name__ == "__main__":
    main()
