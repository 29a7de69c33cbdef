"""Many readers at once, and more than there is room for: `python -m benchmarks.load [--write]`.

The real server in a process of its own, over a workspace whose answers are scripted and take a fixed time,
so that what is measured is the page's own part. The readers speak the page's protocol (`page_client`) from
this process, on the same cores, which makes every figure worse than with readers elsewhere.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import httpx

from benchmarks.machine import command, machine, today, write_result
from benchmarks.page_client import Asked, PageClient
from bot.calibration import OwnThreshold
from bot.catalogue import MEGABYTE
from bot.cli import quiet_libraries
from bot.datatypes import (
    Answer,
    Citation,
    CitedSentence,
    Collection,
    Document,
    DocumentSummary,
    EncoderIdentity,
    Sentence,
    Stage,
    Status,
    Timings,
)
from bot.evaluate.measures.intervals import percentile
from bot.web.memory import resident_bytes
from bot.web.page import QUEUE_LENGTH

COLLECTION = "scripted"
TEXT = "The quay was closed for repairs in March. It opened again in May, with a new crane.\n" * 40
STEP_S = 0.2
N_STEPS = 4
USERS = 25
ROUNDS = 2
GOAL_FIRST_S, GOAL_BUSY_S = 1.5, 1.0
TIMEOUT_S = 300


class ScriptedWorkspace:
    """One document and one answer, in N_STEPS steps of STEP_S seconds each."""

    model_name = "scripted"
    home = Path("nothing is kept")

    def stream(self, question: str, *, collection: str, **chosen: object) -> Iterator[object]:
        """Yield two stages, a sentence and the answer."""
        quote = TEXT[: TEXT.index(".") + 1]
        citation = Citation(
            1, "d" * 16, "quay", "The quay", "quay.txt", None, None, 0, len(quote), quote, 0.9
        )
        sentence = Sentence(quote, (1,), 0.9, Status.QUOTED)
        answer = Answer(
            question, question, "answer", (sentence,), (citation,), (), 0.8, self.model_name,
            timings=Timings(total=N_STEPS * STEP_S),
        )  # fmt: skip
        for event in (Stage("Searching"), Stage("Reading"), CitedSentence(sentence, (citation,)), answer):
            time.sleep(STEP_S)
            yield event

    def ask(self, question: str, *, collection: str, **chosen: object) -> object:
        """Return the answer."""
        *_, answer = self.stream(question, collection=collection)
        return answer

    def collections(self) -> tuple[Collection, ...]:
        """Name the one there is."""
        return (Collection(COLLECTION, EncoderIdentity("none", "0" * 64, 4), 1, 1, 1),)

    def documents(self, collection: str) -> tuple[DocumentSummary, ...]:
        """List nothing."""
        return ()

    def document(self, collection: str, name: str) -> Document:
        """Return the one there is."""
        return Document(
            doc_id="d" * 16, external_id="quay", title="The quay", source="quay.txt", text=TEXT,
            page_starts=(), sections=(), metadata={}, added="2024-05-06T07:08:09Z", n_passages=1,
        )  # fmt: skip

    def models_in_use(self) -> tuple[object, ...]:
        """Name none."""
        return ()

    def own_threshold(self, collection: str) -> OwnThreshold:
        """Return any."""
        return OwnThreshold(0.1, "nothing")

    def warm(self) -> None:
        """Load nothing."""


@dataclass(frozen=True)
class Load:
    """What was measured: the rounds of USERS, the crowd, and the server's memory in bytes."""

    rounds: list[list[Asked]]
    crowd: list[Asked]
    memory: dict[str, int]


