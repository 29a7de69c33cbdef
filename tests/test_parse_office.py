"""bot.parse of DOCX, ODT, EPUB and RTF: words in order, headings, tables, who wrote it and when."""

import pytest
from office_samples import docx, epub, odt, paragraph

from bot.errors import ParseError
from bot.parse.limits import LIMITS
from bot.parse.readers import read


def document(payload, name="report.bin"):
    (found,) = read(payload, name, LIMITS)
    return found


def outline(found):
    return [(s.title, s.level) for s in found.sections]


TABLE = (
    "<w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val='2'/></w:tcPr>{0}</w:tc><w:tc>{1}</w:tc></w:tr>"
    "<w:tr><w:tc><w:tcPr><w:vMerge w:val='restart'/></w:tcPr>{2}</w:tc>"
    "<w:tc>{3}</w:tc><w:tc>{4}</w:tc></w:tr>"
    "<w:tr><w:tc><w:tcPr><w:vMerge/></w:tcPr>{5}</w:tc><w:tc>{3}</w:tc><w:tc>{4}</w:tc></w:tr></w:tbl>"
).format(*map(paragraph, ("Sales", "2020", "Pumps", "Oslo", "5", "")))


def test_a_word_document_reads_as_headings_paragraphs_lists_and_tables():
    entry = "<w:p><w:pPr><w:numPr/></w:pPr><w:r><w:t>{}</w:t></w:r></w:p>"
    body = (
        paragraph("Results", "H1")
        + "<w:p><w:r><w:t xml:space='preserve'>We sold </w:t></w:r>"
        + "<w:r><w:t>five</w:t><w:tab/><w:t>pumps</w:t>"
        + "<w:br/><w:t>in Oslo.</w:t></w:r></w:p>"
        + entry.format("one") + entry.format("two") + paragraph("By town", "Mine") + TABLE
    )  # fmt: skip
    found = document(docx(body))
    assert found.text == (
        "Results\n\nWe sold five pumps\nin Oslo.\n\none\ntwo\n\nBy town\n\n"
        "Sales |  | 2020\nPumps | Oslo | 5\n | Oslo | 5"
    )
    assert outline(found) == [("Results", 1), ("By town", 2)]
    assert found.title == "The mill report"
    assert found.metadata == {"type": "docx", "author": "Ada Tarn", "date": "2021-05-06"}


def test_what_word_does_not_print_is_left_out_and_notes_stand_at_the_end():
    body = (
        "<w:p><w:r><w:t>Shown</w:t></w:r><w:del><w:r><w:delText>gone</w:delText></w:r></w:del>"
        "<w:ins><w:r><w:t> and added</w:t></w:r></w:ins>"
        "<w:r><w:instrText>INCLUDETEXT x</w:instrText></w:r>"
        "<w:r><w:rPr><w:vanish/></w:rPr><w:t>secret</w:t></w:r>"
        "<w:r><w:rPr><w:vanish w:val='0'/></w:rPr><w:t>.</w:t></w:r></w:p>"
    )
    notes = f"<w:n xmlns:w='w'><w:footnote w:type='separator'>{paragraph('rule')}</w:footnote>"
    notes += f"<w:footnote>{paragraph('A note.')}</w:footnote></w:n>"
    found = document(docx(body, notes=notes))
    assert found.text == "Shown and added.\n\nA note."
    assert found.warnings == ("left out 2 hidden parts",)


def test_a_text_box_is_read_once_after_its_paragraph():
    box = f"<w:txbxContent>{paragraph('In the box.')}</w:txbxContent>"
    body = (
        "<w:p><w:r><w:t>Before.</w:t><m:AlternateContent xmlns:m='m'><m:Choice>"
        f"{box}</m:Choice><m:Fallback>{box}</m:Fallback></m:AlternateContent></w:r></w:p>"
    )
    assert document(docx(body)).text == "Before.\n\nIn the box."


