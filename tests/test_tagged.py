"""Facts in plain words, and those that a citation covers."""

from __future__ import annotations

from dataclasses import replace

import pytest
from core_fakes import document, evidence_of
from hypothesis import given
from hypothesis import strategies as st

from bot.cite import cite
from bot.datatypes import Fact
from bot.render import citation_json, document_json, fact_lines
from bot.tagged import fact_line, facts_within, label, value_words

TEXT = "Year | 2023 | 2022\nNet income | $96,995 | $99,803\nCosts rose."
YEAR = ("2022-09-25", "2023-09-30")
FACTS = tuple(
    Fact("us-gaap:NetIncomeLoss", TEXT.index(shown), TEXT.index(shown) + 6, f"{shown.replace(',', '')}000000",
         "USD", *period, scale=6, decimals="-6")
    for shown, period in (("96,995", YEAR), ("99,803", ("2021-09-26", "2022-09-24")))
)  # fmt: skip
FILING = replace(document(TEXT), facts=FACTS, n_hidden_facts=3)


def test_a_citation_tells_the_facts_that_it_covers():
    row = "Net income | $96,995 | $99,803"
    citation = cite(evidence_of(TEXT, row), FILING, marker=1, support=1.0)
    assert citation.facts == FACTS
    told = citation_json(citation)["facts"]
    assert told[0] == {
        "concept": "us-gaap:NetIncomeLoss", "label": "Net income loss", "value": "96995000000", "unit": "USD",
        "period_start": "2022-09-25", "period_end": "2023-09-30", "scale": 6, "sign": "", "decimals": "-6",
        "dimensions": {}, "start": FACTS[0].start, "end": FACTS[0].end, "quote": "96,995",
        "line": "Net income loss, 2022-09-25 to 2023-09-30: $96,995,000,000",
    }  # fmt: skip
    assert told[1]["quote"] == "99,803"
    assert cite(evidence_of(TEXT, "Costs rose."), FILING, marker=1, support=1.0).facts == ()


def test_a_document_lists_its_facts():
    assert [fact["quote"] for fact in document_json(FILING)["facts"]] == ["96,995", "99,803"]
    assert document_json(FILING)["n_hidden_facts"] == 3
    lines = fact_lines(FILING).splitlines()
    assert lines[0].split(maxsplit=2)[1:] == ["96,995", fact_line(FACTS[0])]
    assert lines[-1] == "2 facts shown in the text; 3 more are in its hidden header"
    assert fact_lines(document(TEXT)) == "0 facts shown in the text"


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(1, 9))), st.integers(0, 30), st.integers(0, 30))
def test_facts_within_are_those_that_lie_there_whole(places, start, length):
    facts = [Fact("x", at, at + n, "1") for at, n in sorted(places)]
    end = start + length
    assert list(facts_within(facts, start, end)) == [f for f in facts if start <= f.start and f.end <= end]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("us-gaap:NetIncomeLoss", "Net income loss"),
        ("us-gaap:EPSDiluted", "EPS diluted"),
        ("dei:Security12bTitle", "Security 12 b title"),
        ("x", "X"),
        ("x:", "x:"),
    ],
)
def test_a_concept_in_words(name, words):
    assert label(name) == words


@pytest.mark.parametrize(
    ("value", "unit", "words"),
    [
        ("1234", "USD", "$1,234"),
        ("-5.25", "USD/shares", "-$5.25 a share"),
        ("12000", "shares", "12,000 shares"),
        ("0.155", "pure", "0.155"),
        ("2023-09-30", "", "2023-09-30"),
        (None, "USD", "none reported"),
        ("7", "CHF", "7 CHF"),
    ],
)
def test_a_value_in_words(value, unit, words):
    assert value_words(Fact("x", 0, 1, value, unit)) == words


def test_a_part_of_the_company_is_named():
    part = (("a:Axis", "x:PumpsMember"),)
    fact = Fact("us-gaap:Revenues", 0, 1, "5", "USD", "", "2023-12-31", dimensions=part)
    assert fact_line(fact) == "Revenues, Pumps, 2023-12-31: $5"
