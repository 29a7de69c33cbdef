"""Every kind of hostile file ends as text or as one line, in bounded time; nothing leaks or is left over."""

from __future__ import annotations

import os
import subprocess
import time
import tracemalloc
from collections import Counter
from pathlib import Path

import pytest
from acting_pdfs import acting_pdfs
from core_fakes import HashEncoder
from fetch_samples import serving
from hostile_builders import CASES, external_docx

from bot.datatypes import IngestOutcome, Upload
from bot.errors import ParseError
from bot.ingest import ingest
from bot.parse import PageRequest, page_image, parse
from bot.parse.sandbox import SHARED

DIED = ("its reader crashed", "its reader stopped", "unusable result")


def children():
    """Return the processes that read files at this moment."""
    zygote = SHARED._zygote
    if zygote is None:
        return []
    return Path(f"/proc/{zygote.pid}/task/{zygote.pid}/children").read_text().split()


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_hostile_file_is_read_or_refused_in_one_line_and_in_time(case):
    payload = case.make()
    started = time.perf_counter()
    try:
        documents = list(parse(payload, case.file))
    except ParseError as error:
        line, documents = str(error), []
    else:
        line = ""
    assert time.perf_counter() - started < 35
    assert "\n" not in line
    assert not any(words in line for words in DIED)
    assert "Error" not in line.split("(")[0]
    told = repr([(each.text, each.title, each.metadata) for each in documents])
    assert "LEAK" not in told
    if case.expected != "either":
        assert bool(documents) == (case.expected == "text"), line
    if documents and case.expected == "text":
        assert "CANARY" in told


@pytest.mark.skipif(not os.path.isdir("/proc/self"), reason="needs /proc to see processes")
def test_no_process_stays_behind():
    list(parse(b"words", "a.txt"))
    deadline = time.monotonic() + 5
    while children() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert children() == []


def test_nothing_that_a_file_points_at_is_asked_for():
    with serving() as secret:
        (document,) = parse(external_docx(secret.server_port), "a.docx")
        page = (
            f"<p>CANARY</p><img src='http://127.0.0.1:{secret.server_port}/x'><link rel=stylesheet href='x'>"
        )
        list(parse(page.encode(), "a.html"))
        assert "CANARY" in document.text
        assert secret.seen == []


@pytest.mark.parametrize("way", acting_pdfs(0))
def test_nothing_that_a_pdf_would_do_is_done(tmp_path, monkeypatch, way):
    """B11: read and drawn, a page calls nobody, opens no file, and only what it shows is its text."""
    (tmp_path / "secret.txt").write_text("LEAK")
    monkeypatch.chdir(tmp_path)
    with serving() as secret:
        payload = acting_pdfs(secret.server_port, str(tmp_path / "secret.txt"))[way]
        assert b"127.0.0.1:%d" % secret.server_port in payload
        (document,) = parse(payload, "a.pdf")
        page_image(payload, "a.pdf", PageRequest(1, document.text, ((0, len(document.text)),)))
        assert secret.seen == []
    assert document.text == "CANARY"
    assert "LEAK" not in repr((document.title, document.metadata, document.sections))
    assert [path.name for path in tmp_path.iterdir()] == ["secret.txt"]


def taken(store, *sources):
    events = ingest(sources, store=store, encoder=HashEncoder(), collection="default")
    return [event for event in events if isinstance(event, IngestOutcome)]


def test_what_is_no_plain_file_in_a_folder_is_passed_over_and_nothing_hangs(store, tmp_path):
    """D03: links out of the folder, to itself and to nothing, a pipe, a folder that is called like a PDF."""
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "good.txt").write_text("CANARY")
    (folder / "self").symlink_to(folder)
    (folder / "loop.txt").symlink_to(folder / "loop.txt")
    (folder / "gone.txt").symlink_to(tmp_path / "nowhere.txt")
    (folder / "a.pdf").mkdir()
    os.mkfifo(folder / "pipe.txt")
    (tmp_path / "secret.txt").write_text("LEAK")
    (folder / "out.txt").symlink_to(tmp_path / "secret.txt")
    (folder / "within.txt").symlink_to(folder / "good.txt")
    outcomes = taken(store, folder)
    reasons = {each.source.rpartition("/")[2]: each.reason for each in outcomes}
    assert [each.external_id for each in outcomes if each.status == "added"] == ["good"]
    assert reasons["out.txt"] == "out.txt is a link that leads out of its folder: name the file itself"
    assert reasons["pipe.txt"] == "pipe.txt is no plain file: give a file or a folder"
    assert reasons["self"] == "self is a link to a folder, which is not followed: name that folder itself"
    assert reasons["loop.txt"].startswith("loop.txt cannot be read (Too many levels of symbolic links)")
    assert "LEAK" not in repr([store.document("default", each.doc_id) for each in store.documents("default")])


def tree(folder, *, n_levels, name):
    """Make folders in each other, without ever writing a long path, and a file in the last."""
    folder.mkdir()
    inner = os.open(folder, os.O_RDONLY)
    for _ in range(n_levels):
        os.mkdir(name, dir_fd=inner)
        outer, inner = inner, os.open(name, os.O_RDONLY, dir_fd=inner)
        os.close(outer)
    os.close(os.open("end.txt", os.O_CREAT | os.O_WRONLY, dir_fd=inner))
    os.close(inner)


