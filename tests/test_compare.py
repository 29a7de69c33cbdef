"""A run beside another, over the sample library with fake models: broken builds are caught, and told apart.

Each break is made on purpose, as a change of the code could make it; `--compare` with a good run and
`--require` have to find every one.
"""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from core_fakes import HashEncoder, OverlapModel, ScriptedGenerator, StillPairs, weighed, words
from evaluation_fakes import gold_row, options, written

from bot import cli, commands
from bot.errors import UsageError
from bot.evaluate.compare import comparison
from bot.evaluate.gold import read_gold
from bot.evaluate.run import evaluate
from bot.evaluate.scores import Columns, Score
from bot.evaluate.table import comparison_table
from bot.samples import GOLD, LIBRARY
from bot.workspace import Workspace

pytestmark = pytest.mark.slow

CITING = ["quotes exact==1", "citation precision>=0.4", "support recall>=0.5", "fabrication==0"]
RANKING = ["RR@10>=0.95", "R@5==1"]


class ReaderOfGold:
    """A reranker that has read the evidence: hits with most of its words come first."""

    def __init__(self):
        self.evidence = {row.question: row.evidence for row in read_gold(GOLD).rows}

    def rerank(self, question, hits):
        """See `bot.rerank.Reranker`."""
        quotes = next((e for asked, e in self.evidence.items() if question.endswith(asked)), ())
        wanted = {word for evidence in quotes for word in words(evidence.quote or "")}
        ordered = sorted(hits, key=lambda hit: -len(wanted & set(words(hit.passage.text))))
        return [replace(hit, rank=rank) for rank, hit in enumerate(ordered, start=1)]


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """Take the sample library in once."""
    home = tmp_path_factory.mktemp("samples")
    list(fakes(Workspace(home)).ingest([LIBRARY], collection="default"))
    return home


def fakes(workspace):
    models = {"encoder": HashEncoder(), "scorer": OverlapModel(), "generator": ScriptedGenerator()}
    models["pairs"] = StillPairs()
    vars(workspace.models).update(models)
    return workspace


def build(home, *, rerank=True):
    """Make a workspace of this version of the code."""
    made = fakes(Workspace(home, rerank=rerank))
    bot = made.bot("default")
    bot.selector.weights = weighed(coverage=8.0, bias=-4.0)
    bot.reranker = ReaderOfGold() if rerank else None
    return made


@pytest.fixture(scope="module")
def good(home, tmp_path_factory):
    """Give the folder of a run of the code as it should be, with answers."""
    out = tmp_path_factory.mktemp("runs") / "good"
    assert evaluate(build(home), options(GOLD, out, limit=40, require=CITING))["gates"] == []
    return out


@pytest.fixture(scope="module")
def good_hits(home, tmp_path_factory):
    """Give the folder of a run of the code as it should be, hits alone."""
    out = tmp_path_factory.mktemp("runs") / "hits"
    chosen = options(GOLD, out, retrieval_only=True, require=RANKING)
    assert evaluate(build(home), chosen)["gates"] == []
    return out


def broken(workspace, break_answer):
    """Make a build whose answers go through a function."""
    ask = workspace.ask
    workspace.ask = lambda question, **rest: break_answer(ask(question, **rest))
    return workspace


def verdicts(found):
    return {name: row["verdict"] for name, row in found["comparison"]["measures"].items() if row["verdict"]}


def failed(found):
    return {re.split(r"[<>=]", line)[0] for line in found["gates"]}


def test_the_same_build_again_differs_in_nothing(home, good, tmp_path):
    chosen = options(GOLD, tmp_path / "out", limit=40, require=CITING, compare=str(good))
    found = evaluate(build(home), chosen)
    compared = found["comparison"]
    assert (found["gates"], compared["n"], compared["settings"], compared["changed"]) == ([], 40, {}, {})
    assert {row["difference"] for row in compared["measures"].values()} == {0.0}
    assert {(row["low"], row["high"]) for row in compared["measures"].values()} == {(0.0, 0.0)}


