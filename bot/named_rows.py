"""Passages with a row of a table that a question names, in a period that it names. Beside search.

A balance sheet has thirty rows and no sentence: neither its vector nor its words are like a question for one
of them. That row's label, and the date over its figures, are.
"""

from __future__ import annotations

from collections.abc import Sequence, Set

from bot.candidates import candidates, row_label
from bot.datatypes import Evidence, Hit
from bot.facts import stems
from bot.periods import dates, spans, years
from bot.tables import is_table_row

N_LOOKED_AT = 100  # of the passages found, best first: bounds the work
N_READ_BESIDES = 2  # passages, after those that answering reads anyway
_OF_ANY_TABLE = frozenset(stems("total net other sum amount year quarter month period ended balance company"))

Likeness = tuple[bool, int]  # has the very day that is asked for; stems of its label


def with_named_rows(question: str, hits: Sequence[Hit], k: int) -> list[Hit]:
    """Return the first `k` hits, and after them those of the others that have a row which is named best."""
    return [*hits[:k], *(hits[i] for i in named_best(question, hits) if i >= k)][: k + N_READ_BESIDES]


def named_best(question: str, hits: Sequence[Hit]) -> list[int]:
    """Return the places of hits with a row that no other's is named more fully than, in their order.

    A row is named where all of its label is in the question and the years and the length of time that the
    question names are over its figures. () for a question that names no year.

    Example: "How large were inventories on June 30, 2018?" -> those with "Inventories | 7 | 6" under
    " | June 30, 2018 | December 31, 2017".
    """
    if not years(question):
        return []
    found = {
        i: likeness
        for i, hit in enumerate(hits[:N_LOOKED_AT])
        if (likeness := _likeness(question, hit)) is not None
    }
    best = max(found.values(), default=None)
    return [i for i, likeness in found.items() if likeness == best]


def before_others(question: str, evidence: Sequence[Evidence]) -> list[Evidence]:
    """Return evidence, in front a row of the very day asked for if the best is a sentence about other things.

    Example: to "How much stock was there on May 31, 2018?" the row "Stock | 7 | 6" of that day comes before
    "For the quarter ended May 31, 2018 net income was $3."
    """
    if not evidence or is_table_row(evidence[0].text) or not dates(question):
        return list(evidence)
    said = set(stems(evidence[0].text))
    for i, each in enumerate(evidence):
        is_other = is_table_row(each.text) and not said & set(stems(row_label(each.text)))
        if is_other and _named(question, Hit(each.passage, 0.0, 1, "fused")).get(each.start, (False, 0))[0]:
            return [each, *evidence[:i], *evidence[i + 1 :]]
    return list(evidence)


def _likeness(question: str, hit: Hit) -> Likeness | None:
    return max(_named(question, hit).values(), default=None)


def _named(question: str, hit: Hit) -> dict[int, Likeness]:
    """Return where rows that the question names start in the document, each with how fully it is named."""
    asked, wanted = set(stems(question)), dates(question)
    if not any(_label_in(line, asked) for line in hit.passage.text.splitlines()):
        return {}  # as most: heads are looked for only where there is a label for them
    return {
        each.start: (bool(wanted & dates(each.read)), n_stems)
        for each in candidates([hit])
        if (n_stems := _label_in(each.text, asked)) and _is_of_time(question, each.read)
    }


def _label_in(line: str, asked: Set[str]) -> int:
    """Return how many stems a row's label has if all of them are asked for, 0 if not or if it is no row."""
    label = set(stems(row_label(line))) if is_table_row(line) else set()
    return len(label) if label <= asked and label - _OF_ANY_TABLE else 0


def _is_of_time(question: str, read: str) -> bool:
    wanted, held = spans(question), spans(read)
    return years(question) <= years(read) and (not wanted or not held or bool(wanted & held))
