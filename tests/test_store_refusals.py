"""What the store will not touch, what it says then, and that nothing is changed by the attempt."""

from __future__ import annotations

import errno
import hashlib
import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from store_samples import TEXT, put, start_python, texts_of

from bot.errors import StoreBusy, StoreError
from bot.store import Store
from bot.store.explain import explained
from bot.store.schema import APPLICATION_ID, VERSION


@pytest.fixture
def home(tmp_path):
    with Store.open(tmp_path / "home").writing() as writer:
        put(writer, TEXT)
    return tmp_path / "home"


def execute(path, statement):
    with closing(sqlite3.connect(path)) as db:
        db.executescript(statement)


def assert_refused(home, message):
    """Neither reading nor writing accepts the home, and the database stays byte for byte as it was."""
    path = home / "library.sqlite"
    before = hashlib.sha256(path.read_bytes()).hexdigest()
    with pytest.raises(StoreError) as reading:
        Store.open(home)
    with pytest.raises(StoreError) as writing, Store(home).writing():
        pass
    assert str(reading.value) == str(writing.value) == message
    assert Store(home).verify().lines == (message,)
    assert hashlib.sha256(path.read_bytes()).hexdigest() == before


def test_another_applications_database_is_refused(tmp_path):
    execute(
        tmp_path / "library.sqlite", "PRAGMA application_id = 1196444487; CREATE TABLE layers (id INTEGER);"
    )
    assert_refused(
        tmp_path,
        f"{tmp_path}/library.sqlite belongs to another program (its application id is 0x47504b47, not "
        f"{APPLICATION_ID:#x}); move it away, or choose another folder with --home",
    )


def test_a_newer_version_is_refused(home):
    execute(home / "library.sqlite", f"PRAGMA user_version = {VERSION + 1};")
    assert_refused(
        home,
        f"{home}/library.sqlite was written by a newer release (version {VERSION + 1}; this one knows up to "
        f"{VERSION}); update this program, or choose another folder with --home",
    )


def test_a_file_that_is_no_database_is_refused(tmp_path):
    (tmp_path / "library.sqlite").write_bytes(b"certainly not a database" * 400)
    assert_refused(
        tmp_path,
        f"{tmp_path}/library.sqlite is damaged (file is not a database) and cannot be opened; nothing was "
        "changed: put a backup in its place, or try `bot library rescue --to NEWHOME`",
    )


def test_a_damaged_page_is_a_finding_and_an_error_in_one_line(home):
    path = home / "library.sqlite"
    content = bytearray(path.read_bytes())
    content[4096:] = b"\xa5" * (len(content) - 4096)
    path.write_bytes(content)
    found = Store(home).verify()
    assert not found.ok
    assert "damaged" in found.lines[0]
    with pytest.raises(StoreError, match="is damaged") as raised:
        Store(home).load("default")
    assert "\n" not in str(raised.value)


def test_a_home_that_is_a_file_is_refused(tmp_path):
    path = tmp_path / "notes.txt"
    path.write_text("notes")
    with pytest.raises(StoreError, match=r"notes.txt is a file; give a folder for the library with --home"):
        Store.open(path)
    complaint = r"cannot use .*notes.txt/deeper \(Not a directory\)"
    with pytest.raises(StoreError, match=complaint), Store(path / "deeper").writing():
        pass
    assert path.read_text() == "notes"


def test_a_home_that_cannot_be_made_is_refused_naming_it():
    home = Path("/proc/no-such-place/home")
    assert Store.open(home).collections() == ()
    with pytest.raises(StoreError, match=f"cannot use {home}") as raised, Store(home).writing():
        pass
    assert str(raised.value).endswith("or choose another with --home")


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is unwritable for root")
def test_a_read_only_home_can_be_read_but_not_written(home):
    for path in (home / "library.sqlite", home / "library.lock", home):
        path.chmod(0o500 if path.is_dir() else 0o400)
    try:
        assert texts_of(Store.open(home)) == {"/a/report.txt": TEXT}
        with pytest.raises(StoreError, match=r"cannot (write to|use)"), Store(home).writing():
            pass
    finally:
        home.chmod(0o700)


def test_a_full_database_becomes_one_line_and_the_transaction_is_undone(home):
    store = Store.open(home)
    with store.writing() as writer:
        (pages,) = writer._db.execute("PRAGMA page_count").fetchone()
        writer._db.execute(f"PRAGMA max_page_count = {pages + 20}")
        with pytest.raises(StoreError) as raised:
            put(writer, "too large", source="/large", original=bytes(10_000_000))
        assert str(raised.value) == (
            f"no space is left on the disk of {home}; nothing was changed: free some space there "
            "and try again"
        )
        assert texts_of(store) == {"/a/report.txt": TEXT}
        put(writer, "small enough", source="/small")
    assert texts_of(store) == {"/a/report.txt": TEXT, "/small": "small enough"}
    assert store.verify().ok


