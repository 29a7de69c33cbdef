"""The promise of summaries over news, meetings and filings, and over a text of five million characters."""

from __future__ import annotations

import random

import pytest

from benchmarks.sets import data_folder
from benchmarks.summary_promises import LEAST_SECTIONS, MANY_SECTIONS, check, wanted
from bot.datatypes import Document
from bot.samples import LIBRARY
from bot.summary.datatypes import Length
from bot.workspace import Workspace

pytestmark = [pytest.mark.long, pytest.mark.weights]
N_CHARACTERS = 5_000_000
SEED = 3


@pytest.fixture(scope="module")
def workspace(tmp_path_factory):
    return Workspace(tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="module")
def checked(workspace):
    missing = [name for name in ("gum_wikinews", "qmsum", "sec_html") if not (data_folder() / name).is_dir()]
    if missing:
        pytest.skip(
            f"needs {', '.join(missing)} in $BOT_EVAL_DATA: benchmarks/data.md says where to get them"
        )
    return [check(workspace, asked) for asked in wanted(workspace)]


def test_every_sentence_is_cited_each_quote_exact_and_nothing_made_up(checked):
    assert len(checked) > 150
    assert [fault for each in checked for fault in each.faults] == []


def test_no_two_sentences_say_the_same(checked):
    assert max(each.most_alike for each in checked) < 0.5


def test_documents_of_many_sections_are_drawn_on_widely(checked):
    for each in checked:
        alone = len(each.asked.documents) == 1 and not each.asked.focus
        if alone and each.n_sections >= MANY_SECTIONS:
            assert each.n_cited >= LEAST_SECTIONS.get(each.asked.length, 1)


def test_five_million_characters_are_summed_up_from_all_their_parts(workspace):
    words = " ".join(path.read_text("utf-8") for path in LIBRARY.glob("*.txt")).split()
    chance = random.Random(SEED)
    sentences: list[str] = []
    n = 0
    while n < N_CHARACTERS:
        told = " ".join(chance.choices(words, k=chance.randint(8, 25))).strip(",.").capitalize() + "."
        sentences.append(told + ("\n\n" if chance.random() < 0.2 else " "))
        n += len(sentences[-1])
    document = Document("big", "big", "Big", "/big.txt", "".join(sentences), (), (), {}, "", 0)
    summary = workspace.summarizer(False).summarize([document], length=Length.LONG)
    assert abs(summary.n_words / 400 - 1) <= 0.25
    assert sum(row.cited for row in summary.coverage) >= LEAST_SECTIONS["long"]
