"""Names and paths -> documents to be summarised. What no collection holds is parsed and not stored."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path

from bot.datatypes import Document, ParsedDocument, RefusedRow
from bot.errors import ParseError, UnknownCollection, UnknownDocument, UsageError
from bot.fetch import is_web_address, plain
from bot.parse import parse
from bot.sources import Given, files, read
from bot.store import Store, document_id
from bot.where import EVERYWHERE, Where, chosen

UNSTORED = ""  # in place of a collection's name in the doc_id of what is not stored


def documents_of(
    names: Sequence[str], *, store: Store, collection: str, where: Where = EVERYWHERE
) -> tuple[list[Document], list[str]]:
    """Return the documents that names mean, each once, and a line for each that cannot be read.

    A name is looked up in the collection first, then as a path or web address; no names mean the whole
    collection. Of all these, the ones of which `where` holds.

    Raises:
        UnknownCollection: no names are given and there is none of that name.
        UnknownDocument: a name is neither a document nor a path.
        ParseError: not one of the files can be read.
        UsageError: there is nothing to summarise, or nothing of which `where` holds.
    """
    if not names:
        listed = store.documents(collection)
        if not listed:
            raise UsageError(f"collection {collection!r} is empty: bot ingest FILE --collection {collection}")
        meant = chosen(listed, where, collection)
        return [store.document(collection, summary.doc_id) for summary in meant], []
    found: dict[str, Document] = {}
    refused: list[str] = []
    for name in names:
        for each in _named(name, store, collection):
            if isinstance(each, Document):
                found.setdefault(each.doc_id, each)
            else:
                refused.append(each)
    if not found:
        raise ParseError(refused[0] if refused else f"no file in {', '.join(names)}: give files or documents")
    return list(chosen(list(found.values()), where, collection)), refused


def _named(name: str, store: Store, collection: str) -> Iterator[Document | str]:
    """Yield the documents that a name means, and a line for each of its files that cannot be read."""
    path = Path(name).expanduser()
    try:
        yield store.document(collection, str(path.resolve()) if path.is_file() else plain(name))
    except (UnknownCollection, UnknownDocument):
        if not path.exists() and not is_web_address(name):
            raise
        yield from _parsed(name)


def _parsed(name: str) -> Iterator[Document | str]:
    for file, source in files(name):
        try:
            given = read(file)
            for row in map(given.told, parse(given.payload, given.name)):
                if isinstance(row, RefusedRow):
                    yield f"{given.name} {row.row}: {row.reason}"
                else:
                    yield _document(row, source, given)
        except ParseError as error:
            yield str(error)


def _document(parsed: ParsedDocument, source: str, given: Given) -> Document:
    is_row = given.name.lower().endswith(".jsonl")
    whole = not is_row and parsed.sha256 == hashlib.sha256(given.payload).hexdigest()
    source = source if whole else f"{source}#{parsed.external_id}"
    return Document(
        document_id(UNSTORED, source, parsed.sha256), parsed.external_id, parsed.title, source, parsed.text,
        parsed.page_starts, parsed.sections, parsed.metadata, "", 0, parsed.facts, parsed.n_hidden_facts,
    )  # fmt: skip
