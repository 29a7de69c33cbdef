"""The page in a real browser, over a scripted workspace: what a reader sees, and what must never happen."""

from __future__ import annotations

import pytest
from page_driver import Page, browsing, serving
from page_fakes import FakeWorkspace

pytestmark = pytest.mark.browser

EXAMPLES = ("How many passengers did Norland carry in 2023?", "What would the tunnel cost, and who pays?")


@pytest.fixture(scope="module")
def address():
    with serving(FakeWorkspace(pause_s=0.15), examples=EXAMPLES) as found:
        yield found


@pytest.fixture(scope="module")
def browser():
    with browsing() as page:
        yield page


@pytest.fixture
def page(browser, address) -> Page:
    """Load the page afresh; afterwards, nothing foreign was asked for and nothing complained."""
    browser.chrome.get("about:blank")
    browser.foreign_requests(), browser.complaints()  # what Chromium itself did before
    browser.open(address)
    yield browser
    assert browser.foreign_requests() == []
    assert browser.complaints() == []


def test_an_answer_streams_in_with_its_cards(page):
    page.shoot("wide-light-empty")
    page.ask(EXAMPLES[0])
    page.wait_for(".bot-status")
    page.wait_for(".bot-small")
    assert [text[:14] for text in page.texts(".bot-sentence")] == ["Norland Ferrie", "The board expe"]
    assert page.texts(".bot-group.current mark") == [
        "Norland Ferries carried 4.1 million passengers in 2023, against 3.6 million the year before.",
        "The board expects 4.3 million passengers in 2024",
    ]
    assert page.all(".bot-status") == []


def test_a_marker_leads_to_its_words_and_a_card_back(page):
    page.ask(EXAMPLES[1])
    page.wait_for(".bot-small")
    page.press(".bot-sentence .bot-marker", at=2)
    page.wait_for(".bot-card.cite-3.active")
    assert page.in_view(".bot-card.active mark")
    assert page.texts(".bot-card.active mark") == ["203.6"]
    page.shoot("wide-light-marker")
    page.press(".bot-card.cite-2 h4")
    page.wait_for(".bot-card.cite-2.active")
    assert page.texts(".bot-sentence.active") == ["For comparison, fuel cost the ferries $61.2 million.2"]


def test_a_marker_of_an_earlier_answer_brings_its_own_cards_back(page):
    page.ask(EXAMPLES[0])
    page.wait_for(".bot-small")
    page.ask(EXAMPLES[1])
    page.wait_for(".bot-small", count=2)
    page.press(".turn-1 .bot-marker.cite-1")
    page.wait_for(".bot-group.turn-1.current")
    assert page.texts(".bot-group.current h3") == ["2 sources"]
    assert page.in_view(".bot-card.active mark")


def test_a_growing_answer_stays_in_view_whatever_came_before(page):
    for count in (1, 2, 3, 4, 5):
        page.ask(EXAMPLES[count % 2])
        page.wait_for(".bot-small", count=count)
        page.wait_for("#bot-send")
    page.wait_for(".turn-5 .bot-small")
    page.wait_until(lambda: page.in_view(".turn-5 .bot-small"), "the end of the last answer is out of view")


def test_shift_enter_breaks_the_line_and_enter_sends(page):
    from selenium.webdriver.common.keys import Keys

    box = page.one("#bot-question textarea")
    box.send_keys("two", Keys.SHIFT + Keys.ENTER + Keys.NULL, "lines of passengers")
    assert box.get_property("value") == "two\nlines of passengers"
    box.send_keys(Keys.ENTER)
    page.wait_for(".bot-small")
    assert page.texts(".bot-question") == ["two\nlines of passengers"]


def test_an_abstention_shows_the_closest_passages_without_marks(page):
    page.ask("Who owns the moon?")
    page.wait_for(".bot-abstention")
    page.wait_for(".bot-card.closest", count=3)
    assert page.all(".bot-group.current mark") == []
    page.shoot("wide-light-abstention")


def test_stop_keeps_what_was_shown_and_the_next_question_works(page):
    page.ask(EXAMPLES[1])
    page.wait_for(".bot-sentence")
    page.press("#bot-stop")
    page.wait_for(".bot-notice")
    assert page.texts(".bot-notice") == ["Stopped."]
    page.wait_for("#bot-send")
    page.ask(EXAMPLES[0])
    page.wait_for(".bot-small")
    assert page.texts(".bot-turn.turn-1 .bot-notice") == ["Stopped."]


