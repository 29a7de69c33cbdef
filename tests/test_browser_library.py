"""The library tab in a real browser: files and folders in, search and sorting, read, read again, remove."""

from __future__ import annotations

import pytest
from page_driver import Page, browsing, serving, watched
from page_fakes import HOSTILE_TITLE, FakeWorkspace, stored

pytestmark = pytest.mark.browser

TITLES = ".bot-document:not([hidden]) .bot-name"
NORLAND = "Norland Ferries plc, annual report 2023"
TUNNEL = "A tunnel nobody asked for"

# Drop a folder as a desktop does: entries with readers that give their content in batches.
DROP_A_FOLDER = """
const file = (path, text) => ({ isFile: true, isDirectory: false, name: path.split("/").pop(), fullPath: path,
  file: (is) => is(new File([text], path.split("/").pop(), { type: "text/plain" })) });
const folder = (path, ...inside) => ({ isFile: false, isDirectory: true, name: path.split("/").pop(),
  fullPath: path, createReader: () => { let left = [...inside];
    return { readEntries: (is) => { is(left.slice(0, 1)); left = left.slice(1); } }; } });
const dropped = folder("/dropped", file("/dropped/b.txt", "Bees\\nhum"), folder("/dropped/deep",
  file("/dropped/deep/b.txt", "Bears\\ngrowl"), file("/dropped/deep/.hidden", "x")), folder("/dropped/void"),
  folder("/dropped/.git", file("/dropped/.git/config", "x")));
const event = new Event("drop", { bubbles: true, cancelable: true });
event.dataTransfer = { files: [new File([], "dropped")], items: [{ webkitGetAsEntry: () => dropped }] };
document.querySelector("#bot-files button").dispatchEvent(event);
"""


@pytest.fixture(scope="module")
def browser():
    with browsing(width=1360) as page:
        yield page


@pytest.fixture
def workspace():
    return FakeWorkspace(pause_s=0.05)


@pytest.fixture
def page(browser, workspace) -> Page:
    """Open the library of a fresh workspace; afterwards, nothing foreign was asked, nothing complained."""
    with serving(workspace) as address, watched(browser) as page:
        opened(page, address)
        yield page


def opened(page: Page, address: str) -> None:
    page.open(address)
    page.tab("Library")
    page.wait_for("#bot-files input[type=file]")
    page.wait_for(".bot-document button[aria-label]", count=9)


def typed(page: Page, text: str) -> None:
    from selenium.webdriver.common.keys import Keys

    page.one("#bot-search input, #bot-search textarea").send_keys(Keys.CONTROL, "a", Keys.NULL, text)


def row(page: Page, title: str) -> int:
    """Tell the number of a document's row, as the buttons are counted."""
    return page.texts(".bot-document .bot-name").index(title)


def test_a_folder_goes_in_with_its_paths_and_every_refusal_is_told(page, workspace, tmp_path):
    for name, payload in {
        "2022/report.txt": b"Annual report\nsame", "2023/report.txt": b"Annual report\nsame",
        "2023/photo.png": b"\x89PNG\x00", "2023/.notes": b"x", "huge.txt": b"x" * (26 * 1024 * 1024),
    }.items():  # fmt: skip
        path = tmp_path / "reports" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(payload)
    page.one("#bot-folder-input").send_keys(str(tmp_path / "reports"))
    page.wait_for("#bot-files .file", count=5)
    page.press("#bot-add")
    page.wait_for(".bot-document", count=5)
    sources = {document.source for document in workspace.documents("sample")}
    assert {"upload:reports/2022/report.txt", "upload:reports/2023/report.txt"} <= sources
    assert page.texts("#bot-report .bot-counts") == ["2 added, 3 refused"]
    told = dict(zip(page.texts("#bot-report .bot-name"), page.texts("#bot-report .bot-detail"), strict=True))
    assert "NUL bytes" in told["reports/2023/photo.png"]
    assert "hidden" in told["reports/2023/.notes"]
    assert "larger than 25 MB" in told["reports/huge.txt"]
    page.shoot("library-folder")


