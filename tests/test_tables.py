"""Tables in canonical text: which lines are rows, which row heads them, how a row reads."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cells import states_unit
from bot.tables import (
    MAX_HEADER_ROW_CHARACTERS,
    MAX_HEADER_ROWS,
    is_table_row,
    only_states_unit,
    read_row,
    row_at,
    rows,
)

TABLE = "Year | 2019 | 2018\nSales | $5 | $4\nCosts | $2 | $1"
TEXT = f"In millions:\n{TABLE}\n\nThe end."


@pytest.mark.parametrize("line", ["a | b", "| a |", "| a", "a |", " | 5"])
def test_a_line_with_cells_is_a_table_row(line):
    assert is_table_row(line)


@pytest.mark.parametrize("line", ["", "a sentence", "a|b", "p(a|b) is a probability"])
def test_a_line_without_cells_is_none(line):
    assert not is_table_row(line)


def kinds(text):
    """Return the kind of each row, by its first letter: "hsb" is header, sub-heading, body."""
    return "".join(row.kind[0] for row in rows(text))


def header_of(text, words):
    """Return the header rows and the sub-heading of the row that has these words."""
    row = row_at(text, text.index(words))
    return [text[slice(*span)] for span in row.head.rows], row.head.subheading and text[
        slice(*row.head.subheading)
    ]


@pytest.mark.parametrize("words", ["Sales", "Costs", "$1"])
def test_the_first_row_heads_the_others(words):
    assert header_of(TEXT, words) == (["Year | 2019 | 2018"], None)


@pytest.mark.parametrize("place", ["In millions", "The end"])
def test_outside_a_table_there_is_no_row(place):
    assert row_at(TEXT, TEXT.index(place)) is None


def test_a_table_at_the_very_start_of_the_text_has_its_header():
    assert row_at(TABLE, TABLE.index("Costs")).head.rows == ((0, len("Year | 2019 | 2018")),)


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        (
            " |  | Year ended May 31, | \n | 2019 | 2018 | 2017\n |  | (in thousands) | \nSales | 5 | 4 | 3",
            "hhhb",
        ),
        ("Fiscal years |  | \n | 2019 | 2018\nAssets: |  | \nBoats | $5 | $4", "hhsb"),
        ("(In millions) |  | \nYear ended June 30, | 2019 | 2018\nHarbour: |  | \nFees | 5 | 4", "hhsb"),
        (" | As of May 1, 2019 | \n(In millions) | As filed | Restated\nBoats | $5 | $4", "hhb"),
        (" |  | 2019 | 2018\n | Note | £m | £m\nFerries |  | 24.5 | 24.9\n |  | 24.5 | 24.9", "hhbb"),
        ("Name | Role\nAnna Low | Chair\nBo Nils | Treasurer\n | and pilot", "hbbs"),
        ("Boats | $5 | $4\nFees | $2 | —", "bb"),  # the lower half of a table: nothing heads it
        ("Assets: |  | \nBoats | $5 | $4\nDebts: |  | \nLoans | 3 | 2", "hbsb"),
        ("Fees | 2019 | 2018\nLow | n/a | 5%\nYear ended June 30, | 2017 | 2016\nLow | 4% | 3%", "hbhb"),
        ("Bond | Coupon | Due\nFirst | 4% | 2031\nDue | 2031 | 2032", "hbb"),  # years that are no heads
    ],
)
def test_header_rows_are_told_from_sub_headings_and_from_the_body(table, expected):
    assert kinds(table) == expected


def test_all_header_rows_head_a_row_and_its_sub_heading_does_up_to_a_total():
    text = (
        " | Years ended | \n | 2019 | 2018\nAssets: |  | \nBoats | 5 | 4\nTotal assets | 5 | 4\nLoans | 3 | 2"
    )
    header = [" | Years ended | ", " | 2019 | 2018"]
    assert header_of(text, "Boats") == (header, "Assets: |  | ")
    assert header_of(text, "Total") == (header, None)
    assert header_of(text, "Loans") == (header, None)


def test_new_heads_further_down_replace_those_above_and_a_unit_joins_them():
    text = " | 2019 | 2018\nFees | 5 | 4\n | (in millions) | \nPay | 3 | 2\n | 2017 | 2016\nFees | 7 | 6"
    assert header_of(text, "Pay")[0] == [" | 2019 | 2018", " | (in millions) | "]
    assert header_of(text, "Fees | 7")[0] == [" | 2017 | 2016"]


def read(text, words):
    """Return the row that has these words as it is read out."""
    row = row_at(text, text.index(words))
    return read_row(text[row.start : row.end], header_of(text, words)[0])


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        (" | Role | Pay\nLow | Mayor | none\nDue | Clerk | high", "Due: Role Clerk; Pay high"),
        ("Role | Pay | Rank\nLow | Mayor | none\nDue | Clerk | high", "Due: Clerk; high"),  # words alone
        ("Item | 2019 | 2018\nFees | 5 million | 4 million\nDue | 3 | 2", "Due: 2019 3; 2018 2"),
        ("Item | 2019 | 2018\nTerm | 5 years | 4 years\nDue | 3 | 2", "Due: 2019 3; 2018 2"),
        ("Item | 2019 | 2018\nDue | $5 | $4 | (1)", "Due: $5; $4; (1)"),
        ("Year ended May 1, | 2019 | 2018\nDue | $5 | $4 | (1)", "Due: $5; $4; (1)"),
        ("(in $) | 2019 | 2018\nDue | $5 | $4 | (1)", "Due: $5; $4; (1)"),
        ("May 1, 2019 | May 1, 2018\nDue | 5 | 4", "Due: May 1, 2019 5; May 1, 2018 4"),
        ("May 1, 2019 | May 1, 2018\nDue | 5", "Due: 5"),
        (" | Year ended May 1, | \nPart | 2019 | 2018\nDue | 5 | 4", "Due: 2019 5; 2018 4"),
        (" | Dues by period |  | \nPart | Near | Far | All\nDue | 5 | 4 | 9", "Due: Near 5; Far 4; All 9"),
    ],
)
def test_a_figure_is_read_under_the_head_of_its_column_or_under_none(table, expected):
    assert read(table, "Due |") == expected


@pytest.mark.parametrize(
    ("further_down", "expected"),
    [
        ("Parent only | 2017 | 2016", "Due: 2017 3; 2016 2"),
        (" | 2017 in millions | 2016 in millions", "Due: 2017 in millions 3; 2016 in millions 2"),
        (" | £m | £m", "Due: 2019 £m 3; 2018 £m 2"),
        (" | Budget | Actual", "Due: 3; 2"),
        ("Parent only | 2017 | Change", "Due: 3; 2"),
        (" | 2017 | Change", "Due: 2017 3; Change 2"),
        ("Method | weighed | counted", "Due: 2019 3; 2018 2"),
        ("Term | 5 years | 4 years", "Due: 2019 3; 2018 2"),
        (" | 5 million | 4 million", "Due: 2019 3; 2018 2"),
    ],
)
def test_what_may_be_new_heads_further_down_ends_the_old_ones(further_down, expected):
    assert read(f"Firm | 2019 | 2018\nFees | 5 | 4\n{further_down}\nDue | 3 | 2", "Due") == expected


def test_years_under_words_may_be_what_rows_tell_and_head_nothing():
    text = "Bond | Coupon | Due\nFirst | 4% | 2031\nEnds | 2031 | 2032\nLast | 3% | 2033"
    assert read(text, "Last") == "Last: 3%; 2033"
    assert read("Boat | Oars\nLow | 7\nHigh | 2031\nLast | 9", "Last") == "Last: Oars 9"


@pytest.mark.parametrize("label", ["Net assets", "Group", "Consolidated", "All parts", "Less: fees", "TOTAL"])
def test_a_row_of_more_than_its_group_closes_it(label):
    text = f" | 2019 | 2018\nAssets: |  | \nBoats | 5 | 4\n{label} | 5 | 4\nLoans | 3 | 2"
    assert header_of(text, label)[1] is None
    assert header_of(text, "Loans")[1] is None


def test_the_first_row_of_a_group_does_not_close_it():
    text = " | 2019 | 2018\nAssets: |  | \nNets and ropes | 5 | 4\nBoats | 5 | 4"
    assert header_of(text.replace("Nets", "Net nets"), "Boats")[1] == "Assets: |  | "


def test_a_header_is_bounded_in_rows_and_in_characters():
    many = "\n".join(f" | a{i} | b{i}" for i in range(50))
    assert len(header_of(f"{many}\nFees | 5 | 4", "Fees")[0]) == MAX_HEADER_ROWS
    long = " | ".join(["column"] * MAX_HEADER_ROW_CHARACTERS)
    assert header_of(f"{long}\nFees | 5 | 4", "Fees") == ([], None)


def test_a_very_long_table_takes_linear_time():
    text = " | 2019\n" + "\n".join(f"row {i} | {i:,}" for i in range(100_000))
    started = time.perf_counter()
    *_, last = rows(text)
    assert row_at(text, len(text) - 1) == last
    assert last.head.rows == ((0, len(" | 2019")),)
    assert time.perf_counter() - started < 20


@pytest.mark.parametrize(
    "words", ["(in thousands)", "US$000", "$ millions", "£m", "(In millions, except fees)", "%"]
)
def test_a_unit_is_known(words):
    assert states_unit(words)
    assert only_states_unit(f" | {words} | ")


@pytest.mark.parametrize("row", [" | 2019 | 2018", " | 2019 | (in millions)", " | "])
def test_a_row_that_says_more_than_a_unit_is_none(row):
    assert not only_states_unit(row)


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
    assert read_row(row, [header]) == expected


@pytest.mark.parametrize(
    ("row", "header", "expected"),
    [
        ("Sales | 5 | 4", [], "Sales: 5; 4"),
        ("Sales | 5 | 4", [" |  | Years ended", " | 2019 | 2018", " | (in $) | "], "Sales: 2019 5; 2018 4"),
        ("Sales | 5 | 4", [" | 2019 | 2018", " | £m | £m"], "Sales: 2019 £m 5; 2018 £m 4"),
        ("Sales |  | 5 | 4", [" |  | 2019 | 2018", " | Note | £m | £m"], "Sales: 2019 £m 5; 2018 £m 4"),
        (  # heads at equal distances over a full row, in the first column they span or in the middle one
            "Rate | 1 | 2 | 3 | 4",
            [" | Home |  | Abroad | ", " | 2019 | 2018 | 2019 | 2018"],
            "Rate: Home 2019 1; Home 2018 2; Abroad 2019 3; Abroad 2018 4",
        ),
        (
            "Rate | 1 | 2 | 3 | 4 | 5 | 6",
            [" |  | Home |  |  | Abroad | ", " | 19 | 18 | 17 | 19 | 18 | 17"],
            "Rate: Home 19 1; Home 18 2; Home 17 3; Abroad 19 4; Abroad 18 5; Abroad 17 6",
        ),
        (  # how far they reach is not known: they stand where they stand
            "Fees | 5 | 4 | 1 | 25%",
            [" | Ended May 1, |  |  | Share", " | 2019 | 2018 | $ | %"],
            "Fees: Ended May 1, 2019 5; 2018 4; $ 1; Share % 25%",
        ),
        (
            "Fees | 5 | 4 | 1",
            [" |  | Ended | Change", " | 2019 | 2018 | $"],
            "Fees: 2019 5; Ended 2018 4; Change $ 1",
        ),
        (
            "Fees | 5 | 4 | 1 | 2",
            [" |  | Ended |  | Change", " | 2019 | 2018 | $ | %"],
            "Fees: 2019 5; 2018 4; $ 1; % 2",
        ),
        ("Fees | 5 | 4", [" | 2019 | 2019"], "Fees: 5; 4"),  # which of the two is which
        ("Fees | 5 | 1% | 4", [" | 2019 | Change | 2018"], "Fees: 2019 5; Change 1%; 2018 4"),
        (
            "Fees | 5 | 1% | 4 | 2%",
            [" | 2019 | Share | 2018 | Share"],
            "Fees: 2019 5; Share 1%; 2018 4; Share 2%",
        ),
        ("Fees | 5 | 4", [" | 2019 | 2018", " | a | b | c"], "Fees: 5; 4"),
        ("| Fees | 5 |", ["| | 2019 |", "| | $ |"], "Fees: 2019 $ 5"),
        ("| a |", ["| b |"], "a"),
    ],
)
def test_the_heads_of_several_rows_are_joined_where_columns_are_certain(row, header, expected):
    assert read_row(row, header) == expected


CELLS = st.lists(st.text("abc 015$%(),.-", max_size=6), min_size=1, max_size=5)


@given(CELLS, CELLS)
def test_what_is_read_of_a_row_is_all_from_row_and_header(row, header):
    read = read_row(" | ".join(row), [" | ".join(header)])
    held = " ".join([*row, *header]).split()
    told = read.replace(";", " ").replace(":", " ").split()
    assert all(any(word in piece or piece in word for piece in held) for word in told)
