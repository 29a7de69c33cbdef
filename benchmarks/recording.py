"""Stand-ins for encoder and language model that pass every call on and note it, to be made again bare."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Any, TypeVar

import numpy as np

from bot.embed import SentenceTransformerEncoder
from bot.language_model import LanguageModel, Readings
from bot.workspace import Workspace

T = TypeVar("T")
Call = Callable[[], object]  # one model call, with the inputs it had


class RecordingEncoder:
    """An encoder that notes what it embeds; everything else is the encoder's own."""

    def __init__(self, encoder: SentenceTransformerEncoder, calls: list[Call]) -> None:
        self._encoder = encoder
        self._calls = calls

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the encoder has
        return getattr(self._encoder, name)

    def encode_passages(self, texts: Sequence[str], **options: Any) -> np.ndarray:  # noqa: ANN401 - passed on
        """See `Encoder.encode_passages`."""
        held = list(texts)
        self._calls.append(lambda: self._encoder.encode_passages(held))
        return self._encoder.encode_passages(texts, **options)

    def encode_query(self, text: str) -> np.ndarray:
        """See `Encoder.encode_query`."""
        self._calls.append(lambda: self._encoder.encode_query(text))
        return self._encoder.encode_query(text)


class RecordingModel:
    """A language model that notes what it scores and writes; everything else is the model's own."""

    def __init__(self, model: LanguageModel, calls: list[Call]) -> None:
        self._model = model
        self._calls = calls

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the model has
        return getattr(self._model, name)

    def read(self, prefixes: Sequence[list[int]], continuation: list[int]) -> Readings:
        """See `LanguageModel.read`."""
        held = list(prefixes)
        self._calls.append(lambda: self._model.read(held, continuation))
        return self._model.read(prefixes, continuation)

    def log_likelihoods(self, prefixes: Sequence[list[int]], continuation: list[int]) -> np.ndarray:
        """See `LanguageModel.log_likelihoods`."""
        return self.read(prefixes, continuation).likelihoods

    def greedy(self, prompt: list[int], **options: Any) -> Iterator[int]:  # noqa: ANN401 - passed on
        """See `LanguageModel.greedy`. Noted with the number of tokens that were waited for."""
        n_written = 0
        n_waited: int | None = None  # None: up to the end that the model found itself
        try:
            for token in self._model.greedy(prompt, **options):
                n_written += 1
                yield token
        except GeneratorExit:  # the caller stopped listening
            n_waited = n_written
            raise
        finally:
            self._calls.append(lambda: list(islice(self._model.greedy(prompt, **options), n_waited)))


class Recorder:
    """A workspace whose models note their calls."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.encoder = workspace.models.encoder
        self.scorer = workspace.models.scorer
        self.calls: list[Call] = []
        # Both are cached properties: what is set here is what every stage is built with.
        vars(workspace.models)["encoder"] = RecordingEncoder(self.encoder, self.calls)
        vars(workspace.models)["scorer"] = RecordingModel(self.scorer, self.calls)

    def record(self, work: Callable[[], T]) -> tuple[T, tuple[Call, ...]]:
        """Do something afresh and return what came of it, with the model calls that it took."""
        self.forget()
        self.calls.clear()
        return work(), tuple(self.calls)

    def forget(self) -> None:
        """Drop the scores that the model remembers, so that asking again costs as much as the first time."""
        self.scorer._read = {}
