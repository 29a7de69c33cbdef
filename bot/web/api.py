"""The named endpoints, for scripts: what the page can do, over Gradio's API. Objects are the command line's.

A method that a user can put right fails with one line (Gradio's error event carries it); a fault of ours
with none.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec

import gradio as gr

from bot.errors import BotError
from bot.web.chat_tab import ANSWERING
from bot.web.evaluation_job import Evaluator, Order
from bot.web.talk import QUESTION_CHARACTERS
from bot.web.workspace_like import WorkspaceLike

P = ParamSpec("P")


def offer_api(workspace: WorkspaceLike) -> None:
    """Offer `/ask`: (question, collection) -> the JSON object of `bot ask --json`."""

    def ask(question: str, collection: str = "default") -> dict:
        """Answer a question from a collection, with citations; the object of `bot ask --json`."""
        from bot.render import answer_json

        return answer_json(workspace.ask(question[:QUESTION_CHARACTERS], collection=collection))

    gr.api(_in_one_line(ask), api_name="ask", concurrency_id=ANSWERING, concurrency_limit=1)


def offer_evaluations(workspace: WorkspaceLike, evaluator: Evaluator) -> None:
    """Offer `/evaluate`: (gold, collection, limit, retrieval_only) -> metrics; `/evaluations`: the runs."""

    def evaluate(
        gold: str, collection: str = "default", limit: int = 0, retrieval_only: bool = False
    ) -> dict:
        """Ask a gold set's questions, a limit of 0 for all of them; the object of `bot evaluate --json`."""
        from bot.evaluate.kept import kept_run

        name = evaluator.finish(Order(gold, collection, limit or None, retrieval_only))
        return dict(kept_run(workspace.home, name).metrics)

    def evaluations() -> list:
        """List the runs that are kept, the newest first; "measures" is {} while one is unfinished."""
        from bot.evaluate.kept import kept_runs

        return [run.as_json() for run in kept_runs(workspace.home)]

    gr.api(_in_one_line(evaluate), api_name="evaluate", concurrency_id="evaluating", concurrency_limit=1)
    gr.api(_in_one_line(evaluations), api_name="evaluations", queue=False)


def _in_one_line(endpoint: Callable[P, Any]) -> Callable[P, Any]:
    """Wrap an endpoint, so that what a user can put right reaches the caller as one line."""

    @wraps(endpoint)
    def told(*args: P.args, **kwargs: P.kwargs) -> Any:  # noqa: ANN401 - any JSON
        try:
            return endpoint(*args, **kwargs)
        except BotError as error:
            raise gr.Error(str(error), print_exception=False) from error

    return told
