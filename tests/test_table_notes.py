"""bot.table_notes: a cited row comes with the notes that its markers point at, and with no others."""

import time

import pytest
from core_fakes import document, evidence_of
from hypothesis import given
from hypothesis import strategies as st

from bot.cite import cite, cite_cells, cited_words, is_cell, shown
from bot.datatypes import Citation
from bot.render import citation_json, citation_lines, literal
from bot.table_notes import markers, note_context, told_notes
from bot.web.copying import source_line
from bot.web.sources import card_html
from bot.web.talk import Source

HEAD = "Town | 2023 | 2022\n"
TABLE = HEAD + "{}\nOslo | 7 | 6\n\n{}"
FIRST, SECOND = "(1) Includes the old mill.", "(2) Restated for the sale."
NOTES = f"{FIRST}\n\n{SECOND}\n\nThe next part begins here."


def notes(row: str, below: str, *, table: str = TABLE) -> list[str]:
    text = table.format(row, below)
    citation = cite(evidence_of(text, row), document(text), marker=1, support=1.0)
    for part in citation.context:
        assert text[part.start : part.end] == part.quote
    return [part.quote for part in citation.context if part.role == "note"]


@pytest.mark.parametrize(
    ("row", "found"),
    [
        ("Bergen (1) | 5 | 4", [FIRST]),
        ("Bergen(1) | 5 | 4", [FIRST]),
        ("Bergen | 1,234(2) | 4", [SECOND]),
        ("Bergen | 1,234 (2) | 4", [SECOND]),
        ("Bergen | NM(1) | 4", [FIRST]),
        ("Bergen (1)(2) | 5 | 4", [FIRST, SECOND]),
        ("Bergen (1), (2) | 5 | 4", [FIRST, SECOND]),
        ("Bergen (1): | 5 | 4", [FIRST]),
        ("Bergen¹ | 5² | 4", [FIRST, SECOND]),
        ("Bergen 1 | 5 | 4", [FIRST]),
        ("Bergen1 | 5 | 4", [FIRST]),
        ("Bergen | 1,234 1 | 4", [FIRST]),
        ("Bergen | 5 | 4", []),
        ("Bergen (3) | 5 | 4", []),
        ("Bergen | (1) | (2)", []),
        ("Bergen | $ (1) | $(2)", []),
        ("Bergen | (1)% | (2) %", []),
        ("Bergen Level 1 | 5 | 4", []),
        ("Bergen, net of $(1) | 5 | 4", []),
        ("Plan 401(k) | 5 | 4", []),
    ],
)
def test_a_marker_points_at_the_note_that_opens_with_it(row, found):
    assert notes(row, NOTES) == found


@pytest.mark.parametrize(
    ("row", "below", "found"),
    [
        ("Bergen* | 5 | 4", "* Restated last year.", ["* Restated last year."]),
        ("Bergen | 5* | 4", "*Restated last year.", ["*Restated last year."]),
        ("Bergen** | 5 | 4", "* Not this one.\n** But this one.", ["** But this one."]),
        ("Bergen | 5 | *", "* Not said by them.", ["* Not said by them."]),
        ("Bergen† | 5 | 4", "† Closed in May.", ["† Closed in May."]),
        ("Bergen (a) | 5 | (b)", "(a) Closed in May.\n(b) Not yet known.",
         ["(a) Closed in May.", "(b) Not yet known."]),
        ("10.74(b) | 5(a) | 401(c)", "(a) Said of it.\n(b) Not of it.\n(c) Said too.",
         ["(a) Said of it.", "(c) Said too."]),
        ("Bergen(1) | 5 | 4", "(1)As of last May.", ["(1)As of last May."]),
        ("Bergen 1 | 5 | 4", "1Includes the mill.\n2Not this.", ["1Includes the mill."]),
        ("Bergen 2 | 5 | 4", "1 Includes the mill.\n\n2 Restated last year.", ["2 Restated last year."]),
        ("Bergen¹ | 5 | 4", "¹ Includes the mill.", ["¹ Includes the mill."]),
        ("Bergen 2 | 5 | 4", "2 The Harbour Company Yearbook", []),  # a page's number
        ("Bergen (1) | 5 | 4", "______\n\n12\n\nThe Harbour Company\n\nNotes\n\n(1) Over the page.",
         ["(1) Over the page."]),
        ("Bergen (1) | 5 | 4", "The rest says nothing.\n" * 6 + "\n(1) Too far below.", []),
        ("Bergen (1) | 5 | 4", "(1) Goes on\nin a second line.\n(2) Not this.",
         ["(1) Goes on\nin a second line."]),
        ("Bergen (2) | 5 | 4", "(1) One part. (2) The other part. (3) More.", ["(2) The other part."]),
        ("Bergen (1) | 5 | 4", "(1) One part (2) of it. (4) Four.", ["(1) One part (2) of it. (4) Four."]),
        ("Bergen (1) | 5 | 4", "(1)", []),
        ("Bergen (1) | 5 | 4", "(1) 25.4", []),
        ("Bergen (1) | 5 | 4", "(1) | Includes the mill. | ", ["(1) | Includes the mill."]),
        ("Bergen (1) | 5 | 4", " | (1) | Includes the mill.", ["(1) | Includes the mill."]),
        ("Bergen (1) | 5 | 4", "(1) | Seven towns | 5", []),
        ("Bergen (1) | 5 | 4", "Town | 2021 | 2020\nTroms | 5 | 4\n\n(1) Of both tables.",
         ["(1) Of both tables."]),
        ("Bergen (2) | 5 | 4", "(1) Of this table.\n\nTown | 2021\nTroms (2) | 5\n\n(2) Of another.", []),
        ("Bergen (2) | 5 | 4", "(1) Of this table.\n\nMore.\n\n(1) Of another.\n\n(2) Of another.", []),
    ],
)  # fmt: skip
def test_notes_are_found_where_a_reader_sees_them(row, below, found):
    assert notes(row, below) == found


