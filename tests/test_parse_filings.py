"""bot.parse.filing and items: Parts and Items are found by their headings, and none is invented."""

import json
import os
from pathlib import Path

import pytest

from bot.dates import iso_date
from bot.parse.filing import about_filing
from bot.parse.items import with_items
from bot.parse.limits import LIMITS
from bot.parse.plain import read_text
from bot.parse.webpage import read_html

DATA = Path(os.environ.get("BOT_EVAL_DATA", Path(__file__).resolve().parents[1] / ".." / "shared" / "data"))
COVER = (
    "<p>UNITED STATES<br>SECURITIES AND EXCHANGE COMMISSION</p><p>FORM {form}</p>"
    "<p>For the fiscal year ended December&#160;31, 2021</p>"
    "<p>Tarnfield Pumps, Inc.</p><p>(Exact name of registrant as specified in its charter)</p>"
)
RISKS = "<p>" + "We may lose a large customer, and pumps may fail. " * 8 + "</p>"


def filing(body, form="10-K"):
    return read_html((COVER.format(form=form) + body).encode(), "filing.html", LIMITS)


def items(body, form="10-K"):
    """Return (item, words of the section) of each section that is an Item."""
    document = filing(body, form)
    return [(s.item, document.text[s.start : s.end].strip()) for s in document.sections if s.item]


def numbers(body, form="10-K"):
    return [item for item, _ in items(body, form)]


@pytest.mark.parametrize(
    "heading",
    [
        "<p><b>Item 1A. Risk Factors</b></p>",
        "<p>ITEM&#160;1A.&#160;&#160;RISK FACTORS</p>",
        "<p><span>Item</span><span> 1A</span><span>. Risk</span> <span>Factors</span></p>",
        "<p><b>I<small>TEM</small> 1A. R<small>ISK</small> F<small>ACTORS</small></b></p>",
        "<h2>Item 1A: Risk Factors</h2>",
        "<p>Item 1A &#8212; Risk Factors</p>",
        "<p>Item 1(A). Risk Factors</p>",
        "<table><tr><td>Item</td><td>1A.</td><td>Risk Factors</td></tr></table>",
        "<table><tr><td></td><td>Item 1A.</td><td></td><td>Risk Factors</td></tr></table>",
        "<div><b>Item 1A.</b></div><div><b>Risk Factors</b></div>",
        "<p>PART I, ITEM 1A. RISK FACTORS</p>",
    ],
)
def test_a_heading_is_found_however_it_is_set(heading):
    document = filing(f"<p>Item 1. Business</p><p>We sell pumps.</p>{heading}<p>We may lose.</p>")
    section = next(s for s in document.sections if s.item == "1A")
    assert document.text[section.end - 12 : section.end] == "We may lose."
    assert "RISK FACTORS" in section.title.upper()
    assert "|" not in section.title


def test_an_item_runs_up_to_the_next_and_a_part_over_its_items():
    body = (
        "<p>PART I</p><p>Item 1. Business</p><p>Pumps.</p><p>Item 1A. Risk Factors</p><p>Rust.</p>"
        "<p>PART II</p><p>Item 5. Market for Registrant's Common Equity</p><p>None.</p>"
    )
    assert items(body) == [
        ("1", "Item 1. Business\n\nPumps."),
        ("1A", "Item 1A. Risk Factors\n\nRust."),
        ("5", "Item 5. Market for Registrant's Common Equity\n\nNone."),
    ]
    document = filing(body)
    parts = [document.text[s.start : s.end].split("\n")[0] for s in document.sections if s.level == 1]
    assert parts == ["PART I", "PART II"]


CONTENTS = {
    "a table with pages": (
        "<table><tr><td>PART I</td><td></td><td></td></tr>"
        "<tr><td>Item 1.</td><td>Business</td><td>3</td></tr>"
        "<tr><td>Item 1A.</td><td>Risk Factors</td><td>9</td></tr>"
        "<tr><td>Item 1B.</td><td>Unresolved Staff Comments</td><td>14</td></tr></table>"
    ),
    "a table of links": (
        "<table><tr><td>Item 1.</td><td><a href='#a'>Business</a></td></tr>"
        "<tr><td>Item 1A.</td><td><a href='#b'>Risk Factors</a></td></tr>"
        "<tr><td>Item 2.</td><td><a href='#c'>Properties</a></td></tr></table>"
    ),
    "lines with dots": (
        "<p>Item 1. Business .......... 3</p><p>Item 1A. Risk Factors ....... 9</p>"
        "<p>Item 1B. Unresolved Staff Comments ... 14</p>"
    ),
    "links in paragraphs": (
        "<p><a href='#a'>Item 1. Business</a></p><p><a href='#b'>Item 1A. Risk Factors</a></p>"
        "<p><a href='#c'>Item 2. Properties</a></p>"
    ),
    "bold rows": (
        "<p><b>Item 1. Business 3</b></p><p><b>Item 1A. Risk Factors 9</b></p><p><b>Item 1B. None 14</b></p>"
    ),
}


