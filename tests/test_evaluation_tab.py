"""The evaluation tab without a browser: turns at the models, gold sets, kept runs, routes, endpoints."""

from __future__ import annotations

import html
import json
import re
import threading
import time

import httpx
import pytest
from evaluation_fakes import ROWS, gold_row, workspace_of, written
from evaluation_samples import interrupted_sample, kept_sample
from page_driver import serving
from page_fakes import FakeWorkspace
from test_web import call

from bot.errors import UsageError
from bot.evaluate.gold.sets import SAMPLE, add_gold, counts, gold_file, gold_sets
from bot.evaluate.kept import beside, kept_run, kept_runs
from bot.evaluate.report.questions import failed_at
from bot.feedback import keep_vote
from bot.samples import GOLD
from bot.turns import Turns
from bot.web.evaluation import (
    SHOWN_QUESTIONS,
    comparison_html,
    duration,
    progress_html,
    questions_html,
    run_html,
    runs_html,
    set_html,
)
from bot.web.evaluation_job import Evaluator, Order, Progress

pytestmark = pytest.mark.slow

HOSTILE = '<img src=x onerror="alert(1)"> $x$ *a*'


def words(fragment: str) -> str:
    return html.unescape(re.sub("<[^>]*>", " ", fragment))


# Turns


def test_turns_come_in_the_order_in_which_they_were_asked_for():
    turns, came, first = Turns(), [], threading.Event()

    def take(name: int) -> None:
        with turns.taken():
            came.append(name)

    threads = []
    with turns.taken():
        for name in range(5):
            threads.append(threading.Thread(target=take, args=(name,)))
            threads[-1].start()
            while len(turns._line) < name + 2:
                first.wait(0.001)
    for thread in threads:
        thread.join(timeout=10)
    assert came == [0, 1, 2, 3, 4]


def test_a_turn_is_given_back_by_an_error():
    turns = Turns()
    with pytest.raises(ValueError, match="no"), turns.taken():
        raise ValueError("no")
    with turns.taken():
        pass


def test_an_answer_that_is_not_read_to_its_end_gives_its_turn_back(tmp_path):
    workspace = workspace_of(tmp_path)
    stream = workspace.stream("When did the old mill burn down?", collection="default")
    next(stream)
    assert len(workspace.turns._line) == 1
    stream.close()
    assert not workspace.turns._line


def test_the_chat_and_an_evaluation_take_turns_at_the_models(tmp_path, monkeypatch):
    """A question of the chat is answered between two of the evaluation's, never beside one."""
    from bot import answer

    inside, clashes, real = threading.Lock(), [], answer.Bot.stream

    def alone(self, *args, **kwargs):
        if not inside.acquire(blocking=False):
            clashes.append(1)
            inside.acquire()
        try:
            time.sleep(0.03)
            yield from real(self, *args, **kwargs)
        finally:
            inside.release()

    monkeypatch.setattr(answer.Bot, "stream", alone)
    workspace = workspace_of(tmp_path / "home")
    rows = [gold_row(id=str(i)) for i in range(12)]
    written(own(workspace.home) / "own.jsonl", rows)
    evaluator = Evaluator(workspace)
    evaluator.begin(Order("own.jsonl", "default"))
    while evaluator.progress.fresh < 1:
        time.sleep(0.005)
    for _ in range(3):
        assert workspace.ask("Who built the pier?", collection="default").text
    assert evaluator.progress.busy, "the chat waited for the end of the evaluation"
    *_, last = evaluator.follow()
    assert (last.finished != "", last.done, clashes) == (True, 12, [])


def own(home):
    """Make the folder of a home's gold sets."""
    folder = home / "gold"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


# Gold sets


