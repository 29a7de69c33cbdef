"""A figure as a filing shows it and what that stands for: "1,234" at scale 6 with sign "-" is -1234000000.

The formats are those of the Inline XBRL Transformation Registry (https://www.xbrl.org/Specification/), of all
its versions by one name: "ixt:num-dot-decimal" is "numdotdecimal". What is not read is None, never a guess.
"""

from __future__ import annotations

import re
from decimal import Decimal, localcontext

MAX_DIGITS = 60
MAX_SCALE = 30
DIGITS_KEPT = MAX_DIGITS + MAX_SCALE + 10  # more than any figure has: nothing is rounded
_ZERO = frozenset("fixedzero zerodash numdash".split())
_DOT = frozenset(" numdotdecimal numdotdecimalin numcommadot numspacedot numdotdecimalapos".split(" "))
_COMMA = frozenset("numcommadecimal numdotcomma numspacecomma numcommadecimalapos".split())
_UNITS = re.compile(r"([0-9]+)\D+?([0-9]{1,2})?\D*")
_GROUPING = "[ \u00a0\u2009\u202f'’`´]"
_WHOLE = re.compile(r"[0-9]+\.?[0-9]*|\.[0-9]+")
_SMALL = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen"
    " seventeen eighteen nineteen"
).split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_WORDS = {word: i for i, word in enumerate(_SMALL)} | {word: 10 * i for i, word in enumerate(_TENS, start=2)}
_WORDS |= dict.fromkeys("no none nil".split(), 0)
_LARGE = {"thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}


def stated_value(shown: str, *, form: str = "", scale: str = "0", sign: str = "") -> str | None:
    """Return what a shown figure stands for as a plain decimal number; None where it cannot be told.

    Args:
        shown: the figure's own characters, without currency and brackets.
        form: its "format" attribute, as "ixt:num-dot-decimal"; "" for a plain number.
        scale: the power of ten to multiply by, a whole number as it is written.
        sign: "-" turns it round.

    Example: "1,234.5", form "ixt:num-dot-decimal", scale "3", sign "-" -> "-1234500"
    """
    number, power = shown_number(shown, form), scale_of(scale)
    if number is None or power is None or sign not in ("", "-"):
        return None
    with localcontext(prec=DIGITS_KEPT):
        value = number.scaleb(power)
        return plain(-value if sign else value)


def scale_of(written: str) -> int | None:
    """Read a scale: "" is 0; None for what is none, or would make a number no one can mean."""
    found = re.fullmatch(r"\s*([+-]?[0-9]{1,3})\s*|", written)
    power = int(found[1] or 0) if found else None
    return power if power is not None and abs(power) <= MAX_SCALE else None


def shown_number(shown: str, form: str) -> Decimal | None:
    """Read a shown figure by its format, unscaled; None where it is none of that format."""
    name = form.rpartition(":")[2].lower().replace("-", "")
    if name in _ZERO:
        return Decimal(0)
    written = " ".join(shown.split())
    if name in ("numwordsen", "numtexten"):
        return in_words(written)
    if name == "numunitdecimal":
        found = _UNITS.fullmatch(written)
        return _decimal(f"{found[1]}.{found[2] or '0':0>2}") if found else None
    if name in _DOT:
        return _decimal(re.sub(f"{_GROUPING}|,", "", written))
    if name in _COMMA:
        return _decimal(re.sub(rf"{_GROUPING}|\.", "", written).replace(",", "."))
    return None


def in_words(written: str) -> Decimal | None:
    """Read a number in English words, as far as filings write it out: "one hundred and five" -> 105.

    None where there is no word for a number, or where they do not descend, as in "five and two hundred".
    """
    if _WHOLE.fullmatch(written.replace(",", "")):
        return _decimal(written.replace(",", ""))
    words = [word for word in re.findall(r"[a-z]+", written.lower()) if word not in ("and", "a")]
    if len(words) == 1 and _WORDS.get(words[0]) == 0:
        return Decimal(0)
    total, group, most = 0, 0, max(_LARGE.values()) + 1
    for word in words:
        if word in _LARGE and _LARGE[word] < most:
            total, group, most = total + max(group, 1) * _LARGE[word], 0, _LARGE[word]
        elif word == "hundred" and group < 100:
            group = max(group, 1) * 100
        elif _fits(_WORDS.get(word, 0), group):
            group += _WORDS[word]
        else:
            return None
    return Decimal(total + group) if words else None


def _fits(value: int, group: int) -> bool:
    """Tell whether a number below a hundred may follow on one: 5 on 120 and on 100, not on 3 or 15."""
    return value > 0 and (group % 100 == 0 or (value < 10 and group % 10 == 0 and group % 100 >= 20))


def plain(value: Decimal) -> str:
    """Write a number without an exponent and without zeros that say nothing: 1.50E+3 -> "1500"."""
    written = format(value, "f")
    written = written.rstrip("0").rstrip(".") if "." in written else written
    return "0" if written in ("-0", "") else written


def _decimal(written: str) -> Decimal | None:
    return Decimal(written) if _WHOLE.fullmatch(written) and len(written) <= MAX_DIGITS else None
