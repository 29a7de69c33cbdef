"""The summary pane and its sources as HTML: sentences, what documents agree and differ in, the coverage."""

from __future__ import annotations

from collections.abc import Sequence

from bot.cite import is_of_table
from bot.datatypes import Sentence
from bot.left_out import left_out_line
from bot.summary.datatypes import Coverage, Side, Summary
from bot.summary.render import COMPARED, summary_lines, summary_markdown
from bot.web.conversation import act_button, kinds_of, sentence_html
from bot.web.markup import block, plural, tag, text_tag
from bot.web.sources import card_html
from bot.web.summing import NUMBER, Work

EMPTY = (
    "Every part of the documents is read, and each sentence of the summary is tied to the words behind it.",
    "Below it stands what the summary leaves out.",
)
NO_SOURCES = "The words behind each sentence appear here, marked in their place in the document."
BAR_STEPS = 20  # classes w-0 to w-20 of summary.css: no style attribute survives the content policy
MAX_ROWS = 200


def summary_html(work: Work | None, *, bullets: bool) -> str:
    """Render a summary with all that belongs to it, or how far it is."""
    if work is None:
        return tag("div", block(*(text_tag("p", line) for line in EMPTY)), css="bot-nothing")
    turn, summary = work.turn, work.summary
    status = text_tag("p", turn.status, css="bot-status") if turn.busy else ""
    notice = text_tag("p", turn.notice, css="bot-notice")
    said = _summary(work, summary, bullets=bullets) if summary else ""
    return tag("section", block(said, status, notice), css=f"bot-turn turn-{NUMBER}")


def summary_sources_html(work: Work | None) -> str:
    """Render a card for each citation."""
    if work is None or not work.turn.sources:
        return tag("div", text_tag("p", NO_SOURCES), css="bot-nothing")
    heading = text_tag("h3", plural(len(work.turn.sources), "source"))
    cards = [card_html(NUMBER, source) for source in work.turn.sources]
    group = tag("section", block(heading, *cards), css=f"bot-group turn-{NUMBER} current")
    return tag("div", group, css="bot-sources")


def _summary(work: Work, summary: Summary, *, bullets: bool) -> str:
    groups = _by_document(summary)
    return block(
        text_tag("p", f"About: {summary.focus}" if summary.focus else "", css="bot-understood"),
        *(_said(work, title, own, bullets=bullets) for title, own in groups),
        *(text_tag("p", f"Left out: {line}", css="bot-caveat") for line in summary.warnings),
        _small_print(summary), text_tag("p", left_out_line(summary.left_out), css="bot-small"),
        _actions(summary, bullets=bullets),
        *(_compared(summary, agrees) for agrees in COMPARED), _coverage(summary),
    )  # fmt: skip


def _by_document(summary: Summary) -> list[tuple[str, list[Sentence]]]:
    """Return the sentences of each document under its title; of a single one under none."""
    if len(summary.documents) == 1:
        return [("", list(summary.sentences))]
    return [(document.title, own) for document, own in summary.by_document()]


def _said(work: Work, title: str, own: Sequence[Sentence], *, bullets: bool) -> str:
    rows = {s.citation.marker for s in work.turn.sources if is_of_table(s.citation)}
    shown = [sentence_html(NUMBER, each, is_row=bool(rows & set(each.citations))) for each in own]
    head = text_tag("h3", title, css="bot-of")
    if bullets:
        return block(head, tag("ul", block(*(tag("li", each) for each in shown)), css="bot-said bot-points"))
    return block(head, tag("p", " ".join(shown), css="bot-said"))


def _small_print(summary: Summary) -> str:
    words, kinds = plural(summary.n_words, "word"), kinds_of(summary.sentences)
    parts = (words, kinds, f"{summary.seconds:.1f} s", summary.model)
    return text_tag("p", " · ".join(parts), css="bot-small")


def _actions(summary: Summary, *, bullets: bool) -> str:
    return tag("div", block(
        act_button("Copy", "copy-markdown", NUMBER),
        act_button("Copy as plain text", "copy-plain", NUMBER),
        act_button("Export", "export-summary", NUMBER),
        text_tag("pre", summary_markdown(summary, bullets=bullets), css="bot-copy markdown"),
        text_tag("pre", summary_lines(summary, bullets=bullets), css="bot-copy plain"),
    ), css="bot-actions")  # fmt: skip


def _compared(summary: Summary, agrees: bool) -> str:
    found = [each for each in summary.comparisons if each.agrees is agrees]
    if not found:
        return ""
    rows = [tag("li", block(*(_side(side) for side in each.sides))) for each in found]
    return tag("div", block(text_tag("h3", COMPARED[agrees]), tag("ul", block(*rows))), css="bot-compared")


def _side(side: Side) -> str:
    """Show what one document says, its value marked; the class leads to the words (reader.js)."""
    where = f"bot-card side doc-{side.doc_id} from-{side.start} to-{side.end}"
    words = block(text_tag("b", side.value), text_tag("q", " ".join(side.quote.split())))
    return tag("div", block(text_tag("h4", side.title or side.external_id), words), css=where, tabindex="0")


def _coverage(summary: Summary) -> str:
    cited = sum(row.cited for row in summary.coverage)
    head = text_tag("h3", f"What it covers: {cited} of {plural(len(summary.coverage), 'section')}")
    legend = text_tag("p", "Share of the text (grey), and of the summary.", css="bot-caveat")
    titles = {document.doc_id: document.title for document in summary.documents}
    rows: list[str] = []
    before = ""
    for row in summary.coverage[:MAX_ROWS]:
        if len(titles) > 1 and row.doc_id != before:
            rows.append(tag("li", text_tag("b", titles[row.doc_id]), css="bot-of"))
        before = row.doc_id
        rows.append(_coverage_row(row))
    left = len(summary.coverage) - MAX_ROWS
    more = text_tag("p", f"and {plural(left, 'section')} more", css="bot-caveat") if left > 0 else ""
    return tag("div", block(head, legend, tag("ol", block(*rows)), more), css="bot-coverage")


def _coverage_row(row: Coverage) -> str:
    title = text_tag("span", row.section, css="bot-section")
    figures = text_tag("span", f"{row.share:.0%} / {row.summary_share:.0%}", css="bot-shares")
    bars = tag("span", block(_bar(row.share, "text"), _bar(row.summary_share, "told")), css="bot-bars")
    return tag("li", block(title, figures, bars), css="" if row.cited else "left-out")


def _bar(share: float, kind: str) -> str:
    steps = max(round(BAR_STEPS * share), 1) if share else 0
    return tag("span", css=f"bot-bar {kind} w-{steps}")
