"""bot.parse.concealed, stylesheet, colours: what nobody sees of a page is left out and counted, no more."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.parse.colours import colour, is_seen
from bot.parse.limits import LIMITS
from bot.parse.stylesheet import StyleSheet, declarations
from bot.parse.webpage import parse_tree, read_html


def page(markup):
    return read_html(markup.encode(), "page.html", LIMITS)


HIDING = [
    "display:none", "DISPLAY : none !important", "visibility:hidden", "visibility: collapse", "opacity:0",
    "opacity:0.0", "opacity: 0%", "font-size:0", "font-size:0px", "font-size:.5px", "font-size:1pt",
    "color:#fff", "color:white", "color:#fefefe", "color:rgb(255,255,255)", "color:rgb(100% 100% 100%)",
    "color:transparent", "color:rgba(0,0,0,0)", "color:#00000000", "color:black;background:black",
    "color:#123456;background-color:rgb(18,52,86)", "position:absolute;left:-9999px",
    "position:fixed;top:-200em", "position:absolute;right:-5000px", "text-indent:-9999px",
    "position:absolute;clip:rect(0,0,0,0)", "position:absolute;clip:rect(1px, 1px, 1px, 1px)",
    "clip-path:inset(50%)", "clip-path: inset(100%)",
    "position:absolute;width:1px;height:1px;overflow:hidden",
    "height:0;overflow:hidden", "max-height:0px; overflow-y:hidden", "transform:scale(0)",
    "content-visibility:hidden",
]  # fmt: skip

SHOWING = [
    "display:block", "visibility:visible", "opacity:0.1", "opacity:1", "font-size:10px", "font-size:0.5em",
    "font-size:50%", "color:#000", "color:#777", "color:white;background:#036",
    "color:#fff;background:url(x)",
    "color:#fff;background-image:linear-gradient(red,blue)", "color:transparent;background-clip:text",
    "color:var(--ink)", "color:inherit", "position:absolute;left:-20px", "left:-9999px", "text-indent:-1em",
    "margin-left:-9999px", "height:0", "max-height:0", "width:0;overflow:visible",
    "position:absolute;width:1px",
    "clip:rect(0,0,0,0)", "transform:scale(0.5)", "text-transform:scale(0)", "margin:0", "font-size:small",
    "background:white", "background:none",
]  # fmt: skip


@pytest.mark.parametrize("style", HIDING)
@pytest.mark.parametrize("where", ["style", "class", "id", "below", "tag", "media"])
def test_what_a_style_hides_is_left_out_and_counted(style, where):
    rules = {
        "class": f".x{{{style}}}", "id": f"#y, .other {{ {style} }}", "below": f"main > .z em{{{style}}}",
        "tag": f"em{{{style}}}", "media": f"@media screen {{ a{{color:red}} .x{{{style}}} }}",
    }  # fmt: skip
    own = f"style='{style}'" if where == "style" else ""
    document = page(
        f"<style>/* <em> */ {rules.get(where, '')}</style>"
        f"<main><p class=z>Before <em class='w x' id=y {own}>LEAK <b>LEAK</b></em> after.</p></main>"
    )
    assert document.text == "Before after."
    assert document.warnings == ("left out 1 hidden part",)


@pytest.mark.parametrize("style", SHOWING)
@pytest.mark.parametrize("in_a_sheet", [False, True])
def test_what_a_style_does_not_hide_is_read(style, in_a_sheet):
    sheet = f".x{{{style}}}" if in_a_sheet else ""
    own = "" if in_a_sheet else f"style='{style}'"
    document = page(f"<style>{sheet}</style><p>Sales <em class=x {own}>203.6</em> rose.</p>")
    assert document.text == "Sales 203.6 rose."
    assert document.warnings == ()


@pytest.mark.parametrize(
    "sheet",
    [
        ".x{display:none} .x{display:block}",
        ".x.y{display:inline} .x{display:none}",
        "#z{display:inline} .x.y{display:none}",
        ".x{display:none} em{display:inline !important}",
        ".x{display:none} @media (min-width:800px){.x{display:inline}}",
        ".x{display:none} .js .x:not(.closed){display:inline}",
        ".x{display:none} [class]{display:inline}",
        ".x:hover{display:none}",
        ".x[hidden]{display:none}",
        "@media print{.x{display:none}}",
        "@media (max-width:600px){.x{display:none}}",
        "@supports not (display:grid){.x{display:none}}",
        "@keyframes fade{from{opacity:0}}",
        "@font-face{font-size:0}",
        ".x::before,.x:after{display:none}",
        ".other .x{display:none}",
        "div>.x{display:none}",
        "p+.x{display:none}",
        "em.wrong{display:none}",
        ".x{display:none",
        "/* .x{display:none} */",
        ".x{color:#fff} p{background:#036}",
        ".x{color:#fff} body{background:url(night.png)}",
    ],
)
def test_a_sheet_that_may_show_it_after_all_hides_nothing(sheet):
    document = page(f"<style>{sheet}</style><p>Sales <em class='x y' id=z>203.6</em></p>")
    assert document.text == "Sales 203.6"


def test_a_sheet_for_print_is_not_read_and_its_own_style_wins_over_a_sheet():
    assert page("<style media=print>p{display:none}</style><p>Words").text == "Words"
    assert page("<style>p{display:none}</style><p style='display:block'>Words").text == "Words"


def test_what_is_shown_again_within_an_unseen_part_is_read():
    """A container with letters of no size is a common way to close the gaps between its boxes."""
    document = page(
        "<div style='font-size:0'>LEAK<p style='font-size:16px'>One</p>LEAK"
        "<p style='font-size:14px'>Two</p></div>"
        "<div style='visibility:hidden'>LEAK<p style='visibility:visible'>Three</p></div>"
        "<div style='color:#fff'>LEAK<p style='background:#000'>Four <b style='font-size:2em'>5</b></p></div>"
    )
    assert document.text == "One\n\nTwo\n\nThree\n\nFour 5"
    assert document.warnings == ("left out 3 hidden parts",)


def test_white_words_in_a_dark_table_head_are_read_and_white_ones_on_white_are_not():
    head = "<tr style='background-color:#003366'><th style='color:#ffffff'>Year<th style='color:#fff'>Sales"
    filler = "<tr><td><span style='color:#ffffff;font-size:3pt'>True</span><td>203.6"
    assert page(f"<table>{head}{filler}<tr><td>2023<td>5</table>").text == "Year | Sales\n | 203.6\n2023 | 5"
    white = "<td><font color=white>"
    old = f"<table><tr bgcolor=#000080>{white}Year</font>{white}Sales</font></table>"
    assert page(old).text == "Year | Sales"


def test_a_page_with_a_foreign_sheet_may_have_another_ground():
    words = "<p style='color:#fff'>Words</p><p style='display:none'>LEAK</p>"
    assert page("<link rel=stylesheet href=dark.css>" + words).text == "Words"


def test_a_link_has_its_own_colour():
    assert page("<div style='color:#fff'><a href='/x'>Report</a></div>").text == "Report"


@pytest.mark.parametrize(
    ("markup", "read"),
    [
        ("<details><summary>More</summary><p>Said below.</p></details>", "More\n\nSaid below."),
        ("<dialog>LEAK</dialog><dialog open>Said.</dialog>", "Said."),
        ("<p hidden>LEAK</p><p>Said.</p>", "Said."),
        ("<style>.s{display:flex}</style><p hidden class=s>Said.</p>", "Said."),
        ("<p>Price <span aria-hidden=true>LEAK</span></p>", "Price"),
        ("<p><i style='position:absolute;left:-9999px'>LEAK</i><i aria-hidden=true>$5</i></p>", "$5"),
        ("<html style='opacity:0'><body style='visibility:hidden'><p>Said.</p></body></html>", "Said."),
        ("<p>a<!-- LEAK -->b</p>", "ab"),
        ("<table><tr><td>1<td style='display:none'>LEAK<td>2</table>", "1 | 2"),
        ("<style>.h{display:none}</style><table><tr><td>1<td>2<tr class=h><td>LEAK<td>L</table>", "1 | 2"),
    ],
)
def test_what_is_decided_about_each_way_to_hide(markup, read):
    assert page(markup).text == read


@given(st.text(alphabet="{}@;:.#a >,*/\"'()[]!-0px", max_size=200))
def test_no_sheet_makes_reading_fail(sheet):
    root = parse_tree(f"<style>{sheet}</style><p class=a id=a>Words</p>", "page.html")
    found = StyleSheet.of(root)
    assert all(isinstance(found.declared(element), dict) for element in root.iter("p"))
    assert set(declarations(sheet)[1]) <= set(declarations(sheet)[0])


@pytest.mark.slow
@pytest.mark.parametrize(
    "sheet",
    ["{" * 200_000, ".a{" * 100_000, "{a}" * 100_000,
     "/*" * 200_000, "a," * 200_000 + "b{color:red}", "@media{" * 100_000,
     ".a .a .a .a .a .a .b{opacity:1}" * 3000, "p{color:red}" * 20_000, '"' * 200_000,
     ".a:not(" * 100_000],
    ids=range(10),
)  # fmt: skip
def test_no_sheet_makes_reading_slow(sheet):
    started = time.perf_counter()
    page(f"<style>{sheet}</style>" + "<div class=a>" * 50 + "<p class=b>Words</p>" * 200)
    assert time.perf_counter() - started < 8


@pytest.mark.parametrize(
    ("written", "read"),
    [("#FFF", (255, 255, 255, 1)), ("#01020304", (1, 2, 3, 4 / 255)), ("rgb(1, 2,3)", (1, 2, 3, 1)),
     ("rgba(1 2 3 / 50%)", (1, 2, 3, 0.5)), ("White", (255, 255, 255, 1)), ("#12", None), ("var(--x)", None),
     ("rgb(1,2)", None), ("rgb(a,b,c)", None), ("", None), ("rgb(999,0,0)", (255, 0, 0, 1))],
)  # fmt: skip
def test_colours_are_read(written, read):
    assert colour(written) == read


def test_only_colours_that_the_eye_parts_are_seen():
    assert is_seen((0, 0, 0, 1), (255, 255, 255, 1))
    assert is_seen((238, 238, 238, 1), (255, 255, 255, 1))
    assert not is_seen((250, 250, 250, 1), (255, 255, 255, 1))
