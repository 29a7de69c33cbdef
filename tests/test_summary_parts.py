"""The parts of a summary one by one: sections, sentences that stand, transcripts, weights, choice."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from summary_samples import document, report

from bot.datatypes import Section
from bot.facts import jaccard
from bot.summary.centrality import centrality, standardized
from bot.summary.choice import budget_words
from bot.summary.datatypes import Length
from bot.summary.headings import weight_of
from bot.summary.points import points_of
from bot.summary.redundancy import bigrams, says_again
from bot.summary.rows import result_rows
from bot.summary.salience import is_specific
from bot.summary.sections import MAX_SECTIONS, cover
from bot.summary.shortlist import coverage_of, lexical, shortlist
from bot.summary.standing import leans, points_back, stands_alone
from bot.summary.transcript import as_told, is_fluent, is_transcript

# Sections


def test_sections_are_cut_at_the_headings_with_words_below_them():
    found = report()
    assert [s.title for s in cover(found)] == [s.title for s in found.sections]


def test_a_text_without_headings_is_cut_into_even_stretches():
    text = "\n".join(f"Line {n} says that nothing at all has happened in the town today." for n in range(60))
    found = cover(document(text))
    assert [s.title for s in found] == [f"part {n} of {len(found)}" for n in range(1, len(found) + 1)]
    assert len(found) > 1
    assert all(text[s.start - 1] == "\n" for s in found[1:])


@given(
    st.lists(st.sampled_from(["word", "\n\n", "\n", "Heading", "a longer run of words"]), max_size=400),
    st.data(),
)
def test_sections_cover_a_text_without_gap_or_overlap(pieces, data):
    text = " ".join(pieces)
    starts = sorted(data.draw(st.sets(st.integers(0, max(len(text) - 1, 0)), max_size=60)))
    sections = [Section(f"t{n % 7}", start, len(text), 1 + n % 3) for n, start in enumerate(starts)]
    found = cover(document(text, sections=sections))
    if not text.strip():
        assert found == ()
        return
    assert (found[0].start, found[-1].end) == (0, len(text))
    assert all(one.end == other.start for one, other in pairwise(found))
    assert len(found) <= MAX_SECTIONS


@pytest.mark.parametrize(
    ("title", "weight"),
    [
        ("Results of operations", 1.0),
        ("Item 1A. Risk Factors", 1.0),
        ("Recent accounting pronouncements", -1.0),
        ("EXHIBIT INDEX", -1.0),
        ("Roses", 0.0),
    ],
)
def test_a_heading_says_what_is_central(title, weight):
    assert weight_of(document("x" * 9), Section(title, 0, 9)) == weight


def test_a_heading_that_says_nothing_has_the_weight_of_the_one_above():
    over, under = Section("Liquidity", 0, 9), Section("Cash", 3, 9, 2)
    assert weight_of(document("x" * 9, sections=[over, under]), under) == 1.0


# Sentences


@pytest.mark.parametrize(
    "text",
    [
        "The mill burnt down on Friday after a spark fell.",
        "Revenue rose to $318.4 million from $281.9 million.",
    ],
)
def test_a_whole_sentence_about_something_stands_alone(text):
    assert stands_alone(text)


@pytest.mark.parametrize(
    "text",
    [
        "It burnt down on Friday after a spark fell.",
        "This is why the mill burnt down on Friday.",
        "By her estimate the mill of Vik burnt for a day.",
        "The state will pay £31 million of that, the town the rest.",
        "Why did the mill burn down on Friday night?",
        "The mill burnt",
        "Photo by Ann Low of the mill that burnt down.",
        "See accompanying Notes to Consolidated Financial Statements for all that.",
        "For the fiscal year ended June 30, 1999.",
        "Dollars in millions, except per share amounts and as noted.",
        "(the mill had burnt down on Friday after a spark).",
        "Mill | 4 | 5 | 6 | 7 | 8 | 9",
    ],
)
def test_what_leans_on_others_or_says_nothing_does_not(text):
    assert not stands_alone(text)


def test_what_points_back_may_lean_on_the_sentence_before_it():
    text = "It burnt down on Friday after a spark fell."
    assert points_back(text)
    assert leans(text)


def test_points_are_exact_slices_and_know_what_they_lean_on():
    told = "The mill of Vik burnt down on Friday night. It had stood on the river since 1702."
    text = f"Mill news\n\n{told}\n\nIt was old."
    first, second = points_of(document(text), cover(document(text)))
    assert text[first.start : first.end] == first.text == "The mill of Vik burnt down on Friday night."
    assert (first.after, second.after) == (None, first.start)


def test_a_heading_that_ends_like_a_sentence_is_no_point():
    heading = "Item 7. Management talks about the mill and its results."
    text = f"{heading}\n\nThe mill of Vik burnt down on Friday night."
    title = Section(heading, 0, len(text))
    assert [p.plain for p in points_of(document(text, sections=[title]), [title])] == [
        "The mill of Vik burnt down on Friday night."
    ]


STATEMENT = """The mill of Vik sold more flour than in any year before, and it sold it for more.

