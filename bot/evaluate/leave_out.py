"""Leave-document-out: the question again without the documents that answer it. The bot should abstain.

What it says then is kept in `left_out.jsonl` beside the predictions, and goes on where it stopped.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from bot.datatypes import DocumentSummary
from bot.evaluate.bar import watched
from bot.evaluate.gold import GoldRow
from bot.evaluate.lines import Lines
from bot.evaluate.runs import Settings
from bot.where import where_in
from bot.workspace import Workspace

FILE = "left_out.jsonl"


def ask_without(
    rows: Sequence[GoldRow], workspace: Workspace, settings: Settings, folder: Path
) -> dict[str, bool]:
    """Ask each answerable row whose documents are stored without them; return row id -> whether it abstained.

    Hidden are the documents of its evidence and their siblings: documents of the same title, which are apt to
    be copies or editions of them.
    """
    siblings = Siblings(workspace.documents(settings.collection))
    asked = {row.row_id: hidden for row in rows if row.answerable and (hidden := siblings.of(row.documents))}
    with Lines(folder / FILE) as lines:
        left = [row for row in rows if row.row_id in asked and row.row_id not in lines.ids]
        for row in watched(left, "without their documents"):
            answer = workspace.ask(
                row.question,
                collection=settings.collection,
                history=row.history,
                k=settings.k,
                hidden=asked[row.row_id],
                where=where_in(settings.where),
            )
            lines.add(
                {
                    "id": row.row_id,
                    "hidden": sorted(asked[row.row_id]),
                    "abstained": answer.abstained,
                    "confidence": answer.confidence,
                    "answer": answer.text,
                }
            )
        return {line["id"]: line["abstained"] for line in lines if line["id"] in asked}


class Siblings:
    """The documents of a collection by external_id, each with all that bear its title."""

    def __init__(self, documents: Iterable[DocumentSummary]) -> None:
        self._titles: dict[str, set[str]] = defaultdict(set)
        self._doc_ids: dict[str, set[str]] = defaultdict(set)
        for document in documents:
            self._titles[document.external_id].add(_title(document))
            self._doc_ids[_title(document)].add(document.doc_id)

    def of(self, external_ids: Iterable[str]) -> frozenset[str]:
        """Return the doc_ids of documents and their siblings; none for an external_id that is not stored."""
        return frozenset(doc_id for name in external_ids for doc_id in self._with_title_of(name))

    def _with_title_of(self, external_id: str) -> Iterator[str]:
        for title in self._titles.get(external_id, ()):
            yield from self._doc_ids[title]


def _title(document: DocumentSummary) -> str:
    """Return a title in small letters and single spaces; a document without one is its own only sibling."""
    return " ".join(document.title.casefold().split()) or document.doc_id
