"""A sentence and a fact in it -> a question in the language model's words; what any question must pass.

The bundled model writes poor questions, so most are dropped here: whatever names something the sentence does
not hold, gives the answer away, could ask for another fact of the sentence, or is no likelier after the
sentence than without it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.datatypes import Message
from bot.evaluate.gold.askable import Fact
from bot.evaluate.gold.verbs import DO
from bot.facts import missing_names, missing_numbers, names, numbers, stems
from bot.generate import Generator
from bot.language_model import LanguageModel
from bot.likelihood import question_likelihoods
from bot.prompt import PromptTemplate

MAX_TOKENS = 40
MIN_WORDS, MAX_WORDS = 5, 28  # of a question
MIN_GAIN_NATS = (
    0.5  # of mean log likelihood by reading the sentence: a question about something else gains less
)
MIN_LIKELIHOOD = (
    -1.75
)  # mean, of a question the model wrote: below it most were ungrammatical or beside the fact
OPENINGS = {
    "date": "When",
    "year": "In which year",
    "amount": "How much",
    "percent": "What percentage",
    "count": "How many",
    "person": "Who",
}
_OPENED = re.compile(
    r"(?:(?:By|For|With|In|Over|Since|Until) )?(?:when|who|how much|how many|what percentage|which year)\b",
    re.I,
)
_ASKING = set(stems("how much many which what percentage year when who"))
_HELPING = set(stems("did do does have had"))
_DATED = re.compile(
    r"\b(?:yesterday|today|tonight|tomorrow|last night|this (?:morning|evening|week))\b", re.I
)
_TURNED = re.compile(
    r"\b(?:rose|risen|fell|fallen|grew|grown|increased|decreased|declined|dropped) by (?:about )?$"
)


class Writer:
    """Lets a generator write questions and a scorer judge them."""

    def __init__(self, generator: Generator, scorer: LanguageModel) -> None:
        self.generator = generator
        self.scorer = scorer
        self.template = PromptTemplate.load("question")

    def write(self, sentence: str, fact: Fact) -> str | None:
        """Return what the generator asks, up to its first question mark, if it is likely in its own eyes."""
        written = ""
        for piece in self.generator.generate(self._messages(sentence, fact), max_tokens=MAX_TOKENS):
            written += piece
            if "?" in written or "\n" in written:
                break
        question = " ".join(written.partition("?")[0].split()) + "?"
        if "?" not in written or not is_copied(question, sentence, fact):
            return None
        likelihood = question_likelihoods(self.scorer, question, [sentence])[0]
        return question if likelihood >= MIN_LIKELIHOOD else None

    def fits(self, question: str, sentence: str, fact: Fact, others: Sequence[Fact]) -> bool:
        """Tell whether the sentence makes a question likelier, and whether it asks for this fact of it.

        `others`: the facts of the same kind in the sentence; the question must make none of them a likelier
        answer than `fact` (the round trip of Alberti et al. 2019, "Synthetic QA Corpora Generation with
        Roundtrip Consistency", with likelihoods in place of a reader).
        """
        read, unread = question_likelihoods(self.scorer, question, [sentence, ""])
        if read - unread < MIN_GAIN_NATS:
            return False
        scores = {other: self._answer_likelihood(question, sentence, other) for other in [fact, *others]}
        return scores[fact] >= max(scores.values())

    def _messages(self, sentence: str, fact: Fact) -> list[Message]:
        answer = sentence[fact.start : fact.end]
        return self.template.fill(evidence=sentence, answer=answer, opening=_opening(sentence, fact))

    def _answer_likelihood(self, question: str, sentence: str, fact: Fact) -> float:
        prefix = self.scorer.token_ids(f"{sentence}\n\nQuestion: {question}\nAnswer:")
        answer = self.scorer.token_ids(" " + sentence[fact.start : fact.end])
        return float(self.scorer.log_likelihoods([prefix], answer)[0])


def is_sound(question: str, sentence: str, fact: Fact) -> bool:
    """Tell whether a question says only what the sentence says, and leaves the answer out.

    Example: about "Ada Quill paid $3 on 2 May." and $3 -> "How much did Ada Quill pay on 2 May?" is sound,
    "How much did Ada Quill earn?" is not
    """
    answer = sentence[fact.start : fact.end]
    if not question.endswith("?") or question.count("?") > 1 or not _OPENED.match(question):
        return False
    if not MIN_WORDS <= len(question.split()) <= MAX_WORDS or _DATED.search(question):
        return False
    if missing_numbers(question, sentence) or missing_names(small(question), sentence):
        return False
    return _asks(question, fact) and not _gives_away(question, answer)


def is_copied(question: str, sentence: str, fact: Fact) -> bool:
    """Tell whether a question has at least two content words, the counted noun first, all of the sentence."""
    asked = set(stems(question)) - _ASKING
    if fact.kind == "count" and not question.startswith(_opening(sentence, fact)):
        return False
    bare_verbs = " ".join(DO[word][1] for word in sentence.split() if word in DO)
    return len(asked) >= 2 and asked <= set(stems(f"{sentence} {bare_verbs}")) | _HELPING


def small(question: str) -> str:
    """Return a question with its first letter small, as it stands after other words."""
    return question[:1].lower() + question[1:]


def _asks(question: str, fact: Fact) -> bool:
    """Tell whether the question's opening asks for something of the fact's kind."""
    opening = question.lower()
    wanted = {"percent": ("what percentage", "how much"), "date": ("when",), "year": ("which year", "when")}
    return any(words in opening[:24] for words in wanted.get(fact.kind, (OPENINGS[fact.kind].lower(),)))


def _gives_away(question: str, answer: str) -> bool:
    values = {number.value for number in numbers(answer)}
    held = {number.value for number in numbers(question)}
    return bool(values & held) or bool(set(names(answer)) & set(names(question))) or answer in question


def _opening(sentence: str, fact: Fact) -> str:
    if fact.kind in {"percent", "amount"} and _TURNED.search(sentence[: fact.start]):
        return "By how much"
    noun = re.match(r" ([a-z][a-z-]+)", sentence[fact.end :]) if fact.kind == "count" else None
    return f"How many {noun.group(1)}" if noun else OPENINGS[fact.kind]
