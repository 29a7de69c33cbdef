"""A run as `bot evaluate` would leave it, made up: figures of real intervals over invented questions."""

from __future__ import annotations

import random
from collections import defaultdict
from dataclasses import asdict
from typing import Any

from bot.evaluate.gold import GoldEvidence, GoldRow
from bot.evaluate.measures.intervals import percentile, ratio
from bot.evaluate.names import MEASURES

TOWNS = ("Marl Ferry", "Quillhaven", "Upper Sedge", "Port Velmore", "Tarn Mills", "Ostrey")
WORKS = ("harbour wall", "tram line", "public library", "water works", "bell tower", "fish market")
TYPES = ("span", "span", "arithmetic", "multi-span", "count", "unanswerable", "unanswerable")
RETRIEVAL = ("R@1", "R@5", "R@10", "P@5", "nDCG@10", "RR@10", "AP@10", "passage R@5", "passage nDCG@10")
THRESHOLD = 0.42


class SampleRun:
    """A run of n questions: title, metrics, scores, predictions and gold, as `write_report` takes them."""

    def __init__(self, n: int = 60, *, seed: int = 3, retrieval_only: bool = False) -> None:
        chance = random.Random(seed)
        self.gold: dict[str, GoldRow] = {}
        self.scores: list[dict[str, Any]] = []
        self.predictions: list[dict[str, Any]] = []
        for i in range(n):
            gold = _gold(i, chance)
            prediction = _prediction(gold, chance, retrieval_only=retrieval_only)
            self.gold[gold.row_id] = gold
            self.predictions.append(prediction)
            self.scores.append(_score(gold, prediction, chance))
        self.metrics = _metrics(self.scores, self.predictions, retrieval_only=retrieval_only)

    def parts(self, **changes: Any) -> dict[str, Any]:
        """Return the arguments of `write_report`."""
        made = {
            "title": "samples: gold.jsonl",
            "metrics": self.metrics,
            "scores": self.scores,
            "predictions": self.predictions,
            "gold": self.gold,
        }
        return made | changes


def compared(run: SampleRun) -> dict[str, Any]:
    """Return what a comparison of a run with an earlier one finds."""
    drops = {"R@1": -0.12, "nDCG@10": -0.1, "gold in 45 words": -0.05, "fabrication": 0.03, "F1": 0.04}
    verdicts = {"R@1": "worse", "nDCG@10": "worse", "fabrication": "worse"}
    measures = {
        name: {
            "there": run.metrics["measures"][name]["mean"] - difference,
            "here": run.metrics["measures"][name]["mean"],
            "difference": difference,
            "n": run.metrics["measures"][name]["n"],
            "unit": MEASURES[name].unit,
            "low": difference - (0.025 if name in verdicts else 0.08),
            "high": difference + (0.025 if name in verdicts else 0.08),
            "verdict": verdicts.get(name, ""),
        }
        for name, difference in drops.items()
    }
    ids = [score["id"] for score in run.scores if score["answerable"]]
    return {
        "with": "runs/reranked",
        "n": len(run.scores),
        "settings": {"rerank": [True, False]},
        "measures": measures,
        "changed": {"R@1": {"won": ids[:1], "lost": ids[2:7]}, "F1": {"won": ids[3:5], "lost": []}},
    }


def _gold(i: int, chance: random.Random) -> GoldRow:
    town, work, kind = TOWNS[i % len(TOWNS)], WORKS[i % 5], TYPES[i % len(TYPES)]
    year, cost = 1880 + i % 90, round(chance.uniform(1, 30), 1)
    answerable = kind != "unanswerable"
    quote = f"The {work} at {town} opened in {year} and cost ${cost} million, most of it raised by the town."
    questions = {
        "span": f"When did the {work} at {town} open?",
        "arithmetic": f"How much more did the {work} at {town} cost than the {WORKS[5]}, in millions?",
        "multi-span": f"When did the {work} at {town} open, and what did it cost the people of the town?",
        "count": f"How many years after the tram came did {town} open its {work}?",
        "unanswerable": f"Who painted the ceiling of the {work} at {town}?",
    }
    return GoldRow(
        row_id=f"works-{i:04}",
        question=questions[kind],
        answers=(str(year), f"in {year}") if answerable else (),
        answerable=answerable,
        kind=kind,
        evidence=(GoldEvidence(f"{town.lower().replace(' ', '-')}", quote=quote),) if answerable else (),
    )


