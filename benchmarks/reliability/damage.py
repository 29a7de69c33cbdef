"""Damaged index files: cut, bits flipped, a page of zeros, another collection's, an older one put back.

Every one must be noticed (a warning in the log), never used, and change no result; `rebuild` mends it.
"""

from __future__ import annotations

import logging
import random
from collections.abc import Callable
from pathlib import Path

from benchmarks.reliability.library import COLLECTION, Figure, WordEncoder, fill, workspace
from bot.datatypes import Upload
from bot.store import DenseIndex, Store

QUESTIONS = tuple(f"word{i} word{i * 7 % 50} document" for i in range(5))
PAGE = 4096
K = 10
Damage = Callable[[random.Random, bytes, bytes, bytes], bytes]  # of: the file, another's, an older one


def _cut(choose: random.Random, content: bytes, *_: bytes) -> bytes:
    return content[: choose.randrange(len(content))]


def _flipped(choose: random.Random, content: bytes, *_: bytes) -> bytes:
    changed = bytearray(content)
    for _ in range(choose.choice((1, 8))):
        changed[choose.randrange(len(changed))] ^= 1 << choose.randrange(8)
    return bytes(changed)


def _zeroed(choose: random.Random, content: bytes, *_: bytes) -> bytes:
    first = choose.randrange(0, len(content) // PAGE) * PAGE
    return content[:first] + bytes(len(content[first : first + PAGE])) + content[first + PAGE :]


KINDS: dict[str, Damage] = {
    "truncated": _cut,
    "flipped bits": _flipped,
    "zeroed page": _zeroed,
    "swapped": lambda choose, content, other, older: other,
    "old": lambda choose, content, other, older: older,
}


class Warnings(logging.Handler):
    """Keeps what the store warns of."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep one."""
        self.lines.append(record.getMessage())


def damaged_indexes(base: Path, *, n: int, seed: int = 11) -> Figure:
    """Damage the index file `n` times, in the five ways in turn."""
    store, path, other, older = _library(base / "home")
    choose, content, expected = random.Random(seed), path.read_bytes(), _results(store)
    heard, broken = Warnings(), []
    logging.getLogger("bot.store").addHandler(heard)
    try:
        for i in range(n):
            kind = list(KINDS)[i % len(KINDS)]
            changed = KINDS[kind](choose, content, other, older)
            while changed == content:  # as many flips undo each other, or the page was zeros
                changed = KINDS[kind](choose, content, other, older)
            path.write_bytes(changed)
            heard.lines.clear()
            same = _results(store) == expected
            told = len(heard.lines) == len(QUESTIONS) and not store.verify().ok
            if not same or not told:
                broken.append(f"{kind} {i}: {'' if same else 'other results'} {'' if told else 'unnoticed'}")
            path.write_bytes(content)
    finally:
        logging.getLogger("bot.store").removeHandler(heard)
    path.write_bytes(b"damaged")
    workspace(store.home).rebuild([COLLECTION])
    if not store.verify().ok or _results(store) != expected:
        broken.append("rebuilding did not mend it")
    return Figure(
        "damaged index files", n, len(broken), f"{', '.join(KINDS)}. {' / '.join(broken[:3])}".strip()
    )


def _results(store: Store) -> list[tuple[list[int], list[float]]]:
    loaded, encoder = store.load(COLLECTION), WordEncoder()
    found = [DenseIndex.open(store, loaded).search(encoder.encode_query(each), K) for each in QUESTIONS]
    return [(ids.tolist(), scores.tolist()) for ids, scores in found]


def _library(home: Path) -> tuple[Store, Path, bytes, bytes]:
    """Make a library; return it, its index file, and the bytes of another collection's and an older one."""
    opened = workspace(home)
    texts = {f"{i}.txt": _text(i) for i in range(12)}
    fill(opened, texts)
    older = _index_file(opened.store).read_bytes()
    fill(opened, {"0.txt": _text(99)})
    path = _index_file(opened.store)
    upload = Upload("other.txt", _text(55).encode())
    for _ in opened.ingest([upload], collection="other"):
        pass
    (other,) = set((home / "generations").glob("*.faiss")) - {path}
    return opened.store, path, other.read_bytes(), older


def _index_file(store: Store) -> Path:
    generation = store.generation(COLLECTION)
    assert generation is not None
    return store.home / "generations" / generation.file_name


def _text(number: int) -> str:
    choose = random.Random(number)
    words = [f"word{choose.randrange(50)}" for _ in range(2_500)]
    return f"This is document {number}. " + " ".join(words)
