"""`bot gold check`: every problem on its own line, found without a model."""

from __future__ import annotations

import json

import pytest
from core_fakes import HashEncoder, ingested

from bot import cli
from bot.errors import UnknownCollection, UsageError
from bot.evaluate.gold.check import check_gold
from bot.store import Store

TEXTS = {
    "mill.txt": "The old mill burned down\nin 1921. Nobody was hurt.",
    "pier.txt": "The pier was built by Ada Quill for $3 million.",
}


def row(row_id, **changes):
    made = {
        "id": row_id,
        "question": f"What about {row_id}?",
        "answers": ["1921"],
        "answerable": True,
        "type": "span",
        "evidence": [{"doc_id": "mill", "quote": "The old mill burned down in 1921."}],
    }
    return made | changes


def written(path, *rows):
    lines = [made if isinstance(made, str) else json.dumps(made) for made in rows]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def store(tmp_path):
    made = Store.open(tmp_path / "home")
    ingested(made, HashEncoder(), TEXTS)
    return made


@pytest.fixture
def path(tmp_path):
    return tmp_path / "gold.jsonl"


def found(checked):
    return [(problem.line, problem.row_id, problem.level) for problem in checked.problems]


def the_problem(checked):
    (problem,) = checked.problems
    assert "\n" not in problem.problem
    return problem.problem


def test_a_good_file_has_no_problem_and_is_counted(path, store):
    """Two pieces of evidence, both found: the quote across a line end, and a whole document."""
    other = row("b", answers=[], answerable=False, type="none", evidence=[{"doc_id": "pier"}])
    checked = check_gold(written(path, row("a"), other), store=store, collection="default")
    assert (checked.n, checked.n_answerable, checked.types) == (2, 1, {"span": 1, "none": 1})
    assert (checked.n_evidence, checked.n_located, checked.problems) == (2, 2, ())
    assert check_gold(path).n_located is None


def test_every_line_that_cannot_be_read_is_named_and_the_others_are_still_checked(path):
    checked = check_gold(written(path, "{nope", row("a"), "[1]", row("a"), row("c", answers=[])))
    assert found(checked) == [
        (1, None, "error"),
        (3, None, "error"),
        (4, None, "error"),
        (5, "c", "warning"),
    ]
    assert "id 'a' is already that of line 2" in checked.problems[2].problem
    assert checked.n == 2


DOUBTFUL = {
    "no answers": (row("a", answers=[]), "answerable, but without answers"),
    "answers to nothing": (row("a", answerable=False), "unanswerable, but with answers"),
    "no evidence": (row("a", evidence=[]), "no evidence: retrieval and citations are not scored"),
    "another answer": (row("a", answers=["1922"]), "type 'span', but no answer stands in its quotes"),
    "nobody read it": (row("a", reviewed=False), "a proposal that nobody has read"),
}


@pytest.mark.parametrize(("made", "reason"), DOUBTFUL.values(), ids=DOUBTFUL)
def test_a_row_whose_figures_would_mislead_is_a_warning(path, made, reason):
    checked = check_gold(written(path, made, row("b")))
    assert reason in the_problem(checked)
    assert found(checked) == [(1, "a", "warning")]


def test_an_answer_need_not_stand_in_evidence_that_has_no_quote_or_is_computed(path):
    whole = row("a", answers=["no"], evidence=[{"doc_id": "mill"}])
    assert check_gold(written(path, whole, row("b", answers=["12"], type="arithmetic"))).problems == ()


def test_the_same_question_twice_is_told_of_unless_the_conversation_differs(path):
    asked = [row("a", question="Who  paid?"), row("b", question="who paid?"), row("c", question="Why?")]
    follow_up = row("d", question="Why?", history=[["user", "Who paid?"], ["agent", "Ada."]])
    checked = check_gold(written(path, *asked, follow_up))
    assert found(checked) == [(2, "b", "warning")]
    assert "asks the same as line 1" in the_problem(checked)


