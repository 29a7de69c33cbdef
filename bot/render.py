"""Answers as text for a terminal and as the JSON object of the command line's contract."""

from __future__ import annotations

import re
from dataclasses import asdict, replace
from typing import Any

from bot.about import headed
from bot.cite import is_cell, told
from bot.datatypes import Answer, Citation, Document, Fact, Hit, IngestOutcome, Sentence, Tokens
from bot.left_out import left_out_json, left_out_line
from bot.table_notes import NOTE, told_notes
from bot.tagged import fact_json, fact_line

_MARKUP = re.compile(r"([\\`*_\[\]<>#|~$])")


def answer_json(answer: Answer) -> dict[str, Any]:
    """Return the object that `ask --json` and the page's `/ask` give; plain dicts, lists and scalars."""
    return {
        "question": answer.question,
        "standalone_question": answer.standalone_question,
        "kind": answer.kind,
        "answer": answer.text,
        "abstained": answer.abstained,
        "reason": answer.reason,
        "confidence": answer.confidence,
        "sentences": [sentence_json(sentence) for sentence in answer.sentences],
        "citations": [citation_json(citation) for citation in answer.citations],
        "hits": [_hit(hit) for hit in answer.hits],
        "model": answer.model,
        "timings_s": asdict(answer.timings),
        "tokens": tokens_json(answer.tokens),
        "left_out": left_out_json(answer.left_out),
    }


def sentence_json(sentence: Sentence) -> dict[str, Any]:
    """Return a sentence of an answer or a summary as in the contract."""
    return {
        "text": sentence.text,
        "citations": list(sentence.citations),
        "support": sentence.support,
        "status": sentence.status.value,
    }


def citation_json(citation: Citation) -> dict[str, Any]:
    """Return a citation of an answer or a summary as in the contract."""
    known = {
        "about": citation.about.line,
        "metadata": citation.about.as_json(),
        "facts": [fact_json(fact, _quoted(citation, fact)) for fact in citation.facts],
    }
    return asdict(citation) | {"context": [asdict(context) for context in citation.context]} | known


def tokens_json(tokens: Tokens) -> dict[str, Any]:
    """Return tokens as in the contract; that they are an estimate is said only where they are."""
    counted = {"prompt": tokens.prompt, "generated": tokens.generated}
    return counted | {"estimated": True} if tokens.estimated else counted


def document_json(document: Document) -> dict[str, Any]:
    """Return the object that `library show --json` and the page's `/document` give."""
    sections = [{"title": s.title, "item": s.item, "start": s.start, "end": s.end} for s in document.sections]
    facts = [fact_json(fact, document.text[fact.start : fact.end]) for fact in document.facts]
    known = {"sections": sections, "page_starts": list(document.page_starts), "facts": facts}
    return asdict(replace(document, facts=())) | known


def fact_lines(document: Document) -> str:
    """Return a line for each fact of a document: its place, the figure shown, and what that is."""
    rows = [
        f"{fact.start:>8}  {document.text[fact.start : fact.end]:>12}  {fact_line(fact)}"
        for fact in document.facts
    ]
    hidden = f"; {document.n_hidden_facts:,} more are in its hidden header" if document.n_hidden_facts else ""
    return "\n".join([*rows, f"{counted(len(rows), 'fact')} shown in the text{hidden}"])


def answer_lines(answer: Answer) -> str:
    """Return the answer with its markers and, under it, each citation: where it is and its exact words."""
    lines = [answer.text]
    for citation in answer.citations:
        lines += ["", *citation_lines(citation)]
    if answer.abstained and answer.hits:
        lines += ["", "Closest passages:"]
        lines += [f"  - {hit.passage.title}: {_start(hit.passage.text)}" for hit in answer.hits[:3]]
    if answer.standalone_question != answer.question:
        lines += ["", f"(understood as: {answer.standalone_question})"]
    if answer.left_out:
        lines += ["", f"({left_out_line(answer.left_out)})"]
    return "\n".join(lines)


def citation_lines(citation: Citation) -> list[str]:
    """Return a citation's marker and place, and under it its exact words."""
    return [f"[{citation.marker}] {place(citation)}", *_indented(citation)]


def place(citation: Citation) -> str:
    """Say where a citation is: title, whose document it is and of when, page or section."""
    page = f"page {citation.page}" if citation.page else ""
    section = citation.section if citation.section and citation.section != citation.title else ""
    return ", ".join(part for part in (*headed(citation.title, citation.about), page, section) if part)


def outcome_line(outcome: IngestOutcome) -> str:
    """Say in one line what became of a document."""
    name = outcome.source
    if outcome.status == "refused":
        return (
            f"refused    {outcome.reason}"
            if name in str(outcome.reason)
            else f"refused    {name}: {outcome.reason}"
        )
    if outcome.status == "unchanged":
        return f"unchanged  {name}"
    pages = f", {counted(outcome.pages, 'page')}" if outcome.pages else ""
    remarks = "".join(f"\n           note: {warning}" for warning in outcome.warnings)
    return f"{outcome.status:<10} {name} ({counted(outcome.passages, 'passage')}{pages}){remarks}"


def literal(text: str) -> str:
    r"""Return text in one line that Markdown shows as it is: "5 * 3" -> "5 \* 3"."""
    return _MARKUP.sub(r"\\\1", " ".join(text.split()))


def counted(n: int, noun: str) -> str:
    """Return a number with its noun: 1 page, 2 pages."""
    return f"{n} {noun}" if n == 1 else f"{n} {noun}s"


def _quoted(citation: Citation, fact: Fact) -> str:
    return citation.quote[fact.start - citation.start : fact.end - citation.start]


def _hit(hit: Hit) -> dict[str, Any]:
    passage = hit.passage
    return {
        "rank": hit.rank,
        "doc_id": passage.doc_id,
        "external_id": passage.external_id,
        "passage_id": passage.passage_id,
        "score": hit.score,
        "stage": hit.stage,
        "start": passage.start,
        "end": passage.end,
    }


def _indented(citation: Citation) -> list[str]:
    """Return a citation's words, above them in brackets what is not read out with them, below its notes."""
    words = told(citation)
    beside = [context.quote.strip() for context in citation.context if context.role != NOTE]
    if is_cell(citation):
        beside = [each for each in beside if " ".join(each.split()).strip(" ()") not in words]
    notes = [f"    Note: {note}" for note in told_notes(citation.context)]
    return [*(f"    ({each})" for each in beside), *(f"    “{words}”".splitlines()), *notes]


def _start(text: str, n_characters: int = 100) -> str:
    line = " ".join(text.split())
    if len(line) <= n_characters:
        return line
    end = line.rfind(" ", 0, n_characters)
    return line[: end if end > 0 else n_characters] + " …"  # a word may be longer than that
