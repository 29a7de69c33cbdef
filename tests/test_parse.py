"""bot.parse: what is read, what is refused and how it is said; text, corpora, encodings, canonical form."""

import codecs
import json
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import bot.parse
from bot.datatypes import ParsedDocument, RefusedRow, Section
from bot.errors import ParseError
from bot.parse import Limits, parse
from bot.parse.cleaning import clean, one_line
from bot.parse.decoding import decode
from bot.parse.draft import Block, Heading, assemble, sections
from bot.parse.readers import read
from bot.parse.titles import looks_like_heading, sane_title, stem


def read_one(payload, name="a.txt", limits=bot.parse.LIMITS):
    """Read a file in this process: the same reader that runs in the sandbox."""
    (document,) = read(payload if isinstance(payload, bytes) else payload.encode(), name, limits)
    return document


def refusal_of(payload, name, limits=bot.parse.LIMITS):
    with pytest.raises(ParseError) as caught:
        list(parse(payload, name, limits=limits))
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_the_public_names_are_these():
    drawing = ["DRAWING", "Box", "PageImage", "PageRequest", "page_image"]
    assert sorted(bot.parse.__all__) == sorted([*drawing, "LIMITS", "Limits", "parse"])


def test_a_text_file_is_kept_verbatim_but_for_its_line_ends():
    payload = b"The case\r\n\r\n  Two  blanks,\ta tab.\rEnd"
    assert list(parse(payload, "notes/the case.txt")) == [
        ParsedDocument(
            title="The case",
            text="The case\n\n  Two  blanks,\ta tab.\nEnd",
            external_id="the case",
            sha256=sha256(payload).hexdigest(),
            metadata={"type": "text"},
        )
    ]


@pytest.mark.parametrize(
    ("first_line", "title"),
    [
        ("A heading", "A heading"),
        ("It ends as a sentence.", "a"),
        ("x" * 121, "a"),
        ("---", "a"),
        ("\n\nLate", "Late"),
    ],
)
def test_the_title_of_a_text_is_its_first_line_where_that_looks_like_one(first_line, title):
    assert read_one(first_line + "\n\nBody text follows.").title == title


