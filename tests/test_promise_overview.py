"""Summaries in the chat over the samples, with the bundled models: the right documents, and the promise."""

from __future__ import annotations

import pytest

from bot.evaluate.promises import invented, is_cited, is_exact, slices
from bot.evaluate.run import stored_texts
from bot.render import answer_json
from bot.samples import LIBRARY
from bot.workspace import Workspace

pytestmark = pytest.mark.weights
MEANT = {
    "Summarise the tram article.": {"tram-fares"},
    "Give me a one-sentence summary of the lighthouse article": {"lighthouse-auction"},
    "What does the ferry inquiry say?": {"ferry-inquiry"},
    "Tell me about the marathon.": {"marathon"},
    "What are the main risk factors?": {"harrowgate-tidal-report", "pellworthy-annual-report"},
    "What are Pellworthy's main risk factors?": {"pellworthy-annual-report"},
}


@pytest.fixture(scope="module")
def workspace(tmp_path_factory):
    made = Workspace(tmp_path_factory.mktemp("home"))
    list(made.ingest([LIBRARY], collection="samples"))
    return made


@pytest.mark.parametrize("question", MEANT)
def test_the_documents_that_are_meant_are_summed_up(workspace, question):
    answer = answer_json(workspace.ask(question, collection="samples"))
    assert {citation["external_id"] for citation in answer["citations"]} == MEANT[question]
    assert_promised(answer, workspace)


def test_a_collection_is_summed_up_with_words_of_most_of_its_documents(workspace):
    answer = answer_json(workspace.ask("What are these documents about?", collection="samples"))
    assert len({citation["external_id"] for citation in answer["citations"]}) >= 9
    assert_promised(answer, workspace)


@pytest.mark.parametrize("question", ["Tell me about the moon landing", "Summarise the volcano article"])
def test_what_no_document_tells_of_is_declined(workspace, question):
    answer = workspace.ask(question, collection="samples")
    assert (answer.kind, answer.reason) == ("abstention", "no_evidence")


def assert_promised(answer, workspace):
    text_of = stored_texts(workspace, "samples")
    assert answer["sentences"]
    assert all(is_cited(answer, sentence) for sentence in answer["sentences"])
    assert all(is_exact(quoted, text_of) for quoted in slices(answer))
    assert [invented(answer, sentence) for sentence in answer["sentences"]] == [[]] * len(answer["sentences"])
    assert len({hit["doc_id"] for hit in answer["hits"]}) >= 10
