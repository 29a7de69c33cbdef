"""The command line: outputs, exit codes, and the JSON of its contract. With the real models where it asks."""

from __future__ import annotations

import io
import json
import subprocess
import sys

import pytest
from core_fakes import HashEncoder, ingested

from bot import cli
from bot.store import Store

TEXTS = {
    "ferry.txt": "The ferry of Vik sank on 3 June 2019. Nobody drowned.",
    "owls.txt": "Owls were counted in the northern woods.",
}
NUMBER = (int, float)
ASKED = {
    "question": str, "standalone_question": str, "kind": str, "answer": str, "abstained": bool,
    "reason": (str, type(None)), "confidence": NUMBER, "sentences": list, "citations": list, "hits": list,
    "model": str, "timings_s": dict, "tokens": dict, "left_out": list,
}  # fmt: skip
SENTENCE = {"text": str, "citations": list, "support": NUMBER, "status": str}
CITATION = {
    "marker": int, "doc_id": str, "external_id": str, "title": str, "source": str, "page": (int, type(None)),
    "section": (str, type(None)), "start": int, "end": int, "quote": str, "support": NUMBER, "context": list,
    "about": str, "metadata": dict,
}  # fmt: skip
CONTEXT = {"role": str, "start": int, "end": int, "quote": str}
HIT = {
    "rank": int, "doc_id": str, "external_id": str, "passage_id": str, "score": NUMBER, "stage": str,
    "start": int, "end": int,
}  # fmt: skip
TIMINGS = dict.fromkeys(("load", "retrieve", "rerank", "first_sentence", "total"), NUMBER)
TOKENS = {"prompt": int, "generated": int}
TAKEN = {
    "source": str, "external_id": str, "doc_id": (str, type(None)), "status": str, "characters": int,
    "passages": int, "pages": (int, type(None)), "reason": (str, type(None)), "warnings": list,
}  # fmt: skip
LISTED = {
    "doc_id": str, "external_id": str, "title": str, "source": str, "characters": int, "passages": int,
    "pages": (int, type(None)), "added": str,
}  # fmt: skip
SHOWN = {
    "doc_id": str, "external_id": str, "title": str, "source": str, "metadata": dict, "text": str,
    "sections": list, "page_starts": list, "n_passages": int,
}  # fmt: skip


def assert_has(shown: dict, keys: dict) -> None:
    """Check each key of a contract and the type of its value; more keys are allowed."""
    wrong = {
        key: shown.get(key, "missing")
        for key, kind in keys.items()
        if not isinstance(shown.get(key, KeyError), kind)
    }
    assert wrong == {}


@pytest.fixture
def home(tmp_path):
    ingested(Store.open(tmp_path / "home"), HashEncoder(), TEXTS)
    return tmp_path / "home"


@pytest.fixture
def bot(home, capsys):
    """Run a command on the library; return (exit code, stdout, stderr)."""

    def run(*arguments, home=home):
        code = cli.main(["--home", str(home), *map(str, arguments)])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return run


def test_library_lists_the_documents(bot):
    code, out, err = bot("library")
    assert (code, err) == (0, "")
    assert [line.split()[1] for line in out.splitlines()[:2]] == ["ferry", "owls"]
    assert out.splitlines()[-1] == "2 documents in collection 'default'"


def test_library_list_as_json(bot):
    code, out, _ = bot("library", "list", "--json")
    documents = json.loads(out)["documents"]
    assert code == 0
    for shown in documents:
        assert_has(shown, LISTED)
    assert [d["external_id"] for d in documents] == ["ferry", "owls"]
    assert documents[0]["characters"] == len(TEXTS["ferry.txt"])


