"""kill -9 at random moments, one home through all of them: nothing acknowledged lost, nothing half there."""

from __future__ import annotations

import random
import signal
from pathlib import Path

from benchmarks.reliability.library import Broken, Figure, p95, start, whole

MOST_DELAY_S = 1.2  # starting the parser takes the first 0.3 s


def kills(home: Path, *, n: int, seed: int = 7) -> Figure:
    """Kill the churning process `n` times and check the home after each."""
    choose, expected, reopened, broken = random.Random(seed), {}, [], []
    n_acknowledged = 0
    for cycle in range(n):
        out = killed_after(choose.uniform(0.0, MOST_DELAY_S), home, seed * 1_000_000 + cycle)
        possible = outcomes(out, expected)
        n_acknowledged += out.count("done|")
        try:
            expected, seconds = whole(home)
            reopened.append(seconds)
            if expected not in possible:
                raise Broken("what is there is neither the acknowledged state nor a change under way")
        except Exception as error:
            broken.append(f"kill {cycle}: {type(error).__name__}: {error}")
            expected = possible[0]
    detail = (
        f"{n_acknowledged} changes acknowledged, {len(expected)} documents at the end; reopening p95 "
        f"{p95(reopened):.3f} s, slowest {max(reopened, default=0):.3f} s. {' / '.join(broken[:3])}"
    )
    return Figure("kill -9 at random moments", n, len(broken), detail.strip())


def killed_after(delay_s: float, home: Path, seed: int) -> str:
    """Let it work for so long, kill it, return the whole lines that it said."""
    child = start("churn", home, seed)
    if child.strike(signal.SIGKILL, after_s=delay_s) != -signal.SIGKILL:
        raise Broken(f"the victim ended by itself: {child.err.read_text()[-500:]}")
    return child.said


def outcomes(out: str, library: dict[str, str]) -> list[dict[str, str]]:
    """Return what may be there: the acknowledged state, and it with the first k changes under way."""
    pending: list[tuple[str, str]] = []
    for line in out.splitlines()[1:]:  # the first is "begin"
        kind, name, *text = line.split("|")
        if kind == "try":
            pending.append((name, text[0]))
        else:
            acknowledged = next(change for change in pending if change[0] == name)
            pending.remove(acknowledged)
            library = changed(library, *acknowledged)
    possible = [library]
    for change in pending:
        possible.append(changed(possible[-1], *change))
    return possible


def changed(library: dict[str, str], name: str, text: str) -> dict[str, str]:
    """Return the library after one change; an empty text removes."""
    others = {key: value for key, value in library.items() if key != name}
    return {**others, name: text} if text else others