def _prediction(gold: GoldRow, chance: random.Random, *, retrieval_only: bool) -> dict[str, Any]:
    documents = [town.lower().replace(" ", "-") for town in TOWNS] + [f"gazette-{i}" for i in range(8)]
    chance.shuffle(documents)
    if gold.documents and chance.random() < 0.9:
        documents.remove(gold.documents[0])
        documents.insert(min(int(chance.expovariate(1.2)), 9), gold.documents[0])
    hits = [{"rank": rank, "external_id": name} for rank, name in enumerate(documents[:10], start=1)]
    retrieve, rerank = chance.lognormvariate(-3.6, 0.4), chance.lognormvariate(-0.6, 0.3)
    found = {"id": gold.row_id, "question": gold.question, "standalone_question": gold.question, "hits": hits}
    if retrieval_only:
        return found | {"timings_s": {"total": retrieve}}
    confidence = min(max(chance.gauss(0.72 if gold.answerable else 0.4, 0.17), 0.01), 0.99)
    abstained = confidence < THRESHOLD
    total = retrieve + rerank + chance.lognormvariate(-0.2, 0.4)
    timings = {"retrieve": retrieve, "rerank": rerank, "first_sentence": 0.9 * total, "total": total}
    return found | {
        "abstained": abstained,
        "reason": "low_confidence" if abstained else None,
        "confidence": confidence,
        "sentences": [] if abstained else _sentences(gold),
        "citations": [] if abstained else _citations(gold, documents[0]),
        "timings_s": timings,
        "tokens": {"prompt": chance.randint(200, 900), "generated": chance.randint(0, 60)},
    }


def _sentences(gold: GoldRow) -> list[dict[str, Any]]:
    quoted = gold.evidence[0].quote if gold.evidence else "The ceiling was restored by a firm from Ostrey."
    phrased = "The town itself raised most of the money."
    return [
        {"text": quoted, "citations": [1], "support": 1.0, "status": "quoted"},
        {"text": phrased, "citations": [1, 2], "support": 0.9, "status": "supported"},
    ]


def _citations(gold: GoldRow, document: str) -> list[dict[str, Any]]:
    quote = gold.evidence[0].quote if gold.evidence else "The ceiling was restored by a firm from Ostrey."
    place = {"external_id": document, "page": None, "section": "Public works", "context": []}
    head = {"role": "column", "start": 0, "end": 4, "quote": "Cost, in millions"}
    title = document.replace("-", " ").capitalize()
    return [
        {"marker": 1, "title": title, "quote": quote, **place},
        {"marker": 2, "title": "Budget of the county", "quote": "Raised by the town: 71 %", **place}
        | {"page": 12, "section": None, "context": [head]},
    ]


def _score(gold: GoldRow, prediction: dict[str, Any], chance: random.Random) -> dict[str, Any]:
    values: dict[str, list[float]] = {}
    if gold.answerable:
        ranking = [hit["external_id"] for hit in prediction["hits"]]
        rank = ranking.index(gold.documents[0]) + 1 if gold.documents[0] in ranking else 99
        values |= {name: [_retrieved(name, rank), 1.0] for name in RETRIEVAL}
    if "sentences" in prediction:
        values |= _answer_values(gold, prediction, chance)
    return {
        "id": gold.row_id,
        "type": gold.kind,
        "answerable": gold.answerable,
        "confidence": prediction.get("confidence"),
        "abstained": prediction.get("abstained"),
        "values": values,
    }


def _retrieved(name: str, rank: int) -> float:
    if name.endswith(("RR@10", "AP@10", "nDCG@10")):
        return 1 / rank if rank <= 10 else 0.0
    k = int(name.split("@")[1])
    return float(rank <= k) / (5 if name == "P@5" else 1)