def test_library_list_of_some_documents(bot):
    assert [
        d["external_id"]
        for d in json.loads(bot("library", "--where", "title=owls", "--json")[1])["documents"]
    ] == ["owls"]
    assert bot("library", "--where", "company=Vik") == (
        2, "", "bot: no document of 'default' has a field 'company'; there are: title, type\n",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("verb", "message"),
    [
        (["ask", "Why did it sink?", "--where", "date"], "bot: 'date' is no condition: write FIELD=VALUE"),
        (["summarize", "--where", "date>=soon"], "bot: 'soon' in 'date>=soon' is no date"),
        (
            ["evaluate", "GOLD", "--where", "title=zebra"],
            "bot: no document of 'default' has title=zebra; there",
        ),
    ],
)
def test_a_filter_that_cannot_be_meant_is_one_line(bot, tmp_path, verb, message):
    gold = tmp_path / "gold.jsonl"
    gold.write_text(
        '{"id": "1", "question": "Why?", "answers": [], "answerable": false, "type": "x", "evidence": []}'
    )
    code, out, err = bot(*(str(gold) if word == "GOLD" else word for word in verb))
    assert (code, out) == (2, "")
    assert err.startswith(message)
    assert err.count("\n") == 1


def test_library_show_prints_the_text_or_the_object_of_the_contract(bot):
    assert bot("library", "show", "ferry") == (0, TEXTS["ferry.txt"] + "\n", "")
    shown = json.loads(bot("--json", "library", "show", "ferry")[1])
    assert_has(shown, SHOWN)
    assert shown["text"] == TEXTS["ferry.txt"]
    assert bot("library", "show", shown["doc_id"][:6])[1] == TEXTS["ferry.txt"] + "\n"


def test_library_show_of_facts_says_where_there_are_none(bot):
    assert bot("library", "show", "ferry", "--facts") == (0, "0 facts shown in the text\n", "")


def test_library_remove_forgets_a_document(bot):
    assert bot("library", "remove", "ferry")[:2] == (0, "removed ferry (upload:ferry.txt)\n")
    assert "ferry" not in bot("library")[1]
    code, out, err = bot("library", "show", "ferry")
    assert (code, out) == (2, "")
    assert err.startswith("bot: no document 'ferry' in collection 'default'")


@pytest.mark.parametrize("action", ["show", "remove"])
def test_a_verb_that_needs_a_document_asks_which(bot, action):
    assert bot("library", action) == (
        2, "", f"bot: which document? bot library {action} DOC; `bot library` lists them\n",
    )  # fmt: skip


def test_library_verify_and_compact(bot):
    code, out, _ = bot("library", "verify", "--json")
    assert code == 0
    assert json.loads(out)["ok"] is True
    assert "bytes_freed" in json.loads(bot("library", "compact", "--json")[1])


@pytest.mark.parametrize("verb", [["library"], ["ask", "Why did it sink?"]])
def test_an_unknown_collection_is_one_line_and_names_those_there_are(bot, verb):
    code, out, err = bot(*verb, "--collection", "nowhere")
    assert (code, out) == (2, "")
    assert err.startswith("bot: no collection 'nowhere'")
    assert "default" in err
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["ask", " "], "bot: the question is empty: type one"),
        (["ask", "Why did it sink?", "-k", "0"], "bot: -k 0 passages leave nothing to answer from"),
        (["library", "show", "nothing"], "bot: no document 'nothing' in collection 'default'"),
    ],
)
def test_what_cannot_be_meant_is_one_line_and_exit_code_2(bot, arguments, message):
    code, out, err = bot(*arguments)
    assert (code, out) == (2, "")
    assert err.startswith(message)
    assert err.count("\n") == 1


def test_a_home_that_is_a_file_is_refused(bot, tmp_path):
    (tmp_path / "file").touch()
    code, _, err = bot("library", home=tmp_path / "file")
    assert code == 2
    assert err.endswith("is a file; give a folder for the library with --home\n")


@pytest.mark.parametrize(
    "arguments", [[], ["frobnicate"], ["ask"], ["library", "burn"], ["ask", "x", "-k", "y"]]
)
def test_wrong_usage_exits_with_2_and_says_how(arguments, capsys):
    with pytest.raises(SystemExit) as caught:
        cli.main(arguments)
    assert caught.value.code == 2
    assert "usage: bot" in capsys.readouterr().err


