"""The settings tab: three things to set for this session, and what answers here. Wiring only.

What is set goes into the session's `Choices`, which the chat passes on with the next question.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import gradio as gr

from bot.errors import BotError
from bot.selection import DEFAULT_K
from bot.web.actions import QUICK
from bot.web.choices import MOST_K, WHERE_CHARACTERS, Choices
from bot.web.literal import literal_html
from bot.web.markup import tag, text_tag
from bot.web.memory import resident_bytes
from bot.web.settings import costs_html, meant_html, models_html, threshold_html
from bot.web.talk import Thread
from bot.web.workspace_like import WorkspaceLike

WHERE_EFFECT = (
    "Answers and passages then come from these documents alone, here in the chat. Compare with =, !=, <, >, "
    "<= and >=; several conditions, with a semicolon between them, must all hold. Empty: all documents."
)
K_EFFECT = (
    "An answer is chosen from the sentences of so many passages, the best ones. More can find what the "
    "search ranked low; each costs time, and one that only looks right may win."
)
THRESHOLD_EFFECT = (
    "An answer of less confidence is withheld. Higher: fewer answers, and fewer that are wrong. 0 answers "
    "whatever it finds, 1 next to nothing."
)


@dataclass(frozen=True)
class SettingsTab:
    """The components of the tab."""

    where: gr.Textbox
    meant: gr.Markdown
    k: gr.Slider
    threshold: gr.Slider
    provenance: gr.Markdown
    reset: gr.Button
    models: gr.Markdown
    costs: gr.Markdown

    def wire(
        self,
        workspace: WorkspaceLike,
        *,
        tab: gr.Tab,
        choices: gr.State,
        thread: gr.State,
        picker: gr.Dropdown,
    ) -> None:
        """Join the sliders to the session's choices, and show what is so whenever the tab is opened."""

        def set_where(line: str | None, chosen: Choices, collection: str) -> tuple[Any, ...]:
            chosen = replace(
                chosen, where=(line or "").strip()[: WHERE_CHARACTERS + 1]
            )  # one too many is refused
            return chosen, meant_now(workspace, chosen, collection)

        def set_k(k: float, chosen: Choices) -> Choices:
            return replace(chosen, k=round(k))

        def set_threshold(threshold: float, chosen: Choices, collection: str) -> tuple[Any, ...]:
            chosen = replace(chosen, threshold=threshold)
            return chosen, threshold_now(workspace, chosen, collection)[1]

        def reset(collection: str) -> tuple[Any, ...]:
            chosen = Choices()
            return chosen, chosen.k, "", *follow(chosen, collection)

        def follow(chosen: Choices, collection: str) -> tuple[Any, ...]:
            return *threshold_now(workspace, chosen, collection), meant_now(workspace, chosen, collection)

        def opened(chosen: Choices, collection: str, talk: Thread) -> tuple[Any, ...]:
            costs = costs_html(talk, n_bytes=resident_bytes())
            return *follow(chosen, collection), models_now(workspace), costs

        own = [self.threshold, self.provenance, self.meant]
        for left in (self.where.blur, self.where.submit):
            left(set_where, [self.where, choices, picker], [choices, self.meant], **QUICK)
        latest = {**QUICK, "trigger_mode": "always_last"}  # a slider that is dragged tells every step
        self.k.input(set_k, [self.k, choices], [choices], **latest)
        self.threshold.input(
            set_threshold, [self.threshold, choices, picker], [choices, self.provenance], **latest
        )
        self.reset.click(reset, [picker], [choices, self.k, self.where, *own], **QUICK)
        picker.change(follow, [choices, picker], own, **QUICK)
        tab.select(opened, [choices, picker, thread], [*own, self.models, self.costs], **QUICK)


def build_settings_tab() -> SettingsTab:
    """Place the components of the tab."""
    with gr.Column(elem_id="bot-settings"):
        literal_html(_heading("For this session", "From the next question on."), elem_id="bot-set-head")
        where = gr.Textbox(
            label="Only documents where", info=WHERE_EFFECT, placeholder="form=10-K; date>=2023", max_lines=1,
            max_length=WHERE_CHARACTERS + 1, elem_id="bot-where",
        )  # fmt: skip
        meant = literal_html("", elem_id="bot-meant")
        k = gr.Slider(
            1, MOST_K, value=DEFAULT_K, step=1, label="Passages used", info=K_EFFECT, elem_id="bot-k",
            buttons=[],
        )  # fmt: skip
        threshold = gr.Slider(
            0, 1, value=0, step=0.001, label="Abstain below a confidence of", info=THRESHOLD_EFFECT,
            elem_id="bot-threshold", buttons=[],
        )  # fmt: skip
        provenance = literal_html("", elem_id="bot-provenance")
        reset = gr.Button("Back to the defaults", size="sm", elem_id="bot-reset")
        literal_html(
            _heading("What answers here", "Changed when the page is started."), elem_id="bot-use-head"
        )
        models = literal_html("", elem_id="bot-models")
        literal_html(_heading("What it costs here", ""), elem_id="bot-costs-head")
        costs = literal_html("", elem_id="bot-costs")
    return SettingsTab(where, meant, k, threshold, provenance, reset, models, costs)


def models_now(workspace: WorkspaceLike) -> str:
    """Show the models, or which weights are missing."""
    try:
        return models_html(workspace.models_in_use())
    except BotError as error:
        return tag("div", text_tag("p", str(error)), css="bot-provenance")


def threshold_now(workspace: WorkspaceLike, chosen: Choices, collection: str) -> tuple[Any, str]:
    """Show the threshold that counts and where it comes from; in the order of the slider and its line."""
    try:
        own = workspace.own_threshold(collection)
    except BotError as error:  # a damaged calibration
        return gr.skip(), tag("div", text_tag("p", str(error)), css="bot-provenance")
    value = own.value if chosen.threshold is None else chosen.threshold
    return gr.update(value=value), threshold_html(chosen, own, collection=collection)


def meant_now(workspace: WorkspaceLike, chosen: Choices, collection: str) -> str:
    """Say how many documents are meant, or why none is; the fields there are where nothing was typed."""
    try:
        return meant_html(workspace.documents(collection), chosen.where, collection=collection)
    except BotError as error:
        return tag("div", text_tag("p", str(error), css="bot-notice"), css="bot-meant")


def _heading(title: str, note: str) -> str:
    return tag("div", text_tag("h3", title) + text_tag("p", note, css="bot-caveat"), css="bot-heading")
