"""Fit the weights of `bot/evidence.json`: which sentence answers a question, and how sure that is.

    python -m benchmarks.train_evidence collect --sets squad2:90:50 clapnq:50:0 tatqa:50:0 --rows rows.npz
    python -m benchmarks.train_evidence fit rows.npz

`collect` runs the product's own search and reranking on development questions (NAME:answerable:unanswerable,
seeded samples) and stores the features of every sentence of the first passages, three times over:
"given", the collection as it is; "left out", the documents that answer and those of the same title
hidden, so that nothing can be right; "unanswerable", questions that nothing answers.
`fit` is a logistic regression, cross-validated by question, a set weighing as the root of its size.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from bot.answer import DEFAULT_K
from bot.candidates import Candidate, candidates
from bot.datatypes import Hit
from bot.evidence import FEATURES, WEIGHTS, EvidenceSelector
from bot.retrieve import Retriever
from bot.workspace import Workspace

ROOT = Path(__file__).parent.parent
DATA = Path(os.environ.get("BOT_EVAL_DATA", ROOT.parent / "shared" / "data"))
FITTED_ON = Path(__file__).with_name("fitted_on.txt")  # left out of every sample whose figures are published
SEED = 11
MAX_ABSTAINED = 0.08  # of the questions that the collection answers: what the threshold is set by
REGULARIZATION = 1.0


def main() -> None:
    """Parse the arguments and run."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    verbs = parser.add_subparsers(required=True)
    verb = verbs.add_parser("collect")
    verb.add_argument("--sets", nargs="+", required=True, metavar="NAME:ANSWERABLE:UNANSWERABLE")
    verb.add_argument("--rows", type=Path, required=True)
    verb.add_argument("--home", type=Path, default=ROOT / ".cache" / "bench")
    verb.set_defaults(run=collect)
    verb = verbs.add_parser("fit")
    verb.add_argument("rows", type=Path, nargs="+")
    verb.add_argument("--write", action="store_true", help=f"write {WEIGHTS.name}")
    verb.set_defaults(run=fit)
    options = parser.parse_args()
    options.run(options)


def collect(options: argparse.Namespace) -> None:
    """Write features (n, d), labels (n,), groups and kinds (n,) of all sentences to `--rows`."""
    workspace = Workspace(options.home)
    found: list[tuple[Any, ...]] = []
    for setting in options.sets:
        name, n_answerable, n_unanswerable = setting.split(":")
        list(workspace.ingest([DATA / name / "corpus.jsonl"], collection=name))
        questions = [*_sample(name, int(n_answerable), True), *_sample(name, int(n_unanswerable), False)]
        for i, row in enumerate(questions):
            found += list(_sentences(workspace, name, row))
            sys.stderr.write(f"\r{name} {i + 1}/{len(questions)} ")
            if i % 10 == 9 or i + 1 == len(questions):
                _save(options.rows, found)


def _sample(name: str, n: int, answerable: bool) -> list[dict[str, Any]]:
    rows = [json.loads(line) for line in (DATA / name / "gold.jsonl").open(encoding="utf-8")]
    rows = [row for row in rows if row["answerable"] == answerable and _usable(row)]
    return random.Random(SEED).sample(rows, min(n, len(rows)))


def _usable(row: dict[str, Any]) -> bool:
    return not row.get("history") and row["type"] not in {"arithmetic", "count"}


def _sentences(workspace: Workspace, name: str, row: dict[str, Any]) -> Iterator[tuple[Any, ...]]:
    bot = workspace.bot(name)
    question = row["question"]
    hits = bot.retriever.search(question, n_hits=60)
    assert bot.reranker is not None
    kind = "given" if row["answerable"] else "unanswerable"
    yield from _rows(bot.selector, row, bot.reranker.rerank(question, hits[:20]), name, kind)
    if row["answerable"]:
        yield from _rows(bot.selector, row, _left_out(bot.retriever, row, hits), name, "left out")


def _left_out(retriever: Retriever, row: dict[str, Any], hits: Sequence[Hit]) -> list[Hit]:
    gold = {evidence["doc_id"] for evidence in row["evidence"]}
    passages = retriever.snapshot().loaded.passages
    titles = {p.title for p in passages if p.external_id in gold and p.title}
    kept = [h for h in hits if h.passage.external_id not in gold and h.passage.title not in titles]
    return [Hit(hit.passage, hit.score, rank, hit.stage) for rank, hit in enumerate(kept, start=1)]


