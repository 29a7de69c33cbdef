"""Gold rows and predictions -> figures. Reads documents back from the store, asks nothing, loads no model."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from bot.datatypes import Status
from bot.evaluate.gold import GoldRow
from bot.evaluate.measures.answers import contains_answer
from bot.evaluate.measures.intervals import Figure, mean, percentile, ratio
from bot.evaluate.measures.retrieval import recall_at, reciprocal_rank_at
from bot.evaluate.runs import Prediction
from bot.facts import missing_numbers
from bot.rerank import N_RERANKED

ANSWER_WORDS = 45  # read of an answer for a gold wording: two sentences; a longer answer earns nothing
TextOf = Callable[[str], str | None]
STATUS_NAMES = {Status.SUPPORTED: "phrased", Status.QUOTED: "quoted", Status.COMPUTED: "computed"}


@dataclass(frozen=True, slots=True)
class Scored:
    """A gold row with what was predicted for it."""

    gold: GoldRow
    prediction: Prediction

    @property
    def ranking(self) -> list[str]:
        """The external_ids of the hits, by rank; one for each passage."""
        return [hit["external_id"] for hit in self.prediction["hits"]]

    @property
    def sentences(self) -> list[dict[str, Any]]:
        """The sentences of the answer; [] where the bot abstained."""
        return self.prediction["sentences"]

    @property
    def text(self) -> str:
        """The answer without its markers; "" where the bot abstained."""
        return " ".join(sentence["text"] for sentence in self.sentences)


def metrics(scored: Sequence[Scored], *, text_of: TextOf, retrieval_only: bool) -> dict[str, Any]:
    """Return every figure of a run as plain values.

    "measures": name -> a Figure's fields. "answer_words": median and p90 over what was answered. "seconds":
    stage -> p50 and p95 over all rows. "fabricated_numbers": how many in how many sentences. "broken": ids of
    the rows that break a promise.

    Args:
        scored: one for each question.
        text_of: doc_id -> the stored document's text, None where it is not stored.
        retrieval_only: the predictions hold hits and no answers.
    """
    figures = retrieval_figures(scored) | reranking_figures(scored)
    found: dict[str, Any] = {"n": len(scored), "n_answerable": sum(row.gold.answerable for row in scored)}
    if not retrieval_only:
        figures |= answer_figures(scored) | promise_figures(scored, text_of)
    found["measures"] = {name: asdict(figure) for name, figure in figures.items()}
    if not retrieval_only:
        found |= {
            "answer_words": _answer_words(scored),
            "fabricated_numbers": _fabricated(scored),
            "broken": broken(scored, text_of),
        }
    return found | {"seconds": _seconds(scored)}


def retrieval_figures(scored: Sequence[Scored]) -> dict[str, Figure]:
    """R@5, R@10 and RR@10 of documents, over the answerable rows that name any."""
    rows = [row for row in scored if row.gold.answerable and row.gold.documents]
    return {
        "R@5": mean([recall_at(5, row.ranking, row.gold.documents) for row in rows]),
        "R@10": mean([recall_at(10, row.ranking, row.gold.documents) for row in rows]),
        "RR@10": mean([reciprocal_rank_at(10, row.ranking, row.gold.documents) for row in rows]),
    }


def reranking_figures(scored: Sequence[Scored]) -> dict[str, Figure]:
    """How often the reranker's time limit cut it short: lower is better, and above 0 the clock had a say."""
    rows = [[hit["stage"] for hit in row.prediction["hits"]] for row in scored]
    due = [(stages.count("reranked"), min(len(stages), N_RERANKED)) for stages in rows]
    if not any(n_reranked for n_reranked, _ in due):
        return {}
    return {"reranking cut short": mean([n_reranked < n_due for n_reranked, n_due in due])}


def answer_figures(scored: Sequence[Scored]) -> dict[str, Figure]:
    """How often an answer holds a gold wording, and how often the bot abstained. An abstention holds none."""
    answerable = [row for row in scored if row.gold.answerable]
    unanswerable = [row for row in scored if not row.gold.answerable]
    worded = [row for row in answerable if row.gold.answers]
    return {
        f"gold in {ANSWER_WORDS} words": mean(
            [contains_answer(row.text, row.gold.answers, n_words=ANSWER_WORDS) for row in worded]
        ),
        "abstained, answerable": mean([row.prediction["abstained"] for row in answerable]),
        "abstained, unanswerable": mean([row.prediction["abstained"] for row in unanswerable]),
    }


def promise_figures(scored: Sequence[Scored], text_of: TextOf) -> dict[str, Figure]:
    """Return the shares of sentences and quotes that keep the promise, and of each kind of sentence."""
    n_sentences = [float(len(row.sentences)) for row in scored]
    n_quotes = [float(len(slices(row.prediction))) for row in scored]
    cited = [float(sum(is_cited(row.prediction, s) for s in row.sentences)) for row in scored]
    exact = [float(sum(is_exact(s, text_of) for s in slices(row.prediction))) for row in scored]
    by_status = {
        name: ratio([_n_with(row, status) for row in scored], n_sentences, unit="sentences")
        for status, name in STATUS_NAMES.items()
    }
    return {
        "sentences cited": ratio(cited, n_sentences, unit="sentences"),
        "quotes exact": ratio(exact, n_quotes, unit="quotes"),
        **by_status,
    }


def broken(scored: Iterable[Scored], text_of: TextOf) -> dict[str, list[str]]:
    """Return the ids of the rows with an uncited sentence, a quote that is not exact, or a made-up number."""
    found: dict[str, list[str]] = {"uncited": [], "inexact": [], "fabricated": []}
    for row in scored:
        if not all(is_cited(row.prediction, sentence) for sentence in row.sentences):
            found["uncited"].append(row.gold.row_id)
        if not all(is_exact(quoted, text_of) for quoted in slices(row.prediction)):
            found["inexact"].append(row.gold.row_id)
        if any(fabricated_numbers(row.prediction, sentence) for sentence in row.sentences):
            found["fabricated"].append(row.gold.row_id)
    return found


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


def fabricated_numbers(prediction: Prediction, sentence: Mapping[str, Any]) -> list[str]:
    """Return the numbers of a sentence, as written, that the words it cites (context too) do not hold."""
    cited = [c for c in prediction["citations"] if c["marker"] in sentence["citations"]]
    words = [words["quote"] for citation in cited for words in [*citation["context"], citation]]
    return missing_numbers(sentence["text"], "\n".join(words))


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


def _n_with(row: Scored, status: Status) -> float:
    return float(sum(sentence["status"] == status for sentence in row.sentences))


def _answer_words(scored: Iterable[Scored]) -> dict[str, float | int | None]:
    lengths = [len(row.text.split()) for row in scored if row.sentences]
    return {"median": percentile(lengths, 50), "p90": percentile(lengths, 90), "n": len(lengths)}


def _fabricated(scored: Iterable[Scored]) -> dict[str, int]:
    found = [fabricated_numbers(row.prediction, s) for row in scored for s in row.sentences]
    return {"count": sum(map(len, found)), "n_sentences": len(found)}


def _seconds(scored: Sequence[Scored]) -> dict[str, dict[str, float | int | None]]:
    """Return p50 and p95 of each stage; `first_sentence` over the rows that have one."""
    found = {}
    for stage in scored[0].prediction["timings_s"] if scored else ():
        values = [row.prediction["timings_s"][stage] for row in scored]
        values = [value for value in values if value > 0] if stage == "first_sentence" else values
        if stage != "load":
            found[stage] = {"p50": percentile(values, 50), "p95": percentile(values, 95), "n": len(values)}
    return found
