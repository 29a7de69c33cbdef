"""What was run, and every figure of it with its interval, as tables with a sentence each. Pure functions."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from bot.evaluate.names import GOLD_IN_WORDS, MEASURES
from bot.evaluate.report.markup import cut, interval, isolated, number, row, seconds, table, text
from bot.evaluate.report.words import BROKEN, DIRECTIONS, GROUPS, MEANINGS, STAGES

Metrics = Mapping[str, Any]
HEADLINES = {
    "Retrieval": "R@5",
    "Answers": GOLD_IN_WORDS,
    "Citations": "citation precision",
    "Fabrication": "fabrication",
    "Abstention": "abstention F1",
}
COLUMNS = ("Measure", "Value", "0 to 1", "95 % interval", "Over", "Better")
N_IDS = 50  # question ids named of each broken promise
N_HASH = 12  # characters shown of a hash
SETTINGS = {
    "collection": "Collection",
    "model": "Generator",
    "encoder": "Encoder",
    "k": "Passages to answer from",
    "rerank": "Reranked",
    "reranker": "Reranker",
    "phrase": "Sentences may be phrased",
    "retrieval_only": "Retrieval only",
}


def what_was_run(metrics: Metrics) -> str:
    """Return the number of questions and the settings as a list of terms."""
    n, n_answerable = metrics["n"], metrics["n_answerable"]
    terms = {"Questions": f"{n:,}, {n_answerable:,} of them answerable"}
    if metrics.get("date"):
        terms["Date"] = str(metrics["date"])
    settings = dict(metrics.get("settings", {}))
    known = {label: settings.pop(name) for name, label in SETTINGS.items() if name in settings}
    others = {name.replace("_", " ").capitalize(): value for name, value in settings.items()}
    shown = terms | {label: setting(value) for label, value in {**known, **others}.items()}
    pairs = (f"<div><dt>{text(term)}</dt><dd>{isolated(value)}</dd></div>" for term, value in shown.items())
    return f'<dl class="settings">{"".join(pairs)}</dl>'


def headlines(metrics: Metrics) -> str:
    """Return the one figure of each group that is read first."""
    tiles = []
    for group, name in HEADLINES.items():
        if (figure := metrics["measures"].get(name)) and figure["n"]:
            about = f"{text(name)} <span>{interval(figure)}</span>"
            tiles.append(_tile(group, number(figure["mean"]), about))
    if (total := metrics.get("seconds", {}).get("total")) and total["n"]:
        about = f"median of a question <span>95th percentile {seconds(total['p95'])} s</span>"
        tiles.append(_tile("Cost", f"{seconds(total['p50'])} s", about))
    return f'<dl class="headlines">{"".join(tiles)}</dl>'


def groups(metrics: Metrics, anchors: Mapping[str, str]) -> Iterator[str]:
    """Yield each group of figures under its heading; `anchors` lead from a question's id to its row."""
    measures = metrics["measures"]
    for name, group in GROUPS.items():
        figures = {m: figure for m, figure in measures.items() if MEASURES[m].group == name and figure["n"]}
        if figures:
            rows = [_measure(m, figure) for m, figure in figures.items()]
            yield f'<section class="group"><h3>{group.title}</h3><p class="about">{group.about}</p>'
            yield table(group.title, COLUMNS, rows, css="figures")
            yield from _beside(name, metrics, anchors)
            yield "</section>"
    yield _cost(metrics)


def setting(value: object) -> str:
    """Return a setting as a reader would say it; a hash is cut."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    shown = str(value)
    is_hash = len(shown) == 64 and set(shown) <= set("0123456789abcdef")
    return cut(shown, N_HASH) if is_hash else shown


def _tile(group: str, value: str, about: str) -> str:
    return f"<div><dt>{group}</dt><dd><b>{value}</b><small>{about}</small></dd></div>"


def _measure(name: str, figure: Mapping[str, Any]) -> str:
    measure = MEASURES[name]
    head = f'<span class="measure">{text(name)}</span><small class="meaning">{text(MEANINGS[name])}</small>'
    over = f"{figure['n']:,} {text(figure['unit'])}"
    value = f"<b>{number(figure['mean'])}</b>"
    return row(head, value, _strip(figure), interval(figure), over, DIRECTIONS[measure.better])


def _strip(figure: Mapping[str, Any]) -> str:
    """Return a figure as a dot on a line from 0 to 1, its interval as a bar."""
    low, high, mean = (100 * min(max(figure[name], 0.0), 1.0) for name in ("low", "high", "mean"))
    return (
        '<svg class="strip" viewBox="-4 0 108 14" aria-hidden="true"><path class="rail" d="M0 7H100"/>'
        f'<path class="bar" d="M{low:.1f} 7H{high:.1f}"/><circle cx="{mean:.1f}" cy="7" r="3.2"/></svg>'
    )


def _beside(group: str, metrics: Metrics, anchors: Mapping[str, str]) -> Iterator[str]:
    """Yield what belongs to a group beside its measures."""
    if group == "promises":
        yield from _broken(metrics.get("broken", {}), anchors)
    if group == "abstention" and "answered_right" in metrics.get("abstention", {}):
        yield _confusion(metrics["abstention"])


def _broken(broken: Mapping[str, Any], anchors: Mapping[str, str]) -> Iterator[str]:
    for kind, ids in broken.items():
        if ids:
            links = ", ".join(_link(row_id, anchors) for row_id in ids[:N_IDS])
            more = f" and {len(ids) - N_IDS:,} more" if len(ids) > N_IDS else ""
            yield f'<p class="broken"><b>{BROKEN.get(kind, text(kind))}:</b> {links}{more}</p>'


def _link(row_id: str, anchors: Mapping[str, str]) -> str:
    shown = isolated(row_id, 60)
    return f'<a href="#{anchors[row_id]}">{shown}</a>' if row_id in anchors else shown


def _confusion(counts: Mapping[str, Any]) -> str:
    rows = [
        row("Answered", f"{counts['answered_right']:,}", f"{counts['answered_wrong']:,}"),
        row("Abstained", f"{counts['abstained_rightly']:,}", f"{counts['abstained_wrongly']:,}"),
    ]
    return table("Questions answered and abstained on", ("", "Rightly", "Wrongly"), rows, css="counts")


def _cost(metrics: Metrics) -> str:
    rows = [
        _quantiles(f"Seconds, {STAGES.get(stage, text(stage))}", found, ("p50", "p95"), seconds)
        for stage, found in metrics.get("seconds", {}).items()
        if found["n"]
    ]
    rows += [
        _quantiles(f"Tokens, {text(name)}", found, ("p50", "p95"), _whole)
        for name, found in metrics.get("tokens", {}).items()
        if found["n"]
    ]
    if (words := metrics.get("words")) and words["n"]:
        rows.append(_quantiles("Words in an answer", words, ("median", "p90"), _whole))
    if not rows:
        return ""
    about = "What a question takes: half of the questions stay at or below the median. Lower is better."
    columns = ("Quantity", "Median", "95th percentile", "Questions")
    return (
        f'<section class="group"><h3>Cost</h3><p class="about">{about}</p>'
        f"{table('Cost', columns, rows, css='cost')}</section>"
    )


def _quantiles(
    head: str, found: Mapping[str, Any], names: tuple[str, str], shown: Callable[[float], str]
) -> str:
    middle, upper = (shown(found[name]) for name in names)
    upper = f"{upper} <small>(90th)</small>" if names[1] == "p90" else upper
    return row(head, middle, upper, f"{found['n']:,}")


def _whole(value: float) -> str:
    return f"{value:,.0f}"
