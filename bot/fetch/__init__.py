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

from bot.fetch.address import plain
from bot.fetch.client import BOUNDS, Bounds, Fetched, Net, fetch
from bot.fetch.naming import page_name

__all__ = ["BOUNDS", "Bounds", "Fetched", "Net", "fetch", "is_web_address", "page_name", "plain"]


def is_web_address(given: str) -> bool:
    """Tell whether what was given is meant as an address and not as a path: it has "://" in it."""
    return "://" in given
