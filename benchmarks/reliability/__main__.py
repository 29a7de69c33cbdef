"""Run the trials and print their figures: `python -m benchmarks.reliability [--quick] [TRIAL ...]`."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.reliability.crowd import crowd
from benchmarks.reliability.damage import damaged_indexes
from benchmarks.reliability.damaged_database import damaged_databases, rescued_documents
from benchmarks.reliability.encoders import another_encoder
from benchmarks.reliability.full_disk import full_disk
from benchmarks.reliability.interrupts import interrupts
from benchmarks.reliability.kills import kills
from benchmarks.reliability.library import Figure
from benchmarks.reliability.points import points

Trial = Callable[[Path], Figure]
TRIALS: dict[str, tuple[Trial, Trial]] = {  # at full size, and as CI runs it
    "kills": (lambda base: kills(base / "home", n=200), lambda base: kills(base / "home", n=20)),
    "points": (points, lambda base: points(base, every=12)),
    "full": (lambda base: full_disk(base, n=120), lambda base: full_disk(base, n=6)),
    "indexes": (lambda base: damaged_indexes(base, n=500), lambda base: damaged_indexes(base, n=100)),
    "databases": (lambda base: damaged_databases(base, n=200), lambda base: damaged_databases(base, n=40)),
    "rescues": (lambda base: rescued_documents(base, n=100), lambda base: rescued_documents(base, n=12)),
    "encoders": (another_encoder, another_encoder),
    "crowd": (
        lambda base: crowd(base / "home", seconds=180),
        lambda base: crowd(base / "home", seconds=4),
    ),
    "interrupts": (lambda base: interrupts(base, n=20), lambda base: interrupts(base, n=2)),
}


def run(name: str, *, quick: bool) -> Figure:
    """Run one trial in a folder of its own, which is removed afterwards."""
    with tempfile.TemporaryDirectory(prefix="reliability-") as base:
        return TRIALS[name][quick](Path(base))


def main() -> int:
    """Print one line for each trial; return 1 if a promise was broken."""
    asked = argparse.ArgumentParser(prog="python -m benchmarks.reliability")
    asked.add_argument("trials", nargs="*", metavar="TRIAL", help=f"of {', '.join(TRIALS)}; default: all")
    asked.add_argument("--quick", action="store_true", help="the sizes that CI runs")
    options = asked.parse_args()
    n_broken = 0
    for name in options.trials or TRIALS:
        started = time.perf_counter()
        figure = run(name, quick=options.quick)
        n_broken += figure.n_broken
        kept = figure.n - figure.n_broken
        seconds = time.perf_counter() - started
        print(f"{figure.trial}: {kept} of {figure.n} ({seconds:.0f} s): {figure.detail}", flush=True)
    return 1 if n_broken else 0


if __name__ == "__main__":
    sys.exit(main())