CAPPED = """
import resource, sys
from pathlib import Path
from bot.errors import StoreError
from bot.store import Store
from store_samples import put
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]),) * 2)  # every write beyond it fails
try:
    with Store.open(Path(sys.argv[1])).writing() as writer:
        for i in range(10_000):
            put(writer, f"document number {i} of many", source=f"/{i}", original=bytes(20_000))
            print(i, flush=True)
            writer.publish("default")
except StoreError as error:
    sys.exit(f"StoreError {error}")
"""


@pytest.mark.parametrize("limit", [2, 3_000, 50_000, 150_000, 400_000, 1_000_000])
def test_writes_that_fail_at_any_size_lose_no_acknowledged_document(tmp_path, limit):
    process = start_python(CAPPED, tmp_path / "home", limit)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 1
    assert err.startswith("StoreError "), err
    assert len(err.splitlines()) == 1
    store = Store.open(tmp_path / "home")
    acknowledged = {f"/{i}": f"document number {i} of many" for i in out.split()}
    assert texts_of(store) == acknowledged if acknowledged else store.collections() == ()
    assert not any("damaged" in line for line in store.verify().lines)
    with store.writing() as writer:  # once there is room again
        put(writer, TEXT)
        writer.publish("default")
    assert store.verify().ok


@pytest.mark.parametrize(
    ("error", "kind", "line"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), StoreError, "no space is left on the disk of"),
        (
            OSError(errno.EROFS, "Read-only file system"),
            StoreError,
            r"cannot write to .* \(Read-only file system\)",
        ),
        (
            PermissionError(errno.EACCES, "Permission denied"),
            StoreError,
            r"cannot use .* \(Permission denied\)",
        ),
        (
            OSError(errno.EIO, "Input/output error"),
            StoreError,
            r"the disk failed at .* \(Input/output error\)",
        ),
    ],
)
def test_trouble_with_the_file_system_becomes_one_line(error, kind, line):
    with pytest.raises(kind, match=line), explained(Path("/home/me/library")):
        raise error


def test_a_database_locked_by_another_program_is_busy(tmp_path):
    path = tmp_path / "any.sqlite"
    with closing(sqlite3.connect(path)) as holder, closing(sqlite3.connect(path, timeout=0)) as other:
        holder.execute("BEGIN EXCLUSIVE")
        with (
            pytest.raises(StoreBusy, match="is locked by another program; close whatever"),
            explained(tmp_path),
        ):
            other.execute("BEGIN IMMEDIATE")


def test_a_mistake_of_ours_keeps_its_traceback(tmp_path):
    with (
        closing(sqlite3.connect(":memory:")) as db,
        pytest.raises(sqlite3.OperationalError),
        explained(tmp_path),
    ):
        db.execute("SELEKT 1")


def test_a_log_left_without_its_database_is_not_replayed_into_a_new_one(tmp_path):
    home = tmp_path / "home"
    with Store.open(home).writing() as writer:
        put(writer, TEXT)
        log = (home / "library.sqlite-wal").read_bytes()
    (home / "library.sqlite").unlink()
    (home / "library.sqlite-wal").write_bytes(log)
    store = Store.open(home)
    assert store.collections() == ()
    with store.writing() as writer:
        put(writer, "fresh start", source="/new")
    assert texts_of(store) == {"/new": "fresh start"}


def test_a_half_made_database_of_a_killed_writer_is_made_anew(tmp_path):
    (tmp_path / "library.new").write_bytes(b"half of a database")
    store = Store.open(tmp_path)
    assert store.collections() == ()
    with store.writing() as writer:
        put(writer, TEXT)
    assert texts_of(store) == {"/a/report.txt": TEXT}
    assert not (tmp_path / "library.new").exists()


def test_an_empty_library_may_be_read_while_its_database_has_no_log_yet(home):
    execute(home / "library.sqlite", "PRAGMA journal_mode = DELETE;")
    assert texts_of(Store.open(home)) == {"/a/report.txt": TEXT}
    with Store.open(home).writing() as writer:
        put(writer, "more", source="/more")
        assert (home / "library.sqlite-wal").exists()


def test_the_store_loads_nothing_that_could_run_code():
    for path in (Path(__file__).parent.parent / "bot" / "store").glob("*.py"):
        assert "pickle" not in path.read_text().lower()
