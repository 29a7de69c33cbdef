"""Votes: each one whole line of a gold file that `bot gold check` reads."""

from __future__ import annotations

from dataclasses import replace

import pytest
from core_fakes import document, evidence_of, hits_of, passage
from page_fakes import FakeWorkspace

from bot.cite import cite, cite_cells
from bot.datatypes import Hit
from bot.errors import UsageError
from bot.evaluate.gold.files import read_gold
from bot.feedback import keep_vote, votes_file


def answer(question: str = "How many passengers?"):
    return FakeWorkspace().ask(question, collection="sample")


def test_an_answer_found_right_proposes_its_sentences_and_quotes(tmp_path):
    given = answer()
    path = keep_vote(tmp_path, "boats", given, is_right=True, history=[("user", "Hello?")])
    assert path == votes_file(tmp_path, "boats") == tmp_path / "gold" / "boats-votes.jsonl"
    (row,) = read_gold(path).rows
    assert (row.question, row.history, row.answerable) == (given.question, (("user", "Hello?"),), True)
    assert row.answers == (" ".join(sentence.text for sentence in given.sentences),)
    assert [e.quote for e in row.evidence] == [citation.quote for citation in given.citations]
    assert not row.reviewed


def test_of_a_cell_the_row_is_proposed_once_and_where_no_hit_has_it_the_document_alone(tmp_path):
    text = "Year | 2019 | 2018\nWages | $5 | $4"
    row = cite(evidence_of(text, "Wages | $5 | $4"), document(text), marker=1, support=1.0)
    cells = cite_cells(row, document(text), [0, 1])
    hits = (*hits_of("It sank."), Hit(passage(text), 0.5, 2, "fused"))
    given = replace(answer(), citations=cells, hits=hits)
    path = keep_vote(tmp_path, "boats", given, is_right=True)
    keep_vote(tmp_path, "boats", replace(given, hits=hits[:1]), is_right=True)
    found = [[(e.doc_id, e.quote) for e in row.evidence] for row in read_gold(path).rows]
    assert found == [[("report", "Wages | $5 | $4")], [("report", None)]]


def test_an_answer_found_wrong_leaves_the_answer_open(tmp_path):
    path = keep_vote(tmp_path, "boats", answer(), is_right=False)
    (row,) = read_gold(path).rows
    assert (row.answers, row.evidence, row.reviewed) == ((), (), False)


@pytest.mark.parametrize(("is_right", "answerable"), [(True, False), (False, True)])
def test_an_abstention_found_right_is_unanswerable_and_found_wrong_answerable(tmp_path, is_right, answerable):
    path = keep_vote(tmp_path, "boats", answer("Who owns the moon?"), is_right=is_right)
    assert read_gold(path).rows[0].answerable is answerable


def test_votes_add_up_each_with_an_id_of_its_own(tmp_path):
    for is_right in (True, False, True):
        path = keep_vote(
            tmp_path, "boats", replace(answer(), question="Line\nend \U0001f600?"), is_right=is_right
        )
    assert [row.kind for row in read_gold(path).rows] == ["found right", "found wrong", "found right"]


def test_a_folder_that_cannot_be_written_to_is_said_in_one_line(tmp_path):
    (tmp_path / "gold").write_text("in the way")
    with pytest.raises(UsageError, match="cannot be written"):
        keep_vote(tmp_path, "boats", answer(), is_right=True)
