"""No path, however it is written, makes the page serve a file of this machine: 244 of them, sent raw.

The paths are data outside of the project, in $BOT_EVAL_DATA/hostile/traversal (default: ../shared/data).
"""

from __future__ import annotations

import json
import os
import socket
import tempfile
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
from page_driver import serving
from page_fakes import FakeWorkspace

from bot.web.server import STATIC

ROOT = Path(__file__).resolve().parent.parent
DATA = Path(os.environ.get("BOT_EVAL_DATA") or ROOT.parent / "shared" / "data")
PATHS = DATA / "hostile" / "traversal" / "paths.jsonl"
SECRET = b"a secret of this test"
# What the files that the paths are after begin with or hold.
TELLTALE = (
    SECRET, b"root:x:0:", b"[build-system]", b"from __future__", b"SQLite format 3", b"-----BEGIN", b"PATH=",
    b"localhost", b"<Directory", b"[boot loader]", b"MemTotal", b"Linux version",
)  # fmt: skip


def rows() -> list[dict]:
    return [json.loads(line) for line in PATHS.read_text(encoding="utf-8").splitlines()]


class Homed(FakeWorkspace):
    """A workspace whose home holds a database that nobody may have."""

    def __init__(self, home: Path) -> None:
        super().__init__()
        self.home = home


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """Serve over a home with secrets in it; an upload is there, and a port that must not be called."""
    home = tmp_path_factory.mktemp("home") / "Data"
    home.mkdir()
    for name in ("index.sqlite3", "index.sqlite3-wal", "calibration.json"):
        (home / name).write_bytes(SECRET)
    with serving(Homed(home)) as address, socket.create_server(("127.0.0.1", 0)) as secret:
        secret.setblocking(False)
        files = {"files": ("note.txt", b"a note")}
        (stored,) = httpx.post(f"{address}/gradio_api/upload", files=files, trust_env=False).json()
        filled = {
            "DATA_DIR": home, "UPLOAD_DIR": Path(stored).parent, "CWD": Path.cwd(), "APP_DIR": ROOT / "bot",
            "HOME": Path.home(), "TMP": tempfile.gettempdir(), "DATA_DIR_UPPER": str(home).upper(),
            "DATA_DIR_MIXEDCASE": str(home).swapcase(), "SECRET_PORT": secret.getsockname()[1],
        }  # fmt: skip
        yield address, {"{" + key + "}": str(value) for key, value in filled.items()}, secret


def raw(address: str, path: str) -> tuple[int, bytes]:
    """Send a path as it is: a client of HTTP would tidy it up. Only what ends a line or a path is quoted."""
    written = quote(path, safe="".join(chr(c) for c in range(33, 127)))
    host = address.removeprefix("http://")
    name, port = host.split(":")
    with socket.create_connection((name, int(port)), timeout=20) as sent:
        head = f"GET {written} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"
        sent.sendall(head.encode("utf-8", errors="replace"))
        answer = b""
        while piece := sent.recv(1 << 16):
            answer += piece
            if len(answer) > 1 << 20:
                break
    head, _, body = answer.partition(b"\r\n\r\n")
    return int(head.split()[1]), body


def routes(row: dict, filled: dict[str, str]) -> list[str]:
    """List the paths to send for a row: to every route that takes a path, or the row's own."""
    payload = row["payload"]
    for name, value in filled.items():
        payload = payload.replace(name, value)
    if row["category"] == "route":
        return [payload if payload.startswith("/") else f"/{payload}"]
    fronts = ("/gradio_api/file=", "/page/", "/reader/samples/", "/reader/sample/", "/static/", "/assets/")
    return [front + payload for front in fronts]


@pytest.mark.skipif(not PATHS.is_file(), reason=f"no {PATHS}: $BOT_EVAL_DATA names the folder that holds it")
def test_no_path_serves_a_file(served):
    address, filled, secret = served
    found, n_sent = [], 0
    for row in rows():
        for path in routes(row, filled):
            status, body = raw(address, path)
            n_sent += 1
            if status not in {400, 403, 404, 405, 411, 422} or any(mark in body for mark in TELLTALE):
                found.append((row["id"], path, status, body[:60]))
    assert found == []
    assert n_sent > 1000
    with pytest.raises(BlockingIOError):  # nobody was sent to the other port
        secret.accept()


def test_only_the_own_files_are_served_of_the_static_folder(served):
    address, _, _ = served
    for path in STATIC.iterdir():
        assert raw(address, f"/page/{path.name}") == (200, path.read_bytes())
    for path in (
        "/page/",
        "/page/../server.py",
        "/page/..%2fserver.py",
        "/page//etc/passwd",
        "/page/%2e%2e/page.py",
        "/page/" + "a" * 256,
        "/page/" + "%C3%A9" * 200,
        "/page/" + "a/" * 3000,
        "/page/a%00.css",
    ):
        assert raw(address, path)[0] == 404, path


def test_what_was_uploaded_is_not_run_by_a_browser(served):
    """An HTML file that someone uploads comes back, if at all, as something to be saved."""
    address, _, _ = served
    files = {"files": ("a.html", b"<script>alert(1)</script>")}
    (stored,) = httpx.post(f"{address}/gradio_api/upload", files=files, trust_env=False).json()
    answer = httpx.get(f"{address}/gradio_api/file={stored}", trust_env=False)
    assert answer.status_code in {403, 404} or answer.headers["content-disposition"].startswith("attachment")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "script-src 'self'" in answer.headers["content-security-policy"]
