"""Every measure by name: where it stands in the table, what its figure counts, which way is better."""

from __future__ import annotations

from dataclasses import dataclass

HIGHER, LOWER, NEITHER = 1, -1, 0
CUTOFFS = ("R@1", "R@5", "R@10", "P@5", "nDCG@10", "RR@10", "AP@10")
PASSAGE = "passage "  # before a name: of passages, not of documents
N_ANSWER_WORDS = 45  # read of an answer for a gold wording: two sentences; a longer answer earns nothing
GOLD_IN_WORDS = f"gold in {N_ANSWER_WORDS} words"

ACCURACY = "accuracy given attempted"


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure's `group` in the table, the `unit` its figure counts, and the direction that is `better`."""

    group: str
    unit: str = "questions"
    better: int = HIGHER


MEASURES: dict[str, Measure] = {
    **{name: Measure("documents") for name in CUTOFFS},
    **{PASSAGE + name: Measure("passages") for name in CUTOFFS},
    **{name: Measure("answers") for name in ("EM", "F1", GOLD_IN_WORDS, "ROUGE-1", "ROUGE-2", "ROUGE-L")},
    "numeric match": Measure("answers"),
    "computed right": Measure("answers", "answers"),
    "citation precision": Measure("citations", "citations"),
    "citation recall": Measure("citations", "evidence"),
    "support precision": Measure("citations", "citations"),
    "support recall": Measure("citations", "sentences"),
    "sentences cited": Measure("promises", "sentences"),
    "quotes exact": Measure("promises", "quotes"),
    "fabrication": Measure("promises", "sentences", LOWER),
    **{name: Measure("promises", "sentences", NEITHER) for name in ("phrased", "quoted", "computed")},
    "abstained, answerable": Measure("abstention", better=LOWER),
    "abstained, unanswerable": Measure("abstention"),
    "abstained, left out": Measure("abstention"),
    "abstention F1": Measure("abstention"),
    ACCURACY: Measure("abstention", "answers"),
    "AUROC": Measure("abstention"),
    "AURC": Measure("abstention", "answers", LOWER),
}
