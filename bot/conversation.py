"""What a turn of a conversation means before anything is searched: small talk, or a question of its own.

A follow-up borrows the words it lacks from the question before it; everything else is left as it is.
What was said last is searched for too, with less weight: `last_said`, `bot/retrieve.py`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.abstention import NO_EVIDENCE
from bot.facts import names, stems
from bot.follow_up import another_figure, another_year
from bot.left_out import note
from bot.tokens import count_tokens

_QUESTION_WORDS = frozenset(
    "Who What When Where Why How Which Did Does Do Is Are Was Were Has Have In".split()
)
History = Sequence[tuple[str, str]]  # (role "user" or "agent", text), oldest first

GREETING = "Hello. Ask me anything about the documents in this collection, and I will quote what they say."
THANKS = "You are welcome. Ask away whenever you like."
_GREETING = re.compile(
    r"(?:hi|hello|hey|good (?:morning|afternoon|evening)|greetings)(?: there| bot| all)?", re.IGNORECASE
)
_THANKS = re.compile(
    r"(?:ok(?:ay)?,? )?(?:thanks?(?: you)?(?: (?:so|very) much| a lot)?|cheers|great|perfect|bye|goodbye)"
    r"(?:,? (?:thanks?(?: you)?|bye))?",
    re.IGNORECASE,
)
# Words that point outside the sentence, or openings that continue an earlier one.
_POINTING = re.compile(
    r"\b(?:it|its|he|him|his|she|her|hers|they|them|their|theirs|this|these|those|ones|former|latter)\b"
    r"|\b(?:is|was|are|were|do|does|did|has|had|about|of|by|to|for|in|at|after|before) that\b(?! the\b)"
    r"|\bthat(?=[?.!]|$)",
    re.IGNORECASE,
)
_CONTINUING = re.compile(
    r"^(?:and|but|or|so|also|then|what about|how about|why not|why\?|how so|since when|by whom|which one"
    r"|how come|what else|anything else)\b",
    re.IGNORECASE,
)
# "Tell me more about it": capitalised for its place, not a name.
_REQUEST = re.compile(
    r"^(?:please )?(?:tell|explain|describe|give|show|list|name|say|summari[sz]e)\b", re.IGNORECASE
)
# "its profit", "he said": what an owner or a person is called can be put in the pronoun's place.
_OWNER = re.compile(r"\b(?:its|his|their)\b|\bher\b(?=\s+\w)", re.IGNORECASE)
_PERSON = re.compile(r"\b(?:he|she|they)\b", re.IGNORECASE)
_ANY_PERSON = re.compile(r"\b(?:he|him|his|she|her|hers|they|them|their|it|its)\b", re.IGNORECASE)
_ASKS_WHOSE = re.compile(r"[Ww]ho(?:m|se)?\b(?! (?:is|was|are|were) [A-Z])")
_NAME_RUN = re.compile(r"[A-Z][\w'’.&-]*(?:\s+(?:(?:of|de|von|van|der|and|the)\s+)*[A-Z][\w'’.&-]*)*")
_ITS_FIGURE = re.compile(r"(?:what|how) about (?:its|his|her|their) [\w -]+\?*$", re.IGNORECASE)
_MARKER = re.compile(r"\s*\[\d+\]")
SAID_CHARACTERS = 1_000  # of the last answer: the encoder reads about that much
FEW_STEMS = 1  # "Who paid?", "How much?": too little to search with


def small_talk(question: str) -> str | None:
    """Return the friendly line that a greeting or thanks gets, None for anything else."""
    words = question.strip().rstrip("!.?, ")
    if _GREETING.fullmatch(words):
        return GREETING
    return THANKS if _THANKS.fullmatch(words) else None


def standalone_question(question: str, history: History) -> str:
    """Return a question that can be understood alone.

    Another year or another figure takes the place of the one asked for before, and a pronoun that can only
    be the one name of the last whole question is replaced by it. Any other question that points back,
    continues, or says too little is preceded by that whole question. The rest is unchanged.

    Example: "Who paid it?" after "How large was the fine?" -> "How large was the fine? Who paid it?"
    Example: "What was its profit?" after "When was Arkwell founded?" -> "What was Arkwell's profit?"
    Example: "And the year before?" after "What was revenue in 2019?" -> "What was revenue in 2018?"
    """
    subject = ""
    for role, text in history:
        if role == "user" and not small_talk(text):
            subject = _subject_after(text.strip(), subject)
    return _understood(question.strip(), subject)


def last_said(history: History) -> str:
    """Return the last answer, whose words lead back to its documents; after none the question it was to.

    "" where nothing was said yet, or only small talk.
    """
    said = [(role, text.strip()) for role, text in history if not small_talk(text)]
    told = [text for _, text in said if text and text not in (GREETING, THANKS)]
    if told and told[-1].startswith(NO_EVIDENCE):
        told = [text for role, text in said if role == "user"]
    last = _MARKER.sub(" ", told[-1]).strip() if told else ""
    if beyond := last[SAID_CHARACTERS:]:
        note("search", "last answer", last, count_tokens(beyond))
    return last[:SAID_CHARACTERS]


def _subject_after(question: str, subject: str) -> str:
    """Return the last whole question once this one was asked too."""
    if not depends_on_history(question):
        return question
    understood = _understood(question, subject)
    added = understood == f"{subject} {question}"
    return subject if added and not depends_on_history(subject) else (question if added else understood)


def _understood(question: str, subject: str) -> str:
    if not subject or not depends_on_history(question):
        return question
    replaced = another_year(question, subject) or another_figure(question, subject)
    return replaced or _with_name(question, subject) or f"{subject} {question}"


def _with_name(question: str, subject: str) -> str | None:
    """Put the only name of `subject` in the place of a pronoun; None where either is not certain."""
    if _ASKS_WHOSE.match(subject) or len(_ANY_PERSON.findall(question)) > 1:
        return None  # he is who was asked for, or there are two to be taken for the one name
    runs = {run for run in _NAME_RUN.findall(subject) if names(run)}
    if len(runs) != 1 or (_CONTINUING.match(question) and not _ITS_FIGURE.match(question)):
        return None
    name = re.sub(r"['’]s$", "", runs.pop())
    first_word = subject.split(maxsplit=1)[0]
    name = name.removeprefix(f"{first_word} ") if first_word in _QUESTION_WORDS else name
    replaced, n_replaced = _OWNER.subn(f"{name}'s", question)
    if not n_replaced:
        replaced, n_replaced = _PERSON.subn(name, question)
    of_a_person = re.search(r"\b(?:he|she|his|her)\b", question, re.IGNORECASE)
    if of_a_person and re.search(rf"\bthe {re.escape(name)}", subject, re.IGNORECASE):
        return None  # "the Arkwell Bridge" is nobody
    return replaced if n_replaced == 1 else None


def depends_on_history(question: str) -> bool:
    """Tell whether a question lacks its subject: it points back, continues, or holds few words of its own.

    A question with a name of its own is taken to have its subject, unless it opens as a continuation.
    """
    if _CONTINUING.match(question):
        return True
    if names(_REQUEST.sub("", question)):
        return False
    return bool(_POINTING.search(question)) or len(stems(question)) <= FEW_STEMS
