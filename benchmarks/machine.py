"""On what and when a figure was measured, and where results are written."""

from __future__ import annotations

import datetime
import os
import platform
import shlex
import sys
from collections.abc import Mapping
from pathlib import Path, PurePath
from typing import Any

RESULTS = Path(__file__).parent / "results"


def machine() -> str:
    """Say on how many cores of which processor this runs."""
    n_cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    threads = os.environ.get("OMP_NUM_THREADS")
    limited = f", {threads} used (OMP_NUM_THREADS)" if threads else ""
    return (
        f"{n_cores} cores of {_processor()}{limited}; {platform.system()}, Python {platform.python_version()}"
    )


def command(module: str) -> str:
    """Return what was typed, so that it can be typed again; folders of this machine are left out."""
    typed = [PurePath(a).name if os.sep in a else a for a in sys.argv[1:] if a not in {"--write", "--fresh"}]
    return f"python -m {shlex.join([module, *typed])}"


def today() -> str:
    """Return the date as 2024-05-31."""
    return datetime.date.today().isoformat()


def with_interval(figure: Mapping[str, Any]) -> str:
    """Return a figure of `metrics.json` as "0.707 [0.585, 0.821]"."""
    return f"{figure['mean']:.3f} [{figure['low']:.3f}, {figure['high']:.3f}]"


def write_result(name: str, markdown: str) -> Path:
    """Write benchmarks/results/<name>.md anew and return its path."""
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{name}.md"
    path.write_text(markdown, encoding="utf-8")
    return path


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    if info.is_file():
        for line in info.read_text(encoding="utf-8", errors="replace").splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.processor() or platform.machine()
