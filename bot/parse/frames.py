"""Length-prefixed frames over a socket: bytes in, the same bytes out, never more than the receiver allows.

The other end may be a parser that went wrong, so nothing here trusts it: a length is checked before memory
is taken for it, and a deadline holds for the whole frame however slowly its bytes arrive.
"""

from __future__ import annotations

import socket
import struct
import time

_LENGTH = struct.Struct("!I")  # bytes of the body, at most 4 GiB


class BadFrame(Exception):
    """The other end sent a frame that is cut short, or longer than was agreed."""


def send_frame(channel: socket.socket, body: bytes) -> None:
    """Send one frame; blocks until the receiver has taken it or the socket's own timeout passes."""
    channel.sendall(_LENGTH.pack(len(body)))
    channel.sendall(body)


def receive_frame(channel: socket.socket, *, max_bytes: int, timeout_s: float | None = None) -> bytes | None:
    """Receive one frame, or None where the other end closed between two frames.

    Raises:
        BadFrame: the frame is longer than `max_bytes`, or the other end closed in the middle of it.
        TimeoutError: the whole frame was not there after `timeout_s` seconds.
    """
    deadline = None if timeout_s is None else time.monotonic() + timeout_s
    prefix = _receive_exactly(channel, _LENGTH.size, deadline)
    if not prefix:
        return None
    (n_bytes,) = _LENGTH.unpack(prefix)
    if n_bytes > max_bytes:
        raise BadFrame(f"a frame of {n_bytes:,} bytes where at most {max_bytes:,} were agreed")
    body = _receive_exactly(channel, n_bytes, deadline)
    if len(body) < n_bytes:
        raise BadFrame("the other end closed before its frame was complete")
    return body


def _receive_exactly(channel: socket.socket, n_bytes: int, deadline: float | None) -> bytes:
    """Read `n_bytes`, or b"" where the other end closed before the first of them."""
    buffer = bytearray(n_bytes)
    view, n_read = memoryview(buffer), 0
    while n_read < n_bytes:
        channel.settimeout(None if deadline is None else _seconds_left(deadline))
        received = channel.recv_into(view[n_read:])
        if received == 0 and n_read == 0:
            return b""
        if received == 0:
            raise BadFrame("the other end closed before its frame was complete")
        n_read += received
    return bytes(buffer)


def _seconds_left(deadline: float) -> float:
    """Return the seconds until `deadline`.

    Raises:
        TimeoutError: there are none left.
    """
    seconds = deadline - time.monotonic()
    if seconds <= 0:
        raise TimeoutError("the deadline has passed")
    return seconds
