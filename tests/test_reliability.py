"""The promises about the library on disk, as the trials of `benchmarks.reliability` put them to the test."""

from __future__ import annotations

import logging

import pytest

from benchmarks.reliability.__main__ import TRIALS, run
from benchmarks.reliability.kills import outcomes
from benchmarks.reliability.library import COLLECTION, put, workspace
from bot.errors import StoreError
from bot.store import DenseIndex

SIZES = [pytest.param(True, marks=pytest.mark.slow), pytest.param(False, marks=pytest.mark.long)]
CANARY = "xyzzycanary"


@pytest.mark.parametrize("quick", SIZES, ids=["quick", "full"])
@pytest.mark.parametrize("name", TRIALS)
def test_a_promise_holds_in_every_case(name, quick):
    figure = run(name, quick=quick)
    assert figure.n > 0
    assert figure.n_broken == 0, figure.detail
    assert name != "kills" or slowest_s(figure.detail) < 2


def slowest_s(detail):
    """Return the p95 of reopening, in seconds, from what the kills' figure says."""
    return float(detail.split("reopening p95 ")[1].split(" s")[0])


def test_a_kill_may_leave_any_number_of_the_changes_under_way_in_their_order():
    said = "begin\ntry|a|one\ndone|a\ntry|b|two\ntry|a|\n"
    assert outcomes(said, {"c": "old"}) == [
        {"c": "old", "a": "one"},
        {"c": "old", "a": "one", "b": "two"},
        {"c": "old", "b": "two"},
    ]


def test_no_word_of_a_document_or_a_question_is_logged(tmp_path, caplog):
    caplog.set_level(logging.DEBUG)
    opened = workspace(tmp_path / "home")
    list(put(opened, {"a.txt": f"The {CANARY} was found in the year 2024."}))
    for path in (opened.home / "generations").iterdir():
        path.write_bytes(b"damaged")
    DenseIndex.open(opened.store, opened.store.load(COLLECTION))
    opened.retrieve(f"Where was the {CANARY}?", collection=COLLECTION)
    assert "is damaged" in caplog.text
    assert CANARY not in caplog.text


def test_an_undecodable_text_is_damage_and_its_words_are_not_in_the_message(tmp_path):
    opened = workspace(tmp_path / "home")
    list(put(opened, {"a.txt": f"The {CANARY} was found in the year 2024."}))
    with opened.store.writing() as writer:
        writer._db.execute("UPDATE documents SET text = CAST(x'ff' || text AS TEXT)")
    with pytest.raises(StoreError, match=r"is damaged \(a text is not UTF-8 any more\)") as raised:
        opened.store.load(COLLECTION)
    assert CANARY not in str(raised.value)
    assert raised.value.__cause__ is None
    assert not opened.store.verify().ok
