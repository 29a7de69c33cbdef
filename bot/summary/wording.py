"""A chosen sentence -> the words in which it is shown, and its citation. After choice.

The same forms, generator and checks as for answers. Without a focus nothing says which part of a sentence is
asked for, so rules alone shorten it, and only what says nothing by itself goes; a larger generator may then
write words of its own about the document's title. What does not pass is shown as it stands.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.cite import cite
from bot.datatypes import Citation, Context, Evidence, Passage, Sentence, Status, Tokens
from bot.facts import missing_numbers
from bot.phrase import Phraser
from bot.shorten import forms
from bot.summary.datatypes import NO_TOKENS, Point
from bot.summary.standing import opener_end, points_back
from bot.summary.transcript import as_told, speaker_label
from bot.verify import SUPPORTED, Verifier, WordingVerifier

LONG_SENTENCE = 30  # words: of a longer one whole parts may go


@dataclass(frozen=True, slots=True)
class Words:
    """How a point is shown; `support` in [0, 1]."""

    text: str
    status: Status
    support: float
    tokens: Tokens = NO_TOKENS


class Wording:
    """Shortens chosen sentences and keeps what a verifier passes. Each point is worded once."""

    def __init__(
        self,
        *,
        focused: Phraser | None = None,
        writer: Phraser | None = None,
        verifier: Verifier | None = None,
        shortens: bool = True,
    ) -> None:
        """Put the parts together.

        Args:
            focused: shortens where there is a focus; None leaves that to the rules.
            writer: a larger generator that writes where there is none; None for a small one.
            verifier: passes or drops what the rules propose.
            shortens: False quotes every sentence.
        """
        self.focused = focused
        self.writer = writer
        self.verifier = verifier or WordingVerifier()
        self.shortens = shortens

    @property
    def model_name(self) -> str:
        """The generator's name; "quotes only" where nothing is phrased."""
        phraser = self.focused or self.writer
        return phraser.generator.name if phraser and self.shortens else "quotes only"

    def word(self, point: Point, focus: str) -> Words:
        """Return the words in which a point is shown."""
        if point.is_row:
            return Words(point.plain, Status.QUOTED, 1.0)
        line = " ".join(point.text.split())
        if not self.shortens:
            return Words(line, Status.QUOTED, 1.0)
        told = as_told(line) if point.speaker else line
        phraser, question = (self.focused, focus) if focus else (self.writer, point.document.title)
        tokens = NO_TOKENS
        if phraser:
            phrasing = phraser.phrase(question, replace(evidence_of(point), text=told))
            tokens = phrasing.tokens
            if phrasing.text is not None and _stands(phrasing.text):
                return Words(phrasing.text, Status.SUPPORTED, phrasing.support, tokens)
        text = self._by_rules(point.plain, told)
        if text == line:
            return Words(line, Status.QUOTED, 1.0, tokens)
        return Words(text, Status.SUPPORTED, self.verifier.support(text, told), tokens)

    def _by_rules(self, plain: str, told: str) -> str:
        """Return the sentence without fillers, a long one without the parts that may go as well.

        Figures stay: with no question asked, they may be what it is all about. `told` is the sentence itself,
        what was spoken without its hums: what is proposed is checked with it.
        """
        bare, shorter = forms(plain, "")
        whole = [form for form in shorter if not missing_numbers(plain, form)]
        proposed = [*(whole if len(plain.split()) > LONG_SENTENCE else []), bare, plain]
        passing = (form for form in proposed if _stands(form) and self._passes(form, told))
        return next(passing, told)

    def _passes(self, form: str, told: str) -> bool:
        return form == told or self.verifier.support(form, told) >= SUPPORTED


def evidence_of(point: Point) -> Evidence:
    """Return a point as evidence: the passage is the sentence itself."""
    document = point.document
    passage = Passage(
        f"{document.doc_id}:{point.start}-{point.end}", document.doc_id, document.external_id, document.title,
        document.source, point.text, point.start, point.end, None, None, point.text,
    )  # fmt: skip
    return Evidence(passage, point.start, point.end, point.text, 1.0)


def cited(point: Point, *, marker: int, support: float) -> Citation:
    """Return the exact slice of a point; the label of its turn is context: it says whose words they are."""
    citation = cite(evidence_of(point), point.document, marker=marker, support=support)
    if point.speaker is None:
        return citation
    start, end = point.speaker
    label = Context("speaker", start, end, point.document.text[start:end])
    return replace(citation, context=(label, *citation.context))


def shown(point: Point, words: Words, markers: tuple[int, ...], *, before: Point | None = None) -> Sentence:
    """Return the sentence of a summary; who says it goes first, unless that is who said the one `before`."""
    label = label_of(point)
    goes_on = before is not None and before.document.doc_id == point.document.doc_id
    lead = "" if goes_on and before and label_of(before) == label else label
    return Sentence(lead + words.text, markers, words.support, words.status)


def label_of(point: Point) -> str:
    """Return who says a point in a transcript, "Ann: "; else ""."""
    return speaker_label(point.document.text, point.speaker) if point.speaker else ""


def _stands(text: str) -> bool:
    return not points_back(text) and not opener_end(text)
