"""What stands between the browser and the page: a content policy, and who may ask at all.

An ASGI middleware around the whole page.
- Content-Security-Policy: nothing is loaded from, or sent to, another host. Scripts run only from this
  server, and inline ones only with this response's nonce: markup that slipped through every escape still
  could not run. No `unsafe-eval`; inline styles are allowed, because Gradio's components set them.
- Our style sheet and script are put into the page's head, and the preview tags that name foreign hosts
  are taken out.
- On a loopback address only loopback names are served (a foreign name that resolves here is DNS
  rebinding), and a request that changes something must come from this very page (no cross-site posts).
- What Gradio offers and the page does not use is not there: among it two routes by which this server
  would fetch from another host for whoever asks.
- Where a login is set, nothing at all is served without it (`bot/web/login.py`).
- A request must say how long its body is, and that may not be longer than its kind needs. The server cuts
  a body at the length that was said, so nothing need be counted or held.
"""

from __future__ import annotations

import asyncio
import math
import re
import secrets
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.web.login import CHALLENGE, DELAY_S, FailedTries, Login

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
POLICY = (
    "default-src 'self'; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; font-src 'self'; connect-src 'self'; media-src 'none'; object-src 'none'; "
    "frame-src 'none'; worker-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
)
_UNUSED = re.compile(
    r"/gradio_api/(?:proxy=|file=\s*\w+:|file/|component_server|deep_link|dev/|process_recording|run-history|vibe-)"
    r"|/(?:custom_component|monitoring|pwa_icon)"
)
# No file system has longer ones: asked for such a file, a route would fail with a traceback.
NAME_BYTES, PATH_CHARACTERS = 255, 1000
UPLOAD = "/gradio_api/upload"
UPLOAD_BYTES = 512 * 1024 * 1024  # of all files dropped at once; each has a limit of its own
BODY_BYTES = 2 * 1024 * 1024  # of anything else that is sent: questions, choices, what a pane holds
DRAINED_BYTES = 64 * 1024 * 1024  # of a refused body that are read and dropped: else its sender hears nothing
HEAD = (
    b'<meta name="color-scheme" content="light dark"><link rel="stylesheet" href="./page/page.css">'
    b'<link rel="stylesheet" href="./page/library.css">'
    b'<link rel="stylesheet" href="./page/summary.css">'
    b'<link rel="stylesheet" href="./page/settings.css">'
    b'<link rel="stylesheet" href="./page/evaluation.css">'
    b'<script src="./page/chat.js" type="module"></script>'
    b'<script src="./page/reader.js" type="module"></script>'
    b'<script src="./page/library.js" type="module"></script>'
    b'<script src="./page/evaluation.js" type="module"></script></head>'
)
# The manifest is of a page that can be installed, which this is not, and browsers ask for it without login.
_PREVIEW_TAG = re.compile(rb'<(?:meta\s+(?:property="og:|name="twitter:)|link rel="manifest")[^>]*>')
_SCRIPT_TAG = re.compile(rb"<script(?=[\s>])")  # Gradio writes "<" inside its JSON as \u003c


class Shield:
    """Wrap an ASGI application; `loopback` tells whether it listens on this machine only."""

    def __init__(self, app: ASGIApp, *, loopback: bool, login: Login | None = None) -> None:
        self.app = app
        self.loopback = loopback
        self.login = login
        self.failed = FailedTries()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse, or pass on with the policy set."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
        elif scope["type"] == "http":  # a websocket, of which the page has none, gets nothing
            headers = Headers(scope=scope)
            refusal = (
                _foreign(scope["method"], headers, loopback=self.loopback)
                or await self._unknown(scope, headers)
                or _unused(scope["path"])
                or await _too_long(scope, headers, receive)
            )
            guarded = _Guarded(send, head=HEAD if scope["path"] == "/" else b"</head>")
            await (refusal or self.app)(_uncompressed(scope), receive, guarded)

    async def _unknown(self, scope: Scope, headers: Headers) -> PlainTextResponse | None:
        """Refuse whoever does not give the name and password, where they are set."""
        if self.login is None:
            return None
        address = (scope.get("client") or ("",))[0]
        if wait_s := math.ceil(self.failed.wait_s(address)):
            told = "Too many failed tries. Wait, then try again."
            return PlainTextResponse(told, status_code=429, headers={"Retry-After": str(wait_s)})
        given = headers.get("authorization")
        if given is not None:  # a browser asks without it first, which is no failed try
            if self.login.allows(given):
                return None
            self.failed.add(address)
            await asyncio.sleep(DELAY_S)
        return PlainTextResponse("A name and a password are needed.", status_code=401, headers=CHALLENGE)


