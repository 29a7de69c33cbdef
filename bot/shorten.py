"""A sentence -> what it can do without, and the shorter forms. After evidence, before verify.

Only whole parts go (`bot/clauses.py`). What is left is the source's own words in their own order. Whether a
shorter form is true and still answers is for the verifier and the language model.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.clauses import is_detached, is_event, opening, parts
from bot.facts import MONTHS, PREPOSITIONS, hedges, names, negations, numbers, stems
from bot.fillers import Span, fillers
from bot.limits import limits_the_rest
from bot.sentences import split_sentences

MAX_CUTS = 7  # found in one sentence
MIN_WORDS = 5
MIN_NEW_STEMS = 2  # what is left has to tell more than the question did: else the part was the answer
MAX_SHARE_OF_WORDS = 0.9  # what is written is to be shorter than its evidence

_CLAUSE_OPENERS = PREPOSITIONS | {"when", "while", "as"}
_ASKS_NAME = re.compile(r"\b(?:who|whom|whose|where|which|what (?:is|was) the name)\b", re.IGNORECASE)
_ASKS_NUMBER = re.compile(
    r"\b(?:when|how (?:many|much|long|old|often|far|large|big|high|tall)"
    r"|what (?:year|date|day|percent\w*|time)|which (?:year|date|day))\b",
    re.IGNORECASE,
)
_ASKS_REASON = re.compile(
    r"\b(?:why|how|what (?:caused|made|led)|reasons?|causes?|effects?|results?|purposes?|goals?|aims?)\b",
    re.IGNORECASE,
)
_ASKS_LIST = re.compile(
    r"\b(?:examples?|kinds?|types?|sorts?|list|names?|called|includ\w+|consist\w*|components?|parts?|members?"
    r"|two|three|four|five|other|else)\b",
    re.IGNORECASE,
)
_ASKS_WORDING = re.compile(
    r"\b(?:mean\w*|translat\w+|stands? for|abbreviat\w+|acronym|call\w*|known|names?|words?)\b", re.IGNORECASE
)
_LISTS = re.compile(
    r"\(|\b(?:including|such as|along with|as well as|especially|particularly)\b", re.IGNORECASE
)
# A part with one of these may say how sure the rest is, or when it holds.
ABOUT_THE_REST = frozenset(
    """alleged allegedly alleging allegation allegations claim claims claimed claiming reported reportedly
    according possible possibly potential potentially likely unlikely appears appeared seems seemed believe
    believed believes accused if unless supposed supposedly rumoured rumored except only hardly
    barely may might""".split()
)
_DATES = re.compile(  # an opening that only says when: without it what happened still did
    r"(?:in|on|by|during|later|soon|shortly|after|before|around|at)(?: (?:\d+(?:st|nd|rd|th|s)?,?|in|on|of"
    r"|the|an?|and|early|late|mid|middle|end|next|following|same|that|first|second|third|fourth|last|one|two|three"
    rf"|{'|'.join(MONTHS)}|Monday|Tuesday"
    r"|Wednesday|Thursday|Friday|Saturday|Sunday|century|years?|months?|weeks?|days?|night|morning|afternoon"
    r"|evening|spring|summer|autumn|winter|decades?|later|AD|BC|CE|BCE))+ ?, ",
    re.IGNORECASE,
)
_DANGLES = re.compile(  # a word at the end, or before a comma, that something has to follow
    r"[,;:][,;:.!?]|\b(?:and|or|but|nor|of|in|on|at|by|for|from|with|to|as|into|the|an?|its|his|her|their|our"
    r"|is|are|was|were|be|been|has|have|had|than|that|which|who)[.!?]|\b(?:and|or|but|the|an?) ?,$",
    re.IGNORECASE,
)
# What one may, must or can do has conditions, and any part may be one; an abbreviation is none.
_RULE = re.compile(
    r"\b(?:must|may|can|cannot|should|shall|allow\w*|requir\w*|eligible|entitled|permit\w*|up to|if|when)\b",
    re.IGNORECASE,
)
_LOWER_WORD = re.compile(r"\b[a-z]{3,}")
_INDEFINITE = re.compile(  # what follows may say which
    r"\b(?:some|several|many|various|certain|different|number of|range of|variety of)\b", re.IGNORECASE
)
_TIME = re.compile(r"\b(?:after|before|when|since|during|until|while|as)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Part:
    """A range of a sentence that can go, half-open; `is_told`: it says nothing that the question does not."""

    start: int
    end: int
    is_told: bool

    @property
    def span(self) -> Span:
        """Half-open, in characters of the sentence."""
        return self.start, self.end


def forms(text: str, question: str) -> tuple[str, list[str]]:
    """Return a sentence without what says nothing new, and shorter forms of that, the shortest first.

    Each shorter form lacks one more part, or all of them. Of what the question asks for little is known
    here: a form may have lost the answer. The first is the sentence itself where all of it says something.

    Args:
        text: one sentence with single spaces.
        question: that it may answer.

    Example: "However, the bridge (a loan paid for it) was opened in May." ->
    "The bridge (a loan paid for it) was opened in May.", ["The bridge was opened in May."]
    """
    found = removable(text, question)
    told = [part.span for part in found if part.is_told]
    other = [part.span for part in found if not part.is_told]
    plain = (without(text, told) if told else "") or text
    shorter = {without(text, [*told, span]) for span in other}
    shorter |= {without(text, [*told, *other])} if other else set()
    return plain, sorted(shorter - {"", plain}, key=lambda form: (len(form.split()), form))


def removable(text: str, question: str) -> list[Part]:
    """Return the ranges of a sentence, single spaces, that can go one by one, the longest first.

    Example: "However, the bridge (a loan paid for it) was opened." -> " (a loan paid for it)", "However, "
    """
    told = set(fillers(text))
    asked = {span for span in parts(text) if _is_asked(text[slice(*span)], question)}
    other = {span for span in parts(text) if _may_go(text, span, question)} - told - asked
    found = [Part(*span, is_told=span not in other) for span in told | asked | other]
    kept = [
        part
        for part in found
        if without(text, [part.span]) and _is_plain(text[slice(*part.span)], is_spare=part.span in told)
    ]
    return sorted(kept, key=lambda part: (part.start - part.end, part.start))[:MAX_CUTS]


def _is_plain(part: str, *, is_spare: bool) -> bool:
    """Tell whether a part neither turns round nor weakens nor limits what it is part of."""
    is_outright = not negations(part) and not hedges(part) & ABOUT_THE_REST
    return is_outright and (is_spare or not limits_the_rest(part))


def _may_go(text: str, span: Span, question: str) -> bool:
    part, rest = text[slice(*span)], text[: span[0]] + " " + text[span[1] :]
    if _RULE.search(rest) and _LOWER_WORD.search(part):
        return False
    if span in set(opening(text)) and not (is_detached(part) or (_DATES.fullmatch(part) and is_event(rest))):
        return False
    return _keeps_answer(part, rest, question)


def _is_asked(part: str, question: str) -> bool:
    """Tell whether an opening phrase says only what the question says already."""
    known, said = ({number.value for number in numbers(words)} for words in (question, part))
    opens_clause = part.strip(" ,").split()[0].lower() in _CLAUSE_OPENERS
    repeats = set(stems(part)) <= set(stems(question)) and said <= known
    is_the_only_one = not said or said == known  # "in 2019", of 2018 and 2019: which of them it is
    return opens_clause and repeats and is_the_only_one


def _keeps_answer(part: str, rest: str, question: str) -> bool:
    """Tell whether a part is not of the kind that is asked for.

    A name where the question asks who or where, a number where it asks when or how many, a reason, a list,
    and what alone has a word of the question stay.
    """
    asked, told = set(stems(question)), set(stems(rest))
    new = {stem for name in names(rest) for stem in stems(name)} - asked
    if asked & set(stems(part)) - told or not (new or len(told - asked) >= MIN_NEW_STEMS):
        return False
    if _ASKS_NAME.search(question) and any(name.lower() not in question.lower() for name in names(part)):
        return False
    if _ASKS_NUMBER.search(question) and (numbers(part) or _TIME.search(part)):
        return False
    if _ASKS_LIST.search(question) and _LISTS.search(part):
        return False
    if _ASKS_WORDING.search(question) and "(" in part:
        return False
    if _INDEFINITE.search(rest) and "(" not in part:
        return False
    return not (_ASKS_REASON.search(question) and not part.lstrip().startswith("("))


def without(text: str, cuts: Iterable[Span]) -> str:
    """Return a sentence without ranges of it, with a capital and its closing mark; "" where none is left."""
    form = _joined(text, merged(cuts))
    return form if _is_whole(form, text) else ""


def merged(cuts: Iterable[Span]) -> list[Span]:
    """Return ranges in order, those that touch or overlap as one."""
    found: list[Span] = []
    for start, end in sorted(cuts):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


def _joined(text: str, cuts: Sequence[Span]) -> str:
    kept, reached = [], 0
    for start, end in cuts:
        kept.append(text[reached:start])
        reached = end
    left = re.sub(r"\s+([,.;:!?])", r"\1", " ".join("".join([*kept, text[reached:]]).split()))
    return left[:1].upper() + left[1:]


def _is_whole(form: str, text: str) -> bool:
    long_enough = MIN_WORDS <= len(form.split()) < len(text.split())
    balanced = form.count("(") == form.count(")") and form.count("“") == form.count("”")
    balanced = balanced and form.count('"') % 2 == 0 and not _DANGLES.search(form)
    return long_enough and balanced and form[-1:] in '.!?”"' and len(split_sentences(form)) == 1
