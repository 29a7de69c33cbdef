"""Answers that are reckoned from the cells of a table: which, from which cells, and how they are shown."""

from __future__ import annotations

import re
from dataclasses import asdict, replace
from decimal import Decimal

import pytest
from core_fakes import document, evidence_of

from bot.cite import shown
from bot.computed.expression import Expression, read_back
from bot.computed.figures import Figure, figure_of, scale_of
from bot.computed.grid import lines_of
from bot.computed.periods import asked_periods, period_of
from bot.computed.question import Operation, readings
from bot.computed.sentence import computed
from bot.datatypes import Status
from bot.evaluate.promises import invented

TABLE = """Sales of the yard by kind:
(in millions)
 | 2019 | 2018 | 2017
Boats:
Rowing | $12.0 | $10.0 | $8.0
Other | 1.5 | 1.0 | 0.8
Total boats | 13.5 | 11.0 | 8.8
Engines | 4 | 5 | —
Costs of steel | (7) | (9) | (6)
Operating income (loss) | (2) | 3 | 1
Margin | 12.5% | 11.0% | 10.0%""".replace("Boats:", "Boats: |  |  | ")


def told(question, text=TABLE, *, best="Engines"):
    """Return the computed sentence's text, None where there is none; `best` opens the best evidence's row."""
    row = next(line for line in text.split("\n") if line.startswith(best))
    found = computed(question, [evidence_of(text, row)], lambda _: document(text), marker=1)
    return found.sentence.text if found else None


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        (
            "What was the change in rowing boats from 2018 to 2019?",
            "Rowing (Boats), change from 2018 to 2019: $12.0 million − $10.0 million = $2.0 million",
        ),
        (
            "What was the percentage change in total boats between 2017 and 2018?",
            "Total boats, percentage change from 2017 to 2018: "
            "(11.0 million − 8.8 million) / 8.8 million = 25%",
        ),
        (
            "What is the average of total boats for 2017, 2018 and 2019?",
            "Total boats, average of 2019, 2018 and 2017: "
            "(13.5 million + 11.0 million + 8.8 million) / 3 = 11.1 million",
        ),
        (
            "What is the sum of engines in 2018 and 2019?",
            "Engines, total of 2019 and 2018: 4 million + 5 million = 9 million",
        ),
        (
            "What was the ratio of engines to total boats in 2018?",
            "Engines to Total boats, 2018: 5 million / 11.0 million ≈ 0.45 (rounded)",
        ),
        (
            "What were engines as a percentage of total boats in 2018?",
            "Engines as a percentage of Total boats, 2018: 5 million / 11.0 million ≈ 45.45% (rounded)",
        ),
        (
            "What is the difference between engines and total boats in 2018?",
            "Total boats less Engines, 2018: 11.0 million − 5 million = 6.0 million",
        ),
        (
            "How much did engines decrease in 2019?",
            "Engines, change from 2018 to 2019: 4 million − 5 million = −1 million",
        ),
        (
            "What was the change in the margin from 2017 to 2019?",
            "Margin, change from 2017 to 2019: 12.5% − 10.0% = 2.5 percentage points",
        ),
        (
            "What was the change in operating income (loss) between 2018 and 2019?",
            "Operating income (loss), change from 2018 to 2019: −2 million − 3 million = −5 million",
        ),
        (
            "How many years did total boats exceed $10 million?",
            "Total boats, over the figure asked for in 2019 and 2018: "
            "count of 13.5 million; 11.0 million = 2",
        ),
    ],
)
def test_what_is_asked_is_reckoned_and_shown_with_its_figures(question, answer):
    assert told(question) == answer


@pytest.mark.parametrize(
    "question",
    [
        "What were engines in 2019?",  # a cell is the answer
        "Why was there an increase in engines in 2019?",
        "What was the change in engines from 2017 to 2018?",  # 2017 is a dash: a nil that is not written
        "What was the change in engines from 2015 to 2019?",
        "What was the change in engines?",  # between which of three years?
        "What was the change in sales from 2018 to 2019?",  # of no row
        "What was the change in the average of engines from 2018 to 2019?",
        "What was the percentage change in the margin from 2018 to 2019?",  # of percent, or in points?
        "What was the percentage change in operating income (loss) from 2018 to 2019?",  # from gain to loss
        "What was the change in costs of steel from 2018 to 2019?",  # does a cost in brackets rise or fall?
        "What were total boats in 2018 and 2019, respectively?",
    ],
)
def test_what_is_not_certain_is_left_alone(question):
    assert told(question) is None


