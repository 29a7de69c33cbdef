"""Ctrl-C while a folder is read, and going on later: what was done is not done again.

Done is what an outcome line was shown for. The encoder notes every passage that it reads, and the second run
must read none of a document that was done.
"""

from __future__ import annotations

import random
import signal
import sys
import time
from pathlib import Path

from benchmarks.reliability.library import COLLECTION, Broken, Figure, start, whole, workspace
from bot.datatypes import IngestOutcome

N_FILES = 25
PASSAGES_EACH = 40  # so that a group, which is encoded at once, is a few files


def interrupts(base: Path, *, n: int, seed: int = 17) -> Figure:
    """Interrupt `n` ingests, each at another moment."""
    choose, broken, kept, n_whole = random.Random(seed), [], 0, 0
    folder = base / "folder"
    folder.mkdir(parents=True)
    for i in range(N_FILES):
        text = " ".join(f"File{i}word{j}." for j in range(90 * PASSAGES_EACH // 4))
        (folder / f"{i:02}.txt").write_text(text, encoding="utf-8")
    for i in range(n):
        try:
            n_done = _interrupted(base / f"home-{i}", folder, choose.uniform(0, 1.0))
            kept, n_whole = kept + n_done, n_whole + (n_done == N_FILES)
        except Exception as error:
            broken.append(f"{i}: {type(error).__name__}: {error}")
    if n_whole == n:
        broken.append("every ingest ended before it was interrupted")
    detail = (
        f"{kept} of {n * N_FILES} documents were done before, none of them read again; {n_whole} had ended "
        f"by themselves. {' / '.join(broken[:3])}"
    )
    return Figure("Ctrl-C during ingest, then again", n, len(broken), detail.strip())


def _interrupted(home: Path, folder: Path, delay_s: float) -> int:
    child = start("interrupts", home, folder)
    if child.strike(signal.SIGINT, after_s=delay_s) not in (0, 130):
        raise Broken(child.err.read_text()[-300:])
    done = set(child.said.split()[1:])
    whole(home)
    opened = workspace(home)
    events = list(opened.ingest([folder], collection=COLLECTION))
    outcomes = {Path(e.source).name: e.status for e in events if isinstance(e, IngestOutcome)}
    again = [name for name in done if outcomes[name] != "unchanged"]
    encoded = " ".join(opened.models.encoder.read)
    again += [name for name in done if f"File{int(name[:2])}word1." in encoded]
    if again or len(outcomes) != N_FILES or len(whole(home)[0]) != N_FILES:
        raise Broken(f"done again: {again}; {len(outcomes)} outcomes")
    return len(done)


def main() -> None:
    """Ingest a folder as the command line does, and say what is done."""
    home, folder = Path(sys.argv[1]), Path(sys.argv[2])
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a background job inherits that it is ignored
    print("begin", flush=True)
    try:
        for event in workspace(home).ingest([folder], collection=COLLECTION):
            if isinstance(event, IngestOutcome):
                print(Path(event.source).name, flush=True)
                time.sleep(0.03)
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
