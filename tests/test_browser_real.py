"""The page over the real models and a real home: from a PDF to the very words on its page."""

from __future__ import annotations

import time

import pytest
from page_driver import browsing, serving, watched
from pdf_samples import column, grid, pdf_of

from bot.samples import LIBRARY, example_questions
from bot.workspace import Workspace

pytestmark = [pytest.mark.browser, pytest.mark.weights]

QUESTION = example_questions()[0]
LEASE = pdf_of(
    column("The harbour of Ostrand", "", "Ostrand is a small harbour on the north coast with two quays."),
    column(
        "The lease of the east quay was signed by Ingrid Valborg on 4 May 2021.",
        "The rent of the east quay is 18,400 euros a year, to be paid each January.",
    ),
)


@pytest.fixture(scope="module")
def workspace(tmp_path_factory):
    made = Workspace(tmp_path_factory.mktemp("home"))
    list(made.ingest([LIBRARY], collection="samples"))
    made.warm()
    return made


@pytest.fixture(scope="module")
def address(workspace):
    with serving(workspace, collection="samples", examples=example_questions()) as found:
        yield found


@pytest.fixture
def page(address):
    with browsing() as browser, watched(browser) as page:
        page.open(address)
        yield page


def upload(page, path, *, into: str) -> None:
    """Add a file to a collection and wait until it is in."""
    page.tab("Library")
    page.wait_for("#bot-files input[type=file]")
    box = page.one("#bot-into input, #bot-into textarea")
    box.clear()
    box.send_keys(into)
    page.one("#bot-files input[type=file]").send_keys(str(path))
    page.wait_for("#bot-files .file")
    page.press("#bot-add")
    page.wait_for(".bot-badge.added", timeout_s=60)


def test_a_pdf_is_uploaded_asked_about_and_opened_at_the_words_then_removed(page, workspace, tmp_path):
    path = tmp_path / "lease.pdf"
    path.write_bytes(LEASE)
    upload(page, path, into="harbour")
    page.wait_until(lambda: page.texts(".bot-documents .bot-name") == ["lease"], "not in the list")
    page.tab("Chat")
    page.ask("Who signed the lease of the east quay?")
    page.wait_for(".bot-small", timeout_s=90)
    assert "Ingrid Valborg" in page.texts(".bot-sentence")[0]
    page.press(".bot-sentence .bot-marker")
    page.wait_for("#bot-reader.ready .bot-sheet .bot-box")
    assert page.in_view("#bot-reader .bot-box")
    assert page.texts("#bot-reader-title .bot-where") == ["Page 2"]
    page.press("#bot-reader .bot-view-text")
    page.wait_for("#bot-reader.ready mark.quote")
    assert "Ingrid Valborg" in page.texts("#bot-reader mark.quote")[0]
    assert page.in_view("#bot-reader mark.quote")
    page.tab("Library")
    page.press(".bot-doc-remove")
    page.press(".bot-doc-yes")
    page.wait_until(lambda: not page.all(".bot-documents .bot-name"), "still in the list")
    assert workspace.documents("harbour") == ()


def style(page, selector, name):
    script = "return getComputedStyle(document.querySelector(arguments[0]))[arguments[1]]"
    return page.chrome.execute_script(script, selector, name)


def test_a_cell_of_a_table_is_framed_and_what_it_is_cited_with_is_marked_and_named(page):
    page.ask("What was the revenue of grid services in 2023?")
    page.wait_for(".bot-small", timeout_s=90)
    assert page.texts(".bot-told")[0] == "Grid services, 2023: 109.8 (£ million)"
    page.press(".bot-sentence .bot-marker")
    page.wait_for("#bot-reader.ready td > mark.quote.cell")
    assert page.texts("#bot-reader mark:not(.beside)") == ["109.8"]
    assert page.in_view("#bot-reader mark.cell")
    assert page.in_view("#bot-reader .bot-legend")
    told = {e.get_attribute("title"): e.text for e in page.all("#bot-reader mark.beside")}
    assert (told["Column"], told["Row"]) == ("2023", "Grid services")
    assert style(page, "#bot-reader td:has(> mark.cell)", "outlineStyle") == "solid"
    assert style(page, "#bot-reader mark.beside", "textDecorationStyle") == "dashed"
    assert page.texts("#bot-tip span") == ["Grid services, 2023: 109.8 (£ million)"]
    page.shoot("wide-light-cell")


