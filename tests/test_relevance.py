"""Gold evidence in stored documents: where it stands, and which passages are relevant for it."""

from dataclasses import replace
from itertools import pairwise

from core_fakes import document, ingested, passage
from hypothesis import given
from hypothesis import strategies as st

from bot.evaluate.gold import GoldEvidence, GoldRow
from bot.evaluate.relevance import DOCUMENTS_HELD, Relevance, Span, occurrences, page_span

FIRST, SECOND, THIRD = "The mill opened in 1887.", "It made rope.", "The mill burned down in 1901."
TEXT = f"{FIRST} {SECOND}\n\n{THIRD}"  # passages at 0, 25 and 40


def gold(*evidence: GoldEvidence) -> GoldRow:
    return GoldRow("q1", "When?", ("1887",), True, "span", evidence)


def cut(text: str, *passages: str, name: str = "mill"):
    """Return the passages of a text, which stand in it in this order."""
    found, at = [], 0
    for words in passages:
        at = text.index(words, at)
        found.append(passage(words, name=name, start=at))
        at += len(words)
    return found


def mill(text: str = TEXT, *, pages=()) -> Relevance:
    """Return the relevance in a collection of one document with the three passages above."""
    return Relevance(cut(text, FIRST, SECOND, THIRD), lambda doc_id: document(text, name=doc_id, pages=pages))


def test_a_quote_makes_the_passage_that_holds_it_relevant():
    row = gold(GoldEvidence("mill", "opened in 1887"))
    assert mill().documents(row) == {"mill"}
    assert mill().located(row) == (Span("mill", 9, 23),)
    assert mill().passages(row) == {"mill:0-24"}
    assert mill().unlocated(row) == ()


def test_a_quote_over_the_end_of_a_passage_makes_both_relevant():
    assert mill().passages(gold(GoldEvidence("mill", "1887. It"))) == {"mill:0-24", "mill:25-38"}
    assert mill().passages(gold(GoldEvidence("mill", TEXT))) == {"mill:0-24", "mill:25-38", "mill:40-69"}


def test_white_space_around_a_quote_reaches_no_other_passage():
    assert mill().passages(gold(GoldEvidence("mill", " It made rope.\n\n"))) == {"mill:25-38"}


def test_white_space_may_differ_and_the_offsets_are_those_of_the_text():
    assert mill().located(gold(GoldEvidence("mill", "made  rope. The\u00a0mill"))) == (Span("mill", 28, 48),)
    assert mill().located(gold(GoldEvidence("mill", "The millburned"))) == (Span("mill", 40, 55),)


def test_a_repeated_quote_stands_everywhere():
    """No place is better than the other: the gold file names words, and both passages hold them."""
    row = gold(GoldEvidence("mill", "The mill"))
    assert mill().places(row) == ((Span("mill", 0, 8), Span("mill", 40, 48)),)
    assert mill().passages(row) == {"mill:0-24", "mill:40-69"}


def test_a_page_decides_between_the_places_of_a_quote():
    two_pages = mill(pages=[0, 40])
    assert two_pages.located(gold(GoldEvidence("mill", "The mill", page=2))) == (Span("mill", 40, 48),)
    elsewhere = gold(GoldEvidence("mill", "made rope", page=2))
    assert two_pages.located(elsewhere) == (Span("mill", 28, 37),)


def test_whole_words_come_before_parts_of_words():
    assert occurrences("18", "In 2018, 18 of 1,800; 18.5 of 3.18") == [(9, 11)]
    assert occurrences("art", "The art of party: art") == [(4, 7), (18, 21)]
    assert occurrences("18", "In 2018 and 1801") == [(5, 7), (12, 14)]
    assert occurrences("a.c", "abc") == []
    assert occurrences("北京", "我在北京住") == [(2, 4)]


def test_a_page_makes_its_passages_relevant():
    """Page 1 ends inside of the second passage, after "It "."""
    two_pages = mill(pages=[0, 28])
    assert two_pages.located(gold(GoldEvidence("mill", page=1))) == (Span("mill", 0, 27),)
    assert two_pages.passages(gold(GoldEvidence("mill", page=1))) == {"mill:0-24", "mill:25-38"}
    assert two_pages.passages(gold(GoldEvidence("mill", page=2))) == {"mill:25-38", "mill:40-69"}


def test_pages_without_words_and_pages_that_are_not_there_are_nowhere():
    blank = document("One.\n \nThree.", pages=[0, 5, 7])
    assert [page_span(page, blank) for page in (1, 2, 3, 4)] == [(0, 4), None, (7, 13), None]
    assert page_span(1, document("One.")) is None


