"""Inline XBRL: what a filing says of its figures, tied to the characters of the text that show them.

    page's tree, laid-out blocks with marks -> contexts, units -> [Fact], each with text[start:end]

A fact is kept only where its words are found in the text just as they are shown: what the file states in its
hidden header is counted and left out, and so is what goes over several paragraphs (whole notes, tagged as
one) or is written in a way that is not read. Source: Inline XBRL 1.1, https://www.xbrl.org/specification/
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from lxml import etree

from bot.datatypes import Fact
from bot.dates import iso_date
from bot.parse.cleaning import one_line
from bot.parse.draft import Block, laid_out
from bot.parse.marks import FACT_TAGS, Mark, letters, places
from bot.parse.numbers import scale_of, stated_value

MAX_WORDS_CHARACTERS = 200  # of a fact in words: longer ones are notes, which have their text already
MAX_CONTINUATIONS = 10
MAX_FACTS = 100_000
NAME_CHARACTERS = 200
_NUMBER = "ix:nonfraction"
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_CONTEXTS, _UNITS = ("xbrli:context", "context"), ("xbrli:unit", "unit")


@dataclass(frozen=True, slots=True)
class Context:
    """When a fact holds, and of which part of the company."""

    period_start: str
    period_end: str
    dimensions: tuple[tuple[str, str], ...]


def placed_facts(root: etree._Element, blocks: Iterable[Block]) -> tuple[tuple[Fact, ...], int]:
    """Return the facts of a page that its text shows, in order of place, and how many its header hides."""
    if next(root.iter(*FACT_TAGS), None) is None:
        return (), 0
    contexts = {element.get("id", ""): _context(element) for element in root.iter(*_CONTEXTS)}
    units = {element.get("id", ""): _unit(element) for element in root.iter(*_UNITS)}
    continued = {element.get("id", ""): element for element in root.iter("ix:continuation")}
    found: list[Fact] = []
    for block, start in laid_out(blocks):
        if block.marks and len(found) < MAX_FACTS:
            for mark, first, last in _placed(block):
                fact = _fact(mark, start + first, start + last, contexts, units, continued)
                found += [fact] if fact else []
    found.sort(key=lambda fact: (fact.start, -fact.end))
    n_hidden = sum(1 for hidden in root.iter("ix:hidden") for _ in hidden.iter(*FACT_TAGS))
    return tuple(found[:MAX_FACTS]), n_hidden


def _placed(block: Block) -> Iterator[tuple[Mark, int, int]]:
    """Yield the marks of a block whose words stand in its text as they are shown, and where."""
    at = places(block.text)
    for mark in block.marks:
        if not 0 <= mark.first < mark.last <= len(at):
            continue
        first, last = at[mark.first], at[mark.last - 1] + 1
        if letters(block.text[first:last]) == letters(mark.shown):
            yield mark, first, last


def _fact(
    mark: Mark,
    start: int,
    end: int,
    contexts: Mapping[str, Context | None],
    units: Mapping[str, str],
    continued: Mapping[str, etree._Element],
) -> Fact | None:
    """Return the fact of an element; None where its value, its period or its unit cannot be told."""
    element = mark.element
    context = contexts.get(element.get("contextref", ""))
    concept = _name(element.get("name", ""))
    if context is None or not concept:
        return None
    is_number, is_nil = element.tag == _NUMBER, _is_nil(element)
    form, scale, sign = (element.get(name, "").strip() for name in ("format", "scale", "sign"))
    unit = units.get(element.get("unitref", ""), "") if is_number else ""
    if is_number:
        value = None if is_nil else stated_value(mark.shown, form=form, scale=scale, sign=sign)
    else:
        value = None if is_nil else _words(element, form, continued)
    if (value is None and not is_nil) or (is_number and not unit):
        return None
    return Fact(
        concept, start, end, value, unit, context.period_start, context.period_end,
        scale=(scale_of(scale) or 0) if is_number else 0,
        sign=sign if is_number else "",
        decimals=_name(element.get("decimals", "")),
        dimensions=context.dimensions,
    )  # fmt: skip


def _words(element: etree._Element, form: str, continued: Mapping[str, etree._Element]) -> str | None:
    """Return what an element in words says, with what continues it elsewhere; None where that is long."""
    name = form.rpartition(":")[2].lower()
    if element.get("escape", "").strip().lower() in ("true", "1"):
        return None  # its value is markup: a note
    if name.endswith(("true", "false")):
        return "true" if name.endswith("true") else "false"
    pieces = [_text(element)]
    following = element.get("continuedat", "")
    while following in continued:
        if len(pieces) > MAX_CONTINUATIONS:  # a long note, or a chain that never ends
            return None
        pieces.append(_text(continued[following]))
        following = continued[following].get("continuedat", "")
    said = one_line(" ".join(pieces), max_characters=2 * MAX_WORDS_CHARACTERS)
    if not said or len(said) > MAX_WORDS_CHARACTERS:
        return None
    return (iso_date(said) or said) if name.startswith("date") else said


def _text(element: etree._Element) -> str:
    """Return the words of an element, without those that it excludes (a page's number, for one)."""
    excluded = set(element.iter("ix:exclude"))
    if not excluded:
        return "".join(element.itertext())
    pieces: list[str] = []
    walker = etree.iterwalk(element, events=("start", "end"))
    for event, each in walker:
        if event == "end":
            pieces.append(each.tail or "" if each is not element else "")
        elif each in excluded:
            walker.skip_subtree()
        else:
            pieces.append(each.text or "")
    return "".join(pieces)


def _is_nil(element: etree._Element) -> bool:
    return element.get("xsi:nil", "").strip().lower() in ("true", "1")


def _context(element: etree._Element) -> Context | None:
    """Read a context; None where its period is none."""
    days = {"startdate": "", "enddate": "", "instant": ""}
    dimensions = []
    for each in element.iter():
        name = _local(each)
        if name in days:
            found = _DAY.match("".join(each.itertext()).strip())
            if not found:
                return None
            days[name] = found[0]
        elif name in ("explicitmember", "typedmember"):
            dimensions.append((_name(each.get("dimension", "")), _name("".join(each.itertext()))))
    return Context(days["startdate"], days["enddate"] or days["instant"], tuple(dimensions))


def _unit(element: etree._Element) -> str:
    """Read a unit: "USD", "shares", "USD/shares"."""
    above: list[str] = []
    below: list[str] = []
    for each in element.iter():
        if _local(each) == "measure":
            under = any(_local(parent) == "unitdenominator" for parent in each.iterancestors())
            (below if under else above).append(_name("".join(each.itertext())).rpartition(":")[2])
    return "/".join(filter(None, ("*".join(above), "*".join(below))))


def _local(element: etree._Element) -> str:
    return element.tag.rpartition(":")[2].lower() if isinstance(element.tag, str) else ""


@lru_cache(maxsize=4096)
def _name(written: str) -> str:
    return one_line(written, max_characters=NAME_CHARACTERS)
