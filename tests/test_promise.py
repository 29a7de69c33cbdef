"""The promise over more than thirty real answers of the defaults: cited, exact, and nothing made up."""

from __future__ import annotations

import pytest

from bot.evaluate.gold import read_gold, sample
from bot.evaluate.promises import invented, is_cited, is_exact, slices
from bot.evaluate.run import stored_texts
from bot.render import answer_json
from bot.samples import GOLD, LIBRARY
from bot.workspace import Workspace

pytestmark = pytest.mark.weights
N_ANSWERS = 32
SEED = 8


@pytest.fixture(scope="module")
def workspace(tmp_path_factory):
    made = Workspace(tmp_path_factory.mktemp("home"))
    list(made.ingest([LIBRARY], collection="samples"))
    return made


@pytest.fixture(scope="module")
def answers(workspace):
    """Ask the samples' gold questions in a seeded order until enough are answered."""
    rows, found = read_gold(GOLD).rows, []
    for row in sample(rows, len(rows), seed=SEED):
        answer = answer_json(workspace.ask(row.question, collection="samples", history=row.history))
        found += [answer] if answer["sentences"] else []
        if len(found) == N_ANSWERS:
            break
    return found


def test_enough_questions_are_answered_to_say_anything(answers):
    assert len(answers) == N_ANSWERS


def test_every_sentence_is_cited(answers):
    assert all(is_cited(answer, sentence) for answer in answers for sentence in answer["sentences"])


def test_every_quote_is_the_exact_slice_of_the_stored_document(answers, workspace):
    text_of = stored_texts(workspace, "samples")
    assert all(is_exact(quoted, text_of) for answer in answers for quoted in slices(answer))


def test_nothing_is_made_up(answers):
    assert not [
        (sentence["text"], found)
        for answer in answers
        for sentence in answer["sentences"]
        if (found := invented(answer, sentence))
    ]
