"""What phrasing is worth, in Markdown: `python -m benchmarks.phrasing --n 100 --write`.

A seeded sample of answerable questions of each set. The evidence is chosen as the bot chooses it, once, and
kept in the user's cache folder; what the generator makes of it is then compared with quoting it, question by
question: token F1 against the gold answers, a gold answer in the first 45 words, words, seconds.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.answers import CACHE, fitted_on, home_of, take_in
from benchmarks.machine import command, machine, today, write_result
from benchmarks.sets import SETS
from bot.answer import DEFAULT_K, Bot
from bot.cli import quiet_libraries
from bot.conversation import standalone_question
from bot.datatypes import Evidence, Passage
from bot.errors import BotError
from bot.evaluate.gold import GoldRow, read_gold, sample
from bot.evaluate.measures.answers import contains_answer, token_f1
from bot.evaluate.measures.fabrication import fabrications
from bot.evaluate.measures.intervals import Figure, mean, percentile, ratio
from bot.phrase import Phraser
from bot.selection import length_of, short_selection
from bot.tables import is_table_row
from bot.weights import BUNDLED_GENERATOR
from bot.workspace import Workspace

DEFAULT_SETS = ("squad2", "clapnq", "tatqa", "mtrag_un")
N_WORDS = 45  # of an answer, in which a gold answer counts


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with the sentences that the bot chose for it; none where it abstained."""

    question: str
    answers: tuple[str, ...]
    chosen: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Phrased:
    """What was shown for a question: each evidence sentence with its form, itself where it was quoted."""

    asked: Asked
    shown: tuple[str, ...]
    seconds: tuple[float, ...]  # of each sentence of prose

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """(evidence, form) of the sentences that were phrased."""
        return [(e, s) for e, s in zip(self.asked.chosen, self.shown, strict=True) if e != s]


def main() -> int:
    """Measure, print, and write with --write."""
    options = _options()
    quiet_libraries()
    try:
        found = {name: measured(name, options) for name in options.sets}
    except BotError as error:
        sys.stderr.write(f"benchmarks.phrasing: {error}\n")
        return 2
    markdown = "\n".join([*_head(options, found), "", *_table(found), ""])
    print(markdown)
    if options.pairs:
        _write_pairs(options.pairs, found)
    if options.write:
        suffix = "" if options.model == BUNDLED_GENERATOR else f"-{Path(options.model).stem}"
        print(f"written to {write_result(f'phrasing{suffix}', markdown)}", file=sys.stderr)
    return 0


def measured(name: str, options: argparse.Namespace) -> list[Phrased]:
    """Return what the generator made of a sample of a set, one for each question that was answered."""
    gold = read_gold(SETS[name].folder / "gold.jsonl")
    used = fitted_on(name)
    rows = [row for row in gold.rows if row.answerable and row.answers and row.row_id not in used]
    workspace = Workspace(home_of(SETS[name]), model=options.model, rerank_limit_s=math.inf, calibrated=False)
    take_in(SETS[name], workspace)
    bot = workspace.bot(name)
    assert bot.phraser is not None
    phrased = []
    for asked in chosen_for(sample(rows, options.n, seed=options.seed), workspace, bot, kept=options.kept):
        if asked.chosen:
            phrased.append(phrase(asked, bot.phraser))
    return phrased


def chosen_for(
    rows: Sequence[GoldRow], workspace: Workspace, bot: Bot, *, kept: bool = False
) -> Iterator[Asked]:
    """Yield each question with its evidence, from the cache where it was chosen before.

    With `kept` only those that were.
    """
    folder = CACHE / "phrasing"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{workspace.home.name}-{workspace.made_with[:12]}.jsonl"
    lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
    known = {line["id"]: line for line in map(json.loads, lines)}
    for row in rows:
        if row.row_id not in known:
            if kept:
                continue
            known[row.row_id] = {"id": row.row_id} | _choose(row, bot)
            with path.open("a", encoding="utf-8") as stream:
                stream.write(json.dumps(known[row.row_id], ensure_ascii=False) + "\n")
        line = known[row.row_id]
        yield Asked(line["question"], tuple(row.answers), tuple(line["chosen"]))


def phrase(asked: Asked, phraser: Phraser) -> Phrased:
    """Return what is shown for a question."""
    shown, seconds = [], []
    for text in asked.chosen:
        if is_table_row(text):
            shown.append(text)
            continue
        started = time.perf_counter()
        phrasing = phraser.phrase(asked.question, _evidence(text))
        seconds.append(time.perf_counter() - started)
        shown.append(phrasing.text or text)
    return Phrased(asked, tuple(shown), tuple(seconds))


def _choose(row: GoldRow, bot: Bot) -> dict[str, object]:
    """Return what the bot would show of the evidence, in single spaces; nothing where it abstains."""
    question = standalone_question(row.question, row.history)
    evidence = bot.selector.select(question, bot.retrieve(row.question, history=row.history)[:DEFAULT_K])
    answers = evidence and evidence[0].score >= bot.threshold
    chosen = short_selection(evidence, length_of(question)) if answers else []
    return {"question": question, "chosen": [" ".join(each.text.split()) for each in chosen]}


def _evidence(text: str) -> Evidence:
    passage = Passage("", "", "", "", "", text, 0, len(text), None, None, text)
    return Evidence(passage, 0, len(text), text, 1.0)


def _table(found: dict[str, list[Phrased]]) -> Iterator[str]:
    columns = found | {"together": [each for one in found.values() for each in one]}
    yield "| figure | " + " | ".join(columns) + " |"
    yield "|---|" + "---|" * len(columns)
    for name, figure in FIGURES.items():
        yield f"| {name} | " + " | ".join(figure(rows) for rows in columns.values()) + " |"


