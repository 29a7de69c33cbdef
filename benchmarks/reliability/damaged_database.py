"""A damaged database: there is no second copy, so damage must be said, and what is whole named and read.

A page of the file is zeroed, or bits in it flip. Each time either `bot library verify` says so, or nothing
that is stored reads otherwise than before. The documents it calls whole must really be.
"""

from __future__ import annotations

import json
import random
import shutil
from collections import Counter
from pathlib import Path

from benchmarks.reliability.library import COLLECTION, Broken, Figure, WordEncoder, fill, workspace
from bot.datatypes import Upload
from bot.errors import BotError, StoreError
from bot.rescue import rescue
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


def damage(choose: random.Random, path: Path, *, flips: bool, page: int | None = None) -> None:
    """Zero one page of a database, or flip eight bits in it; any page, unless one is named."""
    content = bytearray(path.read_bytes())
    first = (choose.randrange(len(content) // PAGE) if page is None else page) * PAGE
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


def rescued_documents(base: Path, *, n: int, seed: int = 17) -> Figure:
    """Damage a copy of one library `n` times and rescue what can be: nothing else may come over.

    Every fifth damage is to the first page, which says where everything else is. Of the twelve documents
    six kept no file of their own, as rows of a corpus do.
    """
    opened = workspace(base / "home")
    fill(opened, {f"{i}.txt": _text(i) for i in range(6)})
    rows = [{"doc_id": f"row{i}", "title": "", "text": _text(i)} for i in range(6, 12)]
    corpus = "\n".join(json.dumps(row) for row in rows).encode()
    list(opened.ingest([Upload("corpus.jsonl", corpus)], collection=COLLECTION))
    choose, expected = random.Random(seed), everything(opened.store)
    broken: list[str] = []
    found: Counter[str] = Counter()
    n_unreadable = 0
    for i in range(n):
        home, new_home = base / f"damaged-{i}", base / f"rescued-{i}"
        shutil.copytree(opened.home, home)
        damage(choose, home / "library.sqlite", flips=i % 2 == 1, page=0 if i % 5 == 4 else None)
        before = (home / "library.sqlite").read_bytes()
        try:
            found.update(_rescued(home, new_home, expected))
        except StoreError:
            n_unreadable += 1
        except Exception as error:
            broken.append(f"{i}: {type(error).__name__}: {error}")
        if (home / "library.sqlite").read_bytes() != before:
            broken.append(f"{i}: the damaged library was changed")
        shutil.rmtree(home)
        shutil.rmtree(new_home, ignore_errors=True)
    n_documents = n * len(expected)
    n_rescued = found["whole"] + found["read again"]
    detail = (
        f"{n_rescued} of {n_documents} documents rescued ({found['whole']} as they were stored, "
        f"{found['read again']} read again from their files); of {n_unreadable} libraries nothing. "
        f"{' / '.join(broken[:3])}"
    )
    return Figure("rescued from damaged databases", n, len(broken), detail.strip())


def _rescued(home: Path, new_home: Path, expected: dict[str, object]) -> Counter[str]:
    """Rescue; return how many documents came over, by how.

    Raises:
        Broken: one reads otherwise than before, or is neither there nor named as lost.
    """
    outcomes = list(rescue(home, new_home, encoder=WordEncoder(), collection=COLLECTION))
    store = Store.open(new_home)
    if not store.verify().ok:
        raise Broken(f"the new library is damaged: {store.verify().lines}")
    held = everything(store) if store.collections() else {}
    statuses = {outcome.document: outcome.status for outcome in outcomes}
    for source, (document, passages, original) in held.items():
        then, then_passages, then_original = expected[source]
        same = (document.text, passages, original) == (then.text, then_passages, then_original)
        if not same and (document.text != then.text or statuses[source] != "read again"):
            lacks = document.text == then.text and passages == then_passages and original is None
            if not lacks:
                raise Broken(f"{source} reads otherwise than before")
    n_named = sum(1 for outcome in outcomes if outcome.status == "lost")
    if len(held) + n_named < len(expected):
        raise Broken(f"{len(expected) - len(held) - n_named} documents are neither there nor named")
    return Counter(statuses[source] for source in held)