def _rows(
    selector: EvidenceSelector, row: dict[str, Any], hits: list[Hit], name: str, kind: str
) -> Iterator[tuple[Any, ...]]:
    trial, cosines = selector.shortlist(row["question"], candidates(hits[:DEFAULT_K]))
    if not trial:
        return
    for features, candidate in zip(selector.features(row["question"], trial, cosines), trial, strict=True):
        answers = kind == "given" and _answers(candidate, row)
        yield features, answers, f"{name}/{row['id']}", kind


def _answers(candidate: Candidate, row: dict[str, Any]) -> bool:
    """Say whether a sentence of the right document holds a gold answer, or is one of the gold sentences."""
    quotes = [e.get("quote", "") for e in row["evidence"] if e["doc_id"] == candidate.hit.passage.external_id]
    if not quotes:
        return False
    told = f" {_plain(candidate.text)} "
    if any(f" {_plain(answer)} " in told for answer in row["answers"] if _plain(answer)):
        return True
    return row["type"] == "long-form" and any(_plain(candidate.text) in _plain(quote) for quote in quotes)


def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.lower()))


def _save(path: Path, found: list[tuple[Any, ...]]) -> None:
    features, labels, groups, kinds = zip(*found, strict=True)
    np.savez(
        path,
        features=np.array(features),
        labels=np.array(labels),
        groups=np.array(groups),
        kinds=np.array(kinds),
    )


def fit(options: argparse.Namespace) -> None:
    """Fit, report by cross-validation, and with --write store the weights and the threshold."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import GroupKFold

    stored = [np.load(path) for path in options.rows]
    x, y, groups, kinds = (
        np.concatenate([each[key] for each in stored]) for key in ("features", "labels", "groups", "kinds")
    )
    weight = _set_weights(groups)
    predicted = np.zeros(len(y))
    for train, test in GroupKFold(5).split(x, y, groups):
        model = LogisticRegression(C=REGULARIZATION, max_iter=5_000).fit(x[train], y[train], weight[train])
        predicted[test] = model.predict_proba(x[test])[:, 1]
    threshold = report(predicted, y, groups, kinds)
    model = LogisticRegression(C=REGULARIZATION, max_iter=5_000).fit(x, y, weight)
    weights = dict(zip(FEATURES, np.round(model.coef_[0], 4).tolist(), strict=True))
    print(json.dumps(weights, indent=1), round(float(model.intercept_[0]), 4))
    if options.write:
        n = len(set(groups.tolist()))
        names = sorted({group.split("/")[0] for group in groups.tolist()})
        provenance = (
            f"benchmarks/train_evidence.py, {n} questions of the development halves of {', '.join(names)}, "
            f"seed {SEED}; threshold: "
            f"at most {MAX_ABSTAINED:.0%} of answerable questions abstained from"
        )
        found = {"weights": weights, "bias": round(float(model.intercept_[0]), 4),
                 "threshold": round(threshold, 4), "provenance": provenance}  # fmt: skip
        FITTED_ON.write_text("\n".join(sorted(set(groups.tolist()))) + "\n", encoding="utf-8")
        WEIGHTS.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


def _set_weights(groups: np.ndarray) -> np.ndarray:
    names = np.array([group.split("/")[0] for group in groups])
    return np.array([(len(names) / (names == name).sum()) ** 0.5 for name in names])


def report(predicted: np.ndarray, labels: np.ndarray, groups: np.ndarray, kinds: np.ndarray) -> float:
    """Print how often the best sentence answers and how confidences separate; return the threshold."""
    best: dict[tuple[str, str], tuple[float, bool]] = {}
    for p, label, group, kind in zip(predicted, labels, groups, kinds, strict=True):
        key = (group, kind)
        if key not in best or p > best[key][0]:
            best[key] = (float(p), bool(label))
    names = sorted({group.split("/")[0] for group, _ in best})
    given = np.array([p for (_, kind), (p, _) in best.items() if kind == "given"])
    threshold = float(np.quantile(given, MAX_ABSTAINED))
    for name in names:
        mine = {key: value for key, value in best.items() if key[0].startswith(f"{name}/")}
        right = [label for (_, kind), (_, label) in mine.items() if kind == "given"]
        line = f"{name}: best sentence answers {np.mean(right):.3f} (n={len(right)})"
        for kind in ("given", "left out", "unanswerable"):
            scores = [p for (_, k), (p, _) in mine.items() if k == kind]
            if scores:
                line += f"; abstained {kind} {np.mean(np.array(scores) < threshold):.3f}"
        print(line)
    print(f"threshold {threshold:.4f}")
    return threshold


if __name__ == "__main__":
    main()
