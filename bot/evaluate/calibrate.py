"""The line of `calibrate`: gold -> ask each, and without what answers it -> confidences -> threshold."""

from __future__ import annotations

import argparse
import datetime
import math
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from bot.calibration import Calibration, keep_calibration
from bot.errors import UsageError
from bot.evaluate.gold import GoldRow, read_gold, sample
from bot.evaluate.leave_out import FILE, ask_without
from bot.evaluate.lines import Lines
from bot.evaluate.measures.abstention import auroc
from bot.evaluate.measures.intervals import mean
from bot.evaluate.predict import predict
from bot.evaluate.run import check_documents
from bot.evaluate.runs import Run, Settings
from bot.workspace import Workspace

MIN_ANSWERABLE = 20
KINDS = ("answerable", "left out", "unanswerable")
PARTS = "parts"  # the stage of the hits of a question about several articles, which has a rule of its own
Confidences = dict[str, list[float]]


def calibrate(workspace: Workspace, options: argparse.Namespace) -> dict[str, Any]:
    """Find the threshold of a collection on a gold file, keep it in the home, return what it comes to.

    Answers are kept in `options.out`, and a run that was interrupted goes on where it stopped. The workspace
    must not be calibrated itself: `Workspace(..., calibrated=False)`.

    Raises:
        UsageError: the gold file, the limit, the share or the folder cannot be used, or there are fewer than
            MIN_ANSWERABLE answerable questions.
        StoreError: the collection is not there or was embedded with another encoder.
    """
    if not 0 <= options.max_abstained < 1:
        raise UsageError(f"--max-abstained {options.max_abstained} is no share: give 0 to below 1, as 0.08")
    gold = read_gold(Path(options.gold))
    rows = sample(gold.rows, options.limit)
    n_answerable = sum(row.answerable for row in rows)
    if n_answerable < MIN_ANSWERABLE:
        raise UsageError(
            f"{options.gold} has {n_answerable} answerable questions, at least {MIN_ANSWERABLE} are needed "
            "to set a threshold: `bot gold new` proposes some"
        )
    check_documents(rows, workspace, options.collection, path=Path(options.gold))
    settings = Settings.of(
        workspace, gold_sha256=gold.sha256, collection=options.collection, k=options.k, retrieval_only=False
    )
    found = confidences(rows, workspace, settings, Path(options.out))
    shipped = workspace.shipped_threshold
    threshold = threshold_of(found["answerable"], options.max_abstained)
    keep_calibration(
        workspace.home,
        options.collection,
        Calibration(
            threshold=threshold,
            max_abstained=options.max_abstained,
            n_answerable=len(found["answerable"]),
            gold=Path(options.gold).name,
            gold_sha256=gold.sha256,
            made_with=workspace.made_with,
            date=datetime.date.today().isoformat(),
        ),
    )
    return {
        "collection": options.collection,
        "threshold": threshold,
        "shipped_threshold": shipped,
        "max_abstained": options.max_abstained,
        "abstained": {"shipped": abstained(found, shipped), "calibrated": abstained(found, threshold)},
        "AUROC": {kind: separation(found, kind) for kind in KINDS[1:]},
    }


def confidences(rows: Sequence[GoldRow], workspace: Workspace, settings: Settings, out: Path) -> Confidences:
    """Ask the rows; return the confidences of the answerable, of the same left out, of the unanswerable."""
    answerable = {row.row_id: row.answerable for row in rows}
    found: Confidences = {kind: [] for kind in KINDS}
    with Run.open(out, settings) as run:
        predict(rows, workspace, settings, run)
        asked = ask_without(rows, workspace, settings, out)
        compared = {each["id"] for each in run.predictions if _is_compared(each["hits"])}
        for each in run.predictions:
            if each["id"] in answerable and each["id"] not in compared:
                found["answerable" if answerable[each["id"]] else "unanswerable"].append(each["confidence"])
    with Lines(out / FILE) as lines:
        found["left out"] = [
            line["confidence"] for line in lines if line["id"] in asked and line["id"] not in compared
        ]
    if len(found["answerable"]) < MIN_ANSWERABLE:
        raise UsageError(
            f"only {len(found['answerable'])} of the answerable questions are about one thing: the threshold "
            f"does not decide about those that compare articles, and {MIN_ANSWERABLE} others are needed"
        )
    return found


def threshold_of(answerable: Iterable[float], max_abstained: float) -> float:
    """Return the highest threshold below which lies at most a share of the confidences.

    Example: (.1, .2, .3, .4), at most 1/4 -> .2, as only .1 lies below it
    """
    ordered = sorted(answerable)
    allowed = min(len(ordered) - 1, math.floor(max_abstained * len(ordered)))
    return float(ordered[allowed])


def abstained(found: Confidences, threshold: float) -> dict[str, Any]:
    """Return, for each kind of question, the share that lies below a threshold, with its interval."""
    return {kind: asdict(mean([float(c < threshold) for c in values])) for kind, values in found.items()}


def separation(found: Confidences, kind: str) -> float | None:
    """Return how often an answerable question's confidence is above one of `kind`: the area under ROC."""
    values = np.array([*found["answerable"], *found[kind]])
    if not found[kind]:
        return None
    positive = np.arange(len(values)) < len(found["answerable"])
    return round(float(auroc(values, positive, np.ones((1, len(values))))[0]), 4)


def _is_compared(hits: Sequence[dict[str, Any]]) -> bool:
    return bool(hits) and hits[0]["stage"] == PARTS