def test_rows_of_notes_at_the_end_of_the_table_itself_are_notes():
    table = HEAD + "{}\nOslo | 7 | 6\n* | Restated last year. | \n+ | Not audited yet. | \n{}"
    assert notes("Bergen * + | 5 | 4", "", table=table) == ["* | Restated last year.", "+ | Not audited yet."]


def test_markers_in_heads_and_sub_headings_count_for_the_rows_below_them():
    text = " | Fees (1) | Dues\nPort: (2) |  | \nBergen | 5 | 4\n\n" + NOTES
    citation = cite(evidence_of(text, "Bergen | 5 | 4"), document(text), marker=1, support=1.0)
    assert [part.role for part in citation.context] == ["column", "row", "note", "note"]


def test_a_long_note_is_cut_behind_a_sentence_and_one_that_a_page_breaks_goes_on():
    long = "(1) " + "It has grown by a little more than we thought. " * 40
    (note,) = notes("Bergen (1) | 5 | 4", long)
    assert len(note) <= 700
    assert note.endswith("we thought.")
    full = (
        "(1) The remaining lives of the leases were, at the end of the year and of the year before, 12.3 and"
    )
    (note,) = notes("Bergen (1) | 5 | 4", f"{full}\n\n9.1 years.\n\nMore.")
    assert note == f"{full}\n\n9.1 years."


def test_notes_count_as_cited_words_and_are_shown_below_the_quote():
    text = TABLE.format("Bergen (1) | 5 | 4", "(1) Includes the *old* mill.")
    citation = cite(evidence_of(text, "Bergen (1) | 5 | 4"), document(text), marker=1, support=1.0)
    assert isinstance(citation, Citation)
    assert "old* mill" in cited_words(citation)
    assert shown(citation) == "Bergen (1): 2023 5; 2022 4"
    assert citation_lines(citation)[-2:] == [
        "    “Bergen (1) | 5 | 4”",
        "    Note: (1) Includes the *old* mill.",
    ]
    assert source_line(citation, "quote").endswith("“quote” Note: “(1) Includes the *old* mill.”")
    assert source_line(citation, "quote", shown=literal).endswith(r" Note: “(1) Includes the \*old\* mill.”")
    assert "<b>Note</b> (1) Includes the &#42;old&#42; mill." in card_html(1, Source(citation, None))
    assert citation_json(citation)["context"][-1]["role"] == "note"


@given(st.text(alphabet="(1)*ab |\n_¹ 2.", max_size=80), st.integers(0, 80))
def test_every_note_of_any_text_is_a_slice_of_it(text, end):
    end = text.find("\n", end) if text.find("\n", end) >= 0 else len(text)
    for part in note_context(text, end, [text[:end]]):
        assert text[part.start : part.end] == part.quote
        assert part.start > end


@pytest.mark.parametrize("below", ["(1) a\n" * 50_000, "x | y\n" * 50_000, "(1" * 100_000, "\n" * 300_000])
def test_no_text_makes_it_slow(below):
    started = time.perf_counter()
    note_context("Bergen (2) | 5\n" + below, 14, ["Bergen (2) | 5"])
    list(markers("(1" * 20_000 + "*" * 20_000 + " 1" * 20_000))
    assert time.perf_counter() - started < 2


def test_a_cell_is_cited_with_the_notes_of_its_label_its_head_and_itself_alone():
    text = " | 2023 (1) | 2022 (2)\nBergen (3) | 5 | 4(4)\nOslo | 7 | 6\n\n"
    text += "".join(f"({n}) Says something of {n}.\n\n" for n in range(1, 6))
    whole = cite(evidence_of(text, "Bergen (3) | 5 | 4(4)"), document(text), marker=1, support=1.0)
    cells = cite_cells(whole, document(text), [0, 1])
    assert [told_notes(cell.context) for cell in cells] == [
        ["(1) Says something of 1.", "(3) Says something of 3."],
        ["(2) Says something of 2.", "(3) Says something of 3.", "(4) Says something of 4."],
    ]
    assert all(is_cell(cell) for cell in cells)
    assert shown(cells[0]) == "Bergen (3), 2023 (1): 5"
    assert citation_lines(cells[0])[-3:] == [
        "    “Bergen (3), 2023 (1): 5”",
        "    Note: (1) Says something of 1.",
        "    Note: (3) Says something of 3.",
    ]
