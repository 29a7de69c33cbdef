"""The reply of a chat server, bytes -> pieces of text: server-sent events, or one JSON object."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from bot.datatypes import Tokens
from bot.errors import in_short

DONE = "[DONE]"


@dataclass(frozen=True, slots=True)
class Delta:
    """What one event adds: text, whether the reply ends with it, the tokens that the server counted."""

    text: str = ""
    ends: bool = False
    tokens: Tokens | None = None


def deltas(pieces: Iterable[bytes], *, is_json: bool = False) -> Iterator[Delta]:
    """Yield what each event of a reply adds. A reply that stops without an event that `ends` was cut off.

    Args:
        pieces: the bytes as they come.
        is_json: they are one object, of a server that does not stream.

    Raises:
        ValueError: an event is no JSON, is not of a chat, or says that the server failed.
    """
    if is_json:
        yield _delta(_object(b"".join(pieces).decode("utf-8", "replace")), "message")
        return
    for line in _lines(pieces):
        if not line.startswith("data:"):
            continue  # a comment that keeps the connection open, or another field
        event = line.removeprefix("data:").strip()
        if event == DONE:
            yield Delta(ends=True)
            return
        yield _delta(_object(event), "delta")


def _lines(pieces: Iterable[bytes]) -> Iterator[str]:
    """Yield whole lines; a character may be split between two pieces, never between two lines."""
    waiting = b""
    for piece in pieces:
        *lines, waiting = (waiting + piece).split(b"\n")
        for line in lines:
            yield line.decode("utf-8", "replace").rstrip("\r")
    yield waiting.decode("utf-8", "replace")


def _object(event: str) -> dict[str, Any]:
    try:
        told = json.loads(event)
    except ValueError as error:
        raise ValueError("an event that is no JSON") from error
    if not isinstance(told, dict):
        raise ValueError("an event that is no JSON object")
    if told.get("error"):
        raise ValueError(f"an error: {in_short(told['error'])}")
    return told


def _delta(event: dict[str, Any], key: str) -> Delta:
    """Read one event; the last may hold only what was counted, without choices."""
    try:
        choices = event.get("choices") or [{}]
        text = (choices[0].get(key) or {}).get("content") or ""
        usage = event.get("usage")
        tokens = Tokens(int(usage["prompt_tokens"]), int(usage["completion_tokens"])) if usage else None
        return Delta(str(text), choices[0].get("finish_reason") is not None, tokens)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ValueError("an event that is not of a chat") from error
