"""Are questions on tables answered from the right cell? `python -m benchmarks.table_questions [--write]`.

Sixty questions of our own (table_questions.jsonl) on figures in the tables of filings: thirty on HTML
(`sec_html`), thirty on PDF (`kgrag_sec10q`), all 29 files in one collection, the default configuration. A
row of the set names the documents that show the figure, the row's label, the column and the figure as
printed. The documents are halved: rules were made on the half "dev" and the half "held-out" was left alone.

The first sentence of an answer counts, with what it cites. Right: a citation is of the right document and
its quote holds the figure, the sentence says the figure, and says it as that column's: under the heads of
the column, or with no other figure that is cited. Row only: the quote holds the figure, but the sentence
leaves open which of the row's figures it is, or shows another one.

A citation is of a row or of a cell. Of a cell it is looked at too whether the label that is cited with it is
the row's and the heads are the column's: by the year, or, where the column has none, by a word.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import math
import re
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.answers import CACHE, INGESTING, PACKAGE
from benchmarks.machine import command, machine, today, write_result
from benchmarks.sets import data_folder
from bot.cli import quiet_libraries
from bot.datatypes import IngestOutcome
from bot.errors import BotError, UsageError
from bot.evaluate.measures.intervals import mean
from bot.facts import stems
from bot.progress import ingest_bars
from bot.render import answer_json
from bot.row_forms import is_cell
from bot.workspace import Workspace

QUESTIONS = Path(__file__).with_suffix(".jsonl")
COLLECTION = "filings"
FOLDERS = ("sec_html", "kgrag_sec10q/pdfs")
OUTCOMES = ("right", "row only", "wrong", "abstained")
KINDS = {"html": "HTML", "pdf": "PDF"}
HALVES = ("dev", "held-out")
_FIGURE = re.compile(r"\d[\d,]*(?:\.\d+)?")
_YEAR = re.compile(r"(?:19|20)\d\d")


@dataclass(frozen=True, slots=True)
class Question:
    """A question, the documents that show its figure, and where: row, column, as printed."""

    id: str
    half: str
    documents: tuple[str, ...]
    question: str
    row: str
    column: str
    figure: str

    @property
    def kind(self) -> str:
        """Example: "pdf-07" -> "pdf"."""
        return self.id.partition("-")[0]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, what became of it (one of OUTCOMES), and how far the right row came.

    `found`: a hit is of a right document and holds the row with the figure, `document`: of the right
    document at all. `has_context`: the row is cited with heads of columns. `cell`: "" where the figure is not
    cited as a cell, else "right" or "wrong" by the label and the heads that are cited with it.
    """

    question: Question
    outcome: str
    document: bool
    found: bool
    has_context: bool
    cell: str
    seconds: float
    said: str


def main() -> int:
    """Ask, print, and write with --write."""
    options = _options()
    quiet_libraries()
    try:
        wanted = [q for q in questions() if q.half in options.half and q.kind in options.kind]
        workspace = Workspace(options.home or _home(), rerank_limit_s=math.inf)
        take_in(workspace)
        asked = [_asked(each, workspace) for each in _watched(wanted)]
    except BotError as error:
        sys.stderr.write(f"benchmarks.table_questions: {error}\n")
        return 2
    print(text := "\n".join(_report(asked)) + "\n")
    if options.each:
        print("\n".join(map(_told, asked)))
    if options.write:
        print(f"written to {write_result('table-questions', text)}", file=sys.stderr)
    return 0


def questions() -> list[Question]:
    """Return the set, in its order."""
    rows = map(json.loads, QUESTIONS.read_text(encoding="utf-8").splitlines())
    return [Question(**row | {"documents": tuple(row["documents"])}) for row in rows]


