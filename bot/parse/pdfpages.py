"""The lines of a PDF's pages: which characters stand where, which can be seen, where words are cut.

A page is read as PDFium has its characters, line by line. Where a line has a gap that no blank between two
words is, it is cut into pieces: the cells of a table's row, or the lines of two columns side by side.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from bot.errors import ParseError
from bot.parse.pdfheads import without_running_heads
from bot.parse.pdflayout import page_text
from bot.parse.pdflines import HYPHEN, Line, Run, is_figure
from bot.parse.pdfunseen import is_suspect, unseen

MIN_LETTER_HEIGHT = 0.5  # points: what is smaller is hidden, not small print
_WIDE_GAP = 0.9  # heights of a letter: a wider gap is none between two words, not even of justified lines
_FIGURES_GAP = 0.4  # between two figures, which are never one cell
_OPENS_FIGURE = frozenset("$ € £ ¥ ( $( €( £(".split())
_CLOSES_FIGURE = frozenset("% ) )% pts bps".split())
_WORD = re.compile(r"\S+")
_ENDS_IN_DIGIT = re.compile(r"(?<!\S)\S*[\d%)]\d(?!\S)")
_RAISED_SIZE = 0.8  # of a word's letters: smaller ones at its end, and higher, are a marker
_HYPHENATED = re.compile(rf"(\w+)[-{HYPHEN}]?{HYPHEN}\s*(\w+)")


def page_texts(pdf: pdfium.PdfDocument, name: str, max_characters: int) -> tuple[list[str], int]:
    """Return each page's text without running heads, and how many lines are not seen.

    It is "" for a page that cannot be loaded or holds no text.

    Raises:
        ParseError: together they are longer than `max_characters`.
    """
    pages: list[list[Run]] = []
    n_characters = n_hidden = 0
    for i in range(len(pdf)):
        try:
            page = pdf[i]
            textpage = page.get_textpage()
            runs, n_unseen = visible_runs(page, textpage)
            pages.append(runs)
            n_hidden += n_unseen
            textpage.close()
            page.close()
        except pdfium.PdfiumError:
            pages.append([])
        n_characters += sum(len(run.characters) for run in pages[-1])
        if n_characters > max_characters:
            raise ParseError(f"{name} holds more than {max_characters:,} characters: split it")
    return [page_text(runs) for runs in without_running_heads(pages)], n_hidden


def visible_runs(page: pdfium.PdfPage, textpage: pdfium.PdfTextPage) -> tuple[list[Run], int]:
    """Return a page's lines that can be seen, with the boxes of their ends, and how many others there are.

    Where nothing at all is seen, all is kept: a text layer whose picture is of a kind that is not drawn.
    """
    left, bottom, right, top = page.get_bbox()
    runs: list[Run] = []
    n_hidden = 0
    for first, text in _runs(textpage):
        words = text.strip()
        if not words:
            continue
        start = first + len(text) - len(text.lstrip())
        run = _placed(textpage, words, start)
        line = run.line
        on_page = line.left < right and left < line.right and line.bottom < top and bottom < line.top
        if on_page and line.height > MIN_LETTER_HEIGHT:
            runs.append(Run(run.first, run.characters, line, tuple(_pieces(textpage, run))))
        else:
            n_hidden += 1
    suspects = [run for run in runs if is_suspect(textpage, run.first)]
    boxes = [(run.line.left, run.line.bottom, run.line.right, run.line.top) for run in suspects]
    gone = {run.first for run, is_gone in zip(suspects, unseen(page, boxes), strict=True) if is_gone}
    seen = [run for run in runs if run.first not in gone]
    return (seen, n_hidden + len(gone)) if seen else (runs, n_hidden)


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


def _placed(textpage: pdfium.PdfTextPage, words: str, first: int) -> Run:
    """Build a line from the loose boxes of its first and last character."""
    boxes = [textpage.get_charbox(i, loose=True) for i in (first, first + len(words) - 1)]
    shown = _parted(textpage, words, first)
    joined = shown.encode("utf-16", "surrogatepass").decode("utf-16", "replace")  # halves of one character
    line = Line(
        text=joined,
        left=min(box[0] for box in boxes),
        right=max(box[2] for box in boxes),
        bottom=min(box[1] for box in boxes),
        top=max(box[3] for box in boxes),
    )
    return Run(first, words, line)


def _parted(textpage: pdfium.PdfTextPage, words: str, first: int) -> str:
    """Set small raised digits apart from a figure: "1,234" with note 1 must not read as "1,2341"."""
    parts: list[str] = []
    done = 0
    for word in _ENDS_IN_DIGIT.finditer(words):
        start, last = first + word.start(), first + word.end() - 1
        small = pdfium_c.FPDFText_GetFontSize(textpage.raw, last)
        if small >= _RAISED_SIZE * pdfium_c.FPDFText_GetFontSize(textpage.raw, start):
            continue
        bottoms = [textpage.get_charbox(i, loose=True)[1] for i in (start, last)]
        if bottoms[1] > bottoms[0] and (at := _first_small(textpage, word, first, small)):
            parts += [words[done:at], " "]
            done = at
    return "".join([*parts, words[done:]])


def _first_small(textpage: pdfium.PdfTextPage, word: re.Match[str], first: int, small: float) -> int:
    """Return where the digits of a size begin that end a figure; 0 where what is before is none."""
    at = word.end() - 1
    while at > word.start() and pdfium_c.FPDFText_GetFontSize(textpage.raw, first + at - 1) == small:
        at -= 1
    is_marker = word.string[at : word.end()].isdigit() and word.string[at - 1] in "0123456789%)"
    return at if is_marker else 0


def _pieces(textpage: pdfium.PdfTextPage, run: Run) -> Iterator[Run]:
    """Yield the pieces of a line between its wide gaps, none where it has no such gap."""
    words = list(_WORD.finditer(run.characters))
    cuts = [0]
    for i in range(1, len(words)):
        if _is_cut(textpage, run, words[i - 1], words[i]):
            cuts.append(i)
    if len(cuts) == 1:
        return
    for start, end in zip(cuts, (*cuts[1:], len(words)), strict=True):
        first, last = words[start].start(), words[end - 1].end()
        yield _placed(textpage, run.characters[first:last], run.first + first)


def _is_cut(textpage: pdfium.PdfTextPage, run: Run, word: re.Match[str], following: re.Match[str]) -> bool:
    """Tell whether two words of a line are of two cells."""
    if word[0] in _OPENS_FIGURE or following[0] in _CLOSES_FIGURE:
        return False
    right = textpage.get_charbox(run.first + word.end() - 1, loose=True)[2]
    left = textpage.get_charbox(run.first + following.start(), loose=True)[0]
    gap = (left - right) / run.line.height
    if following[0] in _OPENS_FIGURE or is_figure(following[0]):
        return gap > (_FIGURES_GAP if is_figure(word[0]) else _WIDE_GAP)
    return gap > _WIDE_GAP


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
