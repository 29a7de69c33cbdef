"""Document -> passages, on paragraph and sentence boundaries. After parse, before embed.

Contract: `text[p.start:p.end]` is the passage; passages do not overlap and together hold every
character that is not white space. Nothing is cut silently: a passage whose searched text would not fit
the encoder is divided until it does.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache, partial

from bot.captions import caption_line, captions
from bot.datatypes import NewPassage, Section
from bot.sentences import sentence_spans
from bot.tables import rows
from bot.tokens import count_tokens

MAX_TOKENS = 180  # cl100k, about 135 English words: with title and section most fit 256 wordpieces
MIN_TOKENS = 60  # a heading starts a new passage only when the running one holds at least this much
MAX_TITLE_CHARACTERS = 160
MAX_TABLE_CHARACTERS = 240  # of a table's heads, and of its caption, before a passage from inside the table
_WORD = re.compile(r"\S+")

Span = tuple[int, int]
Fits = Callable[[str], bool]


def chunk(
    text: str,
    *,
    title: str,
    sections: Sequence[Section],
    page_starts: Sequence[int],
    fits: Fits,
    byline: str = "",
    max_tokens: int = MAX_TOKENS,
) -> list[NewPassage]:
    """Cut a document's text into passages of at most `max_tokens` cl100k tokens.

    `fits(search_text)` says whether the encoder reads the whole of it. `byline` is searched with every
    passage, as its title is. A single word that is too long
    is cut between characters.
    """
    frame = _Frame(text, title, byline, sections, page_starts, fits)
    sentences = list(_bounded(text, sentence_spans(text), max_tokens))
    spans = _packed(sentences, {section.start for section in sections}, max_tokens)
    return [frame.passage(span) for whole in spans for span in _divided(whole, frame, fits)]


def page_of(offset: int, page_starts: Sequence[int]) -> int | None:
    """Return the page (from 1) that holds a character offset, None where there are no pages."""
    return max(1, bisect_right(page_starts, offset)) if page_starts else None


def section_of(offset: int, sections: Sequence[Section]) -> Section | None:
    """Return the innermost section that holds a character offset, None outside all of them."""
    inside = [section for section in sections if section.start <= offset < section.end]
    return max(inside, key=lambda section: (section.start, section.level), default=None)


class _Frame:
    """What surrounds the passages of one document: its title, byline, sections, pages and table headers."""

    def __init__(
        self,
        text: str,
        title: str,
        byline: str,
        sections: Sequence[Section],
        page_starts: Sequence[int],
        fits: Fits,
    ) -> None:
        self.text = text
        self.title = title[:MAX_TITLE_CHARACTERS]
        self.byline = byline
        self.sections = sections
        self.page_starts = page_starts
        self.fits = fits
        self.rows = list(rows(text))
        self.row_starts = [row.start for row in self.rows]
        self._captions = lru_cache(maxsize=1)(partial(captions, text))  # of the table at hand

    def passage(self, span: Span) -> NewPassage:
        start, end = span
        section = section_of(start, self.sections)
        name = section.title if section else None
        page = page_of(start, self.page_starts)
        return NewPassage(start, end, page, name, self.search_text(span))

    def search_text(self, span: Span) -> str:
        """Return title, section and passage; between them, after a blank line, the heads of its table."""
        start, end = span
        section = section_of(start, self.sections)
        name = section.title[:MAX_TITLE_CHARACTERS] if section else ""
        body = self.text[start:end]
        names = [self.byline, self.title, name if name != self.title else ""]
        names = ["" if body.startswith(head) else head for head in names]
        caption, header = self._table_heads(span)
        heads = self._short([*names, "" if caption in {self.title, name} else caption, header])
        above, of_table = "\n".join(filter(None, heads[:3])), "\n".join(filter(None, heads[3:]))
        above = f"{above}\n" if above and of_table else above  # the blank line between them
        return "\n".join([*filter(None, (above, of_table)), body])

    def _table_heads(self, span: Span) -> tuple[str, str]:
        """Return the caption, and the heads, of the row that a span starts in; "" what is not there."""
        i = bisect_right(self.row_starts, span[0]) - 1
        row = self.rows[i] if i >= 0 else None
        if row is None or row.end <= span[0]:
            return "", ""
        said = caption_line(self.text, self._captions(row.table))
        lines = [self.text[slice(*part)].rstrip() for part in row.head.spans]
        held = said in " ".join(self.text[slice(*span)].split())
        return "" if held else said[:MAX_TABLE_CHARACTERS], _within(lines, MAX_TABLE_CHARACTERS)

    def _short(self, heads: list[str]) -> list[str]:
        """Halve the longest heading until at least half of the encoder is left to the passage itself."""
        while any(heads) and not self.fits("\n".join([*heads, *heads])):
            longest = max(range(len(heads)), key=lambda i: len(heads[i]))
            heads[longest] = heads[longest][: len(heads[longest]) // 2]
        return heads


def _within(lines: Sequence[str], max_characters: int) -> str:
    """Join the lines nearest to what they head, as many as there is room for, the last one cut to fit."""
    kept: list[str] = []
    for line in reversed(lines):
        room = max_characters - sum(map(len, kept)) - len(kept)
        if kept and len(line) > room:
            break
        kept.insert(0, line[:room])
    return "\n".join(kept)


def _bounded(text: str, spans: Iterable[Span], max_tokens: int) -> Iterator[tuple[Span, int]]:
    """Yield each sentence with its tokens; one over the limit is cut at spaces, then at characters."""
    for start, end in spans:
        n_tokens = count_tokens(text[start:end])
        if n_tokens <= max_tokens:
            yield (start, end), n_tokens
            continue
        for piece in _pieces(text, (start, end), max_characters=max_tokens * 2):
            yield piece, count_tokens(text[slice(*piece)])


def _pieces(text: str, span: Span, *, max_characters: int) -> Iterator[Span]:
    """Cut a span at white space into pieces of at most `max_characters`, longer words between characters."""
    cut, reached = span[0], span[0]
    for word in _WORD.finditer(text, *span):
        if word.end() - cut > max_characters and reached > cut:
            yield cut, reached
            cut = word.start()
        while word.end() - cut > max_characters:
            yield cut, cut + max_characters
            cut += max_characters
        reached = word.end()
    if reached > cut:
        yield cut, reached


def _packed(sentences: list[tuple[Span, int]], headings: set[int], max_tokens: int) -> Iterator[Span]:
    """Join sentences to passages of even size: a run of n tokens makes ceil(n / max_tokens) of them."""
    for run in _runs(sentences, headings):
        total = sum(n_tokens for _, n_tokens in run)
        n_left = -(-total // max_tokens) or 1
        members: list[Span] = []
        held = 0
        for span, n_tokens in run:
            target = total / n_left
            if members and (held + n_tokens > max_tokens or held + n_tokens / 2 > target):
                yield members[0][0], members[-1][1]
                total, n_left = total - held, max(1, n_left - 1)
                members, held = [], 0
            members.append(span)
            held += n_tokens
        if members:
            yield members[0][0], members[-1][1]


def _runs(sentences: list[tuple[Span, int]], headings: set[int]) -> Iterator[list[tuple[Span, int]]]:
    """Group sentences by section; a section that is too short to stand alone takes the next one in."""
    run: list[tuple[Span, int]] = []
    held = 0
    for span, n_tokens in sentences:
        if span[0] in headings and held >= MIN_TOKENS:
            yield run
            run, held = [], 0
        run.append((span, n_tokens))
        held += n_tokens
    if run:
        yield run


def _divided(span: Span, frame: _Frame, fits: Fits) -> Iterator[Span]:
    """Halve a span, at a sentence end or else at a space, until its searched text fits the encoder."""
    start, end = span
    if fits(frame.search_text(span)) or end - start < 2:
        yield span
        return
    middle = _middle(frame.text, span)
    for half in ((start, middle), (middle, end)):
        for trimmed in _without_edges(frame.text, half):
            yield from _divided(trimmed, frame, fits)


def _middle(text: str, span: Span) -> int:
    start, end = span
    starts = [inner for inner, _ in sentence_spans(text, start, end)][1:]
    starts = starts or [word.start() for word in _WORD.finditer(text, start, end)][1:]
    return min(starts, key=lambda cut: abs(2 * cut - start - end), default=(start + end) // 2)


def _without_edges(text: str, span: Span) -> Iterator[Span]:
    body = text[slice(*span)]
    if body.strip():
        left = len(body) - len(body.lstrip())
        yield span[0] + left, span[0] + len(body.rstrip())
