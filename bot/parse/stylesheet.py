"""What a page's own style sheets say of an element, as far as it can hide one.

A small part of CSS, read so that in doubt nothing is hidden. A rule counts where its selector is made of
tags, classes and ids, also below others ("div.a > .b"). A selector with more to it (":hover", "[open]"), and
one that holds on some screens only, may match or may not: what it says of a property makes that property
UNKNOWN for the elements it could mean. So does a rule that others are nested in, and a sheet that browsers
read without scripts only. Sheets that the page links to are not fetched.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from lxml import etree

MAX_CHARACTERS = 2_000_000  # of all sheets of a page
MAX_RULES = 20_000
MAX_TRIED = 500_000  # parts of rules tried on elements; past a limit the sheets hide nothing
PROPERTIES = frozenset(
    "display visibility opacity font-size color background background-color background-image "
    "background-clip -webkit-background-clip position left right top bottom text-indent clip clip-path width "
    "height max-height max-width overflow overflow-x overflow-y transform content-visibility "
    "min-height min-width padding padding-top padding-right padding-bottom padding-left flex flex-grow "
    "margin margin-top margin-bottom grid-area grid-row grid-column animation animation-name "
    "-webkit-animation transition transition-property transition-duration".split()
)
UNKNOWN = "?"  # the value of a property that the sheets may set, or may set to something else
ADDED = "::before"  # stands for a ground that may be drawn before or after an element's words, under them
_ONLY_HIDES = {("display", "none"), ("visibility", "hidden"), ("visibility", "collapse"), ("opacity", "0")}
MAX_NESTED = 8  # rules within rules
_LET_BE = {"color": UNKNOWN, "background-image": UNKNOWN}  # what is known of all, where not all rules are
_MAX_WITHIN = 2000  # characters of the selectors of a nested rule, written out
_MAYBE_READ = ("noscript", "template", "svg")
Declarations = Mapping[str, str]
Style = tuple[tuple[str, str], ...]  # declarations, in a form that can be looked up
Said = tuple[Declarations, frozenset[str]]  # and which of it is "!important"
NOTHING_SAID: Said = ({}, frozenset())
_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)", re.DOTALL)
_STRING = re.compile(r""""[^"\n]*"|'[^'\n]*'""")
_SIMPLE = re.compile(r"(?:[a-z][a-z0-9-]*|\*)?(?:[.#][\w-]+)*", re.IGNORECASE)
_COMPOUND = re.compile(r"(?P<tag>[a-z][a-z0-9-]*|\*)?(?P<marks>(?:[.#][\w-]+)*)", re.IGNORECASE)
_MAX_SELECTOR = 300  # characters; a longer one is not read
_COMBINATORS = re.compile(r"\s*(>)\s*|\s+")
_PSEUDO_ELEMENT = re.compile(r"::|:(?:before|after|first-line|first-letter)\b", re.IGNORECASE)
_DRAWN = re.compile(r"::?(?:before|after)\b", re.IGNORECASE)
_EVERY_SCREEN = re.compile(
    r"@media\s+(?:only\s+)?(?:screen|all)(?:\s*,\s*(?:screen|all|print))*\s*", re.IGNORECASE
)
_OTHER_MEDIA = re.compile(r"@media\s+(?:only\s+)?(?:print|speech|aural|braille)\s*", re.IGNORECASE)
_CONDITIONAL = ("@media", "@supports", "@layer", "@container", "@scope")


@dataclass(frozen=True, slots=True)
class _Compound:
    """One part of a selector: "p.a#b" is tag "p", classes {"a"}, ids {"b"}; `near`: the parent, not above."""

    tag: str = ""
    classes: frozenset[str] = frozenset()
    ids: frozenset[str] = frozenset()
    near: bool = False

    def matches(self, element: etree._Element) -> bool:
        """Tell whether an element is meant."""
        if self.tag and element.tag != self.tag:
            return False
        if self.ids and not self.ids <= {element.get("id", "")}:
            return False
        return not self.classes or self.classes <= set(element.get("class", "").split())


@dataclass(frozen=True, slots=True)
class _Rule:
    """`parts` from the element itself upwards; `is_sure`: it holds wherever the parts match."""

    parts: tuple[_Compound, ...]
    declarations: Declarations
    important: frozenset[str]
    weight: tuple[int, int, int, int]  # how specific the selector is, then its place
    is_sure: bool


