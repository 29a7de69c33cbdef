"""Does the page answer while it reads hostile files? `python -m benchmarks.hostile_served [--write] [--n N]`.

The real server, `bot serve` in a process of its own with the default models, over a new home with the sample
collection. The files of `hostile/files`, and those that the tests make (`tests/hostile_builders.py`), are
uploaded one after the other as the page does it, and ingested into a collection of their own. Meanwhile a
reader opens the page, lists the library, and asks questions about the samples; with each file at least one
page is asked for at the moment when its ingest begins. The same is asked before and after, when nothing is
ingested: that is the baseline. What comes late counts as late, what comes as an error or not within
`TIMEOUT_S` as unanswered. The readers run in this process, on the same cores.
"""

from __future__ import annotations

import argparse
import asyncio
import csv
import itertools
import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))  # files that the tests make

import httpx
from hostile_builders import CASES

from benchmarks.hostile import SERVED
from benchmarks.machine import RESULTS, command, machine, today, write_result
from benchmarks.page_client import PageClient
from benchmarks.sets import data_folder
from bot.evaluate.measures.intervals import percentile
from bot.samples import LIBRARY, example_questions
from bot.web.memory import resident_bytes

INTO = "hostile"
SAMPLES = "samples"
TIMEOUT_S = 60.0
GAP_S = {"page": 0.1, "library": 0.1, "question": 1.0}  # between an answer and the next such request
IDLE_S = 60.0  # of the baseline, before and again after
LOOK_S = 0.1  # between two looks at the server's memory
SEED = 7
LARGEST_OWN = 100_000  # bytes
IDLE, READING = "idle", "reading"
ADDED = "added", "replaced", "unchanged"


@dataclass(frozen=True, slots=True)
class Reply:
    """What became of a request of a kind of `GAP_S`: in which phase it was sent, seconds, "" or an error."""

    kind: str
    phase: str
    seconds: float
    error: str = ""


@dataclass(frozen=True, slots=True)
class File:
    """A file to be taken in; `make` gives its bytes; `expected` is "text", "refuse" or "either"."""

    name: str
    make: Callable[[], bytes]
    expected: str


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a file: its outcomes' statuses, "" or an error, and seconds, the upload included."""

    file: File
    statuses: tuple[str, ...]
    seconds: float
    error: str = ""

    @property
    def holds(self) -> bool:
        """Tell whether the file ended, and as was expected of it."""
        if self.error or not self.statuses:
            return False
        is_in = any(status in ADDED for status in self.statuses)
        return {"text": is_in, "refuse": not is_in}.get(self.file.expected, True)


@dataclass(slots=True)
class Served:
    """What was measured; memory in bytes, by the second since the first look."""

    replies: list[Reply] = field(default_factory=list)
    taken: list[Taken] = field(default_factory=list)
    memory: dict[str, list[int]] = field(default_factory=lambda: {IDLE: [], READING: []})

    def of(self, kind: str, phase: str) -> list[Reply]:
        """Return the replies of a kind and phase."""
        return [reply for reply in self.replies if (reply.kind, reply.phase) == (kind, phase)]


