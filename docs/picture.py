"""Take the pictures of the page, of the real product: every tab, light and dark, wide and narrow.

`python docs/picture.py [FOLDER]`, docs/pictures by default. Needs Debian's chromium and chromium-driver. The
sample library is taken into a folder of its own, and a few of its gold questions are evaluated there.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parent), str(HERE.parent / "tests")]

from page_driver import Page, browsing, serving  # noqa: E402

from bot.cli import quiet_libraries  # noqa: E402
from bot.samples import LIBRARY, example_questions  # noqa: E402
from bot.workspace import Workspace  # noqa: E402

QUESTIONS = (
    "How did Dr Ines Quillfeather sum up the accident?",
    "What was Harrowgate Tidal's revenue in 2024?",
    "And the year before?",
    "Who owns the moon?",
)
SIZES = {"wide": (1280, 800), "narrow": (390, 844)}


def main() -> None:
    """Save a picture of each thing there is to see."""
    quiet_libraries()
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else HERE / "pictures"
    folder.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as home:
        workspace = Workspace(Path(home))
        list(workspace.ingest([LIBRARY], collection="samples"))
        workspace.warm()
        with serving(workspace, collection="samples", examples=example_questions()) as address:
            evaluate(address)
            for size, (width, height) in SIZES.items():
                for dark in (False, True):
                    with browsing(width=width, height=height, dark=dark) as page:
                        take(page, address, lambda name, page=page, size=size, dark=dark: shoot(
                            page, folder / f"{name}-{size}-{'dark' if dark else 'light'}.png"
                        ))  # fmt: skip


def evaluate(address: str) -> None:
    """Have a run to show."""
    with browsing() as page:
        page.open(address)
        page.tab("Evaluation")
        page.evaluate(limit=12)


def take(page: Page, address: str, keep: Callable[[str], None]) -> None:
    """Go through the page as a reader does."""
    page.open(address)
    keep("start")
    for n, question in enumerate(QUESTIONS, start=1):
        page.ask(question)
        page.wait_for(f".turn-{n} .bot-actions", timeout_s=120)
    keep("abstention")
    page.press(".turn-2 .bot-marker")
    page.wait_for("#bot-reader.ready mark.quote")
    keep("chat")
    page.tab("Summary")
    page.wait_for("#bot-summarize")
    page.press("#bot-summarize")
    page.wait_for("#bot-summary .bot-coverage", timeout_s=120)
    keep("summary")
    for name in ("Library", "Evaluation", "Settings"):
        page.tab(name)
        page.settle()
        keep(name.lower())


def shoot(page: Page, path: Path) -> None:
    """Save what the window shows once nothing moves any more."""
    time.sleep(0.6)
    page.chrome.save_screenshot(str(path))


if __name__ == "__main__":
    main()