@pytest.mark.parametrize("contents", CONTENTS.values(), ids=CONTENTS)
def test_a_table_of_contents_is_not_taken_for_the_items(contents):
    body = f"<p>Item 1. Business</p>{RISKS}<p>Item 1A. Risk Factors</p>{RISKS}"
    body += "<p>Item 2. Properties</p><p>A mill.</p>"
    found = items(contents + body)
    assert [item for item, _ in found] == ["1", "1A", "2"]
    assert all("We may lose" in words for _, words in found[:2])


def test_an_index_at_the_end_names_pages_and_no_sections():
    index = (
        "<p>Item 1. Business Pages 2 - 9</p><p>Item 1A. Risk Factors Page 11</p><p>Item 2. Properties:</p>"
        "<p>Mills Page 14</p><p>Item 3. Legal Proceedings Page 15</p><p>Item 4. Not applicable</p>"
    )
    assert numbers(RISKS + index) == []


def test_an_item_that_only_the_table_of_contents_names_is_not_invented():
    assert numbers(CONTENTS["a table with pages"] + f"<p>Item 1. Business</p>{RISKS}") == ["1"]
    assert numbers(CONTENTS["a table with pages"] + RISKS) == []


@pytest.mark.parametrize(
    "reference",
    [
        "<p>Item 1A of our report says more.</p>",
        "<p>Item 7, “Management’s Discussion and Analysis”, says more.</p>",
        "<p>See Item 7. Management’s Discussion.</p>",
        "<p>“Item 9A. Controls and Procedures”</p>",
        "<p>Item 601(b)(31) of Regulation S-K</p>",
        "<p>Item 1. Business of this Annual Report on Form 10-K</p>",
        "<p>Part II of this report says more.</p>",
        "<table><tr><td>Item 402</td><td>5</td></tr></table>",
    ],
)
def test_a_reference_in_running_text_is_no_heading(reference):
    body = (
        f"<p>PART I</p><p>Item 1. Business</p>{RISKS}{reference}{RISKS}<p>Item 2. Properties</p><p>None.</p>"
    )
    assert numbers(body) == ["1", "2"]
    assert sum(section.level == 1 for section in filing(body).sections) == 1


def test_a_page_header_that_repeats_an_item_is_not_its_heading():
    header = "<p><b>Item 1A. Risk Factors (continued)</b></p>"
    bare = "<p><b>Item 1A.</b></p>"
    body = f"<p><b>Item 1A. Risk Factors</b></p>{RISKS}{header}{RISKS}{bare}{RISKS}"
    body += "<p><b>Item 2. Properties</b></p>None."
    found = items(body)
    assert [item for item, _ in found] == ["1A", "2"]
    assert found[0][1].count("We may lose") == 24
    assert [s.title for s in filing(body).sections] == ["Item 1A. Risk Factors", "Item 2. Properties"]


def test_a_bare_page_header_near_short_items_hides_none_of_them():
    header = "<p>PART II<br>Item 1A</p>"
    body = (
        "<p>PART II<br>Item 1, 1A</p><p>PART II. OTHER INFORMATION</p><p>ITEM 1. LEGAL PROCEEDINGS</p>"
        f"<p>None.</p><p>ITEM 1A. RISK FACTORS</p>{RISKS}{header}{RISKS}{header}{RISKS}"
        "<p>PART II<br>Item 6</p><p>ITEM 6. EXHIBITS</p><p>None.</p>"
    )
    assert numbers(body, form="10-Q") == ["1", "1A", "6"]


