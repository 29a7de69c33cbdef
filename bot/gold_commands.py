"""What `bot gold new` and `bot gold check` do."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from dataclasses import asdict
from itertools import islice
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from bot import cli
from bot.errors import UsageError
from bot.evaluate.gold.check import Checked, check_gold
from bot.evaluate.gold.new_file import require_new, write_new
from bot.evaluate.gold.propose import PER_DOCUMENT, Proposal, propose
from bot.evaluate.gold.rows import short
from bot.evaluate.gold.written import Writer
from bot.store import Store
from bot.workspace import Workspace

Options = argparse.Namespace


def check(options: Options) -> int:
    """`bot gold check`: every problem on a line of its own; 1 where there is any."""
    path = Path(options.gold)
    store = None if options.collection is None else Store.open(options.home or cli.default_home())
    checked = check_gold(path, store=store, collection=options.collection or "")
    if options.json:
        problems = [
            {"line": p.line, "id": p.row_id, "level": p.level, "problem": p.problem} for p in checked.problems
        ]
        cli.print_json(asdict(checked) | {"problems": problems})
    else:
        for problem in checked.problems:
            where = path if problem.line is None else f"{path} line {problem.line}"
            _print(f"{where}: {problem.problem}")
        _print(_summary(checked))
    return 1 if checked.problems else 0


def new(options: Options) -> None:
    """`bot gold new`: a file of proposed questions for a person to correct."""
    path = Path(options.out)
    require_new(path)
    if options.n < 1:
        raise UsageError(f"--n {options.n} leaves nothing to propose: give 1 or more")
    workspace = Workspace(options.home or cli.default_home())
    workspace.store.collection(options.collection)
    writer = Writer(workspace.models.generator, workspace.models.scorer)
    found = propose(workspace.store, options.collection, writer, seed=options.seed)
    rows = [proposal.row(i) for i, proposal in enumerate(_with_bar(found, options.n), start=1)]
    if not rows:
        raise UsageError(
            f"collection {options.collection!r} has no sentence to ask about: plain English sentences with "
            "figures, dates or names are needed; nothing was written"
        )
    write_new(path, rows)
    if len(rows) < options.n:
        limit = f"at most {PER_DOCUMENT} a document, and only where a question is likely to be right"
        sys.stderr.write(f"{len(rows)} of {options.n} questions: {limit}\n")
    if options.json:
        cli.print_json({"out": str(path), "n": len(rows), "rows": rows})
    else:
        _print(
            f"{len(rows)} proposed questions in {path}: read every one, correct it or take it out, "
            "and set its reviewed to true"
        )


def _print(line: str) -> None:
    sys.stdout.write(line + "\n")


def _with_bar(proposals: Iterator[Proposal], n: int) -> Iterator[Proposal]:
    """Yield at most `n` proposals, with a bar on stderr while a terminal is watched."""
    console = Console(stderr=True)
    columns = (TextColumn("questions"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        yield from bar.track(islice(proposals, n), total=n)


def _summary(checked: Checked) -> str:
    types = ", ".join(f"{short(name).strip(chr(39))} {count}" for name, count in checked.types.items())
    evidence = f"{checked.n_evidence} pieces of evidence"
    if checked.n_located is not None:
        evidence += f", {checked.n_located} of them found in the collection"
    n_errors = sum(problem.level == "error" for problem in checked.problems)
    n_warnings = len(checked.problems) - n_errors
    return (
        f"{checked.n} questions, {checked.n_answerable} of them answerable ({types or 'none'}); {evidence}; "
        f"{n_errors} errors, {n_warnings} warnings"
    )
