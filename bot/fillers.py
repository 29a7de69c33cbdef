"""Words that say nothing by themselves: what joins a sentence to others, marks of editors, spare words.

A sentence without them is as true as with them and stands better alone. Used by shorten and verify. English.
"""

from __future__ import annotations

import re

from bot.facts import stems

_JOINT_WORDS = (
    r"(?:However|Moreover|Furthermore|Further|Additionally|In addition|Also|Meanwhile|Nevertheless"
    r"|Nonetheless|Therefore|Thus|Consequently|As a result|For example|For instance|In fact|Indeed"
    r"|Similarly|Likewise|Finally|Overall|In particular|Specifically|Of course|By contrast|In contrast"
    r"|On the other hand|Alternatively|Accordingly|Hence|Subsequently|Eventually|Later|Then|Besides|Still"
    r"|In turn|Second|Secondly|Third|Thirdly|First|Firstly|Lastly|In other words|In the meantime"
    r"|At the same time|After that|Afterwards|Ultimately|More specifically|Notably|Interestingly|Ironically)"
)
JOINT = re.compile(
    rf"{_JOINT_WORDS} ?,\s+|(?:And|But|Yet|So|Thus|Hence)\s+(?=(?:the|a|an|it|he|she|they|we|this|these"
    r"|those|his|her|their|its|in|by|some|many)\b|[A-Z])"
)
_INNER_JOINT = re.compile(
    r"\s?,\s+(?:however|moreover|furthermore|meanwhile|nevertheless|nonetheless|therefore|thus|consequently"
    r"|for example|for instance|in fact|indeed|similarly|likewise|finally|of course|in turn|too|in addition"
    r"|additionally|ironically|then) ?(?:,|(?=[.]$))"
    r"|(?<!but)(?<!and)\s(?:also|thus|therefore|actually|indeed|ironically)(?=\s(?!as\b|known\b|by\b)\w)"
    r"|(?:(?<=\bis)|(?<=\bwas)|(?<=\bare)|(?<=\bwere))\showever(?=\s\w)"
)
_EDITORIAL = re.compile(
    r"\s?\[ ?(?:citation needed|clarification needed|who\?|when\?|which\?|where\?|why\?|not in citation given"
    r"|dubious[^\]]*|note \d+|nb \d+|\d{1,3}) ?\]"
)
_SPARE = re.compile(
    r"\sin order(?=\sto\b)|(?:(?<=\bis)|(?<=\bwas)|(?<=\bare)|(?<=\bwere))\s(?:located|situated)"
    r"(?=\s(?:in|at|on|near|within|along)\b)|\sboth(?=\s(?P<same>in|on|as|by|for|to|of|with|at|from|the)\s"
    r"[^,;.]{1,60}\sand\s(?P=same)\s)"
    r"|(?<!,)\s(?:which|who) (?:is|are|was|were)(?=\s\w{3,}ed\b(?![^,;.]*\b(?:and|or|but)\b))"
    r"|\sa total of(?=\s\d)|\sthe year(?=\s\d{4}\b)|\sthe month of(?=\s[A-Z])"
    r"|\s(?:aforementioned|hereby)(?=\s)"
)
_LIST_MARK = re.compile(r"(?:\(\d{1,2}\)|[•*▪◦-]|\d{1,2}[.)]) (?=[A-Z])")
# May stand between a form of "to be" and what it is put with: "was also sued", "is located in".
LIGHT = frozenset("also however therefore thus then indeed actually located situated both".split())

ALTERNATIVE = re.compile(  # no remark but the other half of a name: "net (gain) loss"
    r"\( ?(?:gains?|loss(?:es)?|benefits?|expenses?|decreases?|increases?|income|deficit|used|provided"
    r"|credits?|charges?|payable|receivable|in|un)[ -]?\)",
    re.IGNORECASE,
)
# A clause of its own may be left out with the words of degree in it, which are about nothing else. One that
# says how sure the rest is ("which critics doubt") has other hedges, and those still count.
_OWN_CLAUSE = re.compile(
    r"[,;—–] ?(?:which|who|whose|where|in which|including|such as|with|making|[a-z]{3,}ing|and (?:the|its|his"
    r"|her|their|it|he|she|they))\b[^,;:()—–]*(?=[,;—–.]|$)"
)
_DEGREES = re.compile(
    r"\b(?:more|most|less|fewer|few|higher|lower|half|up to|about|around|over|some|above|below|under|nearly"
    r"|almost|at least|more than|less than|former(?:ly)?|part(?:ly|ially)|until|could|would|plan(?:s|ned)?"
    r"|aim(?:s|ed)?|intend\w*|hope[sd]?)\b"
)

_FIGURE_AT_END = re.compile(
    r"(?:\d\+?|%|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|half|percent|hundred"
    r"|thousand|million|billion|years?|days?|months?|dollars?))$",
    re.IGNORECASE,
)

Span = tuple[int, int]  # half-open, characters of the sentence with single spaces


def fillers(text: str) -> list[Span]:
    """Return the ranges of a sentence that say nothing, the space before each included.

    Nothing inside of brackets, which go whole.
    Example: "However, it was also sold.[1]" -> "However, ", " also", "[1]"
    """
    found = [match.span() for pattern in (JOINT, _LIST_MARK) if (match := pattern.match(text))]
    for pattern in (_INNER_JOINT, _EDITORIAL, _SPARE):
        found += [match.span() for match in pattern.finditer(text)]
    return [span for span in found if text.count("(", 0, span[0]) == text.count(")", 0, span[0])]


def is_of_a_figure(brackets: str, before: str) -> bool:
    """Tell whether brackets say what the figure before them is of; the same in another unit may go.

    Example: "(House)" after "at least 25" is, "(25 mi)" after "40 km" is not.
    """
    has_figure = any(character.isdigit() for character in brackets)
    return not has_figure and bool(_FIGURE_AT_END.search(before.rstrip()))


def without_editorial(text: str) -> str:
    """Return a text without marks of editors, such as "[citation needed]"."""
    return _EDITORIAL.sub("", text)


def without_left_clauses(cited: str, claim: str) -> str:
    """Return `cited` without the words of degree in those clauses of which `claim` has no word.

    Example: "It grew, which few expected, at once." and "It grew." -> "It grew, which  expected, at once."
    """
    told = set(stems(claim))

    def lighter(clause: re.Match[str]) -> str:
        around = set(stems(f"{cited[: clause.start()]} {cited[clause.end() :]}"))
        own = set(stems(clause[0])) - around
        return clause[0] if own & told or not own else _DEGREES.sub("", clause[0])

    return _OWN_CLAUSE.sub(lighter, cited)
