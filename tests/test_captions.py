"""What stands outside a table: its caption and the line of its unit, above it or, in an extract, below."""

from __future__ import annotations

import pytest

from bot.captions import MAX_CAPTION_CHARACTERS, caption_line, captions

TABLE = " | 2019 | 2018\nBoats | $5 | $4"


def found(text):
    """Return the words of caption and unit of the text's first table, None where there is none."""
    spans = captions(text, text.index(" | 2019"))
    return tuple(text[slice(*span)] if span else None for span in spans)


@pytest.mark.parametrize(
    ("above", "expected"),
    [
        ("It rained. Fees are as follows (in thousands):", "Fees are as follows (in thousands):"),
        ("The harbour's fees were as follows.", "The harbour's fees were as follows."),
        ("The following table shows fees.", "The following table shows fees."),
        ("Fees of the harbour", "Fees of the harbour"),
        ("The harbour is old. It took no fees.", None),
        ("Fees of the harbour\n\n(Unaudited)", "Fees of the harbour"),
        ("11", None),  # the number of a page
        ("Low | 3 | 2", None),  # another table
        ("Fees " + "and dues " * MAX_CAPTION_CHARACTERS + "are the following:", None),
    ],
)  # fmt: skip
def test_the_line_above_a_table_is_its_caption_if_it_is_a_heading_or_announces_it(above, expected):
    assert found(f"{above}\n\n{TABLE}") == (expected, None)


@pytest.mark.parametrize("unit", ["(In millions, except fees per boat)", "Dollars in thousands"])
def test_a_line_of_units_stands_between_a_caption_and_its_table(unit):
    assert found(f"Fees of the harbour\n\n{unit}\n\n{TABLE}") == ("Fees of the harbour", unit)
    assert found(f"{unit}\n\n{TABLE}") == (None, unit)


def test_an_extract_that_opens_with_its_table_has_the_one_sentence_below_that_announces_it():
    below = "The harbour is old. Fees consist of the following (in thousands):"
    assert found(f"{TABLE}\n\n{below}") == ("Fees consist of the following (in thousands):", None)
    assert found(f"{TABLE}\n\n{below}\n\nDues are the following:") == (None, None)
    assert found(f"{TABLE}\n\nThe harbour is old.") == (None, None)


def test_what_announces_another_table_further_down_is_no_caption():
    text = f"{TABLE}\n\nDues are the following:\n\n | 2017 | 2016\nBoats | $3 | $2"
    assert found(text) == (None, None)


def test_caption_and_unit_are_read_in_one_line():
    text = f"Fees of\nthe harbour:\n\n(in $ thousands)\n\n{TABLE}"
    assert (
        caption_line(text, captions(text, text.index(" | 2019"))) == "Fees of the harbour: (in $ thousands)"
    )
    assert caption_line(text, (None, None)) == ""