Results of the year (in millions)

Year | 2024 | 2023
Flour | $91.2 | $80.1
Total revenue | $101.5 | $88.0
Costs | 60.1 | 50.2
Net income | $12.5 | $9.75
"""


def test_the_rows_of_a_result_are_found_with_their_heads_and_unit():
    found = document(STATEMENT)
    sales, income = result_rows(found, cover(found))
    assert sales.plain == "Total revenue: 2024 $101.5; 2023 $88.0 (in millions)"
    assert income.plain == "Net income: 2024 $12.5; 2023 $9.75 (in millions)"
    assert sales.text == STATEMENT[sales.start : sales.end] == "Total revenue | $101.5 | $88.0"
    assert sales.is_row


@pytest.mark.parametrize(
    "changed",
    [("(in millions)", ""), ("Year | 2024 | 2023\n", ""), ("| $88.0", ""), ("Total revenue", "Total")],
    ids=["no unit", "no heads", "one figure", "another row"],
)
def test_a_row_of_which_anything_is_uncertain_is_left_alone(changed):
    found = document(STATEMENT.replace(*changed))
    assert "Total revenue" not in " ".join(row.plain for row in result_rows(found, cover(found)))


# Transcripts


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("Okay , so uh {disfmarker} we we start w with this .", "We start with this ."),
        ("Um we can we can use it .", "We can use it ."),
        ("No , we can not do that .", "No , we can not do that ."),
        (
            "It is the five hundred and five hundred and one .",
            "It is the five hundred and five hundred and one .",
        ),
        ("I think it is dear .", "I think it is dear ."),
    ],
)
def test_what_was_said_is_told_without_what_says_nothing(said, told):
    assert as_told(said) == told


def test_what_is_broken_off_is_not_fluent():
    assert is_fluent("Uh we start with the plan .")
    assert not is_fluent("So we start with {disfmarker}")
    assert not is_fluent("We have five hundred and {pause} one thousand units .")
    assert not is_fluent("We put down one uh one disc .")
    assert not is_fluent("S s so the the plan the plan w will be b be made .")


def test_a_transcript_is_told_from_prose_by_its_labels():
    assert is_transcript("\n".join(f"{'Ann' if n % 2 else 'Ben'}: We go on ." for n in range(12)))
    assert not is_transcript("Note: it rained.\n" + "The sun came out again.\n" * 12)


# Weights


def test_the_middle_of_a_star_is_most_central():
    """0 is alike to 1 and 2 (cosine .7), which are not alike to each other."""
    half = np.sqrt(0.5)
    found = centrality(np.array([[half, half], [1.0, 0.0], [0.0, 1.0]]))
    assert found.sum() == pytest.approx(1.0)
    assert found[0] > found[1] == pytest.approx(found[2])


def test_centrality_of_one_and_of_none():
    assert centrality(np.ones((1, 3)) / np.sqrt(3)).tolist() == [1.0]
    assert centrality(np.zeros((0, 3))).shape == (0,)


def test_standardized_values_have_mean_0_and_deviation_1():
    assert standardized(np.array([1.0, 3.0])).tolist() == [-1.0, 1.0]
    assert standardized(np.array([2.0, 2.0])).tolist() == [0.0, 0.0]


def test_the_shortlist_keeps_some_of_every_section():
    points = points_of(report(), cover(report()))
    kept = shortlist(points, lexical(points), limit=30)
    assert len(kept) <= 30 + 11
    assert {points[i].place for i in kept} == {point.place for point in points}


def test_a_rare_word_of_the_focus_counts_more():
    """Of 4 sentences 3 have "mill" and 1 "fire": idf log(1 + 4/4) and log(1 + 4/2)."""
    found = coverage_of(["mill", "fire"], [["mill"], ["mill"], ["mill"], ["fire"]])
    one, other = np.log(2), np.log(3)
    assert found == pytest.approx([one / (one + other)] * 3 + [other / (one + other)])


@pytest.mark.parametrize(
    ("focus", "is_one"),
    [
        ("Summarize the whole meeting.", False),
        ("What were the main points?", False),
        ("", False),
        ("litigation risk", True),
        ("What was said about the price?", True),
    ],
)
def test_a_focus_names_something(focus, is_one):
    assert is_specific(focus) is is_one


# Choice


def test_bigram_jaccard():
    """(a b)(b c) and (a b)(b d): 1 of 3."""
    assert jaccard(bigrams("a b c"), bigrams("A b d")) == pytest.approx(1 / 3)
    assert says_again(bigrams("a b c"), [bigrams("a b c.")])
    assert not says_again(bigrams("a b c"), [bigrams("x y z")])


def test_a_budget_is_at_most_most_of_what_there_is():
    assert budget_words(Length.MEDIUM, 10_000) == 120
    assert budget_words(Length.LONG, 100) == 80
    assert budget_words(Length.LONG, 0) == 1
