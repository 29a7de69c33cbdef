"""The line of `summarize`, and the only place that knows its order:

documents -> sections -> points -> shortlist -> vectors -> salience -> choice -> order of the source
-> wording -> cite -> Summary
"""  # noqa: D400, D415 - the first line introduces the diagram

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bot.datatypes import Citation, Document, Sentence, Tokens
from bot.embed import Encoder
from bot.errors import NothingAbout, UsageError
from bot.facts import stems
from bot.language_model import LanguageModel
from bot.left_out import Cuts, note
from bot.summary.about import holding, under_headings
from bot.summary.alike import comparisons, said_by_others
from bot.summary.choice import Chooser, budget_words
from bot.summary.coverage import coverage
from bot.summary.datatypes import NO_TOKENS, Length, Place, Point, Summary, SummaryProgress
from bot.summary.points import points_of
from bot.summary.rows import result_rows
from bot.summary.salience import Focus, is_specific, likelier, salience
from bot.summary.sections import cover
from bot.summary.shortlist import lexical, shortlist
from bot.summary.wording import Wording, Words, cited, shown
from bot.tokens import count_tokens

GROUP = 64  # sentences encoded between two reports of progress: a second of work
MAX_FOCUS_CHARACTERS = 1_000
MAX_SENTENCE_CHARACTERS = 600  # of a sentence for the encoder, which reads no more
Event = SummaryProgress | Summary


@dataclass(frozen=True, slots=True)
class _Weighed:
    """The sentences on trial, their vectors (n, d) of unit length and salience (n,); `Summary.nearness`."""

    points: list[Point]
    vectors: np.ndarray
    scores: np.ndarray
    nearness: float


class Summarizer:
    """Summarises documents with an encoder, and for a focus with a language model that reads."""

    def __init__(self, *, encoder: Encoder, scorer: LanguageModel | None, wording: Wording) -> None:
        """Put the parts together; without a `scorer` a focus is judged by words and vectors alone."""
        self.encoder = encoder
        self.scorer = scorer
        self.wording = wording

    def summarize(
        self, documents: Sequence[Document], *, length: Length = Length.MEDIUM, focus: str = ""
    ) -> Summary:
        """Return the whole summary. See `stream`."""
        *_, summary = self.stream(documents, length=length, focus=focus)
        assert isinstance(summary, Summary)
        return summary

    def stream(
        self,
        documents: Sequence[Document],
        *,
        length: Length = Length.MEDIUM,
        focus: str = "",
        cuts: Cuts | None = None,
    ) -> Iterator[Event]:
        """Yield how far the work is, section by section, and the Summary last.

        Args:
            documents: one or more; copies count once, and are named among the warnings.
            length: of the summary.
            focus: what it is to be about; "" for what matters in the documents, as is one that names
                nothing ("the main points"). One that names a part ("risk factors") is that part, else
                documents that do not hold it are left out.
            cuts: where what a model did not read is counted as well; None for an own count.

        Raises:
            UsageError: no sentence can be told apart in any of them, or the focus is too long.
            NothingAbout: none of them holds the focus.
        """
        started, cuts = time.perf_counter(), cuts or Cuts()
        if len(focus) > MAX_FOCUS_CHARACTERS:
            raise UsageError(
                f"--focus has {len(focus):,} characters, at most {MAX_FOCUS_CHARACTERS:,} are read"
            )
        about = " ".join(focus.split()) if is_specific(focus) else ""
        documents, copies = _without_copies(documents)
        places, points = yield from self._read(documents)
        if not points:
            raise UsageError(_nothing_to_say(documents))
        if about and (headed := under_headings(points, about)):
            points, about = headed, ""
        weighed = yield from self._weighed(places, points, about, cuts)
        budget = budget_words(length, sum(point.n_words for point in points))
        yield SummaryProgress("writing", len(places), len(places))
        worded = _Worded(self.wording, about)
        chooser = Chooser(weighed.points, weighed.vectors, weighed.scores, worded=worded.text)
        with cuts.noting():
            found = chooser.choose(length, budget, focused=bool(about))
            chosen = sorted(found, key=_in_source(weighed.points))
            sentences, citations = _cited(chosen, weighed, worded)
        yield Summary(
            documents=tuple(documents),
            length=length,
            focus=focus,
            budget_words=budget,
            sentences=sentences,
            citations=citations,
            coverage=coverage(places, sentences, citations),
            comparisons=comparisons(weighed.points, weighed.vectors) if len(documents) > 1 else (),
            model=self.wording.model_name,
            seconds=time.perf_counter() - started,
            tokens=worded.tokens,
            left_out=cuts.total(),
            nearness=weighed.nearness,
            warnings=tuple(f"{name}: the same text as {first}" for name, first in copies),
        )

    def _read(
        self, documents: Sequence[Document]
    ) -> Generator[SummaryProgress, None, tuple[list[Place], list[Point]]]:
        """Cut documents into sections and these into points; return (places, points)."""
        places: list[Place] = []
        points: list[Point] = []
        for n, document in enumerate(documents):
            yield SummaryProgress("reading", n, len(documents))
            sections = cover(document)
            told = points_of(document, sections, first_place=len(places))
            rows = result_rows(document, sections, first_place=len(places)) if told else []
            points += sorted((*told, *rows), key=lambda point: point.start)
            places += [Place(document, section) for section in sections]
        return places, points

    def _weighed(
        self, places: Sequence[Place], points: list[Point], focus: str, cuts: Cuts
    ) -> Generator[SummaryProgress, None, _Weighed]:
        """Encode the shortlist, section by section, and weigh it; return it as `_Weighed`."""
        asked = stems(focus)
        words = lexical(points)
        kept = shortlist(points, words, focus=asked)
        if len(kept) < len(points):
            points = [points[i] for i in kept]
            words = lexical(points)  # what is first, and how often a word comes, among those on trial
        vectors = np.zeros((len(points), self.encoder.identity.n_dimensions), np.float32)
        for first in range(0, len(points), GROUP):
            group = points[first : first + GROUP]
            yield SummaryProgress("weighing", group[0].place, len(places))
            with cuts.noting():
                vectors[first : first + len(group)] = self._encoded(group)
        with cuts.noting():
            about = Focus(self.encoder.encode_query(focus), tuple(asked)) if focus else None
        nearness = 1.0
        if about:
            near = vectors @ about.vector
            nearness = min(1.0, max(0.0, float(near.max())))
            held = holding(points, words.stems, near, about.stems)
            kept = np.array([i for i, p in enumerate(points) if p.document.doc_id in held], np.int64)
            if not len(kept):
                raise NothingAbout(_nothing_about(focus, points))
            if len(kept) < len(points):
                points, vectors = [points[i] for i in kept], vectors[kept]
                words = lexical(points)
        with cuts.noting():
            scores = salience(points, vectors, words, about)
            if focus and self.scorer:
                scores = likelier(self.scorer, focus, points, scores)
        return _Weighed(points, vectors, scores, nearness)

    def _encoded(self, points: Sequence[Point]) -> np.ndarray:
        """Return the vectors (n, d) of points, of very long ones those of their beginnings."""
        for point in points:
            if beyond := point.plain[MAX_SENTENCE_CHARACTERS:]:
                note(Path(self.encoder.identity.name).name, "sentence", point.plain, count_tokens(beyond))
        return self.encoder.encode_passages([point.plain[:MAX_SENTENCE_CHARACTERS] for point in points])


