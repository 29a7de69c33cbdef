"""The page: a policy that lets nothing in or out, the parts in order, written whole or not at all."""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from bot.errors import UsageError
from bot.evaluate.gold import GoldRow
from bot.evaluate.report.comparison import comparison_parts
from bot.evaluate.report.figures import groups, headlines, what_was_run
from bot.evaluate.report.markup import counted, text
from bot.evaluate.report.plots import plots
from bot.evaluate.report.questions import FAILURES, FINE, failures, write_rows
from bot.evaluate.runs import replacing

NAME = "report.html"
FOLDER = Path(__file__).parent


def write_report(
    folder: Path,
    *,
    title: str,
    metrics: Mapping[str, Any],
    scores: Iterable[Mapping[str, Any]],
    predictions: Iterable[Mapping[str, Any]],
    gold: Mapping[str, GoldRow],
    comparison: Mapping[str, Any] | None = None,
) -> Path:
    """Write a run's `report.html` and return its path. The same run always gives the same bytes.

    The scores are held in memory, the predictions pass by one at a time.

    Args:
        folder: of the run; it exists.
        title: the page's heading.
        metrics: what `metrics.json` holds.
        scores: the lines of `scores.jsonl`.
        predictions: the lines of `predictions.jsonl`; those without a score are left out.
        gold: id -> gold row, for each score.
        comparison: what `bot.evaluate.compare.comparison` found, if anything was compared.

    Raises:
        UsageError: the file cannot be written; an earlier report is left as it was.
    """
    path = folder / NAME
    by_id = {score["id"]: score for score in scores}
    anchors = {row_id: f"q{i}" for i, row_id in enumerate(by_id, start=1)}
    try:
        with replacing(path) as draft, draft.open("wb") as stream:
            for part in _before_rows(title, metrics, by_id, gold, anchors, comparison):
                stream.write(part.encode())
            write_rows(stream, predictions, by_id, gold, anchors)
            stream.write(_after_rows().encode())
    except OSError as error:
        raise UsageError(
            f"{path} cannot be written ({error.strerror}): make room, then give the same command again"
        ) from error
    return path


def _before_rows(
    title: str,
    metrics: Mapping[str, Any],
    scores: Mapping[str, Mapping[str, Any]],
    gold: Mapping[str, GoldRow],
    anchors: Mapping[str, str],
    comparison: Mapping[str, Any] | None,
) -> Iterator[str]:
    yield _head(title)
    yield f"<header><h1>{text(title)}</h1>{what_was_run(metrics)}{headlines(metrics)}"
    yield f"{_contents(comparison)}</header>\n<main>"
    yield '<section id="figures"><h2>Figures</h2>'
    yield (
        '<p class="about">Each value comes with the 95 % interval of a seeded bootstrap over questions: what '
        "other questions of the same kind could have shown.</p>"
    )
    yield from groups(metrics, anchors)
    yield '</section>\n<section id="plots"><h2>Plots</h2>'
    yield from plots(metrics, list(scores.values()))
    yield "</section>"
    if comparison is not None:
        yield '\n<section id="comparison"><h2>Compared with another run</h2>'
        yield from comparison_parts(comparison, gold, anchors)
        yield "</section>"
    yield from _questions_head(list(scores.values()))


def _head(title: str) -> str:
    digest = base64.b64encode(hashlib.sha256(_inlined("report.js").encode()).digest()).decode()
    policy = (
        f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'; "
        "base-uri 'none'; form-action 'none'"
    )
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="color-scheme" content="light dark"><meta name="referrer" content="no-referrer">'
        f"<title>{text(title)}</title><style>{_inlined('report.css')}</style></head>\n<body>"
    )


def _contents(comparison: Mapping[str, Any] | None) -> str:
    names = ["figures", "plots", *(["comparison"] if comparison is not None else []), "questions"]
    links = "".join(f'<a href="#{name}">{name.capitalize()}</a>' for name in names)
    return f'<nav aria-label="Contents">{links}</nav>'


def _questions_head(scores: list[Mapping[str, Any]]) -> Iterator[str]:
    kinds = Counter(next(iter(failures(score)), FINE) for score in scores)
    n_failed = len(scores) - kinds[FINE]
    failed = Counter(kind for score in scores for kind in failures(score))
    by_kind = "; ".join(f"{words}: {failed[kind]:,}" for kind, words in FAILURES.items() if failed[kind])
    yield '\n<section id="questions"><h2>Questions</h2>'
    yield (
        f'<p class="about">{counted(len(scores), "question")}, first the {n_failed:,} with a failure'
        f"{f' ({by_kind})' if by_kind else ''}. Long texts are cut; predictions.jsonl has them whole.</p>"
    )
    yield _filter(Counter(score["type"] for score in scores), failed, len(scores))


def _filter(types: Counter[str], failed: Counter[str], n: int) -> str:
    """Return the controls, hidden until the script shows them: without it every row is there."""
    n_failed = {"any": "Any failure", "none": "No failure"}
    failures_found = {kind: f"{words} ({failed[kind]:,})" for kind, words in FAILURES.items() if failed[kind]}
    by_type = {kind: f"{kind} ({n:,})" for kind, n in types.most_common()}
    return (
        '<form id="filter" hidden role="search" aria-label="Filter questions">'
        f"{_select('failure', 'Failure', {'': 'All questions', **n_failed, **failures_found})}"
        f"{_select('type', 'Type', {'': 'All types', **by_type})}"
        '<label>Text <input name="text" type="search" autocomplete="off" spellcheck="false"></label>'
        f'<button type="reset">Show all</button><output>{counted(n, "question")}</output></form>\n'
    )


def _select(name: str, label: str, options: Mapping[str, str]) -> str:
    listed = "".join(
        f'<option value="{text(value)}">{text(shown, 80)}</option>' for value, shown in options.items()
    )
    return f'<label>{label} <select name="{name}">{listed}</select></label>'


def _after_rows() -> str:
    return f"</section></main>\n<script>{_inlined('report.js')}</script></body></html>\n"


def _inlined(name: str) -> str:
    return (FOLDER / name).read_text(encoding="utf-8")
