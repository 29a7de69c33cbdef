"""Which documents a question may mean by the companies that it names. Pure functions, before search.

A filing speaks for its own company: "our chief executive" in one of Intel is Intel's. So a question that
names a company whose filings are in the collection is not answered from the filings of others. Documents of
which no company is known, such as articles, may speak of any.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

Documents = Mapping[str, Mapping[str, str]]  # what is known of each by its doc_id: `Retriever.documents`

_LEGAL = (
    r"inc(?:orporated)?|corp(?:oration)?|company|companies|co|ltd|limited|plc|llc|lp|l\.p|n\.v|s\.a|ag|se|nv"
    r"|holdings?|group|trust|the"
)
_LINE_OF_TRADE = (  # a company is called without it, if a name is left: "Medicis Pharmaceutical" -> "Medicis"
    "pharmaceuticals?|technolog(?:y|ies)|systems|platforms|semiconductors?|motors?|energy|financial|stores"
    "|foods|brands|industries|international|therapeutics|laborator(?:y|ies)|networks|software|entertainment"
    "|airlines|communications|enterprises|resources|services|solutions|worldwide|global"
)
_LAST_LEGAL = re.compile(rf"[\s,]+(?:&\s*)?(?:{_LEGAL})\.?$", re.IGNORECASE)
_ENDING = re.compile(rf"(?:,?\s+(?:{_LEGAL})\b\.?)+", re.IGNORECASE)
_LAST_TRADE = re.compile(rf"\s+(?:{_LINE_OF_TRADE})$", re.IGNORECASE)
_STATE = re.compile(r"\s*[/\\][A-Z]{2,3}[/\\]?$")  # EDGAR's "INTEL CORP /DE/"
_COMMON = frozenset(  # no name by themselves: "General Motors" is not called "General"
    "advanced american applied bank best boston british canadian capital central chemical china city"
    " coastal consolidated digital dynamic eastern electric electronic european first general global gold"
    " green health home independent integrated international knowledge liberty life live mobile motor"
    " national natural new northern old pacific patriot power premier prime public quality southern standard"
    " star state sun target texas total union united universal us value visual vital western world".split()
)
_NO_INITIALS = frozenset(  # they stand for something else in any question
    "CEO CFO COO CTO CIO SEC USA EPS IPO ESG IRS FDA FTC DOJ GDP CPI ETF LLC R&D Q&A M&A P&L".split()
)
LEAST_CHARACTERS = 3  # of a name; a shorter one is too often something else


@dataclass(frozen=True, slots=True)
class Named:
    """A company where a question names it, `question[start:end]`; `company` as the collection has it."""

    start: int
    end: int
    company: str


def companies_of(documents: Documents) -> tuple[str, ...]:
    """Return the companies whose filings the collection has, each once, sorted."""
    return tuple(sorted({told["company"] for told in documents.values() if told.get("company")}))


def named_companies(question: str, companies: Iterable[str]) -> tuple[Named, ...]:
    """Return where a question names companies, in its order, overlapping names the longest first.

    A name counts in capitals, or anyhow in a question that has none.

    Example: "How did Apple do?" of ("Apple Inc.", "INTEL CORP /DE/") -> (Named(8, 13, "Apple Inc."),)
    """
    in_capitals = question[1:] != question[1:].lower()
    found = [
        Named(match.start(), match.end(), company)
        for company in companies
        for alias in aliases(company)
        for match in _pattern(alias).finditer(question)
        if match[0][0].isupper() or not in_capitals
    ]
    taken: list[Named] = []
    for each in sorted(found, key=lambda n: (n.start - n.end, n.start, n.company)):
        if all(each.end <= other.start or other.end <= each.start for other in taken):
            taken.append(each)
    return tuple(sorted(taken, key=lambda n: n.start))


def documents_of_others(companies: Sequence[str], documents: Documents) -> frozenset[str]:
    """Return the doc_ids of what is filed by a company that is none of these, however each is spelled."""
    wanted = {short_name(company).lower() for company in companies}
    return frozenset(
        doc_id
        for doc_id, told in documents.items()
        if told.get("company") and short_name(told["company"]).lower() not in wanted
    )


def as_the_company(question: str, named: Iterable[Named]) -> str:
    """Return a question as a company's own filings would put it, who call themselves "the Company".

    Example: "What did Apple Inc. earn?" -> "What did the company earn?"
    """
    for each in sorted(named, key=lambda n: -n.start):
        ending = _ENDING.match(question, each.end)
        before = re.sub(r"\bthe\s+$", "", question[: each.start], flags=re.IGNORECASE)
        called = "the company" if before.strip() else "The company"
        question = before + called + question[ending.end() if ending else each.end :]
    return question


@cache
def short_name(company: str) -> str:
    """Return a company's name as people say it: "The PROCTER & GAMBLE CO" -> "PROCTER & GAMBLE"."""
    name = _STATE.sub("", " ".join(company.split()))
    name = re.sub(r"^the\s+", "", name, flags=re.IGNORECASE)
    while (shorter := _LAST_LEGAL.sub("", name).rstrip(" ,.&")) != name and shorter:
        name = shorter
    return name


@cache
def aliases(company: str) -> tuple[str, ...]:
    """Return what a company is called: its name without "Inc.", without its trade, its initials.

    Example: "ADVANCED MICRO DEVICES, INC" -> ("ADVANCED MICRO DEVICES", "AMD")
    """
    name = short_name(company)
    found = [name, re.sub(r"\.com$", "", name, flags=re.IGNORECASE)]
    if (trade := _LAST_TRADE.sub("", name)) and trade.lower() not in _COMMON:
        found.append(trade)
    found += _initials(name)
    return tuple(dict.fromkeys(alias for alias in found if len(alias) >= LEAST_CHARACTERS))


def _initials(name: str) -> Iterator[str]:
    """Yield the initials of three words or more, and of two joined by "&": "P&G"."""
    words = re.findall(r"[A-Za-z][\w'’-]*|&", name)
    initials = "".join(word[0].upper() for word in words)
    if len(words) >= LEAST_CHARACTERS and initials not in _NO_INITIALS:
        yield initials


@cache
def _pattern(alias: str) -> re.Pattern[str]:
    """Return what finds an alias as a whole name."""
    words = r"\s+".join(re.escape(word) for word in alias.split())
    return re.compile(rf"(?<![\w&]){words}(?![\w&])", re.IGNORECASE)
