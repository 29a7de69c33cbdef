"""What is said of a table's row: the cells that a question asks for, and the unit of its figures."""

from __future__ import annotations

import pytest

from bot.row_forms import asked, holds_row, is_cell, read_out, read_out_cell

YEARS = [("column", " | 2019 | 2018 | 2017")]
SALES = "Sales | $5 | $4 | $3"
WIDE = [("column", " | 2019 Amount | 2019 Share | Change (%)")]


def told_of(row, context, question):
    part = asked(row, context, question)
    return part.text if part else None


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("What were sales in 2018?", "Sales, 2018: $4"),
        ("What were sales in FY18?", "Sales, 2018: $4"),
        ("How did sales change from 2017 to 2018?", "Sales: 2018 $4; 2017 $3"),
        ("How did sales change in 2019?", None),  # needs the year before
        ("What were average sales up to 2019?", None),
        ("What were sales in 2015?", None),  # no such column
        ("What were sales?", None),
        ("What were sales in 2019, 2018 and 2017?", None),  # all are asked for
    ],
)
def test_the_years_a_question_names_choose_the_cells(question, told):
    assert told_of(SALES, YEARS, question) == told


SPANS = [
    ("column", " | Second quarter ended June 30, 2018 | Second quarter ended June 30, 2017"
     " | Six months ended June 30, 2018 | Six months ended June 30, 2017"),
]  # fmt: skip
DAYS = [("column", " | May 3, 2019 | February 1, 2019 | May 4, 2018")]


@pytest.mark.parametrize(
    ("context", "question", "told"),
    [
        (SPANS, "What were sales in the second quarter of 2018?", "Second quarter ended June 30, 2018: 9"),
        (SPANS, "What were sales in the first six months of 2017?", "Six months ended June 30, 2017: 15"),
        (SPANS, "What were sales for the nine months of 2017?", None),  # no such column: all of the year
        (DAYS, "What were sales on February 1, 2019?", "February 1, 2019: 8"),
        (SPANS, "How did sales change in the second quarter of 2018?", None),
    ],
)
def test_the_day_and_the_length_of_time_choose_among_cells_of_a_year(context, question, told):
    found = told_of(
        "Sales | 9 | 8 | 17 | 15" if context is SPANS else "Sales | 9 | 8 | 17", context, question
    )
    if told:
        assert found == f"Sales, {told}"
    else:
        assert found is None or "; " in found


def test_a_word_of_the_label_does_not_make_it_a_sum():
    row, heads = "Total sales | $5 | $4", [("column", "Year | 2019 | 2018")]
    assert told_of(row, heads, "What were total sales in 2018?") == "Total sales, 2018: $4"
    assert asked("Sales | $5 | $4", heads, "What were total sales in 2018?") is None


def test_the_words_of_a_head_choose_where_others_have_none_of_them():
    heads = [("column", " | Useful Life | Fair Value")]
    assert told_of("Trade names | 5.0 | 25", heads, "What is the fair value of trade names?") == (
        "Trade names, Fair Value: 25"
    )
    assert asked("Trade names | 5.0 | 25", heads, "How are trade names accounted for?") is None


def test_a_head_is_not_asked_for_by_the_words_of_the_row_itself():
    heads = [("column", " | Amount | Change")]
    assert asked("Net change in cash | 16 | 3", heads, "What was the net change in cash?") is None


@pytest.mark.parametrize("context", [[], [("column", "2019 | 2018")], [("caption", " | 2019 | 2018 | 2017")]])
def test_without_certain_heads_nothing_is_left_out(context):
    assert asked(SALES, context, "What were sales in 2018?") is None


@pytest.mark.parametrize(
    ("context", "unit"),
    [
        ([("unit", "(in millions)"), *YEARS], " (in millions)"),
        ([("unit", "Dollars in thousands"), *YEARS], " (Dollars in thousands)"),
        ([("column", "(in millions) | 2019 | 2018 | 2017")], " (in millions)"),
        ([("column", "Year ended May 31, (US$ million) | 2019 | 2018 | 2017")], " (US$ million)"),
        ([*YEARS, ("unit", " | (in thousands) |  | ")], " (in thousands)"),
        ([("column", " | 2019 $m | 2018 $m | 2017 $m")], ""),  # every head has it
        (
            [("caption", "Income (£ million, except per share amounts)"), *YEARS],
            " (£ million, except per share amounts)",
        ),
        ([("caption", "Income in millions"), *YEARS], ""),
        (YEARS, ""),
    ],
)
def test_what_figures_are_counted_in_stands_behind_them(context, unit):
    assert read_out(SALES, context).endswith(f"$3{unit}")


