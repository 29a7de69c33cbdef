"""A new gold file: written whole or not at all, and never over another one."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from bot.errors import UsageError


def require_new(path: Path) -> None:
    """Refuse a path that would overwrite something, or whose folder is not there.

    Raises:
        UsageError: either of them.
    """
    if os.path.lexists(path):
        raise UsageError(f"{path} is there already and is left as it is: choose another --out")
    if not path.parent.is_dir():
        raise UsageError(f"no such folder: {str(path.parent)!r}; make it, or choose another --out")


def write_new(path: Path, rows: Iterable[Mapping[str, Any]]) -> None:
    """Write gold rows, one JSON object a line.

    Raises:
        UsageError: there is a file of that name, or the folder cannot be written to.
    """
    lines = [json.dumps(row, ensure_ascii=False) + "\n" for row in rows]
    draft = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        draft.write_text("".join(lines), encoding="utf-8")
        os.link(draft, path)  # unlike a rename it fails where there is a file
    except OSError as error:
        require_new(path)
        raise UsageError(f"{path} cannot be written ({error.strerror}): choose another --out") from error
    finally:
        draft.unlink(missing_ok=True)
