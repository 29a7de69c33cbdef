"""A server of the OpenAI chat interface, as HTTP sees it: asked, asked again where that may help, explained.

Sits below `remote`, which knows what a generator is. A key is taken from $BOT_API_KEY; it is never logged or
shown, and sent to the one address only.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from bot.errors import ContextOverflow, ModelServerFailed, UsageError, in_short

if TYPE_CHECKING:  # a tenth of what starting the command line takes, and only a model on a server needs it
    import httpx

KEY_VARIABLE = "BOT_API_KEY"
MAX_TRIES = 3
FIRST_PAUSE_S = 0.5  # before the second try; each later pause is twice as long
MAX_PAUSE_S = 20.0  # a server that asks for more patience than a reader has is not waited for
CONNECT_S = 5.0
SILENCE_S = 60.0  # the longest wait for the next piece: a large model may read a prompt for so long
TOTAL_S = 300.0
MOST_BYTES = 4_000_000  # of one answer: bounds what a server that never ends may take


@dataclass(frozen=True, slots=True)
class ServerModel:
    """A model on a server: the interface's base address, without a slash at its end, and the model's name."""

    address: str
    name: str


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait, in seconds: for a connection, for the next piece, for the whole reply."""

    connect: float = CONNECT_S
    silence: float = SILENCE_S
    total: float = TOTAL_S


def is_address(setting: str) -> bool:
    """Tell whether a model setting names a server rather than a model of this machine."""
    return setting.lower().startswith(("http://", "https://"))


def server_model(setting: str) -> ServerModel:
    """Read "http://localhost:8000/v1#name".

    Raises:
        UsageError: the name or the host is missing, or a password is in it.
    """
    parts = urlsplit(setting)
    if parts.username or parts.password:
        raise UsageError(f"a key in the address would be shown with it: put it in ${KEY_VARIABLE} instead")
    if not parts.hostname or not parts.fragment or parts.query:
        raise UsageError(
            f"{setting!r} is not a model on a server: give its address, # and the model's name, as in "
            "http://localhost:8000/v1#name"
        )
    return ServerModel(f"{parts.scheme.lower()}://{parts.netloc}{parts.path.rstrip('/')}", parts.fragment)


