"""Do the notes under tables come with their rows? `python -m benchmarks.table_notes [--write]`.

Rows of tables in filings (`sec_html`, and `kgrag_sec10q` as PDF) that hold what may be a marker: "(1)" behind
words or a figure, "*", a raised digit. Counted is how many are given a note. Whether it is the right one can
only be read: --read prints rows drawn at random, of all files alike, with the notes they got and those that
got none. What somebody found who read them is written down here (`READ`), by hand.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from benchmarks.machine import command, machine, today, write_result
from benchmarks.sets import data_folder
from bot.parse import parse
from bot.table_notes import markers, note_context
from bot.tables import rows

SETS = {"sec_html": "*.html", "kgrag_sec10q": "*.pdf"}
SEED = 11
N_READ = 20
READ = (
    "Twenty of the rows with a note were read in their texts. In a first reading each had the note that its "
    'marker points at, and one had a note too many ("10.74(b)" with "(b) Reports"), which was put right; the '
    "same rows again: 20 of 20 have their notes and no others. Of the 67 rows without a note forty were read:"
)


@dataclass(frozen=True, slots=True)
class Marked:
    """A row with what may be markers, and the words of the notes it got."""

    file: str
    row: str
    keys: tuple[str, ...]
    notes: tuple[str, ...]


def main() -> int:
    """Count, print, and write with --write."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.table_notes", description=__doc__)
    parser.add_argument("--read", action="store_true", help=f"print {N_READ} rows of each sort to be read")
    parser.add_argument("--write", action="store_true", help="write benchmarks/results/table-notes.md")
    options = parser.parse_args()
    found = {name: list(_marked(name, pattern)) for name, pattern in SETS.items()}
    report = "\n".join(_report(found))
    sys.stdout.write(f"{report}\n")
    if options.read:
        sys.stdout.writelines(
            f"\n{line}" for line in _to_read([row for each in found.values() for row in each])
        )
    if options.write:
        write_result("table-notes", f"{report}\n")
    return 0


def _marked(name: str, pattern: str) -> Iterator[Marked]:
    for path in sorted((data_folder() / name).rglob(pattern)):
        for document in parse(path.read_bytes(), path.name):
            text = document.text
            for row in rows(text):
                words = text[row.start : row.end]
                keys = tuple(dict.fromkeys(marker.key for marker in markers(words)))
                if row.kind == "body" and keys:
                    notes = tuple(part.quote for part in note_context(text, row.end, [words]))
                    yield Marked(path.name, words, keys, notes)


def _report(found: dict[str, list[Marked]]) -> list[str]:
    lines = [
        "# Notes under tables", "",
        "- data: filings as HTML and inline XBRL (`sec_html`), 10-Q filings as PDF (`kgrag_sec10q`)",
        f"- machine: {machine()}", f"- command: `{command('benchmarks.table_notes')}`", f"- date: {today()}",
        "", "| set | rows with what may be a marker | with its note | share |", "|---|---|---|---|",
    ]  # fmt: skip
    for name, marked in found.items():
        n = sum(bool(row.notes) for row in marked)
        lines.append(f"| {name} | {len(marked)} | {n} | {n / max(len(marked), 1):.2f} |")
    missed = Counter(row.file for marked in found.values() for row in marked if not row.notes)
    told = [f"| `{file}` | {n} |" for file, n in missed.most_common()]
    return [
        *lines, "", READ, *WITHOUT, "", "| file | rows without a note |", "|---|---|", *told,
    ]  # fmt: skip


WITHOUT = (
    "most have none to be given. The letters of Alcoa's 10-Q name the",
    'notes to its statements ("(G)"), those of Microsoft\'s stand for the terms of a formula below, and',
    '"Rule 13a-14(b)" is no marker. The raised digits of Intel\'s tables have a note, but the file draws the',
    "notes' own digits apart from their words: no line opens with them. The raised markers of Apple's",
    "four PDFs stand apart from their rows, which are not counted here: they seem to have no marker.",
)


def _to_read(marked: list[Marked]) -> Iterator[str]:
    rng = random.Random(SEED)
    for has_note in (True, False):
        chosen = [row for row in marked if bool(row.notes) is has_note]
        rng.shuffle(chosen)
        by_file = Counter[str]()
        order = []
        for row in chosen:
            by_file[row.file] += 1
            order.append((by_file[row.file], row))
        for _, row in sorted(order, key=lambda each: each[0])[:N_READ]:
            yield f"{row.file}: {row.row[:200]} {row.keys}"
            yield from (f"    {' '.join(note.split())[:300]}" for note in row.notes)


if __name__ == "__main__":
    raise SystemExit(main())
