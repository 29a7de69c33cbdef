"""Evaluation: gold files and their errors, runs that go on, figures of rows that can be counted by hand."""

import argparse
import json

import pytest
from core_fakes import HashEncoder, OverlapModel, ScriptedGenerator, weighed

from bot.datatypes import IngestOutcome, Upload
from bot.errors import UnknownCollection, UsageError
from bot.evaluate.gold import GoldEvidence, GoldRow, read_gold, sample
from bot.evaluate.run import evaluate, stored_texts, table
from bot.evaluate.runs import Run, Settings
from bot.evaluate.score import Scored, metrics, quoting_alone
from bot.workspace import Workspace

TEXTS = {
    "mill.txt": "The old mill burned down in 1921. Nobody was hurt in the fire at the mill.",
    "pier.txt": "The pier was built by Ada Quill for $3 million. It opened to visitors in May.",
    "dam.txt": "The dam holds back the river Ouse. Its wall is forty metres high.",
}


def gold_row(**changes):
    row = {
        "id": "one",
        "question": "When did the old mill burn down?",
        "answers": ["1921"],
        "answerable": True,
        "type": "span",
        "evidence": [{"doc_id": "mill", "quote": "The old mill burned down in 1921."}],
    }
    return row | changes


ROWS = [
    gold_row(),
    gold_row(
        id="two",
        question="Who built the pier?",
        answers=["Ada Quill"],
        evidence=[{"doc_id": "pier", "page": 1}],
    ),
    gold_row(id="three", question="Who painted the ceiling?", answers=[], answerable=False, evidence=[]),
]


def written(path, rows):
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


@pytest.fixture
def gold(tmp_path):
    return written(tmp_path / "gold.jsonl", ROWS)


@pytest.fixture
def workspace(tmp_path):
    """Give a workspace of fake models that answers what its texts share words with."""
    made = Workspace.open(tmp_path / "home")
    models = {"encoder": HashEncoder(), "scorer": OverlapModel(), "generator": ScriptedGenerator()}
    vars(made).update(models)
    uploads = [Upload(name, text.encode()) for name, text in TEXTS.items()]
    outcomes = [e for e in made.ingest(uploads, collection="default") if isinstance(e, IngestOutcome)]
    assert [outcome.status for outcome in outcomes] == ["added"] * 3
    made.bot("default").selector.weights = weighed(coverage=8.0, bias=-4.0)
    return made


def options(gold, out, **changes):
    chosen = {"gold": str(gold), "out": str(out), "collection": "default", "k": 3, "limit": None}
    return argparse.Namespace(**(chosen | {"retrieval_only": False} | changes))


def predictions(out):
    return [json.loads(line) for line in (out / "predictions.jsonl").read_text().splitlines()]


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


def test_a_limit_below_one_is_refused(workspace, gold, tmp_path):
    with pytest.raises(UsageError, match="--limit 0 leaves no question"):
        evaluate(workspace, options(gold, tmp_path / "out", limit=0))
    with pytest.raises(UsageError, match="-k 0"):
        evaluate(workspace, options(gold, tmp_path / "out", k=0))
    assert not (tmp_path / "out").exists()


def test_every_question_is_asked_and_every_figure_counted(workspace, gold, tmp_path):
    out = tmp_path / "out"
    found = evaluate(workspace, options(gold, out))
    rows = predictions(out)
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
    assert found["fabricated_numbers"]["count"] == 0
    assert found["broken"] == {"uncited": [], "inexact": [], "fabricated": []}
    assert found["seconds"]["total"]["n"] == 3
    assert found["seconds"]["first_sentence"]["n"] == 2


def test_the_table_has_a_line_for_each_figure_that_has_a_value(workspace, gold, tmp_path):
    shown = table(evaluate(workspace, options(gold, tmp_path / "out")))
    lines = shown.splitlines()
    assert lines[1].split() == ["R@5", "1.000", "[1.000,", "1.000]", "2", "questions"]
    assert "numbers made up" in shown
    assert lines[-1] == "3 questions, 2 of them answerable"
    assert max(map(len, lines)) < 90


