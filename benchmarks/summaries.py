"""Summaries against human ones: `python -m benchmarks.summaries qmsum|gum_wikinews [--write]`.

Each summary is set beside sentences that are taken in simpler ways, cut off at the very number of words that
ours has: for a focus the best by BM25 and by MiniLM, for an article its lead and TextRank. All are given in
the order of the document and, in a meeting, with the speaker's name. ROUGE F-measures, best reference.

The documents of a set are parted by a hash of their names: "tuning", on which weights were chosen, and "held
out". TextRank is the package `summa` (MIT); without it that row is left out: pip install summa==1.2.0
"""

from __future__ import annotations

import argparse
import json
import sys
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.machine import command, machine, today, write_result
from benchmarks.sets import SETS, QuestionSet
from bot.cli import quiet_libraries
from bot.datatypes import Document
from bot.evaluate.gold import GoldRow, read_gold
from bot.evaluate.measures.answers import rouge
from bot.evaluate.measures.intervals import Figure, mean
from bot.lexical import LexicalIndex
from bot.sentences import sentence_spans
from bot.summary.datatypes import Length, Summary
from bot.summary.reading import documents_of
from bot.summary.transcript import is_transcript, speaker_label, turns
from bot.weights import BUNDLED_GENERATOR
from bot.workspace import Workspace

FOCUSED = frozenset({"qmsum"})  # what is asked there is a focus; elsewhere it is only "summarise this"
MEASURES = ("ROUGE-1", "ROUGE-L")
Ranked = Callable[[GoldRow, "Lines"], Sequence[int]]


@dataclass(frozen=True, slots=True)
class Lines:
    """A document's sentences, each with its speaker, in order, with their vectors (n, d) of unit length."""

    texts: list[str]
    vectors: np.ndarray
    bm25: LexicalIndex


@dataclass(frozen=True, slots=True)
class Scored:
    """A question with the ROUGE values of each way of summarising: {references: {way: {measure: value}}}.

    `references`: "all", and where the set says whose each is "human" and "models".
    """

    row: GoldRow
    doc_id: str
    n_words: int
    values: Mapping[str, Mapping[str, Mapping[str, float]]]


