"""What every summary promises, over many: `python -m benchmarks.summary_promises [--write]`.

Each sentence cited, each quote exact, nothing made up; lengths, sentences that say the same, sections drawn
on, seconds. Over all of gum_wikinews, 40 questions of qmsum, the filings of sec_html and the sample library.
"""

from __future__ import annotations

import argparse
import sys
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

import numpy as np

from benchmarks.machine import command, machine, today, write_result
from benchmarks.sets import SETS, data_folder
from bot.cli import quiet_libraries
from bot.datatypes import Document
from bot.evaluate.gold import read_gold
from bot.evaluate.promises import invented, is_cited, is_exact, slices
from bot.samples import LIBRARY
from bot.summary.datatypes import Length
from bot.summary.reading import documents_of
from bot.summary.redundancy import bigrams, jaccard
from bot.summary.render import summary_json
from bot.weights import BUNDLED_GENERATOR
from bot.workspace import Workspace

N_QMSUM = 40
TOLERANCE = 0.25  # of the budget of words
LEAST_SECTIONS = {"medium": 4, "long": 7}  # that are drawn on, of documents with MANY_SECTIONS
MANY_SECTIONS = 10


@dataclass(frozen=True, slots=True)
class Asked:
    """A summary that is asked for."""

    group: str
    documents: Sequence[Document]
    length: Length
    focus: str = ""


@dataclass(frozen=True, slots=True)
class Checked:
    """What became of one: counts, and a line for each promise that was not kept."""

    asked: Asked
    n_sentences: int
    n_quotes: int
    n_invented: int
    n_bad_quotes: int
    n_uncited: int
    most_alike: float
    n_words: int
    budget: int
    n_sections: int
    n_cited: int
    seconds: float
    faults: tuple[str, ...]


