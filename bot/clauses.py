"""A sentence -> the parts of it that could go and leave a sentence. Used by shorten; rules, no model.

Whole parts only: an opening phrase, brackets, an aside between commas or dashes, a trailing clause, one of
two statements. Nothing here knows the question. English.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.facts import AUXILIARIES, PREPOSITIONS, names, negations, numbers
from bot.fillers import ALTERNATIVE, JOINT, Span, is_of_a_figure
from bot.limits import says_the_same

MIN_HEAD_WORDS = 5  # before a trailing clause

_BEFORE_BRACKETS = re.compile(r"\b(?:a|an|the)$", re.IGNORECASE)
_UNITS = re.compile(r"\b(?:thousands?|millions?|billions?|dollars?|except|unaudited|restated)\b", re.I)
_OPENING = re.compile(r"[^,;:()“”\"]+,\s+(?=\S)")
_GOES_ON = re.compile(  # "In Bergen, Norway, ...", "In March, April and May", "In May, 2019, ..."
    r"\d|[A-Z][\w.]*(?: [A-Z][\w.]*)*(?: ?,| and | or )|(?:and|or|as well as|including|such as|which|who)\b"
)
_OPENS_DETACHED = re.compile(  # whatever such an opening says, what follows is said outright
    r"(?:despite|because of|due to|thanks to|as a result of|in response to|in an effort to|in an attempt to"
    r"|in order to|along with|together with|as well as|in addition to|besides|unlike|like|alongside"
    r"|in contrast to)\b",
    re.IGNORECASE,
)
RELATIVE = (
    r"(?:which|who|whose|whom|where|(?:some|many|most|all|both|one|two|each) of (?:which|whom)"
    r"|(?:in|of|with|for|to|from|by|on|at|after|during|under|through) (?:which|whom))"
    r"\b(?! case\b)"  # "in which case" tells when
)
_OPENS_ASIDE = re.compile(
    rf"{RELATIVE}|(?:based(?! (?:up)?on)|located|situated|founded|built|born|known|named|called|written|led"
    r"|owned|including|along with|together with|such as|as well as|especially|particularly|like|alongside"
    r"|in addition to|formed|established|created|directed|produced|published|released|developed|designed"
    r"|headquartered|originally|also|having|officially)\b",
    re.IGNORECASE,
)
_OPENS_NAMING = re.compile(r"(?:an?|the|one of|its|his|her|their)\s", re.IGNORECASE)
_ASIDE = re.compile(r" ?,\s+(?P<inside>[^,;:()\"“”]+),(?=\s+(?P<next>[\w’'-]+))")
_LONG_ASIDE = re.compile(rf" ?,\s+(?P<inside>{RELATIVE}[^;:()\"“”]+?),(?=\s+(?P<next>[\w’'-]+))")
_DASH = r"\s*(?:—|\s--\s|\s–\s)\s*"
_NAMED = r"\b[A-Z][\w’'-]*$"  # "the Smith – Jones theorem"
_DASHED = re.compile(rf"{_DASH}(?P<inside>[^—–]*?){_DASH}(?=\s*(?P<next>[\w’'-]+))")
_DASH_END = re.compile(rf"{_DASH}(?P<inside>[^—–;]+?)(?P<end> ?[.!?]*)$")
_OPENS_TRAILING = re.compile(
    rf"{RELATIVE}|(?:whereas|including|such as|along with|as well as|especially|like|particularly"
    r"|followed by|because|despite|due to|thanks to"
    r"|based(?! (?:up)?on)|located|founded|formerly|namely|most notably|notably|in order to)\b"
    r"|(?P<result>making|becoming|causing|creating|resulting in|leading to|prompting|sparking|marking"
    r"|citing)\b"
)
_UNMARKED = re.compile(  # no comma before it; reasons stay
    r"\s(?=(?:in order to|so that|despite|whereas|as well as)\s)"
)
_APPOSED = re.compile(r" ?,\s(?=(?:an?|the|one of|(?:wife|son|daughter|father|mother|brother|sister) of)\s)")
# A second statement that points back to the first may undo it, so only one about something else may go.
_SUBJECT = r"(?=(?:an?|another) [\w’'-]+|(?!I\b)[A-Z][\w’'-]+)(?!(?:The|This|That|These|It|He|She|They)\b)"
_SECOND = re.compile(rf"(?: ?,\s+(?:and|so)| ?;)\s+{_SUBJECT}(?P<inside>.*?)(?P<end> ?[.!?]*)$")
_POINTS_BACK = re.compile(
    r"\b(?:it|its|he|him|his|she|her|they|them|their|this|these|that|those|so|such|same)\b", re.IGNORECASE
)
_PAST = re.compile(r"\b(?:was|were|had|did|\w{3,}ed)\b")
# A state, a figure, or something said of all, of the first, of what usually is: true of its time and place.
_SCOPED = re.compile(
    r"\d|\b(?:was|were) (?:an?|the|in|at|on)\b|\b(?:all|every|each|any|only|most|least|first|last|same|more"
    r"|less|than|between|\w{3,}est|best|worst|if|whether|must|can|may|will|shall|should|would|could|used to"
    r"|usual\w*|often|typical\w*|general\w*|always|is|are|has|have|million|billion|percent|hundreds?|dozens?"
    r"|one|two|three|four|five|six|seven|eight|nine|ten|increas\w*|decreas\w*|total\w*)\b",
    re.IGNORECASE,
)
_VERBS = frozenset(
    """became began won took made wrote led held came went gave found left met ran saw sold built grew fell
    rose lost paid got set put brought bought spent sent kept taught fought broke chose drew drove flew knew
    rode sang spoke stood swore thought threw wore does do did includes provides contains consists makes
    allows requires becomes remains plays stands describes refers uses occurs begins serves takes gives
    means shows lies runs works produces represents features offers covers comprises follows forms helps
    holds leads keeps causes affects acts appears tells stars focuses involves carries""".split()
)
_ED = re.compile(r"\w{2,}ed$")


def parts(text: str) -> Iterator[Span]:
    """Yield the ranges that could go, in no order; two may overlap. `text` has single spaces."""
    yield from opening(text)
    yield from _bracketed(text)
    yield from _asides(text)
    yield from _trailing(text)
    yield from _statements(text)


def opening(text: str) -> Iterator[Span]:
    """Yield an opening phrase, after a joint as well, that no list and no second name goes on from."""
    joint = JOINT.match(text)
    start = joint.end() if joint else 0
    found = _OPENING.match(text, start)
    if found and not _GOES_ON.match(text, found.end()) and has_verb(text[found.end() :].split(",")[0]):
        yield start, found.end()


def is_detached(part: str) -> bool:
    """Tell whether an opening says nothing of when, where or on what condition the rest holds."""
    return bool(_OPENS_DETACHED.match(part))


def is_event(text: str) -> bool:
    """Tell whether a text tells of one thing that happened: that is true whenever and wherever it was."""
    return bool(_PAST.search(text)) and not _SCOPED.search(text) and not negations(text)


def has_verb(text: str) -> bool:
    """Tell whether a text has a word that may well be a finite verb."""
    return any(is_verb(word) for word in re.findall(r"[\w’']+", text))


def is_verb(word: str) -> bool:
    """Tell whether a word may well be a finite verb."""
    return word.lower() in AUXILIARIES or word in _VERBS or bool(_ED.match(word))


def _bracketed(text: str) -> Iterator[Span]:
    """Yield each outermost pair of brackets that says the same again, with the space before it."""
    depth, opened = 0, 0
    for at, character in enumerate(text):
        if character == "(":
            opened = at if not depth else opened
            depth += 1
        elif character == ")" and depth:
            depth -= 1
            before, held = text[:opened].rstrip(), text[opened : at + 1]
            is_name = _UNITS.search(held) or ALTERNATIVE.search(held) or is_of_a_figure(held, before)
            may_go = not is_name and not _BEFORE_BRACKETS.search(before)
            if before and not depth and may_go and says_the_same(held, before, text[at + 1 :]):
                yield len(before), at + 1


def _asides(text: str) -> Iterator[Span]:
    for start in (comma.start() for comma in re.finditer(r" ?,", text)):
        for pattern in (_ASIDE, _LONG_ASIDE):
            if aside := pattern.match(text, start):
                inside, after = aside["inside"], aside["next"]
                is_naming = _OPENS_NAMING.match(inside) and is_verb(after) and not has_verb(inside)
                joins = re.search(r",\s+(?:and|or|but)\b", inside)
                if is_naming or (_OPENS_ASIDE.match(inside) and is_verb(after) and not joins):
                    yield aside.span()
    for aside in _DASHED.finditer(text):
        if is_verb(aside["next"]) and not _may_limit(aside["inside"]):
            yield aside.start(), aside.start() + len(aside[0].rstrip())


def _trailing(text: str) -> Iterator[Span]:
    """Yield from each place after which a clause of its own runs to the end, the closing mark left out."""
    body = text.rstrip(" .!?")
    for comma in reversed(list(re.finditer(r" ?,", body))):
        inside = body[comma.end() :].strip()
        if ";" in inside or ":" in inside:
            break
        head = body[: comma.start()]
        opens = _OPENS_TRAILING.match(inside)
        goes_on = ", " in inside  # perhaps with what the head began: "sales, mainly here, but a loss"
        counts = opens and opens["result"] and numbers(inside)
        if opens and _stands(head) and not (goes_on or counts):
            yield comma.start(), len(body)
    for found in _UNMARKED.finditer(body):
        head = body[: found.start()]
        if _PAST.search(head) and _stands(head) and not negations(head):
            yield found.start(), len(body)
    yield from _apposed(body)
    dash = _DASH_END.search(text)
    if (
        dash
        and " -- " not in dash["inside"]
        and not _may_limit(dash["inside"])
        and _stands(head := text[: dash.start()])
        and not re.search(rf"[—–]|\s--\s|{_NAMED}", head)
    ):
        yield dash.start(), dash.start("end")


def _may_limit(inside: str) -> bool:
    """Tell whether a part between dashes may say where, when or how the rest holds: "– in the north –"."""
    first = inside.split()[:1]
    return not first or first[0].lower() in PREPOSITIONS | {"and", "or", "but", "if", "when", "as"}


def _apposed(body: str) -> Iterator[Span]:
    """Yield from a comma after which only a name is explained: ", a joiner from Vik"."""
    for found in _APPOSED.finditer(body):
        head, inside = body[: found.start()], body[found.end() :]
        is_more = re.search(r"[,;:]|\b(?:and|or)\b", inside) or has_verb(inside)
        if not is_more and _stands(head) and not _in_list(head):
            yield found.start(), len(body)


def _statements(text: str) -> Iterator[Span]:
    """Yield the second of two statements, where it is about something else."""
    second = _SECOND.search(text)
    if not second or not _stands(head := text[: second.start()]):
        return
    inside = second["inside"]
    is_back = _POINTS_BACK.search(inside) or set(names(inside)) & set(names(head))
    if has_verb(inside.split(",")[0]) and not is_back:
        yield second.start(), second.start("end")


def _in_list(head: str) -> bool:
    """Tell whether a text may end within a list: "The firm sold locks, doors"."""
    return "," in head and bool(names(head)) and not has_verb(head.rsplit(",", 1)[1])


def _stands(text: str) -> bool:
    return len(text.split()) >= MIN_HEAD_WORDS and has_verb(text)