def test_a_dropped_folder_is_walked(page, workspace):
    page.chrome.execute_script(DROP_A_FOLDER)
    page.wait_for("#bot-files .file", count=5)
    page.press("#bot-add")
    page.wait_for(".bot-document", count=5)
    sources = {document.source for document in workspace.documents("sample")}
    assert {"upload:dropped/b.txt", "upload:dropped/deep/b.txt"} <= sources
    told = dict(zip(page.texts("#bot-report .bot-name"), page.texts("#bot-report .bot-detail"), strict=True))
    assert "hidden" in told["dropped/deep/.hidden"]
    assert "hidden" in told["dropped/.git"]
    assert "empty folder" in told["dropped/void"]


def test_more_files_join_those_already_chosen(page, tmp_path):
    first, second = tmp_path / "one.txt", tmp_path / "two.txt"
    first.write_text("One\n"), second.write_text("Two\n")
    page.one("#bot-files input[type=file]").send_keys(str(first))
    page.wait_for("#bot-files .file")
    page.wait_for("#bot-files input[type=file]")
    page.one("#bot-files input[type=file]").send_keys(str(second))
    page.wait_for("#bot-files .file", count=2)
    page.press("#bot-add")
    page.wait_for(".bot-document", count=5)


def test_the_search_filters_while_one_types(page):
    typed(page, "ferries PDF")
    page.wait_until(lambda: page.texts(TITLES) == [NORLAND], "not filtered")
    assert page.texts(".bot-documents caption") == ["3 documents in “sample”, 1 shown"]
    typed(page, "tunnel.TXT")
    page.wait_until(lambda: page.texts(TITLES) == [TUNNEL], "not filtered by file name")
    assert not page.one(".bot-no-match").is_displayed()
    typed(page, "zzz")
    page.wait_until(lambda: page.texts(TITLES) == [], "something matches")
    assert page.one(".bot-no-match").is_displayed()
    page.shoot("library-nothing-matches")
    page.wait_until(lambda: "0 shown" in page.texts(".bot-documents caption")[0], "no count")


def test_a_column_head_sorts_up_and_down(page):
    page.press("th.bot-size .bot-sort")
    assert page.texts(TITLES) == [HOSTILE_TITLE, TUNNEL, NORLAND]
    page.press("th.bot-size .bot-sort")
    assert page.texts(TITLES) == [NORLAND, TUNNEL, HOSTILE_TITLE]
    assert page.one("th.bot-size").get_attribute("aria-sort") == "descending"
    assert page.one("th.bot-title").get_attribute("aria-sort") == "none"
    page.press("th.bot-date .bot-sort")
    assert page.texts(TITLES)[0] == NORLAND


def test_remove_asks_in_the_row_first(page, workspace):
    at = row(page, TUNNEL)
    page.press(".bot-doc-remove", at=at)
    assert page.chrome.switch_to.active_element.text == "No"
    page.shoot("library-remove")
    page.press(".bot-doc-no")
    assert page.all(".bot-confirm") == []
    page.press(".bot-doc-remove", at=at)
    page.press(".bot-doc-yes")
    page.wait_until(lambda: len(page.all(".bot-document")) == 2, "not removed")
    assert page.texts("#bot-report .bot-counts") == [f"Removed “{TUNNEL}”."]
    assert "tunnel" not in workspace.library["sample"]
    page.wait_until(lambda: page.chrome.switch_to.active_element.text == "Read", "the focus is lost")


def test_the_whole_confirmation_works_by_keyboard(page, workspace):
    from selenium.webdriver.common.keys import Keys

    page.all(".bot-doc-remove")[row(page, HOSTILE_TITLE)].send_keys(Keys.ENTER)
    page.chrome.switch_to.active_element.send_keys(Keys.ESCAPE)
    assert page.chrome.switch_to.active_element.get_attribute("class") == "bot-doc-remove"
    page.chrome.switch_to.active_element.send_keys(Keys.ENTER)
    page.chrome.switch_to.active_element.send_keys(Keys.SHIFT, Keys.TAB, Keys.NULL, Keys.NULL)
    page.one(".bot-doc-yes").send_keys(Keys.ENTER)
    page.wait_until(lambda: "hostile" not in workspace.library["sample"], "not removed")
    page.wait_until(lambda: len(page.all(".bot-document")) == 2, "still listed")


