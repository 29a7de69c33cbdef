r"""Fit the weights of `bot/evidence.json`: which sentence answers a question, and how sure that is.

    python -m benchmarks.train_evidence collect --rows a.npz --sets \
        squad2:240:300:100 clapnq:74:76:50 tatqa:130:0:60
    python -m benchmarks.train_evidence fit a.npz --write

`collect` runs the product's own search and reranking on development questions and stores the features of
every sentence of the first passages. --sets NAME:ANSWERABLE:UNANSWERABLE:LEFT_OUT are seeded samples:
"given", the collection as it is; "unanswerable", questions that nothing answers; "left out", the first of the
answerable again, the documents that answer and those of the same title hidden, so that nothing can be right.
`fit` is one logistic regression, cross-validated by document, a set weighing as the root of its size. The
features and the model's state are standardized; the state then counts STATE_SCALE of that, which is how much
more strongly its many weights are held down.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from bot.candidates import Candidate, candidates
from bot.datatypes import Hit
from bot.evaluate.measures.abstention import auroc
from bot.evidence import FEATURES, WEIGHTS, EvidenceSelector
from bot.retrieve import Retriever
from bot.selection import DEFAULT_K
from bot.workspace import Workspace

ROOT = Path(__file__).parent.parent
DATA = Path(os.environ.get("BOT_EVAL_DATA", ROOT.parent / "shared" / "data"))
FITTED_ON = Path(__file__).with_name("fitted_on.txt")  # left out of every sample whose figures are published
SEED = 5
MAX_ABSTAINED = 0.08  # of the answerable questions, sets weighing alike: what the threshold is set by
STATE_SCALE = 0.03
N_FOLDS = 5


def main() -> None:
    """Parse the arguments and run."""
    parser, verb = parser_of(__doc__ or "", collect=collect, fit=fit)
    verb.add_argument("--home", type=Path, default=ROOT / ".cache" / "bench")
    options = parser.parse_args()
    options.run(options)


Verb = Callable[[argparse.Namespace], None]


def parser_of(
    about: str, *, collect: Verb, fit: Verb
) -> tuple[argparse.ArgumentParser, argparse.ArgumentParser]:
    """Return the parser of `collect --sets ... --rows FILE` and `fit ROWS... [--write]`, and collect's."""
    parser = argparse.ArgumentParser(description=about, formatter_class=argparse.RawTextHelpFormatter)
    verbs = parser.add_subparsers(required=True)
    collecting = verbs.add_parser("collect")
    collecting.add_argument(
        "--sets", nargs="+", required=True, metavar="NAME:ANSWERABLE:UNANSWERABLE:LEFT_OUT"
    )
    collecting.add_argument("--rows", type=Path, required=True)
    collecting.set_defaults(run=collect)
    fitting = verbs.add_parser("fit")
    fitting.add_argument("rows", type=Path, nargs="+")
    fitting.add_argument("--write", action="store_true", help=f"write {WEIGHTS.name}")
    fitting.set_defaults(run=fit)
    return parser, collecting


def collect(options: argparse.Namespace) -> None:
    """Write features (n, d), labels (n,), groups and kinds (n,) of all sentences to `--rows`."""
    workspace = Workspace(options.home)
    found: list[tuple[Any, ...]] = []
    for setting in options.sets:
        name, n_answerable, n_unanswerable, n_left_out = setting.split(":")
        list(workspace.ingest([DATA / name / "corpus.jsonl"], collection=name))
        questions = [*_sample(name, int(n_answerable), True), *_sample(name, int(n_unanswerable), False)]
        for i, row in enumerate(questions):
            found += list(_sentences(workspace, name, row, twice=i < int(n_left_out)))
            sys.stderr.write(f"\r{name} {i + 1}/{len(questions)} ")
            if i % 10 == 9 or i + 1 == len(questions):
                _save(options.rows, found)


