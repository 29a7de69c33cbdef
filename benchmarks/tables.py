"""Does the right row of the right document come first? `python -m benchmarks.tables [--n 150] [--write]`.

For a seeded sample of the span and multi-span questions of TAT-QA, whose documents are extracts of filings
with a table each: the candidates of the gold document, ordered by cosine and shared words, by question
likelihood over that shortlist, and by the evidence's weights; how often the first, and one of the first two,
holds a gold answer, in its words with what is cited around them, and in the sentence as it would be shown.
The questions that the evidence's weights were fitted on are left out.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Iterator, Sequence

import numpy as np

from benchmarks.answers import fitted_on, home_of, take_in
from benchmarks.machine import command, machine, today, write_result
from benchmarks.sets import SETS
from bot.candidates import Candidate, candidates
from bot.cite import cite, cited_words, shown
from bot.cli import quiet_libraries
from bot.datatypes import Evidence, Hit
from bot.evaluate.gold import GoldRow, read_gold
from bot.evaluate.measures.answers import contains_answer
from bot.evaluate.measures.intervals import mean
from bot.evidence import FEATURES
from bot.facts import stems
from bot.workspace import Workspace

NAME = "tatqa"
SEED = 17
N_WORDS = 10_000  # more than any citation has
ORDERS = ("cosine and shared words", "question likelihood", "evidence's weights")
Found = dict[tuple[str, str], float]  # (order, what is counted) -> 1 or 0


def main() -> None:
    """Measure, print, and write with --write."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.tables", description=__doc__)
    parser.add_argument("--n", type=int, default=150, help="questions, a seeded sample")
    parser.add_argument("--write", action="store_true", help="write a file of benchmarks/results")
    options = parser.parse_args()
    quiet_libraries()
    found = measured(options.n)
    counted = list(dict.fromkeys(what for row in found for _, what in row))
    lines = [
        "# Rows of tables as evidence", "",
        f"`{command('benchmarks.tables')}`, {today()}, {machine()}.", "",
        f"{SETS[NAME].title}, {len(found)} span and multi-span questions, the passages of the gold document",
        "given: share whose first candidate, or one of the first two, holds a gold answer; 95 % bootstrap",
        "intervals. Cited: in the words cited, context included. Shown: in the sentence as it is shown.", "",
        "| order | " + " | ".join(counted) + " |",
        "|---|" + "---|" * len(counted),
        *(_line(found, order, counted) for order in ORDERS),
    ]  # fmt: skip
    print(text := "\n".join(lines) + "\n")
    if options.write:
        print(f"written to {write_result('tables', text)}", file=sys.stderr)


def measured(n: int) -> list[Found]:
    """Ask a seeded sample of the questions."""
    workspace = Workspace(home_of(SETS[NAME]))
    take_in(SETS[NAME], workspace)
    used = fitted_on(NAME)
    rows = read_gold(SETS[NAME].folder / "gold.jsonl").rows
    rows = [row for row in rows if row.kind in {"span", "multi-span"} and row.row_id not in used]
    found = []
    for row in random.Random(SEED).sample(rows, min(n, len(rows))):
        found.append(dict(_asked(row, workspace)))
        sys.stderr.write(f"\r{len(found)} ")
    return found


def _asked(row: GoldRow, workspace: Workspace) -> Iterator[tuple[tuple[str, str], float]]:
    bot = workspace.bot(NAME)
    gold = {evidence.doc_id for evidence in row.evidence}
    passages = [p for p in bot.retriever.snapshot().loaded.passages if p.external_id in gold]
    hits = [Hit(passage, 1.0, rank, "given") for rank, passage in enumerate(passages, start=1)]
    trial, cosines = bot.selector.shortlist(row.question, candidates(hits))
    features = bot.selector.features(row.question, trial, cosines)
    asked = set(stems(row.question))
    shared = [len(asked & set(stems(c.told))) / max(1, len(asked)) for c in trial]
    scores = (cosines + shared, features[:, FEATURES.index("likelihood_gain")],
              bot.selector.weights.probability(features))  # fmt: skip
    for order, values in zip(ORDERS, scores, strict=True):
        first = [trial[i] for i in np.argsort(-values, kind="stable")[:2]]
        held = [_held(c, row, workspace) for c in first]
        for i, what in enumerate(("cited", "shown")):
            yield (order, f"{what}, first"), float(held[0][i])
            yield (order, f"{what}, first two"), float(any(pair[i] for pair in held))


def _held(candidate: Candidate, row: GoldRow, workspace: Workspace) -> tuple[bool, bool]:
    """Tell whether a gold answer is in the words cited, and in the sentence shown."""
    passage = candidate.hit.passage
    evidence = Evidence(passage, candidate.start, candidate.end, candidate.text, 1.0)
    citation = cite(evidence, workspace.store.document(NAME, passage.doc_id), marker=1, support=1.0)
    texts = (cited_words(citation), shown(citation))
    return tuple(contains_answer(text, row.answers, n_words=N_WORDS) for text in texts)  # type: ignore[return-value]


def _line(found: Sequence[Found], order: str, counted: Sequence[str]) -> str:
    shares = [mean([row[order, what] for row in found]) for what in counted]
    return f"| {order} | " + " | ".join(f"{s.mean:.3f} [{s.low:.3f}, {s.high:.3f}]" for s in shares) + " |"


if __name__ == "__main__":
    main()