def test_the_sample_questions_the_files_of_the_home_and_the_votes_are_offered(tmp_path):
    answer = FakeWorkspace().ask("How many passengers?", collection="sample")
    keep_vote(tmp_path, "sample", answer, is_right=True)
    written(own(tmp_path) / "own.jsonl", ROWS)
    (tmp_path / "gold" / "notes.txt").write_text("not one")
    assert list(gold_sets(tmp_path)) == [SAMPLE, "own.jsonl", "sample-votes.jsonl"]
    assert gold_file(tmp_path, SAMPLE) == GOLD
    found = counts(tmp_path, "own.jsonl")
    assert (found.n, found.n_unanswerable, found.n_unread) == (3, 1, 0)
    assert words(set_html(counts(tmp_path, "sample-votes.jsonl"))).strip() == (
        "1 question, 1 that nobody has reviewed yet"
    )


@pytest.mark.parametrize("name", ["../secret.jsonl", "/etc/passwd", "own", "", "gold/own.jsonl"])
def test_a_name_that_is_not_listed_is_no_path(tmp_path, name):
    written(own(tmp_path) / "own.jsonl", ROWS)
    written(tmp_path / "secret.jsonl", ROWS)
    with pytest.raises(UsageError, match=r"no gold set .*; there are: sample questions, own\.jsonl"):
        gold_file(tmp_path, name)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../x.jsonl", "x.jsonl"),
        ("a b;<c>.jsonl", "a-b-c.jsonl"),
        ("....jsonl", "gold.jsonl"),
        ("é" * 90 + ".jsonl", "é" * 60 + ".jsonl"),
    ],
)
def test_an_upload_is_copied_under_a_name_that_is_safe(tmp_path, given, kept):
    source = written(tmp_path / "up.jsonl", ROWS)
    assert add_gold(tmp_path / "home", given, source) == kept
    assert [path.name for path in (tmp_path / "home" / "gold").iterdir()] == [kept]


def test_an_upload_may_be_a_table_and_nothing_else_than_the_two_forms(tmp_path):
    table = tmp_path / "up.csv"
    table.write_text("question,answer\nWho?,Ann\n")
    assert add_gold(tmp_path, "My set.CSV", table) == "My-set.csv"
    with pytest.raises(UsageError, match=r"'x\.py' is no gold file: give a \.jsonl or \.csv file"):
        add_gold(tmp_path, "x.py", table)


def test_an_upload_never_takes_the_place_of_another_set(tmp_path):
    first, second = written(tmp_path / "a.jsonl", ROWS), written(tmp_path / "b.jsonl", ROWS[:1])
    names = [add_gold(tmp_path, "set.jsonl", path) for path in (first, second, first, second)]
    assert names == ["set.jsonl", "set-2.jsonl", "set.jsonl", "set-2.jsonl"]
    assert (tmp_path / "gold" / "set.jsonl").read_bytes() == first.read_bytes()


def test_a_bad_upload_is_refused_in_one_line_and_not_kept(tmp_path):
    source = tmp_path / "bad.jsonl"
    source.write_text('{"id": "a"}\n')
    with pytest.raises(UsageError, match=r"^mine\.jsonl line 1: field 'answers' is missing") as raised:
        add_gold(tmp_path, "mine.jsonl", source)
    assert str(tmp_path) not in str(raised.value)
    assert not (tmp_path / "gold").exists()


# Runs that are kept


def evaluated(workspace, **changes):
    """Run the home's own set to its end and return the progress of it."""
    evaluator = Evaluator(workspace)
    order = Order(**{"gold": "own.jsonl", "collection": "default", **changes})
    evaluator.begin(order)
    return list(evaluator.follow())[-1]


@pytest.fixture
def workspace(tmp_path):
    made = workspace_of(tmp_path / "home")
    written(own(made.home) / "own.jsonl", ROWS)
    return made


def test_a_run_leaves_the_files_of_bot_evaluate_in_a_folder_of_the_home(workspace):
    last = evaluated(workspace)
    assert (last.done, last.total, last.notice) == (3, 3, "")
    run = kept_run(workspace.home, last.finished)
    assert {"predictions.jsonl", "metrics.json", "scores.jsonl", "report.html"} <= {
        path.name for path in run.folder.iterdir()
    }
    assert (run.gold, run.wanted, run.n_asked, run.is_finished) == ("own.jsonl", 3, 3, True)
    assert list(run.gold_rows()) == ["one", "two", "three"]
    assert "own.jsonl, asked of default" in (run.folder / "report.html").read_text()


