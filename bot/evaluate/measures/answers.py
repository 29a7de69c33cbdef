"""Answers against gold wordings: pure functions of plain strings, each with its source."""

from __future__ import annotations

import re
import string
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from bot.evaluate.measures.amounts import CURRENCIES, SCALES, Amount, Units, amounts, stated_units

if TYPE_CHECKING:
    from rouge_score.rouge_scorer import RougeScorer

ROUGE = {"ROUGE-1": "rouge1", "ROUGE-2": "rouge2", "ROUGE-L": "rougeL"}  # our names -> the library's
_ARTICLES = re.compile(r"\b(a|an|the)\b")
_WITHOUT_PUNCTUATION = str.maketrans("", "", string.punctuation)


def normalize_answer(text: str) -> str:
    """Return a text in lower case without ASCII punctuation, articles and surplus white space.

    Source: Rajpurkar et al., SQuAD, EMNLP 2016, evaluation script (`normalize_answer`).
    Example: "The  Eiffel-Tower, a landmark" -> "eiffeltower landmark"
    """
    without = text.lower().translate(_WITHOUT_PUNCTUATION)
    return " ".join(_ARTICLES.sub(" ", without).split())


def contains_answer(text: str, answers: Iterable[str], *, n_words: int) -> bool:
    """Tell whether the first `n_words` words of a text hold any of the answers, normalised, as whole tokens.

    Words are runs of anything but white space. An answer of which nothing is left is never held.
    Source: Mallen et al., When Not to Trust Language Models, ACL 2023 (accuracy: a gold answer is a substring
    of the reply); the token boundaries and the limit of words are ours, so that length is no advantage.
    Example: "He was paid $5 million." holds "5 million", not "5 mill"
    """
    held = f" {normalize_answer(' '.join(text.split()[:n_words]))} "
    wanted = (normalize_answer(answer) for answer in answers)
    return any(answer and f" {answer} " in held for answer in wanted)


def exact_match(text: str, answers: Iterable[str]) -> float:
    """EM: 1 where a text is one of the answers, both normalised, else 0.

    Answers of which normalising leaves nothing do not count. Where none is left, as for an unanswerable
    question, the only right text is one of which nothing is left either, such as "".
    Source: Rajpurkar, Jia & Liang, Know What You Don't Know, ACL 2018, SQuAD 2.0 evaluation script
    (`compute_exact`, `get_raw_scores`).
    Example: "The Eiffel Tower" and ("Eiffel tower.", "tower") -> 1
    """
    return float(normalize_answer(text) in _wanted(answers))


def token_f1(text: str, answers: Iterable[str]) -> float:
    """F1 of a text's tokens, normalised, as a bag against each answer's; the best answer counts; in [0, 1].

    Which answers count is as in `exact_match`. Where a side has no token, F1 is 1 if neither has, else 0.
    Source: as `exact_match` (`compute_f1`).
    Example: "the tall tower" and ("tower",): precision 1/2, recall 1 -> 2/3
    """
    tokens = normalize_answer(text).split()
    return max(_f1(tokens, answer.split()) for answer in _wanted(answers))


def rouge(text: str, answers: Iterable[str]) -> dict[str, float]:
    """Return the F-measures of ROUGE-1, ROUGE-2 and ROUGE-L, each that of the best answer, in [0, 1].

    Words are stemmed (Porter) if longer than three letters; anything but a-z and 0-9 separates words, so that
    a text in another alphabet has none, and what has no words has 0.
    Source: Lin, ROUGE, ACL workshop 2004; package `rouge_score`, which follows ROUGE-1.5.5.
    Example: "boats sank" and ("the boat sank",): 2 of 2 and 2 of 3 words -> ROUGE-1 4/5
    """
    scores = [_rouge_scorer().score(answer, text) for answer in answers]
    return {
        name: float(max((score[key].fmeasure for score in scores), default=0.0))
        for name, key in ROUGE.items()
    }


def numeric_match(
    text: str, answers: Iterable[str], scale: str = "", *, every_answer: bool = False
) -> bool | None:
    """Tell whether a text has all the numbers of an answer; None where no answer has any.

    A gold number is in `scale` unless a scale word or a percent sign stands beside it. A number of the text
    that has none of its own is in what the text states ("in millions"); where it states nothing, the figure
    as gold prints it will do, since a table has its unit in a caption. Equal means the same value to the last
    digit and the same sign, brackets being a minus; a currency has to agree only where both name one. The
    text may hold any other numbers.
    Source: Zhu et al., TAT-QA, ACL 2021 (number and scale both have to be right); reading numbers out of
    sentences, and the figure as printed, are ours.
    Example: "It sold $1.4965 billion." and ("$1,496.5",) in "million" -> True

    Args:
        text: an answer as shown.
        answers: wordings, any one of which is right.
        scale: "", "thousand", "million", "billion" or "percent", the gold row's.
        every_answer: all of the answers that have a number are needed: the spans of a list.
    """
    wanted = [found for answer in answers if (found := amounts(answer))]
    if not wanted:
        return None
    told, units = amounts(text), stated_units(text)
    matched = (
        all(any(_equal(one, gold, scale, units) for one in told) for gold in golds) for golds in wanted
    )
    return all(matched) if every_answer else any(matched)


def _wanted(answers: Iterable[str]) -> Sequence[str]:
    """Return the answers that count, normalised; [""] where there is none."""
    return [answer for answer in map(normalize_answer, answers) if answer] or [""]


def _f1(tokens: Sequence[str], gold: Sequence[str]) -> float:
    if not tokens or not gold:
        return float(tokens == gold)
    n_shared = (Counter(tokens) & Counter(gold)).total()
    return 2 * n_shared / (len(tokens) + len(gold))


@cache
def _rouge_scorer() -> RougeScorer:
    from rouge_score.rouge_scorer import RougeScorer  # two seconds, and only an evaluation needs it

    return RougeScorer(list(ROUGE.values()), use_stemmer=True)


def _equal(one: Amount, gold: Amount, scale: str, units: Units) -> bool:
    """Tell whether a text's number is the gold number in its row's scale."""
    if scale == "percent" and gold.is_bare:
        return one.printed == gold.printed and (one.kind == "%" or (one.is_bare and one.kind == ""))
    in_scale = replace(gold, scale=SCALES.get(scale, 1)) if gold.is_bare else gold
    if not _same_kind(one.kind, gold.kind):
        return False
    values = {one.value}
    if one.is_bare:
        values |= {one.value * stated for stated in units.scales}
        if not units.scales and one.printed == gold.printed and gold.is_bare:
            return True
    return in_scale.value in values


def _same_kind(kind: str, gold: str) -> bool:
    return kind == gold or (not {kind, gold} - CURRENCIES - {""} and "" in (kind, gold))
