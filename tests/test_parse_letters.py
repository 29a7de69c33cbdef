"""bot.parse.letters, odtstyles, rtflook: in ODT, RTF and DOCX what nobody sees is left out and counted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from office_samples import W, docx, odt, paragraph, zipped

from bot.parse.limits import LIMITS
from bot.parse.readers import read

ONE = ("left out 1 hidden part",)
_SPACES = "xmlns:o='o' xmlns:s='s' xmlns:f='f' xmlns:text='urn:t' xmlns:table='urn:b' xmlns:draw='urn:r'"


def document(payload):
    (found,) = read(payload, "report.bin", LIMITS)
    return found


def style(family, name, text="", kind="paragraph", own="", parent="", inside=""):
    up = f"s:parent-style-name='{parent}'" if parent else ""
    named = f"s:name='{name}'" if name else ""
    return (
        f"<s:{'style' if name else 'default-style'} s:family='{family}' {named} {up}>"
        f"<s:{kind}-properties {own}>{inside}</s:{kind}-properties><s:text-properties {text}/>"
        f"</s:{'style' if name else 'default-style'}>"
    )


def open_text(body, styles="", common=""):
    """Pack an OpenDocument text with automatic styles and those of styles.xml."""
    content = (
        f"<o:c {_SPACES}><o:automatic-styles>{styles}</o:automatic-styles>"
        f"<o:body><o:text>{body}</o:text></o:body></o:c>"
    )
    return zipped(
        {
            "mimetype": "application/vnd.oasis.opendocument.text",
            "content.xml": content,
            "styles.xml": f"<o:d {_SPACES}>{common}</o:d>",
        }
    )


def span(text, name="T"):
    return f"<text:span text:style-name='{name}'>{text}</text:span>"


HIDING = [
    "text:display='none'", "f:color='#ffffff'", "f:color='#FEFEFE'", "f:font-size='1pt'",
    "f:font-size='1.5pt'", "f:font-size='.4mm'", "f:font-size='0.02in'", "f:font-size='2%'",
    "f:font-size='1px'", "f:color='#123456' f:background-color='#123456'",
    "f:color='#000000' o:opacity='0%'",
    "f:color='#ffffff' s:use-window-font-color='false'", "f:color='#ffffff' f:background-color='transparent'",
    "f:color='#ffffff' s:text-outline='false' f:text-shadow='none'",
]  # fmt: skip
SHOWING = [
    "", "text:display='true'", "text:display='condition'", "f:color='#ff0000'", "f:color='#eeeeee'",
    "f:font-size='5pt'", "f:font-size='50%'", "f:font-size='nonsense'", "f:color='?'",
    "f:color='#ffffff' f:background-color='#000080'", "f:color='#ffffff' s:use-window-font-color='true'",
    "f:color='#ffffff' s:text-outline='true'", "f:color='#ffffff' f:text-shadow='1pt 1pt'",
    "f:background-color='#000000'", "f:color='#ffffff' f:background-color='strange'",
]  # fmt: skip


@pytest.mark.parametrize("said", HIDING)
@pytest.mark.parametrize("where", ["span", "paragraph", "inherited", "default"])
def test_letters_of_an_open_document_that_nobody_sees_are_left_out(said, where):
    styles = {
        "span": style("text", "T", said),
        "paragraph": style("paragraph", "P", said),
        "inherited": style("text", "Up", said) + style("text", "T", parent="Up"),
        "default": style("paragraph", "", said),
    }[where]
    back = "text:display='true' f:color='#000' f:font-size='10pt' o:opacity='100%' f:background-color='#fff'"
    styles += style("text", "Back", back)
    name = {"paragraph": "P"}.get(where, "Standard")
    body = f"<text:p text:style-name='{name}'>{span('Shown. ', 'Back')}{span('LEAK <text:s/>LEAK')}</text:p>"
    found = document(open_text(body, styles))
    assert found.text == "Shown."
    assert found.warnings == ONE


@pytest.mark.parametrize("said", SHOWING)
@pytest.mark.parametrize("where", ["span", "paragraph"])
def test_letters_of_an_open_document_that_may_be_seen_are_read(said, where):
    styles = style("text", "T", said) if where == "span" else style("paragraph", "P", said)
    found = document(open_text(f"<text:p text:style-name='P'>Sales {span('203.6')}</text:p>", styles))
    assert found.text == "Sales 203.6"
    assert found.warnings == ()


WHITE = style("text", "T", "f:color='#ffffff'")
CELL = "<table:table {0}><table:table-row {1}><table:table-cell {2}><text:p>Sold {3}</text:p>"
CELL += "</table:table-cell></table:table-row></table:table>"
DARK = "f:background-color='#003366'"
PICTURE = "<s:background-image x='night.png'/>"


@pytest.mark.parametrize(
    ("body", "styles", "is_read"),
    [
        ("<text:p text:style-name='P'>Sold {}</text:p>", style("paragraph", "P", own=DARK), True),
        ("<text:p text:style-name='P'>Sold {}</text:p>", style("paragraph", "P", inside=PICTURE), True),
        ("<text:p text:style-name='P'>Sold {}</text:p>",
         style("paragraph", "P", inside="<s:background-image/>"), False),
        ("<text:p text:style-name='P'>Sold {}</text:p>",
         style("paragraph", "Q", own=DARK) + style("paragraph", "P", parent="Q"), True),
        ("<text:p text:style-name='P'>Sold {}</text:p>", style("paragraph", "Q", own=DARK)
         + style("paragraph", "P", own="f:background-color='transparent'", parent="Q"), False),
        ("<text:p text:style-name='P'>Sold {}</text:p>",
         style("paragraph", "P", own="f:background-color='#ffffff'"), False),
        ("<text:section text:style-name='S'><text:p>Sold {}</text:p></text:section>",
         style("section", "S", kind="section", own=DARK), True),
        (CELL.format("", "", "table:style-name='C'", "{}"),
         style("table-cell", "C", kind="table-cell", own=DARK), True),
        (CELL.format("", "table:style-name='R'", "", "{}"),
         style("table-row", "R", kind="table-row", own=DARK), True),
        (CELL.format("table:style-name='B'", "", "", "{}"),
         style("table", "B", kind="table", own=DARK), True),
        (CELL.format("table:template-name='Dark'", "", "", "{}"), "", True),
        (CELL.format("", "table:default-cell-style-name='C'", "", "{}"), "", True),
        (CELL.format("", "", "", "{}"), "", False),
        (CELL.format("table:template-name='Dark'", "", "table:style-name='C'", "{}"),
         style("table-cell", "C", kind="table-cell", own="f:background-color='#ffffff'"), False),
        ("<text:p>Sold <draw:frame><draw:text-box><text:p>{}</text:p></draw:text-box></draw:frame></text:p>",
         "", True),
        ("<draw:frame><draw:text-box><text:p>Sold {}</text:p></draw:text-box></draw:frame>", "", True),
        ("<text:p>Sold <draw:custom-shape><text:p>{}</text:p></draw:custom-shape></text:p>", "", True),
        ("<text:p>Sold {}</text:p>", style("graphic", "G", kind="graphic", own="s:wrap='run-through'"), True),
        ("<text:p>Sold {}</text:p>", style("graphic", "G", kind="graphic", own="s:wrap='parallel'"), False),
        ("<text:h>Sold {}</text:h>", "", False),
        ("<text:list><text:list-item><text:p>Sold {}</text:p></text:list-item></text:list>", "", False),
        ("<text:p>Sold <text:note><text:note-body><text:p>{}</text:p></text:note-body></text:note></text:p>",
         "", False),
    ],
)  # fmt: skip
def test_white_letters_are_read_where_their_ground_may_be_dark(body, styles, is_read):
    found = document(open_text(body.format(span("203.6")), styles + WHITE))
    assert ("203.6" in found.text, found.warnings) == (is_read, () if is_read else ONE)


@pytest.mark.parametrize(
    ("page", "is_read"),
    [("", False), (DARK, True), ("draw:fill='solid'", True), ("draw:fill='none'", False),
     ("f:background-color='#ffffff'", False)],
)  # fmt: skip
def test_the_ground_of_a_page_counts(page, is_read):
    layout = f"<s:page-layout><s:page-layout-properties {page}/></s:page-layout>"
    common = f"<o:automatic-styles>{layout}</o:automatic-styles>"
    found = document(open_text(f"<text:p>Sold {span('203.6')}</text:p>", WHITE, common))
    assert ("203.6" in found.text) is is_read


def test_styles_of_the_document_that_are_named_hide_too_and_links_have_a_colour_of_their_own():
    common = "<o:styles>" + style("text", "Named", "text:display='none'") + "</o:styles>"
    body = f"<text:p>Said {span('LEAK', 'Named')}</text:p>"
    assert document(open_text(body, "", common)).text == "Said"
    body = f"<text:p text:style-name='P'><text:a>Report</text:a>{span(' here', 'Back')}</text:p>"
    styles = style("paragraph", "P", "f:color='#ffffff'") + style("text", "Back", "f:color='#000000'")
    assert document(open_text(body, styles)).text == "Report here"


@pytest.mark.parametrize(
    ("hidden", "read"),
    [
        ("<text:p>LEAK<text:hidden-paragraph text:is-hidden='true'/></text:p>", ""),
        ("<text:p>Seen<text:hidden-paragraph text:is-hidden='false'/></text:p>", "Seen"),
        ("<text:p><text:hidden-text text:is-hidden='true'>LEAK</text:hidden-text></text:p>", ""),
        ("<text:p><text:hidden-text text:is-hidden='false'>Seen</text:hidden-text></text:p>", "Seen"),
        ("<text:section text:display='none'><text:p>LEAK</text:p></text:section>", ""),
        ("<text:section text:display='condition' text:is-hidden='true'><text:p>LEAK</text:p>"
         "</text:section>", ""),
        ("<text:section text:display='condition'><text:p>Seen</text:p></text:section>", "Seen"),
        ("<o:annotation><dc:creator xmlns:dc='d'>Bo</dc:creator><text:p>LEAK</text:p></o:annotation>", ""),
        ("<text:p><o:annotation><text:list><text:p>LEAK</text:p></text:list></o:annotation></text:p>", ""),
        ("<text:tracked-changes><text:changed-region><text:deletion><text:p>LEAK</text:p></text:deletion>"
         "</text:changed-region><text:changed-region><text:insertion/></text:changed-region>"
         "</text:tracked-changes>", ""),
    ],
)  # fmt: skip
def test_what_an_open_document_hides_otherwise_is_left_out_and_counted(hidden, read):
    found = document(open_text(f"<text:p>Said.</text:p>{hidden}"))
    assert found.text == f"Said.\n\n{read}".strip()
    assert found.warnings == (() if read else ONE)


def test_a_comment_without_words_is_not_counted():
    empty = "<o:annotation xmlns:o='o'><text:p/></o:annotation><text:tracked-changes/>"
    assert document(odt(f"<text:p>Said.{empty}</text:p>")).warnings == ()


def test_styles_that_build_on_themselves_end():
    styles = style("text", "T", "f:color='#ffffff'", parent="U") + style("text", "U", parent="T")
    assert document(open_text(f"<text:p>Said {span('LEAK')}</text:p>", styles)).text == "Said"


COLOURS = (
    rb"{\colortbl;\red255\green255\blue255;\red0\green0\blue0;\red0\green0\blue128;\red250\green250\blue250;}"
)


def rich(body, before=b""):
    return rb"{\rtf1\ansi " + before + COLOURS + b"\n" + body + b"}"


@pytest.mark.parametrize(
    "hidden",
    [
        rb"{\v LEAK}", rb"\v LEAK\v0 ", rb"{\cf1 LEAK}", rb"{\cf4 LEAK}", rb"{\fs2 LEAK}", rb"{\fs3 LEAK}",
        rb"{\deleted LEAK}", rb"{\mvf LEAK}", rb"{\cf1\chcbpat1 LEAK}", rb"{\cf2\highlight2 LEAK}",
        rb"{\cf1\cb1 LEAK}", rb"{\cf1\chshdng0 LEAK}", rb"{\v LEAK \u233? \'e9 {\b LEAK}}",
        rb"{\cf1 LEAK}\cf1 LEAK\plain ", rb"{\v LEAK\par LEAK}",
        rb"{\*\annotation LEAK\par LEAK}", rb"{\*\annotation{\*\atnref 0}\pard LEAK{\footnote LEAK}}",
        rb"{\cf3\chcbpat2\plain\cf1 LEAK}", rb"{\shptxt}{\cf1 LEAK}",
    ],
)  # fmt: skip
def test_letters_of_a_rich_text_that_nobody_sees_are_left_out(hidden):
    found = document(rich(rb"\pard Sales " + hidden + rb"\cf0 rose.\par"))
    assert "".join(found.text.split()) == "Salesrose."
    assert found.warnings == ONE


@pytest.mark.parametrize(
    "shown",
    [
        rb"{\cf2 203.6}", rb"{\cf0 203.6}", rb"{\cf1\chcbpat3 203.6}", rb"{\cf1\highlight3 203.6}",
        rb"{\cf1\cb3 203.6}", rb"{\cf1\chshdng5000 203.6}", rb"{\cf1\chbgdkhoriz 203.6}",
        rb"{\cf1\outl 203.6}", rb"{\cf9 203.6}", rb"{\cf-1 203.6}", rb"{\fs10 203.6}", rb"{\v0 203.6}",
        rb"{\v\plain 203.6}", rb"{\highlight2 203.6}", rb"{\cf1\chcbpat99 203.6}", rb"{\shptxt \cf1 203.6}",
        rb"\par\pard\cbpat3{\cf1 203.6}\par\pard", rb"\par\pard\shading1000{\cf1 203.6}\par\pard",
        rb"\par\pard\bgdkcross{\cf1 203.6}\par\pard", rb"{\cf1\plain 203.6}", rb"{\*\annotation }203.6",
    ],
)  # fmt: skip
def test_letters_of_a_rich_text_that_may_be_seen_are_read(shown):
    found = document(rich(rb"\pard Sales " + shown + rb" rose.\par"))
    assert found.text.split() == ["Sales", "203.6", "rose."]
    assert found.warnings == ()


@pytest.mark.parametrize(
    ("row", "is_read"),
    [
        (rb"\trowd\cellx1000\pard\intbl", False),
        (rb"\trowd\clcbpat1\cellx1000\pard\intbl", False),
        (rb"\trowd\clcbpat3\cellx1000\pard\intbl", True),
        (rb"\trowd\clcbpat3\cellx1000\pard\intbl x\cell\row\trowd\cellx1000\pard\intbl", False),
        (rb"\trowd\trcbpat3\cellx1000\pard\intbl", True),
        (rb"\trowd\clshdng5000\cellx1000\pard\intbl", True),
        (rb"\trowd\clbgdkvert\cellx1000\pard\intbl", True),
        (rb"\trowd\cellx1000\pard\intbl\itap2", True),
        (rb"\pard\intbl", True),
        (rb"\trowd\clcbpat3\cellx1000\pard\intbl\cbpat1", False),
    ],
)
def test_white_letters_in_a_row_are_read_where_the_row_may_be_dark(row, is_read):
    found = document(rich(rb"\pard Said.\par " + row + rb" Sold {\cf1 203.6}\cell\row\pard"))
    assert ("203.6" in found.text, found.warnings) == (is_read, () if is_read else ONE)


@pytest.mark.parametrize(
    ("before", "is_read"),
    [
        (rb"{\*\background{\shp x}}", True),
        (rb"{\shp{\*\shpinst\shpfblwtxt1 }}", True),
        (rb"{\shp{\*\shpinst\shpfblwtxt0 }}", False),
        (rb"{\stylesheet{\ts9\tscellcbpat3 Dark;}}", False),
    ],
)
def test_the_ground_of_a_rich_texts_page_counts(before, is_read):
    assert ("203.6" in document(rich(rb"Sold {\cf1 203.6}", before)).text) is is_read


def test_hidden_words_of_a_note_are_left_out_too():
    found = document(rich(rb"Said.{\footnote A note{\v LEAK}.}"))
    assert (found.text, found.warnings) == ("Said.\n\nA note.", ONE)


@given(st.lists(st.sampled_from(
    rb"\cf1 \cf0 \v \v0 \plain \pard \intbl \itap3 \trowd \clcbpat3 \fs1 \fs \cb3 \highlight3 { } word "
    rb"\par \cell \row \shptxt {\colortbl;;} \red9 {\*\annotation".split()), max_size=40))  # fmt: skip
def test_no_order_of_control_words_makes_reading_fail(words):
    assert "Said." in document(rich(b"Said.\\par " + b" ".join(words))).text


@pytest.mark.parametrize(
    ("run", "is_read"),
    [
        ("<w:color w:val='FDFDFD'/>", False),
        ("<w:color w:val='FFFFFF'/><w:shd w:val='clear' w:fill='FFFFFF'/>", False),
        ("<w:color w:val='FFFFFF'/><w:shd w:val='clear' w:fill='auto'/>", False),
        ("<w:color w:val='FFFFFF'/><w:shd w:val='pct50' w:fill='FFFFFF'/>", True),
        ("<w:color w:val='FFFFFF'/><w:shd w:val='clear' w:fill='FFFFFF' w:themeFill='dark1'/>", True),
        ("<w:color w:val='FFFFFF'/><w:outline/>", True),
        ("<w:color w:val='auto'/>", True),
        ("<w:color w:val='000000'/><w:shd w:val='clear' w:fill='000000'/>", False),
        ("<w:sz w:val='3'/>", False),
        ("<w:sz w:val='4'/>", True),
    ],
)
def test_the_grounds_of_a_word_document_are_judged_alike(run, is_read):
    found = document(docx(paragraph("Said.") + f"<w:p>{paragraph('Perhaps.', run=run)[5:]}"))
    assert ("Perhaps." in found.text, found.warnings) == (is_read, () if is_read else ONE)


def test_a_word_documents_comments_and_deletions_are_counted():
    comments = f"<w:comments {W}><w:comment>{paragraph('LEAK')}</w:comment><w:comment/></w:comments>"
    gone = f"<w:moveFrom>{paragraph('LEAK')}</w:moveFrom><w:del/>"
    found = document(docx(paragraph("Said.") + gone, **{"word/comments.xml": comments}))
    assert (found.text, found.warnings) == ("Said.", ("left out 2 hidden parts",))


RAISED = "<w:r><w:rPr><w:vertAlign w:val='superscript'/></w:rPr><w:t>{}</w:t></w:r>"


@pytest.mark.parametrize(
    ("raised", "read"),
    [(RAISED.format("1"), "1,234 1"), (RAISED.format("1") + RAISED.format("2"), "1,234 12"),
     (RAISED.format("(1)"), "1,234(1)"), (RAISED.format("1").replace("super", "sub"), "1,2341")],
)  # fmt: skip
def test_a_raised_digit_of_a_word_document_is_not_read_as_one_of_the_figure(raised, read):
    assert document(docx(f"<w:p><w:r><w:t>1,234</w:t></w:r>{raised}</w:p>")).text == read


@pytest.mark.parametrize(
    ("said", "read"),
    [("s:text-position='super 58%'", "1,234 1."), ("s:text-position='33% 58%'", "1,234 1."),
     ("s:text-position='0% 100%'", "1,2341."), ("s:text-position='sub 58%'", "1,2341.")],
)  # fmt: skip
def test_a_raised_digit_of_an_open_document_is_not_read_as_one_of_the_figure(said, read):
    found = document(open_text(f"<text:p>1,234{span('1')}.</text:p>", style("text", "T", said)))
    assert found.text == read


@pytest.mark.parametrize(
    ("raised", "read"),
    [(rb"{\super 1}", "1,234 1."), (rb"{\up6 1}", "1,234 1."), (rb"\super 1\nosupersub ", "1,234 1."),
     (rb"{\super 1}{\super 2}", "1,234 12."), (rb"{\super th}", "1,234th."), (rb"{\sub 1}", "1,2341."),
     (rb"{\super\plain 1}", "1,2341.")],
)  # fmt: skip
def test_a_raised_digit_of_a_rich_text_is_not_read_as_one_of_the_figure(raised, read):
    assert document(rb"{\rtf1 1,234" + raised + b".}").text == read