def test_the_reranker_of_a_run_has_no_clock_and_its_models_are_the_chats(workspace):
    twin = workspace._unhurried("default")
    assert twin.models.scorer is workspace.models.scorer
    assert twin.models.remembering is workspace.models.remembering
    assert twin.turns is workspace.turns
    assert twin.bot("default").retriever is workspace.bot("default").retriever
    assert twin.bot("default").reranker is not workspace.bot("default").reranker


def test_a_stopped_run_goes_on_where_it_was(workspace, monkeypatch):
    real, asked, evaluator = type(workspace).ask, [], Evaluator(workspace)

    def ask(self, question, **kwargs):
        asked.append(question)
        if len(asked) == 1:
            assert evaluator.stop().stopping
        return real(self, question, **kwargs)

    monkeypatch.setattr(type(workspace), "ask", ask)
    evaluator.begin(Order("own.jsonl", "default"))
    stopped = list(evaluator.follow())[-1]
    assert (stopped.done, stopped.notice[:8], stopped.finished) == (0, "Stopped.", "")
    (cut,) = kept_runs(workspace.home)
    assert (cut.is_finished, cut.n_asked, cut.wanted) == (False, 1, 3)
    assert "Interrupted: 1 of 3 asked" in words(runs_html([cut]))
    evaluator.begin(Order("own.jsonl", "default"))
    assert list(evaluator.follow())[-1].finished == cut.name
    assert len(asked) == 3


def test_other_settings_lead_to_another_folder_and_the_same_to_the_same(workspace):
    names = [evaluated(workspace, **how).finished for how in ({}, {"limit": 2}, {"retrieval_only": True}, {})]
    assert len(set(names)) == 3
    assert names[0] == names[3]


def test_what_cannot_be_run_is_said_in_one_line(workspace):
    written(own(workspace.home) / "far.jsonl", [gold_row(evidence=[{"doc_id": "elsewhere", "page": 1}])])
    notice = evaluated(workspace, gold="far.jsonl").notice
    assert notice.startswith("none of the 1 documents that far.jsonl names is in collection 'default'")
    assert "no collection 'nowhere'" in evaluated(workspace, collection="nowhere").notice
    with pytest.raises(UsageError, match="leaves no question to ask"):
        Evaluator(workspace).begin(Order("own.jsonl", "default", limit=-3))


def test_only_one_run_is_at_work(tmp_path):
    evaluator = Evaluator(FakeWorkspace(pause_s=0.1, home=tmp_path))
    evaluator.begin(Order(SAMPLE, "sample", limit=5))
    with pytest.raises(UsageError, match="an evaluation is running already"):
        evaluator.begin(Order(SAMPLE, "sample", limit=5))
    evaluator.stop()
    assert list(evaluator.follow())[-1].notice.startswith("Stopped.")


def test_a_fault_of_ours_is_logged_and_not_shown(tmp_path, caplog):
    class Faulty(FakeWorkspace):
        def evaluate(self, gold, **kwargs):
            raise RuntimeError("a secret")

    evaluator = Evaluator(Faulty(home=tmp_path))
    evaluator.begin(Order(SAMPLE, "sample"))
    last = list(evaluator.follow())[-1]
    assert "secret" in caplog.text
    assert "secret" not in last.notice


def test_folders_that_hold_no_run_are_passed_over(tmp_path):
    kept_sample(tmp_path, "good")
    for name, payload in (("empty", None), ("broken", "{"), ("list", "[]")):
        (tmp_path / "evaluations" / name).mkdir()
        if payload:
            (tmp_path / "evaluations" / name / "settings.json").write_text(payload)
    assert [run.name for run in kept_runs(tmp_path)] == ["good"]
    assert kept_runs(tmp_path / "nowhere") == ()


# What is shown


def progress(**fields):
    return Progress(Order("own.jsonl", "default"), total=8, **fields)


