"""What stands outside a table and says what it holds: its caption, and a line with the unit of its figures.

Both are looked for right above the table. An extract that opens with its table has them below, and then
only the one sentence there that announces a table is taken for its caption, if no other table follows.
"""

from __future__ import annotations

import re

from bot.cells import states_unit
from bot.sentences import sentence_spans
from bot.tables import Span, is_table_row

MAX_CAPTION_CHARACTERS = 400
MAX_CAPTION_WORDS = 15  # of a heading; a sentence that announces the table may be longer
NEAR_CHARACTERS = 6_000  # how far below its table an extract's caption may stand
_SAYS_WHAT_FOLLOWS = re.compile(
    r":$|\bas follows?\.?$|\b(?:following|accompanying) (?:tables?|schedules?)\b|\btables? (?:below|above)\b",
    re.IGNORECASE,
)
_SAYS_NOTHING = re.compile(r"\(?unaudited\)?|table of contents", re.IGNORECASE)  # between heading and table
_STOP = re.compile(r"[.!?][\"'”’)]*$")


def says_what_follows(sentence: str) -> bool:
    """Tell whether a sentence announces a table or a list: "Debts consist of the following:"."""
    return _SAYS_WHAT_FOLLOWS.search(sentence) is not None


def captions(text: str, table: int) -> tuple[Span | None, Span | None]:
    """Return the spans of the caption and of the line of units of the table that starts at `table`."""
    lowest = max(0, table - MAX_CAPTION_CHARACTERS - 200)
    above = [span for span in sentence_spans(text, lowest, table) if span[0] > lowest or lowest == 0]
    if not above and lowest == 0:
        return _only_announcement(text, table), None
    above = [span for span in above if not _SAYS_NOTHING.fullmatch(text, *span)]
    unit = above.pop() if above and _is_unit_line(text[slice(*above[-1])]) else None
    return (above[-1] if above and _is_caption(text[slice(*above[-1])]) else None), unit


def caption_line(text: str, found: tuple[Span | None, Span | None]) -> str:
    """Return the words of a caption and of a line of units in one line, "" where there are neither."""
    return " ".join(" ".join(text[slice(*span)].split()) for span in found if span)


def _is_caption(sentence: str) -> bool:
    if (
        is_table_row(sentence)
        or len(sentence) > MAX_CAPTION_CHARACTERS
        or not re.search("[A-Za-z]", sentence)
    ):
        return False
    is_heading = len(sentence.split()) <= MAX_CAPTION_WORDS and not _STOP.search(sentence)
    return is_heading or says_what_follows(sentence)


def _is_unit_line(line: str) -> bool:
    bracketed = line.startswith("(") and line.endswith(")")
    return (bracketed or len(line.split()) <= 4) and not is_table_row(line) and states_unit(line)


def _only_announcement(text: str, table: int) -> Span | None:
    """Return the one sentence below a table that announces it; none if another table follows."""
    own_end = table
    for line in text[table : table + NEAR_CHARACTERS].split("\n"):
        if not is_table_row(line):
            break
        own_end += len(line) + 1
    far = min(len(text), table + 2 * NEAR_CHARACTERS)
    if any(map(is_table_row, text[own_end:far].split("\n"))):
        return None
    below = sentence_spans(text, min(own_end, far), far)
    found = [s for s in below if s[0] < table + NEAR_CHARACTERS and _announces_table(text[slice(*s)])]
    return found[0] if len(found) == 1 else None


def _announces_table(sentence: str) -> bool:
    return (
        not is_table_row(sentence)
        and len(sentence) <= MAX_CAPTION_CHARACTERS
        and len(sentence.split()) > 3
        and says_what_follows(sentence)
    )
