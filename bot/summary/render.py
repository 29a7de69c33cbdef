"""A Summary as the JSON object of the command line's contract and as lines for a terminal."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from bot.datatypes import Citation, marked
from bot.left_out import left_out_json, left_out_line
from bot.render import citation_json, citation_lines, literal, place, sentence_json, tokens_json
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
        "tokens": tokens_json(summary.tokens),
        "left_out": left_out_json(summary.left_out),
    }


def summary_lines(summary: Summary, *, bullets: bool = False) -> str:
    """Return the summary, what documents differ and agree in, its sources, and the coverage with bars."""
    lines = _said(summary, bullets=bullets)
    for agrees, heading in COMPARED.items():
        found = [each for each in summary.comparisons if each.agrees is agrees]
        lines += ["", f"{heading}:", *(f"  - {comparison_line(each)}" for each in found)] if found else []
    for citation in summary.citations:
        lines += ["", *citation_lines(citation)]
    if summary.left_out:
        lines += ["", f"({left_out_line(summary.left_out)})"]
    return "\n".join([*lines, "", *coverage_lines(summary)])


def summary_markdown(summary: Summary, *, bullets: bool = False) -> str:
    """Return the same as Markdown, to take away; what documents say does not become markup."""
    titles = ", ".join(literal(document.title) for document in summary.documents)
    parts = [f"# Summary: {titles}"]
    for document, own in summary.by_document():
        lines = [f"{literal(s.text)} {''.join(f'[{marker}]' for marker in s.citations)}" for s in own]
        said = "\n".join(f"- {line}" for line in lines) if bullets else " ".join(lines)
        parts += [f"## {literal(document.title)}", said] if len(summary.documents) > 1 else [said]
    for agrees, heading in COMPARED.items():
        found = [each for each in summary.comparisons if each.agrees is agrees]
        rows = "\n".join(f"- {literal(comparison_line(each))}" for each in found)
        parts += [f"## {heading}", rows] if found else []
    parts += ["## Sources", "\n".join(_source(citation) for citation in summary.citations)]
    rows = "\n".join(
        f"| {literal(r.section)} | {r.share:.0%} | {r.summary_share:.0%} |" for r in summary.coverage
    )
    parts += ["## Coverage", f"| section | of the text | of the summary |\n|---|---|---|\n{rows}"]
    return "\n\n".join(parts)


def _source(citation: Citation) -> str:
    where = literal(place(citation))
    return f"- [{citation.marker}] {where}: “{literal(citation.quote)}”"


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
    return [f"{d.title}: {' '.join(map(marked, own))}" for d, own in summary.by_document()]


def _row(row: Coverage) -> str:
    title = row.section if len(row.section) <= TITLE_CHARACTERS else row.section[: TITLE_CHARACTERS - 1] + "…"
    bar = "█" * round(BAR_CHARACTERS * row.summary_share)
    mark = " " if row.cited else "·"
    return f"{mark} {title:<{TITLE_CHARACTERS}} {row.share:>4.0%} {row.summary_share:>4.0%} {bar}".rstrip()
