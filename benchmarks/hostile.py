"""Do hostile files hurt? `python -m benchmarks.hostile [--write]`.

Each file of `hostile/files` is ingested: parsed in its own process, chunked, stored. The encoder is a
stand-in, since it does the same whatever the file. What became of it is compared with what its manifest
expects: "text" must be indexed, "refuse" refused, "either" may be both. Time is that of the whole ingest of a
file, memory the peak of the process that read it (resident, pages it shares with its parent included).
"""

from __future__ import annotations

import argparse
import csv
import os
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))  # the stand-in for the encoder

from core_fakes import HashEncoder

from benchmarks.machine import RESULTS, command, machine, today, write_result
from benchmarks.sets import data_folder
from bot.datatypes import IngestOutcome
from bot.errors import UsageError
from bot.ingest import ingest
from bot.parse.sandbox import SHARED
from bot.store import Store

SET = "hostile"
LOOK_S = 0.005  # between two looks at how much memory a reader has
READER_DIED = ("its reader crashed", "its reader was killed", "its reader stopped", "unusable result")
SLOW_S, LARGE_MB = 30.0, 1_500.0
MOST_SHOWN = 20
SERVED = "## While the page is served"  # where the half of `benchmarks.hostile_served` begins


@dataclass(frozen=True, slots=True)
class Case:
    """One file: what its manifest says, what became of it, seconds, and the reader's peak in megabytes."""

    name: str
    kind: str
    expected: str
    outcome: IngestOutcome
    seconds: float
    peak_mb: float

    @property
    def is_indexed(self) -> bool:
        """Tell whether it was stored, with words."""
        return self.outcome.status == "added" and self.outcome.characters > 0

    @property
    def reader_died(self) -> bool:
        """Tell whether its process did not end by itself."""
        return any(words in (self.outcome.reason or "") for words in READER_DIED)

    @property
    def holds(self) -> bool:
        """Tell whether what became of it is what was expected; a refusal has one line."""
        line = self.outcome.reason or ""
        is_refused = self.outcome.status == "refused" and bool(line) and "\n" not in line
        return {"text": self.is_indexed, "refuse": is_refused}.get(
            self.expected, self.is_indexed or is_refused
        )


