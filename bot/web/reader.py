"""A document to read: its canonical text as headings, paragraphs and tables, the cited words marked.

    document, window, marks -> HTML

The text between the tags is exactly the window's: every character of it once and in order, white space at
line ends and the bars of table rows aside. A long document is shown a window at a time.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from bot.datatypes import Document
from bot.tables import is_table_row
from bot.tagged import fact_line, facts_within
from bot.web.markup import block, escape, tag, text_tag

FACT = "fact"
BESIDE = "beside"
CELL = "quote cell"
SAYS_WHAT = "Its row, column, unit and table"
WINDOW_CHARACTERS = 40_000  # of a document at once: about 20 printed pages


@dataclass(frozen=True, slots=True)
class Mark:
    """A range to be marked: "quote", "quote cell", "beside" (what one is cited with), "near" or "fact".

    `title` is what the filing says of a figure, shown when one points at it; of what is cited with a row or
    a cell it is what that is to it: "Column".
    """

    start: int
    end: int
    kind: str = "quote"
    title: str = ""


def fills_cell(text: str, start: int, end: int) -> bool:
    """Tell whether `text[start:end]` is all that stands in one cell of a table's row."""
    first, last = text.rfind("\n", 0, start) + 1, text.find("\n", end)
    before, after = text[first:start].strip(), text[end : last if last >= 0 else len(text)].strip()
    bounds = before[-1:] in ("", "|") and after[:1] in ("", "|")
    return bounds and bool(before or after) and not {"|", "\n"} & set(text[start:end])


def window_around(text: str, start: int, end: int) -> tuple[int, int]:
    """Return the window of a text that is shown with `[start, end)` in it, on whole lines where it can be."""
    spare = max(0, WINDOW_CHARACTERS - (end - start)) // 2
    first, last = max(0, start - spare), min(len(text), end + spare)
    if first > 0:
        line = text.find("\n", first, start)
        first = line + 1 if line >= 0 else first
    if last < len(text):
        line = text.rfind("\n", end, last)
        last = line if line >= 0 else last
    return first, last


def document_html(document: Document, window: tuple[int, int], marks: Sequence[Mark]) -> str:
    """Render a window of a document; buttons at its ends lead on where the text does."""
    first, last = window
    text = document.text
    before = _more("Earlier", max(0, first - WINDOW_CHARACTERS), first) if first > 0 else ""
    after = _more("Later", last, min(len(text), last + WINDOW_CHARACTERS)) if last < len(text) else ""
    return block(before, *_blocks(document, first, last, marks), after)


def _more(label: str, start: int, end: int) -> str:
    return text_tag("button", label, css=f"bot-more {label.lower()} from-{start} to-{end}", type="button")


def _blocks(document: Document, first: int, last: int, marks: Sequence[Mark]) -> Iterator[str]:
    """Yield the headings, paragraphs, tables and page breaks of a window."""
    levels = {section.start: section.level for section in document.sections}
    pages = {start: number for number, start in enumerate(document.page_starts, start=1)}
    rows: list[str] = []
    for start, end in _lines(document.text, first, last):
        line = document.text[start:end]
        told = [Mark(f.start, f.end, FACT, fact_line(f)) for f in facts_within(document.facts, start, end)]
        if is_table_row(line):
            rows.append(_row(line, start, [*marks, *told]))
            continue
        if rows:
            yield tag("div", tag("table", block(*rows)), css="bot-table", tabindex="0")
            rows = []
        if start in pages:
            yield text_tag("p", f"Page {pages[start]}", css="bot-page-number")
        if line.strip():
            name = f"h{min(levels[start] + 2, 6)}" if start in levels else "p"
            yield tag(name, marked_html(line, start, [*marks, *told]))
    if rows:
        yield tag("div", tag("table", block(*rows)), css="bot-table", tabindex="0")


def _lines(text: str, first: int, last: int) -> Iterator[tuple[int, int]]:
    start = first
    while start < last:
        end = text.find("\n", start, last)
        end = last if end < 0 else end
        yield start, end
        start = end + 1


def _row(line: str, start: int, marks: Sequence[Mark]) -> str:
    """Render a row of a table, a cell for what stands between two bars."""
    at, cells = 0, []
    for part in line.split("|"):
        cells.append(tag("td", marked_html(part.strip(), start + at + _lead(part), marks)))
        at += len(part) + 1
    return tag("tr", block(*cells))


def _lead(part: str) -> int:
    return len(part) - len(part.lstrip())


def marked_html(text: str, start: int, marks: Sequence[Mark]) -> str:
    """Escape a slice of a document that begins at `start`, with the marked parts of it in marks.

    Example: "one two", 0, [Mark(4, 7)] -> 'one <mark class="quote">two</mark>'
    """
    end = start + len(text)
    cuts = {start, end}
    for mark in marks:
        cuts |= {min(max(edge, start), end) for edge in (mark.start, mark.end)}
    edges = sorted(cuts)
    found = []
    for left, right in pairwise(edges):
        over = [mark for mark in marks if mark.start <= left and right <= mark.end]
        seen = next((mark for mark in over if mark.kind != FACT), None)
        words = escape(text[left - start : right - start])
        if told := "; ".join(mark.title for mark in over if mark.kind == FACT):
            words = tag("span", words, css="bot-fact", title=told)
        found.append(tag("mark", words, css=seen.kind, **titled(seen)) if seen else words)
    return block(*found)


def titled(mark: Mark) -> dict[str, str]:
    """Return the attribute that says what a mark is, none where nothing does."""
    return {"title": mark.title} if mark.title else {}


def legend(marks: Sequence[Mark]) -> str:
    """Say which mark is which where a cell is marked, and what it is cited with; "" elsewhere."""
    if not (any(mark.kind == CELL for mark in marks) and any(mark.kind == BESIDE for mark in marks)):
        return ""
    keys = text_tag("span", "Cited cell", css="bot-key cell"), text_tag("span", SAYS_WHAT, css="bot-key")
    return tag("p", block(*keys), css="bot-legend")
