"""benchmarks.table_questions: the set is whole, and an answer is scored by its row and its column."""

from collections import Counter

import pytest

from benchmarks.table_questions import Asked, Question, _lines, cell, holds, is_of_column, outcome, questions

ASKED = Question(
    "pdf-01", "dev", ("mill",), "What were sales of paper in 2031?", "Paper", "Year 2031", "1,204"
)
QUOTE = "Paper | 1,204 | 998"


def answer(text, quote=QUOTE, document="mill", *, abstained=False):
    cited = {"marker": 1, "external_id": document, "quote": quote, "context": []}
    sentences = [] if abstained else [{"text": text, "citations": [1]}]
    return {"abstained": abstained, "sentences": sentences, "citations": [] if abstained else [cited]}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (answer("Paper, 2031: 1,204"), "right"),
        (answer("Paper: 2031 1,204; 2030 998"), "right"),
        (answer("Paper: 1,204; 998"), "row only"),
        (answer("Paper, 2030: 998"), "row only"),
        (answer("Paper, 2031: 1,204", document="other mill"), "wrong"),
        (answer("Timber, 2031: 77", quote="Timber | 77 | 5"), "wrong"),
        (answer("", abstained=True), "abstained"),
    ],
)
def test_an_answer_is_right_by_document_row_and_column(given, expected):
    assert outcome(ASKED, given) == expected


def test_a_figure_is_found_whole_and_a_head_without_a_year_by_its_words():
    assert holds("Paper | $ 9", "9")
    assert not any(holds(text, "9") for text in ("19", "9,000", "1.9"))
    grooming = Question("html-01", "dev", ("a",), "?", "Goodwill", "Grooming", "12")
    assert is_of_column("Goodwill: Beauty 13; Grooming 12", "Goodwill | 13 | 12", grooming)
    assert not is_of_column("Goodwill: Beauty 12; Grooming 13", "Goodwill | 12 | 13", grooming)


def of_cells(text, *cells):
    """Return an answer that cites cells, each (figure, its column's head, its row's label)."""
    citations = [
        {"marker": marker, "external_id": "mill", "quote": figure}
        | {"context": [{"role": "column", "quote": head}, {"role": "row", "quote": label}]}
        for marker, (figure, head, label) in enumerate(cells, start=1)
    ]
    sentence = {"text": text, "citations": [each["marker"] for each in citations]}
    return {"abstained": False, "sentences": [sentence], "citations": citations}


@pytest.mark.parametrize(
    ("given", "expected", "of_cell"),
    [
        (of_cells("Paper, 2031: 1,204", ("1,204", "2031", "Paper")), "right", "right"),
        (of_cells("Paper: 2030 998; 2031 1,204", ("998", "2030", "Paper"), ("1,204", "2031", "Paper")),
         "right", "right"),
        (of_cells("Paper: 2030 1,204; 2031 998", ("1,204", "2030", "Paper"), ("998", "2031", "Paper")),
         "row only", "wrong"),
        (of_cells("Timber, 2031: 1,204", ("1,204", "2031", "Timber")), "right", "wrong"),
        (of_cells("Paper, 2030: 998", ("998", "2030", "Paper")), "wrong", ""),
        (answer("Paper, 2031: 1,204"), "right", ""),
    ],
)  # fmt: skip
def test_a_cell_is_right_by_the_label_and_the_heads_that_are_cited_with_it(given, expected, of_cell):
    assert (outcome(ASKED, given), cell(ASKED, given)) == (expected, of_cell)


def test_the_set_has_thirty_of_each_kind_halved_by_document():
    found = questions()
    assert Counter((q.kind, q.half) for q in found) == {
        (kind, half): 15 for kind in ("html", "pdf") for half in ("dev", "held-out")
    }
    assert len({q.id for q in found}) == 60
    first = {half: {q.documents[0] for q in found if q.half == half} for half in ("dev", "held-out")}
    assert first["dev"].isdisjoint(first["held-out"])


def test_a_report_has_no_row_twice():
    asked = [Asked(q, "right", True, True, True, "", 1.0, "") for q in questions() if q.half == "dev"]
    assert [line.split(" | ")[0] for line in _lines(asked)] == [
        "| dev, HTML",
        "| dev, PDF",
        "| dev, HTML and PDF",
    ]
    assert len(list(_lines(asked[:1]))) == 1
