"""The page in a real browser, over a scripted workspace: what a reader sees, and what must never happen."""

from __future__ import annotations

import pytest
from page_driver import Page, browsing, serving, watched
from page_fakes import FakeWorkspace

pytestmark = pytest.mark.browser

EXAMPLES = ("How many passengers did Norland carry in 2023?", "What would the tunnel cost, and who pays?")


@pytest.fixture(scope="module")
def workspace():
    return FakeWorkspace(pause_s=0.15)


@pytest.fixture(scope="module")
def address(workspace):
    with serving(workspace, examples=EXAMPLES) as found:
        yield found


@pytest.fixture(scope="module")
def browser():
    with browsing() as page:
        yield page


@pytest.fixture
def page(browser, address) -> Page:
    """Load the page afresh; afterwards, nothing foreign was asked for and nothing complained."""
    with watched(browser) as page:
        page.open(address)
        yield page


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


def open_source(page: Page, marker: str) -> None:
    """Press a marker and wait until its document is open."""
    page.press(marker)
    page.wait_for("#bot-reader.ready mark:not(.beside)")


def test_a_marker_opens_the_document_at_its_words_and_marks_what_stands_over_a_figure(page):
    page.ask(EXAMPLES[1])
    page.wait_for(".bot-small")
    open_source(page, ".bot-sentence .bot-marker.cite-3")
    assert page.in_view("#bot-reader mark.quote")
    assert page.texts("#bot-reader mark.quote") == ["203.6"]
    assert page.texts("#bot-reader mark.beside") == ["2023", "Passengers"]
    assert page.texts("#bot-reader td:has(> mark.cell)") == ["203.6"]
    assert page.texts("#bot-reader-title h4") == ["Norland Ferries plc, annual report 2023"]
    assert page.texts(".bot-sentence.active") == ["Passenger revenue grew by $32.6 million.3"]
    page.shoot("wide-light-reader")


def test_next_and_previous_source_by_button_and_by_key(page):
    from selenium.webdriver.common.keys import Keys

    page.ask(EXAMPLES[1])
    page.wait_for(".bot-small")
    open_source(page, ".bot-sentence .bot-marker.cite-3")
    page.press("#bot-reader-next")  # and so to the first
    page.wait_until(lambda: page.texts("#bot-reader header span") == ["1 of 3"], "the next did not open")
    page.wait_for("#bot-reader.ready mark.quote")
    assert page.texts(".bot-sentence.active .bot-marker") == ["1"]
    assert page.texts("#bot-reader-title h4") == ["A tunnel nobody asked for"]
    page.one("#bot-reader-text").send_keys("p")
    page.wait_until(lambda: page.texts("#bot-reader header span") == ["3 of 3"], "the key did not turn back")
    page.one("#bot-reader-text").send_keys(Keys.ESCAPE)
    page.wait_until(lambda: not page.one("#bot-reader").is_displayed(), "the reader did not close")
    assert page.one(".bot-group.current .bot-card.cite-2").is_displayed()
    assert page.all(".bot-sentence.active") == []


def test_a_card_opens_its_document_too_and_the_keys_do_not_act_in_the_question_box(page):
    page.ask(EXAMPLES[1])
    page.wait_for(".bot-small")
    page.press(".bot-card.cite-2 h4")
    page.wait_for("#bot-reader.ready mark.quote")
    assert page.texts(".bot-sentence.active .bot-marker") == ["2"]
    page.one("#bot-question textarea").send_keys("n")
    assert page.texts("#bot-reader header span") == ["2 of 3"]


def test_a_marker_tells_its_quote_and_its_kind_when_pointed_at(page):
    from selenium.webdriver import ActionChains

    page.ask(EXAMPLES[0])
    page.wait_for(".bot-small")
    ActionChains(page.chrome).move_to_element(page.one(".bot-sentence .bot-marker.cite-2")).perform()
    page.wait_until(lambda: page.one("#bot-tip").is_displayed(), "no tip")
    assert page.texts("#bot-tip span") == ["The board expects 4.3 million passengers in 2024"]
    assert page.texts("#bot-tip b") == ["Shortened by the model, checked against these words"]
    ActionChains(page.chrome).move_to_element(page.one(".bot-question")).perform()
    assert not page.one("#bot-tip").is_displayed()


def test_a_marker_of_an_earlier_answer_brings_its_own_cards_back(page):
    page.ask(EXAMPLES[0])
    page.wait_for(".bot-small")
    page.ask(EXAMPLES[1])
    page.wait_for(".bot-small", count=2)
    open_source(page, ".turn-1 .bot-marker.cite-1")
    assert page.texts("#bot-reader header span") == ["1 of 2"]
    page.press("#bot-reader-back")
    assert page.texts(".bot-group.current h3") == ["2 sources"]


def test_the_nearest_passages_of_an_abstention_can_be_read_in_place(page):
    page.ask("Who owns the moon?")
    page.wait_for(".bot-card.closest", count=3)
    page.press(".bot-card.closest h4")
    page.wait_for("#bot-reader.ready mark.near")
    assert page.all("#bot-reader mark.quote") == []


def test_an_answer_is_copied_with_its_citations(page):
    page.allow_clipboard()
    page.ask(EXAMPLES[0])
    page.wait_for(".bot-small")
    page.press(".bot-act.copy-plain")
    page.wait_until(lambda: page.texts(".bot-act.copy-plain") == ["Copied"], "nothing was copied")
    copied = page.clipboard()
    assert copied.startswith(f"{EXAMPLES[0]}\n\nNorland Ferries carried 4.1 million")
    assert (
        "The board expects 4.3 million in 2024. [2]\n\n[1] Norland Ferries plc, annual report 2023" in copied
    )
    page.press(".bot-act.copy-markdown")
    page.wait_until(lambda: page.clipboard().startswith(f"## {EXAMPLES[0]}"), "no Markdown was copied")


def test_a_conversation_is_taken_away_as_a_file(page, tmp_path):
    page.download_to(tmp_path)
    page.ask(EXAMPLES[0])
    page.wait_for(".bot-small")
    page.press("#bot-export")
    page.wait_until(lambda: (tmp_path / "conversation.md").exists(), "no file came")
    assert f"## {EXAMPLES[0]}" in (tmp_path / "conversation.md").read_text()


def test_a_question_is_asked_again_and_as_it_was_understood(page):
    page.ask(EXAMPLES[0])
    page.wait_for(".bot-small")
    page.press(".turn-1 .bot-act.again")
    page.wait_for(".turn-2 .bot-small")
    assert page.texts(".bot-question") == [EXAMPLES[0], EXAMPLES[0]]
    understood = f"{EXAMPLES[0]} (after 1 earlier)"
    assert page.texts(".turn-2 .bot-understood em") == [understood]
    page.press(".turn-2 .bot-edit")
    assert page.one("#bot-question textarea").get_property("value") == understood


def test_a_thumb_is_kept_once_and_can_be_changed(page, workspace):
    page.ask(EXAMPLES[0])
    page.wait_for(".bot-small")
    page.press(".bot-act.vote-up")
    page.wait_for(".bot-act.vote-up.given")
    page.press(".bot-act.vote-down")
    page.wait_for(".bot-act.vote-down.given")
    both = [(EXAMPLES[0], True), (EXAMPLES[0], False)]
    page.wait_until(lambda: workspace.votes[-2:] == both, "the votes were not kept")


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
    page.wait_for("#bot-examples button")
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
        open_source(page, ".bot-sentence .bot-marker.cite-1")
        page.wait_until(lambda: page.in_view("#bot-reader mark.quote"), "the words are out of view")
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
