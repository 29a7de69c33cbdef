"""A question about several filings: of each company that it names, or of one company over time.

    question + what is known of the documents -> facets, each a name and the documents that it means
    each facet: search -> its best sentences -> the line that most of them have -> two or more, or none

Beside the line of `ask`. A filing is known by the company and the period in its metadata.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from bot.asked_of_each import asked_of_each
from bot.best_sentence import BestSentenceReranker
from bot.candidates import row_label
from bot.companies import (
    Documents,
    Named,
    as_the_company,
    companies_of,
    filer_of,
    is_filing,
    key_of,
    named_companies,
)
from bot.datatypes import Evidence, Hit
from bot.evidence import EvidenceSelector
from bot.facts import jaccard, stems
from bot.retrieve import Retriever
from bot.scope import COMPARES, OVER_TIME
from bot.tables import is_table_row

MAX_FACETS = 5
N_COMPARED = 10  # passages of a facet that are put in the order of their best sentence
N_PASSAGES = 5  # of which sentences are on trial
N_ON_TRIAL = 12  # sentences of a facet: a quarter of a second each for the language model
LEAST_ALIKE = 0.3  # stems in common, of all, for two lines to tell of the same thing

_JOINED = re.compile(
    r"(?:['’]s?)?\s*(?:,\s*)?(?:(?:and|or|vs\.?|versus)\b|[&/])\s*(?:the\s+)?", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Facet:
    """One of the things that a question compares, and the documents that speak of it.

    `called`: how the question names its company, () where it does not. `period`: the day on which the period
    of its filing ended, ISO; "" where the facet is a company.
    """

    company: str
    doc_ids: frozenset[str]
    called: tuple[str, ...] = ()
    period: str = ""


@dataclass(frozen=True, slots=True)
class FacetHits:
    """A facet, what is asked of it, and its passages, best first."""

    facet: Facet
    asked: str
    hits: tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class Across:
    """The facets with the line that is shown of each, in their order; () where no two have one.

    `confidence` in [0, 1]: of the second-best, as it takes two to compare.
    """

    chosen: tuple[tuple[FacetHits, Evidence], ...] = ()
    confidence: float = 0.0


def facets_of(question: str, documents: Documents) -> tuple[Facet, ...]:
    """Return what a question is to be answered for one by one; () for an ordinary question.

    Two companies or more that it compares, in its order, MAX_FACETS at most; or else the filings of one
    company, the latest MAX_FACETS of the form that it has most of, in the order of their periods, where it
    asks how something went over time. Where none is named, all documents must be of one.
    """
    named = named_companies(question, companies_of(documents))
    called: dict[str, list[str]] = defaultdict(list)
    for each in named:
        called[key_of(each.company)].append(question[each.start : each.end])
    filed = _by_company(documents)
    if len(called) > 1:
        is_comparison = _joined(question, named) or COMPARES.search(question)
        if not is_comparison or len(called) > MAX_FACETS or len({each.start for each in named}) < len(called):
            return ()
        return tuple(Facet(name, filed[name], tuple(called[name])) for name in called)
    alone = len(filed) == 1 and all(map(is_filing, documents.values()))
    companies = [*called] or ([*filed] if alone else [])
    if companies and OVER_TIME.search(question):
        return _over_time(companies[0], filed[companies[0]], documents)
    return ()


def search_facets(
    retriever: Retriever, question: str, found: Sequence[Facet], *, hidden: frozenset[str] = frozenset()
) -> list[FacetHits]:
    """Search for each facet in its own documents; the best N_COMPARED in the order of their sentences."""
    everything = frozenset(retriever.documents())
    in_order = BestSentenceReranker(retriever.encoder, n_hits=N_COMPARED)
    searched = []
    for facet in found:
        others = [name for other in found if other.company != facet.company for name in other.called]
        asked = asked_of_each(question, others)
        asked = as_the_company(asked, named_companies(asked, [facet.company]))
        hits = retriever.search(asked, hidden=hidden | (everything - facet.doc_ids))[:N_COMPARED]
        searched.append(FacetHits(facet, asked, tuple(in_order.rerank(asked, hits))))
    return searched


def across(selector: EvidenceSelector, searched: Sequence[FacetHits], *, threshold: float) -> Across:
    """Choose the line of each facet so that all together tell most surely of one thing.

    Only sentences as likely as `threshold` are taken. Over time every line must be like the others, as
    reports repeat theirs; of different companies each says it in its own words.
    """
    trial = [
        [
            evidence
            for evidence in selector.select(each.asked, each.hits[:N_PASSAGES], n_read=N_ON_TRIAL)
            if evidence.score >= threshold
        ]
        for each in searched
    ]
    if any(each.facet.period for each in searched):
        lines = ([_alike(one, each) for each in trial] for of_one in trial for one in of_one)
        line = max(lines, key=_likelihood, default=[])
        line = line if _likelihood(line) else []
    else:
        line = [of_one[0] if of_one else None for of_one in trial]
        line = line if all(line) else []
    chosen = tuple((facet, evidence) for facet, evidence in zip(searched, line, strict=False) if evidence)
    scores = sorted((evidence.score for _, evidence in chosen), reverse=True)
    return Across(chosen, scores[1]) if len(chosen) > 1 else Across()


def _likelihood(line: Sequence[Evidence | None]) -> float:
    """Return the probabilities of a line together; what reports repeat word by word tells of no change."""
    told = [evidence for evidence in line if evidence]
    n_different = len({" ".join(evidence.text.lower().split()) for evidence in told})
    return sum(evidence.score for evidence in told) * (n_different - 1) / max(1, len(told) - 1)


def _alike(one: Evidence, of_facet: Sequence[Evidence]) -> Evidence | None:
    """Return a facet's likeliest sentence that tells of the same as `one`, None if there is none."""
    alike = [(_likeness(one, other), other) for other in of_facet]
    return max(
        ((likeness, other) for likeness, other in alike if likeness >= LEAST_ALIKE),
        key=lambda pair: pair[0] + pair[1].score,
        default=(0.0, None),
    )[1]


def _likeness(one: Evidence, other: Evidence) -> float:
    """Return the share of stems in common, of labels where both are rows of tables; in [0, 1]."""
    if is_table_row(one.text) != is_table_row(other.text):
        return 0.0
    first, second = (set(stems(row_label(e.text) if is_table_row(e.text) else e.text)) for e in (one, other))
    return jaccard(first, second)


def _by_company(documents: Documents) -> Mapping[str, frozenset[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for doc_id, told in documents.items():
        if filer := filer_of(told):
            found[filer].add(doc_id)
    return {name: frozenset(doc_ids) for name, doc_ids in found.items()}


def _joined(question: str, named: Sequence[Named]) -> bool:
    return any(_JOINED.fullmatch(question[one.end : other.start]) for one, other in pairwise(named))


def _over_time(company: str, doc_ids: frozenset[str], documents: Documents) -> tuple[Facet, ...]:
    forms = Counter(documents[doc_id]["form"] for doc_id in sorted(doc_ids))
    form, n = forms.most_common(1)[0]
    periods: dict[str, set[str]] = defaultdict(set)
    for doc_id in doc_ids:
        if (period := documents[doc_id].get("period")) and (n == 1 or documents[doc_id]["form"] == form):
            periods[period].add(doc_id)
    found = [Facet(company, frozenset(periods[period]), period=period) for period in sorted(periods)]
    return tuple(found[-MAX_FACETS:]) if len(found) > 1 else ()
