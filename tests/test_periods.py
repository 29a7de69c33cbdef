"""Years, days and lengths of time, as heads of tables and questions write them."""

from __future__ import annotations

import pytest

from bot.periods import dates, spans, years


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("FY19 and 2018", {2018, 2019}),
        ("in 2018.", {2018}),
        ("$2018, 2,018 and 2018.5", set()),
        ("no year", set()),
    ],
)
def test_years(text, found):
    assert years(text) == found


def test_days_are_the_same_however_a_month_is_written():
    assert dates("Oct 1, 2022 and 2021") == dates("on October 1, 2022") == {"2022-10-01"}
    assert dates("in October 2022") == set()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Three Months Ended", {3}),
        ("the second quarter of 2018", {3}),
        ("in Q2", {3}),
        ("the thirteen weeks ended", {3}),
        ("13-week fiscal quarter", {3}),
        ("Thirty-Nine Weeks Ended", {9}),
        ("for the first six months", {6}),
        ("fiscal year 2023", {12}),
        ("fifty two weeks", {12}),
        ("in four weeks, at 2018", set()),  # nothing reports so
    ],
)
def test_how_many_months(text, found):
    assert spans(text) == found
