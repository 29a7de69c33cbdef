"""What the trials share: a small encoder, a workspace that uses it, and the check that a library is whole."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import time
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bot.datatypes import EncoderIdentity, IngestOutcome, Upload
from bot.store import DenseIndex, Store
from bot.workspace import Workspace

D = 16
ROOT = Path(__file__).resolve().parents[2]
COLLECTION = "default"


class Broken(Exception):
    """A promise was not kept; the message says which."""


@dataclass(frozen=True, slots=True)
class Figure:
    """What a trial found: `n` cases of which `n_broken` broke the promise; `detail` in words."""

    trial: str
    n: int
    n_broken: int
    detail: str


class WordEncoder:
    """Counts words in 16 boxes, differently for each `name`: a real, small, fast encoder."""

    def __init__(self, name: str = "words") -> None:
        self.identity = EncoderIdentity(name, f"{zlib.crc32(name.encode()):064x}", D)
        self.read: list[str] = []  # every passage it was asked about

    def encode_passages(
        self, texts: Sequence[str], *, on_batch: Callable[[int], None] | None = None
    ) -> np.ndarray:
        """Return (n, 16) float32, rows of unit length."""
        self.read += texts
        return np.array([self.encode_query(text) for text in texts], np.float32).reshape(len(texts), D)

    def encode_query(self, text: str) -> np.ndarray:
        """Return (16,) float32 of unit length."""
        vector = np.zeros(D, np.float32)
        for word in re.findall(r"\w+", text.lower()) or [""]:
            vector[zlib.crc32(f"{self.identity.name} {word}".encode()) % D] += 1
        return vector / np.linalg.norm(vector)

    def fits(self, text: str) -> bool:
        """Every passage fits."""
        return True


def workspace(home: Path, encoder: str = "words") -> Workspace:
    """Open a home with the small encoder in place of the large one."""
    opened = Workspace(home)
    opened.models.encoder = WordEncoder(encoder)
    return opened


def put(opened: Workspace, texts: dict[str, str]) -> Iterator[IngestOutcome]:
    """Ingest {name: text} as uploads; yield each outcome as it comes, which acknowledges it."""
    uploads = [Upload(name, text.encode()) for name, text in texts.items()]
    for event in opened.ingest(uploads, collection=COLLECTION):
        if isinstance(event, IngestOutcome):
            yield event


def fill(opened: Workspace, texts: dict[str, str]) -> None:
    """Ingest {name: text} to the end."""
    for _ in put(opened, texts):
        pass


def texts_of(store: Store) -> dict[str, str]:
    """Return {name: text} of the collection, read document by document; {} where there is none."""
    if not store.collections():
        return {}
    return {
        each.source.removeprefix("upload:"): store.document(COLLECTION, each.doc_id).text
        for each in store.documents(COLLECTION)
    }


def whole(home: Path) -> tuple[dict[str, str], float]:
    """Check six invariants of a library; return its {name: text} and the seconds that reopening took.

    It opens; the database is sound; every document has exactly its passages, vectors and original; index and
    database hold the same ids; each stored vector finds its own passage; the index file is the published one.

    Raises:
        Broken: one does not hold.
    """
    store = Store.open(home)
    seconds = reopened_s(store)
    found = store.verify()
    if not found.ok:
        raise Broken("; ".join(found.lines))
    texts = texts_of(store)
    for document in store.documents(COLLECTION) if texts else ():
        original = store.original(document.doc_id)
        if original is not None and original.decode() != store.document(COLLECTION, document.doc_id).text:
            raise Broken(f"the original of {document.source} is not what its text was read from")
    return texts, seconds


def reopened_s(store: Store) -> float:
    """Open, load and search as a question does; return the seconds.

    Raises:
        Broken: ids differ between index and database, or a vector does not find its own passage.
    """
    started = time.perf_counter()
    if not store.collections():
        return time.perf_counter() - started
    loaded = store.load(COLLECTION)
    index = DenseIndex.open(store, loaded)
    seconds = time.perf_counter() - started
    n = len(loaded.passages)
    for i in range(0, n, max(1, n // 5)):
        ids, scores = index.search(loaded.vectors[i], n + 1)
        if sorted(ids.tolist()) != loaded.passage_ids.tolist():
            raise Broken("index and database hold other ids")
        best = ids[scores >= scores[0] - 1e-6]
        if loaded.passage_ids[i] not in best:
            raise Broken("a stored vector does not find its own passage")
    return seconds


@dataclass(frozen=True)
class Child:
    """A module of this package in a process of its own; what it says goes to files, so that none is lost."""

    process: subprocess.Popen[bytes]
    folder: tempfile.TemporaryDirectory[str]  # goes when the child is forgotten

    @property
    def out(self) -> Path:
        """What it said."""
        return Path(self.folder.name, "out")

    @property
    def err(self) -> Path:
        """What it complained of."""
        return Path(self.folder.name, "err")

    @property
    def said(self) -> str:
        """What it has said so far, whole lines only."""
        text = self.out.read_text(encoding="utf-8")
        return text[: text.rfind("\n") + 1]

    def wait_for(self, line: str, *, limit_s: float = 60.0) -> None:
        """Wait until it has said a line.

        Raises:
            Broken: it ended before, or took too long.
        """
        deadline = time.monotonic() + limit_s
        while line not in self.said.splitlines():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise Broken(f"no {line!r} from process {self.process.pid}: {self.err.read_text()[-500:]}")
            time.sleep(0.002)

    def strike(self, signal_number: int, *, after_s: float) -> int:
        """Let it work for so long once it has begun, send it a signal, and return its exit code.

        Raises:
            Broken: it did not begin.
        """
        self.wait_for("begin")
        time.sleep(after_s)
        self.process.send_signal(signal_number)
        return self.process.wait()


def start(module: str, *arguments: object) -> Child:
    """Start a module of this package."""
    folder = tempfile.TemporaryDirectory(prefix="reliability-")
    with Path(folder.name, "out").open("wb") as out, Path(folder.name, "err").open("wb") as err:
        process = subprocess.Popen(
            [sys.executable, "-m", f"benchmarks.reliability.{module}", *map(str, arguments)],
            cwd=ROOT,
            env={**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": str(ROOT)},
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=err,
        )
    return Child(process, folder)


def p95(values: Sequence[float]) -> float:
    """Return the 95th percentile; 0 of nothing."""
    return float(np.percentile(values, 95)) if values else 0.0
