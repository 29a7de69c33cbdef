"""What does the history of a conversation add? `python -m benchmarks.conversation [--write]`.

Document-level R@5 and RR@10 of MTRAG-UN's answerable questions, asked in three ways: the last turn as it
stands, the rewritten question that the product searches with, and all questions joined. The same search for
each, up to the order by best sentence, in one run and paired by question.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable

from benchmarks.answers import home_of, take_in
from benchmarks.machine import command, machine, today, write_result
from benchmarks.sets import SETS
from bot.best_sentence import BestSentenceReranker
from bot.cli import quiet_libraries
from bot.conversation import History, standalone_question
from bot.evaluate.gold import read_gold
from bot.evaluate.measures.intervals import mean
from bot.evaluate.measures.retrieval import recall_at, reciprocal_rank_at
from bot.workspace import Workspace

SET = "mtrag_un"


def _joined(question: str, history: History) -> str:
    return " ".join([*(text for role, text in history if role == "user"), question])


WAYS: dict[str, Callable[[str, History], str]] = {
    "the last turn alone": lambda question, history: question,
    "the rewritten question": standalone_question,
    "all questions joined": _joined,
}


def main() -> None:
    """Measure, print, and write with --write."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.conversation", description=__doc__)
    parser.add_argument("--write", action="store_true", help="write benchmarks/results/conversation.md")
    options = parser.parse_args()
    quiet_libraries()
    chosen = SETS[SET]
    workspace = Workspace(home_of(chosen))
    take_in(chosen, workspace)
    retriever, reranker = workspace.bot(SET).retriever, BestSentenceReranker(workspace.remembering)
    rows = [row for row in read_gold(chosen.folder / "gold.jsonl").rows if row.answerable and row.evidence]
    scores: dict[str, list[tuple[float, float]]] = {way: [] for way in WAYS}
    n_rewritten = 0
    for row in rows:
        relevant = {evidence.doc_id for evidence in row.evidence}
        n_rewritten += standalone_question(row.question, row.history) != row.question
        for way, asked in WAYS.items():
            question = asked(row.question, row.history)
            hits = reranker.rerank(question, retriever.search(question))
            ranked = list(dict.fromkeys(hit.passage.external_id for hit in hits))
            scores[way].append((recall_at(5, ranked, relevant), reciprocal_rank_at(10, ranked, relevant)))
    lines = [
        "# What the history of a conversation adds", "",
        f"`{command('benchmarks.conversation')}`, {today()}, {machine()}.",
        f"{chosen.title}, {len(rows)} answerable questions, {n_rewritten} of them rewritten; by document,",
        "before the language model reranks. 95 % bootstrap intervals, paired by question.", "",
        "| asked | R@5 | RR@10 | R@5, gain over the last turn | RR@10, gain |", "|---|---|---|---|---|",
        *(_line(way, scores) for way in WAYS),
    ]  # fmt: skip
    print(text := "\n".join(lines) + "\n")
    if options.write:
        print(f"written to {write_result('conversation', text)}", file=sys.stderr)


def _line(way: str, scores: dict[str, list[tuple[float, float]]]) -> str:
    base = scores["the last turn alone"]
    cells = [f"{mean([pair[i] for pair in scores[way]]).mean:.3f}" for i in (0, 1)]
    for i in (0, 1):
        gain = mean([pair[i] - other[i] for pair, other in zip(scores[way], base, strict=True)])
        cells.append(f"{gain.mean:+.3f} [{gain.low:+.3f}, {gain.high:+.3f}]")
    return f"| {way} | " + " | ".join(cells) + " |"


if __name__ == "__main__":
    main()
