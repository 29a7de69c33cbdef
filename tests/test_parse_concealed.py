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
        ".x{position:absolute;width:1px;overflow:hidden} @media (min-width:1px){.x{height:50px}}",
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


SEEN = [  # each once taken for unseen: what hides in one place shows in another
    "<body bgcolor=black text=white><p>Said.</p></body>",
    "<style>.h{color:#fff} @media (min-width:1px){.h{background:#003}}</style><p class=h>Said.</p>",
    "<style>.h{color:#fff} .js .h:not(.x){background-color:#003}</style><p class=h>Said.</p>",
    "<style>.k{background:#000;color:#fff} .w{background:#fff} @media (min-width:1px){.w{color:#000}}</style>"
    "<div class=k><p class=w>Said.</p></div>",
    "<style>@media (min-width:1px){.s{visibility:visible}}</style>"
    "<div style='visibility:hidden'><p class=s>Said.</p></div>",
    "<p style='position:absolute;width:auto;height:calc(100% - 1px);overflow:hidden'>Said.</p>",
    "<style>.c{position:absolute;color:#fff}</style><div><img src=a.png><h1 class=c>Said.</h1></div>",
    "<style>.c{color:#fff}</style><div><img src=a.png><div><h1 class=c>Said.</h1></div></div>",
    "<div><div><picture><img src=a.png></picture></div><h1 style='color:#fff'>Said.</h1></div>",
    "<div><div style='background:#000'></div><h1 style='color:#fff'>Said.</h1></div>",
    "<body><video style='position:fixed' src=a></video><main><h1 style='color:#fff'>Said.</h1></main></body>",
    "<img src=a.png><h1 style='color:#fff;margin-top:-90px'>Said.</h1>",
    "<img src=a.png><h1 style='color:#fff;position:relative;top:-90px'>Said.</h1>",
    "<style>.h{color:#fff} .h::before{background:#000}</style><div class=h><p>Said.</p></div>",
    "<style>.h{color:#fff;background:#fff} .h:after,p::before{content:'';background:#000}</style>"
    "<div class=h><p>Said.</p></div>",
    "<style>td{max-width:0;overflow:hidden;text-overflow:ellipsis}</style><table><tr><td>Said.</table>",
    "<div style='display:table-cell;width:0;overflow:hidden'>Said.</div>",
    "<div style='height:0;padding-bottom:56%;overflow:hidden'>Said.</div>",
    "<style>.b{height:0;overflow:hidden}</style><div class=b style='padding: 0 0 56%'>Said.</div>",
    "<div style='height:0;min-height:100%;overflow:hidden'>Said.</div>",
    "<div style='width:0;min-width:100%;overflow:hidden'>Said.</div>",
    "<div style='height:0;flex:1 1 auto;overflow:hidden'>Said.</div>",
    "<style>.a{ color:red; .b{ color:red; display:none; } }</style><p class=a>Said.</p>",
    "<style>.b{display:none} .a{ .b{ display:block } }</style><div class=a><p class=b>Said.</p></div>",
    "<style>.b{display:none} .c,.b{ color:red; &.on{ display:block } }</style><p class='b on'>Said.</p>",
    "<style>.b{display:none} .b{ @media (min-width:1px){ display:block } }</style><p class=b>Said.</p>",
    "<noscript><style>.lazy{display:none}</style></noscript><p class=lazy>Said.</p>",
    "<template><style>.lazy{display:none}</style></template><p class=lazy>Said.</p>",
    "<style>.z{display:block !important}</style><p class=z style='display:none'>Said.</p>",
    "<style>@media (min-width:1px){.z{display:block !important}}</style>"
    "<p class=z style='display:none'>Said.</p>",
    "<style>@media (min-width:1px){.z{display:block}}</style><p class=z hidden>Said.</p>",
    "<style>.f{opacity:0; animation:in 1s forwards}</style><p class=f>Said.</p>",
    "<style>.f{opacity:0; transition:opacity 1s}</style><p class=f>Said.</p>",
    "<style>.f{opacity:0}</style><p class=f style='animation-name:in'>Said.</p>",
    "<style>.f{transform:scale(0);animation:pop 1s both}</style><p class=f>Said.</p>",
    "<style>.f{clip-path:inset(100% 0 0);animation:in 1s both}</style><p class=f>Said.</p>",
    "<style>@import url(dark.css);</style><p style='color:#fff'>Said.</p>",
    f"<style>{'.a{ ' * 10} .h{{background:#000}} {'}' * 10}</style><p class=h style='color:#fff'>Said.</p>",
    f"<style>{'p{top:0}' * 20_000} .h{{background:#000}}</style><p class=h style='color:#fff'>Said.</p>",
    "<div><svg><title>A</title></svg><h1 style='color:#fff'>Said.</h1></div>",
    "<div style='position:absolute;left:-50%;width:200%'>Said.</div>",
    "<div style='position:absolute;right:-100%'>Said.</div>",
    "<div style='position:relative'><p style='position:absolute;top:-450px'>Said.</p></div>",
    "<h1 aria-label='It was said'><span aria-hidden=true>Said.</span></h1>",
]  # fmt: skip


