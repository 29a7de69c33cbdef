"""One writer and eight readers: no torn read, no lock error; a second writer waits, or is told for whom.

Every version of the one document is one word repeated, so that a mixture of two would show. The readers
start before there is a library, so that its very first commit has witnesses too.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from benchmarks.reliability.library import COLLECTION, Broken, Child, Figure, fill, start, whole, workspace
from bot.errors import StoreBusy
from bot.store import DenseIndex, Store

N_READERS = 8


def crowd(home: Path, *, seconds: float) -> Figure:
    """Write and read for so many seconds."""
    home.parent.mkdir(parents=True, exist_ok=True)
    readers = [start("crowd", home, "read", seconds) for _ in range(N_READERS)]
    writer = start("crowd", home, "write", seconds)
    second = start("crowd", home, "second", seconds)
    broken = [each for child in (*readers, writer, second) for each in _trouble(child)]
    n_reads = sum(_count(reader) for reader in readers)
    whole(home)
    detail = (
        f"{seconds:.0f} s, {_count(writer)} versions written, {_count(second)} turns of a second writer. "
        + " / ".join(broken[:3])
    )
    return Figure(f"reads by {N_READERS} readers beside a writer", n_reads, len(broken), detail.strip())


def _trouble(child: Child) -> list[str]:
    status = child.process.wait()
    return [] if status == 0 else [child.err.read_text().strip().splitlines()[-1]]


def _count(child: Child) -> int:
    return int(child.said or 0)


def write(home: Path, end: float) -> int:
    """Swap a document for other versions of it; embed anew and compact now and then."""
    encoder, version = "words", 0
    while time.time() < end:
        opened = workspace(home, encoder)
        version += 1
        text = " ".join([f"v{version}"] * (3 + version % 7 * 300))
        fill(opened, {"swapped.txt": text})
        if version % 10 == 0:
            encoder = "other words" if encoder == "words" else "words"
            workspace(home, encoder).rebuild([COLLECTION])
        if version % 25 == 0:
            with opened.store.writing() as writer:
                writer.compact()
    return version


def read(home: Path, end: float) -> int:
    """Load, search and look at what is there, again and again.

    Raises:
        Broken: two versions at once, a version older than one already seen, or an index that does not fit.
    """
    n, newest = 0, 0
    while time.time() < end:
        store = Store.open(home)
        n += 1
        if not store.collections():
            continue
        loaded = store.load(COLLECTION)
        versions = {word for passage in loaded.passages for word in passage.text.split()}
        if len(versions) != 1 or int(next(iter(versions))[1:]) < newest:
            raise Broken(f"versions {sorted(versions)[:3]} after v{newest}")
        newest = int(versions.pop()[1:])
        ids, _ = DenseIndex.open(store, loaded).search(loaded.vectors[0], len(loaded.passages) + 1)
        if sorted(ids.tolist()) != loaded.passage_ids.tolist():
            raise Broken("the index does not fit the passages")
    return n


def second(home: Path, end: float) -> int:
    """Ask to write as well: either it gets its turn, or it is told which process is writing.

    Raises:
        Broken: it is told something else.
    """
    n = 0
    while time.time() < end:
        try:
            with Store.open(home).writing(wait_s=0.5):
                n += 1
        except StoreBusy as error:
            if "is being written to by process" not in str(error):
                raise Broken(str(error)) from error
        time.sleep(0.1)
    return n


def main() -> None:
    """Play one part until the end; say how often."""
    home, part, end = Path(sys.argv[1]), sys.argv[2], time.time() + float(sys.argv[3])
    print({"read": read, "write": write, "second": second}[part](home, end), flush=True)


if __name__ == "__main__":
    main()
