"""The line from a damaged library to a new one: salvage -> put, or read again from the file -> publish.

Whole documents come over with text, places, vectors and date as they were. Of one that is damaged the file
it came from is read and embedded again, where that was kept and is whole. What is left is named.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from bot.datatypes import IngestOutcome
from bot.embed import Encoder
from bot.errors import EncoderMismatch, StoreError, UsageError
from bot.ingest import ingest_kept
from bot.store import Store
from bot.store.files import make_private_folder
from bot.store.salvage import Salvaged, salvage

LOST = "what is stored of it does not match its checksum, and its file was not kept or is damaged too"


@dataclass(frozen=True, slots=True)
class Rescued:
    """What became of one document: "whole", "read again" or "lost", with a reason for the latter two."""

    document: str
    collection: str
    status: str
    reason: str = ""


def rescue(home: Path, new_home: Path, *, encoder: Encoder, collection: str) -> Iterator[Rescued]:
    """Copy what is whole of a damaged library into a new one; yield what became of each document.

    Args:
        home: the damaged library; nothing in it is changed.
        new_home: an empty folder, or none yet.
        encoder: embeds what is read again.
        collection: taken for a collection's name where that is damaged.

    Raises:
        UsageError: the new home is not empty.
        StoreError: nothing can be read of the old one, or the new one cannot be written to.
    """
    if new_home.exists() and (not new_home.is_dir() or any(new_home.iterdir())):
        raise UsageError(f"{new_home} is not empty: give --to a new folder")
    make_private_folder(new_home)
    store, again, n = Store(new_home), [], 0
    with _no_empty_folder(new_home), tempfile.TemporaryDirectory(prefix="rescue-", dir=new_home) as work:
        for found in salvage(home, Path(work), encoder=encoder.identity, collection=collection):
            n += 1
            if found.parsed is None and found.original is not None:
                again.append(found)  # after the whole ones: they say which encoder a collection has
            else:
                yield _put(store, found)
        if not n:
            raise StoreError(f"no document can be found in {home}: put a backup in its place")
    for found in again:
        yield _read_again(store, found, encoder)
    with store.writing() as writer:
        for each in store.collections():
            writer.publish(each.name)


@contextmanager
def _no_empty_folder(folder: Path) -> Iterator[None]:
    """Leave no empty folder behind where nothing could be put into it."""
    try:
        yield
    finally:
        with suppress(OSError):  # it is not empty
            folder.rmdir()


def _put(store: Store, found: Salvaged) -> Rescued:
    if found.parsed is None or found.vectors is None:
        return Rescued(found.name, found.collection, "lost", LOST)
    with store.writing() as writer:
        writer.put(
            found.collection,
            found.encoder,
            found.parsed,
            source=found.source,
            original=found.original,
            passages=found.passages,
            vectors=found.vectors,
            added=found.added,
        )
    reason = "all but its original file, which is damaged" if found.lacks_original else ""
    return Rescued(found.name, found.collection, "whole", reason)


def _read_again(store: Store, found: Salvaged, encoder: Encoder) -> Rescued:
    assert found.original is not None
    try:
        taken = ingest_kept(
            found.original,
            found.source,
            found.about,
            store=store,
            encoder=encoder,
            collection=found.collection,
        )
        events = list(taken)
    except EncoderMismatch:
        reason = f"its file is whole, and is read again with --encoder {found.encoder.name}"
        return Rescued(found.name, found.collection, "lost", reason)
    for event in events:
        if isinstance(event, IngestOutcome) and event.status == "refused":
            return Rescued(found.name, found.collection, "lost", str(event.reason))
    return Rescued(found.name, found.collection, "read again", "it was damaged; its own file is whole")