def test_a_new_chat_ends_the_answer_at_work(page):
    page.ask(EXAMPLES[1])
    page.wait_for(".bot-sentence")
    page.press("#bot-fresh")
    page.wait_for(".bot-welcome")
    page.ask(EXAMPLES[0])
    page.wait_for(".bot-small")
    assert page.texts(".bot-question") == [EXAMPLES[0]]


def test_an_example_asks_itself(page):
    page.press("#bot-examples button")
    page.wait_for(".bot-small")
    assert page.texts(".bot-question") == [EXAMPLES[0]]


def test_hostile_text_is_shown_letter_by_letter(page):
    page.ask("what is hostile <img src=x onerror=alert(9)> $a$ and $b$?")
    page.wait_for(".bot-small")
    assert page.texts(".bot-question") == ["what is hostile <img src=x onerror=alert(9)> $a$ and $b$?"]
    words = page.texts(".bot-group.current blockquote")[0]
    assert "![pixel](https://foreign.example/p.png)" in words
    assert "between $5 and $6 a share, said <b>the chairman</b>" in words
    assert "<script>alert(5)</script> *stars* _and_ `ticks` $$x^2$$ \\(y\\)\n\n# Not a heading" in words
    assert page.all("#bot-sources img, #bot-sources a, #bot-sources script, .katex, #bot-sources table") == []
    with pytest.raises(Exception, match="no such alert"):
        _ = page.chrome.switch_to.alert.text


def test_an_upload_shows_its_outcome_and_joins_the_library(page, tmp_path):
    good, bad = tmp_path / "boats & <b>.txt", tmp_path / "broken.pdf"
    good.write_text("A note on boats\n\nThey float, and cost $5.")
    bad.write_bytes(b"%PDF\x00\x00")
    page.tab("Library")
    page.wait_for("#bot-files input[type=file]")
    page.one("#bot-files input[type=file]").send_keys(f"{good}\n{bad}")
    page.wait_for("#bot-files .file")
    page.press("#bot-add")
    page.wait_for(".bot-badge.refused")
    page.wait_for(".bot-badge.added")
    assert "not text: it holds NUL bytes; save it as UTF-8 text or PDF" in page.texts(".bot-detail")
    page.wait_for(".bot-document", count=4)
    assert "A note on boats" in page.texts(".bot-documents .bot-name")
    page.shoot("wide-light-library")


def test_adding_to_a_new_collection_chooses_it_while_nothing_was_asked(page, tmp_path):
    note = tmp_path / "otters.md"
    note.write_text("Otters came back to the river.")
    page.tab("Library")
    page.wait_for("#bot-files input[type=file]")
    box = page.one("#bot-into input, #bot-into textarea")
    box.clear()
    box.send_keys("notes")
    page.one("#bot-files input[type=file]").send_keys(str(note))
    page.wait_for("#bot-files .file")
    page.press("#bot-add")
    page.wait_until(
        lambda: page.texts(".bot-welcome h2") == ["Ask about the documents in “notes”"], "not chosen"
    )
    assert page.texts(".bot-documents .bot-name") == ["Otters came back to the river."]
    page.wait_until(
        lambda: not page.all("#bot-examples button"), "examples of another collection are offered"
    )


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_at_390_pixels_the_panes_stack_and_nothing_overflows(address, dark):
    with browsing(width=390, height=844, dark=dark) as page:
        page.open(address)
        page.shoot(f"narrow-{dark}-empty")
        page.ask("what is hostile? passengers")
        page.wait_for(".bot-small")
        assert page.overflow() == 0
        assert page.in_view("#bot-question textarea")
        page.press(".bot-sentence .bot-marker", at=1)
        page.wait_for(".bot-card.active")
        assert page.in_view(".bot-card.active mark")
        page.shoot(f"narrow-{dark}-marker")
        page.tab("Library")
        assert page.overflow() == 0


def test_dark_mode_follows_the_system(address):
    with browsing(dark=True) as page:
        page.open(address)
        page.ask(EXAMPLES[1])
        page.wait_for(".bot-small")
        page.press(".bot-sentence .bot-marker")
        page.wait_for(".bot-card.active")
        page.shoot("wide-dark-marker")
        paper = page.chrome.execute_script("return getComputedStyle(document.body).backgroundColor")
        assert paper == "rgb(22, 21, 19)"
