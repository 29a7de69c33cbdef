"""bot.parse.webpage: the words a reader sees, in reading order, and none that are hidden."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import ParseError
from bot.parse.limits import LIMITS
from bot.parse.tables import Cell, find_columns, is_list, lines, merge_signs, place
from bot.parse.webpage import read_html


def page(markup, name="page.html"):
    return read_html(markup.encode(), name, LIMITS)


def test_a_page_reads_as_paragraphs_lists_and_tables_in_order():
    document = page(
        """<html><head><title>The suit - News</title></head><body>
        <h1>The   suit</h1><p>Two plaintiffs <b>brought</b>
        it<br>in 2020.</p>Loose words<ul><li>First<li><p>Second</p><ol><li>nested</ol></ul>
        <table><caption>In millions</caption><tr><th>Year<th>Sales<tr><td>2023<td>5</table>after
        <pre>keeps   its
  shape</pre></body></html>"""
    )
    assert document.title == "The suit - News"
    assert document.text == (
        "The suit\n\nTwo plaintiffs brought it\nin 2020.\n\nLoose words\n\nFirst\nSecond\nnested\n\n"
        "In millions\n\nYear | Sales\n2023 | 5\n\nafter\n\nkeeps   its\n  shape"
    )


def test_headings_become_sections_that_start_at_their_own_words():
    document = page("<h1>A</h1><p>x</p><h2>B <i>b</i></h2><p>y</p><h2>C</h2><p>z</p>")
    found = [
        (section.title, section.level, document.text[section.start : section.end])
        for section in document.sections
    ]
    assert found == [
        ("A", 1, "A\n\nx\n\nB b\n\ny\n\nC\n\nz"),
        ("B b", 2, "B b\n\ny\n\n"),
        ("C", 2, "C\n\nz"),
    ]


def test_bold_lines_are_sections_only_where_a_page_has_no_headings():
    filing = (
        "<div><span style='font-weight:700'>Item 1A. Risk Factors.</span></div>"
        "<p>We may lose.</p><p><b>Market risk</b></p>"
    )
    assert [(s.title, s.level) for s in page(filing).sections] == [
        ("Item 1A. Risk Factors.", 2),
        ("Market risk", 3),
    ]
    assert [s.title for s in page("<h1>Real</h1>" + filing).sections] == ["Real"]
    assert page("<p><b>A whole bold sentence.</b></p>" + "<p><b>Back</b></p>" * 4).sections == ()


@pytest.mark.parametrize(
    "hidden",
    [
        "<p hidden>LEAK</p>",
        "<p aria-hidden=true>LEAK</p>",
        "<p style='color:red; DISPLAY : none'>LEAK</p>",
        "<p style='display:none !important'>LEAK</p>",
        "<p style='visibility:hidden'>LEAK</p>",
        "<p style='font-size:0px'>LEAK</p>",
        "<p style='font-size: 0.0em;'>LEAK</p>",
        "<p style='opacity:0'>LEAK</p>",
        "<div hidden><p>LEAK<b>LEAK</b></p></div>",
        "<ix:header><ix:hidden>LEAK</ix:hidden></ix:header>",
        "<table><tr><td>a<td hidden>LEAK<tr hidden><td>LEAK</table>",
    ],
)
def test_hidden_parts_are_left_out_and_what_follows_them_is_kept(hidden):
    document = page(f"<p>Before</p>{hidden}<p>After</p>")
    assert "LEAK" not in document.text
    assert document.text.startswith("Before")
    assert document.text.endswith("After")
    if "table" not in hidden:
        assert document.warnings == ("left out 1 hidden part",)


@pytest.mark.parametrize(
    "silent",
    [
        "<script>LEAK</script>",
        "<style>LEAK{}</style>",
        "<!-- LEAK -->",
        "<template>LEAK</template>",
        "<noscript>LEAK</noscript>",
        "<img alt=LEAK title=LEAK src=LEAK>",
        "<input type=hidden value=LEAK>",
        "<iframe srcdoc=LEAK>LEAK</iframe>",
        "<meta name=description content=LEAK>",
        "<svg><title>LEAK</title></svg>",
    ],
)
def test_what_no_browser_shows_is_left_out_without_a_remark(silent):
    document = page(f"<p>Be{silent}fore</p>")
    assert document.text == "Before"
    assert document.warnings == ()


@pytest.mark.parametrize(
    "style", ["font-size:0.5em", "font-size:10px", "opacity:0.9", "display:block", "margin:0"]
)
def test_styles_that_do_not_hide_hide_nothing(style):
    assert page(f"<p style='{style}'>Words</p>").text == "Words"


def test_what_frames_a_page_is_left_out_where_it_has_an_article():
    frame = (
        "<header>Site</header><nav>Home</nav><div role=banner>B</div><aside>Ad</aside><footer>(c)</footer>"
    )
    cookies = "<div class='x cookie-banner'>Cookies</div>"
    article = "<article><header><h1>Headline</h1></header><p>Words</p></article>"
    assert page(f"<form>{frame}{cookies}{article}<button>Go</button></form>").text == "Headline\n\nWords"
    assert page(f"{frame}<p>Words</p>").text == "Site\n\nHome\n\nB\n\nAd\n\n(c)\n\nWords"


def test_every_visible_figure_of_an_inline_xbrl_filing_is_kept():
    document = page(
        "<html xmlns:ix='http://www.xbrl.org/2013/inlineXBRL'><body>"
        "<div style='display:none'><ix:header>x</ix:header></div>"
        "<p>Sales were $<ix:nonFraction name='a' scale='6'>391,035</ix:nonFraction> million<sup>1</sup>.</p>"
        "<ix:continuation><p>More&#160;words.</p></ix:continuation></body></html>"
    )
    assert document.text == "Sales were $391,035 million 1.\n\nMore words."


def test_a_note_number_does_not_become_part_of_a_figure():
    assert page(
        "<p>$1,496<sup>2</sup></p><table><tr><td>Cash<sup>3</sup><td>7<tr><td>x<td>y</table>"
    ).text == ("$1,496 2\n\nCash 3 | 7\nx | y")


def test_a_filing_table_joins_signs_drops_spacers_and_keeps_empty_cells():
    """Grid columns: label 0, spacer 1, "$" 2, number 3, ")" 4, spacer 5, "$" 6, number 7, "%" 8."""
    document = page(
        "<table><tr><td><td><td colspan=3>2024<td><td colspan=3>2023"
        "<tr><td>Sales<td><td>$<td>(1,496<td>)<td><td>$<td>1,202<td>"
        "<tr><td>Growth<td><td><td><td><td><td><td>4<td>%"
        "<tr><td><td><td><td><td><td><td><td></table>"
    )
    assert document.text == " | 2024 | 2023\nSales | $(1,496) | $1,202\nGrowth |  | 4%"


def test_a_header_over_several_columns_stands_over_the_first():
    grid = place(
        [
            [("", 1, 1), ("Years ended", 2, 1)],
            [("", 1, 1), ("2019", 1, 1), ("2018", 1, 1)],
            [("a", 1, 1), ("1", 1, 1)],
        ]
    )
    assert lines(grid) == [" | Years ended |", " | 2019 | 2018", "a | 1 |"]


def test_a_cell_over_several_rows_keeps_its_column_below():
    assert place([[("a", 1, 2), ("b", 1, 1)], [("c", 2, 1)]]) == [
        [Cell("a", 0, 1), Cell("b", 1, 2)],
        [Cell("c", 1, 3)],
    ]


def test_a_table_that_lays_out_a_list_reads_as_a_list():
    assert is_list(place([[("•", 1, 1), ("First", 1, 1)], [("(b)", 1, 1), ("Second", 1, 1)]]))
    assert page("<table><tr><td>•<td>First risk<tr><td>•<td>Second</table>").text == "• First risk\n• Second"


def test_a_table_that_lays_out_a_page_reads_as_paragraphs():
    nested = "<table><tr><td><p>Menu</p><td><h1>Head</h1><table><tr><td>a<td>b</table></table>"
    assert page(nested).text == "Menu\n\nHead\n\na | b"
    column = "<table><tr><td>Menu<td><p>" + "Words. " * 200 + "</p><p>End</p></table>"
    assert page(column).text.endswith("Words.\n\nEnd")


spans = st.tuples(st.sampled_from(["", "$", "5", ")", "words"]), st.integers(1, 4), st.integers(1, 3))


@given(st.lists(st.lists(spans, max_size=6), max_size=6))
def test_no_word_of_a_table_is_lost_and_all_lines_have_the_same_columns(rows):
    grid = place(rows)
    written = lines(grid)
    letters = sorted("".join(text for row in rows for text, _, _ in row))
    assert sorted("".join(written).replace("|", "").replace(" ", "")) == letters
    columns = find_columns([c for row in grid for c in merge_signs([c for c in row if c.text])])
    assert {line.count("|") for line in written} <= {max(len(columns) - 1, 0)}
    assert all(left[1] <= right[0] for left, right in pairwise(columns))


@pytest.mark.parametrize(
    ("head", "body", "title"),
    [
        ("<title> A\ntitle </title><meta property=og:title content=Other>", "<h1>Head</h1>", "A title"),
        ("<title></title>", "<h1>The <i>Head</i></h1>", "The Head"),
        ("<title>aapl-20240928</title><meta property=og:title content='Open graph'>", "", "Open graph"),
        ("", "", "page"),
    ],
)
def test_the_title_is_the_best_the_page_gives(head, body, title):
    assert page(f"<html><head>{head}</head><body>{body}<p>Words.</p></body></html>").title == title


def test_what_a_page_says_about_itself_is_metadata():
    document = page(
        "<meta name=author content='A. Writer'><meta property=article:published_time content=2024-04-01>"
        "<meta property=og:site_name content=News><link rel=canonical href=https://example.org/a><p>Words"
    )
    assert document.metadata == {
        "type": "html", "author": "A. Writer", "date": "2024-04-01", "site": "News", "url": "https://example.org/a",
    }  # fmt: skip


def test_deep_nesting_is_read_or_refused_and_never_cut():
    assert page("<div>" * 900 + "Deep" + "</div>" * 900).text == "Deep"
    with pytest.raises(ParseError, match=r"deep\.html nests its elements too deeply"):
        page("<p>Seen</p>" + "<div>" * 100_000 + "Lost", "deep.html")


def test_entities_become_characters_and_only_once():
    assert page("<p>AT&amp;T &amp;lt; &#8203;&shy;x &#0; &#xD800;").text.startswith("AT&T &lt; x \ufffd")


def test_nothing_is_read_from_outside_the_page(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("LEAK")
    doctype = f'<!DOCTYPE html [<!ENTITY x SYSTEM "file://{secret}">]>'
    xml = f'<?xml version="1.0"?>{doctype}<html><body>a &x; b</body></html>'
    assert "LEAK" not in page(xml).text


@settings(deadline=None, max_examples=50)
@given(
    st.lists(
        st.sampled_from(
            [
                "<p>",
                "</p>",
                "<b>",
                "<table>",
                "<td>",
                "<tr>",
                "<li>",
                "<h2>",
                "<br>",
                "<!--",
                "word ",
                "&",
                "<",
            ]
        )
    )
)
def test_any_soup_of_tags_gives_canonical_text_or_one_refusal(soup):
    try:
        document = page("".join(soup))
    except ParseError as error:
        assert "holds no visible text" in str(error)  # noqa: PT017
    else:
        assert document.text.strip()
        assert "\n\n\n" not in document.text
        for section in document.sections:
            assert document.text.startswith(section.title, section.start)
