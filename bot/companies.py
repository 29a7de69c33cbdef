"""What companies are called, and where a question names them. Pure functions, before search.

A filing speaks for its own company: "our chief executive" in one of Intel is Intel's. So a question that
names a company whose filings are in the collection is not answered from the filings of others. In doubt a
word is no name, and then nothing is left out.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

Documents = Mapping[str, Mapping[str, str]]  # what is known of each by its doc_id: `Retriever.documents`

NAME_CHARACTERS = 120  # of a company's name that are looked at
_FILED = re.compile(r"(?:10|8|6|20|40|11)-?[KQF]|[SF]-\d|DEF|ARS", re.IGNORECASE)
_LEGAL = frozenset(
    "inc incorporated corp corporation company companies co ltd limited plc llc lp ag se nv sa".split()
)
_TRADE = frozenset(  # a company is called without it, if a name is left: "Medicis" Pharmaceutical
    "pharmaceutical pharmaceuticals technology technologies systems platforms semiconductor semiconductors"
    " motor motors energy financial stores foods brands industries international therapeutics laboratories"
    " networks software entertainment airlines communications enterprises resources services solutions"
    " worldwide global holding holdings group trust".split()
)
_STATE = re.compile(r"\s*[/\\][A-Z]{2,3}[/\\]?$")  # EDGAR's "INTEL CORP /DE/"
_EVERYDAY = frozenset(  # words and places: names only with a capital inside a sentence, or with "'s"
    """advanced alaska american apa applied bank best block booking boston box british canadian capital cash
    central chemical china chase city coastal consolidated delta digital discovery dollar dynamic eastern
    electric electronic european express first focus frontier gap general global gold green guess health
    home independent integrated international key knowledge liberty life limited live match medical mobile
    motor national natural new news northern old oracle pacific patriot power premier prime principal
    progressive prudential public quality retail shell simply slack snap southern southwest sprint square
    standard star state sun target technology texas total trust union united unity universal us value visa
    visual vital western world zoom""".split()
)
_NO_NAMES = frozenset(  # stand for something else in any question
    """ceo cfo coo cto cio sec usa u.s us uk eu eps ipo esg irs fda ftc doj gdp cpi roi etf llc api pdf it ai
    mac r&d q&a m&a p&l""".split()
)
LEAST_CHARACTERS = 3  # of what leaves documents out; a shorter one is too often something else
_ENDINGS = (
    "Inc|INC|Corp|CORP|Corporation|CORPORATION|Company|COMPANY|Co|CO|Ltd|LTD|Limited|LIMITED|LLC|plc|PLC"
)
_ENDING = re.compile(rf"(?:,?\s+(?:{_ENDINGS})\b\.?)+")


@dataclass(frozen=True, slots=True)
class Named:
    """A company where a question names it, `question[start:end]`; `company` as the collection has it."""

    start: int
    end: int
    company: str


def is_filing(told: Mapping[str, str]) -> bool:
    """Tell whether what is known of a document makes it the filing of a company."""
    return bool(filer_of(told))


def filer_of(told: Mapping[str, str]) -> str:
    """Return the key of the company whose filing a document is, "" where it is none."""
    company = told.get("company", "")
    return key_of(company) if company and _FILED.match(told.get("form", "")) else ""


def key_of(company: str) -> str:
    """Return what is the same however a company is spelled: of "Intel Corp" and "INTEL CORP /DE/"."""
    return short_name(company).lower()


def companies_of(documents: Documents) -> tuple[str, ...]:
    """Return the companies whose filings the collection has, each once, sorted."""
    return tuple(sorted({told["company"] for told in documents.values() if is_filing(told)}))


def named_companies(question: str, companies: Iterable[str]) -> tuple[Named, ...]:
    """Return where a question names companies, in its order, of overlapping names the longest.

    Companies of the same name are all meant, unless one is called just so. A word that is an everyday one
    counts only as a name is written.

    Example: "How did Apple do?" of ("Apple Inc.", "INTEL CORP /DE/") -> (Named(8, 13, "Apple Inc."),)
    """
    in_capitals = question[1:] != question[1:].lower()
    found = [
        Named(match.start(), match.end(), company)
        for company in companies
        for alias in aliases(company)
        for match in _pattern(alias).finditer(question)
        if _is_name(question, match, in_capitals=in_capitals)
    ]
    by_span: dict[tuple[int, int], list[Named]] = defaultdict(list)
    for each in sorted(found, key=lambda n: n.company):
        by_span[each.start, each.end].append(each)
    taken: list[Named] = []
    for start, end in sorted(by_span, key=lambda span: (span[0] - span[1], span[0])):
        if all(end <= other.start or other.end <= start for other in taken):
            same = by_span[start, end]
            just_so = [n for n in same if key_of(n.company) == question[start:end].lower()]
            taken += just_so or same
    return tuple(sorted(taken, key=lambda n: (n.start, n.company)))


def documents_of_others(companies: Sequence[str], documents: Documents) -> frozenset[str]:
    """Return the doc_ids of what is filed by a company that is none of these, however each is spelled."""
    known = {"", *map(key_of, companies)}
    return frozenset(doc_id for doc_id, told in documents.items() if filer_of(told) not in known)


def as_the_company(question: str, named: Iterable[Named]) -> str:
    """Return a question as a company's own filings would put it, who call themselves "the Company".

    Example: "What did Apple Inc. earn?" -> "What did the company earn?"
    """
    for start, end in sorted({(each.start, each.end) for each in named}, reverse=True):
        ending = _ENDING.match(question, end)
        before = re.sub(r"\bthe\s+$", "", question[:start], flags=re.IGNORECASE)
        called = "the company" if before.strip() else "The company"
        question = before + called + question[ending.end() if ending else end :]
    return question


@cache
def short_name(company: str) -> str:
    """Return a company's name as people say it: "The PROCTER & GAMBLE CO" -> "PROCTER & GAMBLE"."""
    name = _STATE.sub("", " ".join(company[:NAME_CHARACTERS].split()))
    words = name.split()
    if len(words) > 1 and words[0].lower() == "the":
        words = words[1:]
    while len(words) > 1 and words[-1].strip(",.&").lower() in _LEGAL | {""}:
        words = words[:-1]
    return " ".join(words).rstrip(" ,.&")


