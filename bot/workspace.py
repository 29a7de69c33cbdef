"""Where the parts are put together: one home folder, one set of models, any number of collections.

The command line and the page both stand on this. Nothing is loaded before it is needed, and each model
is loaded once, whoever uses it. They are used by one question at a time: see `bot.turns`.
"""

from __future__ import annotations

import copy
import math
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from bot.answer import Bot, checked_question
from bot.calibration import OwnThreshold, read_calibration
from bot.catalogue import ModelInUse
from bot.conversation import History
from bot.datatypes import (
    Answer,
    CitedSentence,
    Collection,
    Document,
    DocumentSummary,
    Hit,
    IngestOutcome,
    IngestProgress,
    Stage,
    Upload,
)
from bot.evidence import EvidenceSelector, load_weights
from bot.feedback import keep_vote
from bot.ingest import ingest, read_again
from bot.models import Choice, Models
from bot.rerank import TIME_LIMIT_S
from bot.retrieve import Retriever
from bot.selection import DEFAULT_K
from bot.store import Store
from bot.summary.datatypes import Length, Summary, SummaryProgress
from bot.summary.salience import is_specific
from bot.summary.summarizer import Summarizer
from bot.summary.wording import Wording
from bot.turns import Turns
from bot.weights import BUNDLED_ENCODER, BUNDLED_GENERATOR, BUNDLED_RERANKER, BUNDLED_VERIFIER
from bot.where import EVERYWHERE, Where

if TYPE_CHECKING:  # it stands on this module
    from bot.evaluate.bar import Watch