def test_the_difference_between_two_things_is_not_the_change_of_a_line_with_the_words_of_both():
    text = "Year | 2019 | 2018\nRevenue | 9 | 7\nCost of revenue | 5 | 4"
    asked = "What is the difference between revenue and cost of revenue in 2019?"
    assert told(asked, text, best="Revenue") == "Revenue less Cost of revenue, 2019: 9 − 5 = 4"
    asked = "What is the sum of revenue and cost of revenue in 2018 and 2019?"
    assert told(asked, text, best="Revenue") is None


def test_two_rows_of_one_name_are_told_apart_by_their_heading_or_left_alone():
    text = "Year | 2019 | 2018\nAssets: |  | \nOther | 5 | 4\nDebts: |  | \nOther | 3 | 1"
    assert told("What was the change in other from 2018 to 2019?", text, best="Other") is None
    assert told("What was the change in other debts from 2018 to 2019?", text, best="Other") == (
        "Other (Debts), change from 2018 to 2019: 3 − 1 = 2"
    )


def test_two_columns_of_one_year_are_told_apart_by_the_question_or_left_alone():
    text = " | Quarter ended June 2019 | Half ended June 2019 | Quarter ended June 2018\nSales | 5 | 9 | 4"
    assert told("What was the change in sales from 2018 to 2019?", text, best="Sales") is None
    asked = "What was the change in sales of the quarter ended June from 2018 to 2019?"
    assert told(asked, text, best="Sales").endswith(": 5 − 4 = 1")


@pytest.mark.parametrize(
    ("unit", "result"),
    [
        ("(in thousands)", "$445,000 thousand"),
        ("($ millions, except per share)", "$445,000 million"),
        ("(in millions, shares in thousands)", None),  # which of the two is not certain
        ("Tax", "$445,000"),  # "000" at the end of a figure is no unit
    ],
)
def test_a_result_is_counted_in_what_the_table_says(unit, result):
    text = f"{unit} | 2019 | 2018\nIncome tax | $1,609,000 | $1,164,000"
    found = told("What was the change in income tax from 2018 to 2019?", text, best="Income tax")
    assert (found and found.rpartition(" = ")[2]) == result


def test_periods_may_run_down_a_table():
    text = "Year | Leases | Loans\n2020 | 7 | 5\n2021 | 9 | 4"
    assert told("What is the change in leases from 2020 to 2021?", text, best="2020") == (
        "Leases, change from 2020 to 2021: 9 − 7 = 2"
    )


def test_tables_that_disagree_are_left_alone_unless_one_has_the_best_row():
    text = "Year | 2019 | 2018\nSales | 5 | 4\n\nOf one part.\n\nYear | 2019 | 2018\nSales | 3 | 1"
    rows = [evidence_of(text, "Sales | 5 | 4"), evidence_of(text, "Sales | 3 | 1")]
    prose = evidence_of(text, "Of one part.")
    question = "What was the change in sales from 2018 to 2019?"
    assert computed(question, [prose, *rows], lambda _: document(text), marker=1) is None
    assert computed(question, [rows[1], rows[0]], lambda _: document(text), marker=1).sentence.text.endswith(
        "= 2"
    )