def _sample(name: str, n: int, answerable: bool) -> list[dict[str, Any]]:
    rows = [json.loads(line) for line in (DATA / name / "gold.jsonl").open(encoding="utf-8")]
    rows = [row for row in rows if row["answerable"] == answerable and _usable(row)]
    return random.Random(SEED).sample(rows, min(n, len(rows)))


def _usable(row: dict[str, Any]) -> bool:
    return not row.get("history") and row["type"] not in {"arithmetic", "count"}


def _sentences(
    workspace: Workspace, name: str, row: dict[str, Any], *, twice: bool
) -> Iterator[tuple[Any, ...]]:
    bot = workspace.bot(name)
    question = row["question"]
    hits = bot.retriever.search(question, n_hits=60)
    assert bot.reranker is not None
    kind = "given" if row["answerable"] else "unanswerable"
    yield from _rows(bot.selector, row, bot.reranker.rerank(question, hits[:20]), name, kind)
    if row["answerable"] and twice:
        left = bot.reranker.rerank(question, _left_out(bot.retriever, row, hits)[:20])
        yield from _rows(bot.selector, row, left, name, "left out")


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
        yield features.astype(np.float32), answers, f"{name}/{row['id']}", kind, _document(name, row)


def _document(name: str, row: dict[str, Any]) -> str:
    """Return what a question is about, so that no fold is tested on what it was trained on."""
    first = row.get("context_doc") or next((e["doc_id"] for e in row["evidence"]), row["id"])
    return f"{name}/{first.partition('#')[0]}"


def _answers(candidate: Candidate, row: dict[str, Any]) -> bool:
    """Say whether a sentence of the right document holds a gold answer, or is one of the gold sentences."""
    quotes = [e.get("quote", "") for e in row["evidence"] if e["doc_id"] == candidate.hit.passage.external_id]
    if not quotes:
        return False
    if holds_answer(candidate.text, row["answers"]):
        return True
    return row["type"] == "long-form" and any(_plain(candidate.text) in _plain(quote) for quote in quotes)


def holds_answer(text: str, answers: Iterable[str]) -> bool:
    """Say whether a text holds any of the answers as whole words, marks and letter case aside."""
    told = f" {_plain(text)} "
    return any(f" {_plain(answer)} " in told for answer in answers if _plain(answer))


def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.lower()))


def _save(path: Path, found: list[tuple[Any, ...]]) -> None:
    features, labels, groups, kinds, documents = zip(*found, strict=True)
    np.savez(
        path,
        features=np.array(features),
        labels=np.array(labels),
        groups=np.array(groups),
        kinds=np.array(kinds),
        documents=np.array(documents),
    )


def fit(options: argparse.Namespace) -> None:
    """Fit, report by cross-validation, and with --write store the weights and the threshold."""
    from sklearn.model_selection import GroupKFold

    stored = [np.load(path) for path in options.rows]
    keys = ("features", "labels", "groups", "kinds", "documents")
    x, y, groups, kinds, documents = (np.concatenate([each[key] for each in stored]) for key in keys)
    weight = _set_weights(groups)
    predicted = np.zeros(len(y))
    for train, test in GroupKFold(N_FOLDS).split(x, y, documents):
        coefficients, bias = _fitted(x[train], y[train], weight[train])
        predicted[test] = 1 / (1 + np.exp(-(x[test] @ coefficients + bias)))
    threshold = report(predicted, y, groups, kinds)
    coefficients, bias = _fitted(x, y, weight)
    weights = dict(zip(FEATURES, np.round(coefficients, 4).tolist(), strict=False))
    print(json.dumps(weights, indent=1), round(bias, 4))
    if options.write:
        n = len(set(groups.tolist()))
        names = sorted({group.split("/")[0] for group in groups.tolist()})
        provenance = (
            f"benchmarks/train_evidence.py, {n} questions of the development halves of {', '.join(names)}, "
            f"seed {SEED}; threshold: "
            f"at most {MAX_ABSTAINED:.0%} of the answerable questions abstained from, cross-validated"
        )
        state = [float(f"{value:.3g}") for value in coefficients[len(FEATURES) :]]
        found = {"weights": weights, "bias": round(bias, 4), "threshold": round(threshold, 4),
                 "provenance": provenance, "state": state}  # fmt: skip
        before = FITTED_ON.read_text(encoding="utf-8").split()  # `pair_scorer` learned from others of them
        FITTED_ON.write_text("\n".join(sorted({*groups.tolist(), *before})) + "\n", encoding="utf-8")
        stored_before = json.loads(WEIGHTS.read_text(encoding="utf-8"))  # join anew: `join_evidence`
        WEIGHTS.write_text(json.dumps(stored_before | found) + "\n", encoding="utf-8")


