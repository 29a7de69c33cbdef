"""Gold evidence -> the documents and passages of a collection that are relevant to a question, and where.

A quote stands wherever its words stand, in every document of its name: the gold file says which words answer
and not which of their places, so one passage that holds them is as good as another. They are looked for with
any white space between them, then with white space anywhere or nowhere, because parsers and people put it
differently. Where they stand as whole words ("18"), places inside of longer ones ("2018") do not count. Where
the evidence names a page too, it decides between several places.

A passage is relevant where it shares at least one character other than white space with the evidence: a quote
over the end of a passage makes both its passages relevant, since each holds a part of the answer, and there
is no threshold to choose.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import NamedTuple

from bot.datatypes import Document, Passage
from bot.evaluate.gold import GoldEvidence, GoldRow

DOCUMENTS_HELD = 16  # in memory at a time: gold files mostly go through one document after another
# A place inside of a word, or of a number: before and after the comma of 1,500.
_INSIDE = re.compile(r"(?<=\w)(?=\w)|(?<=\d[.,])(?=\d)|(?<=\d)(?=[.,]\d)")


class Span(NamedTuple):
    """The characters `[start, end)` of a stored document's text."""

    doc_id: str
    start: int
    end: int


class _Passages(NamedTuple):
    """The passages of a document as columns, in order. None overlap, so both offsets ascend."""

    starts: tuple[int, ...]
    ends: tuple[int, ...]
    ids: tuple[str, ...]


class Relevance:
    """What is relevant in one collection; build it once. Each piece of evidence is looked up once."""

    def __init__(self, passages: Iterable[Passage], document_of: Callable[[str], Document]) -> None:
        """Take all passages of a collection, and a function from a doc_id to its document.

        `document_of` is called when a text is needed first; at most `DOCUMENTS_HELD` documents are kept.
        """
        columns: dict[str, list[tuple[int, int, str]]] = defaultdict(list)
        self._doc_ids: dict[str, dict[str, None]] = defaultdict(dict)  # external_id -> doc_ids, in order
        for passage in passages:
            columns[passage.doc_id].append((passage.start, passage.end, passage.passage_id))
            self._doc_ids[passage.external_id][passage.doc_id] = None
        self._passages = {
            doc_id: _Passages(*zip(*sorted(rows), strict=True)) for doc_id, rows in columns.items()
        }
        self._document = lru_cache(maxsize=DOCUMENTS_HELD)(document_of)
        self._places: dict[GoldEvidence, tuple[Span, ...]] = {}

    def documents(self, row: GoldRow) -> frozenset[str]:
        """Return the external_ids of the evidence, also of documents that are not stored: they are missed."""
        return frozenset(row.documents)

    def passages(self, row: GoldRow) -> frozenset[str] | None:
        """Return the passage_ids that overlap the evidence; None where they cannot all be told.

        That is where there is no evidence, or where a piece of it has no place: some of what is relevant is
        unknown then, and the recall of the rest would flatter.
        """
        found = [self._overlapping(spans) for spans in self.places(row)]
        return frozenset().union(*found) if found and all(found) else None

    def located(self, row: GoldRow) -> tuple[Span, ...]:
        """Return every place of the evidence, each once, in the order of the evidence and of the text."""
        return tuple(dict.fromkeys(span for spans in self.places(row) for span in spans))

    def places(self, row: GoldRow) -> tuple[tuple[Span, ...], ...]:
        """Return for each piece of evidence where it stands: places any one of which is it; () for nowhere.

        Raises:
            UnknownDocument: a document was removed since the passages were read.
        """
        return tuple(self._place(evidence) for evidence in row.evidence)

    def unlocated(self, row: GoldRow) -> tuple[GoldEvidence, ...]:
        """Return the evidence with a quote or a page that stands nowhere, for whatever reason."""
        return tuple(
            evidence for evidence in row.evidence if _is_placed(evidence) and not self._place(evidence)
        )

    def _place(self, evidence: GoldEvidence) -> tuple[Span, ...]:
        if not _is_placed(evidence):
            return ()
        if evidence not in self._places:
            self._places[evidence] = tuple(
                Span(doc_id, start, end)
                for doc_id in self._doc_ids.get(evidence.doc_id, ())
                for start, end in _spans(evidence, self._document(doc_id))
            )
        return self._places[evidence]

    def _overlapping(self, spans: Iterable[Span]) -> set[str]:
        """Return the passages of spans, which begin and end with words: no overlap is white space alone."""
        found: set[str] = set()
        for doc_id, start, end in spans:
            passages = self._passages[doc_id]
            found.update(passages.ids[bisect_right(passages.ends, start) : bisect_left(passages.starts, end)])
        return found


def _is_placed(evidence: GoldEvidence) -> bool:
    return evidence.quote is not None or evidence.page is not None


def _spans(evidence: GoldEvidence, document: Document) -> list[tuple[int, int]]:
    page = page_span(evidence.page, document) if evidence.page is not None else None
    if evidence.quote is None:
        return [page] if page else []
    found = occurrences(evidence.quote, document.text)
    return [span for span in found if page and span[0] < page[1] and page[0] < span[1]] or found


def page_span(page: int, document: Document) -> tuple[int, int] | None:
    """Return the `[start, end)` of a page, which counts from 1, without white space around it.

    None where the document has no such page or the page no words.
    """
    if page > len(document.page_starts):
        return None
    start, end = (*document.page_starts, len(document.text))[page - 1 : page + 1]
    words = document.text[start:end]
    start += len(words) - len(words.lstrip())
    return (start, start + len(words.strip())) if words.strip() else None


def occurrences(quote: str, text: str) -> list[tuple[int, int]]:
    """Return the `[start, end)` of each place where the words of a quote, which holds any, stand in a text.

    Example: "18 days" in "2018 days; 18  days." -> (11, 19)
    """
    words = quote.split()
    for parts, gap in ((words, r"\s+"), ("".join(words), r"\s*")):
        found = [match.span() for match in re.finditer(gap.join(map(re.escape, parts)), text)]
        if found:
            return [span for span in found if _is_whole(text, *span)] or found
    return []


def _is_whole(text: str, start: int, end: int) -> bool:
    return not (_INSIDE.match(text, start) or _INSIDE.match(text, end))
