"""HTML: the words a reader sees, in the order of the page, headings as sections, tables as lines.

Nothing is fetched and no script is run. What is not seen is left out (see concealed.py), and so is what
frames the page (see hidden.py), where it says that it is an article or which part is one. Inline XBRL tags
are transparent: every visible figure of a filing stays.
"""

from __future__ import annotations

import re

from lxml import etree

from bot.datatypes import ParsedDocument
from bot.errors import ParseError
from bot.parse.cleaning import hidden_remark, one_line, remarks
from bot.parse.decoding import Decoded, decode
from bot.parse.digest import sha256
from bot.parse.draft import assemble
from bot.parse.filing import about_filing, filing_title, tagged_facts
from bot.parse.items import with_items
from bot.parse.limits import Limits
from bot.parse.pageabout import about_page
from bot.parse.pagewalk import walk
from bot.parse.titles import sane_title, stem
from bot.parse.xbrl import placed_facts

MAX_ELEMENTS = 2_000_000  # the largest filings have a tenth of that
MAX_ATTRIBUTES = 10_000  # of one tag; to look for the same name twice takes the square of their number
_LONG_TAG = re.compile(r"<[A-Za-z][^<>]{50000,}")
_QUOTED = re.compile(r""""[^"]*"|'[^']*'""")


def read_html(payload: bytes, name: str, limits: Limits) -> ParsedDocument:
    """Read a web page. Its title is <title>, else the first <h1>, else its headline, else the stem.

    A filing has its Parts and Items as sections and its facts as metadata, and is called by these.

    Raises:
        ParseError: it shows no words, or is nested deeper than can be read.
    """
    return read_markup(decode(payload, declares=True), payload, name)


def read_markup(decoded: Decoded, payload: bytes, name: str, header: str = "") -> ParsedDocument:
    """Read a page that is decoded; `header` is what stood before it in the file, and `payload` is the file.

    Raises:
        ParseError: as `read_html`.
    """
    root = parse_tree(decoded.text, name)
    about = about_page(root)
    page = walk(root, is_article=about.pop("kind", "") == "article")
    text, sections = assemble(page.blocks)
    if not text.strip():
        raise ParseError(f"{name} holds no visible text: save the page again after it has loaded completely")
    filing = about_filing(text, header or decoded.text, tagged_facts(root))
    if filing:
        sections = with_items(text, sections, filing["form"])
    facts, n_hidden_facts = placed_facts(root, page.blocks)
    heading = next((one_line("".join(h1.itertext())) for h1 in root.iter("h1")), "")
    titles = (filing_title(filing), about.pop("title", ""), heading, about.pop("headline", ""))
    return ParsedDocument(
        title=next(filter(None, map(sane_title, titles)), stem(name)),
        text=text,
        external_id=stem(name),
        sha256=sha256(payload),
        sections=sections,
        metadata={"type": "html", **about, **filing},
        warnings=(*decoded.warnings, *hidden_remark(page.n_hidden), *remarks(page.cleaned)),
        facts=facts,
        n_hidden_facts=n_hidden_facts,
    )


def parse_tree(markup: str, name: str) -> etree._Element:
    """Parse markup as browsers do, errors and all.

    Raises:
        ParseError: it holds no element, has too many, or nests too deeply: text below would be lost unseen.
    """
    if any(len(_QUOTED.sub("", tag).split()) > MAX_ATTRIBUTES for tag in _LONG_TAG.findall(markup)):
        raise ParseError(f"{name} has a tag with more than {MAX_ATTRIBUTES:,} attributes, which is not read")
    encoded = markup.replace("\x00", "\ufffd").encode("utf-8", errors="replace")
    for huge in (False, True):  # 256 levels, then 2,048: the sandbox bounds what that may cost
        parser = etree.HTMLParser(
            encoding="utf-8",
            recover=True,
            no_network=True,
            remove_pis=True,
            remove_comments=True,
            huge_tree=huge,
        )
        try:
            root = etree.fromstring(encoded, parser) if encoded.strip() else None
        except etree.XMLSyntaxError as error:  # markup never fails with `recover`; running out of memory does
            raise ParseError(f"{name} has too many elements to be read: split it") from error
        if not any(error.level_name == "FATAL" for error in parser.error_log):
            break
    else:
        raise ParseError(
            f"{name} nests its elements too deeply to be read: save it again as plain text or PDF"
        )
    if root is not None and (n_elements := int(root.xpath("count(//*)"))) > MAX_ELEMENTS:
        raise ParseError(f"{name} has {n_elements:,} elements; at most {MAX_ELEMENTS:,} are read: split it")
    if root is None:
        raise ParseError(f"{name} holds no visible text: save the page again after it has loaded completely")
    return root