def main() -> None:
    """Measure, print, and write with --write; exit 1 where a promise is broken."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.summary_promises", description=__doc__)
    parser.add_argument("--model", default=BUNDLED_GENERATOR)
    parser.add_argument("--limit", type=int, default=0, help="the first N, in an order of their hash")
    parser.add_argument("--write", action="store_true", help="write benchmarks/results/summaries-promises.md")
    options = parser.parse_args()
    quiet_libraries()
    workspace = Workspace(Path("runs/summaries-home"), model=options.model)
    asked = list(wanted(workspace))
    if options.limit:
        asked = sorted(
            asked, key=lambda a: zlib.crc32(repr((a.documents[0].title, a.length, a.focus)).encode())
        )
        asked = asked[: options.limit]
    checked = []
    for n, each in enumerate(asked, start=1):
        checked.append(check(workspace, each))
        print(f"\r{n} of {len(asked)}", end="", file=sys.stderr)
    print(file=sys.stderr)
    text = "\n".join(_report(checked)) + "\n"
    print(text)
    if options.write:
        print(f"written to {write_result('summaries-promises', text)}", file=sys.stderr)
    raise SystemExit(any(each.n_invented or each.n_bad_quotes or each.n_uncited for each in checked))


def wanted(workspace: Workspace) -> Iterator[Asked]:
    """Yield every summary that is asked for."""

    def read(path: Path) -> list[Document]:
        return documents_of([str(path)], store=workspace.store, collection="none")[0]

    for document in read(SETS["gum_wikinews"].folder / "corpus.jsonl"):
        yield from (Asked("gum_wikinews", [document], length) for length in Length)
    folder = SETS["qmsum"].folder
    meetings = {document.external_id: document for document in read(folder / "corpus.jsonl")}
    rows = sorted(read_gold(folder / "gold.jsonl").rows, key=lambda row: zlib.crc32(row.row_id.encode()))
    for row in rows[:N_QMSUM]:
        yield Asked("qmsum", [meetings[row.documents[0]]], Length.MEDIUM, row.question)
    for path in sorted((data_folder() / "sec_html").glob("*.html")):
        yield from (Asked("sec_html", read(path), length) for length in Length)
    samples = read(LIBRARY)
    for document in samples:
        yield from (Asked("samples", [document], length) for length in Length)
    yield from (Asked("samples, together", samples, length) for length in (Length.MEDIUM, Length.LONG))


def check(workspace: Workspace, asked: Asked) -> Checked:
    """Make one and look whether it keeps what it promises."""
    summarizer = workspace.summarizer(bool(asked.focus))
    summary = summarizer.summarize(asked.documents, length=asked.length, focus=asked.focus)
    told = summary_json(summary)
    texts = {document.doc_id: document.text for document in asked.documents}
    sentences, quotes = told["sentences"], slices(told)
    made_up = [(s["text"], found) for s in sentences if (found := invented(told, s))]
    bad = [quote["quote"] for quote in quotes if not is_exact(quote, texts.get)]
    uncited = [s["text"] for s in sentences if not is_cited(told, s)]
    alike = [jaccard(bigrams(a["text"]), bigrams(b["text"])) for a, b in combinations(sentences, 2)]
    faults = [f"made up {found} in “{text}”" for text, found in made_up]
    faults += [f"not exact: “{quote}”" for quote in bad] + [f"not cited: “{text}”" for text in uncited]
    return Checked(
        asked, len(sentences), len(quotes), len(made_up), len(bad), len(uncited), max(alike, default=0.0),
        summary.n_words, summary.budget_words, len(summary.coverage),
        sum(row.cited for row in summary.coverage),
        summary.seconds, tuple(faults),
    )  # fmt: skip


def _report(checked: Sequence[Checked]) -> Iterator[str]:
    groups: dict[str, list[Checked]] = {}
    for each in checked:
        groups.setdefault(each.asked.group, []).append(each)
    yield "# What every summary promises"
    yield ""
    yield f"`{command('benchmarks.summary_promises')}`, {today()}, {machine()}."
    yield "Sets: see ../data.md. An upper bound of 95 % for none of n is 3 / n."
    yield ""
    yield (
        "| documents | summaries | sentences | made up | quotes | not exact | not cited | two sentences "
        "alike, most | seconds, median | most |"
    )
    yield "|---|" + "---|" * 9
    for name, own in [*groups.items(), ("all", list(checked))]:
        yield _row(name, own)
    yield from ("", "## Lengths", "", *_lengths(checked), "", "## Sections drawn on", "", *_sections(checked))
    faults = [(each, fault) for each in checked for fault in each.faults]
    yield from ("", "## Broken promises", "")
    yield from (f"- {each.asked.group}, {each.asked.documents[0].title}: {fault}" for each, fault in faults)
    if not faults:
        yield "None."


def _row(name: str, own: Sequence[Checked]) -> str:
    def total(field: str) -> int:
        return sum(getattr(each, field) for each in own)

    seconds = [each.seconds for each in own]
    return (
        f"| {name} | {len(own)} | {total('n_sentences'):,} | {total('n_invented')} | {total('n_quotes'):,} "
        f"| {total('n_bad_quotes')} | {total('n_uncited')} | {max(each.most_alike for each in own):.2f} "
        f"| {np.median(seconds):.1f} | {max(seconds):.1f} |"
    )


def _lengths(checked: Sequence[Checked]) -> Iterator[str]:
    """Say how many summaries are about as long as wanted; of a short one, whether it is one sentence."""
    by_length: Mapping[str, list[Checked]] = {length.value: [] for length in Length}
    for each in checked:
        by_length[each.asked.length.value].append(each)
    for name, own in by_length.items():
        if not own:
            continue
        if name == "short":
            n_one = sum(each.n_sentences == 1 for each in own)
            words = [each.n_words for each in own]
            yield f"- short: one sentence in {n_one} of {len(own)}, {min(words)} to {max(words)} words"
            continue
        far = [each for each in own if abs(each.n_words / each.budget - 1) > TOLERANCE]
        yield f"- {name}: within {TOLERANCE:.0%} of the budget in {len(own) - len(far)} of {len(own)}"
        yield from (f"  - {_called(each.asked)}: {each.n_words} words of {each.budget}" for each in far)


def _sections(checked: Sequence[Checked]) -> Iterator[str]:
    for length, least in LEAST_SECTIONS.items():
        many = [
            each for each in checked
            if each.asked.length == length and len(each.asked.documents) == 1
            and each.n_sections >= MANY_SECTIONS and not each.asked.focus
        ]  # fmt: skip
        few = [each for each in many if each.n_cited < least]
        n_kept = len(many) - len(few)
        yield f"- {length}, at least {MANY_SECTIONS} sections: {least} or more in {n_kept} of {len(many)}"
        yield from (f"  - {_called(each.asked)}: {each.n_cited} of {each.n_sections}" for each in few)


def _called(asked: Asked) -> str:
    more = f" and {len(asked.documents) - 1} more" if len(asked.documents) > 1 else ""
    return f"{asked.group}, {asked.documents[0].title}{more}"


if __name__ == "__main__":
    main()
