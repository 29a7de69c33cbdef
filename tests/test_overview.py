"""Which questions want a summary, and of what."""

from __future__ import annotations

import pytest

from bot.overview import Overview, meant, overview_of, tells_of
from bot.summary.datatypes import Length

KNOWN = {
    "a": {"title": "Tram fares to rise in April", "name": "tram-fares"},
    "b": {"title": "Morning ferry strikes the wall", "name": "ferry-courier"},
    "c": {"title": "Ferry inquiry blames a valve", "name": "ferry-inquiry"},
    "d": {"title": "Ovens go cold", "name": "strike-herald"},
    "e": {"title": "Orrin Inc. 10-K 2024-09-28", "name": "orrin", "company": "Orrin Inc.", "form": "10-K"},
}


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("Summarise the tram article.", Overview("the tram article")),
        ("Please summarize it in one sentence", Overview("", Length.SHORT, last=True)),
        (
            "Can you give me a short summary of Orrin's latest 10-K?",
            Overview("Orrin's latest 10-K", Length.SHORT),
        ),
        ("What is this article about?", Overview("", last=True)),
        ("What are these documents about?", Overview("")),
        ("TL;DR", Overview("", Length.SHORT)),
        ("Summarise everything in detail", Overview("", Length.LONG)),
        ("What are the key takeaways from the ferry inquiry?", Overview("the ferry inquiry")),
        ("What does the ferry inquiry say?", Overview("the ferry inquiry")),
        ("What are Orrin's main risk factors?", Overview("Orrin's main risk factors")),
        ("Summarize the risk factors, and describe how they have changed", Overview("the risk factors")),
        ("Tell me about the marathon", Overview("the marathon")),
        ("What do the documents say about robots?", Overview("robots")),
    ],
)
def test_a_request_for_a_summary_is_understood(question, wanted):
    assert overview_of(question) == wanted


@pytest.mark.parametrize(
    "question",
    [
        "Who won the marathon?",
        "Tell me more about him",
        "Tell me about it",
        "What is the summary compensation of the director?",
        "What was the main reason for the delay?",
        "What did the company report?",
        "Who gave an overview of the plan?",
        "When was the summary published?",
        "",
    ],
)
def test_a_question_for_one_thing_wants_no_summary(question):
    assert overview_of(question) is None


def of(question: str, nearest=("d", "b"), **options):
    found = meant(overview_of(question), KNOWN, nearest, **options)
    return found and ("".join(found.doc_ids), found.focus)


@pytest.mark.parametrize(
    ("question", "documents", "focus"),
    [
        ("Summarise the tram article", "a", ""),
        ("What does the ferry inquiry say?", "c", ""),
        ("Summarise Orrin's 10-K", "e", ""),
        ("Summarise the strike", "d", ""),  # the ferry that strikes is none
        ("Summarise the strikes article", "bd", ""),
        ("Summarise everything", "abcde", ""),
        ("Tell me about bread", "db", "bread"),
    ],
)
def test_documents_are_meant_by_name_by_topic_or_all(question, documents, focus):
    assert of(question) == (documents, focus)


def test_this_article_is_the_one_that_was_spoken_of():
    assert of("Summarise this article", goes_on=True) == ("d", "")
    assert of("Summarise this article") == ("abcde", "")


def test_more_documents_have_a_longer_summary_unless_the_question_says_how_long():
    lengths = [meant(overview_of(q), KNOWN, ["a"]).length for q in ("Summarise all", "Sum up all briefly")]
    assert lengths == [Length.LONG, Length.SHORT]
    assert meant(overview_of("Summarise the tram article"), KNOWN, ["a"]).length is Length.MEDIUM


def test_of_too_many_documents_no_summary_is_made():
    many = {str(n): {"title": f"Report {n}"} for n in range(41)}
    assert meant(Overview(""), many, ["1"]) is None


def test_nothing_found_is_nothing_meant():
    assert meant(Overview("bread"), KNOWN, ["not there"]) is None


@pytest.mark.parametrize(
    ("topic", "tells"),
    [
        ("the moon landing", False),
        ("landings", True),
        ("crop of kelp", True),
        ("kelp prices on the moon", False),
    ],
)
def test_a_document_tells_of_a_topic_where_it_has_most_of_its_words(topic, tells):
    assert tells_of(topic, "Members landed a good crop of kelp.") is tells
