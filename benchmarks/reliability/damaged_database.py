"""A damaged database: there is no second copy, so damage must be said, and what is whole named and read.

A page of the file is zeroed, or bits in it flip. Each time either `bot library verify` says so, or nothing
that is stored reads otherwise than before. The documents it calls whole must really be.
"""

from __future__ import annotations

import random
import shutil
from pathlib import Path

from benchmarks.reliability.library import COLLECTION, Broken, Figure, fill, workspace
from bot.errors import BotError
from bot.store import Store

PAGE = 4096


def damaged_databases(base: Path, *, n: int, seed: int = 13) -> Figure:
    """Damage a copy of one library `n` times: a zeroed page and flipped bits in turn."""
    opened = workspace(base / "home")
    texts = {f"{i}.txt": _text(i) for i in range(12)}
    fill(opened, texts)
    choose, expected = random.Random(seed), everything(opened.store)
    broken: list[str] = []
    n_said = 0
    for i in range(n):
        home = base / f"damaged-{i}"
        shutil.copytree(opened.home, home)
        damage(choose, home / "library.sqlite", flips=i % 2 == 1)
        try:
            n_said += _judged(Store(home), expected)
        except Exception as error:
            broken.append(f"{i}: {type(error).__name__}: {error}")
        shutil.rmtree(home)
    detail = f"{n_said} reported, {n - n_said - len(broken)} changed nothing. {' / '.join(broken[:3])}"
    return Figure("damaged databases", n, len(broken), detail.strip())


def damage(choose: random.Random, path: Path, *, flips: bool) -> None:
    """Zero one page of a database, or flip eight bits in it."""
    content = bytearray(path.read_bytes())
    first = choose.randrange(len(content) // PAGE) * PAGE
    if flips:
        for _ in range(8):
            content[first + choose.randrange(PAGE)] ^= 1 << choose.randrange(8)
    else:
        content[first : first + PAGE] = bytes(PAGE)
    path.write_bytes(bytes(content))


def everything(store: Store) -> dict[str, object]:
    """Return all that can be read of each document, by its source."""
    loaded = store.load(COLLECTION)
    found: dict[str, object] = {}
    for summary in store.documents(COLLECTION):
        document = store.document(COLLECTION, summary.source)
        passages = [
            (passage, vector.tobytes())
            for passage, vector in zip(loaded.passages, loaded.vectors, strict=True)
            if passage.doc_id == document.doc_id
        ]
        found[document.source] = (document, passages, store.original(document.doc_id))
    return found


def _judged(store: Store, expected: dict[str, object]) -> bool:
    """Tell whether the damage was said; where it was not, nothing may read otherwise."""
    if not store.verify().ok:
        return True
    try:
        found = everything(store)
    except BotError as error:
        raise Broken(f"verify calls it sound, but {error}") from error
    if found != expected:
        raise Broken("verify calls it sound, but it reads otherwise")
    return False


def _text(number: int) -> str:
    choose = random.Random(number)
    return f"This is document {number}. " + " ".join(f"word{choose.randrange(500)}" for _ in range(1_500))
