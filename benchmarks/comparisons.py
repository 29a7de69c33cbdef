"""Questions about several articles: `python -m benchmarks.comparisons [--before] [--write]`.

Search before and after the parts of a question were searched one by one, paired; which articles are cited;
what is declined; how both move with the threshold; and how often yes or no, said first, is right. Only
`--before`, which asks a sample of the same questions as ordinary ones, needs the language model.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from benchmarks.answers import home_of, take_in
from benchmarks.machine import command, machine, today, write_result
from benchmarks.sets import SETS
from bot.across import FacetHits
from bot.answer import DEFAULT_K, Bot
from bot.cli import quiet_libraries
from bot.compare import LEAST_FIT, Comparison, PartHits, compare, search_parts, taking_turns
from bot.evaluate.gold import GoldRow, read_gold, sample
from bot.evaluate.measures.intervals import Figure, mean
from bot.evaluate.measures.retrieval import recall_at, reciprocal_rank_at
from bot.parts import decompose
from bot.scope import Scope
from bot.workspace import Workspace
from bot.yes_of_articles import OPPOSED, denies

SET = "multihop_rag_500"
COMPARING = ("comparison_query", "temporal_query")
SEED = 7
THRESHOLDS = (0.0, 0.15, 0.2, 0.25, LEAST_FIT, 0.35)


class Whole(Bot):
    """The bot as it was: every question is one question."""

    def _taken_apart(
        self, question: str, scope: Scope, *, hidden: frozenset[str] = frozenset()
    ) -> tuple[list[FacetHits], list[PartHits]]:
        return [], []


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, its hits by document before and after, and what its parts chose whatever the fit.

    `without`: chosen with the documents of its evidence hidden; nothing where it has none.
    """

    row: GoldRow
    before: list[str]
    after: list[str]
    found: list[PartHits]
    chosen: Comparison
    without: Comparison

    @property
    def gold(self) -> frozenset[str]:
        """The external_ids of its evidence."""
        return frozenset(self.row.documents)

    def cited(self, least_fit: float = LEAST_FIT) -> frozenset[str]:
        """Return the documents that an answer would cite."""
        return _documents(self.chosen, least_fit)

    def cited_without(self, least_fit: float = LEAST_FIT) -> frozenset[str]:
        """Return the documents that an answer would cite if it had to do without its own."""
        return _documents(self.without, least_fit)


