"""Shorter forms of a sentence: what can go, what has to stay, and what is left of it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.shorten import MAX_FORMS, MAX_SHARE_OF_WORDS, MIN_WORDS, shorter

ANY_QUESTION = "What was said of the lock gate?"


@pytest.mark.parametrize(
    ("sentence", "question", "form"),
    [
        (
            "However, the lock gate was mended by joiners.",
            ANY_QUESTION,
            "The lock gate was mended by joiners.",
        ),
        (
            "In 2019, the harbour took in more ferries than ever before.",
            "How many ferries came in 2019?",
            "The harbour took in more ferries than ever before.",
        ),
        (
            "The lock gate (its timber is oak) was mended by two joiners.",
            ANY_QUESTION,
            "The lock gate was mended by two joiners.",
        ),
        (
            "The lock gate, which is made of old oak, was mended in spring.",
            ANY_QUESTION,
            "The lock gate was mended in spring.",
        ),
        (
            "Arkwell, a maker of heavy doors, has mended the lock gate.",
            ANY_QUESTION,
            "Arkwell has mended the lock gate.",
        ),
        (
            "The lock gate was mended in the spring, which pleased the skippers.",
            ANY_QUESTION,
            "The lock gate was mended in the spring.",
        ),
        (
            "The lock gate was mended in the spring, and it opened again in June.",
            ANY_QUESTION,
            "The lock gate was mended in the spring.",
        ),
        (
            "The lock gate was mended in the spring; the weir had to wait.",
            ANY_QUESTION,
            "The lock gate was mended in the spring.",
        ),
        (
            "The lock gate (oak (old) and iron) was mended by two joiners.",
            ANY_QUESTION,
            "The lock gate was mended by two joiners.",
        ),
        (
            "The lock gate — oak and iron throughout — was mended by two joiners.",
            ANY_QUESTION,
            "The lock gate was mended by two joiners.",
        ),
    ],
)
def test_what_can_go(sentence, question, form):
    assert form in shorter(sentence, question)


@pytest.mark.parametrize(
    ("sentence", "question", "never"),
    [
        ("On May 3, 2019, the lock gate was mended by joiners.", "What happened on May 3?", "2019, the"),
        ("In Bergen, Norway, the lock gate was mended by joiners.", "What was mended in Bergen?", "Norway,"),
        ("In 2018, the harbour took in more ferries than ever.", "How many ferries came in 2019?", "The har"),
        ("Sales were $12 (in thousands) in the north and more in the south.", ANY_QUESTION, "$12 in the"),
        ("The lock gate (allegedly of oak) was mended by two joiners.", ANY_QUESTION, "gate was"),
        ("The lock gate was mended, which nobody had paid for yet.", ANY_QUESTION, "mended."),
        ("Oak, which is hard, iron, and steel were used for the gate.", ANY_QUESTION, "Oak iron"),
        ("The gate was mended in spring, when Odalys Brenn paid.", "Who paid for the gate?", "spring."),
        ("The gate was mended at last, after 1990.", "When was the gate mended?", "last."),
        ("The gate is shut, because its timber has rotted away.", "Why is the gate shut?", "shut."),
        ("The gate was mended, which closed the weir below it.", "What closed the weir?", "mended."),
        (
            "Some gates (oak, iron) were mended by joiners in spring.",
            "What are examples of gates?",
            "gates were",
        ),
        ("A (nearly) new lock gate was bought by the harbour.", ANY_QUESTION, "A new"),
    ],
)
def test_what_has_to_stay(sentence, question, never):
    assert not [form for form in shorter(sentence, question) if never in form]


def test_parts_go_together_and_the_shortest_form_is_first():
    sentence = "However, the lock gate (of oak) was mended by two joiners, which pleased the skippers."
    forms = shorter(sentence, ANY_QUESTION)
    assert forms[0] == "The lock gate was mended by two joiners."
    assert [len(form.split()) for form in forms] == sorted(len(form.split()) for form in forms)


def test_a_sentence_with_nothing_to_spare_has_no_shorter_form():
    assert shorter("The lock gate was mended by two joiners in the spring.", ANY_QUESTION) == []
    assert shorter("", ANY_QUESTION) == []


PARTS = st.lists(
    st.sampled_from(
        ["However, ", "the gate ", "(of oak) ", ", which is old, ", "was mended ", "by Arkwell", ", and it ",
         "opened in 2019", "; ", "“so they say” ", "— at last — ", ", making noise", ".", " (", ") ", "\n"]
    ),
    max_size=14,
).map("".join)  # fmt: skip


@given(PARTS, PARTS)
def test_a_form_is_shorter_whole_and_in_the_words_of_the_source(sentence, question):
    forms = shorter(sentence, question)
    assert len(forms) <= MAX_FORMS
    for form in forms:
        assert MIN_WORDS <= len(form.split()) <= MAX_SHARE_OF_WORDS * len(sentence.split())
        assert form.count("(") == form.count(")")
        left = iter(sentence.lower().replace(" ", ""))
        assert all(character in left for character in form.lower().replace(" ", ""))
