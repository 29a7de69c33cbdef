"""The summary tab: choose documents, a length and a focus; the summary beside its sources. Wiring only.

`begin` (not queued) takes a place in the line that questions wait in too, `make` waits there and fills it.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any

import gradio as gr

from bot.errors import BotError
from bot.summary.datatypes import Length
from bot.summary.summarizer import MAX_FOCUS_CHARACTERS
from bot.web.actions import QUICK
from bot.web.chat_tab import AT_ONCE
from bot.web.line import Line
from bot.web.literal import literal_html
from bot.web.summary import summary_html, summary_sources_html
from bot.web.summing import SummaryOrder, Work, begin, summarize
from bot.web.talk import Stops
from bot.web.waiting import in_turn
from bot.web.workspace_like import WorkspaceLike

LENGTHS = [("One sentence", "short"), ("About 120 words", "medium"), ("About 400 words", "long")]
STATE_LIFETIME_S = 6 * 3600


@dataclass(frozen=True)
class SummaryTab:
    """The components of the tab."""

    documents: gr.Dropdown
    length: gr.Radio
    focus: gr.Textbox
    bullets: gr.Checkbox
    run: gr.Button
    stop: gr.Button
    shown: gr.Markdown
    sources: gr.Markdown

    def wire(self, workspace: WorkspaceLike, *, line: Line, tab: gr.Tab, picker: gr.Dropdown) -> None:
        """Join the tab to the workspace; another collection clears it."""
        stops = Stops()
        work = gr.State(None, time_to_live=STATE_LIFETIME_S)
        self._wire_making(workspace, line, stops, work, picker)
        self._wire_choices(workspace, stops, work, tab, picker)

    def _wire_making(
        self, workspace: WorkspaceLike, line: Line, stops: Stops, work: gr.State, picker: gr.Dropdown
    ) -> None:
        """Summarise by the button or by Enter in the focus; stop."""
        panes = [work, self.shown, self.sources]
        switches = [self.run, self.stop]

        def start(now: Work | None, bullets: bool) -> tuple[Any, ...]:
            if now and now.turn.busy:
                return (gr.skip(),) * 5
            begun = begin(line)
            return *_panes(begun, bullets), *_buttons(begun)

        async def make(now: Work | None, *form: Any) -> AsyncIterator[tuple[Any, ...]]:  # noqa: ANN401
            collection, names, length, focus, bullets = form
            if now is None or not now.turn.busy:
                return
            order = SummaryOrder(collection, tuple(names or ()), Length(length), focus or "")
            steps = summarize(workspace, now, order, stops=stops)
            states = in_turn(now.turn, steps, line=line, stops=stops, shown=Work)
            async with aclosing(states):
                async for state in states:
                    yield _panes(state, bullets)

        def halt(now: Work | None) -> None:
            if now:
                stops.stop((now.turn,))

        form = [work, picker, self.documents, self.length, self.focus, self.bullets]
        for listen in (self.run.click, self.focus.submit):
            event = listen(start, [work, self.bullets], [*panes, *switches], **QUICK)
            event = event.then(make, form, panes, show_progress="hidden", api_visibility="private", **AT_ONCE)
            event.then(_buttons, [work], switches, **QUICK)
        self.stop.click(halt, [work], None, **QUICK)

    def _wire_choices(
        self, workspace: WorkspaceLike, stops: Stops, work: gr.State, tab: gr.Tab, picker: gr.Dropdown
    ) -> None:
        """Offer the documents there are; show a summary as text or as a list."""

        def clear(now: Work | None, collection: str) -> tuple[Any, ...]:
            if now:
                stops.forget((now.turn,))
            return *_panes(None, False), *_buttons(None), offered(workspace, collection)

        def follow(collection: str, chosen: list[str] | None) -> Any:  # noqa: ANN401 - an update of Gradio's
            return offered(workspace, collection, chosen or ())

        def redraw(now: Work | None, bullets: bool) -> str:
            return summary_html(now, bullets=bullets)

        cleared = [work, self.shown, self.sources, self.run, self.stop, self.documents]
        picker.change(clear, [work, picker], cleared, **QUICK)
        tab.select(follow, [picker, self.documents], [self.documents], **QUICK)
        self.bullets.change(redraw, [work, self.bullets], [self.shown], **QUICK)


def build_summary_tab() -> SummaryTab:
    """Place the components of the tab."""
    with gr.Row(elem_id="bot-summarizing"):
        with gr.Column(elem_id="bot-summary-form", scale=0):
            documents = gr.Dropdown(
                [], multiselect=True, label="Documents", info="None chosen: the whole collection.",
                elem_id="bot-summary-documents",
            )  # fmt: skip
            length = gr.Radio(LENGTHS, value="medium", label="Length", elem_id="bot-summary-length")
            focus = gr.Textbox(
                label="Focus", info="Optional: what it is to be about.", placeholder="litigation risk",
                max_lines=2, max_length=MAX_FOCUS_CHARACTERS + 1, elem_id="bot-summary-focus",
            )  # fmt: skip
            bullets = gr.Checkbox(False, label="As a list", elem_id="bot-summary-bullets")
            run = gr.Button("Summarise", variant="primary", elem_id="bot-summarize")
            stop = gr.Button("Stop", visible=False, elem_id="bot-summarize-stop")
        with gr.Column(elem_id="bot-summary-main"):
            shown = literal_html(summary_html(None, bullets=False), elem_id="bot-summary")
        with gr.Column(elem_id="bot-summary-side"):
            sources = literal_html(summary_sources_html(None), elem_id="bot-summary-sources")
    return SummaryTab(documents, length, focus, bullets, run, stop, shown, sources)


def offered(workspace: WorkspaceLike, collection: str, chosen: Sequence[str] = ()) -> Any:  # noqa: ANN401 - an update of Gradio's
    """Offer the documents of a collection, of which there may be none yet; those chosen stay chosen."""
    try:
        listed = workspace.documents(collection)
    except BotError:
        listed = ()
    choices = [(each.title or each.external_id, each.doc_id) for each in listed]
    known = {each.doc_id for each in listed}
    return gr.update(choices=choices, value=[doc_id for doc_id in chosen if doc_id in known])


def _panes(work: Work | None, bullets: bool) -> tuple[Work | None, str, str]:
    return work, summary_html(work, bullets=bullets), summary_sources_html(work)


def _buttons(work: Work | None) -> tuple[Any, ...]:
    busy = work is not None and work.turn.busy
    return gr.update(visible=not busy), gr.update(visible=busy)
