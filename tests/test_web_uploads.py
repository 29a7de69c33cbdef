"""Uploads that are malformed, cut off or never end: a 4xx or a closed connection, no file is left (D08)."""

from __future__ import annotations

import logging
import socket
import time

import gradio.route_utils
import httpx
import pytest
from page_driver import serving
from page_fakes import FakeWorkspace

from bot.web import receiving
from bot.web.receiving import CarefulParser

pytestmark = pytest.mark.slow

END = b"--B--\r\n"
UNHEARD = b""  # the connection was closed while more was being sent


def part(about=b'name="files"; filename="a.txt"', content=b"CANARY words"):
    return b"--B\r\nContent-Disposition: form-data; %b\r\n\r\n%b\r\n" % (about, content)


@pytest.fixture
def uploads(tmp_path, monkeypatch):
    """Return the folder that Gradio keeps uploads in."""
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path / "uploads"))
    return tmp_path / "uploads"


@pytest.fixture
def address(uploads):
    with serving(FakeWorkspace()) as found:
        yield found


def posted(address, body, *, kind="multipart/form-data; boundary=B", length=None, breaks_off=None):
    """Send a body as it is; return the status, or `UNHEARD`, and what was said.

    `breaks_off` tells when no more is sent than that.
    """
    host = address.removeprefix("http://")
    name, port = host.split(":")
    head = (
        f"POST /gradio_api/upload HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nContent-Type: {kind}\r\n"
    )
    head += f"Content-Length: {len(body) if length is None else length}\r\n\r\n"
    answer = b""
    with socket.create_connection((name, int(port)), timeout=30) as sent:
        try:
            sent.sendall(head.encode() + body)
            if breaks_off is not None:
                wait_until(breaks_off)
                sent.shutdown(socket.SHUT_WR)
            while piece := sent.recv(1 << 16):
                answer += piece
        except ConnectionError:
            pass
    return answer[9:12], answer.partition(b"\r\n\r\n")[2].decode()


def wait_until(condition):
    deadline = time.monotonic() + 10
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.02)
    return condition()


def files_in(folder):
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def left(folder):
    """Return the files in a folder, once it has come to rest."""
    wait_until(lambda: not files_in(folder))
    return files_in(folder)


@pytest.fixture
def complaints():
    """Note what the server writes to its log as an error."""
    noted = []
    handler = logging.Handler(logging.ERROR)
    handler.emit = noted.append
    logging.getLogger("uvicorn.error").addHandler(handler)
    yield noted
    logging.getLogger("uvicorn.error").removeHandler(handler)


NO_FILES = 'There is no file: send each in a part that is called "files".'
BROKEN_OFF = "The upload broke off: send it again."
NO_FILE_NAME = "A part has no file name: only files can be sent here."
REFUSED = {
    "no file name": (part(b'name="files"'), {}, NO_FILE_NAME),
    "no file name and a file": (part() + part(b'name="files"'), {}, NO_FILE_NAME),
    "a megabyte that is no file": (part(b'name="x"', b"x" * 1_000_000), {}, NO_FILE_NAME),
    "nothing in it": (b"", {}, NO_FILES),
    "another name": (part(b'name="other"; filename="a.txt"'), {}, NO_FILES),
    "no name": (part(b'filename="a.txt"'), {}, "name"),
    "no header": (b"--B\r\n\r\nCANARY\r\n", {}, "name"),
    "wrong boundary": (part(), {"kind": "multipart/form-data; boundary=C"}, "boundary"),
    "no boundary": (part(), {"kind": "multipart/form-data"}, "boundary"),
    "no form": (b"{}", {"kind": "application/json"}, "content type"),
    "no kind": (part(), {"kind": ""}, "content type"),
    "said too short": (part(content=b"x" * 900), {"length": 500}, BROKEN_OFF),
    "said much too short": (part(), {"length": 10}, BROKEN_OFF),
    "said as a terabyte": (part(), {"length": 10**12}, "can be sent at once"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_a_body_that_is_no_upload_is_refused_and_no_file_is_left(address, uploads, complaints, case):
    body, how, says = REFUSED[case]
    status, said = posted(address, body + END, **how)
    assert status in {b"400", b"413"}
    assert says in said
    assert left(uploads) == []
    assert complaints == []


@pytest.mark.parametrize("length", [10_000, 10**6, 2 * 10**7])
@pytest.mark.parametrize("content", [b"", b"CANARY", b"x" * 9_000])
def test_an_upload_that_is_cut_off_leaves_no_file_and_no_traceback(
    address, uploads, complaints, length, content
):
    body = part() + part(content=content)
    status, _ = posted(address, body, length=length, breaks_off=lambda: len(files_in(uploads)) == 2)
    assert status in {b"400", UNHEARD}
    assert left(uploads) == []
    assert complaints == []


def test_an_upload_without_its_end_is_refused_though_one_file_was_whole(address, uploads):
    assert posted(address, part() + part()[:-2]) == (b"400", BROKEN_OFF)
    assert posted(address, part() + b"--B\r\nContent-Dispo") == (b"400", BROKEN_OFF)
    assert left(uploads) == []


def test_an_upload_that_stalls_is_given_up(address, uploads, monkeypatch):
    monkeypatch.setattr(receiving, "PATIENCE_S", 0.3)
    status, said = posted(address, part(), length=10**6)
    assert (status, said) == (b"400", "Nothing more of the upload came for a while: send it again.")
    assert left(uploads) == []


@pytest.mark.parametrize(
    "body",
    [
        b"".join(part(content=b"%d" % i) for i in range(10_000)),
        part(b'name="files"; filename="' + b"a" * 300_000 + b'"'),
        part(content=b"x" * (25 * 1024 * 1024 + 1)),
    ],
    ids=["10,000 parts", "a name without end", "larger than 25 MB"],
)
def test_too_much_of_anything_is_refused_and_no_file_is_left(address, uploads, body):
    status, _ = posted(address, body + END)
    assert status in {b"400", b"413", UNHEARD}
    assert left(uploads) == []


def test_two_files_a_strange_name_and_a_false_kind_are_taken_as_what_they_are(address, uploads):
    odd = part(b'name="files"; filename="../../b.txt"\r\nContent-Type: text/html', b"other")
    status, said = posted(address, part() + odd + part(b'name="files"; filename=""', b"third") + END)
    assert status == b"200"
    assert {path.read_bytes() for path in uploads.rglob("*") if path.is_file()} == {
        b"CANARY words", b"other", b"third"
    }  # fmt: skip
    assert said.count(str(uploads)) == 3
    assert len([path for path in uploads.iterdir() if path.is_file()]) == 0


def test_what_went_wrong_is_no_hindrance_to_the_next(address, uploads):
    posted(address, part(b'name="files"'), breaks_off=lambda: True, length=9_999)
    files = {"files": ("note.txt", b"a note")}
    assert httpx.post(f"{address}/gradio_api/upload", files=files, trust_env=False).status_code == 200


def test_gradio_reads_uploads_with_our_parser(address):
    """Its name is Gradio's own business: where it is called otherwise, this is to be mended."""
    assert gradio.route_utils.GradioMultiPartParser is CarefulParser
    assert gradio.route_utils.upload_fn.__globals__["GradioMultiPartParser"] is CarefulParser
