r"""Learn the adapters of `bot/pair_scorer.py`, and measure what they add.

    python -m benchmarks.pair_scorer gather fused.pkl --sets squad2 clapnq tatqa
    python -m benchmarks.pair_scorer collect read.pkl --sets \
        squad2:240:300:100 clapnq:150:155:100 tatqa:130:0:60
    python -m benchmarks.pair_scorer train fused.pkl read.pkl --minutes 16 \
        --adapter adapter.safetensors --logits logits.pkl
    python -m benchmarks.pair_scorer train fused.pkl read.pkl --minutes 8 --rate 7e-4 --seed 6 \
        --start adapter.safetensors --adapter longer.safetensors --logits longer.pkl
    python -m benchmarks.pair_scorer compare read.pkl logits.pkl

The bundled encoder reads question and sentence together, with low-rank adapters (Hu et al., LoRA, 2021) and a
linear head. `gather` takes the sentences to train on from the fused order, which costs no language model;
`collect` those to compare on from the product's own search and reranking, with the features of
`bot/evidence.py`. Documents are split in two halves by their name: `train` learns from half A and scores half
B. The loss of a question is a softmax over its sentences and "none"; an answerable question counts once more,
at half weight, without the sentences that answer it, and then "none" is right: a near miss made for nothing.
`compare` fits the product's logistic model on half A, and on half B asks what the new score adds to it. The
weights that join them are cross-validated by place: a paragraph of squad2, else a document. The intervals are
over places too. The files of rows are pickles: read only your own.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import pickle
import random
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from benchmarks.answers import home_of, take_in
from benchmarks.sets import SETS
from benchmarks.train_evidence import (
    _answers,
    _auroc,
    _document,
    _fitted,
    _left_out,
    _sample,
    _set_weights,
    _threshold,
    _usable,
)
from bot.candidates import candidates
from bot.datatypes import Hit
from bot.evidence import EvidenceSelector
from bot.pair_scorer import PairNetwork, Pairs, read_adapter
from bot.selection import DEFAULT_K
from bot.weights import encoder_folder, file_sha256
from bot.workspace import Workspace

MAX_TOKENS = 96  # of question and sentence, while it learns
WARM_UP = 160  # questions until the full step size
BATCH = 4  # questions, of at most two sentences that answer and four that do not
N_NEAREST, N_OTHERS = 3, 1  # of the sentences that do not answer: by cosine, and by chance
MAX_LEFT_OUT = 150  # questions a set whose documents are hidden
N_READ = 12  # sentences of a question
N_RESCORED = 4  # sentences of a question that `compare` scores anew: no more change a figure
N_RESAMPLES = 2_000
SEED = 5
KINDS = ("given", "unanswerable", "left out")
Key = tuple[str, str, str]
Logits = dict[Key, np.ndarray]  # of the sentences of each question


@dataclass(frozen=True)
class Asked:
    """A question and its sentences: what is read of each, cosines, labels and features, all of length n.

    `kind`: "given", "left out" or "unanswerable". `features`: (n, d) of `EvidenceSelector.features`, or None.
    `document`: what the halves are made of; `place`: the document itself, of squad2 a paragraph.
    """

    name: str
    id: str
    question: str
    kind: str
    document: str
    place: str
    read: list[str]
    cosines: np.ndarray
    labels: np.ndarray
    features: np.ndarray | None = None

    @property
    def key(self) -> Key:
        """What it is known by."""
        return self.name, self.id, self.kind

    @property
    def is_tested(self) -> bool:
        """Whether its document is in half B."""
        return int(hashlib.sha256(self.document.encode()).hexdigest(), 16) % 2 == 1


def main() -> None:
    """Parse the arguments and run."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    verbs = parser.add_subparsers(required=True)
    for name, run in (("gather", gather), ("collect", collect)):
        verb = verbs.add_parser(name)
        verb.add_argument("rows", type=Path)
        verb.add_argument("--sets", nargs="+", required=True)
        verb.set_defaults(run=run)
    verb = verbs.add_parser("train")
    verb.add_argument("rows", type=Path, nargs=2)
    verb.add_argument("--minutes", type=float, default=16, help="of training; scoring takes two more")
    verb.add_argument("--rate", type=float, default=1e-3, help="of learning, at first")
    verb.add_argument("--seed", type=int, default=SEED)
    verb.add_argument("--start", type=Path, help="an adapter to go on from")
    verb.add_argument("--adapter", type=Path, required=True)
    verb.add_argument("--logits", type=Path, required=True)
    verb.set_defaults(run=train)
    verb = verbs.add_parser("compare")
    verb.add_argument("rows", type=Path)
    verb.add_argument("logits", type=Path)
    verb.add_argument("--first", type=int, default=N_RESCORED, help="sentences that are scored anew")
    verb.set_defaults(run=compare)
    options = parser.parse_args()
    options.run(options)


