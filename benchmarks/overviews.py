"""Are requests for a summary understood? `python -m benchmarks.overviews [--n N] [--write]`.

Three kinds of requests, made of the titles of a set's documents, each asked twice in one run: as an ordinary
question, and with summaries in the chat (`bot/overview.py`). "Named": 'Summarise the article "TITLE"' of an
article of MultiHop-RAG. "Topic": "Tell me about TITLE" of a Wikipedia page of CLAPnq. "Absent": the same of
CLAPnq with titles of MTRAG-UN's pages that share no word with any title there; these should be declined.
"""

from __future__ import annotations

import argparse
import copy
import json
import random
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from benchmarks.answers import home_of, take_in
from benchmarks.machine import command, machine, today, write_result
from benchmarks.sets import SETS
from bot.answer import Bot
from bot.cli import quiet_libraries
from bot.datatypes import Answer
from bot.evaluate.measures.intervals import mean
from bot.evaluate.promises import invented, is_cited, is_exact, slices
from bot.evaluate.run import stored_texts
from bot.facts import stems
from bot.render import answer_json
from bot.workspace import Workspace

SEED = 7
MAX_TITLE_WORDS = 12


@dataclass(frozen=True, slots=True)
class Request:
    """A request for a summary and the documents with that title; none where it should be declined."""

    kind: str
    collection: str
    question: str
    meant: frozenset[str]


@dataclass(frozen=True, slots=True)
class Asked:
    """A request with its answers, as any question and with summaries; `broken`: promises not kept."""

    request: Request
    before: Answer
    after: Answer
    broken: int


def main() -> None:
    """Ask, print, and write with --write."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.overviews", description=__doc__)
    parser.add_argument("--n", type=int, default=40, help="requests of each kind, a seeded sample")
    parser.add_argument("--write", action="store_true", help="write benchmarks/results/overviews.md")
    options = parser.parse_args()
    quiet_libraries()
    asked = []
    for request in _requests(options.n):
        asked.append(_asked(request))
        sys.stderr.write(f"\r{len(asked)} ")
    text = "\n".join(_lines(asked)) + "\n"
    print(text)
    if options.write:
        print(write_result("overviews", text))


def _requests(n: int) -> list[Request]:
    rng = random.Random(SEED)
    news, pages, others = (_titles(name) for name in ("multihop_rag_500", "clapnq", "mtrag_un"))
    known = {stem for title in pages for stem in stems(title)}
    absent = {title: ids for title, ids in others.items() if stems(title) and not known & set(stems(title))}
    kinds = (
        ("named", "multihop_rag_500", "Summarise the article “{}”", news),
        ("topic", "clapnq", "Tell me about {}", pages),
        ("absent", "clapnq", "Tell me about {}", dict.fromkeys(absent, frozenset[str]())),
    )
    return [
        Request(kind, collection, wording.format(title), titles[title])
        for kind, collection, wording, titles in kinds
        for title in rng.sample(sorted(titles), min(n, len(titles)))
    ]


def _titles(name: str) -> dict[str, frozenset[str]]:
    """Return the doc_ids of a set's documents by title, titles that are long or have marks aside."""
    found: dict[str, set[str]] = {}
    for line in (SETS[name].folder / SETS[name].corpus).open(encoding="utf-8"):
        row = json.loads(line)
        title = row["title"].strip()
        if title and len(title.split()) <= MAX_TITLE_WORDS and not set(title) & set("“”\"'’|?"):
            found.setdefault(title, set()).add(row["doc_id"])
    return {title: frozenset(ids) for title, ids in found.items()}


_bots: dict[str, tuple[Workspace, Bot]] = {}


def _asked(request: Request) -> Asked:
    if request.collection not in _bots:
        workspace = Workspace(home_of(SETS[request.collection]))
        take_in(SETS[request.collection], workspace)
        workspace.warm()
        _bots[request.collection] = workspace, workspace.bot(request.collection)
    workspace, bot = _bots[request.collection]
    plain = copy.copy(bot)
    plain.summarizer = None
    after = bot.ask(request.question)
    told, text_of = answer_json(after), stored_texts(workspace, request.collection)
    broken = sum(not is_cited(told, s) or bool(invented(told, s)) for s in told["sentences"])
    broken += sum(not is_exact(quoted, text_of) for quoted in slices(told))
    return Asked(request, plain.ask(request.question), after, broken)


def _lines(asked: Sequence[Asked]) -> Iterator[str]:
    yield from (
        "# Summaries in the chat", "",
        f"`{command('benchmarks.overviews')}`, {today()}, {machine()}.",
        "Default models; MultiHop-RAG's and CLAPnq's documents, see ../data.md. 95 % bootstrap intervals",
        "over requests (1,000 resamples, seeded). As any question: without `bot/overview.py`.", "",
        "| request | n | | as any question | with summaries |", "|---|---|---|---|---|",
    )  # fmt: skip
    for kind in ("named", "topic", "absent"):
        own = [each for each in asked if each.request.kind == kind]
        sides = [[each.before for each in own], [each.after for each in own]]
        answered = [mean([float(answer.kind == "answer") for answer in side]) for side in sides]
        yield f"| {kind} | {len(own)} | answered | {_shown(answered[0])} | {_shown(answered[1])} |"
        if kind != "absent":
            right = [mean([_right(each.request, a) for each, a in zip(own, s, strict=True)]) for s in sides]
            yield f"| | | of what is meant alone | {_shown(right[0])} | {_shown(right[1])} |"
    n_sentences = sum(len(each.after.sentences) for each in asked)
    broken = sum(each.broken for each in asked)
    yield ""
    yield (
        f"Of {n_sentences} sentences with summaries, {broken} without a citation, with something made up, or "
        "with a quote that is no exact slice."
    )


def _right(request: Request, answer: Answer) -> float:
    """Tell whether an answer cites the documents that are meant and no other."""
    cited = {citation.external_id for citation in answer.citations}
    return float(bool(cited) and cited <= request.meant)


def _shown(figure: object) -> str:
    mean_, low, high = (getattr(figure, name) for name in ("mean", "low", "high"))
    return f"{mean_:.3f} [{low:.3f}, {high:.3f}]"


if __name__ == "__main__":
    main()
