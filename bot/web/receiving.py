"""Uploads as they come in: Gradio's own reader of them, made to leave nothing behind and to say what is off.

Gradio's leaves the file it was writing where a sender breaks off, answers "200 OK" where a body ends in the
middle of a file, fails with a traceback over a part that has no file name, holds such a part in memory
whatever its length, and waits for ever for what does not come. The page sends files only, in parts that are
called "files".
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from pathlib import Path

import gradio.route_utils
from gradio.route_utils import GradioMultiPartParser, MultiPartException
from starlette.datastructures import FormData
from starlette.requests import ClientDisconnect

FIELD = "files"
PATIENCE_S = 30.0  # without a byte of an upload that has begun
NO_FILE_NAME = "A part has no file name: only files can be sent here."
BROKEN_OFF = "The upload broke off: send it again."
STALLED = "Nothing more of the upload came for a while: send it again."
NO_FILES = f'There is no file: send each in a part that is called "{FIELD}".'


def receive_carefully() -> None:
    """Have Gradio read uploads so. It has no setting for its reader; a test tells whether it took it."""
    gradio.route_utils.GradioMultiPartParser = CarefulParser  # type: ignore[misc]


class CarefulParser(GradioMultiPartParser):
    """Keeps the files of an upload that came whole; else none. What is raised is answered with 4xx."""

    ended = False  # the closing boundary was there

    def on_end(self) -> None:
        """Note that the body is whole."""
        self.ended = True

    def on_headers_finished(self) -> None:
        """Refuse a part that is no file, before any of it is held."""
        super().on_headers_finished()
        if self._current_part.file is None:
            raise MultiPartException(NO_FILE_NAME)

    async def parse(self) -> FormData:
        """Return the files of the body, all written.

        Raises:
            MultiPartException: it is malformed, too long, broken off, or without a file.
        """
        kept: set[str] = set()
        self.stream = _arriving(self.stream)
        try:
            form = await super().parse()
            files = form.getlist(FIELD)
            if not self.ended:
                raise MultiPartException(BROKEN_OFF)
            if not files:
                raise MultiPartException(NO_FILES)
            kept = {file.file.name for file in files if not isinstance(file, str)}
            return form
        except ClientDisconnect as error:
            raise MultiPartException(BROKEN_OFF) from error
        finally:
            for written in self._files_to_close_on_error:
                if written.name not in kept:
                    written.close()
                    Path(written.name).unlink(missing_ok=True)


async def _arriving(stream: AsyncGenerator[bytes, None]) -> AsyncGenerator[bytes, None]:
    """Pass a body on, as long as something comes of it."""
    while True:
        try:
            async with asyncio.timeout(PATIENCE_S):
                piece = await anext(stream)
        except StopAsyncIteration:
            return
        except TimeoutError as error:
            raise MultiPartException(STALLED) from error
        yield piece
