"""bot.parse.sandbox: whatever a parser does, it costs one file and one line."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from bot.datatypes import RefusedRow
from bot.errors import ParseError
from bot.parse import parse
from bot.parse.frames import BadFrame, receive_frame, send_frame
from bot.parse.limits import Limits
from bot.parse.messages import BadMessage, decode, from_outcome, to_outcome
from bot.parse.sandbox import Sandbox
from bot.parse.sheet import PageRequest

pytestmark = pytest.mark.slow

READERS = Path(__file__).parent / "data" / "parse"
REPOSITORY = Path(__file__).resolve().parent.parent
SHORT = Limits(wall_s=1.0, cpu_s=1)


@pytest.fixture
def sandbox_of(monkeypatch):
    """Sandboxes whose reader is a function of hostile_readers.py; all of them are closed at the end."""
    monkeypatch.syspath_prepend(str(READERS))
    made = []

    def build(function):
        made.append(Sandbox(f"hostile_readers:{function}"))
        return made[-1]

    yield build
    for sandbox in made:
        sandbox.close()


def reason_of(sandbox, limits=SHORT):
    with pytest.raises(ParseError) as caught:
        list(sandbox.read(b"payload", "paper.pdf", limits))
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize(
    ("function", "limits", "expected"),
    [
        ("sleep_for_ever", SHORT, "paper.pdf took more than 1 s to read: split it"),
        (
            "loop_for_ever",
            Limits(wall_s=20, cpu_s=1),
            "paper.pdf took more than 1 s of processor time to read",
        ),
        ("allocate_ten_gigabytes", SHORT, "paper.pdf needs more than 1,500 MB to be read"),
        ("exit_139", SHORT, "paper.pdf could not be read: its reader crashed (exit code 139)"),
        ("crash", SHORT, f"its reader crashed (exit code {-signal.SIGSEGV})"),
        ("raise_a_bug", SHORT, "paper.pdf could not be read (ZeroDivisionError: one two)"),
        ("place_a_section_outside", SHORT, "its reader gave an unusable result"),
        ("tell_too_much", Limits(max_characters=10), "its reader gave an unusable result"),
    ],
)
def test_a_reader_that_goes_wrong_costs_one_line_and_the_next_file_is_read(
    sandbox_of, function, limits, expected
):
    assert expected in reason_of(sandbox_of(function), limits)
    assert [document.text for document in parse(b"Still here.", "next.txt")] == ["Still here."]


@pytest.mark.parametrize(
    ("function", "limits", "expected"),
    [
        ("draw_nothing", Limits(), "its reader gave no picture"),
        ("draw_a_document", Limits(), "its reader gave an unusable result"),
        ("draw_too_much", Limits(), "its reader gave an unusable result"),
        ("draw_a_box_of_no_range", Limits(), "its reader gave an unusable result"),
        ("draw_for_ever", SHORT, "paper.pdf took more than 1 s to read"),
        ("draw_and_crash", Limits(), f"its reader crashed (exit code {-signal.SIGSEGV})"),
    ],
)
def test_a_drawer_that_goes_wrong_costs_one_line(monkeypatch, function, limits, expected):
    monkeypatch.syspath_prepend(str(READERS))
    sandbox = Sandbox(drawer=f"hostile_readers:{function}")
    try:
        with pytest.raises(ParseError) as caught:
            sandbox.draw(b"payload", "paper.pdf", limits, PageRequest(1, "words", [(0, 5)]))
    finally:
        sandbox.close()
    assert expected in str(caught.value)


def test_one_sandbox_goes_on_after_a_reader_was_killed(sandbox_of):
    sandbox = sandbox_of("crash")
    assert reason_of(sandbox) == reason_of(sandbox)


def test_what_came_before_a_crash_is_kept(sandbox_of):
    outcomes = sandbox_of("crash_after_one").read(b"", "rows.jsonl", SHORT)
    assert next(outcomes).text == "first"
    with pytest.raises(ParseError, match="crashed"):
        next(outcomes)


def test_a_reader_that_ignores_its_alarm_is_given_up_and_killed(sandbox_of, monkeypatch):
    monkeypatch.setattr("bot.parse.sandbox.GRACE_S", 0.2)
    assert "took more than 0.3 s to read" in reason_of(sandbox_of("ignore_the_alarm"), Limits(wall_s=0.3))


def test_a_reader_is_killed_when_its_file_is_no_longer_wanted(sandbox_of):
    outcomes = sandbox_of("say_its_pid_and_sleep").read(b"", "a", Limits())
    pid = int(next(outcomes).text)
    outcomes.close()
    assert ends(pid)


def test_a_slow_receiver_is_not_taken_for_a_slow_reader():
    rows = b"".join(b'{"doc_id": "%d", "text": "%s"}\n' % (i, b"word " * 20_000) for i in range(20))
    outcomes = parse(rows, "corpus.jsonl", limits=Limits(wall_s=0.5))
    assert next(outcomes).external_id == "0"
    time.sleep(0.8)
    assert [row.external_id for row in outcomes] == [str(i) for i in range(1, 20)]


def test_a_reader_cannot_write_files(sandbox_of, tmp_path):
    target = tmp_path / "leak"
    with pytest.raises(ParseError, match="could not be read"):
        list(sandbox_of("write_a_file").read(str(target).encode(), "a", SHORT))
    assert not target.exists() or target.read_bytes() == b""


def test_a_reader_sees_no_secret_and_no_model_library(sandbox_of, monkeypatch):
    monkeypatch.setenv("SOME_API_KEY", "secret")
    environment, modules = next(sandbox_of("tell_environment_and_modules").read(b"", "a", SHORT)).text.split(
        "|"
    )
    assert "SOME_API_KEY" not in environment
    assert not {"torch", "transformers", "gradio", "faiss", "numpy"} & set(modules.split())


def test_the_zygote_is_started_again_when_it_was_killed(sandbox_of):
    sandbox = sandbox_of("echo")
    assert next(sandbox.read(b"12345", "a", SHORT)).text == "a 5"
    sandbox._zygote.kill()
    sandbox._zygote.wait()
    assert next(sandbox.read(b"123", "b", SHORT)).text == "b 3"


def test_files_read_from_several_threads_do_not_mix(sandbox_of):
    sandbox, seen = sandbox_of("echo"), {}

    def read(n):
        seen[n] = [document.text for document in sandbox.read(b"x" * n, f"file{n}", Limits())]

    threads = [threading.Thread(target=read, args=(n,)) for n in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == {n: [f"file{n} {n}"] for n in range(12)}


PARENT = """
import signal
import sys
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background jobs start with it ignored
sys.path.insert(0, sys.argv[1])
from bot.parse.limits import Limits
from bot.parse.sandbox import Sandbox
outcomes = Sandbox("hostile_readers:say_its_pid_and_sleep").read(b"", "a", Limits())
print(next(outcomes).text, flush=True)
next(outcomes)
"""


@pytest.mark.skipif(not Path("/proc").exists(), reason="looks for processes in /proc")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL], ids=["ctrl-c", "kill"])
def test_no_reader_outlives_the_program_that_wanted_it(tmp_path, number):
    script = tmp_path / "no_main_guard.py"
    script.write_text(PARENT)
    command = [sys.executable, str(script), str(READERS)]
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment, start_new_session=True
    ) as parent:
        pid = int(parent.stdout.readline())
        os.killpg(parent.pid, number)  # the whole foreground group, as a terminal does
        parent.wait(60)
        assert ends(pid)


def ends(pid):
    """Tell whether a process is gone, or only waits to be collected, within five seconds."""
    for _ in range(100):
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except FileNotFoundError:
            return True
        if state == "Z":
            return True
        time.sleep(0.05)
    return False


def test_frames_come_back_as_they_were_sent():
    left, right = socket.socketpair()
    with left, right:
        for body in (b"", b"x", b"\x00" * 1000):
            send_frame(left, body)
        assert [receive_frame(right, max_bytes=1000) for _ in range(3)] == [b"", b"x", b"\x00" * 1000]
        left.close()
        assert receive_frame(right, max_bytes=1000) is None


def test_a_frame_longer_than_agreed_is_refused_before_memory_is_taken():
    left, right = socket.socketpair()
    with left, right:
        left.sendall(b"\xff\xff\xff\xff")
        with pytest.raises(BadFrame, match=r"4,294,967,295 bytes where at most 10"):
            receive_frame(right, max_bytes=10)


def test_a_frame_that_trickles_in_runs_into_the_deadline():
    left, right = socket.socketpair()
    with left, right:
        left.sendall(b"\x00\x00\x00\x09half")
        with pytest.raises(TimeoutError):
            receive_frame(right, max_bytes=10, timeout_s=0.05)


@pytest.mark.parametrize(
    "message",
    [
        {"kind": "other"},
        {"kind": "document"},
        {"kind": "row", "row": 3, "reason": ""},
        {**from_outcome(next(parse(b"Words.", "a.txt"))), "page_starts": [True]},
        {**from_outcome(next(parse(b"Words.", "a.txt"))), "sections": [["t", 3, 2, 1, None]]},
        {**from_outcome(next(parse(b"Words.", "a.txt"))), "metadata": {"a": 1}},
        *(
            {**from_outcome(next(parse(b"Words.", "a.txt"))), "facts": [fact]}
            for fact in (
                ["x", 0, 9, "1", "", "", "", 0, "", "", []],
                ["x", 2, 2, "1", "", "", "", 0, "", "", []],
                ["x", 0, 2, 1, "", "", "", 0, "", "", []],
                ["x", 0, 2, "1", "", "", "", 99, "", "", []],
                ["x", 0, 2, "1", "", "", "", 0, "", "", [["a"]]],
                ["x", 0, 2],
            )
        ),
        {**from_outcome(next(parse(b"Words.", "a.txt"))), "n_hidden_facts": -1},
    ],
)
def test_a_message_no_reader_writes_is_not_believed(message):
    with pytest.raises(BadMessage):
        to_outcome(message)


def test_bytes_that_are_no_message_are_not_believed():
    for body in (b"\xff", b"[]", b"{}", b"[" * 100_000):
        with pytest.raises(BadMessage):
            decode(body)


def test_a_refused_row_survives_the_journey():
    row = RefusedRow("line 3", "why")
    assert to_outcome(from_outcome(row)) == row