def take_in(workspace: Workspace) -> None:
    """Ingest the filings; those that are in already stay.

    Raises:
        UsageError: the data is not there.
        BotError: a file was refused.
    """
    folders = [data_folder() / name for name in FOLDERS]
    for folder in folders:
        if not folder.is_dir():
            raise UsageError(f"no {folder}: benchmarks/data.md says where to get it; or set $BOT_EVAL_DATA")
    files = [path for folder in folders for path in sorted(folder.iterdir()) if path.suffix != ".json"]
    with ingest_bars() as show:
        for event in workspace.ingest(files, collection=COLLECTION):
            show(event)
            if isinstance(event, IngestOutcome) and event.status == "refused":
                raise BotError(f"{event.source} was refused: {event.reason}")


def outcome(question: Question, answer: dict[str, Any]) -> str:
    """Say what an answer (as `bot ask --json` prints it) is: one of OUTCOMES."""
    if answer["abstained"] or not answer["sentences"]:
        return "abstained"
    sentence = answer["sentences"][0]
    if not _with_figure(question, answer):
        return "wrong"
    quotes = "\n".join(c["quote"] for c in _cited(answer))
    return "right" if is_of_column(sentence["text"], quotes, question) else "row only"


def cell(question: Question, answer: dict[str, Any]) -> str:
    """Say whether the figure is cited as a cell: "right" or "wrong" by its label and heads, "" if not."""
    for citation in _with_figure(question, answer):
        beside = [(part["role"], part["quote"]) for part in citation["context"]]
        if is_cell(citation["quote"], beside):
            label = [words for role, words in beside if role == "row"][-1]
            heads = " ".join(words for role, words in beside if role == "column")
            is_right = bool(set(stems(question.row)) & set(stems(label))) and _names(heads, question.column)
            return "right" if is_right else "wrong"
    return ""


