"""Questions about several articles, cut into parts; ordinary questions, left whole. All names invented."""

from __future__ import annotations

import time

import pytest

from bot.mentions import Day, aliases, mentions
from bot.parts import MAX_PARTS, Part, decompose

HERALD, COURIER = ("The Herald",), ("Courier",)
TIDEWATER = ("Tidewater.com - Sport", "Tidewater.com - Travel")
SOURCES = [*HERALD, *COURIER, *TIDEWATER, "Kettle | Food and Drink"]


def told(question, sources=SOURCES):
    return [(part.sources or part.name, part.text) for part in decompose(question, sources)]


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        (
            "Did the Herald article report that dock wages rose, while the Courier article says they fell?",
            [(HERALD, "dock wages rose"), (COURIER, "they fell dock wages rose")],
        ),
        (
            "Does 'The Herald' suggest that the old ferry is slow, whereas 'Courier' claims that it is fast?",
            [(HERALD, "old ferry is slow"), (COURIER, "it is fast old ferry is slow")],
        ),
        (
            "Do the articles from The Herald and Courier both praise the new harbour wall of Vik?",
            [(HERALD, "praise the new harbour wall of Vik"), (COURIER, "praise the new harbour wall of Vik")],
        ),
        (
            "Which firm paid for the lighthouse of Vik, as reported by The Herald, and sold its whole fishing"
            " fleet according to Courier?",
            [
                (HERALD, "firm paid for the lighthouse of Vik"),
                (COURIER, "sold its whole fishing fleet"),
            ],
        ),
        (
            "Does the Tidewater.com - Sport article praise the winning rowers of Lindholm, unlike the"
            " Tidewater article on the hotels of Lindholm bay?",
            [
                (("Tidewater.com - Sport",), "praise the winning rowers of Lindholm"),
                (TIDEWATER, "hotels of Lindholm bay"),
            ],
        ),
        (
            "Does Kettle report a shortage of smoked herring, while the same source praises the pickled"
            " herring of Vik?",
            [
                (("Kettle | Food and Drink",), "shortage of smoked herring"),
                (("Kettle | Food and Drink",), "praises the pickled herring of Vik"),
            ],
        ),
        (
            "Considering a Morning Star article on the mayor's garden and an article by The Herald on her new"
            " greenhouse, what grows in them in winter?",
            [
                ("Morning Star", "mayor garden what grows in them in winter"),
                (HERALD, "her new greenhouse what grows in them in winter"),
            ],
        ),
    ],
)
def test_each_article_gets_the_words_about_it(question, parts):
    got = told(question)
    assert [publisher for publisher, _ in got] == [publisher for publisher, _ in parts]
    assert [text for _, text in got] == [text for _, text in parts]


@pytest.mark.parametrize(
    ("question", "dates"),
    [
        (
            "Between the Herald report on the dam published on March 3, 2021, and the Courier report of"
            " 2021-04-05, was there a change in tone?",
            [Day(2021, 3, 3), Day(2021, 4, 5)],
        ),
        (
            "Has the Herald's view of the dam changed between the article of 3 March and the one from 7 May?",
            [Day(None, 3, 3), Day(None, 5, 7)],
        ),
        (
            "Did the Herald report before March 3, 2021 contradict the Courier report on June 1st?",
            [None, Day(None, 6, 1)],
        ),
    ],
)
def test_dates_go_to_the_article_they_stand_by(question, dates):
    assert [part.date for part in decompose(question, SOURCES)] == dates


def test_what_is_asked_of_all_articles_goes_with_each_short_clause():
    question = (
        "Between the Herald report on Vik on 3 March and the Courier report on Lind on 5 March, was the cause"
        " of the flood told in the same way?"
    )
    for part in decompose(question, SOURCES):
        assert "cause of the flood" in part.text


def test_dates_compare_with_or_without_a_year():
    assert Day(2021, 3, 3).is_of("2021-03-03T10:00:00+00:00")
    assert Day(None, 3, 3).is_of("1999-03-03")
    assert not Day(2021, 3, 3).is_of("2020-03-03")
    assert not Day(None, 3, 3).is_of("")


@pytest.mark.parametrize(
    ("question", "names", "texts"),
    [
        (
            "Which was founded first, Arkwell or Brightwater?",
            ["Arkwell", "Brightwater"],
            ["Which was founded first Arkwell", "Which was founded first Brightwater"],
        ),
        (
            "Is the Arkwell Bridge longer than the Vik Tunnel?",
            ["Arkwell Bridge", "Vik Tunnel"],
            ["longer Arkwell Bridge", "longer Vik Tunnel"],
        ),
        (
            "Was Arkwell founded before Brightwater?",
            ["Arkwell", "Brightwater"],
            ["founded before Arkwell", "founded before Brightwater"],
        ),
    ],
)
def test_compared_names_are_parts_too(question, names, texts):
    parts = decompose(question)
    assert [part.name for part in parts] == names
    assert [part.text for part in parts] == texts
    assert not any(part.is_article for part in parts)


@pytest.mark.parametrize(
    "question",
    [
        "",
        "Who brought the lawsuit?",
        "What did The Herald report on 3 March 2021?",
        "When did The Herald and Courier merge their printing works?",  # about the papers, not their articles
        "Why was the courier late, and what did the herald say in his report?",
        "What were net sales in 2019 and 2018?",
        "What is the difference in net sales between Europe and Asia?",
        "Is it older than ten years, or younger?",
        "Which colour do you prefer, red or blue?",
    ],
)
def test_an_ordinary_question_has_no_parts(question):
    assert decompose(question, SOURCES) == ()


@pytest.mark.parametrize("question", ["Did the Herald article differ from the Courier article on the dam?"])
def test_without_known_publishers_no_article_is_looked_for(question):
    assert decompose(question) == ()
    assert len(decompose(question, SOURCES)) == 2


def test_a_longer_name_is_no_publisher():
    assert [m.sources for m in mentions("the Courier Awards and a Courier report", SOURCES)] == [COURIER]


def test_how_a_publisher_may_be_written():
    assert aliases("Courier.com - Sport") == ("Courier.com - Sport", "Courier.com", "Courier")
    assert aliases("The Herald") == ("The Herald",)


def test_there_are_never_too_many_parts():
    question = (
        "Do " + ", ".join(["the Herald article on owls", "the Courier article on elks"] * 9) + " agree?"
    )
    assert len(decompose(question, SOURCES)) == MAX_PARTS


def test_a_part_is_never_without_words():
    assert all(part.text for part in decompose("The Herald article? Courier article?", SOURCES))
    assert Part("words").sources == ()


SOURCES = [*HERALD, *COURIER, *TIDEWATER, "Kettle | Food and Drink"]


@pytest.mark.parametrize(
    "text",
    [
        "Is Arkwell " + "more " * 780,
        "Which Arkwell " * 280 + ", Arkwell or",
        "Did the Herald article, " * 160,
        "was it so, " * 350 + "Herald article and Courier article " + "was it so, " * 10,
        "'" * 3_900,
        "A" * 3_900,
        "A " * 1_900,
    ],
)
def test_the_longest_questions_are_cut_in_no_time(text):
    started = time.perf_counter()
    decompose(text[:4_000], SOURCES)
    assert time.perf_counter() - started < 1.0
