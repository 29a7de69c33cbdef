"""Lines that are kept: on disk at once, whole or not at all, whatever stops the run."""

import json
import subprocess
import sys

import pytest
from evaluation_fakes import files_of_at_most
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.errors import UsageError
from bot.evaluate.lines import Lines


@pytest.fixture
def path(tmp_path):
    return tmp_path / "rows.jsonl"


def row(i, n_characters=10):
    return {"id": str(i), "text": "x" * n_characters}


def test_a_row_is_on_disk_as_soon_as_it_is_added(path):
    with Lines(path) as lines:
        lines.add({"id": "a", "question": "Zürich?\u2028"})
        assert json.loads(path.read_text(encoding="utf-8")) == {"id": "a", "question": "Zürich?\u2028"}
    with Lines(path) as lines:
        assert (lines.ids, [each["id"] for each in lines]) == ({"a"}, ["a"])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(n=st.integers(0, 4), n_kept=st.integers(0, 200))
def test_a_file_cut_anywhere_keeps_its_whole_lines(path, n, n_kept):
    path.unlink(missing_ok=True)
    with Lines(path) as lines:
        for i in range(n):
            lines.add(row(i))
    payload = path.read_bytes()[:n_kept]
    path.write_bytes(payload)
    with Lines(path) as lines:
        assert lines.ids == {str(i) for i in range(payload.count(b"\n"))}
        lines.add(row("new"))
        assert [each["id"] for each in lines] == [*map(str, range(payload.count(b"\n"))), "new"]


def test_a_full_disk_is_one_clear_line_and_the_finished_rows_are_kept(path):
    with Lines(path) as lines:
        lines.add(row(0))
        with files_of_at_most(200), pytest.raises(UsageError) as caught:
            lines.add(row(1, n_characters=1_000))
        assert "its 1 rows are kept" not in str(caught.value)
        assert str(caught.value).startswith(
            f"{path} cannot grow (File too large): 1 rows are kept; make room"
        )
        assert path.read_text() == json.dumps(row(0)) + "\n"
        lines.add(row(1, n_characters=1_000))
        assert [each["id"] for each in lines] == ["0", "1"]


@pytest.mark.parametrize("line", ["nonsense", "[]", "{}", '"text"', '{"id": 7}', "[" * 100_000])
def test_a_line_that_is_no_row_is_named(path, line):
    path.write_text(json.dumps(row(0)) + "\n" + line + "\n" + json.dumps(row(2)) + "\n")
    with pytest.raises(UsageError, match=r"rows\.jsonl line 2 ") as caught:
        Lines(path)
    assert str(caught.value).endswith("choose another --out")
    assert path.read_text().count("\n") == 3


def test_two_runs_do_not_write_to_one_file(path):
    with Lines(path), pytest.raises(UsageError, match="another run is writing to"):
        Lines(path)
    Lines(path).close()


def test_the_lock_goes_with_the_process(path):
    code = (
        "import os, pathlib, sys; from bot.evaluate.lines import Lines;"
        "Lines(pathlib.Path(sys.argv[1])).add({'id': 'a'}); os._exit(9)"
    )
    assert subprocess.run([sys.executable, "-c", code, str(path)], check=False).returncode == 9
    with Lines(path) as lines:
        assert lines.ids == {"a"}
