"""Passages: slices of the text that cover it, fit the encoder and stop where the text stops."""

from __future__ import annotations

import pytest
from core_fakes import words
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.chunk import (
    MAX_TABLE_CHARACTERS,
    MAX_TITLE_CHARACTERS,
    MAX_TOKENS,
    MIN_TOKENS,
    chunk,
    page_of,
    section_of,
)
from bot.datatypes import Section
from bot.tokens import count_tokens

SENTENCE = "The harbour was closed for ten days because of the ice. "  # 12 tokens with its space
PARTS = st.sampled_from(
    [
        "word ",
        "A sentence ends. ",
        "\n\n",
        "\n",
        "a | b | c\n",
        "- point\n",
        "x" * 90,
        "漢字",
        "Why? ",
        "1,234 ",
    ]
)
TEXTS = st.lists(PARTS, max_size=120).map("".join)


def anything_fits(text):
    return True


def at_most(n_words):
    return lambda text: len(words(text)) <= n_words


def chunked(text, *, title="", sections=(), page_starts=(), fits=anything_fits, max_tokens=MAX_TOKENS):
    return chunk(
        text, title=title, sections=sections, page_starts=page_starts, fits=fits, max_tokens=max_tokens
    )


@settings(max_examples=60)
@given(TEXTS, st.integers(5, 60), st.integers(60, 400))
def test_passages_cover_the_text_do_not_overlap_and_fit(text, max_tokens, n_characters):
    def fits(searched):
        return len(searched) <= n_characters

    passages = chunked(text, title="A title", fits=fits, max_tokens=max_tokens)
    inside = [i for p in passages for i in range(p.start, p.end)]
    assert inside == sorted(set(inside))
    assert {i for i, character in enumerate(text) if not character.isspace()} <= set(inside)
    for p in passages:
        assert text[p.start : p.end].strip() == text[p.start : p.end] != ""
        assert p.search_text.endswith(text[p.start : p.end])
        assert fits(p.search_text)


@settings(max_examples=40)
@given(TEXTS, st.integers(8, 60))
def test_no_passage_is_longer_than_the_limit(text, max_tokens):
    lengths = [count_tokens(text[p.start : p.end]) for p in chunked(text, max_tokens=max_tokens)]
    # counted sentence by sentence: a join may cost a token, and so may a cut inside a word
    assert all(n <= 2 * max_tokens + 2 for n in lengths)


def test_an_empty_document_has_no_passages():
    assert chunked("") == chunked(" \n\n ") == []


def test_a_short_document_is_one_passage():
    (only,) = chunked(" Hello there. Bye. ", title="Note")
    assert (only.start, only.end, only.search_text) == (1, 18, "Note\nHello there. Bye.")


def test_passages_of_a_long_section_are_of_even_length():
    """30 sentences of 12 tokens are 360, twice the limit of 180: two passages of 15, not 15 and a rest."""
    text = SENTENCE * 31
    passages = chunked(text)
    n_sentences = [text[p.start : p.end].count("ice.") for p in passages]
    assert sum(n_sentences) == 31
    assert max(n_sentences) - min(n_sentences) <= 1


def test_a_heading_starts_a_passage_once_the_one_before_is_long_enough():
    n = MIN_TOKENS // 11 + 1
    text = SENTENCE * n + "\n\nRisks\n\n" + SENTENCE
    start = text.index("Risks")
    sections = (Section("Risks", start, len(text)),)
    assert [p.section for p in chunked(text, sections=sections)] == [None, "Risks"]
    assert len(chunked(text[: text.index("The", 30)] + text[start:])) == 1


def test_a_passage_is_searched_with_title_section_and_table_header():
    rows = "\n".join(f"Item {i} | {i} | {i + 1}" for i in range(40))
    text = f"Costs\n\nYear | 2019 | 2018\n{rows}"
    passages = chunked(text, title="Report", sections=(Section("Costs", 0, len(text)),), fits=at_most(60))
    assert len(passages) > 2
    for p in passages[1:]:
        assert p.search_text.startswith("Report\nCosts\n\nYear | 2019 | 2018\nItem ")


