"""Which plots a run has, each with its title and how it is read; only where there is something to show."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bot.evaluate.names import GOLD_IN_WORDS, HIGHER, LOWER, MEASURES, NEITHER
from bot.evaluate.report.charts import Dot, confidence_chart, dot_chart, risk_chart, time_chart
from bot.evaluate.report.drawing import BAD, GOOD, INK, MAIN, OTHER, SOFT
from bot.evaluate.report.markup import number, signed, text
from bot.evaluate.report.questions import is_right
from bot.evaluate.report.words import STAGES

Metrics = Mapping[str, Any]
Score = Mapping[str, Any]
BY_TYPE = (
    "R@5", "nDCG@10", "passage R@5", GOLD_IN_WORDS, "F1", "numeric match", "citation precision",
    "citation recall", "support recall", "fabrication", "abstained, answerable", "abstained, unanswerable",
)  # fmt: skip
N_TYPES = 10  # the most frequent ones
BETTER = {HIGHER: "Higher is better.", LOWER: "Lower is better.", NEITHER: "Neither way is better."}
ABOUT_TYPES = (
    "A dot is a value, the bar its 95 % interval, in brackets how many it is over; the first row is of all "
    "questions."
)


def plots(metrics: Metrics, scores: Sequence[Score]) -> Iterator[str]:
    """Yield each plot of a run under its heading."""
    yield '<div class="plots">'
    if metrics.get("abstention", {}).get("curve"):
        yield _risk(metrics)
    if any(score["confidence"] is not None for score in scores):
        yield _confidence(scores)
    stages = {STAGES.get(name, name): s for name, s in metrics.get("seconds", {}).items() if s["n"]}
    if stages:
        about = "Dot: the median; bar to the mark: the 95th percentile. Of 20 questions one takes longer."
        seconds = {name: (found["p50"], found["p95"]) for name, found in stages.items()}
        yield _figure("Time of each stage", about, time_chart("Time of each stage", seconds))
    yield "</div>"
    if len(metrics.get("types", {})) > 1:
        yield f'<h3>Measures by type of question</h3><p class="about">{ABOUT_TYPES}</p><div class="plots">'
        yield from _by_type(metrics)
        yield "</div>"


def difference_plot(measures: Mapping[str, Any]) -> str:
    """Return the paired differences from another run as a plot; "" where there are none."""
    if not measures:
        return ""
    dots = [_difference(name, found) for name, found in measures.items()]
    furthest = 1.05 * max(0.02, *(abs(end) for dot in dots for end in (dot.low, dot.high)))
    about = "Dot: here less there; bar: its paired 95 % interval. Hollow and grey: no verdict."
    axis = "difference of the two values"
    name = "Paired differences"
    return _figure(name, about, dot_chart(name, dots, axis=axis, limits=(-furthest, furthest)))


def _difference(name: str, found: Mapping[str, Any]) -> Dot:
    verdict = found["verdict"]
    return Dot(
        label=f"{name}: {verdict}" if verdict else name,
        value=found["difference"],
        low=found["low"],
        high=found["high"],
        note=signed(found["difference"]),
        colour={"better": GOOD, "worse": BAD, "": SOFT}[verdict],
        hollow=not verdict,
    )


def _risk(metrics: Metrics) -> str:
    found = metrics["abstention"]
    answered = found["answered_right"] + found["answered_wrong"]
    n = answered + found["abstained_rightly"] + found["abstained_wrongly"]
    point = (answered / n, found["answered_wrong"] / answered) if answered else None
    area = metrics["measures"].get("AURC")
    shown = f" Area under the curve: {number(area['mean'])}." if area else ""
    about = (
        "If only the surest answers were given, what share of them would be wrong? Lower is better. "
        f"Band and bar: 95 % intervals (Wilson). {shown}"
    )
    curve = [(coverage, risk) for coverage, risk, *_ in found["curve"]]
    return _figure("Risk and coverage", about, risk_chart("Risk and coverage", curve, n=n, point=point))


def _confidence(scores: Sequence[Score]) -> str:
    grouped: dict[str, tuple[str, list[float]]] = {
        "answered, right": (GOOD, []),
        "answered, wrong": (BAD, []),
        "answerable, abstained": (SOFT, []),
        "unanswerable": (OTHER, []),
        "no gold answer": (SOFT, []),
    }
    for score in scores:
        if score["confidence"] is not None:
            grouped[_outcome(score)][1].append(score["confidence"])
    threshold = _threshold(scores)
    line = " The bot answers from the broken line on." if threshold is not None else ""
    about = f"How sure the bot was. Right answers belong on the right, all else on the left.{line}"
    groups = {name: group for name, group in grouped.items() if group[1]}
    return _figure("Confidence", about, confidence_chart("Confidence", groups, threshold=threshold))


def _outcome(score: Score) -> str:
    if not score["answerable"]:
        return "unanswerable"
    if score["abstained"]:
        return "answerable, abstained"
    return {True: "answered, right", False: "answered, wrong", None: "no gold answer"}[is_right(score)]


def _threshold(scores: Sequence[Score]) -> float | None:
    """Return the lowest confidence that was answered, None unless every abstention is below it."""
    known = [score for score in scores if score["confidence"] is not None]
    answered = [score["confidence"] for score in known if score["abstained"] is False]
    abstained = [score["confidence"] for score in known if score["abstained"]]
    return min(answered) if answered and max(abstained, default=0.0) < min(answered) else None


def _by_type(metrics: Metrics) -> Iterator[str]:
    types = dict(list(metrics["types"].items())[:N_TYPES])
    for name in BY_TYPE:
        found = {kind: figures[name] for kind, figures in types.items() if figures.get(name, {}).get("n")}
        if found and name in metrics["measures"]:
            dots = [_dot("all", metrics["measures"][name], INK), *(_dot(*row, MAIN) for row in found.items())]
            axis = f"mean over {metrics['measures'][name]['unit']}"
            drawn = dot_chart(f"{name} by type of question", dots, axis=axis, limits=(0, 1))
            yield _figure(name, BETTER[MEASURES[name].better], drawn, level=4)


def _dot(kind: str, figure: Mapping[str, Any], colour: str) -> Dot:
    note = f"{figure['mean']:.2f} ({figure['n']:,})"
    return Dot(kind, figure["mean"], figure["low"], figure["high"], note, colour)


def _figure(title: str, about: str, drawn: str, *, level: int = 3) -> str:
    heading = f"<h{level}>{text(title)}</h{level}>"
    return f"<figure><figcaption>{heading}<p>{text(about, 500)}</p></figcaption>{drawn}</figure>"
