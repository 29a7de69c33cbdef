"""The checkable facts of a text: its numbers, its names, its negations and hedges. Pure functions.

A number is compared by value and kind, so "$1.5 billion" equals "1,500 million dollars" and differs from
"1.5 billion" and from "$1.5 million". What cannot be read with certainty stays different: the checks
built on this may reject a true sentence, they must not pass a false one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Set
from dataclasses import dataclass
from decimal import MAX_EMAX, MIN_EMIN, Context, Decimal
from functools import cache
from typing import Any, TypeVar

T = TypeVar("T")

# Of Decimal's own 28 digits two long numbers would be equal that are not, and a million digits an error.
_EXACT = Context(prec=5_000, Emax=MAX_EMAX, Emin=MIN_EMIN, traps=[])
_SCALES = {
    "hundred": 10**2, "thousand": 10**3, "k": 10**3, "million": 10**6, "millions": 10**6, "mn": 10**6,
    "m": 10**6, "billion": 10**9, "billions": 10**9, "bn": 10**9, "b": 10**9, "trillion": 10**12,
    "tn": 10**12, "dozen": 12,
}  # fmt: skip
_UNITS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen"
).split()
_TENS = {"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80,
         "ninety": 90}  # fmt: skip
ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7,
             "eighth": 8, "ninth": 9, "tenth": 10, "eleventh": 11, "twelfth": 12, "thirteenth": 13,
             "fourteenth": 14, "fifteenth": 15, "sixteenth": 16, "seventeenth": 17, "eighteenth": 18,
             "nineteenth": 19, "twentieth": 20}  # fmt: skip
_WORDS = {word: value for value, word in enumerate(_UNITS)} | _TENS | {"half": None}
_WORD_VALUES = {word: value for word, value in _WORDS.items() if value is not None}
_CURRENCIES = {"$": "$", "us$": "$", "dollar": "$", "dollars": "$", "usd": "$", "€": "€", "euro": "€",
               "euros": "€", "eur": "€", "£": "£", "pound": "£", "pounds": "£", "gbp": "£", "¥": "¥",
               "yen": "¥", "₹": "₹", "rupees": "₹"}  # fmt: skip
_PERCENTS = {"%", "percent", "per cent", "pct"}

_NUMBER = re.compile(
    r"(?P<sign>(?<![\w)])[-−–](?=[$€£¥₹]?\d))?"
    r"(?:(?P<symbol>(?:\b(?:US|NZ|HK|[ACS]))?\$|[€£¥₹])[ \u00a0]?)?"
    r"(?P<digits>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+)"
    r"(?P<suffix>st|nd|rd|th|s)?(?![\d])"
    r"(?:[ \u00a0-]?(?P<scale>hundred|thousand|millions?|billions?|trillion|dozen|mn|bn|tn|[kmb])\b)?"
    # the sign behind is not of "2019 $ 5" or "2019 $-", which are two cells
    r"(?:[ \u00a0-]?(?P<unit>%|[$€£¥₹](?![ \u00a0]{0,2}\d|[(–—-])"
    r"|(?:per ?cent|pct|dollars?|euros?|pounds?|yen|rupees|usd|eur|gbp)\b))?",
    re.IGNORECASE,
)
_SPELLED = "|".join([*_UNITS, *_TENS, *ORDINALS])
_SCALE = "hundred|thousand|millions?|billions?|trillion|dozen"
_SPELLED_NUMBER = re.compile(
    rf"\b(?P<words>(?:{_SPELLED})(?:[ -](?:(?:(?<=hundred )|(?<=thousand ))and )?(?:{_SPELLED}|{_SCALE}))*)\b"
    r"(?:[ -](?P<unit>per ?cent\b|dollars?\b|euros?\b|pounds?\b|yen\b))?",
    re.IGNORECASE,
)
_TOKEN = re.compile(r"[^\W_]+(?:['’.&-][^\W_]+)*")
_NEGATION = re.compile(
    r"\b(?:not|no|never|none|neither|nor|without|cannot|nobody|nothing|fail(?:s|ed)? to|den(?:y|ies|ied)"
    r"|refus(?:e|es|ed)|unable|reject(?:s|ed)?|minus)\b|n['’]t\b",
    re.IGNORECASE,
)
_HEDGE = re.compile(
    r"\b(?:(?-i:may|MAY)|might|could|would|should|alleg(?:e[ds]?|ing|edly|ations?)|claim(?:s|ed|ing)?"
    r"|reported(?:ly)?|according|suggest\w*"
    r"|estimat\w+|expect\w*|plan(?:s|ned)?|propos\w+|possib\w+|potential\w*|likely|unlikely|appear\w*"
    r"|seem\w*|believe\w*|accus\w+|if|unless|approximately|nearly|almost|roughly"
    r"|more than|less than|at least|up to|fewer than|intend\w*|aim(?:s|ed)?|hope[sd]?|thought"
    r"|supposed\w*|rumou?r\w*|forecast\w*|half|few|most|hardly|barely|scarcely|rarely|seldom|only"
    r"|part(?:ly|ially)|until|except|former(?:ly)?|vice|deputy|acting|interim|more|less|fewer|higher"
    r"|lower)\b"
    # these only before a number: "around the world" is certain
    r"|\b(?:about|around|over|some|above|below|under)\b"
    rf"(?=\s+(?:an? |the )?(?:[$€£¥₹]?\s?\d|(?:{_SPELLED}|half)\b))",
    re.IGNORECASE,
)
# Capitalised for grammar's sake rather than because they name something.
_NOT_NAMES = frozenset(
    """a an the this that these those it its he she they we i you his her their our my your there here in on
    at by for from with to of as and or but if when while after before since during under over according
    however
    moreover additionally also although though because so then thus yes no not what who which where why how
    all some many most each every both such other another one two three four five six seven eight nine ten
    first second third its do does did is are was were be been has have had will would can could may might
    should must per via into than about between among through up out off""".split()
)

MONTHS = tuple(
    "January February March April May June July August September October November December".split()
)
TO_BE = frozenset("is are was were be been being am".split())
PREPOSITIONS = frozenset(
    """of in on at by for from with to as per via into onto than about between among through during under over
    before after since until against without within across behind beyond upon toward towards near despite
    except like amid alongside regarding concerning including following""".split()
)
AUXILIARIES = TO_BE | frozenset("has have had will would can could may might must shall should".split())


@dataclass(frozen=True, slots=True)
class Number:
    """A number as meant: "$1.5 billion" is value 1500000000, kind "$".

    kind: "" | "%" | a currency sign | "th" for an ordinal, "third" | "s" for a decade, "1990s".
    `span` is the half-open character range in the text it was read from.
    """

    value: Decimal
    kind: str
    span: tuple[int, int]


def numbers(text: str) -> list[Number]:
    """Read every number of a text, in digits or in words, in order of appearance.

    Example: "twelve firms paid $1,200" -> 12 "", 1200 "$"
    """
    found = [*_digit_numbers(text), *_spelled_numbers(text)]
    return sorted(found, key=lambda number: number.span)


def missing_numbers(claim: str, cited: str) -> list[str]:
    """Return the numbers of `claim`, as written, that `cited` does not hold in value and kind."""
    held = {(number.value, number.kind) for number in numbers(cited)}
    return [claim[slice(*n.span)].strip() for n in numbers(claim) if (n.value, n.kind) not in held]


def names(text: str) -> list[str]:
    """Return the capitalised words of a text that may name something, in order, in the text's spelling.

    A sentence's first word counts too, unless it is an ordinary function word.
    """
    return [token for token in _TOKEN.findall(text) if token[0].isupper() and token.lower() not in _NOT_NAMES]


def missing_names(claim: str, cited: str) -> list[str]:
    """Return the names of `claim` that `cited` does not hold, letter case and a possessive 's aside.

    A word at the start of a sentence that the cited words hold in small letters is no new name.
    """
    held = {_name_key(token) for token in _TOKEN.findall(cited)}
    return [name for name in names(claim) if _name_key(name) not in held]


def negations(text: str) -> int:
    """Count the words that turn a statement round: not, never, without, denied."""
    return len(_NEGATION.findall(text))


def hedges(text: str) -> set[str]:
    """Return the words, in lower case, that make a statement less than certain: alleged, may, about."""
    return {match.group().lower() for match in _HEDGE.finditer(text)}


def jaccard(one: Set[T], other: Set[T]) -> float:
    """Return what two sets share as a share of all they have, in [0, 1]; 0 where both are empty.

    Source: Jaccard, Étude comparative de la distribution florale, 1901.
    """
    return len(one & other) / len(one | other) if one or other else 0.0


def stems(text: str) -> list[str]:
    """Return the stems of a text's words (Snowball English), function words left out, in order."""
    words = [token.lower() for token in _TOKEN.findall(text)]
    return stem_words([word for word in words if word not in _NOT_NAMES])


