"""Questions that want a summary: "Summarise the tram article", "What are these documents about?".

    question -> what is to be summed up, and how long -> the documents that are meant, and the focus

Beside search. Words alone decide, and a question for one thing in particular is none of these.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.companies import Documents
from bot.facts import stems
from bot.summary.datatypes import Length
from bot.summary.salience import without_requests

MOST_NAMED = 4  # documents that a name may fit: of more it is a topic
LEAST_NEAR = 0.5  # cosine of a topic and the sentence nearest to it: what is named in passing is farther
LEAST_SAID = 0.6  # more than that of a topic's words stand in a document that tells of it
MOST_SEARCHED = 5  # documents, nearest first, in which a topic is looked for
MOST_AT_ALL = 40  # documents that are summed up together: of more a summary says next to nothing
A_LINE_EACH = 4  # of more documents than this the summary is long, so that most have their line

_NAME = ("title", "name", "company", "form")  # what a document may be called by
_DOCUMENT = (
    r"(?:articles?|documents?|reports?|texts?|story|stories|papers?|filings?|files?|pages?|library|collection"
    r"|pieces?|posts?|pdfs?|10-?[kq]s?|8-?ks?|transcripts?|meetings?)"
)
_SPEAKS = rf"(?:{_DOCUMENT}|news|inquiry|study|press release|letter)"
_SUMMARY = (
    r"(?:summary|overview|outline|recap|synopsis|gist|tl;?dr"
    r"|(?:main|key|major|central|most important|principal) (?:points|takeaways?|ideas|findings|messages?"
    r"|conclusions?|highlights|topics|themes|facts|news)|takeaways|highlights)"
)
_SIZE = r"(?:(?:very|quick|short|brief|concise|one[- ](?:sentence|line)|detailed|long|full) )*"
_GIVE = r"(?:give|show|write|make|provide|list|tell)(?: me| us)?"
_POLITELY = re.compile(
    r"(?:(?:please|now|ok|okay|hello|hi|yes|so)[,.!]? |(?:can|could|would|will) you "
    r"|i (?:want|need|would like) (?:you to |to (?:have |see )?)?|i['’]d like (?:you to |to )?)*",
    re.IGNORECASE,
)
_HOW_LONG = re.compile(
    r"(?:,? (?:in (?:(?:a|one|two|three|\d+) (?:few |short )?(?:sentences?|lines?|words|paragraphs?)"
    r"|short|brief|detail|bullet points)|briefly|for me|please))+$",
    re.IGNORECASE,
)
_WANTS_SUMMARY = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"(?:briefly )?(?:summari[sz]e|sum up|recap|outline)(?P<topic>(?: .+)?)",
        rf"(?:{_GIVE} |what(?: is| are| were|['’]s) )?(?:an? |the )?{_SIZE}{_SUMMARY}"
        r"(?:,?:? (?:of|on|from|in|about|for) (?P<topic>.+))?",
        r"(?:what (?:are|were)|list|name|describe|explain) (?P<topic>(?:\S+ ){0,4}?"
        r"(?:main|key|major|principal|biggest) risks?\b.*)",
        rf"what(?: is| are| was|['’]s) (?P<topic>(?:.+ )?{_DOCUMENT}) (?:all )?about",
        rf"what (?:does|do|did) (?P<topic>(?:.+ )?{_SPEAKS}) (?:say|report|find|conclude|cover|discuss)",
    )
)
_WANTS_TO_KNOW = re.compile(  # of one thing, which has to be named
    rf"(?:(?:{_GIVE}(?: something| more| everything| some| basic| information)*"
    r"|what (?:do|can) you (?:know|tell me|say)"
    rf"|what (?:does|do) (?:.+ )?{_DOCUMENT} say) about) (?P<topic>.+)",
    re.IGNORECASE,
)
_AND_MORE = re.compile(r",? and (?:(?:describe|explain|say) )?how\b.*$", re.IGNORECASE)
_POINTS_AT_ONE = re.compile(rf"(?:it|this|that|(?:this|that) {_DOCUMENT})", re.IGNORECASE)
_POINTS_BACK = re.compile(r"\b(?:it|its|he|him|his|she|her|they|them|their|this|that|these|those)\b", re.I)
_SHORT = re.compile(
    r"\b(?:short|brief\w*|quick|concise|gist|tl;?dr|one[- ](?:sentence|line)"
    r"|in (?:a|one|two) (?:few |short )?(?:sentences?|lines?))(?!\w)",
    re.IGNORECASE,
)
_LONG = re.compile(r"\b(?:detail(?:ed)?|long|full|comprehensive)\b", re.IGNORECASE)
_SUCH = re.compile(  # says which of a kind, not what it is about: `bot/scope.py` has seen to it
    rf"\b(?:{_DOCUMENT}|latest|newest|last|recent|annual|quarterly|year|quarter|my|our|company)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Overview:
    """What is to be summed up: `topic` as the question calls it, "" for all there is.

    `length`: None where the question does not say. `last`: the document that was last spoken of.
    """

    topic: str
    length: Length | None = None
    last: bool = False


@dataclass(frozen=True, slots=True)
class Meant:
    """The documents to be summed up, by doc_id, and the focus, "" for what matters in them."""

    doc_ids: tuple[str, ...]
    focus: str
    length: Length


def overview_of(question: str) -> Overview | None:
    """Return what a question wants summed up, None where it wants no summary.

    Example: "Please summarise the tram article in one sentence." -> Overview("the tram article", SHORT)
    Example: "What are these documents about?" -> Overview("")
    Example: "Tell me about the marathon" -> Overview("the marathon")
    Example: "Who won the marathon?", "Tell me more about him." -> None
    """
    words = " ".join(question.split()).rstrip(" .?!")
    words = _POLITELY.sub("", words, count=1)
    asked = _HOW_LONG.sub("", words)
    for pattern in _WANTS_SUMMARY:
        if found := pattern.fullmatch(asked):
            topic = _AND_MORE.sub("", (found["topic"] or "").strip(" ,:"))
            topic = re.sub(r"^(?:of|for me) ", "", topic)
            last = _POINTS_AT_ONE.fullmatch(topic) is not None
            return Overview(topic if stems(_bare(topic)) else "", _length(words), last)
    found = _WANTS_TO_KNOW.fullmatch(asked)
    if found is None or _POINTS_BACK.search(found["topic"]) or not stems(_bare(found["topic"])):
        return None
    return Overview(found["topic"], _length(words))


def meant(
    wanted: Overview, documents: Documents, nearest: Sequence[str], *, goes_on: bool = False
) -> Meant | None:
    """Return which documents are to be summed up, and about what; None where they are too many.

    Args:
        wanted: see `overview_of`.
        documents: what is known of each that may be meant.
        nearest: doc_ids of what a search for the question found, best first.
        goes_on: something was said before, which "this article" points at.
    """
    found = [doc_id for doc_id in dict.fromkeys(nearest) if doc_id in documents]
    asked = set(stems(_bare(wanted.topic)))
    if wanted.last and goes_on:
        named, focus = found[:1], ""
    elif not asked:
        named, focus = list(documents), ""
    else:
        named, focus = _called(wanted.topic, documents), ""
        if not 0 < len(named) <= MOST_NAMED:
            named, focus = found[:MOST_SEARCHED], wanted.topic
    if not named or len(named) > MOST_AT_ALL:
        return None
    usual = Length.LONG if len(named) > A_LINE_EACH and not focus else Length.MEDIUM
    return Meant(tuple(named), focus, wanted.length or usual)


def tells_of(topic: str, text: str) -> bool:
    """Tell whether a document's title and text have more than LEAST_SAID of a topic's words.

    A search always finds something, and what is near to a topic may yet say nothing of it.
    """
    asked = set(stems(_bare(topic)))
    return len(asked & set(stems(text))) > LEAST_SAID * len(asked)


def _bare(topic: str) -> str:
    """Return a topic without the words that any document is called by: "the tram article" -> "tram"."""
    return without_requests(_SUCH.sub(" ", topic))


def _called(topic: str, documents: Documents) -> list[str]:
    """Return the documents whose names have all words of a topic, as they are where it is called no document.

    "The strike article" may be one on strikes, and "the strike" is not what "Ferry strikes wall" is about.
    """
    are_like = stems if re.search(rf"\b{_SPEAKS}\b", topic, re.IGNORECASE) else str.split
    asked = set(are_like(_words(_bare(topic))))
    names = {
        doc_id: set(are_like(_words(" ".join(told.get(field, "") for field in _NAME))))
        for doc_id, told in documents.items()
    }
    return [doc_id for doc_id, name in names.items() if asked <= name]


def _words(text: str) -> str:
    """Return the words alone, in small letters: "Apple's strike-ends.md" -> "apple strike ends md"."""
    return " ".join(re.findall(r"[^\W_]+", re.sub(r"['’]s\b", "", text.lower())))


def _length(question: str) -> Length | None:
    if _SHORT.search(question):
        return Length.SHORT
    return Length.LONG if _LONG.search(question) else None
