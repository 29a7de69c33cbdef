"""One answer at a time, in the order of asking: who waits, how many are ahead, and when there is no room.

Gradio has a queue too, but nothing can be shown of an event that waits in it, a wish to stop is not heard
there, and that it is full is told only once the question stands on the page. So its events start at once,
and wait here:

    join (a place, or "busy") -> ahead, asked again and again (n, ... 1, 0: its turn) -> leave
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from bot.errors import ServerBusy
from bot.web.markup import plural

POLL_S = 0.05  # how often who waits looks whether it is their turn
UNCLAIMED_S = 30.0  # a page that took a place and never came for it (closed, cut off) loses it after this


@dataclass
class _Place:
    """A place in the line; `claimed` once its owner has asked whether it is their turn."""

    since: float
    claimed: bool = False


class Line:
    """At most `length` wait while one is answered. Safe to use from any thread."""

    def __init__(self, length: int) -> None:
        self.length = length
        self._places: dict[str, _Place] = {}  # by token, in the order of asking
        self._at_work: str | None = None
        self._lock = threading.Lock()

    @property
    def n_waiting(self) -> int:
        """How many wait, the one at work aside (or whose turn has come)."""
        return max(0, len(self._places) - 1)

    def join(self, token: str) -> int:
        """Take a place under a new token and return how many are ahead.

        Raises:
            ServerBusy: as many wait as may.
        """
        with self._lock:
            self._drop_unclaimed()
            if len(self._places) > self.length:
                waiting = plural(self.n_waiting, "question")
                raise ServerBusy(f"Busy: {waiting} {'is' if self.n_waiting == 1 else 'are'} waiting. "
                                 "Ask again in a moment.")  # fmt: skip
            self._places[token] = _Place(time.monotonic())
            return len(self._places) - 1

    def ahead(self, token: str) -> int:
        """Return how many come first; 0 makes it this one's turn, until it leaves.

        Only a place that was claimed holds up others. One that was lost is taken anew, at the end.
        """
        with self._lock:
            own = self._places.setdefault(token, _Place(time.monotonic()))
            own.claimed = True
            first = self._claimed_before(token)
            if self._at_work not in (None, token):
                return len(first | {self._at_work})
            if not first:
                self._at_work = token
            return len(first)

    def leave(self, token: str) -> None:
        """Give the place up, whether waiting or at work; of no such place, nothing."""
        with self._lock:
            self._places.pop(token, None)
            if self._at_work == token:
                self._at_work = None

    @asynccontextmanager
    async def turn(self, token: str) -> AsyncIterator[None]:
        """Wait for the turn of a token, and hold it.

        Raises:
            ServerBusy: as many wait as may.
        """
        self.join(token)
        try:
            while self.ahead(token):
                await asyncio.sleep(POLL_S)
            yield
        finally:
            self.leave(token)

    def _claimed_before(self, token: str) -> set[str | None]:
        before: set[str | None] = set()
        for other, place in self._places.items():
            if other == token:
                break
            if place.claimed:
                before.add(other)
        return before

    def _drop_unclaimed(self) -> None:
        oldest = time.monotonic() - UNCLAIMED_S
        kept = {t: p for t, p in self._places.items() if p.claimed or p.since > oldest}
        self._places = kept
