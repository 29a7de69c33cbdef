"""Turns of a conversation: greetings, follow-ups, and questions that stand alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.abstention import NO_EVIDENCE
from bot.conversation import (
    GREETING,
    THANKS,
    depends_on_history,
    last_said,
    small_talk,
    standalone_question,
)

FINE = "How large was the fine for the spill?"
HISTORY = [("user", FINE), ("agent", "It was $5. [1]")]


@pytest.mark.parametrize("line", ["Hi", "hello there!", "Good morning.", "HEY"])
def test_a_greeting_is_greeted(line):
    assert small_talk(line) == GREETING


@pytest.mark.parametrize("line", ["Thanks!", "ok, thank you so much", "Great, thanks.", "bye"])
def test_thanks_are_answered(line):
    assert small_talk(line) == THANKS


@pytest.mark.parametrize(
    "line", ["Hello Kitty sales?", "Who said hi?", "Thanks to whom did it sink?", "", "?"]
)
def test_a_question_is_no_small_talk(line):
    assert small_talk(line) is None


@pytest.mark.parametrize(
    "question",
    [
        "Who paid it?",
        "And the ferry?",
        "What about the tunnel?",
        "Why?",
        "How much?",
        "Tell me more about it.",
        "Please explain that.",
        "Did he resign?",
    ],
)
def test_a_question_without_a_subject_is_asked_with_the_one_before(question):
    assert standalone_question(question, HISTORY) == f"{FINE} {question}"


@pytest.mark.parametrize(
    "question",
    ["Where does Acme operate?", "How many passengers used the northern routes last year?",
     "Tell me about Acme and its owner."],
)  # fmt: skip
def test_a_question_with_a_subject_is_left_alone(question):
    assert standalone_question(question, HISTORY) == question


def test_without_an_earlier_question_nothing_is_added():
    assert standalone_question(" Who paid it? ", []) == "Who paid it?"
    assert standalone_question("Who paid it?", [("agent", "Hello."), ("user", "hi")]) == "Who paid it?"


def test_the_last_question_with_a_subject_is_taken_not_a_follow_up_or_thanks():
    history = [("user", FINE), ("agent", "x"), ("user", "Who paid it?"), ("agent", "y"), ("user", "Thanks!")]
    assert standalone_question("When was it paid?", history) == f"{FINE} When was it paid?"


def test_where_every_turn_is_a_follow_up_the_last_one_is_taken():
    history = [("user", "Why?"), ("user", "And then?")]
    assert standalone_question("Who paid it?", history) == "And then? Who paid it?"


@pytest.mark.parametrize(
    ("before", "question", "expected"),
    [
        ("When was Arkwell founded?", "What was its profit?", "What was Arkwell's profit?"),
        ("When was Arkwell founded?", "What about its profit?", "What about Arkwell's profit?"),
        ("Who is Lena Ortiz?", "What did she say?", "What did Lena Ortiz say?"),
        ("Who is Lena Ortiz?", "What did her firm pay?", "What did Lena Ortiz's firm pay?"),
    ],
)
def test_a_pronoun_that_can_only_be_one_name_is_replaced_by_it(before, question, expected):
    assert standalone_question(question, [("user", before)]) == expected


def test_between_two_names_nothing_is_guessed():
    before = "Did Acme sue Beta?"
    assert standalone_question("What was its profit?", [("user", before)]) == f"{before} What was its profit?"


def test_what_was_said_last_is_the_answer_without_its_markers():
    assert last_said([*HISTORY, ("user", "Thanks!"), ("agent", THANKS)]) == "It was $5."


def test_after_an_abstention_the_question_is_what_was_said():
    assert last_said([("user", FINE), ("agent", f"{NO_EVIDENCE} None of them mentions “Quux”.")]) == FINE


def test_before_anything_was_said_there_is_nothing():
    assert last_said([]) == last_said([("user", "hi"), ("agent", GREETING)]) == ""


@given(st.text(max_size=60), st.lists(st.text(max_size=40), max_size=4))
def test_the_words_of_the_question_are_never_lost_where_no_name_takes_their_place(question, earlier):
    asked = standalone_question(question, [("user", text.lower()) for text in earlier])
    assert asked.endswith(question.strip())
    assert asked == question.strip() or depends_on_history(question.strip())


@pytest.mark.parametrize(
    ("before", "question"),
    [
        ("Who founded Arkwell?", "When did he die?"),
        ("Who wrote Hamlet?", "Where did they live?"),
        ("Did Ortiz resign?", "Why did they fire him?"),
    ],
)
def test_a_pronoun_that_may_be_somebody_else_is_not_replaced(before, question):
    assert standalone_question(question, [("user", before)]) == f"{before} {question}"
