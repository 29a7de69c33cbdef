"""What a section's headings say of its weight. A pure function of the document's own sections. English."""

from __future__ import annotations

import re

from bot.datatypes import Document, Section

# Edmundson 1969 (the title method) and the usual parts of reports, papers and filings.
_CENTRAL = re.compile(
    r"\b(?:overview|summary|abstract|highlights|introduction|conclusions?|findings|recommendations?|decisions?"
    r"|outlook|results of operations|operating results|management['’]s discussion|financial condition"
    r"|net sales|revenues?|segment (?:results|operating performance)|business review|^results|liquidity"
    r"|(?:principal |key )?risk(?: factors|s)?|legal proceedings|litigation|the company|strategy)\b"
    r"|^(?:item )?1\.? business|^business\b|\bgeneral\b$",
    re.IGNORECASE,
)
_PERIPHERAL = re.compile(
    r"^notes?\b|\b(?:table of contents|index|exhibits?|signatures?|certifications?|polic(?:y|ies)"
    r"|pronouncements?|basis of (?:presentation|preparation)|accounting standards|use of estimates"
    r"|classification|definitions|glossary|references|bibliography|acknowledge?ments|appendix"
    r"|accountant fees|about (?:us|the authors?)|internal control|controls and procedures|registered"
    r"|registrant|mine safety|disclosure regarding|form (?:8|10)-[kq]|cover page|contact|related articles"
    r"|leases|held for sale|fair value|stockholders['’] equity|balance sheets?|statements? of"
    r"|financial statements|notes to)\b",
    re.IGNORECASE,
)


def weight_of(document: Document, section: Section) -> float:
    """Return 1 for a central part, -1 for a peripheral one, else 0.

    The nearest heading that says anything decides: its own, or one of those that it stands under.
    """
    over = [s for s in document.sections if s.start <= section.start < s.end and s.title != section.title]
    for title in (section.title, *(s.title for s in sorted(over, key=lambda s: -s.start))):
        if _PERIPHERAL.search(title):
            return -1.0
        if _CENTRAL.search(title):
            return 1.0
    return 0.0
