"""The Parts and Items of a filing as sections: each found once, by its heading, and none invented.

Of the lines that may be headings (itemlines.py), the rows of a table of contents are put aside. Of the rest,
the sequence of Items in the order of their numbers is taken that weighs most: a heading weighs by its known
title, its bold type and the text below it. A reference to an Item or a page header stands out of order, or
weighs less than the heading. An Item whose heading stands only in the table of contents is not found.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import replace
from itertools import pairwise

from bot.datatypes import Section
from bot.parse.draft import Heading, sections
from bot.parse.itemlines import MAX_TITLE_CHARACTERS, Candidate, candidates, names_item

PART_LEVEL, ITEM_LEVEL, BELOW = 1, 2, 3
_LISTED = 3  # so many Items in lines without a blank line between them are a table of contents
_NEAR = 300  # characters between two rows of one
_WEIGHED = 1_000  # characters below a heading; more does not make it a better one
_PAGE_WITHIN = 20  # characters at the end of a row
_LIST_WITHIN = 8_000  # characters, of lines without a blank line between them
_PAGE_NUMBER = re.compile(r"(?:\||\.{2,}|\s)\s*(?:[A-Z]-)?\d{1,3}\s*\|?\s*$")
_LEADS_BACK = re.compile(r"(?:(?:back|return) to )?(?:table of contents|contents|index|top)", re.IGNORECASE)
_TITLES = {
    "1": "business|identity|financial statements|legal proceedings",
    "1A": "risk factors",
    "1B": "unresolved staff",
    "1C": "cybersecurity",
    "2": "propert|management|unregistered|changes in securities|(?:issuer )?purchases|use of proceeds|offer",
    "3": "legal proceedings|quantitative|defaults|key information",
    "4": "mine safety|submission|reserved|removed|controls|information on the company",
    "5": "market for|other (?:information|events|matters)|operating and financial",
    "6": "selected|reserved|removed|exhibits|management",
    "7": "management|financial statements",
    "7A": "quantitative|qualitative",
    "8": "(?:consolidated )?financial statements",
    "9": "changes in and disagree|disagree|regulation",
    "9A": "controls",
    "9B": "other information",
    "9C": "disclosure regarding",
    "10": "directors",
    "11": "executive compensation",
    "12": "security ownership",
    "13": "certain relationships",
    "14": "principal account|exhibits|controls",
    "15": "exhibit|principal account",
    "16": "form 10-k summary|exhibits",
}
_FIRST_PART = (
    r"^\W*(?:condensed|consolidated|unaudited|interim|financial statements|management|quanti|controls)"
)
_SECOND_PART = (
    r"^\W*(?:legal|risk factors|unregistered|changes in sec|default|mine safety|submission|other|exhibit)"
)
_PART_OF_QUARTERLY = (  # what tells the Items of a 10-Q's two Parts apart where no Part is announced
    (1, re.compile(_FIRST_PART, re.IGNORECASE)),
    (2, re.compile(_SECOND_PART, re.IGNORECASE)),
)

Key = tuple[int, tuple[int, int, str]]


def with_items(text: str, found: Sequence[Section], form: str) -> tuple[Section, ...]:
    """Add the Parts and Items of a filing to the sections that were found by their type.

    `form` is the filing's, such as "10-Q/A". Where no Item is found the sections stay as they are. Other
    headings come below the Items, and lines that name an Item without being its heading are no sections, nor
    are the words that lead back to the contents from the head of each page.
    """
    lines = candidates(text)
    chosen = _chosen(text, lines, form, {section.start for section in found})
    if not chosen:
        return tuple(found)
    taken = {start for line in lines for start in line.lines}
    others = [each for each in found if each.start not in taken and not names_item(each.title)]
    if sum(_LEADS_BACK.fullmatch(each.title) is not None for each in others) > 1:
        others = [each for each in others if not _LEADS_BACK.fullmatch(each.title)]
    shift = max(0, BELOW - min((section.level for section in others), default=BELOW))
    headings = [Heading(s.title, s.start, s.level + shift) for s in others]
    headings += [_heading(line) for line in chosen]
    return sections(sorted(headings, key=lambda heading: heading.start), len(text))


def _heading(line: Candidate) -> Heading:
    level = ITEM_LEVEL if line.numbers else PART_LEVEL
    return Heading(_title(line), line.start, level, line.label or None)


def _title(line: Candidate) -> str:
    """Return a heading's words; of a paragraph that begins with its heading, the first sentence."""
    if len(line.title) <= MAX_TITLE_CHARACTERS:
        return line.title
    number = line.title[: len(line.title) - len(line.rest)]
    return number + re.split(r"(?<=[a-z])[.:—–]\s", line.rest)[0][:MAX_TITLE_CHARACTERS].rstrip()


def _chosen(text: str, lines: Sequence[Candidate], form: str, bold: Collection[int]) -> list[Candidate]:
    """Return the headings among the lines, in order."""
    items = [line for line in lines if line.numbers]
    dotted = form.startswith("8-K") and any(line.numbers[0].dotted for line in items)
    lines = [line for line in lines if not line.numbers or bool(line.numbers[0].dotted) == dotted]
    lines = _with_parts(lines) if form.startswith("10-Q") else [_without_part(line) for line in lines]
    lines = _without_contents(text, lines)
    items = [
        line for line in lines if line.numbers and (len(line.title) <= MAX_TITLE_CHARACTERS or _known(line))
    ]
    chosen = _heaviest(_weighed(text, items, bold))
    return sorted(chosen + _parts(lines, chosen), key=lambda line: line.start)