def test_citations_that_went_to_the_wrong_answers_are_caught(home, good, tmp_path):
    """Each answer gets the citations of the answer before."""
    given = []

    def shuffled(answer):
        if answer.abstained:
            return answer
        given.append(answer.citations)
        before = given[-2] if len(given) > 1 else ()
        return replace(answer, citations=tuple(replace(c, marker=i) for i, c in enumerate(before, start=1)))

    chosen = options(GOLD, tmp_path / "out", limit=40, require=CITING, compare=str(good))
    found = evaluate(broken(build(home), shuffled), chosen)
    worse = ["citation precision", "citation recall", "support precision", "support recall"]
    assert {name: verdicts(found).get(name) for name in worse} == dict.fromkeys(worse, "worse")
    assert verdicts(found)["fabrication"] == "worse"
    assert {"citation precision", "support recall", "fabrication"} <= failed(found)
    assert found["comparison"]["changed"]["citation recall"]["lost"]


def test_citations_whose_places_were_mixed_up_are_caught(home, good, tmp_path):
    def moved(answer):
        citations = [replace(c, start=c.start + 3, end=c.end + 3) for c in answer.citations]
        return replace(answer, citations=tuple(citations))

    chosen = options(GOLD, tmp_path / "out", limit=40, require=CITING, compare=str(good))
    found = evaluate(broken(build(home), moved), chosen)
    assert verdicts(found)["quotes exact"] == "worse"
    assert "quotes exact" in failed(found)
    assert found["broken"]["inexact"]


def test_one_answer_with_one_digit_changed_is_caught(home, good, tmp_path):
    changed = []

    def misread(answer):
        sentence = next((s for s in answer.sentences if re.search(r"\d\d", s.text)), None)
        if changed or sentence is None:
            return answer
        changed.append(answer.question)
        text = re.sub(r"\d(?=\d)", lambda digit: str((int(digit[0]) + 1) % 10), sentence.text, count=1)
        sentences = [replace(s, text=text) if s is sentence else s for s in answer.sentences]
        return replace(answer, sentences=tuple(sentences))

    chosen = options(GOLD, tmp_path / "out", limit=40, require=CITING, compare=str(good))
    found = evaluate(broken(build(home), misread), chosen)
    (asked,) = [row.row_id for row in read_gold(GOLD).rows if row.question == changed[0]]
    assert found["fabricated"]["count"] == 1
    assert found["broken"]["fabricated"] == [asked]
    assert found["comparison"]["changed"]["fabrication"] == {"won": [], "lost": [asked]}
    assert failed(found) >= {"fabrication"}


def test_a_reranker_that_is_off_is_caught(home, good_hits, tmp_path):
    out = tmp_path / "out"
    chosen = options(GOLD, out, retrieval_only=True, require=RANKING, compare=str(good_hits))
    found = evaluate(build(home, rerank=False), chosen)
    assert found["comparison"]["settings"] == {"rerank": [True, False]}
    assert verdicts(found)["RR@10"] == verdicts(found)["passage RR@10"] == "worse"
    assert "RR@10" in failed(found)
    assert "rerank: True there, False here" in comparison_table(found["comparison"])


def test_a_document_that_is_gone_is_caught_and_both_ways_have_their_name(good_hits, tmp_path):
    workspace = fakes(Workspace(tmp_path / "home"))
    list(workspace.ingest([LIBRARY], collection="default"))
    workspace.remove("default", "ferry-courier")
    workspace.remove("default", "ferry-gazette")
    bot = workspace.bot("default")
    bot.reranker = ReaderOfGold()
    chosen = options(GOLD, tmp_path / "out", retrieval_only=True, require=RANKING, compare=str(good_hits))
    found = evaluate(workspace, chosen)
    assert "documents_sha256" in found["comparison"]["settings"]
    assert verdicts(found)["R@5"] == "worse"
    assert "R@5" in failed(found)
    lost = found["comparison"]["changed"]["R@5"]["lost"]
    assert lost
    assert all(row_id.startswith("ferry") for row_id in lost)


def test_only_what_both_runs_were_asked_is_compared(home, good, tmp_path):
    found = evaluate(build(home), options(GOLD, tmp_path / "out", limit=10, compare=str(good)))
    assert found["comparison"]["n"] == 10


