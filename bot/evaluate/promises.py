"""What every answer promises: each sentence cited, each quote exact, nothing that the citations lack."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from bot.cite import read_out
from bot.computed.sentence import parted
from bot.datatypes import Status
from bot.evaluate.measures.fabrication import fabrications
from bot.evaluate.runs import Prediction
from bot.evaluate.scored import Scored
from bot.evaluate.scores import Value
from bot.tables import heads_over, is_table_row

TextOf = Callable[[str], str | None]
STATUS_NAMES = {Status.SUPPORTED: "phrased", Status.QUOTED: "quoted", Status.COMPUTED: "computed"}


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
    """Return the facts of a sentence, as written, that the words it cites (context too) do not hold.

    Of a computed sentence the result may be what its figures come to, and they have to be in the words.
    """
    cited = [c for c in prediction["citations"] if c["marker"] in sentence["citations"]]
    contexts = [context["quote"] for citation in cited for context in citation["context"]]
    heads = [head for citation in cited for head in _heads(citation)]
    quotes = [*(citation["quote"] for citation in cited), *heads]
    if sentence.get("status") != Status.COMPUTED:
        return fabrications(sentence["text"], quotes, contexts)
    about, expression = parted(sentence["text"])
    if expression is None:
        return [sentence["text"]]
    told = [about, *map(str, expression.terms)]
    return [fact for part in told for fact in fabrications(part, quotes, contexts)]


def _heads(citation: Mapping[str, Any]) -> list[str]:
    """Return the heads of the columns of what is cited, each top down: "May 3," over "2019" is a date.

    They are words of the cited header rows that stand in one column, and nothing else.
    """
    header = [context["quote"] for context in citation["context"] if context["role"] == "column"]
    if header and not is_table_row(citation["quote"]):
        return [" ".join(header)]
    return heads_over(citation["quote"], header) if header else []


def quoting_alone(prediction: Prediction) -> Prediction:
    """Return a prediction as it would be without a generator: each phrased sentence is its quote.

    The evidence is chosen before anything is phrased, so this is what quoting alone would have said, but for
    the cells of a row that were left out; its timings and tokens are still those of the phrasing.
    """
    quotes = {citation["marker"]: _read_out(citation) for citation in prediction["citations"]}
    sentences = [
        sentence
        if sentence["status"] != Status.SUPPORTED
        else sentence | {"status": Status.QUOTED.value, "text": _joined(quotes, sentence["citations"])}
        for sentence in prediction["sentences"]
    ]
    return prediction | {"sentences": sentences}


def _joined(quotes: Mapping[int, str], markers: Iterable[int]) -> str:
    return " ".join(quotes[marker] for marker in markers)


def _read_out(citation: Mapping[str, Any]) -> str:
    return read_out(citation["quote"], ((part["role"], part["quote"]) for part in citation["context"]))
