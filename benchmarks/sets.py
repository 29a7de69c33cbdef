"""The public question sets that we measure with: where they lie, whose they are, under which licence.

No text of any set is part of this project. benchmarks/data.md says where anyone can get each one and how it
was brought into the form that `bot evaluate` reads.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from bot.errors import UsageError

CHECKOUT = Path(__file__).parent.parent


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """A set in $BOT_EVAL_DATA/<name>: `corpus.jsonl` or a folder of files, and `gold.jsonl`."""

    name: str
    title: str
    url: str
    licence: str
    corpus: str = "corpus.jsonl"
    note: str = ""

    @property
    def folder(self) -> Path:
        """Where the set lies.

        Raises:
            UsageError: it is not there.
        """
        folder = data_folder() / self.name
        if not (folder / "gold.jsonl").is_file():
            raise UsageError(
                f"no {folder / 'gold.jsonl'}: benchmarks/data.md says where to get {self.title}; put it "
                "there, or name the folder that holds the sets in $BOT_EVAL_DATA"
            )
        return folder


SETS = {
    chosen.name: chosen
    for chosen in (
        QuestionSet(
            "squad2", "SQuAD 2.0", "https://rajpurkar.github.io/SQuAD-explorer/", "CC BY-SA 4.0",
            note="Extractive answers; half of the questions have none in the corpus.",
        ),
        QuestionSet(
            "clapnq", "CLAPnq", "https://github.com/primeqa/clapnq",
            "Apache-2.0, its Wikipedia passages CC BY-SA",
            note="Long answers: a gold answer is hardly ever contained word for word.",
        ),
        QuestionSet(
            "tatqa", "TAT-QA", "https://github.com/NExTplusplus/TAT-QA", "CC BY 4.0",
            note="Many answers are computed from cells, and no words of the source are the answer.",
        ),
        QuestionSet(
            "kgrag_sec10q", "Docugami KG-RAG, SEC 10-Q", "https://github.com/docugami/KG-RAG-datasets",
            "MIT, the filings public", corpus="pdfs",
            note="Long written answers: a gold answer is hardly ever contained word for word.",
        ),
        QuestionSet(
            "multihop_rag_500", "MultiHop-RAG", "https://github.com/yixuantt/MultiHop-RAG", "ODC-BY",
            note="Holds only the evidence sentences of each article, 28 words at the median.",
        ),
        QuestionSet(
            "mtrag_un", "MTRAG-UN", "https://github.com/IBM/mt-rag-benchmark", "Apache-2.0",
            note="Conversations: the question is the last turn, its history is given.",
        ),
        QuestionSet(
            "qmsum", "QMSum", "https://github.com/Yale-LILY/QMSum", "MIT",
            note="Meetings: the questions ask for summaries and seldom name the meeting that they are about.",
        ),
        QuestionSet(
            "gum_wikinews", "GUM, Wikinews", "https://github.com/amir-zeldes/gum", "CC BY",
            note="One request for a summary, twelve times: which article it is about cannot be found out.",
        ),
    )
}  # fmt: skip


def data_folder() -> Path:
    """Return $BOT_EVAL_DATA, else ../shared/data beside the checkout."""
    return Path(os.environ.get("BOT_EVAL_DATA") or CHECKOUT.parent / "shared" / "data")
