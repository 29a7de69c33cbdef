"""Which computation a question asks for: the operation and the words of what it is about. Pure functions.

Nothing is asked where the wording fits none of the patterns, or asks for a reason. An operation's words that
are left in what it is about, as in the change of an average, are for `operands` to judge.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from bot.computed.lines import words_of


class Operation(StrEnum):
    """What is reckoned; TOTAL of several periods or things, SHARE is a ratio in percent."""

    CHANGE = "change"
    GROWTH = "growth"
    AVERAGE = "average"
    TOTAL = "total"
    RATIO = "ratio"
    SHARE = "share"
    COUNT = "count"


@dataclass(frozen=True, slots=True)
class Asked:
    """A computation: of one thing over periods, or of two things, in the order of the expression.

    `items`: the words of each thing, years and all. `rest`: the words that are about both, "" for one thing.
    `threshold`: of COUNT, the figure to be exceeded, as written.
    """

    operation: Operation
    items: tuple[str, ...]
    rest: str = ""
    threshold: str = ""


_CHANGE = (
    r"(?:(?:net|nominal|total|year[- ]over[- ]year|absolute) )?(?:increase ?/ ?\(?decrease\)?|change"
    r"|difference|increase|decrease|growth|decline|reduction|rise|drop|fall)s?"
)
_PERCENT = r"(?:percentage|percent|per cent|%|relative)"
_OF = r"(?: (?:in|of|for)\b)"
_GROWTH = re.compile(
    rf"(?<!\w){_PERCENT} (?:net )?{_CHANGE}{_OF}?|\b(?:growth rate|rate of growth|{_CHANGE} rate"
    rf"|{_CHANGE},? in (?:percent|percentage|%)(?: terms)?,?){_OF}?"
    rf"|\bby (?:what|how much|how many) {_PERCENT} (?:did|has|have)\b",
    re.IGNORECASE,
)
_DIFFERENCE = re.compile(
    rf"\b{_CHANGE}(?:{_OF}|(?= (?:between|from)\b))|\bhow much (?:did|has|have)\b(?=.*\b(?:change|increase"
    r"|decrease|grow|rise|fall|decline|drop)(?:n|s|d|ed)?\b)",
    re.IGNORECASE,
)
_AVERAGE = re.compile(rf"(?<!weighted )(?<!weighted-)\b(?:average{_OF}?|mean{_OF})\b", re.IGNORECASE)
_SUM = re.compile(r"\b(?:sum|combined total|total sum) of\b|\b(?:altogether|combined)\b", re.IGNORECASE)
_TOTAL = re.compile(r"\btotal(?: (?:of|amount of|value of))?\b", re.IGNORECASE)
_OF_ONE = (
    (Operation.GROWTH, _GROWTH),
    (Operation.CHANGE, _DIFFERENCE),
    (Operation.AVERAGE, _AVERAGE),
    (Operation.TOTAL, _SUM),
    (Operation.TOTAL, _TOTAL),
)
_RATIO = re.compile(r"\bratio of (?P<a>.+?) (?:to|over|against) (?P<b>.+)", re.IGNORECASE)
_PART = r"\b(?:percentage|percent|share|proportion|%)"
_SHARES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"\b(?:what|which) {_PART} of (?P<b>.+?) (?:is|was|were|are|came|comes|come|did)\b"
        r"(?: from| for| of| attributable to| due to)? ?(?P<a>.+)",
        rf"(?P<a>.+?),? (?:expressed )?as an? {_PART} of (?P<b>.+)",
        rf"{_PART}(?: constitution| composition)? of (?P<a>.+?) (?:out of|among|amongst|over) (?P<b>.+)",
        rf"{_PART} (?:constitution|composition) of (?P<a>.+?) in (?P<b>.+)",
        rf"{_PART} of (?P<a>.+?) (?:to|in|of|within|as part of|against) (?P<b>.*\b(?:total|all)\b.*)",
    )
)
_COUNT = re.compile(
    r"\bhow many (?:of the )?(?:years|periods)\b(?P<item>.+?)\b(?:exceed(?:s|ed)?|more than|over|above"
    r"|greater than|higher than) (?P<threshold>[$€£¥₹]?\d[\d.,]*(?<=\d)%?(?: (?:thousand|million|billion))?)",
    re.IGNORECASE,
)
_BETWEEN = re.compile(r"\bbetween (?P<a>.+?) and (?P<b>.+)", re.IGNORECASE)
_TWO = re.compile(r"(?P<a>.+?) and (?P<b>.+)", re.IGNORECASE)
_EXPLAINS = re.compile(
    r"\b(?:why|reasons?|(?:due|led|leads?) to|caus(?:e|es|ed|ing)|dr(?:ive[sn]?|iving|ove)"
    r"|attribut\w+ to|results? (?:of|from)|resulted|because|explain\w*"
    r"|respective(?:ly)?|how (?:is|are|was|were))\b",
    re.IGNORECASE,
)
_VERB = re.compile(r"\b(?:change|increase|decrease|grow|rise|fall|decline|drop)d?\b", re.IGNORECASE)
_OPENING = re.compile(
    r"^(?:what|which|how much|how many)(?: (?:is|was|were|are|did|does|has|have|had)\b)?", re.IGNORECASE
)


def readings(question: str) -> list[Asked]:
    """Return what a question may ask to be reckoned, the likeliest first; [] where it asks for no such thing.

    Example: "What was the change in sales from 2018 to 2019?" -> CHANGE of "sales from 2018 to 2019"
    """
    question = " ".join(question.split()).rstrip(" ?.")
    if _EXPLAINS.search(question):
        return []
    if found := _COUNT.search(question):
        return [Asked(Operation.COUNT, (found["item"],), threshold=found["threshold"])]
    return _ratios(question) or _of_one(question)


def _ratios(question: str) -> list[Asked]:
    if found := _RATIO.search(question):
        before = question[: found.start()]
        operation = Operation.SHARE if re.search("percent|%", before, re.IGNORECASE) else Operation.RATIO
        return [Asked(operation, (found["a"], found["b"]), _bare(before))]
    if _GROWTH.search(question):
        return []
    for pattern in _SHARES:
        if found := pattern.search(question):
            return [Asked(Operation.SHARE, (_bare(found["a"]), found["b"]), _bare(question[: found.start()]))]
    return []


def _of_one(question: str) -> list[Asked]:
    for operation, pattern in _OF_ONE:
        if found := pattern.search(question):
            own = "total" if pattern is _TOTAL else ""  # as a rule a part of the label
            item = " ".join(f"{_bare(question[: found.start()])} {own} {_after(found)}".split())
            return _of_two(operation, item) or [Asked(operation, (item,))]
    return []


def _after(found: re.Match[str]) -> str:
    """Return what stands behind the operation, of "how much did sales rise in 2019" without the verb."""
    rest = found.string[found.end() :]
    return _VERB.sub(" ", rest, count=1) if found[0].lower().endswith(("did", "has", "have")) else rest


def _of_two(operation: Operation, item: str) -> list[Asked]:
    """Return the reading of an item as two things: "between fixed and current assets", "sum of a and b".

    The difference between two things is nothing else; of a sum the "and" may be part of one label, unless
    both sides share a word.
    """
    if operation is Operation.CHANGE and (found := _BETWEEN.search(item)) and _are_things(found):
        return [Asked(operation, (found["a"], found["b"]), item[: found.start()])]
    if operation is Operation.TOTAL and (found := _TWO.fullmatch(item)) and _are_things(found):
        two = Asked(operation, (found["a"], found["b"]))
        return [two] if words_of(found["a"]) & words_of(found["b"]) else [two, Asked(operation, (item,))]
    return []


def _are_things(found: re.Match[str]) -> bool:
    """Tell whether both sides are more than a year or a day."""
    return bool(words_of(found["a"]) and words_of(found["b"]))


def _bare(before: str) -> str:
    """Return what stands before the operation without the words that only ask."""
    return re.sub(r"\b(?:the|a)$", "", _OPENING.sub("", before.strip()).strip()).strip()
