"""`bot evaluate` from end to end with fake models: what is asked, kept, counted, and refused."""

import json

import pytest
from evaluation_fakes import (
    ROWS,
    TEXTS,
    files_of_at_most,
    gold_row,
    lines_of,
    options,
    workspace_of,
    written,
)

from bot.errors import UnknownCollection, UsageError
from bot.evaluate.names import CUTOFFS, PASSAGE
from bot.evaluate.run import evaluate, stored_texts
from bot.evaluate.table import table
from bot.workspace import Workspace


@pytest.fixture
def gold(tmp_path):
    return written(tmp_path / "gold.jsonl", ROWS)


@pytest.fixture
def workspace(tmp_path):
    return workspace_of(tmp_path / "home")


def test_a_limit_below_one_is_refused(workspace, gold, tmp_path):
    with pytest.raises(UsageError, match="--limit 0 leaves no question"):
        evaluate(workspace, options(gold, tmp_path / "out", limit=0))
    with pytest.raises(UsageError, match="-k 0"):
        evaluate(workspace, options(gold, tmp_path / "out", k=0))
    assert not (tmp_path / "out").exists()


def test_every_question_is_asked_and_every_figure_counted(workspace, gold, tmp_path):
    out = tmp_path / "out"
    found = evaluate(workspace, options(gold, out))
    rows = lines_of(out)
    assert [row["id"] for row in rows] == ["one", "two", "three"]
    assert [row["abstained"] for row in rows] == [False, False, True]
    assert "1921" in rows[0]["answer"]
    assert json.loads((out / "metrics.json").read_text()) == json.loads(json.dumps(found))
    measures = found["measures"]
    assert (found["n"], found["n_answerable"]) == (3, 2)
    for name in ("R@5", "R@10", "RR@10", "gold in 45 words", "abstained, unanswerable"):
        assert measures[name]["mean"] == 1.0, name
    for name in ("sentences cited", "quotes exact", "quoted"):
        assert measures[name]["mean"] == 1.0, name
    assert (measures["R@5"]["n"], measures["abstained, unanswerable"]["n"]) == (2, 1)
    assert measures["abstained, answerable"]["mean"] == 0.0
    assert measures["fabrication"]["mean"] == 0.0
    assert found["broken"] == {"uncited": [], "inexact": [], "fabricated": []}
    assert found["seconds"]["total"]["n"] == 3
    assert found["seconds"]["first_sentence"]["n"] == 2


def test_the_table_has_a_line_for_each_figure_that_has_a_value(workspace, gold, tmp_path):
    shown = table(evaluate(workspace, options(gold, tmp_path / "out")))
    lines = shown.splitlines()
    first = lines[1].split()
    assert first[:7] == ["documents", "R@1", "1.000", "[1.000,", "1.000]", "2", "questions;"]
    assert "fabrication" in shown
    assert lines[-1] == "3 questions, 2 of them answerable"
    assert max(map(len, lines)) <= 100
    assert len(lines) <= 40


def test_retrieval_alone_writes_hits_and_no_answer(workspace, gold, tmp_path):
    found = evaluate(workspace, options(gold, tmp_path / "out", retrieval_only=True))
    row = lines_of(tmp_path / "out")[0]
    assert set(row) == {"id", "question", "standalone_question", "hits", "timings_s"}
    assert row["hits"][0]["external_id"] == "mill"
    retrieval = {*CUTOFFS, *(PASSAGE + name for name in CUTOFFS)}
    assert set(found["measures"]) == retrieval
    assert not {"words", "tokens", "broken", "abstention"} & set(found)
    assert "words in an answer" not in table(found)


class Interrupted(Exception):
    """Stands for a kill."""


def ask_counting(workspace, *, stop_after=None):
    """Make a workspace count its questions, and die after some."""
    asked, ask = [], Workspace.ask

    def counting(question, **rest):
        if len(asked) == stop_after:
            raise Interrupted
        asked.append(question)
        return ask(workspace, question, **rest)

    workspace.ask = counting
    return asked


def test_an_interrupted_run_goes_on_where_it_stopped(workspace, gold, tmp_path):
    out = tmp_path / "out"
    ask_counting(workspace, stop_after=2)
    with pytest.raises(Interrupted):
        evaluate(workspace, options(gold, out))
    assert [row["id"] for row in lines_of(out)] == ["one", "two"]
    with (out / "predictions.jsonl").open("a") as stream:
        stream.write('{"id": "three", "answ')  # a line that a kill cut off
    asked = ask_counting(workspace)
    found = evaluate(workspace, options(gold, out))
    assert asked == ["Who painted the ceiling?"]
    assert [row["id"] for row in lines_of(out)] == ["one", "two", "three"]
    assert found["n"] == 3


def test_a_finished_run_asks_nothing_and_a_larger_limit_only_what_is_new(workspace, gold, tmp_path):
    evaluate(workspace, options(gold, tmp_path / "out", limit=2))
    asked = ask_counting(workspace)
    first = evaluate(workspace, options(gold, tmp_path / "out", limit=2))
    assert (asked, first["n"]) == ([], 2)
    assert evaluate(workspace, options(gold, tmp_path / "out"))["n"] == 3
    assert len(asked) == 1


