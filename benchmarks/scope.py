"""Does it help to know whose filing is meant? `python -m benchmarks.scope [--n N] [--write]`.

The questions of Docugami KG-RAG about twenty 10-Q reports, each asked twice in one run: of the whole
collection, and of the filings that it names, in their own words, or filing by filing (`bot/scope.py`,
`bot/across.py`). The hits by document, paired, and whose words are cited.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from benchmarks.answers import home_of, take_in
from benchmarks.machine import command, machine, today, write_result
from benchmarks.sets import SETS
from bot.across import FacetHits, facets_of
from bot.answer import Bot
from bot.cli import quiet_libraries
from bot.compare import PartHits
from bot.datatypes import Answer
from bot.evaluate.gold import GoldRow, read_gold, sample
from bot.evaluate.measures.intervals import Figure, mean
from bot.evaluate.measures.retrieval import recall_at, reciprocal_rank_at
from bot.scope import Scope
from bot.workspace import Workspace

SET = "kgrag_sec10q"
SEED = 7


class Everywhere(Bot):
    """The bot as it was: a question is one question, of all documents."""

    def _scope(self, question: str, *, hidden: frozenset[str] = frozenset()) -> Scope:
        return Scope(frozenset(), question)

    def _taken_apart(
        self, question: str, scope: Scope, *, hidden: frozenset[str] = frozenset()
    ) -> tuple[list[FacetHits], list[PartHits]]:
        return [], []


@dataclass(frozen=True, slots=True)
class Asked:
    """A question and its two answers. `is_parted`: it is asked of several filings one by one."""

    row: GoldRow
    before: Answer
    after: Answer
    is_parted: bool

    @property
    def gold(self) -> frozenset[str]:
        """The external_ids of its evidence."""
        return frozenset(self.row.documents)


def main() -> None:
    """Measure, print, and write with --write."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scope", description=__doc__)
    parser.add_argument("--n", type=int, default=98, help="questions, a seeded sample")
    parser.add_argument("--write", action="store_true", help="write benchmarks/results/scope.md")
    options = parser.parse_args()
    quiet_libraries()
    chosen = SETS[SET]
    workspace = Workspace(home_of(chosen))
    take_in(chosen, workspace)
    asked = []
    rows = sample(read_gold(chosen.folder / "gold.jsonl").rows, options.n, seed=SEED)
    for i, row in enumerate(rows, start=1):
        asked.append(_asked(workspace.bot(SET), row))
        sys.stderr.write(f"\r{i}/{len(rows)} ")
    lines = [
        "# Whose filing is meant", "",
        f"`{command('benchmarks.scope')}`, {today()}, {machine()}.",
        f"{chosen.title}, {len(asked)} questions, twenty reports of five companies as PDF. See ../data.md.",
        "Default models, reranked. 95 % bootstrap intervals over questions (1,000 resamples, seeded)",
        "The rules were written with the questions of this set at hand, but for no single one of them.", "",
        *_table(asked),
    ]  # fmt: skip
    print(text := "\n".join(lines) + "\n")
    if options.write:
        print(f"written to {write_result('scope', text)}", file=sys.stderr)


def _asked(bot: Bot, row: GoldRow) -> Asked:
    everywhere = Everywhere(
        retriever=bot.retriever,
        reranker=bot.reranker,
        selector=bot.selector,
        phraser=bot.phraser,
        opinion=bot.opinion,
        threshold=bot.threshold,
    )
    is_parted = bool(facets_of(row.question, bot.retriever.documents()))
    return Asked(row, everywhere.ask(row.question), bot.ask(row.question), is_parted)


def _table(asked: Sequence[Asked]) -> Iterator[str]:
    groups = {
        "all": list(asked),
        "asked filing by filing": [each for each in asked if each.is_parted],
        "the others": [each for each in asked if not each.is_parted],
    }
    yield "| questions | n | measure | whole collection | the filings meant | difference |"
    yield "|---|---|---|---|---|---|"
    for name, members in groups.items():
        for measure, score in MEASURES.items():
            pairs = [(score(each.before, each.gold), score(each.after, each.gold)) for each in members]
            both = [(one, other) for one, other in pairs if one is not None and other is not None]
            before = [one for one, _ in pairs if one is not None]
            after = [other for _, other in pairs if other is not None]
            gained = [other - one for one, other in both]
            cells = " | ".join(_shown(mean(values)) for values in (before, after, gained))
            yield f"| {name} | {len(members)} | {measure} | {cells} |"


def _documents(answer: Answer) -> list[str]:
    return list(dict.fromkeys(hit.passage.external_id for hit in answer.hits))


def _cited(answer: Answer) -> frozenset[str]:
    return frozenset(citation.external_id for citation in answer.citations)


def _share_cited(answer: Answer, gold: frozenset[str]) -> float:
    return len(_cited(answer) & gold) / len(gold)


def _share_right(answer: Answer, gold: frozenset[str]) -> float | None:
    cited = _cited(answer)
    return len(cited & gold) / len(cited) if cited else None


MEASURES = {
    "R@5": lambda answer, gold: partial(recall_at, 5)(_documents(answer), gold),
    "RR@10": lambda answer, gold: partial(reciprocal_rank_at, 10)(_documents(answer), gold),
    "abstained": lambda answer, gold: float(answer.abstained),
    "of the documents that answer, cited": _share_cited,
    "of the documents cited, those that answer": _share_right,
    "seconds": lambda answer, gold: answer.timings.total,
}


def _shown(figure: Figure) -> str:
    return "-" if figure.mean is None else f"{figure.mean:.3f} [{figure.low:.3f}, {figure.high:.3f}]"


if __name__ == "__main__":
    main()
