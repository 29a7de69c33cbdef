"""What companies are called, and where a question names them."""

from __future__ import annotations

import pytest

from bot.companies import aliases, as_the_company, documents_of_others, named_companies, short_name

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
    ],
)
def test_a_question_is_put_in_the_words_of_the_filing(question, asked):
    assert as_the_company(question, named_companies(question, COMPANIES)) == asked


def test_only_filings_of_other_companies_are_of_others():
    documents = {
        "1": {"company": "Corley Corp"}, "2": {"company": "CORLEY CORPORATION"},
        "3": {"company": "Arkwell Tidal, Inc."}, "4": {"title": "An article about Corley"},
    }  # fmt: skip
    assert short_name("CORLEY CORPORATION").lower() == short_name("Corley Corp").lower()
    assert documents_of_others(["Corley Corp"], documents) == {"3"}
