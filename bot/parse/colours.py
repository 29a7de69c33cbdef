"""Colours as style sheets write them, as far as one must know whether two of them can be told apart."""

from __future__ import annotations

import re
from functools import lru_cache

Colour = tuple[int, int, int, float]  # red, green, blue in 0..255, and how opaque in 0..1

BLACK: Colour = (0, 0, 0, 1.0)
WHITE: Colour = (255, 255, 255, 1.0)
_NAMED: dict[str, Colour] = {
    "white": WHITE,
    "black": BLACK,
    "transparent": (0, 0, 0, 0.0),
    "snow": (255, 250, 250, 1.0),
    "ghostwhite": (248, 248, 255, 1.0),
    "whitesmoke": (245, 245, 245, 1.0),
    "red": (255, 0, 0, 1.0),
    "green": (0, 128, 0, 1.0),
    "blue": (0, 0, 255, 1.0),
    "yellow": (255, 255, 0, 1.0),
    "gray": (128, 128, 128, 1.0),
    "grey": (128, 128, 128, 1.0),
    "silver": (192, 192, 192, 1.0),
    "navy": (0, 0, 128, 1.0),
}
_HEX = re.compile(r"#?([0-9a-f]{3,8})")
_FUNCTION = re.compile(r"rgba?\(([^()]{1,60})\)")
_NEAR = 10  # of 255: closer than that no eye parts letters from their ground
_FAINT = 0.05  # opaque by less than that is not seen


@lru_cache(maxsize=4096)
def colour(written: str) -> Colour | None:
    """Read a colour, None for one that is not known: "#FFF" -> (255, 255, 255, 1.0)."""
    written = written.strip().lower()
    if written in _NAMED:
        return _NAMED[written]
    if match := _HEX.fullmatch(written):
        return _of_hex(match[1])
    if match := _FUNCTION.fullmatch(written):
        return _of_function(match[1])
    return None


def is_seen(letters: Colour, ground: Colour) -> bool:
    """Tell whether letters of one colour can be seen on another."""
    if letters[3] < _FAINT:
        return False
    return any(abs(a - b) > _NEAR for a, b in zip(letters[:3], ground[:3], strict=True))


def _of_hex(digits: str) -> Colour | None:
    if len(digits) in (3, 4):
        digits = "".join(2 * digit for digit in digits)
    if len(digits) not in (6, 8):
        return None
    red, green, blue, alpha = bytes.fromhex(digits.ljust(8, "f"))
    return red, green, blue, alpha / 255


def _of_function(inside: str) -> Colour | None:
    parts = inside.replace(",", " ").replace("/", " ").split()
    if len(parts) not in (3, 4):
        return None
    try:
        red, green, blue = (min(255, round(float(part.rstrip("%")) * (2.55 if "%" in part else 1)))
                            for part in parts[:3])  # fmt: skip
        alpha = parts[3] if len(parts) == 4 else "1"
        return red, green, blue, float(alpha.rstrip("%")) * (0.01 if "%" in alpha else 1)
    except (ValueError, OverflowError):
        return None