def test_a_page_header_in_full_near_short_items_hides_none_of_them():
    header = "<p>Item 5. Market for Common Equity</p>"
    body = (
        f"<p>Item 3. Legal Proceedings</p><p>None.</p><p>Item 4. Mine Safety Disclosures</p>"
        f"<p>None.</p>{header}{RISKS}{header}{RISKS}{header}{RISKS}<p>Item 6. Reserved</p><p>None.</p>"
    )
    found = items(body)
    assert [item for item, _ in found] == ["3", "4", "5", "6"]
    assert found[2][1].count("We may lose") == 24


@pytest.mark.parametrize(
    ("heading", "item"),
    [
        ("Items 1 and 2. Business and Properties", "1 and 2"),
        ("Item 1. and 2. Business and Properties", "1 and 2"),
        ("ITEMS 1 &amp; 2. BUSINESS AND PROPERTIES", "1 and 2"),
        ("Items 10 through 13. Incorporated by Reference", "10 and 11 and 12 and 13"),
    ],
)
def test_a_heading_of_several_items_is_one_section_that_names_them_all(heading, item):
    assert numbers(f"<p>{heading}</p>{RISKS}<p>Item 14. Exhibits</p><p>None.</p>") == [item, "14"]


def test_the_items_of_a_quarterly_report_are_told_apart_by_their_parts():
    body = (
        "<p>PART I. FINANCIAL INFORMATION</p><p>Item 1. Financial Statements</p><p>a</p>"
        "<p>Item 2. Management’s Discussion</p><p>b</p><p>PART II. OTHER INFORMATION</p>"
        "<p>Item 1. Legal Proceedings</p><p>c</p>"
        "<p>Item 1A. Risk Factors</p><p>d</p><p>Item 6. Exhibits</p><p>e</p>"
    )
    document = filing(body, form="10-Q")
    first, second = (s for s in document.sections if s.level == 1)
    assert [s.item for s in document.sections if first.start < s.start < first.end] == ["1", "2"]
    assert [s.item for s in document.sections if second.start < s.start] == ["1", "1A", "6"]


def test_the_items_of_a_current_report_have_dotted_numbers():
    body = "<p>Item 2.02 Results of Operations.</p><p>Good.</p><p>ITEM 9.01(d). Exhibits</p><p>Item 5</p>"
    assert numbers(body, form="8-K") == ["2.02", "9.01"]


def test_a_paragraph_that_begins_with_its_heading_gives_the_heading_as_title():
    long = "Neither we nor our mill is a party to any suit that would matter to a holder of our shares. " * 4
    document = filing(
        f"<p>Item 3. Legal Proceedings. {long}</p><p>Item 4. Mine Safety Disclosures. None.</p>"
    )
    assert [(s.item, s.title) for s in document.sections] == [
        ("3", "Item 3. Legal Proceedings"),
        ("4", "Item 4. Mine Safety Disclosures. None."),
    ]


def test_headings_below_an_item_stay_below_it():
    document = filing("<h1>Item 1. Business</h1><h2>Pumps</h2><p>x</p><h3>Small</h3><p>y</p>")
    assert [(s.title, s.level) for s in document.sections] == [
        ("Item 1. Business", 2),
        ("Pumps", 3),
        ("Small", 4),
    ]


@pytest.mark.parametrize(("times", "kept"), [(1, ["Table of Contents"]), (3, [])])
def test_words_that_lead_back_to_the_contents_on_every_page_are_no_sections(times, kept):
    pages = "<h4>Table of Contents</h4><h3>Pumps</h3><p>They pump.</p>" * times
    document = filing(f"<p>Item 1. Business</p>{pages}<p>Item 2. Properties</p><p>A yard.</p>")
    titles = [section.title for section in document.sections]
    assert [title for title in titles if title == "Table of Contents"] == kept
    assert titles.count("Pumps") == times


def test_the_name_of_a_statement_below_the_first_item_is_not_of_its_title():
    body = "<p>ITEM 8. FINANCIAL STATEMENTS<br>BALANCE SHEETS</p><p>We own pumps.</p>"
    document = filing(f"<p>Item 1. Business</p><p>We sell pumps.</p>{body}")
    assert [s.title for s in document.sections if s.item == "8"] == ["ITEM 8. FINANCIAL STATEMENTS"]


