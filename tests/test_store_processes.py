"""One writer, many readers, and writers that are killed: no acknowledged document is lost or half there."""

from __future__ import annotations

import random
import signal
import time

import numpy as np
import pytest
from store_samples import put, start_python, texts_of

from bot.errors import StoreBusy
from bot.store import DenseIndex, Store

pytestmark = pytest.mark.slow

HOLD = """
import sys
from pathlib import Path
from bot.store import Store
with Store.open(Path(sys.argv[1])).writing():
    print("holding", flush=True)
    sys.stdin.read()
"""

# Every version of a document is one word repeated, so that a mix of two versions would show.
SWAP = """
import sys
from pathlib import Path
from bot.store import Store
from store_samples import put
with Store.open(Path(sys.argv[1])).writing() as writer:
    for version in range(60):
        put(writer, " ".join([f"v{version}"] * (3 + version % 7 * 30)), source="/swapped")
        if version % 10 == 0:
            writer.publish("default")
        if version == 0:
            print("started", flush=True)
"""

# Puts, replaces and removes; says what it is about to do, and that it is done once the store has said so.
CHURN = """
import random, sys
from pathlib import Path
from bot.store import Store
from store_samples import put
home, seed = Path(sys.argv[1]), int(sys.argv[2])
choose = random.Random(seed)
print("begin", flush=True)
with Store.open(home).writing() as writer:
    for step in range(100_000):
        source = f"/{choose.randrange(12)}"
        text = f"seed {seed} step {step}" + " word" * choose.randrange(900)
        if choose.random() < 0.2 and any(c.n_documents for c in Store.open(home).collections()):
            source = choose.choice(Store.open(home).documents("default")).source
            text = None
        print("try", source, text or "", sep="|", flush=True)
        if text is None:
            writer.remove("default", source)
        else:
            put(writer, text, source=source, original=text.encode() * 20)
        print("done", flush=True)
        if choose.random() < 0.2:
            writer.publish("default")
        if choose.random() < 0.05:
            writer.compact()
"""

# First ingests, each in a home of its own; the n-th exits without any clean-up at its n-th file operation
# inside its home, until one runs to its end. Files "<n>.done" tell which documents were acknowledged.
EXIT_AT = """
import os, sys, traceback
from pathlib import Path
import faiss
from bot.store import Store
from store_samples import put

def ingest(home, acknowledged):
    with Store.open(home).writing() as writer:
        for i in range(3):
            put(writer, f"text of document {i}", source=f"/{i}")
            os.write(acknowledged, f"{i} ".encode())
            writer.publish("default")

def exit_at(point, home):
    left = iter(range(1, point))
    def watch(event, arguments):
        inside = any(str(home) in str(argument) for argument in arguments)
        file_operation = inside and event.split(".")[0] in ("open", "os", "sqlite3")
        if (file_operation or event == "fcntl.flock") and next(left, None) is None:
            os._exit(9)
    sys.addaudithook(watch)

def child(point):
    acknowledged = os.open(base / f"{point}.done", os.O_CREAT | os.O_WRONLY)
    try:
        exit_at(point, base / f"home-{point}")
        ingest(base / f"home-{point}", acknowledged)
        os._exit(0)
    except BaseException:
        traceback.print_exc()
        os._exit(1)

base, point, status = Path(sys.argv[1]), 0, 9
while status == 9:
    point += 1
    pid = os.fork() or child(point)
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
print(point)
sys.exit(status)
"""


@pytest.fixture
def home(tmp_path):
    return tmp_path / "home"


def stop(process):
    process.kill()
    process.communicate()


def test_a_second_writer_is_told_which_process_is_writing(home):
    holder = start_python(HOLD, home)
    try:
        assert holder.stdout.readline() == "holding\n"
        with pytest.raises(StoreBusy) as raised, Store.open(home).writing(wait_s=0.2):
            pass
        assert str(raised.value) == (
            f"the library in {home} is being written to by process {holder.pid} (waited 0.2 s); "
            "try again when it has finished"
        )
        assert Store.open(home).collections() == ()
    finally:
        stop(holder)


def test_a_waiting_writer_goes_on_when_the_first_has_finished(home):
    holder = start_python(HOLD, home)
    try:
        holder.stdout.readline()
        holder.stdin.close()
        with Store.open(home).writing(wait_s=10) as writer:
            put(writer, "after the first")
    finally:
        stop_quietly(holder)
    assert texts_of(Store.open(home)) == {"/a/report.txt": "after the first"}


