"""`bot summarize` from the command line with the bundled models: the contract, sources, and bad input."""

from __future__ import annotations

import json

import pytest
from test_cli import CITATION, SENTENCE, assert_has

from bot import cli
from bot.samples import LIBRARY

pytestmark = pytest.mark.weights

SUMMED = {
    "summary": str, "length": str, "words": int, "budget_words": int, "documents": list, "sentences": list,
    "citations": list, "coverage": list, "agreements": list, "differences": list, "model": str,
    "timings_s": dict, "tokens": dict,
}  # fmt: skip
COVERED = {
    "doc_id": str, "section": str, "start": int, "end": int, "share": float, "cited": bool,
    "summary_share": float,
}  # fmt: skip
FERRY = sorted(LIBRARY.glob("ferry-*"))


@pytest.fixture
def bot(tmp_path, capsys):
    """Run a command on a new home; return (exit code, stdout, stderr)."""

    def run(*arguments):
        code = cli.main(["--home", str(tmp_path / "home"), *map(str, arguments)])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return run


def test_a_path_that_is_not_ingested_is_summed_up_and_not_stored(bot, tmp_path):
    code, out, _ = bot("summarize", LIBRARY / "pellworthy-annual-report.md", "--json")
    told = json.loads(out)
    assert code == 0
    assert_has(told, SUMMED)
    for name, keys in (("sentences", SENTENCE), ("citations", CITATION), ("coverage", COVERED)):
        assert told[name]
        for row in told[name]:
            assert_has(row, keys)
    markers = [f"[{marker}]" for sentence in told["sentences"] for marker in sentence["citations"]]
    assert all(marker in told["summary"] for marker in markers)
    assert abs(told["words"] / told["budget_words"] - 1) <= 0.25
    assert bot("library")[0] == 2  # there is no collection


def test_documents_of_a_collection_are_named_as_ever_and_cited_from_the_store(bot):
    bot("ingest", *FERRY)
    _, out, _ = bot("summarize", "ferry-courier", FERRY[1], "--json", "--length", "long")
    told = json.loads(out)
    shown = {
        each["doc_id"]: json.loads(bot("library", "show", each["doc_id"], "--json")[1])["text"]
        for each in told["documents"]
    }
    assert {each["external_id"] for each in told["documents"]} == {"ferry-courier", "ferry-gazette"}
    assert all(shown[c["doc_id"]][c["start"] : c["end"]] == c["quote"] for c in told["citations"])
    sides = [side["value"] for each in told["differences"] for side in each["sides"]]
    assert {"nine knots", "12 knots"} <= set(sides)


def test_without_names_the_whole_collection_is_summed_up(bot):
    bot("ingest", *FERRY)
    _, out, _ = bot("summarize", "--json", "--bullets")
    assert len(json.loads(out)["documents"]) == len(FERRY)


def test_a_focus_is_answered_to(bot):
    path = LIBRARY / "ferry-inquiry.html"
    _, out, _ = bot("summarize", path, "--focus", "what the captain is blamed for")
    assert "captain" in out.split("Coverage")[0]


def test_the_terminal_shows_sentences_sources_and_coverage(bot):
    _, out, _ = bot("summarize", LIBRARY / "marathon.txt", "--length", "short")
    first, *rest = out.splitlines()
    assert first.endswith(" [1]")
    assert "[1] Winner by a wrong turn" in rest
    assert "Coverage: 1 of 2 sections cited (text, summary)" in rest
    _, bullets, _ = bot("summarize", LIBRARY / "marathon.txt", "--bullets")
    assert all(line.startswith("- ") for line in bullets.split("\n\n")[0].splitlines())


@pytest.mark.parametrize(
    ("name", "text", "line"),
    [
        ("one.txt", "Hello there.", "one: no sentences to summarise"),
        ("table.txt", "a | b\n1 | 2\n3 | 4", "table: no sentences to summarise"),
        ("blank.txt", "\n\n", "blank.txt is empty"),
        ("bytes.bin", "\x00\x01\x02\x03" * 99, "bytes.bin looks binary"),
    ],
)
def test_what_cannot_be_summed_up_is_one_line(bot, tmp_path, name, text, line):
    (tmp_path / name).write_text(text)
    code, out, err = bot("summarize", tmp_path / name)
    assert (code, out) == (2, "")
    assert line in err
    assert len(err.splitlines()) == 1


def test_a_name_of_nothing_and_an_empty_library_are_one_line(bot):
    for arguments in (("summarize", "nowhere.txt"), ("summarize",)):
        code, _, err = bot(*arguments)
        assert code == 2
        assert len(err.splitlines()) == 1


def test_what_is_left_out_is_said(bot, tmp_path):
    (tmp_path / "bytes.bin").write_bytes(b"\x00\x01\x02\x03" * 99)
    copy = tmp_path / "copy.txt"
    copy.write_bytes((LIBRARY / "marathon.txt").read_bytes())
    code, out, err = bot("summarize", LIBRARY / "marathon.txt", copy, tmp_path / "bytes.bin", "--json")
    assert code == 0
    assert len(json.loads(out)["documents"]) == 1
    assert "left out: copy: the same text as marathon" in err
    assert "left out: bytes.bin looks binary" in err