def test_a_page_that_is_no_filing_keeps_its_sections():
    body = (
        "<p>The Securities and Exchange Commission asks for Form 10-K.</p><p>Item 1. Business</p><p>No.</p>"
    )
    document = read_html(body.encode(), "article.html", LIMITS)
    assert document.sections == ()
    assert document.metadata == {"type": "html"}


OLD = """-----BEGIN PRIVACY-ENHANCED MESSAGE-----
<SEC-HEADER>0000000000-97-000001.hdr.sgml : 19970401
CONFORMED SUBMISSION TYPE:\t10-K405
CONFORMED PERIOD OF REPORT:\t19961231
FILED AS OF DATE:\t\t19970331
\tCOMPANY CONFORMED NAME:\t\t\tTARNFIELD PUMPS INC
</SEC-HEADER>
<DOCUMENT>
<TYPE>10-K405
<SEQUENCE>1
<TEXT>
                               TABLE OF CONTENTS
ITEM 1.  BUSINESS.................................  1
ITEM 2.  PROPERTIES...............................  4
ITEM 5.  MARKET FOR REGISTRANT'S COMMON EQUITY....  6

                                     PART I

ITEM 1.  BUSINESS

     We sell pumps to mills in the valley and have done so for as long as anyone
Item 5. Market of the town council has kept its records, as our advisers told us
in a letter of which more is said below.

ITEM 2.  PROPERTIES

     A mill.
<PAGE>
                                    PART II

ITEM 5.  MARKET FOR REGISTRANT'S COMMON EQUITY AND
         RELATED STOCKHOLDER MATTERS

     None.
</TEXT>
</DOCUMENT>
"""


@pytest.mark.parametrize("markup", ["{}", "<html><body><pre>{}</pre></body></html>"], ids=["text", "pre"])
def test_an_old_filing_in_plain_text_is_read_like_a_new_one(markup):
    name, read = ("old.txt", read_text) if markup == "{}" else ("old.html", read_html)
    document = read(markup.format(OLD).encode(), name, LIMITS)
    assert [(s.item, s.title) for s in document.sections] == [
        (None, "PART I"),
        ("1", "ITEM 1. BUSINESS"),
        ("2", "ITEM 2. PROPERTIES"),
        (None, "PART II"),
        ("5", "ITEM 5. MARKET FOR REGISTRANT'S COMMON EQUITY AND RELATED STOCKHOLDER MATTERS"),
    ]
    told = {key: document.metadata[key] for key in ("form", "company", "period", "filed")}
    assert told == {
        "form": "10-K405",
        "company": "TARNFIELD PUMPS INC",
        "period": "1996-12-31",
        "filed": "1997-03-31",
    }
    assert document.title == "TARNFIELD PUMPS INC 10-K405 1996-12-31"


SUBMISSION = """<SEC-DOCUMENT>0000000000-21-000001.txt : 20210331
<SEC-HEADER>
FILED AS OF DATE:\t\t20210331
</SEC-HEADER>
<DOCUMENT>
<TYPE>10-K
<TEXT>
{report}
</TEXT>
</DOCUMENT>
<DOCUMENT>
<TYPE>GRAPHIC
<TEXT>
begin 644 mill.jpg
M_]C_X
end
</TEXT>
</DOCUMENT>
"""


def test_of_a_submission_the_reports_are_read_and_pictures_left_out():
    report = f"<html><body>{COVER.format(form='10-K')}<p>Item 1. Business</p><p>Pumps.</p></body></html>"
    document = read_text(SUBMISSION.format(report=report).encode(), "full.txt", LIMITS)
    assert document.text.startswith("UNITED STATES\nSECURITIES AND EXCHANGE COMMISSION\n\nFORM 10-K")
    assert document.text.endswith("Item 1. Business\n\nPumps.")
    assert [s.item for s in document.sections] == ["1"]
    assert document.metadata["filed"] == "2021-03-31"
    plain = read_text(
        SUBMISSION.format(report="<PAGE>   12\n<TABLE>\n<S>  <C>\nSales  5\n</TABLE>").encode(), "a", LIMITS
    )
    assert plain.text.split() == ["Sales", "5"]


def test_a_text_that_is_no_submission_keeps_what_looks_like_marks():
    assert read_text(b"Write <PAGE> or <TEXT> where you like.", "a.txt", LIMITS).text.startswith(
        "Write <PAGE>"
    )


