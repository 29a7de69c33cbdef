"""A small process that has every parser loaded and forks once per file.

The program that ingests may have threads, a terminal, a browser and gigabytes of model in it, so it must
not be forked, and starting an interpreter for each file costs a quarter of a second. This process is
started once, clean: no inherited secrets, no files, its own session (Ctrl-C in the terminal does not reach
it), one thread. It ends, with its children, as soon as the program that started it is gone.

Protocol: over the control socket come fixed-size orders, "R" (read) with the socket on which the child then
talks to the parent directly, or "K" (kill); the number is the parent's name for that child.
"""

from __future__ import annotations

import gc
import os
import selectors
import signal
import socket
import struct
import sys
import types
from dataclasses import dataclass
from pathlib import Path

ORDER = struct.Struct("!cQ")  # what to do, and the number of the request
READ, KILL = b"R", b"K"
PRELOADED = ("bot.parse.child", "bot.parse.readers", "bot.parse.pageimage")


@dataclass(frozen=True, slots=True)
class _Child:
    """A running reader. The zygote keeps its end of the channel to report how the child ended."""

    request: int
    channel: socket.socket


def serve(control: socket.socket) -> None:
    """Fork a reader for every order until the control socket closes."""
    children: dict[int, _Child] = {}  # by process id
    woken, wake = os.pipe()
    for end in (woken, wake):
        os.set_blocking(end, False)
    signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda number, frame: None)  # only so that the pipe is written
    selector = selectors.DefaultSelector()
    selector.register(control, selectors.EVENT_READ)
    selector.register(woken, selectors.EVENT_READ)
    while True:
        ready = [key.fileobj for key, _ in selector.select()]
        if woken in ready:
            os.read(woken, 4096)
        _reap(children)
        if control in ready and not _obey(control, children):
            break
    for pid in children:
        os.kill(pid, signal.SIGKILL)


def _obey(control: socket.socket, children: dict[int, _Child]) -> bool:
    """Carry out one order; False where the parent is gone."""
    try:
        order, descriptors, _, _ = socket.recv_fds(control, ORDER.size, 1)
    except OSError:
        return False
    if len(order) < ORDER.size:
        return False
    kind, request = ORDER.unpack(order)
    if kind == KILL:
        _kill(request, children)
    elif descriptors:
        _fork(control, _Child(request, socket.socket(fileno=descriptors[0])), children)
    return True


def _fork(control: socket.socket, child: _Child, children: dict[int, _Child]) -> None:
    """Start a reader; it holds its own channel and nothing of its siblings'."""
    pid = os.fork()
    if pid:
        children[pid] = child
        return
    exit_code = 1
    try:
        _forget_the_zygote(control, children)
        from bot.parse.child import run

        run(child.channel)
        exit_code = 0
    except OSError:  # the parent lost interest in this file
        exit_code = 0
    finally:
        os._exit(exit_code)  # no clean-up code of the zygote may run twice


def _forget_the_zygote(control: socket.socket, children: dict[int, _Child]) -> None:
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    control.close()
    for sibling in children.values():
        sibling.channel.close()


def _kill(request: int, children: dict[int, _Child]) -> None:
    for pid, child in children.items():
        if child.request == request:
            os.kill(pid, signal.SIGKILL)  # still ours: it stays a zombie until `_reap`


def _reap(children: dict[int, _Child]) -> None:
    """Collect the readers that ended and tell the parent of those that did not end well."""
    from bot.parse.messages import died, encode

    while children:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if pid == 0:
            return
        child = children.pop(pid)
        if exit_code := os.waitstatus_to_exitcode(status):
            _report(child.channel, encode(died(exit_code)))
        child.channel.close()


def _report(channel: socket.socket, body: bytes) -> None:
    """Send a last frame if there is room for it; the parent also notices that the channel closes."""
    channel.setblocking(False)
    try:
        channel.send(len(body).to_bytes(4, "big") + body)
    except OSError:
        return


def main() -> None:
    """Run as a script: the argument is the number of the control socket's descriptor."""
    sys.dont_write_bytecode = True
    # The package's own __init__ may bring in models and a web server: an empty stand-in keeps them out.
    package = types.ModuleType("bot")
    package.__path__ = [str(Path(__file__).resolve().parent.parent)]
    sys.modules["bot"] = package
    import importlib

    for module in PRELOADED:
        importlib.import_module(module)
    gc.freeze()  # forks share the loaded modules instead of copying them at the first collection
    serve(socket.socket(fileno=int(sys.argv[1])))


if __name__ == "__main__":
    main()