def stop_quietly(process):
    process.kill()
    process.wait()
    process.stdout.close()
    process.stderr.close()


def test_the_lock_of_a_killed_writer_is_free_at_once(home):
    holder = start_python(HOLD, home)
    holder.stdout.readline()
    stop(holder)
    assert (home / "library.lock").exists()
    with Store.open(home).writing(wait_s=0) as writer:
        put(writer, "after the kill")


def test_a_reader_sees_whole_documents_while_another_process_writes(home):
    writer = start_python(SWAP, home)
    try:
        assert writer.stdout.readline() == "started\n"
        store, versions = Store.open(home), []
        while writer.poll() is None:
            loaded = store.load("default")
            words = {word for passage in loaded.passages for word in passage.text.split()}
            (version,) = words
            number = int(version[1:])
            assert len(loaded.passages) == len(loaded.vectors) == 1 + number % 7 * 10
            assert DenseIndex.open(store, loaded).search(loaded.vectors[0], 500)[0].size == len(
                loaded.passages
            )
            versions.append(number)
    finally:
        stop(writer)
    assert versions == sorted(versions)
    assert len(set(versions)) > 1
    assert store.verify().ok


@pytest.mark.parametrize("n_kills", [8, pytest.param(200, marks=pytest.mark.long)])
def test_what_was_acknowledged_survives_kills_at_any_moment(home, n_kills):
    """One home through all kills; what a killed writer was about to do is done whole or not at all."""
    choose, expected = random.Random(7), {}
    for cycle in range(n_kills):
        delay_s = 0.0 if cycle == 0 else choose.uniform(0.0, 0.5)
        out = killed_after(delay_s, CHURN, home, cycle)
        acknowledged, pending = replay(out, expected)
        found = whole_library(home)
        assert found in (acknowledged, acted(acknowledged, pending))
        expected = found
    assert expected


def killed_after(delay_s, script, *arguments):
    process = start_python(script, *arguments)
    assert process.stdout.readline() == "begin\n"
    time.sleep(delay_s)
    process.send_signal(signal.SIGKILL)
    out = process.stdout.read()  # not communicate, which forgets what came along with the first line
    err = process.communicate()[1]
    assert process.returncode == -signal.SIGKILL, err
    return out


def acted(library, step):
    """Return the library {source: text} after one step "try|source|text" of the script."""
    after = dict(library)
    if step:
        _, source, text = step.split("|")
        after.pop(source, None)
        after.update({source: text} if text else {})
    return after


def replay(out, library):
    """Return what must be there after the finished steps, and the step that was under way, if any."""
    pending = None
    for line in out.splitlines(keepends=True):
        if line == "done\n":
            library, pending = acted(library, pending), None
        elif line.endswith("\n"):
            pending = line.rstrip("\n")
    return library, pending


def whole_library(home):
    """{source: text}, having checked that database, passages, vectors, originals and index all agree."""
    started = time.monotonic()
    store = Store.open(home)
    found = store.verify()
    assert found.ok, found.lines
    assert time.monotonic() - started < 5
    if not store.collections():
        return {}
    loaded = store.load("default")
    index = DenseIndex.open(store, loaded)
    if loaded.passages:
        ids, _ = index.search(loaded.vectors[0], len(loaded.passages) + 9)
        np.testing.assert_array_equal(np.sort(ids), loaded.passage_ids)
    for document in store.documents("default"):
        text = store.document("default", document.doc_id).text
        assert store.original(document.doc_id) == text.encode() * 20
    return texts_of(store)


def test_an_exit_at_every_file_operation_of_a_first_ingest_leaves_a_whole_library(tmp_path):
    """From the very first: the folder, the lock, the database before its first commit, each index file."""
    process = start_python(EXIT_AT, tmp_path)
    out, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    assert int(out) > 20
    for point in range(1, int(out) + 1):
        acknowledged = (tmp_path / f"{point}.done").read_text().split()
        assert_whole_and_usable(Store.open(tmp_path / f"home-{point}"), acknowledged)


def assert_whole_and_usable(store, acknowledged):
    found = texts_of(store) if store.collections() else {}
    assert {f"/{i}": f"text of document {i}" for i in acknowledged}.items() <= found.items()
    assert len(found) <= len(acknowledged) + 1
    assert store.verify().ok, store.verify().lines
    with store.writing(wait_s=0) as writer:
        put(writer, "life goes on", source="/after")
        writer.publish("default")
        writer.compact()
    assert store.verify().ok
    assert len(list((store.home / "generations").iterdir())) == 1
