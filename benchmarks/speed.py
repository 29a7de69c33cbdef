"""How fast the bot is on this machine, in Markdown: `python -m benchmarks.speed`, or `make bench`.

Ratios to the bare models, measured in one run and alternately, so that they hold on other machines too:
ingest against the encoder alone on the same texts, a warm `ask` against its own model calls alone. And the
seconds a reader waits. Everything runs on the sample library, which anyone has.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeVar

from benchmarks.machine import command, machine, today, write_result
from benchmarks.recording import Call, Recorder
from bot.cli import quiet_libraries
from bot.datatypes import Answer, IngestOutcome
from bot.embed import SentenceTransformerEncoder
from bot.errors import BotError
from bot.evaluate.gold import GoldRow, read_gold, sample
from bot.evaluate.measures.intervals import percentile
from bot.samples import GOLD, LIBRARY
from bot.workspace import Workspace

INGEST_GOAL = 0.8  # of the bare encoder's passages a second, at least
ASK_GOAL = 1.2  # times the seconds of its model calls, at most
CHANGED_WORDS = 0.12  # share of a copied text's words that another word of it takes the place of
COLLECTION = "speed"
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Pair:
    """Seconds of the whole and of the bare models, taken one right after the other."""

    whole_s: float
    bare_s: float


@dataclass(frozen=True, slots=True)
class Asked:
    """A question's answer with the model calls that it took."""

    row: GoldRow
    answer: Answer
    calls: tuple[Call, ...]


def main() -> int:
    """Measure, print, and write with --write."""
    options = _options()
    quiet_libraries()
    try:
        with tempfile.TemporaryDirectory(prefix="bot-speed-") as folder:
            markdown = report(Path(folder), options)
    except BotError as error:
        sys.stderr.write(f"benchmarks.speed: {error}\n")
        return 2
    print(markdown)
    if options.write:
        print(f"written to {write_result('speed', markdown)}", file=sys.stderr)
    return 0


def report(folder: Path, options: argparse.Namespace) -> str:
    """Measure in a scratch folder and return the Markdown.

    Raises:
        ModelNotFound: the models are not installed.
    """
    recorder = Recorder(Workspace(folder / "home"))
    list(recorder.workspace.ingest([LIBRARY], collection=COLLECTION))
    recorder.workspace.warm()
    recorder.workspace.bot(COLLECTION).retriever.snapshot()
    asked = [ask(recorder, row) for row in _noted("asking", sample(read_gold(GOLD).rows, options.questions))]
    pairs = ask_pairs(recorder, asked[: options.pairs], rounds=options.rounds)
    corpus = folder / "corpus.jsonl"
    write_corpus(corpus, recorder.workspace, copies=options.copies)
    n_passages, ingests = ingest_pairs(recorder.encoder, corpus, rounds=options.rounds)
    return "\n".join([*_head(options), *_lines(n_passages, ingests, pairs, asked), ""])


def ask(recorder: Recorder, row: GoldRow) -> Asked:
    """Ask a question once."""
    answer, calls = recorder.record(lambda: _answer(recorder, row))
    return Asked(row, answer, calls)


def ask_pairs(recorder: Recorder, asked: Sequence[Asked], *, rounds: int) -> list[Pair]:
    """Time whole answers and, by turns before and after each, its model calls alone."""
    found = []
    for i, known in enumerate(_noted("comparing", [one for _ in range(rounds) for one in asked])):
        whole = partial(_answer, recorder, known.row)
        found.append(
            _pair(whole, partial(_make, known.calls), bare_first=bool(i % 2), before=recorder.forget)
        )
    return found


def write_corpus(path: Path, workspace: Workspace, *, copies: int, seed: int = 0) -> None:
    """Write a corpus of the library's texts, each `copies` times with some of its words exchanged."""
    chance = random.Random(seed)
    with path.open("w", encoding="utf-8") as stream:
        for summary in workspace.documents(COLLECTION):
            document = workspace.document(COLLECTION, summary.doc_id)
            for copy in range(copies):
                row = {"doc_id": f"{document.external_id}-{copy}", "title": document.title}
                row["text"] = _varied(document.text, chance)
                stream.write(json.dumps(row, ensure_ascii=False) + "\n")


def ingest_pairs(encoder: SentenceTransformerEncoder, corpus: Path, *, rounds: int) -> tuple[int, list[Pair]]:
    """Time ingests into fresh homes and, by turns before and after, the encoder alone in one call.

    Returns:
        The number of passages, and a pair for each round.
    """
    found, texts = [], _ingest(encoder, corpus, corpus.parent / "ingest-first")
    for i in _noted("ingesting", range(rounds)):
        whole = partial(_ingest, encoder, corpus, corpus.parent / f"ingest-{i}")
        found.append(_pair(whole, partial(encoder.encode_passages, texts), bare_first=bool(i % 2)))
    return len(texts), found