def test_bold_lines_are_headings_where_a_document_has_no_styles():
    found = document(docx(paragraph("Risks", run="<w:b/>") + paragraph("We may lose.") + paragraph("x", "A")))
    assert outline(found) == [("Risks", 3)]


def test_a_filing_as_a_word_document_has_its_items():
    lines = (
        "SECURITIES AND EXCHANGE COMMISSION", "FORM 10-K", "For the fiscal year ended May 31, 2021",
        "Tarnfield Pumps", "(Exact name of registrant)", "Item 1. Business", "Pumps.",
        "Item 2. Properties", "A mill.",
    )  # fmt: skip
    found = document(docx("".join(map(paragraph, lines))))
    assert [s.item for s in found.sections] == ["1", "2"]
    assert found.metadata["period"] == "2021-05-31"
    assert found.title == "Tarnfield Pumps 10-K 2021-05-31"


def test_an_open_document_reads_alike():
    body = (
        "<text:h text:outline-level='2'>Results</text:h>"
        "<text:p>We sold<text:s text:c='3'/>five <text:span>pumps</text:span><text:line-break/>in Oslo."
        "<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>A note.</text:p>"
        "</text:note-body></text:note><office:annotation><text:p>remark</text:p></office:annotation></text:p>"
        "<text:tracked-changes><text:p>gone</text:p></text:tracked-changes>"
        "<text:section text:display='none'><text:p>secret</text:p></text:section>"
        "<text:list><text:list-item><text:p>one</text:p></text:list-item><text:list-item><text:p>two</text:p>"
        "</text:list-item></text:list>"
        "<table:table><table:table-header-rows><table:table-row><table:table-cell><text:p>Town</text:p>"
        "</table:table-cell><table:table-cell><text:p>2020</text:p></table:table-cell></table:table-row>"
        "</table:table-header-rows><table:table-row><table:table-cell><text:p>Oslo</text:p></table:table-cell>"
        "<table:table-cell><text:p>5</text:p></table:table-cell></table:table-row>"
        "<table:table-row table:number-rows-repeated='65000'><table:table-cell "
        "table:number-columns-repeated='16000'/></table:table-row></table:table>"
    )
    found = document(odt(body))
    assert found.text == (
        "Results\n\nWe sold five pumps\nin Oslo.\n\none\ntwo\n\nTown | 2020\nOslo | 5\n\nA note."
    )
    assert outline(found) == [("Results", 2)]
    assert found.metadata == {"type": "odt", "author": "Ada Tarn", "date": "2021-05-06"}
    assert found.warnings == ("left out 2 hidden parts",)


def test_a_book_reads_chapter_by_chapter_in_the_order_of_its_spine():
    chapters = {
        "b.xhtml": "<html><head><title/></head><body><h1>First</h1><p>One.</p><script>x</script>",
        "a%20b.xhtml": "<!DOCTYPE html><html><body><h1>Second</h1><p>Two&#160;&eacute;.</p></body></html>",
    }
    found = document(
        epub(
            {name.replace("%20", " "): page for name, page in chapters.items()},
            hrefs={"a b.xhtml": "a%20b.xhtml"},
        )
    )
    assert found.text == "First\n\nOne.\n\nSecond\n\nTwo é."
    assert outline(found) == [("First", 1), ("Second", 1)]
    assert found.title == "The mill"
    assert found.metadata == {"type": "epub", "author": "Ada Tarn", "date": "2021-05-06"}


RICH = rb"""{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0\fcharset0 Arial;}{\f1\fcharset204 Arial;}}
{\stylesheet{\s0 Normal;}{\s1 heading 1;}}
{\info{\title The mill report}{\author Ada Tarn}{\creatim\yr2020\mo1\dy2}{\revtim\yr2021\mo5\dy6}}
{\header Page header\par}
\pard\s1 Results\par
\pard\s0 We sold\~five caf\'e9 \u8220?pumps\u8221? \{here\}
\line in Oslo.{\footnote\pard A note.}{\v secret}\par
{\f1\'ca\'ee\'f2}{\*\unknown words}{\field{\*\fldinst HYPERLINK "x"}{\fldrslt  link}}{\pict 00ff}\par
\trowd\cellx1000\cellx2000\pard\intbl Town\cell 2020\cell\row
\trowd\cellx1000\cellx2000\pard\intbl Oslo\par Bergen\cell 5\cell\row
\pard After.\par}"""


