"""EPUB: the chapters of a book in the order of its spine, each read like a web page.

Only parts of the book itself are read: a chapter whose address leaves it is a reason to refuse. Navigation
and what the book keeps out of its reading order are left out, and nothing is fetched.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from urllib.parse import unquote, urlsplit

from lxml import etree

from bot.datatypes import ParsedDocument
from bot.errors import ParseError
from bot.parse.archive import Archive, attribute, child, local
from bot.parse.cleaning import hidden_remark, remarks
from bot.parse.decoding import decode
from bot.parse.draft import Block
from bot.parse.limits import Limits
from bot.parse.office import Source, to_document
from bot.parse.pagewalk import Page, walk
from bot.parse.webpage import parse_tree

_CONTAINER = "META-INF/container.xml"
_PAGES = ("application/xhtml+xml", "text/html", "application/x-dtbook+xml", "text/x-oeb1-document")
_ABOUT = {"title": "title", "creator": "author", "date": "date"}
_RIGHTS = "META-INF/encryption.xml"


def read_epub(payload: bytes, name: str, limits: Limits) -> ParsedDocument:
    """Read a book. Its title, author and date are those of its package.

    Raises:
        ParseError: it is broken, locked, without text, points out of itself, or passes a limit.
    """
    archive = Archive(payload, name)
    packages = [each for each in _all(archive.tree(_CONTAINER)) if local(each) == "rootfile"]
    place = attribute(packages[0], "full-path") if packages else ""
    package = archive.tree(_within("", place, name)) if place else None
    if package is None:
        raise ParseError(f"{name} is no complete EPUB book: it does not say where its chapters are")
    chapters = list(dict.fromkeys(_chapters(package, posixpath.dirname(place), name)))
    locked = _locked(archive)
    if locked & set(chapters):
        raise ParseError(f"{name} is protected (DRM): only books without such protection are read")
    pages = [
        walk(parse_tree(decode(markup, declares=True).text, name)) for markup in _read(archive, chapters)
    ]
    return to_document(
        Source(payload, name, "epub"),
        _blocks(pages),
        _about(package),
        (
            *hidden_remark(sum(page.n_hidden for page in pages)),
            *remarks(cleaned for page in pages for cleaned in page.cleaned),
        ),
    )


def _chapters(package: etree._Element, folder: str, name: str) -> Iterator[str]:
    """Yield the parts of the reading order.

    Raises:
        ParseError: one lies outside of the book.
    """
    listed = {attribute(each, "id"): each for each in _all(child(package, "manifest"))}
    for each in listed.values():
        _within(folder, attribute(each, "href"), name)
    for entry in _all(child(package, "spine")):
        page = listed.get(attribute(entry, "idref"))
        if (
            page is not None
            and attribute(entry, "linear") != "no"
            and attribute(page, "media-type") in _PAGES
        ):
            yield _within(folder, attribute(page, "href"), name)


def _within(folder: str, address: str, name: str) -> str:
    """Return the name of the part that an address in `folder` means.

    Raises:
        ParseError: it is an address of another host or file.
    """
    split = urlsplit(address)
    path = posixpath.normpath(posixpath.join(folder, unquote(split.path)))
    if split.scheme or split.netloc or path.startswith(("/", "../")) or path == "..":
        raise ParseError(f"{name} names a chapter outside of the book, which is not read")
    return path


def _read(archive: Archive, chapters: list[str]) -> Iterator[bytes]:
    """Yield the chapters that are there and hold anything."""
    for chapter in chapters:
        if markup := archive.read(chapter).strip():
            yield markup


def _blocks(pages: list[Page]) -> Iterator[Block]:
    for page in pages:
        yield from page.blocks


def _about(package: etree._Element) -> dict[str, str]:
    about: dict[str, str] = {}
    for each in _all(child(package, "metadata")):
        if (key := _ABOUT.get(local(each))) and each.text:
            about.setdefault(key, each.text)
    return about


def _locked(archive: Archive) -> set[str]:
    """Return the parts that need a key; fonts that are only scrambled are among them and not read anyway."""
    rights = archive.tree(_RIGHTS)
    return {unquote(attribute(each, "URI")) for each in _all(rights) if local(each) == "CipherReference"}


def _all(element: etree._Element | None) -> Iterator[etree._Element]:
    if element is not None:
        yield from element.iterdescendants()
