"""Answers to be read by a person: `python -m benchmarks.reading [--n 50] > answers.md`.

A seeded sample of the sample collection's own gold questions, answered by the defaults and printed unedited
with what they quote and what the gold file expects. A verdict is for the reader to add.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from benchmarks.machine import command, machine, today
from bot import samples
from bot.cli import quiet_libraries
from bot.evaluate.gold import read_gold, sample
from bot.workspace import Workspace

FOLDER = Path(samples.__file__).parent
COLLECTION = "samples"
SEED = 50


def main() -> None:
    """Ask and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.reading", description=__doc__)
    parser.add_argument("--n", type=int, default=50, help="questions")
    options = parser.parse_args()
    quiet_libraries()
    rows = sample(read_gold(FOLDER / "gold.jsonl").rows, options.n, seed=SEED)
    print(f"# {len(rows)} answers, read\n\n`{command('benchmarks.reading')}`, {today()}, {machine()}.")
    with tempfile.TemporaryDirectory() as home:
        workspace = Workspace(Path(home))
        list(workspace.ingest([FOLDER / "library"], collection=COLLECTION))
        for i, row in enumerate(rows, start=1):
            answer = workspace.ask(row.question, collection=COLLECTION, history=row.history)
            expected = "; ".join(row.answers) if row.answerable else "nothing: the documents do not say"
            print(f"\n## {i}. {row.question}\n\n{answer.text}\n")
            print(*(f"- [{c.marker}] {c.title}: {c.quote}" for c in answer.citations), sep="\n")
            print(f"\nExpected: {expected}. Confidence {answer.confidence:.2f}.", flush=True)
            sys.stderr.write(f"\r{i}/{len(rows)} ")


if __name__ == "__main__":
    main()
