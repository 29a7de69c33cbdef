"""How much of one file we are ready to read, before any of it is believed."""

from __future__ import annotations

from dataclasses import dataclass

MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds for one file; whatever passes one of them is refused with a line that names it.

    `max_bytes` is for a single document, `max_corpus_bytes` for a JSONL corpus of many. `max_characters` is
    per document, of canonical text. `wall_s` is per document: the time a reader may take until it hands one
    over, not counting the time the receiver takes. `cpu_s` (whole seconds) and `memory_bytes` (address space,
    shared libraries included) are for the whole file.
    """

    max_bytes: int = 25 * MEGABYTE
    max_corpus_bytes: int = 200 * MEGABYTE
    max_characters: int = 20_000_000
    max_pages: int = 5_000
    wall_s: float = 30.0
    cpu_s: int = 30
    memory_bytes: int = 1_500 * MEGABYTE


LIMITS = Limits()
DRAWING = Limits(wall_s=10.0, cpu_s=10)  # of one page, while a reader waits for it
