r"""A web address, taken apart strictly: what browsers and libraries read in different ways is refused.

Two readers of one odd address ("http://a.example\@10.0.0.1/") may see two hosts, and the check of one is
then no check of the other. So nothing is mended: an address is plain or it is not fetched.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address
from urllib.parse import urljoin

import httpx

from bot.errors import FetchError
from bot.fetch.public import is_public

MAX_CHARACTERS = 2_000
PORTS = {"http": 80, "https": 443}
_PLAIN = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*)://(?P<authority>[^/?#]*)(?:[/?#].*)?", re.DOTALL)
_ODD = re.compile(r"[\x00-\x20\x7f-\x9f\\\u00a0\u2028\u2029\ud800-\udfff]")
_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")
_LOOKS_LIKE_A_NUMBER = re.compile(r"(?:0x[0-9a-f]*|\d+)")
_LOCAL_SUFFIXES = (  # names that only a private network has, whatever a name server says (RFC 6761, 8375)
    *("localhost", "localdomain", "local", "internal", "intranet", "private", "corp", "home", "lan"),
    *("home.arpa", "svc", "invalid", "onion"),
)
_WHAT_TO_DO = "save the page as a file and give that"


@dataclass(frozen=True, slots=True)
class Address:
    """A checked address. `url` is its plain form; `host` a name, or the text of a public IP address."""

    url: str
    scheme: str
    host: str
    port: int
    target: str  # path and query, as they go into the request

    @property
    def is_ip(self) -> bool:
        """Tell whether the host is an IP address, which need not be looked up."""
        return _ip(self.host) is not None


def checked(given: str) -> Address:
    """Take an address apart.

    Raises:
        FetchError: it is none, is no plain one, or leads to a host that is not fetched from.
    """
    shown = shortened(given)
    if len(given) > MAX_CHARACTERS:
        raise FetchError(f"{shown} has {len(given):,} characters; an address has at most {MAX_CHARACTERS:,}")
    match = _PLAIN.fullmatch(given)
    if match is None or match["scheme"].lower() not in PORTS:
        raise FetchError(f"{shown} is no web address: one begins with http:// or https://")
    if _ODD.search(given) or "%" in match["authority"]:
        raise FetchError(f"{shown} holds characters that an address cannot have: copy it from a browser")
    if "@" in match["authority"]:
        raise FetchError(f"{shown} holds a name or password, which is not sent: {_WHAT_TO_DO}")
    try:
        url = httpx.URL(given)
        host = _checked_host(url.raw_host.decode("ascii"), shown)
    except (httpx.InvalidURL, UnicodeError, ValueError) as error:
        raise FetchError(f"{shown} is no address that can be read: copy it from a browser") from error
    port = PORTS[url.scheme]
    if url.port not in (None, port):
        raise FetchError(f"{shown} names port {url.port}; pages are fetched from ports 80 and 443 only")
    target = url.raw_path.decode("ascii")
    shown_host = f"[{host}]" if ":" in host else host
    return Address(f"{url.scheme}://{shown_host}{target}", url.scheme, host, port, target)


def redirected(address: Address, location: str) -> Address:
    """Return where an answer sends on to; `location` may be relative.

    Raises:
        FetchError: as `checked`.
    """
    try:
        return checked(urljoin(address.url, location.strip(" \t")))
    except ValueError as error:
        raise FetchError(f"{shortened(location)} is no address that can be read") from error


def shortened(given: str) -> str:
    """Return an address for a message, in one line and of no great length."""
    line = "".join(character if character.isprintable() else "\ufffd" for character in given[:120])
    return repr(line + "..." if len(given) > 120 else line)


def _checked_host(host: str, shown: str) -> str:
    """Return a host without its final dot.

    Raises:
        FetchError: it is no full name, a local one, or an address that is not public.
    """
    host = host.lower().removesuffix(".")
    ip = _ip(host)
    if ip is not None:
        if not is_public(ip):
            raise FetchError(
                f"{shown} leads to an address that is not public, which is not fetched from: {_WHAT_TO_DO}"
            )
        return host
    labels = host.split(".")
    if _LOOKS_LIKE_A_NUMBER.fullmatch(labels[-1]):  # "127.1", "2130706433", "0x7f.1": as browsers see it
        raise FetchError(f"{shown} writes its host as a number, which is not fetched from: give its name")
    if not all(_LABEL.fullmatch(label) for label in labels) or len(host) > 253:
        raise FetchError(f"{shown} has no host that can be read: copy the address from a browser")
    if len(labels) == 1 or any(host.endswith(f".{local}") for local in _LOCAL_SUFFIXES):
        raise FetchError(f"{shown} names a host of a local network, which is not fetched from: {_WHAT_TO_DO}")
    return host


def _ip(host: str) -> IPv4Address | IPv6Address | None:
    """Return a host as an IP address; None for a name and for numbers in any other form."""
    try:
        return ip_address(host)
    except ValueError:
        return None
