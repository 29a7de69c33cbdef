"""When an answer may open with yes or no, and how it is then joined to the quoted words."""

from __future__ import annotations

import pytest

from bot.datatypes import Citation, CitedSentence, Sentence, Status
from bot.evaluate.measures.fabrication import fabrications
from bot.yes_or_no import asks_yes_or_no, of_articles, of_sentence, opened

PAID = "Did Arkwell pay the fine?"
REPORTS = "Does the Herald article report that {one}, while the Courier article says {other}?"


@pytest.mark.parametrize(
    "question",
    [PAID, "Between the Herald report and the Courier report, was there a change in wages?", "Is it true?"],
)
def test_a_question_that_opens_with_its_verb_wants_yes_or_no(question):
    assert asks_yes_or_no(question)


@pytest.mark.parametrize(
    "question",
    [
        "Who paid the fine?",
        "Did Arkwell or Beta pay the fine, or did both?",
        "Was it reported before or after the strike?",
        "Is the coverage consistent or inconsistent?",
        "Is it red or blue?",
    ],
)
def test_a_question_that_offers_a_choice_does_not(question):
    assert not asks_yes_or_no(question)


@pytest.mark.parametrize(
    ("question", "told", "said"),
    [
        (PAID, "Arkwell paid the fine.", "Yes"),
        (PAID, "On Monday, Arkwell paid the fine of $5 million.", "Yes"),
        (PAID, "Arkwell did not pay the fine.", "No"),
        (PAID, "Arkwell never paid the fine.", "No"),
        ("Is the ferry safe for cars?", "The ferry isn't safe for cars.", "No"),
        ("Has the council sold the mill?", "The council has sold the mill.", "Yes"),
    ],
)
def test_a_sentence_that_says_it_or_denies_it_settles_the_question(question, told, said):
    assert of_sentence(question, told) == said


@pytest.mark.parametrize(
    "told",
    [
        "Arkwell's rivals paid the fine.",
        "Arkwell may have paid the fine.",
        "Arkwell denied that it paid the fine.",
        "The Herald wrote Arkwell paid the fine.",
        "Arkwell paid half the fine.",
        "Arkwell paid the fine collector.",
        "Arkwell sued Beta, which paid the fine.",
        "If sued, Arkwell will pay the fine.",
        "Did Arkwell pay the fine?",
        "Beta paid the fine.",
        "Arkwell was fined.",
    ],
)
def test_whatever_is_less_than_certain_settles_nothing(told):
    assert of_sentence(PAID, told) is None


def test_a_heading_does_not_say_that_a_thing_exists():
    assert of_sentence("Is there a small harbour court?", "Small harbour court") is None


def test_a_clause_that_denies_what_its_sentence_does_not_is_not_borne_out():
    question = REPORTS.format(one="the ferry never sailed", other="the mill closed")
    pairs = [
        ("ferry never sailed", "The ferry sailed at noon.", 0.9),
        ("mill closed", "The mill closed.", 0.9),
    ]
    assert of_articles(question, pairs) == "No"


def test_clauses_that_their_sentences_bear_out_clearly_are_affirmed_and_others_are_left_open():
    question = REPORTS.format(one="9 ferries sailed", other="the mill closed")
    told = [
        ("9 ferries sailed", "On Monday 9 ferries sailed.", 0.8),
        ("mill closed", "The mill closed.", 0.8),
    ]
    assert of_articles(question, told) == "Yes"
    assert of_articles(question, [(told[0][0], "Some 7 ferries sailed.", 0.8), told[1]]) is None
    assert of_articles(question, [told[0], (*told[1][:2], 0.4)]) is None
    assert of_articles(question, told[:1]) is None


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("was there a change in dock wages?", "Yes"),
        ("was the coverage of dock wages consistent?", "Yes"),
        ("was the coverage of dock wages inconsistent?", "No"),
        ("was there no change in dock wages?", "No"),
        ("which of them told more?", None),
    ],
)
def test_how_articles_are_related(asked, said):
    question = f"Between the Herald report on dock wages and the Courier report on dock wages, {asked}"
    pairs = [("dock wages", "Dock wages rose.", 0.6), ("dock wages", "Dock wages fell.", 0.6)]
    assert of_articles(question, pairs) == said


def test_yes_is_joined_to_the_quoted_words_of_all_with_nothing_added():
    texts = ["Dock wages rose by 9 percent.", "“They fell,” said Ines Vale."]
    cited = [
        CitedSentence(
            Sentence(text, (marker,), 1.0, Status.QUOTED),
            (Citation(marker, "d", "d", "", "", None, None, 0, len(text), text, 1.0),),
        )
        for marker, text in enumerate(texts, start=1)
    ]
    joined = opened("Yes", cited)
    assert joined.sentence.text == f"Yes, by these words: “{texts[0]}” and ‘{texts[1]}’"
    assert joined.sentence.citations == (1, 2)
    assert joined.sentence.status == Status.SUPPORTED
    assert [citation.quote for citation in joined.citations] == texts
    assert fabrications(joined.sentence.text, texts, []) == []
