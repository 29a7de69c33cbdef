"""A gold row and what was predicted for it -> one value a measure. Asks nothing, loads no model."""

from __future__ import annotations

from bot.computed.expression import result_of
from bot.datatypes import Status
from bot.evaluate.citing import citation_values, support_values
from bot.evaluate.measures.answers import contains_answer, exact_match, numeric_match, rouge, token_f1
from bot.evaluate.names import ACCURACY, GOLD_IN_WORDS, N_ANSWER_WORDS
from bot.evaluate.promises import TextOf, promise_values
from bot.evaluate.rankings import retrieval_values
from bot.evaluate.relevance import Relevance
from bot.evaluate.scored import Scored
from bot.evaluate.scores import Score, Value

LISTS = {"multi-span"}  # types of question whose answers are the parts of one answer, as TAT-QA has them


def score(scored: Scored, *, relevance: Relevance, text_of: TextOf, left_out: bool | None = None) -> Score:
    """Return what one question is worth, under every measure that is defined for it.

    Args:
        scored: a gold row with its prediction.
        relevance: what is relevant in the collection.
        text_of: doc_id -> the stored document's text, None where it is not stored.
        left_out: whether the bot abstained without the documents of the evidence; None if it was not asked.
    """
    gold, prediction = scored.gold, scored.prediction
    values = retrieval_values(scored, relevance)
    if "abstained" in prediction:
        values |= answer_values(scored) | citation_values(scored, relevance) | support_values(scored)
        values |= promise_values(scored, text_of)
        values |= abstention_values(scored, is_right=is_right(values))
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


def answer_values(scored: Scored) -> dict[str, Value]:
    """Compare the answer to an answerable question with its gold wordings; an abstention says nothing.

    "numeric match" is there where a gold wording has a number, "computed right" where a result was computed.
    """
    gold, text = scored.gold, scored.text
    if not (gold.answerable and gold.answers):
        return {}
    found = {
        "EM": exact_match(text, gold.answers),
        "F1": token_f1(text, gold.answers),
        GOLD_IN_WORDS: contains_answer(text, gold.answers, n_words=N_ANSWER_WORDS),
        **rouge(text, gold.answers),
        "computed right": _computed_right(scored),
        "numeric match": numeric_match(text, gold.answers, gold.scale, every_answer=gold.kind in LISTS),
    }
    return {name: (float(value), 1.0) for name, value in found.items() if value is not None}


def _computed_right(scored: Scored) -> bool | None:
    """Tell whether the result that is shown, whatever the figures beside it, is the gold number."""
    texts = [each["text"] for each in scored.sentences if each["status"] == Status.COMPUTED]
    results = " ".join(map(result_of, texts))
    return numeric_match(results, scored.gold.answers, scored.gold.scale) if texts else None


def is_right(values: dict[str, Value]) -> bool | None:
    """Tell whether an answer is right: it holds a gold wording or the gold number; None if there is none.

    Of a computed answer the result alone counts, where gold has a number.
    """
    if "computed right" in values:
        return values["computed right"][0] == 1.0
    known = [values[name][0] for name in (GOLD_IN_WORDS, "numeric match") if name in values]
    return max(known) == 1.0 if known else None


def abstention_values(scored: Scored, *, is_right: bool | None) -> dict[str, Value]:
    """Tell whether the bot abstained, of answerable and of other questions apart, and if not, was right.

    An answer to an unanswerable question is wrong; one to an answerable question without gold wordings is
    neither right nor wrong.
    """
    gold, abstained = scored.gold, scored.prediction["abstained"]
    kind = "answerable" if gold.answerable else "unanswerable"
    values = {f"abstained, {kind}": (float(abstained), 1.0)}
    if not abstained and (is_right is not None or not gold.answerable):
        values[ACCURACY] = (float(gold.answerable and bool(is_right)), 1.0)
    return values
