"""PDF: the text of each page in reading order, as paragraphs and tables, with page starts and sections.

Text is what the file says its glyphs mean; pictures of text are not read. Sections are those of the outline,
and the Parts and Items of a filing. Left out: running heads and feet, page numbers, lines outside the page's
visible box, and letters too small, too pale or not drawn to be seen.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from bot.datatypes import ParsedDocument, Section
from bot.errors import ParseError
from bot.parse.cleaning import REPLACEMENT, clean, counted, hidden_remark, one_line, remarks
from bot.parse.digest import sha256
from bot.parse.draft import Heading, sections
from bot.parse.filing import about_filing, filing_title
from bot.parse.items import with_items
from bot.parse.limits import Limits
from bot.parse.pdfpages import dehyphenated, page_texts
from bot.parse.titles import sane_title, stem

MAX_UNREADABLE_SHARE = 0.5
_MAX_OUTLINE = 5_000
_N_PAGES_NAMED = 10
_PDF_DATE = re.compile(r"^(?:D:)?(\d{4})(\d{2})?(\d{2})?")


def read_pdf(payload: bytes, name: str, limits: Limits) -> ParsedDocument:
    """Read a PDF page by page. A filing is named by its cover; else the title is its metadata's, or the stem.

    Raises:
        ParseError: it is broken, needs a password, has too many pages, or no page holds text.
    """
    pdf = open_pdf(payload, name)
    n_pages = len(pdf)
    if n_pages > limits.max_pages:
        raise ParseError(f"{name} has {n_pages:,} pages; at most {limits.max_pages:,} are read: split it")
    raw, n_hidden = page_texts(pdf, name, limits.max_characters)
    cleaned = [clean(page) for page in dehyphenated(raw)]
    pages = [page.text.strip() for page in cleaned]
    _require_text(pages, name)
    text, starts = join_pages(pages)
    given = {key: one_line(value) for key, value in pdf.get_metadata_dict(skip_empty=True).items()}
    found, filing = _outline(pdf, text, starts), about_filing(text, "", {})
    return ParsedDocument(
        title=filing_title(filing) or sane_title(given.get("Title", "")) or stem(name),
        text=text,
        external_id=stem(name),
        sha256=sha256(payload),
        page_starts=tuple(starts),
        sections=with_items(text, found, filing["form"]) if filing else found,
        metadata={"type": "pdf", **_about(given), **filing},
        warnings=(*_empty_pages(pages), *hidden_remark(n_hidden), *remarks(cleaned)),
    )


def join_pages(pages: Sequence[str]) -> tuple[str, list[int]]:
    r"""Join pages by a blank line and say where each begins; a page without text begins where the next does.

    Example: ["one", "", "three"] -> "one\n\nthree", [0, 5, 5]
    """
    text, starts = "", []
    pieces: list[str] = []
    offset = 0
    for page in pages:
        if page and pieces:
            pieces.append("\n\n")
            offset += 2
        starts.append(offset if page or not pieces else offset + 2)
        pieces += [page] if page else []
        offset += len(page)
    text = "".join(pieces)
    return text, [min(start, len(text)) for start in starts]


def open_pdf(payload: bytes, name: str) -> pdfium.PdfDocument:
    """Open a PDF that has pages and needs no password.

    Raises:
        ParseError: it has none, needs one, or is broken.
    """
    try:
        pdf = pdfium.PdfDocument(payload)
        if len(pdf) == 0:
            raise ParseError(f"{name} has no pages: open it in a viewer and save it again")
        return pdf
    except pdfium.PdfiumError as error:
        code = getattr(error, "err_code", None)
        if code == pdfium_c.FPDF_ERR_PASSWORD:
            raise ParseError(f"{name} is protected by a password: give a copy saved without one") from error
        if code == pdfium_c.FPDF_ERR_SECURITY:
            raise ParseError(
                f"{name} is protected in a way that is not known: give an unprotected copy"
            ) from error
        raise ParseError(f"{name} is a broken PDF: open it in a viewer and save it again") from error


def _require_text(pages: Sequence[str], name: str) -> None:
    """Refuse a PDF of pictures, and one whose glyphs have no meaning as characters.

    Raises:
        ParseError: no page holds a letter or a digit, or most characters are unreadable.
    """
    n_pages = counted(len(pages), "page")
    if not any(character.isalnum() for page in pages for character in page):
        raise ParseError(f"{name} holds no text ({n_pages}, perhaps scanned): give a copy with a text layer")
    n_unreadable = sum(page.count(REPLACEMENT) for page in pages)
    if n_unreadable > MAX_UNREADABLE_SHARE * sum(map(len, pages)):
        raise ParseError(
            f"{name} holds no readable text ({n_pages}): its fonts do not say what their letters mean"
        )


def _empty_pages(pages: Sequence[str]) -> Iterator[str]:
    """Name the pages that hold no text: "3 of 12 pages hold no text: 4, 5, 9"."""
    empty = [number for number, page in enumerate(pages, start=1) if not page]
    if empty:
        verb = "holds" if len(empty) == 1 else "hold"
        more = ", ..." if len(empty) > _N_PAGES_NAMED else ""
        named = ", ".join(map(str, empty[:_N_PAGES_NAMED]))
        yield f"{len(empty)} of {counted(len(pages), 'page')} {verb} no text: {named}{more}"


def _about(given: dict[str, str]) -> dict[str, str]:
    about = {"author": given["Author"]} if given.get("Author") else {}
    if date := _PDF_DATE.match(given.get("CreationDate", "")):
        about["date"] = "-".join(part for part in date.groups() if part)
    return about


def _outline(pdf: pdfium.PdfDocument, text: str, starts: Sequence[int]) -> tuple[Section, ...]:
    """Turn the outline into sections: each starts at its title's words on its page, else with the page."""
    headings = []
    for entry in _bookmarks(pdf):
        title, page = one_line(entry.get_title() or ""), _page_of(entry)
        if title and page is not None and 0 <= page < len(starts):
            end = starts[page + 1] if page + 1 < len(starts) else len(text)
            headings.append(Heading(title, _find(title, text, starts[page], end), min(entry.level + 1, 6)))
    return sections(sorted(headings, key=lambda heading: heading.start), len(text))


def _bookmarks(pdf: pdfium.PdfDocument) -> Iterable[pdfium.PdfBookmark]:
    entries = []
    try:
        for entry in pdf.get_toc():
            entries.append(entry)
            if len(entries) == _MAX_OUTLINE:
                break
    except (pdfium.PdfiumError, RecursionError):  # a damaged outline costs the sections, not the text
        return entries
    return entries


def _page_of(entry: pdfium.PdfBookmark) -> int | None:
    destination = entry.get_dest()
    return None if destination is None else destination.get_index()


def _find(title: str, text: str, start: int, end: int) -> int:
    """Return where a title's words stand between two offsets, however they are spaced; else `start`."""
    pattern = r"\s+".join(re.escape(word) for word in title.split()[:30])
    match = re.compile(pattern, re.IGNORECASE).search(text, start, end)
    return match.start() if match else start
