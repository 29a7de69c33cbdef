"""The routes from which evaluation.js takes runs, as fragments of HTML; and the whole report as a page.

    GET /evaluations                          the list, or what an evaluation is where there is none
    GET /evaluations/compare?here=A&there=B   paired differences
    GET /evaluations/runs/NAME                one run; /questions?kind=&first=, /figures, /plots, /report

A name is looked up among the runs that are kept, and never made into a path.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from fastapi import FastAPI
from fastapi.responses import FileResponse, HTMLResponse, PlainTextResponse, Response

from bot.errors import BotError, UsageError
from bot.evaluate.kept import beside, kept_run, kept_runs
from bot.evaluate.report.page import FOLDER
from bot.web.evaluation import (
    comparison_html,
    figures_html,
    plots_html,
    questions_html,
    run_html,
    runs_html,
)
from bot.web.workspace_like import WorkspaceLike

SHOWN = "#bot-evaluation-shown"  # where evaluation.js puts the fragments


def add_evaluations(app: FastAPI, workspace: WorkspaceLike) -> None:
    """Add the routes to an application."""

    @app.get("/evaluations")
    def runs() -> Response:
        return HTMLResponse(runs_html(kept_runs(workspace.home)))

    @app.get("/evaluations/report.css")
    def style() -> Response:
        return Response(scoped_style(), media_type="text/css")

    @app.get("/evaluations/compare")
    def compare(here: str, there: str) -> Response:
        try:
            pair = kept_run(workspace.home, here), kept_run(workspace.home, there)
            return HTMLResponse(comparison_html(*pair, beside(*pair)))
        except BotError as error:
            return _refusal(error, 409)

    @app.get("/evaluations/runs/{name}")
    def head(name: str) -> Response:
        return _part(workspace, name, "head")

    @app.get("/evaluations/runs/{name}/report")
    def report(name: str) -> Response:
        try:
            path = kept_run(workspace.home, name).folder / "report.html"
        except BotError as error:
            return _refusal(error, 404)
        if not path.is_file():
            return PlainTextResponse("This run has no report: it is not finished.", status_code=404)
        return FileResponse(path, media_type="text/html")

    @app.get("/evaluations/runs/{name}/{part}")
    def section(name: str, part: str, kind: str = "", first: int = 0) -> Response:
        return _part(workspace, name, part, kind=kind, first=max(first, 0))


def _part(workspace: WorkspaceLike, name: str, part: str, *, kind: str = "", first: int = 0) -> Response:
    """Return a part of a finished run, or say in one line why not."""
    try:
        run = kept_run(workspace.home, name)
        if not run.is_finished:
            raise UsageError("this run is not finished: run it again with the same settings to go on")
        if part == "questions":
            return HTMLResponse(questions_html(run, kind=kind, first=first))
        if part == "plots":
            return HTMLResponse(_plots(run.folder, (run.folder / "metrics.json").stat().st_mtime_ns))
        shown = {"head": run_html, "figures": figures_html}.get(part)
        return HTMLResponse(shown(run)) if shown else PlainTextResponse("No such part.", status_code=404)
    except BotError as error:
        return _refusal(error, 404)


def _refusal(error: BotError, status: int) -> Response:
    return PlainTextResponse(str(error), status_code=status)


@lru_cache(maxsize=8)
def _plots(folder: Path, _changed_ns: int) -> str:
    """Draw the plots of a run, a second's work; kept while its figures stay the same."""
    return plots_html(kept_run(folder.parent.parent, folder.name))


def scoped_style() -> str:
    """Return the report's style sheet for what is shown on our page alone: one look, written down once."""
    return f"{SHOWN} {{\n{(FOLDER / 'report.css').read_text(encoding='utf-8')}\n}}\n"
