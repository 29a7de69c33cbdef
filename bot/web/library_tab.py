"""The library tab: add files to a collection, see what is in it, take a document out. Wiring only.

Adding to another collection chooses that one only while nothing has been asked: a conversation is never
cleared but by its owner.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gradio as gr

from bot.datatypes import Upload
from bot.errors import BotError
from bot.web.actions import QUICK
from bot.web.library import Report, add, documents_html, report_html
from bot.web.literal import literal_html
from bot.web.markup import tag, text_tag
from bot.web.talk import Thread
from bot.web.workspace_like import WorkspaceLike

ONE_FILE_LIMIT = "25mb"
KINDS = "Text, Markdown, HTML, PDF, or JSONL with a document on each line; up to 25 MB each."


@dataclass(frozen=True)
class LibraryTab:
    """The components of the tab."""

    files: gr.File
    into: gr.Textbox
    add: gr.Button
    report: gr.Markdown
    documents: gr.Markdown
    chosen: gr.Dropdown
    remove: gr.Button

    def shown(self, picker: gr.Dropdown) -> list[Any]:
        """List what `library_now` fills, in its order."""
        return [picker, self.documents, self.chosen]

    def wire(self, workspace: WorkspaceLike, *, picker: gr.Dropdown, thread: gr.State) -> None:
        """Join the tab's buttons, and the picker of collections, to the workspace."""
        shown = self.shown(picker)

        def ingest(paths: list[str] | None, into: str) -> Iterator[tuple[Any, ...]]:
            for report in _reports(workspace, _taken(paths or []), into):
                busy = gr.update(interactive=report.done)
                yield report_html(report), busy, gr.update(value=None) if report.done else gr.skip()

        def settle(collection: str, into: str, talk: Thread) -> tuple[Any, ...]:
            return library_now(workspace, collection if talk else into.strip() or collection)

        def refresh(collection: str) -> tuple[Any, ...]:
            return *library_now(workspace, collection), collection

        def remove(collection: str, name: str | None) -> tuple[Any, ...]:
            return _removed(workspace, collection, name), *library_now(workspace, collection)

        added = self.add.click(
            ingest, [self.files, self.into], [self.report, self.add, self.files],
            concurrency_id="ingesting", show_progress="hidden", api_visibility="private",
        )  # fmt: skip
        added.then(settle, [picker, self.into, thread], shown, **QUICK)
        self.remove.click(remove, [picker, self.chosen], [self.report, *shown], **QUICK)
        picker.input(refresh, [picker], [*shown, self.into], **QUICK)


def build_library_tab(collection: str) -> LibraryTab:
    """Place the components of the tab."""
    literal_html(text_tag("div", KINDS, css="bot-caveat"), elem_id="bot-kinds")
    files = gr.File(file_count="multiple", show_label=False, height=150, elem_id="bot-files")
    with gr.Row(elem_id="bot-into-row"):
        into = gr.Textbox(
            collection, label="Into collection", info="A new name makes a new collection.",
            max_lines=1, max_length=64, elem_id="bot-into",
        )  # fmt: skip
        button = gr.Button("Add files", variant="primary", elem_id="bot-add")
    report = literal_html("", elem_id="bot-report")
    documents = literal_html(documents_html(()), elem_id="bot-documents")
    with gr.Accordion("Remove a document", open=False, elem_id="bot-remove"):
        chosen = gr.Dropdown([], label="Document", elem_id="bot-chosen")
        remove = gr.Button("Remove it from the collection", size="sm", elem_id="bot-remove-button")
    return LibraryTab(files, into, button, report, documents, chosen, remove)


def _taken(paths: Sequence[str]) -> list[Upload]:
    """Read what Gradio stored of an upload, and delete it there: the library keeps its own copy.

    Gradio has checked that each path is an upload's; its last part is the name as given, without the
    characters that no file name can have.
    """
    uploads = []
    for path in map(Path, paths):
        if path.is_file():  # not so after a second press: the first one took it
            uploads.append(Upload(path.name, path.read_bytes()))
            path.unlink()
    return uploads


def _reports(workspace: WorkspaceLike, files: list[Upload], into: str) -> Iterator[Report]:
    """Ingest and report, or report what is missing for it."""
    if not files:
        yield Report(notice="Choose one or more files first.", done=True)
    elif not into.strip():
        yield Report(notice="Name the collection to add to.", done=True)
    else:
        yield from add(workspace, files, collection=into.strip())


def _removed(workspace: WorkspaceLike, collection: str, name: str | None) -> str:
    """Remove a document and say so, or say why not."""
    if not name:
        return report_html(Report(notice="Choose a document first."))
    try:
        gone = workspace.remove(collection, name)
    except BotError as error:
        return report_html(Report(notice=str(error)))
    return tag("div", text_tag("p", f"Removed “{gone.title}”.", css="bot-counts"), css="bot-report")


def library_now(workspace: WorkspaceLike, wanted: str) -> tuple[Any, ...]:
    """Show the collections, the wanted one chosen, and its documents; in the order of `LibraryTab.shown`."""
    names = {found.name for found in workspace.collections()} | {wanted}
    try:
        documents = workspace.documents(wanted)
    except BotError:  # nothing was added to it yet
        documents = ()
    choices = [(document.title or document.external_id, document.doc_id) for document in documents]
    return (
        gr.update(choices=sorted(names), value=wanted), documents_html(documents),
        gr.update(choices=choices, value=None),
    )  # fmt: skip
