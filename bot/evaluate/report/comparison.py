"""A run beside another: paired differences, and the questions that changed sides. Pure functions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from bot.evaluate.gold import GoldRow
from bot.evaluate.report.figures import setting
from bot.evaluate.report.markup import counted, isolated, number, row, signed, table, text
from bot.evaluate.report.plots import difference_plot

N_CHANGED = 100  # questions named for each measure and side
SIDES = {"lost": "became worse", "won": "became better"}
VERDICTS = {"better": "better", "worse": "worse", "": "unclear"}
COLUMNS = ("Measure", "There", "Here", "Difference", "95 % interval", "Over", "Verdict")


def comparison_parts(
    comparison: Mapping[str, Any], gold: Mapping[str, GoldRow], anchors: Mapping[str, str]
) -> Iterator[str]:
    """Yield what `bot.evaluate.compare.comparison` found; `anchors` lead from an id to the question's row."""
    rows = (_difference(name, found) for name, found in comparison["measures"].items())
    yield (
        '<div class="beside"><div>'
        f"<p>Beside {isolated(comparison['with'])}, over {counted(comparison['n'], 'question')} that "
        "both were asked. A difference is here less there. Both runs are resampled together, question by "
        "question; a verdict is given where the interval leaves out 0 and one way is better.</p>"
    )
    yield from _settings(comparison["settings"])
    yield table("Paired differences", COLUMNS, rows, css="differences")
    yield f"</div>{difference_plot(comparison['measures'])}</div>"
    if comparison["changed"]:
        yield "<h3>Questions that changed sides</h3>"
        yield '<p class="about">A question changes sides where its value crosses one half.</p>'
    for name, sides in comparison["changed"].items():
        yield from _changed(name, sides, gold, anchors)


def _settings(settings: Mapping[str, Any]) -> Iterator[str]:
    if settings:
        rows = (
            row(text(name.replace("_", " ")), isolated(setting(there), 60), isolated(setting(here), 60))
            for name, (there, here) in settings.items()
        )
        yield table("Settings that differ", ("Setting", "There", "Here"), rows)


def _difference(name: str, found: Mapping[str, Any]) -> str:
    low, high = (signed(found[end]) for end in ("low", "high"))
    return row(
        text(name),
        number(found["there"]),
        number(found["here"]),
        f"<b>{signed(found['difference'])}</b>",
        f"[{low}, {high}]",
        f"{found['n']:,} {text(found['unit'])}",
        f'<span class="{found["verdict"] or "unclear"}">{VERDICTS[found["verdict"]]}</span>',
    )


def _changed(
    name: str, sides: Mapping[str, Any], gold: Mapping[str, GoldRow], anchors: Mapping[str, str]
) -> Iterator[str]:
    counts = ", ".join(f"{len(sides[side]):,} {words}" for side, words in SIDES.items() if sides[side])
    yield f'<details class="changed"><summary><b>{text(name)}</b>: {counts}</summary>'
    for side, words in SIDES.items():
        ids = sides[side]
        if ids:
            more = f"<li>and {len(ids) - N_CHANGED:,} more</li>" if len(ids) > N_CHANGED else ""
            listed = "".join(_question(row_id, gold, anchors) for row_id in ids[:N_CHANGED])
            yield f"<p>{words.capitalize()}</p><ul>{listed}{more}</ul>"
    yield "</details>"


def _question(row_id: str, gold: Mapping[str, GoldRow], anchors: Mapping[str, str]) -> str:
    shown = isolated(gold[row_id].question if row_id in gold else row_id, 200)
    return f'<li><a href="#{anchors[row_id]}">{shown}</a></li>' if row_id in anchors else f"<li>{shown}</li>"
