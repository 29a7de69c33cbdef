"""What a reader set for this session: how much to read, of which documents, and when to keep silent."""

from __future__ import annotations

from dataclasses import dataclass

from bot.selection import DEFAULT_K

MOST_K = 20  # as many as the search hands on
WHERE_CHARACTERS = 300


@dataclass(frozen=True, slots=True)
class Choices:
    """`k` passages may be read, 1 or more; `threshold` in [0, 1], None for the collection's own.

    `where`: conditions on documents as typed, "" for all of them; `bot.where.where_in` reads or refuses them.
    """

    k: int = DEFAULT_K
    threshold: float | None = None
    where: str = ""
