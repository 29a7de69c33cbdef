"""The promise over the summaries of all samples, three lengths each, with the bundled models."""

from __future__ import annotations

from itertools import combinations

import pytest

from bot.evaluate.promises import invented, is_cited, is_exact, slices
from bot.facts import jaccard
from bot.samples import LIBRARY
from bot.summary.datatypes import Length
from bot.summary.reading import documents_of
from bot.summary.redundancy import bigrams
from bot.summary.render import summary_json
from bot.workspace import Workspace

pytestmark = pytest.mark.weights
TOLERANCE = 0.25


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    workspace = Workspace(tmp_path_factory.mktemp("home"))
    documents, _ = documents_of([str(LIBRARY)], store=workspace.store, collection="none")
    wanted = [([each], length, "") for each in documents for length in Length]
    wanted += [(documents, Length.LONG, ""), (documents, Length.MEDIUM, "money that was lost")]
    return [
        (summary_json(workspace.summarizer(bool(focus)).summarize(d, length=length, focus=focus)), d)
        for d, length, focus in wanted
    ]


def test_every_sentence_is_cited_and_nothing_is_made_up(told):
    assert len(told) > 50
    for summary, _ in told:
        assert all(is_cited(summary, sentence) for sentence in summary["sentences"])
        assert [found for s in summary["sentences"] if (found := invented(summary, s))] == []


def test_every_quote_is_the_exact_slice_of_its_document(told):
    for summary, documents in told:
        texts = {document.doc_id: document.text for document in documents}
        assert all(is_exact(quoted, texts.get) for quoted in slices(summary))


def test_no_two_sentences_say_the_same(told):
    for summary, _ in told:
        pairs = combinations((sentence["text"] for sentence in summary["sentences"]), 2)
        assert all(jaccard(bigrams(one), bigrams(other)) < 0.5 for one, other in pairs)


def test_lengths_are_near_their_budget(told):
    for summary, _ in told:
        if summary["length"] == "short":
            assert len(summary["sentences"]) == 1
        else:
            assert abs(summary["words"] / summary["budget_words"] - 1) <= TOLERANCE
