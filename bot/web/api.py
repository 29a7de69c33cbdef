"""The named endpoints, for scripts: what the page can do, over Gradio's API. Objects are the command line's.

A method that a user can put right fails with one line (Gradio's error event carries it); a fault of ours
with none.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from functools import partial, wraps
from typing import Any, ParamSpec

import gradio as gr
from starlette.concurrency import run_in_threadpool

from bot.errors import BotError, ServerBusy
from bot.web.chat_tab import AT_ONCE
from bot.web.line import Line
from bot.web.talk import QUESTION_CHARACTERS
from bot.web.workspace_like import WorkspaceLike

P = ParamSpec("P")


def offer_api(workspace: WorkspaceLike, line: Line) -> None:
    """Offer `/ask`: (question, collection) -> the JSON object of `bot ask --json`."""

    async def ask(question: str, collection: str = "default") -> dict:
        """Answer a question from a collection, with citations; the object of `bot ask --json`."""
        from bot.render import answer_json

        answer = _in_one_line(partial(workspace.ask, question[:QUESTION_CHARACTERS], collection=collection))
        try:
            async with line.turn(secrets.token_hex(8)):
                return answer_json(await run_in_threadpool(answer))
        except ServerBusy as error:
            raise gr.Error(str(error), title="Busy", print_exception=False) from error

    gr.api(ask, api_name="ask", **AT_ONCE)


def _in_one_line(endpoint: Callable[P, Any]) -> Callable[P, Any]:
    """Wrap an endpoint, so that what a user can put right reaches the caller as one line."""

    @wraps(endpoint)
    def told(*args: P.args, **kwargs: P.kwargs) -> Any:  # noqa: ANN401 - any JSON
        try:
            return endpoint(*args, **kwargs)
        except BotError as error:
            raise gr.Error(str(error), print_exception=False) from error

    return told
