"""What a filing with the SEC says about itself: company, form, period of report, day of filing.

Three places are asked, the surest first: facts tagged in inline XBRL ("dei:EntityRegistrantName"), the SGML
header that old submissions begin with ("CONFORMED PERIOD OF REPORT: 19990630"), and the words of the cover
page. Only what one of them states is told. A page that names no form in one of these ways is no filing:
an article about a 10-K mentions it within a sentence, not in a line of its own under the Commission's name.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from lxml import etree

from bot.dates import DATE, iso, iso_date
from bot.parse.cleaning import one_line

HEADER_CHARACTERS = 20_000  # of a file, in which its SGML header ends
_COVER_CHARACTERS = 12_000  # of the text, in which the cover page ends
_FORM = (
    r"(?:10\s?-?\s?K(?:-?(?:405|SB|T))?|10\s?-?\s?Q(?:-?(?:SB|T))?|8\s?-?\s?K|20\s?-\s?F|40\s?-\s?F|6\s?-\s?K)"
    r"(?:\s?/\s?A)?"
)
_ANY_FORM = re.compile(rf"{_FORM}|[A-Z0-9][A-Z0-9 /-]{{0,14}}")
_COVER_FORM = re.compile(
    rf"^[\s|]*FORM[\s|]+(?P<form>{_FORM})[\s|,.:-]*"
    r"(?:(?:[(\[]|ANNUAL|QUARTERLY|CURRENT|AMENDMENT|FOR THE).*)?$",
    re.IGNORECASE | re.MULTILINE,
)
_COMMISSION = re.compile(
    r"^.{0,60}SECURITIES\s+AND\s+EXCHANGE\s+COMMISSION.{0,40}$", re.IGNORECASE | re.MULTILINE
)
_ENDED = re.compile(
    r"\bfor\s+the\s+(?:(?:fiscal|calendar|quarterly|transition|\w+[ -](?:month|week)s?)\s+)*"
    rf"(?:year|quarter|period)\s+end(?:ed|ing):?[\s|_]*(?-i:{DATE})",
    re.IGNORECASE,
)
_REPORTED = re.compile(rf"date\s+of\s+(?:earliest|report)\b[^\d]{{0,120}}?(?-i:{DATE})", re.IGNORECASE)
_REPORTED_ABOVE = re.compile(rf"(?-i:{DATE})[\s|_]*\(?date\s+of\s+(?:report|earliest)", re.IGNORECASE)
_FILED = re.compile(
    rf"\bas\s+filed\s+with\s+the\s+securities\s+and\s+exchange\s+commission\s+on\s+(?-i:{DATE})", re.I
)
_REGISTRANT = re.compile(
    r"^(?P<company>[^\n]{2,120})\n[\s|_=-]{0,200}\(?\s{0,20}exact\s+name\s+of\s+(?:the\s+)?(?:registrant|small)",
    re.I | re.M,
)
_BELOW_FILE_NUMBER = re.compile(  # where the name is not labelled
    r"commission\s+file\s+n(?:umber|o\.?):?[\s|]*[\w-]+[\s|]*\n+"
    r"(?P<company>(?-i:[A-Z0-9][A-Z0-9 .,&'’/-]{2,80}))\n",
    re.I,
)
_HEADER = {
    "form": re.compile(r"^(?:<TYPE>|CONFORMED SUBMISSION TYPE:)[^\S\n]*(\S[^\n<]*)", re.MULTILINE),
    "company": re.compile(r"^\s*COMPANY CONFORMED NAME:[^\S\n]*(\S[^\n]*)", re.MULTILINE),
    "period": re.compile(r"^CONFORMED PERIOD OF REPORT:[^\S\n]*(\S[^\n]*)", re.MULTILINE),
    "filed": re.compile(r"^FILED AS OF DATE:[^\S\n]*(\S[^\n]*)", re.MULTILINE),
}
_TAGGED = {
    "dei:documenttype": "form",
    "dei:entityregistrantname": "company",
    "dei:documentperiodenddate": "period",
}


def about_filing(text: str, source: str, tagged: Mapping[str, str]) -> dict[str, str]:
    """Return "form", "company", "period", "filed" as far as stated; {} where the document is no filing.

    Args:
        text: canonical text.
        source: the file's characters as they came, for its SGML header.
        tagged: what `tagged_facts` found.
    """
    pages = tuple(_dates_written_alike(found) for found in (tagged, _of_header(source), _of_cover(text)))
    told: dict[str, str] = {}
    for key in ("form", "company", "period", "filed"):
        told[key] = next((page[key] for page in pages if page.get(key)), "")
    return {key: value for key, value in told.items() if value} if told["form"] else {}


def filing_title(about: Mapping[str, str]) -> str:
    """Name a filing by its facts, "" where they do not name a company: "Acme Corp 10-K 2023-12-31"."""
    if "company" not in about or "form" not in about:
        return ""
    return " ".join(about[key] for key in ("company", "form", "period") if key in about)


def tagged_facts(root: etree._Element) -> dict[str, str]:
    """Return what a page's inline XBRL tags say of its form, company and period."""
    found: dict[str, str] = {}
    for element in root.iter("{*}nonNumeric", "ix:nonnumeric", "ix:nonNumeric"):
        key = _TAGGED.get((element.get("name") or "").lower())
        if key and key not in found and (value := one_line("".join(element.itertext()))):
            found[key] = value
    return found


def _of_header(source: str) -> dict[str, str]:
    """Return what the SGML header of a submission says."""
    head = source[:HEADER_CHARACTERS]
    if "<DOCUMENT>" not in head and "<SEC-" not in head:
        return {}
    found = {key: match[1].strip() for key, words in _HEADER.items() if (match := words.search(head))}
    return found if _ANY_FORM.fullmatch(found.get("form", "")) else {}


def _of_cover(text: str) -> dict[str, str]:
    """Return what the cover page says, {} where the text does not begin with one."""
    cover = re.sub("[\u2010-\u2015]", "-", text[:_COVER_CHARACTERS]).replace("\u00a0", " ")
    form = _COVER_FORM.search(cover)
    if form is None or _COMMISSION.search(cover) is None:
        return {}
    company, filed = _REGISTRANT.search(cover) or _BELOW_FILE_NUMBER.search(cover), _FILED.search(cover)
    period = _ENDED.search(cover) or _REPORTED_ABOVE.search(cover) or _REPORTED.search(cover)
    return {
        "form": form["form"],
        "company": " ".join(company["company"].replace("|", " ").split()) if company else "",
        "period": iso(period) if period else "",
        "filed": iso(filed) if filed else "",
    }


def _dates_written_alike(found: Mapping[str, str]) -> dict[str, str]:
    """Write dates as ISO and the form as the Commission does: "10k / A" -> "10-K/A"."""
    told = {key: one_line(value) for key, value in found.items()}
    for key in ("period", "filed"):
        told[key] = iso_date(told.get(key, ""))
    form = re.sub(r"\s*([-/])\s*", r"\1", told.get("form", "")).upper()
    told["form"] = re.sub(r"^(10|8)\s?([KQ])", r"\1-\2", form)
    return told