class Workspace:
    """A home folder with its collections, and the models that answer from them."""

    def __init__(
        self,
        home: Path,
        *,
        model: str = BUNDLED_GENERATOR,
        verifier: str = BUNDLED_VERIFIER,
        encoder: str = BUNDLED_ENCODER,
        reranker: str = BUNDLED_RERANKER,
        rerank: bool = True,
        rerank_limit_s: float = TIME_LIMIT_S,
        phrase: bool = True,
        calibrated: bool = True,
    ) -> None:
        """Open the library of a home folder, which need not exist yet.

        Args:
            home: the folder; created by the first ingest.
            model: generator: the bundled name, a local folder, a .gguf file, a hub id, or a model on a server
                as "http://localhost:8000/v1#name".
            verifier: says how far words support a sentence: the bundled name or a cross-encoder's folder.
            encoder: the bundled name, a local folder or a hub id.
            reranker: what orders the first hits: the bundled name, a cross-encoder's folder or a hub id.
            rerank: False stops retrieval at the fusion.
            rerank_limit_s: seconds after which reranking stops where it is. Without one (math.inf) answers
                do not depend on how busy the machine is, which is what an evaluation needs.
            phrase: False quotes every sentence.
            calibrated: False abstains by the shipped threshold, whatever `bot calibrate` found.

        Raises:
            StoreError: the home holds something that is not a library of ours.
            ModelNotFound, ModelRefused: the verifier's or the reranker's folder is missing, or no such model.
        """
        self.home = home
        self.store = Store.open(home)
        self.models = Models(
            Choice(
                generator=model,
                encoder=encoder,
                reranker=reranker,
                verifier=verifier,
                rerank=rerank,
                phrase=phrase,
            )
        )
        self.rerank_limit_s = rerank_limit_s
        self.calibrated = calibrated
        self.turns = Turns()
        self._bots: dict[str, Bot] = {}

    @property
    def model_name(self) -> str:
        """The generator in use."""
        return self.models.generator_name

    def warm(self) -> float:
        """Load the models; return the seconds it took. See `Models.load`."""
        with self.turns.taken():
            return self.models.load()

    def bot(self, collection: str) -> Bot:
        """Return the bot of a collection.

        Raises:
            UnknownCollection: there is none of that name.
        """
        self.store.collection(collection)
        if collection not in self._bots:
            models = self.models
            self._bots[collection] = Bot(
                retriever=Retriever(self.store, models.remembering, collection),
                reranker=models.reranker(time_limit_s=self.rerank_limit_s),
                selector=EvidenceSelector(models.scorer, models.remembering, pairs=models.pairs),
                phraser=models.phraser(),
                opinion=models.opinion(),
                summarizer=self.summarizer,
                threshold=self._own_threshold(collection),
            )
        return self._bots[collection]

    @property
    def shipped_threshold(self) -> float:
        """The least confidence that is answered where no collection has its own."""
        return load_weights().threshold

    @property
    def made_with(self) -> str:
        """Hash, in hex, of all that a confidence depends on. See `Models.made_with`."""
        return self.models.made_with

    def threshold(self, collection: str) -> float:
        """Return the least confidence that is answered in a collection, in [0, 1].

        Raises:
            UsageError: what `bot calibrate` kept is damaged.
        """
        own = self._own_threshold(collection)
        return self.shipped_threshold if own is None else own

    def own_threshold(self, collection: str) -> OwnThreshold:
        """Return the least confidence that is answered in a collection, and where it comes from.

        Raises:
            UsageError: what `bot calibrate` kept is damaged.
        """
        weights = load_weights()
        kept = read_calibration(self.home, collection) if self.calibrated else None
        if kept and kept.made_with == self.made_with:
            return OwnThreshold(kept.threshold, weights.provenance, calibration=kept)
        return OwnThreshold(weights.threshold, weights.provenance, passed_over=kept)

    def models_in_use(self) -> tuple[ModelInUse, ...]:
        """Say which models answer, what they take and how to change them; sizes once they are loaded."""
        return self.models.in_use()

    def _own_threshold(self, collection: str) -> float | None:
        own = self.own_threshold(collection)
        if own.calibration:
            return own.value
        if (kept := own.passed_over) is None:
            return None
        sys.stderr.write(
            f"bot: {collection!r} was calibrated with other models or settings, so the shipped threshold is "
            f"used: bot calibrate {kept.gold} --collection {collection} (and --model, where one is given) "
            "finds the one for these\n"
        )
        return None

    def stream(
        self,
        question: str,
        *,
        collection: str,
        history: History = (),
        k: int = DEFAULT_K,
        threshold: float | None = None,
        hidden: frozenset[str] = frozenset(),
        where: Where = EVERYWHERE,
    ) -> Iterator[Stage | CitedSentence | Answer]:
        """Yield stages, each checked sentence, and the whole Answer last. See `Bot.stream` and `Bot.within`.

        Other questions wait until this is exhausted or closed.
        """
        checked_question(question, k=k)
        bot = self.bot(collection)
        with self.turns.taken():
            bot = bot.within(where)
            if not self.models.is_warm:
                yield Stage("Loading the models")
            load_s = self.models.load()
            for event in bot.stream(question, history=history, k=k, threshold=threshold, hidden=hidden):
                if isinstance(event, Answer):
                    yield replace(event, timings=replace(event.timings, load=load_s))
                else:
                    yield event

    def ask(
        self,
        question: str,
        *,
        collection: str,
        history: History = (),
        k: int = DEFAULT_K,
        threshold: float | None = None,
        hidden: frozenset[str] = frozenset(),
        where: Where = EVERYWHERE,
    ) -> Answer:
        """Return the whole answer. See `stream`."""
        *_, answer = self.stream(
            question, collection=collection, history=history, k=k, threshold=threshold, hidden=hidden,
            where=where,
        )  # fmt: skip
        assert isinstance(answer, Answer)
        return answer

    def summarize(
        self, documents: Sequence[Document], *, length: Length = Length.MEDIUM, focus: str = ""
    ) -> Iterator[SummaryProgress | Summary]:
        """Yield how far the work is, and the Summary last. See `bot.summary.summarizer.Summarizer.stream`.

        Questions, and other summaries, wait until this is exhausted or closed.
        """
        with self.turns.taken():
            yield from self.summarizer(is_specific(focus)).stream(documents, length=length, focus=focus)

    def summarizer(self, focused: bool) -> Summarizer:
        """Return a summarizer; only for a focus, or with a larger generator, is a language model loaded."""
        models = self.models
        wording = Wording(
            focused=models.phraser() if focused else None,
            writer=None if focused else models.writer(),
            shortens=models.choice.phrase,
        )
        scorer = models.scorer if focused else None
        return Summarizer(encoder=models.remembering, scorer=scorer, wording=wording)

    def retrieve(
        self, question: str, *, collection: str, history: History = (), where: Where = EVERYWHERE
    ) -> list[Hit]:
        """Return the final hits of a question, without answering it."""
        bot = self.bot(collection)
        with self.turns.taken():
            return bot.within(where).retrieve(question, history=history)

    def evaluate(
        self, gold: Path, *, collection: str, limit: int | None, retrieval_only: bool, watch: Watch
    ) -> Path:
        """Ask a gold file's questions and keep the run in this home. See `bot.evaluate.kept.keep`."""
        from bot.evaluate.kept import keep

        return keep(
            self._unhurried(collection), gold, limit=limit, retrieval_only=retrieval_only,
            collection=collection, watch=watch,
        )  # fmt: skip

    def _unhurried(self, collection: str) -> Workspace:
        """Return a workspace of the same models, whose answers do not depend on how busy the machine is."""
        bot = copy.copy(self.bot(collection))  # it made the models that the copy is to share
        twin = copy.copy(self)
        twin.rerank_limit_s = math.inf
        bot.reranker = self.models.reranker(time_limit_s=math.inf)
        twin._bots = {collection: bot}
        return twin

    def ingest(
        self, sources: Iterable[Upload | str | Path], *, collection: str
    ) -> Iterator[IngestProgress | IngestOutcome]:
        """Take files, folders and uploads into a collection. See `bot.ingest.ingest`."""
        return ingest(sources, store=self.store, encoder=self.models.encoder, collection=collection)

    def again(self, collection: str, name: str) -> Iterator[IngestProgress | IngestOutcome]:
        """Read a stored document again, from its path or the bytes kept. See `bot.ingest.read_again`."""
        return read_again(name, store=self.store, encoder=self.models.encoder, collection=collection)

    def collections(self) -> tuple[Collection, ...]:
        """Return every collection of this home."""
        return self.store.collections()

    def documents(self, collection: str) -> tuple[DocumentSummary, ...]:
        """List the documents of a collection."""
        return self.store.documents(collection)

    def document(self, collection: str, name: str) -> Document:
        """Return one document with its text."""
        return self.store.document(collection, name)

    def original(self, doc_id: str) -> bytes | None:
        """Return the bytes that a document was read from, None where they were not kept."""
        return self.store.original(doc_id)

    def vote(self, answer: Answer, *, is_right: bool, collection: str, history: History = ()) -> Path:
        """Append what a reader thinks of an answer to the collection's gold file. See `bot.feedback`."""
        return keep_vote(self.home, collection, answer, is_right=is_right, history=history)

    def remove(self, collection: str, name: str) -> DocumentSummary:
        """Forget a document."""
        with self.store.writing() as writer:
            removed = writer.remove(collection, name)
            writer.publish(collection)
        return removed

    def rebuild(self, collections: Sequence[str]) -> None:
        """Write the index files of collections anew; one of another encoder is embedded anew first."""
        encoder = self.models.encoder
        for name in collections:
            with self.store.writing() as writer:
                loaded = self.store.load(name)
                if loaded.collection.encoder.fingerprint != encoder.identity.fingerprint:
                    texts = [passage.search_text for passage in loaded.passages]
                    writer.reembed(name, encoder.identity, encoder.encode_passages(texts))
                writer.publish(name)
