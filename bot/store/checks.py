"""What must hold of a document before it is stored, and the checksum that tells whether it still does."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np

from bot.datatypes import NewPassage
from bot.store.rows import VECTOR_DTYPE


def checked_spans(text: str, passages: Sequence[NewPassage]) -> None:
    """Check that every passage is a stretch of the text, at least one character long.

    Raises:
        ValueError: one is not.
    """
    for number, passage in enumerate(passages):
        if not 0 <= passage.start < passage.end <= len(text):
            raise ValueError(
                f"passage {number} is [{passage.start}, {passage.end}) of a text of {len(text)} characters; "
                "expected 0 <= start < end <= length"
            )


def checked_vectors(vectors: np.ndarray, *, n: int, d: int) -> np.ndarray:
    """Return vectors (n, d) float32 as they are stored.

    Raises:
        ValueError: another shape, or a number that is not finite.
    """
    if vectors.shape != (n, d):
        raise ValueError(f"vectors have shape {vectors.shape}; expected {(n, d)}: a row for each passage")
    with np.errstate(over="ignore"):  # what overflows is infinite, and refused below
        stored = np.ascontiguousarray(vectors, dtype=VECTOR_DTYPE)
    if not np.isfinite(stored).all():
        rows = np.flatnonzero(~np.isfinite(stored).all(axis=1))
        raise ValueError(f"vectors of passages {rows[:5].tolist()} hold numbers that are not finite")
    return stored


def document_checksum(text: str, vectors: bytes) -> str:
    """SHA-256 over the text and its passages' vectors in order: the database file itself has no checksums."""
    digest = hashlib.sha256(text.encode("utf-8"))
    digest.update(vectors)
    return digest.hexdigest()
