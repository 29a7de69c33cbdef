"""Which documents are meant: conditions read, compared, refused in one line; and no way around them."""

from __future__ import annotations

import pytest
from core_fakes import HashEncoder, OverlapReranker, corpus_of, ingested
from hypothesis import given
from hypothesis import strategies as st
from test_answer import bot_of

from bot.errors import UsageError
from bot.ingest import ingest
from bot.retrieve import N_FROM_EACH, Retriever
from bot.store import Store
from bot.summary.reading import documents_of
from bot.where import Where, days_of, where_in, where_of

APPLE = {
    "title": "Apple Inc. 10-K", "company": "Apple Inc.", "form": "10-K", "date": "2023-11-03",
    "period": "2023-09-30", "pages": "80",
}  # fmt: skip
ALCOA = {
    "title": "Alcoa 10-Q", "company": "ALCOA CORP", "form": "10-Q/A", "date": "2018-06-30", "pages": "1,200",
}  # fmt: skip
STORY = {
    "title": "Pine Apple pie",
    "publisher": "The Verge",
    "date": "2023-11-01T08:00",
    "source": "The Verge",
}
DOCUMENTS = {"apple": APPLE, "alcoa": ALCOA, "story": STORY}


def meant(*written):
    return where_of(written).chosen(DOCUMENTS, "all")


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("company=Apple", {"apple"}),
        ("COMPANY = apple inc", {"apple"}),
        ("company=alcoa corp", {"alcoa"}),
        ("title=apple", {"apple", "story"}),
        ("publisher=verge", {"story"}),
        ("form=10-k", {"apple"}),
        ("form=10K", {"apple"}),
        ("form!=10-K", {"alcoa", "story"}),
        ("company!=Apple", {"alcoa", "story"}),
        ("date>=2023-11-01", {"apple", "story"}),
        ("date>2023-11-01", {"apple"}),
        ("date>2023", None),
        ("date=2023", {"apple", "story"}),
        ("date=2023-11", {"apple", "story"}),
        ("date=November 3, 2023", {"apple"}),
        ("date!=2023-11-03", {"alcoa", "story"}),
        ("date<2023-11-01", {"alcoa"}),
        ("date<=2023-11-01", {"alcoa", "story"}),
        ("period<2024", {"apple"}),
        ("pages>80", {"alcoa"}),
        ("pages>=80", {"apple", "alcoa"}),
        ("pages<1,200", {"apple"}),
    ],
)
def test_a_condition_means_these_documents(written, found):
    if found is None:
        with pytest.raises(UsageError, match="no document"):
            meant(written)
    else:
        assert meant(written) == found


def test_several_conditions_must_all_hold():
    assert meant("title=apple", "date=2023-11", "form=10-K") == {"apple"}
    assert meant() == set(DOCUMENTS)


@pytest.mark.parametrize(
    ("written", "line"),
    [
        ("company Apple", r"'company Apple' is no condition: write FIELD=VALUE"),
        ("date", r"in quotes"),
        ("company=", r"no condition"),
        ("=Apple", r"no condition"),
        ("company=&", r"no word"),
        ("date>=soon", r"'soon' in 'date>=soon' is no date: give one as 2023-01-31"),
        ("date=2023-02-31", r"is no date"),
        ("company>=Apple", r"neither a date nor a number"),
    ],
)
def test_what_is_no_condition_is_refused_in_one_line(written, line):
    with pytest.raises(UsageError, match=line) as caught:
        where_of([written])
    assert "\n" not in str(caught.value)


def test_a_field_that_no_document_has_is_refused_with_those_there_are():
    with pytest.raises(
        UsageError, match=r"of 'all' has a field 'compny'; there are: company, date, form, pag"
    ):
        meant("compny=Apple")


@pytest.mark.parametrize(
    ("written", "line"),
    [
        (["company=Appel"], r"of 'all' has company=Appel; there company is: ALCOA CORP, Apple Inc\."),
        (["form=10-K", "company=Alcoa"], r"with form=10-K has company=Alcoa; there company is: Apple Inc\."),
        (["form=10-K", "publisher=Verge"], r"with form=10-K has publisher=Verge; there none has a publisher"),
        (["date>2030"], r"date runs from 2018-06-30 to 2023-11-03"),
    ],
)
def test_conditions_that_mean_no_document_name_what_there_is(written, line):
    with pytest.raises(UsageError, match=line):
        meant(*written)


@pytest.mark.parametrize("between", ["; ", ", ", " and ", "\n", ";", " AND "])
def test_one_line_holds_several_conditions(between):
    line = between.join(["company=Procter and Gamble, Inc.", "date>=2023", "form!=8-K"])
    assert where_in(line) == where_of(["company=Procter and Gamble, Inc.", "date>=2023", "form!=8-K"])
    assert where_in(str(where_in(line))) == where_in(line)
    assert where_in(" \n") == Where()


def test_a_value_goes_on_after_a_comma_before_a_digit():
    (condition,) = where_in("title=Q1, 2023=x").conditions
    assert condition.value == "Q1, 2023=x"
    with pytest.raises(UsageError, match="no condition"):
        where_of([" 2023=x"])


@given(st.text(max_size=80))
def test_any_line_is_read_or_refused_in_one_line(line):
    try:
        refused = ""
        where_in(line)
    except UsageError as error:
        refused = str(error)
    assert "\n" not in refused


@given(st.dates(), st.dates(), st.sampled_from([">=", ">", "<=", "<", "=", "!="]))
def test_dates_are_ordered_as_the_calendar_has_them(one, other, operator):
    holds = {">=": one >= other, ">": one > other, "<=": one <= other, "<": one < other, "=": one == other,
             "!=": one != other}[operator]  # fmt: skip
    assert where_of([f"date{operator}{other}"]).admits({"date": one.isoformat()}) is holds


