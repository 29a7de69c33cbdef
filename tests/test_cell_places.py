"""Cells of rows: the exact slice, under the label of its row and the heads of its column."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace

import pytest
from core_fakes import document, evidence_of
from hypothesis import given
from hypothesis import strategies as st
from office_samples import docx, epub, odt, paragraph

from bot.cell_places import cell_spans, placed_cells
from bot.cells import cells_of
from bot.cite import cite, cite_cells, cited_words, is_cell, shown, told
from bot.datatypes import Fact
from bot.evaluate.promises import invented
from bot.parse import parse
from bot.row_forms import asked, holds_row
from bot.tables import columns, row_at, rows

FEES = (
    "The harbour is old. Fees consist of the following:\n\n(Dollars in thousands)\n\n"
    " |  | Years ended May 31, | \n | 2019 | 2018 | 2017\n |  | (audited) | \n"
    "Moorings: |  |  | \nBoats | $ 5 |  $4| —"
)
PAIRS = (
    "Fees\n\n | Three months ended |  | Six months ended | \n(in millions) | 2019 | 2018 | 2019 | 2018\n"
    "Boats | 1 | 2 | 3 | 4\nBikes | 5 |  | 7 | 8"
)


def cells_cited(text, quote, *cells, **of):
    found = document(text, **of)
    row = cite(evidence_of(text, quote), found, marker=3, support=0.9)
    return cite_cells(row, found, cells)


def roles(citation):
    return [(context.role, context.quote) for context in citation.context]


def test_a_cell_is_cited_with_its_row_its_columns_heads_and_what_stands_over_the_table():
    (citation,) = cells_cited(FEES, "Boats | $ 5 |  $4| —", 1)
    assert (citation.quote, citation.marker, citation.support) == ("$4", 3, 0.9)
    assert roles(citation) == [
        ("caption", "Fees consist of the following:"),
        ("unit", "(Dollars in thousands)"),
        ("caption", "Years ended May 31,"),
        ("column", "2018"),
        ("caption", "(audited)"),
        ("row", "Moorings:"),
        ("row", "Boats"),
    ]
    for piece in (citation, *citation.context):
        assert FEES[piece.start : piece.end] == piece.quote
    assert is_cell(citation)
    assert shown(citation) == told(citation) == "Boats, 2018: $4 (Dollars in thousands)"
    assert cited_words(citation).endswith("Moorings:\nBoats\n$4")


def test_a_head_over_several_columns_is_cited_with_each_of_them_and_no_other_one_is():
    one, other = cells_cited(PAIRS, "Bikes | 5 |  | 7 | 8", 0, 2)
    assert (one.marker, one.quote, other.marker, other.quote) == (3, "5", 4, "8")
    assert roles(one) == [
        ("caption", "Fees"), ("column", "Three months ended"), ("unit", "(in millions)"), ("column", "2019"),
        ("row", "Bikes"),
    ]  # fmt: skip
    assert roles(other)[1::2] == [("column", "Six months ended"), ("column", "2018")]
    assert PAIRS[other.context[3].start :].startswith("2018\nBoats")  # the last 2018, not the first
    assert shown(other) == "Bikes, Six months ended 2018: 8 (in millions)"


@pytest.mark.parametrize(
    ("head", "quote"),
    [
        (" | 2019 | 2018", "Boats | 5 | 4 | 3"),  # one head too few
        (" | 2019 | 2019", "Boats | 5 | 4"),  # two of a name
        ("Kind | Use", "Boats | for rowing"),  # words alone head nothing for certain
    ],
)
def test_where_heads_are_not_certain_the_row_is_cited(head, quote):
    text = f"Fees\n\n{head}\n{quote}"
    (citation,) = cells_cited(text, quote, 0)
    assert (citation.quote, is_cell(citation)) == (quote, False)


def test_figures_without_a_label_are_cited_as_a_row():
    (citation,) = cells_cited("Fees\n\n | 2019 | 2018\n | 5 | 4", "| 5 | 4", 0)
    assert citation.quote == "| 5 | 4"


def test_a_framed_table_has_its_cells_where_they_stand():
    text = "Fees\n\n(in thousands)\n\n| Kind | 2019 | 2018 |\n| Boats | 5 | **4** |"
    (citation,) = cells_cited(text, "| Boats | 5 | **4** |", 1)
    assert (citation.quote, roles(citation)[2:]) == (
        "**4**", [("caption", "Kind"), ("column", "2018"), ("row", "Boats")],
    )  # fmt: skip
    row = cite(evidence_of(text, "| Boats | 5 | **4** |"), document(text), marker=1, support=1.0)
    assert asked(row.quote, roles(row), "What were boats in 2019?").text == "Boats, 2019: 5 (in thousands)"


def test_what_the_filing_tags_is_of_the_cell_alone():
    text = "Fees\n\n | 2019 | 2018\nBoats | $5 | $4"
    facts = tuple(Fact("x:Fees", text.index(n), text.index(n) + 1, f"{n}000", "USD") for n in "54")
    filing = replace(document(text), facts=facts)
    row = cite(evidence_of(text, "Boats | $5 | $4"), filing, marker=1, support=1.0)
    assert [cell.facts for cell in cite_cells(row, filing, [1, 0])] == [facts[1:], facts[:1]]
    assert row.facts == facts


ROWS = (("", "2019", "2018"), ("Boats", "5", "4"), ("Oars", "9", "8"))
HTML = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in ROWS)
WORD = "".join(
    "<w:tr>" + "".join(f"<w:tc>{paragraph(cell)}</w:tc>" for cell in row) + "</w:tr>" for row in ROWS
)
OPEN = "".join(
    "<table:table-row>"
    + "".join(f"<table:table-cell><text:p>{cell}</text:p></table:table-cell>" for cell in row)
    + "</table:table-row>"
    for row in ROWS
)
MARKDOWN = "| | 2019 | 2018 |\n|---|---|---|\n| Boats | 5 | 4 |\n| Oars | 9 | 8 |\n"


@pytest.mark.slow  # a process for each
@pytest.mark.parametrize(
    ("name", "payload"),
    [
        ("fees.html", f"<html><body><p>Fees</p><table>{HTML}</table></body></html>".encode()),
        ("fees.docx", docx(f"{paragraph('Fees')}<w:tbl>{WORD}</w:tbl>")),
        ("fees.odt", odt(f"<text:p>Fees</text:p><table:table>{OPEN}</table:table>")),
        ("fees.epub", epub({"one.xhtml": f"<p>Fees</p><table>{HTML}</table>"})),
        ("fees.md", f"Fees\n\n{MARKDOWN}".encode()),
    ],
    ids=lambda given: given if isinstance(given, str) else "",
)
def test_a_cell_is_cited_whatever_the_file_is(name, payload):
    (parsed,) = parse(payload, name)
    line = next(line for line in parsed.text.split("\n") if line.startswith(("Oars", "| Oars")))
    (citation,) = cells_cited(parsed.text, line, 1)
    found = [(role, words) for role, words in roles(citation) if role in ("column", "row")]
    assert (citation.quote, found) == ("8", [("column", "2018"), ("row", "Oars")])


# Any table of our making


@dataclass(frozen=True)
class Made:
    """A text with one table, and of each body row its label and of each cell its heads; figures differ."""

    text: str
    groups: tuple[str, ...]
    heads: tuple[tuple[str, ...], ...]
    body: tuple[tuple[str, tuple[str, ...]], ...]


@st.composite
def tables(draw) -> Made:
    """Draw a table with one to six columns, under a row of years and perhaps one of periods over it."""
    n_groups = draw(st.integers(1, 2))
    years = draw(st.integers(1 if n_groups == 1 else 2, 3))
    names = [f"20{19 - i}" for i in range(years)]
    periods = ["Three months ended", "Six months ended"][:n_groups] if n_groups > 1 else []
    n = n_groups * years
    pad = " | ".join([""] * years)
    over = [" | " + " | ".join(period + pad for period in periods)] if periods else []
    stub = draw(st.sampled_from(["", "Year ended May 31,", "(in millions)"]))
    header = [*over, " | ".join([stub, *names * n_groups])]
    figures = iter(range(1, 1_000))
    labels = draw(st.lists(st.sampled_from(["Boats", "Bikes", "Loss of mills", "Rate"]), min_size=1,
                           max_size=4, unique=True))  # fmt: skip
    body = []
    for label in labels:
        gaps = draw(st.lists(st.booleans(), min_size=n, max_size=n).filter(lambda gaps: not all(gaps)))
        form = draw(st.sampled_from(["{}", "$ {}", "({})", "{}%", "  {} "]))
        body.append((label, tuple("" if gap else form.format(next(figures) + 7_000) for gap in gaps)))
    group = draw(st.sampled_from(["", "Moorings:"]))
    lines = [*header, *([f"{group} | {' | '.join([''] * n)}"] if group else [])]
    lines += [" | ".join([label, *cells]) for label, cells in body]
    above = draw(st.sampled_from(["", "Fees\n\n", "Fees consist of the following:\n\n(in thousands)\n\n"]))
    heads = tuple((*([periods[i // years]] if periods else []), names[i % years]) for i in range(n))
    return Made(above + "\n".join(lines) + "\n\nThat was all.", (group,) if group else (), heads, tuple(body))


@given(tables(), st.data())
def test_each_cell_of_any_table_of_our_making_is_cited_exactly_under_its_row_and_its_column(made, data):
    for label, cells in made.body:
        line = next(line for line in made.text.split("\n") if line.split(" | ")[0] == label)
        filled = [(heads, cell.strip()) for heads, cell in zip(made.heads, cells, strict=True) if cell]
        wanted = data.draw(st.lists(st.integers(0, len(filled) - 1), min_size=1, unique=True))
        citations = cells_cited(made.text, line.strip(), *wanted)
        assert len(citations) == len(wanted)
        for i, citation in zip(wanted, citations, strict=True):
            heads, cell = filled[i]
            assert citation.quote == cell
            assert [words for role, words in roles(citation) if role == "column"] == list(heads)
            assert [words for role, words in roles(citation) if role == "row"] == [*made.groups, label]
            for piece in (citation, *citation.context):
                assert made.text[piece.start : piece.end] == piece.quote
            assert shown(citation).startswith(f"{label}, {' '.join(heads)}: {' '.join(cell.split())}")


@given(tables(), st.sampled_from(["2019", "2018", "2019 and 2018"]), st.sampled_from(["three", "six", ""]))
def test_what_is_said_of_a_row_is_held_by_the_cells_cited_and_by_none_less(made, years, months):
    for label, _ in made.body:
        line = next(line for line in made.text.split("\n") if line.split(" | ")[0] == label)
        row = cite(evidence_of(made.text, line.strip()), document(made.text), marker=1, support=1.0)
        part = asked(row.quote, roles(row), f"What were {label} in the {months} months of {years}?")
        if part is None:
            continue
        cells = cite_cells(row, document(made.text), part.cells)
        assert all(map(is_cell, cells))
        words = ["\n".join([shown(cell), *(words for _, words in roles(cell))]) for cell in cells]
        assert holds_row("\n".join(words), part.text)
        assert len(words) == 1 or not holds_row("\n".join(words[1:]), part.text)
        sentence = {"text": part.text, "citations": [cell.marker for cell in cells], "status": "supported"}
        assert invented({"citations": [asdict(cell) for cell in cells]}, sentence) == []


CELLS = [
    "",
    "2019",
    "2018",
    "June 30,",
    "(in millions)",
    "£m",
    "Boats",
    "$5",
    "—",
    "7%",
    "Three months ended",
]
LINES = st.lists(st.sampled_from(CELLS), min_size=2, max_size=5).map(" | ".join)


@given(st.lists(st.one_of(LINES, LINES.map(lambda line: f"| {line} |"), st.just("")), max_size=9))
def test_of_any_rows_the_cells_are_those_that_are_told_each_an_exact_slice(lines):
    text = "\n".join(lines)
    for row in rows(text):
        header = [text[slice(*span)] for span in row.head.rows]
        label, told_cells = columns(text[row.start : row.end], header)
        certain = bool(label) and all(head for head, _ in told_cells)
        placed = placed_cells(text, row, range(len(told_cells)))
        assert len(placed) == (len(told_cells) if certain else 0)
        for cell, (head, words) in zip(placed, told_cells, strict=False):
            assert text[cell.start : cell.end] == words
            over = [context for context in cell.context if context.role == "column"]
            assert " ".join(context.quote for context in over) == head
            assert all(text[context.start : context.end] == context.quote for context in cell.context)
            assert [context.start for context in cell.context] == sorted(c.start for c in cell.context)


@given(st.text(alphabet="ab | \t", max_size=30), st.booleans())
def test_spans_are_of_the_cells_that_the_tables_are_read_by(line, framed):
    framed = framed and line.strip()[:1] == line.strip()[-1:] == "|"
    spans = cell_spans(f"x{line}", (1, 1 + len(line)), framed=framed)
    if line.strip() != "|":
        assert [" ".join(f"x{line}"[slice(*span)].split()) for span in spans] == cells_of(line, framed=framed)
    assert row_at(line, 0) is None or spans
