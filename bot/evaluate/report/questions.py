"""A row for each question: what was asked, said, cited and expected; the failures come first.

Which questions failed is known from the scores. The predictions pass by one at a time: each is written out as
HTML into a file of its kind of failure, so that memory does not grow with the answers.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import IO, Any

from bot.evaluate.gold import GoldRow
from bot.evaluate.names import ACCURACY, PASSAGE
from bot.evaluate.report.markup import counted, isolated, text

Score = Mapping[str, Any]  # a line of scores.jsonl
Prediction = Mapping[str, Any]  # a line of predictions.jsonl

# Kinds of failure, the worst first; a question may have several and stands under its worst.
FAILURES = {
    "fabrication": "says what its citations lack",
    "wrong": "lacks the gold answer",
    "answered": "answered, though unanswerable",
    "abstained": "abstained, though answerable",
    "missed": "no relevant document in the first 5",
}
FINE = "fine"
ANSWER, QUOTE, GOLD = 1_200, 500, 400  # characters shown of an answer, a quotation, a gold answer
N_GOLD, N_CITATIONS = 6, 8  # shown of a question


def is_right(score: Score) -> bool | None:
    """Tell whether the answer to a question is right; None without an answer, or without a gold answer."""
    part, whole = score["values"].get(ACCURACY, (0, 0))
    return part == whole if whole else None


def failures(score: Score) -> list[str]:
    """Return the kinds of FAILURES of a question, the worst first; [] where nothing is wrong.

    A measure that is not defined for the question is no failure.
    """
    values, answerable, abstained = score["values"], score["answerable"], score["abstained"]
    answered = abstained is False
    failed = {
        "fabrication": values.get("fabrication", (0, 0))[0] > 0,
        "wrong": answerable and is_right(score) is False,
        "answered": not answerable and answered,
        "abstained": answerable and abstained is True,
        "missed": values.get("R@5", (1, 1))[0] == 0,
    }
    return [kind for kind in FAILURES if failed[kind]]


def failed_at(score: Score) -> str:
    """Say which stage failed first, as far as the scores tell; "" where nothing is wrong."""
    values, found = score["values"], failures(score)
    if not found:
        return ""
    if "missed" in found:
        return "the search: no document that holds the answer is among the first 5"
    if "answered" in found:
        return "abstaining: there is no answer to give, and one was given"
    if values.get(f"{PASSAGE}R@5", (1, 1))[0] == 0:
        return (
            "the order of passages: the document was found, the words that answer were not among the first 5"
        )
    if "abstained" in found:
        return "abstaining: what was found was not trusted to be an answer"
    if "wrong" in found:
        return "choosing the words: the search found its document, the answer is not the gold answer"
    return "checking: a sentence says what the words it cites do not"


def write_rows(
    stream: IO[bytes],
    predictions: Iterable[Prediction],
    scores: Mapping[str, Score],
    gold: Mapping[str, GoldRow],
    anchors: Mapping[str, str],
) -> None:
    """Write a row for each prediction that has a score, failures first, else in the order given.

    Raises:
        OSError: there is no room on the disk.
    """
    with ExitStack() as stack:
        folder = Path(stream.name).parent  # where the page itself has to fit
        kinds = {kind: stack.enter_context(tempfile.TemporaryFile(dir=folder)) for kind in [*FAILURES, FINE]}
        for prediction in predictions:
            if (score := scores.get(prediction["id"])) is not None:
                kind = next(iter(failures(score)), FINE)
                row = question_row(prediction, score, gold[prediction["id"]], anchors[prediction["id"]])
                kinds[kind].write(row.encode())
        for bucket in kinds.values():
            bucket.seek(0)
            shutil.copyfileobj(bucket, stream)


def question_row(prediction: Prediction, score: Score, gold: GoldRow, anchor: str) -> str:
    """Return a question as a line that opens; `anchor` is its id on the page."""
    found = failures(score)
    badges = "".join(f'<span class="badge">{FAILURES[kind]}</span>' for kind in found)
    confidence = "" if score["confidence"] is None else f" · confidence {score['confidence']:.2f}"
    facts = "".join(
        f"<div><dt>{term}</dt><dd>{content}</dd></div>"
        for term, content in _facts(prediction, score, gold)
        if content
    )
    return (
        f'<details class="q" id="{text(anchor)}" data-type="{text(score["type"])}" '
        f'data-failures="{" ".join(found)}">'
        f'<summary><span class="question">{isolated(gold.question, 600)}</span> {badges} '
        f'<span class="about">{isolated(score["type"], 60)}{confidence}</span></summary>'
        f'<dl class="facts">{facts}</dl></details>\n'
    )


def _facts(prediction: Prediction, score: Score, gold: GoldRow) -> Iterator[tuple[str, str]]:
    if prediction["standalone_question"] != gold.question:
        yield "Understood as", isolated(prediction["standalone_question"], 600)
    if score["abstained"] is not None:
        yield "Answer", _answer(prediction)
        yield "Gold answers", _gold_answers(gold)
        yield "Citations", _citations(prediction["citations"])
    yield "Failed at", text(failed_at(score))
    yield "Gold evidence", _evidence(gold, prediction["hits"])
    yield "Values", _values(score)
    yield "Id", isolated(score["id"], 100)


def _answer(prediction: Prediction) -> str:
    if prediction["abstained"]:
        reason = f" ({isolated(prediction['reason'], 60)})" if prediction.get("reason") else ""
        return f"<em>abstained</em>{reason}"
    left, shown = ANSWER, []
    for sentence in prediction["sentences"]:
        markers = "".join(f" [{int(marker)}]" for marker in sentence["citations"])
        style = "quoted" if sentence["status"] == "quoted" else "phrased"
        shown.append(f'<bdi class="{style}">{text(sentence["text"], left)}</bdi>{markers}')
        left -= len(sentence["text"])
        if left <= 1:
            shown.append("…")
            break
    return " ".join(shown)


def _gold_answers(gold: GoldRow) -> str:
    if not gold.answerable:
        return "<em>none: the right reply is to abstain</em>"
    answers = [f"<li>{isolated(answer, GOLD)}</li>" for answer in gold.answers[:N_GOLD]]
    return _listed(answers, len(gold.answers), N_GOLD)


def _citations(citations: list[Mapping[str, Any]]) -> str:
    rows = [
        f'<li><span class="marker">[{int(citation["marker"])}]</span> {isolated(citation["title"], 160)}'
        f"{_place(citation)}{_context(citation)}<q>{isolated(citation['quote'], QUOTE)}</q></li>"
        for citation in citations[:N_CITATIONS]
    ]
    return _listed(rows, len(citations), N_CITATIONS)


def _place(citation: Mapping[str, Any]) -> str:
    page = f", page {int(citation['page'])}" if citation["page"] else ""
    section = citation["section"] if citation["section"] != citation["title"] else ""
    return page + (f", {isolated(section, 120)}" if section else "")


def _context(citation: Mapping[str, Any]) -> str:
    heads = " · ".join(isolated(context["quote"].strip(), 80) for context in citation["context"][-6:])
    return f' <span class="about">({heads})</span>' if heads else ""


def _evidence(gold: GoldRow, hits: list[Mapping[str, Any]]) -> str:
    """Return the gold documents, each with its rank among the distinct documents of the hits."""
    ranking = list(dict.fromkeys(hit["external_id"] for hit in hits))
    ranks = {document: rank for rank, document in enumerate(ranking, start=1)}
    rows = []
    for evidence in gold.evidence[:N_GOLD]:
        rank = ranks.get(evidence.doc_id)
        place = f"rank {rank}" if rank else f"not among {counted(len(ranking), 'document')} found"
        page = f", page {evidence.page}" if evidence.page else ""
        quote = f"<q>{isolated(evidence.quote, GOLD)}</q>" if evidence.quote else ""
        rows.append(f"<li>{isolated(evidence.doc_id, 100)}{page}: <b>{place}</b>{quote}</li>")
    return _listed(rows, len(gold.evidence), N_GOLD)


def _values(score: Score) -> str:
    return " ".join(
        f'<span class="value">{text(name)} <b>{_value(*value)}</b></span>'
        for name, value in score["values"].items()
    )


def _value(part: float, whole: float) -> str:
    return f"{part:.3g}" if whole == 1 else f"{part:.3g} of {whole:.3g}"


def _listed(rows: list[str], n: int, n_shown: int) -> str:
    more = f"<li>and {n - n_shown:,} more</li>" if n > n_shown else ""
    return f"<ul>{''.join(rows)}{more}</ul>" if rows else ""
