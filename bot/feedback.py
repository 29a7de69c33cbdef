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

from bot.datatypes import Answer
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
        "evidence": [{"doc_id": c.external_id, "quote": c.quote} for c in answer.citations]
        if is_right
        else [],
        "reviewed": False,
        "said": says or answer.fixed_text,
        "model": answer.model,
        "confidence": answer.confidence,
    }
