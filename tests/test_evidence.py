"""Evidence: every sentence on trial, its features by hand, and the logistic model that ranks them."""

from __future__ import annotations

import json
import math
from dataclasses import replace

import numpy as np
import pytest
from core_fakes import HELD, STRANGE, HashEncoder, OverlapModel, hits_of, passage, weighed

from bot.candidates import MAX_SENTENCES, candidates
from bot.datatypes import Hit
from bot.evidence import FEATURES, SHORTLIST, EvidenceSelector, load_weights

FERRY = "The ferry is old. Anna Low owns the ferry. Boats sank in 2019."
OWLS = "Owls sleep. Nobody owns them."
N_STATES = 2  # of the overlap model: the words it read, and 1
TABLE = "Year | 2019 | 2018\nSales | $5 | $4\nCosts | $2 | $1"


def features(question, *texts):
    """Return the features of every sentence of the texts, by name: `{sentence: {feature: value}}`."""
    selector = EvidenceSelector(OverlapModel(), HashEncoder(), weighed())
    trial, cosines = selector.shortlist(question, candidates(hits_of(*texts)))
    rows = selector.features(question, trial, cosines)
    assert rows.shape == (len(trial), len(FEATURES) + N_STATES)
    plain = rows[:, : len(FEATURES)]
    return {c.text: dict(zip(FEATURES, row, strict=True)) for c, row in zip(trial, plain, strict=True)}


def test_every_sentence_of_the_hits_is_on_trial_in_order_and_is_an_exact_slice():
    hits = [Hit(passage(FERRY, start=100), 1.0, 1, "fused"), Hit(passage(OWLS, name="owls"), 1.0, 2, "fused")]
    trial = candidates(hits)
    assert [c.text for c in trial] == [
        "The ferry is old.", "Anna Low owns the ferry.", "Boats sank in 2019.", "Owls sleep.",
        "Nobody owns them.",
    ]  # fmt: skip
    for c in trial:
        p = c.hit.passage
        assert p.text[c.start - p.start : c.end - p.start] == c.text


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Debts consist of the following:", False),
        ("The fees of the harbour are as follows.", False),
        ("The following table shows the fees of the harbour.", False),
        ("Fees in 2019 were as follows:", True),
        ("Anna Low says why she came: the ferry had stopped.", True),
    ],
)
def test_a_line_that_only_says_what_follows_states_nothing(text, kept):
    found = [c.text for c in candidates(hits_of(f"{text}\n\nAnna Low owns the ferry."))]
    assert (text in found) == kept
    assert "Anna Low owns the ferry." in found


@pytest.mark.parametrize(
    ("table", "rows"),
    [
        ("Year | 2019 | 2018\n | in $ | in $\nSales | $5 | $4", ["Sales | $5 | $4"]),
        ("| Year | 2019 |\n| Sales | $5 |\n| Costs | $2 |", ["| Sales | $5 |", "| Costs | $2 |"]),
    ],
)
def test_a_row_that_nothing_names_states_nothing(table, rows):
    assert [c.text for c in candidates(hits_of(table))] == rows


def test_a_table_row_is_read_out_under_its_header_and_quoted_alone():
    """The header itself states nothing."""
    first, second = candidates(hits_of(TABLE))
    assert (first.text, first.read) == ("Sales | $5 | $4", "Year 2019 2018\nSales: 2019 $5; 2018 $4")
    assert second.text == "Costs | $2 | $1"


def test_a_row_of_a_filing_is_read_with_title_caption_headers_and_sub_heading():
    text = (
        "Fees were as follows:\n\n | Years ended May 31, | \n | 2019 | 2018\n"
        "Moorings: |  | \nBoats | $5 | $4\nTotal | $5 | $4"
    )
    found = candidates([Hit(passage(text, title="The harbour"), 1.0, 1, "fused")])
    assert [c.text for c in found] == ["Boats | $5 | $4", "Total | $5 | $4"]
    assert found[0].read.split("\n") == [
        "The harbour", "Fees were as follows:", "Years ended May 31,", "2019 2018", "Moorings:",
        "Boats: 2019 $5; 2018 $4",
    ]  # fmt: skip
    assert found[0].told == found[0].read


