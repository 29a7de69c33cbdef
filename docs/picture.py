"""Take the picture of the page that README shows, of the real product: `python docs/picture.py`.

Needs Debian's chromium and chromium-driver. The sample library is taken into a folder of its own.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parent), str(HERE.parent / "tests")]

from page_driver import browsing, serving  # noqa: E402

from bot.cli import quiet_libraries  # noqa: E402
from bot.samples import LIBRARY, example_questions  # noqa: E402
from bot.workspace import Workspace  # noqa: E402

QUESTIONS = ("How much did Harrowgate Tidal agree to pay the kelp growers?",
             "How did Dr Ines Quillfeather sum up the accident?")  # fmt: skip


def main() -> None:
    """Ask two questions in the page and save what is seen as docs/page.png."""
    quiet_libraries()
    with tempfile.TemporaryDirectory() as home:
        workspace = Workspace(Path(home))
        list(workspace.ingest([LIBRARY], collection="samples"))
        workspace.warm()
        with (
            serving(workspace, collection="samples", examples=example_questions()) as address,
            browsing(width=1280, height=800) as page,
        ):
            page.open(address)
            for n, question in enumerate(QUESTIONS, start=1):
                page.ask(question)
                page.wait_for(".bot-small", count=n, timeout_s=120)
            page.chrome.save_screenshot(str(HERE / "page.png"))


if __name__ == "__main__":
    main()
