"""What one question is worth: answers and citations that can be judged by hand."""

import json
from dataclasses import replace

import pytest
from core_fakes import document, passage
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import UsageError
from bot.evaluate.gold import GoldEvidence, GoldRow
from bot.evaluate.metrics import Costs, metrics
from bot.evaluate.names import ACCURACY, MEASURES
from bot.evaluate.promises import quoting_alone
from bot.evaluate.relevance import Relevance
from bot.evaluate.score import score
from bot.evaluate.scored import Scored
from bot.evaluate.scores import Columns, Score, read_scores

TEXT = "Sales rose to $5 million in 2020. Costs fell."
RELEVANCE = Relevance([passage(TEXT, name="d")], lambda doc_id: document(TEXT, name=doc_id))
GOLD = GoldRow("one", "How much?", ("$5 million",), True, "span", (GoldEvidence("d", TEXT[:33]),))
UNANSWERABLE = GoldRow("two", "Why?", (), False, "why", ())


def prediction(**changes):
    citation = {"marker": 1, "doc_id": "d", "external_id": "d", "start": 0, "end": 33, "quote": TEXT[:33]}
    made = {
        "id": "one",
        "abstained": False,
        "confidence": 0.8,
        "sentences": [{"text": "Sales rose to $5 million.", "citations": [1], "status": "supported"}],
        "citations": [citation | {"context": []}],
        "hits": [{"external_id": "d", "passage_id": f"d:0-{len(TEXT)}", "stage": "fused"}],
        "timings_s": {"load": 1.0, "first_sentence": 0.5, "total": 2.0},
        "tokens": {"prompt": 30, "generated": 6},
    }
    return made | changes


SILENT = {"abstained": True, "sentences": [], "citations": [], "confidence": 0.1}


def values(made, gold=GOLD, **rest):
    return score(Scored(gold, made), relevance=RELEVANCE, text_of={"d": TEXT}.get, **rest).values


def figures(*pairs):
    costs, scores = Costs(), []
    for gold, made in pairs:
        scored = Scored(gold, made)
        costs.add(scored)
        scores.append(score(scored, relevance=RELEVANCE, text_of={"d": TEXT}.get))
    return metrics(Columns.of(scores), costs, retrieval_only=False)


def test_an_answer_that_keeps_every_promise():
    """F1: "sales rose to 5 million" and "5 million" share 2 of 5 and 2 of 2 tokens: 2 x 2 / 7."""
    found = values(prediction())
    assert found["EM"] == (0, 1)
    assert found["F1"] == (pytest.approx(4 / 7), 1)
    names = (
        "R@1",
        "passage R@1",
        "gold in 45 words",
        "numeric match",
        "citation precision",
        "citation recall",
    )
    names += ("support precision", "support recall", "sentences cited", "quotes exact", "phrased", ACCURACY)
    assert {name: found[name] for name in names} == dict.fromkeys(names, (1, 1))
    assert found["fabrication"] == found["quoted"] == found["abstained, answerable"] == (0, 1)
    assert set(found) <= set(MEASURES)
    assert "abstained, unanswerable" not in found


def test_an_abstention_holds_no_gold_and_has_no_sentence():
    found = values(prediction(**SILENT, answer="I found no $5 million."))
    for name in ("EM", "F1", "gold in 45 words", "ROUGE-L", "numeric match", "citation recall"):
        assert found[name] == (0, 1)
    assert found["abstained, answerable"] == (1, 1)
    none = {
        "citation precision",
        "support recall",
        "sentences cited",
        "quotes exact",
        "fabrication",
        ACCURACY,
    }
    assert not none & set(found)


def test_an_answer_to_an_unanswerable_question_is_wrong_whatever_it_says():
    found = values(prediction(), UNANSWERABLE)
    assert found[ACCURACY] == found["abstained, unanswerable"] == (0, 1)
    assert not {"R@5", "EM", "gold in 45 words", "citation precision"} & set(found)
    assert found["sentences cited"] == (1, 1)
    assert values(prediction(**SILENT), UNANSWERABLE) == {"abstained, unanswerable": (1, 1)}


def test_an_answer_without_gold_wordings_is_neither_right_nor_wrong():
    gold = GoldRow("one", "How much?", (), True, "span", GOLD.evidence)
    assert not {ACCURACY, "EM", "gold in 45 words"} & set(values(prediction(), gold))
    assert figures((gold, prediction()))["abstention"]["answered_wrong"] == 0


@pytest.mark.parametrize("markers", [[], [2], [1, 2]])
def test_a_sentence_without_a_citation_that_resolves_is_uncited(markers):
    made = prediction(sentences=[{"text": "Sales rose.", "citations": markers, "status": "supported"}])
    assert values(made)["sentences cited"] == (0, 1)
    assert figures((GOLD, made))["broken"]["uncited"] == ["one"]


