"""Another encoder under the same name: refused by name, nothing touched, and the command that re-indexes.

The folders are those of a sentence-transformers model, small ones; a fingerprint reads them, no weights load.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

from benchmarks.reliability.library import COLLECTION, Broken, Figure, fill, put, texts_of, workspace
from bot.datatypes import EncoderIdentity
from bot.embed import SentenceTransformerEncoder
from bot.errors import EncoderMismatch
from bot.workspace import Workspace

POOLING = {"word_embedding_dimension": 16, "pooling_mode_mean_tokens": True}
KINDS = ("Transformer", "Pooling", "Normalize")
MODULES = [{"idx": i, "type": f"sentence_transformers.models.{kind}"} for i, kind in enumerate(KINDS)]


def another_encoder(base: Path) -> Figure:
    """Try six encoders that differ in one thing each."""
    base.mkdir(parents=True, exist_ok=True)
    folder = _folder(base / "encoder")
    opened = workspace(base / "home")
    opened.models.encoder.identity = SentenceTransformerEncoder(str(folder)).identity
    fill(opened, {"a.txt": "Some text that is stored."})
    broken = []
    for what, change in CHANGES.items():
        changed = base / what.replace(" ", "-")
        shutil.copytree(folder, changed / "encoder")
        try:
            _refused(opened, change(changed / "encoder"))
        except Broken as error:
            broken.append(f"{what}: {error}")
    detail = f"{', '.join(CHANGES)}. {' / '.join(broken)}"
    return Figure("another encoder is refused", len(CHANGES), len(broken), detail.strip())


def _refused(opened: Workspace, identity: EncoderIdentity) -> None:
    before = texts_of(opened.store)
    other = workspace(opened.home)
    other.models.encoder.identity = identity
    stored = opened.models.encoder.identity
    for attempt in (
        lambda: list(put(other, {"b.txt": "Another text."})),
        lambda: other.retrieve("stored", collection=COLLECTION),
    ):
        try:
            attempt()
        except EncoderMismatch as error:
            needed = (stored.fingerprint[:12], identity.fingerprint[:12], stored.name, "bot library rebuild")
            if not all(each in str(error) for each in needed):
                raise Broken(f"the line does not name both and the command: {error}") from error
        else:
            raise Broken("it was taken")
    if texts_of(opened.store) != before or not opened.store.verify().ok:
        raise Broken("something was changed")


def _folder(folder: Path) -> Path:
    (folder / "1_Pooling").mkdir(parents=True)
    (folder / "model.safetensors").write_bytes(b"weights")
    _write(folder / "1_Pooling" / "config.json", POOLING)
    _write(folder / "modules.json", MODULES)
    _write(folder / "tokenizer.json", {})
    _write(folder / "config.json", {"_commit_hash": "one"})
    return folder


def _write(path: Path, settings: object) -> None:
    path.write_text(json.dumps(settings), encoding="utf-8")


def _changed(name: str, settings: object) -> Callable[[Path], EncoderIdentity]:
    def identity(folder: Path) -> EncoderIdentity:
        _write(folder / name, settings)
        return SentenceTransformerEncoder(str(folder)).identity

    return identity


def _other_weights(folder: Path) -> EncoderIdentity:
    (folder / "model.safetensors").write_bytes(b"weightz")
    return SentenceTransformerEncoder(str(folder)).identity


def _other_prefix(folder: Path) -> EncoderIdentity:
    return SentenceTransformerEncoder(str(folder), query_prefix="query: ").identity


CHANGES: dict[str, Callable[[Path], EncoderIdentity]] = {
    "dimension": _changed("1_Pooling/config.json", {**POOLING, "word_embedding_dimension": 32}),
    "weights": _other_weights,
    "revision": _changed("config.json", {"_commit_hash": "two"}),
    "pooling": _changed("1_Pooling/config.json", {**POOLING, "pooling_mode_cls_token": True}),
    "prefix": _other_prefix,
    "normalisation": _changed("modules.json", MODULES[:2]),
}
