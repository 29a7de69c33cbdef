"""Which IP addresses belong to the public internet, and what a host's name stands for.

Python's `is_global` is not enough: it says yes to multicast, and to addresses that carry a private IPv4
address inside (NAT64, 6to4, Teredo). See the registries of special-purpose addresses, RFC 6890.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from bot.errors import FetchError

MAX_ADDRESSES = 16  # of one name; more are no reason to ask for hours
Resolve = Callable[[str], Sequence[str]]  # a host's name -> its IP addresses; OSError where it has none

_GLOBAL_UNICAST = ip_network("2000::/3")
_NOT_PUBLIC = tuple(
    map(
        ip_network,
        (
            "192.0.0.0/24",  # protocol assignments, one cloud's metadata service among them
            "192.88.99.0/24",  # 6to4 relays
            "168.63.129.16/32",  # a cloud's platform service
            "2001::/23",  # protocol assignments, Teredo among them
            "2001:db8::/32",
            "2002::/16",  # 6to4: an IPv4 address inside
            "3fff::/20",
        ),
    )
)
_ISATAP = 0x00005EFE  # in the interface part: an IPv4 address behind it


def is_public(ip: IPv4Address | IPv6Address) -> bool:
    """Tell whether an address is one that anyone on the internet can reach, and hides no other."""
    if not ip.is_global or ip.is_multicast or ip.is_reserved:
        return False
    if any(ip in network for network in _NOT_PUBLIC if network.version == ip.version):
        return False
    if isinstance(ip, IPv6Address):
        return ip in _GLOBAL_UNICAST and (int(ip) >> 32) & 0xFDFFFFFF != _ISATAP
    return True


def resolved(host: str, resolve: Resolve, timeout_s: float) -> tuple[str, ...]:
    """Look a name up once and return its addresses, every one of them public.

    Raises:
        FetchError: it has none, one of them is not public, or the name server takes too long.
    """
    found: list[Sequence[str]] = []

    def look_up() -> None:
        try:
            found.append(resolve(host))
        except (OSError, UnicodeError):
            found.append(())

    thread = threading.Thread(target=look_up, name="resolve", daemon=True)  # the system's call has no bound
    thread.start()
    thread.join(timeout_s)
    if not found:
        raise FetchError(f"the host {host} was not found in time: check the connection and try again")
    if not found[0]:
        raise FetchError(f"no host {host} was found: check the spelling and the connection")
    if len(found[0]) > MAX_ADDRESSES or not all(map(_is_public_text, found[0])):
        # where it leads is not told: the page may be open to people who should not learn of it
        raise FetchError(
            f"{host} leads to an address that is not public, which is not fetched from: "
            "save the page as a file and give that"
        )
    return tuple(found[0])


def system_resolve(host: str) -> Sequence[str]:
    """Ask the system for a name's addresses, IPv4 and IPv6."""
    found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def _is_public_text(written: str) -> bool:
    try:
        return is_public(ip_address(written))  # one with a zone ("fe80::1%eth0") is never public
    except ValueError:
        return False
