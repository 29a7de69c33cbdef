"""A question of the page from the press to its turn at the models: thread + line -> threads.

`admitted` runs at once and says how many are ahead, or that there is no room. `answered` then says it
again whenever it changes, hears a wish to stop meanwhile, and gives the place up however it ends: a client
that went away closes it.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import replace

from starlette.concurrency import iterate_in_threadpool

from bot.errors import ServerBusy
from bot.web.choices import Choices
from bot.web.line import POLL_S, Line
from bot.web.talk import STOPPED, Stops, Thread, converse, is_busy
from bot.web.workspace_like import WorkspaceLike


def admitted(thread: Thread, line: Line) -> Thread:
    """Give the last question, which must be a new one, a place in the line; or end it with the reason."""
    turn = thread[-1]
    try:
        return _waiting(thread, line.join(turn.token))
    except ServerBusy as error:
        return (*thread[:-1], replace(turn, busy=False, notice=str(error)))


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
    turn = thread[-1]
    steps = converse(workspace, thread, collection=collection, stops=stops, choices=choices)
    told = None
    try:
        while ahead := line.ahead(turn.token):
            if (shown := stops.heard(turn)) is not None:
                if shown:
                    yield (*thread[:-1], replace(turn, busy=False, notice=STOPPED))
                return
            if ahead != told:
                yield _waiting(thread, ahead)
            told = ahead
            await asyncio.sleep(POLL_S)
        async for state in iterate_in_threadpool(steps):
            yield state
    finally:
        steps.close()
        line.leave(turn.token)


def _waiting(thread: Thread, ahead: int) -> Thread:
    """Say in the last turn how many are ahead of it."""
    if not ahead:
        return thread
    return (*thread[:-1], replace(thread[-1], status=f"Waiting, {ahead} ahead of you"))
