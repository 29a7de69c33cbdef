"""The report in a real browser, opened from its file: what a reader sees, filters, prints."""

from __future__ import annotations

import base64

import pypdfium2
import pytest
from page_driver import browsing
from report_samples import SampleRun, compared

from bot.evaluate.report import write_report

pytestmark = pytest.mark.browser

HOSTILE = (
    '<script>document.title="taken"</script><img src="http://198.51.100.7/x.png" onerror="document.title=1">'
)


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    run = SampleRun(60)
    run.predictions[0]["standalone_question"] = HOSTILE
    path = write_report(tmp_path_factory.mktemp("run"), **run.parts(comparison=compared(run)))
    return path.as_uri()


@pytest.fixture(scope="module", params=[(1280, False), (1280, True), (390, False)], ids=str)
def browser(request):
    width, dark = request.param
    with browsing(width=width, dark=dark) as page:
        yield page


@pytest.fixture
def page(browser, address):
    """Open the report; afterwards nothing was asked for and nothing complained."""
    browser.chrome.get("about:blank")
    browser.foreign_requests(), browser.complaints()
    browser.chrome.get(address)
    yield browser
    assert browser.foreign_requests() == []
    assert browser.complaints() == []


def shown(page) -> int:
    return len([row for row in page.all(".q") if row.is_displayed()])


def choose(page, name: str, value: str) -> None:
    page.one(f'select[name="{name}"] option[value="{value}"]').click()


def test_the_page_is_as_wide_as_its_window_and_every_text_of_a_plot_is_inside_its_plot(page):
    page.chrome.execute_script("document.querySelectorAll('details').forEach((d) => (d.open = true))")
    assert page.overflow() == 0
    outside = page.chrome.execute_script(
        """return [...document.querySelectorAll("figure")].flatMap((figure) => {
          const box = figure.getBoundingClientRect();
          return [...figure.querySelectorAll("text")].filter((text) => {
            const own = text.getBoundingClientRect();
            return own.left < box.left || own.right > box.right;
          }).map((text) => text.textContent);
        });"""
    )
    assert outside == []
    assert page.chrome.title == "samples: gold.jsonl"
    page.shoot(f"report-{page.chrome.execute_script('return innerWidth')}")


def test_questions_are_filtered_by_failure_type_and_words(page):
    assert shown(page) == 60
    choose(page, "failure", "answered")
    n_answered = shown(page)
    assert 0 < n_answered < 60
    assert page.one("output").text == f"{n_answered} of 60 questions"
    choose(page, "type", "span")
    assert shown(page) == 0
    page.press('#filter button[type="reset"]')
    page.wait_until(lambda: shown(page) == 60, "the filter was not taken back")
    page.one('input[name="text"]').send_keys("TRAM LINE AT")
    assert 0 < shown(page) < 60
    page.one('input[name="text"]').clear()


def test_a_link_to_a_question_shows_and_opens_it(page):
    choose(page, "failure", "none")
    link = page.one('.broken a[href^="#q"]')
    target = link.get_attribute("hash")
    assert not page.one(target).is_displayed()
    link.click()
    page.wait_until(lambda: page.one(target).get_attribute("open"), "the question did not open")
    assert page.one(target).is_displayed()


def test_without_the_script_every_question_is_there(browser, address):
    browser.chrome.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        browser.chrome.get(address)
        assert not browser.one("#filter").is_displayed()
        assert shown(browser) == 60
    finally:
        browser.chrome.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})


def test_print_has_every_answer_and_no_controls(page):
    printed = page.chrome.execute_cdp_cmd("Page.printToPDF", {"printBackground": True})
    pdf = pypdfium2.PdfDocument(base64.b64decode(printed["data"]))
    words = " ".join(pdf[i].get_textpage().get_text_bounded() for i in range(len(pdf)))
    words = " ".join(words.split())
    assert words.count("Gold evidence") > 40
    assert "<script>" in words
    assert "Show all" not in words
    pdf.close()
