"""Progress of ingest and of summaries on a terminal, in bars. On stderr only."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from bot.datatypes import IngestOutcome, IngestProgress
from bot.summary.datatypes import SummaryProgress

NAME_CHARACTERS = 40


@contextmanager
def ingest_bars() -> Iterator[Callable[[IngestProgress | IngestOutcome], None]]:
    """Draw two bars while a terminal is watched, nothing otherwise; yield what moves them on."""
    with _bars() as bars:
        file, every = bars.add_task("", total=None), bars.add_task("documents", total=None)

        def show(event: IngestProgress | IngestOutcome) -> None:
            if isinstance(event, IngestOutcome):
                bars.advance(every)
                return
            stage = f"{event.stage} {event.source[-NAME_CHARACTERS:]}"
            bars.update(file, description=stage, completed=event.done, total=event.total or None)

        yield show


@contextmanager
def summary_bar() -> Iterator[Callable[[SummaryProgress], None]]:
    """Draw one bar through the sections while a terminal is watched; yield what moves it on."""
    with _bars() as bars:
        sections = bars.add_task("", total=None)

        def show(event: SummaryProgress) -> None:
            bars.update(sections, description=event.stage, completed=event.done, total=event.total or None)

        yield show


def _bars() -> Progress:
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn())
    return Progress(
        *columns, TimeElapsedColumn(), console=console, transient=True, disable=not console.is_terminal
    )
