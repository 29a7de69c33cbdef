"""Fetching one page: ask, follow a few redirects, take the bytes within bounds. The rules: `__init__.py`."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus

import httpcore
import httpx

from bot.errors import FetchError
from bot.fetch.address import Address, checked, redirected, shortened
from bot.fetch.inflate import ACCEPTED, PACKED, PLAIN, Broken, TooLarge, unpacked
from bot.fetch.naming import page_name, refused_type, with_its_encoding
from bot.fetch.public import Resolve, resolved, system_resolve
from bot.fetch.wire import Deadline, PinnedBackend

MEGABYTE = 1_000_000
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_HEADERS = (
    (b"User-Agent", b"cited-reading-bot/0.1 (one page, for its reader)"),
    (b"Accept", b"text/html,application/xhtml+xml,application/pdf;q=0.9,text/plain;q=0.8,*/*;q=0.5"),
    (b"Accept-Language", b"en;q=0.8,*;q=0.5"),
    (b"Accept-Encoding", ACCEPTED.encode()),
    (b"Connection", b"close"),
)
_IN_WORDS = {
    401: "asks for a login: open it in a browser and save the page as a file",
    403: "is refused to programs: open it in a browser and save the page as a file",
    404: "is not there (404): check the address",
    410: "is gone (410): look for the page elsewhere",
    429: "is refused for now, after too many requests (429): try again later",
    451: "is withheld for legal reasons (451)",
}


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much of a page is taken: bytes after unpacking, seconds for all of it, seconds for one wait."""

    max_bytes: int = 20 * MEGABYTE
    total_s: float = 30.0
    wait_s: float = 10.0
    max_redirects: int = 3


BOUNDS = Bounds()


@dataclass(frozen=True, slots=True)
class Net:
    """How the network is reached, the seam for tests: name server, connections, whose certificates hold."""

    resolve: Resolve = system_resolve
    dial: httpcore.NetworkBackend = field(default_factory=httpcore.SyncBackend)
    tls: ssl.SSLContext | None = None  # None: the authorities that httpx brings, nothing from the environment


@dataclass(frozen=True, slots=True)
class Fetched:
    """A page's bytes, the address that they came from in the end, and a file's name for it."""

    payload: bytes
    url: str
    name: str


def fetch(given: str, *, bounds: Bounds = BOUNDS, net: Net | None = None) -> Fetched:
    """Fetch a page by its address.

    Raises:
        FetchError: the address is refused, leads nowhere or on and on, or what comes is no page, too large
            or too slow. One line.
    """
    address, net = checked(given.strip()), net or Net()
    deadline = Deadline.after(bounds.total_s)
    shown = shortened(address.url)
    for _ in range(bounds.max_redirects + 1):
        with _answer(address, bounds, net, deadline, shown) as answer:
            headers = httpx.Headers(answer.headers)
            if answer.status not in _REDIRECTS:
                payload = _body(answer, headers, bounds, shown)
                return Fetched(payload, address.url, page_name(address.url, payload))
        address = _next(address, headers, shown)
    raise FetchError(f"{shown} sends on more than {bounds.max_redirects} times: give the page's own address")


def _next(address: Address, headers: httpx.Headers, shown: str) -> Address:
    if not headers.get("location"):
        raise FetchError(f"{shown} sends on without saying where: give the page's own address")
    try:
        return redirected(address, headers["location"])
    except FetchError as error:
        raise FetchError(f"{shown} sends on to what is not fetched: {error}") from error


@contextmanager
def _answer(
    address: Address, bounds: Bounds, net: Net, deadline: Deadline, shown: str
) -> Iterator[httpcore.Response]:
    """Ask one address and yield its answer, the body unread. No cookie or connection is kept.

    Raises:
        FetchError: the host is not found or not public, cannot be reached, or breaks off.
    """
    ips: tuple[str, ...] = (address.host,)
    if not address.is_ip:
        ips = resolved(address.host, net.resolve, deadline.left(bounds.wait_s))
    backend = PinnedBackend(ips, deadline, net.dial)
    timeouts = dict.fromkeys(("connect", "read", "write", "pool"), bounds.wait_s)
    url = httpcore.URL(
        scheme=address.scheme.encode(),
        host=address.host.encode(),
        port=address.port,
        target=address.target.encode(),
    )
    host = f"[{address.host}]" if ":" in address.host else address.host
    headers = [(b"Host", host.encode()), *_HEADERS]
    tls = net.tls or httpx.create_ssl_context(trust_env=False)
    with (
        _in_one_line(shown, bounds),
        httpcore.ConnectionPool(ssl_context=tls, network_backend=backend) as pool,
        pool.stream("GET", url, headers=headers, extensions={"timeout": timeouts}) as answer,
    ):
        yield answer


def _body(answer: httpcore.Response, headers: httpx.Headers, bounds: Bounds, shown: str) -> bytes:
    """Read an answer's body.

    Raises:
        FetchError: the answer is no page, is none at all, or is too large or broken.
    """
    if answer.status != HTTPStatus.OK:
        raise FetchError(f"{shown} {_IN_WORDS.get(answer.status) or _status_line(answer.status)}")
    content_type = headers.get("content-type", "")
    if kind := refused_type(content_type):
        raise FetchError(f"{shown} is {kind}, which is no page to read: give an article, a PDF or a text")
    encoding = headers.get("content-encoding", "").strip().lower()
    if encoding not in (*PLAIN, *PACKED):
        raise FetchError(f"{shown} is packed as {shortened(encoding)}, which was not asked for: "
                         "open it in a browser and save the page as a file")  # fmt: skip
    announced = headers.get("content-length", "")
    try:
        if announced.isdecimal() and int(announced[:20]) > bounds.max_bytes:
            raise TooLarge
        payload = unpacked(answer.iter_stream(), encoding, bounds.max_bytes)
    except TooLarge as error:
        most = bounds.max_bytes / MEGABYTE
        raise FetchError(f"{shown} is larger than {most:,.0f} MB, which is more than is fetched") from error
    except Broken as error:
        raise FetchError(f"{shown} arrived damaged ({error}): try again") from error
    if not payload.strip():
        raise FetchError(f"{shown} answered with an empty page: check the address")
    return with_its_encoding(payload, content_type)


def _status_line(status: int) -> str:
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return f"has trouble at its own end ({status}): try again later"
    return f"answered with status {status} and no page: check the address"


@contextmanager
def _in_one_line(shown: str, bounds: Bounds) -> Iterator[None]:
    """Turn what may go wrong on the way into a FetchError."""
    try:
        yield
    except httpcore.TimeoutException as error:
        raise FetchError(
            f"{shown} did not arrive in time ({bounds.total_s:g} s in all, {bounds.wait_s:g} s for a pause): "
            "try again later"
        ) from error
    except httpcore.ConnectError as error:
        if "certificate" in str(error).lower() or "ssl" in str(error).lower():
            raise FetchError(f"{shown} has no certificate that can be trusted: check the address") from error
        raise FetchError(f"{shown} cannot be reached: check the address and the connection") from error
    except (httpcore.NetworkError, httpcore.ProtocolError, OSError) as error:
        raise FetchError(f"{shown} broke off or sent what is no answer: try again later") from error
