"""Questions on tables, asked of the defaults: the very cell is cited, and it is the right one."""

from __future__ import annotations

import pytest

from bot.evaluate.gold import GoldEvidence, GoldRow
from bot.evaluate.promises import is_exact, slices
from bot.evaluate.relevance import Relevance
from bot.evaluate.run import stored_texts
from bot.evaluate.score import score
from bot.evaluate.scored import Scored
from bot.render import answer_json
from bot.samples import LIBRARY
from bot.workspace import Workspace

pytestmark = pytest.mark.weights
NAMES = ("harrowgate-tidal-report.html", "pellworthy-annual-report.md", "tram-fares.html")


@pytest.fixture(scope="module")
def workspace(tmp_path_factory):
    made = Workspace(tmp_path_factory.mktemp("home"))
    list(made.ingest([LIBRARY / name for name in NAMES], collection="tables"))
    return made


@pytest.mark.parametrize(
    ("question", "cells"),
    [
        ("What was the revenue of grid services in 2023?", [("109.8", "Grid services", "2023")]),
        ("What was Pellworthy's operating income in fiscal 2024?", [("91.5", "Operating income", "2024")]),
        ("How much will a day ticket cost from 6 April 2025?", [("5.90", "Day ticket", "From 6 April 2025")]),
        ("What was the change in Harrowgate Tidal's profit before tax from 2023 to 2024?",
         [("82.7", "Profit before tax", "2024"), ("79.8", "Profit before tax", "2023")]),
    ],
)  # fmt: skip
def test_the_cell_that_answers_is_cited_with_its_row_and_its_column(workspace, question, cells):
    answer = answer_json(workspace.ask(question, collection="tables"))
    first = answer["sentences"][0]
    cited = [each for each in answer["citations"] if each["marker"] in first["citations"]]
    found = [
        (each["quote"], *(part["quote"] for part in each["context"] if part["role"] == "row"),
         *(part["quote"] for part in each["context"] if part["role"] == "column"))
        for each in cited
    ]  # fmt: skip
    assert found == cells
    assert all({part["role"] for part in each["context"]} >= {"caption"} for each in cited)
    text_of = stored_texts(workspace, "tables")
    assert all(is_exact(quoted, text_of) for quoted in slices(answer))


def test_an_answer_from_a_cell_is_worth_what_one_from_its_row_was(workspace):
    answer = answer_json(workspace.ask("What was the revenue of grid services in 2023?", collection="tables"))
    evidence = (GoldEvidence("harrowgate-tidal-report", "Grid services | 127.4 | 109.8 | 96.3"),)
    gold = GoldRow("one", answer["question"], ("109.8",), True, "span", evidence)
    first = answer["sentences"][0]
    alone = answer | {"id": "one", "sentences": [first], "citations": answer["citations"][:1]}
    passages = workspace.bot("tables").retriever.snapshot().loaded.passages
    relevance = Relevance(passages, lambda doc_id: workspace.document("tables", doc_id))
    text_of = stored_texts(workspace, "tables")
    values = score(Scored(gold, alone), relevance=relevance, text_of=text_of).values
    assert first["citations"] == [1]
    for name in ("citation precision", "citation recall", "support precision", "support recall"):
        assert values[name] == (1, 1), name
    assert values["fabrication"] == (0, 1)
    assert values["quotes exact"][0] == values["quotes exact"][1] > 3