class _Worded:
    """The words of points, each found once."""

    def __init__(self, wording: Wording, focus: str) -> None:
        self.wording = wording
        self.focus = focus
        self._known: dict[tuple[str, int], Words] = {}

    def words(self, point: Point) -> Words:
        key = (point.document.doc_id, point.start)
        if key not in self._known:
            self._known[key] = self.wording.word(point, self.focus)
        return self._known[key]

    def text(self, point: Point) -> str:
        return shown(point, self.words(point), ()).text

    @property
    def tokens(self) -> Tokens:
        return sum((words.tokens for words in self._known.values()), NO_TOKENS)


def _cited(
    chosen: Sequence[int], weighed: _Weighed, worded: _Worded
) -> tuple[tuple[Sentence, ...], tuple[Citation, ...]]:
    """Return the sentences with their citations, those of other documents that say the same included."""
    sentences: list[Sentence] = []
    citations: list[Citation] = []
    before: Point | None = None
    for i in chosen:
        point = weighed.points[i]
        words = worded.words(point)
        others = said_by_others(i, words.text, weighed.points, weighed.vectors)
        markers = tuple(range(len(citations) + 1, len(citations) + 2 + len(others)))
        for marker, j in zip(markers, [i, *others], strict=True):
            citations.append(cited(weighed.points[j], marker=marker, support=words.support))
        sentences.append(shown(point, words, markers, before=before))
        before = point
    return tuple(sentences), tuple(citations)


def _in_source(points: Sequence[Point]) -> Callable[[int], tuple[int, int]]:
    return lambda i: (points[i].place, points[i].start)


def _without_copies(documents: Sequence[Document]) -> tuple[list[Document], list[tuple[str, str]]]:
    """Return each text once, and of the documents left out the name beside that of the one that is kept."""
    kept: dict[str, Document] = {}
    copies: list[tuple[str, str]] = []
    for document in {document.doc_id: document for document in documents}.values():
        first = kept.setdefault(" ".join(document.text.split()), document)
        if first is not document:
            copies.append((document.external_id, first.external_id))
    return list(kept.values()), copies


def _nothing_about(focus: str, points: Sequence[Point]) -> str:
    n_documents = len({point.document.doc_id for point in points})
    read = points[0].document.external_id if n_documents == 1 else f"any of the {n_documents} documents"
    return f"found nothing in {read} about {focus!r}: name something they say, or leave the focus out"


def _nothing_to_say(documents: Sequence[Document]) -> str:
    named = documents[0].external_id if len(documents) == 1 else f"the {len(documents)} documents"
    return (
        f"{named}: no sentences to summarise (a table, code, or a script without spaces between words?); "
        "ask about it instead: bot ask QUESTION"
    )
