"""Which parts of a web page a reader does not see, and which are not what the page is about.

What styles hide is found out and marked before, in concealed.py.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice

from lxml import etree

NEVER_SHOWN = frozenset(
    "script style template noscript title meta link iframe object embed applet audio video canvas map "
    "svg select datalist input textarea noframes".split()
)
UNSEEN = "bot-unseen"  # the attribute by which concealed.py marks an element of which nothing is seen
HIDDEN_TAGS = frozenset({"ix:header", "ix:hidden"})
_BOILERPLATE_TAGS = frozenset("nav footer aside form button dialog menu".split())
_BOILERPLATE_ROLES = frozenset(
    "navigation banner contentinfo complementary search dialog alertdialog".split()
)
_MOST_PARTS = 300
_SHORT = 200  # characters
_MOSTLY = 0.4
_NAMED_TAGS = frozenset("div section ul ol aside p span header footer form table".split())
_FRAME_NAME = re.compile(
    r"(?:(?:site|page|main|top|global|article|post|entry|story)[-_]*)?"
    r"(?:nav(?:bar|igation)?|menu|footer|masthead|breadcrumbs?|side-?bar|related|recommend(?:ed|ations)?"
    r"|more-?(?:stories|news|articles|from)|read-?(?:more|next)|most-?(?:read|popular)|popular|trending"
    r"|share|sharing|social|newsletter|sign-?up|subscribe|subscription|promo|sponsored|advert(?:isement)?|ads?"
    r"|banner|comments?|disqus|tags|pagination|skip-?link|cookies?|consent|gdpr|paywall|outbrain|taboola)"
    r"(?:[-_]+(?:links?|list|bar|box|buttons?|articles?|stories|posts?|content|wrapper|container|block|section|banner"
    r"|notice|form|widget|module|area|slot|icons?|menu|nav|items?|signup|consent|prompt))*",
    re.IGNORECASE,
)
_COOKIE_BANNER = re.compile(
    r"\b(cookie|consent|gdpr)[-_]?(banner|notice|bar|popup|modal|overlay|wall|law|dialog)", re.I
)


def is_hidden(element: etree._Element) -> bool:
    """Tell whether an element is marked as unseen (see concealed.py), or the hidden part of a filing."""
    return UNSEEN in element.attrib or element.tag in HIDDEN_TAGS


@dataclass(frozen=True, slots=True)
class Framed:
    """Which part of a page is its content, and so what frames it.

    `around` are the elements that the content stands in, which are no frames whatever they are called.
    """

    has_content: bool
    is_article: bool
    around: frozenset[etree._Element]

    @classmethod
    def of(cls, root: etree._Element, *, is_article: bool) -> Framed:
        """Find the content: of <article> and <main> the longest, one with an <h1> first; else the <h1>."""
        parts = list(islice(root.iter("article", "main"), _MOST_PARTS))
        content = max(parts, key=_weight, default=None)
        is_article = is_article or content is not None
        headline = next((root if content is None else content).iter("h1"), None)
        held = [each for each in (content, headline) if each is not None]
        around = frozenset(above for each in held for above in (each, *each.iterancestors()))
        return cls(content is not None, is_article, around)

    def is_frame(self, element: etree._Element, in_content: bool) -> bool:
        """Tell whether an element frames the content instead of being part of it.

        `in_content`: it stands inside an article or main part, where a header holds the headline.
        """
        if not self.is_article or element in self.around:
            return False
        if self.has_content and _is_boilerplate(element, in_content):
            return True
        return _is_called_frame(element) and _is_beside_the_point(element)


def _is_boilerplate(element: etree._Element, in_content: bool) -> bool:
    """Tell whether an element is of a kind that frames a page."""
    tag = element.tag
    if tag in _BOILERPLATE_TAGS or (tag == "header" and not in_content):
        return True
    attributes = element.attrib
    if attributes.get("role", "").strip().lower() in _BOILERPLATE_ROLES:
        return True
    return _COOKIE_BANNER.search(f"{attributes.get('id', '')} {attributes.get('class', '')}") is not None


def _is_called_frame(element: etree._Element) -> bool:
    """Tell whether an element's class or id is a name that sites give to what frames a page."""
    if element.tag not in _NAMED_TAGS:
        return False
    names = f"{element.get('id', '')} {element.get('class', '')}".split()
    return any(_FRAME_NAME.fullmatch(name) for name in names)


def _is_beside_the_point(element: etree._Element) -> bool:
    """Tell whether an element is short, or mostly links: text of an article is neither."""
    n_characters = _n_characters(element)
    if n_characters <= _SHORT:
        return True
    n_linked = sum(_n_characters(link) for link in element.iter("a"))
    return n_linked > _MOSTLY * n_characters


def _weight(part: etree._Element) -> tuple[bool, int]:
    return next(part.iter("h1"), None) is not None, _n_characters(part)


def _n_characters(element: etree._Element) -> int:
    return sum(len(words.strip()) for words in element.itertext())
