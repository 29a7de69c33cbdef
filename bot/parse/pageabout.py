"""What a web page says of itself: headline, authors, site, day of publication, whether it is an article.

Asked in this order, the first that tells a thing is taken: linked data (schema.org, JSON-LD), <meta> (Open
Graph, Dublin Core and the like), what is marked in the text (itemprop, rel="author", <time>), and a line that
begins with "By". All of it is the page's word, kept as metadata and never as text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from lxml import etree

from bot.parse.cleaning import one_line
from bot.parse.filing import iso_date

MAX_LINKED_DATA = 1_000_000  # characters of one script
MAX_AUTHORS = 10
_META = {  # name, property or itemprop -> key of our metadata; the first that a page gives is taken
    "author": "author",
    "article:author": "author",
    "dc.creator": "author",
    "dcterms.creator": "author",
    "citation_author": "author",
    "parsely-author": "author",
    "sailthru.author": "author",
    "byl": "author",
    "article:published_time": "date",
    "datepublished": "date",
    "date": "date",
    "dc.date": "date",
    "dc.date.issued": "date",
    "dcterms.date": "date",
    "dcterms.issued": "date",
    "citation_publication_date": "date",
    "parsely-pub-date": "date",
    "sailthru.date": "date",
    "pubdate": "date",
    "publish-date": "date",
    "og:site_name": "site",
    "application-name": "site",
    "og:url": "url",
    "og:title": "headline",
    "og:type": "kind",
}
_ARTICLE = re.compile(
    r"(?:News|Blog|Scholarly|Tech|Report|Review|Opinion|Analysis\w*)*(?:Article|Posting|BlogPosting|Report)"
)
_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_BYLINE_CLASS = re.compile(r"(?:^|[\s_-])(?:byline|author(?:-name|s)?)(?:$|[\s_-])", re.IGNORECASE)
_BY = re.compile(
    r"^(?:written\s+)?by:?\s+(?P<who>[A-Z][\w'’.-]*(?:\s+(?:and\s+|de\s+|van\s+|von\s+)?[A-Z][\w'’.-]*){1,7})",
    re.IGNORECASE,
)
_BY_STRICT = re.compile(r"^By:?\s+(?P<who>[A-Z][\w'’.-]*(?:,?\s+(?:and|de|van|von|[A-Z][\w'’.-]*)){1,8})\s*$")
_ADDRESS = re.compile(r"^https?://", re.IGNORECASE)
_SEPARATORS = "|-–—·:»"
_LOOKED_AT = 400  # elements with a class or a short line in which a byline is looked for


def about_page(root: etree._Element) -> dict[str, str]:
    """Return "title", "headline", "author", "site", "date" (ISO where it is a date), "url", "kind".

    "kind" is "article" where the page says so. "title" is that of <title>, without its site's name.
    """
    about: dict[str, str] = {}
    for source in (_linked_data, _metas, _marked, _byline):
        for key, value in source(root):
            if value and key not in about:
                about[key] = value
    if "date" in about and not _ISO_DAY.match(about["date"]):
        about["date"] = iso_date(about["date"]) or about["date"]
    for element in root.iter("link"):
        if element.get("rel", "").lower() == "canonical" and element.get("href"):
            about["url"] = one_line(element.get("href", ""))
    title = next(root.iter("title"), None)
    if title is not None:
        about["title"] = _without_site(one_line("".join(title.itertext())), about.get("site", ""))
    return about


def _linked_data(root: etree._Element) -> Iterator[tuple[str, str]]:
    """Yield what the first article of a page's linked data says."""
    for script in root.iter("script"):
        words = script.text or ""
        if "ld+json" not in script.get("type", "") or not 0 < len(words) <= MAX_LINKED_DATA:
            continue
        try:
            held = json.loads(words)
        except (ValueError, RecursionError):
            continue
        article = next((each for each in _objects(held) if _is_article(each)), None)
        if article is not None:
            yield "kind", "article"
            yield "headline", _text(article.get("headline"))
            yield "author", ", ".join(dict.fromkeys(_names(article.get("author"))))
            yield "date", _text(article.get("datePublished") or article.get("dateCreated"))
            yield "site", next(_names(article.get("publisher")), "")
            return


