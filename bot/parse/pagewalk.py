"""One walk over a page's tree, without recursion: inline text gathers until a block ends, then is written.

Deep trees cost memory, never the stack: `etree.iterwalk` goes up and down by itself.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field, replace

from lxml import etree

from bot.parse.cleaning import Cleaned, clean
from bot.parse.concealed import conceal
from bot.parse.draft import Block
from bot.parse.hidden import NEVER_SHOWN, Framed, is_hidden
from bot.parse.marks import FACT_TAGS, marks_of
from bot.parse.pagetable import table_blocks
from bot.parse.titles import MAX_HEADING_CHARACTERS, looks_like_heading

HEADINGS = {f"h{level}": level for level in range(1, 7)}
MAX_REPEATS = 3
_BLOCK_TAGS = frozenset(HEADINGS) | frozenset(
    "address article aside blockquote body caption center dd details dialog dir div dl dt fieldset "
    "figcaption figure footer form header hgroup hr html legend li main menu nav ol p pre search section "
    "summary table tbody td tfoot th thead tr ul".split()
)
_LISTS = frozenset({"ul", "ol", "dl", "menu", "dir"})
_BOLD_TAGS = frozenset({"b", "strong"})
_BOLD_STYLE = re.compile(r"font-weight\s*:\s*(?:bold|[6-9]00)", re.IGNORECASE)
_NUMBERED_HEADING = re.compile(r"^(part\s+[ivx]+|item\s+\d+[a-c]?|note\s+\d+)\b", re.IGNORECASE)
_BOLD_LEVELS = {"part": 1, "item": 2}
_BOLD_LEVEL = 3
_BLANKS = re.compile("[ \t\n\r\f\u00a0]+")
_BREAK = "\v"  # cannot come out of a parser as text: NUL and its kind are gone before
_BREAKS = re.compile(" ?\v(?: ?\v)* ?")


@dataclass(slots=True)
class Page:
    """What a walk has found so far."""

    blocks: list[Block] = field(default_factory=list)
    cleaned: list[Cleaned] = field(default_factory=list)  # only of the blocks that needed it
    n_hidden: int = 0


def walk(root: etree._Element, *, is_article: bool = False) -> Page:
    """Read a page's tree into blocks; what is not seen is taken out of it.

    `is_article`: the page says so, and then what frames an article is left out too.
    """
    page = Page(n_hidden=conceal(root))
    framed = Framed.of(root, is_article=is_article)
    has_headings = next(root.iter(*HEADINGS), None) is not None
    writer = _Writer(page, bold_is_heading=not has_headings)
    walker = etree.iterwalk(root, events=("start", "end"))
    skipped = None
    for event, element in walker:
        if event == "end":
            writer.leave(element, skipped=element is skipped)
        elif _is_left_out(element, framed, writer.in_content):
            skipped = element
            walker.skip_subtree()
        elif element.tag == "table" and (rows := table_blocks(element)) is not None:
            writer.flush()
            page.blocks.extend(_clean_block(row, page) for row in rows)
            skipped = element
            walker.skip_subtree()
        else:
            writer.enter(element)
    writer.flush()
    if not has_headings:
        _demote_repeated(page)
    return page


def _demote_repeated(page: Page) -> None:
    """Take bold lines that come back on every printed page ("Table of Contents") for what they are."""
    n_seen = Counter(block.text for block in page.blocks if block.level)
    page.blocks = [
        replace(each, level=0) if n_seen[each.text] > MAX_REPEATS else each for each in page.blocks
    ]


def _is_left_out(element: etree._Element, framed: Framed, in_content: bool) -> bool:
    """Tell whether an element is passed over."""
    if not isinstance(element.tag, str) or element.tag in NEVER_SHOWN or is_hidden(element):
        return True
    return framed.is_frame(element, in_content)


def _clean_block(block: Block, page: Page) -> Block:
    cleaned = clean(block.text)
    if cleaned.text != block.text:
        page.cleaned.append(cleaned)
    return replace(block, text=cleaned.text.strip() if block.level else cleaned.text)


class _Writer:
    """Gathers inline text and writes it as a block wherever the page starts or ends one."""

    def __init__(self, page: Page, *, bold_is_heading: bool) -> None:
        self._page = page
        self._bold_is_heading = bold_is_heading
        self._parts: list[str] = []
        self._open: dict[etree._Element, int] = {}  # tagged elements, and the part they begin with
        self._spans: list[tuple[etree._Element, int, int]] = []
        self._level = 0  # of the heading we are in, else 0
        self._n_preformatted = self._n_lists = self._n_content = self._n_bold = (
            0  # open elements of each sort
        )
        self._list_began = False
        self._all_bold = True

    @property
    def in_content(self) -> bool:
        """True inside the page's article or main part."""
        return self._n_content > 0

    def enter(self, element: etree._Element) -> None:
        """Open an element that is shown, and take the text before its first child."""
        tag = element.tag
        if tag in _BLOCK_TAGS:
            self.flush()
        self._level = HEADINGS.get(tag, self._level)
        if tag == "br":
            self._parts.append("\n" if self._n_preformatted else _BREAK)
        elif tag == "sup" and (element.text or "")[:1].isdigit():
            self._parts.append(" ")  # "$1,496" with note 1 must not read as "$1,4961"
        if tag in _LISTS and self._n_lists == 0:
            self._list_began = False
        if tag in FACT_TAGS:
            self._open[element] = len(self._parts)
        self._count(element, 1)
        self._take(element.text)

    def leave(self, element: etree._Element, *, skipped: bool) -> None:
        """Close an element and take the text after it."""
        if not skipped:
            if element.tag in _BLOCK_TAGS:
                self.flush()
            if element.tag in HEADINGS:
                self._level = 0
            self._count(element, -1)
            if element.tag in FACT_TAGS and (first := self._open.pop(element, None)) is not None:
                self._spans.append((element, first, len(self._parts)))
        self._take(element.tail)

    def flush(self) -> None:
        """Write what has gathered as one block."""
        raw = "".join(self._parts)
        if raw and not raw.isspace():
            block = Block(self._laid_out(raw), tight=self._n_lists > 0 and self._list_began)
            block = _clean_block(block, self._page)
            level = self._level or self._bold_level(block.text)
            block = Block(" ".join(block.text.split()), level) if level else block
            self._page.blocks.append(replace(block, marks=marks_of(self._parts, self._spans)))
            self._list_began = self._n_lists > 0
            self._open.clear()  # what is still open goes over several blocks, and is no figure
        self._open = dict.fromkeys(self._open, 0)
        self._spans.clear()
        self._parts.clear()
        self._all_bold = True

    def _count(self, element: etree._Element, step: int) -> None:
        tag = element.tag
        self._n_preformatted += step * (tag == "pre")
        self._n_lists += step * (tag in _LISTS)
        self._n_content += step * (tag in ("article", "main"))
        self._n_bold += step * (tag in _BOLD_TAGS or bool(_BOLD_STYLE.search(element.get("style", ""))))

    def _take(self, text: str | None) -> None:
        if text:
            self._parts.append(text)
            self._all_bold = self._all_bold and (self._n_bold > 0 or text.isspace())

    def _laid_out(self, raw: str) -> str:
        """Collapse white space; one <br> ends a line, two in a row end a paragraph."""
        if self._n_preformatted:
            return "\n".join(line.rstrip() for line in raw.split("\n")).strip("\n")
        text = _BLANKS.sub(" ", raw)
        return _BREAKS.sub(lambda run: "\n" if run[0].count(_BREAK) == 1 else "\n\n", text).strip()

    def _bold_level(self, text: str) -> int:
        """Return the level of a paragraph that is a heading by its looks, on a page without headings."""
        if not (self._bold_is_heading and self._all_bold) or self._n_lists or self._n_preformatted:
            return 0
        numbered = _NUMBERED_HEADING.match(text)
        if "\n" in text or not (
            looks_like_heading(text) or (numbered and len(text) <= MAX_HEADING_CHARACTERS)
        ):
            return 0
        return _BOLD_LEVELS.get(numbered[1][:4].lower(), _BOLD_LEVEL) if numbered else _BOLD_LEVEL
