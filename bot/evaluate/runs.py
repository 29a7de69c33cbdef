"""The folder of a run: its settings, its predictions, picking up where it stopped.

Predictions are kept only beside others that were made with the same settings, over the same documents, by
the same code: figures never mix two versions of anything.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from bot.errors import UsageError
from bot.evaluate.lines import Lines
from bot.prompt import PROMPTS
from bot.where import EVERYWHERE, Where, chosen, where_in
from bot.workspace import Workspace

Prediction = dict[str, Any]  # an `ask` object (see bot.render.answer_json) with the gold row's "id"
PACKAGE = Path(__file__).parent.parent
NOT_ANSWERING = {
    *("evaluate", "web", "samples", "cli.py", "commands.py", "rescue.py", "rescue_commands.py"),
    *("progress.py", "catalogue.py"),
}


@dataclass(frozen=True, slots=True)
class Settings:
    """All that decides what is predicted. Which of the gold rows are asked does not, so a run can grow.

    `documents_sha256`: over the doc_ids of the collection. `code_sha256`: over the modules and data that
    answer and the prompts. `phrase` False quotes every sentence. `threshold`: the
    least confidence that is answered. `where`: the conditions on documents, as `bot.where.where_in` reads
    them, "" for none. All hashes in hex.
    """

    gold_sha256: str
    collection: str
    documents_sha256: str
    encoder: str
    model: str
    k: int
    rerank: bool
    reranker: str
    phrase: bool
    retrieval_only: bool
    threshold: float
    code_sha256: str
    where: str = ""

    @classmethod
    def of(
        cls,
        workspace: Workspace,
        *,
        gold_sha256: str,
        collection: str,
        k: int,
        retrieval_only: bool,
        where: Where = EVERYWHERE,
    ) -> Settings:
        """Describe a run of a workspace.

        Raises:
            UnknownCollection: there is none of that name.
            UsageError: `where` holds of no document, or cannot be written in one line.
        """
        if where_in(str(where)) != where:
            raise UsageError(f"a run cannot keep {str(where)!r}: leave out what looks like another condition")
        held = workspace.store.collection(collection)
        meant = chosen(workspace.documents(collection), where, collection)
        doc_ids = sorted(document.doc_id for document in meant)
        return cls(
            gold_sha256=gold_sha256,
            collection=collection,
            documents_sha256=_sha256("\n".join(doc_ids).encode()),
            encoder=f"{held.encoder.name} {held.encoder.fingerprint[:16]}",
            model=workspace.models.choice.generator,
            k=k,
            rerank=workspace.models.choice.rerank,
            reranker=workspace.models.choice.reranker,
            phrase=workspace.models.choice.phrase,
            retrieval_only=retrieval_only,
            threshold=workspace.threshold(collection),
            code_sha256=code_sha256(),
            where=str(where),
        )


class Run:
    """A run's folder, open for adding to it; close it, or use it in a `with` block."""

    def __init__(self, folder: Path, settings: Settings) -> None:
        """Use `open`."""
        self.folder = folder
        self.settings = settings
        self.predictions = Lines(folder / "predictions.jsonl")

    @classmethod
    def open(cls, folder: Path, settings: Settings) -> Run:
        """Start a run in a folder, or go on with the one that is there.

        Raises:
            UsageError: the folder holds a run with other settings, predictions that are not ours, cannot be
                written to, or is being written to by another process.
        """
        try:
            folder.mkdir(parents=True, exist_ok=True)
            _require_same(folder, asdict(settings))
            run = cls(folder, settings)
            run.write("settings.json", asdict(settings))
        except OSError as error:
            raise UsageError(
                f"{folder} cannot hold a run ({error.strerror}): choose another --out"
            ) from error
        return run

    def __enter__(self) -> Run:
        return self

    def __exit__(self, *_: object) -> None:
        self.predictions.close()

    def write(self, name: str, value: Mapping[str, Any]) -> None:
        """Write a JSON file of the run, whole or not at all."""
        with replacing(self.folder / name) as draft:
            draft.write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Give a draft to write; it takes the place of `path` if nothing was raised, and is removed if so."""
    draft = path.with_name(f"{path.name}.tmp")
    try:
        yield draft
        os.replace(draft, path)
    finally:
        draft.unlink(missing_ok=True)


def code_sha256() -> str:
    """Return the hash of all the code, weights of evidence and prompts that answering runs through."""
    files = [path for path in PACKAGE.rglob("*") if path.suffix in {".py", ".json"}]
    answering = [path for path in files if path.relative_to(PACKAGE).parts[0] not in NOT_ANSWERING]
    digest = hashlib.sha256()
    for path in sorted([*answering, *PROMPTS.glob("*.txt")]):
        digest.update(f"{path.name} {_sha256(path.read_bytes())}\n".encode())
    return digest.hexdigest()


def _require_same(folder: Path, wanted: Mapping[str, Any]) -> None:
    path = folder / "settings.json"
    if not path.exists():
        if (folder / "predictions.jsonl").exists():
            raise UsageError(f"{folder} holds predictions without their settings.json: choose another --out")
        return
    try:
        found = json.loads(path.read_bytes())
    except ValueError as error:
        raise UsageError(f"{path} is not the settings of a run: choose another --out") from error
    found = found if isinstance(found, dict) else {}
    changed = [name for name in wanted if found.get(name) != wanted[name]]
    if changed:
        differing = ", ".join(f"{n} {_brief(found.get(n))} there, {_brief(wanted[n])} now" for n in changed)
        raise UsageError(f"{folder} holds a run with other settings ({differing}): choose another --out")


def _brief(value: object, n_characters: int = 24) -> str:
    shown = repr(value)
    return shown if len(shown) <= n_characters else shown[:n_characters] + "…"


def _sha256(payload: bytes) -> str:
    return hashlib.sha256(payload).hexdigest()
