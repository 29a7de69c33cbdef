"""What a question asks for, and whether a text holds it."""

import pytest

from bot.asked import lacks_kind, lacks_quantity, lacks_time


@pytest.mark.parametrize(
    ("question", "text", "lacks"),
    [
        ("Who owns the ferry?", "The ferry is old.", True),
        ("Who owns the ferry?", "The ferry belongs to Anna Low.", False),
        ("Who owns the Heron?", "The Heron is old.", True),
        ("Where did the ferry sink?", "It sank off Brae.", False),
        ("Which city has the most owls?", "Owls are many there.", True),
        ("When did the ferry sink?", "The ferry sank at last.", True),
        ("When did the ferry sink?", "The ferry sank in 2019.", False),
        ("When did the ferry sink?", "The ferry sank in the spring.", False),
        ("When did the ferry of 2019 sink?", "The ferry of 2019 sank.", True),
        ("How old is the ferry?", "The ferry is old.", True),
        ("How old is the ferry?", "The ferry is forty years old.", False),
        ("What share of the owls bred?", "Half of the owls bred.", False),
        ("Why did the ferry sink?", "Nobody knows.", False),
    ],
)
def test_a_text_lacks_what_is_asked_for_where_it_names_nothing_of_the_kind(question, text, lacks):
    assert lacks_kind(question, text) == lacks


@pytest.mark.parametrize(
    ("question", "text", "lacks"),
    [
        ("How many owls bred?", "Owls bred in 2019.", True),
        ("How many owls bred?", "Twelve owls bred.", False),
        ("How many owls bred?", "Owls cost $5.", True),
        ("How many workers are there?", "Arkwell has 2000 workers.", False),
        ("How many workers are there?", "In 2019 workers left.", True),
        ("How many workers are there?", "In May 2019 the workers left.", True),
        ("How much do owls cost?", "Owls cost $5.", False),
        ("How many owls bred?", "None of them did.", False),
        ("Which owls bred?", "Owls bred in 2019.", False),
        ("How much do owls cost?", "Owls are sold on March 3, 2019.", True),
        ("How much do owls cost?", "Owls may 3 be.", False),  # no day of May
    ],
)
def test_a_quantity_is_neither_a_year_nor_money_where_things_are_counted(question, text, lacks):
    assert lacks_quantity(question, text) == lacks


@pytest.mark.parametrize(
    ("question", "text", "lacks"),
    [
        ("What effective tax rate did Arkwell have?", "The rate was higher by $3 of fees.", True),
        ("What effective tax rate did Arkwell have?", "The rate was 21 percent.", False),
        ("What was the gross margin percentage of boats?", "Boats | 56,054 | 48,110", True),
        ("What was the gross margin percentage of boats?", "Boats | 37% | (2)%", False),
        ("What was the discount rate?", "Discount rate | 3.5 | 3.1", False),  # the head may have the sign
        ("What was the change in interest rates?", "Rates | 5 | 4", False),  # a sum needs them
        ("Why did the tax rate rise?", "Fees of $3 were due.", False),
    ],
)
def test_a_rate_of_tax_and_its_like_is_a_percentage(question, text, lacks):
    assert lacks_quantity(question, text) is lacks


@pytest.mark.parametrize(
    ("question", "text", "lacks"),
    [
        ("When do the fares rise?", "A tram will run every eight minutes instead of every eleven.", True),
        ("When do the fares rise?", "Passengers pay more from Sunday 6 April.", False),
        ("When was the mill built?", "It was built in 1820.", False),
        ("When does the bus go?", "The last one leaves at 9.30 pm.", False),
        ("When is goodwill tested?", "It is tested annually.", False),
        ("In which year did it open?", "It opened with 12 guests.", True),
        ("What happens when it rains?", "The roof leaks.", False),
        ("When forces act, what balances them?", "Friction does.", False),
    ],
)
def test_a_when_wants_a_time(question, text, lacks):
    assert lacks_time(question, text) is lacks
