"""What a reader set for this session: how much to read, of which documents, and when to keep silent."""

from __future__ import annotations

from dataclasses import dataclass

from bot.errors import UsageError
from bot.selection import DEFAULT_K
from bot.where import Where, where_in

MOST_K = 20  # as many as the search hands on
WHERE_CHARACTERS = 300


@dataclass(frozen=True, slots=True)
class Choices:
    """`k` passages may be read, 1 or more; `threshold` in [0, 1], None for the collection's own.

    `where`: conditions on documents as typed, "" for all of them; `meant` reads or refuses them.
    """

    k: int = DEFAULT_K
    threshold: float | None = None
    where: str = ""


def meant(where: str) -> Where:
    """Read conditions on documents as somebody typed them.

    Raises:
        UsageError: they are too long, or as `where_in`.
    """
    if len(where) > WHERE_CHARACTERS:
        raise UsageError(
            f"the conditions on documents have {len(where):,} characters, at most {WHERE_CHARACTERS} are "
            "read: give fewer of them"
        )
    return where_in(where)
