"""The page: two panes, and the events that join them to a workspace. Layout and wiring, no markup.

    conversation | sources, library
    question box |

A question runs as two events, so that it shows at once and only then waits its turn at the models:
`begin` (not queued) adds the turn, `answer` (queued, one at a time) fills it. All events are private;
the one public endpoint is `/ask`.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"  # before Gradio is imported: it reads this once

import gradio as gr

from bot.errors import BotError
from bot.web.conversation import conversation_html
from bot.web.library_tab import QUICK, LibraryTab, build_library_tab, library_now
from bot.web.literal import literal_html
from bot.web.sources import sources_html
from bot.web.talk import QUESTION_CHARACTERS, Stops, Thread, begin, converse, is_busy
from bot.web.workspace_like import WorkspaceLike

TITLE = "Cited reading"
QUEUE_LENGTH = 32  # questions that may wait; beyond it the page says so instead of hanging
DELETE_CACHE_S = (3600, 3600)  # every hour, files of uploads older than an hour
ANSWERING = "answering"  # one answer at a time, whether asked by the page or by `/ask`
STATE_LIFETIME_S = 6 * 3600
SHOWN_EXAMPLES = 5


@dataclass(frozen=True)
class _Parts:
    """The components that events read and write."""

    thread: gr.State
    collection: gr.Dropdown
    conversation: gr.Markdown
    sources: gr.Markdown
    tabs: gr.Tabs
    examples: gr.Row
    buttons: tuple[gr.Button, ...]
    question: gr.Textbox
    send: gr.Button
    stop: gr.Button
    fresh: gr.Button


def build_page(workspace: WorkspaceLike, *, collection: str, examples: Sequence[str]) -> gr.Blocks:
    """Build the page over a workspace.

    `collection` is the one chosen at first; `examples` are offered as buttons while it is chosen and
    nothing has been asked. Styles, script and the content policy come with `create_app`.
    """
    blocks = gr.Blocks(title=TITLE, analytics_enabled=False, fill_width=True, delete_cache=DELETE_CACHE_S)
    blocks.state_session_capacity = 200
    with blocks:
        parts, library = _lay_out(collection, tuple(examples)[:SHOWN_EXAMPLES])
        stops = Stops()
        _wire_questions(workspace, parts, stops)
        _wire_collections(parts, stops, sample=collection)
        library.wire(workspace, picker=parts.collection, thread=parts.thread)
        shown = library.shown(parts.collection)
        blocks.load(partial(library_now, workspace), [parts.collection], shown, **QUICK)
        _offer_api(workspace)
    return blocks.queue(max_size=QUEUE_LENGTH, default_concurrency_limit=1, api_open=False)


def _lay_out(collection: str, examples: Sequence[str]) -> tuple[_Parts, LibraryTab]:
    """Place the components; every one that the style sheet knows has an id."""
    thread = gr.State((), time_to_live=STATE_LIFETIME_S)
    with gr.Row(elem_id="bot-header"):
        literal_html(f'<div class="bot-brand"><b>{TITLE}</b></div>', elem_id="bot-brand")
        picker = gr.Dropdown(
            choices=[collection], value=collection, label="Collection to ask", show_label=False,
            container=False, filterable=False, min_width=118, elem_id="bot-collection",
        )  # fmt: skip
        fresh = gr.Button("New chat", size="sm", elem_id="bot-fresh")
    with gr.Row(elem_id="bot-panes"):
        with gr.Column(elem_id="bot-chat"):
            welcome = conversation_html((), collection=collection)
            conversation = literal_html(welcome, elem_id="bot-conversation")
            with gr.Row(elem_id="bot-examples", visible=bool(examples)) as example_row:
                buttons = tuple(gr.Button(example, size="sm") for example in examples)
            with gr.Row(elem_id="bot-composer"):
                question = gr.Textbox(
                    show_label=False, container=False, lines=1, max_lines=6, placeholder="Ask a question",
                    max_length=QUESTION_CHARACTERS, autofocus=True, elem_id="bot-question", label="Question",
                )  # fmt: skip
                send = gr.Button("Ask", variant="primary", elem_id="bot-send", min_width=72)
                halt = gr.Button("Stop", elem_id="bot-stop", visible=False, min_width=72)
        with gr.Column(elem_id="bot-side"), gr.Tabs(elem_id="bot-tabs") as tabs:
            with gr.Tab("Sources", id="sources", elem_id="bot-sources-tab"):
                sources = literal_html(sources_html(()), elem_id="bot-sources")
            with gr.Tab("Library", id="library", elem_id="bot-library-tab", render_children=True):
                library = build_library_tab(collection)
    panes = (thread, picker, conversation, sources, tabs, example_row)
    return _Parts(*panes, buttons, question, send, halt, fresh), library


def _panes(thread: Thread, collection: str) -> tuple[Thread, str, str]:
    """Render both panes; in the order of `[thread, conversation, sources]`."""
    return thread, conversation_html(thread, collection=collection), sources_html(thread)


def _wire_questions(workspace: WorkspaceLike, parts: _Parts, stops: Stops) -> None:
    """Send by Enter, by the button or by an example; stop; start afresh."""
    panes = [parts.thread, parts.conversation, parts.sources]
    switches = [parts.send, parts.stop]

    def start(question: str, thread: Thread, collection: str) -> tuple[Any, ...]:
        begun = begin(thread, question or "")
        if begun is thread:
            return (gr.skip(),) * 8
        shown = (gr.update(visible=False), gr.update(visible=True), gr.update(visible=False))
        return *_panes(begun, collection), *shown, "", gr.Tabs(selected="sources")

    def answer(thread: Thread, collection: str) -> Iterator[tuple[Any, ...]]:
        for state in converse(workspace, thread, collection=collection, stops=stops):
            yield _panes(state, collection)
        yield (gr.skip(),) * 3  # Gradio sends the last value once more: by then the chat may be a new one

    def settle(thread: Thread) -> tuple[Any, ...]:
        return gr.update(visible=not is_busy(thread)), gr.update(visible=is_busy(thread))

    def halt(thread: Thread, collection: str) -> str:
        return conversation_html(stops.stop(thread), collection=collection)

    began = [*panes, *switches, parts.examples, parts.question, parts.tabs]
    for listen, asked in _ways_to_ask(parts):
        event = listen(start, [asked, parts.thread, parts.collection], began, **QUICK)
        event = event.then(
            answer, [parts.thread, parts.collection], panes, concurrency_id=ANSWERING, concurrency_limit=1,
            show_progress="hidden", api_visibility="private",
        )  # fmt: skip
        event.then(settle, [parts.thread], switches, **QUICK)
    parts.stop.click(halt, [parts.thread, parts.collection], [parts.conversation], **QUICK)


def _ways_to_ask(parts: _Parts) -> list[tuple[Callable[..., Any], Any]]:
    """List the ways to send a question: what to listen to, and the component that holds the question."""
    ways = [(parts.question.submit, parts.question), (parts.send.click, parts.question)]
    return ways + [(button.click, button) for button in parts.buttons]


def _wire_collections(parts: _Parts, stops: Stops, *, sample: str) -> None:
    """Another collection chosen, or a wish for a new conversation, clears the thread."""

    def offered(collection: str) -> Any:  # noqa: ANN401 - an update of Gradio's
        return gr.update(visible=bool(parts.buttons) and collection == sample)

    def clear(thread: Thread, collection: str) -> tuple[Any, ...]:
        stops.forget(thread)
        return *_panes((), collection), offered(collection)

    def welcome(thread: Thread, collection: str) -> tuple[Any, ...]:
        if thread:
            return gr.skip(), gr.skip()
        return conversation_html((), collection=collection), offered(collection)

    cleared = [parts.thread, parts.conversation, parts.sources, parts.examples]
    for listen in (parts.collection.input, parts.fresh.click):
        listen(clear, [parts.thread, parts.collection], cleared, **QUICK)
    named = [parts.conversation, parts.examples]  # by adding files, too, another one may come to be chosen
    parts.collection.change(welcome, [parts.thread, parts.collection], named, **QUICK)


def _offer_api(workspace: WorkspaceLike) -> None:
    """Offer `/ask`: (question, collection) -> the JSON object of `bot ask --json`."""

    def ask(question: str, collection: str = "default") -> dict:
        """Answer a question from a collection, with citations; the object of `bot ask --json`."""
        from bot.render import answer_json

        try:
            return answer_json(workspace.ask(question[:QUESTION_CHARACTERS], collection=collection))
        except BotError as error:
            raise gr.Error(str(error), print_exception=False) from error

    gr.api(ask, api_name="ask", concurrency_id=ANSWERING, concurrency_limit=1)