@cache
def aliases(company: str) -> tuple[str, ...]:
    """Return what a company is called: its name without "Inc.", without its trade, its initials.

    Example: "ADVANCED MICRO DEVICES, INC" -> ("ADVANCED MICRO DEVICES", "AMD")
    """
    name = short_name(company)
    found = [name, re.sub(r"\.com$", "", name, flags=re.IGNORECASE)]
    words = name.split()
    if len(words) > 1 and words[-1].lower() in _TRADE:
        rest = " ".join(words[:-1])
        found += [rest] if rest.lower() not in _EVERYDAY else []
    found += _initials(name)
    return tuple(
        dict.fromkeys(
            alias for alias in found if len(alias) >= LEAST_CHARACTERS and alias.lower() not in _NO_NAMES
        )
    )


def mention_of(company: str) -> re.Pattern[str]:
    """Return what finds a company in a text: any of its names, and initials of two words in capitals."""
    words = re.findall(r"[A-Za-z][\w'’-]*", short_name(company))
    pair = "".join(word[0].upper() for word in words) if len(words) == 2 else ""
    known = "|".join(_words(alias) for alias in aliases(company)) or re.escape(company)
    return re.compile(rf"(?<![\w&])(?:(?i:{known}){f'|{pair}' if pair else ''})(?![\w&])")


def _is_name(question: str, match: re.Match[str], *, in_capitals: bool) -> bool:
    """Tell whether words are meant as a name: by capitals if the question has any, or by what they are."""
    owns = question[match.end() :].startswith(("'s", "’s"))
    if match[0].lower() in _EVERYDAY:
        return owns or (match[0][0].isupper() and match.start() > 0)
    return match[0][0].isupper() or not in_capitals


def _initials(name: str) -> Iterator[str]:
    """Yield the initials of three words or more, and of two joined by "&": "P&G"."""
    words = re.findall(r"[A-Za-z][\w'’-]*|&", name)
    if len(words) >= LEAST_CHARACTERS:
        yield "".join(word[0].upper() for word in words)


@cache
def _pattern(alias: str) -> re.Pattern[str]:
    """Return what finds an alias as a whole name."""
    return re.compile(rf"(?<![\w&]){_words(alias)}(?![\w&])", re.IGNORECASE)


def _words(alias: str) -> str:
    return r"\s+".join(re.escape(word) for word in alias.split())
