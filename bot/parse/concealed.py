"""Words of a web page that no reader sees are taken out of its tree, and counted, before it is read.

Decided by the element's attributes, its own style and the page's style sheets (`stylesheet.py`): not
displayed, invisible, of no size, transparent, in the colour of its ground, clipped away or placed off the
page. In doubt a word is read: nothing is fetched, and no script is run. Text for screen readers only counts
as unseen, and so does what is kept from them (aria-hidden) unless it stands beside such text. A closed
`<details>` is one press away, and read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from lxml import etree

from bot.parse.colours import BLACK, WHITE, Colour, colour, is_seen
from bot.parse.hidden import HIDDEN_TAGS, NEVER_SHOWN, UNSEEN
from bot.parse.stylesheet import Declarations, StyleSheet, declarations

Style = tuple[tuple[str, str], ...]  # declarations, in a form that can be looked up
_NOTHING = re.compile(r"0*\.?0+(?:px|pt|em|rem|%|vh|vw)?")
_LENGTH = re.compile(r"(-?\d{0,6}(?:\.\d{0,6})?)(px|pt|em|rem|%|vw|vh)?")
_CLIPPED = re.compile(
    r"rect\((?:\s*[01](?:px)?\s*,?){4}\)|inset\(\s*(?:50|100)%.*|circle\(\s*0.*|polygon\(0 0, 0 0.*"
)
_SHRUNK = re.compile(r".*\bscale(?:x|y)?\(\s*0*\.?0+\s*(?:,\s*0*\.?0+\s*)?\).*")
_AWAY = -400.0  # pixels off the page's edge: more than a menu slides or a margin hangs
_PIXELS = {"px": 1.0, "": 1.0, "pt": 4 / 3, "em": 16.0, "rem": 16.0, "vw": 13.0, "vh": 8.0, "%": 8.0}
_LEGIBLE = 1.5  # pixels: letters up to that high are hidden, not small print
_AS_ABOVE = ("inherit", "unset", "currentcolor")
_MAY_MATTER = re.compile(
    r"display|visibility|opacity|font-size|color|background|indent|clip|position|transform|height|width|over",
    re.I,
)


@dataclass(frozen=True, slots=True)
class _Look:
    """What an element hands down: the colours of its letters and ground (None: not known), and more."""

    letters: Colour | None = BLACK
    ground: Colour | None = WHITE
    is_invisible: bool = False
    is_tiny: bool = False

    @property
    def is_unseen(self) -> bool:
        """Tell whether words that stand directly in the element cannot be seen."""
        if self.is_invisible or self.is_tiny:
            return True
        return self.letters is not None and self.ground is not None and not is_seen(self.letters, self.ground)


def conceal(root: etree._Element) -> int:
    """Mark or empty what is not seen; return how many parts with words that were.

    An element of which nothing is seen gets the attribute UNSEEN. Where it is unseen by what it hands down
    (visibility, colour, size), only its own words go: what stands in it may be seen again.
    """
    sheet = StyleSheet.of(root)
    looks = [_Look(ground=None if _has_foreign_style(root) else WHITE)]
    parts = [0]  # the number of the unseen part that an element is in, as far as it hands that down
    n_parts = n_gone = 0
    with_words: set[int] = set()
    walker = etree.iterwalk(root, events=("start", "end"))
    for event, element in walker:
        if not isinstance(element.tag, str):
            continue
        if event == "end":
            looks.pop()
            parts.pop()
            continue
        above, part = looks[-1], parts[-1]
        element.attrib.pop(UNSEEN, None)  # a page that has it of its own
        style = () if element.tag in NEVER_SHOWN else _style(element, sheet)
        if element.tag in NEVER_SHOWN or _is_gone(element, style, sheet):
            if element.tag not in NEVER_SHOWN:
                n_gone += _has_words(element)
                element.set(UNSEEN, "")
            looks.append(above)
            parts.append(part)
            walker.skip_subtree()
            continue
        look = _look(element, style, above)
        if look.is_unseen:
            if not above.is_unseen:
                n_parts += 1
                part = n_parts
            if _emptied(element):
                with_words.add(part)
        looks.append(look)
        parts.append(part)
    return n_gone + len(with_words)


def _style(element: etree._Element, sheet: StyleSheet) -> Style:
    """Return what sheets and the element's own style say; its own wins."""
    declared = sheet.declared(element)
    own = _own(element.get("style", ""))
    return tuple({**declared, **dict(own)}.items()) if declared else own


@lru_cache(maxsize=8192)  # a filing writes the same few hundred styles a hundred thousand times
def _own(written: str) -> Style:
    return tuple(declarations(written)[0].items()) if _MAY_MATTER.search(written) else ()


def _is_gone(element: etree._Element, style: Style, sheet: StyleSheet) -> bool:
    """Tell whether nothing of an element is seen, whatever stands in it.

    Never the page itself: scripts that fade a page in start from an invisible one.
    """
    attributes = element.attrib
    if element.tag in HIDDEN_TAGS:
        return True
    if element.tag in ("html", "body"):
        return False
    if "hidden" in attributes or (element.tag == "dialog" and "open" not in attributes):
        return dict(style).get("display", "none") == "none"
    if attributes.get("aria-hidden", "").strip().lower() == "true":
        return not _has_stand_in(element, sheet)
    return bool(style) and _is_unseen_by(style)