def test_a_cover_page_says_company_form_and_period():
    document = filing("<p>Item 1. Business</p><p>Pumps.</p>", form="10-K/A")
    told = {"form": "10-K/A", "company": "Tarnfield Pumps, Inc.", "period": "2021-12-31"}
    assert document.metadata == {"type": "html", **told}


def test_tagged_facts_go_before_the_words_of_the_cover():
    tags = (
        "<ix:header><ix:hidden><ix:nonNumeric name='dei:DocumentType'>10-K</ix:nonNumeric></ix:hidden>"
        "</ix:header>"
        "<p><ix:nonNumeric name='dei:EntityRegistrantName'>TARNFIELD <b>PUMPS</b> INC</ix:nonNumeric></p>"
        "<p><ix:nonNumeric name='dei:DocumentPeriodEndDate'>December&#160;30, 2021</ix:nonNumeric></p>"
    )
    document = filing(tags)
    assert document.metadata["company"] == "TARNFIELD PUMPS INC"
    assert document.metadata["period"] == "2021-12-30"
    assert "10-K\n" not in document.text.partition("FORM 10-K")[2]


@pytest.mark.parametrize(
    ("words", "period"),
    [
        ("Date of Report (Date of earliest event reported): May 4, 2021", "2021-05-04"),
        ("May 4, 2021\n\nDate of Report (Date of earliest event reported)", "2021-05-04"),
        ("Date of Report (Date of earliest event reported) |  | 4 May 2021", "2021-05-04"),
        ("For the quarterly period ended SEPTEMBER 30, 2020", "2020-09-30"),
        ("for the thirteen-week period ended: 9/30/2020", "2020-09-30"),
        ("For the transition period from       to       .", None),
        ("For the fiscal year ended February 30, 2020", None),
    ],
)
def test_the_period_is_the_one_the_cover_states(words, period):
    cover = f"SECURITIES AND EXCHANGE COMMISSION\n\nFORM 8-K\n\n{words}\n"
    assert about_filing(cover, "", {}).get("period") == period


@pytest.mark.parametrize(
    ("line", "form"),
    [
        ("FORM 10-K", "10-K"),
        ("Form 10\u2013Q/A", "10-Q/A"),
        ("| FORM | 10 - K405 |", "10-K405"),
        ("FORM 10-KSB ANNUAL REPORT UNDER SECTION 13", "10-KSB"),
        ("FORM 10K", "10-K"),
        ("FORM 8-K (Amendment No. 1)", "8-K"),
        ("Form 10-K wrappers for sale", None),
        ("We file a Form 10-K.", None),
    ],
)
def test_the_form_stands_in_a_line_of_its_own(line, form):
    cover = f"SECURITIES AND EXCHANGE COMMISSION\n\n{line}\n\nWords."
    assert about_filing(cover, "", {}).get("form") == form
    assert about_filing(line, "", {}) == {}


def test_dates_are_written_as_iso_or_not_at_all():
    assert [
        iso_date(words) for words in ("June 30, 1999", "19990630", "Sept. 3, 2001", "30 June 1999", "soon")
    ] == [
        "1999-06-30",
        "1999-06-30",
        "2001-09-03",
        "1999-06-30",
        "",
    ]


@pytest.mark.skipif(not (DATA / "sec_html").exists(), reason="evaluation data not found: set BOT_EVAL_DATA")
def test_real_filings_have_the_items_that_are_listed_for_them():
    """An Item listed without characters is not in the report."""
    for listing in sorted((DATA / "sec_html").glob("*.sections.json")):
        rows = json.loads(listing.read_text(encoding="utf-8"))
        page = listing.with_name(listing.name.replace(".sections.json", ".html"))
        document = read_html(page.read_bytes(), page.name, LIMITS)
        listed = [row["identifier"].split("item")[-1].upper() for row in rows if row["character_count"]]
        listed = [item for item in listed if f"ITEM {item}" in " ".join(document.text.upper().split())]
        found = [section.item for section in document.sections if section.item]
        assert [item for item in found if item in listed] == listed
        assert set(found) - set(listed) <= {"1C", "9C", "16"}  # newer than the lists
        assert all(document.text[s.start :].upper().startswith("ITEM") for s in document.sections if s.item)


def test_many_lines_that_name_items_are_read_in_little_time():
    text = "Item 7. Management\n\n" * 30_000
    assert [s.item for s in with_items(text, (), "10-K")] == ["7"]
