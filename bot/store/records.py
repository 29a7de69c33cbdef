"""The types that belong to the store alone, and the two rules about names: collections and doc_ids."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

import numpy as np

from bot.datatypes import Collection, Passage
from bot.errors import UsageError

DOC_ID_DIGITS = 16
COLLECTION_NAME = re.compile(r"[A-Za-z0-9._-]{1,64}")


@dataclass(frozen=True, slots=True)
class NewPassage:
    """A span of a document's text to be stored; offsets, page and section as in `bot.datatypes.Passage`."""

    start: int
    end: int
    page: int | None
    section: str | None
    search_text: str


@dataclass(frozen=True, slots=True, eq=False)
class Loaded:
    """Everything search needs of one collection, read in one snapshot; row i of each belongs together.

    `passage_ids`: (n,) int64, ascending; an id names one vector for ever and is never given out again.
    `vectors`: (n, d) float32, read-only. `revision` is that of `collection`, at the moment of the snapshot.
    """

    revision: int
    passage_ids: np.ndarray
    passages: tuple[Passage, ...]
    vectors: np.ndarray
    collection: Collection


@dataclass(frozen=True, slots=True)
class Generation:
    """What the database says about a collection's index file: which one it is and what it must contain.

    `high_water`: the largest passage id there was when it was written; 0 for an empty collection.
    """

    collection_id: int
    number: int
    sha256: str
    high_water: int
    n_passages: int
    n_dimensions: int

    @property
    def file_name(self) -> str:
        """Made from numbers only, so that no name a user types ever becomes part of a path."""
        return f"{self.collection_id}-{self.number}.faiss"


@dataclass(frozen=True, slots=True)
class Verification:
    """What a check of the whole library found, one plain line each; `ok` is False if any needs attention."""

    ok: bool
    lines: tuple[str, ...]


def document_id(collection: str, source: str, sha256: str) -> str:
    """Name one version of a document: 16 hex digits of SHA-256 over the three, NUL between them."""
    identity = "\0".join((collection, source, sha256)).encode("utf-8", "surrogatepass")
    return hashlib.sha256(identity).hexdigest()[:DOC_ID_DIGITS]


def checked_name(collection: str) -> str:
    """Return the name if a collection may have it.

    Raises:
        UsageError: it is empty, too long, or holds others than letters, digits, `.`, `_`, `-`.
    """
    if not COLLECTION_NAME.fullmatch(collection):
        raise UsageError(
            f"a collection cannot be called {collection!r}: use 1 to 64 letters (a-z), digits, dots, "
            "hyphens or underscores, for example annual-reports.2024"
        )
    return collection