def test_progress_says_how_far_which_question_and_how_long(tmp_path):
    at_work = progress(done=3, fresh=2, question=HOSTILE, since_s=10.0, now_s=30.0)
    fragment = progress_html(at_work)
    assert 'value="3" max="8"' in fragment
    assert "3 of 8 questions, about 50 s left" in words(fragment)
    assert HOSTILE in words(fragment)
    assert "<img" not in fragment
    assert "Loading the models" in words(progress_html(progress()))
    assert "Stopping after this question" in words(progress_html(progress(stopping=True)))
    assert progress_html(None) == ""


@pytest.mark.parametrize(
    ("seconds", "said"), [(0.2, "1 s"), (42, "42 s"), (100, "2 min"), (5000, "83 min"), (9000, "2.5 h")]
)
def test_a_time_is_said_as_one_would(seconds, said):
    assert duration(seconds) == said


def test_what_comes_from_files_is_escaped(tmp_path):
    folder = kept_sample(tmp_path, "run")
    about = {"gold": HOSTILE, "started": HOSTILE, "n": 60}
    (folder / "about.json").write_text(json.dumps(about))
    scores = [json.loads(line) | {"type": HOSTILE} for line in (folder / "scores.jsonl").open()]
    (folder / "scores.jsonl").write_text("".join(json.dumps(score) + "\n" for score in scores))
    run = kept_run(tmp_path, "run")
    for fragment in (runs_html([run]), run_html(run), questions_html(run, kind="all")):
        assert "<img" not in fragment
    assert HOSTILE in words(runs_html([run]))
    assert set_html(None, HOSTILE).count("<") == 2


def test_no_run_yet_teaches(tmp_path):
    said = words(runs_html(kept_runs(tmp_path)))
    assert "A gold set is a list of questions" in said
    assert "bot gold new --collection NAME --out FILE.jsonl" in said


def test_failures_come_first_the_worst_before_the_others_and_by_pages(tmp_path):
    kept_sample(tmp_path, "run")
    run = kept_run(tmp_path, "run")
    failed = re.findall('data-failures="([^"]*)"', questions_html(run))
    assert failed
    assert all(failed)
    order = ["fabrication", "wrong", "answered", "abstained", "missed"]
    ranks = [order.index(kinds.split()[0]) for kinds in failed]
    assert ranks == sorted(ranks)
    everything = questions_html(run, kind="all")
    assert everything.count('class="q"') == SHOWN_QUESTIONS
    assert f'data-first="{SHOWN_QUESTIONS}">20 more of 20<' in everything
    assert questions_html(run, kind="all", first=SHOWN_QUESTIONS).count('class="q"') == 20
    assert "No question of this kind." in questions_html(run, kind="nonsense")


def test_a_run_of_the_command_line_without_its_gold_file_is_shown_too(tmp_path):
    folder = kept_sample(tmp_path, "run")
    (folder / "asked" / "works.jsonl").unlink()
    (folder / "about.json").unlink()
    assert 'class="q"' in questions_html(kept_run(tmp_path, "run"))


@pytest.mark.parametrize(
    ("values", "how", "said"),
    [
        ({"R@5": [0, 1]}, {}, "the search"),
        ({"R@5": [1, 1], "passage R@5": [0, 1]}, {"abstained": True}, "the order of passages"),
        ({"R@5": [1, 1], "passage R@5": [1, 1]}, {"abstained": True}, "abstaining: what was found"),
        ({"R@5": [1, 1], "accuracy given attempted": [0, 1]}, {}, "choosing the words"),
        ({}, {"answerable": False}, "abstaining: there is no answer"),
        ({"fabrication": [1, 2]}, {}, "checking"),
        ({"R@5": [1, 1]}, {}, ""),
    ],
)
def test_the_stage_that_failed_first_is_named(values, how, said):
    score = {"answerable": True, "abstained": False, "values": values, **how}
    assert failed_at(score)[: len(said) or None] == said


