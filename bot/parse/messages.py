"""What a parsing process says to its parent, as JSON: documents, refused rows, one refusal, the end.

JSON and not pickle: a parser that a hostile file has taken over must not be able to run code in the parent.
For the same reason every field is checked when a message is read, as if a stranger had written it.
"""

from __future__ import annotations

import json
from typing import Any

from bot.datatypes import ParsedDocument, RefusedRow, Section

Message = dict[str, Any]

END: Message = {"kind": "end"}


class BadMessage(Exception):
    """A message that no parser of ours writes: the process that wrote it cannot be believed."""


def encode(message: Message) -> bytes:
    """Write a message as UTF-8 JSON."""
    return json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode("utf-8")


def decode(body: bytes) -> Message:
    """Read a message back.

    Raises:
        BadMessage: it is not a JSON object that says its kind.
    """
    try:
        message = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise BadMessage("not JSON") from error
    if not isinstance(message, dict) or not isinstance(message.get("kind"), str):
        raise BadMessage("no kind")
    return message


def refusal(reason: str) -> Message:
    """Say that the whole file is refused, and why, in one line."""
    return {"kind": "refusal", "reason": reason}


def died(exit_code: int) -> Message:
    """Say how a parsing process ended; a negative `exit_code` is minus the signal that ended it."""
    return {"kind": "died", "exit_code": exit_code}


def from_outcome(outcome: ParsedDocument | RefusedRow) -> Message:
    """Turn a reader's outcome into a message."""
    if isinstance(outcome, RefusedRow):
        return {"kind": "row", "row": outcome.row, "reason": outcome.reason}
    return {
        "kind": "document",
        "title": outcome.title,
        "text": outcome.text,
        "external_id": outcome.external_id,
        "sha256": outcome.sha256,
        "page_starts": list(outcome.page_starts),
        "sections": [[s.title, s.start, s.end, s.level, s.item] for s in outcome.sections],
        "metadata": dict(outcome.metadata),
        "warnings": list(outcome.warnings),
    }


def to_outcome(message: Message) -> ParsedDocument | RefusedRow:
    """Turn a message back into the outcome it stands for.

    Raises:
        BadMessage: a field is missing, of another type, or an offset lies outside the text.
    """
    if message["kind"] == "row":
        return RefusedRow(_string(message.get("row")), _string(message.get("reason")))
    if message["kind"] != "document":
        raise BadMessage(f"kind {message['kind']!r}")
    text = _string(message.get("text"))
    return ParsedDocument(
        title=_string(message.get("title")),
        text=text,
        external_id=_string(message.get("external_id")),
        sha256=_string(message.get("sha256")),
        page_starts=tuple(_offset(start, text) for start in _list(message.get("page_starts"))),
        sections=tuple(_section(row, text) for row in _list(message.get("sections"))),
        metadata={_string(key): _string(value) for key, value in _pairs(message.get("metadata"))},
        warnings=tuple(_string(line) for line in _list(message.get("warnings"))),
    )


def _section(row: object, text: str) -> Section:
    if not isinstance(row, list) or len(row) != 5 or type(row[3]) is not int:
        raise BadMessage("a section has five fields")
    title, start, end, level, item = row
    start, end = _offset(start, text), _offset(end, text)
    if start > end:
        raise BadMessage("a section ends before it starts")
    return Section(_string(title), start, end, level, None if item is None else _string(item))


def _string(value: object) -> str:
    if not isinstance(value, str):
        raise BadMessage("a string was expected")
    return value


def _list(value: object) -> list[object]:
    if not isinstance(value, list):
        raise BadMessage("a list was expected")
    return value


def _pairs(value: object) -> list[tuple[object, object]]:
    if not isinstance(value, dict):
        raise BadMessage("an object was expected")
    return list(value.items())


def _offset(value: object, text: str) -> int:
    if type(value) is not int or not 0 <= value <= len(text):
        raise BadMessage("an offset lies outside the text")
    return value
