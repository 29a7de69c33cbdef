"""The types that belong to the store alone, and the two rules about names: collections and doc_ids."""

from __future__ import annotations

import hashlib
import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from bot.datatypes import Collection, EncoderIdentity, Passage
from bot.errors import EncoderMismatch, UsageError

DOC_ID_DIGITS = 16
COLLECTION_NAME = re.compile(r"[A-Za-z0-9._-]{1,64}")


@dataclass(frozen=True, slots=True, eq=False)
class Loaded:
    """Everything search needs of one collection, read in one snapshot; row i of each belongs together.

    `passage_ids`: (n,) int64, ascending; an id names one vector for ever and is never given out again.
    `vectors`: (n, d) float32, read-only. `revision` is that of `collection`, at the moment of the snapshot.
    `metadata`: what is known of each document beside its text ("source", "date"), by its doc_id.
    """

    revision: int
    passage_ids: np.ndarray
    passages: tuple[Passage, ...]
    vectors: np.ndarray
    collection: Collection
    metadata: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


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


def require_encoder(collection: Collection, encoder: EncoderIdentity) -> None:
    """Let vectors of an encoder meet a collection's; one without documents takes any encoder.

    Raises:
        EncoderMismatch: its documents were embedded with another one; names both and the way out.
    """
    stored = collection.encoder
    same = (stored.fingerprint, stored.n_dimensions) == (encoder.fingerprint, encoder.n_dimensions)
    if collection.n_documents and not same:
        anew = f"bot library rebuild --collection {collection.name} --encoder {shlex.quote(encoder.name)}"
        raise EncoderMismatch(
            f"collection {collection.name!r} was embedded with {_described(stored)}; the encoder in use is "
            f"{_described(encoder)}. Go back to the first (--encoder {shlex.quote(stored.name)}), or embed "
            f"the collection anew: {anew}"
        )


def _described(encoder: EncoderIdentity) -> str:
    return f"{encoder.name!r} ({encoder.n_dimensions} d, fingerprint {encoder.fingerprint[:12]})"
