"""A question about several articles: search, choose and judge part by part. Beside the line of `ask`.

    parts -> search each in the articles it may mean -> its best sentence -> two or more of them, or none

Each part's own words are shown, and the reader compares: nothing here says whether two articles agree.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest

from bot.datatypes import Evidence, Hit
from bot.embed import Encoder
from bot.evidence import EvidenceSelector
from bot.facts import stems
from bot.parts import Part
from bot.retrieve import Retriever

N_TAKING_TURNS = 10  # hits of each part that take turns; those of the whole question follow
LEAST_FIT = 0.25  # see benchmarks/results/comparisons.md


@dataclass(frozen=True, slots=True)
class PartHits:
    """A part with the passages of the articles that it may mean, best first; () where there is no such."""

    part: Part
    hits: tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """The best sentence of each part, in the question's order; () where the articles do not answer it.

    `confidence` in [0, 1]: how well the second-best part's sentence fits, on every comparison.
    """

    chosen: tuple[Evidence, ...]
    confidence: float


def search_parts(
    retriever: Retriever, question: str, parts: Sequence[Part], *, hidden: frozenset[str] = frozenset()
) -> list[PartHits]:
    """Search for each part with its words and the question's, in the articles that it may mean.

    Those are its publishers', and of those the ones of its date if there are any. A part without a publisher
    means the articles whose passages mention its name. Names that are compared, and that no two articles
    are about, have no parts: [].
    """
    metadata = retriever.snapshot().loaded.metadata
    found = []
    for part in parts:
        others = {doc_id for doc_id, told in metadata.items() if not _may_be_of(part, told)}
        hits = retriever.search(f"{part.text} {question}", hidden=hidden | others)
        found.append(PartHits(part, tuple(_meant(part, hits, metadata))))
    return found if all(part.is_article for part in parts) or _lie_apart(found) else []


def taking_turns(found: Sequence[PartHits], rest: Sequence[Hit]) -> list[Hit]:
    """Return the hits of the parts in turns, best of each part first, then the others of the question.

    Each passage once; ranks from 1; a score is 1 / rank, as those of several searches do not compare.
    """
    turns = zip_longest(*(each.hits[:N_TAKING_TURNS] for each in found))
    ordered = [hit for turn in turns for hit in turn if hit is not None]
    once: dict[str, Hit] = {}
    for hit in (*ordered, *rest):
        once.setdefault(hit.passage.passage_id, hit)
    return [
        replace(hit, rank=rank, score=1 / rank, stage="parts")
        for rank, hit in enumerate(once.values(), start=1)
    ]


def compare(selector: EvidenceSelector, found: Sequence[PartHits], *, k: int) -> Comparison:
    """Choose the best sentence for each part from `k` of its passages, each from a document of its own.

    Nothing is chosen unless every part has an article and two parts have a sentence that fits.
    """
    chosen = list(_chosen(selector, found, k=k))
    fits = sorted((likeness for _, likeness in chosen), reverse=True)
    if len(fits) < 2 or not all(each.hits for each in found):
        return Comparison((), 0.0)
    fitting = tuple(evidence for evidence, likeness in chosen if likeness >= LEAST_FIT)
    return Comparison(fitting if len(fitting) > 1 else (), fits[1])


def fit(encoder: Encoder, text: str, evidence: Evidence) -> float:
    """Return how much evidence is about a text: the mean of two likenesses, in [0, 1].

    They are the cosine of text and sentence, 0 if below, and the share of the text's stems in the passage.
    """
    cosine = float(encoder.encode_query(text) @ encoder.encode_passages([evidence.text])[0])
    asked, held = set(stems(text)), set(stems(evidence.passage.search_text))
    share = len(asked & held) / len(asked) if asked else 0.0
    return (min(1.0, max(0.0, cosine)) + share) / 2


def _may_be_of(part: Part, told: Mapping[str, str]) -> bool:
    return not part.sources or told.get("source") in part.sources


def _meant(part: Part, hits: Sequence[Hit], metadata: Mapping[str, Mapping[str, str]]) -> Sequence[Hit]:
    if part.name:
        name = re.compile(rf"(?<!\w){re.escape(part.name)}(?!\w)", re.IGNORECASE)
        return [hit for hit in hits if name.search(hit.passage.search_text)]
    if date := part.date:
        dated = [hit for hit in hits if date.is_of(metadata[hit.passage.doc_id].get("date", ""))]
        return dated or hits
    return hits


def _lie_apart(found: Sequence[PartHits]) -> bool:
    """Tell whether the best passages of all parts are there and of different documents."""
    best = [each.hits[0].passage.doc_id for each in found if each.hits]
    return len(set(best)) == len(found)


def _chosen(
    selector: EvidenceSelector, found: Sequence[PartHits], *, k: int
) -> Iterator[tuple[Evidence, float]]:
    """Yield the best sentence of each part and how it fits; no document serves two parts."""
    cited: set[str] = set()
    for each in found:
        text = each.part.text
        told = (e for e in selector.select(text, each.hits[:k]) if e.passage.doc_id not in cited)
        if best := next(told, None):
            cited.add(best.passage.doc_id)
            yield best, fit(selector.encoder, text, best)
