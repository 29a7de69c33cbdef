"""bot.parse.pdf: pages, paragraphs, tables and refusals, on PDFs written here line by line."""

import csv
import io
import os
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pdf_samples import column, pdf_of
from pypdf import PdfReader, PdfWriter

from bot.errors import ParseError
from bot.parse import parse
from bot.parse.limits import LIMITS, Limits
from bot.parse.pdf import join_pages, read_pdf
from bot.parse.pdflines import Line, is_row, paragraphs

DATA = Path(os.environ.get("BOT_EVAL_DATA", Path(__file__).resolve().parents[1] / ".." / "shared" / "data"))


def book(*pages, info=""):
    return read_pdf(pdf_of(*pages, info=info), "book.pdf", LIMITS)


def rewritten(payload, change):
    """Pass a PDF through pypdf's writer."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(payload)))
    change(writer)
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


def test_pages_are_joined_and_each_start_is_known():
    document = book(column("First page."), [], column("Third page."))
    assert document.text == "First page.\n\nThird page."
    assert document.page_starts == (0, 13, 13)
    assert document.warnings == ("1 of 3 pages holds no text: 2",)
    assert document.metadata == {"type": "pdf"}


@given(st.lists(st.sampled_from(["", "a", "two words"]), min_size=1))
def test_every_page_with_text_stands_at_its_start(pages):
    text, starts = join_pages(pages)
    assert len(starts) == len(pages)
    assert all(first <= second for first, second in pairwise(starts))
    assert all(text.startswith(page, start) for page, start in zip(pages, starts, strict=True))
    assert text == "\n\n".join(filter(None, pages))


def test_full_lines_are_joined_and_a_short_one_ends_the_paragraph():
    document = book(
        column(
            "The court documents say that the company shared private messages of its",
            "users with a video streaming service for nearly a decade and was paid.",
            "A short last line.",
            "Another paragraph begins here and fills its line nearly to the right margin",
            "before it ends.",
        )
    )
    assert document.text == (
        "The court documents say that the company shared private messages of its users with a video "
        "streaming service for nearly a decade and was paid.\n\nA short last line.\n\n"
        "Another paragraph begins here and fills its line nearly to the right margin before it ends."
    )


def test_a_wider_gap_or_another_size_of_letters_starts_a_paragraph():
    lines = [
        *column("A heading", size=20, top=760),
        *column("Text of it.", top=730),
        *column("Further down.", top=680),
    ]
    assert book(lines).text == "A heading\n\nText of it.\n\nFurther down."


def test_rows_of_a_table_stay_lines():
    rows = column("Net sales $ 63,355 $ 63,948", "Cost of sales 41,485 40,899", "Gross margin 21,870 23,049")
    assert (
        book(rows).text
        == "Net sales $ 63,355 $ 63,948\nCost of sales 41,485 40,899\nGross margin 21,870 23,049"
    )


def test_a_sentence_runs_on_from_column_to_column():
    left = column("The plaintiffs in the case", "have said that they lost all", x=50)
    right = column("trust in the platform, and", "asked the court to act.", x=320)
    assert book(left + right).text == (
        "The plaintiffs in the case have said that they lost all trust in the platform, "
        "and asked the court to act."
    )


@pytest.mark.parametrize(
    ("elsewhere", "joined"),
    [
        ("A agreement.", "agreement"),
        ("A long-term view.", "long-term"),
        ("No such word.", "platform"),
    ],
)
def test_a_word_cut_at_a_line_end_is_joined_by_the_documents_own_words(elsewhere, joined):
    cut = {"agreement": ("agree-", "ment"), "long-term": ("long-", "term"), "platform": ("plat-", "form")}[
        joined
    ]
    lines = column(
        f"These are words that fill the whole of a line to the end {cut[0]}",
        f"{cut[1]} and go on to the end.",
    )
    assert f"the end {joined} and go on" in book(lines + column(elsewhere, top=600)).text


def line(text, y, left=50.0, right=500.0):
    return Line(text, left, right, y, y + 10)


def test_joining_handles_no_line_one_line_and_bullets():
    assert paragraphs([]) == ""
    assert paragraphs([line("One", 700)]) == "One"
    bullets = [line("• First risk that fills its line", 700), line("• Second risk", 688, right=200.0)]
    assert paragraphs(bullets) == "• First risk that fills its line\n• Second risk"


@given(
    st.lists(
        st.tuples(st.sampled_from(["a b", "1 2", "End.", "• x"]), st.integers(0, 800), st.integers(60, 500))
    )
)
def test_joining_loses_no_word_and_keeps_their_order(drawn):
    lines = [line(text, float(y), right=float(right)) for text, y, right in drawn]
    assert paragraphs(lines).split() == " ".join(text for text, _, _ in drawn).split()


@pytest.mark.parametrize(
    ("text", "row"), [("Total 1,202 $ (5)", True), ("In 2022 and 2023 we sold more", False), ("5", False)]
)
def test_a_row_has_figures_and_few_words(text, row):
    assert is_row(text) is row


@pytest.mark.parametrize(
    ("info", "first", "title"),
    [
        (
            "/Title (The Annual Report) /Author (A. Writer) /CreationDate (D:20240401)",
            "x",
            "The Annual Report",
        ),
        ("/Title (report.docx)", "UNITED STATES", "book"),
        ("", "A sentence is no title.", "book"),
    ],
)
def test_the_title_is_the_metadatas_or_the_stem_since_filings_open_with_no_title(info, first, title):
    document = book(column(first), info=info)
    assert document.title == title
    if "Author" in info:
        assert document.metadata == {"type": "pdf", "author": "A. Writer", "date": "2024-04-01"}


def test_the_outline_becomes_sections_at_their_words():
    def add_outline(writer):
        part = writer.add_outline_item(title="Part One", page_number=0)
        writer.add_outline_item(title="Not there", page_number=1, parent=part)

    payload = pdf_of(column("Preface", "PART  ONE", pitch=40), column("More words."))
    document = read_pdf(rewritten(payload, add_outline), "book.pdf", LIMITS)
    found = [(s.title, s.level, document.text[s.start : s.end]) for s in document.sections]
    assert found == [("Part One", 1, "PART ONE\n\nMore words."), ("Not there", 2, "More words.")]


def test_lines_outside_the_page_and_letters_too_small_to_see_are_left_out():
    assert (
        book([*column("Seen"), (50, 900, 12, "LEAK"), (-500, 300, 12, "LEAK"), (50, 200, 0.1, "LEAK")]).text
        == "Seen"
    )


def test_a_pdf_without_text_is_refused_with_its_pages():
    with pytest.raises(ParseError, match=r"book.pdf holds no text \(2 pages, perhaps scanned\)"):
        book([], [])


def test_a_password_is_named_and_an_owners_password_does_not_matter():
    payload = pdf_of(column("Secret words."))
    locked = rewritten(payload, lambda writer: writer.encrypt("user", "owner", algorithm="RC4-128"))
    with pytest.raises(
        ParseError, match=r"book\.pdf is protected by a password: give a copy saved without one"
    ):
        read_pdf(locked, "book.pdf", LIMITS)
    owned = rewritten(payload, lambda writer: writer.encrypt("", "owner", algorithm="RC4-128"))
    assert read_pdf(owned, "book.pdf", LIMITS).text == "Secret words."


def test_too_many_pages_are_refused_with_both_numbers():
    with pytest.raises(ParseError, match=r"book\.pdf has 3 pages; at most 2 are read: split it"):
        read_pdf(pdf_of([], [], []), "book.pdf", Limits(max_pages=2))


def test_a_pdf_is_recognised_by_its_content_even_behind_some_junk():
    (document,) = parse(b"junk\n" + pdf_of(column("Words.")), "paper.bin")
    assert (document.text, document.external_id) == ("Words.", "paper")


@pytest.mark.skipif(not (DATA / "hostile").exists(), reason="evaluation data not found: set BOT_EVAL_DATA")
def test_hostile_files_are_read_or_refused_as_expected():
    """Every file ends as text or as one refusal; those of known outcome end that way."""
    unexpected = []
    with (DATA / "hostile" / "manifest.csv").open() as manifest:
        rows = list(csv.DictReader(manifest))
    for row in rows:
        try:
            outcome = "text" if all(d.text.strip() for d in parse(_bytes_of(row), row["file"])) else "empty"
        except ParseError as error:
            outcome = "refuse"
            assert "could not be read" not in str(error)  # noqa: PT017
        if outcome != row["expect"] != "either":
            unexpected.append((row["file"], outcome))
    assert unexpected == []


def _bytes_of(row):
    return (DATA / "hostile" / "files" / row["file"]).read_bytes()


@pytest.mark.parametrize(
    ("before", "after"),
    [("1 1 1 rg", "0 0 0 rg"), ("0.99 0.99 0.99 rg", "0 0 0 rg"), ("3 Tr", "0 Tr"), ("1 g", "0 g")],
    ids=["white", "nearly white", "not drawn", "white as grey"],
)
def test_lines_that_are_drawn_unseen_are_left_out_and_counted(before, after):
    lines = ["The mill burned.", f") Tj {before} (LEAK) Tj {after} (", "It rains."]
    found = read_pdf(pdf_of(column(*lines, pitch=100)), "a.pdf", LIMITS)
    assert found.text.split() == "The mill burned. It rains.".split()
    assert found.warnings == ("left out 1 hidden part",)


def test_white_words_on_a_dark_ground_are_read():
    ground = ") Tj ET 0 0 0.5 rg 40 590 300 30 re f BT 1 1 1 rg /F1 12 Tf 50 600 Td (Year"
    found = read_pdf(pdf_of([*column("The mill burned."), (0, 0, 12, ground)]), "a.pdf", LIMITS)
    assert found.text.split() == "The mill burned. Year".split()
    assert found.warnings == ()


def test_the_text_layer_of_a_scan_is_read_though_it_is_not_drawn():
    found = read_pdf(pdf_of(column(") Tj 3 Tr (Recognised words) Tj (")), "a.pdf", LIMITS)
    assert (found.text, found.warnings) == ("Recognised words", ())