def _cited(answer: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the citations of the first sentence."""
    markers = answer["sentences"][0]["citations"] if answer["sentences"] else []
    return [citation for citation in answer["citations"] if citation["marker"] in markers]


def _with_figure(question: Question, answer: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the citations of the first sentence that are of a right document and hold the figure."""
    return [
        citation
        for citation in _cited(answer)
        if citation["external_id"] in question.documents and holds(citation["quote"], question.figure)
    ]


def holds(text: str, figure: str) -> bool:
    """Tell whether a figure stands in a text as a whole: "9" not in "19", "1.9" or "9,000"."""
    return figure in _FIGURE.findall(text)


def is_of_column(sentence: str, quote: str, question: Question) -> bool:
    """Tell whether a sentence says a figure of a row as that of its column.

    It is the only figure of what is cited that is said, or the words since the figure before it name the
    column's year, or, where the column has no year, one of its words.
    """
    if not holds(sentence, question.figure):
        return False
    others = {figure for figure in _FIGURE.findall(quote) if not _YEAR.fullmatch(figure)} - {question.figure}
    if not any(holds(sentence, figure) for figure in others):
        return True
    place = re.search(rf"(?<![\d.,]){re.escape(question.figure)}(?!\d|[.,]\d)", sentence)
    before = sentence[: place.start()] if place else ""
    return _names(re.split(r"[;:]", before)[-1], question.column)


def _names(words: str, column: str) -> bool:
    """Tell whether words name a column: by its year, else by one of its words."""
    years = set(_YEAR.findall(column))
    return years <= set(_YEAR.findall(words)) if years else bool(set(stems(column)) & set(stems(words)))


def _asked(question: Question, workspace: Workspace) -> Asked:
    started = time.perf_counter()
    answered = workspace.ask(question.question, collection=COLLECTION)
    seconds = time.perf_counter() - started
    passages = [h.passage for h in answered.hits if h.passage.external_id in question.documents]
    found = any(
        holds(line, question.figure) and set(stems(question.row)) & set(stems(line))
        for passage in passages
        for line in passage.text.splitlines()
    )
    answer = answer_json(answered)
    heads = [c for c in answer["citations"][:1] for c in c["context"] if c["role"] == "column"]
    said = answer["sentences"][0]["text"] if answer["sentences"] else answer["answer"]
    where = ", ".join(c["external_id"] for c in answer["citations"][:1])
    return Asked(
        question, outcome(question, answer), bool(passages), found, bool(heads), cell(question, answer),
        seconds, f"{where}: {said}",
    )  # fmt: skip


def _watched(wanted: Sequence[Question]) -> Iterator[Question]:
    for i, question in enumerate(wanted, start=1):
        sys.stderr.write(f"\r{i} of {len(wanted)} ")
        yield question
    sys.stderr.write("\n")


def _report(asked: Sequence[Asked]) -> list[str]:
    return [
        "# Questions on the tables of filings", "",
        f"`{command('benchmarks.table_questions')}`, {today()}, {machine()}.", "",
        "Questions of our own on nine filings as HTML and twenty as PDF, all in one collection; default",
        "configuration. Shares with 95 % bootstrap intervals over questions. Right: from the right row of",
        "the right document, and told as the figure of the right column. Row only: the right row is cited,",
        "but which of its figures is asked for is left open, or another is told. Document, row: the",
        "right one is among the hits. Heads: of what is rightly cited, what is cited with its heads. Cell:",
        "of that, what is cited as a cell, and not as a row; right cell: of those, with the label of the",
        "right row and the heads of the right column.", "",
        "| | n | right | row only | wrong | abstained | document | row | heads | cell | right cell |",
        "|---|---|---|---|---|---|---|---|---|---|---|",
        *_lines(asked),
    ]  # fmt: skip


def _lines(asked: Sequence[Asked]) -> Iterator[str]:
    """Yield a row for each half and kind that were asked, and for both where both were."""
    halves, kinds = {a.question.half for a in asked}, {a.question.kind for a in asked}
    for half in (*HALVES, "both"):
        for kind in (*KINDS, "both"):
            of = [a for a in asked if half in (a.question.half, "both") and kind in (a.question.kind, "both")]
            is_repeated = (half == "both" and len(halves) == 1) or (kind == "both" and len(kinds) == 1)
            if of and not is_repeated:
                yield _line(f"{half}, {KINDS.get(kind, 'HTML and PDF')}", of)


def _line(name: str, asked: Sequence[Asked]) -> str:
    shares = [_share([a.outcome == outcome for a in asked]) for outcome in OUTCOMES]
    shares += [_share([a.document for a in asked]), _share([a.found for a in asked])]
    cited = [a for a in asked if a.outcome in ("right", "row only")]
    cells = [a.cell for a in cited if a.cell]
    counts = [
        f"{sum(a.has_context for a in cited)} of {len(cited)}",
        f"{len(cells)} of {len(cited)}",
        f"{cells.count('right')} of {len(cells)}",
    ]
    return f"| {name} | {len(asked)} | {' | '.join([*shares, *counts])} |"


def _share(values: Sequence[bool]) -> str:
    share = mean([float(value) for value in values])
    return f"{share.mean:.3f} [{share.low:.3f}, {share.high:.3f}]"


def _told(asked: Asked) -> str:
    q = asked.question
    return (
        f"{q.id} {q.half} {asked.outcome.upper()} document={asked.document:d} row={asked.found:d} "
        f"cell={asked.cell or '-'} {asked.seconds:.1f} s\n"
        f"  {q.question}\n  {q.row} / {q.column} / {q.figure}\n  {asked.said}"
    )


def _home() -> Path:
    """Return a home that is named by the code that takes the files in."""
    digest = hashlib.sha256()
    for name in dict.fromkeys(INGESTING):
        path = PACKAGE / name
        for file in sorted(path.rglob("*.py")) if path.is_dir() else [path]:
            digest.update(f"{file.name} {hashlib.sha256(file.read_bytes()).hexdigest()}\n".encode())
    return CACHE / "homes" / f"table-questions-{digest.hexdigest()[:12]}"


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.table_questions", description=__doc__)
    parser.add_argument("--half", nargs="+", choices=HALVES, default=HALVES)
    parser.add_argument("--kind", nargs="+", choices=KINDS, default=tuple(KINDS))
    parser.add_argument("--home", type=Path, help="a home of your own (default: in the user's cache folder)")
    parser.add_argument("--each", action="store_true", help="show every question with its answer")
    parser.add_argument("--write", action="store_true", help="write benchmarks/results/table-questions.md")
    return parser.parse_args()


if __name__ == "__main__":
    raise SystemExit(main())
