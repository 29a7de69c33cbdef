"""Is a claim supported by the words it cites? The `Verifier` seam, and checks of fact and wording behind it.

The checks are made to reject a true claim rather than pass a false one: what they reject is shown as
the evidence itself, so a wrong "no" costs brevity and a wrong "yes" would cost the promise.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise
from typing import Protocol

from bot.facts import (
    AUXILIARIES,
    PREPOSITIONS,
    TO_BE,
    hedges,
    missing_names,
    missing_numbers,
    names,
    negations,
    numbers,
    stems,
)
from bot.fillers import ALTERNATIVE, LIGHT, without_editorial, without_left_clauses
from bot.limits import limits, says_the_same

SUPPORTED = 0.85  # the least support at which a phrased sentence is shown in place of its evidence
VETO = 0.5  # a phrased sentence that a judge gives less is not shown, whatever its wording
_SPACE = re.compile(r"\s+")
_WORD = re.compile(r"[^\W_]+(?:['’.&-][^\W_]+)*")
_ARTICLES = frozenset({"a", "an", "the", "that"})  # may come and go
# What the words left out between two that are kept may not hold, or the two are joined across clauses.
_CLAUSE_MARK = re.compile(r"[,;:()—–]|\b(?:and|or|but|nor|while|whereas|than|versus|vs)\b", re.IGNORECASE)
_OPENER_WORDS = 3  # "On Monday the board ...": a longer opening may be whose view it is
_ENDS_CLAUSE = re.compile(r"[,;:)—–]\W*$")
_BRACKETS = re.compile(r"\([^()]*(?:\([^()]*\)[^()]*)*\)")  # and one pair inside
_ASIDE = re.compile(r",[^,]*,|\([^()]*\)|—[^—]*—|–[^–]*–")  # "Acme, based in Ohio, sued"


class Verifier(Protocol):
    """Anything that scores a claim against the words it cites."""

    def support(self, claim: str, cited: str) -> float:
        """Return how far `cited` supports `claim`, in [0, 1], higher is better."""
        ...


class WordingVerifier:
    """Supports a claim that is a shortening of its evidence and keeps its facts, negations and hedges."""

    def support(self, claim: str, cited: str) -> float:
        """See `Verifier.support`. What contradicts the evidence has 0, other words copied in one run have 1.

        Otherwise it is the share of the claim's content words that the evidence has in the same order, so
        that "A sued B" does not pass for "B sued A".
        """
        claim, cited = (_SPACE.sub(" ", text).strip() for text in (claim, cited))
        if not claim:
            return 0.0
        if claim == cited:
            return 1.0
        if contradictions(claim, cited):
            return 0.0
        if re.search(rf"(?<!\w){re.escape(claim)}(?!\w)", cited):
            return 1.0
        return order_agreement(stems(claim), stems(cited))


def contradictions(claim: str, cited: str) -> list[str]:
    """Say, one phrase each, what a claim has and its cited words lack, or what it dropped; [] if nothing."""
    found = [f"number {number!r} is not in the cited words" for number in missing_numbers(claim, cited)]
    found += [f"name {name!r} is not in the cited words" for name in missing_names(claim, cited)]
    if negations(claim) != negations(cited):
        found.append("a negation was added or dropped")
    if dropped := hedges(without_left_clauses(cited, claim)) - hedges(claim):
        found.append(f"dropped {', '.join(sorted(dropped))}")
    found += [f"dropped {word}" for word in sorted(limits(cited) - limits(claim))]
    found += [
        f"dropped {held[0]}"
        for held in _BRACKETS.finditer(cited)
        if held[0] not in claim and not says_the_same(held[0], cited[: held.start()], cited[held.end() :])
    ]
    found += [f"dropped {half}" for half in ALTERNATIVE.findall(cited) if half not in claim]
    if len(numbers(claim)) > len(numbers(cited)):
        found.append("a number is repeated")
    cited = without_brackets(without_editorial(cited), claim)
    claim = without_editorial(claim)
    found += [f"{word!r} is not in the cited words" for word in missing_words(claim, cited)]
    found += [f"{joined!r} is not so joined in the cited words" for joined in broken_joins(claim, cited)]
    found += [
        f"{word!r} stands elsewhere once the words before it are cut" for word in loosened(claim, cited)
    ]
    return found


def missing_words(claim: str, cited: str) -> list[str]:
    """Return the words of `claim`, articles and numbers aside, that `cited` has in no form.

    A form of "to be" counts with the word after it: "was sued" is not held by "was founded, then sued".
    """
    told, held = _words(claim), _words(cited)
    counted = [range(*number.span) for number in numbers(claim)]
    heavy = [word for word in held if word.text not in LIGHT]
    stemmed = {word.stem for word in held}
    pairs = {(a.text, b.stem) for a, b in [*pairwise(held), *pairwise(heavy)]}
    missing = [
        word.text
        for word in told
        if word.stem not in stemmed
        and word.text not in _ARTICLES
        and not any(word.start in span for span in counted)
    ]
    verbs = [(a, b) for a, b in pairwise(told) if a.text in TO_BE]
    return missing + [f"{a.text} {b.text}" for a, b in verbs if (a.text, b.stem) not in pairs]


def broken_joins(claim: str, cited: str) -> list[str]:
    """Return the neighbours in `claim` that `cited` has in another order or in different clauses.

    Only neighbours of which one is a number or a name: "sales fell 6%" from "sales fell 5% and costs 6%".
    """
    told, held = _content(claim), _content(cited)
    places: dict[str, list[_Word]] = {}
    for word in held:
        places.setdefault(word.stem, []).append(word)
    judged: dict[tuple[str, str, str, bool], bool] = {}  # the same neighbours are looked for once
    found = []
    for a, b in pairwise(told):
        if not (a.is_fact or b.is_fact) or not (a.stem in places and b.stem in places):
            continue
        key = (a.stem, b.stem, claim[a.end : b.start].strip(), a.is_name or b.is_name)
        if key not in judged:
            gaps = _gaps(cited, places[a.stem], places[b.stem])
            judged[key] = any(gap == key[2] or _may_be_left_out(gap, names_too=key[3]) for gap in gaps)
        if not judged[key]:
            found.append(claim[a.start : b.end])
    return found


def _gaps(cited: str, ones: Sequence[_Word], others: Sequence[_Word]) -> set[str]:
    """Return what stands between each of some words and the nearest of others behind it."""
    starts = [other.start for other in others]
    found = ((one.end, bisect_left(starts, one.end)) for one in ones)
    return {cited[end : starts[at]].strip() for end, at in found if at < len(starts)}


def loosened(claim: str, cited: str) -> list[str]:
    """Return the words of `cited` that `claim` keeps without the words before them that say what they are.

    From "Papers from a lawsuit were unsealed" not "a lawsuit was unsealed", and from "Sales of the north
    fell" not "Sales fell". A sentence may lose what stands before a comma or a short "On Monday", its end,
    an aside, words without a preposition, and a phrase other than "of ..." before an auxiliary verb.
    """
    held, told = _words(cited), _words(claim)
    matcher = SequenceMatcher(None, [w.stem for w in held], [w.stem for w in told], autojunk=False)
    cuts = [(i, j) for tag, i, j, _, _ in matcher.get_opcodes() if tag in {"delete", "replace"}]
    return [held[j].text for i, j in cuts if j < len(held) and not _may_be_cut(cited, held, i, j)]


def without_brackets(cited: str, claim: str) -> str:
    """Return `cited` without the pairs of brackets that `claim` does not repeat: what they hold may go.

    Otherwise a word that stands both before and inside of them could be matched with the wrong one.
    """
    repeated = {_SPACE.sub("", found) for found in _BRACKETS.findall(claim)}
    kept = _BRACKETS.sub(lambda m: m.group() if _SPACE.sub("", m.group()) in repeated else " ", cited)
    return _SPACE.sub(" ", kept)


def order_agreement(claim: Sequence[str], cited: Sequence[str]) -> float:
    """Return the longest common subsequence of two word lists as a share of the first: [0, 1]; 0 if empty.

    Example: (a, b, c) in (a, x, b) -> 2/3
    """
    if not claim:
        return 0.0
    row = [0] * (len(cited) + 1)
    for word in claim:
        previous = 0
        for j, other in enumerate(cited, start=1):
            previous, row[j] = row[j], previous + 1 if word == other else max(row[j], row[j - 1])
    return row[-1] / len(claim)


@dataclass(frozen=True, slots=True)
class _Word:
    """A word of a text: in small letters, its stem, its place, and whether it is a number or a name."""

    text: str
    stem: str
    start: int
    end: int
    is_number: bool
    is_name: bool

    @property
    def is_fact(self) -> bool:
        return self.is_number or self.is_name


def _words(text: str) -> list[_Word]:
    """Return every word of a text; function words are their own stems."""
    counted = {at for number in numbers(text) for at in range(*number.span)}
    named = set(names(text))
    return [
        _Word(
            match.group().lower(),
            (stems(match.group()) or [match.group().lower()])[0],
            *match.span(),
            is_number=match.start() in counted,
            is_name=match.group() in named,
        )
        for match in _WORD.finditer(text)
    ]


def _content(text: str) -> list[_Word]:
    """Return the words of a text that are no function words, and its numbers."""
    return [word for word in _words(text) if word.is_number or stems(word.text)]


def _may_be_cut(cited: str, held: Sequence[_Word], i: int, j: int) -> bool:
    """Tell whether the words `held[i:j]` may go and `held[j]` still stand where it stood."""
    kept = held[j].text
    prepositions = [word.text for word in held[i:j] if word.text in PREPOSITIONS]
    if i == 0:
        is_opener = prepositions == [held[0].text] and j <= _OPENER_WORDS
        return is_opener or bool(_ENDS_CLAUSE.search(cited[: held[j].start]))
    if not prepositions or kept in PREPOSITIONS:
        return True
    if kept in AUXILIARIES and prepositions[0] != "of":
        return True
    return bool(_ASIDE.fullmatch(cited[held[i - 1].end : held[j].start].strip()))


def _may_be_left_out(gap: str, *, names_too: bool) -> bool:
    """Tell whether what stands between two words joins them still when it is left out."""
    asides = "|".join(aside[1:-1] for aside in _ASIDE.findall(gap))
    rest = _ASIDE.sub(" ", gap)
    if names_too and names(rest):
        return False
    return not any(_CLAUSE_MARK.search(part) or numbers(part) for part in (asides, rest))
