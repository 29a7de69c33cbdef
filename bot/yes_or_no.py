"""May an answer open with yes or no? Questions and the words chosen for them -> "Yes", "No" or None.

Pure functions, after evidence. Nothing is said unless the question asks for yes or no and the words are
clear: the sentence opens with the question's words. A wrong "Yes" costs more than none: what these rules
cannot read with certainty is None. `yes_of_articles.py` has questions about several articles.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.datatypes import CitedSentence, Sentence, Status
from bot.facts import MONTHS, hedges, missing_names, missing_numbers, negations, stem_words, stems

FEW_STEMS = 3  # "Did it sink?": with fewer words almost any sentence would do
_AUXILIARY = r"(?:did|does|do|is|was|were|are|has|have|had|can|could|will|would)"
_OPENS = re.compile(rf"^{_AUXILIARY}\b", re.IGNORECASE)
_OPENS_LATER = re.compile(rf"^(?:between|after|before|since|according to)\b.*, {_AUXILIARY}\b", re.I | re.S)
_ALTERNATIVE = re.compile(
    rf"\bor (?:{_AUXILIARY}\b|not\b)|,? or [\w’'-]+(?: [\w’'-]+)?\s*\?*$"
    r"|\b(?:before or after|consistent or inconsistent|agree or disagree|similar or different)\b",
    re.IGNORECASE,
)
_EXISTENCE = re.compile(rf"^{_AUXILIARY} there\b", re.IGNORECASE)  # a heading with the words is no statement
_CONDITION = re.compile(r"\b(?:if|unless|whether|whenever|until)\b|^(?:had|were|should)\b", re.I)
_MODAL = re.compile(
    r"\b(?:can(?=not)|ca(?=n['’]t)|wo(?=n['’]t)|(?:can|could|might|must|shall|should|will|would)(?=n['’]t|\b))"
    r"|\b(?-i:may|MAY)\b|['’](?:ll|d)\b|\b(?:ought|going) to\b",
    re.I,
)
PRESENT = {  # of verbs whose past has another stem, as "did it sink?" asks for "it sank"
    "became": "become", "began": "begin", "bought": "buy", "broke": "break", "brought": "bring",
    "built": "build", "came": "come", "chose": "choose", "cut": "cut", "drove": "drive", "fell": "fall",
    "found": "find", "fought": "fight", "gave": "give", "got": "get", "grew": "grow", "held": "hold",
    "kept": "keep", "knew": "know", "led": "lead", "left": "leave", "lent": "lend", "lost": "lose",
    "made": "make", "met": "meet", "paid": "pay", "put": "put", "ran": "run", "rose": "rise", "said": "say",
    "sank": "sink", "saw": "see", "sent": "send", "set": "set", "sold": "sell", "spent": "spend",
    "stole": "steal", "struck": "strike", "taught": "teach", "told": "tell", "took": "take", "went": "go",
    "won": "win", "wore": "wear", "wrote": "write",
}  # fmt: skip
_BE = frozenset("is are was were".split())
_LIGHT = re.compile(rf"(?P<verb>{_AUXILIARY})?(?P<denial>n['’]t)?|not|never|an?|the", re.I)
_DENIAL = re.compile(r"\b(?:not|never)\b|n['’]t\b", re.I)
WORD = re.compile(r"[^\W_]+(?:['’.&,-][^\W_]+)*")
_STOP = re.compile(r"\s*[.!]?\s*")
_DAY = (
    rf"(?:(?:{'|'.join(MONTHS)}"
    r"|(?:Sun|Mon|Tues|Wednes|Thurs|Fri|Satur)day|noon|midnight)\b)"
)
_AMOUNT = r"(?:[$€£]?\d[\d.,]*%?(?: (?:million|billion|percent))?)"
_TAIL = re.compile(  # days and amounts take nothing back; "in a novel" and "to some degree" do
    rf"(?:\s+(?:of|in|on|at|by|for)\s+(?:{_DAY}|{_AMOUNT})(?:,? (?:{_DAY}|{_AMOUNT}))*)+\s*[.!]?\s*"
)


def asks_yes_or_no(question: str) -> bool:
    """Tell whether a question wants yes or no: it opens with its verb and offers no choice."""
    opens = _OPENS.match(question) or _OPENS_LATER.match(question)
    return bool(opens) and not _ALTERNATIVE.search(question)


def of_sentence(question: str, told: str) -> str | None:
    """Return "Yes" where a sentence says what is asked, "No" where it says it is not so, else None.

    The sentence must open with the question's words, in the tense asked for and with the same modals and
    hedges. A denial counts within that run alone, and where nothing follows that may limit it.

    Example: "Did Arkwell pay the fine?", "Arkwell did not pay the fine." -> "No"
    """
    opener = _OPENS.match(question.strip())
    claim = _OPENS.sub("", question.strip()).strip(" ?")
    if not opener or not asks_yes_or_no(question) or _EXISTENCE.match(question):
        return None
    if len(stems(claim)) < FEW_STEMS or negations(claim) or missing_names(claim, told):
        return None
    if not is_plain(question, told) or missing_numbers(claim, told):
        return None
    return settled(opener[0].lower(), claim, told)


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


def is_plain(asked: str, told: str) -> bool:
    """Tell whether a text is a statement under no condition, as sure as what is asked and no surer."""
    modals = [{m.lower() for m in _MODAL.findall(text)} for text in (asked, told)]
    return (
        not ("?" in told or _CONDITION.search(told))
        and modals[0] == modals[1]
        and hedges(asked) == hedges(told)
    )


def settled(opener: str, claim: str, told: str) -> str | None:
    """Read the words of a claim off the start of a text, verbs and articles between them aside."""
    wanted = [word for word in WORD.findall(claim) if not _LIGHT.fullmatch(word)]
    run: list[str] = []
    end = n_met = 0
    for found in WORD.finditer(told):
        if n_met == len(wanted):
            break
        if told[end : found.start()].strip() or (end == 0 and found.start()):
            return None
        run.append(found[0])
        n_met += not _LIGHT.fullmatch(found[0])
        end = found.end()
    denied = _DENIAL.findall(" ".join(run))
    if n_met < len(wanted) or len(denied) != negations(told) or len(denied) > 1:
        return None
    whole = bool(_STOP.fullmatch(told[end:]))
    if not whole and (denied or opener in _BE or not _TAIL.fullmatch(told[end:])):
        return None
    if not _same_form(opener, claim, run, denied=bool(denied)):
        return None
    return "No" if denied else "Yes"


def _same_form(opener: str, claim: str, run: Sequence[str], *, denied: bool) -> bool:
    """Tell whether a run has the words and the verbs of a claim, in the tense of the question."""
    asked, light_asked = _parted(WORD.findall(claim))
    told, light_told = _parted(run)
    if "the" in light_asked and {"a", "an"} & {*light_told}:
        return False
    other = {"a", "an", "the", "not", "never"}
    verbs = [sorted(word for word in light if word not in other) for light in (light_asked, light_told)]
    steps = [_step(one, held) for one, held in zip(asked, told, strict=True)]
    n_moved = sum(step != "" for step in steps)
    helped = verbs[1] == sorted([*verbs[0], opener])  # "did not pay", "is owned"
    if helped:
        return n_moved == 0
    past = steps.count("past") == 1 and n_moved == 1
    present = steps.count("present") == 1 and n_moved == 1
    bare = verbs[0] == verbs[1] and (not denied or "never" in light_told)
    return bare and (past if opener == "did" else present if opener == "does" else False)


def _parted(words: Sequence[str]) -> tuple[list[str], list[str]]:
    """Part words into those that carry the claim and the light ones, "didn't" as "did", in small letters."""
    heavy, light = [], []
    for word in (word.lower() for word in words):
        found = _LIGHT.fullmatch(word)
        if found:
            light.append(found["verb"] or word)
        else:
            heavy.append(word)
    return heavy, light


def _step(asked: str, told: str) -> str:
    """Return how a word told differs from the one asked: "", "past", "present" or "other"."""
    if PRESENT.get(told) == asked or (
        told.endswith("ed") and told != asked and stem_of(told) == stem_of(asked)
    ):
        return "past"
    if told == asked:
        return ""
    return "present" if told in (f"{asked}s", f"{asked}es") else "other"


def stem_of(word: str) -> str:
    """Return the stem of a word."""
    return stem_words([word.lower()])[0]
