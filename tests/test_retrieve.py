"""Search of a collection: both searches, fused, with the documents that the contract of hits asks for."""

from __future__ import annotations

import pytest
from core_fakes import HashEncoder, ingested

from bot.errors import EncoderMismatch, UnknownCollection
from bot.retrieve import MIN_DOCUMENTS, N_FROM_EACH, Retriever, ranked
from bot.store import Store

TEXTS = {
    "ferry.txt": "The ferry crosses the strait every hour. It carries cars.",
    "tunnel.txt": "The tunnel would be dug through schist. Nobody asked for it.",
    "owls.txt": "Owls were counted in the northern woods.",
}


@pytest.fixture
def retriever(store, encoder):
    ingested(store, encoder, TEXTS)
    return Retriever(store, encoder, "default")


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("Which ferry carries cars?", "ferry"),
        ("What is dug through schist?", "tunnel"),
        ("owls counted", "owls"),
    ],
)
def test_the_passage_with_the_words_of_the_question_comes_first(retriever, question, first):
    hits = retriever.search(question)
    assert hits[0].passage.external_id == first
    assert len(hits) == 3
    assert [hit.rank for hit in hits] == [1, 2, 3]
    assert {hit.stage for hit in hits} == {"fused"}
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert all(0 <= hit.score <= 1 for hit in hits)


def test_what_was_said_before_brings_its_passage_nearer_but_never_past_a_clear_match(retriever):
    said = "The tunnel would be dug through schist."
    alone = {hit.passage.external_id: hit.score for hit in retriever.search("Who owns the owls?")}
    hits = retriever.search("Who owns the owls?", said=said)
    after = {hit.passage.external_id: hit.score for hit in hits}
    assert hits[0].passage.external_id == "owls"
    assert after["tunnel"] > alone["tunnel"]
    assert retriever.search("Who asked?", said=said)[0].passage.external_id == "tunnel"
    assert all(0 <= score <= 1 for score in after.values())


def test_a_hit_is_a_slice_of_the_stored_document(retriever, store):
    for hit in retriever.search("ferry"):
        text = store.document("default", hit.passage.doc_id).text
        assert text[hit.passage.start : hit.passage.end] == hit.passage.text


def test_the_same_question_gives_the_same_hits(retriever):
    assert retriever.search("ferry owls") == retriever.search("ferry owls")


def test_a_question_that_no_passage_shares_a_word_with_still_has_hits(retriever):
    assert len(retriever.search("zebra")) == 3


def test_a_document_is_found_as_soon_as_it_is_stored_and_gone_once_removed(retriever, store, encoder):
    assert "kelp" not in {hit.passage.external_id for hit in retriever.search("kelp farm")}
    ingested(store, encoder, {"kelp.txt": "A kelp farm was sued."})
    assert retriever.search("kelp farm")[0].passage.external_id == "kelp"
    with store.writing() as writer:
        writer.remove("default", "kelp")
    assert "kelp" not in {hit.passage.external_id for hit in retriever.search("kelp farm")}


def test_a_collection_whose_documents_are_all_gone_has_no_hits(retriever, store):
    with store.writing() as writer:
        for name in ("ferry", "tunnel", "owls"):
            writer.remove("default", name)
    assert retriever.search("ferry") == []


def test_hits_name_ten_documents_also_where_one_long_document_fills_both_searches(store):
    """The long one has more passages than either search returns, all closer than the other documents."""
    encoder = HashEncoder(n_words=12)
    long_text = " ".join(f"The ferry sails at hour {i}. " for i in range(N_FROM_EACH * 4))
    others = {f"note{i}.txt": f"Owls sleep in wood number {i}." for i in range(MIN_DOCUMENTS + 5)}
    outcomes = ingested(store, encoder, {"ferry.txt": long_text, **others})
    assert outcomes[0].passages > N_FROM_EACH
    hits = Retriever(store, encoder, "default").search("When does the ferry sail?", n_hits=5)
    assert {hit.passage.external_id for hit in hits[:5]} == {"ferry"}
    assert len({hit.passage.doc_id for hit in hits}) == MIN_DOCUMENTS
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)


def test_an_unknown_collection_is_named(tmp_path):
    with pytest.raises(UnknownCollection, match="nowhere"):
        Retriever(Store.open(tmp_path), HashEncoder(), "nowhere").search("ferry")


def test_a_collection_of_another_encoder_is_refused_with_both_names(store):
    ingested(store, HashEncoder(name="first"), TEXTS)
    with pytest.raises(EncoderMismatch, match=r"first.*second"):
        Retriever(store, HashEncoder(name="second"), "default").search("ferry")


def test_ranks_count_from_one_in_the_order_given(retriever):
    passages = [hit.passage for hit in retriever.search("ferry")]
    hits = ranked(((p, 1.0) for p in passages), stage="dense")
    assert [(hit.rank, hit.stage) for hit in hits] == [(1, "dense"), (2, "dense"), (3, "dense")]
