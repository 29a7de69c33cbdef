"""The models of a workspace: which ones were chosen, each loaded once and when it is first needed.

They know no collection and no home. Used by one question at a time: see `bot.turns`.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from bot.best_sentence import BestSentenceReranker
from bot.catalogue import ModelInUse, Parts, in_use
from bot.cross_encoder import CrossEncoderVerifier
from bot.embed import RememberingEncoder, SentenceTransformerEncoder
from bot.evidence import load_weights
from bot.generate import TransformersGenerator
from bot.language_model import LanguageModel
from bot.model_server import is_address
from bot.pair_model import PairModel
from bot.pair_scorer import PairScorer
from bot.phrase import Phraser
from bot.prompt import PromptTemplate
from bot.remote import RemoteGenerator
from bot.rerank import CrossEncoderReranker, InTurn, QueryLikelihoodReranker, Reranker
from bot.second_opinion import SecondOpinion
from bot.support import SupportVerifier
from bot.verify import Verifier, WordingVerifier
from bot.weights import (
    BUNDLED_ENCODER,
    BUNDLED_GENERATOR,
    BUNDLED_RERANKER,
    BUNDLED_VERIFIER,
    generator_folder,
    reranker_folder,
)


@dataclass(frozen=True, slots=True)
class Choice:
    """Which models are to answer, as they were set. What each may be says `Workspace`.

    `rerank` False stops retrieval at the fusion; `phrase` False quotes every sentence.
    """

    generator: str = BUNDLED_GENERATOR
    encoder: str = BUNDLED_ENCODER
    reranker: str = BUNDLED_RERANKER
    verifier: str = BUNDLED_VERIFIER
    rerank: bool = True
    phrase: bool = True


class Models:
    """The chosen models and the parts made of them."""

    def __init__(self, choice: Choice) -> None:
        """Load nothing yet.

        Raises:
            ModelNotFound, ModelRefused: the verifier's or the reranker's folder is missing, or no such model.
        """
        self.choice = choice
        self._own_verifier = (
            None if choice.verifier == BUNDLED_VERIFIER else CrossEncoderVerifier(choice.verifier)
        )
        self._own_reranker = (
            PairModel(reranker_folder(choice.reranker), choice.reranker)
            if choice.rerank and choice.reranker != BUNDLED_RERANKER
            else None
        )
        self.is_warm = False
        self.load_s: dict[str, float] = {}  # seconds that loading took, by role

    @property
    def generator_name(self) -> str:
        """The generator in use."""
        if self.choice.phrase and is_address(self.choice.generator):
            return self.generator.name
        return Path(self.choice.generator).name if self.choice.phrase else "quotes only"

    @cached_property
    def encoder(self) -> SentenceTransformerEncoder:
        """The encoder of every collection of a workspace."""
        return SentenceTransformerEncoder(self.choice.encoder)

    @cached_property
    def remembering(self) -> RememberingEncoder:
        """The encoder as answering uses it: what it read lately it knows."""
        return RememberingEncoder(self.encoder)

    @cached_property
    def scorer(self) -> LanguageModel:
        """The bundled model, which chooses evidence whatever generator is set."""
        return LanguageModel(generator_folder(), BUNDLED_GENERATOR)

    @cached_property
    def generator(self) -> TransformersGenerator | RemoteGenerator:
        """The generator; it shares its weights with the scorer when both are the bundled model."""
        if is_address(self.choice.generator):
            return RemoteGenerator(self.choice.generator)
        if self._is_bundled:
            return TransformersGenerator(self.scorer)
        folder = generator_folder(self.choice.generator)
        return TransformersGenerator(LanguageModel(folder, self.generator_name))

    @cached_property
    def verifier(self) -> Verifier:
        """Says how far words support a claim; what is shown must pass the checks of wording as well."""
        return self._own_verifier or SupportVerifier()

    @cached_property
    def pairs(self) -> PairScorer:
        """Reads a question and a sentence together; the bundled encoder, whichever one searches."""
        return PairScorer()

    def reranker(self, *, time_limit_s: float) -> InTurn | None:
        """Return what puts hits in order, given so many seconds; None where the search's order stands."""
        if not self.choice.rerank:
            return None
        slow: Reranker = (
            CrossEncoderReranker(self._own_reranker, time_limit_s=time_limit_s)
            if self._own_reranker
            else QueryLikelihoodReranker(self.scorer, time_limit_s=time_limit_s)
        )
        return InTurn(BestSentenceReranker(self.remembering), slow)

    def opinion(self) -> SecondOpinion | None:
        """Return a larger generator's say in the confidence; None where there is none in this process."""
        own = None if self._is_bundled else self._own_model
        return SecondOpinion(own) if own else None

    def phraser(self) -> Phraser | None:
        """Return what shortens evidence for a question; None where every sentence is quoted."""
        if not self.choice.phrase:
            return None
        return Phraser(
            self.generator,
            WordingVerifier(),
            scorer=self.scorer,
            writes=not self._is_bundled,
            judge=self.verifier,
        )

    def writer(self) -> Phraser | None:
        """Return what lets a larger generator shorten a sentence; None where there is none or it may not."""
        if not self.choice.phrase or self._is_bundled:
            return None
        template = PromptTemplate.load("compress")
        return Phraser(self.generator, WordingVerifier(), judge=self.verifier, template=template)

    def load(self) -> float:
        """Load what answering needs; return the seconds it took.

        Raises:
            ModelNotFound: weights are missing.
            ModelRefused: the verifier's or the reranker's are damaged.
        """
        started = time.perf_counter()
        self._timed("encoder", lambda: self.encoder.encode_query("warm"))
        self._timed("scorer", self.scorer.warm)
        self._timed("pair scorer", self.pairs.warm)
        if self._own_reranker:
            self._timed("reranker", CrossEncoderReranker(self._own_reranker).warm)
        if self.choice.phrase:
            self._timed("generator", self.generator.warm)
            if self._own_verifier:
                self._timed("verifier", self._own_verifier.warm)
        self.is_warm = True
        return time.perf_counter() - started

    def load_for_search(self) -> None:
        """Load what the final hits need, and no more."""
        self.encoder.encode_query("warm")
        if self._own_reranker:
            CrossEncoderReranker(self._own_reranker).warm()
        elif self.choice.rerank:
            self.scorer.warm()

    @property
    def made_with(self) -> str:
        """Hash, in hex, of all that a confidence depends on: encoder, models, weights, reranked or not."""
        own = None if self._is_bundled else self._own_model
        generator = str(own.folder) if own else BUNDLED_GENERATOR  # a server has no say in a confidence
        reranker = str(self._own_reranker.folder) if self._own_reranker else self.choice.rerank
        parts = (self.encoder.identity.fingerprint, generator, repr(load_weights()), reranker)
        return hashlib.sha256(repr(parts).encode()).hexdigest()

    def in_use(self) -> tuple[ModelInUse, ...]:
        """Say which models answer, what they take and how to change them; sizes once they are loaded."""
        loaded, phrase = self.is_warm, self.choice.phrase
        generator = self._own_model if loaded and phrase else None
        parts = Parts(
            generator=self.choice.generator if phrase else None,
            generator_folder=generator.folder if generator else None,
            scorer_folder=self.scorer.folder if loaded else None,
            encoder=self.encoder.name,
            encoder_folder=self.encoder.folder,
            encoder_reads=(self.encoder.n_dimensions, self.encoder.max_tokens) if loaded else None,
            verifier_folder=self._own_verifier.folder if self._own_verifier else None,
            rerank=self.choice.rerank,
            reranker_folder=self._own_reranker.folder if self._own_reranker else None,
            load_s=self.load_s,
            reranker=self.choice.reranker,
            verifier=self.choice.verifier,
        )
        return in_use(parts)

    @property
    def _is_bundled(self) -> bool:
        """True where the generator is the bundled model, too small to write or to have a say."""
        return self.choice.generator == BUNDLED_GENERATOR

    @property
    def _own_model(self) -> LanguageModel | None:
        """The generator's model where it is in this process, so that it can say how likely a word is."""
        return self.generator.model if isinstance(self.generator, TransformersGenerator) else None

    def _timed(self, role: str, load: Callable[[], object]) -> None:
        """Load what a role needs, and keep the seconds of the first time."""
        started = time.perf_counter()
        load()
        self.load_s.setdefault(role, time.perf_counter() - started)
