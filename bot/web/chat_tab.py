"""The chat tab: a conversation, and beside it the sources of its sentences. Layout and wiring, no markup.

    conversation | sources: a card for each citation, or the document open at its words (reader.js)
    question box |

A question runs as two events, so that it shows at once and only then waits its turn at the models:
`begin` (not queued) adds the turn and takes a place in the line, `answer` waits there and fills the turn.
All events are private.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any

import gradio as gr

from bot.answer import MAX_QUESTION_CHARACTERS
from bot.errors import BotError
from bot.web.actions import QUICK, action_box, wished
from bot.web.choices import Choices
from bot.web.conversation import conversation_html
from bot.web.line import Line
from bot.web.literal import literal_html
from bot.web.sources import sources_html
from bot.web.talk import Stops, Thread, begin, is_busy, vote
from bot.web.waiting import admitted, answered
from bot.web.workspace_like import WorkspaceLike

# Events that answer start at once, however many they are: they wait in the `Line`, where more can be told.
AT_ONCE: dict[str, Any] = {"concurrency_id": "answering", "concurrency_limit": None}


@dataclass(frozen=True)
class ChatTab:
    """The components that the chat's events read and write."""

    conversation: gr.Markdown
    sources: gr.Markdown
    examples: gr.Row
    buttons: tuple[gr.Button, ...]
    question: gr.Textbox
    send: gr.Button
    stop: gr.Button
    action: gr.Textbox

    def wire(
        self,
        workspace: WorkspaceLike,
        *,
        line: Line,
        thread: gr.State,
        choices: gr.State,
        picker: gr.Dropdown,
        fresh: gr.Button,
        sample: str,
    ) -> None:
        """Join questions, stops, votes and a change of collection to the workspace.

        Args:
            workspace: answers.
            line: whose turn it is.
            thread: the session's conversation, a `Thread`.
            choices: the session's `Choices`.
            picker: names the collection to ask.
            fresh: begins a new conversation.
            sample: the collection that the example questions are about.
        """
        stops = Stops()
        self._wire_questions(workspace, line, thread, choices, picker, stops)
        self._wire_collections(thread, picker, fresh, stops, sample)
        self._wire_votes(workspace, thread, picker)

    def _wire_questions(
        self,
        workspace: WorkspaceLike,
        line: Line,
        thread: gr.State,
        choices: gr.State,
        picker: gr.Dropdown,
        stops: Stops,
    ) -> None:
        """Send by Enter, by the button or by an example; stop."""
        panes = [thread, self.conversation, self.sources]
        switches = [self.send, self.stop]

        def start(question: str, talk: Thread, collection: str) -> tuple[Any, ...]:
            begun = begin(talk, question or "")
            if begun is talk:
                return (gr.skip(),) * 7
            begun = admitted(begun, line)
            return *_panes(begun, collection), *settle(begun), gr.update(visible=False), ""

        async def answer(talk: Thread, collection: str, chosen: Choices) -> AsyncIterator[tuple[Any, ...]]:
            steps = answered(workspace, talk, line=line, collection=collection, stops=stops, choices=chosen)
            async with aclosing(steps):  # else its place would be free only when the garbage is collected
                async for state in steps:
                    yield _panes(state, collection)
            yield (gr.skip(),) * 3  # Gradio sends the last value once more: by then the chat may be a new one

        def settle(talk: Thread) -> tuple[Any, ...]:
            return gr.update(visible=not is_busy(talk)), gr.update(visible=is_busy(talk))

        began = [*panes, *switches, self.examples, self.question]
        for listen, asked in self._ways_to_ask():
            event = listen(start, [asked, thread, picker], began, **QUICK)
            event = event.then(
                answer, [thread, picker, choices], panes, show_progress="hidden", api_visibility="private",
                **AT_ONCE,
            )  # fmt: skip
            event.then(settle, [thread], switches, **QUICK)
        # This event may come after the answer's last one, so it shows nothing: chat.js says what is done
        self.stop.click(stops.stop, [thread], None, **QUICK)

    def _ways_to_ask(self) -> list[tuple[Callable[..., Any], Any]]:
        """List the ways to send a question: what to listen to, and the component that holds the question."""
        ways = [(self.question.submit, self.question), (self.send.click, self.question)]
        return ways + [(button.click, button) for button in self.buttons]

    def _wire_collections(
        self, thread: gr.State, picker: gr.Dropdown, fresh: gr.Button, stops: Stops, sample: str
    ) -> None:
        """Another collection chosen, or a wish for a new conversation, clears the thread."""

        def offered(collection: str) -> Any:  # noqa: ANN401 - an update of Gradio's
            return gr.update(visible=bool(self.buttons) and collection == sample)

        def clear(talk: Thread, collection: str) -> tuple[Any, ...]:
            stops.forget(talk)
            return *_panes((), collection), offered(collection)

        def welcome(talk: Thread, collection: str) -> tuple[Any, ...]:
            if talk:
                return gr.skip(), gr.skip()
            return conversation_html((), collection=collection), offered(collection)

        cleared = [thread, self.conversation, self.sources, self.examples]
        for listen in (picker.input, fresh.click):
            listen(clear, [thread, picker], cleared, **QUICK)
        named = [self.conversation, self.examples]  # by adding files, too, another one may come to be chosen
        picker.change(welcome, [thread, picker], named, **QUICK)

    def _wire_votes(self, workspace: WorkspaceLike, thread: gr.State, picker: gr.Dropdown) -> None:
        """Keep an answer found right or wrong in the collection's gold file, for later correction."""

        def judge(written: str, talk: Thread, collection: str) -> None:
            wish, number = wished(written)
            if wish not in {"up", "down"}:
                return
            try:
                vote(workspace, talk, number, is_right=wish == "up", collection=collection)
            except BotError as error:
                raise gr.Error(str(error), print_exception=False) from error

        self.action.change(judge, [self.action, thread, picker], None, **QUICK)


def build_chat_tab(collection: str, examples: Sequence[str]) -> ChatTab:
    """Place the components; every one that the style sheet knows has an id."""
    with gr.Row(elem_id="bot-panes"):
        with gr.Column(elem_id="bot-chat"):
            welcome = conversation_html((), collection=collection)
            conversation = literal_html(welcome, elem_id="bot-conversation")
            with gr.Row(elem_id="bot-examples", visible=bool(examples)) as example_row:
                buttons = tuple(gr.Button(example, size="sm") for example in examples)
            with gr.Row(elem_id="bot-composer"):
                question = gr.Textbox(
                    show_label=False, container=False, lines=1, max_lines=6, placeholder="Ask a question",
                    max_length=MAX_QUESTION_CHARACTERS + 1,  # a longer one is refused
                    autofocus=True, elem_id="bot-question", label="Question",
                )  # fmt: skip
                send = gr.Button("Ask", variant="primary", elem_id="bot-send", min_width=72)
                halt = gr.Button("Stop", elem_id="bot-stop", visible=False, min_width=72)
        with gr.Column(elem_id="bot-side"):
            sources = literal_html(sources_html(()), elem_id="bot-sources")
    action = action_box("bot-chat-action")
    return ChatTab(conversation, sources, example_row, buttons, question, send, halt, action)


def _panes(thread: Thread, collection: str) -> tuple[Thread, str, str]:
    """Render both panes; in the order of `[thread, conversation, sources]`."""
    return thread, conversation_html(thread, collection=collection), sources_html(thread)
