"""Questions about several articles: `python -m benchmarks.comparisons [--before] [--write]`.

Search before and after the parts of a question were searched one by one, paired; which articles are cited;
what is declined; how both move with the threshold; and whether yes or no could be said. Only `--before`,
which asks a sample of the same questions as if they were ordinary ones, needs the language model.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from benchmarks.answers import home_of, take_in
from benchmarks.machine import command, machine, today, write_result
from benchmarks.sets import SETS
from bot.answer import DEFAULT_K, Bot
from bot.cli import quiet_libraries
from bot.compare import LEAST_FIT, Comparison, PartHits, compare, search_parts, taking_turns
from bot.evaluate.gold import GoldRow, read_gold, sample
from bot.evaluate.measures.intervals import Figure, mean
from bot.evaluate.measures.retrieval import recall_at, reciprocal_rank_at
from bot.facts import missing_names, missing_numbers, negations
from bot.parts import decompose
from bot.workspace import Workspace

SET = "multihop_rag_500"
COMPARING = ("comparison_query", "temporal_query")
SEED = 7
THRESHOLDS = (0.0, 0.15, 0.2, 0.25, LEAST_FIT, 0.35)
RIDGE = 1.0  # keeps a logistic of five weights finite where a feature separates a few questions


class Whole(Bot):
    """The bot as it was: every question is one question."""

    def _parts(self, question: str, *, hidden: frozenset[str] = frozenset()) -> list[PartHits]:
        return []


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
    """Fit a logistic on what the chosen words say of the clauses, each question left out in turn."""
    rows, gold = [], []
    for each in asked:
        said = {answer.lower() for answer in each.row.answers} & {"yes", "no"}
        if each.row.kind in COMPARING and said and len(each.chosen.chosen) == len(each.found) > 1:
            rows.append(_support(each.found, each.chosen))
            gold.append(float("yes" in said))
    features, wanted = np.array(rows), np.array(gold)
    features = (features - features.mean(0)) / (features.std(0) + 1e-9)
    right = []
    for i in range(len(wanted)):
        kept = np.arange(len(wanted)) != i
        weights = _logistic(features[kept], wanted[kept])
        right.append(float((np.append(features[i], 1.0) @ weights > 0) == bool(wanted[i])))
    most = max(wanted.mean(), 1 - wanted.mean())
    yield "## Could yes or no be said?"
    yield ""
    yield (
        f"{len(wanted)} comparison and temporal questions have yes or no as the gold answer. Always the"
        f" commoner one: {most:.3f}. A logistic, each question left out in turn, over the least and the mean"
        " fit and the shares of clauses whose names, numbers or negations the chosen words lack:"
        f" {_shown(mean(right))}. So the bot does not say it."
    )


def _support(found: Sequence[PartHits], comparison: Comparison) -> list[float]:
    pairs = [(f.part.text, chosen.text) for f, chosen in zip(found, comparison.chosen, strict=True)]
    fits = [chosen.score for chosen in comparison.chosen]
    lacks: tuple[Callable[[str, str], bool], ...] = (
        lambda text, quote: bool(missing_names(text, quote)),
        lambda text, quote: bool(missing_numbers(text, quote)),
        lambda text, quote: bool(negations(text)) != bool(negations(quote)),
    )
    return [min(fits), float(np.mean(fits)), *(float(np.mean([lack(*p) for p in pairs])) for lack in lacks)]


def _logistic(features: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """Return weights (m + 1,), the bias last, by Newton's method with a ridge on all but the bias."""
    x = np.hstack([features, np.ones((len(features), 1))])
    ridge = np.diag([*[RIDGE] * features.shape[1], 0.0])
    weights = np.zeros(x.shape[1])
    for _ in range(30):
        p = 1 / (1 + np.exp(-x @ weights))
        hessian = x.T @ (x * (p * (1 - p))[:, None]) + ridge
        weights += np.linalg.solve(hessian, x.T @ (wanted - p) - ridge @ weights)
    return weights


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
