"""Unpacking what a server sent, no further than there is room: a few kilobytes may stand for gigabytes."""

from __future__ import annotations

import zlib
from collections.abc import Iterable

PLAIN = ("", "identity")
PACKED = ("gzip", "x-gzip", "deflate")
ACCEPTED = "gzip, deflate"  # no Brotli or Zstandard: their unpackers cannot be stopped midway
_GZIP = b"\x1f"  # how a member begins
_GZIP_OR_ZLIB = 32 + zlib.MAX_WBITS


class TooLarge(Exception):
    """There is more than there is room for."""


class Broken(Exception):
    """The bytes are not packed as was said, or end too soon."""


def unpacked(chunks: Iterable[bytes], encoding: str, max_bytes: int) -> bytes:
    """Join a body's chunks, unpacked where `encoding` is one of PACKED.

    Raises:
        TooLarge: that is more than `max_bytes`; no more than one byte beyond was unpacked.
        Broken: the packing is damaged or incomplete.
    """
    inflater = _Inflater() if encoding in PACKED else None
    pieces: list[bytes] = []
    n_bytes = n_received = 0
    for chunk in chunks:
        n_received += len(chunk)
        room = max_bytes - n_bytes
        piece = inflater.feed(chunk, room) if inflater else chunk
        n_bytes += len(piece)
        if n_bytes > max_bytes or n_received > max_bytes:
            raise TooLarge
        pieces.append(piece)
    if inflater and n_received and not inflater.is_complete:
        raise Broken("the packing ends too soon")
    return b"".join(pieces)


class _Inflater:
    """Unpacks gzip (one member after another) and both forms of deflate."""

    def __init__(self) -> None:
        self._inflate: zlib._Decompress | None = None

    @property
    def is_complete(self) -> bool:
        """Tell whether the packing has come to its end."""
        return self._inflate is not None and self._inflate.eof

    def feed(self, chunk: bytes, room: int) -> bytes:
        """Unpack a chunk, up to `room` + 1 bytes."""
        pieces: list[bytes] = []
        n_bytes = 0
        while chunk and n_bytes <= room:
            if self.is_complete and not chunk.startswith(_GZIP):
                break  # what stands after the end and is no further member
            inflate = self._begun(chunk)
            try:
                piece = inflate.decompress(chunk, room + 1 - n_bytes)
            except zlib.error as error:
                raise Broken(str(error)) from error
            pieces.append(piece)
            n_bytes += len(piece)
            chunk = inflate.unused_data if inflate.eof else inflate.unconsumed_tail
        return b"".join(pieces)

    def _begun(self, chunk: bytes) -> zlib._Decompress:
        """Return the member at work: begun, as the first byte tells how, where there is none or one ended."""
        if self._inflate is None or self._inflate.eof:
            bare = not chunk.startswith(_GZIP) and chunk[0] & 0x0F != 8  # deflate without zlib's header
            self._inflate = zlib.decompressobj(-zlib.MAX_WBITS if bare else _GZIP_OR_ZLIB)
        return self._inflate
