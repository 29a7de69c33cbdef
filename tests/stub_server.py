"""A working server of the OpenAI chat interface that fails on demand: each request takes the next script.

with stub_server([refuse(429), reply("It opened", " in 2019.")]) as server:
    RemoteGenerator(server.setting)
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Script = Callable[[BaseHTTPRequestHandler], None]
MODEL = "tiny"


@dataclass
class Stub:
    """Where it is, what it was asked (bodies and headers), and what it says of its models."""

    scripts: list[Script]
    models: dict[str, Any]
    setting: str = ""
    bodies: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)


@contextmanager
def stub_server(scripts: Sequence[Script], *, models: dict[str, Any] | None = None) -> Iterator[Stub]:
    """Serve until the block is left; the last script is used again and again."""
    stub = Stub(list(scripts), models or {"data": [{"id": MODEL}]})

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            """Say nothing."""

        def do_GET(self) -> None:
            stub.headers.append(dict(self.headers))
            _send(self, 200, json.dumps(stub.models).encode(), "application/json")

        def do_POST(self) -> None:
            stub.headers.append(dict(self.headers))
            stub.bodies.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            script = stub.scripts.pop(0) if len(stub.scripts) > 1 else stub.scripts[0]
            with suppress(OSError):  # the bot may have hung up
                script(self)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    stub.setting = f"http://127.0.0.1:{server.server_port}/v1#{MODEL}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield stub
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _send(handler: BaseHTTPRequestHandler, status: int, content: bytes, kind: str, **more: str) -> None:
    handler.send_response(status)
    for name, value in {"Content-Type": kind, **more}.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.end_headers()
    handler.wfile.write(content)
    handler.wfile.flush()


def event(content: str | None = None, *, finish: str | None = None, **more: object) -> bytes:
    """One event as vLLM sends it."""
    delta = {} if content is None else {"content": content}
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    return b"data: " + json.dumps({"choices": [choice], **more}).encode() + b"\n\n"


def usage(prompt: int, generated: int) -> bytes:
    """Make the event that says what was read and written, which has no choices."""
    counted = {"prompt_tokens": prompt, "completion_tokens": generated}
    return b"data: " + json.dumps({"choices": [], "usage": counted}).encode() + b"\n\n"


def stream(*events: bytes) -> Script:
    """Send these bytes as an event stream, then hang up."""
    return lambda handler: _send(handler, 200, b"".join(events), "text/event-stream")


def reply(*pieces: str, counted: bytes = b"") -> Script:
    """Reply as it should be."""
    return stream(*map(event, pieces), event(finish="stop"), counted, b"data: [DONE]\n\n")


def refuse(status: int, message: str = "no", **headers: str) -> Script:
    """Answer with a status and a message."""
    content = json.dumps({"error": {"message": message}}).encode()
    return lambda handler: _send(handler, status, content, "application/json", **headers)


def whole(content: str) -> Script:
    """Reply with one object, as a server that does not stream."""
    choice = {"index": 0, "message": {"role": "assistant", "content": content}, "finish_reason": "stop"}
    counted = {"prompt_tokens": 40, "completion_tokens": 5}
    body = json.dumps({"choices": [choice], "usage": counted}).encode()
    return lambda handler: _send(handler, 200, body, "application/json")


def silent(seconds: float, *before: bytes) -> Script:
    """Say something, then nothing for a while."""

    def script(handler: BaseHTTPRequestHandler) -> None:
        _send(handler, 200, b"".join(before), "text/event-stream")
        time.sleep(seconds)

    return script


def dripping(seconds: float, every_s: float = 0.05) -> Script:
    """Keep the connection open with comments, and never reply."""

    def script(handler: BaseHTTPRequestHandler) -> None:
        end = time.monotonic() + seconds
        _send(handler, 200, b"", "text/event-stream")
        while time.monotonic() < end:
            handler.wfile.write(b": still here\n\n")
            handler.wfile.flush()
            time.sleep(every_s)

    return script


def cut_off(*events: bytes) -> Script:
    """Promise more bytes than are sent, then hang up."""

    def script(handler: BaseHTTPRequestHandler) -> None:
        _send(handler, 200, b"".join(events), "text/event-stream", Content_Length="100000")

    return script
