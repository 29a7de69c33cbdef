"""A gold row and what was predicted for it -> one value a measure. Asks nothing, loads no model."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from bot.datatypes import Status
from bot.evaluate.gold import GoldRow
from bot.evaluate.measures.answers import contains_answer
from bot.evaluate.measures.fabrication import fabrications
from bot.evaluate.measures.retrieval import (
    average_precision_at,
    ndcg_at,
    precision_at,
    recall_at,
    reciprocal_rank_at,
)
from bot.evaluate.names import GOLD_IN_WORDS, N_ANSWER_WORDS, PASSAGE
from bot.evaluate.relevance import Relevance
from bot.evaluate.runs import Prediction
from bot.evaluate.scores import Score, Value
from bot.rerank import N_RERANKED

TextOf = Callable[[str], str | None]
RETRIEVAL: dict[str, Callable[[Iterable[str], Collection[str]], float]] = {
    "R@1": partial(recall_at, 1),
    "R@5": partial(recall_at, 5),
    "R@10": partial(recall_at, 10),
    "P@5": partial(precision_at, 5),
    "nDCG@10": partial(ndcg_at, 10),
    "RR@10": partial(reciprocal_rank_at, 10),
    "AP@10": partial(average_precision_at, 10),
}
STATUS_NAMES = {Status.SUPPORTED: "phrased", Status.QUOTED: "quoted", Status.COMPUTED: "computed"}


@dataclass(frozen=True, slots=True)
class Scored:
    """A gold row with what was predicted for it."""

    gold: GoldRow
    prediction: Prediction

    @property
    def sentences(self) -> list[dict[str, Any]]:
        """The sentences of the answer; [] where the bot abstained, or gave hits alone."""
        return self.prediction.get("sentences", [])

    @property
    def text(self) -> str:
        """The answer without its markers; "" where the bot abstained."""
        return " ".join(sentence["text"] for sentence in self.sentences)


def score(scored: Scored, *, relevance: Relevance, text_of: TextOf, left_out: bool | None = None) -> Score:
    """Return what one question is worth, under every measure that is defined for it.

    Args:
        scored: a gold row with its prediction.
        relevance: what is relevant in the collection.
        text_of: doc_id -> the stored document's text, None where it is not stored.
        left_out: whether the bot abstained without the documents of the evidence; None if it was not asked.
    """
    gold, prediction = scored.gold, scored.prediction
    values = retrieval_values(scored, relevance) | reranking_values(prediction)
    if "abstained" in prediction:
        values |= answer_values(scored) | promise_values(scored, text_of) | abstention_values(scored)
    if left_out is not None:
        values["abstained, left out"] = (float(left_out), 1.0)
    return Score(
        row_id=gold.row_id,
        kind=gold.kind,
        answerable=gold.answerable,
        confidence=prediction.get("confidence"),
        abstained=prediction.get("abstained"),
        values=values,
    )


def judged(scored: Scored, relevance: Relevance) -> dict[str, tuple[list[str], frozenset[str]]]:
    """Return the ranked ids and the relevant ones: of documents under "", of passages under PASSAGE.

    Nothing is relevant to a question without an answer, nor among passages where not all evidence is found.
    """
    gold, hits = scored.gold, scored.prediction["hits"]
    documents = relevance.documents(gold) if gold.answerable else frozenset()
    passages = (relevance.passages(gold) if gold.answerable else None) or frozenset()
    return {
        "": ([hit["external_id"] for hit in hits], documents),
        PASSAGE: ([hit["passage_id"] for hit in hits], passages),
    }


def retrieval_values(scored: Scored, relevance: Relevance) -> dict[str, Value]:
    """Measure the hits against what is relevant, documents and passages; nothing where nothing is."""
    return {
        prefix + name: (measure(ranked, relevant), 1.0)
        for prefix, (ranked, relevant) in judged(scored, relevance).items()
        if relevant
        for name, measure in RETRIEVAL.items()
    }


def reranking_values(prediction: Prediction) -> dict[str, Value]:
    """Tell whether the reranker's time limit cut it short: above 0 the clock had a say in the hits."""
    stages = [hit["stage"] for hit in prediction["hits"]]
    n_reranked = stages.count("reranked")
    if not n_reranked:
        return {}
    return {"reranking cut short": (float(n_reranked < min(len(stages), N_RERANKED)), 1.0)}


