"""Which documents a question means: by company, by form, by "the latest", by quarter. Before search.

    question + what is known of each document -> the documents that it does not mean, how to ask the others

Only what the question says outright counts, and only where the collection has such documents: otherwise
nothing is left out. Of documents without metadata those are that never name the company, or are named after
another quarter.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass

from bot.companies import (
    Documents,
    aliases,
    as_the_company,
    companies_of,
    documents_of_others,
    named_companies,
    short_name,
)

_FORMS = {
    "10-K": re.compile(r"\b10-?Ks?\b|\bannual\s+reports?\b", re.IGNORECASE),
    "10-Q": re.compile(r"\b10-?Qs?\b|\bquarterly\s+(?:reports?|filings?)\b", re.IGNORECASE),
    "8-K": re.compile(r"\b8-?Ks?\b", re.IGNORECASE),
}
_LATEST = re.compile(
    r"\b(?:latest|most\s+recent|newest|last)\s+(?:(?:fiscal|quarterly|annual|interim|reported)\s+)*"
    r"(?:10-?[QK]|filing|report|quarter|period|year)\b",
    re.IGNORECASE,
)
_ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4}
_QUARTER = re.compile(
    r"\bQ(?P<n>[1-4])(?:\s+(?:of\s+)?|[\s-]*)(?:(?:fiscal|FY)\s*(?:year\s+)?)?(?P<year>20\d\d)\b"
    r"|\b(?P<year2>20\d\d)[\s-]*Q(?P<n2>[1-4])\b"
    r"|\b(?P<word>first|second|third|fourth)\s+quarter\s+(?:of\s+)?(?:fiscal\s+(?:year\s+)?)?(?P<year3>20\d\d)\b",
    re.IGNORECASE,
)


Mentioning = Callable[[Sequence[str]], Set[str]]


@dataclass(frozen=True, slots=True)
class Scope:
    """What a question means: all documents but those `left_out`, of which it is `asked` in these words.

    `companies`: whose documents these are, as the question calls them; () where it names none.
    """

    left_out: frozenset[str]
    asked: str
    companies: tuple[str, ...] = ()


def scope_of(question: str, documents: Documents, mentioning: Mentioning) -> Scope:
    """Return the scope of a standalone question.

    Where only filings of one company are left, the question is put in their words: they do not name it.

    Args:
        question: a standalone one.
        documents: what is known of each.
        mentioning: gives the doc_ids of those with any of some names in their text. Articles that never
            name the company asked for are left out as well.

    Example: "What did Intel earn in the latest 10-Q?" leaves out all filings but the last 10-Q of Intel, and
    keeps the articles; if there are none: "What did the company earn in the latest 10-Q?"
    """
    companies = companies_of(documents)
    named = named_companies(question, companies)
    out: set[str] = set()
    if named:
        out |= documents_of_others([each.company for each in named], documents)
        speak_of_them = mentioning([alias for each in named for alias in aliases(each.company)])
        out |= {d for d, told in documents.items() if not told.get("company") and d not in speak_of_them}
    out |= _of_other_forms(question, _without(documents, out))
    if quarter := _quarter(question):
        out |= _of_other_quarters(quarter, _without(documents, out))
    elif (named or len({short_name(each).lower() for each in companies}) == 1) and _LATEST.search(question):
        out |= _older(_without(documents, out))
    left = {short_name(told.get("company", "")).lower() for told in _without(documents, out).values()}
    is_of_one = bool(named) and left == {short_name(named[0].company).lower()}
    called = tuple(dict.fromkeys(question[each.start : each.end] for each in named)) if out else ()
    return Scope(frozenset(out), as_the_company(question, named) if is_of_one else question, called)


def _without(documents: Documents, out: set[str]) -> Documents:
    return {doc_id: told for doc_id, told in documents.items() if doc_id not in out}


def _of_other_forms(question: str, documents: Documents) -> set[str]:
    asked = tuple(form for form, pattern in _FORMS.items() if pattern.search(question))
    filed = {doc_id: told["form"] for doc_id, told in documents.items() if told.get("form")}
    meant = {doc_id for doc_id, form in filed.items() if form.startswith(asked)} if asked else set()
    return filed.keys() - meant if meant else set()


def _older(documents: Documents) -> set[str]:
    """Return the filings that are not of the last period."""
    periods = {doc_id: told["period"] for doc_id, told in documents.items() if told.get("period")}
    latest = max(periods.values(), default="")
    return {doc_id for doc_id, period in periods.items() if period < latest}


def _quarter(question: str) -> tuple[int, int] | None:
    """Return year and quarter where exactly one is named: "the third quarter of 2023" -> (2023, 3)."""
    found = set()
    for match in _QUARTER.finditer(question):
        year = match["year"] or match["year2"] or match["year3"]
        number = match["n"] or match["n2"] or _ORDINALS[match["word"].lower()]
        found.add((int(year), int(number)))
    return found.pop() if len(found) == 1 else None


def _of_other_quarters(quarter: tuple[int, int], documents: Documents) -> set[str]:
    """Return the documents whose names have another quarter, if the name of one has this."""
    called = {
        doc_id: _quarter(f"{told.get('name', '')} {told.get('title', '')}")
        for doc_id, told in documents.items()
    }
    if quarter not in called.values():
        return set()
    return {doc_id for doc_id, of in called.items() if of is not None and of != quarter}
