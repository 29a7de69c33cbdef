"""How well does a confidence tell near misses? `python -m benchmarks.opinions [--models M ...] [--write]`.

SQuAD 2.0 has questions written to fool: a paragraph nearly answers them. As many answerable ones are asked,
and the confidence of the default is compared with what each model given thinks of the best passage
(`bot/second_opinion.py`) and with both together, which is what the product uses with a larger generator. The
same questions for all, in one run: AUROC, and the risk of answering the surest ones, whatever the threshold.
"""

from __future__ import annotations

import argparse
import math
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from benchmarks.answers import fitted_on, home_of, take_in
from benchmarks.machine import command, machine, today, write_result
from benchmarks.sets import SETS
from benchmarks.train_evidence import holds_answer
from bot.cli import quiet_libraries
from bot.datatypes import Evidence
from bot.evaluate.gold import GoldRow, read_gold, sample
from bot.evaluate.measures.abstention import auroc
from bot.evaluate.measures.intervals import bootstrap
from bot.language_model import LanguageModel
from bot.second_opinion import SecondOpinion
from bot.selection import DEFAULT_K
from bot.weights import BUNDLED_GENERATOR, generator_folder
from bot.workspace import Workspace

SET = "squad2"
SEED = 31
COVERAGES = (0.1, 0.25, 0.5, 0.75, 1.0)


def main() -> None:
    """Measure, print, and write with --write."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.opinions", description=__doc__)
    parser.add_argument("--models", nargs="*", default=[], metavar="M", help=".gguf files or local folders")
    parser.add_argument("--n", type=int, default=100, help="questions of each kind")
    parser.add_argument("--asked", type=int, default=40, help="of each kind that the models are asked about")
    parser.add_argument("--write", action="store_true", help="write benchmarks/results/near-misses.md")
    options = parser.parse_args()
    quiet_libraries()
    rows = _rows(options.n)
    best = _best_evidence(rows)
    answerable = np.array([row.answerable for row in rows])
    right = np.array([_holds(row, evidence) for row, evidence in zip(rows, best, strict=True)])
    own = np.array([evidence.score if evidence else 0.0 for evidence in best])
    lines = ["| confidence | n | AUROC | " + " | ".join(f"risk at {c:.0%}" for c in COVERAGES) + " |"]
    lines += ["|---|---|---|" + "---|" * len(COVERAGES), _line("the default's", own, answerable, right)]
    few = np.sort(
        np.concatenate([np.flatnonzero(answerable == kind)[: options.asked] for kind in (True, False)])
    )
    lines.append(_line("the default's, the questions below", own[few], answerable[few], right[few]))
    for model in (BUNDLED_GENERATOR, *options.models):
        opinion = SecondOpinion(LanguageModel(generator_folder(model), Path(model).name))
        for name, values in _opinions(opinion, [(rows[i], best[i]) for i in few]):
            lines.append(_line(f"{Path(model).stem}, {name}", values, answerable[few], right[few]))
    text = "\n".join([*_head(rows), "", *lines]) + "\n"
    print(text)
    if options.write:
        print(f"written to {write_result('near-misses', text)}", file=sys.stderr)


def _rows(n: int) -> list[GoldRow]:
    used = fitted_on(SET)
    rows = [row for row in read_gold(SETS[SET].folder / "gold.jsonl").rows if row.row_id not in used]
    return [
        row
        for kind in (True, False)
        for row in sample([r for r in rows if r.answerable is kind], n, seed=SEED)
    ]


def _best_evidence(rows: Sequence[GoldRow]) -> list[Evidence | None]:
    workspace = Workspace(home_of(SETS[SET]), rerank_limit_s=math.inf)
    take_in(SETS[SET], workspace)
    bot = workspace.bot(SET)
    found: list[Evidence | None] = []
    for i, row in enumerate(rows, start=1):
        evidence = bot.selector.select(row.question, bot.retrieve(row.question)[:DEFAULT_K])
        found.append(evidence[0] if evidence else None)
        sys.stderr.write(f"\r{i}/{len(rows)} ")
    return found


def _holds(row: GoldRow, evidence: Evidence | None) -> bool:
    return row.answerable and evidence is not None and holds_answer(evidence.text, row.answers)


def _opinions(
    opinion: SecondOpinion, asked: Sequence[tuple[GoldRow, Evidence | None]]
) -> Iterator[tuple[str, np.ndarray]]:
    alone, both = [], []
    for i, (row, evidence) in enumerate(asked, start=1):
        text = evidence.passage.search_text if evidence else ""
        alone.append(opinion.log_odds(row.question, text))
        both.append(opinion.confidence(evidence.score if evidence else 0.0, row.question, text))
        sys.stderr.write(f"\r{opinion.model.name} {i}/{len(asked)} ")
    yield "asked alone", np.array(alone)
    yield "together with the default's", np.array(both)


def _line(name: str, confidence: np.ndarray, answerable: np.ndarray, right: np.ndarray) -> str:
    found = bootstrap(lambda weights: auroc(confidence, answerable, weights)[:, None], len(confidence))
    order = np.argsort(-confidence, kind="stable")
    risks = [1 - right[order[: max(1, round(c * len(order)))]].mean() for c in COVERAGES]
    value = f"{found.values[0]:.3f} [{found.low[0]:.3f}, {found.high[0]:.3f}]"
    return f"| {name} | {len(order)} | {value} | " + " | ".join(f"{risk:.2f}" for risk in risks) + " |"


def _head(rows: Sequence[GoldRow]) -> Iterator[str]:
    yield "# Near misses"
    yield ""
    yield f"`{command('benchmarks.opinions')}`, {today()}, {machine()}."
    yield f"{SETS[SET].title}, {len(rows)} questions, half of them written so that a paragraph nearly answers"
    yield f"them; seed {SEED}, none that weights were fitted on. 95 % bootstrap intervals over questions."
    yield "Risk: of the surest so many of all questions, the share whose best sentence holds no gold answer."


if __name__ == "__main__":
    main()