@pytest.mark.parametrize(
    "wrong", [{"start": 1}, {"quote": "Sales rose"}, {"doc_id": "e"}, {"quote": "", "end": 0}]
)
def test_a_quote_that_is_not_the_stored_slice_is_inexact(wrong):
    made = prediction()
    made["citations"][0] |= wrong
    assert values(made)["quotes exact"] == (0, 1)
    assert figures((GOLD, made))["broken"]["inexact"] == ["one"]


def test_the_words_beside_a_cited_cell_are_quotes_too_and_count_as_cited():
    header = {"role": "column", "start": 34, "end": 45, "quote": TEXT[34:45]}
    made = prediction(sentences=[{"text": "It was $9.", "citations": [1], "status": "quoted"}])
    made["citations"][0]["context"] = [header]
    assert values(made)["quotes exact"] == (2, 2)
    assert values(made)["fabrication"] == (1, 1)
    header["quote"] = "in 2019: $9"  # neither exact nor, by its number, made up any more
    assert values(made)["quotes exact"] == (1, 2)
    assert values(made)["fabrication"] == (0, 1)


def test_one_changed_digit_is_a_fabrication():
    made = prediction(
        sentences=[{"text": "Sales rose to $6 million.", "citations": [1], "status": "supported"}]
    )
    assert values(made)["fabrication"] == (1, 1)
    found = figures((GOLD, made))
    assert found["broken"]["fabricated"] == ["one"]
    assert found["fabricated"] == {"count": 1, "n_sentences": 1}


def test_a_number_that_only_an_uncited_quote_holds_is_made_up():
    made = prediction()
    other = {"marker": 2, "start": 34, "end": 45, "quote": TEXT[34:45]}
    made["citations"].append(made["citations"][0] | other)
    made["sentences"][0] |= {"citations": [2]}
    assert values(made)["fabrication"] == (1, 1)


def test_other_words_of_the_right_document_are_no_gold_citation():
    made = prediction()
    made["citations"][0] |= {"start": 34, "end": 45, "quote": TEXT[34:45]}
    found = values(made)
    assert found["citation precision"] == found["citation recall"] == (0, 1)


def test_where_gold_names_a_document_alone_any_words_of_it_will_do():
    gold = GoldRow("one", "How much?", ("$5 million",), True, "span", (GoldEvidence("d"), GoldEvidence("e")))
    found = values(prediction(), gold)
    assert (found["citation precision"], found["citation recall"]) == ((1, 1), (1, 2))
    assert "passage R@5" not in found


def test_evidence_that_is_nowhere_leaves_citations_unjudged():
    gold = GoldRow("one", "How much?", ("$5 million",), True, "span", (GoldEvidence("d", "Profits halved"),))
    assert not {"citation precision", "citation recall", "passage R@5"} & set(values(prediction(), gold))
    assert values(prediction(), gold)["R@5"] == (1, 1)


def test_a_table_row_that_is_read_out_is_supported_by_its_row_and_header():
    header = {"role": "column", "start": 0, "end": 18, "quote": "Year | 2019 | 2018"}
    row = prediction()["citations"][0] | {"quote": "Sales | $5 | $4", "context": [header]}
    told = {"text": "Sales: 2019 $5; 2018 $4", "citations": [1], "status": "quoted"}
    found = values(prediction(sentences=[told], citations=[row]))
    assert found["support recall"] == found["support precision"] == (1, 1)
    wrong = told | {"text": "Sales: 2019 $4; 2018 $5"}
    assert values(prediction(sentences=[wrong], citations=[row]))["support recall"] == (0, 1)


TABLE = "Year | 2019 | 2018\nSales | $5 | $4"


def of_cells(*quotes):
    """Return the citations of cells of TABLE, each with its row's label and its column's head."""
    heads = dict(zip(("$5", "$4"), ("2019", "2018"), strict=True))
    return [
        prediction()["citations"][0]
        | {"marker": marker, "start": TABLE.index(quote), "end": TABLE.index(quote) + 2, "quote": quote}
        | {"context": [piece("column", heads[quote]), piece("row", "Sales")]}
        for marker, quote in enumerate(quotes, start=1)
    ]


def piece(role, quote):
    start = TABLE.index(quote)
    return {"role": role, "start": start, "end": start + len(quote), "quote": quote}


