"""The line of `gold new`: documents -> sentences -> facts -> questions -> rows for a person to correct."""

from __future__ import annotations

import random
import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from bot.datatypes import Document
from bot.errors import UsageError
from bot.evaluate.gold.askable import TITLE, Fact, facts, stands_alone
from bot.evaluate.gold.wording import ruled_question
from bot.evaluate.gold.written import Writer, is_sound, small
from bot.facts import names
from bot.sentences import sentence_spans
from bot.store import Store

PER_DOCUMENT = 3  # questions, so that no document decides what a whole set measures
MODEL_TRIES = 6  # sentences of a document that the model is asked about: it takes seconds, and most fail
MAX_TITLE_CHARACTERS = 100
_INNER_NAME = re.compile(r"(?<=[a-z,;] )[A-Z][\w-]*")  # capitalised within a sentence: a name
_WEAK_NAMES = set(  # they do not say what a question is about
    "January February March April May June July August September October November December Monday Tuesday "
    "Wednesday Thursday Friday Saturday Sunday Christmas Easter".split()
)
Maker = Callable[[str, Fact], str | None]


@dataclass(frozen=True, slots=True)
class Proposal:
    """A question with its evidence. `made_by`: "rule" or "model"; `answers`: the fact, as the text has it."""

    question: str
    answers: tuple[str, ...]
    doc_id: str
    quote: str
    page: int | None
    made_by: str

    def row(self, number: int) -> dict[str, Any]:
        """Return it as a gold row that nobody has reviewed."""
        evidence = {"doc_id": self.doc_id, "quote": self.quote}
        return {
            "id": f"new-{number}",
            "question": self.question,
            "answers": list(self.answers),
            "answerable": True,
            "type": "proposed",
            "evidence": [evidence | ({"page": self.page} if self.page else {})],
            "made_by": self.made_by,
            "reviewed": False,
        }


@dataclass(frozen=True, slots=True)
class _Sentence:
    """A sentence `document.text[start:end]` on one line, with what can be asked for in it."""

    start: int
    end: int
    text: str
    facts: tuple[Fact, ...]


def propose(store: Store, collection: str, writer: Writer, *, seed: int) -> Iterator[Proposal]:
    """Yield questions, one of a document after the other, at most PER_DOCUMENT of each, until all are done.

    The same seed, documents and models give the same questions in the same order.

    Raises:
        UnknownCollection: there is none of that name.
        UsageError: the collection is empty.
    """
    doc_ids = [document.doc_id for document in store.documents(collection)]
    if not doc_ids:
        raise UsageError(f"collection {collection!r} is empty: bot ingest takes documents in")
    random.Random(seed).shuffle(doc_ids)  # noqa: S311 - a sample, not a secret
    sources = [_of_document(store, collection, doc_id, writer, seed) for doc_id in doc_ids]
    asked: set[str] = set()
    for _ in range(PER_DOCUMENT):
        for source in sources:
            for proposal in source:
                if proposal.question.lower() not in asked:
                    asked.add(proposal.question.lower())
                    yield proposal
                    break


def _of_document(store: Store, collection: str, doc_id: str, writer: Writer, seed: int) -> Iterator[Proposal]:
    """Yield questions about a document, one a sentence: first those that a rule makes, then the model's.

    Over the sample library nearly all of the rules' questions were fair, and most of the small model's not.
    """
    document = store.document(collection, doc_id)
    name_words = frozenset(_INNER_NAME.findall(document.text))
    left = _sentences(document, random.Random(f"{seed} {doc_id}"))  # noqa: S311 - a sample, not a secret

    def rule(sentence: str, fact: Fact) -> str | None:
        return ruled_question(sentence, fact, name_words=name_words)

    for sentence in list(left):
        if proposal := _proposal(document, sentence, rule, writer, made_by="rule"):
            left.remove(sentence)
            yield proposal
    for sentence in left[:MODEL_TRIES]:
        if proposal := _proposal(document, sentence, writer.write, writer, made_by="model"):
            yield proposal


def _sentences(document: Document, chance: random.Random) -> list[_Sentence]:
    """Return the sentences to ask about, shuffled, quotations last, each with its facts shuffled."""
    found = []
    for start, end in sentence_spans(document.text):
        text = " ".join(document.text[start:end].split())
        askable = facts(text) if stands_alone(text) else []
        if askable:
            found.append(_Sentence(start, end, text, tuple(chance.sample(askable, len(askable)))))
    chance.shuffle(found)
    found.sort(
        key=lambda sentence: sentence.text[0] in '“"'
    )  # "Who said ...?" only where nothing else is left
    return found


def _proposal(
    document: Document, sentence: _Sentence, make: Maker, writer: Writer, *, made_by: str
) -> Proposal | None:
    """Return the first question that passes, or None. The model is asked for one fact only: it is slow."""
    tried = sentence.facts if made_by == "rule" else sentence.facts[:1]
    for fact in tried:
        question = make(sentence.text, fact)
        others = [other for other in sentence.facts if other.kind == fact.kind and other != fact]
        if not question or not is_sound(question, sentence.text, fact):
            continue
        if writer.fits(question, sentence.text, fact, others) and (named := _named(question, document)):
            return Proposal(
                question=named,
                answers=_answers(sentence.text[fact.start : fact.end], fact.kind),
                doc_id=document.external_id,
                quote=document.text[sentence.start : sentence.end],
                page=bisect_right(document.page_starts, sentence.start) or None,
                made_by=made_by,
            )
    return None


def _named(question: str, document: Document) -> str | None:
    """Return a question that says what it is about: where it has no name or quote, the document's title."""
    if "“" in question or set(names(small(question))) - _WEAK_NAMES:
        return question
    title = " ".join(document.title.split())
    return f"According to “{title}”, {small(question)}" if 0 < len(title) <= MAX_TITLE_CHARACTERS else None


def _answers(fact: str, kind: str) -> tuple[str, ...]:
    """Return the fact, and a person's name also without title."""
    untitled = re.sub(rf"^(?:{TITLE} )+(?=\S+ \S)", "", fact) if kind == "person" else fact
    return tuple(dict.fromkeys([fact, untitled]))
