"""Leaving documents out: search passes over what is hidden, and the bot answers as if it were not there."""

from __future__ import annotations

import pytest
from core_fakes import HashEncoder, OverlapModel, ingested, weighed
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.answer import Bot
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
