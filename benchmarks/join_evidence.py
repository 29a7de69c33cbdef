r"""Fit how the two scores of `bot/evidence.py` are joined, and the threshold; measure what that gains.

    python -m benchmarks.join_evidence collect --rows a.jsonl \
        --sets squad2:90:60:30 clapnq:35:40:35 tatqa:80:0:60
    python -m benchmarks.join_evidence fit a.jsonl [--write]

`collect` asks the product's own search, reranker and features of questions that nothing was learned from
(`fitted_on.txt`), --sets NAME:ANSWERABLE:UNANSWERABLE:LEFT_OUT as in `train_evidence`, and keeps of each of
the best sentences both logits and whether it answers. It goes on where it was broken off. `fit` is a logistic
model of the two logits, cross-validated by document (a paragraph of squad2); the threshold is the highest
below which at most 8 % of the answerable questions lie, sets weighing alike, for either side on its own.
Intervals: 95 % paired percentile bootstrap over documents, 1,000 resamples, seeded.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.answers import fitted_on, home_of, take_in
from benchmarks.sets import SETS
from benchmarks.train_evidence import (
    MAX_ABSTAINED,
    SEED,
    _answers,
    _auroc,
    _left_out,
    _set_weights,
    _threshold,
    _usable,
    parser_of,
)
from bot.candidates import candidates
from bot.datatypes import Hit
from bot.evidence import READ_TOGETHER, WEIGHTS, EvidenceSelector
from bot.selection import DEFAULT_K
from bot.workspace import Workspace

N_RESAMPLES = 1_000
N_FOLDS = 5
Row = dict[str, Any]  # set, id, kind, document, plain, pair, labels: one question's best sentences


def main() -> None:
    """Parse the arguments and run."""
    parser, _ = parser_of(__doc__ or "", collect=collect, fit=fit)
    options = parser.parse_args()
    options.run(options)


def collect(options: argparse.Namespace) -> None:
    """Append a line for each question to `--rows`."""
    done = {(row["set"], row["id"], row["kind"]) for row in _read([options.rows])}
    with options.rows.open("a", encoding="utf-8") as out:
        for setting in options.sets:
            name, *counts = setting.split(":")
            for i, row in enumerate(_asked(name, *map(int, counts), done=done)):
                out.write(json.dumps(row) + "\n")
                out.flush()
                sys.stderr.write(f"\r{name} {i + 1} ")


def _read(paths: Sequence[Path]) -> list[Row]:
    lines = [line for path in paths if path.exists() for line in path.read_text("utf-8").splitlines()]
    return [json.loads(line) for line in lines]


def _asked(name: str, given: int, unanswerable: int, left_out: int, *, done: set[Any]) -> Iterator[Row]:
    workspace = Workspace(home_of(SETS[name]))
    take_in(SETS[name], workspace)
    workspace.warm()
    bot = workspace.bot(name)
    assert bot.reranker is not None
    used = fitted_on(name)
    gold = (json.loads(line) for line in (SETS[name].folder / "gold.jsonl").open(encoding="utf-8"))
    rows = [row for row in gold if _usable(row) and row["id"] not in used]
    random.Random(SEED).shuffle(rows)
    answerable = [row for row in rows if row["answerable"]][:given]
    for i, row in enumerate([*answerable, *[row for row in rows if not row["answerable"]][:unanswerable]]):
        hits = bot.retriever.search(row["question"], n_hits=60)
        kinds = {"given" if row["answerable"] else "unanswerable": hits}
        if row["answerable"] and i < left_out:
            kinds["left out"] = _left_out(bot.retriever, row, hits)
        for kind, kept in kinds.items():
            if (name, row["id"], kind) not in done:
                read = bot.reranker.rerank(row["question"], kept[:20])[:DEFAULT_K]
                yield from _scored(bot.selector, name, row, kind, read)


def _scored(
    selector: EvidenceSelector, name: str, row: dict[str, Any], kind: str, hits: Sequence[Hit]
) -> Iterator[Row]:
    trial, cosines = selector.shortlist(row["question"], candidates(hits))
    if not trial or selector.pairs is None:
        return
    scores = selector.weights.probability(selector.features(row["question"], trial, cosines))
    best = np.argsort(-scores, kind="stable")[:READ_TOGETHER]
    told = [trial[i] for i in best]
    pair = selector.pairs.logits(row["question"], [each.read for each in told])
    plain = np.log(scores[best]) - np.log1p(-scores[best])
    yield {
        "set": name, "id": row["id"], "kind": kind,
        "document": row.get("context_doc") or next((e["doc_id"] for e in row["evidence"]), row["id"]),
        "plain": plain.round(4).tolist(), "pair": pair.round(4).tolist(),
        "labels": [bool(kind == "given" and _answers(each, row)) for each in told],
    }  # fmt: skip


def fit(options: argparse.Namespace) -> None:
    """Print the join, the threshold and what they gain; with --write store the first two."""
    rows = _read(options.rows)
    plain = [np.array(row["plain"]) for row in rows]
    both = _cross_validated(rows)
    sides = [(plain, _limit(rows, plain)), (both, _limit(rows, both))]
    for name in sorted({row["set"] for row in rows}):
        for line in _gains(name, rows, sides):
            print(line)
    model = _model(rows)
    join = {"plain": model.coef_[0][0], "pair": model.coef_[0][1], "bias": model.intercept_[0]}
    join = {key: round(float(value), 4) for key, value in join.items()}
    threshold = round(1 / (1 + np.exp(-sides[1][1])), 4)
    print(join, "threshold", threshold, "plain", round(1 / (1 + np.exp(-sides[0][1])), 4))
    if options.write:
        stored = json.loads(WEIGHTS.read_text(encoding="utf-8"))
        stored["join"] |= join
        stored["threshold"] = threshold
        names = ", ".join(sorted({row["set"] for row in rows}))
        stored["provenance"] = (
            "features: benchmarks/train_evidence.py, 820 questions of the development halves of clapnq, "
            "squad2, tatqa; adapters: benchmarks/pair_scorer.py, 2,575 cases of the same; joined by "
            f"benchmarks/join_evidence.py on {len(rows)} others of {names}, seed {SEED}; threshold: at most "
            f"{MAX_ABSTAINED:.0%} of the answerable questions abstained from, cross-validated"
        )
        WEIGHTS.write_text(json.dumps(stored) + "\n", encoding="utf-8")


def _model(rows: Sequence[Row]) -> Any:  # noqa: ANN401 - scikit-learn has no types
    from sklearn.linear_model import LogisticRegression

    x = np.array([pair for row in rows for pair in zip(row["plain"], row["pair"], strict=True)])
    y = np.array([label for row in rows for label in row["labels"]])
    weight = _set_weights(np.array([f"{row['set']}/" for row in rows for _ in row["labels"]]))
    return LogisticRegression(max_iter=5_000).fit(x, y, weight)


def _cross_validated(rows: Sequence[Row]) -> list[np.ndarray]:
    """Return the joined logits of each question's sentences, by a model of other documents."""
    from sklearn.model_selection import GroupKFold

    found: dict[int, np.ndarray] = {}
    for inner, outer in GroupKFold(N_FOLDS).split(rows, groups=[row["document"] for row in rows]):
        model = _model([rows[i] for i in inner])
        for i in outer:
            found[int(i)] = model.decision_function(np.column_stack([rows[i]["plain"], rows[i]["pair"]]))
    return [found[i] for i in range(len(rows))]


