"""The citations of an answer against the gold evidence, and against the sentences that they stand behind."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bot.cite import read_out
from bot.computed.expression import Expression
from bot.computed.sentence import parted
from bot.evaluate.gold import GoldEvidence
from bot.evaluate.measures.amounts import amounts
from bot.evaluate.measures.citations import (
    CitedSentence,
    Counts,
    Span,
    citation_precision,
    citation_recall,
    support_precision,
    support_recall,
)
from bot.evaluate.relevance import Relevance
from bot.evaluate.scored import Scored
from bot.evaluate.scores import Value
from bot.row_forms import holds_row, is_cell
from bot.verify import WordingVerifier

_OPENED = re.compile(r"(?:Yes|No), by these words: (?P<quotes>[“‘].*[”’])", re.DOTALL)
_QUOTED = re.compile(r"“([^“”]*)”|‘(.*?)’(?= and [“‘]|$)", re.DOTALL)
END = 2**62  # of a document whose length does not matter


def citation_values(scored: Scored, relevance: Relevance) -> dict[str, Value]:
    """Compare what was cited with the evidence of an answerable question.

    Any place of a piece of evidence is as good as another. A cell is cited with the label of its row, and
    either may be the evidence; what heads its column heads other rows as well. Evidence that names a document
    and no words in it is cited by any words of it. Not defined where a quote or page of it is not found.
    """
    gold = scored.gold
    if not gold.answerable or not gold.evidence or relevance.unlocated(gold):
        return {}
    citations = scored.prediction["citations"]
    pieces: list[list[Span]] = [
        [*places] or [*_whole(evidence, citations)]
        for evidence, places in zip(gold.evidence, relevance.places(gold), strict=True)
    ]
    everywhere = [span for piece in pieces for span in piece]
    cited = [_place(citation, everywhere) for citation in citations]
    places = [place for citation in citations for place in _places(citation)]
    n_found = sum(citation_recall(places, piece)[0] > 0 for piece in pieces)
    return _defined(
        {
            "citation precision": citation_precision(cited, everywhere),
            "citation recall": (n_found, len(pieces)),
        }
    )


def _place(citation: Mapping[str, Any], gold: Sequence[Span]) -> Span:
    """Return where a citation is: its quote, or its row's label where that is gold and the quote is not."""
    places = _places(citation)
    return next((place for place in places if citation_precision([place], gold)[0]), places[0])


def _places(citation: Mapping[str, Any]) -> list[Span]:
    """Return the span of a quote and, of a cell, that of its row's label."""
    roles = [(part["role"], part["quote"]) for part in citation["context"]]
    labels = [part for part in citation["context"] if part["role"] == "row"][-1:]
    parts = [citation, *(labels if is_cell(citation["quote"], roles) else [])]
    return [(citation["doc_id"], part["start"], part["end"]) for part in parts]


def support_values(scored: Scored) -> dict[str, Value]:
    """Tell how far the sentences are supported by what they cite, as ALCE has it, with our verifier."""
    sentences = list(_cited_sentences(scored.prediction))
    return _defined(
        {
            "support precision": support_precision(sentences, _support),
            "support recall": support_recall(sentences, _support),
        }
    )


def _support(claim: str, cited: str) -> float:
    """Ask our verifier, unless the claim is all of a quote: the words beside it can take nothing from that.

    A header that says "except per share amounts" would have the verifier miss an exception in the row.
    """
    if opened := _OPENED.fullmatch(claim):
        return min(_of_quote(one or other, cited) for one, other in _QUOTED.findall(opened["quotes"]))
    _, expression = parted(claim)
    if expression:
        return float(_holds_figures(cited, expression))
    quote, _, _ = cited.partition("\n")
    return 1.0 if claim == quote or holds_row(cited, claim) else WordingVerifier().support(claim, cited)


def _holds_figures(cited: str, expression: Expression) -> bool:
    """Tell whether words have every figure of an expression; that it comes to its result was checked."""
    held = {abs(amount.printed) for amount in amounts(cited)}
    return all(abs(term.value) in held for term in expression.terms)


def _of_quote(quote: str, cited: str) -> float:
    """Score what stands in quotation marks after yes or no: 1.0 where it is one of the quotes as a whole.

    Whether they make it a yes is no question of wording: `bot.yes_or_no` decides that.
    """
    return 1.0 if quote in cited.split("\n") else WordingVerifier().support(quote, cited)


def _whole(evidence: GoldEvidence, citations: list[dict[str, Any]]) -> Iterator[Span]:
    """Yield the documents of that name, as far as they were cited, from their first to their last word."""
    for citation in citations:
        if citation["external_id"] == evidence.doc_id:
            yield citation["doc_id"], 0, END


def _cited_sentences(prediction: Mapping[str, Any]) -> Iterator[CitedSentence]:
    words = {citation["marker"]: _cited_words(citation) for citation in prediction["citations"]}
    for sentence in prediction["sentences"]:
        yield sentence["text"], [words[marker] for marker in sentence["citations"] if marker in words]


def _cited_words(citation: Mapping[str, Any]) -> str:
    """Return what a citation stands for: its quote in one line, of a table read out, then its context."""
    context = [(part["role"], part["quote"]) for part in citation["context"]]
    return "\n".join([read_out(citation["quote"], context), *(words for _, words in context)])


def _defined(counts: Mapping[str, Counts]) -> dict[str, Value]:
    return {name: (float(part), float(whole)) for name, (part, whole) in counts.items() if whole}
