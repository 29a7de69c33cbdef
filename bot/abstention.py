"""What is said in place of an answer: a fixed line, and what of the question no document mentions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from bot.facts import names

EMPTY_COLLECTION = "This collection is still empty. Add some documents, then ask again."
NO_EVIDENCE = "I could not find an answer to that in these documents."
MOST_NAMED = 3
_POSSESSIVE = re.compile(r"['’]s$")


def no_evidence(question: str, texts: Iterable[str], companies: Sequence[str] = ()) -> str:
    """Return the line for a question that `texts`, the searched texts of all passages, do not answer.

    `companies`: whose documents alone were searched; () for all documents.

    Example: "Who founded Quux?" of texts without that name -> "... None of them mentions “Quux”."
    """
    line = NO_EVIDENCE
    if companies:
        line += f" I searched those of or about {' and '.join(companies)}."
    if absent := absent_names(question, texts)[:MOST_NAMED]:
        line += f" None of them mentions {' or '.join(f'“{name}”' for name in absent)}."
    return line


def absent_names(question: str, texts: Iterable[str]) -> list[str]:
    """Return the names of a question that stand in no text, letter case aside, in the question's order.

    Its first word has a capital for its place, so it is not taken for a name.
    """
    first = question.split(maxsplit=1)[:1]
    found = (_POSSESSIVE.sub("", name) for name in names(question) if [name] != first)
    wanted = dict.fromkeys(name for name in found if len(name) > 1)
    for text in texts:
        if not wanted:
            break
        lower = text.lower()
        wanted = {name: None for name in wanted if name.lower() not in lower}
    return list(wanted)
