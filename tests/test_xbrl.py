"""Inline XBRL: each fact that is shown is tied to the characters that show it, with what they stand for."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.datatypes import Fact
from bot.parse import parse
from bot.parse.limits import LIMITS
from bot.parse.messages import decode, encode, from_outcome, to_outcome
from bot.parse.numbers import in_words, stated_value
from bot.parse.webpage import read_html

HEADER = """<div style="display:none"><ix:header><ix:hidden>
<ix:nonNumeric name="dei:EntityCentralIndexKey" contextRef="year">0000123</ix:nonNumeric>
<ix:nonFraction name="x:Unseen" contextRef="day" unitRef="usd" decimals="0">7</ix:nonFraction></ix:hidden>
<ix:resources>
<xbrli:context id="year"><xbrli:entity><xbrli:identifier scheme="s">1</xbrli:identifier></xbrli:entity>
<xbrli:period><xbrli:startDate>2023-01-01</xbrli:startDate><xbrli:endDate>2023-12-31</xbrli:endDate></xbrli:period>
</xbrli:context>
<xbrli:context id="day"><xbrli:entity><xbrli:identifier scheme="s">1</xbrli:identifier><xbrli:segment>
<xbrldi:explicitMember dimension="us-gaap:SegmentsAxis">x:PumpsMember</xbrldi:explicitMember></xbrli:segment>
</xbrli:entity><xbrli:period><xbrli:instant>2023-12-31</xbrli:instant></xbrli:period></xbrli:context>
<xbrli:unit id="usd"><xbrli:measure>iso4217:USD</xbrli:measure></xbrli:unit>
<xbrli:unit id="each"><xbrli:divide><xbrli:unitNumerator><xbrli:measure>iso4217:USD</xbrli:measure>
</xbrli:unitNumerator><xbrli:unitDenominator><xbrli:measure>xbrli:shares</xbrli:measure></xbrli:unitDenominator>
</xbrli:divide></xbrli:unit></ix:resources></ix:header></div>"""


def read(body):
    return read_html(f"<html><body>{HEADER}{body}</body></html>".encode(), "filing.html", LIMITS)


def number(shown, *, name="us-gaap:Sales", context="year", unit="usd", more='scale="6" decimals="-6"'):
    return (
        f'<ix:nonFraction name="{name}" contextRef="{context}" unitRef="{unit}" '
        f'format="ixt:num-dot-decimal" {more}>{shown}</ix:nonFraction>'
    )


def shown_of(document):
    return [(document.text[fact.start : fact.end], fact.value) for fact in document.facts]


def test_a_figure_in_a_sentence_has_its_place_and_all_that_is_said_of_it():
    document = read(f"<p>Sales were\n  <b>$</b>{number('1,234')} million, a rise.</p>")
    start = document.text.index("1,234")
    assert document.facts == (
        Fact("us-gaap:Sales", start, start + 5, "1234000000", "USD", "2023-01-01", "2023-12-31", 6, "", "-6"),
    )
    assert document.n_hidden_facts == 2
    assert document.text == "Sales were $1,234 million, a rise."


def test_a_loss_in_brackets_in_a_table_is_negative_and_its_place_is_the_figure():
    loss = number("5.5", more='scale="3" sign="-"', context="day")
    row = (
        f"<tr><td>Loss</td><td>$</td><td>({loss}</td><td>)</td>"
        f"<td>{number('—', more='').replace('num-dot-decimal', 'fixed-zero')}</td></tr>"
    )
    document = read(f"<table><tr><td></td><td></td><td>2023</td><td></td><td>2022</td></tr>{row}</table>")
    assert document.text.splitlines()[1] == "Loss | $(5.5) | —"
    assert shown_of(document) == [("5.5", "-5500"), ("—", "0")]
    fact = document.facts[0]
    assert (fact.period_start, fact.period_end, fact.sign, fact.scale) == ("", "2023-12-31", "-", 3)
    assert fact.dimensions == (("us-gaap:SegmentsAxis", "x:PumpsMember"),)


def test_the_same_figures_side_by_side_keep_their_own_places():
    cells = "".join(f"<td>{number('5', name=f'x:C{i}')}</td>" for i in range(6))
    document = read(f"<table><tr><td>5 | 5</td>{cells}</tr></table><p>5 and {number('5', name='x:Last')}</p>")
    assert [fact.concept for fact in document.facts] == [*(f"x:C{i}" for i in range(6)), "x:Last"]
    line = document.text.splitlines()[0]
    assert [fact.start for fact in document.facts[:6]] == [i for i, c in enumerate(line) if c == "5"][2:]
    assert document.facts[-1].start == document.text.rindex("5")


def test_tags_inside_tags_have_the_same_place():
    inner = number("<span>12</span>", name="x:Inner", more="")
    outer = number(f"<b>{inner}</b>", name="x:Outer", more="")
    document = read(f"<p>There are {outer} mills.</p>")
    assert {(f.concept, f.value, document.text[f.start : f.end]) for f in document.facts} == {
        ("x:Inner", "12", "12"), ("x:Outer", "12", "12"),
    }  # fmt: skip


def words_tag(shown, more=""):
    return f'<ix:nonNumeric name="dei:Thing" contextRef="year" {more}>{shown}</ix:nonNumeric>'


@pytest.mark.parametrize(
    ("tagged", "value", "shown"),
    [
        (words_tag("December&#160;31, 2023", 'format="ixt:date-monthname-day-year-en"'), "2023-12-31",
         "December 31, 2023"),
        (words_tag("Tarnfield  Pumps"), "Tarnfield Pumps", "Tarnfield Pumps"),
        (words_tag("☒", 'format="ixt:fixed-true"'), "true", "☒"),
        (words_tag("☐", 'format="ixt-sec:boolballotboxfalse"'), "false", "☐"),
        (words_tag("A<ix:exclude> <b>1</b>7 </ix:exclude>B <b>c</b>d"), "AB cd", "A 17 B cd"),
        (words_tag("none", 'xsi:nil="true"'), None, "none"),
        (words_tag("Half", 'continuedAt="rest"') + '. <ix:continuation id="rest">a mill</ix:continuation>',
         "Half a mill", "Half"),
    ],
)  # fmt: skip
def test_short_words_and_dates_are_facts(tagged, value, shown):
    document = read(f"<p>It says {tagged} here.</p>")
    (fact,) = document.facts
    assert (fact.value, fact.unit, document.text[fact.start : fact.end]) == (value, "", shown)


def test_a_nil_figure_has_no_value_and_its_place():
    document = read(f"<p>Goodwill {number('—', more='xsi:nil=true')}.</p>")
    assert shown_of(document) == [("—", None)]
    empty = read(f"<p>Goodwill {number('', more='xsi:nil=true')}.</p>")
    assert empty.facts == ()
    closed = '<ix:nonFraction name="x:Nil" contextRef="year" unitRef="usd" xsi:nil="true"/>'
    assert shown_of(read(f"<p>Goodwill {closed} was 5.</p><p>And {number('6', more='')}.</p>")) == [
        ("6", "6")
    ]


def test_a_unit_for_each_share_is_told():
    (fact,) = read(f"<p>{number('1.5', unit='each', more='')}</p>").facts
    assert (fact.value, fact.unit) == ("1.5", "USD/shares")


@pytest.mark.parametrize(
    "tagged",
    [
        words_tag("<p>A whole note.</p><p>Of two paragraphs.</p>"),
        words_tag("long " * 80),
        words_tag("x" * 200 + " y"),
        words_tag("A note.", 'escape="true"'),
        words_tag("<table><tr><td>A</td><td>B</td></tr></table>"),
        number("5", context="nowhere"),
        number("5", unit="nothing"),
        number("five pumps"),
        number("5", more='scale="999999999"'),
        number("5", more='scale="x"'),
        number("5", more='sign="+-"'),
        number("9" * 100),
        number("5", name=""),
        f'<span style="display:none">{number("5")}</span>',
    ],
)
def test_what_cannot_be_told_for_certain_is_left_out_and_its_words_stay(tagged):
    document = read(f"<p>Here:</p>{tagged}<p>That was {number('8', name='x:Eight')}.</p>")
    assert [fact.concept for fact in document.facts] == ["x:Eight"]
    assert document.text.endswith("That was 8.")


def test_a_chain_of_continuations_that_never_ends_is_no_fact():
    loop = words_tag("A", 'continuedAt="a"') + '<ix:continuation id="a" continuedAt="a"> B</ix:continuation>'
    assert read(f"<p>{loop}</p>").facts == ()


def test_a_page_without_tags_has_no_facts():
    document = read_html(b"<p>Sales were 5.</p>", "page.html", LIMITS)
    assert (document.facts, document.n_hidden_facts) == ((), 0)


def test_facts_come_out_of_the_sandbox_as_they_are():
    page = f"<html><body>{HEADER}<p>Sales {number('1,234', context='day')}</p></body></html>".encode()
    (document,) = parse(page, "filing.html")
    assert document == read_html(page, "filing.html", LIMITS)
    assert document.facts
    assert to_outcome(decode(encode(from_outcome(document)))) == document


PIECES = st.lists(
    st.one_of(
        st.tuples(st.just("text"), st.text(alphabet="ab |\u00a0\u200b\n.$()5", max_size=8)),
        st.tuples(st.just("fact"), st.from_regex(r"[1-9][0-9]{0,2}(,[0-9]{3}){0,2}", fullmatch=True)),
        st.tuples(st.sampled_from(["br", "cell", "row", "bold"]), st.just("")),
    ),
    max_size=14,
)


@given(PIECES, st.booleans())
def test_every_shown_figure_is_found_where_it_stands(pieces, in_table):
    """Whatever stands around it: white space, bars, invisible characters, cells, other figures."""
    markup, figures = [], []
    for kind, text in pieces:
        if kind == "fact":
            markup.append(number(text, name=f"x:F{len(figures)}", more=""))
            figures.append(text)
        else:
            between = {"cell": "</td><td>", "row": "</td></tr><tr><td>"} if in_table else {}
            between |= {"text": text, "br": "<br>", "bold": "<b>x</b>"}
            markup.append(between.get(kind, " "))
    inside = "".join(markup)
    document = read(f"<table><tr><td>{inside}</td></tr></table>." if in_table else f"<p>{inside}.</p>")
    assert [document.text[f.start : f.end] for f in document.facts] == figures
    assert [f.concept for f in document.facts] == [f"x:F{i}" for i in range(len(figures))]
    assert [f.value for f in document.facts] == [text.replace(",", "") for text in figures]


# What a figure stands for


@given(st.integers(0, 10**12), st.integers(0, 4), st.integers(-6, 12), st.booleans())
def test_a_figure_stands_for_itself_times_its_scale_with_its_sign(whole, places, scale, negative):
    fraction = f".{whole % 10**places:0{places}d}" if places else ""
    shown, sign = f"{whole:,}{fraction}", "-" if negative else ""
    meant = Decimal(f"{whole}{fraction}") * Decimal(10) ** scale * (-1 if negative else 1)
    for form in ("ixt:num-dot-decimal", "ixt:numdotdecimal", ""):
        value = stated_value(shown, form=form, scale=str(scale), sign=sign)
        assert value is not None
        assert Decimal(value) == meant
        assert "E" not in value
    turned = shown.translate(str.maketrans(",.", ".,"))
    assert stated_value(turned, form="ixt:num-comma-decimal", scale=str(scale), sign=sign) == value


@pytest.mark.parametrize(
    ("shown", "form", "value"),
    [
        ("—", "ixt:fixed-zero", "0"),
        ("-", "ixt:zerodash", "0"),
        ("–", "ixt:numdash", "0"),
        ("1 234,5", "ixt:numspacecomma", "1234.5"),
        ("1 234.5", "ixt:numspacedot", "1234.5"),
        ("5 dollars 30 cents", "ixt:num-unit-decimal", "5.30".rstrip("0")),
        ("one hundred and five", "ixt-sec:numwordsen", "105"),
        ("no", "ixt-sec:numwordsen", "0"),
        ("—", "ixt:num-dot-decimal", None),
        ("1.2.3", "ixt:num-dot-decimal", None),
        ("٣", "ixt:num-dot-decimal", None),
        ("5", "ixt:dateslashus", None),
    ],
)
def test_formats_are_read_or_not_at_all(shown, form, value):
    assert stated_value(shown, form=form) == value


@pytest.mark.parametrize(
    ("written", "value"),
    [("two", 2), ("twenty-one", 21), ("two million three hundred thousand", 2_300_000), ("a hundred", 100),
     ("12", 12), ("several", None), ("", None), ("a", None), ("and", None), ("one two", None), ("zero", 0),
     ("one hundred and two hundred", None), ("one million two million", None), ("fifteen three", None),
     ("twelve hundred", 1200), ("five million", 5_000_000), ("no five", None),
     ("nine hundred ninety-nine thousand and one", 999_001)],
)  # fmt: skip
def test_numbers_in_words(written, value):
    assert in_words(written) == value


@pytest.mark.parametrize(
    ("shown", "scale", "sign", "value"),
    [("1" * 40, "2", "", "1" * 40 + "00"), ("9" * 35, "0", "-", "-" + "9" * 35),
     ("9" * 60, "30", "-", "-" + "9" * 60 + "0" * 30)],
)  # fmt: skip
def test_long_figures_are_not_rounded(shown, scale, sign, value):
    assert stated_value(shown, scale=scale, sign=sign) == value


@given(st.text(max_size=30), st.text(max_size=6), st.text(max_size=3))
def test_any_figure_has_a_plain_value_or_none(shown, scale, sign):
    value = stated_value(shown, form="ixt:num-dot-decimal", scale=scale, sign=sign)
    assert value is None or format(Decimal(value), "f") == value
