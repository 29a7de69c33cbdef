"""The page with every default: `python app.py`. For another port, home or collection: `bot serve --help`."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from bot.errors import BotError
from bot.samples import LIBRARY, example_questions
from bot.web import serve
from bot.workspace import Workspace

COLLECTION = "default"


def main() -> int:
    """Serve the page on this machine; an empty home is given the sample library first."""
    home = os.environ.get("BOT_HOME") or Path(__file__).resolve().parent / "indexes"
    try:
        workspace = Workspace.open(Path(home))
        names = [held.name for held in workspace.collections()]
        collection = COLLECTION if not names or COLLECTION in names else names[0]
        if not names:
            for _ in workspace.ingest([LIBRARY], collection=collection):
                pass
        sampled = any(Path(held.source).is_relative_to(LIBRARY) for held in workspace.documents(collection))
        examples = example_questions() if sampled else ()
        serve(workspace, host="127.0.0.1", port=7860, collection=collection, examples=examples)
    except BotError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