def _objects(held: Any) -> Iterator[Mapping[str, Any]]:  # noqa: ANN401 - any JSON
    """Yield the objects at the top of linked data: itself, a list's, a graph's, and a page's main one."""
    for each in held if isinstance(held, list) else [held]:
        if isinstance(each, dict):
            yield each
            for inner in ("@graph", "mainEntity", "mainEntityOfPage"):
                below = each.get(inner)
                yield from (
                    one for one in (below if isinstance(below, list) else [below]) if isinstance(one, dict)
                )


def _is_article(held: Mapping[str, Any]) -> bool:
    kinds = held.get("@type")
    return any(
        isinstance(kind, str) and _ARTICLE.fullmatch(kind)
        for kind in (kinds if isinstance(kinds, list) else [kinds])
    )


def _names(held: Any) -> Iterator[str]:  # noqa: ANN401 - any JSON
    """Yield the names of people or publishers, however they are written."""
    for each in (held if isinstance(held, list) else [held])[:MAX_AUTHORS]:
        name = _text(each.get("name") if isinstance(each, dict) else each)
        if name and not _ADDRESS.match(name):
            yield name


def _text(held: Any) -> str:  # noqa: ANN401 - any JSON
    return one_line(held) if isinstance(held, str) else ""


def _metas(root: etree._Element) -> Iterator[tuple[str, str]]:
    for element in root.iter("meta"):
        named = element.get("property") or element.get("name") or element.get("itemprop") or ""
        key, value = _META.get(named.strip().lower()), one_line(element.get("content") or "")
        if key and not (key == "author" and _ADDRESS.match(value)):
            yield key, value.lower() if key == "kind" else value


def _marked(root: etree._Element) -> Iterator[tuple[str, str]]:
    """Yield what the text marks as author and date: microdata, rel="author", <time> of publication."""
    for element in root.iter("time", "a", "span", "p", "div", "address"):
        prop = element.get("itemprop", "").lower()
        if prop == "datepublished" or (element.tag == "time" and "pubdate" in element.attrib):
            yield (
                "date",
                one_line(element.get("datetime") or element.get("content") or "".join(element.itertext())),
            )
        elif prop in ("author", "creator") or (
            element.tag == "a" and element.get("rel", "").lower() == "author"
        ):
            yield "author", _who("".join(element.itertext()))
    times = [element for element in root.iter("time") if _ISO_DAY.match(element.get("datetime", ""))]
    if len(times) == 1 or (times and next(root.iter("article"), None) is not None):
        yield "date", one_line(times[0].get("datetime", ""))


def _byline(root: etree._Element) -> Iterator[tuple[str, str]]:
    """Yield the author of a byline: an element that is called so, or a line of its own, "By Ada Tarn"."""
    for n_seen, element in enumerate(root.iter("p", "div", "span", "address", "li")):
        if n_seen > 10 * _LOOKED_AT:
            return
        is_called = _BYLINE_CLASS.search(element.get("class", "")) is not None
        words = one_line("".join(element.itertext())) if is_called or len(element) == 0 else ""
        if 3 < len(words) < 120 and (found := (_BY if is_called else _BY_STRICT).match(words)):
            yield "author", _who(found["who"])
            return


def _who(written: str) -> str:
    """Return a name without its "By": "By Ada Tarn" -> "Ada Tarn"."""
    return re.sub(r"^(?:written\s+)?by:?\s+", "", one_line(written, max_characters=120), flags=re.IGNORECASE)


def _without_site(title: str, site: str) -> str:
    """Return a title without the name of its site: "The mill burns | The Courier" -> "The mill burns"."""
    if site and title.lower().endswith(site.lower()):
        head = title[: len(title) - len(site)].rstrip()
        if head[-1:] and head[-1] in _SEPARATORS and len(head) > 3:
            return head.rstrip(_SEPARATORS + " ")
    return title
