"""A generator behind an address: any server of the OpenAI chat interface, such as vLLM, llama.cpp or Ollama.

`--model http://localhost:8000/v1#name`. It writes and no more: whatever needs likelihoods stays with the
bundled model. Nothing but the prompt leaves this process, which holds a question and one stretch of a
passage, and only for that address.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from bot.datatypes import Message, Tokens
from bot.errors import ContextOverflow
from bot.event_stream import Delta, deltas
from bot.model_server import KEY_VARIABLE, ModelServer, Patience, server_model
from bot.tokens import count_tokens

DEFAULT_WINDOW = 4_096  # tokens, where the server states none: what Ollama reads unless it is told otherwise
ESTIMATE_MARGIN = 1.3  # its tokenizer is not known here: cl100k's count, and so much more
TOKENS_A_MESSAGE = 8  # that a chat template adds, about
PATIENCE = Patience()
LEAST_READ = 0.4  # of the estimate: a server that reports less has cut the prompt


@dataclass(slots=True)
class _Asked:
    """A conversation as it was sent, its tokens by estimate, and what the server counted, once it says so."""

    messages: tuple[Message, ...]
    n_tokens: int
    reported: Tokens | None = None


class RemoteGenerator:
    """A model on a server, asked greedily (temperature 0) and read as it streams. See `Generator`."""

    def __init__(
        self,
        setting: str,
        *,
        environment: Mapping[str, str] = os.environ,
        patience: Patience = PATIENCE,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        """Nothing is asked yet.

        Raises:
            UsageError: the setting is no address with a model's name.
        """
        key = environment.get(KEY_VARIABLE, "").strip()
        self.server = ModelServer(server_model(setting), key=key, patience=patience, sleep=sleep)
        self.name = self.server.model.name
        self._asked: _Asked | None = None  # the last conversation

    def warm(self) -> None:
        """Look whether the server is there, and how much its model reads.

        Raises:
            ModelServerFailed: it is not, or refuses.
        """
        _ = self.window_tokens

    @cached_property
    def window_tokens(self) -> int:
        """How many tokens the model reads and writes together: as the server says, else DEFAULT_WINDOW."""
        return self.server.window_tokens() or DEFAULT_WINDOW

    def generate(
        self, messages: Sequence[Message], *, max_tokens: int, words_of: str | None = None
    ) -> Iterator[str]:
        """See `Generator.generate`; `words_of` is not used.

        Raises:
            ContextOverflow: the messages are too long by estimate, by what the server says, or it cut them.
            ModelServerFailed: the server refused, was too slow, or its reply was cut off or garbled.
        """
        asked = self._asked = _Asked(tuple(messages), _estimate(messages))
        self._require_room(asked.n_tokens, max_tokens)
        ended = False
        with self.server.chat(self._body(messages, max_tokens)) as (is_json, pieces):
            for delta in deltas(pieces, is_json=is_json):
                self._note(asked, delta)
                ended = ended or delta.ends
                if delta.text:
                    yield delta.text
        if not ended:
            raise self.server.failed("cut its reply off: the connection ended before the reply did")

    def tokens_used(self, messages: Sequence[Message], reply: str) -> Tokens:
        """See `Generator.tokens_used`: as the server reported them, else an estimate, marked as one."""
        asked = self._asked
        if asked is None or asked.messages != tuple(messages):
            return Tokens(_estimate(messages), count_tokens(reply), estimated=True)
        return asked.reported or Tokens(asked.n_tokens, count_tokens(reply), estimated=True)

    def _body(self, messages: Sequence[Message], max_tokens: int) -> dict[str, object]:
        return {
            "model": self.name,
            "messages": [{"role": message.role, "content": message.content} for message in messages],
            "max_tokens": max_tokens,
            "temperature": 0,
            "stream": True,
            "stream_options": {"include_usage": True},
        }

    def _require_room(self, n_tokens: int, max_tokens: int) -> None:
        if n_tokens + max_tokens > self.window_tokens:
            raise ContextOverflow(
                f"the prompt has about {n_tokens} tokens and may be answered with {max_tokens}; {self.name} "
                f"at {self.server.model.address} reads {self.window_tokens} in all: shorten the question"
            )

    def _note(self, asked: _Asked, delta: Delta) -> None:
        """Keep what the server says it read and wrote.

        Raises:
            ContextOverflow: it read so much less than it was sent that it must have cut the prompt.
        """
        if delta.tokens is None:
            return
        asked.reported = delta.tokens
        if 0 < delta.tokens.prompt < LEAST_READ * asked.n_tokens:
            raise ContextOverflow(
                f"{self.name} at {self.server.model.address} read {delta.tokens.prompt} of about "
                f"{asked.n_tokens} tokens, so the server cut the prompt: give it a larger window"
            )


def _estimate(messages: Sequence[Message]) -> int:
    """Estimate a conversation's tokens, rather too many than too few."""
    n_tokens = sum(count_tokens(message.content) + TOKENS_A_MESSAGE for message in messages)
    return int(n_tokens * ESTIMATE_MARGIN)
