"""What share each section has in its document and in the summary. After cite."""

from __future__ import annotations

from collections.abc import Sequence

from bot.datatypes import Citation, Sentence
from bot.summary.datatypes import Coverage, Place


def coverage(
    places: Sequence[Place], sentences: Sequence[Sentence], citations: Sequence[Citation]
) -> tuple[Coverage, ...]:
    """Return one row for each section, in order; a sentence with several citations is shared among them."""
    weights = {place: 0.0 for place in range(len(places))}
    held = {citation.marker: _place_of(citation, places) for citation in citations}
    for sentence in sentences:
        n_words = len(sentence.text.split()) / len(sentence.citations)
        for marker in sentence.citations:
            weights[held[marker]] += n_words
    total = sum(weights.values()) or 1.0
    cited = set(held.values())
    return tuple(
        Coverage(
            doc_id=place.document.doc_id,
            section=place.section.title,
            start=place.section.start,
            end=place.section.end,
            share=(place.section.end - place.section.start) / len(place.document.text),
            cited=i in cited,
            summary_share=weights[i] / total,
        )
        for i, place in enumerate(places)
    )


def _place_of(citation: Citation, places: Sequence[Place]) -> int:
    """Return the index of the section in which a citation starts. Sections cover their documents."""
    return next(
        i
        for i, place in enumerate(places)
        if place.document.doc_id == citation.doc_id
        and place.section.start <= citation.start < place.section.end
    )
