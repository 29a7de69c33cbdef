"""Sentences: spans that lose nothing, by worked examples and by invariants."""

from __future__ import annotations

import pytest
from core_fakes import sentences_of
from hypothesis import given
from hypothesis import strategies as st

from bot.sentences import WRAPPED_LINE_CHARACTERS, paragraph_spans, sentence_spans, split_sentences

# Text made of what decides: marks, abbreviations, table bars, list marks, line ends.
PIECES = st.sampled_from(
    [*".!?…,;-•|\"'”)( \n\t\u00a0", "\n\n", " | ", " ''", "\n- ", "\n1. ", "Mr.", "Inc.", "U.S.", "J.", "no",
     "The", "ran", "2019", "café", "漢字。", "🙂", "e.g.", "\r", "\x0b", "\u2028"]
)  # fmt: skip
TEXTS = st.lists(PIECES, max_size=60).map("".join) | st.text(max_size=120)


@given(TEXTS)
def test_every_character_but_white_space_is_in_exactly_one_sentence(text):
    covered = [i for start, end in sentence_spans(text) for i in range(start, end)]
    assert covered == sorted(set(covered))
    assert {i for i, character in enumerate(text) if not character.isspace()} <= set(covered)


@given(TEXTS)
def test_a_sentence_neither_starts_nor_ends_with_white_space(text):
    assert all(text[start:end].strip() == text[start:end] != "" for start, end in sentence_spans(text))


@given(TEXTS, st.data())
def test_the_spans_of_a_slice_stay_inside_it(text, data):
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    spans = list(sentence_spans(text, start, end))
    assert all(start <= a < b <= end for a, b in spans)
    assert "".join(text[a:b] for a, b in spans).split() == "".join(text[a:b] for a, b in spans).split()
    kept = {i for a, b in spans for i in range(a, b)}
    assert {i for i in range(start, end) if not text[i].isspace()} <= kept


@given(TEXTS)
def test_paragraphs_hold_all_and_no_blank_line(text):
    spans = list(paragraph_spans(text))
    assert "".join("".join(text[a:b].split()) for a, b in spans) == "".join(text.split())
    assert not any("\n\n" in text[a:b] for a, b in spans)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        (" \n\t ", []),
        ("One", ["One"]),
        ("He left. She stayed! Why? Nobody knows…", ["He left.", "She stayed!", "Why?", "Nobody knows…"]),
        ("Dr. Low left. Why?", ["Dr. Low left.", "Why?"]),
        ("J. K. Brown paid. He left.", ["J. K. Brown paid.", "He left."]),
        ("See fig. 3 and p. 12. It helps.", ["See fig. 3 and p. 12.", "It helps."]),
        ("It works at Acme Inc. The board met.", ["It works at Acme Inc.", "The board met."]),
        ("Acme Inc. (NYSE: ACM) grew. It grew.", ["Acme Inc. (NYSE: ACM) grew.", "It grew."]),
        (
            "The U.S. Treasury paid. In the U.S. The rest did not.",
            ["The U.S. Treasury paid.", "In the U.S.", "The rest did not."],
        ),
        ("Acme Inc. 2023 report", ["Acme Inc. 2023 report"]),
        ("It rose 3.5 per cent. Then it fell.", ["It rose 3.5 per cent.", "Then it fell."]),
        ("It costs approx. 5 pounds.", ["It costs approx. 5 pounds."]),
        ("He lives in the U.S. They do not.", ["He lives in the U.S.", "They do not."]),
        ("He lives in the U.S. and she does not.", ["He lives in the U.S. and she does not."]),
        ("“It sank.” Nobody cheered.", ["“It sank.”", "Nobody cheered."]),
        ('"Really?" she asked. He nodded.', ['"Really?" she asked.', "He nodded."]),
        ("(It was late.) They slept.", ["(It was late.)", "They slept."]),
        ("tokenized text . '' They slept .", ["tokenized text . ''", "They slept ."]),
        ("No spaces.Between them", ["No spaces.Between them"]),
        ("Wait... What?! Yes.", ["Wait...", "What?!", "Yes."]),
    ],
)
def test_sentences_end_where_a_reader_ends_them(text, expected):
    assert split_sentences(text) == expected


def test_a_blank_line_ends_a_sentence_without_a_mark():
    assert sentences_of("A heading\n\nA sentence. Another") == ["A heading", "A sentence.", "Another"]


def test_each_row_of_a_table_is_a_sentence():
    table = "Year | 2019 | 2018\nSales | $5 | $4\nCosts | $2. | $1"
    assert sentences_of(f"Before the table:\n{table}\nAfter it.") == [
        "Before the table:", "Year | 2019 | 2018", "Sales | $5 | $4", "Costs | $2. | $1", "After it.",
    ]  # fmt: skip


def test_each_point_of_a_list_is_a_sentence():
    assert sentences_of("- apples\n- pears and\nplums\n2) figs\n(a) dates") == [
        "- apples", "- pears and\nplums", "2) figs", "(a) dates",
    ]  # fmt: skip


def test_a_wrapped_line_goes_on_and_a_short_line_before_a_capital_does_not():
    long_line = "x" * WRAPPED_LINE_CHARACTERS
    assert sentences_of(f"{long_line}\nThe end") == [f"{long_line}\nThe end"]
    assert sentences_of(f"{long_line[1:]}\nThe end") == [long_line[1:], "The end"]
    assert sentences_of(f"{long_line[1:]}\nand the end") == [f"{long_line[1:]}\nand the end"]


@pytest.mark.parametrize(
    ("text", "n_sentences"),
    [
        ("A. B. C. " * 50_000, 1),  # initials
        ("It is. " * 50_000, 50_000),
        ("." * 100_000 + "x", 1),  # a run of marks that ends nothing
        ("word" + " ." * 50_000, 50_000),
        ("." + " ''" * 50_000 + "x", 1),
        ('."' * 50_000 + "x", 1),
        ("a | b\n" * 50_000, 50_000),
        ("\n " * 100_000, 0),
        ("." + " " * 100_000 + "x", 1),
        ("- a\n" * 50_000, 50_000),
    ],
    ids=["initials", "short", "dots", "spaced dots", "quotes", "closings", "rows", "blank", "gap", "points"],
)
def test_hostile_repetition_takes_linear_time(text, n_sentences):
    assert sum(1 for _ in sentence_spans(text)) == n_sentences
