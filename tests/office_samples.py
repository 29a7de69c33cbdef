"""Word processors' files written by hand, the smallest that are whole: DOCX, ODT, EPUB."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

W = "xmlns:w='http://schemas.openxmlformats.org/wordprocessingml/2006/main'"
_STYLES = (
    f"<w:styles {W}><w:style w:styleId='H1'><w:name w:val='heading 1'/></w:style>"
    "<w:style w:styleId='Mine'><w:basedOn w:val='H2'/></w:style>"
    "<w:style w:styleId='H2'><w:name w:val='Heading 2'/></w:style>"
    "<w:style w:styleId='A'><w:basedOn w:val='B'/></w:style>"
    "<w:style w:styleId='B'><w:basedOn w:val='A'/></w:style>"
    "</w:styles>"
)
_CORE = (
    "<cp xmlns:dc='d' xmlns:t='t'><dc:title>The mill report</dc:title><dc:creator>Ada Tarn</dc:creator>"
    "<t:created>2020-01-02T03:04:05Z</t:created><t:modified>2021-05-06T00:00:00Z</t:modified></cp>"
)
_OPEN = (
    "xmlns:office='urn:o' xmlns:text='urn:t' xmlns:table='urn:b' xmlns:dc='urn:d' xmlns:meta='urn:m' "
    "xmlns:draw='urn:r'"
)


def zipped(parts: Mapping[str, str | bytes]) -> bytes:
    """Pack parts in their order."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            stored = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            archive.writestr(name, content, compress_type=stored)
    return buffer.getvalue()


def docx(body: str, **parts: str | bytes) -> bytes:
    """Pack a Word document; `parts` are added, "core" and "notes" by these names."""
    named = {"core": "docProps/core.xml", "notes": "word/footnotes.xml", "rels": "_rels/.rels"}
    document = f"<w:document {W}><w:body>{body}</w:body></w:document>"
    held = {"word/document.xml": document, "word/styles.xml": _STYLES, "docProps/core.xml": _CORE}
    return zipped(held | {named.get(name, name): content for name, content in parts.items()})


def paragraph(text: str, style: str = "", run: str = "") -> str:
    """Write a paragraph of one run; `run` are the run's properties."""
    look = f"<w:pPr><w:pStyle w:val='{style}'/></w:pPr>" if style else ""
    return f"<w:p>{look}<w:r><w:rPr>{run}</w:rPr><w:t>{text}</w:t></w:r></w:p>"


def odt(body: str, **parts: str | bytes) -> bytes:
    """Pack an OpenDocument text."""
    content = f"<office:c {_OPEN}><office:body><office:text>{body}</office:text></office:body></office:c>"
    meta = (
        f"<office:m {_OPEN}><office:meta><dc:title>The mill report</dc:title>"
        "<meta:initial-creator>Ada Tarn</meta:initial-creator><dc:creator>Bo</dc:creator>"
        "<dc:date>2021-05-06T00:00:00</dc:date></office:meta></office:m>"
    )
    held = {"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": content, "meta.xml": meta}
    return zipped(held | parts)


def epub(chapters: Mapping[str, str], *, hrefs: Mapping[str, str] | None = None, **parts: str) -> bytes:
    """Pack a book with its chapters in order; `hrefs` gives a chapter another address than its name."""
    entries = "".join(
        f"<item id='c{i}' href='{(hrefs or {}).get(name, name)}' media-type='application/xhtml+xml'/>"
        for i, name in enumerate(chapters)
    )
    spine = "".join(f"<itemref idref='c{i}'/>" for i in range(len(chapters)))
    package = (
        "<package xmlns='p' xmlns:dc='d'><metadata><dc:title>The mill</dc:title>"
        f"<dc:creator>Ada Tarn</dc:creator><dc:date>2021-05-06</dc:date></metadata>"
        f"<manifest>{entries}</manifest><spine>{spine}</spine></package>"
    )
    container = "<c xmlns='c'><rootfiles><rootfile full-path='OPS/book.opf'/></rootfiles></c>"
    held = {"mimetype": "application/epub+zip", "META-INF/container.xml": container, "OPS/book.opf": package}
    return zipped(held | {f"OPS/{name}": page for name, page in chapters.items()} | parts)
