"""The document as the reader shows it: every word once, the cited ones marked, a window at a time."""

from __future__ import annotations

import html
import re
from dataclasses import replace

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from page_driver import serving
from page_fakes import HOSTILE_TEXT, REPORT, FakeWorkspace, stored

from bot.datatypes import Fact, Section
from bot.web.reader import (
    WINDOW_CHARACTERS,
    Mark,
    document_html,
    fills_cell,
    legend,
    marked_html,
    window_around,
)

TABLE = "Sales\n\nItem | 2019 | 2018\nBoats | $5 | $4\nBikes | 3\n\nThat was all."


def words(fragment: str) -> str:
    """Read a fragment as a reader does: no tags, references resolved."""
    return html.unescape(re.sub("<[^>]*>", "", fragment))


def shown(text: str, marks=(), *, sections=(), pages=()) -> str:
    """Render the whole of a text."""
    document = replace(stored("a", "A", text, pages=pages), sections=sections)
    return document_html(document, (0, len(text)), marks)


@given(st.text(max_size=300), st.data())
def test_marking_leaves_every_character_in_place(text, data):
    edges = st.integers(-5, len(text) + 5)
    marks = [Mark(*sorted(pair)) for pair in data.draw(st.lists(st.tuples(edges, edges), max_size=4))]
    assert words(marked_html(text, 0, marks)) == text.replace("\x00", "�")


@given(st.text(alphabet="ab |\n$<", max_size=200))
def test_a_document_is_shown_with_every_word_once(text):
    expected = "".join(text.replace("|", "").split())
    assert "".join(words(shown(text)).replace("|", "").split()) == expected


def test_only_the_cited_words_are_marked_over_lines_and_cells_too():
    start = TABLE.index("$4")
    fragment = shown(
        TABLE, [Mark(start, TABLE.index("3") + 1), Mark(TABLE.index("2018"), start - 9, "beside")]
    )
    assert re.findall('<mark class="quote">(.*?)</mark>', fragment) == ["&#36;4", "Bikes", "3"]
    assert re.findall('<mark class="beside">(.*?)</mark>', fragment)[0] == "2018"


def test_a_cited_cell_is_told_apart_and_what_it_is_cited_with_says_what_it_is():
    start = TABLE.index("$4")
    head, label = TABLE.index("2018"), TABLE.index("Boats")
    marks = [Mark(start, start + 2, "quote cell"), Mark(head, head + 4, "beside", "Column"),
             Mark(label, label + 5, "beside", "<Row>")]  # fmt: skip
    fragment = shown(TABLE, marks)
    assert '<td><mark class="quote cell">&#36;4</mark></td>' in fragment
    assert '<mark class="beside" title="Column">2018</mark>' in fragment
    assert '<mark class="beside" title="&lt;Row&gt;">Boats</mark>' in fragment
    assert fragment.count("<mark") == 3
    assert words(legend(marks)) == "Cited cellIts row, column, unit and table"
    assert (
        legend(marks[:1]) == legend(marks[1:]) == legend([replace(marks[0], kind="quote"), *marks[1:]]) == ""
    )


@pytest.mark.parametrize(
    ("quote", "fills"),
    [("$4", True), ("$5", True), ("Boats", True), ("3", True), ("$", False), ("oats", False),
     ("$5 | $4", False), ("Bikes | 3", False), ("That was all.", False), ("Sales", False)],
)  # fmt: skip
def test_a_cell_is_all_that_stands_between_two_bars(quote, fills):
    start = TABLE.index(quote)
    assert fills_cell(TABLE, start, start + len(quote)) is fills


def test_a_figure_that_the_filing_tags_says_what_it_is_when_one_points_at_it():
    start = TABLE.index("$5") + 1
    fact = Fact("x:BoatSales", start, start + 1, "5000000", "USD", "", "2019-12-31")
    document = replace(stored("a", "A", TABLE), facts=(fact, replace(fact, concept='x:"<Quoted>')))
    fragment = document_html(document, (0, len(TABLE)), [Mark(TABLE.index("Boats"), start + 1)])
    told = "Boat sales, 2019-12-31: &#36;5,000,000; Quoted, 2019-12-31: &#36;5,000,000"
    assert f'<mark class="quote"><span class="bot-fact" title="{told}">5</span></mark>' in fragment
    assert words(fragment) == words(shown(TABLE))


