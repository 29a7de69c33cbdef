"""What the figures mean, in plain words. A group is one of `bot.evaluate.names.MEASURES`."""

from __future__ import annotations

from dataclasses import dataclass

from bot.evaluate.names import CUTOFFS, GOLD_IN_WORDS, N_ANSWER_WORDS, PASSAGE


@dataclass(frozen=True, slots=True)
class Group:
    """A group's heading and what it is about: what is measured, and which way is better."""

    title: str
    about: str


GROUPS = {
    "documents": Group(
        "Retrieval: documents",
        "Do the documents that hold the answer come first in what the search returns, before anything is "
        "answered? Higher is better.",
    ),
    "passages": Group(
        "Retrieval: passages",
        "The same of passages: one counts where it overlaps the words that the gold file gives as evidence. "
        "Higher is better.",
    ),
    "answers": Group(
        "Answers",
        "Do the answers say what the gold answers say? An abstention on an answerable question counts as "
        "an answer that says nothing. Higher is better.",
    ),
    "citations": Group(
        "Citations",
        "Are the cited words the gold evidence, and do they bear out the sentence that cites them? "
        "Higher is better.",
    ),
    "promises": Group(
        "Fabrication, and what every answer promises",
        "Each sentence is cited, each quotation stands in the source letter by letter (for both, 1 is the "
        "aim), and no number, date, amount or name is shown that the cited words lack (fabrication: lower is "
        "better, 0 is the aim). Phrased, quoted and computed say how sentences came about; neither direction "
        "is better.",
    ),
    "abstention": Group(
        "Abstention",
        "Does the bot keep quiet where the collection does not hold the answer, and only there? Is it surer "
        "where there is an answer? Each line says which way is better.",
    ),
}
DIRECTIONS = {1: "higher", -1: "lower", 0: "neither"}

_RETRIEVAL = {
    "R@1": "share of the relevant documents at rank 1",
    "R@5": "share of the relevant documents in the first 5",
    "R@10": "share of the relevant documents in the first 10",
    "P@5": "share of the first 5 documents that are relevant",
    "nDCG@10": "relevant documents in the first 10, early ones most",
    "RR@10": "1 / rank of the first relevant document; 0 after rank 10",
    "AP@10": "precision at each relevant document, averaged",
}
MEANINGS = {
    **_RETRIEVAL,
    **{PASSAGE + name: _RETRIEVAL[name].replace("document", "passage") for name in CUTOFFS},
    "EM": "answers that are a gold answer, word for word",
    "F1": "words that the answer and the closest gold answer share",
    GOLD_IN_WORDS: f"a gold answer stands within the first {N_ANSWER_WORDS} words",
    "ROUGE-1": "single words shared with the closest gold answer",
    "ROUGE-2": "pairs of words shared with the closest gold answer",
    "ROUGE-L": "words shared with the closest gold answer, in order",
    "numeric match": "the gold number is there, with its scale",
    "computed right": "computed answers whose result is the gold number, with its scale",
    "citation precision": "citations that are of gold evidence",
    "citation recall": "gold evidence that is cited",
    "support precision": "citations that their sentence needs and is borne out by",
    "support recall": "sentences that their citations bear out",
    "sentences cited": "sentences with a citation",
    "quotes exact": "quotations that stand in the source, letter by letter",
    "fabrication": "sentences that show a fact the cited words lack",
    "phrased": "sentences in the words of the generator",
    "quoted": "sentences that are quotations",
    "computed": "sentences that state a calculation",
    "abstained, answerable": "answerable questions that got no answer",
    "abstained, unanswerable": "unanswerable questions that rightly got no answer",
    "abstained, left out": "abstentions once the documents that answer were hidden",
    "abstention F1": "precision and recall of abstaining, as one number",
    "accuracy given attempted": "right ones among the answers that were given",
    "AUROC": "how well confidence tells what is answerable; .5 is chance",
    "AURC": "risk, averaged over the coverages reached: see the plot",
}
STAGES = {
    "retrieve": "search",
    "rerank": "rerank",
    "first_sentence": "first sentence",
    "total": "in all",
}
BROKEN = {
    "uncited": "A sentence without a citation",
    "inexact": "A quotation that is not in the source",
    "fabricated": "Something the cited words lack",
}
