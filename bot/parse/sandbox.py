"""The parent's side of the sandbox: hands a file to a process of its own and believes little of the answer.

Owns the zygote (see zygote.py), which is started at the first file and ended with the program. Safe to use
from several threads: each file has its own channel, and only the handing over is under a lock.
"""

from __future__ import annotations

import atexit
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import closing
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from bot.datatypes import ParsedDocument, RefusedRow
from bot.errors import ParseError
from bot.parse.frames import BadFrame, receive_frame, send_frame
from bot.parse.limits import MEGABYTE, Limits
from bot.parse.messages import BadMessage, Message, decode, to_drawing, to_outcome
from bot.parse.sheet import MAX_PIXELS, Drawing, PageRequest
from bot.parse.zygote import KILL, ORDER, READ

READER = "bot.parse.readers:read"
DRAWER = "bot.parse.pageimage:draw_page"
GRACE_S = 5.0  # on top of `wall_s`: the kernel ends a late child, this is for when it could not
CLOSING_S = 2.0
_ZYGOTE = Path(__file__).with_name("zygote.py")
_PASSED_ON = ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "SYSTEMROOT")  # where shared libraries are found
_BYTES_PER_CHARACTER = 4
_ROOM_FOR_THE_REST = 16 * MEGABYTE  # sections, page starts, metadata
_BYTES_PER_PIXEL = 4  # three channels in base64
_ROOM_FOR_BOXES = MEGABYTE

Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class _Task:
    """What a child is to run on a file, and how much it may say at once."""

    function: str  # "module:function"
    name: str
    limits: Limits
    max_bytes: int  # of one message
    arguments: Mapping[str, Any] = field(default_factory=dict)

    def request(self) -> bytes:
        """Write it down for the child."""
        told = {"reader": self.function, "name": self.name, "limits": asdict(self.limits)}
        return json.dumps({**told, "arguments": dict(self.arguments)}).encode()


