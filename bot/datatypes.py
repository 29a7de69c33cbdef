"""The plain, frozen types that pass between the stages. No behaviour beyond properties.

Offsets are everywhere half-open character offsets `[start, end)` into `Document.text`, counted in
Unicode code points. For every passage and every citation `document.text[start:end]` is its text.
Scores are everywhere "higher is better"; scores compare only within one stage.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from bot.about import NOTHING_KNOWN, About
from bot.left_out import LeftOut


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and the stretch of text it governs, up to the next heading of its level or above.

    `level` counts from 1 (topmost). `item` is the number of a filing's Item, "1A" or, of a heading for two,
    "1 and 2", else None. The Parts of a 10-Q number their Items alike: each lies within its Part's section.
    """

    title: str
    start: int
    end: int
    level: int = 1
    item: str | None = None


@dataclass(frozen=True, slots=True)
class Fact:
    """What a filing says in inline XBRL of a figure or a few words that it shows: `text[start:end]`.

    `concept` as it is tagged, "us-gaap:NetIncomeLoss". `value`: a decimal number, scaled and signed, or words
    (a date as ISO); None where the filing reports none ("nil"). `unit`: "USD", "USD/shares", "" of words.
    The period is a day, with `period_start` "", or runs from one to the other; ISO, both "" for ever.
    `scale`: the power of ten by which the figure shown was multiplied; `sign` "-" where it was turned round.
    `decimals`: its precision as the filing states it. `dimensions`: (axis, member), () for the whole company.
    """

    concept: str
    start: int
    end: int
    value: str | None
    unit: str = ""
    period_start: str = ""
    period_end: str = ""
    scale: int = 0
    sign: str = ""
    decimals: str = ""
    dimensions: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class ParsedDocument:
    """What a parser makes of a file or of one row of a corpus, before it belongs to a collection.

    `text` is canonical: the source's own words in reading order, one line feed per line end, never generated
    sentences. `page_starts[i]` is the offset of page i + 1; () where the source has no pages.
    `warnings` are one-line remarks for the user ("3 of 12 pages hold no text: 4, 5, 9").
    `external_id` is what evaluation matches: the row's doc_id, or the file's stem.
    `sha256`: hex digest of the bytes it was parsed from (the whole file, or the row's line).
    `facts` in order of place; `n_hidden_facts`: those that a filing states where no reader sees them.
    """

    title: str
    text: str
    external_id: str
    sha256: str
    page_starts: tuple[int, ...] = ()
    sections: tuple[Section, ...] = ()
    metadata: Mapping[str, str] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    facts: tuple[Fact, ...] = ()
    n_hidden_facts: int = 0


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """A row of a corpus file that could not be taken: `row` names it ("line 17"), `reason` is one line."""

    row: str
    reason: str


@dataclass(frozen=True, slots=True)
class EncoderIdentity:
    """Which encoder made a collection's vectors. Vectors compare only when `fingerprint` is equal.

    `fingerprint`: hex SHA-256 over weights, pooling, normalization, prefixes and maximum length.
    """

    name: str
    fingerprint: str
    n_dimensions: int


@dataclass(frozen=True, slots=True)
class Collection:
    """A named set of documents. `revision` grows by at least 1 with every committed change of it."""

    name: str
    encoder: EncoderIdentity
    n_documents: int
    n_passages: int
    revision: int


@dataclass(frozen=True, slots=True)
class Document:
    """A document of a collection, as stored. Identity is (collection, source); doc_id names one version.

    `doc_id`: 16 hex digits of SHA-256 over collection, source and the hash of the source's bytes.
    `source`: the resolved path, the URL, "<path of the corpus>#<row's doc_id>", or "upload:<name>".
    `added`: UTC, ISO 8601. `facts`, `n_hidden_facts`: as in `ParsedDocument`.
    """

    doc_id: str
    external_id: str
    title: str
    source: str
    text: str
    page_starts: tuple[int, ...]
    sections: tuple[Section, ...]
    metadata: Mapping[str, str]
    added: str
    n_passages: int
    facts: tuple[Fact, ...] = ()
    n_hidden_facts: int = 0


@dataclass(frozen=True, slots=True)
class DocumentSummary:
    """A document without its text, for listings. `pages` is None where the source has no pages.

    `type` and `date` are what its metadata says, "" where it says nothing: a `bot.parse.kinds.Kind`, and the
    day the document itself names, in its own writing. `metadata` is all that it says.
    """

    doc_id: str
    external_id: str
    title: str
    source: str
    characters: int
    passages: int
    pages: int | None
    added: str
    type: str = ""
    date: str = ""
    metadata: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Upload:
    """A file handed over as bytes. `name` is display text and identity, never a path to open."""

    name: str
    payload: bytes


@dataclass(frozen=True, slots=True)
class IngestProgress:
    """How far one source is: `done` of `total` passages are embedded; total 0 while it is being parsed."""

    source: str
    stage: str  # "parsing", "embedding", "storing"
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class IngestOutcome:
    """What became of one document; status is "added", "replaced", "unchanged" or "refused"."""

    source: str
    external_id: str
    doc_id: str | None
    status: str
    characters: int = 0
    passages: int = 0
    pages: int | None = None
    reason: str | None = None
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NewPassage:
    """A passage before it is stored: `text[start:end]` of its document, and what is searched for it."""

    start: int
    end: int
    page: int | None
    section: str | None
    search_text: str