def _share(rows: Sequence[Phrased], *, prose: bool) -> str:
    wholes = [len(each.seconds) if prose else len(each.asked.chosen) for each in rows]
    return _text(ratio([len(each.pairs) for each in rows], wholes, unit="sentences"))


def _f1(rows: Sequence[Phrased]) -> tuple[list[float], list[float]]:
    one = [token_f1(" ".join(each.shown), each.asked.answers) for each in rows]
    return one, [token_f1(" ".join(each.asked.chosen), each.asked.answers) for each in rows]


def _held(rows: Sequence[Phrased]) -> tuple[list[float], list[float]]:
    def held(sentences: Sequence[str], answers: Sequence[str]) -> float:
        return float(contains_answer(" ".join(sentences), answers, n_words=N_WORDS))

    return (
        [held(each.shown, each.asked.answers) for each in rows],
        [held(each.asked.chosen, each.asked.answers) for each in rows],
    )


def _gain(both: tuple[list[float], list[float]]) -> str:
    figure = mean([a - b for a, b in zip(*both, strict=True)])
    return f"{figure.mean:+.4f} [{figure.low:+.4f}, {figure.high:+.4f}]" if figure.n else "-"


def _saved(rows: Sequence[Phrased]) -> str:
    pairs = [pair for each in rows for pair in each.pairs]
    if not pairs:
        return "-"
    return f"{1 - sum(len(s.split()) for _, s in pairs) / sum(len(e.split()) for e, _ in pairs):.2f}"


def _invented(rows: Sequence[Phrased]) -> str:
    pairs = [pair for each in rows for pair in each.pairs]
    return f"{sum(bool(fabrications(form, [evidence], [])) for evidence, form in pairs)} of {len(pairs)}"


def _seconds(rows: Sequence[Phrased], percent: float) -> str:
    value = percentile([second for each in rows for second in each.seconds], percent)
    return "-" if value is None else f"{value:.2f}"


def _text(figure: Figure) -> str:
    return f"{figure.mean:.3f} [{figure.low:.3f}, {figure.high:.3f}]" if figure.n else "-"


FIGURES = {
    "questions answered": lambda rows: f"{len(rows)}",
    "sentences, of them table rows": lambda rows: (
        f"{sum(len(r.shown) for r in rows)}, {sum(len(r.shown) - len(r.seconds) for r in rows)}"
    ),
    "phrased, of all sentences": lambda rows: _share(rows, prose=False),
    "phrased, of prose": lambda rows: _share(rows, prose=True),
    "words left out of those phrased": _saved,
    "token F1, as phrased": lambda rows: _text(mean(_f1(rows)[0])),
    "token F1, quoting alone": lambda rows: _text(mean(_f1(rows)[1])),
    "F1 gained, paired": lambda rows: _gain(_f1(rows)),
    f"a gold answer in {N_WORDS} words, gained, paired": lambda rows: _gain(_held(rows)),
    "phrased sentences with something made up": _invented,
    "seconds a sentence of prose, median": lambda rows: _seconds(rows, 50),
    "seconds a sentence of prose, p95": lambda rows: _seconds(rows, 95),
}


def _head(options: argparse.Namespace, found: dict[str, list[Phrased]]) -> Iterator[str]:
    yield "# Phrasing against quoting"
    yield ""
    for name in found:
        yield f"- data: part of {SETS[name].title}, {SETS[name].url}, licence {SETS[name].licence}"
    yield f"- questions: {options.n} answerable of each set, seed {options.seed}; those that weights were"
    yield "  fitted on left out; those that the bot abstains from are asked but not counted"
    if options.kept:
        yield "- of these only the questions whose evidence had been chosen before"
    yield f"- generator: {Path(options.model).name}; {BUNDLED_GENERATOR} chooses the evidence and the forms"
    yield f"- machine: {machine()}"
    yield f"- command: `{command('benchmarks.phrasing')}`"
    yield f"- date: {today()}"
    yield ""
    yield "The rules and the loss allowed were chosen on the sample of seed 11. Where nothing can be left out"
    yield "the language model is not asked, and that takes no time."
    yield ""
    yield "Intervals are 95 % percentile bootstrap intervals over questions (1,000 resamples, seeded)."


def _write_pairs(path: Path, found: dict[str, list[Phrased]]) -> None:
    """Write every phrased sentence under its evidence, in random order, for reading."""
    every = [each for rows in found.values() for each in rows]
    pairs = [(each.asked.question, *pair) for each in every for pair in each.pairs]
    order = np.random.default_rng(0).permutation(len(pairs))
    blocks = ["\n".join(("Q " + pairs[i][0], "E " + pairs[i][1], "P " + pairs[i][2])) for i in order]
    path.write_text("\n\n".join(blocks) + "\n", encoding="utf-8")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.phrasing", description=__doc__)
    parser.add_argument("--sets", nargs="+", choices=SETS, default=DEFAULT_SETS)
    parser.add_argument("--n", type=int, default=100, metavar="N", help="questions of each set")
    parser.add_argument("--seed", type=int, default=11, help="of the sample")
    parser.add_argument("--model", default=BUNDLED_GENERATOR, metavar="M", help="generator")
    parser.add_argument("--kept", action="store_true", help="only questions whose evidence is in the cache")
    parser.add_argument("--pairs", type=Path, metavar="FILE", help="write phrased sentences for reading")
    parser.add_argument("--write", action="store_true", help="write benchmarks/results/phrasing.md")
    return parser.parse_args()


if __name__ == "__main__":
    raise SystemExit(main())
