"""The evaluation tab in a real browser: run, look at figures and failures, compare, and what is refused."""

from __future__ import annotations

import json

import pytest
from evaluation_samples import interrupted_sample, kept_sample
from page_driver import Page, browsing, serving, watched
from page_fakes import FakeWorkspace

pytestmark = pytest.mark.browser

HOSTILE = "<img src=x onerror=alert(1)>"


@pytest.fixture
def home(tmp_path):
    """Return a home with three runs, one of them unfinished, and two gold sets, one of them broken."""
    kept_sample(tmp_path, "earlier")
    kept_sample(tmp_path, "later", seed=8, started="2024-06-01T09:30:00Z")
    interrupted_sample(tmp_path, "cut")
    (tmp_path / "gold").mkdir()
    row = {"id": "a", "question": HOSTILE, "answers": [], "answerable": False, "type": "x", "evidence": []}
    (tmp_path / "gold" / "own.jsonl").write_text(json.dumps(row) + "\n")
    (tmp_path / "gold" / "broken.jsonl").write_text("{\n")
    return tmp_path


@pytest.fixture
def address(home):
    with serving(FakeWorkspace(pause_s=0.25, home=home)) as found:
        yield found


@pytest.fixture(scope="module")
def browser():
    with browsing() as page:
        yield page


@pytest.fixture
def page(browser, address) -> Page:
    """Open the tab; afterwards nothing foreign was asked for and nothing complained."""
    with watched(browser) as page:
        opened(page, address)
        yield page


def opened(page: Page, address: str) -> None:
    page.open(address)
    page.tab("Evaluation")
    page.wait_for("#bot-evaluation-shown :is(.bot-runs, .bot-teaching)")
    page.wait_for("#bot-gold-about .md")


def run(page: Page, n: int) -> None:
    box = page.one("#bot-gold-limit input")
    box.clear()
    box.send_keys(str(n))
    page.press("#bot-evaluate")


def test_a_run_shows_its_progress_and_then_its_figures(page):
    run(page, 6)
    page.wait_for(".bot-running progress")
    page.wait_until(lambda: any(" of 6 questions" in t for t in page.texts(".bot-counts")), "no count")
    page.wait_until(lambda: any("left" in t for t in page.texts(".bot-counts")), "no time left")
    page.shoot("evaluation-running")
    page.wait_for("#bot-evaluation-shown .headlines")
    page.wait_for(".bot-finished")
    assert page.texts(".bot-finished .bot-counts") == ["Done: 6 questions."]
    page.wait_for("#bot-evaluation-section .q")
    page.shoot("evaluation-finished")


def test_a_failure_opens_to_what_was_said_and_expected(page):
    page.press(".bot-open[data-run=later]")
    page.wait_for("#bot-evaluation-section .q")
    assert page.all(".q")[0].get_attribute("data-failures") != ""
    page.press(".q summary")
    words = page.texts(".q[open] .facts")[0]
    assert all(part in words for part in ("Answer", "Gold answers", "Citations", "Failed at"))
    page.shoot("evaluation-failure")


def test_figures_and_plots_of_a_run_are_drawn(page):
    page.press(".bot-open[data-run=later]")
    page.wait_for("#bot-evaluation-section .q")
    page.press(".bot-section[data-section=figures]")
    page.wait_for("#bot-evaluation-section .figures")
    assert page.all(".bot-section[data-section=figures][aria-pressed=true]")
    page.shoot("evaluation-figures")
    page.press(".bot-section[data-section=plots]")
    page.wait_for("#bot-evaluation-section svg.drawing", count=6)
    page.shoot("evaluation-plots")


def test_two_runs_are_compared_with_intervals(page):
    assert page.one("#bot-compare").get_property("disabled")
    page.press(".bot-tick[data-run=later]")
    page.press(".bot-tick[data-run=earlier]")
    page.press("#bot-compare")
    page.wait_for(".differences tbody tr", count=5)
    page.wait_for("svg.drawing")
    page.shoot("evaluation-compared")
    page.press(".bot-all-runs")
    page.wait_for(".bot-runs")


