"""Names that a sentence shows and its cited words lack. Pure functions of plain strings.

A name is a capitalised word that grammar does not explain, as `bot.facts.names` has it. Words are compared
one by one: that "Lena Ortiz" is made of "Lena Lim" and "Juan Ortiz" is not noticed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator

from bot.facts import names, stems

FISCAL = re.compile(r"\b(?:FY ?|fiscal (?:year )?)['’]?(?:20|19)?(\d\d)\b", re.IGNORECASE)
_QUARTER = re.compile(
    r"\b(?:Q([1-4])\b|(?:(first|1st)|(second|2nd)|(third|3rd)|(fourth|4th))[ -]quarter)", re.IGNORECASE
)
_WORD = re.compile(r"[^\W_]+(?:['’.&-][^\W_]+)*")
# Capitalised where they open a sentence, beside those that `bot.facts` knows; and forms of address.
_OPENERS = frozenset(
    """additionally altogether among any because besides beyond consequently currently despite due earlier
    either even eventually everyone few finally following furthermore generally given half hence indeed
    initially instead last later less likewise many meanwhile more much nearly neither nevertheless nobody
    none nor nothing now often once only otherwise overall people perhaps previously rather recently
    respectively several similarly since someone sometimes soon still subsequently therefore though throughout
    today together toward towards ultimately under unless unlike until upon usually very whereas whether while
    whose with within without yet yesterday mr mrs ms""".split()
)
_SMALL_WORDS = frozenset("of the and for in on de la du des von van".split())


def missing_names(told: str, cited: str) -> Iterator[str]:
    """Yield the names of a sentence that its cited words do not hold, as written, in order.

    Held is a name that is there in whatever letter case, with or without accents, full stops and 's; whose
    parts are ("Smith" of "Smith-Lane"); that is the initials of capitalised words in a row; Q3 for a third
    quarter and FY24 for fiscal 2024. A sentence's first word is no name where the cited words have its stem:
    "Profits" where they have "profit".
    """
    words = {key for word in _WORD.findall(cited) for key in (_key(word), *_parts(word))}
    held, stemmed, initials = words | set(_short_names(cited)), set(stems(cited)), _initials(cited)
    first = _WORD.search(told)
    for name in names(told):
        key, parts = _key(name), _parts(name)
        opens = first is not None and name == first.group()
        is_held = key in held or (len(parts) > 1 and held.issuperset(parts))
        is_grammar = key in _OPENERS or (opens and not stemmed.isdisjoint(stems(name)))
        is_initials = name.isupper() and len(key) > 1 and key in initials
        if not (is_held or is_grammar or is_initials):
            yield name


def quarters(text: str) -> Iterator[int]:
    """Yield the quarters of a year that a text names. Example: "from Q1 to the third quarter" -> 1, 3."""
    for match in _QUARTER.finditer(text):
        yield int(match[1]) if match[1] else (match.lastindex or 0) - 1


def _key(word: str) -> str:
    """Return a word in small letters without accents, full stops and a possessive 's."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", word) if not unicodedata.combining(c))
    return re.sub(r"'s$", "", plain.casefold().replace("’", "'")).replace(".", "")


def _parts(word: str) -> list[str]:
    return [part for part in re.split(r"[-&']", _key(word)) if part]


def _short_names(cited: str) -> Iterator[str]:
    yield from (f"q{quarter}" for quarter in quarters(cited))
    for match in FISCAL.finditer(cited):
        yield from ("fy", f"fy{match[1]}", f"fy20{match[1]}", f"fy19{match[1]}")


def _initials(cited: str) -> str:
    """Return the first letters of capitalised words in a row, rows apart; and those with small words too.

    Example: "at the Department of Works" -> " dw  dow"
    """
    return (
        " ".join(_runs(cited.split(), with_small=False))
        + " "
        + " ".join(_runs(cited.split(), with_small=True))
    )


def _runs(words: Iterable[str], *, with_small: bool) -> list[str]:
    runs = [""]
    for word in words:
        bare = word.lstrip("(“\"'")
        if bare[:1].isupper() or (bare in _SMALL_WORDS and runs[-1] and with_small):
            runs[-1] += bare[0].casefold()
        elif bare not in _SMALL_WORDS:
            runs.append("")
    return runs