MISSING = {
    "document": ({"doc_id": "castle"}, "'castle' is not in collection 'default': ingest it"),
    "quote": ({"doc_id": "mill", "quote": "It burned twice."}, "'It burned twice.' does not stand in 'mill'"),
    "page": ({"doc_id": "mill", "page": 2}, "page 2 of 'mill', which has no pages"),
}


@pytest.mark.parametrize(("evidence", "reason"), MISSING.values(), ids=MISSING)
def test_evidence_that_the_collection_does_not_have_is_named(path, store, evidence, reason):
    made = row("a", type="other", evidence=[{"doc_id": "pier"}, evidence])
    checked = check_gold(written(path, made), store=store, collection="default")
    assert reason in the_problem(checked)
    assert (checked.n_evidence, checked.n_located) == (2, 1)


def test_gold_for_another_collection_is_one_line_that_names_the_likely_one(path, store):
    ingested(store, HashEncoder(), {"castle.txt": "A castle."}, collection="castles")
    rows = [row(f"q{i}", evidence=[{"doc_id": "castle"}]) for i in range(9)]
    checked = check_gold(written(path, *rows), store=store, collection="default")
    assert found(checked) == [(None, None, "warning")]
    assert the_problem(checked) == (
        "none of the 1 evidence documents (the first is 'castle') is in collection 'default': "
        "collection 'castles' holds 1 documents of these names: --collection castles"
    )
    assert checked.n_located == 0


def test_gold_for_no_collection_that_is_there_says_so(path, store):
    checked = check_gold(
        written(path, row("a", evidence=[{"doc_id": "x"}])), store=store, collection="default"
    )
    assert "its documents were not ingested, or under other names" in the_problem(checked)


def test_what_holds_for_every_line_is_said_once(path, store):
    claims = [row(str(i), question=None, claim="It burned.", answerable=None) for i in range(5)]
    checked = check_gold(written(path, *claims), store=store, collection="default")
    assert found(checked) == [(None, None, "error")]
    assert the_problem(checked).startswith("every line: a claim to be checked, not a question")


def test_a_file_that_is_not_there_or_empty_and_an_unknown_collection_are_clear_errors(path, store):
    with pytest.raises(UsageError, match="no such gold file"):
        check_gold(path)
    with pytest.raises(UsageError, match="holds no question; `bot gold new` proposes some"):
        check_gold(written(path))
    with pytest.raises(UnknownCollection):
        check_gold(written(path, row("a")), store=store, collection="nowhere")


def test_the_command_prints_the_problems_and_fails(path, store, capsys):
    written(path, row("a"), "{nope")
    assert cli.main(["--home", str(store.home), "gold", "check", str(path), "--collection", "default"]) == 1
    first, second = capsys.readouterr().out.splitlines()
    assert first.startswith(f"{path} line 2: not a JSON object")
    assert second == (
        "1 questions, 1 of them answerable (span 1); 1 pieces of evidence, 1 of them found in the collection"
        "; 1 errors, 0 warnings"
    )


def test_the_command_prints_one_object_and_passes_a_good_file(path, store, capsys):
    written(path, row("a"))
    assert cli.main(["gold", "check", str(path), "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert (shown["n"], shown["n_answerable"], shown["problems"]) == (1, 1, [])
    written(path, row("a", answers=[]))
    assert cli.main(["--json", "gold", "check", str(path)]) == 1
    (problem,) = json.loads(capsys.readouterr().out)["problems"]
    assert set(problem) == {"line", "id", "level", "problem"}


def test_a_table_is_checked_too(tmp_path, store, capsys):
    path = tmp_path / "gold.csv"
    path.write_text("question,answer,evidence_doc\nWhen?,1921,mill\nWho?,Ada,peer\n")
    assert cli.main(["--home", str(store.home), "gold", "check", str(path), "--collection", "default"]) == 1
    assert f"{path} line 3: evidence document 'peer' is not in" in capsys.readouterr().out
