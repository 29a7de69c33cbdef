"""The settings tab as HTML: models in use, what they cost here, where the threshold comes from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from statistics import median

from bot.about import fields_of
from bot.calibration import OwnThreshold
from bot.catalogue import MEGABYTE, ModelInUse
from bot.datatypes import DocumentSummary, Timings
from bot.web.choices import Choices, meant
from bot.web.markup import block, plural, tag, text_tag
from bot.web.talk import Thread
from bot.where import chosen

SHOWN_FIELDS = 12
STAGES = (
    ("Searching", "retrieve"),
    ("Reading the closest passages", "rerank"),
    ("To the first sentence", "first_sentence"),
    ("To the end", "total"),
)


def meant_html(documents: Sequence[DocumentSummary], line: str, *, collection: str) -> str:
    """Say how many documents the conditions of a line mean; of an empty one, what they could be about.

    Raises:
        UsageError: they mean none, or are no conditions.
    """
    if line:
        n = len(chosen(documents, meant(line), collection))
        return tag("div", text_tag("p", f"{n:,} of {plural(len(documents), 'document')}."), css="bot-meant")
    named = Counter(name for each in documents for name in fields_of(each.title, each.metadata))
    names = sorted(name for name, _ in named.most_common(SHOWN_FIELDS))
    told = f"Fields in “{collection}”: {', '.join(names)}." if names else ""
    return tag("div", text_tag("p", told), css="bot-meant")


def models_html(models: Sequence[ModelInUse]) -> str:
    """Render a card for each model: name, licence, size, seconds to load, and how to change it."""
    return tag("div", block(*(_model(model) for model in models)), css="bot-models")


def _model(model: ModelInUse) -> str:
    size = f"{model.n_bytes / MEGABYTE:,.0f} MB on disk" if model.n_bytes else ""
    loaded = f"{_seconds(model.load_s)} to load here" if model.load_s is not None else ""
    facts = " · ".join(filter(None, (model.licence, size, model.detail, loaded)))
    return tag(
        "div",
        block(
            text_tag("p", model.role, css="bot-role"),
            text_tag("h4", model.name),
            text_tag("p", facts),
            text_tag("p", model.change, css="bot-how"),
        ),
        css="bot-model",
    )


def costs_html(thread: Thread, *, n_bytes: int | None) -> str:
    """Render the median seconds of this conversation's answers by stage, and the memory in use."""
    timed = [turn.answer.timings for turn in thread if turn.answer and turn.answer.kind != "chat"]
    rows = [_cost(label, _median(timed, stage)) for label, stage in STAGES]
    memory = f"{n_bytes / MEGABYTE:,.0f} MB" if n_bytes else "not told by this system"
    over = (
        f"Median of {plural(len(timed), 'answer')} in this conversation." if timed else "Nothing asked yet."
    )
    return tag(
        "div",
        block(text_tag("p", over), tag("ul", block(*rows, _cost("Memory in use, models and all", memory)))),
        css="bot-costs",
    )


def _median(timed: Sequence[Timings], stage: str) -> str:
    """Return the median of the answers that reached a stage, as "1.2 s"."""
    reached = [seconds for each in timed if (seconds := getattr(each, stage))]
    return _seconds(median(reached)) if reached else "–"


def _seconds(seconds: float) -> str:
    return f"{seconds:.1f} s" if seconds >= 0.05 else "under 0.1 s"


def _cost(label: str, value: str) -> str:
    return tag("li", block(text_tag("span", label), text_tag("b", value)))


def threshold_html(choices: Choices, own: OwnThreshold, *, collection: str) -> str:
    """Say whether the threshold is the collection's own or set here, and where its own comes from."""
    here = choices.threshold is not None
    lead = f"Set here, for this session, in place of {own.value:.3f}. " if here else ""
    return tag("div", text_tag("p", lead + _provenance(own, collection)), css="bot-provenance")


def _provenance(own: OwnThreshold, collection: str) -> str:
    """Say what a collection's threshold was found on."""
    if kept := own.calibration:
        return (
            f"“{collection}” has one of its own, {kept.threshold:.3f}: calibrated on {kept.date} with "
            f"{plural(kept.n_answerable, 'answerable question')} of {kept.gold}, so that at most "
            f"{kept.max_abstained:.0%} of them are declined."
        )
    told = f"“{collection}” uses the shipped one, {own.value:.3f} ({own.shipped})."
    if kept := own.passed_over:
        told += f" Its calibration of {kept.date} was made with other models, so it does not count."
    return f"{told} To find its own: bot calibrate GOLD --collection {collection}"
