"""The library tab: add files and folders to a collection, see what is in it, read, read again, remove.

Wiring only. Adding to another collection chooses that one only while nothing has been asked: a conversation
is never cleared but by its owner.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import gradio as gr

from bot.errors import BotError
from bot.web.actions import QUICK, action_box, wished
from bot.web.library import Report, add, again, remove, report_html
from bot.web.listing import documents_html
from bot.web.literal import literal_html
from bot.web.markup import block, tag, text_tag
from bot.web.talk import Thread
from bot.web.uploads import ONE_FILE_BYTES, stored_files, web_addresses
from bot.web.workspace_like import WorkspaceLike

KINDS = "PDF, HTML, DOCX, ODT, EPUB, RTF, Markdown, text, or JSONL with a document a line; up to 25 MB each."
INGESTING = "ingesting"  # one at a time: a library has one writer
WISHES = {"again": again, "remove": remove}


@dataclass(frozen=True)
class LibraryTab:
    """The components of the tab."""

    files: gr.File
    address: gr.Textbox
    into: gr.Textbox
    add: gr.Button
    report: gr.Markdown
    documents: gr.Markdown
    action: gr.Textbox
    fetches: bool

    def shown(self, picker: gr.Dropdown) -> list[Any]:
        """List what `library_now` fills, in its order."""
        return [picker, self.documents]

    def wire(self, workspace: WorkspaceLike, *, picker: gr.Dropdown, thread: gr.State) -> None:
        """Join the tab's buttons, and the picker of collections, to the workspace."""
        shown = self.shown(picker)
        private: dict[str, Any] = {
            "concurrency_id": INGESTING, "show_progress": "hidden", "api_visibility": "private",
        }  # fmt: skip

        def add_files(
            files: list[dict[str, Any]] | None, address: str, into: str
        ) -> Iterator[tuple[Any, ...]]:
            for report in _reports(workspace, files, address, into, fetches=self.fetches):
                busy = gr.update(interactive=report.done)
                taken = report.done and not report.notice
                yield (
                    report_html(report), busy,
                    gr.update(value=None) if report.done and report.begun else gr.skip(),
                    gr.update(value="") if taken else gr.skip(),
                )  # fmt: skip

        def settle(collection: str, into: str, talk: Thread) -> tuple[Any, ...]:
            return library_now(workspace, collection if talk else into.strip() or collection)

        def refresh(collection: str) -> tuple[Any, ...]:
            return *library_now(workspace, collection), collection

        def row_action(written: str, collection: str) -> Iterator[tuple[Any, ...]]:
            wish, name = wished(written)
            if wish in WISHES:
                for report in WISHES[wish](workspace, collection=collection, name=name):
                    listed = documents_now(workspace, collection) if report.done else gr.skip()
                    yield report_html(report), listed

        added = self.add.click(
            add_files, [self.files, self.address, self.into],
            [self.report, self.add, self.files, self.address],
            preprocess=False,  # as FileData: what gr.File makes of it has lost a file's folder
            **private,
        )  # fmt: skip
        added.then(settle, [picker, self.into, thread], shown, **QUICK)
        self.action.change(row_action, [self.action, picker], [self.report, self.documents], **private)
        picker.input(refresh, [picker], [*shown, self.into], **QUICK)


def build_library_tab(collection: str, *, fetches: bool = False) -> LibraryTab:
    """Place the components of the tab: what adds on the left, what is there on the right.

    `fetches`: whether web addresses are taken too.
    """
    with gr.Row(elem_id="bot-library"):
        with gr.Column(elem_id="bot-adding", scale=0):
            literal_html(_adding_html(), elem_id="bot-kinds")
            files = gr.File(file_count="multiple", show_label=False, height=150, elem_id="bot-files")
            literal_html(_folder_html(), elem_id="bot-folder")
            address = gr.Textbox(
                label="Or a web address", placeholder="https://", max_lines=1, max_length=2_000,
                visible=fetches, elem_id="bot-address",
            )  # fmt: skip
            into = gr.Textbox(
                collection, label="Into collection", info="A new name makes a new collection.",
                max_lines=1, max_length=64, elem_id="bot-into",
            )  # fmt: skip
            button = gr.Button("Add" if fetches else "Add files", variant="primary", elem_id="bot-add")
            report = literal_html("", elem_id="bot-report")
        with gr.Column(elem_id="bot-shelf"):
            gr.Textbox(
                label="Search this collection", placeholder="Search by title, file name or type",
                max_lines=1, show_label=False, container=False, elem_id="bot-search",
            )  # fmt: skip
            documents = literal_html(documents_html((), collection=collection), elem_id="bot-documents")
    action = action_box("bot-library-action")
    return LibraryTab(files, address, into, button, report, documents, action, fetches)


def _adding_html() -> str:
    """Head the adding side."""
    return tag("div", block(
        text_tag("h3", "Add documents"),
        text_tag("p", KINDS, css="bot-caveat"),
    ), css="bot-add-head")  # fmt: skip


def _folder_html() -> str:
    """Offer a whole folder; library.js reads from the button how large a file may be."""
    css = f"bot-choose-folder most-{ONE_FILE_BYTES}"
    return tag("div", text_tag("button", "Choose a folder", css=css, type="button"))


def _reports(
    workspace: WorkspaceLike,
    files: Sequence[dict[str, Any]] | None,
    address: str,
    into: str,
    *,
    fetches: bool,
) -> Iterator[Report]:
    """Ingest and report, or report what is missing for it: then the files stay for another try."""
    stored = stored_files(files)
    try:
        addresses = web_addresses((address or "").split(), allowed=fetches)
    except BotError as error:
        yield Report(notice=str(error), done=True, begun=False)
        return
    if not stored and not addresses:
        yield Report(notice="Choose one or more files first.", done=True, begun=False)
    elif not into.strip():
        yield Report(notice="Name the collection to add to.", done=True, begun=False)
    else:
        yield from add(workspace, stored, addresses, collection=into.strip())


def library_now(workspace: WorkspaceLike, wanted: str) -> tuple[Any, ...]:
    """Show the collections, the wanted one chosen, and its documents; in the order of `LibraryTab.shown`."""
    names = {found.name for found in workspace.collections()} | {wanted}
    return gr.update(choices=sorted(names), value=wanted), documents_now(workspace, wanted)


def documents_now(workspace: WorkspaceLike, collection: str) -> str:
    """List the documents of a collection, of which there may be none yet."""
    try:
        documents = workspace.documents(collection)
    except BotError:  # nothing was added to it yet
        documents = ()
    return documents_html(documents, collection=collection)
