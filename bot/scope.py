"""Which documents a question means: by company, by form, by "the latest", by quarter. Before search.

    question + what is known of each document -> the documents that it does not mean, how to ask the others

Only what the question says outright counts, and only where the collection has such documents: otherwise
nothing is left out. Of documents that are no filings those are that never name the company, or are named
after another quarter.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass

from bot.companies import (
    Documents,
    as_the_company,
    companies_of,
    documents_of_others,
    filer_of,
    is_filing,
    key_of,
    named_companies,
)
from bot.facts import MONTHS, ORDINALS
from bot.periods import years

COMPARES = re.compile(
    r"\b(?:compar\w+|versus|vs|differ\w*|than|contrast\w*|respective\w*|both)\b", re.IGNORECASE
)
_OF_PERIODS = (
    r"(?:(?:fiscal|quarterly|annual)\s+)?(?:quarters|periods|years|filings|reports|10-?[QK]s|timeframes?"
    r"|time\s+frames?)\b"
)
_SUCH = r"(?:recent|reported|reporting|given|last|past|previous|prior|different|several|various|covered)"
OVER_TIME = re.compile(  # "over the reported quarters", and not "vest over four years"
    r"\bover\s+time\b|\btrends?\b|\bevol(?:ve[ds]?|ving|ution)\b"
    r"|\b(?:quarter|year|period)[- ](?:by|over|to|on)[- ](?:quarter|year|period)\b"
    r"|\b(?:in|for|of)?\s*each\s+(?:(?:reported|reporting|fiscal)\s+)?(?:quarter|period|year|filing|report)\b"
    r"|\b(?:over|across|in|during|throughout|between|from|for|among|to)\s+"
    rf"(?:(?:the|all|its|their)\s+)*(?:(?:these|those)\s+(?:{_SUCH}\s+)?|{_SUCH}\s+(?:\w+\s+)?){_OF_PERIODS}"
    rf"|\b(?:over|across|throughout|among)\s+(?:the|all|its|their)\s+{_OF_PERIODS}",
    re.IGNORECASE,
)
_WHICH_COMPANY = re.compile(
    r"\b(?:which|what|whose)\s+(?:other\s+)?compan(?:y|ies)\b|\bwhich\s+of\b", re.IGNORECASE
)
_COMPARED_WITH = re.compile(
    r"\b(?:[Cc]ompar\w+\s+(?:with|to|against)|than|versus|vs\.?)\s+(?:[Tt]he\s+)?"
    rf"(?=[A-Z])(?!Q[1-4]\b|FY|Fiscal\b|(?:{'|'.join(MONTHS)})\b)"
)
_FORM = (
    r"\b(?:in|from|per|of|by|to|does|did|do|about|summari[sz]e|['’]s)\s+(?:[^\s?]+\s+){{0,6}}?(?:{})(?![\w-])"
)
_FORMS = {
    "10-K": re.compile(_FORM.format(r"10-?Ks?|annual\s+reports?"), re.IGNORECASE),
    "10-Q": re.compile(_FORM.format(r"10-?Qs?|quarterly\s+(?:reports?|filings?)"), re.IGNORECASE),
    "8-K": re.compile(_FORM.format(r"8-?Ks?"), re.IGNORECASE),
}
_LATEST = re.compile(
    r"\b(?:(?:latest|most\s+recent|newest)\s+(?:(?:fiscal|quarterly|annual|interim|reported)\s+)*"
    r"(?P<what>10-?[QK]|filing|report|quarter|period|year)"
    r"|last\s+(?:(?:fiscal|quarterly|annual)\s+)*(?P<last>10-?[QK]|filing|report))\b(?!\s+(?:of|in)\b)",
    re.IGNORECASE,
)
_QUARTER = re.compile(
    r"\bQ(?P<n>[1-4])(?:\s+(?:of\s+)?|[\s-]*)(?:(?:fiscal|FY)\s*(?:year\s+)?)?(?P<year>20\d\d)\b"
    r"|\b(?P<year2>20\d\d)[\s-]*Q(?P<n2>[1-4])\b"
    r"|\b(?P<word>first|second|third|fourth)\s+quarter\s+(?:of\s+)?(?:fiscal\s+(?:year\s+)?)?(?P<year3>20\d\d)\b",
    re.IGNORECASE,
)
_WHOLE_YEAR = re.compile(
    r"\b(?:(?:fiscal|full|whole)(?:[- ]year)?|FY) ?(?P<year>(?:19|20)\d\d)\b"
    r"|\b(?:the )?(?P<year2>(?:19|20)\d\d) (?:fiscal|full) year\b",
    re.IGNORECASE,
)
_PART_OF_YEAR = re.compile(
    rf"\b(?:half|halves|quarters?|quarterly|months?|weeks?|to date|10-?Qs?|{'|'.join(MONTHS)})\b",
    re.IGNORECASE,
)
N_YEARS_REPORTED = 2  # before its own, of which an annual report has the income


Mentioning = Callable[[Sequence[str], Set[str]], Set[str]]  # companies, doc_ids -> those that name one


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
    A question that compares a company with another thing, or asks which company, leaves out none.

    Args:
        question: a standalone one.
        documents: what is known of each.
        mentioning: gives those of some documents that name any of some companies. Articles that never name
            the company asked for are left out as well.

    Example: "What did Intel earn in the latest 10-Q?" leaves out all filings but the last 10-Q of Intel, and
    keeps the articles; if there are none: "What did the company earn in the latest 10-Q?"
    """
    companies = companies_of(documents)
    named = named_companies(question, companies)
    wanted = {key_of(each.company): each.company for each in named}
    over_time = OVER_TIME.search(question) is not None
    if _WHICH_COMPANY.search(question) or _compares_with_another(question, {each.start for each in named}):
        named, wanted = (), {}
    out: set[str] = set()
    if named:
        out |= documents_of_others(list(wanted.values()), documents)
        others = {doc_id for doc_id, told in documents.items() if not is_filing(told)}
        out |= others - mentioning(list(wanted.values()), others)
    out |= _of_other_forms(question, _without(documents, out))
    if quarter := _quarter(question):
        out |= _of_other_quarters(quarter, _without(documents, out))
    elif year := _fiscal_year(question):
        out |= _without_that_year(year, _without(documents, out))
    elif (latest := _LATEST.search(question)) and not over_time:
        alone = len(set(map(key_of, companies))) == 1
        out |= _older(latest["what"] or latest["last"], _without(documents, out)) if named or alone else set()
    filers = set(map(filer_of, _without(documents, out).values()))
    is_of_one = len(wanted) == 1 and filers == set(wanted)
    called = tuple(dict.fromkeys(question[each.start : each.end] for each in named)) if out else ()
    return Scope(frozenset(out), as_the_company(question, named) if is_of_one else question, called)


