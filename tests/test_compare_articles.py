"""Answers to questions about several articles: whose words, in which order, and when there are none."""

from __future__ import annotations

import json

import pytest
from core_fakes import (
    HashEncoder,
    OverlapModel,
    OverlapReranker,
    ScriptedGenerator,
    assert_cited_exactly,
    weighed,
)

from bot.abstention import NO_EVIDENCE
from bot.answer import Bot
from bot.candidates import candidates
from bot.compare import Comparison, PartHits, compare, fits, search_parts, taking_turns
from bot.datatypes import Evidence, IngestOutcome, Status, Upload
from bot.evidence import EvidenceSelector
from bot.ingest import ingest
from bot.parts import Day, Part
from bot.phrase import Phraser
from bot.prompt import PromptTemplate
from bot.retrieve import Retriever
from bot.verify import WordingVerifier

TEMPLATE = PromptTemplate("test", "[user]\n$evidence\n$question\n")
WEIGHTS = weighed(bias=-4.0, coverage=6.0, new_words=0.1, threshold=0.5)
ROWS = [
    ("h1", "The Herald", "2021-03-03", "Dock wages rose by nine percent last spring. Gulls were seen."),
    ("h2", "The Herald", "2021-06-01", "Dock wages rose again in the summer, by two percent."),
    ("c1", "Courier", "2021-03-05", "Dock wages fell for the third year, the union says."),
    ("c2", "Courier", "2021-04-01", "The lighthouse was painted white."),
    ("n1", "", "", "Arkwell was founded in 1901 by two sisters."),
    ("n2", "", "", "Brightwater was founded in 1888 on an island."),
]
BOTH = (
    "Did the Herald article report that dock wages rose by nine percent last spring, while the Courier"
    " article says dock wages fell for the third year?"
)


@pytest.fixture
def bot(store):
    rows = [
        {"doc_id": name, "title": "", "text": text} | ({"source": source, "date": date} if source else {})
        for name, source, date, text in ROWS
    ]
    upload = Upload("news.jsonl", "\n".join(map(json.dumps, rows)).encode())
    encoder = HashEncoder()
    events = list(ingest([upload], store=store, encoder=encoder, collection="default"))
    assert sum(isinstance(event, IngestOutcome) for event in events) == len(ROWS)
    return Bot(
        retriever=Retriever(store, encoder, "default"),
        reranker=OverlapReranker(),
        selector=EvidenceSelector(OverlapModel(), encoder, WEIGHTS),
        phraser=None,
    )


def cited(answer):
    return [citation.external_id for citation in answer.citations]


def test_each_article_is_quoted_in_the_order_of_the_question(bot):
    answer = bot.ask(BOTH)
    assert answer.kind == "answer"
    assert cited(answer) == ["h1", "c1"]
    assert answer.text == f"{ROWS[0][3].split('. ')[0]}. [1] {ROWS[2][3]} [2]"
    assert {sentence.status for sentence in answer.sentences} == {Status.QUOTED}
    assert 0 < answer.confidence <= 1
    assert_cited_exactly(answer, lambda doc_id: bot.retriever.store.document("default", doc_id).text)


def test_where_the_words_are_clear_yes_comes_first_and_both_are_cited(bot):
    saying = Bot(
        retriever=bot.retriever,
        reranker=bot.reranker,
        selector=bot.selector,
        phraser=Phraser(ScriptedGenerator(), WordingVerifier(), template=TEMPLATE),
    )
    answer = saying.ask(BOTH)
    assert [sentence.citations for sentence in answer.sentences] == [(1, 2)]
    assert answer.text.startswith("Yes, by these words: “")
    assert all(f"“{citation.quote}”" in answer.text for citation in answer.citations)
    assert_cited_exactly(answer, lambda doc_id: bot.retriever.store.document("default", doc_id).text)


@pytest.mark.parametrize(
    ("is_article", "is_whole", "said"), [(True, True, "Yes"), (False, True, None), (True, False, None)]
)
def test_yes_is_for_articles_and_for_all_parts_of_a_question(bot, is_article, is_whole, said):
    passage = bot.retriever.search("dock wages")[0].passage
    chosen = tuple(Evidence(passage, 0, len(text), text, 0.9) for text in (ROWS[0][3], ROWS[2][3]))
    words = ("dock wages rose by nine percent last spring", "dock wages fell for the third year")
    parts = tuple(Part(text, name="Dock", is_article=is_article) for text in words)
    assert Comparison(chosen, 0.9, parts, is_whole).yes_or_no(BOTH) == said


