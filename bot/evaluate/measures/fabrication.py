"""Facts that a sentence shows and its own cited words lack: numbers, amounts, dates, names. Pure functions.

Facts are compared one by one after normalising how they are written. Not looked for: a fact put to the
wrong thing ("Ortiz paid Lim" from "Lim paid Ortiz"), and what "one", "second" or "half" say in a sentence,
which are more often pronouns than counts. A rounded number is reported: the cited words do not have it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from bot.cells import is_figure
from bot.evaluate.measures.amounts import CURRENCIES, Amount, amounts, blanked, stated_units
from bot.evaluate.measures.dates import Date, dates
from bot.evaluate.measures.names import FISCAL, missing_names, quarters
from bot.tables import is_table_row

Value = tuple[Decimal, str]  # what a number comes to, and the kind of `bot.facts.Number`

_LIST_MARK = re.compile(
    r"^\s*(?:(?:\(\d{1,3}\)|\d{1,3}[.)])|(?:First|Second|Third|Fourth|Fifth)(?:ly)?,)(?=\s+\S)", re.MULTILINE
)
_WORD_END = re.compile(r"\w*")
_RANGE = re.compile(r" ?(?:to|[-–—]) ?")
_JOIN = re.compile(r" ?(?:to|and|or|[-–—]) ?")
_CENTS = re.compile(r" ?(?:cents?\b|¢)")
_FALL = re.compile(
    r"\b(?:fell|fall|declin|decreas|drop|down|loss|lost|losing|lower|negativ|deficit|reduc|shr[aiu]nk|outflow"
    r"|used|minus|slid|slump|plung|contract)",
    re.IGNORECASE,
)
_NO_MONEY = ("%", "th", "s")  # the kinds of number that a bare one is not


@dataclass(frozen=True, slots=True)
class Held:
    """The numbers and dates of cited words, and whether they say that anything falls."""

    values: frozenset[Value]
    dates: frozenset[Date]
    falls: bool

    def has(self, value: Value, *, falls: bool) -> bool:
        """Tell whether a value is held; a number below zero and one said to fall are the same."""
        number, kind = value
        turned = (number < 0 and self.falls) or (number > 0 and falls)
        return value in self.values or (turned and (-number, kind) in self.values)


def fabrications(sentence: str, quotes: Sequence[str], contexts: Sequence[str]) -> list[str]:
    """Return the facts of a sentence that its cited words lack, each once.

    They are given as written, but for white space and the marks of lists.

    Numbers are the same whatever their thousands separators, scale words ("$1.2 billion", "1,200 million
    dollars"), and if written out; list numbering is none. A bare number is held by a sum of money, a sum of
    money not by a bare number. A figure in a table's row is also held in the scale and the currency that a
    context or the row itself names: "1,200" under "in millions" holds "1.2 billion", but not "$1.2 billion".
    A sign may be told in words: "fell 5%" is held by "(5)%". A date is one fact; "March 2024" is held by "3
    March 2024" and by "2024-03-03", not the other way round. For names see `missing_names`.

    Args:
        sentence: as shown, without markers.
        quotes: the words it cites.
        contexts: captions, units, column and row headers, which count as cited words.

    Returns:
        dates first, then numbers, then names; [] for a sentence that is its own quote.
    """
    if is_quoted(sentence, quotes):
        return []
    held = held_by(quotes, contexts)
    told = _line(_LIST_MARK.sub("", unicodedata.normalize("NFC", sentence)))
    mentions = dates(told)
    found = [told[slice(*date.span)] for date in mentions if not date.is_held_by(held.dates)]
    without_dates = blanked(told, [date.span for date in mentions])
    counted = list(_readings(without_dates))
    falls = _FALL.search(told) is not None
    for amount, values in counted:
        if not any(held.has(value, falls=falls) for value in values):
            found.append(told[slice(*amount.span)].strip())
    ends = [_WORD_END.match(told, amount.span[1]) for amount, _ in counted]  # "3D" leaves no name D
    spans = [(amount.span[0], end.end()) for (amount, _), end in zip(counted, ends, strict=True) if end]
    words = blanked(without_dates, spans)
    return list(dict.fromkeys([*found, *missing_names(words, _line("\n".join([*contexts, *quotes])))]))


def is_quoted(sentence: str, quotes: Sequence[str]) -> bool:
    """Tell whether a sentence is one of its quotes, or all of them in order, white space apart."""
    return _line(sentence) in {*map(_line, quotes), _line(" ".join(quotes))}


def held_by(quotes: Sequence[str], contexts: Sequence[str]) -> Held:
    """Return the numbers and dates of cited words; contexts are read as one, a heading over several rows.

    Each is read alone too: "2019" over "%" is a year, and no percentage.
    """
    values: set[Value] = set(_under_headings(quotes, contexts))
    known: set[Date] = set()
    for part in map(_line, ("\n".join(contexts), *contexts, *quotes)):
        mentions = dates(part)
        known |= {date for mention in mentions for date in mention.readings}
        rest = blanked(part, [mention.span for mention in mentions])
        values |= {value for _, readings in _readings(rest) for value in readings}
        values |= set(_told_otherwise(part))
    values |= {(Decimal(date.year), "") for date in known if date.year}
    values |= {(Decimal(date.day), "th") for date in known if date.day}
    values |= {(number, "") for number, kind in values if kind not in _NO_MONEY}
    falls = any(_FALL.search(text) for text in (*quotes, *contexts))
    return Held(frozenset(values), frozenset(known), falls)


def _readings(line: str) -> Iterator[tuple[Amount, set[Value]]]:
    """Yield every number with what it may come to: the first of "10 to 12 million" is 10 or 10 million."""
    found = amounts(line)
    for i, amount in enumerate(found):
        values = {(amount.value, amount.kind)}
        if _CENTS.match(line, amount.span[1]):
            values.add((amount.value / 100, "$"))
        if amount.is_bare and i + 1 < len(found):
            after = found[i + 1]
            if _JOIN.fullmatch(line, amount.span[1], after.span[0]):
                values.add((amount.printed * after.scale, amount.kind or after.kind))
        if not amount.kind and i and _RANGE.fullmatch(line, found[i - 1].span[1], amount.span[0]):
            values |= set(_from_the_first(found[i - 1], amount))
        yield amount, values


def _from_the_first(before: Amount, amount: Amount) -> Iterator[Value]:
    """Yield what the second number of a range takes from the first: "$10-12", "2019-20"."""
    if before.kind in CURRENCIES:
        yield amount.value, before.kind
    if 1000 <= before.value < 2200 and amount.value < 100 and not before.kind:
        yield before.value // 100 * 100 + amount.value, ""


def _told_otherwise(line: str) -> Iterator[Value]:
    """Yield the numbers of cited words that `bot.facts.numbers` leaves to pronouns and names."""
    for word, value, kind in (("one", 1, ""), ("second", 2, "th"), ("half", 50, "%")):
        if re.search(rf"\b{word}\b", line, re.IGNORECASE):
            yield Decimal(value), kind
    for match in FISCAL.finditer(line):
        yield Decimal(f"20{match[1]}"), ""
        yield Decimal(f"19{match[1]}"), ""
    for quarter in quarters(line):
        yield Decimal(quarter), "th"


def _under_headings(quotes: Sequence[str], contexts: Sequence[str]) -> Iterator[Value]:
    """Yield the figures of table rows, and of quotes that are a cell, in the units that headings name."""
    rows = [_line(line) for quote in quotes for line in quote.split("\n") if _is_tabular(line)]
    for row in rows:
        units = stated_units("\n".join([*contexts, row]))
        for amount in amounts(blanked(row, [mention.span for mention in dates(row)])):
            if not amount.is_bare:
                continue
            for kind in [amount.kind] if amount.kind else ["", *units.kinds]:
                yield amount.value, kind
                yield from ((amount.value * scale, kind) for scale in units.scales if kind != "%")


def _is_tabular(line: str) -> bool:
    return is_table_row(line) or is_figure(line) or not any(character.isalpha() for character in line)


def _line(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())
