"""What colour lies under the words of a web page, as far as it is known.

An element that is moved from its place may lie over anything, and so may words beside a picture, or beside a
part without words that has a ground of its own, as the heads of articles lie over theirs.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice

from lxml import etree

from bot.parse.colours import Colour, colour
from bot.parse.extent import is_away, is_undrawn
from bot.parse.stylesheet import ADDED, UNKNOWN, Declarations, Style

_AS_ABOVE = ("none", "initial", "inherit", "unset", "currentcolor")
_PICTURES = frozenset("img picture svg video canvas object embed iframe".split())
_ROWS = frozenset("table tr tbody thead tfoot".split())
_NEVER_UNDER = _ROWS | frozenset("td th colgroup col hr br".split())
_CLEAR: Colour = (0, 0, 0, 0.0)
_MOST_LOOKED_AT = 20  # elements of a part without words
_SIDES = ("top", "left", "right", "bottom")


def ground(style: Declarations, above: Colour | None) -> Colour | None:
    """Return the colour under an element's words, None for one that is not known; `above`: its parent's."""
    if _is_moved(style):
        above = None
    names = ("background-color", "background", "background-image")
    if ADDED in style or UNKNOWN in (style.get(name) for name in names):
        return None
    written = style.get("background-color") or style.get("background") or "none"
    if "url(" in written or style.get("background-image", "none") != "none":
        return None
    if written in _AS_ABOVE:
        return above
    found = colour(written)
    if found is not None and found[3] == 0:
        return above
    return found if found is None or found[3] == 1 else None


def has_backdrop(element: etree._Element, styles: Mapping[etree._Element, Style]) -> bool:
    """Tell whether the words in an element may lie over one of its children; `styles`: the children's.

    On the page itself only over one that is moved: a picture at its head is no ground of the whole page.
    """
    if element.tag in _ROWS:
        return False
    is_page = element.tag in ("html", "body")
    under = (dict(style) for child, style in styles.items() if _may_be_under(child, style))
    return any(not is_page or _is_moved(style) for style in under)


def _may_be_under(element: etree._Element, style: Style) -> bool:
    """Tell whether an element is a picture, or has a ground or a picture and no words."""
    if element.tag in _NEVER_UNDER or (element.tag not in _PICTURES and (element.text or "").strip()):
        return False
    declared = dict(style)
    if is_undrawn(declared) or is_away(declared):
        return False
    if element.tag in _PICTURES:
        return True
    looked_at = list(islice(element.iter(), _MOST_LOOKED_AT + 1))
    if len(looked_at) > _MOST_LOOKED_AT:
        return False
    if any((each.text or "").strip() or (each.tail or "").strip() for each in looked_at[1:]):
        return False
    return ground(declared, _CLEAR) != _CLEAR or any(each.tag in _PICTURES for each in looked_at)


def _is_moved(style: Declarations) -> bool:
    """Tell whether an element may lie elsewhere than in its place, over what is there."""
    position = style.get("position", "static")
    if position not in ("static", "relative", "initial") or style.get("transform", "none") != "none":
        return True
    if position == "relative" and any(style.get(side, "auto") not in ("auto", "0", "0px") for side in _SIDES):
        return True
    if any(name in style for name in ("grid-area", "grid-row", "grid-column")):
        return True
    margins = [
        style.get("margin-top", ""),
        style.get("margin-bottom", ""),
        *style.get("margin", "").split()[::2],
    ]
    return any("-" in margin or margin == UNKNOWN for margin in margins)
