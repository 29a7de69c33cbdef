"""Where documents are about a focus: under headings of that name, or around sentences that hold it.

Before choice. "Risk factors" names a part of a filing, and what matters in that part is the summary; other
words lead to the documents that hold them. What no document holds is not summarised as if one did.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Sequence, Set

import numpy as np

from bot.datatypes import Document, Section
from bot.facts import stems
from bot.summary.datatypes import Point, Span
from bot.summary.headings import weight_of
from bot.summary.salience import without_requests

LEAST_POINTS = 3  # under a heading: fewer are no summary of it
MORE_WORDS = 2  # stems that a heading may have besides those asked for
# A document holds a focus from here on. Of topics that were titles of other pages, .4 % were as near (cosine
# with the nearest sentence) and .1 % had as many of the words; of own titles .76, .64 (120 pages of CLAPnq).
NEAR = 0.4
SAID = 0.5
SAID_ANYWHERE = 0.5  # more than that of the words, where no document holds it around a sentence
AROUND = 2  # sentences on each side in which the words of a focus may stand
_GENERIC = re.compile(
    r"\b(?:item|part|note)\s+[\dIVX]+[A-Z]?\b|(?:['’]s|\bits|\bour)\s+business\b|\b(?:summary|overview|principal|key|main|factors?|certain|company)\b",
    re.IGNORECASE,
)


def under_headings(points: Sequence[Point], focus: str) -> list[Point]:
    """Return the points under headings that say what the focus says, [] where there are too few.

    Words of the document's own title are not asked of its headings: "Apple's risk factors" in Apple's 10-K.
    A single word has to be the whole heading of a central part: "Revenue" also heads a note on accounting.
    """
    by_document: dict[str, list[Point]] = defaultdict(list)
    for point in points:
        by_document[point.document.doc_id].append(point)
    return [point for own in by_document.values() for point in _under_best(own, focus)]


def _under_best(points: Sequence[Point], focus: str) -> list[Point]:
    """Return the points of one document under the headings that fit best and have enough of them."""
    spans = _spans(points[0].document, focus)
    for fit in sorted(spans, reverse=True):
        found = [point for point in points if any(s <= point.start < e for s, e in spans[fit])]
        if len(found) >= LEAST_POINTS:
            return found
    return []


def holding(
    points: Sequence[Point], stemmed: Sequence[Sequence[str]], near: np.ndarray, asked: Sequence[str]
) -> Set[str]:
    """Return the doc_ids of the documents that hold a focus around a sentence, else all over.

    Args:
        points: n of them, document by document, in the order of the text.
        stemmed: the stems of each.
        near: (n,) cosine of each with the focus, in [-1, 1].
        asked: the stems of the focus.
    """
    said = _said(points, stemmed, asked)
    around = {
        point.document.doc_id
        for point, cosine, share in zip(points, near, said, strict=True)
        if cosine >= NEAR or share >= SAID
    }
    return around or _saying_anywhere(points, asked)


def _saying_anywhere(points: Sequence[Point], asked: Sequence[str]) -> set[str]:
    """Return the documents that have most of the asked stems, here and there: long questions do so."""
    texts = {point.document.doc_id: f"{point.document.title}\n{point.document.text}" for point in points}
    held = {doc_id: set(asked) & set(stems(text)) for doc_id, text in texts.items()}
    return {doc_id for doc_id, own in held.items() if len(own) > SAID_ANYWHERE * len(set(asked))}


def _said(points: Sequence[Point], stemmed: Sequence[Sequence[str]], asked: Sequence[str]) -> list[float]:
    """Return for each point the share, in [0, 1], of the asked stems that it or its neighbours have.

    The document's title counts as a neighbour, and a rare stem counts more: weights are inverse document
    frequencies over the sentences (Spärck Jones 1972). What nothing has weighs most.
    """
    wanted = set(asked)
    held = [wanted & set(own) for own in stemmed]
    count = Counter(stem for own in held for stem in own)
    idf = {stem: math.log(1 + len(held) / (1 + count[stem])) for stem in wanted}
    total = sum(idf.values())
    titles = {p.document.doc_id: wanted & set(stems(p.document.title)) for p in points}
    indices = defaultdict(list)
    for i, point in enumerate(points):
        indices[point.document.doc_id].append(i)
    shares = [0.0] * len(held)
    for doc_id, own in indices.items():
        for k, i in enumerate(own):
            around = own[max(0, k - AROUND) : k + AROUND + 1]
            words = set(titles[doc_id]).union(*(held[j] for j in around))
            shares[i] = sum(idf[stem] for stem in sorted(words)) / total if total else 0.0
    return shares


def _spans(document: Document, focus: str) -> dict[int, list[Span]]:
    """Return the stretches of a document whose headings say what is asked, by how well they do."""
    asked = set(stems(without_requests(_GENERIC.sub(" ", focus)))) - set(stems(document.title))
    by_fit: dict[int, list[Span]] = defaultdict(list)
    for section in document.sections if asked else ():
        if fit := _fit(document, section, asked):
            by_fit[fit].append((section.start, section.end))
    return by_fit


def _fit(document: Document, section: Section, asked: Set[str]) -> int:
    """Return how well a heading says what is asked: 3 in just these words, 2 in few more, 1 an Item, 0."""
    said = set(stems(_GENERIC.sub(" ", section.title)))
    if said == asked:
        return 3 if len(asked) > 1 or weight_of(document, section) > 0 else 0
    if len(asked) < 2 or not asked <= said:
        return 0
    return 2 if len(said) <= len(asked) + MORE_WORDS else int(section.item is not None)
