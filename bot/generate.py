"""Messages -> text, piece by piece. The `Generator` seam, and a transformers model behind it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from bot.datatypes import Message
from bot.language_model import LanguageModel


class Generator(Protocol):
    """Anything that answers a conversation with text."""

    name: str

    def generate(self, messages: Sequence[Message], *, max_tokens: int) -> Iterator[str]:
        """Yield the reply in pieces; the caller may stop listening, and then nothing more is written.

        Raises:
            ContextOverflow: the messages do not fit the model's window.
        """
        ...

    def count_tokens(self, text: str) -> int:
        """Count a text's tokens in the generator's own tokenizer."""
        ...


class TransformersGenerator:
    """A causal language model of this process; greedy, so the same messages give the same reply."""

    def __init__(self, model: LanguageModel) -> None:
        self.model = model
        self.name = model.name

    def generate(self, messages: Sequence[Message], *, max_tokens: int) -> Iterator[str]:
        """See `Generator.generate`."""
        written: list[int] = []
        shown = ""
        for token in self.model.greedy(self.model.chat_ids(messages), max_tokens=max_tokens):
            written.append(token)
            text = str(self.model.tokenizer.decode(written, skip_special_tokens=True))
            if not text.endswith("\ufffd"):  # a character of several tokens is not whole yet
                yield text[len(shown) :]
                shown = text

    def count_tokens(self, text: str) -> int:
        """See `Generator.count_tokens`."""
        return len(self.model.token_ids(text))
