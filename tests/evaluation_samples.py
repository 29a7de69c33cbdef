"""Runs in a home as `bot.evaluate.kept` leaves them, finished or not: real files, invented figures."""

from __future__ import annotations

import json
from pathlib import Path

from report_samples import SampleRun

from bot.evaluate.gold import GoldRow
from bot.evaluate.report import write_report


def kept_sample(
    home: Path,
    name: str,
    *,
    collection: str = "sample",
    n: int = 60,
    seed: int = 3,
    retrieval_only: bool = False,
    started: str = "2024-05-06T07:08:09Z",
    gold_sha256: str = "5c" * 32,
) -> Path:
    """Write a whole run and return its folder."""
    run, folder = SampleRun(n, seed=seed, retrieval_only=retrieval_only), home / "evaluations" / name
    (folder / "asked").mkdir(parents=True, exist_ok=True)
    settings = run.metrics["settings"] | {"collection": collection, "gold_sha256": gold_sha256}
    run.metrics["settings"] = settings
    for file, value in (
        ("settings.json", settings),
        ("metrics.json", run.metrics),
        ("about.json", {"gold": "works.jsonl", "started": started, "n": n}),
    ):
        (folder / file).write_text(json.dumps(value))
    _lines(folder / "scores.jsonl", run.scores)
    _lines(folder / "predictions.jsonl", run.predictions)
    _lines(folder / "asked" / "works.jsonl", [row_as_json(row) for row in run.gold.values()])
    write_report(folder, **run.parts())
    return folder


def interrupted_sample(home: Path, name: str, *, n_asked: int = 7, n: int = 60) -> Path:
    """Write a run that was stopped."""
    folder = kept_sample(home, name, n=n)
    for file in ("metrics.json", "scores.jsonl", "report.html"):
        (folder / file).unlink()
    lines = (folder / "predictions.jsonl").read_text().splitlines(keepends=True)
    (folder / "predictions.jsonl").write_text("".join(lines[:n_asked]))
    return folder


def row_as_json(row: GoldRow) -> dict:
    """Return a gold row as its file has it."""
    evidence = [{"doc_id": e.doc_id, "quote": e.quote, "page": e.page} for e in row.evidence]
    return {
        "id": row.row_id, "question": row.question, "answers": list(row.answers),
        "answerable": row.answerable, "type": row.kind, "evidence": evidence,
    }  # fmt: skip


def _lines(path: Path, rows: list) -> None:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