@pytest.mark.parametrize(
    ("rival", "score", "question", "is_told"),
    [
        ("Sales | 3 | 1", 0.8, "What was the change in sales from 2018 to 2019?", False),
        ("Sales | 3 | 1", 0.2, "What was the change in sales from 2018 to 2019?", True),  # far worse evidence
        ("Sales of owls | 3 | 1", 0.8, "What was the change in sales from 2018 to 2019?", True),
        ("Sales | 5 | 4", 0.8, "What was the change in sales from 2018 to 2019?", True),  # the same figures
        ("Sales | 3 | 1", 0.8, "What was the change in the sales of Arkwell from 2018 to 2019?", True),
    ],
)
def test_another_document_with_the_same_line_leaves_it_open_unless_the_question_tells(
    rival, score, question, is_told
):
    texts = {
        "one": "Arkwell\n\nYear | 2019 | 2018\nSales | 5 | 4",
        "two": f"Borwell\n\nYear | 2019 | 2018\n{rival}",
    }
    evidence = [
        evidence_of(texts["one"], "Sales | 5 | 4", name="one", score=0.9),
        evidence_of(texts["two"], rival, name="two", score=score),
    ]
    documents = {piece.passage.doc_id: document(piece.passage.text) for piece in evidence}
    found = computed(question, evidence, documents.__getitem__, marker=1)
    assert (found is not None) == is_told


def test_the_name_of_the_company_is_no_word_of_the_line():
    text = "Year | 2019 | 2018\nSales | 5 | 4"
    named = replace(document(text), title="Arkwell Works, annual report")
    evidence = [evidence_of(text, "Sales | 5 | 4")]
    question = "What was the change in Arkwell's sales from 2018 to 2019?"
    assert computed(question, evidence, lambda _: named, marker=1).sentence.text.endswith("= 1")
    assert computed(question, evidence, lambda _: document(text), marker=1) is None


def test_each_cell_it_takes_a_figure_from_is_cited_with_its_context():
    found = computed(
        "What was the ratio of engines to total boats in 2018?",
        [evidence_of(TABLE, "Engines | 4 | 5 | —")], lambda _: document(TABLE), marker=3,
    )  # fmt: skip
    assert [citation.quote for citation in found.citations] == ["5", "11.0"]
    assert [shown(citation) for citation in found.citations] == [
        "Engines, 2018: 5 (in millions)", "Total boats, 2018: 11.0 (in millions)",
    ]  # fmt: skip
    assert found.sentence.citations == (3, 4)
    assert (found.sentence.status, found.sentence.support) == (Status.COMPUTED, 1.0)
    for citation in found.citations:
        assert TABLE[citation.start : citation.end] == citation.quote
        assert [context.quote for context in citation.context if context.role == "column"] == ["2018"]


def test_a_figure_that_stands_twice_in_a_sum_is_cited_once_and_where_rows_are_periods_in_its_own_row():
    text = "Year | Rowing boats | Engines\n2019 | 12 | 4\n2018 | 10 | 5"
    found = computed(
        "What was the percentage change in rowing boats from 2018 to 2019?",
        [evidence_of(text, "2019 | 12 | 4")], lambda _: document(text), marker=1,
    )  # fmt: skip
    assert found.sentence.text.endswith("(12 − 10) / 10 = 20%")
    assert [shown(each) for each in found.citations] == ["2019, Rowing boats: 12", "2018, Rowing boats: 10"]


def test_a_figure_with_the_mark_of_a_note_is_no_invention_in_the_unit_of_its_table():
    text = "Sales\n\n(in millions) | 2019 | 2018\nSteel | 5 (a) | 4"
    found = computed(
        "What was the change in steel from 2018 to 2019?",
        [evidence_of(text, "Steel | 5 (a) | 4")], lambda _: document(text), marker=1,
    )  # fmt: skip
    assert [each.quote for each in found.citations] == ["5 (a)", "4"]
    made = {"citations": [asdict(each) for each in found.citations]}
    assert invented(made, asdict(found.sentence)) == []


def prediction(text=None):
    """Return a computed answer as it is evaluated, its text replaced by another."""
    found = computed(
        "What was the percentage change in rowing boats from 2018 to 2019?",
        [evidence_of(TABLE, "Rowing | $12.0 | $10.0 | $8.0")], lambda _: document(TABLE), marker=1,
    )  # fmt: skip
    sentence = asdict(found.sentence)
    return {"citations": [asdict(each) for each in found.citations]}, sentence | (
        {"text": text} if text else {}
    )


