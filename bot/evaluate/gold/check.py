"""What is wrong with a gold file, line by line; with a collection also whether its evidence stands there."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.datatypes import DocumentSummary
from bot.errors import UsageError
from bot.evaluate.gold.files import Line, gold_bytes, gold_lines
from bot.evaluate.gold.rows import GoldEvidence, GoldRow, short
from bot.store import Store

ERROR, WARNING = "error", "warning"  # cannot be read; can be asked, but its figures may mislead
COPIED = {"span", "extractive"}  # types whose answer is a stretch of the evidence


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong and what to do about it. `line` counts from 1; None: the whole file."""

    line: int | None
    row_id: str | None
    level: str
    problem: str


@dataclass(frozen=True, slots=True)
class Checked:
    """A gold file that was looked through. Counts are of the rows that could be read.

    `n_located`: pieces of evidence that stand in the collection; None where none was looked at.
    """

    n: int
    n_answerable: int
    types: dict[str, int]
    n_evidence: int
    n_located: int | None
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class _Read:
    number: int
    row: GoldRow


def check_gold(path: Path, *, store: Store | None = None, collection: str = "") -> Checked:
    """Look through a whole gold file; with a `store`, look its evidence up in a collection.

    What holds for every line of the file is one problem of the file.

    Raises:
        UsageError: the file is missing, cannot be read, or holds no line at all.
        UnknownCollection: the store has no such collection.
    """
    lines = list(gold_lines(gold_bytes(path), path))
    if not lines:
        raise UsageError(f"{path} holds no question; `bot gold new` proposes some")
    read = [_Read(line.number, line.row) for line in lines if line.row is not None]
    n_missing, missing = _look_up(read, store, collection) if store is not None else (0, [])
    problems = _one_for_all([*_unread(lines), *_doubtful(read)], len(lines)) + missing
    n_evidence = sum(len(line.row.evidence) for line in read)
    return Checked(
        n=len(read),
        n_answerable=sum(line.row.answerable for line in read),
        types=dict(Counter(line.row.kind for line in read).most_common()),
        n_evidence=n_evidence,
        n_located=None if store is None else n_evidence - n_missing,
        problems=tuple(sorted(problems, key=lambda problem: problem.line or 0)),
    )


def _unread(lines: Iterable[Line]) -> Iterator[Problem]:
    for line in lines:
        if line.row is None:
            yield Problem(line.number, None, ERROR, line.problem)


def _doubtful(read: Iterable[_Read]) -> Iterator[Problem]:
    """Yield what makes a row's figures mislead, as far as the row itself shows it."""
    asked: dict[object, int] = {}
    for line in read:
        for problem in _row_problems(line.row):
            yield _warning(line, problem)
        words = (" ".join(line.row.question.lower().split()), line.row.history)
        if words in asked:
            yield _warning(
                line, f"asks the same as line {asked[words]}: take it out, or name what it is about"
            )
        asked.setdefault(words, line.number)


def _row_problems(row: GoldRow) -> Iterator[str]:
    if not row.reviewed:
        yield "a proposal that nobody has read: correct it, then set reviewed to true, or take it out"
    if row.answerable and not row.answers:
        yield "answerable, but without answers: no answer can be right; add what a right one says"
    if not row.answerable and row.answers:
        yield "unanswerable, but with answers: they are ignored; take them out or set answerable to true"
    if row.answerable and not row.evidence:
        yield "no evidence: retrieval and citations are not scored; add the doc_id of a document"
    if row.kind in COPIED and row.answers and row.evidence and not _answer_is_quoted(row):
        yield f"type {row.kind!r}, but no answer stands in its quotes: quote the words that answer"


def _answer_is_quoted(row: GoldRow) -> bool:
    """Tell whether an answer stands in the quotes; where evidence has no quote, it may."""
    if any(evidence.quote is None for evidence in row.evidence):
        return True
    quoted = _squeezed("".join(str(evidence.quote) for evidence in row.evidence))
    return any(_squeezed(answer) in quoted for answer in row.answers)


def _look_up(read: Sequence[_Read], store: Store, collection: str) -> tuple[int, list[Problem]]:
    """Return how many pieces of evidence are not in a collection, and what to say about them."""
    held = defaultdict(list)
    for document in store.documents(collection):
        held[document.external_id].append(document)
    sought = defaultdict(list)
    for line in read:
        for evidence in line.row.evidence:
            sought[evidence.doc_id].append((line, evidence))
    if sought and not sought.keys() & held.keys():
        return sum(map(len, sought.values())), [_another_collection(sought.keys(), store, collection)]
    missing: list[Problem] = []
    for doc_id, wanted in sought.items():
        if doc_id not in held:
            problem = f"evidence document {short(doc_id)} is not in collection {collection!r}: "
            problem += "ingest it, or correct the name (`bot library` lists them)"
            missing += [_warning(line, problem) for line, _ in wanted]
            continue
        missing += _not_standing(wanted, held[doc_id], store, collection)
    return len(missing), missing


def _not_standing(
    wanted: Iterable[tuple[_Read, GoldEvidence]],
    documents: Sequence[DocumentSummary],
    store: Store,
    collection: str,
) -> Iterator[Problem]:
    """Yield the evidence whose quote or page none of the documents of its name has."""
    texts = [_squeezed(store.document(collection, document.doc_id).text) for document in documents]
    n_pages = max(document.pages or 0 for document in documents)
    for line, evidence in wanted:
        if evidence.quote is not None and not any(_squeezed(evidence.quote) in text for text in texts):
            quote, name = short(evidence.quote), short(evidence.doc_id)
            yield _warning(
                line, f"the quote {quote} does not stand in {name}: copy it from `bot library show`"
            )
        elif evidence.page is not None and evidence.page > n_pages:
            pages = f"has {n_pages} pages" if n_pages else "has no pages"
            yield _warning(
                line, f"page {evidence.page} of {short(evidence.doc_id)}, which {pages}: correct it"
            )


def _another_collection(doc_ids: Iterable[str], store: Store, collection: str) -> Problem:
    """Say in one line that the file belongs elsewhere, and where that may be."""
    ids = set(doc_ids)
    found = {
        other.name: sum(document.external_id in ids for document in store.documents(other.name))
        for other in store.collections()
    }
    best = max(found, key=lambda name: found[name])
    likely = "its documents were not ingested, or under other names (`bot library` lists them)"
    if found[best]:
        likely = f"collection {best!r} holds {found[best]} documents of these names: --collection {best}"
    named = f"none of the {len(ids)} evidence documents (the first is {short(min(ids))}) is"
    return Problem(None, None, WARNING, f"{named} in collection {collection!r}: {likely}")


def _one_for_all(problems: list[Problem], n_lines: int) -> list[Problem]:
    """Put one problem of the file in the place of one that every line has."""
    counts = Counter((problem.level, problem.problem) for problem in problems)
    shared = {same for same, count in counts.items() if count == n_lines > 1}
    kept = [problem for problem in problems if (problem.level, problem.problem) not in shared]
    return [Problem(None, None, level, f"every line: {what}") for level, what in shared] + kept


def _warning(line: _Read, problem: str) -> Problem:
    return Problem(line.number, line.row.row_id, WARNING, problem)


def _squeezed(text: str) -> str:
    """Return a text without its white space, which a parser and a person's copy may put differently."""
    return "".join(text.split())
