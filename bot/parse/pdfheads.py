"""Running heads and feet of a PDF's pages, and page numbers: lines at a page's edge that come again.

They are peeled off from the outside: a line goes when the same words stand at the edge of other pages, a
number in them aside that counts the pages; the line that is then outermost is looked at next.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from bot.parse.pdflines import Run, is_figure

_MIN_PAGES = 3  # that a line must stand on
_DEPTH = 4  # lines at each edge that may be running heads
_MAX_CHARACTERS = 120
_MAX_NAMED_SHARE = 0.5  # of the pages that must end in their number before it counts beside any words
_NUMBER = re.compile(r"\d+")

_SIGNED = re.compile(r"(?:dated?:?\s*)?[a-z]{3,9}\.? \d{1,2}, \d{4}")  # the foot of a letter

Key = tuple[str, int | None]


def without_running_heads(pages: Sequence[Sequence[Run]]) -> list[list[Run]]:
    """Return the lines of each page, in their order, without running heads, feet and page numbers."""
    edges = [list(_edges(runs)) for runs in pages]
    seen: dict[Key, set[int]] = defaultdict(set)
    for number, both in enumerate(edges):
        for key in (key for edge in both for run in edge for key in _keys(run, number)):
            seen[key].add(number)
    running = {key for key, found in seen.items() if _is_running(key, found)}
    feet = Counter(offset for number, both in enumerate(edges) for offset in _last_numbers(both, number))
    numbered = {offset for offset, n in feet.items() if n >= max(_MIN_PAGES, _MAX_NAMED_SHARE * len(pages))}
    kept = []
    for number, (runs, both) in enumerate(zip(pages, edges, strict=True)):
        gone = {id(run) for edge in both for run in _peeled(edge, number, running, numbered)}
        kept.append([run for run in runs if id(run) not in gone])
    return kept if any(kept) else [list(runs) for runs in pages]  # the same few words on every page are text


def _is_running(key: Key, found: set[int]) -> bool:
    """Tell whether a line stands on pages that follow each other, or on every other one."""
    if key[1] is not None or len(found) < _MIN_PAGES:
        return len(found) >= _MIN_PAGES
    return sum(n + 1 in found or n + 2 in found for n in found) >= _MIN_PAGES - 1


def _edges(runs: Sequence[Run]) -> Iterator[list[Run]]:
    """Yield a page's outermost lines from the top, then from the bottom, the outermost first."""
    downwards = sorted(runs, key=lambda run: -run.line.bottom)
    yield downwards[:_DEPTH]
    yield downwards[::-1][:_DEPTH]


def _peeled(edge: Sequence[Run], number: int, running: set[Key], numbered: set[int]) -> Iterator[Run]:
    """Yield the lines of an edge up to the first that is no running head."""
    for run in edge:
        again = not running.isdisjoint(_keys(run, number))
        if not again and not (_is_short(run) and numbered & set(_ending(run, number))):
            return
        yield run


def _keys(run: Run, number: int) -> Iterator[Key]:
    """Yield what a line has in common with its like on other pages: its words, one number counted along."""
    text = " ".join(run.line.text.split()).casefold()
    if not _is_short(run) or any(map(_is_amount, run.pieces)):
        return
    found = list(_NUMBER.finditer(text))
    if any(map(str.isalpha, text)) and not _SIGNED.fullmatch(text):
        yield text, None
    for match in {found[0], found[-1]} if found else ():
        if len(match[0]) <= 4:
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
