"""The page with every default: `python app.py`. For another port, home or collection: `bot serve --help`."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from bot.errors import BotError
from bot.samples import LIBRARY, example_questions
from bot.web import serve
from bot.workspace import Workspace

SAMPLES = "samples"  # as `bot serve` knows the collection that its example questions are about


def main() -> int:
    """Serve the page on this machine; an empty home is given the sample library first."""
    home = os.environ.get("BOT_HOME") or Path(__file__).resolve().parent / "indexes"
    try:
        workspace = Workspace.open(Path(home))
        if not workspace.collections():
            for _ in workspace.ingest([LIBRARY], collection=SAMPLES):
                pass
        names = [held.name for held in workspace.collections()]
        collection = SAMPLES if SAMPLES in names else names[0]
        examples = example_questions() if collection == SAMPLES else ()
        serve(workspace, host="127.0.0.1", port=7860, collection=collection, examples=examples)
    except BotError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
