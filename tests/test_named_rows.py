"""Rows of tables that a question names, in a period that it names."""

from __future__ import annotations

import pytest
from core_fakes import evidence_of, hits_of, ingested

from bot.named_rows import N_READ_BESIDES, before_others, named_best, with_named_rows
from bot.retrieve import Retriever

SHEET = """ | June 30, 2018 | December 31, 2017
Cash | 90 | 80
Stocks (A) | 7 | 6
Fish stocks | 5 | 4
Total | 102 | 90"""
LATER = SHEET.replace("2018", "2019").replace("2017", "2018")
PROSE = "The stocks of 2018 were counted twice."


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("How large were the stocks on June 30, 2018?", [0]),  # the very day
        ("How large were the stocks at the end of June 2018?", [0, 1]),
        ("How large were the fish stocks in 2019?", [1]),
        ("How large were the stocks in 2021?", []),
        ("How large were the stocks?", []),  # when?
        ("What was the total in 2018?", []),  # of every table
        ("Who counted in 2018?", []),
    ],
)
def test_a_row_is_named_by_its_label_and_its_time(question, named):
    assert named_best(question, hits_of(SHEET, LATER, PROSE)) == named


def test_a_row_of_another_length_of_time_is_not_named():
    quarter = " | Three Months Ended June 30, 2018 | Three Months Ended June 30, 2017\nSales | 7 | 6"
    half = quarter.replace("Three", "Six")
    assert named_best("What were sales in the first six months of 2018?", hits_of(quarter, half)) == [1]


def test_what_is_named_is_read_besides_the_first():
    hits = hits_of(PROSE, "Owls.", SHEET, "Boats.", SHEET, SHEET)
    question = "How large were the stocks on June 30, 2018?"
    assert [hit.rank for hit in with_named_rows(question, hits, 2)] == [1, 2, 3, 5]
    assert len(with_named_rows(question, hits, 2)) == 2 + N_READ_BESIDES
    assert with_named_rows("Who counted?", hits, 2) == hits[:2]


def test_a_named_row_comes_before_what_says_nothing_of_it():
    text = f"Net income of June 30, 2018 was $3.\n\n{SHEET}"
    row, other = evidence_of(text, "Stocks (A) | 7 | 6", score=0.3), evidence_of(text, "Cash | 90 | 80")
    income = evidence_of(text, "Net income of June 30, 2018 was $3.", score=0.4)
    about = evidence_of(f"{PROSE}", PROSE, score=0.4)
    question = "How large were the stocks (A) on June 30, 2018?"
    assert before_others(question, [income, other, row]) == [row, income, other]
    assert before_others(question, [about, row]) == [about, row]
    assert before_others(question, [other, row]) == [other, row]  # a row has been chosen
    assert before_others("How large were the stocks (A) in June 2018?", [income, row]) == [income, row]
    assert before_others(question, []) == []


def test_search_lifts_its_passage_half_of_the_way_to_the_best_score(store, encoder, monkeypatch):
    ingested(store, encoder, {"sheet.txt": SHEET, "owls.txt": "How large were the owls, and the stocks?"})
    retriever = Retriever(store, encoder, "default")
    question = "How large were the stocks in June 2018?"
    lifted = scores(retriever, question)
    monkeypatch.setattr("bot.retrieve.NAMED_ROW_GAIN", 0.0)
    plain = scores(retriever, question)
    assert lifted["sheet"] == pytest.approx((plain["sheet"] + 1) / 2)
    assert lifted["owls"] == plain["owls"]
    assert lifted["sheet"] < 1


def scores(retriever, question):
    return {hit.passage.external_id: hit.score for hit in retriever.search(question)}
