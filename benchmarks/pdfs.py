"""What becomes of filings as PDF? `python -m benchmarks.pdfs [--write]`.

The 10-Q reports of Docugami KG-RAG. The Items found as sections are compared with those that the contents
page lists, as PDFium hands out its lines. Running heads are the lines that it has first or last on many
pages: how many of them are left in the text. Figures: the numbers in all its lines, heads aside, and those in
the canonical text, as multisets. Rows: lines of tables whose cells stand under heads.
"""

from __future__ import annotations

import argparse
import re
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pypdfium2 as pdfium

from benchmarks.machine import command, machine, today, write_result
from benchmarks.sets import data_folder
from bot.datatypes import ParsedDocument
from bot.parse import parse
from bot.tables import heads_over, rows

SET = "kgrag_sec10q"
_CONTENTS_PAGES = 5  # at the front, in which a contents page stands
_EDGE_LINES = 2
_MIN_PAGES = 5  # at whose edge a line stands that is a running head
_LISTED = re.compile(r"^\s*(?:(PART)\s+(I{1,3})\b|ITEM\s+(\d{1,2}[A-C]?)\b)", re.IGNORECASE | re.MULTILINE)
_PART = re.compile(r"PART\s+(I{1,3})", re.IGNORECASE)
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


@dataclass(frozen=True, slots=True)
class Filing:
    """What was found in one file. Items are "1:1A": Part, colon, Item."""

    name: str
    about: str
    listed: tuple[str, ...]
    found: tuple[str, ...]
    n_heads: int
    left: Counter[str]
    n_figures: int
    lost: Counter[str]
    n_rows: int
    n_headed: int
    seconds: float


def main() -> int:
    """Measure, print, and write with --write."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.pdfs", description=__doc__)
    parser.add_argument("--write", action="store_true", help="write benchmarks/results/pdfs.md")
    parser.add_argument("--note", default="", help="a remark for the report")
    options = parser.parse_args()
    filings = [measured(path) for path in sorted((data_folder() / SET).rglob("*.pdf"))]
    report = "\n".join(_report(filings, options.note)) + "\n"
    sys.stdout.write(report)
    if options.write:
        write_result("pdfs", report)
    return 0


def measured(path: Path) -> Filing:
    """Read one file with the bot, and with pypdf and PDFium beside it."""
    payload = path.read_bytes()
    started = time.perf_counter()
    (document,) = parse(payload, path.name)
    seconds = time.perf_counter() - started
    assert isinstance(document, ParsedDocument)
    pages = [page.get_textpage().get_text_bounded() for page in pdfium.PdfDocument(payload)]
    heads = running_heads(pages)
    lines = Counter(_masked(line) for line in document.text.splitlines())
    printed, read = _figures(pages, heads), Counter(_NUMBER.findall(document.text))
    body = [row for row in rows(document.text) if row.kind == "body"]
    about = [document.metadata.get(key, "") for key in ("company", "form", "period")]
    return Filing(
        path.stem,
        " ".join(about),
        tuple(_listed(pages)),
        tuple(_found(document)),
        sum(heads.values()),
        Counter({head: min(n, lines[head]) for head, n in heads.items() if lines[head]}),
        printed.total(),
        printed - read,
        len(body),
        sum(_is_headed(document.text, row.start, row.end, row.head.rows) for row in body),
        seconds,
    )


def running_heads(pages: Sequence[str]) -> Counter[str]:
    """Return the lines at the edges of many pages, digits masked, with the number of pages they stand on."""
    edges: Counter[str] = Counter()
    for page in pages:
        lines = [_masked(line) for line in page.splitlines() if line.strip()]
        edges.update({*lines[:_EDGE_LINES], *lines[-_EDGE_LINES:]})
    return Counter({line: n for line, n in edges.items() if n >= _MIN_PAGES})


def _masked(line: str) -> str:
    return re.sub(r"\d+", "#", " ".join(line.split())).casefold()


def _listed(pages: Sequence[str]) -> Iterator[str]:
    """Yield the Items of the contents page: the first page at the front that names three or more."""
    for page in pages[:_CONTENTS_PAGES]:
        part, items = 1, []
        for match in _LISTED.finditer(page):
            if match[1]:
                part = len(match[2])
            else:
                items.append(f"{part}:{match[3].upper()}")
        if len(items) >= 3:
            yield from dict.fromkeys(items)
            return


def _found(document: ParsedDocument) -> Iterator[str]:
    part = 1
    for section in document.sections:
        if section.item:
            yield f"{part}:{section.item}"
        elif match := _PART.match(section.title):
            part = len(match[1])


def _figures(pages: Sequence[str], heads: Counter[str]) -> Counter[str]:
    """Return the numbers of all lines but running heads."""
    found: Counter[str] = Counter()
    for page in pages:
        for line in page.splitlines():
            if _masked(line) not in heads:
                found.update(_NUMBER.findall(line))
    return found


def _is_headed(text: str, start: int, end: int, heads: Sequence[tuple[int, int]]) -> bool:
    return any(heads_over(text[start:end], [text[slice(*head)] for head in heads]))


def _report(filings: Sequence[Filing], note: str) -> Iterator[str]:
    yield from (
        "# Filings as PDF", "",
        f"`{command('benchmarks.pdfs')}`, {today()}, {machine()}.", "",
        "The 10-Q reports of Docugami KG-RAG (https://github.com/docugami/KG-RAG-datasets, MIT). Items:",
        "found as sections, of those that the contents page lists; beyond: found and not listed. Heads:",
        "lines at the edge of five pages or more, and how many of them are left in the text. Figures:",
        "numbers outside of heads, and how many of them are read. Rows: of tables, and those with a head",
        f"to a cell. {note}".strip(), "",
        "| file | filing | Items | beyond | heads | left | figures | read | rows | headed | s |",
        "|---|---|---|---|---|---|---|---|---|---|---|",
    )  # fmt: skip
    for one in filings:
        both, beyond = set(one.listed) & set(one.found), sorted(set(one.found) - set(one.listed))
        items = f"{len(both)} of {len(one.listed)}" if one.listed else "none listed"
        cells = [one.name, one.about, items, ", ".join(beyond) or "none", one.n_heads]
        cells += [
            one.left.total(),
            one.n_figures,
            one.n_figures - one.lost.total(),
            one.n_rows,
            one.n_headed,
            f"{one.seconds:.1f}",
        ]
        yield f"| {' | '.join(map(str, cells))} |"
    listed = sum(len(one.listed) for one in filings)
    found = sum(len(set(one.listed) & set(one.found)) for one in filings)
    sums = [sum(one.n_heads for one in filings), sum(one.left.total() for one in filings)]
    sums += [sum(one.n_figures for one in filings)]
    sums += [sums[-1] - sum(one.lost.total() for one in filings)]
    sums += [sum(one.n_rows for one in filings), sum(one.n_headed for one in filings)]
    yield f"| all | | {found} of {listed} | | " + " | ".join(f"{n:,}" for n in sums) + " | |"
    yield ""
    for one in filings:
        if missing := [item for item in one.listed if item not in one.found]:
            yield f"- {one.name}: listed and not found: {', '.join(missing)}"
        if one.left or one.lost:
            yield f"- {one.name}: left {_told(one.left)}; not read {_told(one.lost)}"


def _told(counted: Counter[str]) -> str:
    told = [f"{text} ({n})" for text, n in sorted(counted.items())]
    return ", ".join(told).replace("|", "\\|") or "none"


if __name__ == "__main__":
    raise SystemExit(main())
