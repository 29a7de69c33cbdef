"""The sample library: its gold rows tell the truth about its files, and there are enough of them."""

import html
import json
import re
from collections import Counter

import pytest

from bot.samples import GOLD, LIBRARY, example_questions

FILES = sorted(LIBRARY.iterdir())
ROWS = [json.loads(line) for line in GOLD.read_text(encoding="utf-8").splitlines()]
REPORTS = {"harrowgate-tidal-report", "pellworthy-annual-report"}
INLINE = re.compile(r"</?(?:a|em|strong|time)\b[^>]*>")


def as_read(path):
    """Return the words of a file as a reader sees them, found without the project's parsers."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".html":
        text = re.sub(r"(?s)<head>.*?</head>", " ", text)
        text = html.unescape(re.sub(r"<[^>]*>", " ", INLINE.sub("", text)))
    elif path.suffix == ".md":
        text = re.sub(r"[*|]", " ", text).replace(" ,", ",")
    return " ".join(text.split())


TEXTS = {path.stem: as_read(path) for path in FILES}


def whole_occurrences(words, text):
    return len(re.findall(rf"(?<![\w.,]){re.escape(words)}(?![\w]|[.,]\d)", text))


def test_a_file_stem_names_one_file_only_and_is_short_lowercase_and_hyphenated():
    assert len(TEXTS) == len(FILES)
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", stem) and len(stem) <= 30 for stem in TEXTS)


def test_the_library_has_enough_articles_and_reports_in_three_formats():
    assert set(TEXTS) >= REPORTS
    assert len(set(TEXTS) - REPORTS) >= 13
    assert {path.suffix for path in FILES} == {".md", ".txt", ".html"}


@pytest.mark.parametrize("stem", sorted(TEXTS))
def test_an_article_is_short_and_a_report_extract_is_longer(stem):
    low, high = (400, 900) if stem in REPORTS else (150, 350)
    assert low <= len(TEXTS[stem].split()) <= high


def test_there_are_enough_questions_of_every_kind():
    types = Counter(row["type"] for row in ROWS)
    assert len(ROWS) >= 64
    assert types["table"] >= 10
    assert types["comparison"] >= 4
    assert sum("history" in row for row in ROWS) >= 12
    assert sum(not row["answerable"] for row in ROWS) >= 12


def test_no_two_questions_share_an_id_or_their_words():
    assert len({row["id"] for row in ROWS}) == len(ROWS)
    assert len({(row["question"], str(row.get("history"))) for row in ROWS}) == len(ROWS)


def test_every_document_is_asked_about():
    assert {evidence["doc_id"] for row in ROWS for evidence in row["evidence"]} == set(TEXTS)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["id"])
def test_a_gold_row_has_the_agreed_form(row):
    assert set(row) <= {
        "id",
        "question",
        "history",
        "answers",
        "answerable",
        "type",
        "multi_span",
        "evidence",
    }
    assert bool(row["answers"]) == bool(row["evidence"]) == row["answerable"]
    assert len(row["answers"]) <= 3
    assert row["question"].endswith("?")


@pytest.mark.parametrize("row", [row for row in ROWS if "history" in row], ids=lambda row: row["id"])
def test_a_history_alternates_and_ends_with_the_agent(row):
    roles = [role for role, _ in row["history"]]
    assert roles == ["user", "agent"] * (len(roles) // 2)


@pytest.mark.parametrize("row", [row for row in ROWS if row["answerable"]], ids=lambda row: row["id"])
def test_every_quote_and_answer_stands_word_for_word_in_its_document(row):
    for evidence in row["evidence"]:
        assert evidence["quote"] in TEXTS[evidence["doc_id"]]
    cited = " ".join(TEXTS[evidence["doc_id"]] for evidence in row["evidence"])
    assert all(answer in cited for answer in row["answers"])


@pytest.mark.parametrize("row", [row for row in ROWS if row["type"] == "table"], ids=lambda row: row["id"])
def test_a_quoted_cell_stands_only_once_in_its_document(row):
    for evidence in row["evidence"]:
        assert whole_occurrences(evidence["quote"], TEXTS[evidence["doc_id"]]) == 1


def test_the_page_offers_five_examples_that_the_gold_set_knows_the_last_without_an_answer():
    known = {row["question"]: row for row in ROWS}
    chosen = [known[question] for question in example_questions()]
    assert [row["answerable"] for row in chosen] == [True, True, True, True, False]
    assert [row["type"] for row in chosen] == ["span", "quotation", "table", "comparison", "unanswerable"]


def test_the_last_turn_of_a_conversation_is_not_asked_alone_elsewhere():
    alone = {row["question"] for row in ROWS if "history" not in row}
    assert not alone & {row["question"] for row in ROWS if "history" in row}