def _fitted(x: np.ndarray, y: np.ndarray, weight: np.ndarray) -> tuple[np.ndarray, float]:
    """Return coefficients (d,) and bias for rows as they are."""
    from sklearn.linear_model import LogisticRegression

    mean, scale = x.mean(0), x.std(0) + 1e-9
    scale[len(FEATURES) :] /= STATE_SCALE
    model = LogisticRegression(C=1.0, max_iter=5_000).fit((x - mean) / scale, y, weight)
    coefficients = model.coef_[0] / scale
    return coefficients, float(model.intercept_[0] - mean @ coefficients)


def _set_weights(groups: np.ndarray) -> np.ndarray:
    names = np.array([group.split("/")[0] for group in groups])
    return np.array([(len(names) / (names == name).sum()) ** 0.5 for name in names])


def report(predicted: np.ndarray, labels: np.ndarray, groups: np.ndarray, kinds: np.ndarray) -> float:
    """Print how often the best sentences answer and how confidences separate; return the threshold."""
    asked: dict[tuple[str, str], list[tuple[float, bool]]] = defaultdict(list)
    for p, label, group, kind in zip(predicted, labels, groups, kinds, strict=True):
        asked[group, kind].append((float(p), bool(label)))
    ranked = {key: sorted(rows, reverse=True) for key, rows in asked.items()}
    names = sorted({group.split("/")[0] for group, _ in ranked})
    confidences = {
        (name, kind): np.array(
            [rows[0][0] for (g, k), rows in ranked.items() if k == kind and _of(g) == name]
        )
        for name in names
        for kind in ("given", "left out", "unanswerable")
    }
    threshold = _threshold([confidences[name, "given"] for name in names])
    for name in names:
        given = [rows for (g, kind), rows in ranked.items() if kind == "given" and _of(g) == name]
        line = f"{name}: the best sentence answers {np.mean([rows[0][1] for rows in given]):.3f}"
        line += f", one of two {np.mean([any(label for _, label in rows[:2]) for rows in given]):.3f}"
        line += f", any {np.mean([any(label for _, label in rows) for rows in given]):.3f} (n={len(given)})"
        for kind in ("given", "left out", "unanswerable"):
            found = confidences[name, kind]
            if len(found):
                line += f"; abstained {kind} {np.mean(found < threshold):.3f}"
                line += f" AUROC {_auroc(confidences[name, 'given'], found):.3f}" if kind != "given" else ""
        print(line)
    print(f"threshold {threshold:.4f}")
    return threshold


def _threshold(given: Sequence[np.ndarray]) -> float:
    """Return the highest confidence below which at most MAX_ABSTAINED of the sets' questions lie."""
    tried = np.sort(np.concatenate(given))
    shares = np.array([np.mean([(each < t).mean() for each in given]) for t in tried])
    return float(tried[shares <= MAX_ABSTAINED].max())


def _of(group: str) -> str:
    return group.split("/")[0]


def _auroc(above: np.ndarray, below: np.ndarray) -> float:
    values = np.concatenate([above, below])
    return float(auroc(values, np.arange(len(values)) < len(above), np.ones((1, len(values))))[0])


if __name__ == "__main__":
    main()