def test_a_cell_on_the_page_of_a_pdf_is_framed_under_its_column(page, workspace, tmp_path):
    path = tmp_path / "yard.pdf"
    rows = ("", "2019", "2018"), ("Rowing boats", "5,120", "4,075"), ("Oars", "921", "870")
    path.write_bytes(pdf_of([*column("Sales of the yard of Ostrand by kind"), *grid(*rows)]))
    list(workspace.ingest([path], collection="yard"))
    page.open(page.chrome.current_url)
    page.choose_collection("yard")
    page.ask("What were the sales of rowing boats in 2018?")
    page.wait_for(".bot-small", timeout_s=90)
    assert page.texts(".bot-sentence")[0].startswith("Rowing boats, 2018: 4,075")
    page.press(".bot-sentence .bot-marker")
    page.wait_for("#bot-reader.ready .bot-box.cell")
    assert page.in_view("#bot-reader .bot-box.cell")
    assert style(page, "#bot-reader .bot-box.cell", "outlineStyle") == "solid"
    boxes = {box.get_attribute("title"): box.rect for box in page.all("#bot-reader .bot-box")}
    cell, head, label = boxes[""], boxes["Column"], boxes["Row"]
    assert abs(cell["x"] - head["x"]) < cell["width"]
    assert abs(cell["y"] - label["y"]) < cell["height"] < cell["y"] - head["y"] + cell["height"]
    assert label["x"] + label["width"] < cell["x"]
    page.shoot("wide-light-cell-pdf")


def test_two_collections_answer_each_from_its_own(page, tmp_path):
    note = tmp_path / "otters.txt"
    note.write_text("Otters of Lake Brann\n\nThe otters of Lake Brann were counted by Sigrid Halden in June.")
    upload(page, note, into="otters")
    page.tab("Chat")
    page.ask("Who counted the otters of Lake Brann?")
    page.wait_for(".bot-small", timeout_s=90)
    assert "Sigrid Halden" in page.texts(".bot-sentence")[0]
    page.choose_collection("samples")
    page.wait_for(".bot-welcome")
    page.ask("Who counted the otters of Lake Brann?")
    page.wait_for(".bot-small", timeout_s=90)
    assert "Sigrid" not in "".join(page.texts("#bot-conversation, #bot-sources"))


def test_a_reload_in_the_middle_of_an_answer_leaves_a_page_that_works(page, address):
    page.ask(QUESTION)
    page.wait_for(".bot-status")
    page.open(address)
    page.complaints()  # of the page that was left, whose stream was cut
    assert page.all(".bot-turn") == []
    page.ask(QUESTION)
    page.wait_for(".bot-small", timeout_s=90)
    assert page.all(".bot-sentence")


def test_stop_ends_the_answer_soon_and_the_next_question_is_answered(page):
    page.ask(example_questions()[3])  # asked nowhere else: what was read before is answered too soon to stop
    page.wait_for(".bot-status")
    page.press("#bot-stop")
    page.wait_for(".bot-notice", timeout_s=30)
    assert page.texts(".bot-notice") == ["Stopped."]
    page.wait_for("#bot-send")
    page.ask(QUESTION)
    page.wait_for(".turn-2 .bot-small", timeout_s=90)


def test_two_users_at_once_see_their_own_conversation_alone(page, address):
    with browsing() as other:
        other.open(address)
        questions = example_questions()[:2]
        for browser, question in zip((page, other), questions, strict=True):
            browser.ask(question)
        for browser, question in zip((page, other), questions, strict=True):
            browser.wait_for(".bot-small", timeout_s=120)
            assert browser.texts(".bot-question") == [question]
            assert browser.all(".bot-sentence")


def test_the_first_minute_is_rewarding(page):
    started = time.monotonic()
    page.press("#bot-examples button")
    page.wait_for(".bot-small", timeout_s=60)
    assert time.monotonic() - started < 60
    assert page.all(".bot-sentence .bot-marker")


def test_an_evaluation_runs_over_the_real_models_and_its_questions_can_be_looked_at(page):
    page.tab("Evaluation")
    page.wait_for("#bot-evaluation-shown :is(.bot-runs, .bot-teaching)")
    page.evaluate(limit=4)
    assert page.texts(".bot-finished .bot-counts") == ["Done: 4 questions."]
    assert len(page.all("#bot-evaluation-section .q")) == 4
