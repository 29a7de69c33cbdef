"""A small working workspace for the tests of the page: real documents, real offsets, scripted answers.

It ingests text files for good, refuses what does not look like text, and answers by looking for the first
scripted question whose keyword is in what was asked. No models, no storage.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from core_fakes import HashEncoder
from evaluation_samples import kept_sample

from bot.calibration import Calibration, OwnThreshold
from bot.catalogue import ModelInUse
from bot.datatypes import (
    Answer,
    Citation,
    CitedSentence,
    Collection,
    Context,
    Document,
    DocumentSummary,
    EncoderIdentity,
    Hit,
    IngestOutcome,
    IngestProgress,
    Passage,
    Sentence,
    Stage,
    Status,
    Timings,
    Upload,
)
from bot.errors import UnknownCollection, UnknownDocument, UsageError
from bot.evaluate.bar import Watch
from bot.evaluate.gold import read_gold, sample
from bot.summary.datatypes import Length, Summary, SummaryProgress
from bot.summary.summarizer import Summarizer
from bot.summary.wording import Wording
from bot.where import EVERYWHERE, Where, chosen

REPORT = """Norland Ferries plc
Annual report for 2023

The year in brief
Norland Ferries carried 4.1 million passengers in 2023, against 3.6 million the year before. The growth \
came almost wholly from the northern routes, where two refitted ships entered service in March. Freight \
volumes were flat at 612,000 lane metres, and the board does not expect them to recover before the new \
terminal opens.

Revenue and costs
Revenue rose to $318.4 million from $281.9 million, while fuel cost $61.2 million, or $9.8 million less \
than in 2022. Wages rose by 6 per cent after the agreement of May. Operating profit was $27.5 million.

Revenue by segment (in millions)
Segment | 2022 | 2023
Passengers | 171.0 | 203.6
Freight | 98.4 | 99.1
On board | 12.5 | 15.7

Risk factors
The company depends on two harbours. If the harbour at Vik were closed for more than ten days, the \
company would have to cancel about 40 per cent of its departures, and the insurance would not cover the \
loss of income. The lease of the quay ends in 2027, and talks about its renewal have not begun.

Outlook
The board expects 4.3 million passengers in 2024 and proposes a dividend of $0.42 per share.
"""

ARTICLE = """A tunnel nobody asked for

When the government presented its plan for a tunnel under the strait last autumn, the islanders were not \
cheering. "We have a ferry every hour, and it has a café," said Marit Solheim, who runs the bakery in \
Vik. Her remark became something of a slogan.

The tunnel would be 11.4 kilometres long and cost about $1.9 billion, most of it borrowed. A toll of $14 \
each way is meant to pay the loan back within thirty years. The transport ministry counts on 5,200 cars \
a day; last year the ferries carried 2,900.

