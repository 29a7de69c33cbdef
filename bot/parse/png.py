"""Pixels to a PNG file (ISO/IEC 15948), by zlib alone: grey or colour, 8 bits, rows unfiltered."""

from __future__ import annotations

import struct
import zlib

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_GREY, _COLOUR = 0, 2
_LEVEL = 6  # of compression; a page of print gets to a few hundred kilobytes in some 50 ms


def write_png(pixels: bytes, width: int, height: int, n_channels: int) -> bytes:
    """Write a picture. `pixels`: `height` rows of `width * n_channels` bytes, 1 channel or 3."""
    row = width * n_channels
    assert len(pixels) == row * height
    rows = b"".join(b"\x00" + pixels[start : start + row] for start in range(0, len(pixels), row))
    kind = _GREY if n_channels == 1 else _COLOUR
    header = struct.pack(">IIBBBBB", width, height, 8, kind, 0, 0, 0)
    return b"".join(
        (_SIGNATURE, _chunk(b"IHDR", header), _chunk(b"IDAT", zlib.compress(rows, _LEVEL)), _chunk(b"IEND"))
    )


def _chunk(kind: bytes, body: bytes = b"") -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
