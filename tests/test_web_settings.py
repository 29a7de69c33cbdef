"""The settings tab: what is set applies to the next question, and what is shown is so."""

from __future__ import annotations

import asyncio
import html
import re
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from page_driver import serving
from page_fakes import FakeWorkspace

from benchmarks.page_client import PageClient
from bot.calibration import Calibration, OwnThreshold, keep_calibration
from bot.catalogue import NO_LICENCE, ModelInUse, Parts, in_use, licence_of
from bot.cli import parser
from bot.datatypes import Timings
from bot.selection import DEFAULT_K
from bot.web.choices import MOST_K, Choices
from bot.web.memory import resident_bytes
from bot.web.settings import costs_html, models_html, threshold_html
from bot.web.talk import begin, converse
from bot.workspace import Workspace

pytestmark = pytest.mark.slow

BUNDLED = Parts(
    generator="SmolLM2-135M-Instruct", generator_folder=None, scorer_folder=None, encoder="all-MiniLM-L6-v2",
    encoder_folder=Path("none"), encoder_reads=None, verifier_folder=None, rerank=True, load_s={},
)  # fmt: skip


def words(fragment: str) -> str:
    return html.unescape(re.sub("<[^>]*>", " ", fragment))


# What is set


@pytest.fixture
def visited():
    """Serve a fake, and let a story be told by one visitor: (workspace, run the story)."""
    workspace = FakeWorkspace()
    with serving(workspace) as address:

        def tell(story):
            async def told():
                async with httpx.AsyncClient(base_url=address, timeout=60, trust_env=False) as http:
                    config = (await http.get("/config")).json()
                    return await story(PageClient(http, config, collection="sample"))

            return asyncio.run(told())

        yield workspace, tell


def test_a_filter_is_checked_where_it_is_typed_and_holds_for_the_next_question(visited):
    workspace, tell = visited

    async def story(visitor):
        blurred = visitor.event("bot-where", "blur")
        told = [
            words((await visitor.run(blurred, [line, None, "sample"])).json()["data"][-1])
            for line in ("", "title=Norland", "compny=x", "date>=soon")
        ]
        await visitor.run(blurred, ["title=nowhere", None, "sample"])
        await visitor.ask("passengers")
        await visitor.run(blurred, ["title=norland", None, "sample"])
        await visitor.ask("passengers")
        return told, words(await visitor.conversation())

    told, said = tell(story)
    assert "Fields in “sample”: " in told[0]
    assert "title" in told[0]
    assert "1 of " in told[1]
    assert "no document of 'sample' has a field 'compny'; there are: " in told[2]
    assert "is no date" in told[3]
    assert "no document of 'sample' has title=nowhere; there title is: " in said
    assert "Only documents where title=norland" in said
    assert str(workspace.wheres[-1]) == "title=norland"


async def set_k(visitor, k):
    return await visitor.run(visitor.event("bot-k", "input"), [k, None])


async def set_threshold(visitor, threshold):
    return await visitor.run(visitor.event("bot-threshold", "input"), [threshold, None, "sample"])


def test_what_is_set_applies_to_the_next_question_and_a_reset_undoes_it(visited):
    workspace, tell = visited

    async def story(visitor):
        await visitor.ask("passengers")
        await set_k(visitor, 12)
        told = (await set_threshold(visitor, 0.4)).json()["data"][1]
        await visitor.ask("passengers")
        await visitor.run(visitor.event("bot-reset", "click"), ["sample"])
        await visitor.ask("passengers")
        return told

    told = words(tell(story))
    assert workspace.chosen == [(DEFAULT_K, None), (12, 0.4), (DEFAULT_K, None)]
    assert "Set here, for this session, in place of 0.210" in told


def test_another_session_keeps_its_own_settings(visited):
    workspace, tell = visited

    async def story(visitor):
        await set_k(visitor, 3)
        other = PageClient(visitor.http, (await visitor.http.get("/config")).json(), collection="sample")
        await other.ask("passengers")

    tell(story)
    assert workspace.chosen == [(DEFAULT_K, None)]


@pytest.mark.parametrize("k", [0, MOST_K + 1, 1e9, -3])
def test_a_value_outside_of_its_slider_is_refused(visited, k):
    workspace, tell = visited

    async def story(visitor):
        answer = await set_k(visitor, k)
        await visitor.ask("passengers")
        return answer.status_code

    assert tell(story) == 500
    assert workspace.chosen == [(DEFAULT_K, None)]


