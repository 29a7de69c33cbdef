"""The line from files to stored documents: read -> parse -> chunk -> encode -> store. One of two lines.

Documents are encoded in groups, because an encoder reads a full batch faster than a few short passages,
and each is then stored in a transaction of its own. What was stored stays stored when the work is
interrupted; starting again skips it as "unchanged".
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath

import numpy as np

from bot.byline import byline
from bot.chunk import chunk
from bot.datatypes import (
    IngestOutcome,
    IngestProgress,
    NewPassage,
    ParsedDocument,
    RefusedRow,
    Upload,
)
from bot.embed import Encoder
from bot.errors import ParseError
from bot.parse import LIMITS, parse
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
    sources: Iterable[Upload | str | Path], *, store: Store, encoder: Encoder, collection: str
) -> Iterator[Event]:
    """Take files, folders and uploads into a collection, one outcome for each document.

    Folders are walked in order of name, hidden entries left out. A file that cannot be read is reported
    as "refused" with its reason, and the others go on.

    Raises:
        UsageError: no collection may have that name.
        EncoderMismatch: the collection was embedded with another encoder.
        StoreError: the home cannot be written to, or another writer is at work.
    """
    if collection in {known.name for known in store.collections()}:
        require_encoder(store.collection(collection), encoder.identity)
    line = _Line(store, encoder, collection)
    try:
        for source in sources:
            for upload, name in _files(source):
                yield from line.take(upload, name)
        yield from line.flush()
    finally:
        line.publish()


class _Line:
    """One run of ingest: documents wait here until a group is worth encoding."""

    def __init__(self, store: Store, encoder: Encoder, collection: str) -> None:
        self.store = store
        self.encoder = encoder
        self.collection = collection
        self.waiting: list[_Waiting] = []
        self.n_stored = 0

    def take(self, upload: Upload | Path | str, source: str) -> Iterator[Event]:
        """Parse one file; encode and store whenever enough passages wait."""
        stem = PurePath(source).stem
        try:
            payload, name = _read(upload)
            sha256 = hashlib.sha256(payload).hexdigest()
            if self.store.stored_sha256(self.collection, source) == sha256:
                yield self._unchanged(source, sha256)
                return
            yield IngestProgress(source, "parsing", 0, 0)
            for row in parse(payload, name):
                yield from self._take_row(row, source, stem, payload, sha256)
        except ParseError as error:
            yield IngestOutcome(source, stem, None, "refused", reason=str(error))

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
        self, row: ParsedDocument | RefusedRow, source: str, stem: str, payload: bytes, sha256: str
    ) -> Iterator[Event]:
        if isinstance(row, RefusedRow):
            yield IngestOutcome(f"{source} {row.row}", stem, None, "refused", reason=row.reason)
            return
        whole_file = row.sha256 == sha256 and not source.lower().endswith(".jsonl")
        row_source = source if whole_file else f"{source}#{row.external_id}"
        if not whole_file and self.store.stored_sha256(self.collection, row_source) == row.sha256:
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
        self.waiting.append(_Waiting(row, row_source, payload if whole_file else None, passages))
        if sum(len(waiting.passages) for waiting in self.waiting) >= GROUP_PASSAGES:
            yield from self.flush()

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


def _files(source: Upload | str | Path) -> Iterator[tuple[Upload | Path | str, str]]:
    """Yield each file with its identity: an upload's name, a URL as it is, a path resolved."""
    if isinstance(source, Upload):
        yield source, f"upload:{source.name}"
    elif "://" in str(source):
        yield str(source), str(source)
    else:
        path = Path(source).expanduser()
        for file in _walked(path) if path.is_dir() else [path]:
            yield file, str(file.resolve())


def _walked(folder: Path) -> Sequence[Path]:
    found = (path for path in folder.rglob("*") if path.is_file())
    return sorted(p for p in found if not any(q.startswith(".") for q in p.relative_to(folder).parts))


def _read(source: Upload | Path | str) -> tuple[bytes, str]:
    """Return a file's bytes and the name to speak of it by.

    Raises:
        ParseError: it does not exist, may not be read, is too large, or is a URL.
    """
    if isinstance(source, Upload):
        return source.payload, source.name
    if isinstance(source, str):
        raise ParseError(f"{source} is a web address, which cannot be read yet: save the page as a file")
    try:
        if source.stat().st_size > max(LIMITS.max_bytes, LIMITS.max_corpus_bytes):
            raise ParseError(f"{source.name} is larger than {LIMITS.max_corpus_bytes:,} bytes: split it")
        return source.read_bytes(), source.name
    except FileNotFoundError as error:
        raise ParseError(f"no such file or folder: {str(source)!r}; check the path") from error
    except OSError as error:
        raise ParseError(f"{source.name} cannot be read ({error.strerror}): check its permissions") from error
