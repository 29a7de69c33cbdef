"""A sentence -> shorter forms of it that leave out what it can do without. After evidence, before verify.

Only whole parts go: a joint at the front, an opening phrase that repeats the question, brackets, an aside
between two commas, a trailing clause, a second statement. What is left is the source's own words in their
own order. Whether a shorter form is true and still answers is for the verifier and the language model.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import combinations

from bot.facts import AUXILIARIES, PREPOSITIONS, hedges, names, negations, numbers, stems
from bot.sentences import split_sentences

MAX_CUTS = 6  # found in one sentence
MAX_TOGETHER = 3
MAX_FORMS = 8
MIN_WORDS = 5
MAX_SHARE_OF_WORDS = 0.9  # a form that is hardly shorter is not worth its risk

Span = tuple[int, int]
_JOINT = re.compile(
    r"(?:However|Moreover|Furthermore|Additionally|In addition|Also|Meanwhile|Nevertheless|Nonetheless"
    r"|Therefore|Thus|Consequently|As a result|For example|For instance|In fact|Indeed|Similarly|Likewise"
    r"|Finally|Overall|In particular|Specifically|Of course|By contrast|In contrast|On the other hand),\s+"
)
_OPENING = re.compile(r"(?P<words>[A-Z][^,;:()\"“”]*),\s+(?=\S)")
_GOES_ON = re.compile(r"\d|[A-Z][\w.]*(?: [A-Z][\w.]*)*,")  # "On May 3, 2019, ...", "In Bergen, Norway, ..."
_BEFORE_BRACKETS = re.compile(r"\b(?:a|an|the)$", re.IGNORECASE)
_UNITS = re.compile(r"\b(?:thousands?|millions?|billions?|dollars?|except|unaudited|restated)\b", re.I)
_ASIDE = re.compile(r",\s+(?P<inside>[^,;:()\"“”]+),(?=\s+(?P<next>[\w’'-]+))")
_DASHED = re.compile(
    r"\s*(?:—|\s--?\s|\s–\s)\s*(?P<inside>[^—–]*?)\s*(?:—|\s--?\s|\s–\s)(?=\s*(?P<next>[\w’'-]+))"
)
_RELATIVE = r"(?:which|who|whose|whom|where|(?:in|of|with|for|to|from|by|on|at) (?:which|whom))\b"
_OPENS_ASIDE = re.compile(
    rf"{_RELATIVE}|(?:based|located|situated|founded|built|born|known|named|called|written|led|owned"
    r"|including|along with|together with|such as|as well as|especially|particularly)\b",
    re.IGNORECASE,
)
_OPENS_NAMING = re.compile(r"(?:an?|the|one of)\s", re.IGNORECASE)  # "Acme, a maker of locks, was sued"
_OPENS_TRAILING = re.compile(
    rf"{_RELATIVE}|(?:although|though|whereas|while|including|such as|along with|as well as|especially"
    r"|particularly|with|followed by|after|before|when|as|because|since|despite|due to|thanks to)\b"
    r"|(?!according|nothing|everything|something|anything)[a-z]{2,}ing\b"
)
_CLAUSE_OPENERS = PREPOSITIONS | {"when", "while", "as"}
_SUBJECT = r"(?:it|he|she|they|we|this|these|those|there|the [a-z]+|his|her|their|its)\b"
_SECOND = re.compile(rf"(?:,\s+(?:and|but|so|yet)\s+(?={_SUBJECT})|;\s+)(?P<inside>.*?)(?P<end>[.!?]*)$")
_ASKS_NAME = re.compile(r"\b(?:who|whom|whose|where|which|what (?:is|was) the name)\b", re.IGNORECASE)
_ASKS_NUMBER = re.compile(
    r"\b(?:when|how (?:many|much|long|old|often|far|large|big|high|tall)"
    r"|what (?:year|date|day|percent\w*|time)|which (?:year|date|day))\b",
    re.IGNORECASE,
)
_ASKS_REASON = re.compile(
    r"\b(?:why|how|what (?:caused|made|led)|reasons?|causes?|effects?|results?)\b", re.I
)
_ASKS_LIST = re.compile(
    r"\b(?:examples?|kinds?|types?|sorts?|list|names?|called|includ\w+|consist\w*|components?|parts?|members?"
    r"|two|three|four|five|other|else)\b",
    re.IGNORECASE,
)
_LISTS = re.compile(
    r"\(|\b(?:including|such as|along with|as well as|especially|particularly)\b", re.IGNORECASE
)
_TIME = re.compile(r"\b(?:after|before|when|since|during|until|while|as)\b", re.IGNORECASE)
_VERB_LIKE = re.compile(r"\w+ed$")


def shorter(sentence: str, question: str) -> list[str]:
    """Return forms of a sentence without one to three of the parts that can go, the shortest first.

    Each has at least MIN_WORDS words and at most MAX_SHARE_OF_WORDS of the sentence's. At most MAX_FORMS.
    Of what the question asks for nothing is known here: a form may have lost the answer.

    Example: "However, the bridge (a loan paid for it) was opened in May." -> "The bridge was opened in May."
    """
    text = " ".join(sentence.split())
    cuts = [cut for cut in _cuts(text, question) if _may_go(text, cut, question)][:MAX_CUTS]
    forms: set[str] = set()
    for n in range(1, min(MAX_TOGETHER, len(cuts)) + 1):
        for chosen in combinations(cuts, n):
            form = _without(text, chosen)
            if form and _is_whole(form, text):
                forms.add(form)
    return sorted(forms, key=lambda form: (len(form.split()), form))[:MAX_FORMS]


def _cuts(text: str, question: str) -> Iterator[Span]:
    """Yield the half-open ranges that can go, in no order; two may overlap."""
    if joint := _JOINT.match(text):
        yield joint.span()
    yield from _opening(text, question)
    for start, end in _brackets(text):
        before = text[:start].rstrip()
        if not _BEFORE_BRACKETS.search(before) and not _UNITS.search(text[start:end]):
            yield len(before), end
    for aside in _ASIDE.finditer(text):
        is_naming = _OPENS_NAMING.match(aside["inside"]) and aside["next"].lower() in AUXILIARIES
        if is_naming or (_OPENS_ASIDE.match(aside["inside"]) and _is_verb(aside["next"])):
            yield aside.span()
    for aside in _DASHED.finditer(text):
        if _is_verb(aside["next"]):
            yield aside.span()
    yield from _trailing(text)
    if (second := _SECOND.search(text)) and _has_auxiliary(text[: second.start()]):
        yield second.start(), second.start("end")


def _opening(text: str, question: str) -> Iterator[Span]:
    """Yield an opening phrase, after a joint as well, all of whose words the question has already."""
    joint = _JOINT.match(text)
    start = joint.end() if joint else 0
    found = _OPENING.match(text[start : start + 1].upper() + text[start + 1 :])
    if not found or _GOES_ON.match(text[start + found.end() :]):
        return
    words = text[start : start + found.end("words")]
    known = {number.value for number in numbers(question)}
    opens_clause = words.split()[0].lower() in _CLAUSE_OPENERS
    is_asked = set(stems(words)) <= set(stems(question)) and {n.value for n in numbers(words)} <= known
    if opens_clause and is_asked:
        yield start, start + found.end()


def _trailing(text: str) -> Iterator[Span]:
    """Yield what follows the last comma at which a clause of its own begins, without the closing mark."""
    body = text.rstrip(".!?")
    for at in (at for at in range(len(body) - 1, 0, -1) if body[at] == ","):
        inside = body[at + 1 :].strip()
        if ";" in inside or ":" in inside:
            return
        if _OPENS_TRAILING.match(inside):
            if "," not in inside or _has_auxiliary(body[:at]):
                yield at, len(body)
            return


def _brackets(text: str) -> Iterator[Span]:
    """Yield each outermost pair of brackets."""
    depth, opened = 0, 0
    for at, character in enumerate(text):
        if character == "(":
            opened = at if not depth else opened
            depth += 1
        elif character == ")" and depth:
            depth -= 1
            if not depth:
                yield opened, at + 1


def _may_go(text: str, cut: Span, question: str) -> bool:
    """Tell whether a part can go.

    One that makes the sentence less certain, or turns it round, cannot; nor one that alone has a word of
    the question; nor one of the kind that is asked for: a name where the question asks who or where, a
    number where it asks when or how many, a reason, a list. An opening goes as the question has all of it.
    """
    part, rest = text[slice(*cut)], text[: cut[0]] + " " + text[cut[1] :]
    if hedges(part) or negations(part):
        return False
    if cut[0] == 0 or _JOINT.fullmatch(text[: cut[0]]):
        return True
    if set(stems(question)) & set(stems(part)) - set(stems(rest)):
        return False
    if _ASKS_NAME.search(question) and any(name.lower() not in question.lower() for name in names(part)):
        return False
    if _ASKS_NUMBER.search(question) and (numbers(part) or _TIME.search(part)):
        return False
    if _ASKS_LIST.search(question) and _LISTS.search(part):
        return False
    return not (_ASKS_REASON.search(question) and not part.lstrip().startswith("("))


def _without(text: str, cuts: tuple[Span, ...]) -> str:
    """Return the text without the ranges, with a capital and its closing mark; "" where two overlap."""
    kept, reached = [], 0
    for start, end in sorted(cuts):
        if start < reached:
            return ""
        kept.append(text[reached:start])
        reached = end
    left = re.sub(r"\s+([,.;:!?])", r"\1", " ".join("".join([*kept, text[reached:]]).split()))
    return left[:1].upper() + left[1:]


def _is_whole(form: str, text: str) -> bool:
    n_words = len(form.split())
    long_enough = MIN_WORDS <= n_words <= MAX_SHARE_OF_WORDS * len(text.split())
    balanced = form.count("(") == form.count(")") and form.count("“") == form.count("”")
    balanced = balanced and form.count('"') % 2 == 0
    return long_enough and balanced and form[-1:] in '.!?”"' and len(split_sentences(form)) == 1


def _is_verb(word: str) -> bool:
    return word.lower() in AUXILIARIES or bool(_VERB_LIKE.match(word))


def _has_auxiliary(text: str) -> bool:
    return any(word.lower() in AUXILIARIES for word in re.findall(r"[\w’']+", text))