def test_global_options_may_stand_before_or_after_the_verb():
    before = cli.parser().parse_args(["--home", "h", "--json", "library"])
    after = cli.parser().parse_args(["library", "--home", "h", "--json"])
    assert (before.home, before.json) == (after.home, after.json)
    assert cli.parser().parse_args(["library"]).json is False


def test_the_home_is_as_the_environment_says_unless_an_option_does(monkeypatch, tmp_path):
    monkeypatch.setenv("BOT_HOME", str(tmp_path))
    assert cli.default_home() == tmp_path
    monkeypatch.delenv("BOT_HOME")
    assert cli.default_home() == cli.CHECKOUT / "indexes"


def test_every_verb_has_its_help(capsys):
    for verb in ("ingest", "library", "ask", "evaluate", "serve", "models"):
        with pytest.raises(SystemExit) as caught:
            cli.main([verb, "--help"])
        assert caught.value.code == 0
        assert f"usage: bot {verb}" in capsys.readouterr().out


# With the bundled models


@pytest.fixture
def real(tmp_path, capsys):
    """Three files in a folder, and a way to run commands with --json on a new home."""
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "ferry.txt").write_text(
        "Vik gazette\n\nThe ferry of Vik was opened to cars by Lena Ortiz on 3 June 2019. It carries 40 cars."
    )
    (folder / "owls.md").write_text("# Owls\n\nIn 2021 the rangers counted 312 owls in the northern woods.")
    (folder / "costs.txt").write_text(
        "Costs of the yard\n\nYear | 2019 | 2018\nWages | $5.1 | $4.2\nSteel | $2 | $1"
    )

    def run(*arguments):
        code = cli.main([*map(str, arguments), "--home", str(tmp_path / "home"), "--json"])
        out = capsys.readouterr().out
        return code, json.loads(out) if out else None

    run.folder = folder
    return run


@pytest.mark.weights
def test_ingest_ask_and_replace_from_end_to_end(real):
    code, taken = real("ingest", real.folder)
    assert (code, isinstance(taken["seconds"], float)) == (0, True)
    for row in taken["documents"]:
        assert_has(row, TAKEN)
        assert row["status"] == "added"

    code, answer = real("ask", "When was the ferry of Vik opened to cars?")
    assert code == 0
    for shown, keys in ((answer, ASKED), (answer["timings_s"], TIMINGS), (answer["tokens"], TOKENS)):
        assert_has(shown, keys)
    for name, keys in (("sentences", SENTENCE), ("citations", CITATION), ("hits", HIT)):
        assert answer[name]
        for row in answer[name]:
            assert_has(row, keys)
    assert (answer["kind"], answer["abstained"], answer["reason"]) == ("answer", False, None)
    assert "3 June 2019" in answer["answer"]
    assert [hit["rank"] for hit in answer["hits"]] == list(range(1, len(answer["hits"]) + 1))
    assert len({hit["doc_id"] for hit in answer["hits"]}) == 3
    assert 0 <= answer["confidence"] <= 1
    markers = "".join(f"[{m}]" for s in answer["sentences"] for m in s["citations"])
    assert markers == "".join(f"[{c['marker']}]" for c in answer["citations"])
    for citation in answer["citations"]:
        text = real("library", "show", citation["doc_id"])[1]["text"]
        assert text[citation["start"] : citation["end"]] == citation["quote"]

    (real.folder / "ferry.txt").write_text(
        "The ferry of Vik was opened to cars on 9 August 2022 by Lena Ortiz."
    )
    again = real("ingest", real.folder)[1]["documents"]
    assert {row["external_id"]: row["status"] for row in again} == {
        "costs": "unchanged", "ferry": "replaced", "owls": "unchanged",
    }  # fmt: skip
    assert "9 August 2022" in real("ask", "When was the ferry of Vik opened to cars?")[1]["answer"]


