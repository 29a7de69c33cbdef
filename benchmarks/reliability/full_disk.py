"""A disk that fills up and writes that fail, at growing offsets: still readable, nothing acknowledged lost.

Two ways: a limit on the size of any file (RLIMIT_FSIZE: the write beyond it fails), and, where this runs as
root on Linux, a small tmpfs of which less and less is free (a real "no space left on device").
"""

from __future__ import annotations

import os
import resource
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from benchmarks.reliability.library import Broken, Figure, fill, put, start, whole, workspace
from bot.errors import BotError

FIRST = {f"first-{i}.txt": f"What was there before, {i}. " * 20 for i in range(3)}
DISK_BYTES = 3_000_000
FREE_BYTES = 1_000_000  # at the first point; less at each that follows
FILE_BYTES = 700_000  # the largest limit
N_DOCUMENTS = 60
MOST_PASSAGE_WORDS = 4_000


def full_disk(base: Path, *, n: int) -> Figure:
    """Try `n` offsets, half of them on a disk of its own where that is possible."""
    n_disk = n // 2 if can_mount(base) else 0
    broken: list[str] = []
    n_failed = 0
    for trial, count in ((limited_file, n - n_disk), (small_disk, n_disk)):
        for i in range(count):
            try:
                n_failed += trial(base / f"{trial.__name__}-{i}", (i + 1) / count)
            except Exception as error:
                broken.append(f"{trial.__name__} {i}: {type(error).__name__}: {error}")
    detail = (
        f"{n - n_disk} by a limit on file size, {n_disk} on a full tmpfs; in {n_failed} a write failed, "
        f"with one line that says so. {' / '.join(broken[:3])}"
    )
    return Figure("disk full or a failing write, at growing offsets", n, len(broken), detail.strip())


def can_mount(base: Path) -> bool:
    """Tell whether a small disk can be made here."""
    folder = base / "probe"
    folder.mkdir(parents=True)
    if os.geteuid() != 0 or _mount(folder, 1 << 20) != 0:
        return False
    _unmount(folder)
    return True


def limited_file(home: Path, share: float) -> bool:
    """Let no file grow beyond a share of FILE_BYTES while documents are added."""
    fill(workspace(home), FIRST)
    child = start("full_disk", home, int(share * FILE_BYTES))
    failed = _ended(child.process.wait(), child.err.read_text())
    _check(home, child.said, meanwhile=lambda: None)
    shutil.rmtree(home)
    return failed


def small_disk(disk: Path, share: float) -> bool:
    """Add documents on a small disk until it is full; read it while it is, then make room."""
    disk.mkdir(parents=True)
    if _mount(disk, DISK_BYTES):
        raise Broken("the disk could not be mounted")
    try:
        fill(workspace(disk / "home"), FIRST)
        filler = disk / "filler"
        _fill(filler, max(0, _free(disk) - int((1 - share) * FREE_BYTES)))
        child = start("full_disk", disk / "home", 0)
        failed = _ended(child.process.wait(), child.err.read_text())
        _fill(filler, _free(disk))  # to the last byte: reading must not need any
        _check(disk / "home", child.said, meanwhile=filler.unlink)
        return failed
    finally:
        _unmount(disk)


def _ended(status: int, told: str) -> bool:
    if status not in (0, 2) or (status == 2 and (not told.startswith("bot: ") or told.count("\n") != 1)):
        raise Broken(f"it ended with {status}: {told[-300:]}")
    return status == 2


def _check(home: Path, said: str, *, meanwhile: Callable[[], None]) -> None:
    """Compare with what was acknowledged, still in trouble; then end the trouble and go on."""
    acknowledged = {**FIRST, **{name: text_of(name) for name in said.split()}}
    found, _ = whole(home)
    if found != acknowledged:
        raise Broken(f"{len(found)} documents are there, {len(acknowledged)} were acknowledged")
    meanwhile()
    fill(workspace(home), {"after.txt": "There is room again."})
    if whole(home)[0] != {**acknowledged, "after.txt": "There is room again."}:
        raise Broken("it did not go on afterwards")


def _fill(path: Path, n_bytes: int) -> None:
    with path.open("ab") as stream:
        for _ in range(n_bytes // 4096):
            try:
                os.write(stream.fileno(), bytes(4096))
            except OSError:
                return


def _free(disk: Path) -> int:
    told = os.statvfs(disk)
    return told.f_bavail * told.f_frsize


def _mount(folder: Path, n_bytes: int) -> int:
    command = ["mount", "-t", "tmpfs", "-o", f"size={n_bytes}", "tmpfs", str(folder)]
    return subprocess.run(command, check=False, capture_output=True).returncode


def _unmount(folder: Path) -> None:
    subprocess.run(["umount", str(folder)], check=False, capture_output=True)


def text_of(name: str) -> str:
    """Return the text of a document of this trial: longer ones between short ones."""
    n_words = 50 + sum(name.encode()) * 37 % MOST_PASSAGE_WORDS
    return " ".join([f"This is {name}.", *(f"word{i % 90}" for i in range(n_words))])


def main() -> None:
    """Add documents until a write fails; say the name of each that was acknowledged."""
    home, limit = Path(sys.argv[1]), int(sys.argv[2])
    if limit:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    try:
        opened = workspace(home)
        for i in range(N_DOCUMENTS):
            for outcome in put(opened, {f"{i}.txt": text_of(f"{i}.txt")}):
                os.write(1, outcome.source.removeprefix("upload:").encode() + b"\n")
    except BotError as error:
        sys.stderr.write(f"bot: {error}\n")
        sys.exit(2)


if __name__ == "__main__":
    main()
