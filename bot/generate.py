"""Messages -> text, piece by piece. The `Generator` seam, and a transformers model behind it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from bot.datatypes import Message, Tokens
from bot.language_model import LanguageModel


class Generator(Protocol):
    """Anything that answers a conversation with text."""

    name: str

    def generate(
        self, messages: Sequence[Message], *, max_tokens: int, words_of: str | None = None
    ) -> Iterator[str]:
        """Yield the reply in pieces; the caller may stop listening, and then nothing more is written.

        With `words_of` a generator that can steer its own decoding writes only with the tokens of that
        text; one that cannot may ignore it, since what it writes is verified all the same.

        Raises:
            ContextOverflow: the messages do not fit the model's window.
            ModelServerFailed: a model on a server could not be asked, or did not answer to the end.
        """
        ...

    def tokens_used(self, messages: Sequence[Message], reply: str) -> Tokens:
        """Return what a conversation and the part of its reply that was heard took, in its own tokenizer.

        A generator that cannot count gives an estimate, and says so in it.
        """
        ...

    def warm(self) -> None:
        """Load, or look for, what it needs."""
        ...


class TransformersGenerator:
    """A causal language model of this process; greedy, so the same messages give the same reply."""

    def __init__(self, model: LanguageModel) -> None:
        self.model = model
        self.name = model.name

    def generate(
        self, messages: Sequence[Message], *, max_tokens: int, words_of: str | None = None
    ) -> Iterator[str]:
        """See `Generator.generate`."""
        written: list[int] = []
        shown = ""
        prompt = self.model.chat_ids(messages)
        allowed = None if words_of is None else self._tokens_of(words_of)
        for token in self.model.greedy(prompt, max_tokens=max_tokens, allowed=allowed):
            written.append(token)
            text = str(self.model.tokenizer.decode(written, skip_special_tokens=True))
            ends = [text.find(stop) for stop in self.model.stop_strings if stop in text]
            if ends:
                yield text[len(shown) : max(len(shown), min(ends))]
                return
            if not text.endswith("\ufffd"):  # a character of several tokens is not whole yet
                yield text[len(shown) :]
                shown = text

    def _tokens_of(self, text: str) -> frozenset[int]:
        """Return the tokens of a text, of each of its words at the start of a sentence, and the full stop."""
        ids = set(self.model.token_ids(f"{text} .")) | set(self.model.token_ids("."))
        for word in text.split():
            ids.update(self.model.token_ids(word[:1].upper() + word[1:]))
        return frozenset(ids)

    def tokens_used(self, messages: Sequence[Message], reply: str) -> Tokens:
        """See `Generator.tokens_used`."""
        n_read = sum(len(self.model.token_ids(message.content)) for message in messages)
        return Tokens(n_read, len(self.model.token_ids(reply)))

    def warm(self) -> None:
        """See `Generator.warm`."""
        self.model.warm()