def gather(options: argparse.Namespace) -> None:
    """Write all usable questions with sentences of the document that answers and of the next ones found."""
    found: list[Asked] = []
    for name in options.sets:
        bot = _workspace(name).bot(name)
        for row in _gold(name):
            hits = bot.retriever.search(row["question"], n_hits=60)
            own = {row["context_doc"]} if row.get("context_doc") else {e["doc_id"] for e in row["evidence"]}
            first = [hit for hit in hits if hit.passage.external_id in own][:2]
            others = [hit for hit in hits if hit.passage.external_id not in own]
            kind = "given" if row["answerable"] else "unanswerable"
            found += _asked(bot.selector, name, row, kind, [*first, *others][:3])
            if row["answerable"]:
                found += _asked(bot.selector, name, row, "left out", _left_out(bot.retriever, row, hits)[:2])
    options.rows.write_bytes(pickle.dumps(found))


def collect(options: argparse.Namespace) -> None:
    """Write samples NAME:ANSWERABLE:UNANSWERABLE:LEFT_OUT as the product reads them, with its features."""
    found: list[Asked] = []
    for setting in options.sets:
        name, n_answerable, n_unanswerable, n_left_out = setting.split(":")
        bot = _workspace(name).bot(name)
        assert bot.reranker is not None
        rows = [*_sample(name, int(n_answerable), True), *_sample(name, int(n_unanswerable), False)]
        for i, row in enumerate(rows):
            hits = bot.retriever.search(row["question"], n_hits=60)
            kinds = {"given" if row["answerable"] else "unanswerable": hits}
            if i < min(int(n_left_out), int(n_answerable)):
                kinds["left out"] = _left_out(bot.retriever, row, hits)
            for kind, kept in kinds.items():
                read = bot.reranker.rerank(row["question"], kept[:20])[:DEFAULT_K]
                found += _asked(bot.selector, name, row, kind, read, with_features=True)
    options.rows.write_bytes(pickle.dumps(found))


def _workspace(name: str) -> Workspace:
    workspace = Workspace(home_of(SETS[name]))
    take_in(SETS[name], workspace)
    return workspace


def _gold(name: str) -> list[dict[str, Any]]:
    lines = (SETS[name].folder / "gold.jsonl").read_text(encoding="utf-8").splitlines()
    return [row for row in map(json.loads, lines) if _usable(row)]


def _asked(
    selector: EvidenceSelector,
    name: str,
    row: dict[str, Any],
    kind: str,
    hits: Sequence[Hit],
    *,
    with_features: bool = False,
) -> Iterator[Asked]:
    question = row["question"]
    trial, cosines = selector.shortlist(question, candidates(hits), N_READ)
    if not trial:
        return
    features = selector.features(question, trial, cosines) if with_features else None
    labels = np.array([kind == "given" and _answers(c, row) for c in trial])
    read = [c.read for c in trial]
    document = _document(name, row)
    place = row.get("context_doc") or document
    yield Asked(name, row["id"], question, kind, document, place, read, cosines, labels, features)


@dataclass(frozen=True)
class Pace:
    """How long to learn, how fast at first, and the seed of the order."""

    seconds: float
    rate: float = 1e-3
    seed: int = SEED


def train(options: argparse.Namespace) -> None:
    """Learn from half A of the first rows; write the adapter, and the logits of half B of the second."""
    torch.manual_seed(options.seed)
    fused, read = (pickle.loads(path.read_bytes()) for path in options.rows)
    tested = [asked for asked in read if asked.is_tested]
    model = PairNetwork(torch.bfloat16)
    if options.start:
        read_adapter(model, options.start)
    pairs = Pairs(model, MAX_TOKENS)
    pace = Pace(options.minutes * 60, options.rate, options.seed)

    def scored() -> Logits:
        with torch.inference_mode():
            return {a.key: pairs.logits([(a.question, r) for r in a.read]).numpy() for a in tested}

    _learn(model, pairs, _pool(fused), pace, lambda: show("now", tested, scored()))
    write_adapter(model, options.adapter)
    options.logits.write_bytes(pickle.dumps(scored()))


def write_adapter(model: PairNetwork, path: Path) -> None:
    """Write what was learned in half precision, with the hash of the encoder that it belongs to."""
    from safetensors.torch import save_file

    base = file_sha256(encoder_folder() / "model.safetensors")
    tensors = {name: value.half().contiguous() for name, value in model.learned().items()}
    save_file(tensors, path, metadata={"base_sha256": base, "max_tokens": str(MAX_TOKENS)})


