"""Gold files: what reads, from JSON Lines and from CSV, and one clear line for what does not."""

from __future__ import annotations

import csv
import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import UsageError
from bot.evaluate.gold import GoldEvidence, GoldRow, read_gold

ROW = {
    "id": "mill-1",
    "question": "When did the mill burn?",
    "answers": ["1921"],
    "answerable": True,
    "type": "span",
    "evidence": [{"doc_id": "mill", "quote": "The mill burned in 1921."}],
}


def from_json(tmp_path, *rows):
    path = tmp_path / "gold.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return read_gold(path).rows


def from_csv(tmp_path, text, *, name="gold.csv"):
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_gold(path).rows


def problem(read, *given_):
    with pytest.raises(UsageError) as caught:
        read(*given_)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_the_scale_of_a_number_and_whether_a_person_read_the_row_are_kept(tmp_path):
    plain, scaled, proposed = from_json(
        tmp_path, ROW, ROW | {"id": "b", "scale": "million"}, ROW | {"id": "c", "reviewed": False}
    )
    assert (plain.scale, scaled.scale) == ("", "million")
    assert [row.reviewed for row in (plain, scaled, proposed)] == [True, True, False]


def test_unknown_fields_are_ignored_and_an_empty_quote_is_none(tmp_path):
    evidence = [{"doc_id": "mill", "quote": " ", "start": 3, "table": True, "turns": []}]
    (row,) = from_json(tmp_path, ROW | {"evidence": evidence, "derivation": "1 + 1"})
    assert row.evidence == (GoldEvidence("mill"),)


WRONG = {
    "a claim": ({"question": None, "claim": "It burned."}, "a claim to be checked, not a question"),
    "a NUL": ({"question": "When\0?"}, "'question' is 'When\\x00?', with a NUL or half a character"),
    "half a character": ({"answers": ["\ud800"]}, "'answers' is '\\ud800', with a NUL"),
    "a NUL in evidence": ({"evidence": [{"doc_id": "a\0"}]}, "'doc_id' is 'a\\x00'"),
    "a NUL in a turn": ({"history": [["user", "\0"]]}, "'history' is '\\x00'"),
    "page nought": ({"evidence": [{"doc_id": "a", "page": 0}]}, "holds page 0: pages count from 1"),
    "a truth as page": ({"evidence": [{"doc_id": "a", "page": True}]}, "expected quote a string and page"),
    "a number as scale": ({"scale": 1000}, "'scale' is 1000, expected a string"),
    "reviewed in words": ({"reviewed": "no"}, "'reviewed' is 'no', expected true or false"),
    "a very long line": ({"answers": ["x" * 1_000_001]}, "at most 1,000,000 are read"),
    "a question that is a book": ({"question": "why " * 2000}, "the question has 7,999 characters"),
}


@pytest.mark.parametrize(("changes", "reason"), WRONG.values(), ids=WRONG)
def test_what_cannot_be_asked_safely_is_one_clear_line(tmp_path, changes, reason):
    said = problem(from_json, tmp_path, ROW, ROW | {"id": "b"} | changes)
    assert said.startswith(f"{tmp_path / 'gold.jsonl'} line 2: ")
    assert reason in said
    assert len(said) < 500


def test_a_table_of_two_columns_is_enough(tmp_path):
    """Line 1 has the columns, so the rows are called after lines 2 and 3; no answer means unanswerable."""
    rows = from_csv(tmp_path, "question,answer\nWhen did the mill burn?,1921\nWho built the moon?,\n")
    assert rows == (
        GoldRow("line-2", "When did the mill burn?", ("1921",), True, "answerable", ()),
        GoldRow("line-3", "Who built the moon?", (), False, "unanswerable", ()),
    )


def test_a_full_table_is_read_with_a_byte_order_mark_and_windows_line_ends(tmp_path):
    text = (
        "Question, Answer ,id,type,answerable,evidence_doc,quote,page,remark\r\n"
        '"Who, if anyone, paid?",Ada Quill | A. Quill,one,span,yes,pier,"Ada\nQuill paid.",2,mine\r\n'
        "\r\n"
        "How many?,,two,count,no,,,,\r\n"
    )
    rows = from_csv(tmp_path, b"\xef\xbb\xbf" + text.encode(), name="GOLD.CSV")
    paid = GoldEvidence("pier", "Ada\nQuill paid.", 2)
    assert rows == (
        GoldRow("one", "Who, if anyone, paid?", ("Ada Quill", "A. Quill"), True, "span", (paid,)),
        GoldRow("two", "How many?", (), False, "count", ()),
    )


