"""The promise, kept over more than five hundred real answers: cited, exact, and nothing made up.

Over five public sets: Wikipedia, finance, news, conversations. Where a set has them, half of the questions
have no answer in the corpus, so that what is said of one that should have been left alone is checked too.
"""

import os
from itertools import zip_longest
from pathlib import Path

import pytest

from bot.evaluate.gold import read_gold, sample
from bot.evaluate.promises import invented, is_cited, is_exact, slices
from bot.evaluate.run import stored_texts
from bot.evaluate.scored import Scored
from bot.render import answer_json
from bot.workspace import Workspace

pytestmark = [pytest.mark.long, pytest.mark.weights]
N_ANSWERS = {"squad2": 200, "clapnq": 80, "tatqa": 120, "mtrag_un": 80, "multihop_rag_500": 20}
CHECKOUT = Path(__file__).parent.parent
DATA = Path(os.environ.get("BOT_EVAL_DATA") or CHECKOUT.parent / "shared" / "data")
SHARE = float(os.environ.get("BOT_LONG_SHARE", "1"))  # of the answers wanted; a tenth tries the test itself
QUESTIONS_FOR_AN_ANSWER = 3  # at most: a set that is mostly declined is not asked for ever
SEED = 21


@pytest.fixture(scope="module", params=N_ANSWERS)
def chosen(request):
    if not (DATA / request.param / "gold.jsonl").is_file():
        pytest.skip(
            f"needs the set {request.param} in $BOT_EVAL_DATA: benchmarks/data.md says where to get it"
        )
    return request.param


@pytest.fixture(scope="module")
def workspace(tmp_path_factory, chosen):
    made = Workspace(tmp_path_factory.mktemp("home"))
    list(made.ingest([DATA / chosen / "corpus.jsonl"], collection=chosen))
    return made


@pytest.fixture(scope="module")
def wanted(chosen):
    return max(2, round(SHARE * N_ANSWERS[chosen]))


@pytest.fixture(scope="module")
def answers(workspace, chosen, wanted):
    """Ask, an answerable question and one that is not in turn, until enough are answered."""
    rows = read_gold(DATA / chosen / "gold.jsonl").rows
    n_asked = QUESTIONS_FOR_AN_ANSWER * wanted
    by_kind = [sample([r for r in rows if r.answerable is a], n_asked, seed=SEED) for a in (True, False)]
    asked = []
    for row in [row for pair in zip_longest(*by_kind) for row in pair if row][:n_asked]:
        answer = workspace.ask(row.question, collection=chosen, history=row.history)
        asked.append(Scored(row, {"id": row.row_id} | answer_json(answer)))
        if sum(not one.prediction["abstained"] for one in asked) >= wanted:
            break
    return asked


def breaking(answers, keeps):
    """Say which questions were answered with something that does not keep a promise."""
    return [f"{one.gold.row_id}: {one.prediction['answer']}" for one in answers if not keeps(one)]


def test_enough_questions_were_answered_to_say_anything(answers, wanted):
    n_answered = sum(not one.prediction["abstained"] for one in answers)
    assert n_answered >= wanted / 4


def test_every_sentence_is_cited(answers):
    assert not breaking(answers, lambda one: all(is_cited(one.prediction, s) for s in one.sentences))


def test_every_marker_has_one_citation_and_every_citation_a_sentence(answers):
    def resolves(one):
        markers = [citation["marker"] for citation in one.prediction["citations"]]
        used = {marker for sentence in one.sentences for marker in sentence["citations"]}
        return markers == list(range(1, len(markers) + 1)) and used == set(markers)

    assert not breaking(answers, resolves)


def test_every_quote_is_the_exact_slice_of_the_stored_document(answers, workspace, chosen):
    text_of = stored_texts(workspace, chosen)
    assert not breaking(answers, lambda one: all(is_exact(s, text_of) for s in slices(one.prediction)))


def test_nothing_is_made_up(answers):
    assert not breaking(answers, lambda one: not any(invented(one.prediction, s) for s in one.sentences))


def test_an_abstention_says_nothing_and_cites_nothing(answers):
    abstained = [one for one in answers if one.prediction["abstained"]]
    assert not breaking(abstained, lambda one: not one.sentences and not one.prediction["citations"])


def test_the_answer_is_its_sentences_with_their_markers(answers):
    def shown(sentence):
        return f"{sentence['text']} {''.join(f'[{marker}]' for marker in sentence['citations'])}"

    answered = [one for one in answers if not one.prediction["abstained"]]
    assert not breaking(answered, lambda one: " ".join(map(shown, one.sentences)) == one.prediction["answer"])
