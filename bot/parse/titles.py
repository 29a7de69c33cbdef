"""What to call a document: the title its source gives, if sane, else a line that looks like one."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import PurePath

from bot.parse.cleaning import one_line

MAX_HEADING_CHARACTERS = 120
_SENTENCE_END = (".", "!", "?", ";", ",", ":", "…", "。", "！", "？")
_FILE_NAME = re.compile(r"\.(docx?|pdf|xlsx?|pptx?|html?|txt|rtf|odt|tex|dvi|indd|qxd|fm)\b", re.IGNORECASE)
_PROGRAM = re.compile(r"^(microsoft (word|powerpoint|excel)|writer|print(ing)?) ?[-:]\s*", re.IGNORECASE)
_PLACEHOLDER = re.compile(
    r"^(untitled|title|document ?\d*|no title|unknown|none|null|slide 1)$", re.IGNORECASE
)
_CODE = re.compile(
    r"^[\w.-]*\d{5,}[\w.-]*$"
)  # "0000320193-22-000070", "aapl-20240928": a number, not a title


def stem(name: str) -> str:
    """Return a display name without its folders and suffix: "docs/report.pdf" -> "report"."""
    path = PurePath(one_line(name.replace("\\", "/")))
    return path.stem or path.name or "document"


def sane_title(title: str) -> str:
    """Clean a title from metadata, or "" where it is a file name, a code, a placeholder or no words."""
    title = _PROGRAM.sub("", one_line(title))
    words = sum(character.isalpha() for character in title)
    if words < 3 or _FILE_NAME.search(title) or _PLACEHOLDER.match(title) or _CODE.match(title):
        return ""
    return title


def heading_line(lines: Iterable[str], *, tried: int = 1) -> str:
    """Return the first of the first `tried` non-blank lines that looks like a heading, or ""."""
    for line in lines:
        line = one_line(line[: 4 * MAX_HEADING_CHARACTERS])
        if not line:
            continue
        if looks_like_heading(line):
            return line
        tried -= 1
        if tried == 0:
            return ""
    return ""


def looks_like_heading(line: str) -> bool:
    """Tell whether a line is short, has letters, and does not end as a sentence does."""
    has_words = sum(character.isalpha() for character in line) >= 2
    return has_words and len(line) <= MAX_HEADING_CHARACTERS and not line.endswith(_SENTENCE_END)
