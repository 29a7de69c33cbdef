"""What a sentence shows and its own cited words lack: a table of invented pairs, and what always holds."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.evaluate.measures.amounts import amounts, stated_units
from bot.evaluate.measures.dates import Date, dates
from bot.evaluate.measures.fabrication import fabrications
from bot.evaluate.promises import invented
from bot.facts import numbers
from bot.tables import read_row

# (sentence, cited words, contexts): every fact of the sentence is in the cited words
HELD = [
    # thousands, scale words, currencies
    ("The yard sold 1,200 boats.", "The yard sold 1200 boats.", ()),
    ("It cost $1.2 billion.", "It cost 1,200 million dollars.", ()),
    ("It cost $1.2bn.", "It cost $1,200,000,000.", ()),
    ("It cost US$5 million.", "It cost $5m.", ()),
    ("It cost 5 million euros.", "It cost €5 million.", ()),
    ("They paid 40 for it.", "They paid $40 for it.", ()),  # says less, nothing else
    ("A ticket is 50 cents.", "A ticket is $0.50.", ()),
    ("A ticket is $0.50.", "A ticket is 50 cents.", ()),
    ("It rose 5 percent.", "It rose 5%.", ()),
    ("It rose 5.0%.", "It rose 5%.", ()),
    ("Half of it burnt.", "50% of it burnt.", ()),
    ("It sank to 50% of the price.", "It sank to half the price.", ()),
    # written out, ordinals
    ("Twelve clerks left.", "12 clerks left.", ()),
    ("12 clerks left.", "Twelve clerks left.", ()),
    ("It held 1 clerk.", "It held one clerk.", ()),
    ("It has a million pages.", "It has 1,000,000 pages.", ()),
    ("It has 1 million pages.", "It has a million pages.", ()),
    ("It has half a million pages.", "It has 500,000 pages.", ()),
    ("It came 3rd.", "It came third.", ()),
    ("It came 2nd.", "It came second.", ()),
    ("The twenty-first boat sank.", "The 21st boat sank.", ()),
    ("A dozen boats sank.", "12 boats sank.", ()),
    # ranges share a unit
    ("It rose 10% at least.", "It rose 10 to 20 percent.", ()),
    ("It costs $12 million at most.", "It costs $10-12 million.", ()),
    ("It costs $10 million at least.", "It costs $10-12 million.", ()),
    ("It lasted until 2012.", "It lasted 2010–12.", ()),
    # signs
    ("Sales fell 5%.", "Sales: -5%", ()),
    ("Sales changed by -5%.", "Sales fell 5%.", ()),
    ("The loss was $4.5 million.", "Net loss | $(4.5) million", ()),
    ("Net income was (31.2).", "Net income | (31.2)", ()),
    # list numbering
    ("1. The boat sank.", "The boat sank.", ()),
    ("(2) The boat sank.", "The boat sank.", ()),
    ("3) The boat sank.", "The boat sank.", ()),
    ("First, the boat sank.", "The boat sank.", ()),
    ("The boat sank.\n2. The crew swam.", "The boat sank. The crew swam.", ()),
    # dates
    ("It opened on March 3, 2024.", "It opened on 3 March 2024.", ()),
    ("It opened on 3 March 2024.", "Opening: 2024-03-03", ()),
    ("It opened on 2024-03-03.", "It opened on the 3rd of March, 2024.", ()),
    ("It opened on Mar. 3, 2024.", "It opened on March 3rd, 2024.", ()),
    ("It opened in March 2024.", "It opened on 3 March 2024.", ()),
    ("It opened on March 3.", "It opened on 3 March 2024.", ()),
    ("It opened in March.", "Opening: 2024-03-03", ()),
    ("It opened in 2024.", "It opened on 3 March 2024.", ()),
    ("It opened on the 3rd.", "It opened on March 3.", ()),
    ("It opened in May.", "It opened on 7 May 2023.", ()),
    ("It opened on 4 March 2024.", "Opening: 3/4/2024", ()),  # or 3 April
    ("It ran from March 3 to April 5, 2024.", "It ran from 3 March 2024 until 5 April 2024.", ()),
    ("It rose by June 30, 2023.", "At June 30, 2024 and 2023 it had risen.", ()),
    ("On December 31, 2018 it was 90.", "Cash | 80 | 90", ("Year ended December 31, | 2019 | 2018",)),
    ("In March twelve clerks left.", "In March 12 clerks left.", ()),
    ("It sank in 400 B.C.", "It sank in 400 BC.", ()),
    ("It sank 400 B.C. by a 3D map.", "By a 3D map it sank about 400 B.C.", ()),
    # quarters, fiscal years
    ("Q3 was wet.", "The third quarter was wet.", ()),
    ("The third quarter was wet.", "Q3 was wet.", ()),
    ("It was wet in FY2023.", "Fiscal 2023 was wet.", ()),
    ("It was wet in fiscal 2023.", "FY23 was wet.", ()),
    # units in a heading
    ("Revenue was $1,200 million.", "Revenue | 1,200 | 900", ("(in millions of dollars)",)),
    ("Revenue was $1.2 billion.", "Revenue | 1,200 | 900", ("$ in millions",)),
    ("Revenue was 1.2 billion.", "Revenue | 1,200 | 900", ("in millions",)),
    ("Revenue was €900 thousand.", "Revenue | 1,200 | 900", ("€000",)),
    ("Revenue was $900.", "Revenue | $ | 900", ()),
    ("The margin was 5.2%.", "Margin | 5.2", ("Year | % of sales",)),
    ("The margin was -5.2%.", "Margin | (5.2)%", ()),
    ("It was £1,200 million.", "1,200", ("Revenue", "2024, £m")),  # a cell
    # names
    ("Ortiz's boat sank.", "The boat of Lena Ortiz sank.", ()),
    ("LENA ORTIZ sank.", "Lena Ortiz sank.", ()),
    ("Boats sank.", "Two boats sank.", ()),
    ("Profits sank.", "The profit sank.", ()),
    ("However, Zoe Smith left Zurich.", "Zoë Smith-Lane left Zürich.", ()),
    ("The US ship sank.", "The U.S. ship sank.", ()),
    ("The HBA sued.", "The Harbour Boat Authority sued.", ()),
    ("The DOW sued.", "The Department of Waters sued.", ()),
    ("O'Brien left.", "Then O’Brien left.", ()),
    ("Mr Ortiz left.", "Ortiz left.", ()),
    ("", "The boat sank.", ()),
]

# (sentence, cited words, contexts, what they lack)
LACKING = [
    ("The yard sold 1,300 boats.", "The yard sold 1,200 boats.", (), ["1,300"]),
    ("It cost $1.2 million.", "It cost $1.2 billion.", (), ["$1.2 million"]),
    ("It cost $5.", "It cost €5.", (), ["$5"]),
    ("It cost $5.", "It sold 5.", (), ["$5"]),
    ("It cost 1.2 million.", "It cost 1.2.", (), ["1.2 million"]),
    ("It rose 5%.", "It rose by 5 points.", (), ["5%"]),
    ("It rose 5%.", "Sales: -5%", (), ["5%"]),
    ("It rose 5.", "It rose 5%.", (), ["5"]),
    ("It rose by 15.", "It rose by 1.5.", (), ["15"]),
    ("It cost about $2 billion.", "It cost $1.96 billion.", (), ["$2 billion"]),  # rounded
    ("Thirteen clerks left.", "12 clerks left.", (), ["Thirteen"]),
    ("Three clerks left.", "The third clerk left.", (), ["Three"]),
    ("It came 4th.", "It came third.", (), ["4th"]),
    ("It has two million pages.", "It has a million pages.", (), ["two million"]),
    ("It lasted until 2013.", "It lasted 2010–12.", (), ["2013"]),
    ("The loss was $4.4 million.", "Net loss | $(4.5) million", (), ["$4.4 million"]),
    ("2. It sank 4 boats.", "2. It sank boats.", (), ["4"]),
    ("It opened on March 3, 2024.", "It opened on March 4, 2024.", (), ["March 3, 2024"]),
    ("It opened on March 3, 2024.", "It opened on April 3, 2024.", (), ["March 3, 2024"]),
    ("It opened on March 3, 2024.", "It opened on March 3, 2023.", (), ["March 3, 2024"]),
    ("It opened on 3 March 2024.", "It opened in March 2024.", (), ["3 March 2024"]),
    ("It opened on 3 March 2024.", "On 3 May 2024 and 5 March 2024 it shut.", (), ["3 March 2024"]),
    ("It opened in April.", "It opened in March.", (), ["April"]),
    ("It opened in 2023.", "It opened on 3 March 2024.", (), ["2023"]),
    ("3 clerks left.", "They left on March 3.", (), ["3"]),  # a day is no count
    ("On May 31, 2017 it was 90.", "Cash | 80 | 90", ("May 31, | 2019 | 2018",), ["May 31, 2017"]),
    ("It shut on 5 and 7 June 2020.", "It shut on 5 June 2020.", (), ["5 and 7 June 2020"]),
    ("Q3 was wet.", "The second quarter was wet.", (), ["Q3"]),
    ("It was wet in FY2023.", "Fiscal 2022 was wet.", (), ["FY2023"]),
    ("Revenue was $1,200 million.", "Revenue | 1,200 | 900", ("in millions",), ["$1,200 million"]),
    ("Revenue was $1.2 billion.", "Revenue | 1,200 | 900", ("$ in thousands",), ["$1.2 billion"]),
    ("Revenue was 1,200 million.", "Revenue | 1,200 | 900", (), ["1,200 million"]),
    ("It has 12 million boats.", "It has 12 boats.", ("in millions",), ["12 million"]),  # prose, no row
    ("The margin was 1,200%.", "Revenue | 1,200 | 5%", (), ["1,200%"]),
    ("Ortiz left.", "Lim left.", (), ["Ortiz"]),
    ("Lena Ortiz left.", "Ortiz left.", (), ["Lena"]),
    ("The HBA sued.", "The Harbour Yard sued.", (), ["HBA"]),
    ("The Harbour Boat Authority sued.", "The HBA sued.", (), ["Harbour", "Boat", "Authority"]),
    ("Žižka left.", "Zaka left.", (), ["Žižka"]),
    ("On May 2, 2020 Ortiz paid $5 to Lim.", "On May 1, 2020 Ott paid $6 to Lim.", (),
     ["May 2, 2020", "$5", "Ortiz"]),
    ("5, 5 and 5.", "6", (), ["5"]),  # once
    ("It sank 3 boats.", "", (), ["3"]),
]  # fmt: skip


@pytest.mark.parametrize(("sentence", "cited", "contexts"), HELD)
def test_nothing_is_reported_that_the_cited_words_have(sentence, cited, contexts):
    assert fabrications(sentence, [cited], contexts) == []


@pytest.mark.parametrize(("sentence", "cited", "contexts", "lacking"), LACKING)
def test_what_the_cited_words_lack_is_reported_as_written(sentence, cited, contexts, lacking):
    assert fabrications(sentence, [cited], contexts) == lacking


def test_a_year_over_a_sign_for_percent_is_a_year():
    assert fabrications("Margin, 2019: 2.9", ["2.9"], ["2019", "%", "Margin"]) == []


def test_a_sentence_without_citations_lacks_all_its_facts():
    assert fabrications("Ortiz sold 3 boats on 2 May 2020.", [], []) == ["2 May 2020", "3", "Ortiz"]


def test_all_the_cited_words_count_together():
    assert fabrications("Ortiz paid $5.", ["Ortiz paid.", "It was $5."], []) == []


def test_a_row_as_it_is_read_out_holds_to_its_words():
    header, row = "Item | 2019 | 2018", "Sales of Boats (in millions) | $(1,200) | 5.2%"
    assert fabrications(read_row(row, header), [row], [header]) == []


@given(st.text(max_size=80), st.lists(st.text(max_size=40), max_size=2))
def test_a_quoted_sentence_is_never_reported(quote, others):
    assert fabrications(quote, [*others, quote], []) == []
    assert fabrications(" ".join(["Told", quote]), ["Told", quote], others) == []


FACTS = st.sampled_from(
    ["$5", "(5)%", "1,200 million", "3 March 2024", "March 3 and 5, 2024", "12–14", "Q3", "FY24", "Lena",
     "Žižka", "3D", "B.C.", "a million", "(2)", "third", "May", "in May", "50 cents", "2010–12", "twelve",
     "| 5 |", "ﬁrst", "¾", "٣", "Zoe\u0308", "one", "-", "and", ",", ".", "\n", "in millions", "fell"]
)  # fmt: skip
TEXTS = st.lists(FACTS, max_size=8).map(" ".join)


@given(TEXTS, TEXTS, TEXTS)
def test_what_is_reported_is_in_the_sentence_and_more_cited_words_never_report_more(sentence, one, other):
    found = fabrications(sentence, [one], [])
    unmarked = re.sub(r"\s*\(2\)\s*", " ", sentence)  # as the number of an item of a list
    written = [" ".join(unicodedata.normalize("NFC", text).split()) for text in (sentence, unmarked)]
    assert all(fact and any(fact in text for text in written) for fact in found)
    assert len(found) == len(set(found))
    assert set(fabrications(sentence, [one, other], [])) <= set(found) or sentence == one


@given(TEXTS, TEXTS)
def test_words_around_the_quote_do_not_matter(sentence, around):
    assert fabrications(f"{sentence}", [f"{sentence} . {around}"], []) == []


@pytest.mark.parametrize(
    "text", ["(" * 20_000, "1," * 20_000, "March " * 10_000, "3 and " * 10_000, "$ " * 20_000, " | " * 20_000,
             "2010-" * 10_000, "May 3, " * 3_000, "in " * 20_000, "a " * 20_000]
)  # fmt: skip
def test_hostile_repetition_is_read_to_the_end(text):
    assert len(fabrications(text, [text[:-1]], [text])) <= len(text)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("a loss of $(4.5) million in (2019)", [("-4500000", "$", "$(4.5) million"), ("2019", "", "2019")]),
        (
            "£(8.1m), (5.2)% and (7%)",
            [("-8100000", "£", "£(8.1m)"), ("-5.2", "%", "(5.2)%"), ("-7", "%", "(7%)")],
        ),
        ("half a million, a dozen", [("500000", "", "half a million"), ("12", "", "a dozen")]),
    ],
)
def test_brackets_make_a_figure_negative(text, read):
    assert [(f"{a.value.normalize():f}", a.kind, text[slice(*a.span)]) for a in amounts(text)] == read


@pytest.mark.parametrize(
    ("text", "scales", "kinds"),
    [
        ("Costs rose 5% (in millions of euros)", {10**6}, {"€"}),
        ("($ in thousands, except per share)", {10**3}, {"$"}),
        ("£’000 | 2019", {10**3}, {"£"}),
        ("US$m", {10**6}, {"$"}),
        ("Year | % change", set(), {"%"}),
        ("thousands", {10**3}, set()),
        ("Revenue | 1,200 million", set(), set()),  # its own scale says nothing of other figures
        ("millions of people", set(), set()),
        ("", set(), set()),
    ],
)
def test_a_heading_states_units(text, scales, kinds):
    assert (stated_units(text).scales, stated_units(text).kinds) == (scales, kinds)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("March 3rd, 2024", [(3, 3, 2024)]),
        ("the 3rd of March, 2024", [(3, 3, 2024)]),
        ("12-Mar-2019", [(12, 3, 2019)]),
        ("from 3 to 5 March 2024", [(3, 3, 2024), (5, 3, 2024)]),
        ("between March 3 and April 5, 2024", [(3, 3, 2024), (5, 4, 2024)]),
        ("March and April 2024", [(None, 3, 2024), (None, 4, 2024)]),
        ("December 31, | 2019 | 2018", [(31, 12, 2019), (31, 12, 2018)]),
        ("In March 12 people died, on March 13 five", [(None, 3, None), (13, 3, None)]),
        ("He may come in May. May I?", [(None, 5, None)]),
        ("version 1.2.3, 45/45/2024, 2019", []),
    ],
)
def test_dates_are_read_in_their_parts(text, read):
    assert [mention.readings for mention in dates(text)] == [(Date(*parts),) for parts in read]


def test_a_row_under_heads_of_several_lines_has_nothing_made_up():
    """The head of a column is read from top to bottom: a date, a year with its unit, an ordinal."""
    header = [" | May 3, | May 4,", " | 2019 | 2018", " | €m | €m"]
    context = [{"role": "column", "quote": line, "start": 0, "end": 0} for line in header]
    citation = {"marker": 1, "quote": "Cash | 5,443 | $ 17", "context": context}
    sentence = {"text": "Cash: May 3, 2019 €m 5,443; May 4, 2018 €m $ 17", "citations": [1]}
    assert invented({"citations": [citation]}, sentence) == []
    wrong = sentence | {"text": "Cash: May 3, 2018 €m 5,443; May 4, 2018 €m $ 17"}
    assert invented({"citations": [citation]}, wrong) == ["May 3, 2018"]


def test_a_sign_before_an_amount_is_not_of_the_number_before_it():
    assert [(str(n.value), n.kind) for n in numbers("2019 $ 27")] == [("2019", ""), ("27", "$")]
    assert [n.kind for n in numbers("2018 $-; 2019 $(5)")][:2] == ["", ""]
    header, row = " | 2018 | 2019", "All Other Fees | $- | $-"
    assert fabrications(read_row(row, [header]), [row], [header]) == []