Engineers worry less about the money than about the rock. Test drilling in June met a zone of crushed \
schist that nobody had expected, 90 metres below the sea bed. It can be sealed, they say, but it takes \
time. Work is to begin in 2026, if parliament agrees in the spring.
"""

HOSTILE_TITLE = "<script>alert(1)</script>**Bold** & <img src=x onerror=alert(2)>"
HOSTILE_TEXT = (
    "Prices were between $5 and $6 a share, said <b>the chairman</b>. <img src=x onerror=alert(3)> "
    "![pixel](https://foreign.example/p.png) [link](javascript:alert(4)) <script>alert(5)</script> *stars* "
    "_and_ `ticks` $$x^2$$ \\(y\\)\n\n# Not a heading\n\n| a | b |\n|---|---|\n| 1 | 2 |\n"
)
HOME = Path(__file__).parent / "data"  # so that there is something not to be served
ENCODER = EncoderIdentity("fake", "0" * 64, 4)


def stored(
    name: str,
    title: str,
    text: str,
    *,
    pages: tuple[int, ...] = (),
    source: str = "",
    metadata: Mapping[str, str] | None = None,
) -> Document:
    """Make a document as the store would hold it."""
    return Document(
        doc_id=hashlib.sha256(name.encode()).hexdigest()[:16], external_id=name, title=title,
        source=source or f"upload:{name}.txt", text=text, page_starts=pages, sections=(),
        metadata=dict(metadata or {}), added="2024-05-06T07:08:09Z", n_passages=4,
    )  # fmt: skip


@dataclass(frozen=True)
class Script:
    """An answer to any question that holds `keyword`: (text, quote, status, external_id, section) each."""

    keyword: str
    says: tuple[tuple[str, str, Status, str, str], ...]


SCRIPTS = (
    Script("passengers", (
        ("Norland Ferries carried 4.1 million passengers in 2023, against 3.6 million the year before.",
         "Norland Ferries carried 4.1 million passengers in 2023, against 3.6 million the year before.",
         Status.QUOTED, "norland-2023", "The year in brief"),
        ("The board expects 4.3 million in 2024.",
         "The board expects 4.3 million passengers in 2024", Status.SUPPORTED, "norland-2023", "Outlook"),
    )),
    Script("cost", (
        ("The tunnel would cost about $1.9 billion, and a toll of $14 each way would pay back the loan.",
         "cost about $1.9 billion, most of it borrowed. A toll of $14 each way is meant to pay the loan back",
         Status.SUPPORTED, "tunnel", ""),
        ("For comparison, fuel cost the ferries $61.2 million.",
         "fuel cost $61.2 million", Status.SUPPORTED, "norland-2023", "Revenue and costs"),
        ("Passenger revenue grew by $32.6 million.",
         "203.6", Status.COMPUTED, "norland-2023", "Revenue by segment"),
    )),
    Script("hostile", (
        (HOSTILE_TEXT[:60], "Prices were between $5 and $6 a share, said <b>the chairman</b>.",
         Status.QUOTED, "hostile", "<i>Item 1A</i>"),
    )),
)  # fmt: skip


class FakeWorkspace:
    """Documents in memory and scripted answers; `pause_s` is the time each step of an answer takes."""

    model_name = "scripted"

    def __init__(self, *, pause_s: float = 0.0, home: Path = HOME) -> None:
        self.pause_s = pause_s
        self.home = home
        self.warmed = False
        self.histories: list[tuple[tuple[str, str], ...]] = []
        self.chosen: list[tuple[int, float | None]] = []
        self.wheres: list[Where] = []
        self.votes: list[tuple[str, bool]] = []
        self.originals: dict[str, bytes] = {}
        self.read_again: list[str] = []
        self.gone: set[str] = set()
        self.library: dict[str, dict[str, Document]] = {"sample": {}, "empty": {}}
        pages = (0, REPORT.index("Revenue by segment"), REPORT.index("Risk factors"))
        for document in (
            stored(
                "norland-2023",
                "Norland Ferries plc, annual report 2023",
                REPORT,
                pages=pages,
                source="/papers/filings/norland-2023.pdf",
                metadata={"type": "pdf", "date": "2024-03-01"},
            ),
            stored("tunnel", "A tunnel nobody asked for", ARTICLE, metadata={"type": "text"}),
            stored("hostile", HOSTILE_TITLE, HOSTILE_TEXT),
        ):
            self.library["sample"][document.external_id] = document

    def warm(self) -> None:
        """Remember that it was asked for."""
        self.warmed = True

    def collections(self) -> tuple[Collection, ...]:
        """List the collections."""
        return tuple(Collection(name, ENCODER, len(held), 4, 1) for name, held in self.library.items())

    def documents(self, collection: str) -> tuple[DocumentSummary, ...]:
        """List what was ingested or built in."""
        return tuple(
            DocumentSummary(
                d.doc_id, d.external_id, d.title, d.source, len(d.text), d.n_passages,
                len(d.page_starts) or None, d.added, d.metadata.get("type", ""), d.metadata.get("date", ""),
                d.metadata,
            )
            for d in self._held(collection).values()
        )  # fmt: skip

    def document(self, collection: str, name: str) -> Document:
        """Find by doc_id or external_id."""
        for document in self._held(collection).values():
            if name in (document.doc_id, document.external_id):
                return document
        raise UnknownDocument(f"no document {name!r} in collection {collection!r}")

    def models_in_use(self) -> tuple[ModelInUse, ...]:
        """Describe models that are not there."""
        return (
            ModelInUse("generator", "scripted", "Apache-2.0", "window of 8,192 tokens",
                       "For another: bot serve --model FOLDER.", 269_000_000, 0.84),
            ModelInUse("reranker", "scripted", "Apache-2.0", "query likelihood; the generator's own weights",
                       "Fixed. To do without: bot serve --no-rerank.", 269_000_000, 0.84),
            ModelInUse("encoder", "hash", "MIT", "384 dimensions", "Fixed.", 90_900_000, 2.5),
            ModelInUse("verifier", "<b>rules</b>", "Apache-2.0", "", "bot serve --verifier FOLDER"),
        )  # fmt: skip

    def own_threshold(self, collection: str) -> OwnThreshold:
        """Tell a calibrated threshold for "sample", else the shipped one."""
        self._held(collection)
        if collection != "sample":
            return OwnThreshold(0.0754, "820 questions of public sets")
        kept = Calibration(0.21, 0.08, 40, "<i>gold</i>.jsonl", "ab" * 32, "cd" * 32, "2026-01-31")
        return OwnThreshold(0.21, "820 questions of public sets", calibration=kept)

    def original(self, doc_id: str) -> bytes | None:
        """Return what a test put there."""
        return self.originals.get(doc_id)

    def vote(
        self,
        answer: Answer,
        *,
        is_right: bool,
        collection: str,
        history: Sequence[tuple[str, str]] = (),
    ) -> Path:
        """Remember a vote."""
        self.votes.append((answer.question, is_right))
        return Path("votes.jsonl")

    def evaluate(
        self, gold: Path, *, collection: str, limit: int | None, retrieval_only: bool, watch: Watch
    ) -> Path:
        """Let the questions pass by, then leave a run of made-up figures. See `evaluation_samples`."""
        self._held(collection)
        asked = sample(read_gold(gold).rows, limit)
        for _ in watch(asked, "questions"):
            time.sleep(self.pause_s)
        name = f"{gold.stem}-{collection}-{len(asked)}{'-hits' if retrieval_only else ''}"
        return kept_sample(self.home, name, collection=collection, retrieval_only=retrieval_only)

    def remove(self, collection: str, name: str) -> DocumentSummary:
        """Forget a document."""
        gone = self.document(collection, name)
        summary = next(d for d in self.documents(collection) if d.doc_id == gone.doc_id)
        del self._held(collection)[gone.external_id]
        return summary

    def summarize(
        self, documents: Sequence[Document], *, length: Length = Length.MEDIUM, focus: str = ""
    ) -> Iterator[SummaryProgress | Summary]:
        """Summarise by the real line with an encoder that knows words only."""
        if "crash" in focus:
            raise RuntimeError("a fault of ours with a secret in it")
        line = Summarizer(encoder=HashEncoder(), scorer=None, wording=Wording())
        for event in line.stream(documents, length=length, focus=focus):
            time.sleep(self.pause_s)
            yield event

    def ingest(
        self, sources: Iterable[Upload | str], *, collection: str
    ) -> Iterator[IngestProgress | IngestOutcome]:
        """Take UTF-8 text; refuse what holds NUL bytes."""
        held = self.library.setdefault(collection, {})
        for upload in sources:
            if isinstance(upload, str):
                assert upload.startswith("https://"), "a path of this machine"
                upload = Upload(upload, b"A page\nfrom the web")
            name = upload.name.rsplit(".", 1)[0]
            source = upload.name if "://" in upload.name else f"upload:{upload.name}"
            yield IngestProgress(source, "parsing", 0, 0)
            time.sleep(self.pause_s)
            if b"\x00" in upload.payload:
                reason = "not text: it holds NUL bytes; save it as UTF-8 text or PDF"
                yield IngestOutcome(source, name, None, "refused", reason=reason)
                continue
            text = upload.payload.decode()
            yield IngestProgress(source, "embedding", 1, 2)
            time.sleep(self.pause_s)
            status = "replaced" if name in held else "added"
            held[name] = stored(
                name, text.split("\n", 1)[0][:80], text, source=source, metadata={"type": "text"}
            )
            yield IngestOutcome(source, name, held[name].doc_id, status, len(text), 2)

    def again(self, collection: str, name: str) -> Iterator[IngestProgress | IngestOutcome]:
        """Remember the wish; refuse what `gone` holds."""
        document = self.document(collection, name)
        yield IngestProgress(document.source, "parsing", 0, 0)
        time.sleep(self.pause_s)
        self.read_again.append(document.external_id)
        if document.external_id in self.gone:
            reason = f"{document.external_id} is gone and its bytes were not kept"
            yield IngestOutcome(document.source, document.external_id, None, "refused", reason=reason)
            return
        yield IngestOutcome(
            document.source, document.external_id, document.doc_id, "replaced", len(document.text), 4
        )

    def ask(
        self,
        question: str,
        *,
        collection: str,
        history: Sequence[tuple[str, str]] = (),
        k: int = 5,
        threshold: float | None = None,
        where: Where = EVERYWHERE,
    ) -> Answer:
        """Return the last event of the stream."""
        *_, last = self.stream(
            question, collection=collection, history=history, k=k, threshold=threshold, where=where
        )
        assert isinstance(last, Answer)
        return last

    def stream(
        self,
        question: str,
        *,
        collection: str,
        history: Sequence[tuple[str, str]] = (),
        k: int = 5,
        threshold: float | None = None,
        where: Where = EVERYWHERE,
    ) -> Iterator[Stage | CitedSentence | Answer]:
        """Look for a scripted keyword in the question."""
        self.histories.append(tuple(history))
        self.chosen.append((k, threshold))
        self.wheres.append(where)
        chosen(self.documents(collection), where, collection)
        if not question.strip():
            raise UsageError("the question is empty: type what you want to know")
        if "crash" in question:
            raise RuntimeError("a fault of ours with a secret in it")
        yield Stage(f"Searching {len(self._held(collection))} documents")
        time.sleep(self.pause_s)
        yield Stage("Reading 10 passages")
        time.sleep(self.pause_s)
        script = next((script for script in SCRIPTS if script.keyword in question.lower()), None)
        if "hello" in question.lower():
            yield self._answer(question, "chat", fixed_text="Hello. Ask me about the documents here.")
        elif script is None or collection != "sample":
            yield self._abstention(question, collection, where)
        else:
            yield from self._scripted(question, script, history)

    def _held(self, collection: str) -> dict[str, Document]:
        if collection not in self.library:
            raise UnknownCollection(f"no collection {collection!r}; there are: {', '.join(self.library)}")
        return self.library[collection]

    def _scripted(
        self, question: str, script: Script, history: Sequence[tuple[str, str]]
    ) -> Iterator[CitedSentence | Answer]:
        sentences, citations = [], []
        for marker, (text, quote, status, name, section) in enumerate(script.says, start=1):
            sentences.append(Sentence(text, (marker,), 0.9, status))
            citations.append(self._citation(marker, quote, name, section))
            yield CitedSentence(sentences[-1], (citations[-1],))
            time.sleep(self.pause_s)
        answer = self._answer(question, "answer", sentences=tuple(sentences), citations=tuple(citations))
        if history:
            answer = replace(answer, standalone_question=f"{question} (after {len(history) // 2} earlier)")
        yield answer

    def _citation(self, marker: int, quote: str, name: str, section: str) -> Citation:
        document = self.document("sample", name)
        start = document.text.index(quote)
        page = sum(at <= start for at in document.page_starts) or None
        row = document.text.find("Passengers | 171.0")
        context = (
            Context("unit", 0, 0, "in millions"), Context("column", row - 5, row - 1, "2023"),
            Context("row", row, row + 10, "Passengers"),
        )  # fmt: skip
        return Citation(
            marker, document.doc_id, name, document.title, document.source, page, section or None, start,
            start + len(quote), quote, 0.9, context if quote == "203.6" else (),
        )  # fmt: skip

    def _abstention(self, question: str, collection: str, where: Where) -> Answer:
        documents = list(chosen(list(self._held(collection).values()), where, collection))
        hits = tuple(
            Hit(
                Passage(f"{d.doc_id}:0-600", d.doc_id, d.external_id, d.title, d.source, d.text[:600], 0,
                        min(600, len(d.text)), 1 if d.page_starts else None, None, d.text[:600]),
                1 / rank, rank, "reranked",
            )
            for rank, d in enumerate(documents, start=1)
        )  # fmt: skip
        reason = "no_evidence" if documents else "empty_collection"
        line = "I could not find this in your documents."
        return self._answer(question, "abstention", hits=hits, reason=reason, fixed_text=line)

    def _answer(self, question: str, kind: str, **fields: object) -> Answer:
        parts: dict = {"sentences": (), "citations": (), "hits": (), **fields}
        return Answer(
            question=question, standalone_question=question, kind=kind, confidence=0.8, model=self.model_name,
            timings=Timings(total=2.4), **parts,
        )  # fmt: skip
