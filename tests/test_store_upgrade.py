"""A library of every version that was ever written can be read: upgraded whole, with a backup beside it."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from store_samples import FACTS, TEXT, put, texts_of

from bot.errors import StoreError
from bot.store import DenseIndex, Store
from bot.store.schema import STEPS, VERSION, upgrade

HOMES = Path(__file__).parent / "data" / "homes"  # one that each version of the schema wrote, never changed
COSTS = "Costs fell by two percent — in the year to March"


@pytest.fixture
def frozen(tmp_path):
    """Copy the home of a version to where it may be written to."""
    return lambda version: Path(shutil.copytree(HOMES / f"schema-{version}", tmp_path / f"home-{version}"))


def version_in(path):
    with closing(sqlite3.connect(path)) as db:
        return db.execute("PRAGMA user_version").fetchone()[0]


def damage(home, statement):
    with closing(sqlite3.connect(home / "library.sqlite")) as db:
        db.executescript(statement)


def test_there_is_a_frozen_home_of_every_version():
    assert sorted(int(path.name.removeprefix("schema-")) for path in HOMES.iterdir()) == [
        *range(1, VERSION + 1)
    ]


@pytest.mark.parametrize("version", range(1, VERSION + 1))
def test_a_frozen_home_reads_as_it_was_written(frozen, version):
    store = Store.open(frozen(version))
    assert texts_of(store) == {"/a/report.txt": TEXT, "/a/costs.txt": COSTS}
    assert texts_of(store, "other") == {"/b/other.txt": "Another collection has this"}
    assert store.original(store.document("default", "report").doc_id) == TEXT.encode()
    loaded = store.load("default")
    assert store.document("default", "report").facts == (FACTS if version > 2 else ())
    ids, _ = DenseIndex.open(store, loaded).search(loaded.vectors[1], 1)
    assert ids.tolist() == [loaded.passage_ids[1]]
    assert store.verify().ok, store.verify().lines
    with store.writing() as writer:
        put(writer, "and it can be written to", source="/new")
    assert store.verify().ok, store.verify().lines


def test_an_upgrade_leaves_a_backup_of_the_older_version_which_can_be_put_back(frozen):
    home = frozen(1)
    Store.open(home)
    backup = home / "library.v1.sqlite"
    assert version_in(home / "library.sqlite") == VERSION
    assert version_in(backup) == 1
    assert backup.stat().st_mode & 0o777 == 0o600
    backup.rename(home / "library.sqlite")
    assert texts_of(Store.open(home)) == {"/a/report.txt": TEXT, "/a/costs.txt": COSTS}


def test_a_home_of_this_version_is_opened_without_a_backup(frozen):
    home = frozen(VERSION)
    Store.open(home)
    assert sorted(path.name for path in home.iterdir()) == ["generations", "library.sqlite"]


@pytest.mark.parametrize("statement", [
    "UPDATE facts SET value = '0.9'", "DELETE FROM facts WHERE unit = ''", "UPDATE hidden_facts SET n = 1",
    "UPDATE facts SET start = 17",
])  # fmt: skip
def test_a_changed_fact_is_found(frozen, statement):
    home = frozen(VERSION)
    damage(home, statement)
    verified = Store.open(home).verify()
    assert not verified.ok
    damaged = [line for line in verified.lines if "is not what was stored" in line]
    assert len(damaged) == 1
    assert "/a/report.txt" in damaged[0]


def test_documents_of_version_2_keep_the_checksums_that_they_had(frozen):
    home = frozen(2)
    Store.open(home)
    kept = []
    for folder in (home, HOMES / "schema-2"):
        with closing(sqlite3.connect(folder / "library.sqlite")) as db:
            kept.append(db.execute("SELECT * FROM checksums ORDER BY document_id").fetchall())
    assert kept[0] == kept[1]


def test_a_document_that_was_damaged_before_the_upgrade_is_so_afterwards(frozen):
    home = frozen(1)
    damage(home, "UPDATE documents SET text = replace(text, 'nine', 'five')")
    lines = Store.open(home).verify().lines
    assert [line for line in lines if "is damaged" in line and "/a/report.txt" in line]
    assert any("1 of 2 documents are whole and can be saved" in line for line in lines)


def test_an_upgrade_that_fails_half_way_changes_nothing(frozen):
    home = frozen(1)

    def fails(db):
        STEPS[1](db)
        raise sqlite3.OperationalError("the power went")

    with closing(sqlite3.connect(home / "library.sqlite", isolation_level=None)) as db:
        with pytest.raises(sqlite3.OperationalError):
            upgrade(db, (STEPS[0], fails))
        assert db.execute("PRAGMA user_version").fetchone() == (1,)
        assert db.execute("SELECT count(checksum) FROM documents").fetchone() == (3,)
    assert texts_of(Store.open(home)) == {"/a/report.txt": TEXT, "/a/costs.txt": COSTS}


def test_a_newer_home_is_refused_and_left_alone(frozen):
    home = frozen(VERSION)
    damage(home, f"PRAGMA user_version = {VERSION + 1}")
    with pytest.raises(StoreError, match="was written by a newer release"):
        Store.open(home)
    assert not list(home.glob("library.v*"))
