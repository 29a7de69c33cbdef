"""A sentence and a fact in it -> a question made by rule, where a plain pattern makes it grammatical.

    X was insured for FACT when it sank   ->  For how much was X insured when it sank?
    X carried FACT passengers in May      ->  How many passengers did X carry in May?
    PERSON, the chair, wrote the letter   ->  Who wrote the letter?
    “Words,” said PERSON                  ->  Who said “Words”?

Everything else is left alone: a question less is better than a wrong one. After Heilman and Smith, "Good
Question! Statistical Ranking for Question Generation" (2010), whose parser we do without.
"""

from __future__ import annotations

import re
from collections.abc import Container, Sequence
from dataclasses import dataclass

from bot.evaluate.gold.askable import NAME, Fact
from bot.evaluate.gold.verbs import AUXILIARIES, DO
from bot.facts import numbers

_CHANGE = set("rise fall grow increase decrease decline drop jump climb".split())
_SPEECH = r"(?:said|says|warned|wrote|argued|noted|announced|added)"
_STOP = set(
    """a an the this that these those and or but nor which who whose whom where when while because if as than
    so after before since until of in on at by for from to with without over under into onto through during
    against between about above below near per more fewer less is was were are be been being has have had will
    would can could may might must should do does did not no it its he she they we you his her their our my
    such each every all also both only then there here up down out off away back either""".split()
)
_DANGLING = set("of in on at by for from to with than the a an".split())
_APPROXIMATELY = re.compile(r"\s*\b(?:about|around|some|nearly|almost|roughly|approximately)$")
_PREPOSITION = re.compile(r"\s*\b(for|by|in|on|with|over|to|since|until)$")
_UNFIT_BEFORE = re.compile(
    r"\b(?:a|an|the|its|his|her|their|another|extra|first|last|next|between|than|least|most|up to|of|at"
    r"|from|and|under|some of|past|per|late|early|nearly)$"
)
_MAX_SUBJECT_WORDS = 9
_LOW_STARTS = set("the a an each every all some most many".split())


# words of a clause of its own, or that point back: where one stands, the plain pattern is not there
_CLAUSE_WORDS = set(
    """that which who whom whose when where if as and or not also they he she it we you i its his her
    their""".split()
)


_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_FINITE = AUXILIARIES | DO.keys()


@dataclass(frozen=True, slots=True)
class _Clause:
    """A main clause round a fact: subject, verb (auxiliary and bare verb), what is between, what follows."""

    subject: str
    auxiliary: str
    verb: str
    between: str
    after: str


def ruled_question(sentence: str, fact: Fact, *, name_words: Container[str]) -> str | None:
    """Return a question whose answer is the fact, or None where no pattern fits.

    `name_words`: the words that the document capitalises within a sentence; a subject that opens its sentence
    keeps its capital only with one of them.
    """
    if fact.kind == "person":
        return _who(sentence, fact)
    clause = _clause(sentence, fact, name_words)
    asked = _asked(clause, fact.kind) if clause else None
    if clause is None or asked is None:
        return None
    opening, between, after = asked
    words = f"{opening} {clause.auxiliary} {clause.subject} {clause.verb} {between} {after}".split()
    return None if words[-1] in _DANGLING else " ".join(words) + "?"


def _clause(sentence: str, fact: Fact, name_words: Container[str]) -> _Clause | None:
    """Split at the first finite verb, if the fact stands plainly behind it in the same clause."""
    before = sentence[: fact.start]
    verbs = [match for match in _WORD.finditer(before) if match.group() in _FINITE]
    if not verbs or re.search(r"[,;:()“”\"—–]", before):
        return None
    verb = verbs[0]
    subject, between = before[: verb.start()].strip(), before[verb.end() :].strip()
    if not _is_subject(subject) or len(verbs) > 1 + _has_participle(verbs):
        return None
    auxiliary, bare = _verb(verb.group(), between)
    if set(between.lower().split()) & _CLAUSE_WORDS:
        return None
    after = re.split(
        r"[,;:()“”\"—–]|\s(?:and|but|which|who|because|although|compared)\b", sentence[fact.end :]
    )[0]
    return _Clause(_lowered(subject, name_words), auxiliary, bare, between, after.strip().rstrip("."))


def _has_participle(verbs: Sequence[re.Match[str]]) -> bool:
    """Tell whether the second verb is the rest of the first: "has dropped", "was also sold"."""
    if len(verbs) < 2 or verbs[0].group() not in AUXILIARIES:
        return False
    return not verbs[0].string[verbs[0].end() : verbs[1].start()].strip().count(" ")