@pytest.mark.parametrize(
    ("payload", "name", "expected"),
    [
        (b"", "a.txt", "a.txt is empty (0 bytes)"),
        (b" \n\t\r\n", "a.txt", "a.txt is empty"),
        (b"\x00" * 4096, "a.txt", "a.txt is empty"),
        ("\u00a0\u200b\n".encode(), "a.txt", "a.txt holds no text, only white space"),
        (b"PK\x03\x04....word/document.xml", "a.docx", "a.docx is a broken archive"),
        (b"PK\x03\x04....xl/workbook.xml", "a.docx", "a.docx is an Excel workbook (XLSX)"),
        (b"PK\x03\x04mimetypeapplication/epub+zip", "a", "a is a broken archive"),
        (
            b"PK\x03\x04mimetypeapplication/vnd.oasis.opendocument.spreadsheet",
            "a.odt",
            "is an OpenDocument file",
        ),
        (b"PK\x03\x04", "a.pdf", "a.pdf is a zip archive"),
        (b"{\\rtf1 }", "a.txt", "a.txt holds no text"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a.doc", "a.doc is an old Office document"),
        (b"\x1f\x8b\x08", "a.txt.gz", "a.txt.gz is a gzip archive"),
        (b"\x89PNG\r\n\x1a\n", "a.png", "a.png is an image (PNG)"),
        (bytes(range(32)) * 20, "a", "a looks binary, not like text: give a PDF"),
        (b"<?xml version='1.0'?><feed/>", "a.xml", "a.xml is XML that is not a web page"),
        (b"just words", "a.docx", "a.docx is no DOCX file, or a broken one"),
        (b"just words", "a.pdf", "a.pdf is not a PDF, or a broken one"),
        (b"%PDF-1.7\nnothing", "a.pdf", "a.pdf is a broken PDF: open it in a viewer"),
        (b"<html><body><script>x</script></body></html>", "a.html", "a.html holds no visible text"),
        (b"<!-- nothing -->\n\n---\n", "a.md", "a.md holds no text, only marks"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_in_one_line(payload, name, expected):
    assert expected in refusal_of(payload, name)


def test_a_name_cannot_break_the_line_of_its_message():
    assert refusal_of(b"", "a\nb\u202e.txt") == (
        "a b.txt is empty (0 bytes): check that it was saved or downloaded completely"
    )


def test_each_limit_is_named_in_its_refusal():
    small = Limits(max_bytes=10, max_corpus_bytes=20, max_characters=5)
    assert "a.txt has 0.0 MB; at most 0 MB are read: split it" in refusal_of(b"eleven byte", "a.txt", small)
    assert "0 MB are read" in refusal_of(b"x" * 21, "a.jsonl", small)
    assert "a.txt holds 6 characters; at most 5 are read" in refusal_of(b"sixsix", "a.txt", small)


@pytest.mark.parametrize(
    ("payload", "name", "kind"),
    [
        (b"<!DOCTYPE html><p>x", "page", "html"),
        (b"<?xml version='1.0'?><html><body>x</body></html>", "filing.xml", "html"),
        (b"<p>x", "a.HTM", "html"),
        (b"<html> is a tag", "about.txt", "text"),
        (b"# x", "a.MD", "markdown"),
        (b"# x", "a", "text"),
        ("<html><p>é".encode("utf-16"), "a", "html"),
    ],
)
def test_the_kind_is_decided_by_content_with_the_suffix_as_a_hint(payload, name, kind):
    assert read_one(payload, name).metadata["type"] == kind


@pytest.mark.parametrize(
    ("payload", "text", "remarks"),
    [
        ("Café “x”".encode(), "Café “x”", 0),
        (codecs.BOM_UTF8 + "Café".encode(), "Café", 0),
        ("Café, a few words".encode("utf-16"), "Café, a few words", 0),
        ("Café, a few words".encode("utf-16-le"), "Café, a few words", 0),
        ("Café, a few words".encode("utf-32-be"), "Café, a few words", 0),
        ("Café, a few words".encode("utf-16") + b"x", "Café, a few words\ufffd", 1),
        ("Ärger über Öl und süße Äpfel".encode() + b" \xff!", "Ärger über Öl und süße Äpfel \ufffd!", 1),
    ],
)
def test_text_is_decoded_and_lost_bytes_are_reported(payload, text, remarks):
    decoded = decode(payload)
    assert (decoded.text, len(decoded.warnings)) == (text, remarks)


def test_an_encoding_that_was_guessed_is_reported():
    russian = "Суд постановил, что компания передала личные сообщения пользователей. " * 20
    decoded = decode(russian.encode("cp1251"))
    assert decoded.text == russian
    assert decoded.warnings == ("not UTF-8 and no encoding declared: read as cp1251, a guess",)


@pytest.mark.parametrize(
    ("payload", "text"),
    [
        (b"<meta charset=iso-8859-1><p>it\x92s", "it’s"),  # browsers read windows-1252 under that name
        (b"<meta charset=iso-2022-jp><p>\x1b$B%F%9%H\x1b(B", "テスト"),
        (b"<meta charset=utf-7><p>+ADw-script+AD4-", "+ADw-script+AD4-"),
        ("<meta charset=shift_jis><p>é".encode(), "é"),  # valid UTF-8 is UTF-8, whatever it declares
        (b"<meta charset=base64><p>abcd", "abcd"),
    ],
)
def test_the_encoding_a_page_declares_is_believed_where_that_is_safe(payload, text):
    assert read_one(payload, "a.html").text == text


def test_characters_nobody_sees_are_dropped_or_made_visible_and_counted():
    """Zero width space, soft hyphen, bidi override, tag: 4 dropped. NUL and escape: 2 replaced."""
    document = read_one("net\u200bwork\u00ad \u202e$5\U000e0041 a\x00b\x1b[0m")
    assert document.text == "network $5 a\ufffdb\ufffd[0m"
    assert document.warnings == (
        "stripped 4 invisible characters",
        "replaced 2 unreadable characters by \ufffd",
    )


@given(st.text())
def test_clean_text_is_canonical_and_stays_as_it_is(text):
    cleaned = clean(text).text
    assert clean(cleaned).text == cleaned
    assert not set("\r\x00\u200b\u202e") & set(cleaned)
    cleaned.encode()  # no lone surrogates


def rows_of(*rows, name="c.jsonl"):
    payload = b"\n".join(row if isinstance(row, bytes) else json.dumps(row).encode() for row in rows)
    return list(parse(payload, name))


def test_a_row_becomes_a_document_with_its_title_outside_of_its_text():
    row = {
        "doc_id": "d1",
        "title": "T",
        "text": " A\r\nb ",
        "date": "2024",
        "n": 3,
        "deep": {"x": 1},
        "url": None,
    }
    (document,) = rows_of(row)
    assert document == ParsedDocument(
        title="T",
        text=" A\nb ",
        external_id="d1",
        sha256=sha256(json.dumps(row).encode()).hexdigest(),
        metadata={"type": "jsonl", "date": "2024", "n": "3"},
    )


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (b'{"doc_id": "x", ', "malformed JSON at column 16"),
        (b"[1, 2]", "a JSON list, expected an object"),
        (b'{"doc_id": "\xff"}', "not UTF-8 at byte 13"),
        (b"[" * 100_000, "malformed JSON (nested too deeply"),
        ({"text": "x"}, "no doc_id: give each row a doc_id"),
        ({"doc_id": " ", "text": "x"}, "no doc_id"),
        ({"doc_id": "x"}, "no text: give each row its text"),
        ({"doc_id": "x", "text": ["x"]}, "the text is a JSON list, expected a string"),
        ({"doc_id": "x", "text": " \u200b\n"}, "the text is empty"),
        ({"doc_id": "good", "text": "x"}, "the doc_id 'good' is already on line 1"),
    ],
)
def test_a_bad_row_is_reported_by_its_line_and_the_others_are_read(row, reason):
    good, refused, last = rows_of({"doc_id": "good", "text": "x"}, row, {"doc_id": "last", "text": "x"})
    assert (good.external_id, last.external_id) == ("good", "last")
    assert isinstance(refused, RefusedRow)
    assert refused.row == "line 2"
    assert refused.reason.startswith(reason)


def test_two_rows_with_the_same_text_are_two_documents():
    assert [
        row.external_id for row in rows_of({"doc_id": "a", "text": "x"}, {"doc_id": "b", "text": "x"})
    ] == ["a", "b"]


def test_blank_lines_and_a_byte_order_mark_in_a_corpus_do_not_matter():
    outcomes = rows_of(codecs.BOM_UTF8 + b'{"doc_id": 7, "text": "x"}\r', b"", b'{"text": ""}')
    assert [outcomes[0].external_id, outcomes[1].row] == ["7", "line 3"]


def test_a_row_too_long_is_refused_alone():
    limits = Limits(max_characters=3)
    rows = b'{"doc_id": "a", "text": "four"}\n{"doc_id": "b", "text": "two"}'
    refused, taken = parse(rows, "c.jsonl", limits=limits)
    assert refused.reason == "the text has 4 characters; at most 3 are read: split it"
    assert taken.text == "two"


@settings(deadline=None)
@given(st.text(), st.text())
def test_any_text_of_a_row_is_taken_in_canonical_form_or_refused_as_empty(doc_id, text):
    (outcome,) = read(
        json.dumps({"doc_id": "d" + doc_id, "text": text}).encode(), "c.jsonl", bot.parse.LIMITS
    )
    expected = clean(text).text
    assert isinstance(outcome, RefusedRow) if not expected.strip() else outcome.text == expected


def test_a_section_ends_where_the_next_of_its_level_or_above_begins():
    r"""Offsets of "A\n\nB\n\nx\n\nC": A at 0, B at 3, C at 9, 10 characters in all."""
    text, found = assemble([Block("A", 1), Block("B", 2), Block("x"), Block("C", 2)])
    assert text == "A\n\nB\n\nx\n\nC"
    assert found == (Section("A", 0, 10, 1), Section("B", 3, 9, 2), Section("C", 9, 10, 2))


@given(st.lists(st.integers(1, 6)))
def test_sections_nest_and_never_overlap_by_half(levels):
    found = sections([Heading(str(i), 2 * i, level) for i, level in enumerate(levels)], 2 * len(levels))
    for first in found:
        for second in found:
            if first.start < second.start < first.end:
                assert second.end <= first.end
                assert second.level > first.level


@pytest.mark.parametrize(
    ("given_title", "title"),
    [
        ("Annual Report 2024", "Annual Report 2024"),
        ("Microsoft Word - Annual Report", "Annual Report"),
        ("report_final.docx", ""),
        ("0000320193-22-000070", ""),
        ("aapl-20240928", ""),
        ("Untitled", ""),
        (" \u200b ", ""),
    ],
)
def test_a_title_that_names_nothing_is_no_title(given_title, title):
    assert sane_title(given_title) == title


def test_names_and_lines_are_read_as_people_read_them():
    assert [stem(name) for name in ("a/b.pdf", "C:\\docs\\b.c.txt", ".txt", "")] == [
        "b",
        "b.c",
        ".txt",
        "document",
    ]
    assert one_line(" a\n b\u200b ") == "a b"
    assert looks_like_heading("Risk Factors")
    assert not looks_like_heading("We lost money.")
