"""An exit without clean-up at every named write point: each SQL statement, sync, rename, open, remove, lock.

A point is seen from outside the product: by Python's audit events, by a trace on each SQLite connection, and
by watching the functions that have no event. So none can be forgotten when the product changes.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import sys
import traceback
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import faiss  # noqa: F401 - loaded once, before the forks

from benchmarks.reliability.library import COLLECTION, ROOT, Broken, Figure, fill, texts_of, whole, workspace
from bot.store import Store

EXITED = 9
SILENT = ("os.fsync", "os.pwrite", "os.ftruncate", "os.unlink")  # functions to watch by name
Operation = Callable[[Path], object]
State = tuple[dict[str, str], str]

OLD_HOME = ROOT / "tests" / "data" / "homes" / "schema-1"
BEFORE = {f"{i}.txt": f"The old text of document {i}. " * 30 for i in range(3)}


def _drain(home: Path, texts: dict[str, str]) -> None:
    fill(workspace(home), texts)


def _compact(home: Path) -> None:
    with Store.open(home).writing() as writer:
        writer.compact()


OPERATIONS: dict[str, Operation] = {
    "first": lambda home: _drain(home, {"0.txt": "The first text of all."}),
    "add": lambda home: _drain(home, {"9.txt": "A new text."}),
    "replace": lambda home: _drain(home, {"1.txt": "A newer text of document 1."}),
    "remove": lambda home: workspace(home).remove(COLLECTION, "upload:2.txt"),
    "rebuild": lambda home: workspace(home).rebuild([COLLECTION]),
    "embed anew": lambda home: workspace(home, "other words").rebuild([COLLECTION]),
    "compact": _compact,
    "upgrade": Store.open,
}


def points(base: Path, *, every: int = 1) -> Figure:
    """Exit at each point of each operation (with `every` = 5 at each fifth), then look at the home."""
    seen: Counter[str] = Counter()
    broken: list[str] = []
    n = 0
    for name, operation in OPERATIONS.items():
        before, after = _prepared(base, name, operation)
        point, status = 1, EXITED
        while status == EXITED:
            home = base / f"{name}-{point}"
            status = _exit_at(point, home, base / f"{name}-before", operation)
            n += 1
            seen[_point_name(home, status)] += 1
            try:
                if status not in (0, EXITED):
                    raise Broken("the operation failed by itself")
                _look(home, before, after, finished=status == 0)
            except Exception as error:
                broken.append(f"{name} at {_point_name(home, status)}: {type(error).__name__}: {error}")
            shutil.rmtree(home, ignore_errors=True)
            point += every
    detail = f"{len(OPERATIONS)} operations, {len(seen)} different points. {' / '.join(broken[:3])}"
    return Figure("exit at each named write point", n, len(broken), detail.strip())


def state(home: Path) -> State:
    """Return all that an operation may change: the texts, and the encoder they were embedded with."""
    store = Store.open(home)
    found = store.collections()
    return texts_of(store), found[0].encoder.name if found else ""


def _prepared(base: Path, name: str, operation: Operation) -> tuple[State, State]:
    """Make the home that the operation starts from; return its state before and after a whole run."""
    start, tried = base / f"{name}-before", base / f"{name}-after"
    if name == "first":
        start.mkdir()
    elif name == "upgrade":
        shutil.copytree(OLD_HOME, start)
    else:
        _drain(start, BEFORE)
    looked = shutil.copytree(start, base / f"{name}-looked")  # looking at an old one upgrades it
    shutil.copytree(start, tried)
    operation(tried)
    return state(looked), state(tried)


def _look(home: Path, before: State, after: State, *, finished: bool) -> None:
    found = state(home)
    if found not in ([after] if finished else [before, after]):
        raise Broken("neither the state before nor the one after")
    whole(home)
    if found[1] in ("", "words"):  # once the trouble is over
        _drain(home, {"later.txt": "Life goes on."})
        whole(home)


def _exit_at(point: int, home: Path, start: Path, operation: Operation) -> int:
    shutil.copytree(start, home)
    pid = os.fork()
    if not pid:
        _child(point, home, operation)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def _child(point: int, home: Path, operation: Operation) -> None:
    try:
        _watch(point, home)
        operation(home)
        os._exit(0)
    except BaseException:
        traceback.print_exc()
        os._exit(1)


def _watch(point: int, home: Path) -> None:
    """Exit at the `point`-th point from now, leaving its name beside the home."""
    left = iter(range(1, point))
    note = os.open(f"{home}.point", os.O_CREAT | os.O_WRONLY)
    write = os.write

    def reached(name: str) -> None:
        if next(left, None) is None:
            write(note, name.encode())
            os._exit(EXITED)

    def audited(event: str, arguments: tuple[Any, ...]) -> None:
        inside = any(str(home) in str(each) for each in arguments)
        if event == "fcntl.flock" or (inside and event.split(".")[0] in ("open", "os", "sqlite3")):
            reached(event)

    sys.addaudithook(audited)
    _trace_statements(reached)
    for name in SILENT:
        _announce(name.removeprefix("os."), reached)


def _trace_statements(reached: Callable[[str], None]) -> None:
    real = sqlite3.connect

    def connected(*arguments: Any, **named: Any) -> sqlite3.Connection:  # noqa: ANN401
        db = real(*arguments, **named)
        db.set_trace_callback(lambda sql: reached(f"SQL {' '.join(sql.split()[:3])}"))
        return db

    sqlite3.connect = connected


def _announce(name: str, reached: Callable[[str], None]) -> None:
    real = getattr(os, name)

    def announced(*arguments: Any, **named: Any) -> Any:  # noqa: ANN401
        reached(f"before os.{name}")
        value = real(*arguments, **named)
        reached(f"after os.{name}")
        return value

    setattr(os, name, announced)


def _point_name(home: Path, status: int) -> str:
    with suppress(FileNotFoundError):
        return Path(f"{home}.point").read_text() or "the end"
    return f"status {status}"