def _answer(recorder: Recorder, row: GoldRow) -> Answer:
    return recorder.workspace.ask(row.question, collection=COLLECTION, history=row.history)


def _make(calls: Sequence[Call]) -> None:
    for call in calls:
        call()


def _ingest(encoder: SentenceTransformerEncoder, corpus: Path, home: Path) -> list[str]:
    """Take the corpus into a fresh home with a loaded encoder; return what was embedded."""
    workspace = Workspace(home)
    vars(workspace.models)["encoder"] = encoder
    for event in workspace.ingest([corpus], collection=COLLECTION):
        if isinstance(event, IngestOutcome) and event.status != "added":
            raise BotError(f"{event.source} was {event.status} ({event.reason}): expected a new document")
    return [passage.search_text for passage in workspace.store.passages(COLLECTION)]


def _pair(
    whole: Callable[[], object],
    bare: Callable[[], object],
    *,
    bare_first: bool,
    before: Callable[[], None] = lambda: None,
) -> Pair:
    seconds = {}
    for work in (bare, whole) if bare_first else (whole, bare):
        before()
        started = time.perf_counter()
        work()
        seconds[work] = time.perf_counter() - started
    return Pair(seconds[whole], seconds[bare])


def _varied(text: str, chance: random.Random) -> str:
    """Exchange some words; line breaks stay, so that headings, tables and paragraphs stay what they are."""
    words = text.split()
    lines = [
        " ".join(
            chance.choice(words) if chance.random() < CHANGED_WORDS else word for word in line.split(" ")
        )
        for line in text.split("\n")
    ]
    return "\n".join(lines)


def _noted(what: str, steps: Sequence[T]) -> Iterator[T]:
    for i, step in enumerate(steps, start=1):
        if sys.stderr.isatty():
            sys.stderr.write(f"\r\x1b[K{what} {i}/{len(steps)}" + ("\n" if i == len(steps) else ""))
        yield step


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.speed", description=__doc__)
    parser.add_argument("--questions", type=int, default=8, metavar="N", help="asked for the seconds")
    parser.add_argument("--pairs", type=int, default=4, metavar="N", help="of them compared with bare models")
    parser.add_argument("--rounds", type=int, default=2, metavar="N", help="of each comparison")
    parser.add_argument("--copies", type=int, default=3, metavar="N", help="of the library that are ingested")
    parser.add_argument("--write", action="store_true", help="write benchmarks/results/speed.md")
    return parser.parse_args()


def _head(options: argparse.Namespace) -> Iterator[str]:
    yield "# Speed"
    yield ""
    yield f"- machine: {machine()}"
    yield f"- command: `{command('benchmarks.speed')}`"
    yield f"- date: {today()}"
    yield "- models: the bundled encoder and SmolLM2-135M-Instruct, loaded before the clock starts"
    yield f"- data: the sample library and its questions; to ingest, its texts {options.copies} times, varied"
    yield ""


def _lines(
    n_passages: int, ingests: Sequence[Pair], pairs: Sequence[Pair], asked: Sequence[Asked]
) -> Iterator[str]:
    ratio = statistics.median(pair.bare_s / pair.whole_s for pair in ingests)
    whole = statistics.median(pair.whole_s for pair in pairs)
    bare = statistics.median(pair.bare_s for pair in pairs)
    rate = statistics.median(n_passages / pair.whole_s for pair in ingests)
    yield "| figure | value | goal | measured |"
    yield "|---|---|---|---|"
    yield (
        f"| ingest: passages a second, to the bare encoder's | {ratio:.2f} | at least {INGEST_GOAL} | "
        f"{len(ingests)} ingests of {n_passages} passages, {rate:.0f} passages a second |"
    )
    yield (
        f"| a warm ask: seconds, to its model calls' alone | {whole / bare:.2f} | at most {ASK_GOAL} | "
        f"medians {whole:.2f} s and {bare:.2f} s of {len(pairs)} alternating pairs |"
    )
    answered = [one.answer.timings.first_sentence for one in asked if one.answer.sentences]
    yield _wait("seconds to the first sentence", answered, "answered")
    yield _wait("seconds to the end", [one.answer.timings.total for one in asked], "asked")


def _wait(name: str, seconds: Sequence[float], what: str) -> str:
    p50, p95 = percentile(seconds, 50), percentile(seconds, 95)
    shown = "-" if p50 is None or p95 is None else f"p50 {p50:.2f}, p95 {p95:.2f}"
    return f"| {name} | {shown} | | {len(seconds)} questions {what} |"


if __name__ == "__main__":
    raise SystemExit(main())
