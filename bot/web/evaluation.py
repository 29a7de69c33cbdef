"""What the evaluation tab shows: gold sets, the run at work, earlier runs, one run, two runs. Pure functions.

Figures, plots and questions are those of the report (`bot/evaluate/report`), which escapes what it shows;
what is added here goes through `markup.escape`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import quote

from bot.evaluate.gold import GoldRow
from bot.evaluate.gold.sets import Counts
from bot.evaluate.kept import KeptRun
from bot.evaluate.report.comparison import comparison_parts
from bot.evaluate.report.figures import HEADLINES, groups, headlines, what_was_run
from bot.evaluate.report.markup import interval, number
from bot.evaluate.report.plots import plots
from bot.evaluate.report.questions import FAILURES, failures, question_row
from bot.web.evaluation_job import Progress
from bot.web.markup import block, escape, plural, tag, text_tag

SHOWN_QUESTIONS = 40  # at once; a button brings more
QUESTION_CHARACTERS = 160  # of the question at work
ANY, FINE, ALL = "any", "fine", "all"
SECTIONS = {"questions": "Questions", "figures": "Figures", "plots": "Plots"}


def set_html(counts: Counts | None, notice: str = "") -> str:
    """Say what the chosen gold set holds, or what is wrong with it."""
    if counts is None:
        return text_tag("p", notice, css="bot-notice")
    parts = [plural(counts.n, "question")]
    if counts.n_unanswerable:
        parts.append(f"{counts.n_unanswerable:,} without an answer in the documents")
    if counts.n_unread:
        parts.append(f"{counts.n_unread:,} that nobody has reviewed yet")
    return text_tag("div", ", ".join(parts), css="bot-caveat")


def progress_html(progress: Progress | None) -> str:
    """Show the run at work: how many questions are done, which one is asked, and the time left."""
    if progress is None:
        return ""
    if progress.finished:
        line = f"Done: {plural(progress.total, 'question')}."
        return tag("div", text_tag("p", line, css="bot-counts"), css=f"bot-finished run-{progress.finished}")
    if not progress.busy:
        return tag("div", text_tag("p", progress.notice, css="bot-notice"), css="bot-stopped")
    bar = tag("progress", "", value=str(progress.done), max=str(progress.total))
    count = f"{progress.done:,} of {plural(progress.total, 'question')}{_left(progress)}"
    lines = text_tag("p", count, css="bot-counts") + text_tag("p", _doing(progress), css="bot-caveat")
    return tag("div", block(bar, lines), css="bot-running")


def _left(progress: Progress) -> str:
    left = progress.seconds_left
    return "" if left is None else f", about {duration(left)} left"


def _doing(progress: Progress) -> str:
    if progress.stopping:
        return "Stopping after this question"
    if progress.done >= progress.total:
        return "Working out the figures"
    if not progress.question:
        return "Loading the models"
    cut = progress.question[:QUESTION_CHARACTERS]
    return cut if cut == progress.question else f"{cut}…"


def duration(seconds: float) -> str:
    """Say a time as one would: 42 -> "42 s", 100 -> "2 min", 5400 -> "1.5 h"."""
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    return f"{round(seconds / 60)} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


def runs_html(runs: Sequence[KeptRun]) -> str:
    """List the runs, the newest first, with the figures that are read first; teach where there are none."""
    if not runs:
        return nothing_html()
    comparing = tag(
        "div",
        block(
            text_tag("h2", "Runs"),
            '<span class="bot-caveat">Tick two to compare them.</span>',
            '<button type="button" id="bot-compare" disabled>Compare</button>',
        ),
        css="bot-runs-head",
    )
    return block(comparing, tag("ul", block(*map(_listed, runs)), css="bot-runs"))


def nothing_html() -> str:
    """Say what an evaluation is and how to come by questions, while no run was made."""
    return tag(
        "div",
        block(
            text_tag("h2", "How well does it answer?"),
            text_tag(
                "p",
                "A gold set is a list of questions with the answers you know to be right, and the words in "
                "your documents that prove them. The bot is asked each question, and what it says is "
                "compared: did the search find the document, is the answer right, do its citations hold, "
                "does it keep silent where there is nothing to find?",
            ),
            "<ol>",
            _step("Start with the sample questions", ": choose them and the collection “samples”, then Run."),
            _step(
                "Make a set of your own",
                ": one JSON object a line with id, question, answers, answerable, type and evidence, or a "
                "CSV file with the columns question and answer. Add it with the button on the left.",
            ),
            "<li><b>Let the bot propose one</b>: <code>bot gold new --collection NAME --out FILE.jsonl</code>"
            " writes questions about your documents for you to correct; "
            "<code>bot gold check FILE.jsonl</code> says what is wrong with a set.</li>",
            _step(
                "Judge answers in the chat", ": each vote is kept as a question of a set that is listed here."
            ),
            "</ol>",
        ),
        css="bot-teaching",
    )


def _step(lead: str, rest: str) -> str:
    return tag("li", text_tag("b", lead) + escape(rest))


def _listed(run: KeptRun) -> str:
    """Return the row of a run: a box to tick, a button that opens it, its figures."""
    tick = (
        f'<input type="checkbox" class="bot-tick" data-run="{escape(run.name)}" '
        f'aria-label="Compare {escape(label(run))}, {escape(when(run))}">'
        if run.is_finished
        else ""
    )
    title = text_tag("span", label(run), css="bot-run-title") + text_tag(
        "span", _about(run), css="bot-detail"
    )
    if run.is_finished:
        opened = f'<button type="button" class="bot-open" data-run="{escape(run.name)}">{title}</button>'
        figures = tag("dl", block(*_main_figures(run.metrics)), css="bot-main")
    else:
        opened = tag("div", title, css="bot-open")
        of = f" of {run.wanted:,}" if run.wanted else ""
        said = f"Interrupted: {run.n_asked:,}{of} asked. Run it again with the same settings to go on."
        figures = text_tag("p", said, css="bot-caveat")
    return tag("li", block(tag("span", tick, css="bot-tick-cell"), opened, figures))


def label(run: KeptRun) -> str:
    """Return what a run is called: its gold set and its collection."""
    return f"{run.gold or run.name}, {run.settings.get('collection', '')}"


def when(run: KeptRun) -> str:
    """Return when a run was begun, by the clock of this machine: "6 May 2024, 07:08"."""
    try:
        local = datetime.fromisoformat(run.started).astimezone()
    except ValueError:
        return run.started
    return f"{local.day} {local:%B %Y, %H:%M}"


def _about(run: KeptRun) -> str:
    n = run.metrics.get("n", run.wanted)
    kind = "retrieval only" if run.settings.get("retrieval_only") else "with answers"
    return " · ".join([when(run), *([plural(n, "question")] if n else []), kind])


def _main_figures(metrics: Mapping[str, Any]) -> Iterator[str]:
    for name in HEADLINES.values():
        figure = metrics["measures"].get(name)
        if figure and figure["n"]:
            value = text_tag("b", number(figure["mean"])) + text_tag("span", interval(figure))
            yield tag("div", text_tag("dt", name) + tag("dd", value))


def run_html(run: KeptRun) -> str:
    """Return the head of one run: what was run, the figures that are read first, and its sections' names."""
    address = f"./evaluations/runs/{quote(run.name, safe='')}"
    buttons = "".join(
        f'<button type="button" class="bot-section" data-section="{section}" aria-pressed="false">'
        f"{shown}</button>"
        for section, shown in SECTIONS.items()
    )
    return block(
        _bar(f'<a href="{address}/report" target="_blank" rel="noopener">Whole report ↗</a>'),
        text_tag("h2", label(run)),
        text_tag("p", _about(run), css="bot-caveat"),
        headlines(run.metrics),
        f'<div class="bot-sections" role="group" aria-label="Parts of the run">{buttons}</div>',
        f'<div id="bot-evaluation-section" data-run="{escape(run.name)}" aria-live="polite"></div>',
    )


