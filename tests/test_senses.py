"""Opposites and words of about the same meaning, by the list that comes with the bot."""

from __future__ import annotations

import pytest

from bot.senses import LIST, opposites, reworded, turned_round


@pytest.mark.parametrize(
    ("claim", "cited", "turned", "same"),
    [
        ("Sales rose.", "Sales fell sharply.", ["rose"], []),
        ("Sales grew.", "Sales increased.", [], ["grew"]),
        ("Sales rose.", "Sales rose while costs fell.", [], []),  # the word itself is there
        ("Sales rose.", "Costs fell while sales grew.", [], ["rose"]),  # and so is one like it
        ("The ferry sank.", "The ferry is blue.", [], []),
        ("", "", [], []),
    ],
)
def test_words_are_compared_with_their_opposites(claim, cited, turned, same):
    assert (turned_round(claim, cited), reworded(claim, cited)) == (turned, same)


def test_every_line_of_the_list_has_two_groups_that_share_no_word():
    for line in LIST.read_text(encoding="utf-8").splitlines():
        first, second = (group.split() for group in line.split("|"))
        assert first
        assert second
        assert not set(first) & set(second), line


def test_opposites_work_both_ways():
    assert "fall" in opposites("rises")
    assert "rise" in opposites("falls")
    assert opposites("ferry") == []