def main() -> None:
    """Measure, print, and write with --write."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.comparisons", description=__doc__)
    parser.add_argument("--before", action="store_true", help="ask a sample as ordinary questions too")
    parser.add_argument("--n", type=int, default=60, help="answerable questions of that sample")
    parser.add_argument("--write", action="store_true", help="write benchmarks/results/comparisons.md")
    options = parser.parse_args()
    quiet_libraries()
    chosen = SETS[SET]
    workspace = Workspace(home_of(chosen), phrase=False)
    take_in(chosen, workspace)
    rows = read_gold(chosen.folder / "gold.jsonl").rows
    asked = [_asked(workspace.bot(SET), row) for row in rows]
    lines = [
        "# Questions about several articles", "",
        f"`{command('benchmarks.comparisons')}`, {today()}, {machine()}.",
        f"{chosen.title}, {len(rows)} questions, every one. {chosen.note} See ../data.md.",
        "95 % percentile bootstrap intervals over questions (1,000 resamples, seeded). The threshold"
        f" ({LEAST_FIT}) was set on these very questions.", "",
        *_search(asked), "", *_answers(asked), "", *_thresholds(asked), "",
        *_yes_or_no(asked),
        *(["", *_before(workspace, rows, options.n)] if options.before else []),
    ]  # fmt: skip
    print(text := "\n".join(lines) + "\n")
    if options.write:
        print(f"written to {write_result('comparisons', text)}", file=sys.stderr)


def _asked(bot: Bot, row: GoldRow) -> Asked:
    retriever = bot.retriever
    parts = decompose(row.question, retriever.publishers())
    hits, found = retriever.search(row.question), search_parts(retriever, row.question, parts)
    passages = retriever.snapshot().loaded.passages
    hidden = frozenset(each.doc_id for each in passages if each.external_id in row.documents)
    without = search_parts(retriever, row.question, parts, hidden=hidden)
    chosen = [compare(retriever.encoder, f, k=DEFAULT_K, least_fit=0.0) for f in (found, without)]
    after = taking_turns(found, hits) if found else hits
    ids = [list(dict.fromkeys(hit.passage.external_id for hit in each)) for each in (hits, after)]
    return Asked(row, *ids, found, *chosen)


def _documents(comparison: Comparison, least_fit: float) -> frozenset[str]:
    fitting = [each.passage.external_id for each in comparison.chosen if each.score >= least_fit]
    return frozenset(fitting) if len(fitting) > 1 else frozenset()


def _search(asked: Sequence[Asked]) -> Iterator[str]:
    yield "## Search, by document, fused, before and after"
    yield ""
    yield "| type | n | with parts | R@5 before | after | difference | RR@10 before | after | difference |"
    yield "|---|---|---|---|---|---|---|---|---|"
    answerable = [each for each in asked if each.gold]
    for name, kinds in _groups(answerable).items():
        members = [each for each in answerable if each.row.kind in kinds]
        cells = []
        for measure in (partial(recall_at, 5), partial(reciprocal_rank_at, 10)):
            before = [measure(each.before, each.gold) for each in members]
            after = [measure(each.after, each.gold) for each in members]
            gained = [b - a for a, b in zip(before, after, strict=True)]
            cells += [_shown(mean(values)) for values in (before, after, gained)]
        n_parted = sum(bool(each.found) for each in members)
        yield f"| {name} | {len(members)} | {n_parted} | {' | '.join(cells)} |"


def _answers(asked: Sequence[Asked]) -> Iterator[str]:
    yield f"## Answers to the questions with parts: quotations, least fit {LEAST_FIT}"
    yield ""
    yield "| type | n | abstained | two of its articles cited | all of them | cited that are its own |"
    yield "|---|---|---|---|---|---|"
    parted = [each for each in asked if each.found]
    for name, kinds in _groups(parted).items():
        members = [each for each in parted if each.row.kind in kinds and each.gold]
        if members:
            pairs = [(each.gold, each.cited()) for each in members]
            columns = [
                [float(not cited) for _, cited in pairs],
                [float(len(gold & cited) > 1) for gold, cited in pairs],
                [float(gold <= cited) for gold, cited in pairs],
                [len(gold & cited) / len(cited) for gold, cited in pairs if cited],
            ]
            cells = " | ".join(_shown(mean(column)) for column in columns)
            yield f"| {name} | {len(members)} | {cells} |"
    unanswerable = [float(not each.cited()) for each in parted if not each.row.answerable]
    hidden = [float(not each.cited_without()) for each in parted if each.gold]
    yield f"| unanswerable | {len(unanswerable)} | {_shown(mean(unanswerable))} | - | - | - |"
    yield f"| answerable, its articles hidden | {len(hidden)} | {_shown(mean(hidden))} | - | - | - |"


def _thresholds(asked: Sequence[Asked]) -> Iterator[str]:
    yield "## The least fit, comparison and temporal questions"
    yield ""
    yield "| least fit | abstained | two articles cited | unanswerable: abstained | hidden: abstained |"
    yield "|---|---|---|---|---|"
    members = [each for each in asked if each.row.kind in COMPARING and each.found]
    for least in THRESHOLDS:
        columns = [
            [not each.cited(least) for each in members],
            [len(each.gold & each.cited(least)) > 1 for each in members],
            [not each.cited(least) for each in asked if each.found and not each.row.answerable],
            [not each.cited_without(least) for each in members],
        ]
        yield f"| {least} | " + " | ".join(f"{np.mean(column):.3f}" for column in columns) + " |"


def _groups(asked: Sequence[Asked]) -> dict[str, tuple[str, ...]]:
    kinds = sorted({each.row.kind for each in asked})
    return {"all": tuple(kinds), "comparison and temporal": COMPARING} | {kind: (kind,) for kind in kinds}


def _yes_or_no(asked: Sequence[Asked]) -> Iterator[str]:
    """Count what is said of yes and no, how often it is right, and how much the question alone gives away."""
    told = [(each, _said_in(each.row.answers)) for each in asked if each.row.kind in COMPARING]
    gold = [(each, wanted) for each, wanted in told if wanted]
    said = [(_said(each), wanted) for each, wanted in gold]
    spoken = [(one, wanted) for one, wanted in said if one]
    most = max(("Yes", "No"), key=[wanted for _, wanted in gold].count)
    majority = [float(wanted == most) for _, wanted in gold]
    yield "## Yes or no, said first"
    yield ""
    yield f"{len(gold)} comparison and temporal questions have yes or no as the gold answer."
    yield ""
    yield "| answer | n | right |"
    yield "|---|---|---|"
    yield f"| always the commoner one, {most} | {len(gold)} | {_shown(mean(majority))} |"
    right = [float(one == wanted) for one, wanted in spoken]
    yield f"| said | {len(spoken)} | {_shown(mean(right))} |"
    for word in ("Yes", "No"):
        members = [float(wanted == word) for one, wanted in spoken if one == word]
        yield f"| said: {word} | {len(members)} | {_shown(mean(members))} |"
    gained = [float(one == wanted) - float(wanted == most) for one, wanted in spoken]
    yield f"| said, gain over the commoner one on the same | {len(spoken)} | {_shown(mean(gained))} |"
    by_form = [float(_by_form(each.row.question) == wanted) for each, wanted in gold]
    yield f"| by the question's form alone | {len(gold)} | {_shown(mean(by_form))} |"
    yield ""
    others = [_said(each) for each, wanted in told if not wanted]
    yield (
        f"Said to {len(spoken)} of {len(gold)}; to {sum(one is not None for one in others)} of the"
        f" {len(others)} that have another answer. By the form alone is No where the question speaks of what"
        " is not so, or of articles at odds, else Yes: the questions of this set were written by a language"
        " model that turned true statements round, so much of what is right here is in how they are put. The"
        " rules of `bot/yes_of_articles.py` were written with these questions at hand."
    )


def _said(each: Asked) -> str | None:
    """Return what the answer opens with, None for nothing."""
    pairs = zip(each.chosen.chosen, each.chosen.parts, strict=True)
    fitting = [(part, chosen) for chosen, part in pairs if chosen.score >= LEAST_FIT]
    parts, chosen = tuple(part for part, _ in fitting), tuple(evidence for _, evidence in fitting)
    whole = len(fitting) == len(each.found)
    return Comparison(chosen, each.chosen.confidence, parts, whole).yes_or_no(each.row.question)


def _said_in(answers: Sequence[str]) -> str | None:
    return next(
        (word for word in ("Yes", "No") for answer in answers if answer.lower() == word.lower()), None
    )


def _by_form(question: str) -> str:
    """Answer from the question alone, as if each article said nothing."""
    return "No" if denies(question) or OPPOSED.search(question) else "Yes"


def _before(workspace: Workspace, rows: Sequence[GoldRow], n: int) -> Iterator[str]:
    bot = workspace.bot(SET)
    whole = Whole(retriever=bot.retriever, reranker=bot.reranker, selector=bot.selector, phraser=None)
    comparing = sample([row for row in rows if row.kind in COMPARING], n, seed=SEED)
    groups = {"comparison and temporal": comparing, "unanswerable": [r for r in rows if not r.answerable]}
    yield "## The same asked as ordinary questions (searched, reranked, one list of evidence)"
    yield ""
    yield "| questions | n | abstained | two articles cited |"
    yield "|---|---|---|---|"
    for name, members in groups.items():
        answers = [whole.ask(row.question) for row in members]
        cited = [{c.external_id for c in answer.citations} for answer in answers]
        both = [float(len(ids & set(row.documents)) > 1) for ids, row in zip(cited, members, strict=True)]
        abstained = mean([float(answer.abstained) for answer in answers])
        yield f"| {name} | {len(members)} | {_shown(abstained)} | {_shown(mean(both))} |"


def _shown(figure: Figure) -> str:
    return "-" if figure.mean is None else f"{figure.mean:.3f} [{figure.low:.3f}, {figure.high:.3f}]"


if __name__ == "__main__":
    main()