@pytest.mark.parametrize(
    "row", ["Margin | 5% | 4% | 3%", "Earnings per share | $5 | $4 | $3", "Staff | - | - | -"]
)
def test_what_is_not_counted_so_has_no_unit(row):
    assert "million" not in read_out(row, [("unit", "(in millions)"), *YEARS])


@pytest.mark.parametrize(
    ("head", "unit"),
    [
        ("Nine months ended May 31, 2019", " (in millions)"),
        ("Years ended 2019", " (in millions)"),
        ("Months", ""),
    ],
)
def test_a_head_that_says_how_long_a_period_is_keeps_the_unit(head, unit):
    assert read_out_cell("12", [("unit", "(in millions)"), ("column", head), ("row", "Ferries")]) == (
        f"Ferries, {head}: 12{unit}"
    )


def test_the_cells_that_are_asked_for_keep_the_unit():
    heads = [("unit", "(In thousands)"), ("column", " | 2019 | 2018 | Change %")]
    told = told_of("Fees | 12 | 10 | 20%", heads, "What were fees in 2018?")
    assert told == "Fees, 2018: 10 (In thousands)"


@pytest.mark.parametrize(
    ("part", "held"),
    [
        ("Sales: 2018 $4", True),
        ("Sales, 2018: $4 (in millions)", True),
        ("Sales, 2018: $5", False),
        ("Sales: 2018 $4; 2017 $3 (in millions)", True),
        ("Sales: 2018 $3", False),
        ("Costs: 2018 $4", False),
        ("Sales: 2018 $4 (in billions)", False),
        ("Sales", False),
    ],
)
def test_a_part_of_a_row_is_held_by_it(part, held):
    cited = "\n".join([read_out(SALES, YEARS), "Fees in millions, as follows (in millions)"])
    assert holds_row(cited, part) is held


def test_the_cells_of_a_part_are_counted_among_the_filled_ones_of_its_row():
    assert asked("Sales |  | $4 | $3", YEARS, "What were sales in 2017?").cells == (1,)
    assert asked(SALES, YEARS, "How did sales change from 2019 to 2017?").cells == (0, 2)


def test_a_cell_is_read_out_as_a_row_that_has_no_other():
    context = [("unit", "(in millions)"), ("column", "2018"), ("row", "Yard:"), ("row", "Sales\nabroad")]
    assert is_cell("$4", context)
    assert read_out_cell("$ 4", context) == "Sales abroad, 2018: $ 4 (in millions)"
    assert not is_cell(SALES, context)
    assert not is_cell("Sales were $4.", YEARS)


def test_a_unit_that_a_head_has_is_not_told_again():
    assert read_out_cell("4", [("column", "2018"), ("column", "£m"), ("row", "Sales")]) == "Sales, 2018 £m: 4"


def test_a_label_may_hold_a_colon_and_a_line_end_in_the_sign_of_a_currency():
    cells = ["Less: interest, 2018: $4", "Less: interest, 2017: $3"]
    assert holds_row("\n".join(cells), "Less: interest: 2018 $4; 2017 $3")
    assert holds_row("Sales, 2018: 4 (£m)", "Sales, 2018: 4")
    assert not holds_row("Sales, 2018: 4", "Sales, 2018: 4 (£m)")


def test_a_part_of_a_row_is_held_by_its_cells_together():
    cells = ["Sales, 2018: $4", "Sales, 2017: $3"]
    assert holds_row("\n2018\n".join(cells), "Sales: 2018 $4; 2017 $3")
    assert not holds_row("\n2018\n".join(cells), "Sales: 2018 $3; 2017 $4")
    assert not any(holds_row(cell, "Sales: 2018 $4; 2017 $3") for cell in cells)


@pytest.mark.parametrize(("heading", "unit"), [("Net sales mix:", ""), ("Net sales:", " (in millions)")])
def test_a_group_of_shares_is_not_counted_in_the_unit_of_the_table(heading, unit):
    context = [("unit", "(in millions)"), ("row", heading), *YEARS]
    assert read_out("Ferries | 16 | 17 | 18", context).endswith(f"18{unit}")
    cell = [("unit", "(in millions)"), ("row", heading), ("column", "2019"), ("row", "Ferries")]
    assert read_out_cell("16", cell) == f"Ferries, 2019: 16{unit}"
