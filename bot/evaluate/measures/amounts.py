"""Numbers as filings print them: negative in brackets, counted in what a heading says. Pure functions.

Built on `bot.facts.numbers`, which reads running text: it knows the scale words beside a number, and neither
brackets nor "(in millions)" somewhere above it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from bot.facts import numbers

CURRENCIES = frozenset("$€£¥₹")
SCALES = {
    "hundred": 10**2, "thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12, "dozen": 12,
    "k": 10**3, "m": 10**6, "mn": 10**6, "b": 10**9, "bn": 10**9, "tn": 10**12,
}  # fmt: skip
_OWN_SCALE = re.compile(rf"({'|'.join(sorted(SCALES, key=len, reverse=True))})s?\b", re.IGNORECASE)
_SIGN = "[$€£¥₹]"
_BRACKETED = re.compile(
    rf"(?P<sign>{_SIGN} ?)?\((?!(?:19|20)\d\d\))(?P<inner>{_SIGN})? ?"
    r"(?P<rest>\d[\d,]*(?:\.\d+)?(?: ?(?:%|thousand|million|billion|k|mn|bn|m))?)\)",
    re.IGNORECASE,
)
_A_MILLION = re.compile(
    r"\b(?P<half>half )?an? (?P<scale>hundred|thousand|million|billion|trillion|dozen)\b", re.IGNORECASE
)
# Where a heading says what the figures under it are counted in.
_SCALE_WORD = "(?P<scale>thousand|million|billion)s?"
_CODE = rf"(?:US|[ACS])?{_SIGN}|\b(?:USD|EUR|GBP|JPY|INR)"
_STATED_SCALES = (
    re.compile(rf"\bin (?:(?:{_CODE}) ?|U\.?S\.? dollars )?{_SCALE_WORD}\b", re.IGNORECASE),
    re.compile(rf"(?:{_CODE}) ?(?P<scale>thousand|million|billion|mn|bn|[kmb])s?\b", re.IGNORECASE),
    re.compile(rf"\b{_SCALE_WORD} of (?:U\.?S\.? )?(?:dollars|euros|pounds|yen|rupees)\b", re.IGNORECASE),
    re.compile(rf"(?:^|[|(\n]) ?{_SCALE_WORD} ?(?=$|[|),\n])", re.IGNORECASE),
)
_THOUSANDS = re.compile(rf"(?<!\d)(?:{_SIGN}|['’‘]) ?000s?\b|(?<![\d,.])000s\b")
_STATED_KINDS = {
    "$": r"\$|\b(?:USD|dollars?)\b", "€": r"€|\b(?:EUR|euros?)\b", "£": r"£|\b(?:GBP|pounds?)\b",
    "¥": r"¥|\b(?:JPY|yen)\b", "₹": r"₹|\b(?:INR|rupees)\b", "%": r"%|\bper ?cent(?:ages?)?\b",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Amount:
    """A number with its own scale word apart: "$1.5 billion" is printed 1.5, scale 10**9, kind "$".

    `kind` is that of `bot.facts.Number`; `span` is the half-open character range it was read from.
    """

    printed: Decimal
    scale: int
    kind: str
    span: tuple[int, int]

    @property
    def value(self) -> Decimal:
        """What it comes to by itself, whatever a heading says."""
        return self.printed * self.scale

    @property
    def is_bare(self) -> bool:
        """Whether no scale word or percent sign stands beside it, so that a heading can have the say."""
        return self.scale == 1 and (self.kind in CURRENCIES or not self.kind)


@dataclass(frozen=True, slots=True)
class Units:
    """What a heading says its figures are in: "($ in millions)" is scales {10**6}, kinds {"$"}."""

    scales: frozenset[int]
    kinds: frozenset[str]


def amounts(text: str) -> list[Amount]:
    """Read every number of a text in order. Brackets around a figure alone make it negative, a year apart.

    Example: "a loss of $(4.5) million in 2019" -> -4.5 x 10**6 "$", 2019
    """
    plain, found = _plain(text), []
    for number in numbers(plain):
        start, end = number.span
        while start and plain[start - 1] == " " != text[start - 1]:
            start -= 1  # what a minus sign or a 1 was written over
        scale = _scale_of(text[start:end])
        found.append(Amount(number.value / scale, scale, number.kind, (start, end)))
    return found


def stated_units(text: str) -> Units:
    """Return the scales and kinds that a text states for figures other than those it stands beside.

    Example: "Costs rose 5% (in millions of euros)" -> scales {10**6}, kinds {"€"}
    """
    scales = {10**3} if _THOUSANDS.search(text) else set()
    bare = _THOUSANDS.sub(lambda found: found.group()[0].ljust(len(found.group())), text)
    bare = blanked(bare, [amount.span for amount in amounts(bare)])
    scales |= {SCALES[m["scale"].lower()] for pattern in _STATED_SCALES for m in pattern.finditer(bare)}
    kinds = {kind for kind, words in _STATED_KINDS.items() if re.search(words, bare, re.IGNORECASE)}
    return Units(frozenset(scales), frozenset(kinds))


def blanked(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """Return a text with spans of it made blank, so that all other offsets stay what they are."""
    characters = list(text)
    for start, end in spans:
        characters[start:end] = " " * (end - start)
    return "".join(characters)


def _plain(text: str) -> str:
    """Return a text of the same length with brackets as minus signs and "a million" as "1 million"."""
    text = _BRACKETED.sub(_with_minus, text).replace(" B.C.", " BC  ")  # 400 B.C. is not 400 billion
    return _A_MILLION.sub(
        lambda found: f"{'0.5' if found['half'] else '1'} {found['scale']}".rjust(len(found.group())), text
    )


def _with_minus(found: re.Match[str]) -> str:
    sign = (found["sign"] or "").strip() or found["inner"] or ""
    return f"-{sign}{found['rest']}".rjust(len(found.group()))


def _scale_of(written: str) -> int:
    """Return the last scale word of a number as written; 1 where there is none."""
    found = _OWN_SCALE.findall(re.sub(r"(?i)dollars?|pounds?|yen|rupees|euros?", "", written))
    return SCALES[found[-1].lower()] if found else 1
