"""Are computed answers right? `python -m benchmarks.computed [--n 60] [--write]`.

The arithmetic and count questions of TAT-QA. First the component alone, without a model: every row of the
gold document is given as evidence. Then the whole bot over all documents, on a seeded sample. The rules were
developed on half "a" of the documents; half "b" was left alone until they were done. A computed answer is
right if the result that it shows, and no other figure, is the gold number in the gold row's scale.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import math
import random
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from benchmarks.answers import asked, fitted_on, home_of, take_in
from benchmarks.machine import command, machine, today, write_result
from benchmarks.sets import SETS
from bot.cli import quiet_libraries
from bot.computed.expression import result_of
from bot.computed.sentence import computed
from bot.datatypes import Document, Evidence, Passage, Status
from bot.evaluate.gold import GoldRow, read_gold
from bot.evaluate.measures.answers import numeric_match
from bot.evaluate.measures.intervals import mean
from bot.evaluate.promises import invented
from bot.evaluate.runs import Settings
from bot.evaluate.scored import Scored
from bot.selection import DEFAULT_K
from bot.tables import rows
from bot.workspace import Workspace

NAME = "tatqa"
SEED = 23
WANTED = ("arithmetic", "count")
OUTCOMES = ("right", "wrong", "left alone", "abstained")
HALVES = {"a": "half a (developed on)", "b": "half b (not looked at)"}


@dataclass(frozen=True, slots=True)
class Asked:
    """A question's half of the documents, its kind, and what became of it: one of OUTCOMES."""

    half: str
    kind: str
    outcome: str


def main() -> None:
    """Measure, print, and write with --write."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.computed", description=__doc__)
    parser.add_argument("--n", type=int, default=60, help="questions put to the whole bot; 0 for none")
    parser.add_argument("--write", action="store_true", help="write a file of benchmarks/results")
    options = parser.parse_args()
    quiet_libraries()
    text = "\n".join(_report(options.n)) + "\n"
    print(text)
    if options.write:
        print(f"written to {write_result('computed', text)}", file=sys.stderr)


def half_of(doc_id: str) -> str:
    """Return the half of the documents that one belongs to, "a" or "b", by the hash of its id."""
    return "ab"[int(hashlib.sha256(doc_id.encode()).hexdigest(), 16) % 2]


def with_gold_document(gold: Sequence[GoldRow]) -> list[Asked]:
    """Ask with every row of the gold document as evidence, in the order of the text."""
    documents = dict(_documents())
    return [_asked(row, _told(row, documents[row.evidence[0].doc_id])) for row in gold]


def through_the_bot(gold: Sequence[GoldRow], n: int) -> list[Scored]:
    """Put a seeded sample of questions, those aside that the evidence's weights were fitted on."""
    used = fitted_on(NAME)
    known = [row for row in gold if row.row_id not in used]
    workspace = Workspace(home_of(SETS[NAME]), rerank_limit_s=math.inf)
    take_in(SETS[NAME], workspace)
    sha256 = read_gold(SETS[NAME].folder / "gold.jsonl").sha256
    settings = Settings.of(workspace, gold_sha256=sha256, collection=NAME, k=DEFAULT_K, retrieval_only=False)
    return asked(random.Random(SEED).sample(known, min(n, len(known))), workspace, settings)


def _documents() -> Iterator[tuple[str, Document]]:
    for line in (SETS[NAME].folder / "corpus.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        name, title, text = row["doc_id"], row["title"], row["text"]
        yield name, Document(name, name, title, name, text, (), (), {}, "", 1)


def _told(row: GoldRow, document: Document) -> str | None:
    """Return the computed sentence's text, None where nothing is computed."""
    text = document.text
    passage = Passage(document.doc_id, document.doc_id, document.doc_id, document.title, document.source,
                      text, 0, len(text), None, None, text)  # fmt: skip
    given = [Evidence(passage, one.start, one.end, text[one.start : one.end], 1.0) for one in rows(text)]
    found = computed(row.question, given, lambda _: document, marker=1) if given else None
    return found.sentence.text if found else None


def _asked(row: GoldRow, told: str | None, *, abstained: bool = False) -> Asked:
    outcome = "abstained" if abstained else "left alone"
    if told is not None:
        is_right = numeric_match(result_of(told), row.answers, row.scale)
        outcome = "right" if is_right else "wrong"
    return Asked(half_of(row.evidence[0].doc_id), row.kind, outcome)


def _of_scored(scored: Scored) -> Asked:
    texts = [each["text"] for each in scored.sentences if each["status"] == Status.COMPUTED]
    return _asked(scored.gold, texts[0] if texts else None, abstained=scored.prediction["abstained"])


def _report(n: int) -> Iterator[str]:
    gold = [row for row in read_gold(SETS[NAME].folder / "gold.jsonl").rows if row.evidence]
    wanted = [row for row in gold if row.kind in WANTED]
    yield "# Computed answers"
    yield ""
    yield f"`{command('benchmarks.computed')}`, {today()}, {machine()}."
    yield ""
    yield f"{SETS[NAME].title} ({SETS[NAME].url}, {SETS[NAME].licence}), its arithmetic and count questions."
    yield "Shares with 95 % bootstrap intervals over questions. Right: the result shown is the gold number in"
    yield "its scale. Left alone: nothing is computed, the figures are cited as they stand. The documents are"
    yield "halved by a hash of their ids; the rules were developed on half a."
    yield ""
    yield "## The gold document given, no model"
    yield ""
    found = with_gold_document(gold)
    yield from _table([one for one in found if one.kind in WANTED])
    yield ""
    yield from _needless([one for one in found if one.kind not in WANTED])
    if n:
        yield ""
        yield from _whole(through_the_bot(wanted, n))


def _whole(scored: Sequence[Scored]) -> Iterator[str]:
    yield f"## The whole bot, {len(scored)} questions, seed {SEED}"
    yield ""
    yield from _table([_of_scored(one) for one in scored])
    yield ""
    sentences = [(one.prediction, each) for one in scored for each in one.sentences]
    n_computed = sum(each["status"] == Status.COMPUTED for _, each in sentences)
    n_made_up = sum(bool(invented(prediction, each)) for prediction, each in sentences)
    yield f"{n_computed} of {len(sentences)} sentences are computed; with something made up: {n_made_up}."


def _needless(found: Sequence[Asked]) -> Iterator[str]:
    """Count the computed answers to questions whose answer stands in the document."""
    n = Counter(one.half for one in found if one.outcome != "left alone")
    of = Counter(one.half for one in found)
    told = " and ".join(f"{n[half]} of {of[half]} (half {half})" for half in HALVES)
    yield f"Of the questions that are answered by words or cells as they stand, a computation answers {told}."


def _table(found: Sequence[Asked]) -> Iterator[str]:
    told = [name for name in OUTCOMES if any(one.outcome == name for one in found)]
    yield "| questions | n | " + " | ".join(told) + " |"
    yield "|---|---|" + "---|" * len(told)
    for half, name in HALVES.items():
        of_half = [one for one in found if one.half == half]
        yield _line(f"**{name}**", of_half, told)
        for kind in WANTED:
            yield _line(kind, [one for one in of_half if one.kind == kind], told)


def _line(name: str, found: Sequence[Asked], told: Sequence[str]) -> str:
    shares = [mean([float(one.outcome == outcome) for one in found]) for outcome in told] if found else []
    cells = [f"{share.mean:.3f} [{share.low:.3f}, {share.high:.3f}]" for share in shares] or ["-"] * len(told)
    return f"| {name} | {len(found)} | " + " | ".join(cells) + " |"


if __name__ == "__main__":
    main()