def test_the_result_of_the_shown_figures_is_nothing_made_up():
    made, sentence = prediction()
    assert sentence["text"].endswith("($12.0 million − $10.0 million) / $10.0 million = 20%")
    assert invented(made, sentence) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Rowing, 2019: ($12.0 million − $10.0 million) / $10.0 million = 21%", "21%"),
        ("Rowing, 2019: $12.0 million − $9.0 million = $3.0 million", "$9.0 million"),
        ("Rowing, 2016: $12.0 million − $10.0 million = $2.0 million", "2016"),
        ("Rowing of Vik, 2019: $12.0 million − $10.0 million = $2.0 million", "Vik"),
        ("Rowing, 2019: $12.0 thousand − $10.0 thousand = $2.0 thousand", "$12.0 thousand"),
        ("Rowing, 2019: ($12.0 million + $10.0 million) / 3 = $11.0 million", "/ 3"),
        ("Rowing grew by $2.0 million", "$2.0 million"),
    ],
)
def test_anything_else_is(text, found):
    assert any(found in fact for fact in invented(*prediction(text)))


@pytest.mark.parametrize("operation", Operation)
@pytest.mark.parametrize("written", ["5", "$1,234.50 million", "−3.25", "12.5%", "€7 thousand"])
def test_what_is_written_is_read_back(operation, written):
    """The figure by itself stands for both terms: 5 − 5 = 0, (5 + 5) / 2 = 5, count of 5; 5 = 2."""
    number, _, scale = written.partition(" ")
    term = figure_of(number, scale=scale)
    made = Expression(operation, (term, term))
    assert read_back(made.text).text == made.text
    left, sign, _ = re.split("( [=≈] )", made.text)
    assert read_back(f"{left}{sign}999") is None


def test_a_share_that_is_next_to_nothing_is_not_shown_as_nothing():
    made = Expression(Operation.SHARE, (Figure(Decimal(1)), Figure(Decimal(30_000))))
    assert made.text == "1 / 30,000 ≈ 0.0033% (rounded)"
    assert read_back(made.text) == made


@pytest.mark.parametrize(
    ("cell", "figure"),
    [
        ("$ (1,452.4)", Figure(Decimal("-1452.4"), "$")),
        ("$(4.5)", Figure(Decimal("-4.5"), "$")),
        ("(3)%", Figure(Decimal(-3), percent=True)),
        ("6,320,000 (2)", Figure(Decimal(6320000))),
        ("12", Figure(Decimal(12))),
        ("—", None),
        ("3-5", None),
        ("1,23", None),
        ("n/a", None),
        ("(5", None),
    ],
)
def test_cells_are_read_as_they_are_printed(cell, figure):
    assert figure_of(cell) == figure


def test_a_unit_of_two_scales_is_no_certain_unit():
    assert (scale_of("(in thousands, except per share)"), scale_of("(%)")) == ("thousand", "")
    assert scale_of("(in millions, shares in thousands)") is None


def test_years_are_periods_however_they_are_written():
    assert [period_of(head) for head in ("FY18", "2018/19", "2019 over 2018", "Total")] == [
        (2018,), (2018, 2019), (2019, 2018), (),
    ]  # fmt: skip
    assert asked_periods("from 2020 to 2021-2022", {(2020,), (2021, 2022)}) == ((2020,), (2021, 2022))
    assert asked_periods("for 2017-2019", {(2017,), (2018,), (2019,)}) == ((2017,), (2019,))


def test_a_question_that_asks_for_no_computation_has_no_reading():
    for question in (
        "Who signed the lease?",
        "What drove the increase in costs?",
        "How many boats sank?",
        "What does a yellow flag mean?",
        "How did the judge sum up?",
        "How much did they pay the growers?",
    ):
        assert readings(question) == []


def test_the_lines_of_a_table_have_their_figures_under_their_heads():
    rowing = lines_of(TABLE, TABLE.index(" | 2019"))[0]
    assert (rowing.name, [cell.head for cell in rowing.cells]) == ("Rowing (Boats)", ["2019", "2018", "2017"])
    assert str(rowing.cells[0].figure) == "$12.0 million"
