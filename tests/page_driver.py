"""Serve the page on a free port, and drive it in Debian's Chromium. For any workspace, fake or real.

    with serving(workspace, collection="sample") as address, browsing() as page:
        page.open(address)
        page.ask("Who brought the lawsuit?")
        page.wait_for(".bot-small")

Nothing here knows what the answers should be.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import uvicorn

from bot.web import WorkspaceLike, create_app
from bot.web.login import Login

FLAGS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--no-first-run", "--disable-dev-shm-usage",
)  # fmt: skip


@contextmanager
def serving(
    workspace: WorkspaceLike,
    *,
    collection: str = "sample",
    examples: Sequence[str] = (),
    login: Login | None = None,
    fetches: bool = False,
) -> Iterator[str]:
    """Run the whole application in a thread; yield its address."""
    app = create_app(workspace, collection=collection, examples=examples, login=login, fetches=fetches)
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        _until(lambda: server.started, "the server did not start")
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(timeout=10)
        listener.close()


@contextmanager
def browsing(*, width: int = 1280, height: int = 860, dark: bool = False) -> Iterator[Page]:
    """Start Chromium with a profile of its own; skip without one, unless $BOT_REQUIRE_BROWSER is set."""
    chromium, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if chromium is None or driver is None:
        missing = "chromium and chromedriver are not installed: apt-get install chromium chromium-driver"
        (pytest.fail if os.environ.get("BOT_REQUIRE_BROWSER") == "1" else pytest.skip)(missing)
    webdriver = pytest.importorskip("selenium.webdriver")
    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        for flag in (*FLAGS, f"--user-data-dir={profile}", f"--window-size={width},{height}"):
            options.add_argument(flag)
        chrome = webdriver.Chrome(options=options, service=webdriver.ChromeService(driver))
        try:
            yield Page(chrome, width=width, height=height, dark=dark)
        finally:
            chrome.quit()


@contextmanager
def watched(browser: Page) -> Iterator[Page]:
    """Hand a browser over for a test; afterwards nothing foreign was asked for and nothing complained."""
    browser.chrome.get("about:blank")
    browser.foreign_requests(), browser.complaints()  # what Chromium itself, or the test before, did
    yield browser
    assert browser.foreign_requests() == []
    assert browser.complaints() == []


class Page:
    """The page as a reader meets it: open, ask, press, look."""

    def __init__(self, chrome, *, width: int, height: int, dark: bool) -> None:
        self.chrome = chrome
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        still = {"name": "prefers-reduced-motion", "value": "reduce"}
        chrome.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
        chrome.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [scheme, still]})

    def open(self, address: str) -> None:
        """Load the page and wait until a question can be typed and the library is filled in."""
        self.chrome.get(address)
        self.wait_for("#bot-question textarea")
        self.wait_for("#bot-conversation .md")

    def ask(self, question: str) -> None:
        """Type a question and press Enter."""
        self.one("#bot-question textarea").send_keys(question + "\n")

    def all(self, selector: str) -> list:
        """List the elements for a CSS selector."""
        return self.chrome.find_elements("css selector", selector)

    def one(self, selector: str):
        """Find the first element for a CSS selector; fails where there is none."""
        return self.chrome.find_element("css selector", selector)

    def texts(self, selector: str) -> list[str]:
        """List what the elements hold as text, shown or not."""
        script = "return [...document.querySelectorAll(arguments[0])].map((e) => e.textContent)"
        return self.chrome.execute_script(script, selector)

    def press(self, selector: str, *, at: int = 0) -> None:
        """Click the element of that number among those of a selector."""
        self.all(selector)[at].click()

    def tab(self, name: str) -> None:
        """Open a tab of the right pane, as soon as Gradio has laid it out."""

        def found() -> list:
            return [tab for tab in self.all("#bot-tabs button[role=tab]") if tab.text == name]

        _until(found, f"no tab {name!r}")
        found()[0].click()

    def choose_collection(self, name: str) -> None:
        """Choose a collection in the header."""
        self.choose("#bot-collection", name)

    def choose(self, box: str, option: str) -> None:
        """Choose an option of a dropdown as a reader does, as soon as the list has faded in.

        A list that closes while it is opened, because the page is still busy with the last choice, is
        opened again.
        """
        from selenium.common import WebDriverException

        def chosen() -> bool:
            options = self.all(f"{box} [role=option], ul[role=listbox] [role=option]")
            if not options:
                self.one(f"{box} input").click()
            try:
                named = [found for found in options if found.text.strip().lstrip("✓ ") == option]
                named[0].click()
            except (IndexError, WebDriverException):  # not there yet, or drawn again at that moment
                return False
            return True

        _until(chosen, f"no option {option!r} is offered in {box}")

    def evaluate(self, *, limit: int) -> None:
        """Run the gold set that is chosen in the evaluation tab, and wait for its figures."""
        box = self.one("#bot-gold-limit input")
        box.clear()
        box.send_keys(str(limit))
        self.press("#bot-evaluate")
        self.wait_for(".bot-finished", timeout_s=60 + 20 * limit)
        self.wait_for("#bot-evaluation-section .q")

    def settle(self) -> None:
        """Wait until two frames have been drawn: what a press changed is there to be looked at."""
        self.chrome.execute_async_script(
            "const done = arguments[0]; requestAnimationFrame(() => requestAnimationFrame(() => done()))"
        )

    def wait_for(self, selector: str, *, count: int = 1, timeout_s: float = 30) -> None:
        """Wait until that many elements are there."""
        _until(lambda: len(self.all(selector)) >= count, f"{count} x {selector} did not appear", timeout_s)

    def wait_until(self, condition, complaint: str, timeout_s: float = 30) -> None:
        """Wait until a condition holds."""
        _until(condition, complaint, timeout_s)

    def in_view(self, selector: str) -> bool:
        """Tell whether the first element lies wholly inside the window, and nothing covers its middle."""
        return self.chrome.execute_script(
            """const e = document.querySelector(arguments[0]); const r = e.getClientRects()[0];
            const hit = document.elementFromPoint(r.left + r.width / 2, r.top + r.height / 2);
            return r.top >= 0 && r.bottom <= innerHeight && (e === hit || e.contains(hit));""",
            selector,
        )

    def allow_clipboard(self) -> None:
        """Let the page write to the clipboard, and a test read it."""
        granted = {"permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"]}
        self.chrome.execute_cdp_cmd("Browser.grantPermissions", granted)

    def clipboard(self) -> str:
        """Read the clipboard."""
        return self.chrome.execute_async_script(
            "const done = arguments[0]; navigator.clipboard.readText().then(done, (e) => done(String(e)))"
        )

    def download_to(self, folder: Path) -> None:
        """Put what the page downloads into a folder."""
        wanted = {"behavior": "allow", "downloadPath": str(folder)}
        self.chrome.execute_cdp_cmd("Browser.setDownloadBehavior", wanted)

    def overflow(self) -> int:
        """Count the pixels by which the page is wider than its window."""
        return self.chrome.execute_script(
            "return document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )

    def foreign_requests(self) -> list[str]:
        """List what the page asked of another host than this machine, over http(s) or ws(s)."""
        messages = (json.loads(entry["message"])["message"] for entry in self.chrome.get_log("performance"))
        urls = {
            message["params"]["request"]["url"]
            for message in messages
            if message["method"] == "Network.requestWillBeSent"
        }
        web = (url for url in urls if urlsplit(url).scheme in {"http", "https", "ws", "wss"})
        return sorted(url for url in web if urlsplit(url).hostname != "127.0.0.1")

    def complaints(self) -> list[str]:
        """Errors of the browser's console: script errors, refused content, missing files."""
        return [entry["message"] for entry in self.chrome.get_log("browser") if entry["level"] == "SEVERE"]

    def shoot(self, name: str) -> None:
        """Save a picture of the window where $BOT_SCREENSHOTS names a folder."""
        if folder := os.environ.get("BOT_SCREENSHOTS"):
            Path(folder).mkdir(parents=True, exist_ok=True)
            self.chrome.save_screenshot(str(Path(folder) / f"{name}.png"))


def _until(condition, complaint: str, timeout_s: float = 30) -> None:
    """Wait for a condition; fail with the complaint."""
    deadline = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < deadline, complaint
        time.sleep(0.05)
