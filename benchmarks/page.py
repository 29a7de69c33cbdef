"""What a reader waits for on the page, and what moves meanwhile: `python -m benchmarks.page [--write]`.

In Debian's Chromium, over the real models and the sample collection, warm: from the address to a question
box that takes letters; from a press on an example to the first sentence and to the whole answer; and the
layout shift while an answer arrives (Layout Instability, https://wicg.github.io/layout-instability/: 0.1 and
less counts as good, https://web.dev/articles/cls).
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

from page_driver import Page, browsing, serving

from benchmarks.machine import command, machine, today, write_result
from bot.cli import quiet_libraries
from bot.evaluate.measures.intervals import percentile
from bot.samples import LIBRARY, example_questions
from bot.workspace import Workspace

INTERACTIVE_GOAL_S = 3.0
SHIFT = """
return window.shifts.reduce((sum, entry) => sum + (entry.hadRecentInput ? 0 : entry.value), 0);
"""
WATCH = """
window.shifts = [];
new PerformanceObserver((list) => window.shifts.push(...list.getEntries()))
  .observe({type: "layout-shift", buffered: true});
"""


def main() -> int:
    """Measure, print, and write with --write."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.page", description=__doc__)
    parser.add_argument("--n", type=int, default=10, help="times the page is opened, each in a new browser")
    parser.add_argument("--write", action="store_true", help="write benchmarks/results/page.md")
    options = parser.parse_args()
    quiet_libraries()
    with tempfile.TemporaryDirectory() as home:
        workspace = Workspace(Path(home))
        list(workspace.ingest([LIBRARY], collection="samples"))
        workspace.warm()
        with serving(workspace, collection="samples", examples=example_questions()) as address:
            found = [_visit(address, at=i) for i in range(options.n)]
    report = "\n".join(_report(found))
    sys.stdout.write(f"{report}\n")
    if options.write:
        write_result("page", f"{report}\n")
    return 0


def _visit(address: str, *, at: int) -> dict[str, float]:
    """Open the page, press an example, and note when what was there."""
    with browsing() as page:
        page.chrome.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": WATCH})
        started = time.perf_counter()
        page.chrome.get(address)
        _wait(page, "#bot-examples button")
        page.one("#bot-question textarea").send_keys("a")
        interactive = time.perf_counter() - started
        page.one("#bot-question textarea").clear()
        asked = time.perf_counter()
        page.press("#bot-examples button", at=at % len(page.all("#bot-examples button")))
        _wait(page, ".bot-sentence, .bot-abstention")
        first = time.perf_counter() - asked
        _wait(page, ".bot-small")
        whole = time.perf_counter() - asked
        return {
            "interactive": interactive, "first sentence": first, "whole answer": whole,
            "layout shift": page.chrome.execute_script(SHIFT),
        }  # fmt: skip


def _wait(page: Page, selector: str) -> None:
    page.wait_for(selector, timeout_s=120)


def _report(found: list[dict[str, float]]) -> list[str]:
    names = {
        "interactive": f"until a letter can be typed, s (goal {INTERACTIVE_GOAL_S:g})",
        "first sentence": "from a press on an example to the first sentence, s",
        "whole answer": "to the whole answer, s",
        "layout shift": "layout shift, from opening to the end of the answer",
    }
    lines = [
        "# The page, as a reader waits for it", "",
        "- over: the sample collection, default models, warm; a new browser for each visit",
        f"- machine: {machine()}", f"- command: `{command('benchmarks.page')}`", f"- date: {today()}", "",
        f"| n={len(found)} | median | p95 | most |", "|---|---|---|---|",
    ]  # fmt: skip
    for name, words in names.items():
        values = [visit[name] for visit in found]
        told = [percentile(values, 50) or 0.0, percentile(values, 95) or 0.0, max(values)]
        lines.append(f"| {words} | " + " | ".join(f"{value:.3f}" for value in told) + " |")
    return lines


if __name__ == "__main__":
    raise SystemExit(main())