def main() -> None:
    """Measure, print, and write with --write."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.summaries", description=__doc__)
    parser.add_argument("name", choices=("qmsum", "gum_wikinews"))
    parser.add_argument("--length", choices=[length.value for length in Length], default="")
    parser.add_argument("--model", default=BUNDLED_GENERATOR)
    parser.add_argument("--limit", type=int, default=0, help="the first N questions, of a seeded order")
    parser.add_argument("--part", choices=("tuning", "held out"), default="")
    parser.add_argument("--keep", type=Path, help="a .jsonl file for every summary")
    parser.add_argument("--write", action="store_true", help="write benchmarks/results/summaries-NAME.md")
    options = parser.parse_args()
    quiet_libraries()
    chosen = SETS[options.name]
    length = Length(options.length or ("medium" if options.name in FOCUSED else "short"))
    scored = list(_score(chosen, length, options))
    text = "\n".join(_report(chosen, length, scored)) + "\n"
    print(text)
    if options.write:
        print(f"written to {write_result(f'summaries-{options.name}', text)}", file=sys.stderr)


def part_of(doc_id: str) -> str:
    """Return "tuning" or "held out": half of the documents each, whatever the set."""
    return "tuning" if zlib.crc32(doc_id.encode()) % 2 else "held out"


def _score(chosen: QuestionSet, length: Length, options: argparse.Namespace) -> Iterator[Scored]:
    corpus = chosen.folder / "corpus.jsonl"
    workspace = Workspace(Path("runs/summaries-home"), model=options.model)
    documents, _ = documents_of([str(corpus)], store=workspace.store, collection="none")
    named = {document.external_id: document for document in documents}
    authors = _authors(chosen.folder / "gold.jsonl")
    rows = [row for row in read_gold(chosen.folder / "gold.jsonl").rows if row.answers]
    rows = [row for row in rows if options.part in {"", part_of(row.documents[0])}]
    if options.limit:
        rows = sorted(rows, key=lambda row: zlib.crc32(row.row_id.encode()))[: options.limit]
    lines: dict[str, Lines] = {}
    rows = sorted(rows, key=lambda row: row.documents[0])
    for n, row in enumerate(rows, start=1):
        document = named[row.documents[0]]
        if document.doc_id not in lines:
            lines = {document.doc_id: _lines(document, workspace)}
        summary = _summarize(workspace, document, row, length, focused=chosen.name in FOCUSED)
        if options.keep:
            _keep(options.keep, row, summary)
        texts = {"ours": summary_text(summary)} | _others(
            chosen, row, document, lines[document.doc_id], workspace, summary.n_words
        )
        values = {
            name: {way: rouge(text, answers) for way, text in texts.items()}
            for name, answers in _references(row, authors.get(row.row_id, [])).items()
        }
        yield Scored(row, document.external_id, summary.n_words, values)
        print(f"\r{n} of {len(rows)}", end="", file=sys.stderr)
    print(file=sys.stderr)


def _authors(gold: Path) -> dict[str, list[str]]:
    """Return who wrote each reference, where a set says so: {row's id: ["human1", "gpt4o"]}."""
    rows = [json.loads(line) for line in gold.read_text("utf-8").splitlines() if line.strip()]
    return {str(row["id"]): row["summary_by"] for row in rows if "summary_by" in row}


def _references(row: GoldRow, authors: Sequence[str]) -> dict[str, list[str]]:
    """Return the references by who wrote them, none of a kind left out."""
    found = {"all": list(row.answers)}
    by = list(zip(row.answers, authors, strict=False))
    found["human"] = [answer for answer, author in by if author.startswith("human")]
    found["models"] = [answer for answer, author in by if not author.startswith("human")]
    return {name: answers for name, answers in found.items() if answers}


def _summarize(
    workspace: Workspace, document: Document, row: GoldRow, length: Length, *, focused: bool
) -> Summary:
    summarizer = workspace.summarizer(focused)
    return summarizer.summarize([document], length=length, focus=row.question if focused else "")


def summary_text(summary: Summary) -> str:
    """Return the sentences without their markers."""
    return " ".join(sentence.text for sentence in summary.sentences)


def _keep(path: Path, row: GoldRow, summary: Summary) -> None:
    with path.open("a", encoding="utf-8") as file:
        kept = {"id": row.row_id, "question": row.question, "answers": row.answers, "text": summary.text}
        file.write(json.dumps(kept, ensure_ascii=False) + "\n")


def _lines(document: Document, workspace: Workspace) -> Lines:
    texts = list(_sentences(document.text))
    return Lines(texts, workspace.models.remembering.encode_passages(texts), LexicalIndex(texts))


def _sentences(text: str) -> Iterator[str]:
    if not is_transcript(text):
        yield from (" ".join(text[start:end].split()) for start, end in sentence_spans(text, 0, len(text)))
        return
    for label, (start, end) in turns(text, 0, len(text)):
        who = speaker_label(text, label) if label else ""
        yield from (who + " ".join(text[s:e].split()) for s, e in sentence_spans(text, start, end))


def _others(
    chosen: QuestionSet, row: GoldRow, document: Document, lines: Lines, workspace: Workspace, n_words: int
) -> dict[str, str]:
    if chosen.name in FOCUSED:
        near = lines.vectors @ workspace.models.remembering.encode_query(row.question)
        ways = {"BM25": lines.bm25.scores(row.question), "MiniLM": near}
        return {
            way: _cut(lines.texts, np.argsort(-scores, kind="stable"), n_words)
            for way, scores in ways.items()
        }
    texts = {"lead": _cut(lines.texts, range(len(lines.texts)), n_words)}
    ranked = _textrank(document.text)
    return texts | ({"TextRank": _cut(ranked, range(len(ranked)), n_words)} if ranked else {})


def _cut(texts: Sequence[str], order: Sequence[int] | np.ndarray, n_words: int) -> str:
    """Return the first texts of an order that together have `n_words`, in order, the last cut off."""
    kept: dict[int, list[str]] = {}
    left = n_words
    for i in order:
        if left <= 0:
            break
        kept[int(i)] = texts[int(i)].split()[:left]
        left -= len(kept[int(i)])
    return " ".join(word for i in sorted(kept) for word in kept[i])


def _textrank(text: str) -> list[str]:
    """Return the sentences of a text by TextRank, the best first; [] where the package is not installed."""
    try:
        from summa.summarizer import summarize
    except ImportError:
        return []
    ranked = summarize(text, ratio=1.0, split=True, scores=True)
    return [sentence for sentence, _ in sorted(ranked, key=lambda each: -each[1])]


def _report(chosen: QuestionSet, length: Length, scored: Sequence[Scored]) -> Iterator[str]:
    yield f"# Summaries beside human ones: {chosen.title}"
    yield ""
    yield f"`{command('benchmarks.summaries')}`, {today()}, {machine()}."
    yield f"{chosen.title} ({chosen.licence}), {len(scored)} questions, length {length.value}: "
    yield f"{np.mean([each.n_words for each in scored]):.0f} words at the mean. See ../data.md."
    yield "95 % paired percentile bootstrap intervals over questions (1,000 resamples, seeded)."
    for part in ("", "tuning", "held out"):
        own = [each for each in scored if part in {"", part_of(each.doc_id)}]
        if own:
            yield from ("", f"## {part.capitalize() or 'All documents'}, n = {len(own)}")
            kinds = dict.fromkeys(kind for each in own for kind in each.values)
            for kind in kinds:
                values = [each.values[kind] for each in own if kind in each.values]
                heading = ("", f"References: {kind}, n = {len(values)}") if len(kinds) > 1 else ()
                yield from (*heading, "", *_table(values))


def _table(values: Sequence[Mapping[str, Mapping[str, float]]]) -> Iterator[str]:
    ways = [way for way in values[0] if way != "ours"]
    yield "| | " + " | ".join(MEASURES) + " |"
    yield "|---|" + "---|" * len(MEASURES)
    for way in ("ours", *ways):
        cells = [_shown(mean([each[way][m] for each in values])) for m in MEASURES]
        yield f"| {way} | " + " | ".join(cells) + " |"
    for way in ways:
        cells = [_shown(mean([each["ours"][m] - each[way][m] for each in values]), "+") for m in MEASURES]
        yield f"| ours less {way} | " + " | ".join(cells) + " |"


def _shown(figure: Figure, sign: str = "") -> str:
    return f"{figure.mean:{sign}.3f} [{figure.low:{sign}.3f}, {figure.high:{sign}.3f}]"


if __name__ == "__main__":
    main()
