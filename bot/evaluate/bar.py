"""Progress of a run on a terminal: how many questions are done, and the time left. On stderr only."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from bot.evaluate.gold import GoldRow

Watch = Callable[[Sequence[GoldRow], str], Iterator[GoldRow]]  # `watched`, or what stands in for it

ESTIMATE_S = 300.0  # the time left is estimated from this many last seconds: questions differ


def watched(rows: Sequence[GoldRow], label: str) -> Iterator[GoldRow]:
    """Yield rows while a bar, if stderr is a terminal, shows how many are done and the time left."""
    console = Console(stderr=True)
    columns = (TextColumn(label, markup=False), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    bar = Progress(
        *columns,
        console=console,
        transient=True,
        disable=not console.is_terminal,
        speed_estimate_period=ESTIMATE_S,
    )
    with bar:
        yield from bar.track(rows, total=len(rows))
