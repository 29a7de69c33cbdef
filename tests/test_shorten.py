"""Shorter forms of a sentence: what can go, what has to stay, and what is left of it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.fillers import fillers
from bot.shorten import MAX_CUTS, MIN_WORDS, forms, removable

ANY_QUESTION = "What was said of the lock gate?"


def shorter(sentence, question):
    """Return every form of a sentence, the one without fillers last."""
    text = " ".join(sentence.split())
    plain, found = forms(text, question)
    return [form for form in (*found, plain) if form != text]


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
            "The lock gate (Norse: vord) was mended by two joiners.",
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
            "The lock gate was mended in the spring, and Arkwell opened two new locks.",
            ANY_QUESTION,
            "The lock gate was mended in the spring.",
        ),
        (
            "The lock gate was mended in the spring; a second weir had to wait.",
            ANY_QUESTION,
            "The lock gate was mended in the spring.",
        ),
        (
            "The lock gate (Norse: vord (old form)) was mended by two joiners.",
            ANY_QUESTION,
            "The lock gate was mended by two joiners.",
        ),
        (
            "The lock gate — oak and iron throughout — was mended by two joiners.",
            ANY_QUESTION,
            "The lock gate was mended by two joiners.",
        ),
        (
            "Despite the rain, the lock gate was mended by two joiners.",
            ANY_QUESTION,
            "The lock gate was mended by two joiners.",
        ),
        (
            "The lock gate was mended by Odalys Brenn, a joiner from Vik.",
            ANY_QUESTION,
            "The lock gate was mended by Odalys Brenn.",
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


@pytest.mark.parametrize(
    ("sentence", "question"),
    [
        ("In 2019, the average number of ferries was twelve.", "How many ferries came in 2018 and 2019?"),
        ("The harbour has rules for ferries, rowing boats, tugs, and other craft.", ANY_QUESTION),
        ("The gates are made from, and are mended with, oak of the best kind.", ANY_QUESTION),
        ("It was mended with good oak and, as a result, the harbour was opened.", ANY_QUESTION),
        ("The lock gate was mended, in which case the weir is opened.", ANY_QUESTION),
        ("Some rules were broken, mooring at night among them.", "Which rules did the skippers break?"),
        ("The gate will open, unless the river has risen by then.", ANY_QUESTION),
        ("Skippers may moor for up to two nights (by prior arrangement).", ANY_QUESTION),
        ("Skippers must pay at the gate, mooring on the inner side.", ANY_QUESTION),
        ("The gate was shut in June because of the great flood.", "What shut the gate?"),
        ("The Vordgat (“gate of the lords”) was mended by joiners.", "What does Vordgat mean?"),
        ("In her view, the joiners mended the gate badly.", ANY_QUESTION),
        ("Based on old letters, joiners mended the gate at night.", ANY_QUESTION),
        ("The joiners mended the gate, based on what Brenn heard.", ANY_QUESTION),
        ("The lock gate is oiled by joiners, when the river is low.", ANY_QUESTION),
        ("Although the weir leaks, the lock gate was mended well.", ANY_QUESTION),
        ("The joiners who are married and have children mended it.", ANY_QUESTION),
        ("The gate was mended, according to its old keeper.", ANY_QUESTION),
        ("The gate was mended by joiners, said its keeper.", ANY_QUESTION),
    ],
)
def test_a_sentence_of_which_nothing_can_go_is_left_alone(sentence, question):
    assert shorter(sentence, question) == []


@pytest.mark.parametrize(
    "sentence",
    [
        # an exception or a condition
        "The road was approved by the council, with the exception of the northern section.",
        "The firm has acquired Brodie Ltd, pending approval by the regulators.",
        "Ortiz was named the winner of the race, pending a recount of the votes.",
        "The bank agreed to lend the money, barring a change of government.",
        "The state banned the sale of the drug, excepting hospitals and clinics.",
        "The children were safe from the fever, as long as they had two doses.",
        "The drug cured the fever in children, when taken with food.",
        "The drug cured the fever in children, with food and rest.",
        "The firm lowered its prices in the north, while stocks lasted.",
        "The gate was mended by joiners — in the north of the harbour — was said.",
        # brackets that limit
        "Sales rose 5% in the north (excluding new shops) of the land.",
        "The firm had net sales (from continuing operations) of $5 million.",
        "The president (elect) is a joiner of the old harbour.",
        "The drug (at twice the usual dose) cured the fever in children.",
        "Ortiz won the race (later annulled) in the old harbour.",
        "Sales (on a constant currency basis) rose in the old harbour.",
        "The trial showed a cure (p = 0.6) for fever in children.",
        "The firm owns a stake of 40% in Brodie (60% from next year).",
        "The firm had a net loss of (512) in the last year.",
        "Net Sales (2001–2002) rose in the old harbour.",
        # the end of the main clause
        "The group reported record sales, especially in the north, but a fall in profit.",
        # a second thought
        "The man was convicted of fraud in March; the verdict was overturned on appeal.",
        "The mine closed in the spring, and this turned out to be a hoax.",
        "The mayor resigned in the spring, and the next day he took it back.",
        "The town approved the plan in March, before voters struck it down in June.",
        "The man owned the house on the hill, which was in fact rented.",
        "The firm opened twelve shops in the north, closing nine of them within the year.",
        "The firm opened twelve shops in the north, making nine of them bigger.",
        "The firm sold the shops to Brodie, keeping a right to buy them back.",
        "The report says the old mine closed, and the owner fled.",
        "The man was convicted of fraud in March, and Brodie cleared him of it.",
        # fiction, or a trial
        "In a film of 1999, the sisters killed the king.",
        "During the play of 1900, the sisters killed the king.",
        "By night in the tale, the sisters killed the king.",
        "In the second season, the sisters killed the king.",
        "Designed as a joke, the tower was built by Arkwell.",
        "As part of a trial, the city banned cars from the centre.",
        "The city banned cars from the centre as part of a trial.",
    ],
)
def test_no_exception_condition_limit_frame_or_second_thought_goes(sentence):
    assert shorter(sentence, "What happened?") == []


def test_an_aside_goes_without_the_end_of_the_main_clause():
    sentence = "The board wanted the mine closed and the owner, who fled to Peru, arrested by police."
    whole = "The board wanted the mine closed and the owner arrested by police."
    assert shorter(sentence, "What happened?") == [whole]


@pytest.mark.parametrize(
    ("sentence", "form"),
    [
        ("The gate lies 40 km (25 mi) from the old town.", "The gate lies 40 km from the old town."),
        (
            "The World Trade Body (WTB) mended the old lock gate.",
            "The World Trade Body mended the old lock gate.",
        ),
        ("Odalys Brenn (1850–1911) mended the old lock gate.", "Odalys Brenn mended the old lock gate."),
        ("Odalys Brenn (born 3 May 1850) mended the lock gate.", "Odalys Brenn mended the lock gate."),
        ("On 3 May 2019, joiners mended the lock gate.", "Joiners mended the lock gate."),
    ],
)
def test_what_says_the_same_again_may_go(sentence, form):
    assert form in shorter(sentence, ANY_QUESTION)


def test_parts_go_together_and_the_shortest_form_is_first():
    sentence = "However, the lock gate (Norse: vord) was mended by two joiners, which pleased the skippers."
    plain, found = forms(sentence, ANY_QUESTION)
    assert plain == "The lock gate (Norse: vord) was mended by two joiners, which pleased the skippers."
    assert found[0] == "The lock gate was mended by two joiners."
    assert [len(form.split()) for form in found] == sorted(len(form.split()) for form in found)


@pytest.mark.parametrize(
    ("sentence", "plain"),
    [
        ("But the lock gate was mended.", "The lock gate was mended."),
        ("The lock gate, however, was mended in spring.", "The lock gate was mended in spring."),
        ("The lock gate was also mended in spring.", "The lock gate was mended in spring."),
        ("The lock gate was mended in spring.[citation needed]", "The lock gate was mended in spring."),
        ("The lock gate is located in the old harbour.", "The lock gate is in the old harbour."),
        ("Oak was bought in order to mend the lock gate.", "Oak was bought to mend the lock gate."),
        (
            "A total of 12 joiners in a total of 3 days mended it.",
            "A total of 12 joiners in 3 days mended it.",
        ),
        ("The gate was mended both in spring and in June.", "The gate was mended in spring and in June."),
        ("(2) The lock gate was mended in spring.", "The lock gate was mended in spring."),
    ],
)
def test_words_that_say_nothing_go_whatever_is_asked(sentence, plain):
    for question in (ANY_QUESTION, "Who mended it?", "When was it mended?", "Why was it mended?"):
        assert forms(sentence, question)[0] == plain


@pytest.mark.parametrize(
    "sentence",
    [
        "The gate was mended not only in spring but also in June.",
        "It was mended by Arkwell and also by Brodie.",
        "Net (gain) loss on the gate was 12.",
        "Both sides agreed and left.",
        "Arkwell is also known as the Gate Company.",
    ],
)
def test_words_that_look_spare_but_are_not_stay(sentence):
    assert fillers(sentence) == []
    assert forms(sentence, ANY_QUESTION) == (sentence, [])


def test_what_is_left_tells_more_than_the_question_or_the_part_was_the_answer():
    sentence = "Some of the oldest gates (Brenn and Vik) survive only in Arkwell today."
    assert not removable(sentence, "What of the oldest gates survive only in Arkwell today?")


def test_a_date_goes_before_what_happened_but_not_before_how_things_stood():
    assert "The council repaired the old lock gate." in shorter(
        "In the spring, the council repaired the old lock gate.", ANY_QUESTION
    )
    for stood in (
        "In the spring, the lock gate was the largest in the land.",
        "In the spring, joiners must mend it.",
    ):
        assert shorter(stood, ANY_QUESTION) == []


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
    found = shorter(sentence, question)
    assert len(found) <= MAX_CUTS + 2
    for form in found:
        assert MIN_WORDS <= len(form.split()) < len(sentence.split())
        assert form.count("(") == form.count(")")
        left = iter(sentence.lower().replace(" ", ""))
        assert all(character in left for character in form.lower().replace(" ", ""))
