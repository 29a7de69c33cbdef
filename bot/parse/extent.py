"""Whether a style leaves an element nowhere to be seen: not drawn, of no size, or put off the page.

Lengths are in pixels. In doubt it is seen: a box of no height that has padding, a least height or room to
grow shows its words, a cell of a table is as large as they are, and what moves may fade in.
"""

from __future__ import annotations

import re

from bot.parse.stylesheet import UNKNOWN, Declarations

NOTHING = re.compile(r"0*\.?0+(?:px|pt|em|rem|%|vh|vw)?")
_LENGTH = re.compile(r"(-?\d{0,6}(?:\.\d{0,6})?)(px|pt|em|rem|%|vw|vh)?")
_CLIPPED = re.compile(
    r"rect\((?:\s*[01](?:px)?\s*,?){4}\)|inset\(\s*(?:50|100)%.*|circle\(\s*0.*|polygon\(0 0, 0 0.*"
)
_SHRUNK = re.compile(r".*\bscale(?:x|y)?\(\s*0*\.?0+\s*(?:,\s*0*\.?0+\s*)?\).*")
_AWAY = -400.0  # pixels off the page's edge: more than a menu slides or a margin hangs
_AWAY_UP = -9000.0  # above a container that may itself be far down the page
_PIXELS = {"px": 1.0, "": 1.0, "pt": 4 / 3, "em": 16.0, "rem": 16.0, "vw": 13.0, "vh": 8.0, "%": 8.0}
_MOVING = (
    "animation animation-name -webkit-animation transition transition-property transition-duration".split()
)
_CELLS = frozenset("td th tr table tbody thead tfoot".split())


def is_undrawn(style: Declarations, tag: str = "") -> bool:
    """Tell whether a style leaves an element out or makes it transparent or of no extent."""
    if style.get("display") == "none" or style.get("content-visibility") == "hidden":
        return True
    is_faded = NOTHING.fullmatch(style.get("opacity", "1")) or _SHRUNK.fullmatch(style.get("transform", ""))
    if is_faded and _is_still(style):
        return True
    display = style.get("display", "")
    if not _cuts(style) or tag in _CELLS or display == UNKNOWN or display.startswith("table"):
        return False
    return any(_is_flat(style, side) for side in ("height", "width"))


def is_away(style: Declarations, *, at_top: bool = False) -> bool:
    """Tell whether a style puts an element off the page, or cuts off all of it; `at_top`: of the body."""
    if _CLIPPED.fullmatch(style.get("clip-path", "")) and _is_still(style):
        return True
    if pixels(style.get("text-indent", "")) <= _AWAY:
        return True
    if style.get("position") not in ("absolute", "fixed"):
        return False
    if _CLIPPED.fullmatch(style.get("clip", "")):
        return True
    if _cuts(style) and all(pixels(style.get(side, ""), 99.0) <= 1 for side in ("width", "height")):
        return True
    far_up = _AWAY if at_top or style["position"] == "fixed" else _AWAY_UP
    most = {"left": _AWAY, "right": _AWAY, "top": far_up}
    return any(
        pixels(written) <= most[side]
        for side in most
        if not (written := style.get(side, "")).endswith("%")  # of a container as wide as who knows
    )


def pixels(written: str, otherwise: float = 0.0) -> float:
    """Return a length in pixels, `otherwise` for what is none: "-99em" -> -1584.0."""
    match = _LENGTH.fullmatch(written)
    if match is None or match[1] in ("", "-", ".", "-."):
        return otherwise
    return float(match[1]) * _PIXELS[match[2] or ""]


def _is_still(style: Declarations) -> bool:
    return all(style.get(name, "none") in ("none", "0s") for name in _MOVING)


def _cuts(style: Declarations) -> bool:
    return any(
        style.get(name, "").startswith(("hidden", "clip"))
        for name in ("overflow", "overflow-x", "overflow-y")
    )


def _is_flat(style: Declarations, side: str) -> bool:
    """Tell whether an element has no height (or width), and nothing that gives it some after all."""
    if not any(NOTHING.fullmatch(style.get(name, "1")) for name in (side, f"max-{side}")):
        return False
    start, edges = (0, ("top", "bottom")) if side == "height" else (1, ("left", "right"))
    padding = style.get("padding", "0").split()
    room = [style.get(f"padding-{edge}", "0") for edge in edges]
    room += [style.get(f"min-{side}", "0"), *(padding[start::2] or padding)]
    grows = [value.split()[0] for name in ("flex", "flex-grow") if (value := style.get(name))]
    return all(NOTHING.fullmatch(each) for each in room) and all(each in ("0", "none") for each in grows)