def _compares_with_another(question: str, starts: Set[int]) -> bool:
    """Tell whether what is compared with is called by a name that no known company has."""
    return any(match.end() not in starts for match in _COMPARED_WITH.finditer(question))


def _without(documents: Documents, out: set[str]) -> Documents:
    return {doc_id: told for doc_id, told in documents.items() if doc_id not in out}


def _of_other_forms(question: str, documents: Documents) -> set[str]:
    asked = tuple(form for form, pattern in _FORMS.items() if pattern.search(question))
    filed = {doc_id: told["form"] for doc_id, told in documents.items() if is_filing(told)}
    meant = {doc_id for doc_id, form in filed.items() if form.startswith(asked)} if asked else set()
    return filed.keys() - meant if meant else set()


def _older(what: str, documents: Documents) -> set[str]:
    """Return the filings that are not their company's last, for a year or a quarter its last of that form."""
    form = {"year": "10-K", "10k": "10-K", "quarter": "10-Q", "10q": "10-Q"}.get(
        what.lower().replace("-", ""), ""
    )
    by_company: dict[str, dict[str, str]] = defaultdict(dict)
    for doc_id, told in documents.items():
        if (filer := filer_of(told)) and told.get("period"):
            by_company[filer][doc_id] = told["period"]
    out: set[str] = set()
    for periods in by_company.values():
        last = max((p for d, p in periods.items() if documents[d]["form"].startswith(form)), default="")
        out |= {
            d for d, p in periods.items()
            if last and (p != last or not documents[d]["form"].startswith(form))
        }  # fmt: skip
    return out


def _fiscal_year(question: str) -> int | None:
    """Return the one year that is asked for as a whole: "in fiscal 2023"; None beside a shorter time."""
    found = {int(match["year"] or match["year2"]) for match in _WHOLE_YEAR.finditer(question)}
    is_alone = years(question) == found and not _PART_OF_YEAR.search(question)
    return found.pop() if len(found) == 1 and is_alone else None


def _without_that_year(year: int, documents: Documents) -> set[str]:
    """Return the quarterly reports of companies of which there is an annual one with the year's figures."""
    yearly = {
        filer_of(told)
        for told in documents.values()
        if is_filing(told) and told["form"].startswith("10-K") and _may_report(told.get("period", ""), year)
    }
    return {
        doc_id
        for doc_id, told in documents.items()
        if filer_of(told) in yearly and is_filing(told) and told["form"].startswith("10-Q")
    }


def _may_report(period: str, year: int) -> bool:
    """Tell whether an annual report shows a fiscal year: it has three, one may end early in the next year."""
    return period[:4].isdigit() and year <= int(period[:4]) <= year + N_YEARS_REPORTED


def _quarter(question: str) -> tuple[int, int] | None:
    """Return year and quarter where exactly one is named: "the third quarter of 2023" -> (2023, 3)."""
    found = set()
    for match in _QUARTER.finditer(question):
        year = match["year"] or match["year2"] or match["year3"]
        number = match["n"] or match["n2"] or ORDINALS[match["word"].lower()]
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