@pytest.mark.parametrize("markup", SEEN, ids=range(len(SEEN)))
def test_what_is_seen_after_all_is_read(markup):
    document = page(markup)
    assert document.text == "Said."
    assert document.warnings == ()


@pytest.mark.parametrize(
    "markup",
    [
        "<body bgcolor=white text=white><p>LEAK</p><p><font color=black>Said.</font></p></body>",
        "<style>:root{color:#111} a:hover{color:red}</style><p>Said.</p>"
        "<p style='color:#fff'>LEAK <b>LEAK</b></p>",
        "<style>.b{display:block}</style><p>Said.</p><p class=b style='display:none'>LEAK</p>",
        "<style>.b{display:block!important}</style><p>Said.<p class=b style='display:none!important'>LEAK",
        "<style>[hidden]{display:none!important}</style><p>Said.</p><p hidden>LEAK</p>",
        "<style>[hidden]{display:none!important}</style><p>Said.</p><p style='display:none'>LEAK</p>",
        "<style>.m{display:none} @media (max-width:9px){.m{display:none}}</style><p>Said.<p class=m>LEAK</p>",
        "<style>.n{ &.on{display:block} }</style><p>Said.</p><p style='display:none'>LEAK</p>",
        "<style>.n{ &.on{display:block} } .m{display:none}</style><p>Said.</p><p class=m>LEAK</p>",
        "<style>.n::before{background:red}</style><p>Said.</p><p style='color:#fff'>LEAK</p>",
        "<img src=logo.png><p>Said.</p><p style='color:#fff'>LEAK</p>",
        "<img src=a.png style='position:absolute;left:-9999px'><p>Said.</p><p style='color:#fff'>LEAK</p>",
        "<div style='background:#036'>Said.</div><p style='color:#fff'>LEAK</p>",
        "<p>Said.</p><p style='opacity:0;transition:none'>LEAK</p>",
        "<p>Said.</p><p style='height:0;padding:0 9px;overflow:hidden'>LEAK</p>",
        "<p>Said.</p><p style='position:absolute;top:-450px'>LEAK</p>",
        "<p>Said.</p><div><p style='position:absolute;top:-9999px'>LEAK</p></div>",
        "<p aria-label='x'>Said.<span aria-hidden=true>LEAK</span></p>",
        "<p aria-label='x'><b>Said.</b><span aria-hidden=true>LEAK</span></p>",
    ],
)
def test_what_is_near_such_cases_and_unseen_is_left_out(markup):
    document = page(markup)
    assert document.text == "Said."
    assert document.warnings == ("left out 1 hidden part",)


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
     ".a:not(" * 100_000, "@media x{" * 50_000 + "}" * 50_000, ".a{" * 50_000 + "}" * 50_000,
     ".a,.b{" * 12 + "&,& &{opacity:1}" + "}" * 12],
    ids=range(13),
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