def table_values(text, cited, *gold):
    """Return what an answer from TABLE is worth."""
    told = {"text": text, "citations": [each["marker"] for each in cited], "status": "supported"}
    row = GoldRow(
        "one", "How much?", ("$4",), True, "span", tuple(GoldEvidence("d", quote) for quote in gold)
    )
    relevance = Relevance([passage(TABLE, name="d")], lambda doc_id: document(TABLE, name=doc_id))
    scored = Scored(row, prediction(sentences=[told], citations=cited))
    return score(scored, relevance=relevance, text_of={"d": TABLE}.get).values


@pytest.mark.parametrize(
    ("text", "cells", "held"),
    [
        ("Sales, 2018: $4", ["$4"], True),
        ("Sales: 2019 $5; 2018 $4", ["$5", "$4"], True),
        ("Sales, 2018: $4", ["$5"], False),
        ("Sales, 2019: $4", ["$4"], False),
        ("Sales: 2019 $5; 2018 $4", ["$5"], False),
        ("Costs, 2018: $4", ["$4"], False),
    ],
)
def test_a_sentence_is_supported_by_the_cells_it_cites_and_says_nothing_else(text, cells, held):
    found = table_values(text, of_cells(*cells), TABLE[19:])
    assert found["support recall"] == (held, 1)
    assert found["support precision"] == (len(cells) * held, len(cells))
    assert found["quotes exact"] == (3 * len(cells), 3 * len(cells))
    if held:
        assert found["fabrication"] == (0, 1)


@pytest.mark.parametrize(
    ("gold", "found"),
    [
        (["Sales | $5 | $4"], (1, 1)),
        (["$4"], (1, 1)),
        (["Sales"], (1, 1)),  # what it is the cell of
        (["$5"], (0, 1)),
        (["Year | 2019 | 2018"], (0, 1)),  # heads every row
    ],
)
def test_a_cell_is_of_gold_evidence_where_it_or_the_label_of_its_row_is(gold, found):
    values = table_values("Sales, 2018: $4", of_cells("$4"), *gold)
    assert values["citation precision"] == values["citation recall"] == found


def test_what_stands_in_the_header_takes_nothing_from_a_row_read_out_whole():
    header = {"role": "column", "quote": "In millions, except shares | 2032 | 2031", "start": 0, "end": 40}
    row = prediction()["citations"][0] | {"quote": "Non-core sales | 5 | 4", "context": [header]}
    told = prediction()["sentences"][0] | {"text": "Non-core sales: 2032 5; 2031 4"}
    assert values(prediction(sentences=[told], citations=[row]))["support recall"] == (1, 1)


def test_the_first_line_of_a_quote_is_not_all_of_it():
    cited = prediction()["citations"][0] | {"quote": "The mill was\nnot sold.", "context": []}
    told = prediction()["sentences"][0] | {"text": "The mill was"}
    assert values(prediction(sentences=[told], citations=[cited]))["support recall"] == (0, 1)


@pytest.mark.parametrize(("second", "n"), [("‘“They fell,” said Ines Vale.’", 1), ("“Sales fell.”", 0)])
def test_of_an_answer_that_opens_with_yes_the_quoted_words_are_judged(second, n):
    one = prediction()["citations"][0] | {"quote": "Sales did not rise.", "context": []}
    two = one | {"marker": 2, "quote": "“They fell,” said Ines Vale."}
    told = {"text": f"No, by these words: “Sales did not rise.” and {second}", "citations": [1, 2]}
    found = values(prediction(sentences=[told | {"status": "supported"}], citations=[one, two]))
    assert found["support recall"] == (n, 1)
    assert found["support precision"] == (2 * n, 2)


@pytest.mark.parametrize(
    ("gold", "shown", "right", "made_up"),
    [
        ("−2", "$3 − $5 = −$2", 1, 0),
        ("5", "$3 − $5 = −$2", 0, 0),  # a figure that it is reckoned from is no answer
        ("−2", "$3 − $5 = −$4", 0, 1),
        ("−3", "$1 − $4 = −$3", 1, 1),  # $1 and $4 are nowhere
    ],
)
def test_of_a_computed_answer_the_result_counts_and_its_figures_are_looked_for(gold, shown, right, made_up):
    row = prediction()["citations"][0] | {"quote": "Sales | $5 | $3"}
    context = [{"role": "column", "quote": "Year | 2019 | 2020", "start": 0, "end": 0}]
    told = {"text": f"Sales, change from 2019 to 2020: {shown}", "citations": [1], "status": "computed"}
    made = prediction(sentences=[told], citations=[row | {"context": context}])
    found = values(made, replace(GOLD, answers=(gold,)))
    assert (found["computed right"], found[ACCURACY]) == ((right, 1), (right, 1))
    assert found["fabrication"] == (made_up, 1)
    if not made_up:
        assert found["support recall"] == found["support precision"] == (1, 1)


