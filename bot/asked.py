"""What kind of thing a question asks for, and whether a text holds one that the question does not name.

Pure functions over words. Unknown kinds ("why", "what") are held by every text.
"""

from __future__ import annotations

import re

from bot.facts import MONTHS, names, numbers, stems
from bot.tables import is_table_row

_WHO = re.compile(r"\b(?:who|whom|whose)\b", re.IGNORECASE)
_WHERE = re.compile(
    r"\bwhere\b|\b(?:what|which) (?:city|country|place|state|region|town|location|continent)\b", re.IGNORECASE
)
_WHEN = re.compile(
    r"\bwhen\b|\b(?:what|which) (?:year|date|day|month|century|decade|quarter|season)\b", re.IGNORECASE
)
_QUANTITY_WANTED = re.compile(
    r"\bhow (?:many|much|old|long|far|large|big|high|tall|often|fast)\b"
    r"|^what (?:did|does|do|will) .+ (?:rise|fall|increase|decrease|grow|drop|climb|go up|go down|cost) to\b"
    r"|^what (?:did|does|do|will) .+ cost\b"
    r"|\bwhat (?:percent\w*|number|amount|proportion|share)\b",
    re.IGNORECASE,
)
_TIME = re.compile(
    r"\b(?:century|centuries|decades?|today|yesterday|tomorrow|after|before|during|until|since|days?|weeks?"
    r"|months?|years?|spring|summer|autumn|winter"
    rf"|{'|'.join(MONTHS)}|(?:mon|tues|wednes|thurs|fri|satur|sun)day)\b",
    re.IGNORECASE,
)
_ASKS_WHEN = re.compile(
    r"(?:since )?when (?:did|do|does|is|was|are|were|will|has|have|had|can|could|would|should|must)\b"
    r"|(?:in|on|at|by) (?:what|which) (?:year|date|day|month|time)\b",
    re.IGNORECASE,
)
_AT_A_TIME = re.compile(  # what a "when" may be answered with besides `_TIME` and a year; not "eight minutes"
    r"\b(?:\d{3,4}|\d\d?(?:st|nd|rd|th|[/.:]\d\d?)|\d\d?(?:[:.]\d\d)? ?(?:[ap]\.?m\b|o['’]clock)|\d+s"
    r"|ago|ancient|medieval|era|age|period|dynasty|reign|war|nights?|mornings?|evenings?|noon|midnight|dawn"
    r"|dusk|recent|recently|now|once|when|whenever|while|if|upon|soon|immediately|early|late|later|earlier"
    r"|mid|annual(?:ly)?|yearly|daily|weekly|monthly|quarterly|quarters?|christmas|easter|times?|moment"
    r")\b"
    r"|['’]\d\ds\b",
    re.IGNORECASE,
)
_ASKS_QUANTITY = re.compile(r"\bhow (?:many|much)\b|\bwhat (?:percent\w*|number)\b", re.I)
_ASKS_COUNT = re.compile(r"\bhow many (?!dollars|pounds|euros|yen|cents|(?:m|b|tr)illions?)", re.I)
_QUANTITY = re.compile(
    r"\b(?:half|most|none|no|several|few|all|both|many|dozens|hundreds|thousands|millions|billions|majority"
    r"|minority|quarter|third|twice|doubl\w+|tripl\w+|nothing|free|one|single|pair|couple)\b",
    re.I,
)

_DAY = re.compile(rf"\b(?:{'|'.join(MONTHS)}) \d\d?\b|\b\d\d? (?:{'|'.join(MONTHS)})\b")
_ASKS_PERCENTAGE = re.compile(
    r"^(?:what|which)\b.*\b(?:margin percentages?|(?:tax|interest|discount|coupon) rates?)\b", re.IGNORECASE
)
_OF_CHANGE = re.compile(
    r"\b(?:chang|differ|increas|decreas|grow|grew|ris|rose|fall|fell|average)", re.IGNORECASE
)
_PERCENTAGE = re.compile(r"\d\)? ?(?:%|per ?cent|pct\b|(?:basis|percentage) points)", re.IGNORECASE)
_OF_PERCENTAGES = re.compile(r"%|\b(?:rates?|per ?cent\w*|margins?)\b", re.IGNORECASE)
_COUNTED = re.compile(r" (?P<thing>[a-z][\w-]+)")
_DATED = re.compile(
    r"\b(?:in|since|by|until|till|from|during|of|to|before|after|year|fiscal|(?:jan|feb|mar|apr|may|june?"
    r"|july?|aug|sept?|oct|nov|dec)[a-z]*\.?(?: \d\d?,?)?) $",
    re.IGNORECASE,
)


def lacks_kind(question: str, text: str) -> bool:
    """Tell whether a text has no name, time or number that could be what a question asks for.

    Example: "Who owns the ferry?", "The ferry is old." -> True
    """
    if _WHO.search(question) or _WHERE.search(question):
        return not _new_names(question, text)
    if _WHEN.search(question):
        return not (_new_numbers(question, text) or _TIME.search(text))
    if _QUANTITY_WANTED.search(question):
        return not (_new_numbers(question, text) or _QUANTITY.search(text))
    return False


def lacks_quantity(question: str, text: str) -> bool:
    """Tell whether a question asks how many and a text has no number that could be it.

    A year or the day of a date never is, and an amount of money is no count. One that asks for a rate of tax
    wants a percentage: a text has none where no figure is one, unless it is a row that says so at its head.
    """
    if _ASKS_PERCENTAGE.search(question) and not _OF_CHANGE.search(question):
        label = text.partition("|")[0] if is_table_row(text) else ""
        return not (_PERCENTAGE.search(text) or _OF_PERCENTAGES.search(label))
    if not _ASKS_QUANTITY.search(question) or _QUANTITY.search(text):
        return False
    kinds = {"", "%", "th"} if _ASKS_COUNT.search(question) else None
    days = [match.span() for match in _DAY.finditer(text)]
    told = [
        number
        for number in numbers(text)
        if not (_is_year(text, number.span) or any(a <= number.span[0] < b for a, b in days))
    ]
    return not any(kinds is None or number.kind in kinds for number in told)


def lacks_time(question: str, text: str) -> bool:
    """Tell whether a question asks when and a text has nothing that could be a time.

    Example: "When do the new fares start?", "A tram will run every eight minutes." -> True
    """
    return bool(_ASKS_WHEN.match(question)) and not (_TIME.search(text) or _AT_A_TIME.search(text))


def _new_names(question: str, text: str) -> bool:
    asked = question.lower()
    return any(name.lower() not in asked for name in names(text))


def _new_numbers(question: str, text: str) -> bool:
    known = {number.value for number in numbers(question)}
    return any(number.value not in known for number in numbers(text))


def _is_year(text: str, span: tuple[int, int]) -> bool:
    """Tell whether a number is a year: "in 2019", "2019.", but not "2000 workers"."""
    if not re.fullmatch(r"(?:1[5-9]|20)\d\d", text[slice(*span)].strip()):
        return False
    counted = _COUNTED.match(text, span[1])
    is_counted = counted is not None and bool(stems(counted["thing"]))  # "2019 the owls" counts nothing
    return not is_counted or bool(_DATED.search(text, 0, span[0]))
