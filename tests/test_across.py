"""A question about several filings: what it compares, what is asked of each, which lines are shown."""

from __future__ import annotations

import pytest
from core_fakes import HashEncoder, corpus_of
from test_answer import bot_of

from bot.across import facets_of
from bot.asked_of_each import asked_of_each
from bot.ingest import ingest
from bot.workspace import Workspace

QUARTERS = ("2022-09-30", "2022-12-31", "2023-03-31", "2023-06-30")
DOCUMENTS = {
    **{f"a{i}": {"company": "Arkwell Inc.", "form": "10-Q", "period": day} for i, day in enumerate(QUARTERS)},
    "b": {"company": "BRIGHTWATER CORP", "form": "10-Q", "period": "2023-06-30"},
    "news": {"title": "The ferry of Vik"},
}


def compared(question, documents=DOCUMENTS):
    return [(facet.company, facet.period) for facet in facets_of(question, documents)]


@pytest.mark.parametrize(
    "question",
    [
        "How has Arkwell's revenue changed over time?",
        "What was Arkwell's revenue in these quarters?",
        "What trends are there in Arkwell's revenue?",
        "How did Arkwell's debt develop over the last reported periods?",
        "What did Arkwell pay for oil in each quarter?",
        "How did Arkwell's sales move quarter over quarter?",
    ],
)
def test_one_company_over_time_is_asked_about_filing_by_filing(question):
    assert compared(question) == [("arkwell", day) for day in QUARTERS]


@pytest.mark.parametrize(
    "question",
    [
        "Compare the revenue of Arkwell and Brightwater.",
        "Which had more debt, Arkwell or Brightwater?",
        "Did Arkwell earn more than Brightwater in 2023?",
        "What was the revenue of Arkwell and Brightwater?",
    ],
)
def test_companies_that_are_compared_are_asked_one_by_one(question):
    assert compared(question) == [("arkwell", ""), ("brightwater", "")]


@pytest.mark.parametrize(
    "question",
    [
        "What was Arkwell's revenue?",
        "Did Arkwell pay what it owed to a court of Brightwater?",
        "How has the ferry changed over time?",
        "How did Brightwater's debt change over time?",  # it has one filing
        "Who moved from Arkwell to Brightwater?",
        "How many shares of Arkwell vest over four years?",
        "What must Arkwell repay within five years?",
    ],
)
def test_an_ordinary_question_is_not_taken_apart(question):
    assert compared(question) == []


def test_over_time_the_filings_of_one_form_are_asked():
    mixed = {
        **DOCUMENTS,
        "year": {"company": "Arkwell Inc.", "form": "10-K", "period": "2023-12-31"},
        "event": {"company": "Arkwell Inc.", "form": "8-K", "period": "2023-01-10"},
    }
    assert compared("How did Arkwell's debt develop over time?", mixed) == [
        ("arkwell", day) for day in QUARTERS
    ]


def test_of_many_filings_the_latest_are_asked():
    many = {str(i): {"company": "Arkwell", "form": "10-K", "period": f"20{i}-12-31"} for i in range(10, 20)}
    assert compared("How did Arkwell's debt develop over the years?", many) == [
        ("arkwell", f"20{i}-12-31") for i in range(15, 20)
    ]


@pytest.mark.parametrize(
    ("question", "others", "asked"),
    [
        ("How has Arkwell's revenue changed over time?", (), "What was Arkwell's revenue?"),
        (
            "Has there been any significant change in Arkwell's debt over the reported quarters? If so, why?",
            (),
            "What was Arkwell's debt?",
        ),
        ("What tax rate has Arkwell reported in these quarters?", (), "What tax rate has Arkwell reported?"),
        ("Compare the debts of Arkwell and Brightwater.", ("Brightwater",), "What was the debts of Arkwell?"),
        ("Which had more debt in 2023, Arkwell or Brightwater?", ("Arkwell",),
         "What was debt in 2023 Brightwater?"),
        ("What factors led to changes in Arkwell's margin over time?", (),
         "What factors led to changes in Arkwell's margin?"),
    ],
)  # fmt: skip
def test_each_filing_is_asked_what_it_can_answer(question, others, asked):
    assert asked_of_each(question, others) == asked


def filing(i, day, words, company="Arkwell Inc."):
    return {"doc_id": f"{company[:3].lower()}{i}", "title": f"{company} 10-Q {day}", "company": company,
            "form": "10-Q", "period": day, "text": words}  # fmt: skip


RATES = ("17%", "19%", "16%", "21%")
ROWS = [
    *(
        filing(i, day, "The Company mends ferries.\n\n"
               f"Our effective tax rate was {rate} for the three months ended {day}.")
        for i, (day, rate) in enumerate(zip(QUARTERS, RATES, strict=True))
    ),
    filing(9, "2023-06-30", "Our effective tax rate was 3% for the three months ended June 30.",
           "Brightwater Corp"),
]  # fmt: skip


@pytest.fixture
def filings(tmp_path):
    return corpus_of(tmp_path, ROWS)


def test_what_reports_repeat_word_by_word_tells_of_no_change(store, tmp_path):
    words = "Changes of our effective tax rate may affect our results."
    path = corpus_of(tmp_path, (filing(i, day, words) for i, day in enumerate(QUARTERS)))
    list(ingest([path], store=store, encoder=HashEncoder(), collection="default"))
    answer = bot_of(store).ask("How has Arkwell's effective tax rate changed over time?")
    assert len(answer.citations) <= 1


def test_the_hits_take_turns_so_that_every_filing_is_among_the_first(store, filings):
    list(ingest([filings], store=store, encoder=HashEncoder(), collection="default"))
    bot = bot_of(store)
    question = "What effective tax rate has Arkwell reported in these quarters?"
    first = ["ark0", "ark1", "ark2", "ark3"]
    assert [hit.passage.external_id for hit in bot.retrieve(question)][:4] == first
    answer = bot.ask(question)
    assert [hit.passage.external_id for hit in answer.hits][:4] == first
    assert answer.hits[-1].passage.external_id == "bri9"


@pytest.mark.weights
def test_the_same_line_of_each_report_is_quoted_in_their_order(tmp_path, filings):
    workspace = Workspace(tmp_path / "home")
    list(workspace.ingest([filings], collection="filings"))
    answer = workspace.ask("How has Arkwell's effective tax rate changed over time?", collection="filings")
    assert [c.external_id for c in answer.citations] == ["ark0", "ark1", "ark2", "ark3"]
    assert all(rate in each.text for rate, each in zip(RATES, answer.sentences, strict=True))
    answer = workspace.ask(
        "Compare the effective tax rates of Arkwell and Brightwater.", collection="filings"
    )
    assert {citation.external_id[:3] for citation in answer.citations} == {"ark", "bri"}


@pytest.mark.weights
def test_half_a_comparison_is_no_answer(tmp_path, filings):
    workspace = Workspace(tmp_path / "home")
    corpus_of(tmp_path, [*ROWS, filing(8, "2023-06-30", "The Company grows tulips.", "Corley plc")])
    list(workspace.ingest([filings], collection="filings"))
    question = "Compare the effective tax rates of Arkwell and Corley."
    assert workspace.ask(question, collection="filings").abstained
