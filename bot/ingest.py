"""The line of `ingest`: read or fetch -> parse -> chunk -> encode -> store. One of two lines.

Documents are encoded in groups, because an encoder reads a full batch faster than a few short passages,
and each is then stored in a transaction of its own. What was stored stays stored when the work is
interrupted; starting again skips it as "unchanged".
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePath

import numpy as np

from bot.byline import byline
from bot.chunk import chunk
from bot.datatypes import (
    Document,
    IngestOutcome,
    IngestProgress,
    NewPassage,
    ParsedDocument,
    RefusedRow,
    Upload,
)
from bot.dates import iso_date
from bot.embed import Encoder
from bot.errors import ParseError
from bot.fetch import fetch, is_web_address, page_name
from bot.parse import parse
from bot.sources import UPLOADED, Fetch, Given, Odd, files, read
from bot.store import Store, document_id, require_encoder

GROUP_PASSAGES = 128  # encoded together: a few seconds of work, which is what an interruption may cost
Event = IngestProgress | IngestOutcome


@dataclass(frozen=True, slots=True)
class _Waiting:
    """A parsed and chunked document on its way to the encoder."""

    parsed: ParsedDocument
    source: str
    original: bytes | None
    passages: list[NewPassage]


def ingest(
    sources: Iterable[Upload | str | Path],
    *,
    store: Store,
    encoder: Encoder,
    collection: str,
    fetch: Fetch = fetch,
) -> Iterator[Event]:
    """Take files, folders, uploads and web addresses into a collection, one outcome for each document.

    Folders are walked in order of name, hidden entries left out. A file that cannot be read, and a page that
    cannot be fetched, is reported as "refused" with its reason, and the others go on.

    Raises:
        UsageError: no collection may have that name.
        EncoderMismatch: the collection was embedded with another encoder.
        StoreError: the home cannot be written to, or another writer is at work.
    """
    if collection in {known.name for known in store.collections()}:
        require_encoder(store.collection(collection), encoder.identity)
    line = _Line(store, encoder, collection, fetch=fetch)
    try:
        for source in sources:
            for upload, name in files(source):
                yield from line.take(upload, name)
        yield from line.flush()
    finally:
        line.publish()


def read_again(name: str, *, store: Store, encoder: Encoder, collection: str) -> Iterator[Event]:
    """Parse and embed a stored document anew, though its bytes be the same: the parser may be a newer one.

    It is read from its path where that is still there, else from the bytes that were kept of it; a web page
    always from these, so nothing is fetched. Its source stays, so that it takes the place of the stored
    version in one transaction ("replaced"). Where it cannot be read ("refused") the stored version stays.

    Raises:
        UnknownCollection, UnknownDocument: nothing is stored by that name.
        EncoderMismatch: the collection was embedded with another encoder.
        StoreError: the home cannot be written to, or another writer is at work.
    """
    require_encoder(store.collection(collection), encoder.identity)
    document = store.document(collection, name)
    file = _file_of(document)
    line = _Line(store, encoder, collection, only=document.source)
    told = False
    try:
        for event in line.again(_kept(document, file, store), file):
            told = told or isinstance(event, IngestOutcome)
            yield event
    finally:
        line.publish()
    if not told:
        reason = f"{PurePath(file).name} has no row {document.external_id!r} any more: the stored one stays"
        yield IngestOutcome(document.source, document.external_id, None, "refused", reason=reason)


def ingest_kept(
    payload: bytes, source: str, about: Mapping[str, str], *, store: Store, encoder: Encoder, collection: str
) -> Iterator[Event]:
    """Take the bytes that were kept of a file or page into a collection, under the source they had.

    `about`: what is left of its metadata; of a page "url" and "fetched" count.

    Raises:
        EncoderMismatch: the collection was embedded with another encoder.
        StoreError: the home cannot be written to, or another writer is at work.
    """
    if collection in {known.name for known in store.collections()}:
        require_encoder(store.collection(collection), encoder.identity)
    line = _Line(store, encoder, collection)
    try:
        yield from line.take(_given(payload, source, about), source)
        yield from line.flush()
    finally:
        line.publish()


def _file_of(document: Document) -> str:
    """Return the source of the file that a document is in: "/c.jsonl#r1" of external_id "r1" -> "/c.jsonl".

    A whole file's source never ends so, since its external_id is its own name.
    """
    return document.source.removesuffix(f"#{document.external_id}")


def _kept(document: Document, file: str, store: Store) -> Given | Path | None:
    """Return where a document can be read again: its path, the bytes kept of it, or None."""
    uploaded = file.startswith(UPLOADED)
    of_the_web = not uploaded and is_web_address(file)
    if not uploaded and not of_the_web and Path(file).is_file():
        return Path(file)
    payload = store.original(document.doc_id)
    if payload is None:
        return None
    return _given(payload, file, document.metadata)


def _given(payload: bytes, file: str, metadata: Mapping[str, str]) -> Given:
    """Return the kept bytes of an upload, of a web page or of a file, with the name each is read by."""
    if file.startswith(UPLOADED):
        return Given(payload, file.removeprefix(UPLOADED))
    if not is_web_address(file):
        return Given(payload, PurePath(file).name)
    url, day = metadata.get("url", ""), iso_date(metadata.get("fetched", ""))
    url = url if is_web_address(url) else file
    return Given(payload, page_name(url, payload), {"url": url, "fetched": day or ""})


class _Line:
    """One run of ingest: documents wait here until a group is worth encoding.

    `only` is the one source that is taken, whether its bytes are new or not; None takes all that is new.
    """

    def __init__(
        self,
        store: Store,
        encoder: Encoder,
        collection: str,
        *,
        fetch: Fetch = fetch,
        only: str | None = None,
    ) -> None:
        self.store = store
        self.encoder = encoder
        self.collection = collection
        self.fetch = fetch
        self.only = only
        self.waiting: list[_Waiting] = []
        self.n_stored = 0

    def take(self, found: Upload | Given | Path | str | Odd, source: str) -> Iterator[Event]:
        """Parse one file or page; encode and store whenever enough passages wait."""
        stem = PurePath(source).stem
        try:
            if isinstance(found, str):
                yield IngestProgress(source, "fetching", 0, 0)
            given = found if isinstance(found, Given) else read(found, self.fetch)
            sha256 = hashlib.sha256(given.payload).hexdigest()
            if self._is_stored(source, sha256):
                yield self._unchanged(source, sha256)
                return
            yield IngestProgress(source, "parsing", 0, 0)
            for row in parse(given.payload, given.name):
                yield from self._take_row(given.told(row), source, given, sha256)
        except ParseError as error:
            yield IngestOutcome(source, stem, None, "refused", reason=str(error))

    def again(self, kept: Given | Path | None, file: str) -> Iterator[Event]:
        """Take the one source from what was found of its file."""
        if kept is None:
            name = PurePath(file.removeprefix(UPLOADED)).name
            reason = f"{name} is gone and its bytes were not kept: add it again; the stored version stays"
            yield IngestOutcome(self.only or file, PurePath(name).stem, None, "refused", reason=reason)
            return
        yield from self.take(kept, file)
        yield from self.flush()

    def flush(self) -> Iterator[Event]:
        """Encode and store everything that waits."""
        passages = [passage for waiting in self.waiting for passage in waiting.passages]
        source = self.waiting[-1].source if self.waiting else ""
        vectors = np.zeros((0, self.encoder.identity.n_dimensions), dtype=np.float32)
        parts = []
        for first in range(0, len(passages), GROUP_PASSAGES):
            group = passages[first : first + GROUP_PASSAGES]
            yield IngestProgress(source, "embedding", first, len(passages))
            parts.append(self.encoder.encode_passages([passage.search_text for passage in group]))
        yield from self._put(np.concatenate([vectors, *parts]))
        self.waiting = []

    def publish(self) -> None:
        """Write the index file once, at the end, where anything was stored."""
        if self.n_stored:
            with self.store.writing() as writer:
                writer.publish(self.collection)

    def _take_row(
        self, row: ParsedDocument | RefusedRow, source: str, given: Given, sha256: str
    ) -> Iterator[Event]:
        if isinstance(row, RefusedRow):
            if self.only is None:
                yield IngestOutcome(
                    f"{source} {row.row}", PurePath(source).stem, None, "refused", reason=row.reason
                )
            return
        whole_file = row.sha256 == sha256 and not given.name.lower().endswith(".jsonl")
        row_source = source if whole_file else f"{source}#{row.external_id}"
        if self.only not in {None, row_source}:
            return
        if not whole_file and self._is_stored(row_source, row.sha256):
            yield self._unchanged(row_source, row.sha256)
            return
        passages = chunk(
            row.text,
            title=row.title,
            sections=row.sections,
            page_starts=row.page_starts,
            fits=self.encoder.fits,
            byline=byline(row.metadata),
        )
        row = _with_unread(row, passages, self.encoder)
        self.waiting.append(_Waiting(row, row_source, given.payload if whole_file else None, passages))
        if sum(len(waiting.passages) for waiting in self.waiting) >= GROUP_PASSAGES:
            yield from self.flush()

    def _is_stored(self, source: str, sha256: str) -> bool:
        """Tell whether these very bytes are stored, and need not be read anew."""
        return self.only is None and self.store.stored_sha256(self.collection, source) == sha256

    def _unchanged(self, source: str, sha256: str) -> IngestOutcome:
        document = self.store.document(self.collection, document_id(self.collection, source, sha256))
        return IngestOutcome(
            source,
            document.external_id,
            document.doc_id,
            "unchanged",
            characters=len(document.text),
            passages=document.n_passages,
            pages=len(document.page_starts) or None,
        )

    def _put(self, vectors: np.ndarray) -> Iterator[Event]:
        if not self.waiting:
            return
        first = 0
        with self.store.writing() as writer:
            for waiting in self.waiting:
                n = len(waiting.passages)
                doc_id, status = writer.put(
                    self.collection,
                    self.encoder.identity,
                    waiting.parsed,
                    source=waiting.source,
                    original=waiting.original,
                    passages=waiting.passages,
                    vectors=vectors[first : first + n],
                )
                first += n
                self.n_stored += 1
                yield _outcome(waiting, doc_id, status)


def _with_unread(parsed: ParsedDocument, passages: Sequence[NewPassage], encoder: Encoder) -> ParsedDocument:
    """Return a document with a warning where the encoder does not read the whole of a passage."""
    n = sum(not encoder.fits(passage.search_text) for passage in passages)
    if not n:
        return parsed
    remark = f"of {n} of {len(passages)} passages the encoder reads only the beginning"
    return replace(parsed, warnings=(*parsed.warnings, remark))


def _outcome(waiting: _Waiting, doc_id: str, status: str) -> IngestOutcome:
    parsed = waiting.parsed
    return IngestOutcome(
        waiting.source,
        parsed.external_id,
        doc_id,
        status,
        characters=len(parsed.text),
        passages=len(waiting.passages),
        pages=len(parsed.page_starts) or None,
        warnings=tuple(parsed.warnings),
    )
