"""Small documents with passages and vectors for the tests of the store; equal texts get equal vectors."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import zlib
from pathlib import Path

import numpy as np

from bot.datatypes import EncoderIdentity, Fact, ParsedDocument, Section
from bot.store import NewPassage

D = 8
ENCODER = EncoderIdentity("tiny", "a" * 64, D)
OTHER_ENCODER = EncoderIdentity("other", "b" * 64, D)
WORDS_PER_PASSAGE = 3
TEXT = "Revenue grew by nine percent in the year to March"
ROOT = Path(__file__).resolve().parent.parent


def spans(text: str) -> list[NewPassage]:
    """Passages of three words each: "a b c d" -> "a b c", "d"."""
    starts, offset = [], 0
    for word in text.split(" "):
        starts.append((offset, offset + len(word)))
        offset += len(word) + 1
    groups = [starts[i : i + WORDS_PER_PASSAGE] for i in range(0, len(starts), WORDS_PER_PASSAGE)]
    edges = [(group[0][0], group[-1][1]) for group in groups]
    return [NewPassage(a, b, 1, "Body", f"title {text[a:b]}") for a, b in edges if a < b]


def vector_of(text: str, d: int = D) -> np.ndarray:
    """Make a unit vector (d,) float32 that depends on the text alone."""
    raw = (
        np.random.default_rng(zlib.crc32(text.encode("utf-8", "surrogatepass")))
        .standard_normal(d)
        .astype(np.float32)
    )
    return raw / np.linalg.norm(raw)


# What a filing would say of "nine percent", and of a part of the company; and words without a value.
FACTS = (
    Fact(
        "x:Growth", 16, 20, "0.09", "pure", "2023-04-01", "2024-03-31", -2, "", "2", (("x:Axis", "x:North"),)
    ),
    Fact("x:Ends", 44, 49, None, "", "", "2024-03-31"),
)


def parsed(text: str, external_id: str = "report", facts: tuple[Fact, ...] = ()) -> ParsedDocument:
    return ParsedDocument(
        title="A report",
        text=text,
        external_id=external_id,
        sha256=hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest(),
        page_starts=(0,),
        sections=(Section("Risk Factors", 0, len(text), 1, "1A"),),
        metadata={"year": "2024"},
        facts=facts,
        n_hidden_facts=len(facts),
    )


def put(
    writer,
    text,
    *,
    source="/a/report.txt",
    collection="default",
    encoder=ENCODER,
    original=None,
    external_id="report",
    facts=(),
):
    """Put one document made of `text`; returns what `Writer.put` returns."""
    passages = spans(text)
    vectors = np.array([vector_of(text[p.start : p.end], encoder.n_dimensions) for p in passages], np.float32)
    return writer.put(
        collection,
        encoder,
        parsed(text, external_id, facts),
        source=source,
        original=original,
        passages=passages,
        vectors=vectors.reshape(len(passages), encoder.n_dimensions),
    )


def texts_of(store, collection="default"):
    """{source: text} of a collection, read document by document."""
    return {each.source: store.document(collection, each.source).text for each in store.documents(collection)}


def start_python(script, *arguments):
    """Run a script in a process of its own, with the project and these samples at hand."""
    paths = os.pathsep.join((str(ROOT), str(ROOT / "tests")))
    return subprocess.Popen(
        [sys.executable, "-c", script, *map(str, arguments)],
        env={**os.environ, "PYTHONPATH": paths, "OMP_NUM_THREADS": "1"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