def test_what_was_said_without_the_documents_is_a_value_of_its_own():
    assert values(prediction(), left_out=True)["abstained, left out"] == (1, 1)
    assert values(prediction(), left_out=False)["abstained, left out"] == (0, 1)
    assert "abstained, left out" not in values(prediction())


def test_quoting_alone_puts_the_quote_in_the_place_of_what_was_phrased():
    computed = {"text": "Half of it.", "citations": [1], "status": "computed"}
    made = prediction()
    made["sentences"].append(computed)
    quoted = quoting_alone(made)
    assert quoted["sentences"][0] == {"text": TEXT[:33], "citations": [1], "status": "quoted"}
    assert quoted["sentences"][1] == computed
    assert made["sentences"][0]["status"] == "supported"


def test_words_seconds_and_tokens_are_told_by_their_percentiles():
    found = figures((GOLD, prediction()), (UNANSWERABLE, prediction(**SILENT)))
    assert found["words"] == {"median": 5.0, "p90": 5.0, "n": 1}
    assert found["seconds"] == {
        "first_sentence": {"p50": 0.5, "p95": 0.5, "n": 2},
        "total": {"p50": 2.0, "p95": 2.0, "n": 2},
    }
    assert found["tokens"]["generated"] == {"p50": 6.0, "p95": 6.0, "n": 2}


def test_abstention_is_told_by_its_outcomes():
    """Answered one right and one that has no answer, abstained on one of each kind.

    F1: of 2 abstentions 1 is right, of 2 unanswerable 1 is found: 1/2. AUROC: answerable .8 and .1 against
    .9 and .1: 1 lost, 1 won, 1 lost, 1 tied: 1.5 / 4. AURC: wrong at .9, risk 1; both at .8, risk 1/2: 3/4.
    """
    found = figures(
        (GOLD, prediction()),
        (replace(GOLD, row_id="b"), prediction(**SILENT)),
        (UNANSWERABLE, prediction(confidence=0.9)),
        (replace(UNANSWERABLE, row_id="c"), prediction(**SILENT)),
    )
    outcomes = found["abstention"]
    names = ("answered_right", "answered_wrong", "abstained_rightly", "abstained_wrongly")
    assert [outcomes[name] for name in names] == [1, 1, 1, 1]
    assert found["measures"]["abstention F1"]["mean"] == 0.5
    assert found["measures"]["AUROC"]["mean"] == 1.5 / 4
    assert found["measures"]["AURC"]["mean"] == 0.75
    assert outcomes["aurc"] == found["measures"]["AURC"]
    assert found["measures"][ACCURACY]["mean"] == 0.5
    assert outcomes["curve"] == [[0.25, 1.0, 0.9], [0.5, 0.5, 0.8]]
    assert found["types"]["why"]["abstained, unanswerable"]["mean"] == 0.5
    assert "AUROC" not in found["types"]["why"]


SCORES = st.builds(
    Score,
    row_id=st.text(max_size=5),
    kind=st.text(max_size=3),
    answerable=st.booleans(),
    confidence=st.none() | st.floats(0, 1),
    abstained=st.none() | st.booleans(),
    values=st.dictionaries(st.sampled_from(sorted(MEASURES)), st.tuples(st.floats(0, 9), st.floats(0, 9))),
)


@given(made=st.lists(SCORES, max_size=4, unique_by=lambda each: each.row_id))
def test_scores_come_back_from_their_file(tmp_path_factory, made):
    path = tmp_path_factory.mktemp("run") / "scores.jsonl"
    path.write_text("".join(json.dumps(each.as_json()) + "\n" for each in made))
    assert list(read_scores(path)) == made


def test_columns_are_in_the_order_of_ids():
    first = Score("a", "x", True, 0.5, False, {"EM": (1.0, 1.0)})
    second = Score("b", "y", True, 0.5, False, {"F1": (0.5, 1.0)})
    columns = Columns.of([second, first])
    assert columns.ids == ("a", "b")
    assert columns.value("EM")[0].tolist() == [1.0, 0.0]
    assert columns.value("F1")[1].tolist() == [0.0, 1.0]
    assert columns.value("RR@10")[1].tolist() == [0.0, 0.0]
    assert columns.where(columns.kinds == "y").ids == ("b",)


@pytest.mark.parametrize("line", ["nonsense", "[]", '{"id": "a"}', '{"id": "a", "values": 7}'])
def test_a_line_that_is_no_score_is_named(tmp_path, line):
    path = tmp_path / "scores.jsonl"
    path.write_text(line + "\n")
    with pytest.raises(UsageError, match="line 1 is not the score of a question"):
        list(read_scores(path))
