"""Running heads and feet of a PDF's pages, and page numbers: lines at a page's edge that come again.

They are peeled off from the outside: a line goes when the same words stand at the edge of other pages, a
number in them aside that counts the pages; the line that is then outermost is looked at next. Heads of a
table's columns stay, however many pages begin with them, and so do headings that are numbered.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import takewhile
from statistics import median

from bot.parse.pdflines import Run, is_figure

_MIN_PAGES = 3  # that a line must stand on
_DEPTH = 4  # lines at each edge that may be running heads
_MAX_CHARACTERS = 120
_MAX_NAMED_SHARE = 0.5  # of the pages that must end in their number before it counts beside any words
_NEAR = 2.0  # heights of a letter, up to which a line over heads of columns is one of them
_SMALLER = 0.95  # share of the page's usual letters below which a line at the top is no heading
_NUMBER = re.compile(r"\d+")
_YEAR = re.compile(r"(?:19|20)\d\d")
_WORDS_AND_NUMBER = re.compile(r"[^\W\d]\D*\s#?\d{1,4}")
_PAGE = re.compile(r"\bpage\b|^p\.", re.IGNORECASE)

_SIGNED = re.compile(r"(?:dated?:?\s*)?[a-z]{3,9}\.? \d{1,2}, \d{4}")  # the foot of a letter

Key = tuple[str, int | None]


def without_running_heads(pages: Sequence[Sequence[Run]]) -> list[list[Run]]:
    """Return the lines of each page, in their order, without running heads, feet and page numbers."""
    edges = [_edges(runs) for runs in pages]
    headings = {id(run) for runs in pages for run in _numbered_headings(runs)}
    keys = [
        {id(run): set(_keys(run, number, is_heading=id(run) in headings)) for edge in both for run in edge}
        for number, both in enumerate(edges)
    ]
    seen: dict[Key, set[int]] = defaultdict(set)
    for number, of_page in enumerate(keys):
        for key in set().union(*of_page.values()):
            seen[key].add(number)
    running = {key for key, found in seen.items() if _is_running(key, found)}
    feet = Counter(offset for number, both in enumerate(edges) for offset in _last_numbers(both, number))
    numbered = {offset for offset, n in feet.items() if n >= max(_MIN_PAGES, _MAX_NAMED_SHARE * len(pages))}
    gone: set[int] = set()
    for number, both in enumerate(edges):
        again = {name for name, of_run in keys[number].items() if not running.isdisjoint(of_run)}
        again |= {
            id(run)
            for edge in both
            for run in edge
            if id(run) not in headings and _is_short(run) and not numbered.isdisjoint(_ending(run, number))
        }
        gone |= {name for edge in both for name in takewhile(again.__contains__, map(id, edge))}
    kept = [[run for run in runs if id(run) not in gone] for runs in pages]
    return kept if any(kept) else [list(runs) for runs in pages]  # the same few words on every page are text


def _is_running(key: Key, found: set[int]) -> bool:
    """Tell whether a line stands on pages that follow each other, or on every other one."""
    if key[1] is not None or len(found) < _MIN_PAGES:
        return len(found) >= _MIN_PAGES
    return sum(n + 1 in found or n + 2 in found for n in found) >= _MIN_PAGES - 1


def _edges(runs: Sequence[Run]) -> tuple[list[Run], list[Run]]:
    """Return a page's lines from the top and from the bottom, the outermost first, up to a table's heads."""
    downwards = sorted(runs, key=lambda run: -run.line.bottom)
    stay = set(map(id, _heads_of_columns(downwards)))
    top, bottom = (
        list(takewhile(lambda run: id(run) not in stay, edge[:_DEPTH]))
        for edge in (downwards, downwards[::-1])
    )
    return top, bottom


def _heads_of_columns(downwards: Sequence[Run]) -> list[Run]:
    """Return the first lines of a page that stand over the columns of a row of figures just below them."""
    for i in range(min(_DEPTH, len(downwards)) - 1, -1, -1):
        below = downwards[i + 1 : i + 1 + _DEPTH]
        row = next((run for run in below if sum(map(_is_amount, run.pieces)) > 1), None)
        if row is not None and _stands_over(downwards[i], row):
            start = i
            while start and _is_over_heads(downwards[start - 1], downwards[start], row):
                start -= 1
            return list(downwards[start : i + 1])
    return []


def _stands_over(run: Run, row: Run) -> bool:
    """Tell whether each figure of a row has a piece of a line over it, and one piece of its own."""
    figures = [piece.line for piece in row.pieces if _is_amount(piece)]
    over = [
        [i for i, part in enumerate(run.parts) if part.line.left < to.right and to.left < part.line.right]
        for to in figures
    ]
    heads = {i for found in over for i in found}
    return all(over) and len(heads) == len(figures) and not any(_is_amount(run.parts[i]) for i in heads)


def _is_over_heads(run: Run, heads: Run, row: Run) -> bool:
    """Tell whether a line just above heads of columns, as "Year ended", stands over figures only."""
    distance = run.line.bottom - heads.line.bottom
    figures = [piece.line.left for piece in row.pieces if _is_amount(piece)]
    near = distance <= _NEAR * max(run.line.height, heads.line.height)
    middle = (row.line.left + figures[0]) / 2
    return near and run.line.left >= middle


def _numbered_headings(runs: Sequence[Run]) -> Iterator[Run]:
    """Yield lines in a page's upper half that read as "Question 4" does, in letters like the text's."""
    downwards = sorted(runs, key=lambda run: -run.line.bottom)
    usual = median(run.line.height for run in runs) if runs else 0.0
    for run in downwards[: min(_DEPTH, len(runs) // 2)]:
        words = run.line.text.strip()
        is_like_text = not run.pieces and run.line.height >= _SMALLER * usual
        if is_like_text and not _PAGE.search(words) and _WORDS_AND_NUMBER.fullmatch(words):
            yield run


def _keys(run: Run, number: int, *, is_heading: bool) -> Iterator[Key]:
    """Yield what a line has in common with its like on other pages: its words, one number counted along.

    A numbered heading counts along as well, and is no running head for that.
    """
    text = " ".join(run.line.text.split()).casefold()
    if not _is_short(run) or any(map(_is_amount, run.pieces)):
        return
    found = list(_NUMBER.finditer(text))
    if any(map(str.isalpha, text)) and not _SIGNED.fullmatch(text):
        yield text, None
    for match in {found[0], found[-1]} if found and not is_heading else ():
        if len(match[0]) <= 4 and not _YEAR.fullmatch(match[0]):
            yield f"{text[: match.start()]}#{text[match.end() :]}", int(match[0]) - number


def _last_numbers(both: Sequence[Sequence[Run]], number: int) -> Iterator[int]:
    """Yield how far a page's foot is from the count of pages, where it ends in a number."""
    for run in both[1][:1]:
        yield from _ending(run, number)


def _ending(run: Run, number: int) -> Iterator[int]:
    found = re.search(r"(?:^|\s)(\d{1,4})$", run.line.text.strip())
    if found:
        yield int(found[1]) - number


def _is_amount(piece: Run) -> bool:
    """Tell whether a piece is a figure of a table's row, and no page's number."""
    text = piece.line.text
    return is_figure(text) and not (text.isdigit() and len(text) <= 4)


def _is_short(run: Run) -> bool:
    return len(run.line.text) <= _MAX_CHARACTERS and len(run.pieces) <= 3
