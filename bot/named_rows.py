"""Passages with a row of a table that a question names, in a period that it names. Beside search.

A balance sheet has thirty rows and no sentence: neither its vector nor its words are like a question for one
of them. That row's label, and the date over its figures, are.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.candidates import candidates, row_label
from bot.datatypes import Hit
from bot.facts import stems
from bot.periods import dates, spans, years
from bot.tables import is_table_row

N_LOOKED_AT = 100  # of the passages found, best first: bounds the work
N_READ_BESIDES = 2  # passages, after those that answering reads anyway
_OF_ANY_TABLE = frozenset(stems("total net other sum amount year quarter month period ended balance company"))

Likeness = tuple[bool, int]  # has the very date that is asked for; stems of its label


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


def _likeness(question: str, hit: Hit) -> Likeness | None:
    if " | " not in hit.passage.text:
        return None
    asked, wanted = set(stems(question)), dates(question)
    found = []
    for each in candidates([hit]):
        label = set(stems(row_label(each.text))) if is_table_row(each.text) else set()
        if label and label <= asked and label - _OF_ANY_TABLE and _is_of_time(question, each.read):
            found.append((bool(wanted & dates(each.read)), len(label)))
    return max(found, default=None)


def _is_of_time(question: str, read: str) -> bool:
    wanted, held = spans(question), spans(read)
    return years(question) <= years(read) and (not wanted or not held or bool(wanted & held))