def _foreign(method: str, headers: Headers, *, loopback: bool) -> PlainTextResponse | None:
    """Refuse what was meant for another host, or comes from another page."""
    host = headers.get("host", "")
    if loopback and _hostname(host) not in LOOPBACK:
        told = "This page is served to this machine only, under 127.0.0.1 or localhost."
        return PlainTextResponse(told, status_code=403)
    origin = headers.get("origin")
    if origin is not None and method not in {"GET", "HEAD"} and urlsplit(origin).netloc != host:
        return PlainTextResponse("This page takes requests from itself only.", status_code=403)
    return None


def _unused(path: str) -> PlainTextResponse | None:
    """Refuse the routes of Gradio's that the page has no use for, and what can be the path of no file."""
    names = path.encode().split(b"/")
    if (
        _UNUSED.match(path)
        or "\x00" in path
        or len(path) > PATH_CHARACTERS
        or max(map(len, names)) > NAME_BYTES
    ):
        return PlainTextResponse("Not found.", status_code=404)
    return None


def _hostname(host: str) -> str | None:
    try:
        return urlsplit(f"//{host}").hostname
    except ValueError:  # brackets that do not close
        return None


async def _too_long(scope: Scope, headers: Headers, receive: Receive) -> PlainTextResponse | None:
    """Refuse a body longer than it may be, or of a length that is not said."""
    if "transfer-encoding" in headers:
        return PlainTextResponse("Say the length of the body (Content-Length).", status_code=411)
    said = headers.get("content-length", "0")
    n_bytes = int(said) if said.isdecimal() else 0  # what is no number the server refused before
    most = UPLOAD_BYTES if scope["path"] == UPLOAD else BODY_BYTES
    if n_bytes <= most:
        return None
    if n_bytes <= DRAINED_BYTES:
        while (await receive()).get("more_body", False):
            pass
    return PlainTextResponse(f"At most {most:,} bytes can be sent at once.", status_code=413)


def _uncompressed(scope: Scope) -> Scope:
    """Ask the page's own HTML uncompressed, since it is amended; files keep their compression."""
    if scope["path"] != "/":
        return scope
    return {**scope, "headers": [pair for pair in scope["headers"] if pair[0] != b"accept-encoding"]}


class _Guarded:
    """A `send` that sets the security headers and amends HTML once it is whole; the rest streams through."""

    def __init__(self, send: Send, *, head: bytes) -> None:
        self.send = send
        self.head = head
        self.nonce = secrets.token_urlsafe(16)
        self.held: Message | None = None
        self.body = b""

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            await self._start(message)
        elif self.held is None:
            await self.send(message)
        else:
            self.body += message.get("body", b"")
            if not message.get("more_body", False):
                await self._finish()

    async def _start(self, message: Message) -> None:
        headers = MutableHeaders(scope=message)
        headers["Content-Security-Policy"] = POLICY.format(nonce=self.nonce)
        headers["Referrer-Policy"] = "no-referrer"
        headers["X-Content-Type-Options"] = "nosniff"
        headers["Cross-Origin-Resource-Policy"] = "same-origin"
        plain = "content-encoding" not in headers
        if plain and headers.get("content-type", "").startswith("text/html"):
            self.held = message
        else:
            await self.send(message)

    async def _finish(self) -> None:
        body = amend(self.body, nonce=self.nonce, head=self.head)
        assert self.held is not None
        MutableHeaders(scope=self.held)["Content-Length"] = str(len(body))
        await self.send(self.held)
        await self.send({"type": "http.response.body", "body": body})


def amend(page: bytes, *, nonce: str, head: bytes = HEAD) -> bytes:
    """Give a page's scripts the nonce, drop its preview tags, end its head with `head`.

    That of the page itself brings our style sheets and scripts; a report has its own.
    """
    page = _PREVIEW_TAG.sub(b"", page)
    page = _SCRIPT_TAG.sub(b'<script nonce="' + nonce.encode() + b'"', page)
    return page.replace(b"</head>", head, 1)
