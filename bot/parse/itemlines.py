"""Lines of a filing that may be the heading of a Part or an Item: "PART II", "ITEM 7A. | QUANTITATIVE ...".

Finds them by their words alone, whatever the type face, and whether the number and the title stand in one
line, in two cells of a row or in two lines. Which of them are headings and which a table of contents, a page
header or a reference is decided in items.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

MAX_TITLE_CHARACTERS = 200
MAX_CANDIDATES = 5_000
_SHORT_LINE = 40  # characters; a line of running text is longer

_GAP = r"(?:[^\S\n]|\|){0,200}"  # blanks and borders between cells
_ROMAN = {"I": 1, "II": 2, "III": 3, "IV": 4, "1": 1, "2": 2, "3": 3, "4": 4}
_PART_NUMBER = r"(?P<part>IV|I{1,3}|[1-4])\b"
_LETTER = r"(?:[^\S\n]?\([A-K]\)|[A-K]\b|[^\S\n][A-K](?=[^\S\n]*[.:|–—-]))?(?:\(T\))?"
_NUMBER = rf"\d{{1,2}}(?:\.\d\d)?(?![\d,.]*\d){_LETTER}"
_JOINED = rf"[^\w\n]{{0,8}}(?:\b(?:and|through|to)\b|[&,–—-])[^\w\n]{{0,8}}(?:ITEMS?{_GAP})?(?:{_NUMBER})"
_ITEM = re.compile(
    rf"^{_GAP}(?P<own>(?:PART{_GAP}{_PART_NUMBER}[^\w\n]{{0,20}}(?:(?:FINANCIAL|OTHER)[^\S\n]+INFORMATION[^\w\n]{{0,20}})?)?"
    rf"ITEMS?{_GAP}(?P<numbers>{_NUMBER}(?:{_JOINED})*)(?![\w%])(?P<rest>[^\n]*))",
    re.IGNORECASE | re.MULTILINE,
)
_PART = re.compile(rf"^{_GAP}(?P<own>PART{_GAP}{_PART_NUMBER}(?P<rest>[^\n]{{0,80}}))$", re.I | re.M)
_ONE_NUMBER = re.compile(r"(\d{1,2}(?:\.\d\d)?)\s?\(?([A-K])?\b", re.IGNORECASE)
_LEAD = re.compile(r"^[\s|.:;)–—-]+")
_REFERENCE = re.compile(
    r"^(?:[,\"“'‘]|\((?!unaudited)|(?-i:[a-z]))|\(continued|\bcontinued\)?$"
    r"|\b(?:of|in|to) (?:this|our|the) (?:annual|quarterly|current|form|report|10-)|\bof part\b",
    re.IGNORECASE,
)
_COMPLETE = re.compile(  # what stands below is the name of the company or of the first statement
    r"(?:condensed |consolidated )*financial statements\.?(?: \(unaudited\))?", re.IGNORECASE
)
_SUBITEM = re.compile(r"^\([a-z]\)[\s|.:–—-]*")  # "Item 9.01(d). Exhibits" of an 8-K


@dataclass(frozen=True, slots=True)
class Number:
    """The number of an Item as it sorts: "1A" -> (1, 0, "A"), "2.02" -> (2, 2, "")."""

    item: int
    dotted: int = 0
    letter: str = ""

    @property
    def key(self) -> tuple[int, int, str]:
        """What it sorts by."""
        return (self.item, self.dotted, self.letter)

    @property
    def label(self) -> str:
        """As a section's `item` has it: "1A", "2.02"."""
        return f"{self.item}.{self.dotted:02}" if self.dotted else f"{self.item}{self.letter}"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A line that may be a heading: `[start, end)` are its own words, `rest` what follows the number.

    `numbers`: the Items it names, () for a Part. `part` counts from 1, 0 where the line does not say it.
    `lines` are the starts of all lines that the title takes up.
    """

    start: int
    end: int
    title: str
    rest: str
    part: int = 0
    numbers: tuple[Number, ...] = ()
    lines: tuple[int, ...] = ()

    @property
    def label(self) -> str:
        """Example: Items 1 and 2 in one heading -> "1 and 2"."""
        return " and ".join(number.label for number in self.numbers)


def candidates(text: str) -> list[Candidate]:
    """Return the lines that may be headings of Parts or Items, in order; at most `MAX_CANDIDATES`."""
    found = [*_items(text), *_parts(text)]
    return sorted(found, key=lambda candidate: candidate.start)[:MAX_CANDIDATES]


def names_item(line: str) -> bool:
    """Tell whether a line opens with the name of a Part or an Item, heading or not."""
    return (_ITEM.match(line) or _PART.match(line)) is not None


def _items(text: str) -> Iterator[Candidate]:
    for match in _ITEM.finditer(text):
        numbers = _numbers(match["numbers"])
        rest = _LEAD.sub("", match["rest"])
        if numbers[0].dotted:
            rest = _SUBITEM.sub("", rest)
        if not all(1 <= number.item <= 19 for number in numbers) or _REFERENCE.search(rest):
            continue
        start, end = match.span("own")
        if not _begins_a_paragraph(text, match.start()):
            continue
        below = list(_title_below(text, end, rest))
        title = " ".join([text[start:end], *(text[slice(*line)] for line in below)])
        rest = rest or title[end - start :]
        lines = (start, *(line[0] for line in below))
        end = below[-1][1] if below else end
        part = _ROMAN[match["part"].upper()] if match["part"] else 0
        yield Candidate(start, end, tidy(title), tidy(rest), part, numbers, lines)


def _parts(text: str) -> Iterator[Candidate]:
    for match in _PART.finditer(text):
        rest = _LEAD.sub("", match["rest"])
        if re.match(r"[^\S\n]*[,a-z\"“]", match["rest"]) or _REFERENCE.search(rest) or "Item" in rest.title():
            continue
        start, end = match.span("own")
        part = _ROMAN[match["part"].upper()]
        yield Candidate(start, end, tidy(match["own"]), tidy(rest), part, (), (start,))


def tidy(title: str) -> str:
    """Write a heading's words on one line: "ITEM 1. | Business" -> "ITEM 1. Business"."""
    return " ".join(title.replace("|", " ").split())


