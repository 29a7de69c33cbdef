"""May an answer open with yes or no? Questions and the words chosen for them -> "Yes", "No" or None.

Pure functions, after evidence. Nothing is said unless the question asks for yes or no and the words are
clear: for one sentence the same facts in the same order, for several articles each part's own sentence.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from bot.datatypes import CitedSentence, Sentence, Status
from bot.facts import PREPOSITIONS, missing_numbers, negations, stems
from bot.verify import contradictions

CLEAR_FIT = 0.5  # of a clause that nothing else bears out: benchmarks/results/comparisons.md
FEW_STEMS = 3  # "Did it sink?": with fewer words almost any sentence would do
_AUXILIARY = r"(?:did|does|do|is|was|were|are|has|have|had|can|could|will|would)"
_OPENS = re.compile(rf"^{_AUXILIARY}\b", re.IGNORECASE)
_OPENS_LATER = re.compile(rf"^(?:between|after|before|since|according to)\b.*, {_AUXILIARY}\b", re.I | re.S)
_ALTERNATIVE = re.compile(
    rf"\bor (?:{_AUXILIARY}\b|not\b)|,? or [\w’'-]+(?: [\w’'-]+)?\s*\?*$"
    r"|\b(?:before or after|consistent or inconsistent|agree or disagree|similar or different)\b",
    re.IGNORECASE,
)
_OPPOSED = re.compile(  # asks whether the articles are at odds
    r"\b(?:inconsisten\w+|disagree\w*|dissimilar\w*|contradict\w*|discrepan\w+"
    r"|no (?:change|difference|consistency|agreement))\b",
    re.IGNORECASE,
)
_RELATED = re.compile(  # asks whether they are of one kind, or whether something is another than it was
    r"\b(?:consisten(?:t|cy|tly)|agree\w*|similar\w*|align\w*|the same|both|shares?"
    r"|changed?|differen(?:t|ces?)|differs?)\b",
    re.IGNORECASE,
)
_DENIES = re.compile(
    r"\b(?:lack(?:s|ed|ing)?|unrelated|unnecessary|unaffected|insignificant|other than)\b", re.IGNORECASE
)
_NOT_DONE = re.compile(rf"\s+{_AUXILIARY}(?: not| never|n['’]t)\b|\s+never\b", re.IGNORECASE)
_EXISTENCE = re.compile(rf"^{_AUXILIARY} there\b", re.IGNORECASE)  # a heading with the words is no statement
_CONDITION = re.compile(r"\b(?:if|unless|whether|whenever|until)\b", re.IGNORECASE)
_PRESENT = {  # of verbs whose past has another stem, as "did it sink?" asks for "it sank"
    "became": "become", "began": "begin", "bought": "buy", "broke": "break", "brought": "bring",
    "built": "build", "came": "come", "chose": "choose", "cut": "cut", "drove": "drive", "fell": "fall",
    "found": "find", "fought": "fight", "gave": "give", "got": "get", "grew": "grow", "held": "hold",
    "kept": "keep", "knew": "know", "led": "lead", "left": "leave", "lent": "lend", "lost": "lose",
    "made": "make", "met": "meet", "paid": "pay", "put": "put", "ran": "run", "rose": "rise", "said": "say",
    "sank": "sink", "saw": "see", "sent": "send", "set": "set", "sold": "sell", "spent": "spend",
    "stole": "steal", "struck": "strike", "taught": "teach", "told": "tell", "took": "take", "went": "go",
    "won": "win", "wore": "wear", "wrote": "write",
}  # fmt: skip
_LEFT_OUT = re.compile(rf"\b(?:{_AUXILIARY}|an?|the)\b", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+(?:['’.&,-][^\W_]+)*")
_ENDS = re.compile(
    rf"\s*(?:[.!;,)]|$|(?:{'|'.join(sorted(PREPOSITIONS - {'except', 'like'}))})\b)", re.IGNORECASE
)
_IRREGULAR = re.compile(rf"\b(?:{'|'.join(_PRESENT)})\b")


def asks_yes_or_no(question: str) -> bool:
    """Tell whether a question wants yes or no: it opens with its verb and offers no choice."""
    opens = _OPENS.match(question) or _OPENS_LATER.match(question)
    return bool(opens) and not _ALTERNATIVE.search(question)


def of_sentence(question: str, told: str) -> str | None:
    """Return "Yes" where a sentence says what is asked, "No" where it says it is not so, else None.

    The question's words without its auxiliary must stand in it in one run, from the start of a clause up to
    a stop, a comma or a preposition, with no doubt, name, number or negation that `bot.verify` objects to.

    Example: "Did Arkwell pay the fine?", "Arkwell did not pay the fine." -> "No"
    """
    claim = _OPENS.sub("", question.strip()).strip(" ?")
    if not asks_yes_or_no(question) or len(stems(claim)) < FEW_STEMS or _EXISTENCE.match(question):
        return None
    if negations(claim) or "?" in told or _CONDITION.search(told):
        return None
    denied = negations(told) == 1 and _NOT_DONE.search(told)
    stated, claim = (_plain(text) for text in (_NOT_DONE.sub("", told), claim))
    if contradictions(claim, stated) or not _is_clause(claim, stated):
        return None
    return "No" if denied else "Yes"


def of_articles(question: str, pairs: Sequence[tuple[str, str, float]]) -> str | None:
    """Return "Yes" or "No" where the words chosen for each part of a question are clear, else None.

    Args:
        question: as asked.
        pairs: for each part (its words, its article's sentence, how well that fits, in [0, 1]).

    A part that denies what its sentence does not is not borne out: "No". Articles with fitting words are
    said to be alike and not at odds, and to differ where a change is asked for. That leans on how such
    questions are put, as two sentences that contradict each other are not told from two that do not. Other
    clauses are borne out where every sentence fits clearly and has their numbers.
    """
    if len(pairs) < 2 or not asks_yes_or_no(question):
        return None
    if any(_denies(part) and not _denies(told) for part, told, _ in pairs):
        return "No"
    if _OPPOSED.search(question):
        return "No"
    if _RELATED.search(question):
        return "Yes"
    clear = all(fit >= CLEAR_FIT and not missing_numbers(part, told) for part, told, fit in pairs)
    return "Yes" if clear else None


def opened(said: str, cited: Sequence[CitedSentence]) -> CitedSentence:
    """Join yes or no to the quoted words in one sentence with all their citations, status "supported".

    Example: "No", "He did not pay." -> 'No, by these words: “He did not pay.”'
    """
    quotes = " and ".join(_quoted(each.sentence.text) for each in cited)
    markers = tuple(marker for each in cited for marker in each.sentence.citations)
    support = min(each.sentence.support for each in cited)
    sentence = Sentence(f"{said}, by these words: {quotes}", markers, support, Status.SUPPORTED)
    return CitedSentence(sentence, tuple(citation for each in cited for citation in each.citations))


def _quoted(text: str) -> str:
    """Put a text in quotation marks, single ones where it has double ones itself."""
    return f"‘{text}’" if "“" in text or "”" in text else f"“{text}”"


def _denies(text: str) -> bool:
    return bool(negations(text) or _DENIES.search(text))


def _plain(text: str) -> str:
    """Put irregular verbs in the present, and leave auxiliaries and articles out."""
    text = _IRREGULAR.sub(lambda match: _PRESENT[match.group()], text)
    return " ".join(_LEFT_OUT.sub(" ", text).split())


def _is_clause(claim: str, stated: str) -> bool:
    """Tell whether a text has the words of a claim, in any form, in one run that is a clause's beginning."""
    wanted = [_form(word) for word in _WORD.findall(claim)]
    found = list(_WORD.finditer(stated))
    for i in range(len(found) - len(wanted) + 1):
        run = found[i : i + len(wanted)]
        before, after = stated[: run[0].start()].rstrip(), stated[run[-1].end() :]
        joined = all(stated[a.end() : b.start()].isspace() for a, b in pairwise(run))
        if joined and [_form(word.group()) for word in run] == wanted:
            return before[-1:] in ("", ",", ";") and bool(_ENDS.match(after))
    return False


def _form(word: str) -> str:
    return (stems(word) or [word.lower()])[0]
