"""One gold question: what a JSON object or a line of a table must hold to be one. Pure functions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.answer import checked_question
from bot.errors import UsageError

FORM = "{id, question, answers[], answerable, type, evidence[{doc_id, quote or page}]} and, if any, history"
ANSWER_BAR = "|"  # between the answers of a CSV cell
COLUMNS = "question, answer and, if any, id, type, answerable, evidence_doc, quote, page"
TRUTHS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


@dataclass(frozen=True, slots=True)
class GoldEvidence:
    """Where an answer stands: `doc_id` is an external_id, `page` counts from 1; None where not given."""

    doc_id: str
    quote: str | None = None
    page: int | None = None


@dataclass(frozen=True, slots=True)
class GoldRow:
    """A question with what is known about its answer.

    `answers`: wordings, any one of which is right. Where `answerable` is False they are what a gold set
    would have the bot say instead of an answer, often ().
    `history`: earlier turns, (role "user" or "agent", text), oldest first.
    `scale`: what a number of `answers` is counted in, as TAT-QA has it: "thousand", "million", "billion",
    "percent", or "".
    `reviewed`: False for a proposal that nobody has read yet.
    """

    row_id: str
    question: str
    answers: tuple[str, ...]
    answerable: bool
    kind: str
    evidence: tuple[GoldEvidence, ...]
    history: tuple[tuple[str, str], ...] = ()
    scale: str = ""
    reviewed: bool = True

    @property
    def documents(self) -> tuple[str, ...]:
        """The distinct documents of the evidence, in its order."""
        return tuple(dict.fromkeys(evidence.doc_id for evidence in self.evidence))


def row_of_json(value: Any) -> GoldRow:  # noqa: ANN401 - whatever a line of a user's file holds
    """Check one JSON object; unknown fields are ignored.

    Raises:
        UsageError: it is no gold row; the message says which field, what it holds and what was expected.
    """
    if not isinstance(value, dict):
        raise UsageError(f"a {type(value).__name__} where a JSON object was expected: {FORM}")
    if value.get("claim") is not None and value.get("question") is None:
        raise UsageError("a claim to be checked, not a question (a grounding set?); expected " + FORM)
    row_id = _text(_field(value, "id", str, "a string"), "id")
    if not row_id:
        raise UsageError("'id' is empty: give every row an id of its own")
    answers = _field(value, "answers", list, "a list of strings")
    if not all(isinstance(answer, str) for answer in answers):
        raise UsageError(f"'answers' is {short(answers)}, expected a list of strings")
    given = {"history": [], "scale": "", "reviewed": True, **value}
    return GoldRow(
        row_id=row_id,
        question=_question(_field(value, "question", str, "a string")),
        answers=tuple(_text(answer, "answers") for answer in answers),
        answerable=_field(value, "answerable", bool, "true or false"),
        kind=_text(_field(value, "type", str, "a string"), "type"),
        evidence=tuple(_evidence(e) for e in _field(value, "evidence", list, "a list of objects")),
        history=tuple(_turn(turn) for turn in _field(given, "history", list, "a list")),
        scale=_text(_field(given, "scale", str, "a string"), "scale"),
        reviewed=_field(given, "reviewed", bool, "true or false"),
    )


def row_of_cells(cells: Mapping[str, str], number: int) -> GoldRow:
    """Check one line of a CSV file, `{column: cell}`; without an id the row is called after its line.

    An empty answer means unanswerable unless a column `answerable` says otherwise. Several answers are
    separated by "|".

    Raises:
        UsageError: a cell cannot be read; the message says which.
    """
    answers = tuple(part for cell in cells["answer"].split(ANSWER_BAR) if (part := cell.strip()))
    stated = cells.get("answerable", "").lower() or str(bool(answers)).lower()
    if stated not in TRUTHS:
        raise UsageError(f"'answerable' is {short(stated)}, expected true or false")
    return GoldRow(
        row_id=_text(cells.get("id", ""), "id") or f"line-{number}",
        question=_question(cells["question"]),
        answers=tuple(_text(answer, "answer") for answer in answers),
        answerable=TRUTHS[stated],
        kind=_text(cells.get("type", ""), "type") or ("answerable" if TRUTHS[stated] else "unanswerable"),
        evidence=_evidence_of_cells(cells),
    )


def short(value: object, n_characters: int = 60) -> str:
    """Return a value as Python writes it, cut where it is long."""
    shown = repr(value)
    return shown if len(shown) <= n_characters else shown[:n_characters] + " ..."


def _evidence_of_cells(cells: Mapping[str, str]) -> tuple[GoldEvidence, ...]:
    doc_id = cells.get("evidence_doc", "") or cells.get("doc_id", "")
    quote, page = cells.get("quote", ""), cells.get("page", "")
    if not doc_id:
        if quote or page:
            raise UsageError("a quote or page without its document: fill the column evidence_doc")
        return ()
    if page and not (page.isascii() and page.isdigit()):
        raise UsageError(f"'page' is {short(page)}, expected a number that counts from 1")
    return (_evidence({"doc_id": doc_id, "quote": quote or None, "page": int(page) if page else None}),)


def _question(question: str) -> str:
    checked_question(question, k=1)
    return _text(question, "question")


def _text(text: str, name: str) -> str:
    """Refuse what no file, index or model takes safely."""
    if "\0" in text or any("\ud800" <= character <= "\udfff" for character in text):
        raise UsageError(f"{name!r} is {short(text)}, with a NUL or half a character: take it out")
    return text


def _field(row: Mapping[str, Any], name: str, kind: type, expected: str) -> Any:  # noqa: ANN401 - of type `kind`
    if name not in row:
        raise UsageError(f"field {name!r} is missing; expected {FORM}")
    if not isinstance(row[name], kind):
        raise UsageError(f"{name!r} is {short(row[name])}, expected {expected}")
    return row[name]


def _evidence(value: Any) -> GoldEvidence:  # noqa: ANN401 - whatever a line of a user's file holds
    if not isinstance(value, dict) or not isinstance(value.get("doc_id"), str):
        raise UsageError(f"'evidence' holds {short(value)}, expected objects {{doc_id, quote or page}}")
    quote, page = value.get("quote"), value.get("page")
    if not isinstance(quote, str | None) or not isinstance(page, int | None) or isinstance(page, bool):
        raise UsageError(f"'evidence' holds {short(value)}, expected quote a string and page a number")
    if page is not None and page < 1:
        raise UsageError(f"'evidence' holds page {page}: pages count from 1")
    quote = _text(quote, "quote") if quote and quote.strip() else None
    return GoldEvidence(_text(value["doc_id"], "doc_id"), quote, page)


def _turn(value: Any) -> tuple[str, str]:  # noqa: ANN401 - whatever a line of a user's file holds
    if not isinstance(value, list) or len(value) != 2 or not all(isinstance(part, str) for part in value):
        raise UsageError(f'\'history\' holds {short(value)}, expected turns ["user" or "agent", text]')
    return _text(value[0], "history"), _text(value[1], "history")
