"""Tables in canonical text: which lines are rows, which row heads them, how a row reads."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.tables import MAX_HEADER_CHARACTERS, is_table_row, read_row, table_header, table_header_span

TABLE = "Year | 2019 | 2018\nSales | $5 | $4\nCosts | $2 | $1"
TEXT = f"In millions:\n{TABLE}\n\nThe end."


@pytest.mark.parametrize("line", ["a | b", "| a |", "| a", "a |", " | 5"])
def test_a_line_with_cells_is_a_table_row(line):
    assert is_table_row(line)


@pytest.mark.parametrize("line", ["", "a sentence", "a|b", "p(a|b) is a probability"])
def test_a_line_without_cells_is_none(line):
    assert not is_table_row(line)


@pytest.mark.parametrize("row", ["Sales", "Costs"])
def test_the_header_of_a_row_is_the_first_row_of_its_table(row):
    start = TEXT.index(row)
    assert table_header(TEXT, start) == "Year | 2019 | 2018"
    assert TEXT[slice(*table_header_span(TEXT, start))] == "Year | 2019 | 2018"


@pytest.mark.parametrize("place", ["In millions", "Year", "The end"])
def test_outside_a_table_and_on_its_first_row_there_is_no_header(place):
    assert table_header(TEXT, TEXT.index(place)) == ""
    assert table_header_span(TEXT, TEXT.index(place)) is None


def test_a_cell_in_the_middle_of_a_row_has_the_same_header():
    assert table_header(TEXT, TEXT.index("$1")) == "Year | 2019 | 2018"


def test_a_table_at_the_very_start_of_the_text_has_its_header():
    assert table_header_span(TABLE, TABLE.index("Costs")) == (0, len("Year | 2019 | 2018"))


def test_a_very_long_header_is_cut_for_searching_but_cited_whole():
    long_header = " | ".join(["column"] * 100)
    text = f"{long_header}\na | b"
    assert table_header(text, text.index("a | b")) == long_header[:MAX_HEADER_CHARACTERS]
    assert text[slice(*table_header_span(text, text.index("a | b")))] == long_header


@pytest.mark.parametrize(
    ("row", "header", "expected"),
    [
        ("Sales | $5 | $4", "Year | 2019 | 2018", "Sales: 2019 $5; 2018 $4"),
        ("Sales | $5 | $4", "2019 | 2018", "Sales: 2019 $5; 2018 $4"),
        ("Sales | $5 | ", "Year | 2019 | 2018", "Sales: 2019 $5"),
        ("Sales | $5", "Year | 2019 | 2018", "Sales: $5"),  # no guess which year
        ("Sales | $5 | $4", "", "Sales: $5; $4"),
        ("Sales | $5 |", "| 2019 | 2018", "Sales: 2019 $5"),  # an empty last cell, an empty first header
        ("| $5 | $4", "Year | 2019 | 2018", "2019 $5; 2018 $4"),
        ("| Sales | $5 |", "| Year | 2019 |", "Sales: 2019 $5"),  # bars all round, as in Markdown
        ("Sales | ", "Year | 2019", "Sales"),
        ("Net   sales | $5", "Year |  2019", "Net sales: 2019 $5"),
    ],
)
def test_a_row_reads_as_cells_after_their_headers(row, header, expected):
    assert read_row(row, header) == expected


CELLS = st.lists(st.text("abc 015$%(),.-", max_size=6), min_size=1, max_size=5)


@given(CELLS, CELLS)
def test_what_is_read_of_a_row_is_all_from_row_and_header(row, header):
    read = read_row(" | ".join(row), " | ".join(header))
    held = " ".join([*row, *header]).split()
    told = read.replace(";", " ").replace(":", " ").split()
    assert all(any(word in piece or piece in word for piece in held) for word in told)
