"""Which parts of a web page a reader does not see, and which are not what the page is about.

What styles hide is found out and marked before, in concealed.py.
"""

from __future__ import annotations

import re

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
_COOKIE_BANNER = re.compile(
    r"\b(cookie|consent|gdpr)[-_]?(banner|notice|bar|popup|modal|overlay|wall|law|dialog)", re.I
)


def is_hidden(element: etree._Element) -> bool:
    """Tell whether an element is marked as unseen (see concealed.py), or the hidden part of a filing."""
    return UNSEEN in element.attrib or element.tag in HIDDEN_TAGS


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
