"""What stands between the browser and the page: a content policy, and who may ask at all.

An ASGI middleware around the whole page.
- Content-Security-Policy: nothing is loaded from, or sent to, another host. Scripts run only from this
  server, and inline ones only with this response's nonce: markup that slipped through every escape still
  could not run. No `unsafe-eval`; inline styles are allowed, because Gradio's components set them.
- Our style sheet and script are put into the page's head, and the preview tags that name foreign hosts
  are taken out.
- On a loopback address only loopback names are served (a foreign name that resolves here is DNS
  rebinding), and a request that changes something must come from this very page (no cross-site posts).
"""

from __future__ import annotations

import re
import secrets
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
POLICY = (
    "default-src 'self'; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; font-src 'self'; connect-src 'self'; media-src 'none'; object-src 'none'; "
    "frame-src 'none'; worker-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
)
HEAD = (
    b'<meta name="color-scheme" content="light dark"><link rel="stylesheet" href="./page/page.css">'
    b'<link rel="stylesheet" href="./page/tabs.css">'
    b'<link rel="stylesheet" href="./page/evaluation.css">'
    b'<script src="./page/chat.js" type="module"></script>'
    b'<script src="./page/reader.js" type="module"></script>'
    b'<script src="./page/library.js" type="module"></script>'
    b'<script src="./page/evaluation.js" type="module"></script></head>'
)
_PREVIEW_TAG = re.compile(rb'<meta\s+(?:property="og:|name="twitter:)[^>]*>')
_SCRIPT_TAG = re.compile(rb"<script(?=[\s>])")  # Gradio writes "<" inside its JSON as \u003c


class Shield:
    """Wrap an ASGI application; `loopback` tells whether it listens on this machine only."""

    def __init__(self, app: ASGIApp, *, loopback: bool) -> None:
        self.app = app
        self.loopback = loopback

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse, or pass on with the policy set."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        refusal = _refusal(scope["method"], Headers(scope=scope), loopback=self.loopback)
        if refusal:
            await PlainTextResponse(refusal, status_code=403)(scope, receive, send)
            return
        await self.app(
            _uncompressed(scope), receive, _Guarded(send, head=HEAD if scope["path"] == "/" else b"</head>")
        )


def _refusal(method: str, headers: Headers, *, loopback: bool) -> str:
    """Say why a request is refused, or ""."""
    host = headers.get("host", "")
    if loopback and urlsplit(f"//{host}").hostname not in LOOPBACK:
        return "This page is served to this machine only, under 127.0.0.1 or localhost."
    origin = headers.get("origin")
    if origin is not None and method not in {"GET", "HEAD"} and urlsplit(origin).netloc != host:
        return "This page takes requests from itself only."
    return ""


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
