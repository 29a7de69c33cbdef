"""Metrics as plain text for a terminal: the figures that are read first; metrics.json has them all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bot.evaluate.names import GOLD_IN_WORDS, MEASURES, PASSAGE

Metrics = Mapping[str, Any]
HEADLINES = (
    "R@1", "R@5", "R@10", "nDCG@10", "RR@10",
    "EM", "F1", GOLD_IN_WORDS, "ROUGE-L", "numeric match",
    "citation precision", "citation recall", "support precision", "support recall",
    "sentences cited", "quotes exact", "fabrication", "phrased",
    "abstained, answerable", "abstained, unanswerable", "abstained, left out",
    "abstention F1", "AUROC", "AURC", "accuracy given attempted",
)  # fmt: skip
BY_TYPE = ("R@5", GOLD_IN_WORDS, "abstained, answerable", "abstained, unanswerable")
BY_TYPE_OF_HITS = ("R@5", "RR@10", "nDCG@10", PASSAGE + "R@5")  # where there are no answers
N_TYPES = 8  # the most frequent ones; the others are in metrics.json
N_IDS = 5  # of questions, named on a line
NAME, GROUP = 26, 12  # widths in characters


def table(found: Metrics) -> str:
    """Return metrics as lines of at most 100 characters: a mean with its interval, or a count, on each."""
    lines = [f"{'':<{GROUP + NAME}}{'mean':>6}   95 % interval"]
    lines += [*_measure_lines(found), *_cost_lines(found), *_type_lines(found)]
    lines += [f"{kind}: {_named(ids)}" for kind, ids in found.get("broken", {}).items() if ids]
    return "\n".join([*lines, f"{found['n']:,} questions, {found['n_answerable']:,} of them answerable"])


def comparison_table(compared: Metrics) -> str:
    """Return what differs from another run: settings, paired differences, questions that changed sides."""
    lines = [f"beside {compared['with']}, over the {compared['n']:,} questions that both were asked"]
    lines += [
        f"  {name}: {_brief(a)} there, {_brief(b)} here" for name, (a, b) in compared["settings"].items()
    ]
    lines.append(f"{'':<{NAME}}{'there':>7}{'here':>7}   difference with 95 % interval")
    rows = {name: row for name, row in compared["measures"].items() if name in HEADLINES or row["verdict"]}
    same = [name for name, row in rows.items() if row["low"] == row["high"] == 0]
    for name, row in rows.items():
        if name not in same:
            interval = f"{row['difference']:+.3f} [{row['low']:+.3f}, {row['high']:+.3f}]"
            shown = f"{name:<{NAME}}{row['there']:>7.3f}{row['here']:>7.3f}   {interval}  {row['verdict']}"
            lines.append(shown.rstrip())
    lines += [f"the same: {', '.join(same)}"] if same else []
    for name, sides in compared["changed"].items():
        if name in HEADLINES:
            won, lost = sides["won"], sides["lost"]
            lines.append(f"changed sides, {name}: {len(won)} won{_of(won)}, {len(lost)} lost{_of(lost)}")
    return "\n".join(lines)


def calibration_table(found: Metrics) -> str:
    """Return what `bot calibrate` found: who is declined, by the threshold that is shipped and by the new."""
    shipped, new = (found["abstained"][name] for name in ("shipped", "calibrated"))
    lines = [f"{'declined':<{NAME}}{'shipped':>9} {'calibrated':>13}   95 % interval"]
    for kind, figure in new.items():
        if figure["n"]:
            old = shipped[kind]["mean"]
            lines.append(
                f"{kind:<{NAME}}{old:>9.3f} {figure['mean']:>13.3f}   {_interval(figure)}  n={figure['n']}"
            )
    for kind, area in found["AUROC"].items():
        if area is not None:
            lines.append(f"{'AUROC against ' + kind:<{NAME}}{area:>9.3f}")
    return "\n".join(
        [
            *lines,
            f"{found['collection']} now abstains below {found['threshold']:.4f}, not "
            f"{found['shipped_threshold']:.4f}: at most {found['max_abstained']:.0%} of these answerable "
            "questions are declined",
        ]
    )


def _measure_lines(found: Metrics) -> Iterator[str]:
    group = ""
    for name in HEADLINES:
        if (figure := found["measures"].get(name)) is None:
            continue
        named = "" if MEASURES[name].group == group else MEASURES[name].group
        group = MEASURES[name].group
        passages = found["measures"].get(PASSAGE + name)
        beside = f"; passages {passages['mean']:.3f}" if passages else ""
        units = f"{figure['n']:,} {figure['unit']}"
        yield f"{named:<{GROUP}}{name:<{NAME}}{_interval(figure)}  {units}{beside}"


def _interval(figure: Mapping[str, Any]) -> str:
    return f"{figure['mean']:>6.3f}   [{figure['low']:.3f}, {figure['high']:.3f}]"


def _cost_lines(found: Metrics) -> Iterator[str]:
    lines = []
    if (words := found.get("words")) and words["n"]:
        lines.append(f"words in an answer, median {words['median']:.0f}, p90 {words['p90']:.0f}")
    for name, digits in (("seconds", 2), ("tokens", 0)):
        spreads = {key.replace("_", " "): each for key, each in found.get(name, {}).items() if each["n"]}
        for percentile in ("p50", "p95") if spreads else ():
            shown = ", ".join(f"{key} {each[percentile]:.{digits}f}" for key, each in spreads.items())
            lines.append(f"{name}, {percentile}: {shown}")
    yield from (f"{'' if i else 'cost':<{GROUP}}{line}" for i, line in enumerate(lines))


def _type_lines(found: Metrics) -> Iterator[str]:
    types = found["types"]
    if len(types) < 2:
        return
    chosen = BY_TYPE_OF_HITS if found["settings"]["retrieval_only"] else BY_TYPE
    names = [name for name in chosen if name in found["measures"]]
    yield f"{'by type':<{NAME}}" + " | ".join(names)
    for kind in list(types)[:N_TYPES]:
        cells = (_cell(types[kind].get(name), len(name)) for name in names)
        yield f"  {_short(kind, NAME - 3):<{NAME - 2}}" + " | ".join(cells)
    if len(types) > N_TYPES:
        yield f"  and {len(types) - N_TYPES} more types in metrics.json"


def _cell(figure: Mapping[str, Any] | None, width: int) -> str:
    return f"{figure['mean']:.3f}".rjust(width) if figure else "-".rjust(width)


def _named(ids: Sequence[str]) -> str:
    more = f" and {len(ids) - N_IDS:,} more" if len(ids) > N_IDS else ""
    return ", ".join(map(_short, ids[:N_IDS])) + more


def _of(ids: Sequence[str]) -> str:
    return f" ({_named(ids)})" if ids else ""


def _short(text: str, n_characters: int = 34) -> str:
    """Return a line of a gold file's own words; what a terminal would take as a command is taken out."""
    line = "".join(character if character.isprintable() else " " for character in text)
    return line if len(line) <= n_characters else line[: n_characters - 1] + "…"


def _brief(value: object) -> str:
    return _short(str(value))
