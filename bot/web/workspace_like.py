"""What the page needs of a workspace: one Protocol, so that the page can be tried with a small fake.

Models, storage and the order of the stages are behind it; the page holds no opinion on them. A method
raises `BotError` for what the user can put right, and the page shows that as one line.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Protocol

from bot.calibration import OwnThreshold
from bot.catalogue import ModelInUse
from bot.datatypes import (
    Answer,
    CitedSentence,
    Collection,
    Document,
    DocumentSummary,
    IngestOutcome,
    IngestProgress,
    Stage,
    Upload,
)
from bot.evaluate.bar import Watch
from bot.selection import DEFAULT_K
from bot.summary.datatypes import Length, Summary, SummaryProgress
from bot.where import EVERYWHERE, Where

History = Sequence[tuple[str, str]]  # (role, text) with role "user" or "agent", oldest first


class WorkspaceLike(Protocol):
    """Collections of documents and a bot that answers from them."""

    @property
    def home(self) -> Path:
        """The folder of all that is kept; it need not exist, and nothing in it is ever served as a file."""

    @property
    def model_name(self) -> str:
        """The generator in use, for the small print under an answer."""

    def stream(
        self,
        question: str,
        *,
        collection: str,
        history: History = (),
        k: int = DEFAULT_K,
        threshold: float | None = None,
        where: Where = EVERYWHERE,
    ) -> Iterator[Stage | CitedSentence | Answer]:
        """Yield stages, then each checked sentence, then the whole answer last."""

    def ask(
        self,
        question: str,
        *,
        collection: str,
        history: History = (),
        k: int = DEFAULT_K,
        threshold: float | None = None,
        where: Where = EVERYWHERE,
    ) -> Answer:
        """Answer at once."""

    def vote(self, answer: Answer, *, is_right: bool, collection: str, history: History = ()) -> Path:
        """Keep what a reader thinks of an answer, and say in which file."""

    def evaluate(
        self, gold: Path, *, collection: str, limit: int | None, retrieval_only: bool, watch: Watch
    ) -> Path:
        """Ask a gold file's questions, each passing by `watch`, and return the folder of the run.

        What `watch` raises ends the run there; the same call goes on with it.
        """

    def summarize(
        self, documents: Sequence[Document], *, length: Length = Length.MEDIUM, focus: str = ""
    ) -> Iterator[SummaryProgress | Summary]:
        """Yield how far the work is, and the Summary last."""

    def ingest(
        self, sources: Iterable[Upload | str], *, collection: str
    ) -> Iterator[IngestProgress | IngestOutcome]:
        """Take documents in; the collection is made if it is new. One outcome for each document."""

    def again(self, collection: str, name: str) -> Iterator[IngestProgress | IngestOutcome]:
        """Read a stored document again; where that fails, the stored version stays."""

    def collections(self) -> tuple[Collection, ...]:
        """Every collection of this home."""

    def documents(self, collection: str) -> tuple[DocumentSummary, ...]:
        """List the documents of a collection, without their text."""

    def document(self, collection: str, name: str) -> Document:
        """One document with its text; `name` is a doc_id or an external_id."""

    def original(self, doc_id: str) -> bytes | None:
        """Return the bytes that a document was read from; None where they were not kept."""

    def remove(self, collection: str, name: str) -> DocumentSummary:
        """Take a document out and say which it was."""

    def models_in_use(self) -> tuple[ModelInUse, ...]:
        """Say which models answer, what they take and how to change them."""

    def own_threshold(self, collection: str) -> OwnThreshold:
        """Return the least confidence that is answered in a collection, and where that comes from."""

    def warm(self) -> object:
        """Load the models, so that the first answer is quick; what it returns is not looked at."""
