"""The page: a header and a tab for each thing to do. Layout and wiring, no markup.

    name   Chat  Summary  Library  Evaluation  Settings        collection, new chat

Each tab has a module of its own with what it shows and the events that join it to a workspace. Its private
events are not in the API; the named endpoints are `bot/web/api.py`.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import partial
from typing import Any

os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"  # before Gradio is imported: it reads this once

import gradio as gr
from gradio.blocks import BlockFunction
from gradio.components.api_component import Api

from bot.web.actions import QUICK
from bot.web.api import offer_api, offer_evaluations
from bot.web.chat_tab import build_chat_tab
from bot.web.choices import Choices
from bot.web.evaluation_job import Evaluator
from bot.web.evaluation_tab import build_evaluation_tab
from bot.web.library_tab import build_library_tab, library_now
from bot.web.line import Line
from bot.web.literal import literal_html
from bot.web.settings_tab import build_settings_tab
from bot.web.summary_tab import build_summary_tab
from bot.web.workspace_like import WorkspaceLike

TITLE = "Cited reading"
QUEUE_LENGTH = 32  # questions that may wait; beyond it the page says so instead of hanging
# Gradio runs 40 events at once, and those that answer wait in our line: the few that queue before it are
# uploads, and questions on their way to being told that there is no room.
GRADIO_QUEUE_LENGTH = 4 * QUEUE_LENGTH
DELETE_CACHE_S = (3600, 3600)  # every hour, files of uploads older than an hour
STATE_LIFETIME_S = 6 * 3600
SHOWN_EXAMPLES = 5


def build_page(
    workspace: WorkspaceLike, *, collection: str, examples: Sequence[str], fetches: bool = False
) -> gr.Blocks:
    """Build the page over a workspace.

    `collection` is the one chosen at first; `examples` are offered as buttons while it is chosen and
    nothing has been asked. `fetches`: web addresses may be added. Styles, scripts and the content policy
    come with `create_app`.
    """
    blocks = _Blocks(title=TITLE, analytics_enabled=False, fill_width=True, delete_cache=DELETE_CACHE_S)
    blocks.state_session_capacity = 200
    line = Line(QUEUE_LENGTH)
    with blocks:
        thread = gr.State((), time_to_live=STATE_LIFETIME_S)
        choices = gr.State(Choices(), time_to_live=STATE_LIFETIME_S)
        picker, fresh = _header(collection)
        with gr.Tabs(elem_id="bot-tabs"):
            with gr.Tab("Chat", id="chat", elem_id="bot-chat-tab"):
                chat = build_chat_tab(collection, tuple(examples)[:SHOWN_EXAMPLES])
            with gr.Tab(
                "Summary", id="summary", elem_id="bot-summary-tab", render_children=True
            ) as summary_tab:
                summary = build_summary_tab()
            with gr.Tab("Library", id="library", elem_id="bot-library-tab", render_children=True):
                library = build_library_tab(collection, fetches=fetches)
            with gr.Tab(
                "Evaluation", id="evaluation", elem_id="bot-evaluation-tab", render_children=True
            ) as evaluation_tab:
                evaluation = build_evaluation_tab(collection)
            with gr.Tab(
                "Settings", id="settings", elem_id="bot-settings-tab", render_children=True
            ) as settings_tab:
                settings = build_settings_tab()
        chat.wire(
            workspace,
            line=line,
            thread=thread,
            choices=choices,
            picker=picker,
            fresh=fresh,
            sample=collection,
        )
        summary.wire(workspace, line=line, tab=summary_tab, picker=picker)
        library.wire(workspace, picker=picker, thread=thread)
        settings.wire(workspace, tab=settings_tab, choices=choices, thread=thread, picker=picker)
        blocks.load(partial(library_now, workspace), [picker], library.shown(picker), **QUICK)
        evaluator = Evaluator(workspace)
        evaluation.wire(evaluator, blocks=blocks, tab=evaluation_tab, picker=picker)
        offer_api(workspace, line, fetches=fetches)
        offer_evaluations(workspace, evaluator)
    return blocks.queue(max_size=GRADIO_QUEUE_LENGTH, default_concurrency_limit=1, api_open=False)


class _Blocks(gr.Blocks):
    """Gradio's blocks, of whose endpoints a script may leave out the last arguments that have a default."""

    def validate_inputs(self, block_fn: BlockFunction, inputs: list[Any]) -> None:
        """Fill in the defaults of an endpoint, which Gradio's own clients send and other programs do not."""
        left_out = [each.value for each in block_fn.inputs[len(inputs) :] if isinstance(each, Api)]
        if None not in left_out:
            inputs.extend(left_out)
        super().validate_inputs(block_fn, inputs)


def _header(collection: str) -> tuple[gr.Dropdown, gr.Button]:
    """Place the name, the choice of the collection, and the button for a new conversation."""
    with gr.Row(elem_id="bot-header"):
        literal_html(f'<div class="bot-brand"><b>{TITLE}</b></div>', elem_id="bot-brand")
        picker = gr.Dropdown(
            choices=[collection], value=collection, label="Collection to ask", show_label=False,
            container=False, filterable=False, min_width=118, elem_id="bot-collection",
        )  # fmt: skip
        gr.Button("Export", size="sm", elem_id="bot-export")  # by chat.js: it has the text at hand
        fresh = gr.Button("New chat", size="sm", elem_id="bot-fresh")
    return picker, fresh