def test_the_threshold_follows_the_collection_until_one_is_set(visited):
    _, tell = visited

    async def story(visitor):
        event = next(
            e for e in visitor._events if [visitor._ids["bot-collection"], "change"] in e["targets"]
            and visitor._ids["bot-threshold"] in e["outputs"]
        )  # fmt: skip
        await visitor.open()  # which tells the session what collections there are
        shown = [await visitor.run(event, [None, name]) for name in ("sample", "empty")]
        await set_threshold(visitor, 0.5)
        shown.append(await visitor.run(event, [None, "empty"]))
        return [(answer.json()["data"][0]["value"], words(answer.json()["data"][1])) for answer in shown]

    (sample, of_sample), (empty, of_empty), (own, _) = tell(story)
    assert (sample, empty, own) == (0.21, 0.0754, 0.5)
    assert "calibrated on 2026-01-31 with 40 answerable questions of <i>gold</i>.jsonl" in of_sample
    assert "“empty” uses the shipped one, 0.075 (820 questions of public sets)." in of_empty


# What is shown


def test_models_are_shown_with_all_that_is_known_of_them_as_text():
    fragment = models_html(FakeWorkspace().models_in_use())
    assert "<b>rules</b>" in words(fragment)
    assert "<b>" not in fragment
    shown = words(fragment)
    assert "Apache-2.0 · 269 MB on disk · window of 8,192 tokens · 0.8 s to load here" in shown
    assert "bot serve --model FOLDER" in shown


def test_costs_are_the_medians_of_this_conversation():
    *_, thread = converse(FakeWorkspace(), begin((), "passengers"), collection="sample")
    turns = [
        replace(thread[0], answer=replace(thread[0].answer, timings=Timings(retrieve=0.02, total=s)))
        for s in (1.0, 2.0, 9.0)
    ]
    shown = words(costs_html(tuple(turns), n_bytes=712_300_000))
    assert "Median of 3 answers" in shown
    assert re.search(r"Searching +under 0\.1 s.*first sentence +–.*To the end +2\.0 s.*712 MB", shown)
    assert "Nothing asked" in words(costs_html((), n_bytes=None))


def test_a_calibration_of_other_models_is_said_not_to_count():
    kept = Calibration(0.3, 0.08, 40, "gold.jsonl", "", "", "2026-01-31")
    own = OwnThreshold(0.0754, "public sets", passed_over=kept)
    assert "made with other models, so it does not count" in threshold_html(Choices(), own, collection="c")


@pytest.mark.parametrize("parts", [
    BUNDLED, replace(BUNDLED, generator=None), replace(BUNDLED, rerank=False),
    replace(BUNDLED, generator="/models/mine", verifier_folder=Path("/models/nli")),
])  # fmt: skip
def test_every_option_that_is_named_is_one_of_bot_serve(parts):
    known = {
        option for action in parser()._subparsers._group_actions[0].choices["serve"]._actions
        for option in action.option_strings
    }  # fmt: skip
    models = in_use(parts)
    assert [model.role for model in models] == ["generator", "reranker", "encoder", "verifier"]
    named = {option for model in models for option in re.findall(r"--[a-z-]+", model.change)}
    assert named <= known


def test_a_licence_is_read_from_the_folder_or_said_to_be_missing(tmp_path):
    assert licence_of(tmp_path) == NO_LICENCE
    (tmp_path / "README.md").write_text("---\nlanguage: en\nlicense: cc-by-nc-4.0\n---\n# A model\n")
    assert licence_of(tmp_path) == "cc-by-nc-4.0"


def test_memory_in_use_is_that_of_this_process():
    assert 10_000_000 < resident_bytes() < 1e12
    assert resident_bytes("nobody") is None


# The real workspace


@pytest.mark.weights
def test_a_workspace_says_what_it_runs_on_and_where_its_threshold_comes_from(tmp_path):
    workspace = Workspace(tmp_path)
    assert workspace.models_in_use()[0].n_bytes is None  # nothing is loaded for it
    workspace.warm()
    generator, reranker, encoder, verifier = workspace.models_in_use()
    assert generator.n_bytes == reranker.n_bytes > 1e8
    assert generator.detail == "window of 8,192 tokens"
    assert encoder.detail == "384 dimensions, reads 256 tokens"
    assert all(model.load_s > 0 for model in (generator, reranker, encoder))
    assert isinstance(verifier, ModelInUse)
    assert verifier.load_s is None
    shipped = workspace.own_threshold("news")
    assert (shipped.value, shipped.calibration) == (workspace.shipped_threshold, None)
    kept = Calibration(0.3, 0.08, 40, "gold.jsonl", "", workspace.made_with, "2026-01-31")
    keep_calibration(tmp_path, "news", kept)
    assert workspace.own_threshold("news").calibration == kept
    keep_calibration(tmp_path, "news", replace(kept, made_with="others"))
    assert workspace.own_threshold("news").passed_over.gold == "gold.jsonl"