def test_retrieval_alone_writes_hits_and_no_answer(workspace, gold, tmp_path):
    found = evaluate(workspace, options(gold, tmp_path / "out", retrieval_only=True))
    row = predictions(tmp_path / "out")[0]
    assert set(row) == {"id", "question", "standalone_question", "hits", "timings_s"}
    assert row["hits"][0]["external_id"] == "mill"
    assert set(found["measures"]) == {"R@5", "R@10", "RR@10", "reranking cut short"}
    assert "answer_words" not in found
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
    assert [row["id"] for row in predictions(out)] == ["one", "two"]
    with (out / "predictions.jsonl").open("a") as stream:
        stream.write('{"id": "three", "answ')  # a line that a kill cut off
    asked = ask_counting(workspace)
    found = evaluate(workspace, options(gold, out))
    assert asked == ["Who painted the ceiling?"]
    assert [row["id"] for row in predictions(out)] == ["one", "two", "three"]
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
    before = predictions(tmp_path / "out")
    with pytest.raises(UsageError) as caught:
        evaluate(workspace, options(gold, tmp_path / "out", limit=1, **changes))
    assert named in str(caught.value)
    assert str(caught.value).endswith("choose another --out")
    assert predictions(tmp_path / "out") == before


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
    with pytest.raises(UsageError, match=r"line 2 is not a prediction"):
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
    assert "1 of the 2 documents that the gold rows name are not in collection 'default', 'castle'" in warning
    assert found["measures"]["R@5"]["mean"] == 1 / 2


def test_history_makes_the_question_stand_alone(workspace, tmp_path):
    row = gold_row(question="Who built it?", history=[["user", "When did the pier open?"], ["agent", "May."]])
    evaluate(workspace, options(written(tmp_path / "gold.jsonl", [row]), tmp_path / "out"))
    assert predictions(tmp_path / "out")[0]["standalone_question"] == "When did the pier open? Who built it?"


TEXT = "Sales rose to $5 million in 2020. Costs fell."


def prediction(**changes):
    citation = {"marker": 1, "doc_id": "d", "start": 0, "end": 33, "quote": TEXT[:33], "context": []}
    made = {
        "id": "one",
        "abstained": False,
        "sentences": [{"text": "Sales rose to $5 million.", "citations": [1], "status": "supported"}],
        "citations": [citation],
        "hits": [{"external_id": "mill", "stage": "fused"}],
        "timings_s": {"load": 1.0, "first_sentence": 0.5, "total": 2.0},
    }
    return made | changes


def scored(made, **changes):
    gold = GoldRow("one", "How much?", ("$5 million",), True, "span", (GoldEvidence("mill"),))
    found = metrics([Scored(gold, made)], text_of={"d": TEXT}.get, retrieval_only=False)
    return found | changes


def test_a_sentence_that_keeps_every_promise_breaks_none():
    found = scored(prediction())
    assert found["broken"] == {"uncited": [], "inexact": [], "fabricated": []}
    assert found["measures"]["phrased"]["mean"] == 1.0
    assert found["measures"]["gold in 45 words"]["mean"] == 1.0
    assert found["answer_words"] == {"median": 5.0, "p90": 5.0, "n": 1}
    assert found["seconds"] == {
        "first_sentence": {"p50": 0.5, "p95": 0.5, "n": 1},
        "total": {"p50": 2.0, "p95": 2.0, "n": 1},
    }


@pytest.mark.parametrize("markers", [[], [2], [1, 2]])
def test_a_sentence_without_a_citation_that_resolves_is_uncited(markers):
    sentence = {"text": "Sales rose.", "citations": markers, "status": "supported"}
    found = scored(prediction(sentences=[sentence]))
    assert found["measures"]["sentences cited"]["mean"] == 0.0
    assert found["broken"]["uncited"] == ["one"]