def test_a_month_and_a_year_are_all_of_their_days():
    assert days_of("2023") == ("2023-01-01", "2023-12-31")
    assert days_of("2024-02") == ("2024-02-01", "2024-02-31")
    assert days_of("2023-13") is None
    assert days_of("next week") is None


# No way around a filter: every path of answering, over a library of many documents.

FIRMS = ("Arkwell", "Brightwater", "Corley")


def row(i, words):
    firm, year = FIRMS[i % 3], 2015 + i % 7
    return {
        "doc_id": f"d{i}", "title": f"Notes {i}", "company": f"{firm} plc", "source": f"{firm} Courier",
        "date": f"{year}-03-0{i % 9 + 1}", "text": f"{words} {firm} paid {i} crowns to the ferry of Vik.",
    }  # fmt: skip


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    """One long document that would fill both searches, and ninety short ones."""
    folder = tmp_path_factory.mktemp("where")
    store = Store.open(folder / "home")
    rows = [row(i, "The ferry sails at noon.") for i in range(90)]
    rows.append(row(90, " ".join(f"The ferry of Vik sails at {i}." for i in range(N_FROM_EACH * 4))))
    list(
        ingest([corpus_of(folder, rows)], store=store, encoder=HashEncoder(n_words=30), collection="default")
    )
    return store


WHERE = st.sampled_from(
    ["company=Arkwell", "company!=Arkwell", "date>=2019", "date<2017", "date=2018-03",
     "company=Corley; date>2016", "title=Notes 90", "source=brightwater courier"]
)  # fmt: skip
QUESTION = st.sampled_from(
    ["Who paid 17 crowns?", "When does the ferry sail?", "zebra", "And before?", "Who paid Arkwell?",
     "Did the Arkwell Courier article say that it paid, while the Corley Courier report says it did not?",
     "Which paid more, Arkwell or Brightwater?"]
)  # fmt: skip
HISTORY = st.sampled_from([(), (("user", "Who paid 17 crowns?"), ("agent", "Arkwell paid 17 crowns. [1]"))])


@given(WHERE, QUESTION, HISTORY, st.booleans())
def test_nothing_outside_a_filter_is_found_or_cited(library, line, question, history, reranked):
    where = where_in(line)
    summaries = {each.doc_id: each for each in library.documents("default")}
    fields = {doc_id: each.metadata | {"title": each.title} for doc_id, each in summaries.items()}
    bot = bot_of(library, replies=[], reranker=OverlapReranker() if reranked else None).within(where)
    bot.retriever.encoder.n_words = 30
    answer = bot.ask(question, history=history)
    found = {hit.passage.doc_id for hit in (*answer.hits, *bot.retrieve(question, history=history))}
    found |= {citation.doc_id for citation in answer.citations}
    assert found
    assert all(where.admits(fields[doc_id]) for doc_id in found)
    n_meant = sum(where.admits(each) for each in fields.values())
    assert len({hit.passage.doc_id for hit in answer.hits}) >= min(n_meant, 10)


def test_a_filter_comes_before_the_first_k_and_finds_what_the_whole_search_ranks_last(library):
    """The long document fills the first hundred places of both searches; the filter leaves it out."""
    retriever = Retriever(library, HashEncoder(n_words=30), "default").within(where_in("title=Notes 3"))
    assert {hit.passage.external_id for hit in retriever.search("When does the ferry sail?")} == {"d3"}


def test_names_that_only_documents_outside_mention_are_said_to_be_absent(library):
    bot = bot_of(library).within(where_in("company=Arkwell"))
    assert "None of them mentions “Corley”" in bot.ask("Is there a zebra that Corley keeps?").fixed_text


def test_a_filter_is_judged_by_the_collection_as_it_is_when_it_is_searched(store, encoder):
    ingested(store, encoder, {"ferry.txt": "The ferry sails."})
    retriever = Retriever(store, encoder, "default").within(where_in("title=ferry"))
    ingested(store, encoder, {"owls.txt": "The ferry of owls."})
    assert {hit.passage.external_id for hit in retriever.search("ferry")} == {"ferry"}


def test_a_sum_comes_from_the_documents_that_are_meant(store, encoder):
    """Both yards have the row: only with a filter is it certain whose figures are asked for."""
    table = "Yard of %s\n\nYear | 2019 | 2018\nTotal sales | $%s | $%s"
    ingested(store, encoder, {"vik.txt": table % ("Vik", 9, 7), "ness.txt": table % ("Ness", 8, 3)})
    asked = "What was the change in total sales from 2018 to 2019?"
    for name, result in (("vik", "$9 − $7 = $2"), ("ness", "$8 − $3 = $5")):
        bot = bot_of(store, replies=[]).within(where_in(f"title={name}"))
        answer = bot.ask(asked, k=20)
        assert answer.text.endswith(f"{result} [1][2]")
        assert [citation.external_id for citation in answer.citations] == [name, name]
        after = bot.ask("And total sales?", history=(("user", asked), ("agent", answer.text)))
        assert {hit.passage.external_id for hit in after.hits} == {name}


def test_a_collection_is_summed_up_from_the_documents_that_are_meant(library):
    documents, _ = documents_of(
        [], store=library, collection="default", where=where_in("company=Corley; date=2016")
    )
    assert documents
    assert {(each.metadata["company"], each.metadata["date"][:4]) for each in documents} == {
        ("Corley plc", "2016")
    }
    with pytest.raises(UsageError, match="no document of 'default' has company=Nobody"):
        documents_of([], store=library, collection="default", where=where_in("company=Nobody"))
    with pytest.raises(UsageError, match="no document of 'default' has company=Corley"):
        documents_of(["d1"], store=library, collection="default", where=where_in("company=Corley"))
