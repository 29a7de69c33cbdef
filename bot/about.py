"""What is known of a document beside its text, under the names that a filter and a citation use.

Metadata, as a parser or a corpus gave it, becomes `fields_of`, what `bot/where.py` compares, and `About`,
what is shown with each citation.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.dates import iso_date

_YEARLY, _QUARTERLY = ("10-K", "20-F", "40-F"), ("10-Q",)


@dataclass(frozen=True, slots=True)
class About:
    """Whose document it is and of when, "" for what is not known. Dates are ISO where they could be read.

    `company`, `form`, `period` (the day it ends, or is reported of) and `filed` are a filing's, `publisher`
    and `date` an article's.
    """

    company: str = ""
    form: str = ""
    period: str = ""
    filed: str = ""
    publisher: str = ""
    date: str = ""

    @property
    def line(self) -> str:
        """Say it in a few words: "Apple Inc., 10-K, year to 2023-09-30", "The Verge, 2023-11-01"."""
        if self.form:
            parts = (self.company, self.form, _period_words(self.form, self.period))
        else:
            parts = (self.company, self.publisher, self.date)
        return ", ".join(filter(None, parts))

    def as_json(self) -> dict[str, str]:
        """Return what is known of it, by name."""
        named = {name: getattr(self, name) for name in self.__slots__}
        return {name: value for name, value in named.items() if value}


NOTHING_KNOWN = About()


def about(metadata: Mapping[str, str]) -> About:
    """Return what a document's metadata says that is shown with its citations."""
    fields = fields_of("", metadata)
    is_filing = "form" in fields
    named = {name: fields.get(name, "") for name in ("company", "form", "period", "filed")}
    article = {} if is_filing else {"publisher": fields.get("publisher", ""), "date": _day(fields)}
    return About(**named, **article)


def fields_of(title: str, metadata: Mapping[str, str]) -> dict[str, str]:
    """Return all that a document can be chosen by: its title and metadata, names in small letters.

    "publisher" is its "source", else its "site". "date" is its own, else the day a filing was filed, else the
    end of its period. What is not known is left out.
    """
    fields = {name.casefold(): value for name, value in metadata.items()}
    derived = {
        "title": title,
        "publisher": _first(fields, "publisher", "source", "site"),
        "date": _first(fields, "date", "filed", "period"),
    }
    return {name: value for name, value in (fields | derived).items() if value}


def headed(title: str, known: About) -> tuple[str, str]:
    """Return what to call a document and what to say beside it, "" where the one says the other already.

    A filing's title is made of its facts ("Apple Inc. 10-K 2023-09-30"): they are said once, in words.
    """
    line = known.line
    stated = (known.company, known.form, known.period)
    if line and (not title or (known.form and title == " ".join(filter(None, stated)))):
        return line, ""
    return title, "" if line == title else line


def _first(fields: Mapping[str, str], *names: str) -> str:
    return next((fields[name] for name in names if fields.get(name)), "")


def _day(fields: Mapping[str, str]) -> str:
    written = fields.get("date", "")
    return iso_date(written) or written


def _period_words(form: str, period: str) -> str:
    if not period:
        return ""
    if form.startswith(_YEARLY):
        return f"year to {period}"
    return f"quarter to {period}" if form.startswith(_QUARTERLY) else period
