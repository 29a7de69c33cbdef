"""A corpus: one JSON object per line, `{doc_id, title, text, source?, date?, url?}` and extras.

Rows stand or fall alone: a bad one is reported by its line and the next is read. The text is verbatim but
for line ends and invisible characters; the title is metadata and never becomes part of it.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator

from bot.datatypes import ParsedDocument, RefusedRow
from bot.parse.cleaning import clean, one_line, remarks
from bot.parse.digest import sha256
from bot.parse.limits import Limits

MAX_EXTRA_CHARACTERS = 1_000  # longer extras are content in disguise, and nothing searches metadata
_TAKEN = frozenset({"doc_id", "title", "text"})
_BLANK = b" \t\r\n\xef\xbb\xbf"


class _BadRow(Exception):
    """Why a row is refused, in one line."""


def read_corpus(payload: bytes, name: str, limits: Limits) -> Iterator[ParsedDocument | RefusedRow]:
    """Yield each row of a corpus as a document, or as refused with the reason. Blank lines are skipped."""
    lines_by_id: dict[str, int] = {}
    for number, line in enumerate(io.BytesIO(payload), start=1):
        if not line.strip(_BLANK):
            continue
        try:
            document = _document(line.strip(_BLANK), limits)
            first = lines_by_id.setdefault(document.external_id, number)
            if first != number:
                raise _BadRow(
                    f"the doc_id {document.external_id!r} is already on line {first}: give it its own"
                )
        except _BadRow as error:
            yield RefusedRow(f"line {number}", str(error))
        else:
            yield document


def _document(line: bytes, limits: Limits) -> ParsedDocument:
    """Read one row; `line` has no line end.

    Raises:
        _BadRow: it is not an object with a doc_id and a text, or too long.
    """
    row = _object(line)
    doc_id, text, title = _doc_id(row), _text(row), row.get("title")
    if len(text) > limits.max_characters:
        raise _BadRow(
            f"the text has {len(text):,} characters; at most {limits.max_characters:,} are read: split it"
        )
    cleaned = clean(text)
    if not cleaned.text.strip():
        raise _BadRow("the text is empty; a row needs some text")
    return ParsedDocument(
        title=one_line(title) if isinstance(title, str) else "",
        text=cleaned.text,
        external_id=doc_id,
        sha256=sha256(line),
        metadata={"type": "jsonl", **_extras(row)},
        warnings=remarks([cleaned]),
    )


def _object(line: bytes) -> dict[str, object]:
    try:
        row = json.loads(line.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise _BadRow(f"not UTF-8 at byte {error.start + 1}: save the corpus as UTF-8") from error
    except json.JSONDecodeError as error:
        raise _BadRow(
            f"malformed JSON at column {error.colno} ({error.msg}): expected one object a line"
        ) from error
    except (RecursionError, ValueError) as error:
        raise _BadRow(
            "malformed JSON (nested too deeply, or a number too long): expected a flat object"
        ) from error
    if not isinstance(row, dict):
        raise _BadRow(f"a JSON {type(row).__name__}, expected an object with doc_id, title and text")
    return row


def _doc_id(row: dict[str, object]) -> str:
    """Return the row's doc_id; a whole number is taken as its digits."""
    doc_id = row.get("doc_id")
    if isinstance(doc_id, int) and not isinstance(doc_id, bool):
        return str(doc_id)
    if not isinstance(doc_id, str) or not doc_id.strip():
        raise _BadRow("no doc_id: give each row a doc_id, a string of its own")
    return clean(doc_id).text


def _text(row: dict[str, object]) -> str:
    text = row.get("text")
    if text is None:
        raise _BadRow("no text: give each row its text under the key text")
    if not isinstance(text, str):
        raise _BadRow(f"the text is a JSON {type(text).__name__}, expected a string")
    return text


def _extras(row: dict[str, object]) -> dict[str, str]:
    """Keep short strings and numbers; nested values, long ones and nulls say nothing a listing could show."""
    kept = {}
    for key, value in row.items():
        if key in _TAKEN or isinstance(value, bool) or not isinstance(value, str | int | float):
            continue
        shown = one_line(str(value), max_characters=MAX_EXTRA_CHARACTERS + 1)
        if 0 < len(shown) <= MAX_EXTRA_CHARACTERS:
            kept[one_line(key, max_characters=100)] = shown
    return kept
