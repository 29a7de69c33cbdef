"""What is shown of the evidence: few sentences, short, new, and more where an explanation is asked for."""

from __future__ import annotations

from dataclasses import replace

import pytest
from core_fakes import evidence_of

from bot.cli import parser
from bot.selection import DEFAULT_K, EXPLANATION, FACT, bigram_jaccard, length_of, short_selection


def test_a_second_sentence_must_be_good_enough_short_and_new():
    text = "One two three. Four five six. One two three! " + "Long " * 70 + "end."
    best = evidence_of(text, "One two three.", score=0.8)
    good, poor = (
        evidence_of(text, "Four five six.", score=FACT.least),
        evidence_of(text, "Four five six.", score=FACT.least - 0.01),
    )
    same, long = (
        evidence_of(text, "One two three!", score=0.79),
        evidence_of(text, "Long " * 70 + "end.", score=0.79),
    )
    assert short_selection([best]) == [best]
    assert short_selection([best, good]) == [best, good]
    assert short_selection([best, poor]) == [best]
    assert short_selection([best, evidence_of(text, "One two three.", score=0.79), good]) == [best, good]
    assert short_selection([best, long, good]) == [best, good]
    assert short_selection([best, good, same]) == [best, good]


def test_beside_a_best_sentence_of_little_confidence_less_is_enough():
    text = "One two three. Four five six."
    best = evidence_of(text, "One two three.", score=0.2)
    near, far = (evidence_of(text, "Four five six.", score=score) for score in (0.11, 0.09))
    assert short_selection([best, near]) == [best, near]
    assert short_selection([best, far]) == [best]


@pytest.mark.parametrize(
    ("question", "other", "is_added"),
    [
        ("What were sales in 2023?", "Sales rose to $5 in 2022.", False),
        ("What were sales in 2023?", "Sales rose further.", True),
        ("What were sales in 2022 and 2023?", "Sales rose to $5 in 2022.", True),
        ("What were sales in the first quarter?", "Sales fell in the second quarter.", False),
        ("What were sales in Q1?", "Sales fell in the second quarter.", False),
        ("How did sales go?", "Sales fell in the second quarter of 2022.", True),
    ],
)
def test_nothing_of_another_time_is_added_to_what_is_of_the_one_asked_for(question, other, is_added):
    text = f"Sales were $7 in the first quarter of 2023. {other}"
    best = evidence_of(text, "Sales were $7 in the first quarter of 2023.", score=0.8)
    second = evidence_of(text, other, score=0.7)
    assert short_selection([best, second], FACT, question) == ([best, second] if is_added else [best])


@pytest.mark.parametrize(
    ("question", "other", "is_added"),
    [
        ("What were net sales?", "Net earnings | 3 | 2", False),
        ("What were net sales and earnings?", "Net earnings | 3 | 2", True),
        ("What were net sales?", "Net sales | 30 | 20", True),  # of another report
        ("What were net sales?", "They sold much.", True),
    ],
)
def test_a_second_row_is_added_only_for_a_word_of_the_question(question, other, is_added):
    text = f"Net sales | 7 | 6\n{other}"
    best, second = evidence_of(text, "Net sales | 7 | 6", score=0.8), evidence_of(text, other, score=0.7)
    assert short_selection([best, second], FACT, question) == ([best, second] if is_added else [best])


def test_word_pairs_in_common():
    """{a b, b c} and {b c, c d}: one of three pairs."""
    assert bigram_jaccard("a b c", "b c d") == pytest.approx(1 / 3)
    assert bigram_jaccard("A b", "a B") == 1.0
    assert bigram_jaccard("a", "a") == 0.0


@pytest.mark.parametrize(
    ("question", "length"),
    [
        ("Who mended the clock?", FACT),
        ("How many ferries are there?", FACT),
        ("How much did it cost?", FACT),
        ("What is the capital of Vik?", FACT),
        ("How is the bridge called?", FACT),
        ("Why did the ferry sink?", EXPLANATION),
        ("How does the lock work?", EXPLANATION),
        ("What is the main role of the harbour master?", EXPLANATION),
        ("Explain the rise in costs.", EXPLANATION),
        ("difference between a lock and a weir", EXPLANATION),
    ],
)
def test_explanations_may_be_longer(question, length):
    assert length_of(question) is length


def test_an_explanation_has_up_to_four_sentences():
    text = "Ice broke the lock. The gate froze shut. Repairs took a year. Boats waited. A fifth is too many."
    evidence = [evidence_of(text, each, score=0.8) for each in text.replace(". ", ".|").split("|")]
    assert short_selection(evidence) == evidence[:2]
    assert short_selection(evidence, EXPLANATION) == evidence[:4]


def test_the_command_line_reads_as_many_passages_as_everything_else():
    for verb in (["ask", "Who?"], ["evaluate", "gold.jsonl"], ["calibrate", "gold.jsonl"]):
        assert parser().parse_args(verb).k == DEFAULT_K


def test_a_word_of_the_documents_name_asks_for_no_other_row():
    text = "Revenue | $9 | $7\nTidal power | $4 | $3"
    best, other = (evidence_of(text, row, score=0.8) for row in text.split("\n"))
    question = "What was Arkwell Tidal's revenue?"
    assert short_selection([best, other], FACT, question) == [best, other]
    named = replace(other, passage=replace(other.passage, title="Arkwell Tidal plc: report"))
    assert short_selection([best, named], FACT, question) == [best]