@dataclass(slots=True)
class StyleSheet:
    """The rules of a page, by what the last part of their selectors asks for."""

    _rules: dict[str, list[_Rule]] = field(default_factory=lambda: defaultdict(list))
    _known: dict[tuple[str, str, str], tuple[list[_Rule], Said | None]] = field(default_factory=dict)
    n_rules: int = 0
    n_tried: int = 0

    @classmethod
    def of(cls, root: etree._Element) -> StyleSheet:
        """Read the <style> elements of a page."""
        sheet, n_characters = cls(), 0
        for element in root.iter("style"):
            media = element.get("media", "").strip().lower()
            words = element.text or ""
            n_characters += len(words)
            if n_characters > MAX_CHARACTERS:
                sheet.n_rules = MAX_RULES
                break
            if media in ("print", "speech"):
                continue
            is_sure = (
                media in ("", "all", "screen") and next(element.iterancestors(*_MAYBE_READ), None) is None
            )
            sheet._read(_STRING.sub('""', _COMMENT.sub(" ", words)), is_sure=is_sure)
        return sheet

    def declared(self, element: etree._Element, own: Said = NOTHING_SAID) -> Declarations:
        """Return what the sheets and an element's own style say of it.

        A property of which the sheets may say two things is UNKNOWN, unless its own style wins over them.
        """
        if not self.n_rules:
            return own[0]
        if self.n_rules >= MAX_RULES or self.n_tried > MAX_TRIED:
            return {**_LET_BE, **own[0]}
        declared, important = self._said(element)
        stronger = {name: declared[name] for name in important - own[1]}
        return {**declared, **own[0], **stronger}

    def _said(self, element: etree._Element) -> Said:
        key = (str(element.tag), element.get("id", ""), element.get("class", ""))
        if key not in self._known:
            rules = sorted(self._candidates(element), key=lambda rule: rule.weight)
            alone = all(len(rule.parts) == 1 for rule in rules)
            self._known[key] = rules, _won(rules) if alone else None
        rules, won = self._known[key]
        if won is None:
            self.n_tried += sum(len(rule.parts) for rule in rules)
            won = _won([rule for rule in rules if _matches(rule.parts, element)])
        return won

    def _candidates(self, element: etree._Element) -> Iterator[_Rule]:
        """Yield the rules whose last part means the element."""
        keys = [f".{name}" for name in dict.fromkeys(element.get("class", "").split())]
        if identity := element.get("id"):
            keys.append(f"#{identity}")
        for key in (*keys, str(element.tag), "*"):
            rules = self._rules.get(key, ())
            self.n_tried += len(rules)
            yield from (rule for rule in rules if rule.parts[0].matches(element))

    def _read(self, words: str, *, is_sure: bool, within: str = "", depth: int = 0) -> None:
        """Add the rules of a sheet, or of what is nested in a rule: `within` are that rule's selectors."""
        for head, body in _blocks(words):
            if self.n_rules >= MAX_RULES:
                return
            if depth > MAX_NESTED:
                self.n_rules = MAX_RULES
                return
            if not head.startswith("@"):
                selectors = _written_out(head, within)
                is_nest = "{" in body  # then all it says may be said of it, or of what is nested
                self._add(selectors, re.sub(r"[{}]", ";", body), is_sure=is_sure and not is_nest)
                if is_nest:
                    self._read(body, is_sure=False, within=selectors, depth=depth + 1)
            elif _EVERY_SCREEN.fullmatch(head):
                self._read(body, is_sure=is_sure, within=within, depth=depth + 1)
            elif not _OTHER_MEDIA.fullmatch(head) and head.lower().startswith(_CONDITIONAL):
                self._read(body, is_sure=False, within=within, depth=depth + 1)

    def _add(self, selectors: str, body: str, *, is_sure: bool) -> None:
        said = declarations(body)
        has_ground = any(name.startswith("background") for name in said[0])
        for selector in selectors.split(",") if said[0] else ():
            if self.n_rules >= MAX_RULES:
                return
            (declared, important), sure = said, is_sure
            if added := _PSEUDO_ELEMENT.search(selector):  # of what is added around the words, not of them
                if not (has_ground and _DRAWN.match(selector, added.start())):
                    continue
                selector = selector[: added.start()]
                selector += "*" if not selector or selector[-1] in " >+~" else ""
                declared, important, sure = {ADDED: UNKNOWN}, frozenset(), False
            parts, known = _parts(selector.strip())
            rule = _Rule(parts, declared, important, _weight(parts, self.n_rules), sure and known)
            self._rules[_key(parts[0])].append(rule)
            self.n_rules += 1


def declarations(body: str) -> tuple[dict[str, str], frozenset[str]]:
    """Return what a block declares of the properties that matter, and which of it is "!important".

    Example: "color: red; display:none !important" -> {"color": "red", "display": "none"}, {"display"}
    """
    declared: dict[str, str] = {}
    important = set()
    for each in body.split(";"):
        name, colon, value = each.partition(":")
        name = name.strip().lower()
        if not colon or name not in PROPERTIES:
            continue
        value = " ".join(value.split()).lower()
        if value.endswith("important"):
            value = value.removesuffix("important").rstrip("! ")
            important.add(name)
        elif name in important:
            continue
        declared[name] = value
    return declared, frozenset(important)