@lru_cache(maxsize=8192)
def _is_unseen_by(style: Style) -> bool:
    declared = dict(style)
    return _is_undrawn(declared) or _is_away(declared)


def _is_undrawn(style: Declarations) -> bool:
    """Tell whether a style leaves an element out or makes it transparent or of no extent."""
    if style.get("display") == "none" or style.get("content-visibility") == "hidden":
        return True
    if _NOTHING.fullmatch(style.get("opacity", "1")) or _SHRUNK.fullmatch(style.get("transform", "")):
        return True
    flat = any(
        _NOTHING.fullmatch(style.get(side, "1")) for side in ("height", "max-height", "width", "max-width")
    )
    return flat and _cuts(style)


def _is_away(style: Declarations) -> bool:
    """Tell whether a style puts an element off the page, or cuts off all of it."""
    if _CLIPPED.fullmatch(style.get("clip-path", "")):
        return True
    if _pixels(style.get("text-indent", "")) <= _AWAY:
        return True
    if style.get("position") not in ("absolute", "fixed"):
        return False
    if _CLIPPED.fullmatch(style.get("clip", "")):
        return True
    one_pixel = _pixels(style.get("width", "99")) <= 1 and _pixels(style.get("height", "99")) <= 1
    if one_pixel and _cuts(style):
        return True
    return any(_pixels(style.get(side, "")) <= _AWAY for side in ("left", "top", "right"))


def _cuts(style: Declarations) -> bool:
    return any(
        style.get(name, "").startswith(("hidden", "clip"))
        for name in ("overflow", "overflow-x", "overflow-y")
    )


def _has_stand_in(element: etree._Element, sheet: StyleSheet) -> bool:
    """Tell whether what is kept from screen readers stands beside what is for them only: then it is seen.

    The two and nothing else in a part: <b><i class="unseen">5 dollars</i><i aria-hidden="true">$5</i></b>.
    """
    parent = element.getparent()
    siblings = [] if parent is None or len(parent) != 2 else [each for each in parent if each is not element]
    return any(isinstance(each.tag, str) and _is_away(dict(_style(each, sheet))) for each in siblings)


def _look(element: etree._Element, style: Style, above: _Look) -> _Look:
    """Return what an element hands down, from what it was handed and what it says."""
    attributes = element.attrib
    look = above
    if element.tag == "a" and "href" in attributes:
        look = replace(look, letters=None)  # its colour is the browser's, unless a style says one
    if "background" in attributes:
        look = replace(look, ground=None)
    attribute = attributes.get("color", "") if element.tag == "font" else ""
    if attribute or "bgcolor" in attributes:
        style = (("background", attributes.get("bgcolor", "none")), ("color", attribute or "inherit"), *style)
    if element.tag in ("html", "body"):
        style = tuple(each for each in style if each[0] != "visibility")
    return _handed_down(style, look) if style else look


@lru_cache(maxsize=8192)
def _handed_down(style: Style, look: _Look) -> _Look:
    declared = dict(style)
    return _Look(
        letters=_letters(declared, look.letters),
        ground=_ground(declared, look.ground),
        is_invisible=_is_invisible(declared.get("visibility", "inherit"), look.is_invisible),
        is_tiny=_is_tiny(declared.get("font-size", "inherit"), look.is_tiny),
    )


def _letters(style: Declarations, above: Colour | None) -> Colour | None:
    if any("text" in style.get(name, "") for name in ("background-clip", "-webkit-background-clip")):
        return None
    written = style.get("color", "inherit")
    return above if written in _AS_ABOVE else colour(written)


def _ground(style: Declarations, above: Colour | None) -> Colour | None:
    written = style.get("background-color") or style.get("background") or "none"
    if style.get("background-image", "none") != "none" or "url(" in written:
        return None
    if written in ("none", "initial", *_AS_ABOVE):
        return above
    found = colour(written)
    if found is None or found[3] in (0, 1):
        return above if found is not None and found[3] == 0 else found
    return None


def _is_invisible(written: str, above: bool) -> bool:
    return above if written in _AS_ABOVE else written in ("hidden", "collapse")


def _is_tiny(size: str, above: bool) -> bool:
    """Tell whether letters of a size cannot be read. A size relative to the one above is as tiny as that."""
    if _NOTHING.fullmatch(size):
        return True
    if size in (*_AS_ABOVE, "smaller", "larger") or re.fullmatch(r"[\d.]+(?:em|%)", size):
        return above
    return size.endswith(("px", "pt")) and _pixels(size) <= _LEGIBLE


def _emptied(element: etree._Element) -> bool:
    """Take away the words that stand directly in an element; tell whether there were any."""
    found = bool((element.text or "").strip())
    element.text = None
    for child in element:
        found = found or bool((child.tail or "").strip())
        child.tail = None
    return found


def _has_words(element: etree._Element) -> bool:
    return any(words.strip() for words in element.itertext())


def _has_foreign_style(root: etree._Element) -> bool:
    """Tell whether a page links to a style sheet, which may give it another ground."""
    return any("stylesheet" in link.get("rel", "").lower() for link in root.iter("link"))


def _pixels(written: str) -> float:
    """Return a length in pixels, 0.0 for what is none: "-99em" -> -1584.0."""
    match = _LENGTH.fullmatch(written)
    if match is None or match[1] in ("", "-", ".", "-."):
        return 0.0
    return float(match[1]) * _PIXELS[match[2] or ""]