def _bar(*more: str) -> str:
    back = '<button type="button" class="bot-all-runs">‹ All runs</button>'
    return tag("div", block(back, *more), css="bot-bar")


def figures_html(run: KeptRun) -> str:
    """Return every figure with its interval, then the settings."""
    about = (
        "Each value comes with the 95 % interval of a seeded bootstrap over questions: what other questions "
        "of the same kind could have shown."
    )
    settings = f"<h3>Settings</h3>{what_was_run(run.metrics)}"
    return block(text_tag("p", about, css="about"), *groups(run.metrics, {}), settings)


def plots_html(run: KeptRun) -> str:
    """Return the plots of the report."""
    return block(*plots(run.metrics, run.scores()))


def questions_html(run: KeptRun, *, kind: str = "", first: int = 0) -> str:
    """Return the questions of a kind of failure from a number on, the worst first, with a button for more.

    `kind`: one of FAILURES, ANY for all of those, FINE, or ALL; "" for ANY, or ALL where nothing failed.
    """
    gold, scores = run.gold_rows(), run.scores()
    kind = kind or (ANY if _chosen(scores, ANY) else ALL)
    ids = _chosen(scores, kind)
    here = ids[first : first + SHOWN_QUESTIONS]
    rows = "".join(_rows(run, here, scores, gold))
    more = len(ids) - first - len(here)
    again = (
        f'<button type="button" class="bot-more-questions" data-first="{first + len(here)}">'
        f"{min(more, SHOWN_QUESTIONS):,} more of {more:,}</button>"
        if more
        else ""
    )
    head = "" if first else _kinds(scores, kind)
    none = "" if ids or first else text_tag("p", "No question of this kind.", css="bot-caveat")
    return block(head, none, rows, again)