def stem_words(words: list[str]) -> list[str]:
    """Return the stem of each word, which is given in small letters."""
    return list(_stemmer().stemWords(words))


@cache
def _stemmer() -> Any:  # noqa: ANN401 - a Cython type without stubs
    import Stemmer

    return Stemmer.Stemmer("english")


def _name_key(token: str) -> str:
    return re.sub(r"['’]s$", "", token).lower().replace(".", "")


def _digit_numbers(text: str) -> Iterator[Number]:
    for match in _NUMBER.finditer(text):
        if match.start() and text[match.start() - 1].isalpha():
            continue  # "Q3", "COVID19": part of a name, which the name check compares
        value = Decimal(match["digits"].replace(",", ""))
        value = _EXACT.multiply(value, _SCALES.get((match["scale"] or "").lower(), 1))
        value = value.copy_negate() if match["sign"] else value
        yield Number(_EXACT.normalize(value), _kind(match), match.span())


def _spelled_numbers(text: str) -> Iterator[Number]:
    for match in _SPELLED_NUMBER.finditer(text):
        words = re.split(r"[ -]", match["words"].lower())
        if words in (["one"], ["second"]):
            continue  # "no one", "a second": more often a pronoun or a moment than a count
        kind = "th" if words[-1] in ORDINALS else _kind(match)
        yield Number(_spelled_value(words), kind, match.span())


def _spelled_value(words: list[str]) -> Decimal:
    """Return what number words come to: two hundred and fifty thousand -> 250000."""
    total, running = 0, 0
    for word in words:
        scale = _SCALES.get(word, 0)
        if scale > _SCALES["hundred"]:
            total, running = total + running * scale, 0
        elif scale:
            running *= scale
        else:
            running += _WORD_VALUES.get(word, ORDINALS.get(word, 0))
    return Decimal(total + running).normalize()


def _kind(match: re.Match[str]) -> str:
    groups = match.groupdict()
    unit, symbol = ((groups.get(part) or "").lower() for part in ("unit", "symbol"))
    if unit in _PERCENTS:
        return "%"
    if suffix := (groups.get("suffix") or "").lower():
        return "s" if suffix == "s" else "th"
    return _CURRENCIES.get(symbol) or symbol or _CURRENCIES.get(unit, "")
