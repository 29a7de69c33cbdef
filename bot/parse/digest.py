"""The fingerprint of what a document was parsed from."""

from __future__ import annotations

import hashlib


def sha256(payload: bytes) -> str:
    """Return the SHA-256 of bytes as hex digits."""
    return hashlib.sha256(payload).hexdigest()
