"""Scores and what the answers cost -> the figures of a run as plain values: `metrics.json`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

from bot.evaluate.figures import abstention, figures, figures_by_type
from bot.evaluate.measures.intervals import Figure, percentile
from bot.evaluate.scored import Scored
from bot.evaluate.scores import Columns

BROKEN = {"uncited": "sentences cited", "inexact": "quotes exact"}  # promise -> the share that should be 1


@dataclass
class Costs:
    """Words, seconds and tokens of the questions so far: a few numbers each, however long the answers."""

    words: list[int] = field(default_factory=list)
    seconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    tokens: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))

    def add(self, scored: Scored) -> None:
        """Count one more question; `load` is no question's cost, and an abstention has no first sentence."""
        if scored.sentences:
            self.words.append(len(scored.text.split()))
        for stage, value in scored.prediction["timings_s"].items():
            if stage != "load":
                self.seconds[stage] += [value] if stage != "first_sentence" or value > 0 else []
        for kind, count in scored.prediction.get("tokens", {}).items():
            if kind != "estimated":  # says of the counts how they were come by
                self.tokens[kind].append(count)


def metrics(columns: Columns, costs: Costs, *, retrieval_only: bool) -> dict[str, Any]:
    """Return every figure of a run.

    "measures": name -> the fields of a Figure, "types": type of question -> the same. "abstention": the four
    outcomes, figures of the confidence, "curve": [coverage, risk, threshold] each. "broken": promise ->
    the ids of the questions whose answers break it. "fabricated": sentences that show what their cited words
    lack. "words": median and p90 over what was answered. "seconds" and "tokens": stage or kind -> p50, p95.
    """
    overall = figures(columns)
    found: dict[str, Any] = {
        "n": len(columns.ids),
        "n_answerable": int(columns.answerable.sum()),
        "measures": _plain(overall),
        "types": {kind: _plain(named) for kind, named in figures_by_type(columns).items()},
    }
    if not retrieval_only:
        lengths = costs.words
        found |= {
            "abstention": abstention(columns, overall),
            "words": {"median": percentile(lengths, 50), "p90": percentile(lengths, 90), "n": len(lengths)},
            "fabricated": fabricated(columns),
            "broken": broken(columns),
            "tokens": {kind: _spread(values) for kind, values in costs.tokens.items()},
        }
    return found | {"seconds": {stage: _spread(values) for stage, values in costs.seconds.items()}}


def fabricated(columns: Columns) -> dict[str, int]:
    """Count the sentences that show something their cited words lack, and all sentences."""
    part, whole = columns.value("fabrication")
    return {"count": int(part.sum()), "n_sentences": int(whole.sum())}


def broken(columns: Columns) -> dict[str, list[str]]:
    """Return the ids of the questions with an uncited sentence, an inexact quote, or an invented fact."""
    short = {}
    for kind, name in BROKEN.items():
        part, whole = columns.value(name)
        short[kind] = part < whole
    short["fabricated"] = columns.value("fabrication")[0] > 0
    return {kind: [columns.ids[i] for i in np.flatnonzero(mask)] for kind, mask in short.items()}


def _plain(named: Mapping[str, Figure]) -> dict[str, Any]:
    return {name: asdict(figure) for name, figure in named.items()}


def _spread(values: list[Any]) -> dict[str, float | int | None]:
    return {"p50": percentile(values, 50), "p95": percentile(values, 95), "n": len(values)}
