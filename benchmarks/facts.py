"""Facts of inline XBRL: kept, in their place, with their value? `python -m benchmarks.facts [--write]`.

Each page of `sec_html` is read a second time as XML by the standard library, which shares no code with ours:
its facts that are not hidden, with period, unit, dimensions and the figure that is shown. They are compared
with those read by the bot, as multisets. Apart from that each stored figure is read off the text at its
place, multiplied by its scale and its sign, and compared with the value. Last, what this costs: reading each
page with and without facts, in turns, the median of several.
"""

from __future__ import annotations

import argparse
import re
import statistics
import sys
import time
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from benchmarks.machine import command, machine, today, write_result
from benchmarks.sets import data_folder
from bot.datatypes import Fact, ParsedDocument
from bot.parse import LIMITS, pagetable, pagewalk, webpage

SET = "sec_html"
LONG = 200  # characters: a fact in more words is a note
MOST_SHOWN = 8
REPEATS = 7
IN_WORDS = "zero one two three four five six seven eight nine ten".split()
Said = tuple[str, str, str, str, tuple[tuple[str, str], ...], str]
# concept, unit, period start, period end, dimensions, what is shown


@dataclass(frozen=True, slots=True)
class Filing:
    """What is in one file and what was read of it.

    `tagged` counts "number", "words", "note" and "empty" facts that are shown, and "hidden" ones. `expected`
    and `read` are the shown numbers and short words. Of `n_values` numbers `unequal` has a line for each
    whose value is not what the text reads. `seconds` of the processor: with facts and without.
    """

    name: str
    tagged: Counter[str]
    expected: Counter[Said]
    read: Counter[Said]
    n_values: int
    unequal: tuple[str, ...]
    n_places: int
    seconds: tuple[float, float]


def main() -> int:
    """Measure, print, and write with --write."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.facts", description=__doc__)
    parser.add_argument("--write", action="store_true", help="write benchmarks/results/facts.md")
    options = parser.parse_args()
    found = [_filing(path) for path in sorted((data_folder() / SET).glob("*.html"))]
    report = "\n".join(_report(found))
    sys.stdout.write(f"{report}\n")
    if options.write:
        write_result("facts", f"{report}\n")
    return 0


def _filing(path: Path) -> Filing:
    payload = path.read_bytes()
    document = webpage.read_html(payload, path.name, LIMITS)
    tagged, expected = _Oracle(payload).facts() if document.facts else (Counter(), Counter())
    numbers = [fact for fact in document.facts if fact.unit and fact.value is not None]
    unequal = [line for fact in numbers if (line := _unequal(document, fact))]
    read = Counter(_said(fact, document.text[fact.start : fact.end]) for fact in document.facts)
    return Filing(
        path.stem, tagged, expected, read, len(numbers), tuple(unequal), len(document.facts),
        _seconds(payload, path.name),
    )  # fmt: skip


def _unequal(document: ParsedDocument, fact: Fact) -> str:
    """Return "" where the text at a fact's place, times scale and sign, is its value; else what differs."""
    shown = document.text[fact.start : fact.end]
    digits = shown.replace(",", "").replace(" ", "").replace("\u00a0", "")
    digits = str(IN_WORDS.index(shown.lower())) if shown.lower() in IN_WORDS else digits
    plain = re.fullmatch(r"[0-9]*\.?[0-9]+", digits)
    if plain and Decimal(digits) * Decimal(10) ** fact.scale * (-1 if fact.sign else 1) == Decimal(
        fact.value or 0
    ):
        return ""
    if not re.search("[0-9]", shown) and fact.value == "0":
        return ""  # a dash stands for nothing, at any scale
    return f"`{shown}` x 10^{fact.scale}{' x -1' if fact.sign else ''} against {fact.value} ({fact.concept})"


def _said(fact: Fact, shown: str) -> Said:
    dimensions = tuple(sorted(fact.dimensions))
    return fact.concept, fact.unit, fact.period_start, fact.period_end, dimensions, _squeezed(shown)


def _squeezed(shown: str) -> str:
    return re.sub(r"[\s|\u200b-\u200f\u00ad\ufeff]+", "", shown)


class _Oracle:
    """The facts of a page by the standard library's reader of XML."""

    def __init__(self, payload: bytes) -> None:
        self.root = ET.fromstring(payload)
        self.parents = {child: parent for parent in self.root.iter() for child in parent}
        self.contexts = {e.get("id", ""): _context(e) for e in self.root.iter() if _local(e) == "context"}
        self.units = {e.get("id", ""): _unit(e) for e in self.root.iter() if _local(e) == "unit"}

    def facts(self) -> tuple[Counter[str], Counter[Said]]:
        """Return how many facts there are of each sort, and those shown in a figure or a few words."""
        sorts: Counter[str] = Counter()
        found: Counter[Said] = Counter()
        for element in self.root.iter():
            if _local(element) in ("nonFraction", "nonNumeric"):
                sort = self._sort(element)
                sorts[sort] += 1
                if sort in ("number", "words"):
                    found[self._said(element)] += 1
        return sorts, found

    def _sort(self, element: ET.Element) -> str:
        if self._is_hidden(element):
            return "hidden"
        shown = "".join(element.itertext())
        if not shown.strip():
            return "empty"
        if _local(element) == "nonFraction":
            return "number"
        is_markup = element.get("escape", "") in ("true", "1")
        return "note" if is_markup or len(" ".join(shown.split())) > LONG else "words"

    def _is_hidden(self, element: ET.Element | None) -> bool:
        while element is not None:
            style = re.sub(r"\s", "", element.get("style", ""))
            if (_local(element) == "header" and "inlineXBRL" in element.tag) or "display:none" in style:
                return True
            element = self.parents.get(element)
        return False

    def _said(self, element: ET.Element) -> Said:
        start, end, dimensions = self.contexts[element.get("contextRef", "")]
        unit = self.units.get(element.get("unitRef", ""), "")
        return element.get("name", ""), unit, start, end, dimensions, _squeezed("".join(element.itertext()))


