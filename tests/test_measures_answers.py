"""Answers against gold wordings, by worked examples."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.evaluate.measures.answers import (
    contains_answer,
    exact_match,
    normalize_answer,
    numeric_match,
    rouge,
    token_f1,
)


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


@pytest.mark.parametrize(
    ("text", "answers", "em", "f1"),
    [
        ("The Eiffel Tower", ["tower", "Eiffel tower."], 1, 1),
        ("the tall tower", ["tower"], 0, 2 / 3),  # precision 1/2, recall 1
        ("red red boat", ["red boat boat"], 0, 2 / 3),  # bags: red and boat shared once each, 2 of 3 and 3
        ("red boat", ["boat red"], 0, 1),  # order is no matter to F1
        ("a boat", ["ship", "boat at sea"], 0, 1 / 2),  # 1 of 1, 1 of 3: 2 / (1 + 3)
        ("boat", ["ship"], 0, 0),
        ("", ["boat"], 0, 0),
        ("The.", ["boat"], 0, 0),  # nothing is left of it
        ("", [], 1, 1),  # unanswerable, and nothing said
        ("", [""], 1, 1),
        ("", ["the"], 1, 1),  # an answer of which nothing is left is none
        ("boat", [], 0, 0),
        ("", ["the", "boat"], 0, 0),  # but another may be
        ("The", ["the", "a boat"], 0, 0),
        ("Žižka", ["ŽIŽKA"], 1, 1),
        ("“boat”", ["boat"], 0, 0),  # only ASCII marks go
        ("$1,200.50", ["1200.50"], 1, 1),
    ],
)
def test_em_and_f1_follow_the_rules_of_squad(text, answers, em, f1):
    assert exact_match(text, answers) == em
    assert token_f1(text, answers) == pytest.approx(f1)


WORDS = st.lists(st.sampled_from("a the red boat ŽIŽKA “x” 5 . ß 船 e\u0301".split()), max_size=5).map(
    " ".join
)
TEXTS = WORDS | st.text(max_size=20)


@given(TEXTS, st.lists(TEXTS, max_size=3), TEXTS)
def test_em_is_at_most_f1_and_more_wordings_never_count_less(text, answers, other):
    em, f1 = exact_match(text, answers), token_f1(text, answers)
    assert 0 <= em <= f1 <= 1
    assert exact_match(text, [*answers, *answers[::-1]]) == em
    assert token_f1(text, [*answers, *answers[::-1]]) == f1
    if any(map(normalize_answer, answers)):
        assert token_f1(text, [*answers, other]) >= f1
    assert exact_match(text, [text]) == token_f1(text, [text]) == 1


@given(TEXTS, TEXTS)
def test_f1_is_the_same_both_ways(one, other):
    assert token_f1(one, [other]) == pytest.approx(token_f1(other, [one]))


@pytest.mark.parametrize(
    ("text", "answers", "rouge_1", "rouge_2", "rouge_l"),
    [
        # 2 of 2 and 2 of 3 words: 4/5; boat sank, of 1 and 2 pairs: 2/3; 2 in order: 4/5
        ("boats sank", ["the boat sank"], 4 / 5, 2 / 3, 4 / 5),
        # all 4 words; "red boat" of 3 and 3 pairs; "red boat" of 4 and 4 in order
        ("sank old red boat", ["red boat old sank"], 1, 1 / 3, 1 / 2),
        ("red boat", ["ship", "red boat"], 1, 1, 1),
        ("red boat", ["ship"], 0, 0, 0),
        ("boat", ["boat"], 1, 0, 1),  # one word has no pairs
        ("", ["boat"], 0, 0, 0),
        ("boat", [], 0, 0, 0),
        ("船", ["船"], 0, 0, 0),  # the library reads a-z and 0-9
    ],
)
def test_rouge_on_cases_worked_out_by_hand(text, answers, rouge_1, rouge_2, rouge_l):
    expected = {"ROUGE-1": rouge_1, "ROUGE-2": rouge_2, "ROUGE-L": rouge_l}
    assert rouge(text, answers) == pytest.approx(expected)


@given(TEXTS, st.lists(TEXTS, max_size=3), TEXTS)
def test_rouge_is_a_share_and_more_wordings_never_count_less(text, answers, other):
    one, more = rouge(text, answers), rouge(text, [*answers, other])
    assert all(0 <= one[name] <= more[name] <= 1 for name in one)
    assert one["ROUGE-L"] <= one["ROUGE-1"] + 1e-12


@pytest.mark.parametrize(
    ("text", "answers", "scale", "matched"),
    [
        ("Sales were $1.4965 billion.", ["$1,496.5"], "million", True),
        ("Sales (in millions): 1,496.5", ["$1,496.5"], "million", True),
        ("Sales were 1,496.5 million dollars.", ["$1,496.5"], "million", True),
        ("Sales were $1,496,500,000.", ["$1,496.5"], "million", True),
        ("Sales | 1,496.5 | 1,400.0", ["$1,496.5"], "million", True),  # as printed
        ("Sales (in thousands): 1,496.5", ["$1,496.5"], "million", False),
        ("Sales were $1,496.5 thousand.", ["$1,496.5"], "million", False),
        ("Sales were 1,496.6 million.", ["$1,496.5"], "million", False),
        ("Sales were about $1.5 billion.", ["$1,496.5"], "million", False),  # rounded
        ("Sales were €1,496.5 million.", ["$1,496.5"], "million", False),
        ("A share earned $1.25 (in millions, except per share).", ["1.25"], "", True),
        ("It owes $191.7 million.", ["$191.7 million"], "", True),
        ("It owes $191.7 million.", ["$191.7 million"], "million", True),  # not a million millions
        ("It owes $191.7.", ["$191.7 million"], "", False),
        ("It rose 12.5%.", ["12.5"], "percent", True),
        ("It rose 12.5 per cent.", ["12.50%"], "", True),
        ("It rose by 12.5.", ["12.5"], "percent", True),  # as printed in a column of percentages
        ("It rose by $12.5.", ["12.5"], "percent", False),
        ("It rose 12.5 million.", ["12.5"], "percent", False),
        ("It rose 12.5%.", ["12.5"], "", False),
        ("It rose by 12.5.", ["12.5%"], "", False),
        ("Cash changed by $(472.7) million.", ["(472.7)"], "million", True),
        ("Cash changed by -472.7.", ["(472.7)"], "million", True),
        ("Cash changed by 472.7.", ["(472.7)"], "million", False),
        ("Cash changed by (472.7).", ["472.7"], "million", False),
        ("Twelve yards opened in 2019.", ["12"], "", True),
        ("It came third.", ["3rd"], "", True),
        ("It came third.", ["3"], "", False),
        ("It was in (2019).", ["2019"], "", True),  # a year in brackets is none below zero
        ("It cost 5 or 6.", ["7", "6"], "", True),  # any wording
        ("It cost 5 to 6%.", ["4% to 6%"], "", False),  # all the numbers of a wording
        ("It opened on 3 May 2019.", ["May 3, 2019"], "", True),
        ("It was 5.", [], "", None),
        ("It was 5.", ["many", ""], "thousand", None),
        ("It was many.", ["5"], "", False),
        ("", ["5"], "", False),
    ],
)
def test_a_number_matches_in_value_sign_and_scale(text, answers, scale, matched):
    assert numeric_match(text, answers, scale) is matched


def test_every_answer_of_a_list_may_be_needed():
    answers = ["$773", "none", "$2,055"]
    assert numeric_match("They were $773 and $2,055.", answers, "thousand", every_answer=True) is True
    assert numeric_match("They were $773 and $2,056.", answers, "thousand", every_answer=True) is False
    assert numeric_match("They were $773 and $2,056.", answers, "thousand") is True


@given(st.decimals(0, 10**6, places=2), st.sampled_from(["", "thousand", "million", "billion"]))
def test_a_number_matches_however_it_is_written(value, scale):
    for written in (f"{value}", f"{value:,}", f"${value:,}", f"${value} {scale}"):
        assert numeric_match(f"It was {written} then.", [f"{value:,}"], scale)
    assert not numeric_match(f"It was {value + 1} {scale} then.", [str(value)], scale)


@given(TEXTS, st.lists(TEXTS, max_size=3), st.sampled_from(["", "million", "percent", "?"]))
def test_needing_every_answer_is_never_easier(text, answers, scale):
    one, every = (numeric_match(text, answers, scale, every_answer=needed) for needed in (False, True))
    assert (one is None) == (every is None)
    assert bool(every) <= bool(one)
