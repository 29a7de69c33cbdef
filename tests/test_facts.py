"""Facts: numbers by value and kind, names, negations and hedges, by worked examples."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.facts import hedges, missing_names, missing_numbers, names, negations, numbers, stems


def read(text):
    """Each number of a text as (value, kind)."""
    return [(str(number.value.normalize().__format__("f")), number.kind) for number in numbers(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1,234,567", [("1234567", "")]),
        ("1,234.50", [("1234.5", "")]),
        (".5 and 0.25", [("0.5", ""), ("0.25", "")]),
        ("1,2,3", [("1", ""), ("2", ""), ("3", "")]),
        ("in 2019.", [("2019", "")]),
        ("$5", [("5", "$")]),
        ("US$5", [("5", "$")]),
        ("5 dollars", [("5", "$")]),
        ("5€", [("5", "€")]),
        ("€5 and £6", [("5", "€"), ("6", "£")]),
        ("$5 or $6", [("5", "$"), ("6", "$")]),
        ("A$5", [("5", "a$")]),  # neither 5 nor US dollars
        ("$1.5 billion", [("1500000000", "$")]),
        ("1,500 million dollars", [("1500000000", "$")]),
        ("£2.5m", [("2500000", "£")]),
        ("$3bn", [("3000000000", "$")]),
        ("40k", [("40000", "")]),
        ("12%", [("12", "%")]),
        ("12 per cent", [("12", "%")]),
        ("twelve percent", [("12", "%")]),
        ("-5%", [("-5", "%")]),
        ("−$5", [("-5", "$")]),
        ("2010-2012", [("2010", ""), ("2012", "")]),  # a range, not minus 2012
        ("$10–$12", [("10", "$"), ("12", "$")]),
        ("10 to 20 percent", [("10", ""), ("20", "%")]),
        ("the 3rd and the fourth", [("3", "th"), ("4", "th")]),
        ("the 1990s", [("1990", "s")]),
        ("twenty-one", [("21", "")]),
        ("two hundred", [("200", "")]),
        ("two hundred and fifty", [("250", "")]),
        ("five hundred thousand", [("500000", "")]),
        ("three million two hundred thousand", [("3200000", "")]),
        ("five million dollars", [("5000000", "$")]),
        ("two dozen", [("24", "")]),
        ("one million", [("1000000", "")]),
        ("no one waited a second", []),
        ("COVID19 in Q3 of 2021", [("2021", "")]),
        ("", []),
    ],
)
def test_a_number_is_read_by_value_and_kind(text, expected):
    assert read(text) == expected


@given(st.integers(-(10**9), 10**9))
def test_thousands_separators_change_nothing(n):
    assert (
        [number.value for number in numbers(f"{n:,}")] == [number.value for number in numbers(str(n))] == [n]
    )


@given(st.text("0123456789.,$%- abcdehmnotuy", max_size=80))
def test_the_span_of_a_number_is_where_it_stands(text):
    found = numbers(text)
    assert all(0 <= n.span[0] < n.span[1] <= len(text) and n.value == n.value for n in found)
    assert [n.span for n in found] == sorted(n.span for n in found)
    assert missing_numbers(text, text) == []


@given(st.text(max_size=120))
def test_a_text_misses_nothing_of_itself(text):
    assert missing_numbers(text, text) == missing_names(text, text) == []


@pytest.mark.parametrize(
    "text",
    ["1," * 100_000, "1" * 100_000, "1,111" * 50_000, "one-" * 50_000, "1." * 50_000, "$ " * 50_000,
     "a." * 50_000, "more than " * 20_000],
    ids=["commas", "digits", "thousands", "words", "points", "signs", "dots", "hedges"],
)  # fmt: skip
def test_hostile_repetition_takes_linear_time(text):
    n_found = len(numbers(text)) + len(names(text)) + len(hedges(text)) + negations(text)
    assert n_found <= len(text)


def test_a_long_number_is_compared_to_its_last_digit_and_an_endless_one_is_no_error():
    account = "1234567890" * 4
    assert missing_numbers(f"no. {account}1", f"no. {account}2") == [f"{account}1"]
    assert missing_numbers(f"no. -{account}1", f"no. -{account}2") == [f"-{account}1"]
    assert missing_numbers(f"no. {account}1", f"no. {account}1") == []
    assert len(numbers("1" * 2_000_000)) == 1


@pytest.mark.parametrize(
    ("claim", "cited", "missing"),
    [
        ("It paid $1.5 billion.", "It paid 1,500 million dollars.", []),
        ("It paid $1.5 billion.", "It paid $1.5 million.", ["$1.5 billion"]),
        ("It paid $5.", "It paid €5.", ["$5"]),
        ("It rose 5%.", "It rose 5.", ["5%"]),
        ("It rose 5%.", "It rose five per cent.", []),
        ("It rose 5%.", "It fell -5%.", ["5%"]),
        ("in three quarters", "in the third quarter", ["three"]),
        ("in 1990", "in the 1990s", ["1990"]),
        ("two hundred", "two hundred and fifty", ["two hundred"]),
        ("5 and 6", "6 and 5", []),
        ("no numbers", "", []),
    ],
)
def test_a_number_is_missing_where_value_or_kind_differs(claim, cited, missing):
    assert missing_numbers(claim, cited) == missing


def test_names_are_capitalised_words_that_are_no_function_words():
    assert names("The mayor, Lena Ortiz, met AT&T in St. Ives. However, she left.") == [
        "Lena", "Ortiz", "AT&T", "St", "Ives",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("claim", "cited", "missing"),
    [
        ("Lena won.", "Lena's prize", []),
        ("The U.S. won", "the US team", []),
        ("Sales fell.", "Then sales fell.", []),
        ("Mr Ortiz won", "Mr Otis won", ["Ortiz"]),
        ("Q3 was good", "Q2 was good", ["Q3"]),
    ],
)
def test_a_name_is_missing_where_it_is_not_among_the_words(claim, cited, missing):
    assert missing_names(claim, cited) == missing


@pytest.mark.parametrize(
    ("text", "n"),
    [("It did not sink, and nobody drowned.", 2), ("It didn't.", 1), ("It denied that.", 1), ("a knot", 0)],
)
def test_negations_are_counted(text, n):
    assert negations(text) == n


def test_hedges_are_found_in_small_letters_and_the_month_of_may_is_none():
    assert hedges("It May rise, allegedly by about half.") == {"allegedly", "about", "half"}
    assert hedges("It may rise. Estimated: 5.") == {"may", "estimated"}
    assert hedges("The maybe-ship was overboard") == set()


def test_stems_leave_function_words_out_and_keep_the_order():
    assert stems("The ships were sinking in the harbours") == ["ship", "sink", "harbour"]


def test_values_are_exact_decimals():
    assert [number.value for number in numbers("$0.1 billion")] == [Decimal(100_000_000)]
