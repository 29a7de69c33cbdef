"""A question about several articles: search, choose and judge part by part. Beside the line of `ask`.

    parts -> search each in the articles it may mean -> its best sentence -> two or more of them, or none

Each part's own words are shown; `yes_of_articles.py` says whether the answer may open with yes or no.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product, zip_longest

import numpy as np

from bot.across import FacetHits
from bot.candidates import Candidate, candidates
from bot.datatypes import Evidence, Hit
from bot.embed import Encoder
from bot.facts import stems
from bot.parts import Part
from bot.retrieve import Retriever
from bot.yes_of_articles import of_articles

N_TAKING_TURNS = 10  # hits of each part that take turns; those of the whole question follow
N_DOCUMENTS = 4  # of a part, that may be its article: bounds the combinations of parts
LEAST_FIT = 0.3  # benchmarks/results/comparisons.md: a lower one cites more that is beside the point


@dataclass(frozen=True, slots=True)
class PartHits:
    """A part with the passages of the articles that it may mean, best first; () where there is no such."""

    part: Part
    hits: tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """The best sentence of each part, in the question's order; () where the articles do not answer it.

    `confidence` in [0, 1]: how well the second-best part's sentence fits, on every comparison.
    `parts`: the part that each of `chosen` is for. `is_whole`: no part of the question is left out.
    """

    chosen: tuple[Evidence, ...]
    confidence: float
    parts: tuple[Part, ...] = ()
    is_whole: bool = False

    def yes_or_no(self, question: str) -> str | None:
        """Return "Yes" or "No" where the words chosen are clear about it, else None."""
        if not self.is_whole or not all(part.is_article for part in self.parts):
            return None
        pairs = [(p.text, e.text, e.score) for p, e in zip(self.parts, self.chosen, strict=True)]
        return of_articles(question, pairs)


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


def taking_turns(found: Sequence[PartHits | FacetHits], rest: Sequence[Hit]) -> list[Hit]:
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


def compare(
    encoder: Encoder, found: Sequence[PartHits], *, k: int, least_fit: float = LEAST_FIT
) -> Comparison:
    """Choose the best sentence for each part from `k` of its passages, each from a document of its own.

    Nothing is chosen unless every part has an article and two parts have a sentence that fits.
    """
    if len(found) < 2 or not all(each.hits for each in found):
        return Comparison((), 0.0)
    best = _assigned([_best_of_each_document(encoder, each, k=k) for each in found])
    scores = sorted((evidence.score for evidence in best if evidence), reverse=True)
    if len(scores) < 2:
        return Comparison((), 0.0)
    fitting = [(e, each.part) for e, each in zip(best, found, strict=True) if e and e.score >= least_fit]
    if len(fitting) < 2:
        return Comparison((), scores[1])
    chosen, parts = zip(*fitting, strict=True)
    return Comparison(chosen, scores[1], parts, len(parts) == len(found))


def fits(encoder: Encoder, text: str, trial: Sequence[Candidate]) -> np.ndarray:
    """Return how much each candidate is about a text: (n,) in [0, 1], the mean of two likenesses.

    They are the cosine of text and sentence, 0 if below, and the share of the text's stems in the passage.
    A claim is nearly in the words of what bears it out, so that no language model is needed to find it.
    """
    if not trial:
        return np.zeros(0)
    cosines = encoder.encode_passages([each.told for each in trial]) @ encoder.encode_query(text)
    asked = set(stems(text))
    held = [len(asked & set(stems(each.hit.passage.search_text))) for each in trial]
    return (np.clip(cosines, 0.0, 1.0) + np.array(held) / max(1, len(asked))) / 2


def _may_be_of(part: Part, told: Mapping[str, str]) -> bool:
    return not part.sources or told.get("source") in part.sources


def _meant(part: Part, hits: Sequence[Hit], metadata: Mapping[str, Mapping[str, str]]) -> Sequence[Hit]:
    if part.name:
        name = re.compile(rf"(?<!\w){re.escape(part.name)}(?!\w)", re.IGNORECASE)
        return [hit for hit in hits if name.search(hit.passage.search_text)]
    if date := part.date:
        dated = [hit for hit in hits if date.is_of(metadata.get(hit.passage.doc_id, {}).get("date", ""))]
        return dated or hits
    return hits


def _lie_apart(found: Sequence[PartHits]) -> bool:
    """Tell whether the best passages of all parts are there and of different documents."""
    best = [each.hits[0].passage.doc_id for each in found if each.hits]
    return len(set(best)) == len(found)


def _best_of_each_document(encoder: Encoder, found: PartHits, *, k: int) -> list[Evidence]:
    """Return the best sentence of each document among the part's first `k` passages; score is its fit."""
    trial = candidates(found.hits[:k])
    best: dict[str, Evidence] = {}
    for c, score in zip(trial, fits(encoder, found.part.text, trial).tolist(), strict=True):
        evidence = Evidence(c.hit.passage, c.start, c.end, c.text, score)
        held = best.setdefault(evidence.passage.doc_id, evidence)
        if score > held.score:
            best[evidence.passage.doc_id] = evidence
    return list(best.values())


def _assigned(choices: Sequence[Sequence[Evidence]]) -> Sequence[Evidence | None]:
    """Give each part a document of its own so that all together fit best; None for a part left without."""
    best: Sequence[Evidence | None] = [None] * len(choices)
    for taken in product(*[(*choice[:N_DOCUMENTS], None) for choice in choices]):
        documents = [evidence.passage.doc_id for evidence in taken if evidence]
        if len(set(documents)) == len(documents) and _worth(taken) > _worth(best):
            best = taken
    return best


def _worth(taken: Sequence[Evidence | None]) -> tuple[int, float]:
    chosen = [evidence for evidence in taken if evidence]
    return len(chosen), sum(evidence.score for evidence in chosen)