@pytest.mark.parametrize(
    ("changes", "named"), [({"k": 2}, "k 3 there, 2 now"), ({"retrieval_only": True}, "retrieval_only False")]
)
def test_other_settings_want_another_folder(workspace, gold, tmp_path, changes, named):
    evaluate(workspace, options(gold, tmp_path / "out", limit=1))
    before = lines_of(tmp_path / "out")
    with pytest.raises(UsageError) as caught:
        evaluate(workspace, options(gold, tmp_path / "out", limit=1, **changes))
    assert named in str(caught.value)
    assert str(caught.value).endswith("choose another --out")
    assert lines_of(tmp_path / "out") == before


def test_changed_documents_or_gold_rows_want_another_folder(workspace, gold, tmp_path):
    evaluate(workspace, options(gold, tmp_path / "out", limit=1))
    workspace.remove("default", "dam")
    with pytest.raises(UsageError, match="documents_sha256"):
        evaluate(workspace, options(gold, tmp_path / "out", limit=1))
    written(gold, ROWS[:2])
    with pytest.raises(UsageError, match="gold_sha256"):
        evaluate(workspace, options(gold, tmp_path / "out", limit=1))


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("settings.json", "[]", "other settings"),
        ("settings.json", "{", "not the settings of a run"),
        ("predictions.jsonl", "{}\n", "predictions without their settings.json"),
    ],
)
def test_a_folder_that_holds_something_else_is_left_alone(workspace, gold, tmp_path, name, content, reason):
    out = tmp_path / "out"
    out.mkdir()
    (out / name).write_text(content)
    with pytest.raises(UsageError, match=reason):
        evaluate(workspace, options(gold, out))
    assert (out / name).read_text() == content


def test_a_broken_prediction_in_the_middle_is_named(workspace, gold, tmp_path):
    evaluate(workspace, options(gold, tmp_path / "out"))
    path = tmp_path / "out" / "predictions.jsonl"
    lines = path.read_text().splitlines()
    path.write_text("\n".join([lines[0], "nonsense", lines[2]]) + "\n")
    with pytest.raises(UsageError, match=r"line 2 is not a row of a run"):
        evaluate(workspace, options(gold, tmp_path / "out"))


def test_a_file_where_the_folder_should_be_is_a_clear_error(workspace, gold, tmp_path):
    (tmp_path / "out").write_text("")
    with pytest.raises(UsageError, match="cannot hold a run"):
        evaluate(workspace, options(gold, tmp_path / "out"))


def test_an_unknown_collection_is_named_before_anything_is_written(workspace, gold, tmp_path):
    with pytest.raises(UnknownCollection):
        evaluate(workspace, options(gold, tmp_path / "out", collection="other"))
    assert not (tmp_path / "out").exists()


def test_gold_documents_that_are_not_there_are_told_of(workspace, tmp_path, capsys):
    rows = [gold_row(evidence=[{"doc_id": "castle"}, {"doc_id": "mill"}])]
    found = evaluate(workspace, options(written(tmp_path / "gold.jsonl", rows), tmp_path / "out"))
    warning = capsys.readouterr().err
    assert "1 of the 2 documents that " in warning
    assert "gold.jsonl names are not in collection 'default', 'castle' of line 1 for one: ingest" in warning
    assert warning.count("\n") == 1
    assert found["measures"]["R@5"]["mean"] == 1 / 2


def test_history_makes_the_question_stand_alone(workspace, tmp_path):
    row = gold_row(question="Who built it?", history=[["user", "When did the pier open?"], ["agent", "May."]])
    evaluate(workspace, options(written(tmp_path / "gold.jsonl", [row]), tmp_path / "out"))
    assert lines_of(tmp_path / "out")[0]["standalone_question"] == "When did the pier open? Who built it?"


def test_a_run_may_ask_some_documents_only(workspace, gold, tmp_path):
    found = evaluate(workspace, options(gold, tmp_path / "out", where=["title!=mill", "type=text"]))
    assert found["settings"]["where"] == "title!=mill; type=text"
    rows = lines_of(tmp_path / "out")
    assert {hit["external_id"] for row in rows for hit in row["hits"]} == {"pier", "dam"}
    with pytest.raises(UsageError, match="holds a run with other settings"):
        evaluate(workspace, options(gold, tmp_path / "out"))
    with pytest.raises(UsageError, match="a run cannot keep 'title=mill; type=x'"):
        evaluate(workspace, options(gold, tmp_path / "other", where=["title=mill; type=x"]))
    with pytest.raises(UsageError, match="no document of 'default' has title=zebra"):
        evaluate(workspace, options(gold, tmp_path / "other", where=["title=zebra"]))


def test_texts_are_read_back_from_the_store(workspace):
    text_of = stored_texts(workspace, "default")
    (dam,) = [d for d in workspace.documents("default") if d.external_id == "dam"]
    assert text_of(dam.doc_id) == TEXTS["dam.txt"]
    assert text_of("0123456789abcdef") is None


