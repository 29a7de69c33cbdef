"""Is every figure of a filing read? `python -m benchmarks.figures [--write]`.

Each page of `sec_html` is opened in Chromium (no network), and the numbers in what it shows (`innerText`) are
compared with those in the canonical text, as multisets: how often each stands there counts, where does not.
The Items found are compared with those that the set lists; an Item of no characters is one that is not there.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import scipy.stats

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))  # the browser is driven as in the tests

from page_driver import Page, browsing

from benchmarks.machine import command, machine, today, write_result
from benchmarks.sets import data_folder
from bot.datatypes import ParsedDocument, Section
from bot.parse import parse

SET = "sec_html"
MOST_SHOWN = 12  # differences of a file that are listed
_NAMED = re.compile(r"\bitem\s*\|?\s*(\d+[a-c]?)\b", re.IGNORECASE)
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


@dataclass(frozen=True, slots=True)
class Filing:
    """What was found in one file: numbers shown and read, Items listed and found.

    `listed` maps an Item ("1A", or "2:1A" in Part II of a 10-Q) to the characters the set gives it; it is
    None where the set has no list. `lengths` are the characters of each section that was found, `named` the
    Items that the text names anywhere, heading or not, without their Part.
    """

    name: str
    shown: Counter[str]
    read: Counter[str]
    listed: dict[str, int] | None
    lengths: dict[str, int]
    named: frozenset[str]

    @property
    def kept(self) -> float:
        """The share of the numbers shown that were read, 1.0 where none is shown."""
        n_shown = self.shown.total()
        return (self.shown & self.read).total() / n_shown if n_shown else 1.0

    @property
    def missing(self) -> set[str]:
        """Listed Items that were not found."""
        return {item for item, n in (self.listed or {}).items() if n} - set(self.lengths)


def main() -> int:
    """Measure, print, and write with --write."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.figures", description=__doc__)
    parser.add_argument("--write", action="store_true", help="write benchmarks/results/filings.md")
    options = parser.parse_args()
    paths = sorted((data_folder() / SET).glob("*.html"))
    with browsing() as page:
        page.chrome.execute_cdp_cmd("Network.enable", {})
        page.chrome.execute_cdp_cmd("Network.setBlockedURLs", {"urls": ["http://*", "https://*"]})
        found = [_filing(path, _shown(page, path)) for path in paths]
    report = "\n".join(_report(found))
    sys.stdout.write(f"{report}\n")
    if options.write:
        write_result("filings", f"{report}\n")
    return 0


def _shown(page: Page, path: Path) -> str:
    """Return the text of a page as Chromium shows it."""
    page.chrome.get(path.resolve().as_uri())
    return str(page.chrome.execute_script("return document.body.innerText"))


def _filing(path: Path, shown: str) -> Filing:
    (document,) = parse(path.read_bytes(), path.name)
    assert isinstance(document, ParsedDocument)
    lengths = dict(_lengths(document.sections))
    named = frozenset(number.upper() for number in _NAMED.findall(document.text))
    return Filing(path.stem, _numbers(shown), _numbers(document.text), _listed(path), lengths, named)


def _numbers(text: str) -> Counter[str]:
    return Counter(_NUMBER.findall(text))


def _listed(path: Path) -> dict[str, int] | None:
    """Read the set's list: "part2item1a" -> "2:1A"."""
    listing = path.with_suffix(".sections.json")
    if not listing.is_file():
        return None
    rows = json.loads(listing.read_text(encoding="utf-8"))
    return {_name(row["identifier"]): row["character_count"] for row in rows}


def _name(identifier: str) -> str:
    return identifier.removeprefix("part").replace("item", ":").upper()


def _lengths(sections: tuple[Section, ...]) -> Iterator[tuple[str, int]]:
    """Yield (Item, characters), with the number of its Part where two Parts have the Item."""
    items = [section.item for section in sections if section.item]
    twice = len(items) > len(set(items))
    parts = [section for section in sections if section.level == 1 and not section.item]
    for section in sections:
        if section.item:
            part = sum(part.start < section.start for part in parts)
            yield (f"{part}:{section.item}" if twice else section.item), section.end - section.start


def _report(found: list[Filing]) -> list[str]:
    n_listed = sum(filing.listed is not None for filing in found)
    return [
        "# Filings: every figure, every Item", "",
        "- data: `sec_html`, 10-K, 10-Q and 8-K reports and one exhibit, https://www.sec.gov/edgar, public; "
        f"the lists of Items from test data under MIT; n={len(found)} files, {n_listed} with such a list",
        f"- machine: {machine()}; Chromium, offline", f"- command: `{command('benchmarks.figures')}`",
        f"- date: {today()}", "",
        "| file | numbers shown | of them read | | Items found of those listed | found beyond the list "
        "| lengths, rank correlation |", "|---|---|---|---|---|---|---|",
        *map(_row, found), "",
        "An Item beyond the list is one that the report has and the list leaves out. The list counts "
        "characters of markup too, so lengths are compared by rank.", "",
        *filter(None, map(_missing, found)), "", "## Numbers that differ", "",
        *map(_differences, found),
    ]  # fmt: skip


def _row(filing: Filing) -> str:
    n_shown, n_read = filing.shown.total(), (filing.shown & filing.read).total()
    figures = f"| {filing.name} | {n_shown:,} | {n_read:,} | {filing.kept:.4f} "
    if filing.listed is None:
        return f"{figures}| {len(filing.lengths)} found, none listed | | |"
    there = {item for item, n in filing.listed.items() if n}
    beyond = ", ".join(sorted(set(filing.lengths) - there)) or "none"
    both = sorted(there & set(filing.lengths))
    correlation = scipy.stats.spearmanr(
        [filing.lengths[item] for item in both], [filing.listed[item] for item in both]
    ).statistic
    return f"{figures}| {len(both)} of {len(there)} | {beyond} | {correlation:.2f} |"


def _missing(filing: Filing) -> str:
    """Say of each listed Item that was not found whether the report names it at all; "" where all were."""
    words = [
        f"{item} ({'named in the text' if item.split(':')[-1] in filing.named else 'nowhere in the text'})"
        for item in sorted(filing.missing)
    ]
    return f"- {filing.name}: listed and not found {', '.join(words)}" if words else ""


def _differences(filing: Filing) -> str:
    lost, more = filing.shown - filing.read, filing.read - filing.shown
    return f"- {filing.name}: shown and not read {_counts(lost)}; read and not shown {_counts(more)}"


def _counts(numbers: Counter[str]) -> str:
    """Say how many numbers there are and which: {"5": 2, "1,496": 1} -> "3 (`5` x2, `1,496`)"."""
    if not numbers:
        return "none"
    words = [f"`{n}` x{count}" if count > 1 else f"`{n}`" for n, count in numbers.most_common(MOST_SHOWN)]
    rest = ", ..." if len(numbers) > MOST_SHOWN else ""
    return f"{numbers.total()} ({', '.join(words)}{rest})"


if __name__ == "__main__":
    raise SystemExit(main())