@pytest.mark.weights
def test_a_table_is_answered_with_the_row_and_its_header(real):
    real("ingest", real.folder / "costs.txt")
    _, answer = real("ask", "What were wages in 2019?", "--quote-only")
    (citation,) = [c for c in answer["citations"] if c["quote"].startswith("Wages")]
    for context in citation["context"]:
        assert_has(context, CONTEXT)
    assert [(context["role"], context["quote"]) for context in citation["context"]] == [
        ("caption", "Costs of the yard"), ("column", "Year | 2019 | 2018"),
    ]  # fmt: skip
    assert "2019 $5.1" in answer["answer"]
    assert answer["model"] == "quotes only"


@pytest.mark.weights
def test_what_the_documents_do_not_answer_is_not_answered(real):
    real("ingest", real.folder)
    code, answer = real("ask", "What is the boiling point of mercury?")
    assert code == 0
    assert (answer["kind"], answer["abstained"], answer["reason"]) == ("abstention", True, "no_evidence")
    assert answer["sentences"] == answer["citations"] == []
    assert answer["answer"]
    assert answer["hits"]
    assert 0 <= answer["confidence"] <= 1


@pytest.mark.weights
def test_a_question_from_standard_input_with_reranking_off(real, monkeypatch):
    real("ingest", real.folder)
    monkeypatch.setattr(sys, "stdin", io.StringIO("How many owls were counted in the woods?\n"))
    _, answer = real("ask", "-", "--no-rerank", "-k", "1")
    assert answer["question"] == "How many owls were counted in the woods?"
    assert {hit["stage"] for hit in answer["hits"]} == {"fused"}
    assert "312" in answer["answer"]


@pytest.mark.weights
def test_files_that_cannot_be_read_are_told_and_exit_2_only_where_nothing_is_in(real, capsys):
    missing, url = real.folder / "missing.txt", "http://localhost:8080/a"
    code, taken = real("ingest", missing, url)
    assert (code, [row["status"] for row in taken["documents"]]) == (2, ["refused", "refused"])
    assert taken["documents"][0]["reason"].startswith("no such file or folder")
    assert "names a host of a local network" in taken["documents"][1]["reason"]
    assert real("ingest", missing, real.folder / "owls.md")[0] == 0
    empty = real.folder / "empty"
    empty.mkdir()
    assert cli.main(["ingest", str(empty), "--home", str(real.folder / "new")]) == 2
    assert capsys.readouterr().err.endswith(f"no file in {empty}: give files, or a folder that holds some\n")


@pytest.mark.weights
def test_an_unknown_model_is_one_line(real, capsys):
    real("ingest", real.folder / "owls.md")
    assert (
        cli.main(["ask", "How many owls?", "--model", "nonesuch", "--home", str(real.folder.parent / "home")])
        == 2
    )
    assert capsys.readouterr().err.splitlines()[-1].startswith("bot: no model 'nonesuch': expected ")


@pytest.mark.weights
def test_models_says_what_is_installed(real):
    code, shown = real("models")
    assert code == 0
    assert {row["role"] for row in shown["models"]} >= {"generator", "reranker", "encoder"}
    assert all(row["installed"] for row in shown["models"])


@pytest.mark.weights
def test_the_module_and_its_text_output(real):
    real("ingest", real.folder)
    home = real.folder.parent / "home"
    done = subprocess.run(
        [sys.executable, "-m", "bot", "ask", "How many owls were counted?", f"--home={home}", "--quote-only"],
        capture_output=True, text=True, check=True, timeout=300, cwd=cli.CHECKOUT,
    )  # fmt: skip
    answer, *rest = done.stdout.splitlines()
    assert answer.startswith("In 2021 the rangers counted 312 owls in the northern woods. [1]")
    assert rest[1:3] == ["[1] Owls", "    “In 2021 the rangers counted 312 owls in the northern woods.”"]
    assert done.stderr == ""