def test_the_date_decides_between_articles_of_one_publisher(bot):
    question = (
        "Between the Herald report on dock wages of June 1, 2021 and the Courier report on dock wages of"
    )
    assert cited(bot.ask(f"{question} March 5, 2021, was there a change in dock wages?")) == ["h2", "c1"]


def test_two_articles_of_one_publisher_are_two_documents(bot):
    answer = bot.ask(
        "Does one Herald article say that dock wages rose, while another Herald article says dock wages rose?"
    )
    assert sorted(cited(answer)) == ["h1", "h2"]


def test_an_article_of_a_publisher_that_is_not_there_is_not_answered(bot):
    answer = bot.ask(BOTH.replace("Courier", "Morning Star"))
    assert (answer.kind, answer.confidence) == ("abstention", 0.0)
    assert answer.text == f"{NO_EVIDENCE} None of them mentions “Morning” or “Star”."
    assert answer.hits


def test_words_that_an_article_does_not_have_are_not_answered(bot):
    answer = bot.ask(
        "Does the Herald article praise Quillfeather's opera, while the Courier article scorns Zorn?"
    )
    assert (answer.kind, answer.reason) == ("abstention", "no_evidence")
    assert answer.citations == ()


def test_one_article_alone_does_not_answer(bot):
    documents = bot.retriever.store.documents("default")
    hidden = frozenset(each.doc_id for each in documents if each.external_id in {"c1", "c2"})
    answer = bot.ask(BOTH, hidden=hidden)
    assert answer.abstained
    assert not hidden & {hit.passage.doc_id for hit in answer.hits}


def test_hits_are_the_parts_in_turns_and_then_the_rest(bot):
    answer = bot.ask(BOTH)
    assert [hit.passage.external_id for hit in answer.hits[:2]] == ["h1", "c1"]
    assert [hit.rank for hit in answer.hits] == list(range(1, len(ROWS) + 1))
    assert len({hit.passage.passage_id for hit in answer.hits}) == len(ROWS)
    assert list(answer.hits) == sorted(answer.hits, key=lambda hit: -hit.score)
    assert tuple(bot.retrieve(BOTH)) == answer.hits


def test_compared_names_are_each_answered_from_their_own_article(bot):
    answer = bot.ask("Which was founded first, Arkwell or Brightwater?")
    assert cited(answer) == ["n1", "n2"]


def test_names_that_no_two_articles_are_about_are_an_ordinary_question(bot):
    names = [Part(name, name=name, is_article=False) for name in ("Vik", "Lind")]
    assert search_parts(bot.retriever, "Which?", names) == []
    answer = bot.ask("Which was founded first, Arkwell or Tarvania?")
    assert answer.hits[0].stage == "reranked"


def test_an_ordinary_question_is_answered_as_ever(bot):
    answer = bot.ask("Who founded Arkwell in 1901?")
    assert cited(answer) == ["n1"]
    assert answer.hits[0].stage == "reranked"


def test_a_date_that_no_article_has_leaves_the_publisher(bot):
    (found,) = search_parts(
        bot.retriever, "dock wages", [Part("dock wages", ("The Herald",), date=Day(2020, 1, 1))]
    )
    assert sorted(hit.passage.external_id for hit in found.hits) == ["h1", "h2"]


def test_nothing_to_take_turns_with_and_nothing_to_compare(bot):
    assert taking_turns([], []) == []
    assert (
        compare(bot.retriever.encoder, [PartHits(Part("a"), ()), PartHits(Part("b"), ())], k=3).chosen == ()
    )


def test_fit_is_one_for_the_same_words_and_small_for_others(bot):
    """Cosine and share of stems are 1 and 1, and at best a little and 0."""
    trial = [c for c in candidates(bot.retriever.search("lighthouse")) if "lighthouse" in c.text]
    encoder = bot.retriever.encoder
    assert fits(encoder, trial[0].text, trial).tolist() == [pytest.approx(1.0)]
    assert fits(encoder, "Quillfeather's opera", trial)[0] <= 0.5
    assert fits(encoder, "anything", []).tolist() == []
