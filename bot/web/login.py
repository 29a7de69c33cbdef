"""Who may use a page that others can reach: one name and one password, asked for by HTTP Basic.

They come from the environment, as `BOT_LOGIN="name:password"`: what is typed as an option shows in the
list of processes of the whole machine. Basic hides nothing on the way: to be safe from listeners the page
must stand behind a proxy that speaks TLS.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.errors import UsageError

VARIABLE = "BOT_LOGIN"
LEAST_CHARACTERS = 8
CHALLENGE = {"WWW-Authenticate": 'Basic realm="Cited reading", charset="UTF-8"'}
MOST_TRIES = 10  # failed ones of an address in TRIES_S; after them nothing of it is looked at for a while
TRIES_S = 60.0
DELAY_S = 0.5  # before a failed try is told so
KEPT_ADDRESSES = 10_000


@dataclass(frozen=True, slots=True)
class Login:
    """A name and password, kept as a hash; no message and no log ever holds them."""

    digest: bytes = field(repr=False)

    def allows(self, authorization: str) -> bool:
        """Tell whether an Authorization header carries them. Takes as long whether or not it does."""
        scheme, _, encoded = authorization.partition(" ")
        try:
            given = base64.b64decode(encoded.strip(), validate=True)
        except (binascii.Error, ValueError):  # not base64, or not ASCII
            given = b""
        matches = hmac.compare_digest(_digest(given), self.digest)
        return matches and scheme.lower() == "basic"


def read_login(environment: Mapping[str, str]) -> Login | None:
    """Return the login that is set, None where none is.

    Raises:
        UsageError: it is not "name:password", or the password is too short.
    """
    written = environment.get(VARIABLE, "")
    if not written:
        return None
    name, _, password = written.partition(":")
    if not name or len(password) < LEAST_CHARACTERS:
        raise UsageError(
            f'${VARIABLE} must be "name:password" with a password of {LEAST_CHARACTERS} characters or more'
        )
    return Login(_digest(written.encode()))


class FailedTries:
    """How often each address failed lately. Used from the server's one event loop only."""

    def __init__(self) -> None:
        self._failed: dict[str, deque[float]] = {}

    def add(self, address: str) -> None:
        """Count one."""
        times = self._failed.pop(address, None) or deque(maxlen=MOST_TRIES)
        times.append(time.monotonic())
        self._failed[address] = times  # last, so that the address longest at rest is forgotten first
        if len(self._failed) > KEPT_ADDRESSES:
            del self._failed[next(iter(self._failed))]

    def wait_s(self, address: str) -> float:
        """Return the seconds for which nothing of an address is looked at; 0 for none."""
        times = self._failed.get(address)
        if times is None or len(times) < MOST_TRIES:
            return 0.0
        return max(0.0, TRIES_S - (time.monotonic() - times[0]))


def _digest(written: bytes) -> bytes:
    return hashlib.sha256(written).digest()
