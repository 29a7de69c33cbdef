"""bot.parse.archive: archives that are built to hurt end as one line, and what they point to stays closed."""

import io
import struct
import zipfile

import pytest
from office_samples import W, docx, epub, odt, paragraph, zipped

from bot.errors import ParseError
from bot.parse import parse
from bot.parse.archive import MAX_ENTRIES

BODY = paragraph("The mill.")
LAUGHS = "<!DOCTYPE w [<!ENTITY a 'ha'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;'>]>"


def reason(payload, name="a.docx"):
    with pytest.raises(ParseError) as refusal:
        list(parse(payload, name))
    (line,) = str(refusal.value).splitlines()
    return line


def text(payload, name="a.docx"):
    (document,) = parse(payload, name)
    return document.text


def bomb(n_bytes):
    """Pack a text of `n_bytes` letters."""
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive,
        archive.open("word/document.xml", "w", force_zip64=True) as part,
    ):
        part.write(f"<w:document {W}><w:body><w:p><w:r><w:t>".encode())
        for _ in range(n_bytes // 1_000_000):
            part.write(b"A" * 1_000_000)
    return buffer.getvalue()


def test_a_bomb_is_given_up_while_it_inflates():
    assert "inflates to more than" in reason(bomb(300_000_000))


def test_a_size_that_an_entry_claims_is_not_believed():
    packed = bytearray(bomb(30_000_000))
    at = packed.rfind(b"PK\x01\x02")
    packed[at + 24 : at + 28] = struct.pack("<I", 1_000)
    assert reason(bytes(packed)).startswith("a.docx")


def test_more_entries_than_a_document_has_are_refused():
    many = {f"word/media/{i}.png": "" for i in range(MAX_ENTRIES)}
    assert f"at most {MAX_ENTRIES:,}" in reason(docx(BODY, **many))


@pytest.mark.parametrize("name", ["../evil.txt", "/abs/evil.txt", "C:/evil.txt", "word/../../evil.txt"])
def test_an_entry_that_leaves_its_folder_refuses_the_file(name):
    assert "outside of its own folder" in reason(docx(BODY, **{name: "x"}))


def test_entries_that_come_twice_or_overlap_are_refused():
    buffer = io.BytesIO(docx(BODY))
    with zipfile.ZipFile(buffer, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("word/document.xml", "<x/>")
    assert "lie over each other" in reason(buffer.getvalue())
    packed = bytearray(docx(BODY))
    first, second = [i for i in range(len(packed)) if packed[i : i + 4] == b"PK\x01\x02"][:2]
    packed[second + 42 : second + 46] = packed[first + 42 : first + 46]
    assert "lie over each other" in reason(bytes(packed))


def test_an_entry_that_needs_a_password_is_refused_as_protected():
    packed = bytearray(docx(BODY))
    packed[packed.find(b"PK\x01\x02") + 8] |= 1
    assert "password" in reason(bytes(packed))


@pytest.mark.parametrize("part", ["[Content_Types].xml", "rels", "core", "notes", "word/styles.xml"])
def test_a_document_type_in_any_part_refuses_the_file(part):
    assert "DOCTYPE" in reason(docx(BODY, **{part: f"{LAUGHS}<w>&b;</w>"}))


def test_entities_files_and_addresses_are_never_opened(tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("LEAK")
    entity = f"<!DOCTYPE w [<!ENTITY x SYSTEM '{secret.as_uri()}'>]>"
    entity += f"<w:document {W}><w:body>&x;</w:body></w:document>"
    assert "DOCTYPE" in reason(docx("", **{"word/document.xml": entity}))
    include = (
        f"<xi:include xmlns:xi='http://www.w3.org/2001/XInclude' href='{secret.as_uri()}' parse='text'/>"
    )
    assert text(docx(BODY + include)) == "The mill."
    linked = (
        "<text:section><text:section-source xmlns:xlink='x' xlink:href='file:///etc/passwd'/></text:section>"
    )
    assert text(odt(f"{linked}<text:p>The mill.</text:p>"), "a.odt") == "The mill."


def test_a_locked_open_document_is_refused_as_protected():
    manifest = "<m xmlns='m'><file-entry><encryption-data/></file-entry></m>"
    assert "password" in reason(odt("", **{"META-INF/manifest.xml": manifest}), "a.odt")


@pytest.mark.parametrize(
    "address", ["../../../etc/passwd", "file:///etc/passwd", "http://127.0.0.1/x", "/etc/passwd"]
)
def test_a_book_whose_chapter_lies_elsewhere_is_refused(address):
    assert "outside of the book" in reason(
        epub({"a.xhtml": "<p>x</p>"}, hrefs={"a.xhtml": address}), "a.epub"
    )


def test_a_book_with_locked_chapters_is_refused_and_one_with_locked_fonts_is_read():
    locked = "<e xmlns='e'><CipherData><CipherReference URI='{}'/></CipherData></e>"
    page = {"a.xhtml": "<p>The mill.</p>"}
    chapter = epub(page, **{"META-INF/encryption.xml": locked.format("OPS/a.xhtml")})
    assert "DRM" in reason(chapter, "a.epub")
    assert (
        text(epub(page, **{"META-INF/encryption.xml": locked.format("OPS/a.otf")}), "a.epub") == "The mill."
    )


def test_a_chapter_that_comes_twice_is_read_once():
    book = epub({"a.xhtml": "<p>The mill.</p>", "b.xhtml": "x"}, hrefs={"b.xhtml": "a.xhtml"})
    assert text(book, "a.epub") == "The mill."


@pytest.mark.parametrize("share", [0.25, 0.5, 0.75, 0.99])
@pytest.mark.parametrize("whole", [docx(BODY), odt("<text:p>x</text:p>"), epub({"a.xhtml": "<p>x</p>"})])
def test_what_is_cut_short_is_refused(whole, share):
    assert reason(whole[: int(len(whole) * share)], "a.bin").startswith("a.bin")


def test_elements_nested_beyond_reason_are_refused():
    deep = "<w:tbl><w:tr><w:tc>" * 2_000 + "</w:tc></w:tr></w:tbl>" * 2_000
    assert "too deeply" in reason(docx(deep))
    assert "too deeply" in reason(b"{\\rtf1 " + b"{" * 5_000, "a.rtf")


def test_nesting_that_is_read_does_not_run_out_of_stack():
    deep = "<w:sdt><w:sdtContent>" * 110 + BODY + "</w:sdtContent></w:sdt>" * 110
    assert text(docx(deep)) == "The mill."
    deep = "<w:p><w:r>" * 60 + "<w:t>The mill.</w:t>" + "</w:r></w:p>" * 60
    assert text(docx(deep)) == "The mill."


def test_more_cells_than_are_read_are_refused():
    row = "<w:tr>" + "<w:tc><w:p/></w:tc>" * 1_000 + "</w:tr>"
    assert "cells" in reason(docx(f"{BODY}<w:tbl>{row * 300}</w:tbl>"))


def test_archives_within_stay_closed():
    inner = zipped({"word/document.xml": "LEAK"})
    assert text(docx(BODY, **{"word/embeddings/a.zip": inner})) == "The mill."