def test_two_runs_are_compared_over_the_same_questions_only(tmp_path):
    kept_sample(tmp_path, "a")
    kept_sample(tmp_path, "b", seed=8)
    kept_sample(tmp_path, "c", gold_sha256="77" * 32)
    interrupted_sample(tmp_path, "d")
    a, b, c, d = (kept_run(tmp_path, name) for name in "abcd")
    fragment = comparison_html(a, b, beside(a, b))
    assert "over 60 questions that both" in words(fragment)
    assert str(tmp_path) not in fragment
    for pair, said in (
        ((a, a), "two different runs"),
        ((a, c), "different gold sets"),
        ((d, a), "not finished"),
    ):
        with pytest.raises(UsageError, match=said) as raised:
            beside(*pair)
        assert "\n" not in str(raised.value)


# Routes and endpoints


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    made = tmp_path_factory.mktemp("home")
    kept_sample(made, "a")
    kept_sample(made, "b", seed=8)
    kept_sample(made, "c", gold_sha256="77" * 32)
    interrupted_sample(made, "d")
    (made / "secret").mkdir()
    (made / "secret" / "report.html").write_text("secret")
    return made


@pytest.fixture(scope="module")
def address(home):
    with serving(FakeWorkspace(home=home)) as found:
        yield found


def fetched(address: str, path: str) -> httpx.Response:
    return httpx.get(f"{address}/evaluations{path}", trust_env=False)


def test_parts_of_a_run_are_fragments_under_the_policy(address):
    for path in (
        "",
        "/runs/a",
        "/runs/a/questions",
        "/runs/a/figures",
        "/runs/a/plots",
        "/compare?here=a&there=b",
    ):
        answer = fetched(address, path)
        assert (answer.status_code, answer.headers["content-type"][:9]) == (200, "text/html")
        assert "<script" not in answer.text
        assert "script-src 'self' 'nonce-" in answer.headers["content-security-policy"]
    assert "<svg" in fetched(address, "/runs/a/plots").text
    assert fetched(address, "/report.css").text.startswith("#bot-evaluation-shown {")


def test_the_report_is_a_page_of_its_own_whose_script_has_the_nonce(address):
    answer = fetched(address, "/runs/a/report")
    nonce = re.search("'nonce-([^']+)'", answer.headers["content-security-policy"]).group(1)
    assert re.findall("<script[^>]*>", answer.text) == [f'<script nonce="{nonce}">']
    assert "chat.js" not in answer.text


@pytest.mark.parametrize(
    "path",
    [
        "/runs/nowhere", "/runs/../report", "/runs/%2e%2e/report", "/runs/..%2Fsecret/report",
        "/runs/%2Fetc/report", "/runs/a/..%2F..%2Fsecret", "/runs/a/settings.json", "/runs/d",
        "/runs/d/report",
    ],
)  # fmt: skip
def test_what_is_no_finished_run_is_not_served(address, path):
    answer = fetched(address, path)
    assert answer.status_code == 404
    assert "secret" not in answer.text


def test_runs_that_cannot_be_compared_are_refused_in_one_line(address):
    answer = fetched(address, "/compare?here=a&there=c")
    assert (answer.status_code, answer.text.count("\n")) == (409, 0)
    assert answer.text.startswith("these two runs were asked different gold sets")


def test_evaluate_and_evaluations_are_endpoints(address):
    event, (metrics,) = call(address, SAMPLE, "sample", 4, True, api="evaluate")
    assert event == "complete"
    assert {"n", "measures", "settings"} <= set(metrics)
    assert metrics["settings"]["retrieval_only"] is True
    event, (runs,) = call(address, api="evaluations")
    assert event == "complete"
    assert {run["name"] for run in runs} == {"a", "b", "c", "d", "gold-sample-4-hits"}
    assert set(runs[0]) == {
        "name", "gold", "collection", "started", "finished", "n", "retrieval_only", "measures",
    }  # fmt: skip
    event, error = call(address, "../secret", "sample", 4, True, api="evaluate")
    assert event == "error"
    assert error["error"].startswith("no gold set '../secret'")
