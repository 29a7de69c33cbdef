"""What is said in place of an answer."""

from __future__ import annotations

import pytest

from bot.abstention import NO_EVIDENCE, absent_names, no_evidence

TEXTS = ["The ferry of Vik was built by Ada Quill.", "Arkwell's clock stopped in the USA."]


@pytest.mark.parametrize(
    ("question", "absent"),
    [
        ("Who founded Quux?", ["Quux"]),
        ("Who is Ada Brenn?", ["Brenn"]),
        ("What is Quux's income, and is Quux a firm of Vik?", ["Quux"]),
        ("Why did Arkwell leave the USA?", []),
        ("Describe the ferry.", []),
        ("who owns it?", []),
        ("", []),
    ],
)
def test_names_that_no_text_has(question, absent):
    assert absent_names(question, TEXTS) == absent


def test_the_line_says_what_is_not_mentioned_where_that_is_so():
    assert no_evidence("Who owns the ferry?", TEXTS) == NO_EVIDENCE
    line = no_evidence("Who owns the ferry?", TEXTS, ["Arkwell", "Vik"])
    assert line == f"{NO_EVIDENCE} I searched those of or about Arkwell and Vik."
    assert no_evidence("Did Quux pay Brenn?", TEXTS).endswith("None of them mentions “Quux” or “Brenn”.")
    assert no_evidence("Did A1 tell B2 of C3 and D4 there?", []).count("“") == 3