def _without_contents(text: str, lines: Sequence[Candidate]) -> list[Candidate]:
    """Leave out the rows of a table of contents: Items close together that come again, or page numbers."""
    items = [line for line in lines if line.numbers]
    runs = Counter(_run(text, line) for line in items)
    crowded = [runs[_run(text, line)] >= _LISTED or _in_cluster(items, i) for i, line in enumerate(items)]
    again = _come_again(items)
    listed = {
        line
        for i, line in enumerate(items)
        if _PAGE_NUMBER.search(line.rest[-_PAGE_WITHIN:]) or (crowded[i] and line in again)
    }
    listed |= _rows_beside(items, crowded, listed)
    return [line for i, line in enumerate(lines) if line not in listed and not _leads_into(lines, listed, i)]


def _come_again(items: Sequence[Candidate]) -> set[Candidate]:
    """Return the Items of which a later line has number and title, as of one beside them: no page headers."""
    last = {_heading_key(line): i for i, line in enumerate(items)}
    again = [line.rest != "" and last[_heading_key(line)] > i for i, line in enumerate(items)]
    pairs = [(i, i + 1) for i in range(len(items) - 1) if items[i].label != items[i + 1].label]
    return {items[i] for pair in pairs if all(again[j] for j in pair) for i in pair}


def _heading_key(line: Candidate) -> tuple[int, str, str]:
    """Return what a row of the contents shares with its heading, and a bare page header does not."""
    return (line.part, line.label, line.rest[:6].casefold())


def _rows_beside(
    items: Sequence[Candidate], crowded: Sequence[bool], listed: Collection[Candidate]
) -> set[Candidate]:
    """Return the crowded Items that go on with the numbers of a listed one close by: rows without a page."""
    found: set[Candidate] = set()
    order = [*range(1, len(items)), *range(len(items) - 1, 0, -1)]  # down the lines, and up again
    for step, i in enumerate(order):
        beside, line = (i - 1, i) if step < len(items) - 1 else (i, i - 1)
        first, second = items[i - 1], items[i]
        near = second.start - first.end < _NEAR and _last(first) < _first(second)
        if near and crowded[line] and (items[beside] in listed or items[beside] in found):
            found.add(items[line])
    return found


def _first(line: Candidate) -> Key:
    return (line.part, line.numbers[0].key)


def _last(line: Candidate) -> Key:
    return (line.part, line.numbers[-1].key)


def _run(text: str, line: Candidate) -> int:
    """Return where the lines without a blank line between them begin that this one is of, near enough."""
    first = max(line.start - _LIST_WITHIN, 0)
    found = text.rfind("\n\n", first, line.start)
    return found if found >= 0 or first == 0 else line.start


def _in_cluster(items: Sequence[Candidate], i: int) -> bool:
    """Tell whether an Item has two more close by, on either side or around it."""
    near = [b.start - a.end < _NEAR for a, b in pairwise(items[max(i - 2, 0) : i + 3])]
    return any(a and b for a, b in pairwise(near))


def _leads_into(lines: Sequence[Candidate], listed: Collection[Candidate], i: int) -> bool:
    """Tell whether a Part stands directly over the rows of a table of contents."""
    follows = i + 1 < len(lines) and lines[i + 1] in listed
    return not lines[i].numbers and follows and lines[i + 1].start - lines[i].end < _NEAR


def _without_part(line: Candidate) -> Candidate:
    return replace(line, part=0) if line.numbers else line


def _with_parts(lines: Sequence[Candidate]) -> list[Candidate]:
    """Say of each Item of a 10-Q which Part it is of: by its line, its title, or the Part above it."""
    above, told = 1, []
    for line in lines:
        if not line.numbers:
            above = line.part
        by_title = next((part for part, words in _PART_OF_QUARTERLY if words.match(line.rest)), above)
        told.append(replace(line, part=line.part or by_title))
    return told


def _known(line: Candidate) -> bool:
    """Tell whether a line's words begin as the Item's title does in the forms."""
    words = _TITLES.get(line.numbers[0].label)
    return words is not None and re.search(rf"\b(?:{words})", line.rest[:60], re.IGNORECASE) is not None


def _weighed(text: str, items: Sequence[Candidate], bold: Collection[int]) -> list[tuple[Candidate, float]]:
    """Say of each line how much it looks like its Item's heading."""
    found = []
    below = len(text)
    for i in range(len(items) - 1, -1, -1):
        line = items[i]
        if i + 1 < len(items) and items[i + 1].label != line.label:
            below = items[i + 1].start
        length = min(below - line.end, _WEIGHED) / _WEIGHED
        found.append((line, 1 + 2 * _known(line) + (line.start in bold) + bool(line.rest) + length))
    return found[::-1]


def _heaviest(items: Sequence[tuple[Candidate, float]]) -> list[Candidate]:
    """Choose the sequence of most weight in which the numbers only rise; of equal ones, the earlier lines."""
    best: dict[Key, tuple[float, int]] = {}  # last number of a sequence -> its weight, its last line
    before: list[int] = []  # line -> the line before it in its best sequence, -1 for none
    for i, (line, weight) in enumerate(items):
        so_far, previous = max((best[key] for key in best if key < _first(line)), default=(0.0, -1))
        before.append(previous)
        if so_far + weight > best.get(_last(line), (0.0, -1))[0]:
            best[_last(line)] = (so_far + weight, i)
    at = max(best.values(), default=(0.0, -1))[1]
    chosen = []
    while at >= 0:
        chosen.append(items[at][0])
        at = before[at]
    return chosen[::-1]


def _parts(lines: Sequence[Candidate], chosen: Sequence[Candidate]) -> list[Candidate]:
    """Return the first heading of each Part, in rising order, that still has an Item below it."""
    found: list[Candidate] = []
    for line in lines:
        rises = line.part > (found[-1].part if found else 0)
        if not line.numbers and rises and any(line.start < item.start for item in chosen):
            found.append(line)
    return found
