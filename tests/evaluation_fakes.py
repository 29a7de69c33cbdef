"""A small gold file, a workspace of fake models that answers it, and the options of `bot evaluate`."""

from __future__ import annotations

import argparse
import json
import resource
import signal
from contextlib import contextmanager

from core_fakes import HashEncoder, OverlapModel, ScriptedGenerator, StillPairs, weighed

from bot.datatypes import IngestOutcome, Upload
from bot.workspace import Workspace

TEXTS = {
    "mill.txt": "The old mill burned down in 1921. Nobody was hurt in the fire at the mill.",
    "pier.txt": "The pier was built by Ada Quill for $3 million. It opened to visitors in May.",
    "dam.txt": "The dam holds back the river Ouse. Its wall is forty metres high.",
}


def gold_row(**changes):
    row = {
        "id": "one",
        "question": "When did the old mill burn down?",
        "answers": ["1921"],
        "answerable": True,
        "type": "span",
        "evidence": [{"doc_id": "mill", "quote": "The old mill burned down in 1921."}],
    }
    return row | changes


ROWS = [
    gold_row(),
    gold_row(
        id="two",
        question="Who built the pier?",
        answers=["Ada Quill"],
        evidence=[{"doc_id": "pier", "page": 1}],
    ),
    gold_row(id="three", question="Who painted the ceiling?", answers=[], answerable=False, evidence=[]),
]


def written(path, rows):
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def workspace_of(home, texts=TEXTS, *, rerank=True):
    """Make a workspace of fake models that answers what its texts share words with."""
    made = Workspace(home, rerank=rerank)
    models = {"encoder": HashEncoder(), "scorer": OverlapModel(), "generator": ScriptedGenerator()}
    models["pairs"] = StillPairs()
    vars(made.models).update(models)
    uploads = [Upload(name, text.encode()) for name, text in texts.items()]
    outcomes = [e for e in made.ingest(uploads, collection="default") if isinstance(e, IngestOutcome)]
    assert [outcome.status for outcome in outcomes] == ["added"] * len(texts)
    made.bot("default").selector.weights = weighed(coverage=8.0, bias=-4.0)
    return made


def options(gold, out, **changes):
    chosen = {"gold": str(gold), "out": str(out), "collection": "default", "k": 3, "limit": None}
    chosen |= {"retrieval_only": False, "leave_out": False, "require": [], "compare": None, "where": []}
    return argparse.Namespace(**(chosen | changes))


def lines_of(out, name="predictions.jsonl"):
    """Read a JSON Lines file of a run."""
    return [json.loads(line) for line in (out / name).read_text().splitlines()]


@contextmanager
def files_of_at_most(n_bytes):
    """Let no file of this process grow over a size, as a full disk would not."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (n_bytes, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)
