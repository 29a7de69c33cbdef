"""The named endpoints, for scripts: what the page can do, over Gradio's API. Objects are the command line's.

A method that a user can put right fails with one line (Gradio's error event carries it); a fault of ours
with none.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict
from functools import partial, wraps
from typing import Any, ParamSpec, TypeVar

import gradio as gr
from gradio import FileData
from starlette.concurrency import run_in_threadpool

from bot.datatypes import IngestOutcome, Upload
from bot.errors import BotError, ServerBusy, UsageError
from bot.summary.datatypes import Length, Summary
from bot.web.chat_tab import AT_ONCE
from bot.web.choices import meant
from bot.web.evaluation_job import Evaluator, Order
from bot.web.library_tab import INGESTING
from bot.web.line import Line
from bot.web.summing import SummaryOrder, documents_of
from bot.web.uploads import discard, payloads, stored_files, web_addresses
from bot.web.workspace_like import WorkspaceLike

P = ParamSpec("P")
T = TypeVar("T")


def offer_api(workspace: WorkspaceLike, line: Line, *, fetches: bool = False) -> None:
    """Offer `/ask`, `/summarize` and what the library has.

    That is `/collections`, `/documents`, `/document`, `/ingest`, `/fetch` and `/remove`. `fetches`: whether
    web addresses may be added.
    """

    async def ask(question: str, collection: str = "default", where: str = "") -> dict:
        """Answer a question from a collection, with citations; the object of `bot ask --json`.

        `where`: only from documents of which this holds, as "form=10-K; date>=2023".
        """

        def finished() -> dict:
            from bot.render import answer_json

            return answer_json(workspace.ask(question, collection=collection, where=meant(where)))

        return await _in_turn(line, finished)

    gr.api(ask, api_name="ask", **AT_ONCE)
    _offer_summarizing(workspace, line)
    _offer_reading(workspace)
    _offer_changing(workspace, fetches=fetches)


def _offer_summarizing(workspace: WorkspaceLike, line: Line) -> None:
    def finished(order: SummaryOrder) -> dict:
        from bot.summary.render import summary_json

        documents = documents_of(workspace, order)
        *_, summary = workspace.summarize(documents, length=order.length, focus=order.focus)
        assert isinstance(summary, Summary)
        return summary_json(summary)

    async def summarize(
        documents: list[str],
        collection: str = "default",
        length: str = "medium",
        focus: str = "",
        where: str = "",
    ) -> dict:
        """Sum up documents of a collection, [] for all of it; the object of `bot summarize --json`.

        Each is named by its doc_id (4 or more digits of it), external_id or source. `length`: "short",
        "medium" or "long". `where`: only those of which this holds, as for `/ask`.
        """
        if length not in list(Length):
            raise gr.Error(f"no length {length!r}: give {', '.join(Length)}", print_exception=False)
        order = SummaryOrder(collection, tuple(documents), Length(length), focus, where)
        return await _in_turn(line, partial(finished, order))

    gr.api(summarize, api_name="summarize", **AT_ONCE)


def _offer_reading(workspace: WorkspaceLike) -> None:
    def collections() -> dict:
        """List the collections: {"collections": [{name, encoder, n_documents, n_passages, revision}]}."""
        return {"collections": [asdict(found) for found in workspace.collections()]}

    def documents(collection: str = "default") -> dict:
        """List the documents of a collection; the object of `bot library list --json`."""
        return {"documents": [asdict(document) for document in workspace.documents(collection)]}

    def document(collection: str, name: str) -> dict:
        """Return one document with its text; the object of `bot library show --json`.

        `name` is its doc_id (4 or more digits of it), external_id or source.
        """
        from bot.render import document_json

        return document_json(workspace.document(collection, name))

    for endpoint in (collections, documents, document):
        gr.api(_in_one_line(endpoint), api_name=endpoint.__name__)


def _offer_changing(workspace: WorkspaceLike, *, fetches: bool) -> None:
    def ingest(files: list[FileData], collection: str = "default") -> dict:
        """Take uploaded files into a collection; the object of `bot ingest --json`.

        Each file is the FileData of an upload; its `orig_name`, folders included, is the document's identity.
        """
        started = time.perf_counter()
        stored = stored_files(files)
        if not stored:
            raise UsageError("no uploaded file: post it to /gradio_api/upload, and give the path you get")
        try:
            refused = [file.refusal for file in stored if file.reason]
            return _taken(workspace, payloads(stored), collection, refused, started)
        finally:
            discard(stored)

    def fetch(addresses: list[str], collection: str = "default") -> dict:
        """Take web pages into a collection; the object of `bot ingest --json`.

        Only where the page is served with a login or with --web-addresses.
        """
        started = time.perf_counter()
        wanted = web_addresses(addresses, allowed=fetches)
        if not wanted:
            raise UsageError("no web address: give one or more that begin with http:// or https://")
        return _taken(workspace, wanted, collection, [], started)

    def remove(collection: str, name: str) -> dict:
        """Take a document out of a collection; the object of `bot library remove --json`.

        `name` is its doc_id (4 or more digits of it), external_id or source.
        """
        return asdict(workspace.remove(collection, name))

    for endpoint in (ingest, fetch, remove):
        gr.api(_in_one_line(endpoint), api_name=endpoint.__name__, concurrency_id=INGESTING)


def _taken(
    workspace: WorkspaceLike,
    sources: Iterable[Upload | str],
    collection: str,
    refused: list[IngestOutcome],
    started: float,
) -> dict:
    """Ingest, and return what became of each source, those `refused` unread first."""
    events = workspace.ingest(sources, collection=collection)
    outcomes = [*refused, *(event for event in events if isinstance(event, IngestOutcome))]
    seconds = time.perf_counter() - started
    return {"documents": [asdict(outcome) for outcome in outcomes], "seconds": seconds}


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


async def _in_turn(line: Line, work: Callable[[], T]) -> T:
    """Wait in the line, do the work in a thread, and return what came of it; no room is one line too."""
    try:
        async with line.turn(secrets.token_hex(8)):
            return await run_in_threadpool(_in_one_line(work))
    except ServerBusy as error:
        raise gr.Error(str(error), title="Busy", print_exception=False) from error


def _in_one_line(endpoint: Callable[P, Any]) -> Callable[P, Any]:
    """Wrap an endpoint, so that what a user can put right reaches the caller as one line."""

    @wraps(endpoint)
    def told(*args: P.args, **kwargs: P.kwargs) -> Any:  # noqa: ANN401 - any JSON
        try:
            return endpoint(*args, **kwargs)
        except BotError as error:
            raise gr.Error(str(error), print_exception=False) from error

    return told
