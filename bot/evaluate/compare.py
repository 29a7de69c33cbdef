"""A run beside another over the same questions: paired differences, and the questions that changed sides."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from bot.errors import UsageError
from bot.evaluate.figures import counts, statistic
from bot.evaluate.measures.intervals import DIGITS, Figure, differences
from bot.evaluate.names import HIGHER, LOWER, MEASURES, NEITHER
from bot.evaluate.scores import Columns, read_scores

SIDE = 0.5  # a value of a question at or above it is on the upper side


@dataclass(frozen=True, eq=False)
class Other:
    """A finished run to compare with: its settings and its questions' scores."""

    folder: Path
    settings: Mapping[str, Any]
    columns: Columns


def read_other(folder: Path, *, gold_sha256: str, out: Path) -> Other:
    """Read the run that `out` is to be compared with.

    Raises:
        UsageError: it is `out` itself, no finished run, or one over another gold file.
    """
    if folder.resolve() == out.resolve():
        raise UsageError(f"--compare {folder} is the folder of this run: name another run's")
    try:
        settings = json.loads((folder / "settings.json").read_bytes())
        asked = settings["gold_sha256"]
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise UsageError(f"--compare {folder} holds no run: expected the --out folder of one") from error
    if asked != gold_sha256:
        raise UsageError(
            f"--compare {folder} is a run over another gold file (sha256 {str(asked)[:12]}, here "
            f"{gold_sha256[:12]}): compare runs that were asked the same"
        )
    if not (folder / "scores.jsonl").is_file():
        raise UsageError(f"--compare {folder} has no scores.jsonl: let bot evaluate finish that run first")
    return Other(folder, settings, Columns.of(read_scores(folder / "scores.jsonl")))


def comparison(here: Columns, settings: Mapping[str, Any], other: Other) -> dict[str, Any]:
    """Return what differs between this run and another, over the questions that both have.

    "settings": name -> [there, here] where they differ. "measures": name -> "there", "here", "difference"
    (here less there) with "low" and "high", the ends of its paired 95 % interval, "n", "unit", and "verdict":
    "better" or "worse" where the interval leaves out 0 on that side, else "". "changed": name -> the ids
    whose value crossed .5 for the better ("won") and for the worse ("lost").

    Raises:
        UsageError: the runs have no question in common.
    """
    common = sorted(set(here.ids) & set(other.columns.ids))
    if not common:
        raise UsageError(f"--compare {other.folder} was asked none of these questions: use the same --limit")
    ours, theirs = _aligned(here, common), _aligned(other.columns, common)
    return {
        "with": str(other.folder),
        "n": len(common),
        "settings": _differing(settings, other.settings),
        "measures": _differences(ours, theirs),
        "changed": _changed(ours, theirs),
    }


def _aligned(columns: Columns, ids: list[str]) -> Columns:
    place = {row_id: i for i, row_id in enumerate(columns.ids)}
    return columns.where(np.array([place[row_id] for row_id in ids], dtype=np.int64))


def _differing(here: Mapping[str, Any], there: Mapping[str, Any]) -> dict[str, list[Any]]:
    names = dict.fromkeys([*there, *here])
    return {name: [there.get(name), here.get(name)] for name in names if there.get(name) != here.get(name)}


def _differences(ours: Columns, theirs: Columns) -> dict[str, Any]:
    n_here, n_there = counts(ours), counts(theirs)
    names = [name for name in MEASURES if n_here.get(name) and n_there.get(name)]
    n, here, there = len(ours.ids), statistic(ours, names), statistic(theirs, names)
    estimate, each_once = differences(here, there, n), np.ones((1, n))
    found = {}
    for i, (name, here_mean, there_mean) in enumerate(
        zip(names, here(each_once)[0], there(each_once)[0], strict=True)
    ):
        figure = estimate.figure(i, n_here[name], MEASURES[name].unit)
        if figure.n:
            found[name] = {
                "there": round(float(there_mean), DIGITS),
                "here": round(float(here_mean), DIGITS),
                "difference": figure.mean,
                **{key: value for key, value in asdict(figure).items() if key != "mean"},
                "verdict": _verdict(MEASURES[name].better, figure),
            }
    return found


def _verdict(better: int, difference: Figure) -> str:
    assert difference.low is not None
    assert difference.high is not None
    direction = HIGHER if difference.low > 0 else LOWER if difference.high < 0 else NEITHER
    return "" if NEITHER in (direction, better) else "better" if direction == better else "worse"


def _changed(ours: Columns, theirs: Columns) -> dict[str, Any]:
    found = {}
    for name, measure in MEASURES.items():
        (part, whole), (old_part, old_whole) = ours.value(name), theirs.value(name)
        both = (whole > 0) & (old_whole > 0)
        up = np.divide(part, whole, out=np.zeros_like(part), where=both) >= SIDE
        was_up = np.divide(old_part, old_whole, out=np.zeros_like(part), where=both) >= SIDE
        sides = {"won": both & (up > was_up), "lost": both & (up < was_up)}
        if measure.better == LOWER:
            sides = {"won": sides["lost"], "lost": sides["won"]}
        if measure.better != NEITHER and any(mask.any() for mask in sides.values()):
            found[name] = {side: [ours.ids[i] for i in np.flatnonzero(mask)] for side, mask in sides.items()}
    return found