def _context(element: ET.Element) -> tuple[str, str, tuple[tuple[str, str], ...]]:
    text = {_local(e): (e.text or "").strip()[:10] for e in element.iter()}
    members = [
        (e.get("dimension", ""), "".join(e.itertext()).strip())
        for e in element.iter()
        if _local(e) in ("explicitMember", "typedMember")
    ]
    return text.get("startDate", ""), text.get("endDate") or text.get("instant", ""), tuple(sorted(members))


def _unit(element: ET.Element) -> str:
    return "/".join(
        (e.text or "").strip().rpartition(":")[2] for e in element.iter() if _local(e) == "measure"
    )


def _local(element: ET.Element) -> str:
    return element.tag.rpartition("}")[2]


def _seconds(payload: bytes, name: str) -> tuple[float, float]:
    """Return the median seconds of reading a page with its facts, and without, in turns."""
    with_facts, without = [], []
    for _ in range(REPEATS):
        with_facts.append(_once(payload, name))
        without.append(_without(payload, name))
    return statistics.median(with_facts), statistics.median(without)


def _once(payload: bytes, name: str) -> float:
    started = time.process_time()
    webpage.read_html(payload, name, LIMITS)
    return time.process_time() - started


def _without(payload: bytes, name: str) -> float:
    """Read a page as if no element were tagged."""
    tags, placed = pagewalk.FACT_TAGS, webpage.placed_facts
    pagewalk.FACT_TAGS = pagetable.FACT_TAGS = frozenset()
    webpage.placed_facts = lambda root, blocks: ((), 0)
    try:
        return _once(payload, name)
    finally:
        pagewalk.FACT_TAGS = pagetable.FACT_TAGS = tags
        webpage.placed_facts = placed


def _report(found: list[Filing]) -> Iterator[str]:
    yield from (
        "# Facts of inline XBRL: kept, in place, with their value", "",
        "- data: `sec_html`, 10-K, 10-Q and 8-K reports and one exhibit, https://www.sec.gov/edgar, public; "
        f"n={len(found)} files, {sum(bool(f.read) for f in found)} with inline XBRL",
        f"- machine: {machine()}", f"- command: `{command('benchmarks.facts')}`", f"- date: {today()}", "",
        "| file | tagged | of them hidden | shown: figures, short words, notes, nothing "
        "| figures and short words read with place, period, unit and dimensions as in the file "
        "| values equal to the text at their place x scale x sign | processor seconds with facts, without |",
        "|---|---|---|---|---|---|---|",
    )  # fmt: skip
    yield from map(_row, [filing for filing in found if filing.read])
    yield _row(_total(found))
    n_without = sum(not filing.read for filing in found)
    ratios = [filing.seconds[0] / filing.seconds[1] for filing in found if filing.read]
    yield ""
    yield (
        f"{n_without} files have no inline XBRL and no facts. Seconds with facts by those without: median "
        f"{statistics.median(ratios):.2f}, most {max(ratios):.2f} over the {len(ratios)} files with facts, "
        f"{REPEATS} turns each."
    )
    yield from (
        "", f"Notes are tagged as markup or in more than {LONG} characters; they are text already, so they "
        "are not stored. What is hidden stands in the file's header, and is only counted.", "",
        "## Differences", "", *map(_differences, found),
    )  # fmt: skip


def _total(found: list[Filing]) -> Filing:
    tagged: Counter[str] = Counter()
    expected: Counter[Said] = Counter()
    read: Counter[Said] = Counter()
    for i, filing in enumerate(found):
        tagged += filing.tagged
        expected += Counter({(f"{i}", *said): n for said, n in filing.expected.items()})  # type: ignore[misc]
        read += Counter({(f"{i}", *said): n for said, n in filing.read.items()})  # type: ignore[misc]
    unequal = tuple(line for filing in found for line in filing.unequal)
    seconds = (sum(f.seconds[0] for f in found), sum(f.seconds[1] for f in found))
    n_places, n_values = sum(f.n_places for f in found), sum(f.n_values for f in found)
    return Filing("**all**", tagged, expected, read, n_values, unequal, n_places, seconds)


def _row(filing: Filing) -> str:
    tagged, n_kept = filing.tagged, (filing.expected & filing.read).total()
    shown = ", ".join(f"{tagged[sort]:,}" for sort in ("number", "words", "note", "empty"))
    n_equal = filing.n_values - len(filing.unequal)
    return (
        f"| {filing.name} | {tagged.total():,} | {tagged['hidden']:,} | {shown} "
        f"| {n_kept:,} of {filing.expected.total():,} | {n_equal:,} of {filing.n_values:,} "
        f"| {filing.seconds[0]:.2f}, {filing.seconds[1]:.2f} |"
    )


def _differences(filing: Filing) -> str:
    lost, more = filing.expected - filing.read, filing.read - filing.expected
    values = "; ".join(dict.fromkeys(filing.unequal)) or "none"
    return (
        f"- {filing.name}: in the file and not read {_some(lost)}; read and not in the file {_some(more)}; "
        f"values that differ: {values}"
    )


def _some(said: Counter[Said]) -> str:
    if not said:
        return "none"
    words = [f"{each[0]} `{each[-1][:40]}`" for each in list(said)[:MOST_SHOWN]]
    return f"{said.total()} ({', '.join(words)}{', ...' if len(said) > MOST_SHOWN else ''})"


if __name__ == "__main__":
    raise SystemExit(main())
