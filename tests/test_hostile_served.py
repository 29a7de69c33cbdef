"""The page answers while it reads hostile files, as `benchmarks.hostile_served` measures it (all of them)."""

from __future__ import annotations

import asyncio
import time

import pytest
from core_fakes import HashEncoder
from hostile_builders import CASES
from page_driver import serving
from page_fakes import FakeWorkspace

from benchmarks.hostile import SERVED, kept_half
from benchmarks.hostile_served import READING, File, Served, Taken, measured, own_files, report, with_section
from bot.ingest import ingest
from bot.store import Store

MOST_S = 4.0  # for a page, on a machine that does other work too


class Ingesting(FakeWorkspace):
    """Scripted answers over a library that reads for good, `slow_s` slower for a file called "slow.txt"."""

    def __init__(self, home, *, slow_s=0.0):
        super().__init__(home=home)
        self.store = Store.open(home)
        self.slow_s = slow_s

    def ingest(self, sources, *, collection):
        """Read files as the bot does."""
        for upload in sources:
            time.sleep(self.slow_s if upload.name == "slow.txt" else 0.0)
            yield from ingest([upload], store=self.store, encoder=HashEncoder(), collection=collection)


def run(workspace, files):
    with serving(workspace) as address:
        asked = ("How many passengers?",)
        return asyncio.run(measured(address, files, idle_s=0.5, questions=asked, collection="sample"))


@pytest.mark.slow
def test_every_request_is_answered_while_hostile_files_are_read(tmp_path, monkeypatch):
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path / "uploads"))
    small = [file for file in own_files() if len(file.make()) < 10_000]
    one_of_each = {CASES[int(file.name[:3])].name[:3]: file for file in small}
    chosen = list(one_of_each.values())[::3]
    assert len(chosen) > 10
    found = run(Ingesting(tmp_path / "home"), chosen)
    assert [taken.file.name for taken in found.taken if not taken.holds] == []
    assert [reply for reply in found.replies if reply.error] == []
    assert all(found.of(kind, READING) for kind in ("page", "library", "question"))
    assert max(reply.seconds for reply in found.replies) < MOST_S
    assert not [path for path in (tmp_path / "uploads").rglob("*") if path.is_file()]


@pytest.mark.slow
def test_the_page_does_not_wait_for_a_file_that_takes_long(tmp_path, monkeypatch):
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path / "uploads"))
    found = run(Ingesting(tmp_path / "home", slow_s=5.0), [File("slow.txt", lambda: b"words", "text")])
    assert found.taken[0].seconds > 5
    assert [reply for reply in found.replies if reply.error] == []
    assert max(reply.seconds for reply in found.replies) < MOST_S
    assert len(found.of("page", READING)) > 5


def test_a_file_that_did_not_end_as_expected_is_told():
    file = File("a.pdf", bytes, "refuse")
    found = Served(taken=[Taken(file, ("added",), 1.0), Taken(file, (), 2.0, "ReadTimeout: 60 s")])
    told = report(found, 60.0)
    assert "- not as expected: `a.pdf`, expected refuse: ('added',)" in told
    assert "- not as expected: `a.pdf`, expected refuse: ReadTimeout: 60 s" in told
    assert "| files that ended as expected | 0 of 2 |" in told


def test_each_half_of_the_results_keeps_the_other(tmp_path, monkeypatch):
    for module in ("hostile", "hostile_served"):
        monkeypatch.setattr(f"benchmarks.{module}.RESULTS", tmp_path)
    (tmp_path / "hostile.md").write_text("# Files\n\none half\n")
    both = with_section(f"{SERVED}\n\nthe other\n")
    assert both == f"# Files\n\none half\n\n{SERVED}\n\nthe other\n"
    (tmp_path / "hostile.md").write_text(both)
    assert kept_half() == f"\n{SERVED}\n\nthe other\n"
    assert with_section(f"{SERVED}\n\nanew\n") == both.replace("the other", "anew")
