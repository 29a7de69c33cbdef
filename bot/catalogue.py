"""What models are on this machine: role, name, licence, size. For `bot models`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from bot.errors import BotError
from bot.weights import BUNDLED_ENCODER, BUNDLED_GENERATOR, encoder_folder, generator_folder

MEGABYTE = 1_000_000


def model_rows() -> list[dict[str, Any]]:
    """Return one row for each role, with what it is and what it takes; missing weights say so."""
    return [
        _row("generator", BUNDLED_GENERATOR, "Apache-2.0", generator_folder, "135 M weights, 8,192 tokens"),
        _row("reranker", BUNDLED_GENERATOR, "Apache-2.0", generator_folder, "query likelihood, same weights"),
        _row("encoder", BUNDLED_ENCODER, "Apache-2.0", encoder_folder, "384 dimensions, 256 tokens"),
        {
            "role": "verifier", "name": "wording and facts", "licence": "Apache-2.0", "megabytes": 0,
            "folder": None, "installed": True, "detail": "rules in bot/verify.py; no weights",
        },
    ]  # fmt: skip


def _row(role: str, name: str, licence: str, folder_of: Callable[[str], Path], detail: str) -> dict[str, Any]:
    try:
        folder: Path | None = folder_of(name)
    except BotError as error:
        folder, detail = None, str(error)
    n_bytes = sum(path.stat().st_size for path in folder.rglob("*.safetensors")) if folder else 0
    return {
        "role": role, "name": name, "licence": licence, "megabytes": round(n_bytes / MEGABYTE),
        "folder": str(folder) if folder else None, "installed": folder is not None, "detail": detail,
    }  # fmt: skip
