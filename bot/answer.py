"""The line of `ask`, and the only place that knows its order:

    question -> standalone question -> search -> rerank -> evidence -> phrase -> cite -> Answer

A question that names several articles is answered part by part instead of reranked: `bot/compare.py`, and
one about several companies or periods filing by filing: `bot/across.py`. One that wants a summary gets
the words of `bot/summary`, of the documents that it means: `bot/overview.py`.
Evidence comes first: the sentences that answer are chosen before a word is written, the generator may
only shorten them, and where there is no evidence the bot says so. A question for a difference, a share or
an average is answered with the sum itself, from the cells around the evidence: `bot/computed`.
"""  # noqa: D400, D415 - the first line introduces the diagram

from __future__ import annotations

import copy
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import replace

from bot.abstention import EMPTY_COLLECTION, no_evidence
from bot.across import Across, FacetHits, across, facets_of, search_facets
from bot.cite import asked, cite, cite_cells, shown
from bot.compare import PartHits, compare, search_parts, taking_turns
from bot.computed.sentence import computed
from bot.conversation import History, last_said, small_talk, standalone_question
from bot.datatypes import (
    Answer,
    Citation,
    CitedSentence,
    Document,
    Evidence,
    Hit,
    Sentence,
    Stage,
    Status,
)
from bot.errors import UsageError
from bot.evidence import EvidenceSelector
from bot.named_rows import before_others, with_named_rows
from bot.overview import LEAST_NEAR, meant, overview_of
from bot.parse.cleaning import REPLACEMENT, clean
from bot.parts import decompose
from bot.phrase import Phraser
from bot.rerank import Reranker, in_one_list
from bot.retrieve import Retriever
from bot.scope import Scope, scope_of
from bot.second_opinion import SecondOpinion
from bot.selection import DEFAULT_K, length_of, short_selection
from bot.summary.datatypes import Summary
from bot.summary.summarizer import Summarizer
from bot.tables import is_table_row
from bot.turn import Turn
from bot.where import Where
from bot.yes_or_no import of_sentence, opened

MAX_QUESTION_CHARACTERS = 4_000

Event = Stage | CitedSentence | Answer


