"""Who may use the models: one at a time, first come first served.

A question of the chat, a call of the API and each question of an evaluation take a turn of their own.
Waiting in a line, and not for a bare lock, keeps an evaluation from taking turn after turn while a reader
waits.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager


class Turns:
    """A line of threads. A turn may end in another thread than it began: generators wander."""

    def __init__(self) -> None:
        self._line: deque[object] = deque()
        self._moved = threading.Condition()

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Wait for all that came before, then hold the turn until the block ends."""
        place = object()
        with self._moved:
            self._line.append(place)
        try:
            with self._moved:
                self._moved.wait_for(lambda: self._line[0] is place)
            yield
        finally:
            with self._moved:
                self._line.remove(place)
                self._moved.notify_all()
