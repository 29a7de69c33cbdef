"""Words of a question -> the line of a table that they mean, or none where that is not certain.

It is the line whose label shares the most stems with the words, if no other comes near it, and if no word is
left over that tells another line from it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.computed.grid import Line
from bot.computed.periods import without_periods
from bot.facts import MONTHS, stem_words, stems

LEAST = 0.7  # F of the words of line and question, in [0, 1], for a line to be meant
MARGIN = 0.08  # by which it has to be ahead of the next
_FILLER = frozenset(
    stem_words(
        """amount value figure company companys group year fiscal fy fys period quarter end ended ending much
        many report reported restated annual annually across over between their each both all overall month
        week terms following table given recorded incurred using usd thousand million billion note""".split()
    )
)
_MONTHS = frozenset(stem_words([month.lower() for month in MONTHS]))
# An operation's own words that are left in what it is about belong to the label or make it another question.
_STRICT = frozenset(
    stem_words(
        """average mean ratio percentage percent change difference increase decrease growth proportion margin
        sum""".split()
    )
)
_APART = frozenset({"other"})  # of a label: never meant where it is not said
# Words that are left out of stems, and make another line of a label.
_TELLING = re.compile(r"\b(?:other|before|after|not|without|per|first|second|third)\b", re.IGNORECASE)
_NOTE = re.compile(r"(?<=[^\W\d_]{3})\d\b")  # the mark of a footnote, as in "Other benefits2"
_SUMS_UP = re.compile(r"(?:grand |sub-?)?total\b", re.IGNORECASE)


def words_of(text: str) -> frozenset[str]:
    """Return the stems that say what a text is about: no years, days, months or words like "amount"."""
    bare = _NOTE.sub("", without_periods(text))
    found = [*stems(bare), *(word.lower() for word in _TELLING.findall(bare))]
    return frozenset(stem for stem in found if not stem[0].isdigit()) - _FILLER - _MONTHS


def best_line(lines: Sequence[Line], wanted: frozenset[str], around: frozenset[str]) -> Line | None:
    """Return the line that some words mean, None where none or several may be.

    Lines of one label and the same figures are one. `around`: the words of the table's caption.
    """
    if not wanted:
        return None
    scored = sorted(((fit(line, wanted, around), i) for i, line in enumerate(lines)), reverse=True)
    if not scored or scored[0][0] < LEAST:
        return None
    best = lines[scored[0][1]]
    near = (lines[i] for score, i in scored[1:] if score > scored[0][0] - MARGIN)
    if any(_figures(line) != _figures(best) for line in near):
        return None
    missed = wanted - words_of(f"{best.label} {best.group}")
    return None if missed & _told_apart(lines) or (words_of(best.label) & _APART) - wanted else best


def _told_apart(lines: Sequence[Line]) -> frozenset[str]:
    """Return the words that must not be missed: those of an operation, and of lines that are part of a whole.

    What a total is of, which as a rule the last line is, all lines are about.
    """
    parts = [line for line in lines[:-1] if not _SUMS_UP.match(line.label)]
    return _STRICT.union(*(words_of(line.label) for line in parts))


def _figures(line: Line) -> list[tuple[str, str]]:
    return [(cell.head, str(cell.figure)) for cell in line.cells]


def fit(line: Line, wanted: frozenset[str], around: frozenset[str]) -> float:
    """Return the F of a label's words and those wanted, in [0, 1]; a wanted word around it counts half."""
    label, group = words_of(line.label), words_of(line.group)
    shared = len(label & wanted)
    if not shared:
        return 0.0
    heads = frozenset().union(*(words_of(cell.head) for cell in line.cells))
    beside = len((wanted & (around | heads)) - label - group)
    recall = (len(wanted & (label | group)) + 0.5 * beside) / len(wanted)
    precision = shared / len(label)
    return 2 * precision * recall / (precision + recall)
