"""Files and folders that are still there after the power went: written, synced, then renamed."""

from __future__ import annotations

import os
from pathlib import Path

PRIVATE_FOLDER = 0o700
PRIVATE_FILE = 0o600


def make_private_folder(folder: Path) -> None:
    """Create a folder only its owner may enter. One that exists keeps the mode its owner gave it."""
    if not folder.is_dir():
        folder.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
        sync_folder(folder.parent)


def make_private_file(path: Path) -> None:
    """Create an empty file only its owner may read."""
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE_FILE))


def write_durably(path: Path, content: bytes) -> None:
    """Make `path` hold exactly `content`, or leave it as it was; on return it is on the disk."""
    draft = path.with_name(path.name + ".tmp")
    draft.unlink(missing_ok=True)  # of a writer that was killed
    make_private_file(draft)
    with draft.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    rename_durably(draft, path)


def rename_durably(old: Path, new: Path) -> None:
    """Rename within one folder, and wait until the folder itself is on the disk."""
    os.replace(old, new)
    sync_folder(new.parent)


def sync_file(path: Path) -> None:
    """Wait until the content of a file is on the disk."""
    with path.open("rb") as stream:
        os.fsync(stream.fileno())


def sync_folder(folder: Path) -> None:
    """Wait until the names in a folder are on the disk; syncing a file does not sync its name."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