def test_a_row_of_a_passage_that_starts_half_way_in_a_table_has_the_heads_above_it():
    header, *rows = TABLE.split("\n")
    searched = "\n".join(["A report", "", "Costs of boats", header, *rows])
    half = replace(passage("\n".join(rows), title="A report"), search_text=searched)
    found = candidates([Hit(half, 1.0, 1, "fused")])
    heads = "A report\nCosts of boats\nYear 2019 2018\n"
    assert [c.read for c in found] == [f"{heads}Sales: 2019 $5; 2018 $4", f"{heads}Costs: 2019 $2; 2018 $1"]


def test_a_title_with_a_bar_is_no_header_of_the_first_row():
    half = replace(passage(TABLE, title="News | 2017 | 2016"), search_text=f"News | 2017 | 2016\n{TABLE}")
    first, _ = candidates([Hit(half, 1.0, 1, "fused")])
    assert first.read == "News | 2017 | 2016\nYear 2019 2018\nSales: 2019 $5; 2018 $4"


def test_a_single_row_states_itself():
    assert [c.text for c in candidates(hits_of("Home port | Vik"))] == ["Home port | Vik"]


def test_a_sentence_is_read_with_the_title_of_its_document():
    (only,) = candidates([Hit(passage("It sank.", title="The ferry"), 1.0, 1, "fused")])
    assert (only.text, only.read) == ("It sank.", "The ferry\nIt sank.")


def test_the_number_of_sentences_on_trial_is_bounded():
    assert len(candidates(hits_of("It is. " * 200))) == MAX_SENTENCES
    assert candidates([]) == []


def test_features_by_hand():
    """The question has 4 words; the stems that are no function words are own and ferri."""
    found = features("Who owns the ferry?", FERRY)
    owner, sunk = found["Anna Low owns the ferry."], found["Boats sank in 2019."]
    assert owner["likelihood_gain"] == pytest.approx(3 / 4 * (HELD - STRANGE))  # owns, the, ferry
    assert sunk["likelihood_gain"] == pytest.approx(0)
    assert (owner["coverage"], sunk["coverage"]) == (1.0, 0.0)
    assert owner["passage_coverage"] == sunk["passage_coverage"] == 1.0
    assert owner["new_words"] == pytest.approx(math.log(1 + 2))  # Anna, Low
    assert owner["cosine"] > sunk["cosine"]
    assert owner["lead"] == 0.0


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("How many boats sank?", ["In 2019 seven sank.", "Most of them sank."]),
        ("How much was lost?", ["In 2019 seven sank.", "Most of them sank.", "It cost $5."]),
        (
            "Which boats sank?",
            ["It sank.", "In 2019 seven sank.", "Most of them sank.", "It cost $5.", "It sank in 2019."],
        ),
    ],
)
def test_who_asks_how_many_gets_only_sentences_with_a_quantity(question, told):
    """A year is no quantity, and money no count."""
    selector = EvidenceSelector(OverlapModel(), HashEncoder(), weighed())
    text = "It sank. In 2019 seven sank. Most of them sank. It cost $5. It sank in 2019."
    assert [e.text for e in selector.select(question, hits_of(text))] == told


def test_names_and_numbers_of_the_question_that_a_passage_lacks_are_counted():
    question = "What did Anna and Boris pay in 2019?"
    assert features(question, "Anna paid in 2019.")["Anna paid in 2019."]["missing_names"] == pytest.approx(
        1 / 3
    )
    assert features("what was it?", "It sank.")["It sank."]["missing_names"] == 0


def test_headings_titles_and_bylines_state_nothing_and_are_no_evidence():
    text = (
        "Risk factors\n\nIt may sink.\n\nBy Anna Low\n\nThe cost of tides\n\n"
        "What the board of the ferry thinks of it\n\nFares: 5\n\nThe door code is under the mat"
    )
    hit = Hit(replace(passage(text), title="The cost of tides", section="Risk factors"), 1.0, 1, "fused")
    assert [c.text for c in candidates([hit])] == [
        "It may sink.", "Fares: 5", "The door code is under the mat",
    ]  # fmt: skip


