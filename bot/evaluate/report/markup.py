"""Text into HTML: the only place of the report where anything from outside becomes markup."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping
from typing import Any

LONGEST = 300  # characters shown of a text whose length nobody has looked at
# What HTML cannot hold: controls other than tab and line ends, halves of characters.
_UNSAFE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def text(value: object, n_characters: int = LONGEST) -> str:
    """Return a value as literal text, fit for an element and for a quoted attribute, cut where it is long.

    Example: "<b> & co" -> "&lt;b&gt; &amp; co"
    """
    return html.escape(_UNSAFE.sub("\ufffd", cut(str(value), n_characters)), quote=True)


def isolated(value: object, n_characters: int = LONGEST) -> str:
    """Return text in an element of its own, so that what turns the direction of writing ends with it."""
    return f"<bdi>{text(value, n_characters)}</bdi>"


def cut(words: str, n_characters: int) -> str:
    """Return a text, of a longer one the first characters and an ellipsis."""
    return words if len(words) <= n_characters else f"{words[: n_characters - 1].rstrip()}…"


def counted(n: int, noun: str) -> str:
    """Count a noun: 1 -> "1 question", 1200 -> "1,200 questions"."""
    return f"{n:,} {noun}" if n == 1 else f"{n:,} {noun}s"


def number(value: float) -> str:
    """Return a measure's value with three decimals."""
    return f"{value:.3f}"


def seconds(value: float) -> str:
    """Return a time in seconds: two decimals, three of what is short."""
    return f"{value:.2f}" if value >= 0.1 else f"{value:.3f}"


def signed(value: float) -> str:
    """Return a difference with its sign and three decimals."""
    return f"{value:+.3f}".replace("-", "−")


def interval(figure: Mapping[str, Any]) -> str:
    """Return the 95 % interval of a figure."""
    return f"[{number(figure['low'])}, {number(figure['high'])}]"


def table(caption: str, columns: Iterable[str], rows: Iterable[str], *, css: str = "") -> str:
    """Return a table that scrolls in a box of its own; `rows` are ready `<tr>` elements.

    The box can be reached with the keyboard, since a reader without a mouse could not scroll it otherwise.
    """
    head = "".join(f'<th scope="col">{column}</th>' for column in columns)
    return (
        f'<div class="scroll" role="region" aria-label="{caption}" tabindex="0"><table class="{css}">'
        f"<caption>{caption}</caption><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table></div>"
    )


def row(head: str, *cells: str) -> str:
    """Return a row of ready cells under a header cell."""
    return f'<tr><th scope="row">{head}</th>{"".join(f"<td>{cell}</td>" for cell in cells)}</tr>'
