"""The notes under a table: which of them a row's markers point at, found in the text as it is stored.

A marker stands behind words or a figure: "Services (1)", "1,646(2)", "Other*", "Sales¹", and a raised digit
as "Sales 1" or "Sales1". Its note opens a line below the table with the same marker: "(1) Includes ...",
"* Restated", "1Includes ...". A marker that no such line answers is none: "(3)" alone is minus three,
"401(k)" a plan, "10.74(b)" an exhibit, and "Level 1" a level. Notes are exact slices of the text; nothing
about them is stored.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bot.cells import cells_of, is_figure, is_year
from bot.datatypes import Context
from bot.tables import Span, is_table_row

NOTE = "note"  # the role
NEAR_CHARACTERS = 6_000  # of lines below the table that are looked through
FAR_CHARACTERS = 60_000  # below the row, rows of tables counted in
MAX_NOTE_CHARACTERS = 700  # a longer one is cut behind a sentence
MAX_NOTES = 6  # of one citation
MAX_LINES_BETWEEN = 5  # that are no notes, between table and notes or two of them: a page's foot and head
FULL_LINE = 90  # characters: a note that ends in such a line without a stop goes on below a blank one
MIN_WORDS = 2  # of a note

_RAISED = str.maketrans("¹²³⁰⁴⁵⁶⁷⁸⁹", "1230456789")
_SIGNS = r"\*{1,4}|\+{1,2}|#{1,2}|[†‡§¶]{1,3}"
_BRACKETED = re.compile(rf"\(\s?(\d{{1,2}}|[A-Za-z]{{1,2}}|{_SIGNS})\s?\)")
_SIGN = re.compile(rf"(?<=\S)\s?({_SIGNS})(?![*+#\w])|^({_SIGNS})$")
_RAISED_DIGIT = re.compile(r"[¹²³⁰⁴-⁹]{1,2}")
_LOW_DIGIT = re.compile(r"(?:(?<=\S) |(?<=[a-z]{3}))(\d)$")
_NUMBERED = re.compile(  # what a digit behind it numbers
    r"\b(?:level|tier|phase|stage|class|series|part|step|type|group|category|schedule|note|item|exhibit|zone|unit"
    r"|section|chapter|appendix|table|figure|page|version|day|week|quarter|year|q|no\.?|number|rule|plan|model"
    r"|jan\w*|feb\w*|mar\w*|apr\w*|may|june?|july?|aug\w*|sept?\w*|oct\w*|nov\w*|dec\w*)$",
    re.IGNORECASE,
)
_NO_MARKER_BEFORE = frozenset("$€£¥₹-–—−(")  # "$ (4)" is an amount
_NOTE = re.compile(
    rf"\s*\(\s?(\d{{1,2}}|[A-Za-z]{{1,2}}|{_SIGNS})\s?\)|\s*({_SIGNS})(?![*+#])|\s*([¹²³⁰⁴-⁹]{{1,2}})"
    r"|\s*(\d{1,2})(?=[ \t]?[A-Z“\"])"
)
_RULE = re.compile(r"[\s_\-–—=*.]+")
_STOPPED = re.compile(r"[.!?:;][\"”’)]*\s*$")
_STOP = re.compile(r"[.!?][\"”’)]*\s")


@dataclass(frozen=True, slots=True)
class _Marker:
    """A marker without its brackets; `is_plain`: a digit that only its place tells from another."""

    key: str
    is_plain: bool = False


def note_context(text: str, row_end: int, words: Iterable[str]) -> tuple[Context, ...]:
    """Return the notes that markers in `words` point at, as context of role "note", in the order of the text.

    Args:
        text: of the document.
        row_end: where the line of the cited row ends.
        words: what is cited: the row or cell, and what stands over it.
    """
    wanted = {marker for each in words for marker in markers(each)}
    if not wanted:
        return ()
    found: dict[str, Span] = {}
    is_counted = False  # the notes so far are numbered by plain digits from 1 on
    for marker, span in notes_below(text, row_end):
        if marker.is_plain:
            is_counted = is_counted or marker.key == "1"
            if not is_counted:
                continue
        if marker in wanted:
            found.setdefault(marker.key, span)
    spans = sorted(found.values())[:MAX_NOTES]
    return tuple(Context(NOTE, *span, text[slice(*span)]) for span in spans)


def told_notes(context: Iterable[Context]) -> list[str]:
    """Return the notes among what a citation stands beside, each in one line."""
    return [" ".join(part.quote.split()) for part in context if part.role == NOTE]


def markers(words: str) -> Iterator[_Marker]:
    """Yield what may be markers in a row's cells, or in other words: "Cash (1)(2) | (3)" -> 1, 2."""
    for i, cell in enumerate(cells_of(words, framed=False)):
        yield from _markers_of_cell(cell, is_label=i == 0)


