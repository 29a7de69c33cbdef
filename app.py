"""The page with every default: `python app.py`. For another port, home or collection: `bot serve --help`."""

from __future__ import annotations

import sys

from bot.cli import main
from bot.samples import LIBRARY

SAMPLES = "samples"  # as `bot serve` knows the collection that its example questions are about

if __name__ == "__main__":
    sys.exit(
        main(["ingest", str(LIBRARY), "--collection", SAMPLES]) or main(["serve", "--collection", SAMPLES])
    )
