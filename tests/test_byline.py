"""Publisher and date in words, and in the searched text."""

from __future__ import annotations

import pytest

from bot.byline import byline
from bot.chunk import chunk


@pytest.mark.parametrize(
    ("metadata", "expected"),
    [
        ({"source": "The Morning Post", "date": "2023-11-01"}, "The Morning Post, November 1, 2023"),
        ({"site": "Harbour News", "date": "2024-02-29T08:00:00Z"}, "Harbour News, February 29, 2024"),
        ({"source": " The  Morning\nPost ", "date": "2023-11-21"}, "The Morning Post, November 21, 2023"),
        ({"source": "The Morning Post"}, ""),
        ({"date": "2023-11-01"}, ""),
        ({"source": "The Morning Post", "date": "last Tuesday"}, ""),
        ({"source": "The Morning Post", "date": "2023-13-01"}, ""),
        ({"source": "x" * 61, "date": "2023-11-01"}, ""),
        ({}, ""),
    ],
)
def test_publisher_and_date(metadata, expected):
    assert byline(metadata) == expected


def test_it_is_searched_with_every_passage_and_never_part_of_it():
    text = "The ferry left at noon. " * 40
    passages = chunk(
        text.strip(), title="Ferries", sections=(), page_starts=(), fits=lambda _: True,
        byline="The Morning Post, November 1, 2023", max_tokens=60,
    )  # fmt: skip
    assert len(passages) > 1
    for passage in passages:
        body = text[passage.start : passage.end]
        assert passage.search_text == f"The Morning Post, November 1, 2023\nFerries\n{body}"
