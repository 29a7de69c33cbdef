"""The kinds of chart: dots with intervals, times, a curve of risk, counts of confidence; as SVG."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING

from bot.evaluate.report.drawing import (
    CARD,
    INK,
    MAIN,
    RAIL,
    SOFT,
    WIDTH,
    Drawing,
    drawing,
    label,
    width_of,
)
from bot.evaluate.report.markup import seconds

if TYPE_CHECKING:
    from matplotlib.axes import Axes

N_BINS = 20  # of the confidence
N_CURVE = 200  # points of a curve that are drawn
Z = 1.959964  # of a 95 % interval, in standard deviations
ROW, STACKED_ROW = 21, 35  # units from one row to the next, with labels beside and above them
LONGEST_BESIDE = 14  # characters of a label that stands beside its row
TICK = 40  # units from one number of an axis to the next, at least
STEPS = [1, 2, 5, 10]  # between the numbers of an axis, times a power of ten
AXIS = 40  # units below a chart: tick labels and the axis' name
POINT = 5  # across a dot


@dataclass(frozen=True, slots=True)
class Dot:
    """A value with its interval, in a row of its own; `note` stands beside it; hollow: nothing is sure."""

    label: str
    value: float
    low: float
    high: float
    note: str
    colour: str = MAIN
    hollow: bool = False


def dot_chart(name: str, dots: Sequence[Dot], *, axis: str, limits: tuple[float, float]) -> str:
    """Draw values with intervals, one under the other; `axis` names the quantity and its unit."""
    labels = [label(dot.label) for dot in dots]
    with drawing(_height(labels), salt=name) as made:
        axes = _rows(made, labels, [dot.note for dot in dots])
        axes.set(xlim=limits, xlabel=axis)
        if limits[0] < 0 < limits[1]:
            axes.axvline(0, color=SOFT, linewidth=1)
        for y, dot in enumerate(dots):
            axes.plot((dot.low, dot.high), (y, y), color=dot.colour, linewidth=2, solid_capstyle="butt")
            face = CARD if dot.hollow else dot.colour
            axes.plot(
                dot.value, y, "o", color=dot.colour, markerfacecolor=face, markersize=POINT, clip_on=False
            )
        return made.svg(_aloud(name, [f"{dot.label} {dot.note}" for dot in dots]))


def time_chart(name: str, stages: Mapping[str, tuple[float, float]]) -> str:
    """Draw the median and the 95th percentile of the seconds of each stage."""
    notes = [f"{seconds(p50)}, {seconds(p95)} s" for p50, p95 in stages.values()]
    labels = [label(stage) for stage in stages]
    with drawing(_height(labels), salt=name) as made:
        axes = _rows(made, labels, notes)
        axes.set(xlabel="seconds a question")
        axes.set_xlim(0, 1.03 * max(max(p95 for _, p95 in stages.values()), 0.01))
        for y, (p50, p95) in enumerate(stages.values()):
            axes.plot((p50, p95), (y, y), color=MAIN, linewidth=2, solid_capstyle="butt")
            axes.plot(p50, y, "o", color=MAIN, markersize=POINT, clip_on=False)
            axes.plot(p95, y, "|", color=MAIN, markersize=9, markeredgewidth=2, clip_on=False)
        return made.svg(_aloud(name, [f"{stage} {note}" for stage, note in zip(stages, notes, strict=True)]))


def risk_chart(
    name: str, curve: Sequence[tuple[float, float]], *, n: int, point: tuple[float, float] | None
) -> str:
    """Draw the share of wrong answers against the share of questions answered, most confident first.

    Args:
        name: of the chart.
        curve: (coverage, risk), both in [0, 1], of `n` questions.
        n: questions, for the intervals.
        point: (coverage, risk) of what was answered.
    """
    step = max(1, len(curve) // N_CURVE)
    curve = [*curve[:-1:step], curve[-1]]
    bounds = [wilson(risk, coverage * n) for coverage, risk in curve]
    xs, ys = [coverage for coverage, _ in curve], [risk for _, risk in curve]
    with drawing(250, salt=name) as made:
        axes = made.axes(left=48, bottom=AXIS, right=16, top=12)
        lows, highs = [low for low, _ in bounds], [high for _, high in bounds]
        axes.fill_between(xs, lows, highs, color=MAIN, alpha=0.18, linewidth=0)
        axes.plot(xs, ys, color=MAIN, linewidth=1.8)
        axes.set(xlabel="coverage, share of questions answered", ylabel="risk, share of answers wrong")
        axes.set(xlim=(0, 1), ylim=(0, 1))
        if point is not None:
            x, y = point
            low, high = wilson(y, x * n)
            axes.plot((x, x), (low, high), color=INK, linewidth=2)
            axes.plot(x, y, "o", color=INK, markersize=7, clip_on=False)
            left = x > 0.5
            axes.annotate(f"this run: {y:.2f} at {x:.2f}", (x, high), xytext=(6 if left else -6, 8),
                          textcoords="offset points", ha="right" if left else "left")  # fmt: skip
        return made.svg(name)


def confidence_chart(
    name: str, groups: Mapping[str, tuple[str, Sequence[float]]], *, threshold: float | None
) -> str:
    """Draw how many questions have which confidence, in a strip for each group.

    Args:
        name: of the chart.
        groups: what a group is called -> its colour, and the confidence of each of its questions in [0, 1].
        threshold: where answering begins, None where no one line parts answers from abstentions.
    """
    strip = 74
    height = strip * len(groups) + AXIS
    with drawing(height, salt=name) as made:
        for i, (group, (colour, values)) in enumerate(groups.items()):
            top = i * strip + 20
            axes = made.axes(left=48, bottom=height - (i + 1) * strip, right=16, top=top)
            counts, *_ = axes.hist(values, bins=N_BINS, range=(0, 1), color=colour, rwidth=0.86)
            axes.set(xlim=(0, 1))
            axes.set_ylim(0, 1.15 * max(1.0, *map(float, counts)))
            axes.locator_params(axis="y", integer=True, nbins=2)
            axes.text(0, 1.06, f"{group}: {len(values):,}", transform=axes.transAxes, color=INK)
            last = i + 1 == len(groups)
            axes.tick_params(labelbottom=last)
            if threshold is not None:
                axes.axvline(threshold, color=INK, linewidth=1.2, linestyle=(0, (3, 2)))
            if last:
                axes.set_xlabel("confidence")
        made.figure.text(13 / WIDTH, 0.5, "questions", rotation=90, va="center", ha="center", color=SOFT)
        return made.svg(name)


def wilson(share: float, n: float) -> tuple[float, float]:
    """Return the 95 % interval of a share of n; (0, 1) for n = 0.

    Source: Wilson, Probable Inference, the Law of Succession, and Statistical Inference, JASA 1927.
    Example: share 0 of n = 10 -> (0, 3.84 / 13.84) = (0, .278)
    """
    if n <= 0:
        return 0.0, 1.0
    middle = (share + Z * Z / (2 * n)) / (1 + Z * Z / n)
    half = Z / (1 + Z * Z / n) * sqrt(share * (1 - share) / n + Z * Z / (4 * n * n))
    return max(0.0, middle - half), min(1.0, middle + half)


def _height(labels: Sequence[str]) -> int:
    return (STACKED_ROW if _stacked(labels) else ROW) * len(labels) + AXIS + 10


def _stacked(labels: Sequence[str]) -> bool:
    """Tell whether labels stand above their rows: beside them they would leave no room for the values."""
    return max(map(len, labels)) > LONGEST_BESIDE


def _rows(made: Drawing, labels: Sequence[str], notes: Sequence[str]) -> Axes:
    """Make axes with rows, the first at the top: labels on the left or above, notes on the right."""
    stacked = _stacked(labels)
    left, right = 16 if stacked else width_of(labels), width_of(notes)
    axes = made.axes(left=left, bottom=AXIS, right=right, top=10)
    axes.set_ylim(len(labels) - 0.5, -0.7 if stacked else -0.5)
    axes.set_yticks(range(len(labels)), [""] * len(labels) if stacked else labels)
    axes.tick_params(axis="y", length=0, pad=8)
    axes.spines["left"].set_visible(False)
    axes.grid(axis="x", color=RAIL, linewidth=0.8)
    axes.set_axisbelow(True)
    axes.locator_params(axis="x", nbins=max(2, int((WIDTH - left - right) // TICK)), steps=STEPS)
    for y, note in enumerate(notes):
        axes.annotate(note, (1, y), xycoords=("axes fraction", "data"), xytext=(10, 0),
                      textcoords="offset points", va="center", color=SOFT)  # fmt: skip
        if stacked:
            axes.text(0, y - 0.42, labels[y], transform=axes.get_yaxis_transform(), va="center")
    return axes


def _aloud(name: str, rows: Sequence[str]) -> str:
    """Return what is read aloud in place of a chart: its name and the numbers of its rows."""
    return f"{name}: {'; '.join(rows)}"
