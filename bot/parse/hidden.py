"""Which parts of a web page a reader does not see, and which are not what the page is about.

Decided from the markup alone: style sheets are not applied, so text hidden by a class, by its colour or by
its place on the page is read as if it were shown.
"""

from __future__ import annotations

import re

from lxml import etree

NEVER_SHOWN = frozenset(
    "script style template noscript title meta link iframe object embed applet audio video canvas map "
    "svg select datalist input textarea noframes".split()
)
_HIDDEN_TAGS = frozenset({"ix:header", "ix:hidden"})
_BOILERPLATE_TAGS = frozenset("nav footer aside form button dialog menu".split())
_BOILERPLATE_ROLES = frozenset(
    "navigation banner contentinfo complementary search dialog alertdialog".split()
)
_COOKIE_BANNER = re.compile(
    r"\b(cookie|consent|gdpr)[-_]?(banner|notice|bar|popup|modal|overlay|wall|law|dialog)", re.I
)
_HIDING_STYLE = re.compile(
    r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)"
    r"|(?:font-size|opacity)\s*:\s*0*\.?0+(?:px|pt|em|rem|%)?\s*(?:!important\s*)?(?:;|$))",
    re.IGNORECASE,
)


def is_hidden(element: etree._Element) -> bool:
    """Tell whether an element's own attributes hide it, or it is the hidden part of a filing.

    Never the page itself: scripts that fade a page in start from an invisible one.
    """
    attributes = element.attrib
    if element.tag in _HIDDEN_TAGS:
        return True
    if not attributes or element.tag in ("html", "body"):
        return False
    if "hidden" in attributes or attributes.get("aria-hidden", "").strip().lower() == "true":
        return True
    style = attributes.get("style")
    return style is not None and _HIDING_STYLE.search(style) is not None


def is_boilerplate(element: etree._Element, in_content: bool) -> bool:
    """Tell whether an element frames the page instead of being its content.

    `in_content`: it stands inside the page's article or main part, where a header holds the headline.
    """
    tag = element.tag
    if tag in _BOILERPLATE_TAGS or (tag == "header" and not in_content):
        return True
    attributes = element.attrib
    if attributes.get("role", "").strip().lower() in _BOILERPLATE_ROLES:
        return True
    return _COOKIE_BANNER.search(f"{attributes.get('id', '')} {attributes.get('class', '')}") is not None