@pytest.mark.parametrize(
    "wrong", [{"start": 1}, {"quote": "Sales rose"}, {"doc_id": "e"}, {"quote": "", "end": 0}]
)
def test_a_quote_that_is_not_the_stored_slice_is_inexact(wrong):
    made = prediction()
    found = scored(made | {"citations": [made["citations"][0] | wrong]})
    assert found["measures"]["quotes exact"]["mean"] == 0.0
    assert found["broken"]["inexact"] == ["one"]


def test_the_words_beside_a_cited_cell_are_quotes_too_and_count_as_cited():
    header = {"role": "column", "start": 34, "end": 45, "quote": TEXT[34:45]}
    made = prediction(sentences=[{"text": "It was $9.", "citations": [1], "status": "quoted"}])
    made["citations"][0]["context"] = [header]
    assert scored(made)["measures"]["quotes exact"]["n"] == 2
    assert scored(made)["fabricated_numbers"] == {"count": 1, "n_sentences": 1}
    header["quote"] = "in 2019: $9"  # neither exact nor, by its number, made up any more
    assert scored(made)["measures"]["quotes exact"]["mean"] == 1 / 2
    assert scored(made)["fabricated_numbers"]["count"] == 0


def test_a_number_that_only_an_uncited_quote_holds_is_made_up():
    made = prediction()
    made["citations"].append(
        made["citations"][0] | {"marker": 2, "start": 34, "end": 45, "quote": TEXT[34:45]}
    )
    made["sentences"][0] |= {"citations": [2]}
    assert scored(made)["broken"]["fabricated"] == ["one"]


def test_an_abstention_holds_no_gold_and_has_no_sentence():
    found = scored(prediction(abstained=True, sentences=[], citations=[], answer="I found no $5 million."))
    assert found["measures"]["gold in 45 words"]["mean"] == 0.0
    assert found["measures"]["abstained, answerable"]["mean"] == 1.0
    assert found["measures"]["sentences cited"]["n"] == 0
    assert found["answer_words"] == {"median": None, "p90": None, "n": 0}
    assert "sentences cited" not in table(found)


def test_quoting_alone_puts_the_quote_in_the_place_of_what_was_phrased():
    computed = {"text": "Half of it.", "citations": [1], "status": "computed"}
    made = prediction()
    made["sentences"].append(computed)
    quoted = quoting_alone(made)
    assert quoted["sentences"][0] == {"text": TEXT[:33], "citations": [1], "status": "quoted"}
    assert quoted["sentences"][1] == computed
    assert made["sentences"][0]["status"] == "supported"


def test_a_reranker_that_ran_out_of_time_is_counted():
    hits = [{"external_id": "mill", "stage": stage} for stage in ["reranked", "reranked", "fused"]]
    assert scored(prediction(hits=hits))["measures"]["reranking cut short"]["mean"] == 1.0
    assert "reranking cut short" not in scored(prediction())["measures"]


def test_texts_are_read_back_from_the_store(workspace):
    text_of = stored_texts(workspace, "default")
    (dam,) = [d for d in workspace.documents("default") if d.external_id == "dam"]
    assert text_of(dam.doc_id) == TEXTS["dam.txt"]
    assert text_of("0123456789abcdef") is None


def test_a_prediction_is_on_disk_as_soon_as_it_is_added(tmp_path):
    settings = Settings("g", "c", "d", "e", "m", 3, True, True, False, "s")
    Run.open(tmp_path / "run", settings).add({"id": "a", "question": "Zürich?"})
    assert predictions(tmp_path / "run") == [{"id": "a", "question": "Zürich?"}]
    assert Run.open(tmp_path / "run", settings).predictions == {"a": {"id": "a", "question": "Zürich?"}}
