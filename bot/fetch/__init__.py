"""One web page by its address, or a line that says why not. Before parse, after nothing.

    fetch("https://www.example.org/report") -> Fetched(payload, url, name)

Whoever writes an address, or a page that sends us on to another, may not make this machine ask a host that
only it can reach: the router, a database, the metadata service of a cloud. So:

- only http and https, on ports 80 and 443, without a name or password in the address (`address.py`);
- a name is looked up once, every address found must be public, and the connection goes to one of those very
  addresses: a name server that answers something else the second time is not asked again (`public.py`,
  `wire.py`);
- each redirect is a new address, checked like the first; three at most;
- bounds on the whole time, not on each pause, and on bytes, counted while they are unpacked (`inflate.py`);
- no cookies, no Referer, no proxy or password from the environment or from ~/.netrc, and nothing that the
  page links to is fetched.

There is no switch that lets a private address through: save such a page as a file.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.fetch.client import Bounds, Fetched, Net

__all__ = ["fetch", "is_web_address", "page_name", "plain"]

# What speaks HTTP is imported when a page is fetched: most of what the bot is asked for has no use for it.


def fetch(given: str, *, bounds: Bounds | None = None, net: Net | None = None) -> Fetched:
    """Fetch a page by its address; `bounds` and `net` stand for the usual ones, and are the seam for tests.

    Raises:
        FetchError: the address is refused, leads nowhere or on and on, or what comes is no page, too large
            or too slow. One line.
    """
    from bot.fetch import client

    return client.fetch(given, bounds=bounds or client.BOUNDS, net=net)


def is_web_address(given: str) -> bool:
    """Tell whether what was given is meant as an address and not as a path: it has "://" in it."""
    return "://" in given


def plain(given: str) -> str:
    """Return the form by which a page is known, without "#part"; what is no good address as it is."""
    if not is_web_address(given):
        return given
    from bot.errors import FetchError
    from bot.fetch.address import checked

    try:
        return checked(given.strip()).url
    except FetchError:
        return given


def page_name(url: str, payload: bytes) -> str:
    """Return a file's name for a page: "https://a.example/2024/the-suit/?p=1" -> "the-suit.html"."""
    from bot.fetch import naming

    return naming.page_name(url, payload)
