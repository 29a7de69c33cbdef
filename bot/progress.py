"""Progress of ingest on a terminal: one bar for the file at work, and a count of all. On stderr only."""

from __future__ import annotations

from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from bot.datatypes import IngestOutcome, IngestProgress

NAME_CHARACTERS = 40


class IngestBars:
    """Two bars while a terminal is watched, nothing otherwise. Use it as a context."""

    def __init__(self) -> None:
        console = Console(stderr=True)
        columns = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn())
        self._progress = Progress(
            *columns, TimeElapsedColumn(), console=console, transient=True, disable=not console.is_terminal
        )
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
