"""What a model did not read: text beyond its window, counted where it is cut, so that none goes silently.

Whoever cuts calls `note`; whoever answers collects with `Cuts.noting` around each piece of its work. Outside
of that a note goes nowhere. A text that is cut by the same model again and again counts once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

PLURALS = {
    "query": "queries",
    "question with passage": "questions with passages",
    "evidence": "pieces of evidence",
}
_Key = tuple[str, str, int]  # reader, what, hash of the text


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Texts of one kind that one model read in part: how many, and how many tokens it did not read of them.

    `what`: "question", "query" (what is searched for), "passage", "question with passage" (the question is
    cut too), "sentence", "evidence", "last answer", or "prompt", which is left out whole. `n_tokens` are the
    reader's own, of a search or a server cl100k's.
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

    def total(self) -> tuple[LeftOut, ...]:
        """Return what was cut, by reader and kind, in the order in which it first was."""
        kinds = dict.fromkeys((reader, what) for reader, what, _ in self._tokens)
        found = {kind: [n for key, n in self._tokens.items() if key[:2] == kind] for kind in kinds}
        return tuple(LeftOut(*kind, len(tokens), sum(tokens)) for kind, tokens in found.items())


def left_out_line(rows: Sequence[LeftOut]) -> str:
    """Say in one line what was not read; "" of nothing."""
    parts = (
        f"{_counted(row.n_tokens, 'token')} of {_counted(row.n_texts, row.what)} ({row.reader})"
        for row in rows
    )
    return f"Left out, beyond what a model reads: {', '.join(parts)}" if rows else ""


def _counted(n: int, noun: str) -> str:
    return f"{n:,} {noun}" if n == 1 else f"{n:,} {PLURALS.get(noun, f'{noun}s')}"


def left_out_json(rows: Sequence[LeftOut]) -> list[dict[str, object]]:
    """Return what was not read as in the contract: a list of {"reader", "what", "texts", "tokens"}."""
    return [
        {"reader": row.reader, "what": row.what, "texts": row.n_texts, "tokens": row.n_tokens} for row in rows
    ]


_collecting: ContextVar[Cuts | None] = ContextVar("collecting", default=None)


def note(reader: str, what: str, text: str, n_tokens: int) -> None:
    """Say that `reader` did not read so many tokens of a text; 0 or fewer says nothing."""
    if n_tokens > 0 and (collecting := _collecting.get()) is not None:
        collecting._tokens[reader, what, hash(text)] = n_tokens


def is_noting() -> bool:
    """Tell whether anybody collects, where counting takes time."""
    return _collecting.get() is not None