def test_the_command_line_shows_both_and_says_which_gate_failed(
    home, good_hits, tmp_path, monkeypatch, capsys
):
    monkeypatch.setattr(commands, "workspace_of", lambda *_, **__: build(home, rerank=False))
    typed = ["evaluate", str(GOLD), "--out", str(tmp_path / "out"), "--retrieval-only"]
    typed += ["--compare", str(good_hits), "--require", "RR@10>=0.95", "--require", "R@1>=0"]
    assert cli.main(typed) == 1
    shown = capsys.readouterr()
    (line,) = [line for line in shown.err.splitlines() if "gate" in line]
    assert line.startswith("bot: gate failed: RR@10>=0.95: it is 0.9")
    assert "documents   R@1" in shown.out
    assert f"beside {good_hits}" in shown.out
    assert "worse" in shown.out
    assert max(map(len, shown.out.splitlines())) <= 130
    assert cli.main([*typed[:5], "--require", "R@1>=0"]) == 0
    assert cli.main([*typed[:5], "--require", "R@1"]) == 2
    report = (tmp_path / "out" / "report.html").read_text()
    assert "<h1>" in report


def test_a_run_over_another_gold_file_cannot_be_compared(home, good, tmp_path):
    path = written(tmp_path / "gold.jsonl", [gold_row(evidence=[])])
    with pytest.raises(UsageError, match="is a run over another gold file") as caught:
        evaluate(build(home), options(path, tmp_path / "out", compare=str(good)))
    assert "\n" not in str(caught.value)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        ({}, "holds no run"),
        ({"settings.json": "[]"}, "holds no run"),
        ({"settings.json": "{"}, "holds no run"),
        ({"settings.json": None}, "has no scores.jsonl"),
        ({"settings.json": None, "scores.jsonl": "nonsense\n"}, "line 1 is not the score of a question"),
    ],
)
def test_a_folder_that_is_no_finished_run_is_one_clear_line(home, good, tmp_path, files, reason):
    other = tmp_path / "other"
    other.mkdir()
    for name, content in files.items():
        (other / name).write_text((good / name).read_text() if content is None else content)
    with pytest.raises(UsageError, match=reason) as caught:
        evaluate(build(home), options(GOLD, tmp_path / "out", compare=str(other)))
    assert "\n" not in str(caught.value)
    assert not (tmp_path / "out").exists()


def test_a_run_is_not_compared_with_itself(home, tmp_path):
    with pytest.raises(UsageError, match="is the folder of this run"):
        evaluate(build(home), options(GOLD, tmp_path / "out", compare=str(tmp_path / "out")))


def columns(values, name="R@5"):
    return Columns.of(Score(f"q{i}", "x", True, None, None, {name: v}) for i, v in enumerate(values))


class Run:
    """Stands for a run that was read."""

    def __init__(self, values, **rest):
        self.folder, self.settings, self.columns = "there", {}, columns(values, **rest)


def test_differences_are_here_less_there_and_sides_are_crossed_at_one_half():
    """Means: here (1 + 0 + 1/2) / 3 = 1/2, there (0 + 1/2 + 1/2) / 3 = 1/3."""
    found = comparison(columns([(1, 1), (0, 1), (1, 2)]), {}, Run([(0, 1), (1, 2), (1, 2)]))
    row = found["measures"]["R@5"]
    assert (row["here"], row["there"], row["n"]) == (pytest.approx(2 / 4), pytest.approx(2 / 5), 4)
    assert row["difference"] == pytest.approx(row["here"] - row["there"])
    assert found["changed"] == {"R@5": {"won": ["q0"], "lost": ["q1"]}}


def test_less_is_better_of_what_nobody_wants():
    found = comparison(columns([(1, 1)] * 5, "fabrication"), {}, Run([(0, 1)] * 5, name="fabrication"))
    assert found["measures"]["fabrication"]["verdict"] == "worse"
    assert found["changed"]["fabrication"] == {"won": [], "lost": ["q0", "q1", "q2", "q3", "q4"]}


def test_neither_way_is_better_of_how_a_sentence_came_about():
    found = comparison(columns([(1, 1)] * 5, "phrased"), {}, Run([(0, 1)] * 5, name="phrased"))
    assert (found["measures"]["phrased"]["difference"], found["measures"]["phrased"]["verdict"]) == (1.0, "")
    assert found["changed"] == {}


def test_a_measure_that_one_run_has_not_is_left_out():
    found = comparison(columns([(1, 1)]), {}, Run([(0, 1)], name="EM"))
    assert found["measures"] == found["changed"] == {}


def test_runs_without_a_question_in_common_are_refused():
    other = Run([(0, 1)])
    other.columns = Columns.of([Score("else", "x", True, None, None, {})])
    with pytest.raises(UsageError, match="was asked none of these questions"):
        comparison(columns([(1, 1)]), {}, other)
