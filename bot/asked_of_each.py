"""A question about several filings -> what to ask of each of them. Pure functions, beside `across`."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.facts import stems
from bot.scope import OVER_TIME

LEAST_STEMS = 2  # of what is asked about, the company's name among them

_WENT = (  # what something did over time
    r"(?:chang\w*|evolv\w*|develop\w*|var(?:y|ied|ies)|compar\w+|progress\w*|gr(?:ow\w*|ew)|perform\w*|differ\w*"
    r"|trend\w*|fluctuat\w*|mov(?:e[ds]?|ing)|shift\w*|seen|stack\w*|increas\w+|decreas\w+|declin\w+|improv\w+"
    r"|r[io]se[ns]?|fallen|fell|go(?:ne)?|adapted|look(?:ed)?)"
)
_COURSE = (
    r"(?:(?:significant|notable|consistent|substantial|considerable|key|main|any|clear|important)\s+)*"
    r"(?:changes?|trends?|patterns?|developments?|evolution|fluctuations?|variations?|shifts?|movements?"
    r"|differences?|alterations?|comparison)"
)
_WHY = r"\b(?:factors?|drivers?|causes?|reasons?|elements?|why|led|lead|caused|drove|impact|effects?|role)\b"
_ABOUT = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"^how\s+(?:has|have|had|did|do|does|is|are|was|were)\s+(?P<about>.+?)\s+(?:been\s+|seen\s+)?"
        rf"{_WENT}\b",
        rf"^(?:what|are|is|was|were|can|could|has|have|do|does|did|which)\b(?:(?!{_WHY}).)*?\b{_COURSE}\s+"
        r"(?:\w+\s+){0,3}?(?:of|in|for|to|between)\s+(?P<about>.+)$",
        rf"^(?:has|have|had|did)\s+(?P<about>(?!there\b).+?)\s+{_WENT}\b",
        r"^(?:please\s+)?(?:compare|contrast)\s+(?P<about>.+)$",
        r"^(?:which|who|whose)\b.*?\b(?:has|have|had|reported|earned|made|spent|paid|recorded)\s+(?:an?\s+|the\s+)?"
        r"(?P<about>.+)$",
    )
)
_COMPARATIVE = re.compile(
    r"^(?:higher|lower|more|less|larger|bigger|greater|smaller|highest|lowest|most|better)\s+", re.I
)
_NEXT_QUESTION = re.compile(
    r"\?.*$|[,;]?\s+(?:and|if so,?)\s+(?:what|how|why|which|describe|explain)\b.*$|(?-i:[.?]\s+List\b).*$",
    re.I | re.S,
)
_WHEN = re.compile(
    r"[,\s]*\b(?:in|for|over|during)\s+(?:the|its|their)?\s*(?:most\s+recent|latest|last|current)\s+"
    r"(?:quarter|period|year|10-?[QK]|filing|report)s?\b",
    re.IGNORECASE,
)


def asked_of_each(question: str, others: Sequence[str] = ()) -> str:
    """Return the question that one filing can answer: without the comparison, the periods and the others.

    Args:
        question: about several filings.
        others: the names of the companies that this filing is not of.

    Example: "How has Apple's revenue changed over time?" -> "What was Apple's revenue?"
    """
    first = _NEXT_QUESTION.sub("", " ".join(question.split()))
    for other in others:
        first = re.sub(
            rf"(?:,|\b(?:and|or|than|with|to|vs\.?|versus)\b|\s)*(?<![\w&]){re.escape(other)}(?:['’]s?)?(?![\w&])"
            r"(?:\s*(?:,|\b(?:and|or|than|with|to|vs\.?|versus)\b))*",
            " ",
            first,
        )
    about = next((match["about"] for pattern in _ABOUT if (match := pattern.search(first))), "")
    about = _WHEN.sub("", OVER_TIME.sub("", about)).strip(" ,.?'’")
    about = _COMPARATIVE.sub("", " ".join(about.split()))
    about = re.sub(r"(?:\s+(?:as\s+)?(?:reported|disclosed))?(?:\s+(?:compared|relative))?$", "", about)
    about = re.sub(r"\s+(?:over|across|in|during|from|for|between|to|and|by|of|with)$", "", about)
    if len(stems(about)) < LEAST_STEMS:
        about = ""
    return f"What was {about}?" if about else _WHEN.sub("", OVER_TIME.sub("", first)).strip(" ,.?") + "?"
