"""What a turn of a conversation means before anything is searched: small talk, or a question of its own.

A follow-up borrows the words it lacks from the question before it; everything else is left as it is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.facts import names, stems

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
    r"\b(?:it|its|he|him|his|she|her|hers|they|them|their|theirs|this|that|these|those|there|then|one|ones"
    r"|former|latter|same|so)\b",
    re.IGNORECASE,
)
_CONTINUING = re.compile(
    r"^(?:and|but|or|so|also|then|what about|how about|why not|why\?|how so|since when|by whom|which one"
    r"|how come|what else|anything else)\b",
    re.IGNORECASE,
)
FEW_STEMS = 2  # "Who paid?", "How much?": too little to search with


def small_talk(question: str) -> str | None:
    """Return the friendly line that a greeting or thanks gets, None for anything else."""
    words = question.strip().rstrip("!.?, ")
    if _GREETING.fullmatch(words):
        return GREETING
    return THANKS if _THANKS.fullmatch(words) else None


def standalone_question(question: str, history: History) -> str:
    """Return a question that can be understood alone.

    One that points back, continues, or says too little is preceded by the user's last question that did
    not need another; it is otherwise returned unchanged.

    Example: "Who paid it?" after "How large was the fine?" -> "How large was the fine? Who paid it?"
    """
    question = question.strip()
    asked = [text.strip() for role, text in history if role == "user" and not small_talk(text)]
    if not asked or not depends_on_history(question):
        return question
    subjects = [text for text in asked if not depends_on_history(text)]
    return f"{subjects[-1] if subjects else asked[-1]} {question}"


def depends_on_history(question: str) -> bool:
    """Tell whether a question lacks its subject: it points back, continues, or holds few words of its own.

    A question with a name of its own is taken to have its subject, unless it opens as a continuation.
    """
    if _CONTINUING.match(question):
        return True
    if names(question):
        return False
    return bool(_POINTING.search(question)) or len(stems(question)) <= FEW_STEMS
