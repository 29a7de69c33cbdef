"""A collection's own threshold of abstention, kept in its home by `bot calibrate`, with where it comes from.

It holds for the models and weights it was found with. With others a confidence means something else, so it
is passed over then, and whoever asks is told.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from bot.errors import UsageError

FILE = "calibration.json"


@dataclass(frozen=True, slots=True)
class Calibration:
    """A threshold and its provenance.

    `threshold`: the least confidence, in [0, 1], that is answered. `max_abstained`: the share of answerable
    questions it may cost. `n_answerable`: of how many. `gold`, `gold_sha256`: the file's name and hash in
    hex. `made_with`: hash of the models and weights. `date`: as 2024-05-31.
    """

    threshold: float
    max_abstained: float
    n_answerable: int
    gold: str
    gold_sha256: str
    made_with: str
    date: str


@dataclass(frozen=True, slots=True)
class OwnThreshold:
    """The least confidence that is answered in a collection, in [0, 1], and where it comes from.

    `calibration`: what it was calibrated on, None where it is the shipped one, which was found as `shipped`
    says. `passed_over`: a calibration that is kept, but with other models or weights than these.
    """

    value: float
    shipped: str
    calibration: Calibration | None = None
    passed_over: Calibration | None = None


def read_calibration(home: Path, collection: str) -> Calibration | None:
    """Return what was kept for a collection, None where nothing was.

    Raises:
        UsageError: the file is damaged.
    """
    kept = _read(home).get(collection)
    if kept is None:
        return None
    try:
        found = Calibration(**kept)
        if not 0 <= found.threshold <= 1:
            raise ValueError(found.threshold)
    except (TypeError, ValueError) as error:
        raise _damaged(home) from error
    return found


def keep_calibration(home: Path, collection: str, calibration: Calibration | None) -> None:
    """Keep a collection's calibration in place of the one before; None takes it away.

    Raises:
        UsageError: the file is damaged or cannot be written.
    """
    kept = {name: value for name, value in _read(home).items() if name != collection}
    if calibration is not None:
        kept[collection] = asdict(calibration)
    draft = home / f"{FILE}.tmp"
    try:
        draft.write_text(json.dumps(kept, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        os.replace(draft, home / FILE)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise UsageError(f"{home / FILE} cannot be written ({error.strerror}): make room for it") from error


def _read(home: Path) -> dict[str, Any]:
    try:
        found = json.loads((home / FILE).read_bytes())
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise _damaged(home) from error
    if not isinstance(found, dict):
        raise _damaged(home)
    return found


def _damaged(home: Path) -> UsageError:
    return UsageError(f"{home / FILE} is damaged: remove it, then calibrate again with bot calibrate")