class Bot:
    """Answers questions about one collection."""

    def __init__(
        self,
        *,
        retriever: Retriever,
        reranker: Reranker | None,
        selector: EvidenceSelector,
        phraser: Phraser | None,
        opinion: SecondOpinion | None = None,
        summarizer: Callable[[bool], Summarizer] | None = None,
        threshold: float | None = None,
    ) -> None:
        """Put the stages together.

        Args:
            retriever: of the collection.
            reranker: None leaves hits in the order of the search.
            selector: chooses the evidence.
            phraser: None quotes every sentence.
            opinion: has its say in the confidence; None leaves that to the selector.
            summarizer: gives what sums documents up, with a focus or without; None answers a request for a
                summary as any question.
            threshold: the least confidence that is answered, in [0, 1]; None takes the selector's own.
        """
        self.retriever = retriever
        self.reranker = reranker
        self.selector = selector
        self.phraser = phraser
        self.opinion = opinion
        self.summarizer = summarizer
        self._threshold = threshold

    def within(self, where: Where) -> Bot:
        """Return a bot that answers from the documents that are meant alone, as if there were no others.

        Raises:
            UsageError: no document has such a field, or none has what is asked of it.
            StoreError: the collection is not there or was embedded with another encoder.
        """
        if not where:
            return self
        narrowed = copy.copy(self)
        narrowed.retriever = self.retriever.within(where)
        return narrowed

    def ask(
        self,
        question: str,
        *,
        history: History = (),
        k: int = DEFAULT_K,
        threshold: float | None = None,
        hidden: frozenset[str] = frozenset(),
    ) -> Answer:
        """Return the whole answer. See `stream`."""
        *_, answer = self.stream(question, history=history, k=k, threshold=threshold, hidden=hidden)
        assert isinstance(answer, Answer)
        return answer

    def stream(
        self,
        question: str,
        *,
        history: History = (),
        k: int = DEFAULT_K,
        threshold: float | None = None,
        hidden: frozenset[str] = frozenset(),
    ) -> Iterator[Event]:
        """Yield each stage as it begins, each sentence once it is checked, and the whole Answer last.

        Args:
            question: as typed.
            history: earlier turns, (role "user" or "agent", text), oldest first.
            k: how many passages answering may read, 1 or more.
            threshold: the least confidence that is answered this time, in [0, 1]; None for the bot's own.
            hidden: doc_ids of documents to answer without, as if they were not in the collection.

        Raises:
            UsageError: the question is empty or too long, or k is below 1.
            StoreError: the collection is not there or was embedded with another encoder.
        """
        question = checked_question(question, k=k)
        run = Turn(question, standalone_question(question, history), self.model_name)
        if line := small_talk(question):
            yield run.answer("chat", fixed_text=line, confidence=1.0)
            return
        yield Stage("Searching")
        scope = self._scope(run.standalone, hidden=hidden)
        with run.cuts.noting():
            hits, others = self._search(scope, history=history, hidden=hidden)
        run.retrieved_s = run.elapsed_s()
        if not hits:
            yield run.answer("abstention", reason="empty_collection", fixed_text=EMPTY_COLLECTION)
            return
        threshold = self.threshold if threshold is None else threshold
        found = in_one_list(hits, others)
        if (yield from self._in_parts(run, scope, found, k=k, threshold=threshold, hidden=hidden)) or (
            yield from self._summed_up(run, scope, found, history, hidden=hidden)
        ):
            return
        yield Stage("Reading the closest passages")
        with run.cuts.noting():
            hits = self.reranker.rerank(scope.asked, hits) if self.reranker else hits
        run.hits, run.reranked_s = run.hits or tuple(in_one_list(hits, others)), run.elapsed_s()
        yield Stage("Choosing the words that answer")
        with run.cuts.noting():
            evidence = self.selector.select(scope.asked, with_named_rows(scope.asked, hits, k))
            evidence = before_others(scope.asked, evidence)
            confidence = self._confidence(scope.asked, evidence)
        if confidence < threshold:
            yield self._declined(run, confidence, hidden=hidden, companies=scope.companies)
            return
        yield Stage("Writing and checking")
        for cited in self._said(run, scope.asked, evidence):
            yield run.add(cited)
        yield run.answer("answer", confidence=confidence)

    def retrieve(self, question: str, *, history: History = ()) -> list[Hit]:
        """Return the final hits alone: the part of the line that ends with the reranker."""
        standalone = standalone_question(checked_question(question, k=1), history)
        scope = self._scope(standalone)
        hits, others = self._search(scope, history=history)
        facets, parts = self._taken_apart(standalone, scope)
        if found := facets or parts:
            return taking_turns(found, [*hits, *others])
        hits = self.reranker.rerank(scope.asked, hits) if self.reranker else hits
        return in_one_list(hits, others)

    @property
    def threshold(self) -> float:
        """The least confidence that is answered, in [0, 1]."""
        return self.selector.weights.threshold if self._threshold is None else self._threshold

    @property
    def model_name(self) -> str:
        """The generator's name; "quotes only" where nothing is phrased."""
        return self.phraser.generator.name if self.phraser else "quotes only"

    def _confidence(self, question: str, evidence: Sequence[Evidence]) -> float:
        if not evidence:
            return 0.0
        best = evidence[0]
        if self.opinion is None:
            return best.score
        return self.opinion.confidence(best.score, question, best.passage.search_text)

    def _scope(self, question: str, *, hidden: frozenset[str] = frozenset()) -> Scope:
        return scope_of(question, self.retriever.documents(hidden=hidden), self.retriever.mentioning)

    def _search(
        self, scope: Scope, *, history: History, hidden: frozenset[str] = frozenset()
    ) -> tuple[list[Hit], list[Hit]]:
        """Return the hits in the documents that a question means, and those in all others."""
        said, out = last_said(history), scope.left_out
        hits = self.retriever.search(scope.asked, said=said, hidden=hidden | out)
        if not out:
            return hits, []
        searched = self.retriever.documents(hidden=hidden | out).keys()
        return hits, self.retriever.search(scope.asked, said=said, hidden=hidden | searched)

    def _taken_apart(
        self, question: str, scope: Scope, *, hidden: frozenset[str] = frozenset()
    ) -> tuple[list[FacetHits], list[PartHits]]:
        """Search for each company or period that a question compares, else for each article; or neither.

        One that names articles is about what they say, whoever is named in it besides.
        """
        parts = decompose(question, self.retriever.publishers())
        if not any(part.is_article for part in parts):
            out = hidden | scope.left_out
            found = facets_of(question, self.retriever.documents(hidden=out))
            if searched := search_facets(self.retriever, question, found, hidden=out):
                return searched, []
        return [], search_parts(self.retriever, question, parts, hidden=hidden)

    def _in_parts(
        self,
        run: Turn,
        scope: Scope,
        hits: Sequence[Hit],
        *,
        k: int,
        threshold: float,
        hidden: frozenset[str],
    ) -> Generator[Event, None, bool]:
        """Answer company by company, period by period or article by article; False where none is compared."""
        with run.cuts.noting():
            facets, parts = self._taken_apart(run.standalone, scope, hidden=hidden)
        if found := facets or parts:
            run.hits, run.retrieved_s = tuple(taking_turns(found, hits)), run.elapsed_s()
        if facets:
            yield Stage("Choosing the words of each filing")
            with run.cuts.noting():
                lines = across(self.selector, facets, threshold=threshold)
            if lines.chosen:
                yield from self._of_each(run, lines)
                return True
            if not facets[0].facet.period:  # companies: words about one of them would be half an answer
                yield self._declined(run, lines.confidence, hidden=hidden, companies=scope.companies)
                return True
        if parts:
            yield from self._compared(run, parts, k=k, hidden=hidden)
        return bool(parts)

    def _declined(
        self, run: Turn, confidence: float, *, hidden: frozenset[str], companies: Sequence[str] = ()
    ) -> Answer:
        text = no_evidence(run.standalone, self.retriever.texts(hidden=hidden), companies)
        return run.answer("abstention", reason="no_evidence", fixed_text=text, confidence=confidence)

    def _compared(
        self, run: Turn, found: Sequence[PartHits], *, k: int, hidden: frozenset[str]
    ) -> Iterator[Event]:
        """Answer with the words of each part's article, in the order of the question."""
        yield Stage("Choosing the words of each article")
        with run.cuts.noting():
            comparison = compare(self.retriever.encoder, found, k=k)
        confidence = comparison.confidence
        if not comparison.chosen:
            yield self._declined(run, confidence, hidden=hidden)
            return
        numbered = enumerate(comparison.chosen, start=1)
        cited = [
            self._cited(run, chosen, phraser=None, question=run.standalone, marker=marker)
            for marker, chosen in numbered
        ]
        said = comparison.yes_or_no(run.standalone) if self.phraser else None
        for each in [opened(said, cited)] if said else cited:
            yield run.add(each)
        yield run.answer("answer", confidence=confidence)

    def _summed_up(
        self, run: Turn, scope: Scope, hits: Sequence[Hit], history: History, *, hidden: frozenset[str]
    ) -> Generator[Event, None, bool]:
        """Answer with a summary; False, and nothing is said, where none is wanted or no document holds it."""
        wanted = overview_of(scope.asked if run.standalone == run.question else run.question)
        if wanted is None or self.summarizer is None:
            return False
        known = self.retriever.documents(hidden=hidden | scope.left_out)
        chosen = meant(wanted, known, [hit.passage.doc_id for hit in hits], goes_on=bool(history))
        if chosen is None:
            return False
        documents = [self._document(doc_id) for doc_id in chosen.doc_ids]
        yield Stage(
            f"Summing up {documents[0].title if len(documents) == 1 else f'{len(documents)} documents'}"
        )
        summing = self.summarizer(bool(chosen.focus))
        try:
            *_, summary = summing.stream(documents, length=chosen.length, focus=chosen.focus, cuts=run.cuts)
        except UsageError:  # no document holds it, or none has sentences: perhaps a row of a table does
            return False
        assert isinstance(summary, Summary)
        if summary.nearness < LEAST_NEAR:
            return False
        run.hits = run.hits or tuple(hits)
        run.count(summary.tokens)
        for sentence in summary.sentences:
            cited = [citation for citation in summary.citations if citation.marker in sentence.citations]
            yield run.add(CitedSentence(sentence, tuple(cited)))
        yield run.answer("answer", confidence=summary.nearness)
        return True

    def _of_each(self, run: Turn, found: Across) -> Iterator[Event]:
        """Answer with the line of each filing, of a table's row the cells of the filing's own period."""
        for searched, evidence in found.chosen:
            phraser = self.phraser if is_table_row(evidence.text) else None
            question = f"{searched.asked} {searched.facet.period}"
            yield run.add(self._cited(run, evidence, phraser=phraser, question=question))
        yield run.answer("answer", confidence=found.confidence)

    def _said(self, run: Turn, question: str, evidence: Sequence[Evidence]) -> Iterator[CitedSentence]:
        """Yield the sum that is asked for, else the words that answer, after yes or no where they say so."""
        if self.phraser and (sums := computed(run.standalone, evidence, self._document, marker=1)):
            yield sums
            return
        said = of_sentence(question, evidence[0].text) if self.phraser else None
        for chosen in short_selection(evidence, length_of(question), question):
            cited = self._cited(run, chosen, phraser=None if said else self.phraser, question=question)
            yield opened(said, [cited]) if said else cited
            said = None

    def _cited(
        self,
        run: Turn,
        evidence: Evidence,
        *,
        phraser: Phraser | None,
        question: str,
        marker: int | None = None,
    ) -> CitedSentence:
        """Cite a piece of evidence, shortened for a question where there is a phraser.

        Of a table's row that is shortened to some of its cells, these are cited.
        """
        document = self._document(evidence.passage.doc_id)
        citation = cite(evidence, document, marker=marker or len(run.citations) + 1, support=1.0)
        citations: tuple[Citation, ...] = (citation,)
        text, support, status = shown(citation), 1.0, Status.QUOTED
        if phraser:
            part = asked(citation, question)
            with run.cuts.noting():
                phrasing = (
                    phraser.phrase(question, evidence)
                    if part is None
                    else phraser.phrase_row(question, text, part.text)
                )
            run.count(phrasing.tokens)
            if phrasing.text is not None:
                text, support, status = phrasing.text, phrasing.support, Status.SUPPORTED
                citations = cite_cells(citation, document, part.cells) if part else citations
        sentence = Sentence(text, tuple(each.marker for each in citations), support, status)
        return CitedSentence(sentence, tuple(replace(each, support=support) for each in citations))

    def _document(self, doc_id: str) -> Document:
        return self.retriever.store.document(self.retriever.collection, doc_id)


def checked_question(question: str, *, k: int) -> str:
    """Return the question without white space around it, and without characters that are no text.

    Raises:
        UsageError: it is empty or too long, or `k` is below 1.
    """
    question = clean(question).text.replace(REPLACEMENT, " ").strip()
    if not any(character.isalnum() for character in question):
        raise UsageError('the question is empty: type one, for example bot ask "Who signed the lease?"')
    if len(question) > MAX_QUESTION_CHARACTERS:
        raise UsageError(
            f"the question has {len(question):,} characters, at most {MAX_QUESTION_CHARACTERS:,} are "
            "read: ask about one thing, and ingest long texts as documents"
        )
    if k < 1:
        raise UsageError(f"-k {k} passages leave nothing to answer from: give 1 or more")
    return question
