"""What companies are called, and where a question names them."""

from __future__ import annotations

import pytest

from bot.companies import (
    aliases,
    as_the_company,
    documents_of_others,
    mention_of,
    named_companies,
    short_name,
)

COMPANIES = (
    "Arkwell Tidal, Inc.", "BRIGHTWATER & SONS CO", "CORLEY PHARMACEUTICAL CORP /DE/",
    "Dunmore Marine Engines Corporation", "The General Motors Company", "VIK.COM, INC.",
)  # fmt: skip


@pytest.mark.parametrize(
    ("company", "called"),
    [
        ("Arkwell Tidal, Inc.", ("Arkwell Tidal",)),
        ("BRIGHTWATER & SONS CO", ("BRIGHTWATER & SONS", "B&S")),
        ("CORLEY PHARMACEUTICAL CORP /DE/", ("CORLEY PHARMACEUTICAL", "CORLEY")),
        ("Dunmore Marine Engines Corporation", ("Dunmore Marine Engines", "DME")),
        ("The General Motors Company", ("General Motors",)),
        ("VIK.COM, INC.", ("VIK.COM", "VIK")),
        ("Harrow & Co. Ltd", ("Harrow",)),
        ("Coastal Energy Operations plc", ("Coastal Energy Operations",)),  # not "CEO"
    ],
)
def test_a_company_is_called_by_its_short_names(company, called):
    assert aliases(company) == called


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("What did Arkwell Tidal earn?", ["Arkwell Tidal, Inc."]),
        ("Who runs DME, and who runs Corley?", [COMPANIES[3], COMPANIES[2]]),
        ("what did corley pharmaceutical earn?", [COMPANIES[2]]),
        ("Is a corley a kind of bird in Vik?", ["VIK.COM, INC."]),  # a word in small letters is no name
        ("Is general motors cheap?", [COMPANIES[4]]),
        ("How is the General?", []),
        ("Corleyville is a town", []),
        ("B&S's debts", [COMPANIES[1]]),
    ],
)
def test_a_question_names_them(question, named):
    assert [each.company for each in named_companies(question, COMPANIES)] == named


@pytest.mark.parametrize(
    ("question", "company", "is_named"),
    [
        ("What is the gap between revenue and cost?", "GAP INC", False),
        ("Gap between revenue and cost?", "GAP INC", False),
        ("What did Gap earn?", "GAP INC", True),
        ("what are gap's debts", "GAP INC", True),
        ("What is the target for net debt?", "TARGET CORP", False),
        ("Does cash used exceed cash earned?", "Cash Technologies Inc", False),
        ("What were sales in the USA?", "USA Technologies Inc", False),
        ("How does ROI compare?", "Retail Opportunity Investments Corp", False),
        ("What were sales in Northern Europe?", "Northern Trust Corp", False),
        ("What did Northern Trust earn?", "NORTHERN TRUST CORP", True),
        ("how many stores did gamestop operate", "GameStop Corp.", True),
    ],
)
def test_an_everyday_word_is_no_name(question, company, is_named):
    assert bool(named_companies(question, [company])) == is_named


def test_companies_of_one_name_are_all_meant_but_for_one_that_is_called_just_so():
    two = ["Micron Technology Inc", "Micron Solutions Inc"]
    assert [each.company for each in named_companies("What did Micron earn?", two)] == sorted(two)
    three = ["Discovery Communications", "Discovery, Inc."]
    assert [each.company for each in named_companies("What did Discovery earn?", three)] == [
        "Discovery, Inc."
    ]


@pytest.mark.parametrize(
    ("company", "text", "found"),
    [
        ("General Electric Co", "Shares of GE rose.", True),
        ("General Electric Co", "a general electric fault", True),
        ("General Electric Co", "the age of Ge", False),
        ("Corley Corp", "At Corley\nthe lights", True),
        ("Corley Corp", "Corleyville", False),
    ],
)
def test_a_text_names_a_company(company, text, found):
    assert bool(mention_of(company).search(text)) == found


def test_a_longer_name_is_not_also_the_shorter_one_inside_it():
    found = named_companies("Did Corley Pharmaceutical pay?", ["Corley Corp", "Corley Pharmaceutical Inc"])
    assert [(each.start, each.end, each.company) for each in found] == [(4, 25, "Corley Pharmaceutical Inc")]


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("What did Corley earn?", "What did the company earn?"),
        ("What are Corley's risks?", "What are the company's risks?"),
        ("Corley earned what?", "The company earned what?"),
        ("Does Corley Pharmaceutical Corp. owe the bank?", "Does the company owe the bank?"),
        ("Does the Corley own it?", "Does the company own it?"),
        ("Does Corley group its debts?", "Does the company group its debts?"),
    ],
)
def test_a_question_is_put_in_the_words_of_the_filing(question, asked):
    assert as_the_company(question, named_companies(question, COMPANIES)) == asked


def test_only_filings_of_other_companies_are_of_others():
    documents = {
        "1": {"company": "Corley Corp", "form": "10-K"},
        "2": {"company": "CORLEY CORPORATION", "form": "10-Q/A"},
        "3": {"company": "Arkwell Tidal, Inc.", "form": "8-K"},
        "4": {"title": "An article about Corley"},
        "5": {"company": "The Vik Herald", "form": "op-ed"},  # of a corpus: no filing
    }  # fmt: skip
    assert short_name("CORLEY CORPORATION").lower() == short_name("Corley Corp").lower()
    assert documents_of_others(["Corley Corp"], documents) == {"3"}
