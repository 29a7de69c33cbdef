"""Answers against gold wordings, by worked examples."""

import pytest

from bot.evaluate.measures.answers import contains_answer, normalize_answer


@pytest.mark.parametrize(
    ("text", "normalized"),
    [
        ("The  Eiffel-Tower, a landmark", "eiffeltower landmark"),
        ("An apple; the theatre.", "apple theatre"),  # "the" in "theatre" is no article
        ("$1,200.50", "120050"),
        ("“quoted”", "“quoted”"),  # only ASCII marks go, as in the script this follows
        ("The a an", ""),
        ("", ""),
    ],
)
def test_an_answer_is_normalized_as_squad_does(text, normalized):
    assert normalize_answer(text) == normalized


@pytest.mark.parametrize(
    ("text", "answers", "held"),
    [
        ("He was paid $5 million.", ["5 million"], True),
        ("He was paid $5 million.", ["5 mill"], False),  # not at the end of a token
        ("He was paid $15 million.", ["5 million"], False),  # not at its beginning
        ("The Dunlin runs on Thursday.", ["Wren", "the dunlin"], True),
        ("It was the end.", ["the"], False),  # nothing is left of that answer
        ("It was the end.", [], False),
        ("", ["x"], False),
    ],
)
def test_a_text_holds_an_answer_on_token_boundaries(text, answers, held):
    assert contains_answer(text, answers, n_words=45) is held


def test_only_the_first_words_are_read():
    text = "one two three four five"
    assert contains_answer(text, ["four"], n_words=4)
    assert not contains_answer(text, ["four"], n_words=3)
    assert not contains_answer(text, ["four five"], n_words=4)