def test_read_again_reports_where_uploads_do(page, workspace):
    page.press(".bot-doc-again", at=row(page, NORLAND))
    page.wait_for("#bot-report .bot-badge.replaced")
    assert workspace.read_again == ["norland-2023"]
    workspace.gone.add("tunnel")
    page.press(".bot-doc-again", at=row(page, TUNNEL))
    page.wait_for("#bot-report .bot-badge.refused")
    assert page.texts("#bot-report .bot-detail") == ["tunnel is gone and its bytes were not kept"]
    page.wait_until(lambda: not page.all(".bot-document.busy"), "the row stays busy")


def test_read_opens_the_document_in_the_chat(page):
    page.press(".bot-doc-read", at=row(page, TUNNEL))
    page.wait_for("#bot-reader.ready")
    assert page.one("#bot-reader-text").is_displayed()
    assert page.texts("#bot-reader-title") == [TUNNEL]
    assert "crushed schist" in page.texts("#bot-reader-text")[0]


def test_hostile_names_stay_text_in_the_table_and_in_the_reader(page, tmp_path):
    name = "<img src=x onerror=alert(6)>.txt"
    (tmp_path / name).write_text("<b>bold</b> $x$\nwords")
    page.one("#bot-files input[type=file]").send_keys(str(tmp_path / name))
    page.wait_for("#bot-files .file")
    page.press("#bot-add")
    page.wait_for(".bot-document", count=4)
    assert "<b>bold</b> $x$" in page.texts(".bot-document .bot-name")
    assert name in page.texts(".bot-document .bot-detail")
    assert page.all("#bot-library .md :is(img, script, b, a), #bot-library .katex") == []
    page.press(".bot-doc-read", at=row(page, HOSTILE_TITLE))
    page.wait_for("#bot-reader.ready")
    assert page.texts("#bot-reader-title") == [HOSTILE_TITLE]


def test_an_empty_collection_teaches_and_hides_the_search(page):
    page.press("#bot-collection input")
    page.wait_until(lambda: "empty" in "".join(page.texts("ul[role=listbox] li")), "no choice")
    names = [text.strip(" ✓\n") for text in page.texts("ul[role=listbox] li")]
    page.press("ul[role=listbox] li", at=names.index("empty"))
    page.wait_for(".bot-steps")
    assert not page.one("#bot-search").is_displayed()
    page.shoot("library-empty")


def test_a_thousand_documents_are_filtered_at_once(browser):
    workspace = FakeWorkspace()
    for n in range(1000):
        name = f"report-{n:04}"
        workspace.library["sample"][name] = stored(name, f"Report number {n:04}", "Words.")
    with serving(workspace) as address:
        opened(browser, address)
        browser.wait_for(".bot-document", count=1003)
        script = """const box = document.querySelector("#bot-search input, #bot-search textarea");
            box.value = arguments[0]; const from = performance.now();
            box.dispatchEvent(new Event("input", { bubbles: true })); document.body.offsetHeight;
            return performance.now() - from;"""
        assert browser.chrome.execute_script(script, "report-07") < 500
        assert len(browser.texts(TITLES)) == 100


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_at_390_pixels_rows_become_cards_and_nothing_overflows(dark, workspace):
    with serving(workspace) as address, browsing(width=390, height=844, dark=dark) as page:
        opened(page, address)
        assert page.overflow() == 0
        page.shoot(f"library-narrow-{dark}")
        page.chrome.execute_script("document.querySelector('.bot-document').scrollIntoView()")
        page.press(".bot-doc-remove")
        assert page.overflow() == 0
        page.shoot(f"library-narrow-{dark}-cards")


def test_a_web_address_goes_in_where_the_page_is_served_so(page, workspace):
    assert not page.chrome.execute_script(
        "return !!document.querySelector('#bot-address input')?.offsetParent"
    )
    with serving(workspace, fetches=True) as address:
        opened(page, address)
        page.one("#bot-address input, #bot-address textarea").send_keys("https://paper.example/mill")
        page.press("#bot-add")
        page.wait_for(".bot-document", count=4)
        assert "https://paper.example/mill" in {each.source for each in workspace.documents("sample")}
        assert page.texts("#bot-report .bot-counts") == ["1 added"]
        page.shoot("library-address")
