"""A small internet of one machine: a name server of our own, a public address that leads to a test server.

`Wires` stands where the network is: it notes each address that is dialled. The public ones are led to the
test server, any other to a secret server that counts its visitors; a fetcher that dials one has failed.
"""

from __future__ import annotations

import gzip
import threading
import time
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit

import httpcore

from bot.fetch.client import Bounds, Net

PUBLIC = "93.184.216.34"
HOST = "public.example"
QUICK = Bounds(total_s=1.5, wait_s=0.7)
PAGE = b"<html><head><title>The mill</title></head><body><p>The mill burned down.</p></body></html>"


class Wires(httpcore.NetworkBackend):
    """Leads public addresses to one local port and all others to another."""

    def __init__(self, port: int, secret_port: int, public: Sequence[str] = (PUBLIC,)) -> None:
        self.ports = (port, secret_port)
        self.public = public
        self.dialled: list[str] = []
        self._real = httpcore.SyncBackend()

    def connect_tcp(self, host, port, timeout=None, local_address=None, socket_options=None):
        """Connect to the test server, whatever the port."""
        self.dialled.append(host)
        return self._real.connect_tcp("127.0.0.1", self.ports[host not in self.public], timeout=timeout)


class NameServer:
    """Answers by a table, `default` where a name is not in it; a list of answers is given one at a time."""

    def __init__(self, answers: dict[str, list[Sequence[str]]], default: Sequence[str] = ()) -> None:
        self.answers = answers
        self.default = default
        self.asked: list[str] = []

    def __call__(self, host: str) -> Sequence[str]:
        """Return the addresses of a name."""
        self.asked.append(host)
        answers = self.answers.get(host)
        if not answers:
            if not self.default:
                raise OSError("no such name")
            return self.default
        return answers.pop(0) if len(answers) > 1 else answers[0]


class _Handler(BaseHTTPRequestHandler):
    """Does what the path says; notes what it was sent."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Answer by the first part of the path."""
        self.server.seen.append((self.path, dict(self.headers)))
        split = urlsplit(self.path)
        given = {key: values[0] for key, values in parse_qs(split.query, keep_blank_values=True).items()}
        route = getattr(self, "_" + split.path.strip("/").split("/")[0].replace("-", "_"), None)
        try:
            if route is None:
                self._send(PAGE)
            else:
                route(given)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def _send(self, body: bytes, status: int = 200, **headers: str) -> None:
        self.send_response(status)
        headers.setdefault("Content_Type", "text/html; charset=utf-8")
        for name, value in {"Content_Length": str(len(body)), **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def _body(self, given: dict[str, str]) -> None:
        body, headers = self.server.bodies[given["name"]]
        self._send(body, **headers)

    def _status(self, given: dict[str, str]) -> None:
        self._send(b"<p>words</p>", int(given["code"]))

    def _redirect(self, given: dict[str, str]) -> None:
        code = int(given.get("code", "302"))
        self._send(b"", code, **({"Location": unquote(given["to"])} if given.get("to") else {}))

    def _redirect_chain(self, given: dict[str, str]) -> None:
        n = int(given["n"])
        self._send(b"", 302, Location=f"/redirect-chain?n={n - 1}") if n else self._send(PAGE)

    def _redirect_loop(self, _: dict[str, str]) -> None:
        self._send(b"", 302, Location="/redirect-loop")

    def _link_canonical(self, given: dict[str, str]) -> None:
        self._send(b"<link rel=canonical href='" + given["to"].encode() + b"'>" + PAGE)

    def _iframe(self, given: dict[str, str]) -> None:
        to = given["to"].encode()
        self._send(PAGE + b"<iframe src='" + to + b"'></iframe><img src='" + to + b"'>")

    def _gzip_bomb(self, given: dict[str, str]) -> None:
        block = zlib.compressobj(9, zlib.DEFLATED, 31)
        body = b"".join(block.compress(bytes(1 << 20)) for _ in range(int(given["mb"]))) + block.flush()
        self._send(body, Content_Encoding="gzip")

    def _brotli_bomb(self, _: dict[str, str]) -> None:
        self._send(b"\x1b" * 1000, Content_Encoding="br")

    def _endless(self, _: dict[str, str]) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Connection", "close")
        self.end_headers()
        while True:
            self.wfile.write(b"<p>more</p>" * 10_000)

    def _slow(self, _: dict[str, str]) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", "100000")
        self.end_headers()
        self._drip()

    def _slow_header(self, _: dict[str, str]) -> None:
        self.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        self._drip()

    def _silent(self, _: dict[str, str]) -> None:
        self.server.over.wait(5)

    def _cut(self, _: dict[str, str]) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "100000")
        self.end_headers()
        self.wfile.write(b"<p>half")
        self.close_connection = True

    def _garbage(self, _: dict[str, str]) -> None:
        self.wfile.write(b"\x00\x01 no http at all\r\n\r\n")
        self.close_connection = True

    def _drip(self) -> None:
        while not self.server.over.is_set():
            self.wfile.write(b"x")
            self.wfile.flush()
            time.sleep(0.1)


class Site(ThreadingHTTPServer):
    """The test server; `seen` has (path, headers) of each request, `bodies` what /body?name= sends."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.seen: list[tuple[str, dict[str, str]]] = []
        self.bodies: dict[str, tuple[bytes, dict[str, str]]] = {}
        self.over = threading.Event()


@contextmanager
def serving(prepare: Callable[[Site], None] | None = None) -> Iterator[Site]:
    """Run a site until the block ends; `prepare` may change it before the first request."""
    site = Site()
    if prepare:
        prepare(site)
    thread = threading.Thread(target=site.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield site
    finally:
        site.over.set()
        site.shutdown()
        site.server_close()


def gzipped(words: bytes) -> bytes:
    """Pack."""
    return gzip.compress(words)


def net(site: Site, secret: Site, names: NameServer | None = None, **options: object) -> Net:
    """Return a network on which every name is public, or is what `names` says."""
    resolve = names or NameServer({}, default=[PUBLIC])
    return Net(resolve, Wires(site.server_port, secret.server_port), **options)