def test_the_document_may_also_stand_under_doc_id_and_short_lines_are_filled_up(tmp_path):
    (row,) = from_csv(tmp_path, "question,doc_id,answer,page\nWho?,pier,Ada\n")
    assert (row.documents, row.answers) == (("pier",), ("Ada",))


WRONG_TABLES = {
    "no answers": ("question,id\nWho?,a\n", "line 1: no column 'answer'; expected commas between"),
    "semicolons": ("question;answer\nWho?;Ada\n", "line 1: no column 'answer'"),
    "a line that is too long": ("question,answer\nWho?,Ada,Quill\n", "line 2: 3 cells under 2 columns"),
    "an open quotation mark": (
        'question,answer\nA?,b\n"Who?,Ada\nC?,d\n',
        "not CSV (unexpected end of data)",
    ),
    "a page in words": ("question,answer,doc_id,page\nA?,b,d,two\n", "line 2: 'page' is 'two', expected a"),
    "a quote without document": (
        "question,answer,quote\nA?,b,c\n",
        "line 2: a quote or page without its doc",
    ),
    "answerable perhaps": ("question,answer,answerable\nA?,b,perhaps\n", "'answerable' is 'perhaps'"),
    "no question": ("question,answer\n,Ada\n", "line 2: the question is empty"),
    "twice the same id": ("id,question,answer\na,A?,b\na,B?,c\n", "line 3: id 'a' is already that of line 2"),
    "a NUL": ("question,answer\nA\0?,b\n", "line 2: 'question' is 'A\\x00?', with a NUL"),
    "Latin-1": ("question,answer\nA?,b\nÉ?,c\n".encode("latin-1"), "line 3: not UTF-8"),
    "a huge cell": ("question,answer\nA?," + "x" * 200_000 + "\n", "field larger than field limit"),
    "many large cells": ("question,answer\nA?,b" + ",c" * 2 + "\n", "line 2: 4 cells"),
    "only columns": ("question,answer\n", "holds no question: expected a first line of columns"),
    "nothing": ("", "line 1: no column 'answer'"),
}


@pytest.mark.parametrize(("text", "reason"), WRONG_TABLES.values(), ids=WRONG_TABLES)
def test_a_wrong_table_is_one_clear_line(tmp_path, text, reason):
    said = problem(from_csv, tmp_path, text)
    assert reason in said
    assert str(tmp_path / "gold.csv") in said


def test_a_line_is_counted_as_an_editor_counts_it(tmp_path):
    """The cell of line 2 goes on into line 3, so the wrong row begins in line 4."""
    said = problem(from_csv, tmp_path, 'question,answer\nA?,"b\nc"\n ,d\n')
    assert "line 4: the question is empty" in said


PLAIN = st.characters(exclude_categories=["Cs"], exclude_characters="\0|")


@given(st.lists(st.tuples(st.text(PLAIN, max_size=20), st.text(PLAIN, max_size=20)), min_size=1, max_size=5))
def test_what_the_csv_module_writes_is_read_back(tmp_path_factory, pairs):
    stream = io.StringIO(newline="")
    writer = csv.writer(stream)
    writer.writerow(["question", "answer"])
    writer.writerows([f"Q{question}", answer] for question, answer in pairs)
    rows = from_csv(tmp_path_factory.mktemp("gold"), stream.getvalue())
    assert [row.question for row in rows] == [f"Q{question}".strip() for question, _ in pairs]
    assert [row.answers for row in rows] == [(answer.strip(),) * bool(answer.strip()) for _, answer in pairs]


@given(st.binary(max_size=80), st.sampled_from(["gold.csv", "gold.jsonl"]))
def test_any_bytes_are_read_or_refused_in_one_line(tmp_path_factory, payload, name):
    path = tmp_path_factory.mktemp("gold") / name
    path.write_bytes(payload)
    try:
        assert read_gold(path).rows
    except UsageError as error:
        assert "\n" not in str(error)  # noqa: PT017 - either outcome is right
