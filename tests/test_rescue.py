"""What is whole of a damaged library comes over into a new one, and what is lost is named."""

from __future__ import annotations

import json
import shutil
import sqlite3
import tracemalloc
from contextlib import closing

import pytest
from test_xbrl import HEADER, number

from benchmarks.reliability.damaged_database import everything
from benchmarks.reliability.library import COLLECTION, WordEncoder, fill, workspace
from bot import cli, rescue_commands
from bot.datatypes import Upload
from bot.errors import StoreError, UsageError
from bot.fetch import page_name
from bot.fetch.client import Fetched
from bot.ingest import ingest
from bot.rescue import rescue
from bot.store import Store
from bot.store.salvage import LEAST_ROW_BYTES, _Wreck

TEXTS = {f"{name}.txt": f"{name} counted owls. " + f"{name} word " * 900 for name in ("ada", "ben", "cy")}


@pytest.fixture
def home(tmp_path):
    """Make a library of three files and a row of a corpus, which has no file of its own."""
    opened = workspace(tmp_path / "home")
    fill(opened, TEXTS)
    row = json.dumps({"doc_id": "row", "title": "", "text": "The row counted owls. " * 40}).encode()
    list(opened.ingest([Upload("corpus.jsonl", row)], collection=COLLECTION))
    return opened.home


def changed(home, statement):
    """Change what is stored behind the store's back, and keep no checksum of it."""
    with Store(home).writing() as writer:
        writer._db.execute("PRAGMA foreign_keys = OFF")
        writer._db.execute(statement)


def rescued(home, new_home, encoder=None, **options):
    """Rescue; return {name of the document: status}."""
    options = {"collection": COLLECTION} | options
    found = rescue(home, new_home, encoder=encoder or WordEncoder(), **options)
    return {each.document.removeprefix("upload:"): each.status for each in found}


ALL_WHOLE = {"ada.txt": "whole", "ben.txt": "whole", "cy.txt": "whole", "corpus.jsonl#row": "whole"}


def test_a_sound_library_comes_over_as_it_is(home, tmp_path):
    assert rescued(home, tmp_path / "new") == ALL_WHOLE
    new = Store.open(tmp_path / "new")
    assert new.verify().ok
    assert everything(new) == everything(Store.open(home))
    assert sorted(path.name for path in (tmp_path / "new").iterdir()) == [
        "generations", "library.lock", "library.sqlite",
    ]  # fmt: skip


def test_a_filing_comes_over_with_its_facts_or_is_read_again(home, tmp_path):
    filing = f"<html><body>{HEADER}<p>Sales were {number('1,234')} million owls.</p></body></html>"
    list(workspace(home).ingest([Upload("filing.html", filing.encode())], collection=COLLECTION))
    before = everything(Store.open(home))
    assert len(before["upload:filing.html"][0].facts) == 1
    assert rescued(home, tmp_path / "new") == ALL_WHOLE | {"filing.html": "whole"}
    assert everything(Store.open(tmp_path / "new")) == before
    changed(home, "UPDATE facts SET value = '7'")
    assert rescued(home, tmp_path / "newer")["filing.html"] == "read again"
    again = everything(Store.open(tmp_path / "newer"))["upload:filing.html"][0]
    assert again.facts == before["upload:filing.html"][0].facts


def test_a_damaged_index_of_facts_costs_nothing(home, tmp_path):
    filing = f"<html><body>{HEADER}<p>Sales were {number('1,234')} million owls.</p></body></html>"
    list(workspace(home).ingest([Upload("filing.html", filing.encode())], collection=COLLECTION))
    with closing(sqlite3.connect(home / "library.sqlite")) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (page,) = db.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'facts_document'").fetchone()
        (size,) = db.execute("PRAGMA page_size").fetchone()
    with (home / "library.sqlite").open("r+b") as stream:
        stream.seek((page - 1) * size)
        stream.write(b"\xff" * size)
    assert rescued(home, tmp_path / "new") == ALL_WHOLE | {"filing.html": "whole"}


