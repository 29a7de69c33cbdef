"""What a reader waits for, stage by stage: `python -m benchmarks.stages [--n 30] [--write]`.

Questions of the sample collection, asked of about a thousand passages: the library and copies of it with
some words exchanged. Every question is asked once, the models loaded, nothing remembered from before.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from benchmarks.machine import command, machine, today, write_result
from benchmarks.speed import COLLECTION, write_corpus
from bot.cli import quiet_libraries
from bot.datatypes import Answer
from bot.evaluate.gold import read_gold, sample
from bot.evaluate.measures.intervals import percentile
from bot.samples import GOLD, LIBRARY
from bot.workspace import Workspace

N_PASSAGES = 1_000
SEED = 12
GOALS = {"rerank": (3.0, 1.5), "total": (8.0, 4.0)}  # seconds at the median: now, and as planned


def main() -> None:
    """Measure, print, and write with --write."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.stages", description=__doc__)
    parser.add_argument("--n", type=int, default=30, help="questions")
    parser.add_argument("--write", action="store_true", help="write benchmarks/results/stages.md")
    options = parser.parse_args()
    quiet_libraries()
    with tempfile.TemporaryDirectory(prefix="bot-stages-") as folder:
        workspace = _filled(Path(folder))
        n_passages = workspace.store.collection(COLLECTION).n_passages
        workspace.warm()
        workspace.bot(COLLECTION).retriever.snapshot()
        answers = []
        for i, row in enumerate(sample(read_gold(GOLD).rows, options.n, seed=SEED), start=1):
            answers.append(workspace.ask(row.question, collection=COLLECTION, history=row.history))
            sys.stderr.write(f"\r{i}/{options.n} ")
    print(text := "\n".join(_lines(answers, n_passages)) + "\n")
    if options.write:
        print(f"written to {write_result('stages', text)}", file=sys.stderr)


def _filled(folder: Path) -> Workspace:
    """Return a workspace whose collection has at least N_PASSAGES passages."""
    workspace = Workspace(folder / "home")
    list(workspace.ingest([LIBRARY], collection=COLLECTION))
    own = workspace.store.collection(COLLECTION).n_passages
    corpus = folder / "corpus.jsonl"
    write_corpus(corpus, workspace, copies=-(-N_PASSAGES // own) - 1)
    list(workspace.ingest([corpus], collection=COLLECTION))
    return workspace


def _lines(answers: list[Answer], n_passages: int) -> list[str]:
    seconds = {
        "search": [answer.timings.retrieve for answer in answers],
        "rerank": [answer.timings.rerank for answer in answers],
        "choose, phrase and cite": [
            answer.timings.total - answer.timings.rerank - answer.timings.retrieve for answer in answers
        ],
        "first sentence": [answer.timings.first_sentence for answer in answers if answer.sentences],
        "total": [answer.timings.total for answer in answers],
    }
    return [
        "# Seconds by stage", "",
        f"`{command('benchmarks.stages')}`, {today()}, {machine()}.",
        f"{len(answers)} questions, {sum(bool(a.sentences) for a in answers)} of them answered, over",
        f"{n_passages:,} passages: the sample library and copies of it with some words exchanged.", "",
        "| stage | p50 | p95 | n | goal at p50 | planned |", "|---|---|---|---|---|---|",
        *(_line(name, found) for name, found in seconds.items()),
    ]  # fmt: skip


def _line(name: str, found: list[float]) -> str:
    p50, p95 = percentile(found, 50), percentile(found, 95)
    shown = ("-", "-") if p50 is None or p95 is None else (f"{p50:.2f}", f"{p95:.2f}")
    goals = [f"{goal:g}" for goal in GOALS.get(name, ())] or ["", ""]
    return f"| {' | '.join([name, *shown, str(len(found)), *goals])} |"


if __name__ == "__main__":
    main()
