"""Dense search, BM25 and ways to join them, in one run: `python -m benchmarks.fusion [--write]`.

Document-level R@5 and RR@10 of the answerable questions of the public sets, before any reranking. Every way
is given the same scores of all passages; for conversations only the last turn is asked.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Callable

import numpy as np

from benchmarks.answers import home_of, take_in
from benchmarks.machine import command, machine, today, write_result
from benchmarks.sets import SETS
from bot.cli import quiet_libraries
from bot.evaluate.gold import read_gold
from bot.evaluate.measures.intervals import mean
from bot.evaluate.measures.retrieval import recall_at, reciprocal_rank_at
from bot.fuse import convex_combination
from bot.workspace import Workspace

NAMES = ("squad2", "clapnq", "tatqa", "multihop_rag_500", "mtrag_un")
RRF_K = 60  # Cormack, Clarke & Buettcher, SIGIR 2009
SEED = 7
Fusion = Callable[[np.ndarray, np.ndarray], np.ndarray]


def reciprocal_ranks(dense: np.ndarray, lexical: np.ndarray) -> np.ndarray:
    """Return summed reciprocal ranks: 1 / (60 + rank) of either side, higher is better."""
    ranks = [np.argsort(np.argsort(-scores, kind="stable")) + 1 for scores in (dense, lexical)]
    return 1 / (RRF_K + ranks[0]) + 1 / (RRF_K + ranks[1])


def _convex(weight: float) -> Fusion:
    return lambda dense, lexical: convex_combination(dense, lexical, lexical_weight=weight)


WAYS: dict[str, Fusion] = {
    "dense alone": lambda dense, lexical: dense,
    "BM25 alone": lambda dense, lexical: lexical,
    "reciprocal ranks": reciprocal_ranks,
    **{f"convex, lexical {weight}": _convex(weight) for weight in (0.3, 0.4, 0.5, 0.6, 0.7)},
}


def main() -> None:
    """Measure, print, and write with --write."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fusion", description=__doc__)
    parser.add_argument("--n", type=int, default=400, help="questions of a set, a seeded sample")
    parser.add_argument("--write", action="store_true", help="write benchmarks/results/fusion.md")
    options = parser.parse_args()
    quiet_libraries()
    cells = {name: measured(name, options.n) for name in NAMES}
    lines = [
        "# Ways to join dense and lexical search", "",
        f"`{command('benchmarks.fusion')}`, {today()}, {machine()}.",
        "R@5 / RR@10 by document, before reranking;",
        f"at most {options.n} answerable questions a set (seed {SEED}). Half a 95 % interval is",
        "about .02 to .03 on squad2 and tatqa, .03 to .05 on the others. Sets: benchmarks/data.md.", "",
        "| | " + " | ".join(f"{name} (n={cells[name][0]})" for name in NAMES) + " |",
        "|---|" + "---|" * len(NAMES),
        *(f"| {way} | " + " | ".join(cells[name][1][way] for name in NAMES) + " |" for way in WAYS),
    ]  # fmt: skip
    print(text := "\n".join(lines) + "\n")
    if options.write:
        print(f"written to {write_result('fusion', text)}", file=sys.stderr)


def measured(name: str, n: int) -> tuple[int, dict[str, str]]:
    """Return how many questions of a set were asked, and "R@5 / RR@10" of each way."""
    chosen = SETS[name]
    workspace = Workspace(home_of(chosen))
    take_in(chosen, workspace)
    rows = [row for row in read_gold(chosen.folder / "gold.jsonl").rows if row.answerable and row.evidence]
    rows = random.Random(SEED).sample(rows, min(n, len(rows)))
    snapshot = workspace.bot(name).retriever.snapshot()
    documents = [passage.external_id for passage in snapshot.loaded.passages]
    scores: dict[str, list[tuple[float, float]]] = {way: [] for way in WAYS}
    for row in rows:
        relevant = {evidence.doc_id for evidence in row.evidence}
        dense = snapshot.loaded.vectors @ workspace.models.encoder.encode_query(row.question)
        lexical = snapshot.lexical.scores(row.question)
        for way, fusion in WAYS.items():
            order = np.argsort(-fusion(dense, lexical), kind="stable")[:200]
            ranked = list(dict.fromkeys(documents[i] for i in order))
            scores[way].append((recall_at(5, ranked, relevant), reciprocal_rank_at(10, ranked, relevant)))
    return len(rows), {way: _shown(pairs) for way, pairs in scores.items()}


def _shown(pairs: list[tuple[float, float]]) -> str:
    return " / ".join(f"{mean(values).mean:.3f}" for values in zip(*pairs, strict=True))


if __name__ == "__main__":
    main()
