"""What a parsing process says to its parent, as JSON: documents, refused rows, drawings, a refusal, the end.

JSON and not pickle: a parser that a hostile file has taken over must not be able to run code in the parent.
For the same reason every field is checked when a message is read, as if a stranger had written it.
"""

from __future__ import annotations

import base64
import binascii
import json
from operator import attrgetter
from typing import Any

from bot.datatypes import Fact, ParsedDocument, RefusedRow, Section
from bot.parse.numbers import MAX_SCALE
from bot.parse.sheet import MAX_BOXES, MAX_PIXELS, MAX_SIDE, Box, Drawing

Message = dict[str, Any]
Outcome = ParsedDocument | RefusedRow | Drawing

END: Message = {"kind": "end"}
FACT_FIELDS = attrgetter(
    "concept", "start", "end", "value", "unit", "period_start", "period_end", "scale", "sign", "decimals"
)
N_FACT_FIELDS = 11  # these, and the dimensions
MAX_HIDDEN_FACTS = 10_000_000


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


def from_outcome(outcome: Outcome) -> Message:
    """Turn a reader's outcome into a message."""
    if isinstance(outcome, RefusedRow):
        return {"kind": "row", "row": outcome.row, "reason": outcome.reason}
    if isinstance(outcome, Drawing):
        return {
            "kind": "drawing",
            "pixels": base64.b64encode(outcome.pixels).decode("ascii"),
            "size": [outcome.width, outcome.height, outcome.n_channels],
            "boxes": [[b.left, b.top, b.width, b.height, b.of] for b in outcome.boxes],
        }
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
        "facts": [[*FACT_FIELDS(fact), list(fact.dimensions)] for fact in outcome.facts],
        "n_hidden_facts": outcome.n_hidden_facts,
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
        facts=tuple(_fact(row, text) for row in _list(message.get("facts"))),
        n_hidden_facts=_whole(message.get("n_hidden_facts"), MAX_HIDDEN_FACTS),
    )


def to_drawing(message: Message, n_ranges: int) -> Drawing:
    """Turn a message back into the drawing it stands for, of a page on which `n_ranges` were asked for.

    Raises:
        BadMessage: it is another message, passes a bound of `sheet`, holds fewer or more pixels than it says,
            or has a box that leaves the page or is for no range.
    """
    if message["kind"] != "drawing":
        raise BadMessage(f"kind {message['kind']!r}")
    size, boxes = _list(message.get("size")), _list(message.get("boxes"))
    if len(size) != 3 or len(boxes) > MAX_BOXES:
        raise BadMessage("a size has three numbers, and boxes are few")
    width, height, n_channels = (_whole(value, MAX_SIDE) for value in size)
    pixels = _bytes(message.get("pixels"))
    if not 0 < width * height <= MAX_PIXELS or n_channels not in (1, 3):
        raise BadMessage("a drawing of that size was not asked for")
    if len(pixels) != width * height * n_channels:
        raise BadMessage("the pixels do not fit the size")
    return Drawing(pixels, width, height, n_channels, tuple(_box(row, n_ranges) for row in boxes))


def _box(row: object, n_ranges: int) -> Box:
    if not isinstance(row, list) or len(row) != 5:
        raise BadMessage("a box has five fields")
    left, top, width, height = (_fraction(value) for value in row[:4])
    if left + width > 1.001 or top + height > 1.001:  # rounding aside
        raise BadMessage("a box leaves the page")
    return Box(left, top, width, height, _whole(row[4], n_ranges - 1))


def _fraction(value: object) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 <= value <= 1:
        raise BadMessage("a fraction was expected")
    return float(value)


def _whole(value: object, most: int) -> int:
    if type(value) is not int or not 0 <= value <= most:
        raise BadMessage(f"a number up to {most} was expected")
    return value


def _bytes(value: object) -> bytes:
    try:
        return base64.b64decode(_string(value), validate=True)
    except (ValueError, binascii.Error) as error:
        raise BadMessage("base64 was expected") from error


def _section(row: object, text: str) -> Section:
    if not isinstance(row, list) or len(row) != 5 or type(row[3]) is not int:
        raise BadMessage("a section has five fields")
    title, start, end, level, item = row
    start, end = _offset(start, text), _offset(end, text)
    if start > end:
        raise BadMessage("a section ends before it starts")
    return Section(_string(title), start, end, level, None if item is None else _string(item))


def _fact(row: object, text: str) -> Fact:
    if not isinstance(row, list) or len(row) != N_FACT_FIELDS:
        raise BadMessage("a fact has eleven fields")
    concept, start, end, value, unit, period_start, period_end, scale, sign, decimals, dimensions = row
    start, end = _offset(start, text), _offset(end, text)
    if start >= end:
        raise BadMessage("a fact is shown nowhere")
    if type(scale) is not int or abs(scale) > MAX_SCALE:
        raise BadMessage("a scale is a small whole number")
    pairs = [_list(pair) for pair in _list(dimensions)]
    if any(len(pair) != 2 for pair in pairs):
        raise BadMessage("a dimension has two fields")
    return Fact(
        _string(concept), start, end, None if value is None else _string(value), _string(unit),
        _string(period_start), _string(period_end), scale, _string(sign), _string(decimals),
        tuple((_string(axis), _string(member)) for axis, member in pairs),
    )  # fmt: skip


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
