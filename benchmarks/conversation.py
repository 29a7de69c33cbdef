"""What does the history of a conversation add? `python -m benchmarks.conversation [--write]`.

Document-level R@5 and RR@10 of MTRAG-UN's answerable questions, asked in four ways: the last turn as it
stands, the rewritten question, the same with the last answer's words searched for too (the product), and all
questions joined. The same search for each, up to the order by best sentence, in one run, paired by question.
Then what becomes of questions that do not say what they are about, and whether the words of another
conversation before a question harm: SQuAD 2.0, each question after a sentence of another's evidence.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from benchmarks.answers import home_of, take_in
from benchmarks.machine import command, machine, today, write_result
from benchmarks.sets import SETS, QuestionSet
from bot.best_sentence import BestSentenceReranker
from bot.cli import quiet_libraries
from bot.conversation import History, last_said, standalone_question
from bot.evaluate.gold import GoldRow, read_gold, sample
from bot.evaluate.measures.intervals import mean
from bot.evaluate.measures.retrieval import recall_at, reciprocal_rank_at
from bot.sentences import sentence_spans
from bot.workspace import Workspace

SET, OTHER = "mtrag_un", "squad2"
Scores = dict[str, list[tuple[float, float]]]  # by way: (R@5, RR@10) of each question
PRODUCT = "rewritten, with the last answer"
ALONE = "the last turn alone"
N_OTHER, SEED = 300, 7


def _joined(question: str, history: History) -> str:
    return " ".join([*(text for role, text in history if role == "user"), question])


# what is searched for, and what was said before it
WAYS: dict[str, Callable[[str, History], tuple[str, str]]] = {
    ALONE: lambda question, history: (question, ""),
    "the rewritten question": lambda question, history: (standalone_question(question, history), ""),
    PRODUCT: lambda question, history: (standalone_question(question, history), last_said(history)),
    "all questions joined": lambda question, history: (_joined(question, history), ""),
}


def main() -> None:
    """Measure, print, and write with --write."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.conversation", description=__doc__)
    parser.add_argument("--n", type=int, default=0, help="underspecified questions to answer as well")
    parser.add_argument("--fused", action="store_true", help="stop before the order by best sentence")
    parser.add_argument("--write", action="store_true", help="write benchmarks/results/conversation.md")
    options = parser.parse_args()
    quiet_libraries()
    chosen = SETS[SET]
    workspace = _workspace(chosen)
    rows = read_gold(chosen.folder / "gold.jsonl").rows
    asked = [row for row in rows if row.answerable and row.evidence]
    n_rewritten = sum(standalone_question(row.question, row.history) != row.question for row in asked)
    lines = [
        "# What the history of a conversation adds", "",
        f"`{command('benchmarks.conversation')}`, {today()}, {machine()}.",
        f"{chosen.title}, {len(asked)} answerable questions, {n_rewritten} of them rewritten; by document,",
        f"{'fused, before any reranking' if options.fused else 'before the language model reranks'}.",
        "95 % bootstrap intervals, paired by question. The weight of what was said (bot/retrieve.py) was set",
        "on these very questions; it is flat from .3 to .5.", "",
        *_table(_scores(workspace, SET, asked, fused=options.fused)), "",
        "## Questions that do not say what they are about", "",
        *_underspecified(workspace, [row for row in rows if row.kind == "UNDERSPECIFIED"], options.n), "",
        "## After something else was spoken of", "",
        *_after_something_else(fused=options.fused), "",
    ]  # fmt: skip
    print(text := "\n".join(lines))
    if options.write:
        print(f"written to {write_result('conversation', text)}", file=sys.stderr)


def _workspace(chosen: QuestionSet) -> Workspace:
    workspace = Workspace(home_of(chosen), phrase=False)
    take_in(chosen, workspace)
    return workspace


def _scores(workspace: Workspace, name: str, rows: Sequence[GoldRow], *, fused: bool) -> Scores:
    retriever, reranker = workspace.bot(name).retriever, BestSentenceReranker(workspace.models.remembering)
    scores: Scores = {way: [] for way in WAYS}
    for row in rows:
        relevant = frozenset(row.documents)
        for way, asked in WAYS.items():
            question, said = asked(row.question, row.history)
            hits = retriever.search(question, said=said)
            hits = hits if fused else reranker.rerank(question, hits)
            ranked = list(dict.fromkeys(hit.passage.external_id for hit in hits))
            scores[way].append((recall_at(5, ranked, relevant), reciprocal_rank_at(10, ranked, relevant)))
    return scores


def _table(scores: Scores) -> Iterator[str]:
    yield "| asked | R@5 | RR@10 | R@5, gain over the last turn | RR@10, gain |"
    yield "|---|---|---|---|---|"
    yield from (_line(way, scores) for way in scores)


def _underspecified(workspace: Workspace, rows: Sequence[GoldRow], n: int) -> Iterator[str]:
    changed = [row for row in rows if standalone_question(row.question, row.history) != row.question]
    first = [row for row in rows if not row.history]
    yield f"{len(rows)} questions: {len(first)} open a conversation, {len(changed)} are rewritten."
    if n:
        answered = sample(rows, n, seed=SEED)
        answers = [workspace.ask(row.question, collection=SET, history=row.history) for row in answered]
        declined = mean([float(answer.abstained) for answer in answers])
        yield (
            f"Of a seeded sample of {len(answers)}, declined: {declined.mean:.3f} [{declined.low:.3f},"
            f" {declined.high:.3f}]; the others get the closest quotation. Nothing asks back what is meant."
        )


def _after_something_else(*, fused: bool) -> Iterator[str]:
    """Ask questions after an answer about another document: what was said must not draw them there."""
    chosen = SETS[OTHER]
    workspace = _workspace(chosen)
    rows = [row for row in read_gold(chosen.folder / "gold.jsonl").rows if row.answerable]
    rows = sample(rows, N_OTHER, seed=SEED)
    others = [*rows[1:], rows[0]]
    after = [
        replace(row, history=(("user", other.question), ("agent", _sentence(workspace, other))))
        for row, other in zip(rows, others, strict=True)
    ]
    yield f"{chosen.title}, {len(rows)} questions, each after the answer to another of them."
    yield ""
    yield from _table(_scores(workspace, OTHER, after, fused=fused))


def _sentence(workspace: Workspace, row: GoldRow) -> str:
    """Return the sentence that holds the answer of a question."""
    evidence = row.evidence[0]
    text, quote = workspace.document(OTHER, evidence.doc_id).text, evidence.quote or ""
    spans = [text[start:end] for start, end in sentence_spans(text)]
    return next((span for span in spans if quote in span), quote)


def _line(way: str, scores: Scores) -> str:
    base = scores[ALONE]
    cells = [f"{mean([pair[i] for pair in scores[way]]).mean:.3f}" for i in (0, 1)]
    for i in (0, 1):
        gain = mean([pair[i] - other[i] for pair, other in zip(scores[way], base, strict=True)])
        cells.append(f"{gain.mean:+.3f} [{gain.low:+.3f}, {gain.high:+.3f}]")
    return f"| {way} | " + " | ".join(cells) + " |"


if __name__ == "__main__":
    main()
