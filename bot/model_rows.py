"""What `bot models` lists: a row for each role with what the model is, takes and reads. Nothing is loaded."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from bot.catalogue import LICENCE, MEGABYTE, NO_LICENCE, WORDING, licence_of, n_bytes, stated
from bot.errors import BotError
from bot.model_server import is_address, server_model
from bot.weights import (
    BUNDLED_ENCODER,
    BUNDLED_GENERATOR,
    BUNDLED_RERANKER,
    BUNDLED_VERIFIER,
    encoder_folder,
    generator_folder,
    reranker_folder,
    verifier_folder,
)

Row = dict[str, Any]
CROSS_ENCODER = "cross-encoder"


def model_rows(
    model: str = BUNDLED_GENERATOR,
    *,
    encoder: str = BUNDLED_ENCODER,
    reranker: str = BUNDLED_RERANKER,
    verifier: str = BUNDLED_VERIFIER,
) -> list[Row]:
    """Return one row for each role; a model that is missing or refused says so in its `detail`.

    `dimensions` of a vector, or of the hidden state; `context_tokens`: how many of its own it reads. Either
    is None where the folder does not state it.
    """
    return [
        _on_server(model)
        if is_address(model)
        else _row("generator", model, generator_folder, model == BUNDLED_GENERATOR, "writes or chooses"),
        _row("reranker", BUNDLED_GENERATOR, generator_folder, True, "query likelihood")
        if reranker == BUNDLED_RERANKER
        else _row("reranker", reranker, reranker_folder, False, CROSS_ENCODER),
        _row("encoder", encoder, encoder_folder, encoder == BUNDLED_ENCODER, "search"),
        _without_weights("verifier", WORDING, LICENCE, "rules in bot/verify.py; no weights")
        if verifier == BUNDLED_VERIFIER
        else _row("verifier", verifier, verifier_folder, False, "entailment"),
    ]


def row_line(row: Row) -> str:
    """Return a row as the terminal shows it."""
    told = [f"{row['dimensions']:,} dimensions"] if row["dimensions"] else []
    told += [f"{row['context_tokens']:,} tokens"] if row["context_tokens"] else []
    told += [f"{row['speed']:,.0f} {row['speed_unit']}"] if row.get("speed") else []
    told.append(row["detail"])
    size = f"{row['megabytes']:>5} MB"
    return f"{row['role']:<10} {row['name']:<24} {row['licence']:<11} {size}  {', '.join(told)}"


def _row(role: str, name: str, folder_of: Callable[[str], Path], bundled: bool, detail: str) -> Row:
    try:
        folder: Path | None = folder_of(name)
    except BotError as error:
        folder, detail = None, str(error)
    return {
        "role": role,
        "name": name if bundled else Path(name).name,
        "licence": LICENCE if bundled else licence_of(folder) or NO_LICENCE,
        "megabytes": round((n_bytes(folder) or 0) / MEGABYTE),
        "folder": str(folder) if folder else None,
        "installed": folder is not None,
        "dimensions": stated(folder, ("hidden_size", "dim", "n_embd")),
        "context_tokens": _context(folder),
        "detail": detail,
    }


def _on_server(setting: str) -> Row:
    model = server_model(setting)
    detail = f"on the server {model.address}, which was not asked"
    return _without_weights("generator", model.name, NO_LICENCE, detail)


def _without_weights(role: str, name: str, licence: str, detail: str) -> Row:
    """Return the row of what has no folder here."""
    return {
        "role": role, "name": name, "licence": licence, "megabytes": 0, "folder": None,
        "installed": True, "dimensions": None, "context_tokens": None, "detail": detail,
    }  # fmt: skip


def _context(folder: Path | None) -> int | None:
    """Return how many tokens are read: what sentence-transformers cuts at, else what the model can."""
    cut = stated(folder, ("max_seq_length",), file="sentence_bert_config.json")
    return cut or stated(folder, ("max_position_embeddings", "n_positions"))