def _limit(rows: Sequence[Row], logits: Sequence[np.ndarray]) -> float:
    names = sorted({row["set"] for row in rows})
    best = [(row["set"], row["kind"], values.max()) for row, values in zip(rows, logits, strict=True)]
    return _threshold([np.array([v for n, k, v in best if (n, k) == (name, "given")]) for name in names])


def _gains(
    name: str, rows: Sequence[Row], sides: Sequence[tuple[Sequence[np.ndarray], float]]
) -> Iterator[str]:
    """Yield a line for each measure of a set: both sides, and the paired gain with its interval."""
    places: dict[str, list[int]] = defaultdict(list)
    for i, row in enumerate(rows):
        if row["set"] == name:
            places[row["document"]].append(i)
    kept = list(places.values())
    rng = np.random.default_rng(SEED)

    def measured(of: Sequence[int]) -> list[dict[str, float]]:
        return [_measures([rows[i] for i in of], [logits[i] for i in of], limit) for logits, limit in sides]

    before, after = measured([i for place in kept for i in place])
    drawn = []
    for _ in range(N_RESAMPLES):
        one, other = measured([i for p in rng.integers(len(kept), size=len(kept)) for i in kept[p]])
        drawn.append({key: other[key] - one[key] for key in one})
    for key in before:
        if before[key] == before[key]:
            low, high = np.nanpercentile([each[key] for each in drawn], [2.5, 97.5])
            n = _n_of(key, [rows[i] for place in kept for i in place])
            yield (
                f"| {name} | {key} | {n} | {before[key]:.3f} | {after[key]:.3f} "
                f"| {after[key] - before[key]:+.3f} [{low:+.3f}, {high:+.3f}] |"
            )


def _n_of(key: str, rows: Sequence[Row]) -> int:
    kind = next((kind for kind in ("unanswerable", "left out") if kind in key), "given")
    return sum(row["kind"] == kind for row in rows)


def _measures(rows: Sequence[Row], logits: Sequence[np.ndarray], limit: float) -> dict[str, float]:
    best: dict[str, list[float]] = defaultdict(list)
    right = []
    for row, values in zip(rows, logits, strict=True):
        best[row["kind"]].append(float(values.max()))
        if row["kind"] == "given":
            right.append(row["labels"][int(values.argmax())])
    found = {"the best sentence answers": float(np.mean(right)) if right else np.nan}
    for kind in ("given", "unanswerable", "left out"):
        values = np.array(best[kind])
        found[f"abstained, {kind}"] = float((values < limit).mean()) if len(values) else np.nan
        if kind != "given":
            both = len(values) and best["given"]
            found[f"AUROC, {kind}"] = _auroc(np.array(best["given"]), values) if both else np.nan
    return found


if __name__ == "__main__":
    main()