def test_the_gold_file_of_another_collection_is_refused_before_anything_is_asked(workspace, tmp_path):
    rows = [
        ROWS[2],
        gold_row(evidence=[{"doc_id": "castle"}]),
        gold_row(id="4", evidence=[{"doc_id": "moat"}]),
    ]
    gold, asked = written(tmp_path / "gold.jsonl", rows), ask_counting(workspace)
    with pytest.raises(UsageError) as caught:
        evaluate(workspace, options(gold, tmp_path / "out"))
    assert str(caught.value) == (
        f"none of the 2 documents that {gold} names is in collection 'default' ('castle' of line 2 for one): "
        "is it another collection's gold file? Name that one, or ingest its documents"
    )
    assert asked == []
    assert not (tmp_path / "out").exists()


def test_a_gold_file_without_evidence_is_asked(workspace, tmp_path):
    rows = [gold_row(evidence=[])]
    found = evaluate(workspace, options(written(tmp_path / "gold.jsonl", rows), tmp_path / "out"))
    assert "R@5" not in found["measures"]
    assert found["measures"]["gold in 45 words"]["mean"] == 1.0


def test_a_rerun_gives_the_same_numbers_in_whatever_order_the_questions_were_asked(workspace, tmp_path):
    rows = [gold_row(id=name, answers=["1921" if name in "ace" else "1922"]) for name in "abcdef"]
    gold = written(tmp_path / "gold.jsonl", rows)
    at_once = evaluate(workspace, options(gold, tmp_path / "one"))
    evaluate(workspace, options(gold, tmp_path / "two", limit=2))
    in_turns = evaluate(workspace, options(gold, tmp_path / "two"))
    assert [row["id"] for row in lines_of(tmp_path / "two")] != list("abcdef")
    for name in ("measures", "types"):
        assert in_turns[name] == at_once[name]
    again = evaluate(workspace, options(gold, tmp_path / "one"))
    assert again == at_once


def test_figures_are_given_by_type_too(workspace, tmp_path):
    rows = [*ROWS[:2], gold_row(id="four", type="table", answers=["1922"])]
    found = evaluate(workspace, options(written(tmp_path / "gold.jsonl", rows), tmp_path / "out"))
    assert list(found["types"]) == ["span", "table"]
    assert found["types"]["span"]["gold in 45 words"]["mean"] == 1.0
    assert found["types"]["table"]["gold in 45 words"]["mean"] == 0.0
    assert found["types"]["table"]["gold in 45 words"]["n"] == 1
    assert "by type" in table(found)


def test_a_gate_is_checked_and_named_before_anything_is_asked(workspace, gold, tmp_path):
    asked = ask_counting(workspace)
    with pytest.raises(UsageError, match="no measure is called 'recall'"):
        evaluate(workspace, options(gold, tmp_path / "out", require=["recall>=0.9"]))
    assert asked == []
    found = evaluate(workspace, options(gold, tmp_path / "out", require=["R@5>=1", "R@5<1", "span:EM>2"]))
    assert [line.split(":")[0] for line in found["gates"]] == ["R@5<1", "span"]


def test_answers_that_nobody_asks_for_cannot_be_left_out(workspace, gold, tmp_path):
    with pytest.raises(UsageError, match="choose one of them"):
        evaluate(workspace, options(gold, tmp_path / "out", leave_out=True, retrieval_only=True))


ROOM = 50_000  # bytes: more than SQLite needs to read, fewer than the files of a run of MANY rows
MANY = [gold_row(id=f"{i:03}") for i in range(60)]


def test_a_disk_that_is_full_half_way_keeps_what_was_answered_and_the_rerun_goes_on(workspace, tmp_path):
    out, gold = tmp_path / "out", written(tmp_path / "gold.jsonl", MANY)
    with files_of_at_most(ROOM), pytest.raises(UsageError) as caught:
        evaluate(workspace, options(gold, out))
    n_kept = len(lines_of(out))
    assert 0 < n_kept < len(MANY)
    assert f"predictions.jsonl cannot grow (File too large): {n_kept} rows are kept" in str(caught.value)
    assert "\n" not in str(caught.value)
    asked = ask_counting(workspace)
    assert evaluate(workspace, options(gold, out))["n"] == len(MANY)
    assert len(asked) == len(MANY) - n_kept


def test_figures_that_find_no_room_leave_the_answers_and_no_half_a_file(workspace, tmp_path):
    out, gold = tmp_path / "out", written(tmp_path / "gold.jsonl", MANY)
    evaluate(workspace, options(gold, out))
    for name in ("scores.jsonl", "metrics.json", "report.html"):
        (out / name).unlink()
    with files_of_at_most(ROOM), pytest.raises(UsageError, match="make room") as caught:
        evaluate(workspace, options(gold, out))
    assert "\n" not in str(caught.value)
    assert len(lines_of(out)) == len(MANY)
    assert "report.html" not in {path.name for path in out.iterdir()}
    assert not list(out.glob("*.tmp"))
    assert evaluate(workspace, options(gold, out))["n"] == len(MANY)