def _blocks(words: str) -> Iterator[tuple[str, str]]:
    """Cut a sheet at its outermost braces: ("p.a", "color: red"). One pass; what does not close is left."""
    depth = start = opened = 0
    head = ""
    for match in re.finditer(r"[{};]", words):
        place, sign = match.start(), match[0]
        if sign == "{":
            if depth == 0:
                head, opened = words[start:place].strip(), place + 1
            depth += 1
        elif sign == "}":
            depth = max(0, depth - 1)
            if depth == 0:
                if head:
                    yield head, words[opened:place]
                head, start = "", place + 1
        elif depth == 0:  # "@import ...;"
            start = place + 1


def _written_out(selectors: str, within: str) -> str:
    """Return a nested rule's selectors with "&" as what it stands for: "&.b", "p, .a" -> "p.b, .a.b".

    What does not say "&" is below the rule, and may mean what its own selectors mean.
    """
    if "&" not in selectors:
        return selectors
    if len(selectors) * (within.count(",") + 1) + len(within) * selectors.count("&") > _MAX_WITHIN:
        return selectors.replace("&", "*")
    return ",".join(selectors.replace("&", each.strip()) for each in within.split(",") if each.strip())


def _parts(selector: str) -> tuple[tuple[_Compound, ...], bool]:
    """Read a selector from its end upwards; the second is False where there is more to it than is read."""
    selector = selector[: _MAX_SELECTOR + 1]
    pieces = [piece for piece in _COMBINATORS.split(selector) if piece]
    known = 0 < len(selector) <= _MAX_SELECTOR and all(
        piece == ">" or _SIMPLE.fullmatch(piece) for piece in pieces
    )
    if not known:  # what can be read of its last part tells whom it may mean
        last = re.split(r"[\s>+~]", re.sub(r"\([^)]*\)?", "", selector))[-1] if selector else ""
        last = re.sub(r"^(?:html)?:root\b", "html", last, flags=re.IGNORECASE)
        match = _COMPOUND.match(re.split(r"[:\[]", last)[0])
        return (_compound(match),), False
    parts: list[_Compound] = []
    near = False
    for piece in reversed(pieces):
        if piece == ">":
            near = True
            continue
        match = _COMPOUND.fullmatch(piece)
        parts.append(_compound(match, near=near))
        near = False
    return tuple(parts), True


def _compound(match: re.Match[str] | None, *, near: bool = False) -> _Compound:
    if match is None:
        return _Compound(near=near)
    tag = (match["tag"] or "").lower()
    marks = re.findall(r"[.#][\w-]+", match["marks"])
    classes = frozenset(mark[1:] for mark in marks if mark[0] == ".")
    ids = frozenset(mark[1:] for mark in marks if mark[0] == "#")
    return _Compound("" if tag == "*" else tag, classes, ids, near)


def _key(part: _Compound) -> str:
    if part.classes:
        return f".{min(part.classes)}"
    return f"#{min(part.ids)}" if part.ids else part.tag or "*"


def _weight(parts: tuple[_Compound, ...], place: int) -> tuple[int, int, int, int]:
    n_ids = sum(len(part.ids) for part in parts)
    n_classes = sum(len(part.classes) for part in parts)
    return n_ids, n_classes, sum(bool(part.tag) for part in parts), place


def _won(rules: list[_Rule]) -> Said:
    """Return what rules, the weightier later, come to: UNKNOWN where one of them may say otherwise.

    What may hide an element and may not shows it in no case, so that puts nothing in doubt.
    """
    won: dict[str, str] = {}
    unsure: dict[str, str] = {}
    for rule in rules:
        if rule.is_sure:
            won.update(rule.declarations)
        else:
            said = rule.declarations.items()
            unsure.update({name: UNKNOWN for name, value in said if (name, value) not in _ONLY_HIDES})
    for rule in rules:
        won.update({name: rule.declarations[name] for name in rule.important if rule.is_sure})
    important = {name for rule in rules for name in rule.important if rule.is_sure or name in unsure}
    return {**won, **unsure}, frozenset(important)


def _matches(parts: tuple[_Compound, ...], element: etree._Element) -> bool:
    """Tell whether an element and those above it are as a selector asks; each part takes the nearest."""
    if not parts[0].matches(element):
        return False
    above = element.getparent()
    for part in parts[1:]:
        while above is not None and not part.matches(above):
            if part.near:
                return False
            above = above.getparent()
        if above is None:
            return False
        above = above.getparent()
    return True
