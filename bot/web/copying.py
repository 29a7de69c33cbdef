"""A turn as text to take away: Markdown or plain, each sentence with its markers, the quotes below.

What documents and models say is data here too: in Markdown nothing of it becomes markup.
"""

from __future__ import annotations

import re

from bot.datatypes import Citation, marked
from bot.web.talk import Turn

_MARKUP = re.compile(r"([\\`*_\[\]<>#|~$])")


def plain(turn: Turn) -> str:
    """Return a question, its answer and the cited words as plain text."""
    said = " ".join(marked(sentence) for sentence in turn.sentences) or _fixed(turn)
    sources = [
        _source(source.citation, source.citation.title, source.citation.quote) for source in turn.sources
    ]
    return "\n\n".join(filter(None, (turn.question, said, "\n".join(sources))))


def markdown(turn: Turn) -> str:
    """Return the same as Markdown: the question as a heading, the quotes as a list."""
    said = " ".join(
        f"{literal(sentence.text)} {''.join(f'[{marker}]' for marker in sentence.citations)}".rstrip()
        for sentence in turn.sentences
    )
    sources = [
        "- " + _source(source.citation, literal(source.citation.title), literal(source.citation.quote))
        for source in turn.sources
    ]
    heading = f"## {literal(turn.question)}"
    return "\n\n".join(filter(None, (heading, said or literal(_fixed(turn)), "\n".join(sources))))


def literal(text: str) -> str:
    r"""Return text in one line that Markdown shows as it is: "5 * 3" -> "5 \* 3"."""
    return _MARKUP.sub(r"\\\1", " ".join(text.split()))


def _source(citation: Citation, title: str, quote: str) -> str:
    where = f", page {citation.page}" if citation.page else ""
    return f"[{citation.marker}] {title or citation.external_id}{where}: “{' '.join(quote.split())}”"


def _fixed(turn: Turn) -> str:
    return turn.answer.fixed_text if turn.answer else turn.notice
