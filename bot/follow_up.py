"""Follow-ups that ask for the same of another year, or for another figure of the same. Pure functions.

Only what is certain is replaced: one year in the question before, and a follow-up that says nothing else.
"""

from __future__ import annotations

import re

from bot.facts import MONTHS

LONG = 300  # characters of a question: a longer one is more than a figure, and slow to take apart
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_IN_A_YEAR = re.compile(  # not "its 2019 model"
    r"\b(?:in|for|during|of|since|until|by|from|to|(?:fiscal|financial|calendar)(?: year)?|year(?: ended)?"
    rf"|(?:{'|'.join(MONTHS)})"
    r"(?: \d\d?,)?) (?:19|20)\d\d\b",
    re.IGNORECASE,
)
_LEAD = r"(?:and|but|what about|how about|and what about|and how about)?,? ?"
_YEAR_BEFORE = re.compile(
    rf"{_LEAD}(?:(?:in|for) )?(?:the (?:year before|(?:previous|prior|preceding) year)"
    r"|a year (?:earlier|before)|one year earlier)(?: that)?\s*\?*",
    re.IGNORECASE,
)
_YEAR_AFTER = re.compile(
    rf"{_LEAD}(?:(?:in|for) )?(?:the (?:year after|next year|following year)|a year (?:later|after)"
    r"|one year later)(?: that)?\s*\?*",
    re.IGNORECASE,
)
_THAT_YEAR = re.compile(rf"{_LEAD}(?:in |for )?(?P<year>(?:19|20)\d\d)\s*\?*", re.IGNORECASE)
_FIGURE_ASKED = re.compile(
    r"(?P<lead>What (?:was|were|is|are) )"
    r"(?P<owner>(?:the |its )?(?:[A-Z][\w&.-]*(?: [A-Z][\w&.-]*)*['’]s? )?)"
    r"(?P<figure>[a-z][a-z -]*?)(?P<rest>(?: (?:of|at) [^?]+?)? (?:in|for|during) [^?]*\b(?:19|20)\d\d\s*\?*)"
)
_ANOTHER_FIGURE = re.compile(
    r"(?:and|what about|how about|and what about) (?:the |its |their )?"
    r"(?P<figure>[a-z]+(?:[ -][a-z]+){0,3})\s*\?*",
    re.IGNORECASE,
)
_NO_FIGURE = re.compile(
    r"\b(?:year|quarter|month|week|day|then|why|when|who|where|how|that|this|it|he|she|they|them|what|others?"
    r"|in|for|at|of|by|to|before|after|next|last|previous)\b",
    re.IGNORECASE,
)


def another_year(question: str, before: str) -> str | None:
    """Put the year that a follow-up asks for in the place of the only one of the question before.

    Example: "And the year before?", "What was revenue in 2019?" -> "What was revenue in 2018?"
    """
    years = _YEAR.findall(before)
    if len(years) != 1 or not _IN_A_YEAR.search(before):
        return None
    if _YEAR_BEFORE.fullmatch(question):
        wanted = int(years[0]) - 1
    elif _YEAR_AFTER.fullmatch(question):
        wanted = int(years[0]) + 1
    elif match := _THAT_YEAR.fullmatch(question):
        wanted = int(match["year"])
    else:
        return None
    return _YEAR.sub(str(wanted), before)


def another_figure(question: str, before: str) -> str | None:
    """Put the figure that a follow-up asks for in the place of the one asked for in a year before.

    Example: "And net profit?", "What was its revenue in 2019?" -> "What was its net profit in 2019?"
    """
    if len(before) > LONG:
        return None
    asked, wanted = _FIGURE_ASKED.fullmatch(before), _ANOTHER_FIGURE.fullmatch(question)
    if not asked or not wanted or _NO_FIGURE.search(wanted["figure"]):
        return None
    if any(letter.isupper() for letter in wanted["figure"]):
        return None  # "And Beta?" is somebody else
    return f"{asked['lead']}{asked['owner']}{wanted['figure']}{asked['rest']}"
