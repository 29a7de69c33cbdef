"""A Summary as the JSON object of the command line's contract and as lines for a terminal."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from bot.datatypes import Sentence, marked
from bot.render import citation_json, citation_lines, sentence_json
from bot.summary.datatypes import Comparison, Coverage, Summary

BAR_CHARACTERS = 20
TITLE_CHARACTERS = 44
COMPARED = {False: "Where the documents differ", True: "Where they agree"}
MAX_ROWS = 60  # of the coverage in a terminal; the JSON has all


def summary_json(summary: Summary) -> dict[str, Any]:
    """Return the object that `summarize --json` gives; plain dicts, lists and scalars."""
    return {
        "summary": summary.text,
        "length": summary.length.value,
        "focus": summary.focus or None,
        "words": summary.n_words,
        "budget_words": summary.budget_words,
        "documents": [
            {"doc_id": d.doc_id, "external_id": d.external_id, "title": d.title, "source": d.source}
            for d in summary.documents
        ],
        "sentences": [sentence_json(sentence) for sentence in summary.sentences],
        "citations": [citation_json(citation) for citation in summary.citations],
        "coverage": [asdict(row) for row in summary.coverage],
        "agreements": [_sides(each) for each in summary.comparisons if each.agrees],
        "differences": [_sides(each) for each in summary.comparisons if not each.agrees],
        "warnings": list(summary.warnings),
        "model": summary.model,
        "timings_s": {"total": summary.seconds},
        "tokens": asdict(summary.tokens),
    }


def summary_lines(summary: Summary, *, bullets: bool = False) -> str:
    """Return the summary, what documents differ and agree in, its sources, and the coverage with bars."""
    lines = _said(summary, bullets=bullets)
    for agrees, heading in COMPARED.items():
        found = [each for each in summary.comparisons if each.agrees is agrees]
        lines += ["", f"{heading}:", *(f"  - {comparison_line(each)}" for each in found)] if found else []
    for citation in summary.citations:
        lines += ["", *citation_lines(citation)]
    return "\n".join([*lines, "", *coverage_lines(summary)])


def coverage_lines(summary: Summary) -> list[str]:
    """Return a line for each section: its share of the document, of the summary, and a bar of the latter."""
    n_cited = sum(row.cited for row in summary.coverage)
    titles = {document.doc_id: document.title for document in summary.documents}
    lines = [f"Coverage: {n_cited} of {len(summary.coverage)} sections cited (text, summary)"]
    before = ""
    for row in summary.coverage[:MAX_ROWS]:
        if len(titles) > 1 and row.doc_id != before:
            lines.append(f"  {titles[row.doc_id]}")
        before = row.doc_id
        lines.append(f"  {_row(row)}")
    if left := len(summary.coverage) - MAX_ROWS:
        lines += [f"  ... and {left} more: --json has them all"] if left > 0 else []
    return lines


def comparison_line(comparison: Comparison) -> str:
    """Say in one line who says what: `A: 41 people (“...”); B: 38 people (“...”)`."""
    return "; ".join(
        f"{side.title}: {side.value} (“{' '.join(side.quote.split())}”)" for side in comparison.sides
    )


def _sides(comparison: Comparison) -> dict[str, Any]:
    return {"kind": comparison.kind, "sides": [asdict(side) for side in comparison.sides]}


def _said(summary: Summary, *, bullets: bool) -> list[str]:
    if bullets:
        return [f"- {marked(sentence)}" for sentence in summary.sentences]
    if len(summary.documents) == 1:
        return [summary.text]
    return _by_document(summary)


def _by_document(summary: Summary) -> list[str]:
    """Return a paragraph for each document that is cited, under its title."""
    titles = {document.doc_id: document.title for document in summary.documents}
    owner = {citation.marker: citation.doc_id for citation in summary.citations}
    groups: dict[str, list[Sentence]] = {}
    for sentence in summary.sentences:
        groups.setdefault(owner[sentence.citations[0]], []).append(sentence)
    return [f"{titles[doc_id]}: {' '.join(map(marked, own))}" for doc_id, own in groups.items()]


def _row(row: Coverage) -> str:
    title = row.section if len(row.section) <= TITLE_CHARACTERS else row.section[: TITLE_CHARACTERS - 1] + "…"
    bar = "█" * round(BAR_CHARACTERS * row.summary_share)
    mark = " " if row.cited else "·"
    return f"{mark} {title:<{TITLE_CHARACTERS}} {row.share:>4.0%} {row.summary_share:>4.0%} {bar}".rstrip()
