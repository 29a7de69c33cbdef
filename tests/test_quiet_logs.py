"""No document text, no question and no key in a log or on stderr, with every logger at DEBUG."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from pathlib import Path

import pytest
from page_fakes import FakeWorkspace
from stub_server import reply, stub_server

from bot.web.talk import FAULT, begin, converse

ROOT = Path(__file__).parent.parent
TEXT, ASKED, KEY, ANSWERED = "kelpcanary", "strikecanary", "sk-keycanary", "heronscanary"
STORY = """
import logging, sys
logging.basicConfig(level=logging.DEBUG, stream=sys.stderr)
logging.raiseExceptions = True
from pathlib import Path
from bot import cli
home, folder, setting = sys.argv[1:]
name = ["--home", home]
question = "How many strikecanary were counted by the rangers of kelpcanary?"
assert cli.main(["ingest", folder, *name]) == 0
assert cli.main(["ask", question, *name, "--json"]) == 0
assert cli.main(["ask", question, *name, "--json", "--model", setting]) == 0
assert cli.main(["ask", "strikecanary " * 500, *name]) == 2
assert cli.main(["summarize", *name, "--json"]) == 0
for path in (Path(home) / "generations").iterdir():
    path.write_bytes(b"damaged")
assert cli.main(["library", "verify", *name]) == 1

import gradio_client
from page_driver import serving
from bot.workspace import Workspace
from bot.web.talk import begin, converse
workspace = Workspace(Path(home))
with serving(workspace, collection="default", examples=[]) as page:
    client = gradio_client.Client(page, verbose=False)
    assert client.predict(question, "default", api_name="/ask")["sentences"]
    for wrong in ((question, "nowhere"), ("strikecanary " * 500, "default")):
        try:
            client.predict(*wrong, api_name="/ask")
            sys.exit("not refused")
        except gradio_client.exceptions.AppError:
            pass
*_, thread = converse(workspace, begin((), question), collection="default")
assert thread[-1].answer.sentences
print("told")
"""


@pytest.mark.weights
def test_nothing_that_was_read_or_asked_is_logged(tmp_path):
    files = tmp_path / "files"
    files.mkdir()
    (files / "owls.txt").write_text(
        f"In 2021 the rangers of {TEXT} counted 312 owls, after years of {TEXT} work."
    )
    (files / "broken.pdf").write_bytes(f"%PDF-1.4 {TEXT}".encode())
    (files / "broken.jsonl").write_text(f'{{"text": "{TEXT}"')
    with stub_server([reply(f"{ANSWERED} 312.")] * 8) as server:
        done = subprocess.run(
            [sys.executable, "-c", STORY, str(tmp_path / "home"), str(files), server.setting],
            env=os.environ
            | {"PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "tests"))), "BOT_API_KEY": KEY},
            capture_output=True, text=True, timeout=300, check=False,
        )  # fmt: skip
        assert {each["Authorization"] for each in server.headers} == {f"Bearer {KEY}"}  # it was used
    assert done.returncode == 0, done.stderr[-3000:]
    assert done.stdout.splitlines()[-1] == "told"
    assert "DEBUG:" in done.stderr  # it does log
    for canary in (TEXT, ASKED, KEY, ANSWERED):
        lines = [line for line in done.stderr.splitlines() if canary in line]
        assert not lines, lines[:3]


def test_a_fault_of_ours_is_logged_without_its_message(caplog):
    class Faulty(FakeWorkspace):
        def stream(self, question, **_):
            """Fail with words of a document."""
            raise ValueError(f"what is {TEXT}?")
            yield

    caplog.set_level(logging.DEBUG)
    *_, thread = converse(Faulty(), begin((), "passengers"), collection="sample")
    assert thread[-1].notice == FAULT
    assert "answering failed: ValueError" in caplog.text
    assert "in stream" in caplog.text
    assert f"what is {TEXT}" not in caplog.text
