"""Gold questions: a JSON Lines file -> rows, checked one by one. Before anything is asked."""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.answer import checked_question
from bot.errors import UsageError

SAMPLE_SEED = 0
FORM = "{id, question, answers[], answerable, type, evidence[{doc_id, quote or page}]} and, if any, history"


@dataclass(frozen=True, slots=True)
class GoldEvidence:
    """Where an answer stands: `doc_id` is an external_id, `page` counts from 1; None where not given."""

    doc_id: str
    quote: str | None = None
    page: int | None = None


@dataclass(frozen=True, slots=True)
class GoldRow:
    """A question with what is known about its answer.

    `answers`: wordings, any one of which is right; () where `answerable` is False.
    `history`: earlier turns, (role "user" or "agent", text), oldest first.
    """

    row_id: str
    question: str
    answers: tuple[str, ...]
    answerable: bool
    kind: str
    evidence: tuple[GoldEvidence, ...]
    history: tuple[tuple[str, str], ...] = ()

    @property
    def documents(self) -> tuple[str, ...]:
        """The distinct documents of the evidence, in its order."""
        return tuple(dict.fromkeys(evidence.doc_id for evidence in self.evidence))


@dataclass(frozen=True, slots=True)
class Gold:
    """A whole gold file. `sha256`: hex digest of its bytes."""

    rows: tuple[GoldRow, ...]
    sha256: str


def read_gold(path: Path) -> Gold:
    """Read a gold file; blank lines are passed over, unknown fields are ignored.

    Raises:
        UsageError: the file is missing, unreadable or empty, or a line is not a gold row; the message names
            the first such line.
    """
    payload = _bytes(path)
    rows = tuple(_rows(payload, path))
    if not rows:
        raise UsageError(f"{path} holds no question: expected one JSON object a line, {FORM}")
    return Gold(rows, hashlib.sha256(payload).hexdigest())


def sample(rows: Sequence[GoldRow], limit: int | None, *, seed: int = SAMPLE_SEED) -> tuple[GoldRow, ...]:
    """Return `limit` rows drawn without replacement, in the order of the file; all where limit is None.

    A larger limit with the same seed adds to a smaller one's rows, so that a run can be extended.

    Raises:
        UsageError: `limit` is below 1.
    """
    if limit is not None and limit < 1:
        raise UsageError(f"--limit {limit} leaves no question to ask: give 1 or more")
    order = list(range(len(rows)))
    random.Random(seed).shuffle(order)  # noqa: S311 - a sample, not a secret
    return tuple(rows[i] for i in sorted(order[:limit]))


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise UsageError(f"no such gold file: {str(path)!r}; check the path") from error
    except OSError as error:
        raise UsageError(
            f"{path} cannot be read ({error.strerror}): give a .jsonl file of questions"
        ) from error


def _rows(payload: bytes, path: Path) -> Iterator[GoldRow]:
    seen: dict[str, int] = {}
    for number, line in enumerate(payload.removeprefix(b"\xef\xbb\xbf").split(b"\n"), start=1):
        if not line.strip():
            continue
        try:
            row = _row(json.loads(line))
        except (UsageError, ValueError, RecursionError) as error:
            raise UsageError(f"{path} line {number}: {_reason(error)}") from error
        if row.row_id in seen:
            raise UsageError(
                f"{path} line {number}: id {row.row_id!r} is already that of line {seen[row.row_id]}; "
                "every row needs an id of its own"
            )
        seen[row.row_id] = number
        yield row


def _reason(error: Exception) -> str:
    if isinstance(error, UsageError):
        return str(error)
    if isinstance(error, json.JSONDecodeError):
        return f"not a JSON object ({error.msg}, column {error.colno}); expected {FORM}"
    if isinstance(error, UnicodeDecodeError):
        return "not UTF-8: save the file as UTF-8"
    return f"not a JSON object; expected {FORM}"


def _row(value: Any) -> GoldRow:  # noqa: ANN401 - whatever a line of a user's file holds
    if not isinstance(value, dict):
        raise UsageError(f"a {type(value).__name__} where a JSON object was expected: {FORM}")
    question = _field(value, "question", str, "a string")
    checked_question(question, k=1)
    row_id = _field(value, "id", str, "a string")
    if not row_id:
        raise UsageError("'id' is empty: give every row an id of its own")
    answers = _field(value, "answers", list, "a list of strings")
    if not all(isinstance(answer, str) for answer in answers):
        raise UsageError(f"'answers' is {_short(answers)}, expected a list of strings")
    return GoldRow(
        row_id=row_id,
        question=question,
        answers=tuple(answers),
        answerable=_field(value, "answerable", bool, "true or false"),
        kind=_field(value, "type", str, "a string"),
        evidence=tuple(_evidence(e) for e in _field(value, "evidence", list, "a list of objects")),
        history=tuple(_turn(turn) for turn in _field({"history": [], **value}, "history", list, "a list")),
    )


def _field(row: dict[str, Any], name: str, kind: type, expected: str) -> Any:  # noqa: ANN401 - of type `kind`
    if name not in row:
        raise UsageError(f"field {name!r} is missing; expected {FORM}")
    if not isinstance(row[name], kind):
        raise UsageError(f"{name!r} is {_short(row[name])}, expected {expected}")
    return row[name]


def _evidence(value: Any) -> GoldEvidence:  # noqa: ANN401 - whatever a line of a user's file holds
    if not isinstance(value, dict) or not isinstance(value.get("doc_id"), str):
        raise UsageError(f"'evidence' holds {_short(value)}, expected objects {{doc_id, quote or page}}")
    quote, page = value.get("quote"), value.get("page")
    if not isinstance(quote, str | None) or not isinstance(page, int | None):
        raise UsageError(f"'evidence' holds {_short(value)}, expected quote a string and page a number")
    return GoldEvidence(value["doc_id"], quote, page)


def _turn(value: Any) -> tuple[str, str]:  # noqa: ANN401 - whatever a line of a user's file holds
    if not isinstance(value, list) or len(value) != 2 or not all(isinstance(part, str) for part in value):
        raise UsageError(f'\'history\' holds {_short(value)}, expected turns ["user" or "agent", text]')
    return value[0], value[1]


def _short(value: object, n_characters: int = 60) -> str:
    shown = repr(value)
    return shown if len(shown) <= n_characters else shown[:n_characters] + " ..."
