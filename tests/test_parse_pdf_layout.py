"""PDF pages with tables, columns side by side and running heads, written here line by line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pdf_samples import column, grid, pdf_of

from bot.parse.limits import LIMITS
from bot.parse.pageimage import draw_page
from bot.parse.pdf import read_pdf
from bot.tables import read_row, rows

PROSE = (
    "The committee met in spring and in autumn, and it",
    "wrote a report on each of the two meetings held.",
)
STATEMENT = grid(
    ("", "Year ended", ""),
    ("Millions of crowns", "2031", "2030"),
    ("Sales:", "", ""),
    ("Timber", "$ 1,204", "$ 998"),
    ("Paper", "77", "(5)"),
    ("Total sales", "$ 1,281", "$ 993"),
)


def book(*pages):
    return read_pdf(pdf_of(*pages), "book.pdf", LIMITS)


def test_a_table_becomes_rows_with_their_cells_under_heads():
    text = book(column("Sales by product", top=700) + STATEMENT).text
    assert text == (
        "Sales by product\n\n | Year ended |\nMillions of crowns | 2031 | 2030\nSales: |  |\n"
        "Timber | $ 1,204 | $ 998\nPaper | 77 | (5)\nTotal sales | $ 1,281 | $ 993"
    )
    paper = next(row for row in rows(text) if text[row.start :].startswith("Paper"))
    header = [text[slice(*span)] for span in paper.head.rows]
    assert read_row(text[paper.start : paper.end], header) == "Paper: 2031 77; 2030 (5)"


def test_an_empty_cell_keeps_its_place_and_a_label_may_take_two_lines():
    lines = grid(
        ("Item", "2031", "2030"),
        ("Timber", "1,204", "998"),
        ("Paper", "", "77"),
        ("Gains on boats and", "", ""),
        ("other craft", "12", "(3)"),
    )
    assert book(lines).text.splitlines()[2:] == ["Paper |  | 77", "Gains on boats and other craft | 12 | (3)"]


def test_words_between_labels_and_figures_are_the_labels():
    lines = grid(
        ("", "", "2031", "2030"),
        ("Timber", "", "1,204", "998"),
        ("Property", "see (a)", "1,234", "1,100"),
        xs=(50, 250, 380, 480),
    )
    assert book(lines).text.splitlines()[1:] == ["Timber | 1,204 | 998", "Property see (a) | 1,234 | 1,100"]


def test_one_line_with_a_figure_and_prose_with_figures_are_no_table():
    lines = [*column("In 2031 the mill sold 1,204 logs and 77 rolls of paper,", "and 998 logs in 2030.")]
    assert " | " not in book(lines + grid(("Total", "5", ""), top=500)).text


def test_two_tables_with_heads_of_their_own_stay_apart():
    second = grid(("", "March", "April"), ("Boats", "3", "4"), ("Rafts", "30", "40"), top=500)
    first, _, other = book(STATEMENT + second).text.partition("\n\n")
    assert first.endswith("Total sales | $ 1,281 | $ 993")
    assert other == " | March | April\nBoats | 3 | 4\nRafts | 30 | 40"


@pytest.mark.parametrize("by_row", [True, False])
def test_two_columns_are_read_one_after_the_other_in_whatever_order_they_are_drawn(by_row):
    left = [
        "The harbour was built of",
        "oak in the year of the",
        "long winter, and it stood",
        "until the storm came.",
    ]
    right = [
        "Later a wall of stone took",
        "its place, which the town",
        "paid for with a tax on salt",
        "and a loan.",
    ]
    a, b = column(*left), column(*right, x=330)
    lines = [line for pair in zip(a, b, strict=True) for line in pair] if by_row else a + b
    text = " ".join(book(lines).text.split())
    assert text == " ".join([*left, *right])


def headed(number, *lines):
    return [*column("Harbour Report", top=780), *column(*lines, top=700), *column(f"Page {number}", top=40)]


def test_running_heads_and_page_numbers_are_left_out_and_pages_stay_right():
    texts = ["The first page is on oak.", "The second page is on salt.", "The third page is on stone."]
    document = book(*(headed(i, text) for i, text in enumerate(texts, start=7)))
    assert document.text == "\n\n".join(texts)
    assert [document.text[start:].split()[1] for start in document.page_starts] == [
        "first",
        "second",
        "third",
    ]


def test_what_stands_on_two_pages_or_as_the_only_text_stays():
    assert book(headed(1, "Oak."), headed(2, "Salt.")).text.count("Harbour Report") == 2
    assert book(*[column("Draft")] * 3).text == "Draft\n\nDraft\n\nDraft"


def test_the_date_under_several_letters_is_no_running_foot():
    pages = [
        [*column(f"Letter number {i} tells of oak."), *column("Date: May 4, 2031", top=60)] for i in "123"
    ]
    assert book(*pages).text.count("Date: May 4, 2031") == 3


def test_heads_of_columns_stay_though_every_page_begins_with_them():
    tables = [
        grid(
            ("", "Year ended", ""),
            ("December 31,", "2023", "2022"),
            (f"Timber {wood}", f"$ 1,{i}04", f"$ 99{i}"),
            (f"Paper of {wood}", f"7{i}", f"({i})"),
            top=740,
        )
        for i, wood in enumerate(("oak", "ash", "elm"), start=1)
    ]
    pages = [
        [*column("Harbour Report", top=780), *table, *column(f"Page {i}", top=40)]
        for i, table in enumerate(tables)
    ]
    text = book(*pages).text
    assert text.count("December 31, | 2023 | 2022") == text.count("Year ended") == 3
    assert "Harbour" not in text
    assert "Page" not in text


@pytest.mark.parametrize("heading", ["Results {year}", "Question {i}"])
def test_headings_that_count_along_stay_and_page_numbers_go(heading):
    pages = [
        [*column(heading.format(i=i, year=2020 + i), top=760, size=14),
         *column(f"The committee wrote of {what}.", top=700), *column(f"Page {i}", top=40)]
        for i, what in enumerate(("oak", "salt", "stone", "owls"), start=1)
    ]  # fmt: skip
    text = book(*pages).text
    assert all(heading.format(i=i, year=2020 + i) in text for i in range(1, 5))
    assert "Page" not in text


@pytest.mark.parametrize(
    ("head", "size"),
    [("Harbour Report {i}", 8), ("{i} Harbour Report", 12), ("Harbour Report, page {i}", 12)],
)
def test_a_head_with_the_number_of_its_page_goes(head, size):
    pages = [
        [*column(head.format(i=i), top=780, size=size), *column(f"It wrote of {what}.", f"All {what}.")]
        for i, what in enumerate(("oak", "salt", "stone"), start=7)
    ]
    assert "Harbour" not in book(*pages).text


def test_boxes_lie_over_the_cells_of_a_row_though_the_heads_are_left_out():
    payload = pdf_of(*[[*headed(i, *PROSE), *STATEMENT] for i in range(1, 4)])
    document = read_pdf(payload, "book.pdf", LIMITS)
    text = document.text[document.page_starts[1] : document.page_starts[2]]
    at = text.index("Paper |")
    (drawing,) = draw_page(
        payload, "book.pdf", LIMITS, page=2, text=text, ranges=[(at, at + len("Paper | 77"))]
    )
    lefts = [round(box.left * 600) for box in drawing.boxes]
    assert lefts == [50, 300]


COVER = [
    *column("UNITED STATES SECURITIES AND EXCHANGE COMMISSION"),
    *column("FORM 10-Q", size=20, top=660),
    *column("For the quarterly period ended June 30, 2031", top=600),
    *column("Harbour Timber Corp.", "(Exact name of registrant as specified in its charter)", top=500),
]
CONTENTS = [
    *column("TABLE OF CONTENTS"),
    *grid(
        ("PART I", "", ""),
        ("Item 1. Financial Statements", "", "3"),
        ("Item 2. Management's Discussion", "", "9"),
        ("PART II", "", ""),
        ("Item 1. Legal Proceedings", "", "12"),
        ("Item 6. Exhibits", "", "14"),
    ),
]


def test_items_of_a_filing_are_sections_and_neither_contents_nor_references_nor_heads_are():
    body = "As said in Part I, Item 2 of this report, the price of oak rose in the quarter, and so did"
    pages = [
        ["PART I. FINANCIAL INFORMATION", "Item 1. Financial Statements", body],
        ["Item 2. Management's Discussion", body],
        ["PART II. OTHER INFORMATION", "Item 1. Legal Proceedings", "None.", "Item 6. Exhibits", body],
    ]
    running = [[*column("PART I, Item 1", top=780), *column(*lines, pitch=30)] for lines in pages]
    document = book(COVER, CONTENTS, *running)
    facts = {key: document.metadata[key] for key in ("company", "form", "period")}
    assert facts == {"company": "Harbour Timber Corp.", "form": "10-Q", "period": "2031-06-30"}
    assert document.title == "Harbour Timber Corp. 10-Q 2031-06-30"
    assert [s.item for s in document.sections if s.item] == ["1", "2", "1", "6"]
    assert all(section.start >= document.page_starts[2] for section in document.sections)


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["Oak", "5", "$ 1,200", "2031", "a longer label"]),
            st.integers(0, 5),
            st.integers(0, 9),
        ),
        min_size=1,
        max_size=20,
        unique_by=lambda cell: cell[1:],
    )
)
def test_laying_out_a_page_loses_no_letter(drawn):
    lines = [(40 + 90 * x, 700 - 15 * y, 10, words) for words, x, y in drawn]
    found = "".join(book(lines, column("End.")).text.replace("|", " ").split())
    assert sorted(found) == sorted("".join([*(words for words, _, _ in drawn), "End."]).replace(" ", ""))


@pytest.mark.parametrize(("up", "size", "read"), [(3, 6, "1,234 1"), (5, 7, "1,234 1"), (-2, 6, "1,2341")])
def test_a_small_raised_digit_is_not_read_as_one_of_the_figure(up, size, read):
    page = [
        (50, 700, 10, "They sold 1,234"),
        (50 + 71.2, 700 + up, size, "1"),
        (126, 700, 10, "pumps in May."),
    ]
    found = read_pdf(pdf_of(page), "a.pdf", LIMITS)
    assert " ".join(found.text.split()) == f"They sold {read} pumps in May."
