"""Follow-ups for another year or another figure: replaced where certain, else left to the rest."""

from __future__ import annotations

import pytest

from bot.conversation import standalone_question
from bot.follow_up import another_figure, another_year

ASKED = "What was revenue in 2019?"


@pytest.mark.parametrize(
    ("question", "year"),
    [
        ("And the year before?", 2018),
        ("What about the previous year?", 2018),
        ("And a year earlier?", 2018),
        ("And the following year?", 2020),
        ("And in 2016?", 2016),
        ("2014?", 2014),
    ],
)
def test_another_year_takes_the_place_of_the_one_asked_for(question, year):
    assert another_year(question, ASKED) == f"What was revenue in {year}?"


def test_between_two_years_nothing_is_guessed():
    assert another_year("And the year before?", "How did sales change from 2018 to 2019?") is None
    assert another_year("And the year before?", "What was revenue?") is None


def test_a_follow_up_that_says_more_is_no_mere_year():
    assert another_year("And why the year before?", ASKED) is None


@pytest.mark.parametrize(
    ("question", "before", "expected"),
    [
        ("And net profit?", ASKED, "What was net profit in 2019?"),
        ("What about the costs?", "What was Arkwell's revenue in 2019?", "What was Arkwell's costs in 2019?"),
        (
            "And its debt?",
            "What was the revenue of Arkwell in fiscal 2019?",
            "What was the debt of Arkwell in fiscal 2019?",
        ),
    ],
)
def test_another_figure_takes_the_place_of_the_one_asked_for(question, before, expected):
    assert another_figure(question, before) == expected


@pytest.mark.parametrize("question", ["And Beta?", "And the quarter before?", "What about why?", "And then?"])
def test_what_may_be_no_figure_is_left(question):
    assert another_figure(question, ASKED) is None


def test_a_chain_of_years_goes_on_from_the_last_one_meant():
    history = [
        ("user", ASKED),
        ("agent", "It was $5. [1]"),
        ("user", "And the year before?"),
        ("agent", "$4."),
    ]
    assert standalone_question("And the year before that?", history) == "What was revenue in 2017?"
    assert standalone_question("Who paid it?", history) == "What was revenue in 2018? Who paid it?"


def test_a_year_that_names_a_thing_is_not_moved():
    assert another_year("And the year before?", "Did Arkwell sell its 2019 model?") is None
