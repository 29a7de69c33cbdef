"""Hostile strings in titles, text, file names, questions and a model's words: none runs, nothing leaves.

Ours, and where the evaluation data are at hand (`$BOT_EVAL_DATA`) the `core` payloads of `hostile/xss`.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from page_driver import Page, browsing, serving
from page_fakes import FakeWorkspace, stored

from bot.datatypes import Answer, Citation, CitedSentence, Sentence, Stage, Status

pytestmark = pytest.mark.browser

DATA = Path(os.environ.get("BOT_EVAL_DATA", Path(__file__).resolve().parents[2] / "shared" / "data"))
PAYLOADS = DATA / "hostile" / "xss" / "payloads.jsonl"
OURS = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(2)>",
    "<svg/onload=alert(3)>",
    '"><svg onload=alert(4)>',
    "' autofocus onfocus=alert(5) x='",
    "[press](javascript:alert(6))",
    "![x](https://foreign.example/p.png)",
    "<iframe srcdoc='<script>parent.alert(7)</script>'></iframe>",
    "<a href=javascript:alert(8)>a</a>",
    "</p><style>@import '//foreign.example/x.css';</style>",
    "<math><mtext></p><img src=x onerror=alert(9)>",
    "{{constructor.constructor('alert(10)')()}}",
    "$\\href{javascript:alert(11)}{x}$",
    "<form action=https://foreign.example><button>send</button></form>",
    "\n\n<details open ontoggle=alert(12)>\n\n# heading\n",
)
WATCH = """
window.ran = [];
for (const name of ["alert", "confirm", "prompt", "print", "open"]) {
  window[name] = () => { window.ran.push(name); };
}
document.addEventListener("securitypolicyviolation", (event) => {
  window.ran.push(`${event.violatedDirective} ${event.blockedURI}`);
});
"""
TYPE = """
const box = document.querySelector("#bot-question textarea");
Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, "value").set.call(box, arguments[0]);
box.dispatchEvent(new Event("input", {bubbles: true}));
"""


def payloads() -> list[str]:
    """List the strings to try, each once."""
    lines = PAYLOADS.read_text("utf-8").splitlines() if PAYLOADS.exists() else []
    core = [row["payload"] for row in map(json.loads, lines) if row["core"]]
    return list(dict.fromkeys([*OURS, *core]))


class EchoingWorkspace(FakeWorkspace):
    """A document for each payload: its title, its name and its text; the model says what it read."""

    def __init__(self) -> None:
        super().__init__()
        self.library = {"sample": {}}
        for i, payload in enumerate(payloads()):
            document = stored(f"d{i}", payload, f"Before {payload} after.", source=f"upload:{payload}.txt")
            self.library["sample"][f"d{i}"] = replace(document, metadata={"date": payload, "type": payload})

    def stream(self, question, *, collection, **_) -> Iterator:
        """Quote and phrase the documents that the question numbers: "20 to 40"."""
        first, last = (int(word) for word in question.split() if word.isdigit())
        yield Stage(payloads()[first])
        sentences, citations = [], []
        for marker, i in enumerate(range(first, min(last, len(payloads()))), start=1):
            document = self.library["sample"][f"d{i}"]
            quote = document.text[len("Before ") : -len(" after.")]
            citations.append(
                Citation(marker, document.doc_id, f"d{i}", document.title, document.source, None, quote,
                         len("Before "), len("Before ") + len(quote), quote, 1.0)
            )  # fmt: skip
            status = Status.QUOTED if i % 2 else Status.SUPPORTED
            sentences.append(Sentence(f"{quote} said.", (marker,), 1.0, status))
            yield CitedSentence(sentences[-1], (citations[-1],))
        yield Answer(
            question=question, standalone_question=payloads()[first], kind="answer", confidence=0.9,
            sentences=tuple(sentences), citations=tuple(citations), hits=(), model=payloads()[first],
        )  # fmt: skip


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    with serving(EchoingWorkspace(), examples=OURS[:3]) as address, browsing() as browser:
        browser.chrome.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": WATCH})
        browser.foreign_requests()
        browser.open(address)
        yield browser
        assert browser.foreign_requests() == []


def ran(page: Page) -> list[str]:
    """Say what ran, or was kept from it by the policy alone: it should never have become markup."""
    time.sleep(0.2)  # images and frames fail after a moment
    return page.chrome.execute_script("return window.ran")


def test_answers_and_cards(page):
    n = len(payloads())
    for turn, first in enumerate(range(0, n, 40), start=1):
        page.ask(f"{first} to {first + 40}")
        page.wait_for(f".turn-{turn} .bot-small", timeout_s=60)
        assert len(page.all(f".bot-turn.turn-{turn} .bot-sentence")) == min(40, n - first)
        assert ran(page) == []
    assert (
        page.all("#bot-conversation a, #bot-conversation img, #bot-conversation form, #bot-sources a") == []
    )


def test_the_reader_and_the_tips(page):
    for at in range(min(40, len(payloads()))):
        page.chrome.execute_script(
            "document.querySelectorAll('.turn-1 .bot-marker')[arguments[0]].click()", at
        )
        page.wait_for("#bot-reader.ready mark.quote")
        page.chrome.execute_script(
            "document.querySelectorAll('.turn-1 .bot-marker')[arguments[0]].dispatchEvent("
            "new MouseEvent('mouseover', {bubbles: true}))", at,
        )  # fmt: skip
    assert ran(page) == []
    assert page.all("#bot-reader a, #bot-reader img, #bot-reader script, #bot-tip img") == []


def test_questions(page):
    for payload in payloads()[:: max(1, len(payloads()) // 30)]:
        page.chrome.execute_script(TYPE, f"0 to 2 {payload}")
        turns = len(page.all(".bot-turn"))
        page.press("#bot-send")
        page.wait_until(lambda turns=turns: len(page.all(".bot-turn")) > turns or turns >= 40, "not asked")
        page.wait_for("#bot-send")
    assert ran(page) == []


def test_the_library(page):
    page.tab("Library")
    page.wait_for(".bot-documents li, .bot-documents tr", count=min(len(payloads()), 200))
    assert ran(page) == []
    assert page.all("#bot-documents a, #bot-documents img, #bot-documents script, #bot-documents form") == []


def test_what_ran_would_be_noticed(page):
    page.chrome.execute_script(
        "document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=alert(1)>')"
    )
    assert ran(page) == ["script-src-attr inline"]
