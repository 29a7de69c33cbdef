"""A turn as text to take away: Markdown or plain, each sentence with its markers, the quotes below.

What documents and models say is data here too: in Markdown nothing of it becomes markup.
"""

from __future__ import annotations

from collections.abc import Callable

from bot.about import headed
from bot.cite import told
from bot.datatypes import Citation, marked
from bot.render import literal
from bot.table_notes import told_notes
from bot.web.talk import Turn


def plain(turn: Turn) -> str:
    """Return a question, its answer and the cited words as plain text."""
    said = " ".join(marked(sentence) for sentence in turn.sentences) or _fixed(turn)
    sources = [source_line(source.citation, told(source.citation)) for source in turn.sources]
    return "\n\n".join(filter(None, (turn.question, narrowed(turn), said, "\n".join(sources))))


def markdown(turn: Turn) -> str:
    """Return the same as Markdown: the question as a heading, the quotes as a list."""
    said = " ".join(
        f"{literal(sentence.text)} {''.join(f'[{marker}]' for marker in sentence.citations)}".rstrip()
        for sentence in turn.sentences
    )
    sources = [
        "- " + source_line(source.citation, literal(told(source.citation)), shown=literal)
        for source in turn.sources
    ]
    heading = f"## {literal(turn.question)}"
    said = said or literal(_fixed(turn))
    return "\n\n".join(filter(None, (heading, literal(narrowed(turn)), said, "\n".join(sources))))


def narrowed(turn: Turn) -> str:
    """Say that only some documents were asked, and which; "" where all were."""
    return f"Only documents where {turn.where}" if turn.where else ""


def source_line(citation: Citation, quote: str, *, shown: Callable[[str], str] = str) -> str:
    """Return a citation in one line: marker, title, whose it is and of when, page, words, a table's notes.

    `shown` makes what is the document's own, but for `quote`, fit where it is put.
    """
    page = f"page {citation.page}" if citation.page else ""
    title, known = headed(citation.title, citation.about)
    named = [shown(part) for part in (title or citation.external_id, known) if part]
    where = ", ".join(filter(None, (*named, page)))
    notes = "".join(f" Note: “{shown(note)}”" for note in told_notes(citation.context))
    return f"[{citation.marker}] {where}: “{' '.join(quote.split())}”{notes}"


def _fixed(turn: Turn) -> str:
    return turn.answer.fixed_text if turn.answer else turn.notice