def _answer_values(gold: GoldRow, prediction: dict[str, Any], chance: random.Random) -> dict[str, Any]:
    answered, n_sentences = not prediction["abstained"], float(len(prediction["sentences"]))
    right = answered and gold.answerable and chance.random() < 0.35 + 0.6 * prediction["confidence"]
    values: dict[str, list[float]] = {}
    if gold.answerable:
        values |= {"EM": [0.0, 1.0], "F1": [chance.random() * 0.4 + 0.5 * right, 1.0]}
        values |= {"gold in 45 words": [float(right), 1.0], "ROUGE-L": [0.2 + 0.3 * right, 1.0]}
        values |= {"abstained, answerable": [float(not answered), 1.0]}
    else:
        values |= {"abstained, unanswerable": [float(not answered), 1.0]}
    if answered:
        values |= {"citation precision": [float(right), 2.0], "citation recall": [float(right), 1.0]}
        values |= {"support precision": [2.0, 2.0], "support recall": [n_sentences, n_sentences]}
        values |= {"sentences cited": [n_sentences, n_sentences], "quotes exact": [3.0, 3.0]}
        values |= {"fabrication": [float(chance.random() < 0.04), n_sentences]}
        values |= {"phrased": [1.0, n_sentences], "quoted": [1.0, n_sentences]}
        values |= {"accuracy given attempted": [float(right), 1.0]}
    return values


def _metrics(scores: Any, predictions: Any, *, retrieval_only: bool) -> dict[str, Any]:
    by_type = defaultdict(list)
    for score in scores:
        by_type[score["type"]].append(score)
    found = {
        "n": len(scores),
        "n_answerable": sum(score["answerable"] for score in scores),
        "measures": _figures(scores),
        "types": {kind: _figures(rows) for kind, rows in by_type.items()},
        "seconds": _quantiles([prediction["timings_s"] for prediction in predictions]),
        "settings": {
            "gold_sha256": "5c" * 32,
            "collection": "samples",
            "encoder": "all-MiniLM-L6-v2 1f0aab9c2d3e4f50",
            "model": "smollm2-135m-instruct",
            "k": 5,
            "rerank": True,
            "phrase": True,
            "retrieval_only": retrieval_only,
            "code_sha256": "ab" * 32,
        },
    }
    if not retrieval_only:
        made_up = [score["id"] for score in scores if score["values"].get("fabrication", [0])[0]]
        for name, value in {"abstention F1": 0.61, "AUROC": 0.83, "AURC": 0.12}.items():
            spread = {"low": value - 0.06, "high": value + 0.05}
            found["measures"][name] = {"mean": value, "n": len(scores), "unit": "questions"} | spread
        found |= {
            "abstention": _abstention(scores),
            "words": {"median": 35.0, "p90": 56.0, "n": len(scores)},
            "tokens": _quantiles([prediction["tokens"] for prediction in predictions]),
            "broken": {"uncited": [], "inexact": [], "fabricated": made_up},
        }
    return found


def _figures(scores: list[dict[str, Any]]) -> dict[str, Any]:
    found = {}
    for name in MEASURES:
        values = [score["values"][name] for score in scores if name in score["values"]]
        figure = ratio([v[0] for v in values], [v[1] for v in values], unit=MEASURES[name].unit)
        if figure.n:
            found[name] = asdict(figure)
    return found


def _quantiles(rows: list[dict[str, float]]) -> dict[str, Any]:
    columns = {name: [row[name] for row in rows] for name in rows[0]}
    return {
        name: {"p50": percentile(column, 50), "p95": percentile(column, 95), "n": len(column)}
        for name, column in columns.items()
    }


def _abstention(scores: list[dict[str, Any]]) -> dict[str, Any]:
    answered = [score for score in scores if not score["abstained"]]
    ordered = sorted(answered, key=lambda score: -score["confidence"])
    curve, n_wrong = [], 0
    for i, score in enumerate(ordered, start=1):
        n_wrong += score["values"].get("accuracy given attempted", [0.0])[0] == 0
        curve.append([i / len(scores), n_wrong / i, score["confidence"]])
    right = sum(score["values"].get("accuracy given attempted", [0.0])[0] == 1 for score in scores)
    return {
        "answered_right": right,
        "answered_wrong": sum(not score["abstained"] for score in scores) - right,
        "abstained_rightly": sum(score["abstained"] and not score["answerable"] for score in scores),
        "abstained_wrongly": sum(score["abstained"] and score["answerable"] for score in scores),
        "curve": curve,
    }
