"""Serve the page: build the application, take the port, warm the models, say where it is."""

from __future__ import annotations

import contextlib
import errno
import logging
import os
import socket
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

import gradio as gr
import uvicorn
from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles

from bot.errors import BotError, UsageError
from bot.web.evaluation_routes import add_evaluations
from bot.web.login import VARIABLE, Login, read_login
from bot.web.page import build_page
from bot.web.reader_routes import add_reader
from bot.web.receiving import receive_carefully
from bot.web.shield import LOOPBACK, Shield
from bot.web.theme import page_theme
from bot.web.uploads import ONE_FILE_LIMIT
from bot.web.workspace_like import WorkspaceLike

STATIC = Path(__file__).parent / "static"  # our style sheets and scripts
SHUTDOWN_S = 3  # an open page holds a stream; it is not waited for longer than this

logger = logging.getLogger(__name__)


def create_app(
    workspace: WorkspaceLike,
    *,
    collection: str,
    examples: Sequence[str],
    host: str = "127.0.0.1",
    login: Login | None = None,
    fetches: bool = False,
) -> FastAPI:
    """Build the whole web application: the page, its own files, and the shield around them.

    `fetches`: web addresses may be added.
    """
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    app.add_middleware(Shield, loopback=host in LOOPBACK, login=login)

    receive_carefully()
    app.mount("/page", StaticFiles(directory=STATIC))
    add_reader(app, workspace)
    add_evaluations(app, workspace)
    page = build_page(workspace, collection=collection, examples=examples, fetches=fetches)
    page.has_launched = True  # unless it is, Gradio takes any path of this machine for an upload's
    return gr.mount_gradio_app(
        app, page, path="/", server_name=host, theme=page_theme(), footer_links=[], run_history=False,
        allowed_paths=[], blocked_paths=[str(workspace.home.resolve())], max_file_size=ONE_FILE_LIMIT,
        show_error=False, enable_monitoring=False, ssr_mode=False, pwa=False, mcp_server=False,
    )  # fmt: skip


def serve(
    workspace: WorkspaceLike,
    *,
    host: str,
    port: int,
    collection: str,
    examples: Sequence[str],
    web_addresses: bool = False,
) -> None:
    """Serve until interrupted. Nothing is printed before the page is ready; then its address is.

    Web addresses may be added where `web_addresses` says so or a login is set: without one any program of
    this machine, whoever runs it, could have this one fetch.

    Raises:
        UsageError: the port is in use, the address is not one of this machine, or it can be reached by
            others and no login is set.
    """
    login = _login_for(host)
    listener = _listen(host, port)
    fetches = web_addresses or login is not None
    app = create_app(
        workspace, collection=collection, examples=examples, host=host, login=login, fetches=fetches
    )
    threading.Thread(target=_warm, args=(workspace,), name="warm", daemon=True).start()
    config = uvicorn.Config(
        app, log_level="warning", server_header=False, timeout_graceful_shutdown=SHUTDOWN_S
    )
    address = f"http://{f'[{host}]' if ':' in host else host}:{listener.getsockname()[1]}"
    with listener, contextlib.suppress(KeyboardInterrupt):
        _Announcing(config, address).run(sockets=[listener])


def _login_for(host: str) -> Login | None:
    """Return the login that is set; an address that others can reach needs one."""
    login = read_login(os.environ)
    if login is None and host not in LOOPBACK:
        raise UsageError(
            f'others can reach {host}: set a login in the environment first, {VARIABLE}="name:password" '
            "(there is no option for it, since options show in the list of processes)"
        )
    return login


def _listen(host: str, port: int) -> socket.socket:
    """Take the port before anything costly is done."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen()
    except OSError as error:
        listener.close()
        raise UsageError(_why_not(error, host, port)) from error
    return listener


def _why_not(error: OSError, host: str, port: int) -> str:
    """Say in one line why the address could not be taken, and what to do."""
    if error.errno == errno.EADDRINUSE:
        return f"port {port} is in use: stop the other program or choose another with --port"
    if isinstance(error, PermissionError):
        return f"port {port} needs special rights: choose one above 1023 with --port"
    return f"cannot listen on {host}, port {port} ({error.strerror}): try --host 127.0.0.1"


def _warm(workspace: WorkspaceLike) -> None:
    """Load the models while the user reads the page; what is missing is said at the first question."""
    try:
        workspace.warm()
    except BotError as error:
        logger.warning("%s", error)


class _Announcing(uvicorn.Server):
    """A server that says its address once it answers."""

    def __init__(self, config: uvicorn.Config, address: str) -> None:
        super().__init__(config)
        self.address = address

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then write the address on stdout."""
        await super().startup(sockets=sockets)
        sys.stdout.write(f"{self.address}\n")
        sys.stdout.flush()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop without a word: the streams of pages still open are cut, which is no error here."""
        logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
        await super().shutdown(sockets=sockets)
