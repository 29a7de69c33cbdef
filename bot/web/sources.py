"""The right pane: a card for each citation, its words marked where they stand in the document.

Cards of every turn are in the pane, those of the last turn shown: a marker of an earlier answer brings
its own turn's cards back (chat.js), and the document open at the words (reader.js). An abstention shows
the nearest passages, marked as no evidence.
"""

from __future__ import annotations

from bot.about import headed
from bot.cite import is_cell, shown
from bot.datatypes import Citation, Hit
from bot.web.conversation import marker_button, place
from bot.web.excerpt import opening
from bot.web.markup import block, escape, plural, tag, text_tag
from bot.web.talk import Source, Thread, Turn

EMPTY = "The words behind each sentence appear here, marked in their place in the document."
NOT_EVIDENCE = "Nearest to your question. They do not answer it, so nothing is claimed from them."
GONE = "This document is no longer in the collection, or was replaced; these were its words."
ELLIPSIS = tag("span", "…", css="bot-cut")
CONTEXT_NAMES = {"row": "Row", "column": "Column", "caption": "Table", "unit": "Unit", "note": "Note"}


def sources_html(thread: Thread) -> str:
    """Render the cards of all turns; the last turn that has any is the current one."""
    with_cards = [turn for turn in thread if turn.sources or turn.closest]
    if not with_cards:
        return tag("div", text_tag("p", EMPTY), css="bot-nothing")
    current = with_cards[-1].number if with_cards[-1] is thread[-1] else 0
    groups = [_group(turn, current=turn.number == current) for turn in with_cards]
    empty = "" if current else tag("div", text_tag("p", EMPTY), css="bot-nothing")
    return tag("div", block(*groups, empty), css="bot-sources")


def _group(turn: Turn, *, current: bool) -> str:
    """Render the cards of one turn."""
    if turn.sources:
        heading = text_tag("h3", plural(len(turn.sources), "source"))
        cards = [card_html(turn.number, source) for source in turn.sources]
    else:
        heading = block(text_tag("h3", "Closest passages"), text_tag("p", NOT_EVIDENCE, css="bot-caveat"))
        cards = [_closest(hit) for hit in turn.closest]
    css = f"bot-group turn-{turn.number}{' current' if current else ''}"
    return tag("section", block(heading, *cards), css=css)


def card_html(turn: int, source: Source) -> str:
    """Render one citation: where it is from, and its words in the text around them, a cell's read out too."""
    citation = source.citation
    title, known = headed(citation.title, citation.about)
    where = _place(citation.page, citation.section, citation.title, known=known)
    head = _head(marker_button(turn, citation.marker), title or citation.external_id, where)
    read = text_tag("p", shown(citation), css="bot-told") if is_cell(citation) else ""
    body = block(head, read, quotation(source), _context(citation))
    css = f"bot-card {place(turn, citation.marker)} {slices(citation) if source.excerpt else 'gone'}"
    return tag("article", body, css=css, tabindex="0")


def slices(citation: Citation) -> str:
    """Name the classes by which reader.js finds a document, a quote and what it is cited with."""
    beside = "".join(f"-{part.start}_{part.end}_{part.role}" for part in citation.context)
    named = f"doc-{citation.doc_id} from-{citation.start} to-{citation.end}"
    return f"{named} with{beside}" if beside else named


def quotation(source: Source) -> str:
    """Show the marked words in their surroundings, or alone with a remark where those are gone."""
    found = source.excerpt
    if found is None:
        words = tag("blockquote", text_tag("mark", source.citation.quote))
        return block(words, text_tag("p", GONE, css="bot-caveat"))
    return tag("blockquote", block(
        ELLIPSIS if found.cut_before else "", escape(found.before), text_tag("mark", found.quote),
        escape(found.after), ELLIPSIS if found.cut_after else "",
    ))  # fmt: skip


def _closest(hit: Hit) -> str:
    """Render a passage near the question, without a mark because nothing rests on it."""
    passage = hit.passage
    words, cut = opening(passage.text)
    rank = text_tag("span", str(hit.rank), css="bot-rank")
    head = _head(
        rank, passage.title or passage.external_id, _place(passage.page, passage.section, passage.title)
    )
    quoted = tag("blockquote", block(escape(words), ELLIPSIS if cut else ""))
    where = f"doc-{passage.doc_id} at-{passage.start} until-{passage.end}"
    return tag("article", block(head, quoted), css=f"bot-card closest {where}", tabindex="0")


def _head(number: str, title: str, where: str) -> str:
    """Render the lines that name the source."""
    names = block(text_tag("h4", title), text_tag("p", where, css="bot-where"))
    return tag("header", block(number, tag("div", names)))


def _place(page: int | None, section: str | None, title: str, *, known: str = "") -> str:
    """Name page and section, where they say more than the title: "Page 12 · Item 1A. Risk Factors".

    Before them, what is `known` of the document: "The Verge, 2023-11-01".
    """
    named = section if section and section != title else ""
    return " · ".join(filter(None, (known, f"Page {page}" if page else "", named)))


def _context(citation: Citation) -> str:
    """List what a table's row or cell is cited with, which counts as cited words."""
    named = [
        tag("li", block(text_tag("b", CONTEXT_NAMES.get(part.role, part.role)), " ", escape(part.quote)))
        for part in citation.context
    ]
    return tag("ul", block(*named), css="bot-context") if named else ""