def test_evidence_that_is_nowhere_leaves_the_passages_unknown():
    found, lost = GoldEvidence("mill", "made rope"), GoldEvidence("mill", "made sails")
    assert mill().passages(gold(found, lost)) is None
    assert mill().places(gold(found, lost)) == ((Span("mill", 28, 37),), ())
    assert mill().located(gold(found, lost)) == (Span("mill", 28, 37),)
    assert mill().unlocated(gold(found, lost)) == (lost,)
    absent = GoldEvidence("wharf", "made rope")
    assert mill().documents(gold(absent)) == {"wharf"}
    assert mill().passages(gold(absent)) is None
    assert mill().unlocated(gold(absent)) == (absent,)
    page = GoldEvidence("mill", page=3)
    assert mill().unlocated(gold(page)) == (page,)


def test_evidence_that_names_a_document_alone_is_not_lost_but_tells_no_passage():
    whole = GoldEvidence("mill")
    assert mill().passages(gold(whole)) is None
    assert mill().unlocated(gold(whole)) == ()
    assert mill().passages(gold()) is None
    assert mill().documents(gold()) == frozenset()


def test_documents_of_one_name_are_all_looked_through():
    """Two editions have the external_id "mill"; the second alone tells of the fire."""
    texts = {"mill": f"{FIRST} {SECOND}", "second": f"{FIRST} {THIRD}"}
    editions = [
        replace(found, external_id="mill")
        for name, passages in (("mill", (FIRST, SECOND)), ("second", (FIRST, THIRD)))
        for found in cut(texts[name], *passages, name=name)
    ]
    relevance = Relevance(editions, lambda doc_id: document(texts[doc_id], name=doc_id))
    assert relevance.passages(gold(GoldEvidence("mill", "burned down"))) == {"second:25-54"}
    assert relevance.passages(gold(GoldEvidence("mill", "1887"))) == {"mill:0-24", "second:0-24"}


def test_evidence_is_looked_up_once_and_few_documents_are_held():
    fetched = []

    def document_of(doc_id):
        fetched.append(doc_id)
        return document(SECOND, name=doc_id)

    names = [f"doc{number}" for number in range(DOCUMENTS_HELD + 1)]
    relevance = Relevance([passage(SECOND, name=name) for name in names], document_of)
    assert fetched == []
    rows = [gold(GoldEvidence(name, "rope")) for name in names]
    for _ in range(2):
        assert [relevance.passages(row) for row in rows] == [{f"{name}:0-13"} for name in names]
        assert [relevance.located(row) for row in rows] == [(Span(name, 8, 12),) for name in names]
    assert fetched == names
    relevance.located(gold(GoldEvidence(names[0], "made")))  # its text was let go to make room
    assert fetched == [*names, names[0]]


def test_stored_passages_and_documents_are_found(store, encoder):
    ingested(store, encoder, {"mill.txt": f"{FIRST}\r\n{SECOND}", "wharf.txt": THIRD})
    relevance = Relevance(store.passages("default"), lambda doc_id: store.document("default", doc_id))
    row = gold(GoldEvidence("mill", "in 1887. It made"))
    (place,) = relevance.located(row)
    assert store.document("default", place.doc_id).text[place.start : place.end] == "in 1887.\nIt made"
    assert relevance.passages(row) == {
        found.passage_id for found in store.passages("default") if found.external_id == "mill"
    }


gaps = st.sampled_from([" ", "\n", "\t ", "\u00a0", "\n\n"])
spoken = st.lists(
    st.tuples(st.sampled_from(["ab", "b", "é", "(c)", "1,5", "5"]), gaps), min_size=1, max_size=12
)


@given(spoken, st.data())
def test_any_stretch_of_a_text_is_found_whatever_its_white_space(pairs, data):
    text = "".join(word + gap for word, gap in pairs)
    start = data.draw(st.integers(0, len(text) - 1))
    quote = text[start : data.draw(st.integers(start + 1, len(text)))]
    if quote.strip():
        joined = data.draw(gaps).join(quote.split())
        for wanted in (quote, joined, "".join(quote.split())):
            found = occurrences(wanted, text)
            assert found
            assert all("".join(text[a:b].split()) == "".join(quote.split()) for a, b in found)
            assert all(text[a:b] == text[a:b].strip() for a, b in found)


@given(spoken, st.lists(st.integers(0, 60), max_size=6), st.data())
def test_passages_are_those_that_share_a_character_with_the_evidence(pairs, cuts, data):
    """A plain count over all characters agrees, wherever the text is cut into passages."""
    text = "".join(word + gap for word, gap in pairs)
    edges = sorted({0, len(text), *(at for at in cuts if at < len(text))})
    spans = pairwise(edges)
    passages = [passage(text[a:b], name="mill", start=a) for a, b in spans if text[a:b].strip()]
    relevance = Relevance(passages, lambda doc_id: document(text, name=doc_id))
    row = gold(GoldEvidence("mill", data.draw(st.sampled_from([word for word, _ in pairs]))))
    inside = {at for _, a, b in relevance.located(row) for at in range(a, b) if not text[at].isspace()}
    assert relevance.passages(row) == {p.passage_id for p in passages if inside & set(range(p.start, p.end))}
