"""May an answer about several articles open with yes or no? Their parts and sentences -> "Yes", "No" or None.

Pure functions, after `compare.py`. It is said where the quoted sentences bear it out, word for word: a wrong
"Yes" costs more than none.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import combinations

from bot.facts import missing_names, missing_numbers, names, negations, numbers, stems
from bot.mentions import ARTICLE, TELLS
from bot.senses import turned_round
from bot.verify import order_agreement
from bot.yes_or_no import FEW_STEMS, PRESENT, WORD, asks_yes_or_no, is_plain, settled, stem_of

CLEAR_FIT = 0.5  # of a clause and its sentence, besides the words that they share
BORNE_OUT = 1.0  # the share of a clause's words that its sentence has, in order
# Asks whether the articles agree; whether they are at odds; whether something is another than it was.
_ALIKE = re.compile(r"\b(?:consisten(?:t|cy|tly)|agree\w*|similar\w*|align\w*|the same|shares?)\b", re.I)
OPPOSED = re.compile(
    r"\b(?:inconsisten\w+|disagree\w*|dissimilar\w*|contradict\w*|discrepan\w+"
    r"|no (?:consistency|agreement))\b",
    re.I,
)
_CHANGED = re.compile(r"\b(?:changed?|changes|differen(?:t|ces?)|differs?)\b", re.I)
_SCAFFOLD = re.compile(  # says nothing of what is in the articles
    rf"\b(?:{ARTICLE}|{TELLS}|between|both|while|whereas|same|share[sd]?|views?|accounts?|coverage|published)\b"
    rf"|{_ALIKE.pattern}|{OPPOSED.pattern}|{_CHANGED.pattern}",
    re.I,
)
_DENIES = re.compile(
    r"\b(?:lack(?:s|ed|ing)?|unrelated|unnecessary|unaffected|insignificant|other than)\b", re.IGNORECASE
)
_UNDONE = re.compile(r"\s+(?:did not|didn['’]t|never)\s+(?P<verb>\w+)", re.I)
_IRREGULAR = re.compile(rf"\b(?:{'|'.join(PRESENT)})\b")


def of_articles(question: str, pairs: Sequence[tuple[str, str, float]]) -> str | None:
    """Return "Yes" or "No" where the words chosen for each part of a question are clear, else None.

    Args:
        question: as asked.
        pairs: for each part (its words, its article's sentence, how well that fits, in [0, 1]).

    A part that denies what its sentence opens with is not borne out: "No". Whether articles agree is said
    where one sentence's words are all in the other; that something changed, where one word of them is
    turned round. Other clauses are borne out where every sentence has their words, in order.
    """
    if len(pairs) < 2 or not asks_yes_or_no(question):
        return None
    if any(pattern.search(question) for pattern in (_ALIKE, OPPOSED, _CHANGED)):
        return _related(question, [told for _, told, _ in pairs])
    if not _topic(question) <= {stem for part, _, _ in pairs for stem in _forms(part)}:
        return None  # asks for more than its parts say
    if any(_is_denied(part, told) for part, told, _ in pairs):
        return "No"
    return "Yes" if all(_bears_out(*pair) for pair in pairs) else None


def denies(text: str) -> bool:
    """Tell whether a text has a word that turns it round."""
    return bool(negations(text) or _DENIES.search(text))


def _is_denied(part: str, told: str) -> bool:
    """Tell whether a part has one denial and its sentence opens with all else that it says."""
    if negations(part) != 1 or not _UNDONE.search(part) or denies(told) or missing_names(part, told):
        return False
    claim = _UNDONE.sub(lambda found: f" {_bare(found['verb'])}", part)
    return is_plain(claim, told) and not missing_numbers(part, told) and settled("did", claim, told) == "Yes"


def _bare(verb: str) -> str:
    return PRESENT.get(verb) or (stem_of(verb) if verb.endswith("ed") else verb)


def _bears_out(part: str, told: str, fit: float) -> bool:
    """Tell whether a sentence has all that a part says: its words in order, and as sure."""
    return (
        fit >= CLEAR_FIT
        and is_plain(part, told)
        and (negations(part), bool(_DENIES.search(part))) == (negations(told), bool(_DENIES.search(told)))
        and not (missing_numbers(part, told) or missing_names(part, told) or turned_round(part, told))
        and order_agreement(_forms(part), _forms(told)) >= BORNE_OUT
    )


def _related(question: str, told: Sequence[str]) -> str | None:
    """Answer whether articles agree, or tell of a change, from what all of their sentences have."""
    kinds = [bool(pattern.search(question)) for pattern in (_ALIKE, OPPOSED, _CHANGED)]
    topic = _topic(question)
    if sum(kinds) > 1 or denies(question.replace("no ", "")) or not topic:
        return None
    if not all(topic <= {*_forms(text)} for text in told):
        return None
    if kinds[2]:
        changed = all(_turned(*pair) for pair in combinations(told, 2))
        no_change = re.search(r"\bno (?:change|difference)", question, re.I)
        return ("No" if no_change else "Yes") if changed and negations(question) == bool(no_change) else None
    if not all(_says_the_same(*pair, topic) for pair in combinations(told, 2)):
        return None
    return "No" if kinds[1] else "Yes" if not negations(question) else None


def _turned(one: str, other: str) -> bool:
    """Tell whether two statements differ in words that are turned round, and in nothing else."""
    turned = [{*turned_round(one, other)}, {*turned_round(other, one)}]
    if not all(turned) or not is_plain(one, other) or not is_plain(other, one):
        return False
    kept = [{*stems(text)} - gone for text, gone in zip((one, other), turned, strict=True)]
    return kept[0] == kept[1] and negations(one) == negations(other)


def _says_the_same(one: str, other: str, topic: set[str]) -> bool:
    """Tell whether one of two statements has all words and facts of the other, and not the topic alone."""
    short, long = sorted((one, other), key=lambda text: len(_forms(text)))
    return (
        bool({*_forms(short)} - topic)
        and is_plain(one, other)
        and is_plain(other, one)
        and denies(one) == denies(other)
        and negations(one) == negations(other)
        and not (turned_round(one, other) or turned_round(other, one))
        and {(n.value, n.kind) for n in numbers(one)} == {(n.value, n.kind) for n in numbers(other)}
        and not missing_names(short, long)
        and len(_forms(short)) >= FEW_STEMS
        and order_agreement(_forms(short), _forms(long)) == 1.0
    )


def _topic(question: str) -> set[str]:
    """Return the stems of what a question speaks of, names and the words about articles left out."""
    named = set(names(question))
    words = [word for word in WORD.findall(_SCAFFOLD.sub(" ", question)) if word not in named]
    return {stem for word in words for stem in _forms(word) if not stem.isdigit()}


def _forms(text: str) -> list[str]:
    """Return the stems of a text, irregular verbs in the present."""
    return stems(_IRREGULAR.sub(lambda match: PRESENT[match.group()], text))