class ModelServer:
    """One model on one server. Every failure on the way there and back becomes one line."""

    def __init__(
        self, model: ServerModel, *, key: str, patience: Patience, sleep: Callable[[float], object]
    ) -> None:
        self.model = model
        self.patience = patience
        self._key = key
        self._sleep = sleep

    @cached_property
    def _client(self) -> httpx.Client:
        import httpx

        headers = {"Accept-Encoding": "identity"}
        if self._key:
            headers["Authorization"] = f"Bearer {self._key}"
        timeout = httpx.Timeout(self.patience.silence, connect=self.patience.connect)
        # No settings of the environment: a proxy or a .netrc would see what is meant for this address alone.
        # A connection that is kept may be closed by the server just when it is used again: each is new.
        limits = httpx.Limits(max_keepalive_connections=0)
        return httpx.Client(headers=headers, timeout=timeout, limits=limits, trust_env=False)

    def window_tokens(self) -> int | None:
        """Return how many tokens the model reads and writes together; None where the server does not say.

        Raises:
            ModelServerFailed: the server cannot be reached, or refuses the key.
        """
        with self._explained(), self._client.stream("GET", f"{self.model.address}/models") as response:
            content = b"".join(self._pieces(response))
            if response.status_code in (401, 403):
                raise self._refused(response, content)
            return _stated_window(content, self.model.name)

    @contextmanager
    def chat(self, body: dict[str, Any]) -> Iterator[tuple[bool, Iterator[bytes]]]:
        """Ask; yield whether the reply is one JSON object, and its bytes as they come.

        A server that is busy or failed is asked again, a few times, before it said anything.

        Raises:
            ContextOverflow: it says that the prompt is too long.
            ModelServerFailed: it refused, was too slow, broke off, or sent what cannot be read (ValueError).
        """
        url = f"{self.model.address}/chat/completions"
        with self._explained():
            for n_tries in range(1, MAX_TRIES + 1):
                with self._client.stream("POST", url, json=body) as response:
                    if response.status_code == 200:
                        is_json = response.headers.get("Content-Type", "").startswith("application/json")
                        yield is_json, self._pieces(response)
                        return
                    content = b"".join(self._pieces(response))
                    pause_s = _pause_s(response, n_tries)
                    if not _may_pass(response) or n_tries == MAX_TRIES or pause_s > MAX_PAUSE_S:
                        raise self._refused(response, content, n_tries=n_tries)
                self._sleep(pause_s)

    def failed(self, what: str) -> ModelServerFailed:
        """Make the one line for what the server did."""
        return ModelServerFailed(f"the model server at {self.model.address} {what.rstrip(': ')}")

    def _pieces(self, response: httpx.Response) -> Iterator[bytes]:
        deadline, n_bytes = time.monotonic() + self.patience.total, 0
        for piece in response.iter_bytes():
            n_bytes += len(piece)
            if n_bytes > MOST_BYTES:
                raise self.failed(f"sent more than {MOST_BYTES:,} bytes")
            if time.monotonic() > deadline:
                raise self.failed(f"was not done after {self.patience.total:g} s")
            yield piece

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """Raise one line for what can happen between here and the server."""
        import httpx

        try:
            yield
        except httpx.ConnectTimeout as error:
            raise self.failed(f"did not take a connection within {self.patience.connect:g} s") from error
        except httpx.ConnectError as error:
            raise self.failed("refused the connection: is it running, and at this address?") from error
        except httpx.TimeoutException as error:
            raise self.failed(f"said nothing for {self.patience.silence:g} s") from error
        except (httpx.InvalidURL, httpx.UnsupportedProtocol, UnicodeError) as error:
            raise self.failed("has no address that can be asked: check it") from error
        except httpx.HTTPError as error:
            raise self.failed(f"cut its reply off ({type(error).__name__})") from error
        except ValueError as error:
            raise self.failed(f"sent what is no reply: {error}") from error

    def _refused(
        self, response: httpx.Response, content: bytes, *, n_tries: int = 1
    ) -> ModelServerFailed | ContextOverflow:
        status, said = response.status_code, _said(content)
        if self._key:
            said = said.replace(self._key, "***")
        if status == 400 and "context" in said.lower():
            model = self.model
            return ContextOverflow(f"the prompt does not fit {model.name} at {model.address}: {said}")
        if status in (401, 403):
            return self.failed(f"refused the key ({status}): put the right one in ${KEY_VARIABLE}")
        if status == 404:
            return self.failed(
                f"knows no model {self.model.name!r}, or no chat at this address (404): {said}"
            )
        tried = f" after {n_tries} tries" if n_tries > 1 else ""
        return self.failed(f"answered {status}{tried}: {said}")


def _may_pass(response: httpx.Response) -> bool:
    return response.status_code == 429 or response.status_code >= 500


def _pause_s(response: httpx.Response, n_tries: int) -> float:
    """Return the seconds to wait before the next try: as the server asks for, else longer each time."""
    try:
        return max(0.0, float(response.headers.get("Retry-After", "")))
    except ValueError:
        return FIRST_PAUSE_S * 2 ** (n_tries - 1)


def _said(content: bytes) -> str:
    """Return the first words of an error's message, on one line."""
    try:
        told: Any = json.loads(content)
        told = told.get("error", told)
        text = told.get("message", told) if isinstance(told, dict) else told
    except (ValueError, AttributeError):
        text = content.decode("utf-8", "replace")
    return in_short(text)


def _stated_window(content: bytes, name: str) -> int | None:
    """Return what a list of models says of a model's window, as vLLM or llama.cpp put it."""
    try:
        rows = [row for row in json.loads(content)["data"] if row["id"] == name]
        found = [row.get("max_model_len") or row.get("meta", {}).get("n_ctx_train") for row in rows]
        return int(found[0])
    except (ValueError, KeyError, TypeError, IndexError, AttributeError):
        return None
