"""The connection: to one of the addresses that were checked, and never longer than the whole may take."""

from __future__ import annotations

import ssl
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import httpcore

SocketOptions = Iterable[Any]


@dataclass(frozen=True, slots=True)
class Deadline:
    """When all must be over: `at` is a time of the monotonic clock, in seconds."""

    at: float

    @classmethod
    def after(cls, seconds: float) -> Deadline:
        """Begin to count."""
        return cls(time.monotonic() + seconds)

    def left(self, most_s: float | None = None) -> float:
        """Return the seconds left, `most_s` at most, 0.0 once there are none."""
        left = max(0.0, self.at - time.monotonic())
        return left if most_s is None else min(left, most_s)


class PinnedBackend(httpcore.NetworkBackend):
    """Connects to the addresses that a name was checked to stand for, whatever it stands for by now.

    A server that sends a byte now and then keeps each single wait short, so every wait is also bounded by
    what is left until the deadline.
    """

    def __init__(self, addresses: Sequence[str], deadline: Deadline, dial: httpcore.NetworkBackend) -> None:
        """Connect to the first of `addresses` that answers, by means of `dial`."""
        self._addresses = addresses
        self._deadline = deadline
        self._dial = dial

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: SocketOptions | None = None,
    ) -> httpcore.NetworkStream:
        """Connect; the name is not looked up again."""
        failed: Exception = httpcore.ConnectError(f"{host} has no address")
        for address in self._addresses:
            left = self._deadline.left(timeout)
            if left == 0:
                raise httpcore.ConnectTimeout("the time is up")
            try:
                return _TimedStream(self._dial.connect_tcp(address, port, timeout=left), self._deadline)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failed = error
        raise failed


class _TimedStream(httpcore.NetworkStream):
    """A stream none of whose waits goes beyond the deadline."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: Deadline) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        left = self._deadline.left(timeout)
        if left == 0:
            raise httpcore.ReadTimeout("the time is up")
        return self._stream.read(max_bytes, left)

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        left = self._deadline.left(timeout)
        if left == 0:
            raise httpcore.WriteTimeout("the time is up")
        self._stream.write(buffer, left)

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        left = self._deadline.left(timeout)
        if left == 0:
            raise httpcore.ConnectTimeout("the time is up")
        return _TimedStream(self._stream.start_tls(ssl_context, server_hostname, left), self._deadline)

    def get_extra_info(self, info: str) -> Any:  # noqa: ANN401 - as the library has it
        return self._stream.get_extra_info(info)
