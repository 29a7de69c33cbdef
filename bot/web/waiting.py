"""A question of the page from the press to its turn at the models: thread + line -> threads.

`admitted` runs at once and says how many are ahead, or that there is no room. `answered` then says it
again whenever it changes, hears a wish to stop meanwhile, and gives the place up however it ends: a client
that went away closes it.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import aclosing
from dataclasses import replace
from typing import TypeVar

from starlette.concurrency import iterate_in_threadpool

from bot.errors import ServerBusy
from bot.web.choices import Choices
from bot.web.line import POLL_S, Line
from bot.web.talk import STOPPED, Stops, Thread, Turn, converse, is_busy
from bot.web.workspace_like import WorkspaceLike

State = TypeVar("State")


def admitted(thread: Thread, line: Line) -> Thread:
    """Give the last question, which must be a new one, a place in the line; or end it with the reason."""
    return (*thread[:-1], seated(thread[-1], line))


def seated(turn: Turn, line: Line) -> Turn:
    """Give a new turn a place in the line; where there is none, it has ended with the reason."""
    try:
        return _queued(turn, line.join(turn.token))
    except ServerBusy as error:
        return replace(turn, busy=False, notice=str(error))


async def answered(
    workspace: WorkspaceLike,
    thread: Thread,
    *,
    line: Line,
    collection: str,
    stops: Stops,
    choices: Choices,
) -> AsyncGenerator[Thread, None]:
    """Wait, then yield what `converse` does. Nothing is yielded where no question waits."""
    if not is_busy(thread):
        return
    steps = converse(workspace, thread, collection=collection, stops=stops, choices=choices)
    states = in_turn(thread[-1], steps, line=line, stops=stops, shown=lambda turn: (*thread[:-1], turn))
    async with aclosing(states):
        async for state in states:
            yield state


async def in_turn(
    turn: Turn,
    steps: Generator[State, None, None],
    *,
    line: Line,
    stops: Stops,
    shown: Callable[[Turn], State],
) -> AsyncGenerator[State, None]:
    """Yield the states of a turn that waits, as `shown` makes them, then its steps; leave the line last."""
    told = None
    try:
        while ahead := line.ahead(turn.token):
            if (wish := stops.heard(turn)) is not None:
                if wish:
                    yield shown(replace(turn, busy=False, notice=STOPPED))
                return
            if ahead != told:
                yield shown(_queued(turn, ahead))
            told = ahead
            await asyncio.sleep(POLL_S)
        async for state in iterate_in_threadpool(steps):
            yield state
    finally:
        steps.close()
        line.leave(turn.token)


def _queued(turn: Turn, ahead: int) -> Turn:
    """Say in a turn how many are ahead of it, if any."""
    return replace(turn, status=f"Waiting, {ahead} ahead of you") if ahead else turn
