"""When an answer may open with yes or no, and how it is then joined to the quoted words."""

from __future__ import annotations

import pytest

from bot.datatypes import Citation, CitedSentence, Sentence, Status
from bot.evaluate.measures.fabrication import fabrications
from bot.yes_of_articles import of_articles
from bot.yes_or_no import asks_yes_or_no, of_sentence, opened

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
        (PAID, "Arkwell paid the fine of $5 million.", "Yes"),
        (PAID, "Arkwell paid the fine in May.", "Yes"),
        (PAID, "Arkwell didn't pay the fine.", "No"),
        ("Does Arkwell own the mill?", "Arkwell owns the mill.", "Yes"),
        ("Will Arkwell pay the fine?", "Arkwell will not pay the fine.", "No"),
        ("Was Arkwell owned by Brodie?", "Arkwell was owned by Brodie.", "Yes"),
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
        "On Monday, Arkwell paid the fine.",
        "In the novel, Arkwell paid the fine.",
        "Arkwell paid the fine in the novel.",
        "Had Arkwell paid the fine, it would be free.",
        "Arkwell could have paid the fine.",
        "Arkwell would pay the fine.",
        "Arkwell will pay the fine.",
        "Arkwell can't pay the fine.",
        "Arkwell'd pay the fine.",
        "Arkwell pays the fine.",
        "Arkwell does not pay the fine.",
        "It is false to say, Arkwell paid the fine.",
        "Arkwell paid the fine, said Brodie.",
        "Arkwell paid the fine, but Brodie did not.",
        "Arkwell did not pay the fine in May, but paid it in June.",
        "Arkwell did not pay the fine in May.",
        "Arkwell did not pay the fine because it had no money.",
        "Arkwell paid a fine.",
        "Arkwell paid the fines.",
        "Arkwell paid the fine to some degree.",
        "Arkwell paid the fine as part of a story.",
        "“Arkwell paid the fine,” said Brodie.",
    ],
)
def test_whatever_is_less_than_certain_settles_nothing(told):
    assert of_sentence(PAID, told) is None


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("Is Arkwell owned by Brodie?", "Arkwell was owned by Brodie."),
        ("Was Arkwell owned by Brodie?", "Arkwell is owned by Brodie."),
        ("Is the ferry safe for cars?", "The ferry is safe for cars on calm days."),
        ("Could Arkwell pay the fine?", "Arkwell paid the fine."),
        ("Did Arkwell pay 5% more tax?", "Arkwell paid 5 more tax."),
        ("Did Arkwell found the mill?", "Arkwell found the mill."),
    ],
)
def test_another_tense_mode_or_number_settles_nothing(question, told):
    assert of_sentence(question, told) is None


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
    ("one", "other"),
    [
        ("Acme did not cut its prices.", "Acme hired no new staff."),
        ("Acme cut its prices.", "Acme hired no new staff."),
        ("Acme may cut its prices.", "Acme hired new staff."),
        ("Acme raised its prices.", "Acme hired new staff."),
        ("Brodie cut its prices.", "Acme hired new staff."),
    ],
)
def test_clauses_that_their_sentences_deny_doubt_or_turn_round_are_left_open(one, other):
    question = REPORTS.format(one="Acme cut its prices", other="Acme hired new staff")
    asked = ("Acme cut its prices", "Acme hired new staff")
    pairs = [(part, told, 0.9) for part, told in zip(asked, (one, other), strict=True)]
    assert of_articles(question, pairs) is None
    told = ("Acme cut its prices on Monday.", "Acme hired new staff.")
    assert of_articles(question, [(*pair, 0.9) for pair in zip(asked, told, strict=True)]) == "Yes"


def test_what_grew_did_not_shrink():
    pairs = [("Acme grow", "Acme shrank.", 0.9), ("Brodie grow", "Brodie shrank.", 0.9)]
    assert of_articles("Did Acme grow and Brodie grow?", pairs) is None


def test_what_is_asked_beyond_the_parts_is_left_open():
    question = "Do the Herald article on dock wages and the Courier article on dock wages both report a rise?"
    assert of_articles(question, [("dock wages", "Dock wages rose.", 0.9)] * 2) is None


ROSE, FELL = "Dock wages rose.", "Dock wages fell."
SAME = ("Dock wages rose by 9 percent.", "Dock wages rose by 9 percent in May.")


@pytest.mark.parametrize(
    ("asked", "told", "said"),
    [
        ("was there a change in dock wages?", (ROSE, FELL), "Yes"),
        ("was there no change in dock wages?", (ROSE, FELL), "No"),
        ("was there a change in dock wages?", (ROSE, "Dock wages are high."), None),
        ("was there a change in tone?", (ROSE, FELL), None),
        ("was the coverage of dock wages consistent?", SAME, "Yes"),
        ("was the coverage of dock wages inconsistent?", SAME, "No"),
        ("was the coverage of dock wages consistent?", (ROSE, FELL), None),
        ("was the coverage of dock wages inconsistent?", (ROSE, FELL), None),
        (
            "do they share the same view of dock wages?",
            ("Dock wages are a fraud.", "Dock wages are best."),
            None,
        ),
        ("was it inconsistent on dock wages?", ("Dock wages are $5.", "Dock wages are $9."), None),
        ("which of them told more?", SAME, None),
    ],
)
def test_how_articles_are_related_is_said_where_their_sentences_show_it(asked, told, said):
    question = f"Between the Herald report on dock wages and the Courier report on dock wages, {asked}"
    assert of_articles(question, [("dock wages", text, 0.6) for text in told]) == said


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
