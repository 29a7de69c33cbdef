"""A filing as EDGAR keeps it: one text file with an SGML header and several documents, some of them encoded.

    <SEC-HEADER> ... <DOCUMENT><TYPE>10-K<SEQUENCE>1<TEXT> the report </TEXT></DOCUMENT> <DOCUMENT> ...

Gives the words of those documents that are text or pages; pictures, archives and data files stay out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_BEGINS = (
    "<SEC-DOCUMENT>",
    "<IMS-DOCUMENT>",
    "<SUBMISSION>",
    "<DOCUMENT>",
    "-----BEGIN PRIVACY-ENHANCED MESSAGE",
)
_TYPE = re.compile(r"<TYPE>([^\n<]*)")
_LEFT_OUT = re.compile(r"GRAPHIC|ZIP|EXCEL|JSON|PDF|XML|COVER|EX-10[0-9]\.|EX-27\b", re.IGNORECASE)
_ENCODED = re.compile(r"begin \d{3} |<(?:PDF|XBRL|XML|JSON|EXCEL|ZIP)>", re.IGNORECASE)
_MARKUP = re.compile(r"<(?:html|body|div|p|table|font)\b[^>]*>", re.IGNORECASE)
_LAYOUT = re.compile(r"<PAGE>[^\S\n]*\d*|</?(?:TABLE|CAPTION|S|C|FN|F\d)>")  # of plain text; no words


def is_submission(text: str) -> bool:
    """Tell whether a text begins as EDGAR's files do."""
    return text[:1_000].lstrip("\ufeff \r\n\t").startswith(_BEGINS)


def documents(text: str) -> str:
    """Return the words and pages of a submission in order; all of the text where none is marked off."""
    found = list(_documents(text))
    return "\n\n".join(found) if found else text


def is_marked_up(text: str) -> bool:
    """Tell whether documents are web pages; the <TABLE> of plain text, always in capitals, is none."""
    return any(match[0] != "<TABLE>" for match in _MARKUP.finditer(text[:100_000]))


def without_layout(text: str) -> str:
    r"""Take the marks for pages and columns out of plain text: "<PAGE>\nItem 2" -> "\nItem 2"."""
    return _LAYOUT.sub("", text)


def _documents(text: str) -> Iterator[str]:
    for piece in text.split("<DOCUMENT>")[1:]:
        head, _, body = piece.partition("</DOCUMENT>")[0].partition("<TEXT>")
        kind = _TYPE.search(head)
        body = body.rpartition("</TEXT>")[0] or body
        if body.strip() and not (kind and _LEFT_OUT.search(kind[1])) and not _ENCODED.match(body.lstrip()):
            yield body.strip("\r\n")