def _verb(word: str, between: str) -> tuple[str, str]:
    """Return the auxiliary that goes before the subject, and what stays behind it."""
    if word in DO:
        return DO[word]
    if word in {"has", "have", "had"} and (
        not between or between.split()[0] in {"about", "some", "a", "an", "only"}
    ):
        return {"has": "does", "have": "do", "had": "did"}[word], "have"
    return word, ""


def _is_subject(words: str) -> bool:
    """Tell whether the words before the verb are plainly its subject: no phrase or clause before it."""
    low = words.lower().split()
    if not 0 < len(low) <= _MAX_SUBJECT_WORDS or low[0] in _STOP - _LOW_STARTS or not words[0].isupper():
        return False
    return not set(low[1:]) & _CLAUSE_WORDS


def _lowered(subject: str, name_words: Container[str]) -> str:
    first = subject.split(" ")[0]
    return subject if first in name_words else subject[0].lower() + subject[1:]


def _asked(clause: _Clause, kind: str) -> tuple[str, str, str] | None:
    """Return the question's opening, and what then stays before and after the gap; None where unsure."""
    between = _APPROXIMATELY.sub("", clause.between)
    found = _PREPOSITION.search(between)
    preposition = found.group(1) if found else ""
    between = between[: found.start()] if found else between
    if _UNFIT_BEFORE.search(between):
        return None
    if kind in {"date", "year"}:
        return _when(kind, preposition, between, clause.after)
    if kind == "count":
        return _how_many(preposition, between, clause.after)
    change = clause.verb in _CHANGE and not preposition
    if kind == "percent" and not preposition and not change:
        return _what_share(between, clause.after)
    if preposition not in {"", "by", "for"} or clause.after.startswith(("of ", "in ")):
        return None
    return _capital("by how much" if change else f"{preposition} how much"), between, clause.after


def _what_share(between: str, after: str) -> tuple[str, str, str] | None:
    """Take along what it is a share of: "41% of sales in 2020" -> "What percentage of sales", "in 2020"."""
    whole = re.match(
        r"of (?:(?:the|its|our|their) )?[a-z]+(?= (?:in|on|at|for|from|to|by|last|this)\b|$)", after
    )
    return (f"What percentage {whole.group()}", between, after[whole.end() :]) if whole else None


def _when(kind: str, preposition: str, between: str, after: str) -> tuple[str, str, str] | None:
    if preposition in {"since", "until"}:
        return f"{preposition.capitalize()} when", between, after
    if preposition not in {"in", "on"}:
        return None
    return ("In which year" if kind == "year" else "When"), between, after


def _how_many(preposition: str, between: str, after: str) -> tuple[str, str, str] | None:
    """Take the noun that is counted along: "9,000 homes in the north" -> "How many homes", "in the north"."""
    words = after.split()
    n = 0
    while n < len(words) and n < 4 and re.fullmatch(r"[a-z][a-z-]+", words[n]) and words[n] not in _STOP:
        n += 1
    if n == 0 or numbers(" ".join(words[:n])) or preposition not in {"", "for", "with", "in", "over"}:
        return None
    rest = words[n:]
    if rest and (rest[0] not in _STOP or rest[0] in {"or", "and", "to", "more", "fewer", "less", "of"}):
        return None
    return _capital(f"{preposition} how many {' '.join(words[:n])}"), between, " ".join(rest)


def _capital(words: str) -> str:
    words = words.strip()
    return words[0].upper() + words[1:]


def _who(sentence: str, fact: Fact) -> str | None:
    before, after = sentence[: fact.start], sentence[fact.end :]
    said = re.fullmatch(r"[“\"]([^“”\"]{20,200}?)[,.!]?[”\"],? (?:said|says) ", before)
    if said:
        return f"Who said “{said.group(1)}”?"
    role = re.fullmatch(rf"(?:(?:The|An?) |{NAME}['’]s |[A-Z]\w+['’]s )[a-z' ’-]{{3,50}}, ", before)
    if before and not (role and after.startswith(",")):
        return None
    told = re.match(
        r"(?P<aside>,[^,;]{2,90},)? (?P<verb>\w+) (?P<rest>.{8,})", after.removeprefix("," if role else "")
    )
    if told is None or told["verb"] not in _FINITE:
        return None
    known = role or re.match(r", (?:who|\d\d,|the [a-z]|an? [a-z])", told["aside"] or "")
    if not (known or re.fullmatch(_SPEECH, told["verb"]) or re.match(r"(?:Dr|Mr|Mrs|Ms|Sir)\b", sentence)):
        return None
    rest = told["rest"].rstrip(".")
    return f"Who {told['verb']} {rest}?"
