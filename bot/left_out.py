"""What a model did not read: text beyond its window, counted where it is cut, so that none goes silently.

Whoever cuts calls `note`; whoever answers collects with `Cuts.noting` around each piece of its work. Outside
of that a note goes nowhere. A text that is cut by the same model again and again counts once.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

_Key = tuple[str, str, int]  # reader, what, hash of the text


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Texts of one kind that one model read in part: how many, and how many tokens it did not read of them.

    `what`: "question", "passage", "evidence", "sentence", "last answer", or "prompt", left out whole.
    `n_tokens` are the reader's own, of a search or of a server cl100k's.
    """

    reader: str
    what: str
    n_texts: int
    n_tokens: int


class Cuts:
    """What was cut while one question was answered."""

    def __init__(self) -> None:
        self._tokens: dict[_Key, int] = {}

    @contextmanager
    def noting(self) -> Iterator[None]:
        """Collect what is cut in this block, in this thread. Do not yield to others inside it."""
        token = _collecting.set(self)
        try:
            yield
        finally:
            _collecting.reset(token)

    def repeat(self) -> None:
        """Note all of it again, for a result that is remembered rather than worked out."""
        if (collecting := _collecting.get()) is not None:
            collecting._tokens |= self._tokens

    def total(self) -> tuple[LeftOut, ...]:
        """Return what was cut, by reader and kind, in the order in which it first was."""
        kinds = dict.fromkeys((reader, what) for reader, what, _ in self._tokens)
        found = {kind: [n for key, n in self._tokens.items() if key[:2] == kind] for kind in kinds}
        return tuple(LeftOut(*kind, len(tokens), sum(tokens)) for kind, tokens in found.items())


_collecting: ContextVar[Cuts | None] = ContextVar("collecting", default=None)


def note(reader: str, what: str, text: str, n_tokens: int) -> None:
    """Say that `reader` did not read so many tokens of a text; 0 or fewer says nothing."""
    if n_tokens > 0 and (collecting := _collecting.get()) is not None:
        collecting._tokens[reader, what, hash(text)] = n_tokens