def test_headings_tables_and_pages_are_told_apart():
    fragment = shown(TABLE, sections=(Section("Sales", 0, len(TABLE)),), pages=(0, TABLE.index("That")))
    assert fragment.startswith('<p class="bot-page-number">Page 1</p><h3>Sales</h3><div class="bot-table"')
    assert fragment.count("<tr>") == 3
    assert "<td>Boats</td><td>&#36;5</td>" in fragment
    assert fragment.endswith('<p class="bot-page-number">Page 2</p><p>That was all.</p>')


def test_a_long_document_is_shown_a_window_at_a_time_with_the_quote_in_it():
    text = "\n".join(f"Line {i} of many." for i in range(20_000))
    start = text.index("Line 9000 ")
    window = window_around(text, start, start + 9)
    assert window[0] < start < window[1]
    assert window[1] - window[0] <= WINDOW_CHARACTERS
    fragment = document_html(stored("a", "A", text), window, [Mark(start, start + 9)])
    earlier, later = re.findall(r'class="bot-more (\w+) from-(\d+) to-(\d+)"', fragment)
    assert (earlier[0], int(earlier[2])) == ("earlier", window[0])
    assert (later[0], int(later[1])) == ("later", window[1])


def test_a_line_longer_than_a_window_is_cut_rather_than_lost():
    text = "x" * 100_000
    first, last = window_around(text, 50_000, 50_010)
    assert first < 50_000 < 50_010 < last
    assert last - first <= WINDOW_CHARACTERS


# The route


@pytest.fixture(scope="module")
def address():
    with serving(FakeWorkspace()) as found:
        yield found


def get(address: str, path: str, **query: object) -> httpx.Response:
    """Ask for a fragment."""
    return httpx.get(f"{address}/reader/{path}", params=query, trust_env=False)


def doc_id(name: str) -> str:
    return next(d.doc_id for d in FakeWorkspace().documents("sample") if d.external_id == name)


def test_the_route_marks_the_slice_that_is_asked_for(address):
    start = REPORT.index("4.1 million")
    answer = get(address, f"sample/{doc_id('norland-2023')}", start=start, end=start + 11, beside="0_7")
    assert re.findall('<mark class="quote">(.*?)</mark>', answer.text) == ["4.1 million"]
    assert re.findall('<mark class="beside">(.*?)</mark>', answer.text) == ["Norland"]
    assert "default-src 'self'" in answer.headers["content-security-policy"]


def test_the_route_names_what_a_cell_is_cited_with_and_explains_the_marks():
    made = FakeWorkspace()
    made.library["sample"]["table"] = stored("table", "Sales", TABLE)
    start, head = TABLE.index("$4"), TABLE.index("2018")
    asked = {"start": start, "end": start + 2, "beside": f"{head}_{head + 4}_column-0_5_nonsense"}
    with serving(made) as address:
        path = f"sample/{made.library['sample']['table'].doc_id}"
        text = get(address, path, **asked).text
        further = get(address, path, **asked, first=0, last=len(TABLE)).text
    assert '<mark class="quote cell">&#36;4</mark>' in text
    assert '<mark class="beside" title="Column">2018</mark>' in text
    assert '<mark class="beside">Sales</mark>' in text
    assert ("bot-legend" in text, "bot-legend" in further) == (True, False)


@pytest.mark.parametrize(
    "query",
    [{"start": -5, "end": 10**9}, {"start": 10**9}, {"end": -1}, {"first": 10**9, "last": 10**9 + 5},
     {"beside": "a_b-1-2_3_4-9999999_1-1_²-0_4_"}, {"first": 0, "last": 10**12}],
)  # fmt: skip
def test_odd_ranges_show_the_document_all_the_same(address, query):
    answer = get(address, f"sample/{doc_id('tunnel')}", **query)
    assert answer.status_code == 200
    assert "A tunnel nobody asked for" in words(answer.text) or query.get("first") == 10**9


@pytest.mark.parametrize("path", ["sample/0123456789abcdef", "nowhere/abc", "sample/..%2f..%2fetc%2fpasswd"])
def test_a_document_that_is_not_there_is_said_so_in_one_line(address, path):
    answer = get(address, path)
    assert answer.status_code == 404
    assert "\n" not in answer.text


def test_hostile_text_is_shown_letter_by_letter(address):
    answer = get(address, f"sample/{doc_id('hostile')}")
    assert not re.search(r"<(script|img|b|i|a|iframe)\b", answer.text)
    told = "".join(words(answer.text).replace("|", "").split())
    assert told == "".join(HOSTILE_TEXT.replace("|", "").split())
