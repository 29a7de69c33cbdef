"""Hits in the order of their best sentence: by words, by meaning, ties and edges."""

from __future__ import annotations

import pytest
from core_fakes import HashEncoder, hits_of

from bot.best_sentence import DENSE_WEIGHT, LEXICAL_WEIGHT, N_ENCODED, BestSentenceReranker

QUESTION = "Who mended the harbour clock?"
BESIDE = "Ferries leave at noon and return at dusk. Tickets are sold on board."
ANSWERS = "Ferries leave at noon and return at dusk. Odalys Brenn mended the harbour clock."


def order(*texts, **settings):
    found = BestSentenceReranker(HashEncoder(), **settings).rerank(QUESTION, hits_of(*texts))
    return [hit.passage.external_id for hit in found]


def test_of_equal_passages_the_one_with_the_best_sentence_is_first():
    assert order(BESIDE, ANSWERS) == ["doc2", "doc1"]


def test_a_best_sentence_in_both_ways_has_the_whole_weight():
    found = BestSentenceReranker(HashEncoder()).rerank(QUESTION, hits_of(BESIDE, ANSWERS, score=0.5))
    whole = (1 - LEXICAL_WEIGHT - DENSE_WEIGHT) * 0.5 + LEXICAL_WEIGHT + DENSE_WEIGHT
    assert found[0].score == pytest.approx(whole)
    assert [(hit.rank, hit.stage) for hit in found] == [(1, "best sentence"), (2, "best sentence")]


def test_those_after_the_first_keep_their_place():
    assert order(BESIDE, ANSWERS, n_hits=1) == ["doc1", "doc2"]


def test_only_the_sentences_nearest_in_words_are_encoded():
    encoder = HashEncoder()
    long = " ".join(f"Boat number {i} carries passengers to the island." for i in range(12, 32))
    BestSentenceReranker(encoder).rerank(QUESTION, hits_of(long))
    assert encoder.batches == [N_ENCODED]


@pytest.mark.parametrize("texts", [(), ("Harbour",), ("* * *", "| | |")])
def test_hits_without_sentences_are_left_as_they_are(texts):
    assert order(*texts) == [f"doc{i}" for i in range(1, len(texts) + 1)]


def test_a_question_none_of_whose_words_is_there_is_ordered_by_meaning_alone():
    hits = hits_of(BESIDE, ANSWERS)
    found = BestSentenceReranker(HashEncoder()).rerank("Quux?", hits)
    assert {hit.passage.external_id for hit in found} == {"doc1", "doc2"}