def test_a_passage_inside_a_table_is_searched_with_caption_unit_header_rows_and_sub_heading():
    header = " | Years ended May 31, | \n | 2019 | 2018\n | (in thousands) | "
    rows = "\n".join(f"Boat {i} | {i} | {i + 1}" for i in range(40))
    text = f"Fees of the harbour were as follows:\n\n{header}\nMoorings: |  | \n{rows}"
    last = chunked(text, title="Report")[-1]
    heads = "\n".join(line.rstrip() for line in header.split("\n"))
    assert last.search_text == (
        f"Report\n\nFees of the harbour were as follows:\n{heads}\nMoorings: |  |\n"
        f"{text[last.start : last.end]}"
    )


def test_a_table_that_opens_an_extract_is_searched_with_the_one_sentence_that_announces_it():
    rows = "\n".join(f"Boat {i} | {i} | {i + 1}" for i in range(40))
    text = f" | 2019 | 2018\n{rows}\n\nThe harbour is old. Fees of boats were as follows (in thousands):"
    passages = chunked(text, title="Report")
    assert passages[0].search_text.startswith(
        "Report\n\nFees of boats were as follows (in thousands):\n| 2019 | 2018\nBoat 0 | 0 | 1\n"
    )


def test_the_heads_of_a_table_are_bounded():
    header = "\n".join(f" | {'a' * 200} | {'b' * 200}" for _ in range(4))
    text = f"{header}\n" + "\n".join(f"Boat {i} | {i} | {i + 1}" for i in range(60))
    last = chunked(text, title="Report")[-1]
    assert len(last.search_text) <= len("Report\n\n\n") + MAX_TABLE_CHARACTERS + last.end - last.start


def test_a_title_that_opens_the_text_is_not_searched_twice():
    (only,) = chunked("Annual report\n\nIt was a good year.", title="Annual report")
    assert only.search_text == "Annual report\n\nIt was a good year."


def test_a_passage_the_encoder_would_cut_is_divided_at_a_sentence_end():
    text = "One two three four. Five six seven eight. Nine ten eleven twelve."
    spans = [text[p.start : p.end] for p in chunked(text, fits=at_most(8))]
    assert all(span.endswith(".") for span in spans)
    assert len(spans) > 1


def test_a_word_longer_than_everything_is_cut_between_characters():
    text = "x" * 5000
    passages = chunked(text, fits=lambda searched: len(searched) <= 100)
    assert "".join(text[p.start : p.end] for p in passages) == text
    assert all(len(p.search_text) <= 100 for p in passages)


@pytest.mark.parametrize("n_characters", [60, 100, 170])
def test_a_title_that_fills_the_encoder_does_not_shatter_the_text(n_characters):
    """With 160 characters of title before each passage and room for 100, one character was too many."""
    text = "Hello there my friend. " * 20
    title = "T" * MAX_TITLE_CHARACTERS
    passages = chunked(text, title=title, fits=lambda searched: len(searched) <= n_characters)
    assert all(len(p.search_text) <= n_characters for p in passages)
    assert len(passages) <= len(text) / (n_characters / 8)


def test_a_passage_has_the_page_and_the_innermost_section_it_starts_in():
    text = SENTENCE * 40
    half = len(text) // 2
    outer, inner = Section("Part I", 0, len(text), 1), Section("Item 1A", half, len(text), 2, "1A")
    passages = chunked(text, sections=(outer, inner), page_starts=(0, half))
    assert {(p.page, p.section) for p in passages if p.end <= half} == {(1, "Part I")}
    assert {(p.page, p.section) for p in passages if p.start >= half} == {(2, "Item 1A")}


@pytest.mark.parametrize(("offset", "page"), [(0, 1), (9, 1), (10, 2), (19, 2), (20, 4), (99, 4)])
def test_a_page_counts_from_one_and_an_empty_page_holds_nothing(offset, page):
    assert page_of(offset, (0, 10, 20, 20)) == page


def test_without_pages_there_is_no_page_and_outside_sections_no_section():
    assert page_of(5, ()) is None
    assert section_of(5, (Section("A", 0, 5), Section("B", 6, 9))) is None


def test_a_long_table_is_chunked_in_reasonable_time():
    text = "Name | Value\n" + "\n".join(f"row {i} | {i * 7}" for i in range(6_000))
    passages = chunked(text, title="T")
    assert passages[-1].search_text.startswith("T\n\nName | Value\nrow ")


def test_the_same_text_gives_the_same_passages():
    text = SENTENCE * 50
    assert chunked(text) == chunked(text)
