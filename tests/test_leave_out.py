"""Leaving documents out: search passes over what is hidden, and the bot answers as if it were not there."""

from __future__ import annotations

import pytest
from core_fakes import HashEncoder, OverlapModel, ingested, weighed
from evaluation_fakes import ROWS, gold_row, lines_of, options, workspace_of, written
from evaluation_fakes import TEXTS as LIBRARY
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.answer import Bot
from bot.datatypes import DocumentSummary
from bot.evaluate.leave_out import Siblings
from bot.evaluate.run import evaluate
from bot.evidence import EvidenceSelector
from bot.retrieve import Retriever

TEXTS = {
    "ferry.txt": "The ferry crosses the strait every hour. It carries cars.",
    "ferries.txt": "A ferry that carries cars was painted green.",
    "owls.txt": "Owls were counted in the northern woods.",
    "schist.txt": "The tunnel would be dug through schist.",
}
QUESTION = "Which ferry carries cars?"


@pytest.fixture
def retriever(store):
    ingested(store, HashEncoder(), TEXTS)
    return Retriever(store, HashEncoder(), "default")


def doc_ids(retriever, *names):
    held = {d.external_id: d.doc_id for d in retriever.store.documents("default")}
    return frozenset(held[name] for name in names)


def found(hits):
    return [hit.passage.external_id for hit in hits]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=16, deadline=None)
@given(names=st.sets(st.sampled_from(["ferry", "ferries", "owls", "schist"])))
def test_what_is_hidden_is_no_hit_and_the_others_keep_their_order(retriever, names):
    hits = retriever.search(QUESTION, hidden=doc_ids(retriever, *names))
    assert sorted(found(hits)) == sorted({"ferry", "ferries", "owls", "schist"} - names)
    assert [hit.rank for hit in hits] == list(range(1, len(hits) + 1))
    assert all(0 <= hit.score <= 1 for hit in hits)


def test_hiding_a_document_is_searching_without_it(retriever, store):
    hidden = retriever.search(QUESTION, hidden=doc_ids(retriever, "owls"))
    with store.writing() as writer:
        writer.remove("default", "owls")
    removed = retriever.search(QUESTION)
    assert found(hidden) == found(removed) != []


def test_an_unknown_doc_id_hides_nothing(retriever):
    assert retriever.search(QUESTION, hidden=frozenset({"nowhere"})) == retriever.search(QUESTION)


def test_a_bot_without_the_documents_that_answer_keeps_silent(retriever):
    weights = weighed(coverage=8.0, bias=-4.0)
    selector = EvidenceSelector(OverlapModel(), HashEncoder(), weights)
    bot = Bot(retriever=retriever, reranker=None, selector=selector, phraser=None)
    assert not bot.ask(QUESTION).abstained
    without = bot.ask(QUESTION, hidden=doc_ids(retriever, "ferry", "ferries"))
    assert without.abstained
    assert {hit.passage.external_id for hit in without.hits} == {"owls", "schist"}


def summary(doc_id, external_id, title):
    return DocumentSummary(doc_id, external_id, title, f"/{doc_id}", 10, 1, None, "2024-01-01")


def test_siblings_are_the_documents_of_the_same_title_in_whatever_letters():
    held = [
        summary("1", "mill", "The  Mill Fire"),
        summary("2", "mill-late", "the mill fire"),
        summary("3", "pier", "The pier"),
        summary("4", "a", ""),
        summary("5", "b", ""),
        summary("6", "twice", "One edition"),
        summary("7", "twice", "Another edition"),
    ]
    siblings = Siblings(held)
    assert siblings.of(["mill"]) == {"1", "2"}
    assert siblings.of(["mill-late", "pier"]) == {"1", "2", "3"}
    assert siblings.of(["a"]) == {"4"}
    assert siblings.of(["twice"]) == {"6", "7"}
    assert siblings.of(["castle"]) == siblings.of([]) == frozenset()


def doc_id_of(workspace, name):
    (found,) = [d.doc_id for d in workspace.documents("default") if d.external_id == name]
    return found


def test_the_questions_are_asked_again_without_what_answers_them(tmp_path):
    """The mill's other report answers too, and is no sibling, so that one of two answers stays."""
    workspace = workspace_of(
        tmp_path / "home", LIBRARY | {"rival.txt": "When did the old mill burn? Down in 1921."}
    )
    rows = [
        *ROWS,
        gold_row(id="no evidence", evidence=[]),
        gold_row(id="gone", evidence=[{"doc_id": "castle"}]),
    ]
    gold, out = written(tmp_path / "gold.jsonl", rows), tmp_path / "out"
    found = evaluate(workspace, options(gold, out, leave_out=True, require=["abstained, left out>=0.9"]))
    said = {line["id"]: line for line in lines_of(out, "left_out.jsonl")}
    assert list(said) == ["one", "two"]
    assert said["one"]["hidden"] == [doc_id_of(workspace, "mill")]
    assert (said["one"]["abstained"], said["two"]["abstained"]) == (False, True)
    assert found["measures"]["abstained, left out"]["mean"] == 0.5
    assert found["left_out"] == {"n": 2, "answered": ["one"]}
    assert found["gates"][0].startswith("abstained, left out>=0.9: it is 0.5")
    scores = {line["id"]: line["values"] for line in lines_of(out, "scores.jsonl")}
    assert scores["one"]["abstained, left out"] == [0.0, 1.0]
    assert "abstained, left out" not in scores["three"]


def test_what_was_asked_without_its_documents_is_not_asked_again(tmp_path):
    workspace, gold = workspace_of(tmp_path / "home"), written(tmp_path / "gold.jsonl", ROWS)
    evaluate(workspace, options(gold, tmp_path / "out"))
    first = evaluate(workspace, options(gold, tmp_path / "out", leave_out=True))
    path = tmp_path / "out" / "left_out.jsonl"
    lines = path.read_text().splitlines(keepends=True)
    path.write_text(lines[0] + lines[1][:9])  # as a kill leaves it
    asked, ask = [], workspace.ask
    workspace.ask = lambda question, **rest: asked.append(question) or ask(question, **rest)
    assert (
        evaluate(workspace, options(gold, tmp_path / "out", leave_out=True))["measures"] == first["measures"]
    )
    assert asked == ["Who built the pier?"]
    assert "left_out" not in evaluate(workspace, options(gold, tmp_path / "out"))