@dataclass(frozen=True, slots=True)
class Passage:
    """A retrievable span of a document: `document.text[start:end] == text`.

    `search_text` is what is embedded and searched: title, section and headers, then the text.
    `page` counts from 1, None in unpaged documents; it is the page on which the passage starts.
    """

    passage_id: str  # f"{doc_id}:{start}-{end}"
    doc_id: str
    external_id: str
    title: str
    source: str
    text: str
    start: int
    end: int
    page: int | None
    section: str | None
    search_text: str


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage with its score at a stage; rank counts from 1.

    `stage`: "dense", "lexical", "fused", "best sentence", "reranked" or "parts", the last it went through.
    """

    passage: Passage
    score: float
    rank: int
    stage: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """A sentence of a passage that may answer the question: `document.text[start:end] == text`.

    `score`: higher is better, comparable among the evidence of one question only.
    """

    passage: Passage
    start: int
    end: int
    text: str
    score: float


@dataclass(frozen=True, slots=True)
class Message:
    """One turn, as chat templates want it; role is "system", "user" or "assistant"."""

    role: str
    content: str


class Status(StrEnum):
    """How a shown sentence is tied to its words: phrased and verified, quoted, or computed.

    A quoted table row is shown with each cell after its column's header, which is cited as context.
    """

    SUPPORTED = "supported"
    QUOTED = "quoted"
    COMPUTED = "computed"


@dataclass(frozen=True, slots=True)
class Context:
    """Words beside a cited row or cell of a table that count as cited.

    `role`: "row" is the heading over a group of rows and, of a cell, its row's label; "column" a header row
    and, of a cell, what of it heads its column; "caption" and "unit" stand over the whole table; "note"
    is what stands under it for a marker. In a transcript "speaker" says whose words are cited.
    """

    role: str
    start: int
    end: int
    quote: str


@dataclass(frozen=True, slots=True)
class Citation:
    """The exact words behind a sentence: `quote == document.text[start:end]`. `marker` counts from 1.

    `support` in [0, 1], higher is better: how far the quote supports the sentences that cite it.
    `about`: whose document it is and of when. `facts`: those of its figures that the filing tags.
    """

    marker: int
    doc_id: str
    external_id: str
    title: str
    source: str
    page: int | None
    section: str | None
    start: int
    end: int
    quote: str
    support: float
    context: tuple[Context, ...] = ()
    about: About = NOTHING_KNOWN
    facts: tuple[Fact, ...] = ()


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence as shown, without its markers; every number in `citations` is a citation's marker."""

    text: str
    citations: tuple[int, ...]
    support: float
    status: Status


@dataclass(frozen=True, slots=True)
class Stage:
    """A remark of the running line for whoever waits: what is being done now ("Searching 214 passages")."""

    text: str


@dataclass(frozen=True, slots=True)
class CitedSentence:
    """A checked sentence with its citations, as streamed before the whole answer is ready."""

    sentence: Sentence
    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Timings:
    """Seconds of wall time by stage. `total` leaves `load` (of models and index) out."""

    load: float = 0.0
    retrieve: float = 0.0
    rerank: float = 0.0
    first_sentence: float = 0.0
    total: float = 0.0


@dataclass(frozen=True, slots=True)
class Tokens:
    """Tokens of the generator's own tokenizer: read in prompts, and written.

    `estimated`: a server counted none of them for us, so that they are cl100k's and rather too many.
    """

    prompt: int = 0
    generated: int = 0
    estimated: bool = False

    def __add__(self, other: Tokens) -> Tokens:
        """Return the tokens of two replies; an estimate in either makes an estimate of both."""
        return Tokens(
            self.prompt + other.prompt,
            self.generated + other.generated,
            estimated=self.estimated or other.estimated,
        )


@dataclass(frozen=True, slots=True)
class Answer:
    """What the bot says, with what it rests on. kind is "answer", "abstention" or "chat".

    `confidence` in [0, 1]: how sure the bot is that the documents answer the question, on every row.
    `reason` is a code ("no_evidence", "empty_collection", ...) where it abstained, else None.
    `fixed_text` is the friendly line of an abstention or a greeting, else "".
    `left_out`: what a model did not read because it was longer than the model's window.
    """

    question: str
    standalone_question: str
    kind: str
    sentences: tuple[Sentence, ...]
    citations: tuple[Citation, ...]
    hits: tuple[Hit, ...]
    confidence: float
    model: str
    reason: str | None = None
    fixed_text: str = ""
    timings: Timings = Timings()
    tokens: Tokens = Tokens()
    left_out: tuple[LeftOut, ...] = ()

    @property
    def abstained(self) -> bool:
        """True where the documents do not answer the question."""
        return self.kind == "abstention"

    @property
    def text(self) -> str:
        """The sentences with their `[n]` markers, or the fixed line."""
        return " ".join(marked(sentence) for sentence in self.sentences) or self.fixed_text


def marked(sentence: Sentence) -> str:
    """Append a sentence's markers: "It paid $5." cited by 1 and 3 -> "It paid $5. [1][3]"."""
    markers = "".join(f"[{marker}]" for marker in sentence.citations)
    return f"{sentence.text} {markers}" if markers else sentence.text
