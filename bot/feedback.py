"""A reader's thumb up or down -> a row of the collection's gold file, to be corrected and measured with.

    home/gold/<collection>-votes.jsonl

Rows are gold rows (`bot/evaluate/gold`) with `reviewed` false: an answer that was found right proposes its
sentences as the gold answer, one that was found wrong leaves the answer open and keeps what was said.
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from bot.cite import is_cell
from bot.datatypes import Answer, Citation, Hit, Passage
from bot.errors import UsageError

FOLDER = "gold"


def votes_file(home: Path, collection: str) -> Path:
    """Return where the votes on the answers of a collection are kept."""
    return home / FOLDER / f"{collection}-votes.jsonl"


def keep_vote(
    home: Path, collection: str, answer: Answer, *, is_right: bool, history: Sequence[tuple[str, str]] = ()
) -> Path:
    """Append a vote as one whole line and return the file; an interrupted one leaves no half a line.

    Raises:
        UsageError: the file cannot be written.
    """
    path = votes_file(home, collection)
    line = json.dumps(_row(answer, is_right=is_right, history=history), ensure_ascii=False) + "\n"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(handle, line.encode())
            os.fsync(handle)
        finally:
            os.close(handle)
    except OSError as error:
        raise UsageError(
            f"{path} cannot be written ({error.strerror}): free some room, or its rights"
        ) from error
    return path


def _row(answer: Answer, *, is_right: bool, history: Sequence[tuple[str, str]]) -> dict[str, object]:
    says = " ".join(sentence.text for sentence in answer.sentences)
    return {
        "id": f"vote-{datetime.now(UTC):%Y%m%d-%H%M%S}-{secrets.token_hex(3)}",
        "question": answer.question,
        "history": [list(turn) for turn in history],
        "answers": [says] if is_right and says else [],
        # Of a wrong answer it is not known whether there is a right one: whoever corrects the row says so.
        "answerable": not (answer.abstained and is_right),
        "type": "found right" if is_right else "found wrong",
        "evidence": _evidence(answer) if is_right else [],
        "reviewed": False,
        "said": says or answer.fixed_text,
        "model": answer.model,
        "confidence": answer.confidence,
    }


def _evidence(answer: Answer) -> list[dict[str, object]]:
    """Return what was cited as gold evidence, each piece once."""
    cited = dict.fromkeys((c.external_id, _quote(c, answer.hits)) for c in answer.citations)
    return [{"doc_id": doc_id, "quote": quote} for doc_id, quote in cited]


def _quote(citation: Citation, hits: Sequence[Hit]) -> str | None:
    """Return the words of a citation, of a table's cell its whole row: a figure alone may stand anywhere.

    None, which names the document and no words in it, where no hit holds the row: a sum may need others.
    """
    if not is_cell(citation):
        return citation.quote
    passages = (hit.passage for hit in hits if hit.passage.doc_id == citation.doc_id)
    rows = (_line_at(passage, citation.start) for passage in passages)
    return next((row for row in rows if row), None)


def _line_at(passage: Passage, place: int) -> str:
    """Return the line of a passage that holds an offset of its document, "" where none does."""
    at = place - passage.start
    if not 0 <= at < len(passage.text):
        return ""
    return passage.text[passage.text.rfind("\n", 0, at) + 1 :].partition("\n")[0].strip()
