"""What a reader set for this session: how many passages to read, and when to keep silent."""

from __future__ import annotations

from dataclasses import dataclass

from bot.selection import DEFAULT_K

MOST_K = 20  # as many as the search hands on


@dataclass(frozen=True, slots=True)
class Choices:
    """`k` passages may be read, 1 or more; `threshold` in [0, 1], None for the collection's own."""

    k: int = DEFAULT_K
    threshold: float | None = None