def main() -> int:
    """Measure, print, and write with --write: the half of hostile.md that `benchmarks.hostile` leaves."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.hostile_served", description=__doc__)
    parser.add_argument(
        "--write", action="store_true", help="write its part of benchmarks/results/hostile.md"
    )
    parser.add_argument("--n", type=int, help="a seeded sample of so many files instead of all")
    options = parser.parse_args()
    files = [*hostile_files(), *own_files()]
    if options.n:
        files = random.Random(SEED).sample(files, min(options.n, len(files)))
    with tempfile.TemporaryDirectory() as home, served(Path(home)) as (address, process):
        started = time.perf_counter()
        found = asyncio.run(measured(address, files, process=process))
        seconds = time.perf_counter() - started
    section = "\n".join(report(found, seconds))
    sys.stdout.write(f"{section}\n")
    if options.write:
        write_result("hostile", with_section(section))
    return 0


def hostile_files() -> Iterator[File]:
    """Yield the files of the set."""
    folder = data_folder() / "hostile"
    with (folder / "manifest.csv").open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            yield File(row["file"], (folder / "files" / row["file"]).read_bytes, row["expect"])


def own_files() -> Iterator[File]:
    """Yield the files that the tests make, but for the large ones, each under a name of its own.

    Of 400 kB of brackets the encoder alone reads for minutes; what hurts while a file is read is short.
    """
    for i, case in enumerate(CASES):
        if len(case.make()) > LARGEST_OWN:
            continue
        expected = {"refused": "refuse"}.get(case.expected, case.expected)
        yield File(f"{i:03}-{case.file}", case.make, expected)


@contextmanager
def served(home: Path) -> Iterator[tuple[str, int]]:
    """Start `bot serve` over the samples; yield its address and the number of its process."""
    bot = [sys.executable, "-m", "bot", "--home", str(home)]
    subprocess.run([*bot, "ingest", str(LIBRARY), "--collection", SAMPLES], check=True, capture_output=True)
    typed = [*bot, "serve", "--port", "0", "--collection", SAMPLES]
    with subprocess.Popen(typed, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            yield server.stdout.readline().strip(), server.pid
        finally:
            server.terminate()


async def measured(
    address: str,
    files: Sequence[File],
    *,
    process: int | str = "self",
    idle_s: float = IDLE_S,
    questions: Sequence[str] = (),
    collection: str = SAMPLES,
) -> Served:
    """Send requests while nothing is ingested, while the files are, and again while nothing is."""
    found = Served()
    async with httpx.AsyncClient(base_url=address, timeout=TIMEOUT_S, trust_env=False) as http:
        visit = await _visit(http, collection, questions or example_questions())
        await visit["question"]()  # the models are loaded
        for phase, work in (
            (IDLE, asyncio.sleep(idle_s / 2)),
            (READING, _take_all(http, files, visit["page"], found)),
            (IDLE, asyncio.sleep(idle_s / 2)),
        ):
            async with _asking(visit, phase, found), _looking(process, found.memory[phase]):
                await work
    return found


Requests = dict[str, Callable[[], Awaitable[None]]]


async def _visit(http: httpx.AsyncClient, collection: str, questions: Sequence[str]) -> Requests:
    """Return what a visitor does, by kind; each raises where it is not answered as it should be."""
    config = (await http.get("/config")).json()
    client = PageClient(http, config, collection=collection)
    await client.open()
    (picker,) = (c["id"] for c in config["components"] if c["props"].get("elem_id") == "bot-collection")
    choosing = (each for each in config["dependencies"] if [picker, "input"] in each["targets"])
    listing = next(each for each in choosing if each["inputs"] == [picker])
    in_turn = zip(itertools.cycle(questions), itertools.count(1), strict=False)  # no two are the same

    async def page() -> None:
        (await http.get("/")).raise_for_status()

    async def library() -> None:
        response = await client.run(listing, [collection])
        response.raise_for_status()
        assert response.json()["data"], "an empty list"

    async def question() -> None:
        words, number = next(in_turn)
        answer = await _call(http, "ask", f"{words} ({number})", collection, "")
        assert answer["kind"], "no answer"

    return {"page": page, "library": library, "question": question}


async def _take_all(
    http: httpx.AsyncClient, files: Sequence[File], page: Callable[[], Awaitable[None]], found: Served
) -> None:
    """Ingest files one after the other, each beside a request that is sent as its ingest begins."""
    for file in files:
        taken, reply = await asyncio.gather(_take(http, file), _timed("page", READING, page))
        found.taken.append(taken)
        sys.stderr.write(f"{len(found.taken)} of {len(files)}: {file.name} {taken.seconds:.1f} s\n")
        found.replies.append(reply)


async def _take(http: httpx.AsyncClient, file: File) -> Taken:
    started = time.perf_counter()
    try:
        payload = await asyncio.to_thread(file.make)
        upload = await http.post("/gradio_api/upload", files={"files": (file.name, payload)})
        upload.raise_for_status()
        about = {"path": upload.json()[0], "orig_name": file.name, "meta": {"_type": "gradio.FileData"}}
        outcome = await _call(http, "ingest", [about], INTO)
    except (httpx.HTTPError, AssertionError) as error:
        return Taken(file, (), time.perf_counter() - started, f"{type(error).__name__}: {error}"[:200])
    statuses = tuple(each["status"] for each in outcome["documents"])
    return Taken(file, statuses, time.perf_counter() - started)


async def _call(http: httpx.AsyncClient, endpoint: str, *given: object) -> Any:  # noqa: ANN401 - any JSON
    """Call a named endpoint: post, then read its event.

    Raises:
        AssertionError: it ended with an error, whose words are told.
    """
    posted = await http.post(f"/gradio_api/call/{endpoint}", json={"data": given})
    posted.raise_for_status()
    body = (await http.get(f"/gradio_api/call/{endpoint}/{posted.json()['event_id']}")).text
    event, told = body.strip().rpartition("event: ")[2].split("\n", 1)
    assert event == "complete", body[-200:]
    return json.loads(told.removeprefix("data: "))[0]


@asynccontextmanager
async def _asking(visit: Requests, phase: str, found: Served):  # noqa: ANN202 - a context
    """Send requests of each kind one after the other until the block ends; none is broken off."""
    over = asyncio.Event()

    async def keep_on(kind: str) -> None:
        while not over.is_set():
            found.replies.append(await _timed(kind, phase, visit[kind]))
            await asyncio.sleep(GAP_S[kind])

    tasks = [asyncio.create_task(keep_on(kind)) for kind in visit]
    try:
        yield
    finally:
        over.set()
        await asyncio.gather(*tasks)


async def _timed(kind: str, phase: str, send: Callable[[], Awaitable[None]]) -> Reply:
    started = time.perf_counter()
    error = ""
    try:
        await asyncio.wait_for(send(), TIMEOUT_S)
    except (httpx.HTTPError, TimeoutError, AssertionError, KeyError, ValueError) as fault:
        error = f"{type(fault).__name__}: {fault}"[:200]
    return Reply(kind, phase, time.perf_counter() - started, error)


@asynccontextmanager
async def _looking(process: int | str, seen: list[int]):  # noqa: ANN202 - a context
    """Note how much memory a process holds until the block ends."""

    async def look() -> None:
        while True:
            seen.append(resident_bytes(process) or 0)
            await asyncio.sleep(LOOK_S)

    task = asyncio.create_task(look())
    try:
        yield
    finally:
        task.cancel()


def report(found: Served, seconds: float) -> list[str]:
    """Return the section of hostile.md."""
    failed = [taken for taken in found.taken if not taken.holds]
    slowest = max(found.taken, key=lambda taken: taken.seconds)
    errors = [f"{r.kind}, {r.phase}: {r.error}" for r in found.replies if r.error]
    idle, reading = (max(found.memory[phase], default=0) / 1e6 for phase in (IDLE, READING))
    own = sum(taken.file.name[:3].isdigit() for taken in found.taken)
    return [
        SERVED, "",
        f"- command: `{command('benchmarks.hostile_served')}`, {seconds / 60:.0f} minutes; {today()}",
        f"- machine: {machine()}; server and readers on the same cores",
        f"- files: {len(found.taken)}, one after the other, of them {own} of the tests' making "
        f"(`tests/hostile_builders.py`, those up to {LARGEST_OWN // 1000} kB), uploaded and ingested as the "
        "page does it, with the default encoder",
        f"- baseline: {IDLE_S:.0f} s of the same requests, half before and half after, nothing to ingest",
        "", "| request | n meanwhile | unanswered | p50 | p95 | slowest | n idle | p50 idle | p95 idle "
        "| slowest idle | ratio of p95 |", "|---|---|---|---|---|---|---|---|---|---|---|",
        *(_row(found, kind) for kind in GAP_S), "",
        f"Seconds from sending to the whole reply. Unanswered: an error, or nothing in {TIMEOUT_S:.0f} s. "
        "A file's time is mostly that of the encoder, "
        "which shares the cores with the questions.",
        "", "| figure | value |", "|---|---|",
        f"| files that ended as expected | {len(found.taken) - len(failed)} of {len(found.taken)} |",
        f"| slowest file, upload included | {slowest.seconds:.1f} s (`{slowest.file.name}`) |",
        f"| the server's memory, most while idle; while ingesting | {idle:,.0f} MB; {reading:,.0f} MB |", "",
        *(f"- not as expected: `{t.file.name}`, expected {t.file.expected}: {t.error or t.statuses}"
          for t in failed[:20]),
        *(f"- unanswered: {line}" for line in sorted(set(errors))[:20]),
    ]  # fmt: skip


def _row(found: Served, kind: str) -> str:
    meanwhile, idle = found.of(kind, READING), found.of(kind, IDLE)
    n_lost = sum(bool(reply.error) for reply in [*meanwhile, *idle])
    figures = [[_p(replies, 50), _p(replies, 95), _p(replies, 100)] for replies in (meanwhile, idle)]
    shown = [" | ".join(f"{value:.2f}" for value in values) for values in figures]
    ratio = figures[0][1] / figures[1][1] if figures[1][1] else 0.0
    return f"| {kind} | {len(meanwhile)} | {n_lost} | {shown[0]} | {len(idle)} | {shown[1]} | {ratio:.1f} |"


def _p(replies: Sequence[Reply], percent: int) -> float:
    return percentile([reply.seconds for reply in replies], percent) if replies else 0.0


def with_section(section: str) -> str:
    """Return hostile.md with this section in place of the one it has; its other half stays."""
    path = RESULTS / "hostile.md"
    other = path.read_text(encoding="utf-8").partition(SERVED)[0].rstrip() if path.is_file() else ""
    return f"{other}\n\n{section.rstrip()}\n"


if __name__ == "__main__":
    raise SystemExit(main())
