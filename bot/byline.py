"""Who published a document and when, in words that a question may name: "The Verge, November 1, 2023".

It stands at the head of a passage's searched text. Only where both are known: a date alone would make
every passage of a year alike.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

MAX_PUBLISHER_CHARACTERS = 60  # a longer "source" is a path, an address or a sentence
_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


def byline(metadata: Mapping[str, str]) -> str:
    """Return publisher and date in words, "" where either is not known.

    Example: source "The Post", date "2023-11-01T08:00Z" -> "The Post, November 1, 2023"
    """
    publisher = " ".join((metadata.get("source") or metadata.get("site") or "").split())
    found = _ISO_DATE.match(metadata.get("date", ""))
    if not publisher or len(publisher) > MAX_PUBLISHER_CHARACTERS or not found:
        return ""
    try:
        day = date.fromisoformat(found.group())
    except ValueError:
        return ""
    return f"{publisher}, {day:%B} {day.day}, {day.year}"
