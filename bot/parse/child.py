"""What happens inside the process that reads one file: bounds first, then the reader, one message an outcome.

Runs in a fork of the zygote. The kernel enforces the bounds, so they hold inside C code that never returns
to Python: SIGALRM ends it after `wall_s`, the limits on processor time, address space and file size do the
rest. Nothing is written to disk and no other process can be started (unless run as root).
"""

from __future__ import annotations

import importlib
import json
import signal
import socket
from collections.abc import Callable, Iterator

from bot.errors import ParseError, in_short
from bot.parse.frames import receive_frame, send_frame
from bot.parse.limits import MEGABYTE, Limits
from bot.parse.messages import END, Outcome, encode, from_outcome, refusal

Reader = Callable[..., Iterator[Outcome]]  # (payload, name, limits, and what else was sent, by keyword)

MAX_REQUEST_BYTES = 2**32 - 1  # the parent is trusted; the sizes of files are checked by `parse`
MAX_OPEN_FILES = 64


def run(channel: socket.socket) -> None:
    """Receive one request, read its file within its limits, and send what comes of it."""
    request = json.loads(receive_frame(channel, max_bytes=MAX_REQUEST_BYTES) or b"{}")
    if not request:
        return
    limits = Limits(**request["limits"])
    payload = receive_frame(channel, max_bytes=MAX_REQUEST_BYTES) or b""
    bound_this_process(limits)
    try:
        reader = _reader(request["reader"])
        _send_outcomes(channel, reader(payload, request["name"], limits, **request["arguments"]), limits)
        last = END
    except ParseError as error:
        last = refusal(str(error))
    except MemoryError:
        last = refusal(
            f"{request['name']} needs more than {limits.memory_bytes / MEGABYTE:,.0f} MB to be read"
        )
    except Exception as error:  # a bug of ours or of a library must cost one file, not the folder
        line = in_short(error)
        last = refusal(f"{request['name']} could not be read ({type(error).__name__}: {line})")
    send_frame(channel, encode(last))


def _send_outcomes(channel: socket.socket, outcomes: Iterator[Outcome], limits: Limits) -> None:
    """Send each outcome as it comes. The alarm counts reading, not a slow receiver's time."""
    _set_alarm(limits.wall_s)
    for outcome in outcomes:
        body = encode(from_outcome(outcome))
        _set_alarm(0)
        send_frame(channel, body)
        _set_alarm(limits.wall_s)
    _set_alarm(0)


def _reader(import_path: str) -> Reader:
    """Find "package.module:function"."""
    module, _, function = import_path.partition(":")
    reader: Reader = getattr(importlib.import_module(module), function)
    return reader


def _set_alarm(seconds: float) -> None:
    signal.setitimer(signal.ITIMER_REAL, seconds)


def bound_this_process(limits: Limits) -> None:
    """Give up, for good, what reading a file does not need. A bound this platform lacks is left out."""
    try:
        import resource
    except ImportError:
        return
    bounds = {
        "RLIMIT_AS": (limits.memory_bytes, limits.memory_bytes),
        "RLIMIT_CPU": (limits.cpu_s, limits.cpu_s + 1),
        "RLIMIT_FSIZE": (0, 0),
        "RLIMIT_CORE": (0, 0),
        "RLIMIT_NOFILE": (MAX_OPEN_FILES, MAX_OPEN_FILES),
        "RLIMIT_NPROC": (0, 0),
    }
    for name, (soft, hard) in bounds.items():
        _bound(resource, name, soft, hard)


def _bound(resource: object, name: str, soft: int, hard: int) -> None:
    """Set one limit where the platform knows it and lets us (macOS refuses some address-space limits)."""
    kind = getattr(resource, name, None)
    if kind is None:
        return
    try:
        resource.setrlimit(kind, (soft, hard))  # type: ignore[attr-defined]
    except (ValueError, OSError):
        return
