"""Drawings as inline SVG: matplotlib's SVG backend, text as text, colours of the page's style sheet.

A drawing is as wide as a phone, so that its text stays legible on one. The same values give the same bytes.
"""

from __future__ import annotations

import io
import re
import threading
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from bot.evaluate.report.markup import cut, text

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WIDTH = 330  # units, of which there are 72 to matplotlib's inch
TEXT, CHARACTER = 11.5, 7.0  # units high, and about how wide where the font is a wide one
LABEL = 42  # characters of the longest label
# Stand-ins that matplotlib writes as they are; the style sheet says what they look like, light or dark.
INK, SOFT, RAIL, CARD, MAIN, GOOD, BAD, OTHER = (f"#0000{i:02d}" for i in range(1, 9))
CSS_COLOURS = {
    INK: "currentColor",
    SOFT: "var(--soft)",
    RAIL: "var(--line)",
    CARD: "var(--card)",
    MAIN: "var(--accent)",
    GOOD: "var(--good)",
    BAD: "var(--bad)",
    OTHER: "var(--other)",
}
SETTINGS: dict[Any, Any] = {
    "svg.fonttype": "none",
    "text.parse_math": False,  # a "$" in a type's name is a "$"
    "font.size": TEXT,
    "axes.edgecolor": RAIL,
    "axes.labelcolor": SOFT,
    "axes.labelsize": TEXT,
    "xtick.color": RAIL,
    "ytick.color": RAIL,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "text.color": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.facecolor": "none",
}
METADATA = ("Creator", "Date", "Format", "Type")  # left out: what would change, and what nobody reads
_DRAWING = threading.Lock()  # matplotlib's settings are those of the whole process
_INNER_IDS = re.compile(r' id="[A-Za-z0-9.]+_\d+"')  # the same in every drawing, and no link leads to them
_DEFAULT_STYLE = re.compile(
    r"<defs>\s*<style.*?</style>\s*</defs>", re.DOTALL
)  # would hold for the whole page


class Drawing:
    """One drawing: axes to draw on, and then its SVG."""

    def __init__(self, figure: Figure) -> None:
        self.figure = figure

    def axes(self, *, left: float, bottom: float, right: float, top: float) -> Axes:
        """Add axes with these margins in units."""
        width, height = self.figure.get_size_inches() * 72
        box = (
            left / width,
            bottom / height,
            (width - left - right) / width,
            (height - bottom - top) / height,
        )
        return self.figure.add_axes(box)

    def svg(self, aloud: str) -> str:
        """Return the drawing as an element with what is read aloud in its place."""
        written = io.StringIO()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # letters its own font lacks: the browser's font has them
            self.figure.savefig(written, format="svg", transparent=True, metadata=dict.fromkeys(METADATA))
        drawn = written.getvalue()
        drawn = _DEFAULT_STYLE.sub("", _INNER_IDS.sub("", drawn[drawn.index("<svg") :]))
        for stand_in, colour in CSS_COLOURS.items():
            drawn = drawn.replace(stand_in, colour)
        view = f'viewBox="0 0 {WIDTH} {self.figure.get_size_inches()[1] * 72:.0f}"'
        content = drawn[drawn.index(">") + 1 :]
        return f'<svg class="drawing" {view} role="img" aria-label="{text(aloud, 2_000)}">{content}'


@contextmanager
def drawing(height: int, *, salt: str) -> Iterator[Drawing]:
    """Give an empty drawing of a height in units; `salt` keeps its ids apart from those of others."""
    import matplotlib  # half a second, only where something is drawn
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    with _DRAWING, matplotlib.rc_context():
        matplotlib.rcdefaults()  # whatever this user has set
        matplotlib.rcParams.update(SETTINGS | {"svg.hashsalt": salt})
        figure = Figure(figsize=(WIDTH / 72, height / 72))
        FigureCanvasSVG(figure)
        yield Drawing(figure)


def label(words: str) -> str:
    """Return a label of one short line, without what turns the direction of writing around it."""
    shown = "".join(character if character.isprintable() else " " for character in words)
    return cut(" ".join(shown.split()), LABEL)


def width_of(words: Sequence[str]) -> float:
    """Return about how many units the longest of some labels takes, with a gap."""
    return max(map(len, words), default=0) * CHARACTER + 12
