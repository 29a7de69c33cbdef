"""What in a sentence limits or undoes the rest of it, and which brackets say the same again. English.

A part with an exception, a condition or a second thought is never left out. Used by shorten and verify.
"""

from __future__ import annotations

import re

from bot.facts import MONTHS, numbers

_LIMIT = re.compile(
    r"\b(?:exceptions?|excepting|except(?:ed)?|exclu\w+|pending|barring|subject to|condition(?:al|ally|ed)?"
    r"|conditions|contingent|provided that|(?:as|so) long as|unless|whenever|once|apart from|aside from"
    r"|other than|save (?:for|in)|but for|net of|before tax|limited to|restricted to|assuming|depending"
    r"|in (?:name|theory|principle|part)|on paper|so far|for now|tempor\w+|provisional\w*|nominal\w*"
    r"|when (?:\w+ed|taken|used|given|kept|made|sold|held)|while \w+ last(?:s|ed)?)\b"
    r"|(?<=, )provided\b",
    re.IGNORECASE,
)
_UNDOING = re.compile(
    r"\b(?:overturn\w*|annul\w*|revers\w+|withdr[ae]w\w*|(?:struck|voted|shot) down|strik\w+ down"
    r"|(?:took|take[ns]?|taking|gave|give[ns]?|giving|bought|buy|bring|brought)(?: \w+)? back|hoax\w*"
    r"|recall\w*|void\w*|cancel\w*|revok\w+|repeal\w*|rescind\w*|quash\w*|nullif\w+|retract\w*|undo\w*"
    r"|undid|reinstat\w+|disput\w+|contest(?:s|ed)|refut\w+|disprov\w+|debunk\w*|fake\w*|forger\w+|forged"
    r"|false\w*|untrue|invalid\w*|mistake\w*|fiction\w*|fictitious)\b",
    re.IGNORECASE,
)
# Only for a part that would go: alone such words join sentences, and then they are fillers.
_SECOND_THOUGHT = re.compile(
    r"\b(?:in fact|later|however|actually|but|although|though|yet|instead|if|when|while|until|where \w+ed"
    r"|provid(?:ed|ing)|or so|pretend\w*|imagin\w+|dream\w*|jokes?|tales?|trials?|test|experiment\w*"
    r"|stor(?:y|ies)|novels?|films?|legends?|myths?|drop(?:ped|s)|lift(?:ed|s)|abandon\w*|scrapp\w+"
    r"|return\w*|restor\w+|replac\w+|supersed\w+|reopen\w*|releas\w+|acquit\w*|clear(?:ed|s)|pardon\w*"
    r"|suspend\w*|expir\w+|abolish\w*|wrong\w*|error\w*|the next day|back)\b",
    re.IGNORECASE,
)

_LANGUAGE = (
    r"(?:(?:Old|Ancient|Middle|Modern|Classical|Biblical) )?(?:Latin|Greek|Norse|Norwegian|Danish|Swedish"
    r"|Icelandic|Finnish|English|French|German|Dutch|Spanish|Portuguese|Catalan|Italian|Russian|Ukrainian"
    r"|Polish|Czech|Hungarian|Romanian|Turkish|Arabic|Hebrew|Persian|Hindi|Urdu|Bengali|Tamil|Sanskrit"
    r"|Chinese|Japanese|Korean|Vietnamese|Thai|Irish|Welsh|Scots|Gaelic|Basque)"
)
_TRANSLATION = re.compile(
    rf"{_LANGUAGE}(?: name)?: [^;:\d]+|pronounced [^;,\d]+|(?:lit\.|literally) [“\"'‘][^;,\d]+|/[^/\d]+/"
)
_CITATION = re.compile(
    r"\[\d{1,3}\]|[A-Z][\w’'-]+ et al\.,? \d{4}[a-z]?|see (?:also )?(?:Figure|Fig\.|Table|Section|Note) \d+"
)
_MONTH = rf"(?:{'|'.join(MONTHS)})"
_DATE = rf"(?:(?:\d{{1,2}} )?{_MONTH} (?:\d{{1,2}}, )?)?(?:1\d|20)\d\d"
_BORN = re.compile(rf"(?:born|b\.|died|d\.) {_DATE}")
_LIFE = re.compile(rf"{_DATE} ?[–—-] ?{_DATE}")
_YEAR = re.compile(r"(?:1\d|20)\d\d")
_LIFE_YEARS = (15, 115)
_PERSON = re.compile(r"(?:^|\bby )(?:[A-Z][\w.’'-]* (?:(?:of|de|van|von) )?){1,4}[A-Z][\w.’'-]*$")
_UNIT = (
    r"(?:square |sq\.? ?|cubic |cu )?(?:km/h|mph|km2|km²|km|kilomet(?:re|er)s?|miles?|mi|met(?:re|er)s?|m2|m²"
    r"|m|feet|foot|ft|inch(?:es)?|in|yards?|yd|cm|mm|hectares?|ha|acres?|kg|kilograms?|lbs?|tonnes?|tons?"
    r"|ounces?|oz|lit(?:re|er)s?|gallons?|gal|°C|°F|knots?|kn|hp|kW)"
)
_MEASURE = re.compile(rf"\d[\d.,]*[ -]?(?P<unit>{_UNIT})")
_ENDS_IN_MEASURE = re.compile(rf"\d[\d.,]*[ -]?(?P<unit>{_UNIT})$")
_ACRONYM = re.compile(r"[A-Z][A-Z&.-]{1,8}s?")


