"""The pages of a PDF as paragraphs: which characters stand where, which can be seen, where words are cut."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from bot.errors import ParseError
from bot.parse.pdflines import HYPHEN, Line, paragraphs

MIN_LETTER_HEIGHT = 0.5  # points: what is smaller is hidden, not small print
_HYPHENATED = re.compile(rf"(\w+)[-{HYPHEN}]?{HYPHEN}\s*(\w+)")


@dataclass(frozen=True, slots=True)
class Run:
    """A line of a page with the characters as the file has them: number `first` and those after it."""

    first: int
    characters: str
    line: Line


def page_texts(pdf: pdfium.PdfDocument, name: str, max_characters: int) -> list[str]:
    """Return each page's paragraphs; "" for a page that cannot be loaded or holds no text.

    Raises:
        ParseError: together they are longer than `max_characters`.
    """
    pages: list[str] = []
    n_characters = 0
    for i in range(len(pdf)):
        try:
            page = pdf[i]
            textpage = page.get_textpage()
            pages.append(paragraphs([run.line for run in visible_runs(page, textpage)]))
            textpage.close()
            page.close()
        except pdfium.PdfiumError:
            pages.append("")
        n_characters += len(pages[-1])
        if n_characters > max_characters:
            raise ParseError(f"{name} holds more than {max_characters:,} characters: split it")
    return pages


def visible_runs(page: pdfium.PdfPage, textpage: pdfium.PdfTextPage) -> Iterator[Run]:
    """Yield a page's lines that can be seen, with the boxes of their first and last letters."""
    left, bottom, right, top = page.get_bbox()
    for first, text in _runs(textpage):
        words = text.strip()
        if not words:
            continue
        start = first + len(text) - len(text.lstrip())
        line = _placed(textpage, words, start, start + len(words) - 1)
        on_page = line.left < right and left < line.right and line.bottom < top and bottom < line.top
        if on_page and line.height > MIN_LETTER_HEIGHT:
            yield Run(start, words, line)


def _runs(textpage: pdfium.PdfTextPage) -> Iterator[tuple[int, str]]:
    """Cut a page's characters at line ends: (index of the first, the line's text, one character each)."""
    codes = [pdfium_c.FPDFText_GetUnicode(textpage.raw, i) for i in range(textpage.count_chars())]
    first, characters = 0, []
    for i, code in enumerate((*codes, 0x0A)):
        if code not in (0x0A, 0x0D):
            characters.append(HYPHEN if code in (0x02, 0xFFFE) else chr(code) if code else "\ufeff")
            continue
        yield first, "".join(characters)
        first, characters = i + 1, []


def _placed(textpage: pdfium.PdfTextPage, words: str, first: int, last: int) -> Line:
    """Build a line from the loose boxes of its first and last character."""
    boxes = [textpage.get_charbox(i, loose=True) for i in (first, last)]
    joined = words.encode("utf-16", "surrogatepass").decode("utf-16", "replace")  # halves of one character
    return Line(
        text=joined,
        left=min(box[0] for box in boxes),
        right=max(box[2] for box in boxes),
        bottom=min(box[1] for box in boxes),
        top=max(box[3] for box in boxes),
    )


def dehyphenated(pages: Sequence[str]) -> list[str]:
    """Resolve the hyphens at line ends by the document's own words.

    The joined word where it occurs elsewhere; the hyphen where the hyphened word does, or both halves do
    as words; else joined, as a hyphen that a typesetter put in.
    """
    words = Counter(word for page in pages for word in re.findall(r"[\w-]+", page.lower()))

    def resolve(match: re.Match[str]) -> str:
        head, tail = match[1], match[2]
        if words[(head + tail).lower()]:
            return head + tail
        compound = words[f"{head}-{tail}".lower()] or (words[head.lower()] > 1 and words[tail.lower()] > 1)
        return f"{head}-{tail}" if compound or not tail[:1].islower() else head + tail

    return [_HYPHENATED.sub(resolve, page).replace(HYPHEN, "-") for page in pages]