def main() -> None:
    """Measure, print, and write with --write; with --serve be the server that is measured."""
    own = argparse.ArgumentParser(prog="python -m benchmarks.load", description=__doc__)
    own.add_argument("--write", action="store_true", help="write benchmarks/results/load.md")
    own.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    options = own.parse_args()
    quiet_libraries()
    busy = os.getloadavg()[0]
    if options.serve:
        from bot.web import serve

        serve(ScriptedWorkspace(), host="127.0.0.1", port=0, collection=COLLECTION, examples=())
        return
    typed = [sys.executable, "-m", "benchmarks.load", "--serve"]
    with subprocess.Popen(typed, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            found = asyncio.run(measured(server.stdout.readline().strip(), server.pid))
        finally:
            server.terminate()
    markdown = "\n".join(report(found, busy))
    print(markdown)
    if options.write:
        print(f"written to {write_result('load', markdown)}", file=sys.stderr)


async def measured(address: str, process: int) -> Load:
    """Let USERS ask at once, ROUNDS times over, then a crowd of three times the places in the line."""
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=200)
    async with httpx.AsyncClient(base_url=address, limits=limits, timeout=TIMEOUT_S, trust_env=False) as http:
        config = (await http.get("/config")).json()
        await at_once(http, config, 1)
        memory = {"after the first question": resident_bytes(process) or 0}
        rounds = [await at_once(http, config, USERS) for _ in range(ROUNDS)]
        memory[f"after {USERS * ROUNDS} more, of as many visitors"] = resident_bytes(process) or 0
        crowd = await at_once(http, config, 3 * QUEUE_LENGTH)
        memory[f"after {3 * QUEUE_LENGTH} at once"] = resident_bytes(process) or 0
    return Load(rounds, crowd, memory)


async def at_once(http: httpx.AsyncClient, config: dict, n: int) -> list[Asked]:
    """Let n new visitors open the page, then ask at the same moment; each gets an answer or is told no."""
    visitors = [PageClient(http, config, collection=COLLECTION) for _ in range(n)]
    for visitor in visitors:
        await visitor.open()
    return await asyncio.gather(*(visitor.ask("When did the quay open again?") for visitor in visitors))


def report(found: Load, busy: float) -> list[str]:
    """Return a measurement in Markdown; `busy`: processes that ran on the machine before it began."""
    users = [asked for asked_together in found.rounds for asked in asked_together]
    told = [asked for asked in found.crowd if asked.busy]
    kept = [asked for asked in found.crowd if not asked.busy]
    errors = [asked.error for asked in [*users, *found.crowd] if asked.error]
    return [
        "# Load: many readers at once", "",
        f"- machine: {machine()}; server and readers on the same cores,",
        f"  on which {busy:.1f} other processes ran at its begin (load average)",
        f"- command: `{command('benchmarks.load')}`",
        f"- date: {today()}",
        f"- answers: scripted, {N_STEPS} steps of {STEP_S} s; one is answered at a time, so {USERS} at once",
        f"  take {USERS * N_STEPS * STEP_S:.0f} s whatever the page does",
        "- every reader has the page open before the clock starts", "",
        f"The question shows at once and says how many are ahead. In the line {QUEUE_LENGTH} may wait; "
        "who comes then", "is told so in the conversation, and the turn ends.", "",
        "| figure | value | goal |", "|---|---|---|",
        f"| {USERS} readers at once, {ROUNDS} times, n = {len(users)}: errors | "
        f"{sum(bool(asked.error) for asked in users)} | 0 |",
        f"| the same: told busy | {sum(asked.busy for asked in users)} | 0 |",
        f"| seconds until the question and its place are shown | {_shown([a.shown_s for a in users])} | "
        f"p95 under {GOAL_FIRST_S} |",
        f"| seconds until the first message of the stream | {_shown([a.stream_s for a in users])} | "
        f"p95 under {GOAL_FIRST_S} |",
        f"| seconds until the whole answer | {_shown([a.whole_s for a in users])} | |",
        f"| {len(found.crowd)} at once: share told busy | {len(told) / len(found.crowd):.2f} "
        f"({len(told)}) | |",
        f"| seconds until they are told | {_shown([a.shown_s for a in told])} | p95 under {GOAL_BUSY_S} |",
        f"| the others: answered, errors | {sum(not a.error for a in kept)}, "
        f"{sum(bool(a.error) for a in kept)} | all, 0 |",
        f"| seconds until their whole answer | {_shown([a.whole_s for a in kept])} | |",
        *(f"| server's memory {when} | {n / MEGABYTE:.0f} MB | |" for when, n in found.memory.items()),
        "", *(f"- {line}" for line in sorted(set(errors))[:5]),
    ]  # fmt: skip


def _shown(seconds: Sequence[float]) -> str:
    """Return "p50 0.12, p95 0.34"."""
    if not seconds:
        return "none"
    return f"p50 {percentile(seconds, 50):.2f}, p95 {percentile(seconds, 95):.2f}"


if __name__ == "__main__":
    main()