@pytest.mark.parametrize(
    ("source", "page"),
    [("https://paper.example/mill.pdf", "https://www.paper.example/new/mill.pdf"),
     ("https://paper.example/2031/the-mill/?p=1", "https://paper.example/2031/the-mill/?p=1")],
)  # fmt: skip
def test_a_web_page_is_read_again_as_the_page_it_was(home, tmp_path, source, page):
    def fetch(_):
        html = b"<html><body><p>The mill burned down, and no owl was hurt.</p></body></html>"
        return Fetched(html, page, page_name(page, html))

    store = Store(home)
    (*_, taken) = ingest([source], store=store, encoder=WordEncoder(), collection=COLLECTION, fetch=fetch)
    before = store.document(COLLECTION, taken.doc_id)
    changed(home, "DELETE FROM checksums WHERE document_id = (SELECT max(id) FROM documents)")
    assert rescued(home, tmp_path / "new")[source] == "read again"
    after = Store.open(tmp_path / "new").document(COLLECTION, taken.doc_id)
    assert (after.external_id, after.title) == (before.external_id, before.title)
    assert after.metadata == before.metadata
    assert {"url", "fetched", "site"} <= set(after.metadata)


def test_a_damaged_count_of_rows_takes_no_memory(home):
    changed(home, f"UPDATE sqlite_sequence SET seq = {10**9}")
    with closing(sqlite3.connect(home / "library.sqlite")) as db:
        wreck = _Wreck(db, WordEncoder().identity, COLLECTION, LEAST_ROW_BYTES * 10**5)
        tracemalloc.start()
        n = sum(1 for _ in wreck._numbers("passages"))
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert n == 10**5
    assert peak < 10**6


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE documents SET text = 'other words' WHERE external_id = 'ben'",
        "UPDATE passages SET vector = zeroblob(64) WHERE document_id = 2",
        "DELETE FROM passages WHERE document_id = 2",
        "DELETE FROM checksums WHERE document_id = 2",
        "UPDATE documents SET sections = '{' WHERE id = 2",
    ],
)
def test_a_damaged_document_is_read_again_from_its_file(home, tmp_path, statement):
    before = everything(Store.open(home))
    changed(home, statement)
    assert rescued(home, tmp_path / "new") == ALL_WHOLE | {"ben.txt": "read again"}
    after = everything(Store.open(tmp_path / "new"))
    document, passages, original = after["upload:ben.txt"]
    assert document.text == before["upload:ben.txt"][0].text
    assert [(p.start, p.end, v) for (p, v) in passages] == [
        (p.start, p.end, v) for (p, v) in before["upload:ben.txt"][1]
    ]
    assert original == before["upload:ben.txt"][2]
    assert after["upload:ada.txt"] == before["upload:ada.txt"]


def test_what_has_no_file_or_a_damaged_one_is_lost_and_named(home, tmp_path):
    changed(home, "UPDATE documents SET title = 'x' WHERE external_id IN ('row', 'cy')")
    changed(home, "UPDATE originals SET bytes = x'00' WHERE sha256 IN "
                  "(SELECT original_sha256 FROM documents WHERE external_id IN ('cy', 'ada'))")  # fmt: skip
    found = list(rescue(home, tmp_path / "new", encoder=WordEncoder(), collection=COLLECTION))
    assert {(each.document, each.status, each.reason[:9]) for each in found} == {
        ("upload:ada.txt", "whole", "all but i"),
        ("upload:ben.txt", "whole", ""),
        ("upload:cy.txt", "lost", "what is s"),
        ("upload:corpus.jsonl#row", "lost", "what is s"),
    }
    new = Store.open(tmp_path / "new")
    assert new.verify().ok
    assert {each.external_id for each in new.documents(COLLECTION)} == {"ada", "ben"}


def test_the_record_of_a_collection_may_be_lost(home, tmp_path):
    changed(home, "UPDATE collections SET fingerprint = 'x', name = '?'")
    assert set(rescued(home, tmp_path / "other", collection="wrong").values()) == {"lost"}
    assert rescued(home, tmp_path / "new") == ALL_WHOLE


