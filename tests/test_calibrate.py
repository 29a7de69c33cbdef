"""`bot calibrate`: the threshold it finds, where it is kept, when it holds, and what it refuses."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from evaluation_fakes import TEXTS, gold_row, options, workspace_of, written
from hypothesis import given
from hypothesis import strategies as st

from bot.calibration import FILE, Calibration, keep_calibration, read_calibration
from bot.cli import main
from bot.errors import UsageError
from bot.evaluate.calibrate import MIN_ANSWERABLE, calibrate, threshold_of
from bot.evaluate.runs import Settings
from bot.evaluate.table import calibration_table

KEPT = Calibration(0.25, 0.08, 40, "gold.jsonl", "ab" * 32, "cd" * 32, "2026-01-31")
SHARES = st.floats(0, 0.99)
QUESTIONS = ["When did the old mill burn down?", "Who built the pier?", "What holds back the river Ouse?"]
DOCUMENTS = ["mill", "pier", "dam"]


@pytest.fixture
def workspace(tmp_path):
    made = workspace_of(tmp_path / "home", TEXTS)
    made.calibrated = False
    return made


@pytest.fixture
def gold(tmp_path):
    rows = [
        gold_row(id=f"a{i}", question=QUESTIONS[i % 3], evidence=[{"doc_id": DOCUMENTS[i % 3], "page": 1}])
        for i in range(MIN_ANSWERABLE)
    ]
    rows.append(gold_row(id="u", question="Who painted it?", answers=[], answerable=False, evidence=[]))
    return written(tmp_path / "gold.jsonl", rows)


def chosen(gold, tmp_path, **changes):
    return options(gold, tmp_path / "out", **({"max_abstained": 0.08} | changes))


@given(st.lists(st.floats(0, 1), min_size=1), SHARES)
def test_at_most_the_share_lies_below_and_any_higher_threshold_would_cost_more(confidences, share):
    threshold = threshold_of(confidences, share)
    n = len(confidences)
    assert sum(c < threshold for c in confidences) <= share * n
    assert threshold == max(confidences) or sum(c <= threshold for c in confidences) > share * n


def test_a_threshold_is_kept_with_its_provenance_and_holds(workspace, gold, tmp_path):
    found = calibrate(workspace, chosen(gold, tmp_path))
    kept = read_calibration(workspace.home, "default")
    assert kept.threshold == found["threshold"] > 0
    assert (kept.n_answerable, kept.max_abstained, kept.gold) == (MIN_ANSWERABLE, 0.08, "gold.jsonl")
    assert found["abstained"]["calibrated"]["answerable"]["mean"] <= 0.08
    assert found["abstained"]["calibrated"]["left out"]["n"] == MIN_ANSWERABLE
    assert found["abstained"]["calibrated"]["unanswerable"]["n"] == 1
    workspace.calibrated = True
    assert workspace.threshold("default") == kept.threshold
    workspace._bots.clear()
    assert workspace.bot("default").threshold == kept.threshold


def test_it_goes_on_where_it_stopped_and_finds_the_same(workspace, gold, tmp_path):
    first = calibrate(workspace, chosen(gold, tmp_path))
    n_asked = len(workspace.models.scorer.prefixes)
    assert calibrate(workspace, chosen(gold, tmp_path)) == first
    assert len(workspace.models.scorer.prefixes) == n_asked


def test_a_run_says_which_threshold_was_in_force(workspace):
    made = {"gold_sha256": "", "collection": "default", "k": 3, "retrieval_only": False}
    assert Settings.of(workspace, **made).threshold == workspace.shipped_threshold
    keep_calibration(workspace.home, "default", replace(KEPT, made_with=workspace.made_with))
    workspace.calibrated = True
    assert Settings.of(workspace, **made).threshold == KEPT.threshold


def test_with_other_models_it_does_not_hold_and_that_is_said(workspace, capsys):
    keep_calibration(workspace.home, "default", KEPT)
    workspace.calibrated = True
    assert workspace.threshold("default") == workspace.shipped_threshold
    assert "calibrated with other models" in capsys.readouterr().err


def test_each_collection_has_its_own_and_it_can_be_taken_away(tmp_path):
    keep_calibration(tmp_path, "one", KEPT)
    keep_calibration(tmp_path, "two", replace(KEPT, threshold=0.5))
    assert read_calibration(tmp_path, "one") == KEPT
    keep_calibration(tmp_path, "one", None)
    assert read_calibration(tmp_path, "one") is None
    assert read_calibration(tmp_path, "two").threshold == 0.5


@pytest.mark.parametrize(
    "damage", ["", "{", "[]", '{"one": {}}', '{"one": {"threshold": 2}}', '{"one": "no"}']
)
def test_a_damaged_file_is_said_to_be_so(tmp_path, damage):
    (tmp_path / FILE).write_text(damage)
    with pytest.raises(UsageError, match="damaged"):
        read_calibration(tmp_path, "one")


@pytest.mark.parametrize(
    ("changes", "said"),
    [({"max_abstained": 1.0}, "no share"), ({"limit": 5}, "at least 20"), ({"limit": 0}, "--limit 0")],
)
def test_what_cannot_be_calibrated_with_is_refused_in_one_line(workspace, gold, tmp_path, changes, said):
    with pytest.raises(UsageError, match=said) as refused:
        calibrate(workspace, chosen(gold, tmp_path, **changes))
    assert "\n" not in str(refused.value)
    assert not (workspace.home / FILE).exists()


def test_the_table_names_both_thresholds(workspace, gold, tmp_path):
    found = calibrate(workspace, chosen(gold, tmp_path))
    shown = calibration_table(found)
    assert f"{found['threshold']:.4f}" in shown
    assert "left out" in shown
    assert all(len(line) <= 120 for line in shown.splitlines())


def test_the_command_wants_a_gold_file_or_goes_back(workspace, capsys):
    home = str(workspace.home)
    assert main(["calibrate", "--home", home]) == 2
    assert "which gold file" in capsys.readouterr().err
    keep_calibration(workspace.home, "default", KEPT)
    assert main(["calibrate", "--reset", "--home", home, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["threshold"] == workspace.shipped_threshold
    assert read_calibration(workspace.home, "default") is None