def test_of_many_sentences_the_nearest_to_the_question_are_shortlisted_in_their_order():
    text = " ".join(f"Boat {i} sank." for i in range(40)) + " Anna owns the ferry."
    trial = candidates(hits_of(text))
    selector = EvidenceSelector(OverlapModel(), HashEncoder(), weighed())
    kept, cosines = selector.shortlist("Who owns the ferry?", trial)
    assert len(kept) == len(cosines) == SHORTLIST
    assert kept[-1].text == "Anna owns the ferry."
    assert kept == [c for c in trial if c in kept]


def test_a_passage_that_is_behind_the_best_one_is_behind_by_its_score():
    hits = [Hit(passage(FERRY), 2.5, 1, "reranked"), Hit(passage(OWLS, name="owls"), 1.0, 2, "reranked")]
    selector = EvidenceSelector(OverlapModel(), HashEncoder(), weighed())
    rows = selector.features("Who?", *selector.shortlist("Who?", candidates(hits)))[:, FEATURES.index("lead")]
    assert rows.tolist() == [0.0, 0.0, 0.0, -1.5, -1.5]


def test_evidence_comes_best_first_and_its_score_is_a_probability():
    selector = EvidenceSelector(OverlapModel(), HashEncoder(), weighed(coverage=2.0, bias=-1.0))
    found = selector.select("Who owns the ferry?", hits_of(FERRY, OWLS))
    assert found[0].text == "Anna Low owns the ferry."
    assert found[0].score == pytest.approx(1 / (1 + math.exp(-1)))
    assert found[-1].score == pytest.approx(1 / (1 + math.exp(1)))
    assert [e.score for e in found] == sorted((e.score for e in found), reverse=True)
    for e in found:
        assert e.passage.text[e.start - e.passage.start : e.end - e.passage.start] == e.text


def test_equal_scores_keep_the_order_of_the_text():
    selector = EvidenceSelector(OverlapModel(), HashEncoder(), weighed())
    assert [e.text for e in selector.select("Who?", hits_of(FERRY))] == FERRY.replace(". ", ".|").split("|")


def test_without_hits_there_is_no_evidence():
    assert EvidenceSelector(OverlapModel(), HashEncoder()).select("Who?", []) == []


def test_a_sentence_scores_the_same_alone_and_among_others():
    hits = hits_of(FERRY, OWLS)
    selector = EvidenceSelector(OverlapModel(), HashEncoder(), weighed(likelihood_gain=1.0, cosine=1.0))
    together = {e.text: e.score for e in selector.select("Who owns the ferry?", hits)}
    alone = {e.text: e.score for hit in hits for e in selector.select("Who owns the ferry?", [hit])}
    assert alone == pytest.approx(together)


def test_the_weights_in_use_are_of_these_features_and_make_probabilities():
    weights = load_weights()
    assert len(weights.weights) == len(FEATURES)
    assert 0 < weights.threshold < 1
    n_columns = len(FEATURES) + len(weights.state)
    chances = weights.probability(np.array([np.zeros(n_columns), np.ones(n_columns)]))
    assert ((chances > 0) & (chances < 1)).all()


def test_the_state_counts_by_what_the_sentence_adds_to_it():
    """The overlap model's first state is the number of words read: the long sentence has more of them."""
    long, short = "The ferry of Anna Low is old and slow.", "Anna Low sails."
    selector = EvidenceSelector(OverlapModel(), HashEncoder(), weighed(state=(1.0, 5.0)))
    found = selector.select("Who?", hits_of(short, long))
    assert [e.text for e in found] == [long, short]
    # the second state is the same after nothing, so that it adds nothing: log odds 9 and 3 words
    assert [round(math.log(e.score / (1 - e.score))) for e in found] == [9, 3]


def test_weights_are_read_by_name_in_any_order(tmp_path):
    stored = {name: float(i) for i, name in enumerate(FEATURES)}
    path = tmp_path / "weights.json"
    shuffled = dict(sorted(stored.items()))
    path.write_text(json.dumps({"weights": shuffled, "bias": 1, "threshold": 0.4, "provenance": "test"}))
    assert load_weights(path).weights == tuple(stored.values())
    assert replace(load_weights(path), threshold=0.5).bias == 1.0
