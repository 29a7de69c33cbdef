"""What does a larger generator buy? `python -m benchmarks.generators --models M.gguf [--n 40] [--write]`.

The same seeded questions of SQuAD 2.0 and TAT-QA, answered with the default generator, with each model given
(a .gguf file or a local folder), and by quoting alone, which is the default's answers with each phrased
sentence replaced by its quote. The risk of the answers given, over the share given, is shown for each.
Runs are kept in the user's cache folder and go on where they stopped.
"""

from __future__ import annotations

import argparse
import math
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from benchmarks.answers import Metrics, asked, fitted_on, home_of, measured, take_in
from benchmarks.machine import command, machine, today, with_interval, write_result
from benchmarks.sets import SETS
from bot.cli import quiet_libraries
from bot.errors import BotError
from bot.evaluate.gold import GoldRow, read_gold, sample
from bot.evaluate.names import GOLD_IN_WORDS
from bot.evaluate.promises import quoting_alone
from bot.evaluate.runs import Settings
from bot.selection import DEFAULT_K
from bot.weights import BUNDLED_GENERATOR
from bot.workspace import Workspace

NAMES = ("squad2", "tatqa")
SEED = 7
SHOWN = (
    GOLD_IN_WORDS, "F1", "sentences cited", "quotes exact", "fabrication", "phrased",
    "abstained, answerable", "abstained, unanswerable", "AUROC", "AURC",
)  # fmt: skip
COVERAGES = (0.25, 0.5, 0.75, 1.0)


def main() -> int:
    """Ask, print, and write with --write."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.generators", description=__doc__)
    parser.add_argument("--models", nargs="*", default=[], metavar="M", help="beside the default")
    parser.add_argument("--n", type=int, default=40, help="questions of a set")
    parser.add_argument("--name", default="generators", help="of the file of results")
    parser.add_argument("--sets", nargs="+", default=list(NAMES), choices=sorted(SETS), metavar="NAME")
    parser.add_argument("--write", action="store_true", help="write benchmarks/results/generators-NAME.md")
    options = parser.parse_args()
    quiet_libraries()
    lines = [
        "# What a larger generator buys", "",
        f"`{command('benchmarks.generators')}`, {today()}, {machine()}.",
        f"Seed {SEED}; questions that weights were fitted on left out; the bundled models search, rerank and",
        "choose in every column. 95 % bootstrap intervals over questions.",
    ]  # fmt: skip
    try:
        for name in options.sets:
            lines += ["", f"## {SETS[name].title}", "", *_table(compared(name, options.models, options.n))]
    except BotError as error:
        sys.stderr.write(f"benchmarks.generators: {error}\n")
        return 2
    print(text := "\n".join(lines) + "\n")
    if options.write:
        print(f"written to {write_result(f'generators-{options.name}', text)}", file=sys.stderr)
    return 0


def compared(name: str, models: Sequence[str], n: int) -> dict[str, Metrics]:
    """Return the figures of each generator by its name, quoting alone first."""
    chosen = SETS[name]
    gold = read_gold(chosen.folder / "gold.jsonl")
    used = fitted_on(name)
    rows = sample([row for row in gold.rows if row.row_id not in used], n, seed=SEED)
    columns: dict[str, Metrics] = {}
    for model in (BUNDLED_GENERATOR, *models):
        workspace = Workspace(home_of(chosen), model=model, rerank_limit_s=math.inf)
        take_in(chosen, workspace)
        scored = _asked(rows, workspace, name, gold.sha256)
        if model == BUNDLED_GENERATOR:
            quoted = [replace(row, prediction=quoting_alone(row.prediction)) for row in scored]
            columns["quoting alone"] = measured(quoted, workspace, name)
        columns[workspace.model_name] = measured(scored, workspace, name)
    return columns


def _asked(rows: Sequence[GoldRow], workspace: Workspace, name: str, gold_sha256: str) -> list[Any]:
    settings = Settings.of(
        workspace, gold_sha256=gold_sha256, collection=name, k=DEFAULT_K, retrieval_only=False
    )
    return asked(rows, workspace, settings)


def _table(columns: dict[str, Metrics]) -> Iterator[str]:
    found = list(columns.values())
    yield f"{found[0]['n']} questions, {found[0]['n_answerable']} of them answerable."
    yield ""
    yield "| figure | " + " | ".join(columns) + " |"
    yield "|---|" + "---|" * len(columns)
    for name in SHOWN:
        cells = [_cell(each["measures"].get(name)) for each in found]
        if any(cells):
            yield f"| {name} | " + " | ".join(cells) + " |"
    words = [f"{each['words']['median']} ({each['words']['p90']})" for each in found]
    yield "| words in an answer, median (p90) | " + " | ".join(words) + " |"
    seconds = [each["seconds"]["total"] for each in found]
    yield "| seconds, p50 (p95) | " + " | ".join(f"{s['p50']:.1f} ({s['p95']:.1f})" for s in seconds) + " |"
    for coverage in COVERAGES:
        risks = [_risk(each["abstention"]["curve"], coverage) for each in found]
        yield f"| risk of the surest {coverage:.0%} of the answers | " + " | ".join(risks) + " |"


def _cell(figure: dict[str, Any] | None) -> str:
    if not figure or not figure["n"]:
        return ""
    return f"{with_interval(figure)} ({figure['n']})"


def _risk(curve: Sequence[Sequence[float]], coverage: float) -> str:
    """Return the share of wrong answers among the surest ones; "-" where nothing was answered."""
    if not len(curve):
        return "-"
    points = np.array([point[:2] for point in curve], dtype=np.float64)
    within = points[points[:, 0] <= coverage * points[:, 0].max() + 1e-9]
    return f"{(within[-1] if len(within) else points[0])[1]:.3f}"


if __name__ == "__main__":
    raise SystemExit(main())
