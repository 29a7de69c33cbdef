"""A file box whose value is `Upload`s: the name as given, and the bytes, never a path.

Gradio keeps an upload in its cache under a cleaned-up name. A document's identity is the name the user
knows it by, and the copy in the cache is not needed once it is read: it is deleted.
"""

from __future__ import annotations

from pathlib import Path

import gradio as gr
from gradio.data_classes import FileData

from bot.datatypes import Upload

SUFFIXES = (".txt", ".md", ".html", ".htm", ".pdf", ".jsonl")


class UploadBox(gr.File):
    """`gr.File` for several documents; a handler receives `list[Upload]`."""

    is_template = True  # the browser side is Gradio's own file box

    def _process_single_file(self, f: FileData) -> Upload:  # type: ignore[override]
        path = Path(f.path)  # Gradio has checked that it lies in its upload folder
        payload = path.read_bytes()
        path.unlink(missing_ok=True)
        return Upload(name=Path(f.orig_name or path.name).name, payload=payload)