class Sandbox:
    """Reads files, and draws pages of them, in processes that can be killed.

    `reader` and `drawer` are the import paths of what runs in them, and the seam for tests: any
    "module:function" with the signature of `bot.parse.readers.read` or `bot.parse.pageimage.draw_page`.
    """

    def __init__(self, reader: str = READER, drawer: str = DRAWER) -> None:
        self._reader = reader
        self._drawer = drawer
        self._lock = threading.Lock()
        self._owner = 0  # the process id that started the zygote: a fork of it must start its own
        self._n_requests = 0
        self._control: socket.socket | None = None
        self._zygote: subprocess.Popen[bytes] | None = None

    def read(self, payload: bytes, name: str, limits: Limits) -> Iterator[ParsedDocument | RefusedRow]:
        """Yield what the reader makes of the file, each as soon as it is there.

        Raises:
            ParseError: the reader refused the file, passed a limit, or came to grief over it.
        """
        max_bytes = limits.max_characters * _BYTES_PER_CHARACTER + _ROOM_FOR_THE_REST
        return self._run(_Task(self._reader, name, limits, max_bytes), payload, to_outcome)

    def draw(self, payload: bytes, name: str, limits: Limits, request: PageRequest) -> Drawing:
        """Draw one page.

        Raises:
            ParseError: the page cannot be drawn, passed a limit, or cost its process the life.
        """
        task = _Task(
            self._drawer,
            name,
            limits,
            max_bytes=MAX_PIXELS * _BYTES_PER_PIXEL + _ROOM_FOR_BOXES,
            arguments={"page": request.page, "text": request.text, "ranges": list(request.ranges)},
        )
        n_ranges = len(request.ranges)
        with closing(self._run(task, payload, lambda message: to_drawing(message, n_ranges))) as drawings:
            for drawing in drawings:
                return drawing
        raise ParseError(_stopped(name, "gave no picture"))

    def _run(
        self, task: _Task, payload: bytes, believe: Callable[[Message], Found]
    ) -> Generator[Found, None, None]:
        """Yield what a child finds, each message checked by `believe`; the child does not outlive this."""
        mine, theirs = socket.socketpair()
        with mine:
            with theirs:
                request = self._hand_over(theirs)
            ended = False
            try:
                self._send(mine, payload, task)
                for message in _messages(mine, task):
                    yield _believed(message, believe, task.name)
                ended = True
            finally:
                if not ended:
                    self._order(KILL, request)

    def close(self) -> None:
        """End the zygote and every reader it has running. The next file starts a new one."""
        with self._lock:
            self._close()

    def _send(self, channel: socket.socket, payload: bytes, task: _Task) -> None:
        """Send the request. A child that is already dead has its story told on the channel: read on."""
        channel.settimeout(task.limits.wall_s + GRACE_S)
        try:
            send_frame(channel, task.request())
            send_frame(channel, payload)
        except OSError:
            return

    def _hand_over(self, channel: socket.socket) -> int:
        """Give the zygote a new child's end of the channel; start the zygote where there is none alive."""
        with self._lock:
            self._n_requests += 1
            order = ORDER.pack(READ, self._n_requests)
            for _ in range(2):
                try:
                    socket.send_fds(self._running(), [order], [channel.fileno()])
                    return self._n_requests
                except OSError:  # the zygote was killed from outside: start another, once
                    self._close()
            raise ParseError(
                "the process that reads files could not be started: free some memory and try again"
            )

    def _order(self, kind: bytes, request: int) -> None:
        with self._lock:
            if self._control is None or self._owner != os.getpid():
                return
            try:
                self._control.sendall(ORDER.pack(kind, request))
            except OSError:
                return

    def _running(self) -> socket.socket:
        """Return the control socket of a zygote of this very process, started if need be."""
        if self._control is not None and self._owner == os.getpid():
            return self._control
        mine, theirs = socket.socketpair()
        with theirs:
            self._zygote = subprocess.Popen(  # noqa: S603 - our own script under our own interpreter
                [sys.executable, "-P", "-s", str(_ZYGOTE), str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env=_bare_environment(),
                cwd="/",
                start_new_session=True,
            )
        self._control, self._owner = mine, os.getpid()
        return mine

    def _close(self) -> None:
        """Close the control socket, which is the order to end; wait for the zygote where it is ours."""
        if self._control is not None:
            self._control.close()
        if self._zygote is not None and self._owner == os.getpid():
            try:
                self._zygote.wait(CLOSING_S)  # it kills its readers and ends by itself
            except subprocess.TimeoutExpired:
                self._zygote.kill()
                self._zygote.wait()
        self._control = self._zygote = None


def _bare_environment() -> dict[str, str]:
    """Return an environment without the user's keys and tokens; modules are found where we find them."""
    folders = [os.path.abspath(entry) for entry in sys.path]
    kept = {key: os.environ[key] for key in _PASSED_ON if key in os.environ}
    return {**kept, "PYTHONPATH": os.pathsep.join(folders), "PYTHONUTF8": "1", "OMP_NUM_THREADS": "1"}


def _messages(channel: socket.socket, task: _Task) -> Iterator[Message]:
    """Read messages until the end; the wait for each is bounded, the time between two is the caller's."""
    while (message := _next_message(channel, task))["kind"] != "end":
        if message["kind"] == "refusal":
            raise ParseError(str(message.get("reason")))
        if message["kind"] == "died":
            raise ParseError(_cause_of_death(message.get("exit_code"), task.name, task.limits))
        yield message


def _believed(message: Message, believe: Callable[[Message], Found], name: str) -> Found:
    try:
        return believe(message)
    except BadMessage as error:
        raise ParseError(_stopped(name, "gave an unusable result")) from error


def _next_message(channel: socket.socket, task: _Task) -> Message:
    name, limits = task.name, task.limits
    try:
        body = receive_frame(channel, max_bytes=task.max_bytes, timeout_s=limits.wall_s + GRACE_S)
        if body is None:
            raise ParseError(_stopped(name, "stopped without a result"))
        return decode(body)
    except TimeoutError as error:
        raise ParseError(_too_long(name, limits.wall_s)) from error
    except (BadFrame, BadMessage, OSError) as error:
        raise ParseError(_stopped(name, "gave an unusable result")) from error


def _cause_of_death(exit_code: object, name: str, limits: Limits) -> str:
    """Say why a reader ended early, from its exit code (minus the signal's number)."""
    if exit_code == -signal.SIGALRM:
        return _too_long(name, limits.wall_s)
    if exit_code == -signal.SIGXCPU:
        return _too_long(name, limits.cpu_s, "of processor time ")
    if exit_code == -signal.SIGABRT:  # how code in C++ ends that is refused memory
        most = limits.memory_bytes / MEGABYTE
        return f"{name} needs more than {most:,.0f} MB to be read, or is broken: split it, or save it again"
    if exit_code == -signal.SIGKILL:
        return _stopped(name, "was killed, perhaps for want of memory")
    return _stopped(name, f"crashed (exit code {exit_code})")


def _too_long(name: str, seconds: float, kind: str = "") -> str:
    return f"{name} took more than {seconds:g} s {kind}to read: split it, or save it in a simpler form"


def _stopped(name: str, how: str) -> str:
    return (
        f"{name} could not be read: its reader {how}; the file may be broken, save it again from its program"
    )


SHARED = Sandbox()
atexit.register(SHARED.close)
