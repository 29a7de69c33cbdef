"""Whether the letters of a word processor's file can be seen: their size, colour and ground, as far as known.

In doubt they are seen: automatic colour is chosen so that it is, an outline shows in any colour, and a box,
a table or a page with a picture may have a ground that its file does not say.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.parse.colours import WHITE, Colour, is_seen

TINY_POINTS = 1.5  # letters up to that size are hidden, not small print
_USUAL_POINTS = 12.0


@dataclass(frozen=True, slots=True)
class Look:
    """How letters look. `letters`: their colour, None for automatic; `ground`: None for one not known."""

    letters: Colour | None = None
    ground: Colour | None = WHITE
    points: float = _USUAL_POINTS
    is_hidden: bool = False
    is_outlined: bool = False
    is_raised: bool = False

    @property
    def is_unseen(self) -> bool:
        """Tell whether nobody sees these letters: hidden, of no size, or in the colour of their ground."""
        if self.is_hidden or self.points <= TINY_POINTS:
            return True
        if self.letters is None or self.ground is None or self.is_outlined:
            return False
        return not is_seen(self.letters, self.ground)


def parted(text: str, *, is_raised: bool, after_raised: bool) -> str:
    """Set a raised digit apart from what it stands at: "1,234" with note 1 must not read as "1,2341"."""
    return f" {text}" if is_raised and not after_raised and text[:1].isdigit() else text
