"""Evidence -> the few sentences that are shown. After evidence, before phrase.

A question for a fact gets one sentence, or two where the second may well answer too; one that asks for an
explanation gets up to four. Either way the best comes first and nothing is said twice.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from bot.candidates import row_label
from bot.datatypes import Evidence
from bot.facts import ORDINALS, jaccard, stems
from bot.tables import is_table_row

DEFAULT_K = 5  # passages that answering reads
REPEATED = 0.5  # bigram Jaccard at which two sentences say the same


@dataclass(frozen=True, slots=True)
class Length:
    """How much is shown: at most `n_sentences`, of `n_words` together where there are several.

    `least`: the probability of answering, in [0, 1], that is enough for a further sentence; where the best
    one has little itself, `ratio` of that is enough.
    """

    n_sentences: int
    n_words: int
    least: float
    ratio: float


FACT = Length(n_sentences=2, n_words=62, least=0.2, ratio=0.5)
EXPLANATION = Length(n_sentences=4, n_words=70, least=0.08, ratio=0.3)
_ASKS_FOR_EXPLANATION = re.compile(
    r"\b(?:why|explain|describe|compare|differences?|summari[sz]e|overview|tell me (?:more )?about)\b"
    r"|\bhow (?:do|does|did|is|are|was|were|can|could|has|have|to|come)\b"
    r"|\bwhat (?:is|are|was|were) (?:the |an? )?(?:\w+ )?"
    r"(?:role|purpose|function|process|effects?|impact|meaning|significance|importance|causes?|reasons?"
    r"|history|advantages?|disadvantages?|benefits?|risks?)\b",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?<![\d.,$])(?:19|20)\d\d(?![\d,])")
_QUARTER = re.compile(r"\b(first|second|third|fourth)[ -]quarter\b|\bQ([1-4])\b", re.IGNORECASE)
# "How is he called?" and "how many does it have" want a fact.
_ASKS_FOR_FACT = re.compile(r"\bhow (?:is|are|was|were) \w+(?: \w+)? (?:called|named|known|spelled)\b", re.I)


def length_of(question: str) -> Length:
    """Return how much an answer to a question may say."""
    explains = _ASKS_FOR_EXPLANATION.search(question) and not _ASKS_FOR_FACT.search(question)
    return EXPLANATION if explains else FACT


def short_selection(
    evidence: Sequence[Evidence], length: Length = FACT, question: str = ""
) -> list[Evidence]:
    """Return the best piece of evidence and those after it that are good enough, short enough and new.

    Args:
        evidence: at least one, best first.
        length: see `Length`; one sentence may be longer than its words.
        question: where it names a year or a quarter that the best has, none of another one is added; and to a
            row of a table no other whose label has nothing more of the question.
    """
    best = evidence[0]
    least = min(length.least, length.ratio * best.score)
    chosen = [best]
    for other in evidence[1:]:
        if len(chosen) == length.n_sentences or other.score < least:
            break
        n_words = sum(len(each.text.split()) for each in (*chosen, other))
        is_new = all(bigram_jaccard(each.text, other.text) < REPEATED for each in chosen)
        is_asked = not (_of_another_time(question, best, other) or _of_another_row(question, best, other))
        if n_words <= length.n_words and is_new and is_asked:
            chosen.append(other)
    return chosen


def _of_another_time(question: str, best: Evidence, other: Evidence) -> bool:
    """Tell whether a sentence is of other years or quarters than the one that is asked for and found."""
    for times in (_years, _quarters):
        wanted, named = times(question), times(other.text)
        if wanted & times(best.text) and named and not wanted & named:
            return True
    return False


def _of_another_row(question: str, best: Evidence, other: Evidence) -> bool:
    """Tell whether both are rows of tables, and the other's label has no word of the question that is new."""
    if not question or not (is_table_row(best.text) and is_table_row(other.text)):
        return False
    first, second = (set(stems(row_label(each.text))) for each in (best, other))
    asked = set(stems(question)) - set(stems(other.passage.title))  # "Arkwell Tidal's revenue": not "Tidal"
    return first != second and not asked & (second - first)


def _years(text: str) -> set[str]:
    return set(_YEAR.findall(text))


def _quarters(text: str) -> set[str]:
    return {number or str(ORDINALS[word.lower()]) for word, number in _QUARTER.findall(text)}


def bigram_jaccard(one: str, other: str) -> float:
    """Return the share of word pairs that two texts have in common, in [0, 1]; 0 if neither has any."""
    first, second = (set(pairwise(text.lower().split())) for text in (one, other))
    return jaccard(first, second)
