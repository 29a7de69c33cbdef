"""Words of a web page that no reader sees are taken out of its tree, and counted, before it is read.

Decided by the element's attributes, its own style and the page's style sheets (`stylesheet.py`): not
displayed, invisible, of no size, transparent, clipped away or placed off the page (`extent.py`), or in the
colour of its ground (`ground.py`). In doubt a word is read: nothing is fetched, and no script is run. Text
for screen readers only counts as unseen, and so does what is kept from them (aria-hidden) unless it stands
beside such text, or is all there is below a label for them. A closed `<details>` is one press away, and read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from lxml import etree

from bot.parse.colours import BLACK, WHITE, Colour, colour, is_seen
from bot.parse.extent import NOTHING, is_away, is_undrawn, pixels
from bot.parse.ground import ground, has_backdrop
from bot.parse.hidden import HIDDEN_TAGS, NEVER_SHOWN, UNSEEN
from bot.parse.stylesheet import NOTHING_SAID, UNKNOWN, Declarations, Said, Style, StyleSheet, declarations

_LEGIBLE = 1.5  # pixels: letters up to that high are hidden, not small print
_AS_ABOVE = ("inherit", "unset", "currentcolor")
_COLOURS = {"font": "color", "body": "text"}  # the attribute that says the colour of the letters
_MOST_LABELLED = 200  # parts of an element with a label that are looked at
_MAY_MATTER = re.compile(
    r"display|visibility|opacity|font-size|color|background|indent|clip|position|transform|height|width|over"
    r"|animation|transition|padding|flex|grid|margin(?:-top|-bottom)?\s*:[^;]*-",
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
    styles = {root: _style(root, sheet)}  # of the elements that are come to next
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
        style = styles.pop(element)
        if element.tag in NEVER_SHOWN or _is_gone(element, style, sheet):
            if element.tag not in NEVER_SHOWN:
                n_gone += _has_words(element)
                element.set(UNSEEN, "")
            looks.append(above)
            parts.append(part)
            walker.skip_subtree()
            continue
        below = {child: _style(child, sheet) for child in element if isinstance(child.tag, str)}
        styles.update(below)
        look = _look(element, style, above)
        if look.ground is not None and has_backdrop(element, below):
            look = replace(look, ground=None)
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
    """Return what sheets and the element's own style say."""
    return tuple(sheet.declared(element, _own(element.get("style", ""))).items())


@lru_cache(maxsize=8192)  # a filing writes the same few hundred styles a hundred thousand times
def _own(written: str) -> Said:
    return declarations(written) if _MAY_MATTER.search(written) else NOTHING_SAID


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
        return not (_has_stand_in(element, sheet) or _is_labelled(element))
    parent = element.getparent()
    return bool(style) and _is_unseen_by(style, str(element.tag), parent is not None and parent.tag == "body")


@lru_cache(maxsize=8192)
def _is_unseen_by(style: Style, tag: str, at_top: bool) -> bool:
    declared = dict(style)
    return is_undrawn(declared, tag) or is_away(declared, at_top=at_top)


def _has_stand_in(element: etree._Element, sheet: StyleSheet) -> bool:
    """Tell whether what is kept from screen readers stands beside what is for them only: then it is seen.

    The two and nothing else in a part: <b><i class="unseen">5 dollars</i><i aria-hidden="true">$5</i></b>.
    """
    parent = element.getparent()
    siblings = [] if parent is None or len(parent) != 2 else [each for each in parent if each is not element]
    return any(isinstance(each.tag, str) and is_away(dict(_style(each, sheet))) for each in siblings)


def _is_labelled(element: etree._Element) -> bool:
    """Tell whether what is kept from screen readers is all of an element that has a label for them instead.

    Headlines that are set letter by letter: <h1 aria-label="Up 5%"><i aria-hidden="true">Up</i> ...</h1>.
    """
    parent = element.getparent()
    if parent is None or not parent.get("aria-label", "").strip() or len(parent) > _MOST_LABELLED:
        return False
    others = [each for each in parent if each.get("aria-hidden", "").strip().lower() != "true"]
    between = [parent.text, *(each.tail for each in parent)]
    return not any((words or "").strip() for words in between) and not any(
        _has_words(each) for each in others
    )


def _look(element: etree._Element, style: Style, above: _Look) -> _Look:
    """Return what an element hands down, from what it was handed and what it says."""
    attributes = element.attrib
    look = above
    if element.tag == "a" and "href" in attributes:
        look = replace(look, letters=None)  # its colour is the browser's, unless a style says one
    if "background" in attributes:
        look = replace(look, ground=None)
    attribute = attributes.get(_COLOURS.get(str(element.tag), "color"), "") if element.tag in _COLOURS else ""
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
        ground=ground(declared, look.ground),
        is_invisible=_is_invisible(declared.get("visibility", "inherit"), look.is_invisible),
        is_tiny=_is_tiny(declared.get("font-size", "inherit"), look.is_tiny),
    )


def _letters(style: Declarations, above: Colour | None) -> Colour | None:
    clips = (style.get(name, "") for name in ("background-clip", "-webkit-background-clip"))
    if any("text" in clip or clip == UNKNOWN for clip in clips):
        return None
    written = style.get("color", "inherit")
    return above if written in _AS_ABOVE else colour(written)


def _is_invisible(written: str, above: bool) -> bool:
    return above if written in _AS_ABOVE else written in ("hidden", "collapse")


def _is_tiny(size: str, above: bool) -> bool:
    """Tell whether letters of a size cannot be read. A size relative to the one above is as tiny as that."""
    if NOTHING.fullmatch(size):
        return True
    if size in (*_AS_ABOVE, "smaller", "larger") or re.fullmatch(r"[\d.]+(?:em|%)", size):
        return above
    return size.endswith(("px", "pt")) and pixels(size) <= _LEGIBLE


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
    if any("@import" in (sheet.text or "").lower() for sheet in root.iter("style")):
        return True
    return any("stylesheet" in link.get("rel", "").lower() for link in root.iter("link"))