def limits(text: str) -> set[str]:
    """Return the words, in lower case, that limit or undo what a text says: pending, except, annulled.

    Example: "Vik won, pending a recount." -> {"pending"}
    """
    return {match[0].lower() for pattern in (_LIMIT, _UNDOING) for match in pattern.finditer(text)}


def limits_the_rest(part: str) -> bool:
    """Tell whether a part may say where the rest does not hold, or that it no longer does."""
    return bool(limits(part) or _SECOND_THOUGHT.search(part))


def says_the_same(brackets: str, before: str, after: str) -> bool:
    """Tell whether brackets hold a name, a measure or a date again, or a mark; all else may be a limit.

    Nothing goes beside a percentage or an amount of money: brackets say of what those are.

    Args:
        brackets: with both marks.
        before: the sentence up to them.
        after: the sentence behind them.

    Example: "(25 mi)" after "40 km" -> True; "(excluding new shops)" -> False
    """
    inside, before = brackets[1:-1].strip(), before.rstrip()
    if any(number.kind not in {"", "th", "s"} for number in numbers(f"{before} | {after}")):
        return False
    is_mark = _TRANSLATION.fullmatch(inside) or _CITATION.fullmatch(inside)
    says_when = _BORN.fullmatch(inside) and before.split()[-1:] and before.split()[-1][0].isupper()
    is_same = is_mark or says_when or _is_life(inside, before) or _is_measure(inside, before)
    return bool(is_same or _is_acronym(inside, before)) and not limits_the_rest(inside)


def _is_life(inside: str, before: str) -> bool:
    """Tell whether two years may be those of a person: "Anna Brenn (1850–1911)", no "Sales (2001–2002)"."""
    if not (_LIFE.fullmatch(inside) and _PERSON.search(before)):
        return False
    born, died = (int(year) for year in _YEAR.findall(inside))
    return _LIFE_YEARS[0] <= died - born <= _LIFE_YEARS[1]


def _is_measure(inside: str, before: str) -> bool:
    """Tell whether brackets repeat a measure in another unit."""
    own, other = _MEASURE.fullmatch(inside), _ENDS_IN_MEASURE.search(before)
    return bool(own and other and own["unit"] != other["unit"])


def _is_acronym(inside: str, before: str) -> bool:
    """Tell whether brackets hold the first letters of the words before them."""
    if not _ACRONYM.fullmatch(inside):
        return False
    letters = [letter for letter in inside.removesuffix("s") if letter.isalpha()]
    words = re.findall(r"[^\W\d_]+", before)
    all_first = "".join(word[0] for word in words[-len(letters) :]).upper()
    own_first = "".join(word[0] for word in words if word[0].isupper() or len(word) > 3)
    return "".join(letters) in {all_first, own_first[-len(letters) :].upper()}
