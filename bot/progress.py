"""Progress of ingest and of summaries on a terminal, in bars. On stderr only."""

from __future__ import annotations

from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from bot.datatypes import IngestOutcome, IngestProgress
from bot.summary.datatypes import SummaryProgress

NAME_CHARACTERS = 40


class IngestBars:
    """Two bars while a terminal is watched, nothing otherwise. Use it as a context."""

    def __init__(self) -> None:
        self._progress = _bars()
        self._file = self._progress.add_task("", total=None)
        self._all = self._progress.add_task("documents", total=None)

    def __enter__(self) -> IngestBars:
        """Start drawing."""
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Take the bars off the screen."""
        self._progress.stop()

    def show(self, event: IngestProgress | IngestOutcome) -> None:
        """Move the bars on."""
        if isinstance(event, IngestOutcome):
            self._progress.advance(self._all)
            return
        name = event.source[-NAME_CHARACTERS:]
        self._progress.update(
            self._file, description=f"{event.stage} {name}", completed=event.done, total=event.total or None
        )


class SummaryBar:
    """One bar through the sections while a terminal is watched, nothing otherwise. Use it as a context."""

    def __init__(self) -> None:
        self._progress = _bars()
        self._sections = self._progress.add_task("", total=None)

    def __enter__(self) -> SummaryBar:
        """Start drawing."""
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Take the bar off the screen."""
        self._progress.stop()

    def show(self, event: SummaryProgress) -> None:
        """Move the bar on."""
        self._progress.update(
            self._sections, description=event.stage, completed=event.done, total=event.total or None
        )


def _bars() -> Progress:
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn())
    return Progress(
        *columns, TimeElapsedColumn(), console=console, transient=True, disable=not console.is_terminal
    )
