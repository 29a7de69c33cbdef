"""Gold files as JSON Lines: rows as they are read, lines that are wrong, and samples."""

import json

import pytest
from evaluation_fakes import ROWS, gold_row, written

from bot.errors import UsageError
from bot.evaluate.gold import GoldEvidence, GoldRow, read_gold, sample


def test_a_gold_row_is_read_with_its_history_and_evidence(tmp_path):
    row = gold_row(history=[["user", "Hello"], ["agent", "Hi"]], extra=1)
    row["evidence"].append({"doc_id": "pier", "page": 2})
    (read,) = read_gold(written(tmp_path / "gold.jsonl", [row])).rows
    assert read == GoldRow(
        row_id="one",
        question="When did the old mill burn down?",
        answers=("1921",),
        answerable=True,
        kind="span",
        evidence=(
            GoldEvidence("mill", quote="The old mill burned down in 1921."),
            GoldEvidence("pier", page=2),
        ),
        history=(("user", "Hello"), ("agent", "Hi")),
    )
    assert read.documents == ("mill", "pier")


def test_blank_lines_and_a_byte_order_mark_are_passed_over(tmp_path):
    path = tmp_path / "gold.jsonl"
    path.write_bytes(b"\xef\xbb\xbf" + json.dumps(ROWS[0]).encode() + b"\r\n\n \n")
    assert [row.row_id for row in read_gold(path).rows] == ["one"]


WRONG = {
    "not json": ("{nope", "not a JSON object (Expecting property name"),
    "a list": ("[1]", "a list where a JSON object was expected"),
    "not utf-8": (b'{"id": "\xff"}', "not UTF-8"),
    "no answers": ({k: v for k, v in ROWS[0].items() if k != "answers"}, "field 'answers' is missing"),
    "no id": ({k: v for k, v in ROWS[0].items() if k != "id"}, "field 'id' is missing"),
    "empty id": (gold_row(id=""), "'id' is empty"),
    "a number as id": (gold_row(id=7), "'id' is 7, expected a string"),
    "answerable in words": (gold_row(answerable="yes"), "'answerable' is 'yes', expected true or false"),
    "answers as one string": (gold_row(answers="1921"), "'answers' is '1921', expected a list of strings"),
    "answers as numbers": (gold_row(answers=[1921]), "'answers' is [1921], expected a list of strings"),
    "evidence without document": (gold_row(evidence=[{"quote": "x"}]), "'evidence' holds {'quote': 'x'}"),
    "page in words": (gold_row(evidence=[{"doc_id": "d", "page": "two"}]), "page a number"),
    "history of strings": (gold_row(history=["Hello"]), "'history' holds 'Hello', expected turns"),
    "history that is no list": (gold_row(history=5), "'history' is 5, expected a list"),
    "an empty question": (gold_row(question=" ? "), "the question is empty"),
    "the same id": (gold_row(), "id 'one' is already that of line 1; every row needs an id of its own"),
}


@pytest.mark.parametrize(("line", "reason"), WRONG.values(), ids=WRONG)
def test_a_wrong_line_is_named_in_one_line(tmp_path, line, reason):
    path = tmp_path / "gold.jsonl"
    encoded = json.dumps(line) if isinstance(line, dict) else line
    encoded = encoded if isinstance(encoded, bytes) else encoded.encode()
    path.write_bytes(json.dumps(ROWS[0]).encode() + b"\n" + encoded + b"\n")
    with pytest.raises(UsageError) as caught:
        read_gold(path)
    assert str(caught.value).startswith(f"{path} line 2: ")
    assert reason in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_missing_or_empty_file_is_said_to_be(tmp_path):
    with pytest.raises(UsageError, match="no such gold file"):
        read_gold(tmp_path / "none.jsonl")
    with pytest.raises(UsageError, match="holds no question"):
        read_gold(written(tmp_path / "empty.jsonl", []))
    with pytest.raises(UsageError, match="cannot be read"):
        read_gold(tmp_path)


def test_a_sample_keeps_the_order_and_grows_into_a_larger_one(tmp_path):
    rows = read_gold(written(tmp_path / "gold.jsonl", [gold_row(id=f"{i:02}") for i in range(40)])).rows
    ten, twenty = sample(rows, 10), sample(rows, 20)
    assert len(ten) == 10
    assert set(ten) < set(twenty)
    assert list(twenty) == sorted(twenty, key=lambda row: row.row_id)
    assert ten == sample(rows, 10) != sample(rows, 10, seed=1)
    assert sample(rows, 99) == sample(rows, None) == rows