def test_a_rich_text_reads_alike():
    found = document(RICH)
    assert found.text == (
        "Results\n\nWe sold\u00a0five café “pumps” {here}\nin Oslo.\n\nКот link\n\n"
        "Town | 2020\nOslo Bergen | 5\n\nAfter.\n\nA note."
    )
    assert outline(found) == [("Results", 1)]
    assert found.title == "The mill report"
    assert found.metadata == {"type": "rtf", "author": "Ada Tarn", "date": "2021-05-06"}
    assert found.warnings == ("left out 1 hidden part",)


@pytest.mark.parametrize(
    ("marked", "words"),
    [
        (rb"\u-10179?\u-8704?", "\U0001f600"),
        (rb"a\u-10179?b", "a\ufffdb"),
        (rb"\uc2\u233??x{\uc0\u233}", "éxé"),
        (rb"\uc1\u233\'e9x", "éx"),
        (rb"\bin3 }{}x", "x"),
        (rb"{\f0 a}}}} b", "a b"),
        (rb"a\emdash b\_c\-d", "a\u2014b\u2011cd"),
        (rb"tail without end {\b bold", "tail without end bold"),
    ],
)
def test_marks_of_rich_text_become_the_characters_they_stand_for(marked, words):
    assert document(rb"{\rtf1\ansi " + marked).text == words


@pytest.mark.parametrize("payload", [docx(""), odt(""), epub({"a.xhtml": "<html/>"}), rb"{\rtf1 }"])
def test_a_file_without_words_is_refused(payload):
    with pytest.raises(ParseError, match="holds no"):
        document(payload)


@pytest.mark.parametrize(
    ("run", "is_read"),
    [
        ("<w:color w:val='FFFFFF'/>", False),
        ("<w:sz w:val='2'/>", False),
        ("<w:rStyle w:val='Gone'/>", False),
        ("<w:color w:val='FFFFFF'/><w:shd w:fill='000080'/>", True),
        ("<w:color w:val='FFFFFF'/><w:highlight w:val='black'/>", True),
        ("<w:color w:val='FF0000'/>", True),
        ("<w:sz w:val='12'/>", True),
    ],
)
def test_letters_that_nobody_sees_are_left_out_and_counted(run, is_read):
    styles = "<w:styles xmlns:w='w'><w:style w:styleId='Gone'><w:rPr><w:vanish/></w:rPr></w:style></w:styles>"
    body = paragraph("Shown.") + f"<w:p><w:r><w:rPr>{run}</w:rPr><w:t>Perhaps.</w:t></w:r></w:p>"
    found = document(docx(body, **{"word/styles.xml": styles}))
    assert found.text == ("Shown.\n\nPerhaps." if is_read else "Shown.")
    assert found.warnings == (() if is_read else ("left out 1 hidden part",))


def test_white_letters_in_a_table_are_read_since_their_ground_may_be_dark():
    white = "<w:p><w:r><w:rPr><w:color w:val='FFFFFF'/></w:rPr><w:t>Year</w:t></w:r></w:p>"
    cells = f"<w:tc>{white}</w:tc><w:tc>{paragraph('Sales')}</w:tc>"
    assert "Year | Sales" in document(docx(f"<w:tbl><w:tr>{cells}</w:tr></w:tbl>")).text


def test_a_book_tells_what_was_stripped_of_its_chapters():
    chapter = "<html><body><p>Net\u200b sa\u00adles rose.</p><p style='display:none'>LEAK</p></body></html>"
    found = document(epub({"one.xhtml": chapter}))
    assert found.text == "Net sales rose."
    assert found.warnings == ("left out 1 hidden part", "stripped 2 invisible characters")
