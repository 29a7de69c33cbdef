"""The plain, frozen types of a summary. Offsets are half-open, in characters of `Document.text`."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.datatypes import Citation, Document, Section, Sentence, Tokens, marked
from bot.left_out import LeftOut
from bot.tables import is_table_row

Span = tuple[int, int]
NO_TOKENS = Tokens()


class Length(StrEnum):
    """How long a summary is to be; `BUDGETS` has the words."""

    SHORT = "short"
    MEDIUM = "medium"
    LONG = "long"


BUDGETS = {Length.SHORT: 28, Length.MEDIUM: 120, Length.LONG: 400}  # words between white space


@dataclass(frozen=True, slots=True)
class Place:
    """A section of one of the documents: `document.text[section.start:section.end]`."""

    document: Document
    section: Section


@dataclass(frozen=True, slots=True)
class Point:
    """A sentence that may be in the summary: `document.text[start:end] == text`.

    `place` is the index of its section among those of all documents. `plain` is what is shown of it where
    nothing is shortened: in one line, without an opener that leans on the sentence before. `speaker` is the
    span of the label of its turn in a transcript, where that is not part of the sentence. `after` is where
    the sentence before it starts, if it can only be understood after that one, else None. `heading` is the
    weight, in [-1, 1], that the headings over it give it.
    """

    document: Document
    place: int
    start: int
    end: int
    text: str
    plain: str
    speaker: Span | None = None
    after: int | None = None
    heading: float = 0.0

    @property
    def is_row(self) -> bool:
        """A row of a table, with `plain` the row as it is read out."""
        return is_table_row(self.text)

    @property
    def n_words(self) -> int:
        """Words that are shown of it, the speaker aside."""
        return len(self.plain.split())


@dataclass(frozen=True, slots=True)
class Coverage:
    """A section of a document with its shares, each in [0, 1].

    `share`: of the document's characters. `summary_share`: of the words of all that is shown. `cited`: a
    citation of the summary lies in it.
    """

    doc_id: str
    section: str
    start: int
    end: int
    share: float
    cited: bool
    summary_share: float


@dataclass(frozen=True, slots=True)
class Side:
    """What one document says: `document.text[start:end] == quote`, with `value` as written there."""

    doc_id: str
    external_id: str
    title: str
    start: int
    end: int
    quote: str
    value: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two documents that say nearly the same, with the same figure or date or with another.

    `kind`: "figure" or "date", a time of day included.
    """

    kind: str
    agrees: bool
    sides: tuple[Side, Side]


@dataclass(frozen=True, slots=True)
class SummaryProgress:
    """How far the work is: `done` of `total` sections; total 0 where that is not known."""

    stage: str  # "parsing", "reading", "weighing", "writing"
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class Summary:
    """A cited summary of one or more documents; `budget_words` is what it was to have about.

    `nearness`: cosine of the focus and the sentence nearest to it, in [0, 1]; 1 without a focus.
    """

    documents: tuple[Document, ...]
    length: Length
    focus: str
    budget_words: int
    sentences: tuple[Sentence, ...]
    citations: tuple[Citation, ...]
    coverage: tuple[Coverage, ...]
    comparisons: tuple[Comparison, ...]
    model: str
    seconds: float = 0.0
    tokens: Tokens = NO_TOKENS
    warnings: tuple[str, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    nearness: float = 1.0

    @property
    def text(self) -> str:
        """The sentences with their `[n]` markers."""
        return " ".join(marked(sentence) for sentence in self.sentences)

    def by_document(self) -> list[tuple[Document, list[Sentence]]]:
        """Return the documents that are cited, each with the sentences that cite it first."""
        owner = {citation.marker: citation.doc_id for citation in self.citations}
        cited_first = [(owner[sentence.citations[0]], sentence) for sentence in self.sentences]
        found = [(d, [s for doc_id, s in cited_first if doc_id == d.doc_id]) for d in self.documents]
        return [(document, own) for document, own in found if own]

    @property
    def n_words(self) -> int:
        """Words shown, markers not counted."""
        return sum(len(sentence.text.split()) for sentence in self.sentences)
