"""How much each sentence matters: for a document as a whole, or for what is asked of it. After the encoder.

A weighted sum of plain features, each standardised over the sentences on trial, since a centrality and a
count of figures have no unit in common. The weights were set by hand on the tuning part of the sets named
in benchmarks/results/summaries-*.md.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from bot.facts import stems
from bot.language_model import LanguageModel
from bot.likelihood import question_likelihoods
from bot.summary.centrality import centrality, standardized
from bot.summary.datatypes import Point
from bot.summary.shortlist import Lexical, coverage_of

GENERAL = {
    "centroid": 1.0,  # likeness to the mean of its document
    "section": 0.4,  # centrality among the sentences of its section
    "sections": 0.5,  # centrality of its section among sections
    "frequency": 0.4,
    "facts": 0.5,
    "money": 0.4,
    "cues": 0.3,
    "opens": 0.3,
    "heading": 0.6,
    "may": -0.6,
    "words": 0.2,
}
FOCUSED = {
    "focus": 1.0,  # likeness to the focus
    "around": 1.0,  # of the sentences before and after it
    "asked": 0.5,  # share of the focus' words that it has
    "asked_around": 0.5,
    "speaker": 0.5,  # the focus names who says it
    "centroid": 0.3,
    "frequency": 0.3,
    "facts": 0.1,
    "cues": 0.2,
    "words": 0.4,
}
LEAD = 5.0  # of the first sentence of an article, in standard deviations of the sum's other features
LIKELIHOOD = 0.5  # weight of the question's likelihood after a sentence, among those read
READ = 32  # sentences that the language model reads for a focus
AROUND = 6  # sentences before and after that tell what a passage is about

_ASKS_FOR_ALL = frozenset(  # what is left of a focus without these is what it is about
    """summarize summarise summary summaries sum up overview whole entire everything all main major key chief
    important most point points topic topics thing things theme themes gist content contents idea ideas
    discussion discussions discussed discuss talk talked mentioned meeting meetings conversation document
    documents article articles report text file filing paper page what which were was is are did do does the
    a an of in on this that these those it its they give provide list write make brief briefly short describe
    explain please tell me us about and from for with happened say said""".split()
)
_WORD = re.compile(r"[^\W_]+")
_POSSESSIVE = re.compile(r"['’]s\b", re.IGNORECASE)


def is_specific(focus: str) -> bool:
    """Tell whether a focus names anything: "the price" does, "summarise the main points" does not."""
    return bool(without_requests(focus))


def without_requests(focus: str) -> str:
    """Return the words of a focus that name something: "summarise the farm's price" -> "farm price"."""
    words = _WORD.findall(_POSSESSIVE.sub("", focus))
    return " ".join(word for word in words if word.lower() not in _ASKS_FOR_ALL)


@dataclass(frozen=True, slots=True)
class Focus:
    """What a summary is to be about: the vector (d,), of unit length, and the stems of its words."""

    vector: np.ndarray
    stems: tuple[str, ...]


def salience(
    points: Sequence[Point], vectors: np.ndarray, words: Lexical, focus: Focus | None = None
) -> np.ndarray:
    """Return (n,) float64, higher matters more; comparable among the points of one call only.

    `vectors`: (n, d) float32, rows of unit length, of the points in their order.
    """
    if not points:
        return np.zeros(0)
    features = _general(points, vectors, words)
    if focus is None:
        return LEAD * words.lead + _weighted(features, GENERAL)
    return _weighted(features | _focused(points, vectors, words, focus), FOCUSED)


def _weighted(features: Mapping[str, np.ndarray], weights: Mapping[str, float]) -> np.ndarray:
    return np.sum([weight * standardized(features[name]) for name, weight in weights.items()], axis=0)


def likelier(model: LanguageModel, focus: str, points: Sequence[Point], scores: np.ndarray) -> np.ndarray:
    """Return scores moved by how likely the focus is after each of the READ best points, the rest unmoved.

    Source: query likelihood, Ponte & Croft, SIGIR 1998.
    """
    best = np.argsort(-scores, kind="stable")[:READ]
    found = question_likelihoods(model, focus, [points[i].plain for i in best], kind="sentence")
    moved = scores.copy()
    moved[best] += LIKELIHOOD * standardized(found)
    return moved


def section_weights(points: Sequence[Point], vectors: np.ndarray) -> dict[int, float]:
    """Return the centrality of each section that has points, among all sections; they add up to 1."""
    places = sorted({point.place for point in points})
    own = np.array([point.place for point in points])
    means = np.array([_unit(vectors[own == place].mean(axis=0)) for place in places])
    return dict(zip(places, centrality(means).tolist(), strict=True))


def _general(points: Sequence[Point], vectors: np.ndarray, words: Lexical) -> dict[str, np.ndarray]:
    by_section = section_weights(points, vectors)
    return {
        "centroid": _to_centroids(vectors, [point.document.doc_id for point in points]),
        "section": _in_sections(vectors, [point.place for point in points]),
        "sections": np.array([by_section[point.place] for point in points]),
        "frequency": words.frequency,
        "facts": words.facts,
        "money": words.money,
        "cues": words.cues,
        "opens": words.opens,
        "may": words.may,
        "heading": np.array([point.heading for point in points]),
        "words": np.log([min(max(point.n_words, 1), 25) for point in points]),
    }


def _focused(
    points: Sequence[Point], vectors: np.ndarray, words: Lexical, focus: Focus
) -> dict[str, np.ndarray]:
    near = vectors.astype(np.float64) @ focus.vector.astype(np.float64)
    asked = coverage_of(focus.stems, words.stems)
    keys = [point.document.doc_id for point in points]
    return {
        "focus": near,
        "around": _smoothed(near, keys),
        "asked": asked,
        "asked_around": _smoothed(asked, keys),
        "speaker": np.array([float(_is_named(point, focus.stems)) for point in points]),
    }


def _is_named(point: Point, asked: Sequence[str]) -> bool:
    label = set(stems(point.document.text[slice(*point.speaker)])) if point.speaker else set()
    return bool(label) and label <= set(asked)


def _to_centroids(vectors: np.ndarray, keys: Sequence[str]) -> np.ndarray:
    """Return (n,) cosines of each row and the mean of the rows with its key."""
    found = np.zeros(len(keys))
    for own in _groups(keys):
        found[own] = vectors[own] @ _unit(vectors[own].mean(axis=0))
    return found


def _in_sections(vectors: np.ndarray, places: Sequence[int]) -> np.ndarray:
    """Return (n,) centrality of each row within its section, 1 for a middling one."""
    found = np.zeros(len(places))
    for own in _groups(places):
        found[own] = centrality(vectors[own]) * len(own)
    return found


def _smoothed(values: np.ndarray, keys: Sequence[str]) -> np.ndarray:
    """Return (n,) the mean over AROUND neighbours on each side in the same document, nearer ones more."""
    kernel = 1.0 - np.abs(np.arange(-AROUND, AROUND + 1)) / (AROUND + 1)
    found = np.zeros(len(values))
    for own in _groups(keys):
        wide, ones = np.pad(values[own], AROUND), np.pad(np.ones(len(own)), AROUND)
        found[own] = np.convolve(wide, kernel, "valid") / np.convolve(ones, kernel, "valid")
    return found


def _groups(keys: Sequence[object]) -> list[np.ndarray]:
    """Return the indices of each distinct key, in order of first appearance."""
    members: dict[object, list[int]] = {}
    for i, key in enumerate(keys):
        members.setdefault(key, []).append(i)
    return [np.array(own) for own in members.values()]


def _unit(vector: np.ndarray) -> np.ndarray:
    return vector / max(float(np.linalg.norm(vector)), 1e-9)
