"""How an OpenDocument text says that letters look: its styles, each built on others.

Follows the OpenDocument 1.3 specification, part 3, as far as it decides whether letters are seen. In doubt a
colour or a ground is not known: pages with pictures under the text, tables by template, styles on condition.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from lxml import etree

from bot.parse.archive import attribute, child, local
from bot.parse.colours import WHITE, Colour, colour
from bot.parse.letters import Look

_MAX_STYLES_UP = 20  # a style may build on another, and a hostile one on itself
_LENGTH = re.compile(r"(\d{1,6}(?:\.\d{0,6})?|\.\d{1,6})(pt|px|in|cm|mm|pc|%)")
_POINTS = {"pt": 1.0, "px": 0.75, "in": 72.0, "cm": 28.35, "mm": 2.835, "pc": 12.0}
_UNKNOWN = "?"  # of a colour: there is one, or it is automatic
_OUTLINES = {"text-outline": "false", "text-shadow": "none", "font-relief": "none"}

Said = Mapping[str, str]


@dataclass(slots=True)
class OdtStyles:
    """The styles of a document by family and name, and the ground of its pages (None: not known)."""

    page: Colour | None = WHITE
    _styles: dict[tuple[str, str], etree._Element] = field(default_factory=dict)
    _own: dict[tuple[str, str], Said] = field(default_factory=dict)
    _said: dict[tuple[str, str], Said] = field(default_factory=dict)

    @classmethod
    def of(cls, content: etree._Element | None, styles: etree._Element | None) -> OdtStyles:
        """Read the styles of content.xml and styles.xml; a missing part says nothing."""
        found = cls(WHITE if _is_plain_paper(content) and _is_plain_paper(styles) else None)
        for held in (child(styles, "styles"), child(content, "automatic-styles")):
            for style in () if held is None else held:
                if local(style) in ("style", "default-style"):
                    found._styles[attribute(style, "family"), attribute(style, "name")] = style
        return found

    def look(self, family: str, name: str, above: Look) -> Look:
        """Return how letters look in an element of a style; `above`: in the one that it stands in."""
        said = self._of(family, name)
        return Look(
            letters=_letters(said, above.letters),
            ground=_ground(said.get("highlight"), _ground(said.get("ground"), above.ground)),
            points=_points(said.get("size", ""), above.points),
            is_hidden=said["display"] == "none" if "display" in said else above.is_hidden,
            is_outlined=said["outline"] == "yes" if "outline" in said else above.is_outlined,
            is_raised=_is_raised(said["position"]) if "position" in said else above.is_raised,
        )

    def _of(self, family: str, name: str) -> Said:
        """Return what a style and those it builds on say, the nearest word first; kept once it is known."""
        key = (family, name)
        if key not in self._said:
            chain = [key]
            while chain[-1] in self._styles and len(chain) < _MAX_STYLES_UP:
                up = attribute(self._styles[chain[-1]], "parent-style-name")
                if not up:
                    break
                chain.append((family, up))
            if name:
                chain.append((family, ""))  # the default
            said: dict[str, str] = {}
            for each in reversed(chain):
                said |= _resolved(self._sayings_of(each), said.get("size", ""))
            self._said[key] = said
        return self._said[key]

    def _sayings_of(self, key: tuple[str, str]) -> Said:
        """Return what a style itself says; nothing where there is none. Many may build on one."""
        if key not in self._own:
            style = self._styles.get(key)
            self._own[key] = {} if style is None else dict(_sayings(style))
        return self._own[key]


def _resolved(own: Said, size_above: str) -> dict[str, str]:
    """Return what a style says, a size in per cent of the one above turned into its measure."""
    said = dict(own)
    percent, above = _LENGTH.fullmatch(said.get("size", "")), _LENGTH.fullmatch(size_above)
    if percent and percent[2] == "%" and above:
        said["size"] = f"{float(percent[1]) * float(above[1]) / 100:.4f}{above[2]}"
    return said


def _sayings(style: etree._Element) -> Iterator[tuple[str, str]]:
    """Yield what a style says of letters and their ground, as ("size", "9pt"); "map": what another may."""
    for properties in style:
        kind = local(properties)
        if kind == "map":
            yield "colour", _UNKNOWN
        elif kind == "text-properties":
            yield from _of_text(properties)
        elif kind.endswith("-properties"):
            if _has_picture(properties):
                yield "ground", _UNKNOWN
            elif ground := attribute(properties, "background-color"):
                yield "ground", ground


def _of_text(properties: etree._Element) -> Iterator[tuple[str, str]]:
    is_automatic = attribute(properties, "use-window-font-color") == "true"
    outlines = [(attribute(properties, name), none) for name, none in _OUTLINES.items()]
    written = {
        "colour": _UNKNOWN if is_automatic else attribute(properties, "color"),
        "opacity": attribute(properties, "opacity"),
        "highlight": attribute(properties, "background-color"),
        "size": attribute(properties, "font-size"),
        "display": attribute(properties, "display"),
        "position": attribute(properties, "text-position"),
        "outline": "yes" if any(said not in ("", none) for said, none in outlines) else "",
    }
    yield from ((name, value) for name, value in written.items() if value)


def _letters(said: Said, above: Colour | None) -> Colour | None:
    found = colour(said["colour"]) if "colour" in said else above
    if found is not None and said.get("opacity", "").strip("0") == "%":
        return (*found[:3], 0.0)
    return found


def _ground(written: str | None, above: Colour | None) -> Colour | None:
    if written in (None, "", "transparent"):
        return above
    return colour(written or "")


def _is_raised(position: str) -> bool:
    """Tell whether letters stand above their line: "super 58%", "33% 58%"."""
    return position.startswith("super") or (position[:1].isdigit() and not position.startswith("0%"))


def _points(written: str, above: float) -> float:
    """Read a size of letters; one that is not understood is the one above. "50%", 12.0 -> 6.0."""
    if match := _LENGTH.fullmatch(written):
        return float(match[1]) * (above / 100 if match[2] == "%" else _POINTS[match[2]])
    return above


def _is_plain_paper(part: etree._Element | None) -> bool:
    """Tell whether the pages of a part are white, and no picture or shape is set to lie under their words."""
    if part is None:
        return True
    grounds = (attribute(page, "background-color") for page in part.iter("{*}page-layout-properties"))
    filled = any(
        _has_picture(page) or attribute(page, "fill") not in ("", "none")
        for page in part.iter("{*}page-layout-properties")
    )
    under = any(attribute(box, "wrap") == "run-through" for box in part.iter("{*}graphic-properties"))
    return not filled and not under and all(_ground(ground, WHITE) == WHITE for ground in grounds)


def _has_picture(properties: etree._Element) -> bool:
    """Tell whether properties name a picture for the ground; an empty element says that there is none."""
    picture = child(properties, "background-image")
    return picture is not None and bool(picture.attrib or len(picture))
