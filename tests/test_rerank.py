"""Reranking by query likelihood, with a language model whose likelihoods can be worked out by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest
from core_fakes import HELD, STRANGE, OverlapModel, OverlapReranker, hits_of
from hypothesis import given
from hypothesis import strategies as st

from bot.likelihood import PASSAGE_TOKENS, question_likelihoods
from bot.rerank import SEARCH_WEIGHT, InTurn, QueryLikelihoodReranker, Reranker

QUESTION = "who owns the ferry"  # four words


def test_the_likelihood_of_a_question_is_the_mean_over_its_words(model):
    values = question_likelihoods(model, QUESTION, ["Anna owns the ferry", "owns", "", QUESTION])
    assert values == pytest.approx(
        [(3 * HELD + STRANGE) / 4, (HELD + 3 * STRANGE) / 4, STRANGE, HELD]
    )  # a text that says nothing costs most


def test_no_texts_have_no_likelihoods(model):
    assert question_likelihoods(model, QUESTION, []).shape == (0,)


def test_a_very_long_passage_is_read_up_to_the_limit(model):
    question_likelihoods(model, QUESTION, ["word " * 10_000])
    assert len(model.prefixes[0][0]) == PASSAGE_TOKENS + len(model.token_ids("Question:"))


def test_hits_come_by_likelihood_and_keep_their_passages(model):
    hits = hits_of("nothing here", "the ferry", "Anna owns the ferry")
    found = QueryLikelihoodReranker(model).rerank(QUESTION, hits)
    assert [hit.passage.text for hit in found] == ["Anna owns the ferry", "the ferry", "nothing here"]
    assert [(hit.rank, hit.stage) for hit in found] == [(1, "reranked"), (2, "reranked"), (3, "reranked")]


def test_the_score_is_the_likelihood_and_a_share_of_the_fused_score(model):
    (found,) = QueryLikelihoodReranker(model).rerank(QUESTION, hits_of(QUESTION, score=0.25))
    assert found.score == pytest.approx(HELD + SEARCH_WEIGHT * 0.25)


def test_equal_scores_keep_their_order(model):
    found = QueryLikelihoodReranker(model).rerank(QUESTION, hits_of("one a", "one b", "one c"))
    assert [hit.passage.external_id for hit in found] == ["doc1", "doc2", "doc3"]


def test_those_after_the_first_keep_place_score_and_stage(model):
    hits = hits_of("nothing", "the ferry", "owns", QUESTION)
    found = QueryLikelihoodReranker(model, n_reranked=2).rerank(QUESTION, hits)
    assert [hit.passage.external_id for hit in found] == ["doc2", "doc1", "doc3", "doc4"]
    assert found[2:] == hits[2:]
    assert [hit.rank for hit in found] == [1, 2, 3, 4]


def test_without_hits_nothing_is_asked_of_the_model(model):
    assert QueryLikelihoodReranker(model).rerank(QUESTION, []) == []
    assert sum(len(batch) for batch in model.prefixes) == 0


@given(st.permutations(["the ferry", "owns", "nothing", QUESTION, "who", "owns the"]))
def test_the_order_does_not_depend_on_the_order_of_the_hits(texts):
    hits = [replace(hit, rank=rank) for rank, hit in enumerate(hits_of(*texts), start=1)]
    found = QueryLikelihoodReranker(OverlapModel(), n_reranked=len(texts)).rerank(QUESTION, hits)
    overlaps = [len(set(hit.passage.text.split()) & set(QUESTION.split())) for hit in found]
    assert overlaps == sorted(overlaps, reverse=True)


def test_a_reranker_is_anything_that_orders_hits():
    reranker: Reranker = OverlapReranker()
    found = reranker.rerank(QUESTION, hits_of("nothing", QUESTION))
    assert [(hit.passage.external_id, hit.rank) for hit in found] == [("doc2", 1), ("doc1", 2)]


def test_of_two_in_turn_the_second_reads_what_the_first_chose(model):
    hits = hits_of("nothing", "who owns", "the ferry", QUESTION)
    found = InTurn(OverlapReranker(), QueryLikelihoodReranker(model, n_reranked=1)).rerank(QUESTION, hits)
    assert [hit.passage.external_id for hit in found] == ["doc4", "doc2", "doc3", "doc1"]
    assert len(model.prefixes[0]) == 1


def test_none_in_turn_leave_hits_as_they_are():
    assert InTurn().rerank(QUESTION, hits_of("one", "two")) == hits_of("one", "two")
