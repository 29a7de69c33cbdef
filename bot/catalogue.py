"""Which models are in use: name, licence, size, how to change them. For the page; it loads nothing."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.model_server import is_address, server_model
from bot.weights import BUNDLED_ENCODER, BUNDLED_GENERATOR, BUNDLED_RERANKER, BUNDLED_VERIFIER

MEGABYTE = 1_000_000
LICENCE = "Apache-2.0"  # of all that is bundled
NO_LICENCE = "licence not stated in its folder"
WORDING = "wording and facts"
CARD_CHARACTERS = 4_000  # of a folder's README.md: its settings stand at the top
_CARD_LICENCE = re.compile(r"^license(?:_name)?:[ \t]*(\S.*)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class ModelInUse:
    """A model that has a part in answering, or what stands in its place.

    `change` says, in a sentence, what to type for another one. `n_bytes` of weights on disk, None where
    there are none or they are not loaded yet; `load_s`: seconds that loading took here, None likewise.
    """

    role: str
    name: str
    licence: str
    detail: str
    change: str
    n_bytes: int | None = None
    load_s: float | None = None


@dataclass(frozen=True, slots=True)
class Parts:
    """What a workspace answers with. A folder is None before its weights are loaded.

    `generator`: as it was set; None where every sentence is quoted. `scorer_folder`: of the bundled model,
    which reranks and chooses whatever generator is set. `encoder_reads`: its dimensions and the tokens that
    it reads, None before it is loaded. `verifier_folder`: the user's own cross-encoder, None for the bundled
    checks; `reranker_folder`: likewise, None for query likelihood. `rerank` False: retrieval stops at the
    fusion. `load_s`: seconds that loading took, by role.
    """

    generator: str | None
    generator_folder: Path | None
    scorer_folder: Path | None
    encoder: str
    encoder_folder: Path
    encoder_reads: tuple[int, int] | None
    verifier_folder: Path | None
    rerank: bool
    load_s: Mapping[str, float]
    reranker_folder: Path | None = None
    reranker: str = BUNDLED_RERANKER
    verifier: str = BUNDLED_VERIFIER


def in_use(parts: Parts) -> tuple[ModelInUse, ...]:
    """Describe what answers, role by role."""
    return _generator(parts), _reranker(parts), _encoder(parts), _verifier(parts)


def _generator(parts: Parts) -> ModelInUse:
    if parts.generator is None:
        change = "For one: bot serve --model FOLDER, without --quote-only."
        return ModelInUse("generator", "none", "", "every sentence is quoted", change)
    if is_address(parts.generator):
        return _on_server(parts.generator, parts.load_s.get("generator"))
    bundled, folder = parts.generator == BUNDLED_GENERATOR, parts.generator_folder
    return ModelInUse(
        "generator", Path(parts.generator).name, LICENCE if bundled else licence_of(folder), _window(folder),
        "For another: bot serve --model FOLDER. To do without: bot serve --quote-only.", n_bytes(folder),
        parts.load_s.get("scorer" if bundled else "generator"),
    )  # fmt: skip


def _on_server(setting: str, load_s: float | None) -> ModelInUse:
    model = server_model(setting)
    return ModelInUse(
        "generator", model.name, NO_LICENCE, f"on the server {model.address}, which reads every prompt",
        "For another: bot serve --model ADDRESS#NAME or FOLDER. To do without: bot serve --quote-only.",
        None, load_s,
    )  # fmt: skip


def _reranker(parts: Parts) -> ModelInUse:
    if not parts.rerank:
        detail = "passages stay in the order of the search"
        return ModelInUse(
            "reranker", "none", "", detail, "For the bundled one: bot serve, without --no-rerank."
        )
    change = "For a cross-encoder: bot serve --reranker FOLDER. To do without: bot serve --no-rerank."
    if folder := parts.reranker_folder:
        detail = "cross-encoder; the bundled model still chooses the evidence"
        return ModelInUse(
            "reranker", Path(parts.reranker).name, licence_of(folder), detail, change,
            n_bytes(folder), parts.load_s.get("reranker"),
        )  # fmt: skip
    shared = "the generator's own weights" if parts.generator == BUNDLED_GENERATOR else ""
    detail = ", ".join(filter(None, ("query likelihood", shared, _window(parts.scorer_folder))))
    return ModelInUse(
        "reranker", BUNDLED_GENERATOR, LICENCE, detail, change,
        n_bytes(parts.scorer_folder), parts.load_s.get("scorer"),
    )  # fmt: skip


def _encoder(parts: Parts) -> ModelInUse:
    reads, folder = parts.encoder_reads, parts.encoder_folder
    return ModelInUse(
        "encoder", parts.encoder, LICENCE if parts.encoder == BUNDLED_ENCODER else licence_of(folder),
        f"{reads[0]:,} dimensions, reads {reads[1]:,} tokens" if reads else "",
        "For another: bot serve --encoder FOLDER; a collection keeps to the one it was stored with.",
        n_bytes(folder),
        parts.load_s.get("encoder"),
    )  # fmt: skip


def _verifier(parts: Parts) -> ModelInUse:
    change = "For a cross-encoder of yours: bot serve --verifier FOLDER."
    folder = parts.verifier_folder
    if folder is None:
        return ModelInUse("verifier", WORDING, LICENCE, "rules and a small learned figure", change)
    detail = "cross-encoder, beside the strict checks"
    return ModelInUse(
        "verifier", Path(parts.verifier).name, licence_of(folder), detail, change,
        n_bytes(folder), parts.load_s.get("verifier"),
    )  # fmt: skip


def licence_of(folder: Path | None) -> str:
    """Return the licence that a model folder states at the top of its README.md."""
    if folder is None:
        return ""
    try:
        card = (folder / "README.md").read_text(encoding="utf-8", errors="replace")[:CARD_CHARACTERS]
    except OSError:
        return NO_LICENCE
    found = _CARD_LICENCE.search(card)
    return found[1].strip() if found else NO_LICENCE


def n_bytes(folder: Path | None) -> int | None:
    """Count the bytes of a folder's weights; None without a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*.safetensors")) if folder else None


def _window(folder: Path | None) -> str:
    """Say how many tokens a language model reads and writes together, as its settings have it."""
    tokens = stated(folder, ("max_position_embeddings",))
    return f"window of {tokens:,} tokens" if tokens else ""


def stated(folder: Path | None, keys: tuple[str, ...], *, file: str = "config.json") -> int | None:
    """Return the first of some settings of a model's folder that is there; None where none is a number."""
    try:
        settings = json.loads((folder / file).read_text(encoding="utf-8")) if folder else {}
        return next((int(settings[key]) for key in keys if settings.get(key)), None)
    except (OSError, ValueError, TypeError, AttributeError):
        return None