@pytest.fixture
def folder(tmp_path):
    """Give the name of a folder that may become deeper than Python, and so pytest, can remove."""
    yield tmp_path / "in"
    subprocess.run(["rm", "-rf", tmp_path / "in"], check=True)


@pytest.mark.parametrize("n_levels", [500, 1_500])
def test_a_tree_of_folders_is_read_to_some_depth_and_the_rest_is_named(store, folder, n_levels):
    """D05: a recursive walk would end in a RecursionError."""
    tree(folder, n_levels=n_levels, name="d")
    (folder / "z.txt").write_text("CANARY")
    deep, good = taken(store, folder)
    assert (deep.status, deep.reason) == ("refused", "d lies more than 100 folders deep: name it itself")
    assert deep.source.count("/d") >= 100
    assert (good.status, good.external_id) == ("added", "z")


def test_a_path_that_is_too_long_for_the_system_costs_itself_only(store, folder):
    """D05: 30 names of 200 bytes are more than any call takes at once."""
    tree(folder, n_levels=30, name="d" * 200)
    (folder / "z.txt").write_text("CANARY")
    long, good = taken(store, folder)
    assert long.status == "refused"
    assert "cannot be read (File name too long)" in long.reason
    assert (good.status, good.external_id) == ("added", "z")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may open any folder")
def test_a_folder_that_may_not_be_opened_is_named(store, tmp_path):
    (tmp_path / "in" / "shut").mkdir(parents=True)
    (tmp_path / "in" / "shut").chmod(0)
    (outcome,) = taken(store, tmp_path / "in")
    (tmp_path / "in" / "shut").chmod(0o700)
    assert outcome.reason == "shut cannot be opened (Permission denied): check its permissions"


@pytest.mark.parametrize("n_files", [1_000, pytest.param(100_000, marks=pytest.mark.long)])
def test_many_files_are_each_reported_and_only_a_few_are_held(store, tmp_path, n_files):
    """D05: all are empty but one, so that no process is needed for each."""
    for i in range(n_files):
        (tmp_path / f"{i:06}.txt").touch()
    (tmp_path / f"{n_files // 2:06}.txt").write_text("CANARY")
    statuses = Counter()
    tracemalloc.start()
    for event in ingest([tmp_path], store=store, encoder=HashEncoder(), collection="default"):
        if isinstance(event, IngestOutcome):
            statuses[event.status] += 1
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert statuses == {"added": 1, "refused": n_files - 1}
    assert peak < 20_000_000 + 400 * n_files


def test_a_pipe_that_is_named_is_refused_and_not_waited_for(store, tmp_path):
    os.mkfifo(tmp_path / "pipe.txt")
    (outcome,) = taken(store, tmp_path / "pipe.txt")
    assert outcome.status == "refused"


NAMES = [
    "../x.txt", "..\\x.txt", "/etc/x.txt", "a/../../x.txt", "%2e%2e%2fx.txt", "x.pdf%00.txt", "CON.txt",
    "a:b.txt", "-rf.txt", "--help", ".txt", "..", ".", " ", "$(id).txt", "`id`.txt", ";id;.txt",
    "x.txt\n2.txt", "n" * 255 + ".txt", "d/" * 2_000 + "x.txt", "fdp\u202etxt.exe", "=cmd().txt",
    "<img src=x onerror=alert(1)>.txt", "\U0001f989.txt", "e\u0301.txt", "\u00e9.txt",
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
def test_a_name_is_display_text_and_never_a_path(store, tmp_path, monkeypatch, name):
    """D04, for uploads: whatever the name, the bytes are stored, and no file appears anywhere near."""
    monkeypatch.chdir(tmp_path)
    before = {path.name for path in tmp_path.iterdir()}
    (outcome,) = taken(store, Upload(name, b"CANARY words"))
    assert outcome.status == "added"
    assert store.document("default", outcome.doc_id).text == "CANARY words"
    assert "\n" not in store.document("default", outcome.doc_id).title
    assert outcome.source == f"upload:{name}"
    assert {path.name for path in tmp_path.iterdir()} <= before | {"home"}


def test_the_same_bytes_under_two_names_are_two_documents_and_once_more_is_none(store):
    """D07."""
    first, second, again = taken(store, *(Upload(name, b"CANARY") for name in ("a.txt", "b.txt", "a.txt")))
    assert [first.status, second.status] == ["added", "added"]
    assert len(store.documents("default")) == 2
    assert again.doc_id == first.doc_id


def test_a_file_that_goes_while_a_folder_is_read_costs_itself_only(store, tmp_path):
    """D06."""
    for name in ("a.txt", "b.txt", "c.txt"):
        (tmp_path / name).write_text(f"CANARY {name}")
    events = ingest([tmp_path / "a.txt", tmp_path / "b.txt", tmp_path / "c.txt"],
                    store=store, encoder=HashEncoder(), collection="default")  # fmt: skip
    next(events)
    (tmp_path / "b.txt").unlink()
    outcomes = [event for event in events if isinstance(event, IngestOutcome)]
    assert sorted(each.status for each in outcomes) == ["added", "added", "refused"]