def _pool(fused: Sequence[Asked]) -> list[Asked]:
    """Return the questions of half A to learn from: a sentence answers, or none may."""
    rng = random.Random(SEED)
    left: dict[str, int] = defaultdict(int)
    pool = []
    for asked in rng.sample(list(fused), len(fused)):
        if asked.is_tested or (asked.kind == "given" and not asked.labels.any()):
            continue
        left[asked.name] += asked.kind == "left out"
        if asked.kind != "left out" or left[asked.name] <= MAX_LEFT_OUT:
            pool.append(asked)
    return pool


def _learn(
    model: PairNetwork, pairs: Pairs, pool: list[Asked], pace: Pace, on_epoch: Callable[[], None]
) -> None:
    """Fit the adapters for so many seconds, the step size falling in a straight line."""
    rng = random.Random(pace.seed)
    learned = [p for p in model.parameters() if p.requires_grad]
    groups = [
        {"params": [p for p in learned if p.dim() == 2], "lr": pace.rate},
        {"params": [model.product, model.first], "lr": 3 * pace.rate},
        {"params": [model.bias, model.none], "lr": 10 * pace.rate},
    ]
    steps = torch.optim.AdamW(groups, weight_decay=0.01)
    rates = [group["lr"] for group in steps.param_groups]
    n_seen, spent, losses = 0, 0.0, []
    while spent < pace.seconds:
        rng.shuffle(pool)
        for at in range(0, len(pool) - BATCH + 1, BATCH):
            began = time.monotonic()
            for group, rate in zip(steps.param_groups, rates, strict=True):
                group["lr"] = rate * min(1, (n_seen + BATCH) / WARM_UP) * max(0.02, 1 - spent / pace.seconds)
            loss = _loss(model, pairs, [_drawn(asked, rng) for asked in pool[at : at + BATCH]])
            steps.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(learned, 1.0)
            steps.step()
            losses.append(loss.item())
            n_seen += BATCH
            spent += time.monotonic() - began
            if spent >= pace.seconds:
                break
        print(f"{n_seen} questions seen, {len(pool)} of them different, loss {np.mean(losses[-300:]):.3f}")
        on_epoch()


def _drawn(asked: Asked, rng: random.Random) -> tuple[list[tuple[str, str]], int]:
    """Return pairs of a question and sentences, first those that answer, and how many these are."""
    right = [int(i) for i in np.flatnonzero(asked.labels)]
    wrong = [int(i) for i in np.argsort(-asked.cosines) if not asked.labels[i]]
    near, far = wrong[:N_NEAREST], wrong[N_NEAREST:]
    right = rng.sample(right, min(2, len(right)))
    chosen = [*right, *near, *rng.sample(far, min(N_OTHERS, len(far)))]
    return [(asked.question, asked.read[i]) for i in chosen], len(right)


def _loss(
    model: PairNetwork, pairs: Pairs, drawn: Sequence[tuple[list[tuple[str, str]], int]]
) -> torch.Tensor:
    logits = pairs.logits([pair for each, _ in drawn for pair in each], size=10)
    none = model.none[None]
    total = torch.zeros(())
    for part, (_, n_right) in zip(logits.split([len(each) for each, _ in drawn]), drawn, strict=True):
        right, wrong = part[:n_right], part[n_right:]
        if n_right:
            total = total + torch.cat([part, none]).logsumexp(0) - right.logsumexp(0)
        weight = 0.5 if n_right else 1.0
        total = total + weight * (torch.cat([wrong, none]).logsumexp(0) - model.none)
    return total / len(drawn)


@dataclass(frozen=True)
class Best:
    """The best sentence of a question: how sure it is, and whether it answers."""

    confidence: float
    answers: bool


def best_of(asked: Sequence[Asked], logits: Logits) -> dict[Key, Best]:
    """Return the best sentence of each question, by logits of all its sentences."""
    found = {}
    for each in asked:
        values = logits[each.key]
        found[each.key] = Best(float(values.max()), bool(each.labels[int(values.argmax())]))
    return found


def measured(asked: Sequence[Asked], best: dict[Key, Best], threshold: float) -> dict[str, float]:
    """Return the measures of a set's questions; nan where it has none of the kind."""
    kinds = {kind: [best[a.key] for a in asked if a.kind == kind] for kind in KINDS}
    sure = {kind: np.array([b.confidence for b in each]) for kind, each in kinds.items()}
    found = {"the best sentence answers": _mean_of([b.answers for b in kinds["given"]])}
    for kind in KINDS:
        found[f"abstained, {kind}"] = _mean_of(sure[kind] < threshold)
        if kind != "given":
            both = len(sure["given"]) and len(sure[kind])
            found[f"AUROC, {kind}"] = _auroc(sure["given"], sure[kind]) if both else np.nan
    return found