def test_a_zeroed_first_page_is_that_of_every_library(home, tmp_path):
    path = home / "library.sqlite"
    path.write_bytes(bytes(4096) + path.read_bytes()[4096:])
    with pytest.raises(StoreError, match="library rescue --to NEWHOME"):
        Store.open(home)
    assert rescued(home, tmp_path / "new") == ALL_WHOLE


def test_a_file_that_is_read_again_needs_the_encoder_of_the_others(home, tmp_path):
    changed(home, "DELETE FROM checksums WHERE document_id = 2")
    found = list(rescue(home, tmp_path / "new", encoder=WordEncoder("other"), collection=COLLECTION))
    assert found[-1].status == "lost"
    assert found[-1].reason == "its file is whole, and is read again with --encoder words"


def test_the_damaged_home_is_not_touched_and_the_new_one_must_be_empty(home, tmp_path):
    changed(home, "DELETE FROM checksums WHERE document_id = 2")
    before = {path: path.read_bytes() for path in home.rglob("*") if path.is_file()}
    rescued(home, tmp_path / "new")
    assert {path: path.read_bytes() for path in home.rglob("*") if path.is_file()} == before
    with pytest.raises(UsageError, match="is not empty: give --to a new folder"):
        rescued(home, tmp_path / "new")
    with pytest.raises(UsageError, match="is not empty"):
        rescued(home, home)


def test_what_lies_beside_the_documents_is_named(home, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(rescue_commands, "SentenceTransformerEncoder", lambda _: WordEncoder())
    (home / "gold").mkdir()
    (home / "calibration.json").write_text("{}")
    assert cli.main(["library", "rescue", "--to", str(tmp_path / "new"), "--home", str(home)]) == 0
    last = capsys.readouterr().out.splitlines()[-1]
    assert last.startswith(f"not copied: calibration.json, gold in {home}; copy what you want to keep")


def test_where_nothing_can_be_read_one_line_says_so(home, tmp_path):
    (home / "library.sqlite").write_bytes(b"nothing of the kind" * 1000)
    with pytest.raises(StoreError, match=r"nothing in this library\.sqlite can be read: put a backup"):
        rescued(home, tmp_path / "new")
    assert not (tmp_path / "new").exists()
    shutil.rmtree(home)
    with pytest.raises(StoreError, match=r"there is no library\.sqlite in .*home: give the damaged library"):
        rescued(home, tmp_path / "newer")


@pytest.mark.weights
def test_verify_names_the_command_and_it_does_what_it_says(tmp_path, capsys):
    for name, text in (
        ("owls", "In 2021 the rangers counted 312 owls."),
        ("mill", "The mill burned in 1921."),
    ):
        (tmp_path / f"{name}.txt").write_text(text)
    home, new = str(tmp_path / "home"), str(tmp_path / "new")
    files = [str(tmp_path / "owls.txt"), str(tmp_path / "mill.txt")]
    assert cli.main(["ingest", *files, "--home", home]) == 0
    changed(tmp_path / "home", "UPDATE documents SET text = 'x' WHERE external_id = 'mill'")
    capsys.readouterr()
    assert cli.main(["library", "verify", "--home", home]) == 1
    assert "1 of 2 documents are whole and can be saved: `bot library rescue --to" in capsys.readouterr().out
    assert cli.main(["library", "rescue", "--home", home]) == 2
    assert "bot library rescue --to NEWHOME" in capsys.readouterr().err
    assert cli.main(["library", "rescue", "--to", new, "--home", home]) == 0
    *_, mended, last = capsys.readouterr().out.splitlines()
    assert mended.startswith("read again ")
    assert last == (
        f"2 of 2 documents are in {new}: 1 as they were stored, 1 read again from their files; 0 lost. "
        f"{home} is as it was"
    )
    assert cli.main(["ask", "How many owls were counted?", "--home", new]) == 0
    assert "312 owls" in capsys.readouterr().out