def test_runs_over_other_questions_are_refused_in_a_line(page, home):
    kept_sample(home, "other", gold_sha256="77" * 32, started="2024-07-01T00:00:00Z")
    page.tab("Chat")
    page.tab("Evaluation")
    page.wait_for(".bot-tick[data-run=other]")
    page.press(".bot-tick[data-run=other]")
    page.press(".bot-tick[data-run=earlier]")
    page.press("#bot-compare")
    page.wait_for("#bot-evaluation-shown .bot-notice")
    assert page.texts("#bot-evaluation-shown .bot-notice")[0].startswith(
        "these two runs were asked different"
    )
    assert all("/evaluations/compare" in said for said in page.complaints())  # the browser notes a refusal


def test_a_chat_question_is_answered_while_a_run_is_at_work(page):
    run(page, 12)
    page.wait_for(".bot-running progress")
    page.tab("Chat")
    page.ask("How many passengers?")
    page.wait_for(".bot-small")
    page.tab("Evaluation")
    assert page.all(".bot-running progress")
    page.press("#bot-evaluate-stop")
    page.wait_for(".bot-stopped")
    assert page.texts(".bot-stopped")[0].startswith("Stopped. Run it again")
    page.wait_for("#bot-evaluate")


def test_a_page_that_is_loaded_meanwhile_follows_the_run(page, address):
    run(page, 12)
    page.wait_for(".bot-running progress")
    opened(page, address)
    page.wait_for(".bot-running progress")
    page.press("#bot-evaluate-stop")
    page.wait_for(".bot-stopped")


def test_an_own_set_is_chosen_and_a_broken_one_said_to_be(page):
    page.choose("#bot-gold", "own.jsonl")
    page.wait_until(lambda: "1 question" in "".join(page.texts("#bot-gold-about .bot-caveat")), "not counted")
    page.choose("#bot-gold", "broken.jsonl")
    page.wait_for("#bot-gold-about .bot-notice")
    assert page.texts("#bot-gold-about .bot-notice")[0].startswith("broken.jsonl line 1: not a JSON object")
    page.press("#bot-evaluate")
    page.wait_for("#bot-evaluation-progress .bot-notice")


def test_a_set_is_added_by_upload(page, tmp_path, home):
    mine = tmp_path / "my set.csv"
    mine.write_text("question,answer\nWho?,Ann\n")
    page.one("#bot-evaluation-form input[type=file]").send_keys(str(mine))
    page.wait_until(lambda: (home / "gold" / "my-set.csv").exists(), "not copied")
    page.wait_until(lambda: page.one("#bot-gold input").get_property("value") == "my-set.csv", "not chosen")


def test_the_report_opens_whole_and_its_script_runs(page, address):
    page.chrome.get(f"{address}/evaluations/runs/later/report")
    page.wait_for("#filter:not([hidden])")
    assert page.texts("h1") == ["samples: gold.jsonl"]


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_overflows_and_nothing_made_teaches(address, home, tmp_path, dark, width):
    with browsing(width=width, height=860, dark=dark) as page:
        opened(page, address)
        page.shoot(f"evaluation-{width}-{dark}-runs")
        assert page.overflow() == 0
        for part in ("questions", "figures", "plots"):
            page.chrome.execute_script("document.querySelector('.bot-open[data-run=later]')?.click()")
            page.wait_for(".bot-section")
            page.chrome.execute_script(f"document.querySelector('[data-section={part}]').click()")
            page.wait_for({"questions": ".q", "figures": ".figures", "plots": "svg.drawing"}[part])
            if part == "questions":
                page.chrome.execute_script("document.querySelector('.q summary').click()")
            page.chrome.execute_script("document.querySelector('.bot-sections').scrollIntoView()")
            page.shoot(f"evaluation-{width}-{dark}-{part}")
            assert page.overflow() == 0
        for run in (home / "evaluations").iterdir():
            run.rename(tmp_path / run.name)
        opened(page, address)
        page.wait_for(".bot-teaching")
        page.shoot(f"evaluation-{width}-{dark}-empty")
        assert page.overflow() == 0
