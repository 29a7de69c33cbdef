"""Which documents are meant: conditions on what is known of them, "form=10-K" and "date>=2023-01-01".

    "company=Apple" -> Condition -> Where -> the documents that it admits, or one line on why there are none

Pure: it knows fields (`bot/about.py`) and no collection or page. Several conditions must all hold.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol, TypeVar

from bot.about import fields_of
from bot.dates import iso_date
from bot.errors import UsageError

SYNTAX = "write FIELD=VALUE, as company=Apple, form!=8-K or, in quotes, 'date>=2023-01-01'"
IN_WORDS = frozenset("company title publisher source site author".split())  # found by some of their words
DATES = frozenset("date filed period".split())
MOST_NAMED = 6  # values, or fields, in a line
VALUE_CHARACTERS = 40  # of each of them
_FIELD = r"(?!\d)(?:(?!\band\b)[\w .:-]){1,99}?"  # begins with no digit; "and" joins conditions
_OPERATOR = r"(?:!=|>=|<=|=|>|<)"
_CONDITION = re.compile(
    rf"\s*+(?P<field>{_FIELD})\s*(?P<operator>{_OPERATOR})\s*(?P<value>.*?)\s*", re.DOTALL
)
_NEXT = re.compile(rf"(?:[;,\n]|\band\b)\s*+(?={_FIELD}\s*{_OPERATOR})", re.IGNORECASE)
_ISO = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")
_NUMBER = re.compile(r"[+-]?\d+(?:,\d{3})*(?:\.\d+)?")
_AS_DATE = "give one as 2023-01-31, 2023-01 or 2023"
_ORDERS: dict[str, Callable[[float, float], bool]] = {
    ">=": operator.ge, ">": operator.gt, "<=": operator.le, "<": operator.lt,
}  # fmt: skip
Fields = Mapping[str, str]
Days = tuple[str, str]  # first and last, ISO


@dataclass(frozen=True)
class Condition:
    """One field compared with one value. `field` in small letters, as `fields_of` has it."""

    field: str
    operator: str
    value: str

    def __str__(self) -> str:
        return f"{self.field}{self.operator}{self.value}"

    def admits(self, fields: Fields) -> bool:
        """Tell whether it holds of a document; what lacks the field is unlike any value, and never more."""
        told = fields.get(self.field)
        if told is None:
            return self.operator == "!="
        if self.operator == "!=":
            return not self._equals(told)
        return self._equals(told) if self.operator == "=" else self._is_ordered(told)

    @cached_property
    def days(self) -> Days | None:
        """The days that the value stands for, None where it is no date: "2023-05" is all of May."""
        return days_of(self.value)

    def _equals(self, told: str) -> bool:
        if self.field in DATES and (wanted := self.days):
            found = days_of(told)
            return found is not None and wanted[0] <= found[0] and found[1] <= wanted[1]
        if self.field in IN_WORDS:
            return _holds(_words(told), _words(self.value))
        return _plain(self.field, told) == _plain(self.field, self.value)

    def _is_ordered(self, told: str) -> bool:
        if self.field not in DATES and _NUMBER.fullmatch(self.value) and _NUMBER.fullmatch(told.strip()):
            return _ORDERS[self.operator](_number(told), _number(self.value))
        found, wanted = days_of(told), self.days
        if found is None or wanted is None:
            return False
        first, last = wanted
        return {
            ">=": found[0] >= first, ">": found[0] > last, "<=": found[1] <= last, "<": found[1] < first,
        }[self.operator]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Where:
    """Conditions that must all hold; without any, every document is meant."""

    conditions: tuple[Condition, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.conditions)

    def __str__(self) -> str:
        return "; ".join(map(str, self.conditions))

    def admits(self, fields: Fields) -> bool:
        """Tell whether a document with these fields is meant."""
        return all(condition.admits(fields) for condition in self.conditions)

    def chosen(self, documents: Mapping[str, Fields], collection: str) -> frozenset[str]:
        """Return the keys of the documents that are meant, at least one.

        Raises:
            UsageError: no document has a field of that name, or none has what is asked of it; the line names
                the fields, or the values, that there are.
        """
        left = dict(documents)
        for i, condition in enumerate(self.conditions):
            _require_field(condition, documents.values(), collection)
            admitted = {key: fields for key, fields in left.items() if condition.admits(fields)}
            if not admitted:
                raise UsageError(_none_left(self.conditions[:i], condition, left.values(), collection))
            left = admitted
        return frozenset(left)


EVERYWHERE = Where()


class Described(Protocol):
    """A document, with its text or without."""

    @property
    def doc_id(self) -> str:
        """Name of this version of it."""

    @property
    def title(self) -> str:
        """What it is called."""

    @property
    def metadata(self) -> Mapping[str, str]:
        """What is known of it beside its text."""


D = TypeVar("D", bound=Described)


def chosen(documents: Sequence[D], where: Where, collection: str) -> Sequence[D]:
    """Return the documents that are meant, in their order.

    Raises:
        UsageError: as `Where.chosen`.
    """
    if not where:
        return documents
    fields = {each.doc_id: fields_of(each.title, each.metadata) for each in documents}
    meant = where.chosen(fields, collection)
    return [each for each in documents if each.doc_id in meant]


def where_of(written: Iterable[str]) -> Where:
    """Read conditions, each as it is written: ["form=10-K", "date>=2023"].

    Raises:
        UsageError: one of them is none, or compares with what is neither a date nor a number.
    """
    return Where(tuple(_condition(each) for each in written))


def where_in(line: str) -> Where:
    """Read the conditions of one line: "form=10-K; company=Apple and date>=2023". "" means every document.

    Raises:
        UsageError: as `where_of`.
    """
    return where_of(filter(str.strip, _NEXT.split(line)))


def days_of(written: str) -> Days | None:
    """Return the first and the last day of what is written, None where it is no date.

    Example: "2023-02" -> ("2023-02-01", "2023-02-31"), which is compared and never shown.
    """
    if found := _ISO.fullmatch(written.strip()):
        year, month, day = found.groups()
        if day is None and (month is None or "01" <= month <= "12"):
            return f"{year}-{month or '01'}-01", f"{year}-{month or '12'}-31"
    day = iso_date(written)
    return (day, day) if day else None


def _condition(written: str) -> Condition:
    found = _CONDITION.fullmatch(written)
    if found is None or not found["value"]:
        raise UsageError(f"{_short(written)!r} is no condition: {SYNTAX}")
    condition = Condition(found["field"].strip().casefold(), found["operator"], found["value"])
    if condition.field in DATES and condition.days is None:
        raise UsageError(f"{_short(condition.value)!r} in {_short(written)!r} is no date: {_AS_DATE}")
    if condition.operator in _ORDERS and not (condition.days or _NUMBER.fullmatch(condition.value)):
        raise UsageError(
            f"{_short(condition.value)!r} in {_short(written)!r} is neither a date nor a number, "
            f"and only those come before or after others: compare it with = or !="
        )
    if condition.field in IN_WORDS and not _words(condition.value):
        raise UsageError(f"{_short(written)!r} has no word to look for: {SYNTAX}")
    return condition


def _require_field(condition: Condition, documents: Iterable[Fields], collection: str) -> None:
    known = {name for fields in documents for name in fields}
    if condition.field not in known:
        named = _some(sorted(known)) or "none"
        raise UsageError(
            f"no document of {collection!r} has a field {_short(condition.field)!r}; there are: {named}"
        )


def _none_left(
    held: Iterable[Condition], condition: Condition, left: Iterable[Fields], collection: str
) -> str:
    """Say that no document is left, and what the field at fault is in those that were."""
    among = " and ".join(map(str, held))
    values = sorted({fields[condition.field] for fields in left if condition.field in fields})
    if condition.field in DATES and len(values) > 2:
        there = f"{condition.field} runs from {_short(values[0])} to {_short(values[-1])}"
    else:
        there = f"{condition.field} is: {_some(values)}" if values else f"none has a {condition.field}"
    of = f"of {collection!r} with {among}" if among else f"of {collection!r}"
    return f"no document {of} has {_short(str(condition))}; there {there}"


def _some(values: list[str]) -> str:
    left = len(values) - MOST_NAMED
    return ", ".join(map(_short, values[:MOST_NAMED])) + (f" and {left} more" if left > 0 else "")


def _short(value: str) -> str:
    value = " ".join(value.split())
    return value if len(value) <= VALUE_CHARACTERS else f"{value[: VALUE_CHARACTERS - 1]}…"


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


def _holds(words: list[str], wanted: list[str]) -> bool:
    """Tell whether all of `wanted` stands in `words`, in a row."""
    n = len(wanted)
    return any(words[i : i + n] == wanted for i in range(len(words) - n + 1))


def _plain(field: str, value: str) -> str:
    """Return a value as it is compared; how a form is spaced does not matter: "10k" is "10-K"."""
    plain = " ".join(value.casefold().split())
    return re.sub(r"[\s-]", "", plain) if field == "form" else plain


def _number(written: str) -> float:
    return float(written.replace(",", ""))