def _chosen(scores: Sequence[Mapping[str, Any]], kind: str) -> list[str]:
    """List the ids of the questions of a kind, the worst failure first, else in the order asked."""
    order = [*FAILURES, FINE]
    worst = {score["id"]: next(iter(failures(score)), FINE) for score in scores}
    held = {
        score["id"]: kind == ALL
        or (kind == ANY and bool(failures(score)))
        or (kind == FINE and not failures(score))
        or kind in failures(score)
        for score in scores
    }
    return sorted((row_id for row_id in worst if held[row_id]), key=lambda row_id: order.index(worst[row_id]))


def _kinds(scores: Sequence[Mapping[str, Any]], chosen: str) -> str:
    counted = {ANY: len(_chosen(scores, ANY)), ALL: len(scores), FINE: len(_chosen(scores, FINE))}
    names = {ANY: "Any failure", **FAILURES, FINE: "No failure", ALL: "All questions"}
    counted |= {kind: len(_chosen(scores, kind)) for kind in FAILURES}
    options = "".join(
        f'<option value="{kind}"{" selected" if kind == chosen else ""}>{shown} ({counted[kind]:,})</option>'
        for kind, shown in names.items()
        if counted[kind] or kind == chosen
    )
    return f'<label class="bot-kinds">Show <select id="bot-kind">{options}</select></label>'


def _rows(
    run: KeptRun, ids: Iterable[str], scores: Sequence[Mapping[str, Any]], gold: Mapping[str, GoldRow]
) -> Iterator[str]:
    wanted, by_id = list(ids), {score["id"]: score for score in scores}
    said = {line["id"]: line for line in run.predictions() if line["id"] in set(wanted)}
    for row_id in wanted:
        if row_id in said:
            asked = gold.get(row_id) or _bare(by_id[row_id], said[row_id])
            yield question_row(said[row_id], by_id[row_id], asked, f"bot-q-{row_id}")


def _bare(score: Mapping[str, Any], prediction: Mapping[str, Any]) -> GoldRow:
    """Return what is known of a question without its gold file: a run that was made on the command line."""
    return GoldRow(
        str(score["id"]), prediction["question"], (), bool(score["answerable"]), str(score["type"]), ()
    )


def comparison_html(here: KeptRun, there: KeptRun, found: Mapping[str, Any]) -> str:
    """Show two runs side by side: settings, paired differences with intervals, questions that changed."""
    sides = "".join(
        f"<p><b>{side}</b>: {escape(label(run))}, {escape(_about(run))}</p>"
        for side, run in (("There", there), ("Here", here))
    )
    named = {**found, "with": "the run called “There”"}
    return block(
        _bar(), text_tag("h2", "Two runs compared"), tag("div", sides, css="bot-caveat"),
        *comparison_parts(named, here.gold_rows(), {}),
    )  # fmt: skip
