"""Which documents a question means: by company, form, "the latest", quarter and fiscal year."""

from __future__ import annotations

import pytest
from core_fakes import HashEncoder, corpus_of
from test_answer import bot_of

from bot.ingest import ingest
from bot.scope import scope_of
from bot.workspace import Workspace

DOCUMENTS = {
    "a-year": {"company": "Arkwell Inc.", "form": "10-K", "period": "2022-12-31", "title": "Arkwell 10-K"},
    "a-q1": {"company": "Arkwell Inc.", "form": "10-Q", "period": "2023-03-31", "name": "2023 Q1 ARK"},
    "a-q2": {"company": "ARKWELL INC", "form": "10-Q", "period": "2023-06-30", "name": "2023-Q2 ARK"},
    "b-q2": {"company": "Brightwater Corp", "form": "10-Q", "period": "2023-06-30", "name": "2023 Q2 BRI"},
    "news": {"title": "The ferry of Vik", "date": "2023-07-01"},
}


def scope(question, documents=DOCUMENTS, speak_of_it=frozenset({"news"})):
    return scope_of(question, documents, lambda companies, doc_ids: speak_of_it)


def left(question, documents=DOCUMENTS):
    return set(documents) - scope(question, documents).left_out


@pytest.mark.parametrize(
    ("question", "meant"),
    [
        ("What was revenue?", set(DOCUMENTS)),
        ("What was Arkwell's revenue?", {"a-year", "a-q1", "a-q2", "news"}),
        ("Did Arkwell or Brightwater earn more?", set(DOCUMENTS)),
        ("What was revenue in Arkwell's 10-K?", {"a-year", "news"}),
        ("What does the annual report of Arkwell say?", {"a-year", "news"}),
        ("What was revenue in the 8-K?", set(DOCUMENTS)),  # there is none: nothing is left out
        ("What was Arkwell's revenue in the latest 10-Q?", {"a-q2", "news"}),
        ("What was Arkwell's revenue in the most recent quarter?", {"a-q2", "news"}),
        ("What was revenue in the latest quarter?", set(DOCUMENTS)),  # whose?
        ("What was Arkwell's revenue in Q1 2023?", {"a-year", "a-q1", "news"}),
        ("What was Arkwell's revenue in the second quarter of 2023?", {"a-year", "a-q2", "news"}),
        ("What was Arkwell's revenue in Q3 2023?", {"a-year", "a-q1", "a-q2", "news"}),
        ("Which company names Arkwell as a rival?", set(DOCUMENTS)),
        ("How does Arkwell's revenue compare with Corley's?", set(DOCUMENTS)),  # who may be called otherwise
        ("How does Arkwell's revenue compare with March 2022?", {"a-year", "a-q1", "a-q2", "news"}),
        ("What was Arkwell's revenue in the latest fiscal year?", {"a-year", "news"}),
        ("When does the last period of Arkwell's lease end?", {"a-year", "a-q1", "a-q2", "news"}),
        ("When must an 8-K be filed by Arkwell?", {"a-year", "a-q1", "a-q2", "news"}),
        ("What do the 10-Qs of Arkwell and Brightwater say?", {"a-q1", "a-q2", "b-q2", "news"}),
        ("Compare Arkwell and Brightwater in the latest 10-Q.", {"a-q2", "b-q2", "news"}),
        ("What was Arkwell's revenue in fiscal 2022?", {"a-year", "news"}),
        ("What was Arkwell's revenue in fiscal year 2021?", {"a-year", "news"}),
        ("What was Arkwell's revenue in the 2020 fiscal year?", {"a-year", "news"}),
        ("What was revenue in fiscal 2022?", {"a-year", "b-q2", "news"}),  # whose annual report there is
        (
            "What was Arkwell's revenue in fiscal 2023?",
            {"a-year", "a-q1", "a-q2", "news"},
        ),  # is not yet filed
        ("What was Arkwell's revenue in 2022?", {"a-year", "a-q1", "a-q2", "news"}),
        ("What was Arkwell's revenue in the first half of fiscal 2022?", {"a-year", "a-q1", "a-q2", "news"}),
        ("What did Arkwell earn in the quarter after fiscal 2022?", {"a-year", "a-q1", "a-q2", "news"}),
        ("What did Arkwell owe from fiscal 2021 to fiscal 2022?", {"a-year", "a-q1", "a-q2", "news"}),
        ("Was Q1 2023 better than Q2 2023 for Arkwell?", {"a-year", "a-q1", "a-q2", "news"}),
    ],
)
def test_a_question_means_these_documents(question, meant):
    assert left(question) == meant


def test_the_latest_is_of_the_only_company_where_none_is_named():
    alone = {key: told for key, told in DOCUMENTS.items() if key.startswith("a")}
    assert left("What was revenue in the latest 10-Q?", alone) == {"a-q2"}


def test_filings_alone_are_asked_in_their_own_words_and_articles_by_name():
    question = "Who audits Arkwell?"
    assert scope(question).asked == question
    filings = {key: told for key, told in DOCUMENTS.items() if key != "news"}
    assert scope(question, filings).asked == "Who audits the company?"
    assert scope("Who audits it?", filings).asked == "Who audits it?"


def test_an_article_that_never_names_the_company_is_left_out():
    found = scope("Who audits Arkwell?", speak_of_it=frozenset())
    assert "news" in found.left_out
    assert found.asked == "Who audits the company?"


ROWS = [
    {"doc_id": "ark", "title": "Arkwell 10-Q", "company": "Arkwell Inc.", "form": "10-Q",
     "text": "The Company leases the quay of Vik from its harbour master."},
    {"doc_id": "bri", "title": "Brightwater 10-Q", "company": "Brightwater Corp", "form": "10-Q",
     "text": "Our chief executive officer is Ines Quillfeather, who lives in Vik."},
]  # fmt: skip


@pytest.fixture
def filings(tmp_path):
    return corpus_of(tmp_path, ROWS)


def test_another_companys_filing_is_not_cited_but_still_among_the_hits(store, filings):
    list(ingest([filings], store=store, encoder=HashEncoder(), collection="default"))
    bot = bot_of(store)
    answer = bot.ask("Who is the chief executive officer of Arkwell?")
    assert {citation.external_id for citation in answer.citations} <= {"ark"}
    assert [hit.passage.external_id for hit in answer.hits] == ["ark", "bri"]
    assert [hit.rank for hit in answer.hits] == [1, 2]
    assert bot.retrieve("Who leads Brightwater?")[0].passage.external_id == "bri"


@pytest.mark.weights
def test_one_companys_officer_is_not_taken_for_anothers(tmp_path, filings):
    workspace = Workspace(tmp_path / "home")
    list(workspace.ingest([filings], collection="filings"))
    asked = "Who is the chief executive officer of {}?"
    right = workspace.ask(asked.format("Brightwater"), collection="filings")
    assert "Ines Quillfeather" in right.text
    wrong = workspace.ask(asked.format("Arkwell"), collection="filings")
    assert wrong.abstained
    assert wrong.fixed_text.endswith("I searched those of or about Arkwell.")
