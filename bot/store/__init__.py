"""The library on disk: SQLite is the truth, FAISS is a cache that can be rebuilt from it.

Sits between ingest (which parses, chunks and encodes) and search (which reads a snapshot and ranks).
Parses nothing, encodes nothing and never touches the network.

    home/library.sqlite              collections, documents, passages, vectors, original files
    home/library.lock                held by the one writer for as long as it writes
    home/generations/<id>-<n>.faiss  immutable copies of the vectors, checked by SHA-256 before use

A document with its passages and vectors appears in one transaction or not at all.

    store = Store.open(Path("indexes"))
    with store.writing() as writer:
        writer.put("default", identity, parsed, source=path, original=raw, passages=spans, vectors=vectors)
        writer.publish("default")
    loaded = store.load("default")
    ids, scores = DenseIndex.open(store, loaded).search(query, k=10)
"""

from bot.datatypes import NewPassage
from bot.store.dense import DenseIndex
from bot.store.library import Store
from bot.store.records import Loaded, Verification, document_id, require_encoder
from bot.store.writer import Writer

__all__ = [
    "DenseIndex",
    "Loaded",
    "NewPassage",
    "Store",
    "Verification",
    "Writer",
    "document_id",
    "require_encoder",
]