def answer_values(scored: Scored) -> dict[str, Value]:
    """Compare the answer to an answerable question with its gold wordings; an abstention holds none."""
    gold = scored.gold
    if not (gold.answerable and gold.answers):
        return {}
    held = contains_answer(scored.text, gold.answers, n_words=N_ANSWER_WORDS)
    return {GOLD_IN_WORDS: (float(held), 1.0)}


def promise_values(scored: Scored, text_of: TextOf) -> dict[str, Value]:
    """Count the sentences and quotes that keep the promise, and the sentences of each kind."""
    sentences, quotes = scored.sentences, slices(scored.prediction)
    counted: dict[str, int] = {
        "sentences cited": sum(is_cited(scored.prediction, sentence) for sentence in sentences),
        "fabrication": sum(bool(invented(scored.prediction, sentence)) for sentence in sentences),
    }
    for status, name in STATUS_NAMES.items():
        counted[name] = sum(sentence["status"] == status for sentence in sentences)
    values = {name: (float(part), float(len(sentences))) for name, part in counted.items() if sentences}
    if quotes:
        values["quotes exact"] = (float(sum(is_exact(q, text_of) for q in quotes)), float(len(quotes)))
    return values


def abstention_values(scored: Scored) -> dict[str, Value]:
    """Tell whether the bot abstained, of answerable and of other questions apart."""
    kind = "answerable" if scored.gold.answerable else "unanswerable"
    return {f"abstained, {kind}": (float(scored.prediction["abstained"]), 1.0)}


def is_cited(prediction: Prediction, sentence: Mapping[str, Any]) -> bool:
    """Tell whether a sentence has a marker, and each of its markers a citation."""
    known = {citation["marker"] for citation in prediction["citations"]}
    return bool(sentence["citations"]) and set(sentence["citations"]) <= known


def slices(prediction: Prediction) -> list[dict[str, Any]]:
    """Return every quote of a prediction, table headers included: {doc_id, start, end, quote}."""
    return [
        {"doc_id": citation["doc_id"]} | {name: words[name] for name in ("start", "end", "quote")}
        for citation in prediction["citations"]
        for words in [citation, *citation["context"]]
    ]


def is_exact(quoted: Mapping[str, Any], text_of: TextOf) -> bool:
    """Tell whether a quote is there and is exactly the slice of the stored document that it claims to be."""
    text = text_of(quoted["doc_id"])
    return bool(quoted["quote"]) and text is not None and (
        text[quoted["start"] : quoted["end"]] == quoted["quote"]
    )  # fmt: skip


def invented(prediction: Prediction, sentence: Mapping[str, Any]) -> list[str]:
    """Return the facts of a sentence, as written, that the words it cites (context too) do not hold."""
    cited = [c for c in prediction["citations"] if c["marker"] in sentence["citations"]]
    contexts = [context["quote"] for citation in cited for context in citation["context"]]
    return fabrications(sentence["text"], [citation["quote"] for citation in cited], contexts)


def quoting_alone(prediction: Prediction) -> Prediction:
    """Return a prediction as it would be without a generator: each phrased sentence is its quote.

    The evidence is chosen before anything is phrased, so this is what quoting alone would have said; its
    timings and tokens are still those of the phrasing.
    """
    quotes = {citation["marker"]: citation["quote"] for citation in prediction["citations"]}
    sentences = [
        sentence
        if sentence["status"] != Status.SUPPORTED
        else sentence | {"status": Status.QUOTED.value, "text": _joined(quotes, sentence["citations"])}
        for sentence in prediction["sentences"]
    ]
    return prediction | {"sentences": sentences}


def _joined(quotes: Mapping[int, str], markers: Iterable[int]) -> str:
    return " ".join(" ".join(quotes[marker].split()) for marker in markers)