def _markers_of_cell(cell: str, *, is_label: bool) -> Iterator[_Marker]:
    for match in _BRACKETED.finditer(cell):
        before, after = cell[: match.start()], cell[match.end() :].lstrip()
        is_part = match[1].isalpha() and before[-1:].isdigit() and (is_label or not is_figure(before))
        if not is_part and not (match[1].isdigit() and _is_amount(before.rstrip(), after)):
            yield _Marker(match[1])
    for match in _SIGN.finditer(cell):
        yield _Marker(match[1] or match[2])
    for match in _RAISED_DIGIT.finditer(cell):
        if match.start():
            yield _Marker(match[0].translate(_RAISED))
            yield _Marker(match[0].translate(_RAISED), is_plain=True)
    if (low := _LOW_DIGIT.search(cell)) and _may_be_raised(cell[: low.start()]):
        yield _Marker(low[1], is_plain=True)
        yield _Marker(low[1])


def _is_amount(before: str, after: str) -> bool:
    """Tell whether a number in brackets is one below zero: alone, behind a currency, or in per cent."""
    return not before or before[-1] in _NO_MARKER_BEFORE or after.startswith("%")


def _may_be_raised(before: str) -> bool:
    """Tell whether a digit may be a raised one: behind a figure, or words that it does not number."""
    return is_figure(before) or is_year(before) or (before[-1].isalpha() and not _NUMBERED.search(before))


def notes_below(text: str, row_end: int) -> Iterator[tuple[_Marker, Span]]:
    """Yield the notes below a row with their markers, until a line comes that ends them.

    They stand in rows of their own at the table's end, or in the lines below it. Another table in between is
    passed over before the first note. The first marker that comes again belongs to another table.
    """
    seen: set[_Marker] = set()
    n_between = 0
    for start, end in _lines(text, row_end):
        line = text[start:end]
        if not line.strip() or _RULE.fullmatch(line):
            continue
        found = _note(text, start, end)
        if found is None:
            if is_table_row(line):
                if seen:
                    return
                n_between = 0
            elif (n_between := n_between + 1) > MAX_LINES_BETWEEN:
                return
            continue
        if found[0] in seen:
            return
        n_between = 0
        for marker, span in _divided(text, *found):
            seen.add(marker)
            yield marker, (span[0], _cut(text, *span))


def _divided(text: str, marker: _Marker, span: Span) -> Iterator[tuple[_Marker, Span]]:
    """Yield a note, and those with the next numbers that a PDF has in the same paragraph, behind a stop."""
    start, end = span
    while marker.key.isdigit() and not marker.is_plain:
        following = _Marker(str(int(marker.key) + 1))
        found = re.compile(rf"[.!?][\"”’)]*(\s)\({following.key}\) ?[A-Z“]").search(text, start, end)
        if found is None:
            break
        yield marker, (start, found.start(1))
        marker, start = following, found.end(1)
    yield marker, (start, end)


def _note(text: str, start: int, end: int) -> tuple[_Marker, Span] | None:
    """Read a line that opens with a marker as a note, None where it is none: a row of figures, a list."""
    line = text[start:end]
    is_row = is_table_row(line)
    lead = len(line) - len(line.lstrip(" |"))
    match = _NOTE.match(line, lead)
    if match is None:
        return None
    bracketed, sign, raised, plain = match.groups()
    rest = line[match.end() :]
    if is_row and sum(bool(cell) for cell in cells_of(rest, framed=False)) != 1:
        return None
    if len(re.findall(r"[A-Za-z]{2,}", rest)) < MIN_WORDS:
        return None
    last = start + len(line.rstrip(" |")) if is_row else _end_of_note(text, end)
    key = bracketed or sign or (raised or plain).translate(_RAISED)
    return _Marker(key, is_plain=bool(raised or plain)), (start + lead, last)


def _end_of_note(text: str, end: int) -> int:
    """Return where a note ends that goes on in the next lines: before a blank line, a row or another note.

    In a PDF it may go on below a blank line: where its last line was full and did not end a sentence.
    """
    first = text.rfind("\n", 0, end) + 1
    for start, line_end in _lines(text, end):
        line = text[start:line_end]
        if not line.strip():
            if end - first < FULL_LINE or _STOPPED.search(text, first, end):
                return end
            continue
        if is_table_row(line) or _NOTE.match(line) or _RULE.fullmatch(line):
            return end
        first, end = start, line_end
    return end


def _cut(text: str, start: int, end: int) -> int:
    """Return the end of a note, or of the last of its sentences that are not too long together."""
    if end - start <= MAX_NOTE_CHARACTERS:
        return end
    stops = [match.start() + 1 for match in _STOP.finditer(text, start + 20, start + MAX_NOTE_CHARACTERS)]
    return stops[-1] if stops else text.rfind(" ", start, start + MAX_NOTE_CHARACTERS)


def _lines(text: str, after: int) -> Iterator[Span]:
    """Yield the lines behind the one that ends at `after`."""
    start, last, n_left = after + 1, min(len(text), after + FAR_CHARACTERS), NEAR_CHARACTERS
    while start < last and n_left > 0:
        end = text.find("\n", start, last)
        end = last if end < 0 else end
        yield start, end
        n_left -= 0 if is_table_row(text[start:end]) else end - start
        start = end + 1
