"""A small invented library to start with, and the questions that go with it.

`library/` holds newspaper articles and extracts of annual reports; every person, firm and place in
them is made up. `gold.jsonl` asks about them, with the quoted evidence, in the form that
`bot evaluate` reads. `examples.json` holds the questions that the page offers to a newcomer.
"""

from __future__ import annotations

import json
from pathlib import Path

_HERE = Path(__file__).resolve().parent

LIBRARY: Path = _HERE / "library"
GOLD: Path = _HERE / "gold.jsonl"


def example_questions() -> list[str]:
    """Five questions that show different abilities; the last one has no answer in the library."""
    return json.loads((_HERE / "examples.json").read_text(encoding="utf-8"))
