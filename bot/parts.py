"""A question about several articles -> what to look for in each. Pure functions, before search.

"Did The Herald say that wages rose, while the Courier article says they fell?" has two parts, each with
the words about one article, its publisher and its date. So has "Which was founded first, Arkwell or
Brightwater?", one for each name. An ordinary question has none, and nothing here concerns it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from bot.facts import stems
from bot.mentions import ARTICLE, DATE, NAME, TELLS, Day, Mention, aliases, mentions, stands_by_an_article

MAX_PARTS = 5
FEW_STEMS = 4  # of a clause: with fewer it borrows the words that all parts share
FEW_WORDS = 5  # before "as reported by X": with fewer the words about X's article come after it

_BREAKS = tuple(  # where one article's words end and the next one's begin, the surest first
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"[,'\"’”]+ (?=(?:did|does|do|is|was|were|has|have|are)\b)",
        r"[,;]? \b(?:while|whereas|as opposed to|in contrast to|compared (?:to|with)|unlike|similar(?:ly)? to"
        r"|in a similar (?:way|manner) (?:to )?|disagree with|agree with|than)\b",
        r"[,;] (?:and|but|or)\b",
        r"[;\n]",
        r" (?:and|but|before|after|as)\b",
        r",",
    )
)
_JOINT = re.compile(
    rf"(?:[\s,/&'\"‘’“”]|\b(?:and|or|both|by|from|in|the|an?|{ARTICLE}|another|separate|second)\b)*",
    re.IGNORECASE,
)
_TAIL = re.compile(  # what is asked of all the articles: ", was there a change in their tone?"
    r",? (?=(?:is|was|were|are|did|does|do|has|have|which|what|who|how|why)\b[^,]{15,}(?:,[^,]*)*\?*$)", re.I
)
_BEHIND = re.compile(
    rf"(?:\b(?:as )?{TELLS} (?:by|in|on|from)|\baccording to|\b(?:as )?per)\b[^,;]{{0,40}}$", re.IGNORECASE
)
_QUOTES = re.compile(r"(?<!\w)['\"‘“]+|['\"’”]+(?!\w)|'s?(?=\s)")
_OPENERS = (
    "there their its subsequent earlier later does do did is are was were has have had between after before"
    " while whereas also and but or that then as who which how the a an from by on of in to with about"
    " regarding compared considering another other second one information based company individual person"
).split()
_SCAFFOLD = re.compile(  # words about articles that say nothing of what is in them
    rf"\b(?:(?:news )?(?:articles?|reports?|coverage)|published|respectively|both|according to|as per"
    r"|the same (?:day|source|news source)"
    rf"|(?:as )?{TELLS} (?:by|in)(?: an?| the| another)?(?=\s*(?:$|[,;?])))\b"
    rf"|^(?:(?:{'|'.join(_OPENERS)}|{TELLS})(?=[\s,]|$)[\s,]*)+"
    r"|[\s,]+(?:or|and|in|by|on|the|their|later|another|an?)$",
    re.IGNORECASE,
)
_POINTS_BACK = re.compile(r"(?:it|they|he|she|this|these|those|such|former|latter)\b", re.IGNORECASE)
_ONE_OR_OTHER = re.compile(
    rf"^(?P<asked>(?:Which|Who|What|Whose)\b[^,?]*), (?:the )?(?P<one>{NAME}),? or"
    rf" (?:the )?(?P<other>{NAME})(?P<rest>)\s*\?*$"
)
_MORE_THAN = re.compile(
    rf"^(?:Is|Was|Are|Were|Did|Does|Has|Had) (?:the )?(?P<one>{NAME})"
    r" (?P<asked>[^,]*?\b(?:\w+er|more\b.*|less\b.*|before|after))"
    rf" (?:than )?(?:the )?(?P<other>{NAME})(?P<rest>[^,?]*)\?*$"
)


@dataclass(frozen=True, slots=True)
class Part:
    """What to look for in one article.

    `text`: the words to search for. `sources`: the publishers, as the collection spells them, of which one
    must have published it; () for any. `name`: what its passage must mention, as a compared company or a
    publisher that the collection does not know; "" for nothing. `date`: when it should be from.
    `is_article`: the question names an article, not only a thing that articles may be about.
    """

    text: str
    sources: tuple[str, ...] = ()
    name: str = ""
    date: Day | None = None
    is_article: bool = True


def decompose(question: str, sources: Iterable[str] = ()) -> tuple[Part, ...]:
    """Return the parts of a question about two or more articles or names; () for an ordinary question.

    `sources`: the publishers of the collection's documents.
    """
    named = mentions(question, sources)
    if len(named) > 1 and any(stands_by_an_article(question, mention) for mention in named):
        return tuple(_articles(question, named))[:MAX_PARTS]
    return _compared_names(" ".join(question.split()))


def _articles(question: str, named: Sequence[Mention]) -> Iterator[Part]:
    clauses, tail = _clauses(question, named)
    texts, shared = [_plain(clause, named) for clause in clauses], _plain(tail, named)
    for mention, text in zip(named, texts, strict=True):
        borrowed = shared if len(stems(text)) < FEW_STEMS else ""
        if _POINTS_BACK.match(text) or not stems(text):
            borrowed = borrowed or max(texts, key=len)
        words = f"{text} {borrowed}".strip() if borrowed != text else text
        yield Part(words or question, mention.sources, mention.name, mention.date)


def _clauses(question: str, named: Sequence[Mention]) -> tuple[list[str], str]:
    """Return the words about each mention, and those that ask about all of them, "" if there are none."""
    tail = _TAIL.search(question, named[-1].end)
    end = tail.start() if tail else len(question)
    spans: list[tuple[int, int]] = []
    start, n_waiting = 0, 0
    for one, other in pairwise(named):
        cut = _cut(question, one, other)
        n_waiting += 1
        if cut:
            spans += [(start, cut[0])] * n_waiting
            start, n_waiting = cut[1], 0
    spans += [(start, end)] * (n_waiting + 1)
    return [question[slice(*span)] for span in spans], question[end:]


def _cut(question: str, one: Mention, other: Mention) -> tuple[int, int] | None:
    """Return where the words about one end and those about the other begin; None if they share them."""
    gap = question[one.end : other.start]
    if _JOINT.fullmatch(gap):
        return None
    before = question[: one.start]
    if _BEHIND.search(before) and len(before.split()) > FEW_WORDS:
        return one.end, one.end
    for pattern in _BREAKS:
        if found := list(pattern.finditer(gap)):
            return one.end + found[-1].start(), one.end + found[-1].end()
    return other.start, other.start


def _plain(clause: str, named: Sequence[Mention]) -> str:
    """Take publishers, dates and the words about articles out of a clause."""
    called = {alias for mention in named for source in mention.sources for alias in aliases(source)}
    called |= {mention.name for mention in named if mention.name}
    called |= {name.removeprefix("The ") for name in called}
    for name in sorted(called, key=len, reverse=True):
        clause = re.sub(rf"(?<!\w){re.escape(name)}(?:['’]s)?(?!\w)", " ", clause)
    clause = " ".join(DATE.sub(" ", _QUOTES.sub(" ", clause)).split())
    for _ in range(3):  # what is left after one may open or end with another
        clause = " ".join(_SCAFFOLD.sub(" ", clause).split()).strip(" ,;:?")
    return clause


def _compared_names(question: str) -> tuple[Part, ...]:
    match = _ONE_OR_OTHER.match(question) or _MORE_THAN.match(question)
    if not match:
        return ()
    names = [re.sub(r"['’]s$", "", match[group]) for group in ("one", "other")]
    return tuple(
        Part(f"{match['asked']} {name}{match['rest']}", name=name, is_article=False) for name in names
    )