def main() -> int:
    """Measure, print, and write with --write."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.hostile", description=__doc__)
    parser.add_argument("--write", action="store_true", help="write benchmarks/results/hostile.md")
    options = parser.parse_args()
    report = "\n".join(_report(list(_cases())))
    sys.stdout.write(f"{report}\n")
    if options.write:
        write_result("hostile", f"{report}\n{kept_half()}")
    return 0


def kept_half() -> str:
    """Return the half of hostile.md that `benchmarks.hostile_served` writes, "" where there is none yet."""
    path = RESULTS / "hostile.md"
    kept = path.read_text(encoding="utf-8").partition(SERVED)[1:] if path.is_file() else ("", "")
    return "\n" + "".join(kept) if kept[0] else ""


def _cases() -> Iterator[Case]:
    manifest = data_folder() / SET / "manifest.csv"
    if not manifest.is_file():
        raise UsageError(
            f"no {manifest}: benchmarks/data.md says what it is; name its folder in $BOT_EVAL_DATA"
        )
    with manifest.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    with tempfile.TemporaryDirectory() as home:
        store = Store.open(Path(home))
        for row in rows:
            yield _case(row, manifest.parent / "files" / row["file"], store)


def _case(row: dict[str, str], path: Path, store: Store) -> Case:
    started = time.perf_counter()
    with _watching() as peak:
        events = ingest([path], store=store, encoder=HashEncoder(), collection="hostile")
        (outcome,) = [event for event in events if isinstance(event, IngestOutcome)]
    seconds = time.perf_counter() - started
    return Case(row["file"], row["kind"], row["expect"], outcome, seconds, max(peak) / 1e6)


@contextmanager
def _watching() -> Iterator[list[int]]:
    """Yield a list to which the peak of each process that reads is added, in bytes, while the block runs."""
    peaks, over = [0], threading.Event()

    def look() -> None:
        while not over.wait(LOOK_S):
            peaks.append(max(map(_peak, _readers()), default=0))

    thread = threading.Thread(target=look, daemon=True)
    thread.start()
    try:
        yield peaks
    finally:
        over.set()
        thread.join()


def _readers() -> Sequence[int]:
    """Return the ids of the processes that read files now: the children of the one that starts them."""
    zygote = SHARED._zygote
    if zygote is None:
        return []
    try:
        children = Path(f"/proc/{zygote.pid}/task/{zygote.pid}/children").read_text(encoding="ascii")
    except OSError:
        return []
    return [int(child) for child in children.split()]


def _peak(process: int) -> int:
    """Return the most memory that a process has had resident, 0 where it is gone."""
    try:
        status = Path(f"/proc/{process}/status").read_text(encoding="ascii", errors="replace")
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmHWM")), 0)


def _report(cases: list[Case]) -> list[str]:
    slowest, largest = max(case.seconds for case in cases), max(case.peak_mb for case in cases)
    failed = [case for case in cases if not case.holds]
    return [
        "# Hostile and odd files", "",
        f"- data: `hostile/files`, n={len(cases)} files of test suites of PDF, HTML and office software (the "
        "manifest names each source and licence)",
        f"- machine: {machine()}", f"- command: `{command('benchmarks.hostile')}`", f"- date: {today()}", "",
        "| expected | files | as expected | share |", "|---|---|---|---|",
        *(_row(cases, expected) for expected in ("text", "refuse", "either")), "",
        "| kind | files | indexed | refused |", "|---|---|---|---|", *map(_kind_row, _by_kind(cases)), "",
        "| bound | worst | beyond it |", "|---|---|---|",
        f"| {SLOW_S:g} s for a file | {slowest:.2f} s ({_of(cases, 'seconds')}) "
        f"| {sum(case.seconds > SLOW_S for case in cases)} |",
        f"| {LARGE_MB:,.0f} MB for its reader | {largest:,.0f} MB ({_of(cases, 'peak_mb')}) "
        f"| {sum(case.peak_mb > LARGE_MB for case in cases)} |",
        f"| no reader dies | {sum(case.reader_died for case in cases)} died | |", "",
        "Memory is looked at 200 times a second: a reader that lives shorter than that counts as 0.", "",
        "## Not as expected", "",
        *([_line(case) for case in failed[:MOST_SHOWN]] or ["none"]), "",
        "## Why files were refused", "", *_reasons(cases),
    ]  # fmt: skip


def _row(cases: list[Case], expected: str) -> str:
    of_it = [case for case in cases if case.expected == expected]
    n = sum(case.holds for case in of_it)
    return f"| {expected} | {len(of_it)} | {n} | {n / max(len(of_it), 1):.3f} |"


def _by_kind(cases: list[Case]) -> list[tuple[str, list[Case]]]:
    return [(kind, [case for case in cases if case.kind == kind]) for kind in sorted({c.kind for c in cases})]


def _kind_row(given: tuple[str, list[Case]]) -> str:
    kind, cases = given
    counts = Counter(case.outcome.status for case in cases)
    return f"| {kind} | {len(cases)} | {counts['added'] + counts['unchanged']} | {counts['refused']} |"


def _of(cases: list[Case], what: str) -> str:
    return f"`{max(cases, key=lambda case: getattr(case, what)).name}`"


def _line(case: Case) -> str:
    became = case.outcome.reason or f"{case.outcome.status}, {case.outcome.characters} characters"
    return f"- `{case.name}`, expected {case.expected}: {became}"


def _reasons(cases: list[Case]) -> list[str]:
    """Count the refusals by their words, without the file's name."""
    reasons = Counter(
        (case.outcome.reason or "").replace(case.name, "...").split(":")[0]
        for case in cases
        if case.outcome.status == "refused"
    )
    return [f"- {n} x {reason}" for reason, n in reasons.most_common(MOST_SHOWN)]


if __name__ == "__main__":
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    raise SystemExit(main())
