"""What the words of sentences alone say of their weight, and which of very many are worth a vector.

After points, before the encoder, whose time and memory this bounds: a filing of 300 pages has ten thousand
sentences. Each section keeps its share of the shortlist, so that none is passed over unread.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bot.facts import names, stems
from bot.summary.centrality import standardized
from bot.summary.datatypes import Point

MAX_EMBEDDED = 1_200  # sentences of all documents together: about 15 s of MiniLM on two cores
MIN_OF_SECTION = 3
ARTICLE_SENTENCES = 30
MOST_FACTS = 4  # figures and names of one sentence that count
_FIGURE = re.compile(r"[$€£¥]?\d[\d,.]*(?: ?%| (?:percent|per cent|million|billion|trillion))?")
_CUE = re.compile(  # Edmundson 1969: words by which a text itself says what matters
    r"\b(?:announc\w+|decid\w+|decision|agree[sd]?|agreement|conclu\w+|important|significant\w*|key"
    r"|main|primar\w+|results?"
    r"|propos\w+|record|first|largest|total|increas\w+|decreas\w+|grew|fell|rose|declin\w+"
    r"|los[st]\w*|will|plans? to"
    r"|because|due to|caus\w+|found|won|died|killed|arrested|accus\w+|charged|approved|rejected"
    r"|launched|settle\w*"
    r"|acquir\w+|clos(?:ed|ing)|terminat\w+|warn\w*)\b",
    re.IGNORECASE,
)
_RESULT = re.compile(  # what a company's year is summed up in
    r"\b(?:net sales|total (?:net )?(?:sales|revenues?)|(?:net )?revenues?"
    r"|(?:net|operating) (?:income|earnings|loss|profit)|profit before tax|earnings per share"
    r"|operating cash flow)\b[^.;]{0,60}\b(?:increased|decreased|rose|fell|grew|declined|was|were)\b",
    re.IGNORECASE,
)
_MAY = re.compile(r"\b(?:may|might|could|can|would)\b", re.IGNORECASE)  # what is not the case, or not yet


@dataclass(frozen=True, slots=True)
class Lexical:
    """Features of n points from their words, each (n,) float64, higher is weightier; stems of each point."""

    stems: tuple[tuple[str, ...], ...]
    frequency: np.ndarray  # mean log of how often its stems are in its document
    facts: np.ndarray  # figures, and names that come again, in [0, MOST_FACTS]
    money: np.ndarray  # 1 with an amount of money or a percentage, 3 if of a company's result, else 0
    cues: np.ndarray  # words that say what matters, in [0, 3]
    may: np.ndarray  # 1 where it only may be so, or is somebody's own words, else 0
    opens: np.ndarray  # 1 for the first of its section, 1/2 for the second, ...
    lead: np.ndarray  # 1 for what opens an article, less with each further one; see `_lead`


def lexical(points: Sequence[Point]) -> Lexical:
    """Return what the words of points say. Order: documents one after another, each in order of its text."""
    stemmed = tuple(tuple(stems(point.plain)) for point in points)
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for point, own in zip(points, stemmed, strict=True):
        counts[point.document.doc_id].update(own)
    frequency, facts, money, cues, may = [], [], [], [], []
    for point, own in zip(points, stemmed, strict=True):
        count = counts[point.document.doc_id]
        frequency.append(sum(math.log1p(count[stem]) for stem in own) / max(len(own), 4))
        figures = _FIGURE.findall(point.plain)
        repeated = [name for name in names(point.plain)[:8] if count[next(iter(stems(name)), "")] > 1]
        facts.append(min(len(figures) + len(set(repeated)), MOST_FACTS))
        has_amount = any(figure[0] in "$€£¥" or figure[-1] in "%tn" for figure in figures)
        money.append(float(has_amount) * (3.0 if _RESULT.search(point.plain) else 1.0))
        cues.append(min(len(_CUE.findall(point.plain)), 3))
        is_speech = point.plain.startswith(("“", '"', "‘"))
        may.append(float(is_speech or _MAY.search(point.plain) is not None))
    within = _within([point.place for point in points])
    return Lexical(
        stems=stemmed,
        frequency=np.array(frequency),
        facts=np.array(facts, np.float64),
        money=np.array(money),
        cues=np.array(cues, np.float64),
        may=np.array(may),
        opens=1 / (1 + within),
        lead=_lead(points),
    )


def shortlist(
    points: Sequence[Point], words: Lexical, *, focus: Sequence[str] = (), limit: int = MAX_EMBEDDED
) -> np.ndarray:
    """Return the indices, in order, of at most about `limit` points: the weightiest of each section.

    A section's share of them grows with the square root of its sentences. `focus`: stems that are asked for.
    """
    if len(points) <= limit:
        return np.arange(len(points))
    score = standardized(words.frequency) + standardized(words.facts) + 0.5 * standardized(words.cues)
    score += words.opens + 3.0 * coverage_of(focus, words.stems) + words.money
    score += np.array([point.heading for point in points])
    members: dict[int, list[int]] = defaultdict(list)
    for i, point in enumerate(points):
        members[point.place].append(i)
    total = sum(math.sqrt(len(own)) for own in members.values())
    kept: list[int] = []
    for own in members.values():
        quota = max(MIN_OF_SECTION, int(limit * math.sqrt(len(own)) / total))
        kept += sorted(own, key=lambda i: -score[i])[:quota]
    if len(kept) > limit:  # more sections than the limit has room for
        kept = sorted(kept, key=lambda i: -score[i])[:limit]
    return np.array(sorted(kept), dtype=np.int64)


def coverage_of(focus: Sequence[str], stemmed: Sequence[Sequence[str]]) -> np.ndarray:
    """Return (n,) the share, in [0, 1], of the focus' stems that each sentence has; a rare stem counts more.

    Weights are inverse document frequencies over the sentences. Source: Spärck Jones 1972.
    """
    asked = set(focus)
    held = [asked & set(own) for own in stemmed]
    count = Counter(stem for own in held for stem in own)
    idf = {stem: math.log(1 + len(held) / (1 + count[stem])) for stem in asked if count[stem]}
    total = sum(idf.values())
    if not total:
        return np.zeros(len(held))
    return np.array([sum(idf.get(stem, 0.0) for stem in sorted(own)) / total for own in held], np.float64)


def _lead(points: Sequence[Point]) -> np.ndarray:
    """Return (n,) in [0, 1]: 1 for the first of an article, less with each further one; 0 in a meeting.

    What opens a long document says less of it than what opens an article; a peripheral section, nothing.
    """
    counts = Counter(point.document.doc_id for point in points)
    opening = np.array([point.heading >= 0 and point.speaker is None for point in points], bool)
    keys = [point.document.doc_id if opens else None for point, opens in zip(points, opening, strict=True)]
    weight = np.array([min(1.0, ARTICLE_SENTENCES / counts[p.document.doc_id]) for p in points], np.float64)
    return weight * opening / (1 + _within(keys))


def _within(keys: Sequence[object]) -> np.ndarray:
    """Return (n,) how many equal keys came before each: (a, a, b) -> (0, 1, 0)."""
    seen: Counter[object] = Counter()
    found = []
    for key in keys:
        found.append(seen[key])
        seen[key] += 1
    return np.array(found, np.float64)
