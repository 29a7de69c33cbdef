"""The summary tab in a real browser: choose, read, open the words, export, stop, another collection."""

from __future__ import annotations

import pytest
from page_driver import Page, browsing, serving, watched
from page_fakes import FakeWorkspace

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def browser():
    with browsing(width=1360) as page:
        yield page


@pytest.fixture
def workspace():
    return FakeWorkspace(pause_s=0.02)


@pytest.fixture
def page(browser, workspace) -> Page:
    """Open the tab of a fresh workspace; afterwards, nothing foreign was asked, nothing complained."""
    with serving(workspace) as address, watched(browser) as page:
        page.open(address)
        page.tab("Summary")
        page.wait_for("#bot-summarize")
        yield page


def summarize(page: Page) -> None:
    page.press("#bot-summarize")
    page.wait_for("#bot-summary .bot-coverage")


def read_in_the_chat(page: Page) -> None:
    page.tab("Chat")
    page.ask("How many passengers?")
    page.wait_for("#bot-conversation .bot-actions")
    page.press("#bot-conversation .bot-marker")
    page.wait_for("#bot-side #bot-reader.ready mark")


def test_a_summary_is_read_and_each_marker_opens_its_words(page):
    summarize(page)
    page.press("#bot-summary .bot-marker")
    page.wait_for("#bot-summary-side #bot-reader.ready mark")
    (quoted,) = page.texts("#bot-summary-sources .bot-card.cite-1 mark")
    marked = " ".join("".join(page.texts("#bot-reader mark:not(.beside)")).split())
    assert marked == " ".join(quoted.split())
    assert page.in_view("#bot-reader mark")
    assert page.all("#bot-summary .bot-sentence.active")
    page.press("#bot-reader-back")
    page.wait_until(lambda: not page.one("#bot-reader").is_displayed(), "the reader is still open")


def test_chosen_documents_alone_are_summed_up(page):
    page.one("#bot-summary-documents input").click()
    page.one("#bot-summary-documents input").send_keys("tunnel\n")
    summarize(page)
    assert not page.all("#bot-summary .bot-coverage .bot-of")  # of one document no titles are needed
    assert set(page.texts("#bot-summary-sources h4")) == {"A tunnel nobody asked for"}


def test_a_summary_becomes_a_list_and_a_file(page, tmp_path):
    page.download_to(tmp_path)
    summarize(page)
    page.press("#bot-summary-bullets input")
    page.wait_for("#bot-summary .bot-points li")
    page.press("#bot-summary .export-summary")
    page.wait_until(lambda: (tmp_path / "summary.md").exists(), "no file came")
    told = (tmp_path / "summary.md").read_text()
    assert "\n- " in told
    assert "## Coverage" in told


def test_another_collection_clears_the_summary_and_offers_its_documents(page):
    summarize(page)
    page.choose_collection("empty")
    page.wait_until(lambda: not page.all("#bot-summary .bot-coverage"), "the summary is still there")
    page.press("#bot-summarize")
    page.wait_for("#bot-summary .bot-notice")
    assert "no sentences" in page.one("#bot-summary .bot-notice").text


def test_a_summary_is_stopped(page, workspace):
    workspace.pause_s = 0.6
    page.press("#bot-summarize")
    page.wait_for("#bot-summarize-stop")
    page.press("#bot-summarize-stop")
    page.wait_for("#bot-summary .bot-notice")
    assert page.one("#bot-summary .bot-notice").text == "Stopped."
    page.wait_for("#bot-summarize")


def test_sources_are_there_while_the_chat_has_a_document_open(page):
    read_in_the_chat(page)
    page.tab("Summary")
    summarize(page)
    page.settle()
    assert page.one("#bot-summary-sources .bot-card").is_displayed()


def test_the_chat_goes_on_beside_a_summary(page):
    summarize(page)
    read_in_the_chat(page)
    page.tab("Summary")
    page.press("#bot-summary .bot-marker")
    page.wait_for("#bot-summary-side #bot-reader.ready mark")


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_at_390_pixels_nothing_overflows(dark, workspace):
    with browsing(width=390, height=844, dark=dark) as page, serving(workspace) as address:
        page.open(address)
        page.tab("Summary")
        summarize(page)
        assert page.overflow() == 0
        page.shoot(f"summary-narrow-{'dark' if dark else 'light'}")
