"""Repetitions that trap a regular expression take time in proportion to their length (C17). All are `long`.

The time is the processor's, the shortest of three, so that other work on the machine hardly counts.
"""

from __future__ import annotations

import time

import pytest
from core_fakes import HashEncoder

from bot.chunk import chunk
from bot.facts import hedges, names, negations, numbers
from bot.limits import limits
from bot.sentences import sentence_spans

pytestmark = pytest.mark.long

TRAPS = {
    "letters and stops": "a.", "digits and commas": "1,", "brackets": "(", "initials": "A. B. C. ",
    "hyphens": "-", "spaces": " ", "amounts": "$1,234.56 ", "stops": ".", "quotes": "' ' ", "lines": "\n",
    "lines with spaces": "\n ", "lines of spaces": "\n\t\n ", "list items": "- a\n", "rows": "| a | b |\n",
    "bars": "|", "letters": "x", "numbers": "one hundred and ", "digits": "1", "capitals": "Ab ",
    "hedges": "more than ", "scaled": "1.5 billion-", "signs": "-$ ", "joined": "a'b-",
    "dots": "a.b&", "per": "per cent ",
}  # fmt: skip
MOST = 3.0  # times as long for twice the length: 2 is linear, 4 quadratic
LEAST_S = 0.05  # what is shorter cannot be told from chance: longer texts are tried
MOST_CHARACTERS = 8_000_000


def chunked(text):
    return chunk(text, title="T", sections=(), page_starts=(), fits=HashEncoder().fits)


STEPS = {
    "sentences": lambda text: sum(1 for _ in sentence_spans(text)),
    "numbers": numbers, "names": names, "hedges": hedges, "negations": negations, "limits": limits,
    "passages": chunked,
}  # fmt: skip


def seconds(step, text):
    """Return the processor's time of a step, the shortest of three."""
    taken = []
    for _ in range(3):
        started = time.process_time()
        step(text)
        taken.append(time.process_time() - started)
    return min(taken)


def trapped(trap, n_characters):
    """Repeat a trap between two words, which keep white space from being trimmed away."""
    return f"x {trap * (n_characters // len(trap))} x"


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("trap", TRAPS)
def test_twice_the_length_takes_about_twice_the_time(trap, step):
    n = 50_000
    while (once := seconds(STEPS[step], trapped(TRAPS[trap], n))) < LEAST_S and n < MOST_CHARACTERS:
        n *= 2
    assert seconds(STEPS[step], trapped(TRAPS[trap], 2 * n)) <= MOST * max(once, LEAST_S)
