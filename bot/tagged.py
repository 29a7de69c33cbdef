"""What a filing's own tags say of a figure, in plain words: beside a citation, in a listing, in the reader.

The facts come from `bot/parse/xbrl.py` and are stored with their document; here they are chosen and read.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from typing import Any

from bot.datatypes import Fact

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z][a-z]*|[a-z]+|\d+(?:\.\d+)?")
_CURRENCY = {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥"}
_END = re.compile(r"(?:Axis|Member|Domain)$")


def facts_within(facts: Sequence[Fact], start: int, end: int) -> tuple[Fact, ...]:
    """Return the facts that lie in `[start, end)`; `facts` are in order of place."""
    first = bisect_left(facts, start, key=lambda fact: fact.start)
    last = bisect_left(facts, end, lo=first, key=lambda fact: fact.start)
    return tuple(fact for fact in facts[first:last] if fact.end <= end)


def fact_json(fact: Fact, quote: str) -> dict[str, Any]:
    """Return a fact as JSON gives it; `quote` is what is shown of it, `text[start:end]`."""
    return {
        "concept": fact.concept,
        "label": label(fact.concept),
        "value": fact.value,
        "unit": fact.unit or None,
        "period_start": fact.period_start or None,
        "period_end": fact.period_end or None,
        "scale": fact.scale,
        "sign": fact.sign,
        "decimals": fact.decimals or None,
        "dimensions": dict(fact.dimensions),
        "start": fact.start,
        "end": fact.end,
        "quote": quote,
        "line": fact_line(fact),
    }


def fact_line(fact: Fact) -> str:
    """Say what a fact is: "Net income loss, 2022-09-25 to 2023-09-30: $96,995,000,000"."""
    members = (label(_END.sub("", member)) for _, member in fact.dimensions)
    when = " to ".join(filter(None, (fact.period_start, fact.period_end)))
    of = ", ".join(filter(None, (label(fact.concept), *members, when)))
    return f"{of}: {value_words(fact)}"


def label(name: str) -> str:
    """Return the words of a tag's name: "us-gaap:NetIncomeLoss" -> "Net income loss"."""
    words = _WORD.findall(name.rpartition(":")[2])
    lower = [word if len(word) > 1 and word.isupper() else word.lower() for word in words]
    return " ".join([lower[0][:1].upper() + lower[0][1:], *lower[1:]]) if lower else name


def value_words(fact: Fact) -> str:
    """Return a value with its unit: "$1,234", "-$5.25 a share", "12,000 shares", "none reported"."""
    if fact.value is None:
        return "none reported"
    if not fact.unit:
        return fact.value
    sign, digits = ("-", fact.value[1:]) if fact.value.startswith("-") else ("", fact.value)
    whole, dot, rest = digits.partition(".")
    number = f"{int(whole):,}{dot}{rest}" if whole.isdecimal() else digits
    money, _, per = fact.unit.partition("/")
    each = f" a {per.removesuffix('s')}" if per else ""
    if money in _CURRENCY:
        return f"{sign}{_CURRENCY[money]}{number}{each}"
    return f"{sign}{number}" if fact.unit == "pure" else f"{sign}{number} {money}{each}"
