"""Sentences of different documents that say the same, and the figures in which they agree or differ.

Both are reported only where little doubt is left: of two sentences that are near in meaning, the figures
compared must count the same thing (the word behind them, or a time of day), be the only ones of it in
their sentences, and the sentences must not be about different years.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from bot.facts import hedges, missing_names, missing_numbers, negations, numbers, stems
from bot.mentions import DATE
from bot.summary.datatypes import Comparison, Point, Side, Span

SAME = 0.75  # cosine: says the same, if it holds every figure and name as well
NEAR = 0.55  # cosine: about the same thing, if they count the same things
NEARER = 0.75  # cosine: about the same event, if they only share that both give a date, a sum or a share
MIN_SHARED_STEMS = 2
MIN_SHARED = 0.5  # of the stems of the shorter sentence, where NEARER is asked for
MAX_COMPARISONS = 12  # that agree, and that differ
_TIME = re.compile(r"\b(\d{1,2})(?:[.:](\d\d))? ?([ap])\.?m\b", re.IGNORECASE)
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_NOUN = re.compile(r" ?-?([a-z]{3,})")
_COUNTS_NOTHING = frozenset(
    """and the per than from but for out more less other others times percent million billion with when who
    were was had have has are years year old days day hours hour minutes months month weeks week about
    after before later ago people""".split()
)
_QUALIFIED = re.compile(
    r"\b(?:about|around|more than|over|at least|nearly|almost|some|up to|less than|fewer than)\s+$"
)


@dataclass(frozen=True, slots=True)
class _Value:
    """A figure or a date of a sentence: what it is of, what it comes to, where it stands in the sentence."""

    of: str
    value: object
    span: Span
    needs_nearer: bool


def supports_too(shown: str, other: str) -> bool:
    """Tell whether another sentence holds all figures and names of what is shown, with as many negations."""
    return (
        not missing_numbers(shown, other)
        and not missing_names(shown, other)
        and negations(shown) == negations(other)
        and hedges(other) <= hedges(shown)
    )


def said_by_others(i: int, shown: str, points: Sequence[Point], vectors: np.ndarray) -> list[int]:
    """Return the nearest sentence of each other document that says what is shown of point `i`."""
    near = vectors @ vectors[i]
    found: dict[str, int] = {}
    for j in np.argsort(-near, kind="stable"):
        if near[j] < SAME:
            break
        doc_id = points[j].document.doc_id
        is_other = doc_id != points[i].document.doc_id and doc_id not in found
        if is_other and supports_too(shown, points[j].plain):
            found[doc_id] = int(j)
    return sorted(found.values())


def comparisons(points: Sequence[Point], vectors: np.ndarray) -> tuple[Comparison, ...]:
    """Return the pairs of sentences of two documents that give a figure or a date of the same thing.

    Those that differ and those that agree, the nearest first. `vectors`: (n, d) of unit length. Each place is
    in one pair only.
    """
    found: list[Comparison] = []
    told: set[tuple[str, int]] = set()
    for i, j in _near_pairs(points, vectors):
        nearness = float(vectors[i] @ vectors[j])
        for one, other in _of_the_same(points[i], points[j], nearness):
            places = {_place(points[i], one), _place(points[j], other)}
            if not places & told:
                told |= places
                kind = "date" if one.of in {"date", "time"} else "figure"
                sides = (_side(points[i], one), _side(points[j], other))
                found.append(Comparison(kind, one.value == other.value, sides))
    return tuple(_at_most(MAX_COMPARISONS, found))


def _at_most(n: int, found: Sequence[Comparison]) -> Iterator[Comparison]:
    """Yield the first `n` that agree and the first `n` that differ."""
    left = {True: n, False: n}
    for each in found:
        left[each.agrees] -= 1
        if left[each.agrees] >= 0:
            yield each


def _near_pairs(points: Sequence[Point], vectors: np.ndarray) -> Iterator[tuple[int, int]]:
    """Yield pairs of points of different documents by falling cosine, down to NEAR."""
    keys = np.unique([point.document.doc_id for point in points], return_inverse=True)[1]
    pairs: list[tuple[float, int, int]] = []
    for i in range(len(points)):  # a row at a time: n x n floats of a large collection would be megabytes
        near = vectors[i + 1 :] @ vectors[i]
        for j in np.nonzero((near >= NEAR) & (keys[i + 1 :] != keys[i]))[0]:
            pairs.append((-float(near[j]), i, i + 1 + int(j)))
    yield from ((i, j) for _, i, j in sorted(pairs))


def _of_the_same(one: Point, other: Point, nearness: float) -> Iterator[tuple[_Value, _Value]]:
    """Yield the values of two sentences that are of the same thing, equal or not."""
    if set(_YEAR.findall(one.plain)) != set(_YEAR.findall(other.plain)):
        return
    shared = set(stems(one.plain)) & set(stems(other.plain))
    shorter = min(len(set(stems(one.plain))), len(set(stems(other.plain))))
    if len(shared) < MIN_SHARED_STEMS or negations(one.plain) != negations(other.plain):
        return
    mine, theirs = _values(one.plain), _values(other.plain)
    for of in sorted(mine.keys() & theirs.keys()):
        a, b = mine[of], theirs[of]
        is_near = not a.needs_nearer or (nearness >= NEARER and len(shared) >= MIN_SHARED * shorter)
        if is_near and (a.value == b.value or not (_has(a, theirs) or _has(b, mine))):
            yield a, b


def _has(value: _Value, others: dict[str, _Value]) -> bool:
    """Tell whether the other sentence has the same value, of whatever it says."""
    return any(value.value == other.value for other in others.values())


def _values(text: str) -> dict[str, _Value]:
    """Return the values of a sentence by what they are of; what has several there is left out."""
    found = [*_times(text), *_dates(text)]
    taken = [value.span for value in found]
    found += [
        value
        for value in _figures(text)
        if not any(value.span[0] < e and s < value.span[1] for s, e in taken)
    ]
    counts = Counter(value.of for value in found)
    return {value.of: value for value in found if counts[value.of] == 1}


def _times(text: str) -> Iterator[_Value]:
    for match in _TIME.finditer(text):
        clock = (int(match[1]), int(match[2] or 0), match[3].lower())
        yield _Value("time", clock, match.span(), needs_nearer=False)


def _dates(text: str) -> Iterator[_Value]:
    for match in DATE.finditer(text):
        month, day = (next(match[f"{part}{n}"] for n in "123" if match[f"{part}{n}"]) for part in ("m", "d"))
        yield _Value("date", (month[:3].lower(), int(day)), match.span(), needs_nearer=True)


def _figures(text: str) -> Iterator[_Value]:
    """Yield the figures that count something: "212 passengers", "$5 million"; not years, not "about 5"."""
    for number in numbers(text):
        start, end = number.span
        if number.kind in {"th", "s"} or _QUALIFIED.search(text[:start]) or _YEAR.fullmatch(text[start:end]):
            continue
        if number.kind:
            yield _Value(number.kind, number.value, number.span, needs_nearer=True)
        elif (noun := _NOUN.match(text, end)) and noun[1] not in _COUNTS_NOTHING:
            stem = next(iter(stems(noun[1])), "")
            if stem:
                yield _Value(f"n {stem}", number.value, (start, noun.end()), needs_nearer=False)


def _place(point: Point, value: _Value) -> tuple[str, int]:
    return f"{point.document.doc_id}:{point.start}", value.span[0]


def _side(point: Point, value: _Value) -> Side:
    document = point.document
    return Side(
        document.doc_id, document.external_id, document.title, point.start, point.end, point.text,
        " ".join(point.plain[slice(*value.span)].split()),
    )  # fmt: skip
