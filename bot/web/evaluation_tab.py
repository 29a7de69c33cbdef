"""The evaluation tab: choose a gold set and run it, with its progress; beside that the runs. Wiring only.

    gold set, collection, how many | the runs, one run, or two compared: evaluation.js brings them
    Run, Stop, progress            | from bot/web/evaluation_routes.py

The run is the server's, not the page's: closing the page does not end it, and any page shows how far it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gradio as gr

from bot.errors import BotError
from bot.evaluate.gold.sets import SAMPLE, add_gold, counts, gold_sets
from bot.web.actions import QUICK
from bot.web.evaluation import progress_html, set_html
from bot.web.evaluation_job import Evaluator, Order, Progress
from bot.web.literal import literal_html
from bot.web.markup import tag, text_tag

N_QUESTIONS = 20  # asked where nobody says otherwise: minutes, not hours
MOST_QUESTIONS = 100_000
ANSWERS, HITS = "With answers", "Retrieval only"
LOOK_S = 0.7  # from one look at a run to the next


@dataclass(frozen=True)
class EvaluationTab:
    """The components of the tab."""

    gold: gr.Dropdown
    about: gr.Markdown
    upload: gr.UploadButton
    collection: gr.Dropdown
    limit: gr.Number
    mode: gr.Radio
    run: gr.Button
    stop: gr.Button
    progress: gr.Markdown

    def wire(self, evaluator: Evaluator, *, blocks: gr.Blocks, tab: gr.Tab, picker: gr.Dropdown) -> None:
        """Join the form to the evaluator; `picker` names the collection that the chat asks."""
        self._wire_sets(evaluator, tab, picker)
        self._wire_run(evaluator, blocks, tab)

    def _wire_sets(self, evaluator: Evaluator, tab: gr.Tab, picker: gr.Dropdown) -> None:
        """List gold sets and collections whenever the tab is opened; take in a file."""
        workspace = evaluator.workspace

        def offered(gold: str | None, collection: str | None, picked: str) -> tuple[Any, ...]:
            known = list(gold_sets(workspace.home))
            chosen = gold if gold in known else SAMPLE
            names = sorted({found.name for found in workspace.collections()} | {picked})
            asked = collection if collection in names else picked
            return (
                gr.update(choices=known, value=chosen), gr.update(choices=names, value=asked),
                _about(evaluator, chosen),
            )  # fmt: skip

        def add(path: str | None) -> tuple[Any, ...]:
            if not path:
                return gr.skip(), gr.skip()
            try:
                name = add_gold(workspace.home, Path(path).name, Path(path))
            except BotError as error:
                return gr.skip(), set_html(None, str(error))
            finally:
                Path(path).unlink(missing_ok=True)  # Gradio's copy of the upload
            known = list(gold_sets(workspace.home))
            return gr.update(choices=known, value=name), _about(evaluator, name)

        shown = [self.gold, self.collection, self.about]
        tab.select(offered, [self.gold, self.collection, picker], shown, **QUICK)
        self.gold.input(lambda gold: _about(evaluator, gold), [self.gold], [self.about], **QUICK)
        self.upload.upload(add, [self.upload], [self.gold, self.about], **QUICK)

    def _wire_run(self, evaluator: Evaluator, blocks: gr.Blocks, tab: gr.Tab) -> None:
        """Run, follow and stop; a page that is loaded meanwhile follows too."""
        followed = gr.State("")  # the token of the run that this page has shown at work
        # Looks, not a stream: one that ends just as a question is sent takes the answer with it.
        clock = gr.Timer(LOOK_S, active=False)
        shown = [followed, clock, self.progress, self.run, self.stop]

        def begin(gold: str, collection: str, limit: float | None, mode: str) -> tuple[Any, ...]:
            order = Order(gold, collection, int(limit or 0) or None, retrieval_only=mode == HITS)
            try:
                return _shown(evaluator.begin(order))
            except BotError as error:
                notice = tag("div", text_tag("p", str(error), css="bot-notice"))
                return gr.skip(), gr.skip(), notice, gr.skip(), gr.skip()

        def look(token: str) -> tuple[Any, ...]:
            """Show how far it is; of a run that has ended only where this page saw it at work."""
            now = evaluator.progress
            return _shown(now) if now and (now.busy or now.token == token) else (gr.skip(),) * len(shown)

        def halt() -> str:
            return progress_html(evaluator.stop())

        form = [self.gold, self.collection, self.limit, self.mode]
        self.run.click(begin, form, shown, **QUICK)
        for listen in (clock.tick, blocks.load, tab.select):
            listen(look, [followed], shown, **QUICK)
        self.stop.click(halt, None, [self.progress], **QUICK)


def build_evaluation_tab(collection: str) -> EvaluationTab:
    """Place the components; the column of runs is filled by evaluation.js."""
    with gr.Row(elem_id="bot-evaluation"):
        with gr.Column(elem_id="bot-evaluation-form"):
            literal_html("<h2>New evaluation</h2>", elem_id="bot-evaluation-title")
            gold = gr.Dropdown([SAMPLE], value=SAMPLE, label="Gold set", elem_id="bot-gold")
            about = literal_html("", elem_id="bot-gold-about")
            upload = gr.UploadButton(
                "Add a gold set (.jsonl, .csv)",
                size="sm",
                file_types=[".jsonl", ".csv"],
                elem_id="bot-gold-add",
            )
            asked = gr.Dropdown(
                [collection], value=collection, label="Collection", elem_id="bot-gold-collection"
            )
            limit = gr.Number(
                N_QUESTIONS, label="Questions to ask", info="A fixed sample of the set; 0 asks them all.",
                precision=0, minimum=0, maximum=MOST_QUESTIONS, elem_id="bot-gold-limit",
            )  # fmt: skip
            mode = gr.Radio(
                [ANSWERS, HITS], value=ANSWERS, label="What is measured",
                info="The search alone takes a fraction of the time.", elem_id="bot-gold-mode",
            )  # fmt: skip
            with gr.Row(elem_id="bot-evaluation-buttons"):
                run = gr.Button("Run", variant="primary", elem_id="bot-evaluate")
                stop = gr.Button("Stop", visible=False, elem_id="bot-evaluate-stop")
            progress = literal_html("", elem_id="bot-evaluation-progress")
        with gr.Column(elem_id="bot-evaluation-runs"):
            literal_html(text_tag("div", "Loading the runs", css="bot-caveat"), elem_id="bot-evaluation-wait")
    return EvaluationTab(gold, about, upload, asked, limit, mode, run, stop, progress)


def _about(evaluator: Evaluator, gold: str | None) -> str:
    """Say what a gold set holds, or what is wrong with it."""
    try:
        return set_html(counts(evaluator.workspace.home, gold or ""))
    except BotError as error:
        return set_html(None, str(error))


def _shown(progress: Progress) -> tuple[Any, ...]:
    """Return the run's token, whether to look again, the progress, and which of the buttons is offered."""
    return (
        progress.token, gr.Timer(active=progress.busy), progress_html(progress),
        gr.update(visible=not progress.busy),
        gr.update(visible=progress.busy, interactive=not progress.stopping),
    )  # fmt: skip