def _mean_of(values: Sequence[bool] | np.ndarray) -> float:
    return float(np.mean(values)) if len(values) else np.nan


def threshold_of(asked: Sequence[Asked], best: dict[Key, Best]) -> float:
    """Return one threshold for all sets, as `train_evidence` sets it."""
    names = sorted({a.name for a in asked})
    given = [[best[a.key].confidence for a in asked if (a.name, a.kind) == (n, "given")] for n in names]
    return _threshold([np.array(each) for each in given])


def show(by: str, asked: Sequence[Asked], logits: Logits) -> None:
    """Print the measures of each set."""
    best = best_of(asked, logits)
    threshold = threshold_of(asked, best)
    for name in sorted({a.name for a in asked}):
        found = measured([a for a in asked if a.name == name], best, threshold)
        print(f"{by}, {name}: " + "; ".join(f"{k} {v:.3f}" for k, v in found.items() if v == v))


def compare(options: argparse.Namespace) -> None:
    """Print, for half B, the product's logistic model of half A without and with the new score, paired."""
    read: list[Asked] = pickle.loads(options.rows.read_bytes())
    logits: Logits = pickle.loads(options.logits.read_bytes())
    tested = [asked for asked in read if asked.key in logits]
    plain = _plain_logits([asked for asked in read if not asked.is_tested], tested)
    refit = _joined(tested, [plain])
    both = _first(options.first, plain, _joined(tested, [plain, logits]))
    for by, scores in (("today", refit), ("the new score", logits), ("both", both)):
        show(by, tested, scores)
    for name in sorted({asked.name for asked in tested}):
        for line in gains(name, tested, refit, both):
            print(line)


def _plain_logits(learned: Sequence[Asked], tested: Sequence[Asked]) -> Logits:
    groups = np.array([f"{a.name}/{a.id}" for a in learned for _ in a.read])
    x = np.concatenate([a.features for a in learned if a.features is not None])
    coefficients, bias = _fitted(x, np.concatenate([a.labels for a in learned]), _set_weights(groups))
    return {a.key: a.features @ coefficients + bias for a in tested if a.features is not None}


def _joined(tested: Sequence[Asked], parts: Sequence[Logits]) -> Logits:
    """Return a logistic model of the logits given, each question by weights from other documents."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import GroupKFold

    rows = [np.column_stack([part[a.key] for part in parts]) for a in tested]
    joined: Logits = {}
    for inner, outer in GroupKFold(5).split(tested, groups=[a.place for a in tested]):
        x = np.concatenate([rows[i] for i in inner])
        y = np.concatenate([tested[i].labels for i in inner])
        weight = _set_weights(np.array([f"{tested[i].name}/" for i in inner for _ in tested[i].read]))
        model = LogisticRegression(max_iter=5_000).fit(x, y, weight)
        joined |= {tested[i].key: model.decision_function(rows[i]) for i in outer}
    return joined


def _first(n: int, plain: Logits, both: Logits) -> Logits:
    """Return `both` for the n sentences that are best by `plain`; the others are out of the race."""
    rank = {key: np.argsort(np.argsort(-values)) for key, values in plain.items()}
    return {key: np.where(rank[key] < n, values, -np.inf) for key, values in both.items()}


def gains(name: str, asked: Sequence[Asked], plain: Logits, both: Logits) -> Iterator[str]:
    """Yield a line for each measure of a set: what the second logits gain, with a 95 % interval.

    Percentile bootstrap of the pairs over places, seeded; the thresholds are those of all sets and stay.
    """
    sides = [(best, threshold_of(asked, best)) for best in (best_of(asked, plain), best_of(asked, both))]

    def gain(drawn: Sequence[Asked]) -> dict[str, float]:
        before, after = (measured(drawn, best, threshold) for best, threshold in sides)
        return {key: after[key] - before[key] for key in after}

    places = defaultdict(list)
    for each in asked:
        if each.name == name:
            places[each.place].append(each)
    kept = list(places.values())
    rng = np.random.default_rng(SEED)
    again = [
        gain([a for i in rng.integers(len(kept), size=len(kept)) for a in kept[i]])
        for _ in range(N_RESAMPLES)
    ]
    for key, value in gain([a for place in kept for a in place]).items():
        if value == value:
            low, high = np.nanpercentile([each[key] for each in again], [2.5, 97.5])
            yield f"{name}: {key} {value:+.3f} [{low:+.3f}, {high:+.3f}], {len(kept)} places"


if __name__ == "__main__":
    main()