def _numbers(written: str) -> tuple[Number, ...]:
    """Read the numbers of a heading: "1A" -> one, "1. and 2" -> two, "10 through 12" -> three."""
    found = []
    for digits, letter in _ONE_NUMBER.findall(written):
        item, _, dotted = digits.partition(".")
        found.append(Number(int(item), int(dotted or 0), letter.upper()))
    through = len(found) == 2 and re.search(r"\b(?:through|to)\b|[–—-]", written, re.IGNORECASE)
    if through and 0 < found[1].item - found[0].item < 10:
        between = [Number(item) for item in range(found[0].item + 1, found[1].item)]
        return (found[0], *between, found[1])
    return tuple(found)


def _begins_a_paragraph(text: str, start: int) -> bool:
    """Tell whether the line at `start` stands apart: references in wrapped text begin lines too."""
    above = text[text.rfind("\n", 0, max(start - 1, 0)) + 1 : max(start - 1, 0)].strip()
    return len(above) <= _SHORT_LINE or "|" in above or _ITEM.match(above) is not None


def _title_below(text: str, end: int, rest: str) -> Iterator[tuple[int, int]]:
    """Yield the lines below that belong to the title: all of it, or what a narrow page wrapped."""
    for line in re.finditer(r"[^\n]+", text[end : end + 4 * MAX_TITLE_CHARACTERS]):
        words = line[0].strip()
        if not words.strip("|-=_ "):
            if rest:
                return
            continue
        start = end + line.start() + len(line[0]) - len(line[0].lstrip())
        apart = text[end:start].count("\n") > 1
        if rest and (apart or not _goes_on(rest, words, indented=line[0].startswith("    "))):
            return
        if names_item(words) or not _may_be_title(words):
            return
        yield start, start + len(words)
        if not rest and apart:
            return
        rest, end_of_line = rest or words, end + line.end()
        if text[end_of_line : end_of_line + 2] == "\n\n":
            return


def _goes_on(rest: str, words: str, *, indented: bool) -> bool:
    """Tell whether a line goes on with a title: both in capitals, or set in under it."""
    if _COMPLETE.fullmatch(rest):
        return False
    return (rest.isupper() and words.isupper()) or (indented and not rest.endswith("."))


def _may_be_title(words: str) -> bool:
    """Tell whether a line may be a title by itself: short, and no sentence."""
    opens = words.lstrip("|[( ")[:1]
    return (
        len(words) <= MAX_TITLE_CHARACTERS and (opens.isupper() or opens.isdigit()) and words.count(". ") < 2
    )
