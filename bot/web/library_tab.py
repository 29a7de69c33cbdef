"""The library tab: add files to a collection, see what is in it, take a document out. Wiring only."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import gradio as gr

from bot.datatypes import Upload
from bot.errors import BotError
from bot.web.library import Report, add, documents_html, report_html
from bot.web.markup import tag, text_tag
from bot.web.uploads import SUFFIXES, UploadBox
from bot.web.workspace_like import WorkspaceLike

ONE_FILE_LIMIT = "25mb"
QUICK: dict[str, Any] = {"queue": False, "show_progress": "hidden", "api_visibility": "private"}


@dataclass(frozen=True)
class LibraryTab:
    """The components of the tab."""

    files: UploadBox
    into: gr.Textbox
    add: gr.Button
    report: gr.Markdown
    documents: gr.Markdown
    chosen: gr.Dropdown
    remove: gr.Button

    def refreshed(self, picker: gr.Dropdown) -> list[Any]:
        """What `refresh_with` writes."""
        return [picker, self.documents, self.chosen, self.into]

    def refresh_with(self, workspace: WorkspaceLike) -> Callable[[str], tuple[Any, ...]]:
        """Return the handler that shows the library as it is now."""

        def refresh(collection: str) -> tuple[Any, ...]:
            return _library(workspace, collection)

        return refresh

    def wire(self, workspace: WorkspaceLike, *, picker: gr.Dropdown) -> None:
        """Join the tab's buttons, and the picker of collections, to the workspace."""
        shown = self.refreshed(picker)

        def ingest(files: list[Upload] | None, into: str) -> Iterator[tuple[Any, ...]]:
            for report in _reports(workspace, files or [], into):
                busy = gr.update(interactive=report.done)
                yield report_html(report), busy, gr.update(value=None) if report.done else gr.skip()

        def remove(collection: str, name: str | None) -> tuple[Any, ...]:
            return _removed(workspace, collection, name), *_library(workspace, collection)

        added = self.add.click(
            ingest, [self.files, self.into], [self.report, self.add, self.files],
            concurrency_id="ingesting", show_progress="hidden", api_visibility="private",
        )  # fmt: skip
        added.then(self.refresh_with(workspace), [picker], shown, **QUICK)
        self.remove.click(remove, [picker, self.chosen], [self.report, *shown], **QUICK)
        picker.input(self.refresh_with(workspace), [picker], shown, **QUICK)


def build_library_tab(workspace: WorkspaceLike, collection: str) -> LibraryTab:
    """Place the components of the tab."""
    files = UploadBox(
        file_count="multiple", file_types=list(SUFFIXES), label="Articles and filings",
        show_label=False, height=150, elem_id="bot-files",
    )  # fmt: skip
    with gr.Row(elem_id="bot-into-row"):
        into = gr.Textbox(
            collection, label="Into collection", info="A new name makes a new collection.",
            max_lines=1, max_length=64, elem_id="bot-into",
        )  # fmt: skip
        button = gr.Button("Add files", variant="primary", elem_id="bot-add")
    report = gr.Markdown("", sanitize_html=True, latex_delimiters=[], elem_id="bot-report")
    documents = gr.Markdown(documents_html(()), sanitize_html=True, latex_delimiters=[], elem_id="bot-documents")
    with gr.Accordion("Remove a document", open=False, elem_id="bot-remove"):
        chosen = gr.Dropdown([], label="Document", elem_id="bot-chosen")
        remove = gr.Button("Remove it from the collection", size="sm", elem_id="bot-remove-button")
    return LibraryTab(files, into, button, report, documents, chosen, remove)


def _reports(workspace: WorkspaceLike, files: list[Upload], into: str) -> Iterator[Report]:
    """The reports of an ingest, or one that says what is missing for it."""
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


def _library(workspace: WorkspaceLike, collection: str) -> tuple[Any, ...]:
    """The collections and the documents of the chosen one, in the order of `LibraryTab.refreshed`."""
    names = sorted({found.name for found in workspace.collections()} | {collection})
    try:
        documents = workspace.documents(collection)
    except BotError:  # a collection that nothing was added to yet
        documents = ()
    choices = [(document.title or document.external_id, document.doc_id) for document in documents]
    return (
        gr.update(choices=names), documents_html(documents), gr.update(choices=choices, value=None), collection,
    )  # fmt: skip
