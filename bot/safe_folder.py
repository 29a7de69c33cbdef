"""Is a model folder only weights and settings? Refused before anything in it is loaded: pickles, and code.

A pickle runs whatever its author wrote as it is read. One that lies beside safetensors of the same folder is
never read, and is let be: hubs keep both. Settings can name classes to import; none of ours may.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from bot.errors import ModelRefused

PICKLES = frozenset({".bin", ".pt", ".pth", ".pkl", ".pickle", ".ckpt", ".joblib"})
CODE_KEYS = ("auto_map", "custom_pipelines")
OUR_MODULES = "sentence_transformers."
MOST_SETTINGS_BYTES = 50_000_000  # a tokenizer.json has 20 MB; none that is larger is looked into


def require_safe(folder: Path, name: str) -> Path:
    """Return the folder if all that could be loaded from it is safetensors and settings.

    Raises:
        ModelRefused: it has no safetensors, pickled weights without any, or settings that name code.
    """
    if not any(folder.glob("*.safetensors")):
        raise ModelRefused(
            f"{name!r} holds no .safetensors file; pickled weights are never loaded: convert them first"
        )
    for path in sorted(folder.rglob("*")):
        if path.suffix.lower() in PICKLES and not any(path.parent.glob("*.safetensors")):
            raise ModelRefused(
                f"{name!r} has the pickle {_inside(path, folder)} without .safetensors beside it; a pickle "
                "can run code as it is loaded: convert it first"
            )
        if path.suffix.lower() == ".json" and path.is_file():
            _refuse_code(path, _inside(path, folder), name)
    return folder


def _refuse_code(path: Path, inside: str, name: str) -> None:
    for settings in _settings(path):
        if found := [key for key in CODE_KEYS if settings.get(key)]:
            raise ModelRefused(
                f"{name!r} has {found[0]!r} in {inside}: it wants to run code of its own, which is never "
                "loaded; use a model that transformers knows"
            )
        kind = settings.get("type")
        if path.name == "modules.json" and not str(kind).startswith(OUR_MODULES):
            raise ModelRefused(
                f"{name!r} wants a module of the kind {kind!r} in {inside}; only those of "
                "sentence-transformers itself are loaded"
            )


def _settings(path: Path) -> list[dict[str, Any]]:
    """Return the objects at the top of a settings file; none of a damaged one, as its reader will say."""
    if path.stat().st_size > MOST_SETTINGS_BYTES:
        return []
    try:
        told = json.loads(path.read_bytes())
    except (ValueError, RecursionError):
        return []
    return [each for each in (told if isinstance(told, list) else [told]) if isinstance(each, dict)]


def _inside(path: Path, folder: Path) -> str:
    return path.relative_to(folder).as_posix()
